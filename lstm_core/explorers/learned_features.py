"""Features that a network designs itself, against the four made by hand (row S1).

The cubic adds up 1, x, x², x³: chosen by us. A dense net 1 → H → 1 adds up H curves tanh(w x + b)
whose w and b are parameters too. Both see the same 48 temperatures; here the net is trained.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lstm_core import dense, models, parameters, training
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.controls import slider
from lstm_core.explorers.cubic_fit import GRID, error, features, least_squares, months
from lstm_core.explorers.training_view import Progress, TrainingView

MOST, STEPS = 8, 1500  # hidden units, updates
SCALE = 10.0  # the net learns (temperature − 16) / 10
MEAN = 16.0


class Data(NamedTuple):
    """The net's curve and the hidden units it is the sum of, and the errors of net and cubic."""

    hidden: int
    count: int  # parameters
    step: int
    curve: Array  # (N,) °C over GRID
    units: Array  # (N, H): weight · tanh(w x + b), °C
    J: float
    cubic_J: float


def start(hidden: int, rate: float) -> dict[str, Iterator[training.Record]]:
    """Start training on all 48 points at once."""
    x, y = months()
    batch = x[:, None], ((y - MEAN) / SCALE)[:, None]
    model = models.dense_model(first(hidden), "squared_error")
    return {"net": training.train(model, itertools.repeat(batch), steps=STEPS, rate=rate)}


def first(hidden: int) -> DenseParams:
    """Draw the parameters before training; biases too, so that the units differ from the start."""
    rng = np.random.default_rng(4)
    drawn = dense.init([1, hidden, 1], rng, kind="normal")
    return DenseParams(drawn.W, (rng.standard_normal(hidden), drawn.b[1]))


def look(progress: Progress) -> Data:
    """Run the net as it is now over the whole year."""
    hidden = progress.values["hidden"]
    params = progress.params("net", first(hidden))
    x, y = months()
    inside = dense.forward(params, GRID[:, None])
    fitted = MEAN + SCALE * dense.forward(params, x[:, None]).o[:, 0]
    return Data(
        hidden,
        parameters.size(params),
        progress.step,
        MEAN + SCALE * inside.o[:, 0],
        SCALE * inside.h[0] * params.W[1],
        float(np.mean((fitted - y) ** 2)),
        error(least_squares()),
    )


class Picture(Plot):
    """Left the points, the net's curve and the best cubic; right the hidden units' shares."""

    size = (8.4, 3.5)

    def build(self) -> None:
        colours = self.palette.line
        self.left, self.right = self.axes(1, 2, width_ratios=(3, 2))
        self.name(self.left, "", "time of the year x", "highest temperature, °C")
        self.name(self.right, "what each hidden unit adds", "x")
        limits(self.left, (-1.05, 1.05), (-12.0, 36.0))
        limits(self.right, (-1.05, 1.05), (-32.0, 32.0))
        for ax in (self.left, self.right):
            ax.set_xticks((-1, 0, 1), ("−1\nJan", "0\nJuly", "1\nDec"))
        x, y = months()
        self.left.plot(x, y, "o", color=self.palette.muted, markersize=4.5)
        cubic = features(GRID) @ least_squares()
        self.left.plot(GRID, cubic, color=colours.i, linestyle="--", linewidth=1.5)
        self.curve = self.line(self.left, colours.y, linewidth=2.8)
        self.says = self.text(self.left, self.palette.ink, -1.0, -9.5, fontsize=12)
        hues = ("peephole", "z", "f", "c", "i", "o", "error", "y")
        self.units = [self.line(self.right, getattr(colours, hue), linewidth=1.6) for hue in hues]

    def update(self, data: Data) -> None:
        self.curve.set_data(GRID, data.curve)
        self.says.set_text(
            f"net J = {number(data.J)}   (best cubic {number(data.cubic_J)}, dashed)"
        )
        for n, line in enumerate(self.units):
            line.set_data(GRID, data.units[:, n]) if n < data.hidden else line.set_data([], [])


def read(data: Data) -> str:
    """Say how many parameters there are and how far training has brought them."""
    better = "less" if data.cubic_J > data.J else "more"
    return (
        f"{plural(data.hidden, 'hidden unit')}, {data.count} parameters, "
        f"{plural(data.step, 'update')}: J is {number(data.J)}, {better} than the "
        f"{number(data.cubic_J)} of the best cubic with its 4."
    )


def explorer() -> TrainingView:
    """Return the explorer."""
    return TrainingView(
        "Features designed by the network",
        start,
        {
            "hidden": slider("Hidden units", 2, 1, MOST),
            "rate": slider("Learning rate", 0.03, 0.003, 0.3, log=True),
        },
        steps=STEPS,
        look=look,
        picture=Picture,
        read=read,
    )
