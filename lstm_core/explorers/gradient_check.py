"""What a gradient check sees: its error against ε, in float64 and float32 (row B5).

The slope of the loss along one direction through all parameters of an LSTM, by back propagation
and by central differences. The program may be right, broken in its backward pass, or wrong forward
and backward alike.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import parameters
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.exercises import broken, examine
from lstm_core.exercises.examine import Case, Program
from lstm_core.explorers.frame import Explorer, choice, slider
from lstm_core.lstm import LSTMParams

PASSES, FLOOR = 1e-6, 1e-12
EPSILONS = {np.float64: 10.0 ** np.arange(-12.0, 0.1, 0.75), np.float32: 10.0 ** np.arange(-6, 0.1)}
RIGHT = "right"
PROGRAMS = {
    RIGHT: examine.program("walk", examine.walk),
    "tanh' taken of z": examine.program("step", broken.step_quiet),
    "errors stay in their step": examine.program("walk", broken.walk_alone),
    "ō sees the old cell, on both ways": examine.program("forward", broken.output_blind),
}


class Data(NamedTuple):
    """Relative errors of the slope, for each ε of EPSILONS; and the slope itself."""

    double: Array  # in float64
    single: Array  # in float32
    slope: float  # by back propagation
    scale: float
    program: str


def compute(scale: float, program: str) -> Data:
    """Compare the slope of back propagation with central differences at every ε."""
    made, given = PROGRAMS[program], examine.case(scale)
    way = parameters.map_arrays(lambda v: np.cos(np.arange(v.size)).reshape(v.shape), given.params)
    length = parameters.norm(way)
    way = parameters.map_arrays(lambda v: v / length, way)
    run = made.forward(given.params, given.X, given.y0, given.c0)
    slope = parameters.dot(made.backward(given.params, run, given.dY), way)
    double, single = (
        np.array([_difference(made, _cast(given, t), _cast_params(way, t), t(e)) for e in epsilons])
        for t, epsilons in EPSILONS.items()
    )
    errors = (np.maximum(np.abs(d - slope) / abs(slope), FLOOR) for d in (double, single))
    return Data(*errors, slope, scale, program)


def _difference(made: Program, given: Case, way: LSTMParams, epsilon: np.floating) -> float:
    """Return (J(θ + ε d) − J(θ − ε d)) / 2ε along the direction d."""
    up = parameters.map_arrays(lambda v, d: v + epsilon * d, given.params, way)
    down = parameters.map_arrays(lambda v, d: v - epsilon * d, given.params, way)
    difference = examine.loss(made, given, up) - examine.loss(made, given, down)
    return difference / (2 * float(epsilon))


def _cast_params(params: LSTMParams, dtype: type) -> LSTMParams:
    return parameters.map_arrays(lambda value: value.astype(dtype), params)


def _cast(given: Case, dtype: type) -> Case:
    """Return the case in another precision."""
    arrays = (value.astype(dtype) for value in given[1:])
    return Case(_cast_params(given.params, dtype), *arrays)


class Picture(Plot):
    """The two errors against ε, and the line below which a check passes."""

    size = (8.4, 4.2)

    def build(self) -> None:
        hues, text = self.palette.line, self.palette.text
        self.ax = self.axes()
        self.name(self.ax, "relative error of the check", x="ε")
        self.ax.set(xscale="log", yscale="log")
        limits(self.ax, (1e-12, 1e0), (1e-12, 1e2))
        self.ax.axhspan(1e-12, PASSES, color=hues.i, alpha=0.10, linewidth=0)
        self.ax.text(1.4e-12, 1.6e-12, "passes: below 1e-06", color=text.i, va="bottom")
        self.ax.text(1e-11, 2.5e1, "← too small: rounding, grows as 1/ε", color=self.palette.muted)
        self.ax.text(0.9, 2.5e1, "too large: grows as ε² →", color=self.palette.muted, ha="right")
        self.curves = [
            self.line(self.ax, hues.error, linewidth=3.0, marker="o"),
            self.line(self.ax, hues.o, linestyle="--", marker="s"),
        ]
        self.names = [
            self.text(self.ax, hue, weight="bold", va="bottom", text=name)
            for hue, name in ((text.error, "float64"), (text.o, "float32"))
        ]

    def update(self, data: Data) -> None:
        values = zip(EPSILONS.values(), (data.double, data.single), strict=True)
        for curve, name, (epsilons, errors) in zip(self.curves, self.names, values, strict=True):
            curve.set_data(epsilons, errors)
            name.set_position((1.3 * epsilons[0], 2.5 * max(errors[0], 1e-11)))


def read(data: Data) -> str:
    """Say whether a check would pass, and the order of the smallest error in both precisions.

    The order alone: the digits of a rounding error are not the same on every machine.
    """
    verdict = "passes" if data.double.min() < PASSES else "fails"
    wrong = "" if data.program == RIGHT else f" The program is broken ({data.program})."
    hidden = " The check does not see it." if wrong and verdict == "passes" else ""
    return (
        f"The check {verdict}: at the best ε its error is {_order(data.double)} in float64, "
        f"{_order(data.single)} in float32. Weights have size {number(data.scale, 2)}."
        f"{wrong}{hidden}"
    )


def _order(errors: Array) -> str:
    smallest = number(10.0 ** np.round(np.log10(errors.min())), 1)
    return f"at most {smallest}" if errors.min() == FLOOR else f"about {smallest}"


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "What a gradient check sees",
        compute,
        Picture,
        read,
        {
            "scale": slider("Weight scale", 1.0, 0.001, 3.0, log=True),
            "program": choice("Program", RIGHT, list(PROGRAMS)),
        },
    )
