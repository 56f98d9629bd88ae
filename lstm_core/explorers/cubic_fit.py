"""Parameters against variables: the cubic f(x) = a + bx + cx² + dx³ on real temperatures (row S1).

x is the time of the year, y the mean of the highest temperatures of one month in Seattle: 48
points. They are given and stay; a, b, c, d are what one may turn. Beside the curve its four terms.
The best four numbers come from least squares.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import data as measured
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, button, slider

NAMES = ("a", "b", "c", "d")
GRID = np.linspace(-1.0, 1.0, 121)


class Data(NamedTuple):
    """The points, the four parameters, the mean squared error, and the best of both."""

    x: Array  # (48,) −1 is new year, 0 midsummer, 1 new year's eve
    y: Array  # (48,) °C
    theta: Array  # (4,)
    J: float
    best: Array  # (4,) least squares
    best_J: float


def compute(a: float, b: float, c: float, d: float) -> Data:
    """Compare the cubic with the measured temperatures."""
    x, y = months()
    theta, best = np.array([a, b, c, d]), least_squares()
    return Data(x, y, theta, error(theta), best, error(best))


@cache
def months() -> tuple[Array, Array]:
    """Return time of the year (48,) and mean highest temperature (48,) of each month."""
    weather = measured.weather()
    month = weather.days.astype("datetime64[M]").astype(int)
    means = [weather.values[month == m, 1].mean() for m in np.unique(month)]
    return (np.arange(48) % 12 - 5.5) / 6.0, np.array(means)


def features(x: Array) -> Array:
    """Return 1, x, x², x³ for each x: made by hand, (N, 4)."""
    return np.vander(x, 4, increasing=True)


def error(theta: Array) -> float:
    """Return the mean squared error J(a, b, c, d)."""
    x, y = months()
    return float(np.mean((features(x) @ theta - y) ** 2))


@cache
def least_squares() -> Array:
    """Return the four parameters with the smallest error."""
    x, y = months()
    return np.linalg.lstsq(features(x), y, rcond=None)[0]


class Picture(Plot):
    """Left points, curve and misses; right the four terms that the curve is the sum of."""

    size = (8.4, 3.5)

    def build(self) -> None:
        colours, text = self.palette.line, self.palette.text
        self.left, self.right = self.axes(1, 2, width_ratios=(3, 2))
        self.name(self.left, "", "time of the year x", "highest temperature, °C")
        self.name(self.right, "the four terms", "x")
        for ax in (self.left, self.right):
            limits(ax, (-1.05, 1.05), (-12.0, 36.0) if ax is self.left else (-32.0, 36.0))
            ax.set_xticks((-1, 0, 1), ("−1\nJan", "0\nJuly", "1\nDec"))
        x, y = months()
        self.left.plot(x, y, "o", color=self.palette.muted, markersize=4.5)
        self.best = self.line(self.left, colours.i, linestyle="--", linewidth=1.5)
        self.misses = self.moving(self.left.vlines(x, y, y, color=colours.error, linewidth=1.2))
        self.curve = self.line(self.left, colours.y, linewidth=2.8)
        self.says = self.text(self.left, self.palette.ink, -1.0, -9.5, fontsize=12)
        hues = ("peephole", "z", "f", "c")
        self.terms = [self.line(self.right, getattr(colours, hue)) for hue in hues]
        self.names = [
            self.text(self.right, getattr(text, hue), 1.04, 0, va="center") for hue in hues
        ]
        limits(self.right, (-1.05, 1.45))

    def update(self, data: Data) -> None:
        shown = features(GRID) * data.theta
        fitted = features(data.x) @ data.theta
        self.curve.set_data(GRID, shown.sum(axis=1))
        self.best.set_data(GRID, features(GRID) @ data.best)
        ends = np.stack([data.y, fitted], axis=1)
        self.misses.set_segments(
            [[(x, low), (x, high)] for x, (low, high) in zip(data.x, ends, strict=True)]
        )
        self.says.set_text(f"J = {number(data.J)}   (best {number(data.best_J)}, dashed)")
        heights = np.clip(shown[-1], -30, 20)
        order = np.argsort(heights, kind="stable")
        for n in range(1, 4):  # labels at the ends, at least 5 apart
            low = heights[order[n - 1]] + 5
            heights[order[n]] = max(heights[order[n]], low)
        for n, formula in enumerate(("a", "bx", "cx²", "dx³")):
            self.terms[n].set_data(GRID, shown[:, n])
            self.names[n].set_text(formula)
            self.names[n].set_position((1.06, heights[n]))


def read(data: Data) -> str:
    """Say the error of these four parameters and of the best four."""
    ratio, best = data.J / data.best_J, number(data.best_J)
    far = f"hardly above the best, {best}" if ratio < 1.02 else f"{number(ratio, 2)} times the best"
    chosen = ", ".join(f"{n} = {number(v)}" for n, v in zip(NAMES, data.theta, strict=True))
    return f"With {chosen} the mean squared error J is {number(data.J)}, {far}."


def rounded() -> list[float]:
    """Return the least-squares parameters as the sliders can show them, in halves."""
    return [round(2 * float(value)) / 2 for value in least_squares()]


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "A cubic: four parameters, one variable",
        compute,
        Picture,
        read,
        {
            "a": slider("a", 15.0, 0.0, 35.0, 0.5),
            "b": slider("b", 0.0, -30.0, 30.0, 0.5),
            "c": slider("c", 0.0, -30.0, 30.0, 0.5),
            "d": slider("d", 0.0, -30.0, 30.0, 0.5),
            "best": button("Least squares", lambda _: dict(zip(NAMES, rounded(), strict=True))),
            "flat": button("Start again", lambda _: {"a": 15.0, "b": 0.0, "c": 0.0, "d": 0.0}),
        },
    )
