"""Drawings of networks: neurons, weights, vectors and matrices with their numbers, as SVG.

Signs have one colour each everywhere (orange above zero, blue below), sizes are line width or
depth of colour, and the number stands beside it. The steps of an unfolded network are columns:
input below, hidden state in the middle, output above.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lstm_core.checks import Array
from lstm_core.draw import svg
from lstm_core.draw.svg import Point
from lstm_core.draw.text import MINUS

RADIUS = 20.0  # of a neuron
CELL = (42.0, 24.0)  # width and height of a number in a vector


def decimals(value: float, places: int = 2) -> str:
    """Return a number with fixed decimals, so that nothing jumps while it changes.

    >>> decimals(0.5), decimals(-0.004)
    ('0.50', '0.00')
    """
    shown = f"{value:.{places}f}"
    return shown.lstrip("-") if float(shown) == 0.0 else shown.replace("-", MINUS)


def hue(value: float) -> str:
    """Return the theme colour of a sign."""
    return "f" if value >= 0 else "peephole"


def depth(value: float, largest: float = 1.0) -> float:
    """Return how deep a field is coloured, 0 to 0.6, so that ink stays readable on it."""
    return 0.6 * min(abs(value) / largest, 1.0) if largest else 0.0


def column(x: float, height: float, count: int, gap: float = 62.0) -> list[Point]:
    """Return the places of `count` neurons, one below the other, centred in the height."""
    top = (height - gap * (count - 1)) / 2
    return [(x, top + gap * n) for n in range(count)]


def weight(
    start: Point,
    end: Point,
    value: float,
    *,
    largest: float = 1.0,
    lit: bool = True,
    head: float = 0,
    stroke: str = "",
    gap: tuple[float, float] = (RADIUS, RADIUS),
) -> str:
    """Return one connection: its colour says the sign, its width the size; unlit ones are faint."""
    width = 0.8 + 4.2 * min(abs(value) / largest, 1.0)
    if not lit:
        return svg.arrow(start, end, stroke="faint", line=1.2, head=head and 7, gap=gap)
    head = max(head, 2.2 * width) if head else 0
    return svg.arrow(start, end, stroke=stroke or hue(value), line=width, head=head, gap=gap)


def weights(
    left: Sequence[Point],
    right: Sequence[Point],
    W: Array,
    *,
    largest: float = 1.0,
    **style: object,
) -> str:
    """Return all connections of a matrix W (len(right), len(left))."""
    return "".join(
        weight(start, end, W[j, k], largest=largest, **style)
        for j, end in enumerate(right)
        for k, start in enumerate(left)
    )


def neuron(
    place: Point,
    value: float | None,
    formula: str,
    *,
    id_: str = "",
    name: str = "",
    largest: float = 1.0,
    colour: str = "",
    lit: bool = False,
    label_at: tuple[float, float] = (0, -27),
) -> str:
    """Return a neuron with its value inside and its formula beside; clickable if it has an id."""
    x, y = place
    ring = svg.circle(x, y, RADIUS, fill="surface", stroke="ink", line=4 if lit else 1.5)
    tint = number = ""
    if value is not None:
        shade = colour or hue(value)
        tint = svg.circle(
            x, y, RADIUS - 1, fill=shade, stroke="none", fill_opacity=depth(value, largest)
        )
        number = svg.words(x, y + 4.5, decimals(value), size=12)
    right, down = label_at
    parts = (ring, tint, number, svg.label(x + right, y + down, formula, size=15))
    if not id_:
        return svg.group(*parts)
    called = name if value is None else f"{name}: {decimals(value)}"
    return svg.clickable(id_, called, *parts, pressed=lit)


def field(
    x: float,
    y: float,
    value: float | None,
    *,
    size: tuple[float, float] = CELL,
    largest: float = 1.0,
    colour: str = "",
    places: int = 2,
) -> str:
    """Return one number in its coloured field; None leaves it empty."""
    width, height = size
    ground = svg.box(x, y, width, height, fill="surface", stroke="muted", radius=0, line=0.8)
    if value is None:
        return ground
    tint = svg.box(
        x,
        y,
        width,
        height,
        fill=colour or hue(value),
        stroke="none",
        radius=0,
        fill_opacity=depth(value, largest),
    )
    middle = y + height / 2 + 4.5
    letters = 12 if width >= CELL[0] else 11
    return ground + tint + svg.words(x + width / 2, middle, decimals(value, places), size=letters)


def row(
    x: float, y: float, values: Sequence[float | None], *, lit: bool = False, **style: object
) -> str:
    """Return a vector as a row of fields centred on (x, y), framed."""
    width, height = style.get("size", CELL)
    left, top = x - width * len(values) / 2, y - height / 2
    fields = "".join(field(left + width * n, top, value, **style) for n, value in enumerate(values))
    frame = svg.box(
        left,
        top,
        width * len(values),
        height,
        fill="none",
        stroke="ink" if lit else "muted",
        radius=3,
        line=2.5 if lit else 1.2,
    )
    return fields + frame


def matrix(x: float, y: float, values: Array, **style: object) -> str:
    """Return a matrix of fields with its top left corner at (x, y), framed."""
    width, height = style.get("size", CELL)
    rows, columns = values.shape
    fields = "".join(
        field(x + width * k, y + height * j, values[j, k], **style)
        for j in range(rows)
        for k in range(columns)
    )
    size = (width * columns, height * rows)
    return fields + svg.box(x, y, *size, fill="none", stroke="ink", radius=2, line=1.5)


class Column(NamedTuple):
    """Places of one step of an unfolded network: the middles of its input, state and output."""

    x: Point
    h: Point
    o: Point


def columns(
    T: int, width: float, rows: tuple[float, float, float], left: float = 0
) -> list[Column]:
    """Return the columns of T steps side by side; `rows` are the heights of x, h and o."""
    pitch = (width - left) / T
    middles = [left + pitch * (t + 0.5) for t in range(T)]
    return [Column(*((middle, height) for height in rows)) for middle in middles]
