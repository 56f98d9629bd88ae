"""Diagrams as SVG strings: escaped elements, boxes, wires with arrow heads, labels with indices.

Every helper returns a string; a picture is `picture(width, height, *parts)`. Colours are CSS
variables with the light theme's colour as fallback, so the same string follows the page's theme
and stands alone in a file. Numbers are written with at most two decimals: the same bytes
everywhere. What a learner may click is `clickable`: its `data-id` comes back.
"""

import math
from collections.abc import Sequence
from functools import cache
from html import escape

from lstm_core.draw import theme
from lstm_core.draw.formula import INDEX, Placed, lay_out

MATHS = "'STIX Two Text', 'Latin Modern Roman', 'Cambria', 'Times New Roman', Times, serif"
WORDS = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
PAGE = 860.0  # width of a diagram that fills the page, in CSS pixels
Point = tuple[float, float]


@cache
def colour(name: str, *, text: bool = False) -> str:
    """Return a theme colour ("z", "error", "ink", "surface" …) as a CSS variable with fallback."""
    if name == "none" or name.startswith(("#", "var(")):
        return name
    variable = f"--lc-{name}-text" if text and name in theme.HUES else f"--lc-{name}"
    return f"var({variable}, {theme.variables(theme.LIGHT)[variable]})"


def digits(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def element(tag: str, *children: str, **attributes: str | float | None) -> str:
    """Return an element. `stroke_width=2` becomes stroke-width="2"; None leaves the attribute out.

    Children are SVG already: text goes through `html.escape` or `label` first.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _value(value: str | float) -> str:
    return (
        escape(value, quote=False).replace('"', "&quot;")
        if isinstance(value, str)
        else digits(value)
    )


def picture(
    width: float, height: float, *parts: str, title: str = "", background: str = "surface"
) -> str:
    """Return a whole SVG document of the given size, with its background and its name."""
    name = element("title", escape(title)) if title else ""
    ground = element("rect", width=width, height=height, fill=colour(background))
    return element(
        "svg",
        name,
        ground,
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {digits(width)} {digits(height)}",
        width=width,
        height=height,
        font_family=WORDS,
        font_size=14,
        role="group" if "data-id" in "".join(parts) else "img",
        aria_label=title or None,
    )


def size(picture: str) -> tuple[float, float]:
    """Return width and height of an SVG document."""
    _, _, width, height = picture.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return float(width), float(height)


def group(*parts: str, **attributes: str | float | None) -> str:
    """Return a group, e.g. group(…, opacity=0.3) or group(…, transform="translate(10 20)")."""
    return element("g", *parts, **attributes)


def move(x: float, y: float, *parts: str) -> str:
    """Return the parts moved by (x, y)."""
    return group(*parts, transform=f"translate({digits(x)} {digits(y)})")


def clickable(id_: str, name: str, *parts: str, pressed: bool | None = None) -> str:
    """Return a group that takes clicks, focus, Enter and Space; `name` is what it is called."""
    return element(
        "g",
        element("title", escape(name)),
        *parts,
        data_id=id_,
        class_="lc-node",
        role="button",
        tabindex="0",
        aria_label=name,
        aria_pressed=None if pressed is None else str(pressed).lower(),
    )


def hoverable(name: str, *parts: str, id_: str | None = None) -> str:
    """Return a group that says its name on hovering, and is no stop of the Tab key."""
    return group(element("title", escape(name)), *parts, data_id=id_)


# Shapes -------------------------------------------------------------------------------------------


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "panel",
    stroke: str = "muted",
    radius: float = 8,
    line: float = 1.5,
    **more: str | float | None,
) -> str:
    """Return a rounded box with its top left corner at (x, y)."""
    return element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        rx=radius,
        fill=colour(fill),
        stroke=colour(stroke),
        stroke_width=line,
        **more,
    )


def circle(
    x: float,
    y: float,
    radius: float,
    *,
    fill: str = "panel",
    stroke: str = "muted",
    line: float = 1.5,
    **more: str | float | None,
) -> str:
    """Return a circle around (x, y)."""
    return element(
        "circle",
        cx=x,
        cy=y,
        r=radius,
        fill=colour(fill),
        stroke=colour(stroke),
        stroke_width=line,
        **more,
    )


def wire(
    points: Sequence[Point],
    *,
    stroke: str = "ink",
    line: float = 2,
    head: float = 0,
    dashes: str | None = None,
    radius: float = 10,
    **more: str | float | None,
) -> str:
    """Return a line through the points with rounded corners; `head` > 0 ends it with an arrow.

    `head` is the length of the arrow head; `dashes` e.g. "6 4".
    """
    ends = list(points)
    tip = ""
    if head:
        tip, ends[-1] = arrow_head(ends[-2], ends[-1], head, 0.45 * head, stroke)
    path = element(
        "path",
        d=_rounded(ends, radius),
        fill="none",
        stroke=colour(stroke),
        stroke_width=line,
        stroke_dasharray=dashes,
        stroke_linecap="round" if dashes is None else "butt",
        stroke_linejoin="round",
    )
    return element("g", path, tip, **more)


def arrow_head(
    before: Point, end: Point, length: float, wing: float, stroke: str
) -> tuple[str, Point]:
    """Return a head with its tip at `end`, 2·wing wide, and where its line ends: inside it."""
    (x0, y0), (x1, y1) = before, end
    way = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / way, (y1 - y0) / way
    corners = [
        (x1, y1),
        (x1 - length * ux - wing * uy, y1 - length * uy + wing * ux),
        (x1 - length * ux + wing * uy, y1 - length * uy - wing * ux),
    ]
    shape = " ".join(f"{digits(x)},{digits(y)}" for x, y in corners)
    inside = (x1 - 0.8 * length * ux, y1 - 0.8 * length * uy)
    return element("polygon", points=shape, fill=colour(stroke)), inside


def arrow(
    start: Point,
    end: Point,
    *,
    head: float = 10,
    gap: tuple[float, float] = (0, 0),
    **style: object,
) -> str:
    """Return a straight arrow, `gap` pixels away from its start and its end."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    first = (x0 + gap[0] * ux, y0 + gap[0] * uy)
    last = (x1 - gap[1] * ux, y1 - gap[1] * uy)
    return wire([first, last], head=head, **style)


def at(x: float, y: float) -> str:
    """Return a point as path data writes it."""
    return f"{digits(x)} {digits(y)}"


def _rounded(points: Sequence[Point], radius: float) -> str:
    """Return path data through the points, each inner corner rounded by at most `radius`."""
    parts = [f"M{at(*points[0])}"]
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        before, after = math.hypot(bx - ax, by - ay), math.hypot(cx - bx, cy - by)
        bend = min(radius, before / 2, after / 2)
        if bend <= 0:
            continue
        sx, sy = bx - bend * (bx - ax) / before, by - bend * (by - ay) / before
        ex, ey = bx + bend * (cx - bx) / after, by + bend * (cy - by) / after
        parts.append(f"L{at(sx, sy)}Q{at(bx, by)} {at(ex, ey)}")
    parts.append(f"L{at(*points[-1])}")
    return "".join(parts)


# Words and formulas -------------------------------------------------------------------------------


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 14,
    fill: str = "ink",
    anchor: str = "middle",
    **more: str | float | None,
) -> str:
    """Return plain text; (x, y) is on the baseline."""
    return element(
        "text",
        escape(text),
        x=x,
        y=y,
        font_size=size,
        fill=colour(fill, text=True),
        text_anchor=anchor,
        **more,
    )


def label(
    x: float,
    y: float,
    formula: str,
    *,
    size: float = 16,
    fill: str = "ink",
    anchor: str = "middle",
    **more: str | float | None,
) -> str:
    """Return a formula as text; (x, y) is on the baseline.

    Letters are italic; _{…} and ^{…} (or one character) are set below and above; \\bar{z}, \\delta,
    \\odot, \\sigma, \\partial and the like are known; \\tanh, \\mathrm{in} are upright.
    label(0, 0, "\\delta\\bar{z}^{(t+1)}"), label(0, 0, "W_z x^{(t)}").
    """
    return element(
        "text",
        "".join(_span(placed, size) for placed in lay_out(formula)),
        x=x,
        y=y,
        font_family=MATHS,
        font_size=size,
        fill=colour(fill, text=True),
        text_anchor=anchor,
        **more,
    )


def _span(placed: Placed, size: float) -> str:
    piece = placed.piece
    return element(
        "tspan",
        escape(piece.text),
        dx=placed.right * size or None,
        dy=placed.down * size or None,
        font_size=INDEX * size if piece.level else None,
        font_style="italic" if piece.italic else None,
    )
