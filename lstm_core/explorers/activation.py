"""An activation function and its derivative, at a point the learner moves (rows S5, H5, H6)."""

from typing import NamedTuple

import numpy as np

from lstm_core.activations import activation
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, choice, slider

REACH = 6.0


class Data(NamedTuple):
    """The curves g and g', and their values at the point."""

    function: str
    a: Array
    g: Array
    slope: Array
    point: float
    g_point: float
    slope_point: float


def compute(function: str, point: float) -> Data:
    """Return g(a) and g'(a) over the whole range and at one point."""
    g, derivative = activation(function)
    a = np.linspace(-REACH, REACH, 401)
    here = np.array([point])
    return Data(
        function,
        a,
        g(a),
        derivative(a),
        point,
        g(here).item(),
        derivative(here).item(),
    )


class Picture(Plot):
    """Left the activation with its tangent, right the derivative."""

    size = (8.4, 3.2)

    def build(self) -> None:
        colours = self.palette.line
        self.left, self.right = self.axes(1, 2)
        self.name(self.left, "activation g(a)", x="pre-activation a")
        self.name(self.right, "derivative g'(a)", x="pre-activation a")
        for ax in (self.left, self.right):
            limits(ax, (-REACH, REACH), (-1.6, 1.6))
            ax.axhline(0.0, color=self.palette.muted, linewidth=0.8)
        self.curve = self.line(self.left, colours.y, linewidth=2.5)
        self.tangent = self.line(self.left, colours.error, linestyle="--")
        self.slopes = self.line(self.right, colours.error, linewidth=2.5)
        self.drop = self.line(self.right, colours.error, linewidth=1.0, linestyle=":")
        self.here = self.dots(self.left, colours.y, markersize=10)
        self.there = self.dots(self.right, colours.error, markersize=10)
        self.height = self.text(self.left, self.palette.text.y, clip_on=True)
        self.steepness = self.text(self.right, self.palette.text.error, ha="center", va="top")

    def update(self, data: Data) -> None:
        self.curve.set_data(data.a, data.g)
        self.slopes.set_data(data.a, data.slope)
        reach = np.array([-1.5, 1.5])
        self.tangent.set_data(data.point + reach, data.g_point + data.slope_point * reach)
        self.here.set_data([data.point], [data.g_point])
        self.there.set_data([data.point], [data.slope_point])
        self.drop.set_data([data.point] * 2, [0.0, data.slope_point])
        self.height.set_text(f"g = {number(data.g_point)}")
        below = data.point < 2.5  # right of the point and below it; where the curve is flat, above
        self.height.set(ha="left" if below else "right", va="top" if below else "bottom")
        aside = 0.35 if below else -0.2
        self.height.set_position((data.point + aside, data.g_point - 0.3 * aside))
        self.steepness.set_text(f"g' = {number(data.slope_point)}")
        self.steepness.set_position((min(max(data.point, -4.2), 4.2), -0.15))  # no slope is there


def read(data: Data) -> str:
    """Say value and slope at the point, and what the slope does to an error that passes."""
    return (
        f"At a = {number(data.point)} {data.function} gives {number(data.g_point)}; its slope is "
        f"{number(data.slope_point)}, so an error that flows back through it is multiplied by "
        f"{number(data.slope_point)}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "An activation and its slope",
        compute,
        Picture,
        read,
        {
            "function": choice("Activation", "tanh", ("tanh", "sigmoid", "relu", "identity")),
            "point": slider("Point a", 0.5, -REACH, REACH, 0.1),
        },
    )
