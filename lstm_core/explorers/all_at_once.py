"""The same product for one point after the other, and for all points at once: measured (row H7).

The times are those of the machine the lesson runs on, taken when the button is pressed; so the
picture kept in the file shows no times.
"""

from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import numpy as np

from lstm_core import wireframe
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, Values, button, slider

COUNTS = (1, 10, 100, 1000, 10000)
MATRIX = wireframe.perspective(50.0) @ wireframe.shift(0.0, 0.0, -3.0)


class Data(NamedTuple):
    """Seconds for so many points, NaN where not measured."""

    counts: tuple[int, ...]
    loop: Array
    at_once: Array
    repeats: int  # runs whose best counts


def compute(repeats: int, times: tuple[tuple[float, float], ...], runs: int) -> Data:
    """Arrange what has been measured, each time the best of `runs`."""
    table = np.full((len(COUNTS), 2), np.nan)
    if times:
        table[:] = times
    return Data(COUNTS, table[:, 0], table[:, 1], runs if times else repeats)


def measure(values: Values) -> Values:
    """Take the time of both ways for each number of points, the best of some repeats."""
    rng = np.random.default_rng(0)
    times = []
    for count in COUNTS:
        points = np.column_stack([rng.uniform(-1, 1, (count, 3)), np.ones(count)])
        ways = (wireframe.project_one, wireframe.project)
        times.append(tuple(best(way, points, values["repeats"]) for way in ways))
    return {"times": tuple(times), "runs": values["repeats"]}


def best(way: Callable, points: Array, repeats: int) -> float:
    """Return the shortest time of some runs, in seconds."""
    found = []
    for _ in range(repeats):
        start = perf_counter()
        way(MATRIX, points)
        found.append(perf_counter() - start)
    return min(found)


class Picture(Plot):
    """Time against the number of points, both on logarithmic axes."""

    size = (8.4, 3.6)

    def build(self) -> None:
        ink, line = self.palette, self.palette.line
        self.ax = self.axes()
        self.name(self.ax, "One product for every point", "points", "time in ms")
        self.ax.set_xscale("log")
        self.ax.set_yscale("log")
        limits(self.ax, (0.8, 6e4), (1e-3, 1e3))
        self.ax.xaxis.set_major_formatter("{x:,.0f}")
        self.ax.yaxis.set_major_formatter("{x:g}")
        self.loop = self.line(self.ax, line.f, marker="o")
        self.at_once = self.line(self.ax, line.i, marker="s")
        self.loop_name = self.text(self.ax, ink.text.f, va="center")
        self.at_once_name = self.text(self.ax, ink.text.i, va="center")
        self.best = self.text(self.ax, ink.muted, 0.02, 0.92, transform=self.ax.transAxes)
        self.empty = self.text(
            self.ax, ink.muted, 0.5, 0.5, transform=self.ax.transAxes, ha="center", va="center"
        )

    def update(self, data: Data) -> None:
        measured = np.isfinite(data.loop).all()
        self.best.set_text(f"best of {plural(data.repeats, 'run')}")
        self.empty.set_text("" if measured else "Nothing measured yet: press “Measure here”.")
        for line, word, times, name in (
            (self.loop, self.loop_name, data.loop, "one by one"),
            (self.at_once, self.at_once_name, data.at_once, "all at once"),
        ):
            line.set_data(data.counts, 1e3 * times)
            word.set_text(name if measured else "")
            word.set_position((1.25 * data.counts[-1], 1e3 * times[-1] if measured else 1.0))


def read(data: Data) -> str:
    """Say how much faster one product for all points is."""
    if not np.isfinite(data.loop).all():
        return f"Nothing measured yet: press “Measure here”, for 1 to {COUNTS[-1]} points."
    ratios = data.loop / data.at_once
    return (
        f"Measured on this machine just now: for {number(data.counts[-1])} points the loop takes "
        f"{number(1e3 * data.loop[-1])} ms, one product for all {number(1e3 * data.at_once[-1])} "
        f"ms: {number(ratios[-1], 2)} times as fast. For a single point it is "
        f"{number(ratios[0], 2)} times as fast."
    )


def explorer() -> Explorer:
    """Return the explorer; the button measures."""
    return Explorer(
        "One by one, or all at once",
        compute,
        Picture,
        read,
        {
            "repeats": slider("Best of", 3, 1, 9, unit="runs"),
            "measure": button("Measure here", measure),
        },
        state={"times": (), "runs": 0},
    )
