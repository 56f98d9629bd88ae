"""The parts a picture of the LSTM block is made of, and how each is drawn in each state.

A layout (`block_circuit`, `block_odyssey`) places `Spot`s (the nodes of the description), `Wire`s
(its arrows), and small signs; `render` draws such a `Plan` as a `Look` asks: with values or errors,
some parts lit, routes of errors in purple, routes switched off. Nothing here knows a layout.

Wires run straight up, down, left and right with rounded corners. Where two of different origin
cross, the upright one takes a bridge.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import svg
from lstm_core.draw.network import depth, hue
from lstm_core.draw.svg import Point
from lstm_core.draw.text import MINUS

NAME, SMALL = 16.0, 13.0  # font sizes: the letter of a node; numbers and words
LINE = 15.0  # height of a line of numbers
CORNER, BRIDGE = 10.0, 6.0


class Spot(NamedTuple):
    """A node of the description, as a box around (x, y)."""

    id: str  # "f@0"
    x: float
    y: float
    width: float
    height: float
    label: str  # TeX
    hue: str
    words: str = ""  # a second line: "forget gate"
    round: bool = False  # sums are pills, activations are boxes
    ghost: bool = False  # left out of this variant
    title: str = ""  # what hovering and a screen reader say


class Wire(NamedTuple):
    """An arrow of the description: its way, and the part of it that it shares with no other."""

    id: str  # "wire:c_prev-f_bar@0"
    net: str  # what it carries, "c@-1": wires of one net may touch, others cross by a bridge
    hue: str
    points: tuple[Point, ...]
    line: float = 2.0
    dotted: bool = False  # it comes from the step before
    own: tuple[int, int] = (0, 99)  # points[a:b] of its own; all of it is drawn when it is lit
    stop: float = 0.0  # how far before the end of its own part it stops (at the edge of a sign)
    head: bool = True
    title: str = ""


class Sign(NamedTuple):
    """A small circle in which arrows meet: ⊙ or +."""

    x: float
    y: float
    text: str
    parts: tuple[str, ...]  # lit when one of these wires or nodes is


class Text(NamedTuple):
    """A formula (TeX) beside a wire, or words."""

    x: float
    y: float
    text: str
    hue: str = "ink"
    anchor: str = "middle"
    size: float = 15.0
    words: bool = False


class Frame(NamedTuple):
    """The outline of one block."""

    x: float
    y: float
    width: float
    height: float
    label: str


class Plan(NamedTuple):
    """A whole picture, placed."""

    width: float
    height: float
    frames: tuple[Frame, ...]
    spots: tuple[Spot, ...]
    wires: tuple[Wire, ...]
    signs: tuple[Sign, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Look:
    """In what state the picture is drawn. Ids are those of `block.draw`."""

    values: Mapping[str, Array] = field(default_factory=dict)  # numbers shown in the nodes
    numbers: bool = True  # whether they are written in the nodes; they are always told
    errors: bool = False  # these numbers are errors δ
    lit: Collection[str] = ()
    known: Collection[str] | None = None  # what is calculated so far; None: everything
    backward: Mapping[str, float] | None = None  # sizes of the errors on wires and nodes
    off: Collection[str] = ()  # wires that are switched off
    selected: str = ""

    def faded(self, id_: str) -> bool:
        """Return whether a part stands back."""
        if self.backward is not None:
            return id_ not in self.backward and id_ != self.selected
        return not self.calculated(id_) and id_ not in self.lit

    def calculated(self, id_: str) -> bool:
        """Return whether a part has its value already."""
        return self.known is None or id_ in self.known


def render(plan: Plan, look: Look, title: str) -> str:
    """Return the plan as an SVG document."""
    order = {"faded": 0, "plain": 1, "lit": 2}
    wires = sorted(plan.wires, key=lambda wire: order[_state(wire.id, look)])
    crossings = _crossings(plan.wires)
    return svg.picture(
        plan.width,
        plan.height,
        *(_frame(frame) for frame in plan.frames),
        *(_spot(spot, look) for spot in plan.spots),
        *(_wire(wire, look, crossings) for wire in wires),
        *(_junction(x, y, shade) for x, y, shade in _junctions(plan.wires, look)),
        *(_sign(sign, look) for sign in plan.signs),
        *(_text(text) for text in plan.texts),
        title=title,
    )


def _state(id_: str, look: Look) -> str:
    if id_ in look.lit or id_ == look.selected or (look.backward and id_ in look.backward):
        return "lit"
    return "faded" if look.faded(id_) else "plain"


# Nodes --------------------------------------------------------------------------------------------


def short(value: float) -> str:
    """Return a number in at most six characters.

    >>> short(0.123), short(-1.5), short(12.34), short(0.00042), short(-31234.0)
    ('0.12', '−1.50', '12.3', '4e−4', '−3e4')
    """
    size = abs(value)
    if size and (size < 0.005 or size >= 1000):
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", MINUS)
    places = 2 if size < 9.995 else 1 if size < 99.95 else 0
    return f"{value:.{places}f}".replace("-", MINUS)


def lines(value: Array | None) -> float:
    """Return how many lines of text the numbers of a node need: up to two, or a strip."""
    if value is None:
        return 0.0
    return float(np.size(value)) if np.size(value) <= 2 else 1.0


def _spot(spot: Spot, look: Look) -> str:
    state = _state(spot.id, look)
    value = look.values.get(spot.id)
    hidden = state == "faded" and (look.backward is None or not look.calculated(spot.id))
    shown = value is not None and not hidden
    stroke = "error" if look.errors and state == "lit" else spot.hue
    left, top = spot.x - spot.width / 2, spot.y - spot.height / 2
    outline = svg.box(
        left,
        top,
        spot.width,
        spot.height,
        fill="surface" if spot.ghost else "marked" if state == "lit" else "panel",
        stroke="muted" if spot.ghost else stroke,
        line=3.5 if state == "lit" else 2,
        radius=_radius(spot),
        stroke_dasharray="4 4" if spot.ghost else None,
    )
    inside = outline + _spot_text(spot, value if shown and look.numbers else None, look.errors)
    if state == "faded":
        inside = svg.group(inside, opacity=0.35)
    if spot.ghost:
        return svg.group(svg.element("title", escape(spot.title)), inside)
    name = f"{spot.title}: {told(value)}" if shown else spot.title
    return svg.clickable(spot.id, name, inside, pressed=spot.id == look.selected)


def _radius(spot: Spot) -> float:
    """Return how round a node is: boxes a little, sums fully unless a number needs the corners."""
    if not spot.round:
        return 7.0
    narrow = spot.width < 60 and spot.width != spot.height
    return min(spot.height / 2, 16.0) if narrow else spot.height / 2


def _spot_text(spot: Spot, value: Array | None, errors: bool) -> str:
    count = (1 if spot.words else 0) + lines(value)
    y = spot.y + 5.5 - count * LINE / 2
    hued = "muted" if spot.ghost else spot.hue
    size = SMALL if spot.width < 40 and "tanh" in spot.label else NAME
    parts = [svg.label(spot.x, y, spot.label, size=size, fill=hued)]
    if spot.words:
        y += LINE
        parts.append(svg.words(spot.x, y, spot.words, size=SMALL, fill="muted"))
    if value is not None and np.size(value) > 2:
        parts.append(_strip(spot.x, y + 5, spot.width - 12, value))
    elif value is not None:
        for number in np.ravel(value):
            y += LINE
            shade = "error" if errors else "ink"
            parts.append(svg.words(spot.x, y, short(float(number)), size=SMALL, fill=shade))
    return "".join(parts)


def _strip(x: float, y: float, width: float, value: Array) -> str:
    """Draw a vector as a row of fields: orange above zero, blue below, deeper for larger."""
    each = width / value.size
    largest = max(1.0, float(np.abs(value).max()))
    fields = (
        svg.box(
            x - width / 2 + each * n,
            y,
            each,
            11,
            fill=hue(float(v)),
            stroke="none",
            radius=0,
            fill_opacity=depth(float(v), largest) / 0.6,
        )
        for n, v in enumerate(value)
    )
    edge = svg.box(x - width / 2, y, width, 11, fill="none", stroke="muted", line=1, radius=0)
    return "".join(fields) + edge


def told(value: Array) -> str:
    """Return a number or a vector in words."""
    numbers = [short(float(v)) for v in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else "(" + ", ".join(numbers) + ")"


# Wires --------------------------------------------------------------------------------------------


def _wire(wire: Wire, look: Look, crossings: Collection[tuple[str, float, float]]) -> str:
    state, off = _state(wire.id, look), wire.id in look.off
    size = (look.backward or {}).get(wire.id)
    back = size is not None and not off
    own = _stopped(wire.points[slice(*wire.own)], wire.stop)
    points = wire.points[::-1] if back else wire.points if state == "lit" else own
    width, stroke = wire.line, wire.hue
    if back:
        largest = max(look.backward.values()) or 1.0
        width, stroke = 2.0 + 6.0 * size / largest, "error"
    elif state == "lit":
        width = wire.line + 2.0
    if off:
        stroke = "muted"
    bridges = {(x, y) for net, x, y in crossings if net == wire.net}
    tip, points = _tip(points, stroke, width) if wire.head or back else ("", points)
    shown = svg.element(
        "path",
        d=_path(points, bridges),
        fill="none",
        stroke=svg.colour(stroke),
        stroke_width=width,
        stroke_dasharray="7 6"
        if off
        else f"0.1 {2.2 * width:g}"
        if wire.dotted and not back
        else None,
        stroke_linecap="round" if wire.dotted and not off else "butt",
        opacity=0.3 if state == "faded" and not off else None,
        pointer_events="none",
    )
    tip = svg.group(tip, opacity=0.3 if state == "faded" else None, pointer_events="none")
    cross = _cross(*_middle(own)) if off else ""
    grip = svg.element(
        "path",
        d=_path(own, bridges),
        fill="none",
        stroke="transparent",
        stroke_width=14,
        pointer_events="stroke",
    )
    return svg.clickable(wire.id, wire.title, shown, tip, grip, cross)


def _stopped(points: tuple[Point, ...], stop: float) -> tuple[Point, ...]:
    """Return the way with its end taken back."""
    (x0, y0), (x1, y1) = points[-2:]
    end = (x1 - stop * float(np.sign(x1 - x0)), y1 - stop * float(np.sign(y1 - y0)))
    return (*points[:-1], end)


def _tip(points: tuple[Point, ...], stroke: str, width: float) -> tuple[str, tuple[Point, ...]]:
    """Return an arrow head at the end of the way, and the way shortened to its base."""
    (x0, y0), (x1, y1) = points[-2:]
    ux, uy = np.sign(x1 - x0), np.sign(y1 - y0)
    long, wing = 5.0 + 1.3 * width, 2.5 + 0.75 * width
    base = (x1 - long * ux, y1 - long * uy)
    corners = [
        (x1, y1),
        (base[0] - wing * uy, base[1] + wing * ux),
        (base[0] + wing * uy, base[1] - wing * ux),
    ]
    shape = " ".join(f"{svg.digits(x)},{svg.digits(y)}" for x, y in corners)
    end = (x1 - 0.8 * long * ux, y1 - 0.8 * long * uy)
    return svg.element("polygon", points=shape, fill=svg.colour(stroke)), (*points[:-1], end)


def _path(points: tuple[Point, ...], bridges: Collection[Point]) -> str:
    """Return path data: rounded corners, and a bridge over each crossing on an upright stretch."""
    data = [f"M{_at(*points[0])}"]
    for n, (x1, y1) in enumerate(points[1:], start=1):
        x0, y0 = points[n - 1]
        if x0 == x1:
            data += _upright(x0, y0, y1, bridges)
        if n == len(points) - 1:
            data.append(f"L{_at(x1, y1)}")
            break
        x2, y2 = points[n + 1]
        bend = min(CORNER, (abs(x1 - x0) + abs(y1 - y0)) / 2, (abs(x2 - x1) + abs(y2 - y1)) / 2)
        before = (x1 - bend * np.sign(x1 - x0), y1 - bend * np.sign(y1 - y0))
        after = (x1 + bend * np.sign(x2 - x1), y1 + bend * np.sign(y2 - y1))
        data.append(f"L{_at(*before)}Q{_at(x1, y1)} {_at(*after)}")
    return "".join(data)


def _upright(x: float, y0: float, y1: float, bridges: Collection[Point]) -> list[str]:
    """Return the bridges of one upright stretch from y0 to y1, as arcs to the right."""
    way = 1 if y1 > y0 else -1
    over = sorted((y for bx, y in bridges if bx == x and min(y0, y1) < y < max(y0, y1)), key=abs)
    sweep = 1 if way > 0 else 0
    return [
        f"L{_at(x, y - way * BRIDGE)}A{BRIDGE:g} {BRIDGE:g} 0 0 {sweep} {_at(x, y + way * BRIDGE)}"
        for y in over[::way]
    ]


def _at(x: float, y: float) -> str:
    return f"{svg.digits(float(x))} {svg.digits(float(y))}"


def _crossings(wires: tuple[Wire, ...]) -> set[tuple[str, float, float]]:
    """Return (net, x, y) where an upright stretch of a net crosses a level one of another."""
    level, upright = set(), set()
    for wire in wires:
        for (x0, y0), (x1, y1) in pairwise(wire.points):
            if y0 == y1:
                level.add((wire.net, y0, min(x0, x1), max(x0, x1)))
            else:
                upright.add((wire.net, x0, min(y0, y1), max(y0, y1)))
    return {
        (one, x, y)
        for one, x, top, bottom in upright
        for other, y, left, right in level
        if one != other and left + 1 < x < right - 1 and top + 1 < y < bottom - 1
    }


def _junctions(wires: tuple[Wire, ...], look: Look) -> list[tuple[float, float, str]]:
    """Return the points at which wires of one net part."""
    found = {}
    for wire in wires:
        if wire.own[0] > 0 and wire.line < 5:
            shade = "faint" if look.backward is not None else wire.hue
            if shade == "peephole" or wire.points[wire.own[0]] not in found:
                found[wire.points[wire.own[0]]] = shade
    return [(*place, shade) for place, shade in sorted(found.items())]


def _junction(x: float, y: float, shade: str) -> str:
    return svg.circle(x, y, 3.5, fill=shade, stroke="none", pointer_events="none")


def _middle(points: tuple[Point, ...]) -> Point:
    """Return the middle of the longest stretch."""
    stretches = list(pairwise(points))
    (x0, y0), (x1, y1) = max(stretches, key=lambda s: abs(s[1][0] - s[0][0] + s[1][1] - s[0][1]))
    return (x0 + x1) / 2, (y0 + y1) / 2


def _cross(x: float, y: float) -> str:
    d = f"M{_at(x - 7, y - 7)}L{_at(x + 7, y + 7)}M{_at(x - 7, y + 7)}L{_at(x + 7, y - 7)}"
    return svg.element("path", d=d, stroke=svg.colour("f"), stroke_width=3.5, fill="none")


# The rest -----------------------------------------------------------------------------------------


def _sign(sign: Sign, look: Look) -> str:
    lit = any(_state(part, look) == "lit" for part in sign.parts)
    faded = not lit and all(look.faded(part) for part in sign.parts)
    stroke = "error" if lit and look.backward is not None else "ink"
    ring = svg.circle(sign.x, sign.y, 11, fill="marked" if lit else "surface", stroke=stroke)
    arm = 5.0
    drawn = f"M{_at(sign.x - arm, sign.y)}h{2 * arm:g}M{_at(sign.x, sign.y - arm)}v{2 * arm:g}"
    inside = (
        svg.element("path", d=drawn, stroke=svg.colour(stroke), stroke_width=2, fill="none")
        if sign.text == "+"
        else svg.circle(sign.x, sign.y, 2.6, fill=stroke, stroke="none")
    )
    return svg.group(ring, inside, opacity=0.45 if faded else None, pointer_events="none")


def _text(text: Text) -> str:
    draw = svg.words if text.words else svg.label
    style = {"size": text.size, "fill": text.hue, "anchor": text.anchor}
    return draw(text.x, text.y, text.text, **style, pointer_events="none")


def _frame(frame: Frame) -> str:
    edge = svg.box(
        frame.x, frame.y, frame.width, frame.height, fill="none", stroke="faint", line=2, radius=18
    )
    label = {"fill": "muted", "size": 15, "anchor": "start"}
    return edge + svg.label(frame.x + 14, frame.y + 19, frame.label, **label)
