"""XOR, which no single line can answer, and a hidden layer that learns to (row H2)."""

from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import numpy as np

from lstm_core import dense
from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, player, slider
from lstm_core.models import dense_model
from lstm_core.training import train

UPDATES = 80
REACH = 1.7
X = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])
GRID = np.linspace(-REACH, REACH, 60)


class Data(NamedTuple):
    """The network after some updates, seen on the plane of inputs and on that of hidden units."""

    params: dense.DenseParams
    field: Array  # (60, 60) ŷ over the plane of inputs, first row at the bottom
    h: Array  # (4, hidden) where the hidden layer puts the four corners
    y_hat: Array  # (4,)
    loss: Array  # (UPDATES,) before each update
    now: int


def compute(hidden: int, now: int, seed: int) -> Data:
    """Train `hidden` units for `now` updates from the weights of `seed`."""
    params, loss = course(hidden, seed)
    after = params[now]
    run = dense.forward(after, X)
    plane = np.stack(np.meshgrid(GRID, GRID), -1).reshape(-1, 2)
    field = sigmoid(dense.forward(after, plane).o).reshape(len(GRID), len(GRID))
    return Data(after, field, run.h[0], sigmoid(run.o[:, 0]), loss, now)


@lru_cache(maxsize=32)
def course(hidden: int, seed: int) -> tuple[list[dense.DenseParams], Array]:
    """Return the parameters after 0 … UPDATES updates (Adam), and the loss before each."""
    first = dense.init([2, hidden, 1], np.random.default_rng(seed), scale=1.0)
    model = dense_model(first, "sigmoid_cross_entropy")
    records = list(train(model, repeat((X, XOR)), steps=UPDATES, rate=0.15))
    return [first, *(r.params for r in records)], np.array([r.loss for r in records])


class Picture(Plot):
    """Left the plane of inputs, in the middle that of two hidden units, right the loss."""

    size = (8.4, 3.3)

    def build(self) -> None:
        ink, line = self.palette, self.palette.line
        self.inputs, self.hidden, self.course = self.axes(1, 3, width_ratios=(1, 1, 1))
        self.field = self.heat(self.inputs, ink.diverging(), -2.4, 2.4, origin="lower")
        self.field.set_extent((-REACH, REACH, -REACH, REACH))
        self.name(self.inputs, "The inputs", "x₁", "x₂")
        self.name(self.hidden, "The hidden units", "h₁", "h₂")
        for ax, reach in ((self.inputs, REACH), (self.hidden, 1.25)):
            ax.set_aspect("equal")
            limits(ax, (-reach, reach), (-reach, reach))
        self.lines = [self.line(self.inputs, ink.ink, linewidth=1.6) for _ in range(4)]
        self.border = self.line(self.hidden, ink.ink, linewidth=2.2)
        self.corners = [self._corners(ax) for ax in (self.inputs, self.hidden)]
        self.names = [
            self.text(self.hidden, ink.ink, text=name, fontsize=9, ha="center", va="center")
            for name in ("−−", "−+", "+−", "++")
        ]
        self.name(self.course, "Loss", "updates")
        self.course.set_box_aspect(1)
        limits(self.course, (0, UPDATES), (0, 0.95))
        self.course.axhline(np.log(2), color=ink.muted, linewidth=1.2, linestyle=(0, (5, 3)))
        self.course.text(UPDATES, np.log(2) + 0.02, "guessing", color=ink.muted, ha="right")
        self.loss = self.line(self.course, line.error)
        self.here = self.dots(self.course, line.error, markersize=9)

    def _corners(self, ax: object) -> tuple:
        yes = self.dots(ax, self.palette.line.f, markersize=12)
        square = {"marker": "s", "markersize": 10, "linestyle": "none"}
        edge = {"markeredgecolor": self.palette.surface}
        return yes, self.line(ax, self.palette.line.peephole, **square, **edge)

    def update(self, data: Data) -> None:
        W, b = data.params.W, data.params.b
        self.field.set_data(2 * data.field - 1)
        for n, line in enumerate(self.lines):
            line.set_data(*(straight(W[0][n], b[0][n]) if n < len(W[0]) else ([], [])))
        h = data.h if data.h.shape[1] > 1 else np.column_stack([data.h, np.zeros(4)])
        h = h[:, :2]
        w_out = np.append(W[1][0], 0.0)[:2]
        shown = data.h.shape[1] < 3  # with more units the border is no line of this plane
        self.border.set_data(*(straight(w_out, b[1][0]) if shown else ([], [])))
        for (yes, no), places in zip(self.corners, (X, h), strict=True):
            yes.set_data(*places[1:3].T)
            no.set_data(*places[[0, 3]].T)
        for n, (x, y) in enumerate(h):
            self.names[n].set_position(
                (x + 0.2 * (1 if x < 0 else -1), y + (0.14 if n % 2 else -0.14))
            )
        self.loss.set_data(np.arange(UPDATES), data.loss)
        at = min(data.now, UPDATES - 1)
        self.here.set_data([at], [data.loss[at]])


def straight(w: Array, b: float) -> tuple[Array, Array]:
    """Return two far points of the line w · x + b = 0."""
    size = max(float(w @ w), 1e-12)
    foot, along = -b * w / size, np.array([-w[1], w[0]]) / size**0.5
    return tuple(np.stack([foot - 9 * along, foot + 9 * along]).T)


def read(data: Data) -> str:
    """Say what the network answers at the four corners."""
    right = int((np.abs(data.y_hat - XOR[:, 0]) < 0.495).sum())  # ½ is no answer
    said = ", ".join(number(y, 2) for y in data.y_hat)
    return (
        f"After {plural(data.now, 'update')} with {plural(data.h.shape[1], 'hidden unit')} the "
        f"answers at the corners −−, −+, +−, ++ are {said} (wanted 0, 1, 1, 0): {right} of 4 "
        f"{'is' if right == 1 else 'are'} right."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "A hidden layer answers XOR",
        compute,
        Picture,
        read,
        {
            "hidden": slider("Hidden units", 2, 1, 4),
            "now": player("Updates", 0, UPDATES, UPDATES, pause=60),
            "seed": slider("Seed", 4, 1, 20),
        },
    )
