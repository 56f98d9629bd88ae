"""Back propagation through time, one move at a time, with every number (row S5).

Three moves per step, from the last step to the first: δo^(t) from the loss, δh^(t) from the two
arrows that leave h^(t), δa^(t) through the activation. With δa^(t) the step's own gradient
(∂J/∂W)^(t) = δa^(t) h^(t-1)ᵀ is known; the sum of these grows at the bottom, and is used once.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import examples, losses, rnn
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.network import decimals
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, player
from lstm_core.rnn import RNNGradients, RNNParams, RNNRun

T = 5
MOVES = ("do", "dh", "da")
SIZE = (806, 492)
ROWS = {"do": 60.0, "dh": 138.0, "da": 208.0}
PLACES = [x for (x, _), _, _ in network.columns(T, SIZE[0], (0, 0, 0))]
HALF = 1.5 * network.CELL[0]
NAMES = {"do": "\\delta o", "dh": "\\delta h", "da": "\\delta a"}


class Data(NamedTuple):
    """The whole backward pass, and how many of its 3T moves are done."""

    done: int
    params: RNNParams
    run: RNNRun
    labels: Array
    gradients: RNNGradients

    @property
    def t(self) -> int:
        """The step of the last move, from 1."""
        return T - (self.done - 1) // 3

    @property
    def move(self) -> str:
        """The last move: do, dh or da."""
        return MOVES[(self.done - 1) % 3]

    def known(self, move: str, t: int) -> bool:
        """Say whether an error of step t (from 1) is already calculated."""
        return self.done > 3 * (T - t) + MOVES.index(move)


def compute(done: int) -> Data:
    """Run the small network forward and back."""
    example = examples.rainy_days()
    run = rnn.forward(example.params, example.X, example.h0)
    _, do = losses.softmax_cross_entropy(run.o, example.labels)
    gradients = rnn.backward(example.params, run, do, per_step=True)
    return Data(done, example.params, run, example.labels, gradients)


def draw(data: Data) -> str:
    """Draw errors and arrows above, the last move as a formula, the gradients of W below."""
    parts = [*_columns(data), _formula(data), *_gradients(data)]
    return svg.picture(*SIZE, *parts, title="Back propagation through time")


def _columns(data: Data) -> list[str]:
    parts = []
    for t, x in enumerate(PLACES, 1):
        for move, y in ROWS.items():
            known = data.known(move, t)
            now = data.done > 0 and (t, move) == (data.t, data.move)
            values = (
                getattr(data.gradients, move)[t - 1] if known else [None] * (3 - (move == "do"))
            )
            parts.append(network.row(x, y, values, lit=now, colour="error"))
            ink = {"size": 15, "fill": "error" if known else "muted"}
            side = -24 if move == "do" else -46
            parts.append(svg.label(x + side, y - 18, f"{NAMES[move]}^{{({t})}}", **ink))
        parts.append(svg.words(x, 18, f"step {t}", size=13, fill="muted"))
        parts.append(_arrow(data, (x, ROWS["do"]), (x, ROWS["dh"]), "dh", t, (13, 13)))
        parts.append(_arrow(data, (x, ROWS["dh"]), (x, ROWS["da"]), "da", t, (13, 13)))
        if t < T:
            start = (PLACES[t] - HALF, ROWS["da"])
            parts.append(_arrow(data, start, (x + HALF, ROWS["dh"]), "dh", t, (2, 3)))
    return parts


def _arrow(data: Data, start: tuple, end: tuple, move: str, t: int, gap: tuple) -> str:
    known = data.known(move, t)
    now = data.done > 0 and (t, move) == (data.t, data.move)
    style = {"stroke": "error" if known else "faint", "line": 3.5 if now else 1.5, "head": 10}
    return svg.arrow(start, end, gap=gap, **style)


def _formula(data: Data) -> str:
    """Write the last move in letters and in numbers."""
    if not data.done:
        return svg.words(
            403, 266, "The forward pass is done. Press play, or step by step.", size=15
        )
    letters, numbers = formulas(data)[data.move]
    return svg.label(403, 256, letters, size=18) + svg.words(403, 284, numbers, size=14)


def formulas(data: Data) -> dict[str, tuple[str, str]]:
    """Return for each kind of move its formula in letters, and with the numbers of step t."""
    t, p, g, run = data.t, data.params, data.gradients, data.run
    here = t - 1
    up = f"^{{({t})}}"
    truth = np.eye(2)[data.labels[here]]
    from_next = p.W.T @ g.da[t] if t < T else np.zeros(3)
    slope = 1 - run.h[here] ** 2
    after = f" + W^\\top \\delta a^{{({t + 1})}}" if t < T else " + 0"
    written_after = vector(from_next) if t < T else "0 (no later step)"
    return {
        "do": (
            f"\\delta o{up} = \\hat{{y}}{up} - \\mathrm{{truth}}{up}",
            f"{vector(run.y_hat[here])} − {vector(truth, 0)} = {vector(g.do[here])}",
        ),
        "dh": (
            f"\\delta h{up} = V^\\top \\delta o{up}{after}",
            f"{vector(p.V.T @ g.do[here])} + {written_after} = {vector(g.dh[here])}",
        ),
        "da": (
            f"\\delta a{up} = g'(a{up}) \\odot \\delta h{up}",
            f"{vector(slope)} ⊙ {vector(g.dh[here])} = {vector(g.da[here])}",
        ),
    }


def vector(values: Array, places: int = 2) -> str:
    """Return a vector as text: (0.22, −0.78)."""
    return "(" + ", ".join(decimals(v, places) for v in values) + ")"


def _gradients(data: Data) -> list[str]:
    """Draw (∂J/∂W)^(t) of every step reached, and their sum so far."""
    size, top, gap = (38.0, 24.0), 368.0, 131.0
    pitch = [12 + gap * n for n in range(T)]
    total = np.zeros((3, 3))
    parts = []
    for t, left in enumerate(pitch, 1):
        known = data.known("da", t)
        step = data.gradients.steps[t - 1].W
        total += step * known
        shown = step if known else np.full((3, 3), None)
        parts.append(network.matrix(left, top, shown, size=size))
        ink = {"size": 15, "fill": "error" if known else "muted"}
        parts.append(svg.label(left + 57, top - 34, f"(\\partial J/\\partial W)^{{({t})}}", **ink))
        product = f"= \\delta a^{{({t})}} h^{{({t - 1})}}^\\top"
        parts.append(svg.label(left + 57, top - 12, product, size=14, fill=ink["fill"]))
        parts.append(svg.words(left + 122.5, top + 42, "+" if t < T else "=", size=18))
    left = pitch[-1] + gap + 10
    finished = data.done == 3 * T
    parts.append(svg.box(left - 5, top - 5, 124, 82, fill="marked", stroke="none", radius=4))
    parts.append(network.matrix(left, top, total, size=size))
    name = "\\partial J/\\partial W" if finished else "\\mathrm{sum so far}"
    parts.append(svg.label(left + 57, top - 12, name, size=15))
    words = (
        "now, once: W ← W − rate · ∂J/∂W" if finished else "W stays as it is until the sum is done"
    )
    parts.append(svg.words(SIZE[0] - 8, top + 104, words, size=13.5, fill="muted", anchor="end"))
    return parts


def read(data: Data) -> str:
    """Say what the last move found."""
    if not data.done:
        J, _ = losses.softmax_cross_entropy(data.run.o, data.labels)
        return f"Forward is done: J = {number(J.sum())} over five steps. No error is known yet."
    words = {"do": "output", "dh": "hidden state", "da": "pre-activation"}[data.move]
    found = getattr(data.gradients, data.move)[data.t - 1]
    where = f"Move {data.done} of {3 * T}: the error of the {words} at step {data.t}"
    text = f"{where} is {vector(found)}."
    if data.done == 3 * T:
        size = number(float(np.linalg.norm(data.gradients.params.W)))
        text += f" All five steps are added: the gradient of W has size {size}."
    return text


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Back propagation through time, move by move",
        compute,
        draw,
        read,
        {"done": player("Moves done", 0, 3 * T, 5, pause=1200)},
    )
