"""Real weather as a list of vectors: a window that moves over 1461 days (row P6)."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core import data
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, slider

LISTED = 7  # vectors written out
SIZE, LEFT, ROW = (806, 444), 186.0, 66.0
RANGES = ((0, 60), (-10, 40), (-10, 40), (0, 10))
HUES = ("peephole", "f", "i", "error")
SMALL = {"size": 13, "fill": "muted", "anchor": "start"}


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


def draw(data: Data) -> str:
    """Draw a curve for each quantity, and the vectors of the first days as columns below."""
    parts = [svg.box(LEFT, 8, shown(data) * pitch(data), 4 * ROW + 4, fill="marked", stroke="none")]
    for n, values in enumerate(data.X.T):
        parts.append(svg.move(0, 12 + ROW * n, curve(data, n, values)))
    parts.append(svg.move(0, 4 * ROW + 40, table(data)))
    return svg.picture(*SIZE, *parts, title=f"{len(data.X)} days of weather as a list of vectors")


def shown(data: Data) -> int:
    """Return how many vectors are written out."""
    return min(len(data.X), LISTED)


def pitch(data: Data) -> float:
    """Return the width of one day."""
    return (SIZE[0] - LEFT - 14) / max(len(data.X), LISTED)


def curve(data: Data, n: int, values: Array) -> str:
    """Draw one quantity over the days, with its name and its range on the left."""
    (low, high), hue, name = RANGES[n], HUES[n], data.names[n]
    heights = (ROW - 14) * (high - values) / (high - low) + 4
    places = [(LEFT + pitch(data) * (t + 0.5), y) for t, y in enumerate(heights.tolist())]
    points = " ".join(f"{svg.digits(x)},{svg.digits(y)}" for x, y in places)
    zero = (ROW - 14) * high / (high - low) + 4
    line = svg.element(
        "polyline", points=points, fill="none", stroke=svg.colour(hue), stroke_width=2.2
    )
    dots = [svg.circle(x, y, 4, fill=hue, stroke="surface", line=1) for x, y in places[:LISTED]]
    dots = dots if pitch(data) > 9 else []
    return "".join(
        (
            svg.words(14, 22, name, size=14, anchor="start", font_weight="bold"),
            svg.words(14, 42, f"{number(low)} to {number(high)} {data.units[n]}", **SMALL),
            svg.wire([(LEFT, zero), (SIZE[0] - 14, zero)], stroke="faint", line=1),
            line,
            *dots,
        )
    )


def table(data: Data) -> str:
    """Write the vectors of the first days as columns, framed."""
    width, parts = 84.0, []
    for row, name in enumerate(data.names):
        text = f"{name} ({data.units[row]})"
        parts.append(svg.words(14, 44 + 22 * row, text, **SMALL))
    for t, (day, x) in enumerate(zip(data.days[:LISTED], data.X[:LISTED], strict=True)):
        middle = 230 + width * t
        parts.append(svg.label(middle, 0, f"x^{{({t + 1})}}", size=17))
        parts.append(svg.words(middle, 20, str(day), size=12, fill="muted"))
        for row, value in enumerate(x.tolist()):
            parts.append(svg.words(middle, 44 + 22 * row, network.decimals(value, 1), size=15))
        parts.append(svg.box(middle - 34, 27, 68, 92, fill="none", stroke="muted", radius=4))
    if len(data.X) > LISTED:
        parts.append(svg.words(230 + width * LISTED - 26, 76, "…", size=19, fill="muted"))
    return "".join(parts)


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
        draw,
        read,
        {
            "first": slider("First day", 301, 1, last),
            "T": slider("Length of the list T", 14, 2, 365, unit="days"),
        },
    )
