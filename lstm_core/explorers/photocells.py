"""A perceptron that sees 20 × 20 photocells, as the Mark I did, and learns two kinds (row H2).

The Mark I Perceptron (Cornell Aeronautical Laboratory, about 1960) had 400 photocells; wires drawn
at random led from them to 512 association units, and only the weights behind these could learn
(Hay, Lynch and Smith, Mark I Perceptron Operators' Manual, 1960). Both are here: weights straight
on the photocells, or random wiring in between.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.data import digits
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import percent, plural
from lstm_core.explorers.frame import Explorer, choice, slider, switch
from lstm_core.perceptron import answer, update

SIDE, UNITS, WIRES = 20, 512, 20  # photocells a side, association units, wires into each
LESSONS, JUDGED = 300, 300  # pictures to learn from, other pictures to be judged on
KINDS = ("left or right", "lying or upright bar", "square or disc", "digit 0 or 1", "digit 3 or 8")


class Data(NamedTuple):
    """One picture, what has been learnt so far, and the share of right answers on the way."""

    picture: Array  # (20, 20) the last one looked at
    truth: int
    said: int
    weights: Array  # (20, 20) what each photocell adds to "yes", straight or through its wires
    score: Array  # (LESSONS + 1,) share of right answers on other pictures
    mistakes: Array  # (LESSONS + 1,) mistakes made so far
    seen: int
    kind: str


def compute(kind: str, seen: int, noise: float, wires: bool, seed: int) -> Data:
    """Learn from `seen` pictures of which each photocell is wrong with probability `noise`."""
    X, y, told, w, score, mistakes = learning(kind, noise, wires, seed)
    weights = w[seen]
    if wires:
        weights = wiring(seed) @ weights
    last = max(seen - 1, 0)
    return Data(
        X[last].reshape(SIDE, SIDE),
        int(y[last]),
        int(told[last]),
        weights.reshape(SIDE, SIDE),
        score,
        mistakes,
        seen,
        kind,
    )


@lru_cache(maxsize=8)
def learning(kind: str, noise: float, wires: bool, seed: int) -> tuple[Array, ...]:
    """Return pictures, truths, first answers, and weights, score and mistakes after each."""
    X, y = pictures(kind, LESSONS + JUDGED, noise, seed)
    seen = (X @ wiring(seed) > 0).astype(float) if wires else X
    w, b, told = [np.zeros(seen.shape[1])], [0.0], []
    for x, truth in zip(seen[:LESSONS], y, strict=False):
        told.append(int(answer(w[-1], b[-1], x)))
        new_w, new_b = update(w[-1], b[-1], x, int(truth))
        w.append(new_w)
        b.append(new_b)
    w, b, told = np.array(w), np.array(b), np.array(told)
    said = answer(w.T, b, seen[LESSONS:])  # (JUDGED, LESSONS + 1)
    score = (said == y[LESSONS:, None]).mean(0)
    mistakes = np.concatenate([[0], np.cumsum(told != y[:LESSONS])])
    return X[:LESSONS], y[:LESSONS], told, w, score, mistakes


@lru_cache(maxsize=4)
def wiring(seed: int) -> Array:
    """Return the random wires ±1 from photocells to association units (400, 512); most are 0."""
    rng = np.random.default_rng([seed, 512])
    wires = np.zeros((SIDE * SIDE, UNITS))
    for unit in range(UNITS):
        cells = rng.choice(SIDE * SIDE, WIRES, replace=False)
        wires[cells, unit] = rng.choice((-1.0, 1.0), WIRES)
    return wires


def pictures(kind: str, count: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return `count` pictures (count, 400), 1 for a lit photocell, and the kind of each, ±1."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    y = rng.choice((-1, 1), count)
    if kind.startswith("digit"):
        X = digit_pictures(kind, y, rng)
    else:
        X = np.stack([SHAPES[kind](truth, rng) for truth in y])
    wrong = rng.random(X.shape) < noise
    return (wrong != X).reshape(count, -1).astype(float), y


def digit_pictures(kind: str, y: Array, rng: np.random.Generator) -> Array:
    """Return real digits, drawn on 20 × 20 photocells: lit where the ink is more than half."""
    first, second = int(kind[6]), int(kind[-1])
    data = digits()
    near = (np.arange(SIDE) + 0.5) * 8 / SIDE - 0.5
    low = np.clip(np.floor(near).astype(int), 0, 6)
    share = np.clip(near - low, 0, 1)
    blend = np.zeros((SIDE, 8))  # each photocell looks between two rows (columns) of the image
    blend[np.arange(SIDE), low] = 1 - share
    blend[np.arange(SIDE), low + 1] += share
    chosen = [rng.choice(np.flatnonzero(data.labels == (first if t < 0 else second))) for t in y]
    return blend @ data.images[chosen] @ blend.T > 0.45 * data.images.max()


def square_or_disc(truth: int, rng: np.random.Generator) -> Array:
    """Return a filled square (−1) or disc (1) of any size at any place."""
    half = rng.uniform(3.0, 5.5)
    across, down = offsets(rng, half)
    if truth > 0:
        return across**2 + down**2 < 1.27 * half**2  # about as many photocells as the square's
    return np.maximum(abs(across), abs(down)) < half


def bar(truth: int, rng: np.random.Generator) -> Array:
    """Return a bar 3 wide and 12 long, lying (−1) or upright (1)."""
    across, down = offsets(rng, 6.0)
    if truth > 0:
        across, down = down, across
    return (abs(across) < 6) & (abs(down) < 1.5)


def left_or_right(truth: int, rng: np.random.Generator) -> Array:
    """Return a small square in the left half (−1) or in the right half (1)."""
    x, y = rng.uniform(2.5, 7.5) + (10 if truth > 0 else 0), rng.uniform(2.5, 17.5)
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    return np.maximum(abs(columns - x), abs(rows - y)) < 2.5


def offsets(rng: np.random.Generator, half: float) -> tuple[Array, Array]:
    """Return each photocell's distance across and down from a random centre."""
    x, y = rng.uniform(half, SIDE - half, 2)
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    return columns - x, rows - y


SHAPES = dict(zip(KINDS[:3], (left_or_right, bar, square_or_disc), strict=True))


class Picture(Plot):
    """What the eye sees, what has been learnt, and how often the answer is right."""

    size = (8.4, 3.3)

    def build(self) -> None:
        ink, line = self.palette, self.palette.line
        self.eye, self.mind, self.course = self.axes(1, 3, width_ratios=(1, 1, 1.35))
        for ax, title in ((self.eye, "400 photocells"), (self.mind, "What each cell adds")):
            self.name(ax, title)
            ax.set(xticks=[], yticks=[], aspect="equal")
            ax.spines[:].set_visible(True)
        self.cells = self.heat(self.eye, ink.ramp("z"), 0, 1)
        self.weights = self.heat(self.mind, ink.diverging(), -1, 1)
        for image in (self.cells, self.weights):
            image.set_extent((0, 1, 0, 1))
            limits(image.axes, (-0.01, 1.01), (-0.01, 1.01))  # the frame stays clear of it
        self.verdict = self.text(
            self.eye, ink.ink, 0.5, -0.06, transform=self.eye.transAxes, ha="center", va="top"
        )
        self.key = self.text(
            self.mind, ink.ink, 0.5, -0.06, transform=self.mind.transAxes, ha="center", va="top"
        )
        self.name(self.course, "Right answers", "pictures seen", "on 300 other pictures")
        limits(self.course, (0, LESSONS), (0.4, 1.02))
        self.course.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        self.course.axhline(0.5, color=ink.muted, linewidth=1.2, linestyle=(0, (5, 3)))
        self.course.text(LESSONS, 0.495, "guessing", color=ink.muted, ha="right", va="top")
        self.score = self.line(self.course, line.peephole, linewidth=1.8)
        self.here = self.dots(self.course, ink.ink, markersize=9)

    def update(self, data: Data) -> None:
        self.cells.set_data(data.picture)
        size = np.abs(data.weights).max() or 1.0
        self.weights.set_data(data.weights / size)
        no, yes = kinds(data.kind)
        said = f"“{yes if data.said > 0 else no}”: "
        right = "as it is" if data.said == data.truth else "a mistake"
        self.verdict.set_text(said + right if data.seen else "nothing seen yet")
        self.key.set_text(f"orange: {yes}, blue: {no}")
        self.score.set_data(np.arange(LESSONS + 1), data.score)
        self.here.set_data([data.seen], [data.score[data.seen]])


def kinds(kind: str) -> tuple[str, str]:
    """Return the names of the two kinds, −1 first.

    >>> kinds("digit 3 or 8"), kinds("square or disc")
    (('3', '8'), ('square', 'disc'))
    """
    first, second = kind.removeprefix("digit ").removesuffix(" bar").split(" or ")
    return first, second


def read(data: Data) -> str:
    """Say how much has been seen and how well it answers."""
    mistakes = plural(int(data.mistakes[data.seen]), "mistake")
    end = f"; after all {LESSONS} it will be {percent(data.score[-1])}"
    return (
        f"After {plural(data.seen, 'picture')} and {mistakes} the perceptron answers "
        f"{percent(data.score[data.seen])} of {JUDGED} other pictures rightly"
        f"{end if data.seen < LESSONS else ''}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Four hundred photocells: the Mark I learns to see",
        compute,
        Picture,
        read,
        {
            "kind": choice("Pictures", KINDS[0], KINDS),
            "seen": slider("Pictures seen", 50, 0, LESSONS),
            "noise": slider("Photocells that err", 0.02, 0.0, 0.3, 0.02),
            "wires": switch(f"Random wiring to {UNITS} units"),
            "seed": slider("Seed", 1, 1, 20),
        },
    )
