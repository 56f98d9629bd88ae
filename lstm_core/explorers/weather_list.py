"""Real weather as a list of vectors: a window that moves over 1461 days (row P6)."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core import data
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, slider

LISTED = 7  # vectors written out


class Data(NamedTuple):
    """The days in the window."""

    first: int  # number of the first day, from 1
    days: NDArray[np.datetime64]  # (T,)
    X: Array  # (T, 4)
    names: tuple[str, ...]
    units: tuple[str, ...]


measured = cache(data.weather)


def compute(first: int, T: int) -> Data:
    """Cut T days out of the weather, from day number `first` (or from the last that fits)."""
    weather = measured()
    start = min(first, len(weather.days) - T + 1) - 1
    rows = slice(start, start + T)
    return Data(start + 1, weather.days[rows], weather.values[rows], weather.names, weather.units)


class Picture(Plot):
    """One curve for each quantity; the vectors of the first days as columns of numbers."""

    size = (8.4, 5.2)

    def build(self) -> None:
        ranges = ((-4, 60), (-8, 38), (-8, 38), (-0.5, 10))
        weather, colours = measured(), self.palette.line
        hues = (colours.peephole, colours.f, colours.i, colours.error)
        grid = self.figure.add_gridspec(5, 1, height_ratios=(1, 1, 1, 1, 2.1))
        panels = [self.figure.add_subplot(grid[n]) for n in range(4)]
        self.curves, self.marks = [], []
        for ax, name, unit, ends, hue in zip(
            panels, weather.names, weather.units, ranges, hues, strict=True
        ):
            limits(ax, (-0.01, 1.01), ends)
            ax.set_xticks([])
            self.name(ax, y=unit)
            ax.set_title(name, fontsize=11, pad=3)
            self.curves.append(self.line(ax, hue))
            self.marks.append(self.dots(ax, hue, markersize=6))
        self.table = self.figure.add_subplot(grid[4])
        self.table.set_axis_off()
        limits(self.table, (-0.01, 1.01), (-0.01, 1.01))
        style = {"va": "top", "family": "monospace", "linespacing": 1.25}
        self.words = self.text(self.table, self.palette.ink, 0.0, 1.0, fontsize=10, **style)

    def update(self, data: Data) -> None:
        places = (np.arange(len(data.X)) + 0.5) / max(len(data.X), LISTED)
        for curve, dots, values in zip(self.curves, self.marks, data.X.T, strict=True):
            curve.set_data(places, values)
            dots.set_data(places[:LISTED], values[:LISTED])
        self.words.set_text(listed(data))


def listed(data: Data) -> str:
    """Write the vectors of the first days as columns."""
    days = data.days[:LISTED]
    heads = [f"x({t})" for t in range(1, len(days) + 1)]
    rows = [["", *heads], ["day", *(str(day)[5:] for day in days)]]
    for name, values in zip(("rain", "max", "min", "wind"), data.X[: len(days)].T, strict=True):
        rows.append([name, *(f"{value:.1f}".replace("-", "−") for value in values)])
    return "\n".join(
        row[0].ljust(6)
        + "".join(cell.rjust(9) for cell in row[1:])
        + (("  …" if len(data.X) > LISTED else "") if n else "")
        for n, row in enumerate(rows)
    )


def read(data: Data) -> str:
    """Say what the list is, and its first vector."""
    first = ", ".join(
        f"{name} {number(value)} {unit}"
        for name, value, unit in zip(data.names, data.X[0], data.units, strict=True)
    )
    T = len(data.X)
    return (
        f"{plural(T, 'day')} from {data.days[0]} are a list of {T} vectors of 4 numbers, "
        f"shape {data.X.shape}. The first: {first}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    last = len(measured().days)
    return Explorer(
        "The weather of Seattle: a list of vectors",
        compute,
        Picture,
        read,
        {
            "first": slider("First day", 301, 1, last),
            "T": slider("Length of the list T", 14, 2, 365, unit="days"),
        },
    )
