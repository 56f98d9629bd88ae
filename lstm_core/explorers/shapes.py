"""Scalar, vector, matrix, tensor: numbers in boxes with 0, 1, 2 and 3 axes (row P3)."""

from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import plural
from lstm_core.explorers.frame import Explorer, choice, slider

KINDS = ("scalar", "vector", "matrix", "tensor")
EXAMPLES = {
    "scalar": "today's highest temperature",
    "vector": "all that was measured today",
    "matrix": "a grey picture, or a list of vectors: one row for each step",
    "tensor": "a colour picture: one matrix for red, one for green, one for blue",
}
SIZE = (806, 300)
CELL = 34.0


class Data(NamedTuple):
    """An array with 0 to 3 axes."""

    kind: str
    array: Array


def compute(kind: str, planes: int, rows: int, columns: int) -> Data:
    """Draw whole numbers from −9 to 9 in the shape that the kind asks for."""
    shape = (planes, rows, columns)[3 - KINDS.index(kind) :]
    return Data(kind, np.random.default_rng(11).integers(-9, 10, shape))


def draw(data: Data) -> str:
    """Draw the numbers in boxes, the planes of a tensor one behind the other."""
    planes = data.array.reshape((1,) * (3 - data.array.ndim) + data.array.shape)
    if data.kind == "vector":  # upright, as in W x
        planes = planes.reshape(1, -1, 1)
    count = len(planes)
    shift = 26.0
    left = 60.0 + shift * (count - 1)
    top = 46.0
    parts = []
    for n in reversed(range(count)):
        place = (left - shift * (count - 1 - n), top + shift * (count - 1 - n))
        parts.append(plane(*place, planes[count - 1 - n]))
    text = {"anchor": "start"}
    shape = f"shape {data.array.shape}"
    parts.append(svg.words(440, 92, data.kind, size=24, font_weight="bold", **text))
    parts.append(svg.words(440, 126, shape, size=18, **text))
    parts.append(svg.words(440, 154, axes(data), size=15, fill="muted", **text))
    for n, line in enumerate(EXAMPLES[data.kind].split(": ")):
        parts.append(svg.words(440, 200 + 22 * n, line, size=15, **text))
    return svg.picture(*SIZE, *parts, title=f"A {data.kind} of {shape}")


def plane(left: float, top: float, values: Array) -> str:
    """Draw one plane of numbers."""
    parts = []
    for (row, column), value in np.ndenumerate(values):
        place = (left + CELL * column, top + CELL * row, CELL, CELL)
        parts.append(svg.box(*place, fill="surface", stroke="muted", radius=0, line=0.8))
        tint = {"fill_opacity": 0.55 * abs(value) / 9}
        parts.append(svg.box(*place, fill=network.hue(value), stroke="none", radius=0, **tint))
        middle = place[0] + CELL / 2, place[1] + CELL / 2 + 5
        parts.append(svg.words(*middle, str(value).replace("-", "−"), size=14))
    rows, columns = values.shape
    frame = (left, top, CELL * columns, CELL * rows)
    return "".join(parts) + svg.box(*frame, fill="none", stroke="ink", radius=2)


def axes(data: Data) -> str:
    """Return how many axes and numbers there are."""
    counted = plural(data.array.ndim, "axis", "axes")
    return f"{counted}, {plural(data.array.size, 'number')}"


def read(data: Data) -> str:
    """Say shape, axes and size."""
    example = EXAMPLES[data.kind]
    return f"A {data.kind} of shape {data.array.shape} has {axes(data)}. Example: {example}."


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Numbers in boxes",
        compute,
        draw,
        read,
        {
            "kind": choice("Kind", "vector", KINDS),
            "planes": slider("Planes", 3, 1, 3),
            "rows": slider("Rows", 4, 1, 5),
            "columns": slider("Columns", 5, 1, 6),
        },
        idle=lambda values: ("planes", "rows", "columns")[: 3 - KINDS.index(values["kind"])],
    )
