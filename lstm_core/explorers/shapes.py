"""Scalar, vector, matrix, tensor: numbers in boxes with 0, 1, 2 and 3 axes (row P3)."""

from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import plural
from lstm_core.explorers.frame import Explorer, choice, slider

AXES = {
    "scalar": (),
    "vector": ("rows",),  # upright, as in W x
    "matrix": ("rows", "columns"),
    "tensor": ("planes", "rows", "columns"),
}
KINDS = tuple(AXES)
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
    sizes = {"planes": planes, "rows": rows, "columns": columns}
    shape = [sizes[axis] for axis in AXES[kind]]
    return Data(kind, np.random.default_rng(11).integers(-9, 10, shape))


def draw(data: Data) -> str:
    """Draw the numbers in boxes, the planes of a tensor one behind the other."""
    sizes = dict(zip(AXES[data.kind], data.array.shape, strict=True))
    planes = data.array.reshape([sizes.get(axis, 1) for axis in AXES["tensor"]])
    shift, top = 26.0, 46.0
    left = 60.0 + shift * (len(planes) - 1)
    parts = [plane(left - shift * n, top + shift * n, each) for n, each in enumerate(planes)]
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
            "rows": slider("Rows", 5, 1, 5),
            "columns": slider("Columns", 4, 1, 6),
        },
        idle=lambda values: set(AXES["tensor"]) - set(AXES[values["kind"]]),
    )
