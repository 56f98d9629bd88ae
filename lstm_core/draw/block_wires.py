"""How the wires of the block's picture are drawn: rounded corners, bridges, arrow heads, crosses.

Wires run straight up, down, left and right. Where two of different origin cross, the upright one
takes a bridge. An error runs the whole way back, from the head of its arrow to the tail.
"""

import math
from collections.abc import Collection
from itertools import pairwise

import numpy as np

from lstm_core.draw import svg
from lstm_core.draw.block_parts import Look, Wire
from lstm_core.draw.svg import Point, at

CORNER, BRIDGE = 10.0, 6.0


def draw_wire(wire: Wire, look: Look, bridged: Collection[tuple[str, float, float]]) -> str:
    """Return a wire in its state: plain, lit, carrying an error back, or switched off."""
    state, off = look.state(wire.id), wire.id in look.off
    size = (look.backward or {}).get(wire.id)
    back = size is not None and not off
    own = _stopped(wire.points[slice(*wire.own)], wire.stop)
    points = wire.points[::-1] if back else own
    width, stroke = wire.line, wire.hue
    if back:
        largest = max(look.backward.values()) or 1.0
        width, stroke = 2.0 + 5.0 * size / largest, "error"
    elif state == "lit":
        width = wire.line + 2.0
    if off:
        stroke = "muted"
    bridges = {(x, y) for net, x, y in bridged if net == wire.net}
    tip, points = _tip(points, stroke, width) if wire.head or back else ("", points)
    shown = svg.element(
        "path",
        d=path(points, bridges),
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
        d=path(own, bridges),
        fill="none",
        stroke="transparent",
        stroke_width=14,
        pointer_events="stroke",
    )
    return svg.hoverable(wire.title, shown, tip, grip, cross, id_=wire.id)


def _stopped(points: tuple[Point, ...], stop: float) -> tuple[Point, ...]:
    """Return the way with its end taken back."""
    (x0, y0), (x1, y1) = points[-2:]
    end = (x1 - stop * float(np.sign(x1 - x0)), y1 - stop * float(np.sign(y1 - y0)))
    return (*points[:-1], end)


def _tip(points: tuple[Point, ...], stroke: str, width: float) -> tuple[str, tuple[Point, ...]]:
    """Return an arrow head at the end of the way, and the way shortened to end inside it."""
    before, last = points[-2:]
    length = min(5.0 + 1.3 * width, math.dist(before, last))
    tip, end = svg.arrow_head(before, last, length, 2.5 + 0.75 * width, stroke)
    return tip, (*points[:-1], end)


def path(points: tuple[Point, ...], bridges: Collection[Point]) -> str:
    """Return path data: rounded corners, and a bridge over each crossing on an upright stretch."""
    data = [f"M{at(*points[0])}"]
    for n, (x1, y1) in enumerate(points[1:], start=1):
        x0, y0 = points[n - 1]
        if x0 == x1:
            data += _upright(x0, y0, y1, bridges)
        if n == len(points) - 1:
            data.append(f"L{at(x1, y1)}")
            break
        x2, y2 = points[n + 1]
        bend = min(CORNER, (abs(x1 - x0) + abs(y1 - y0)) / 2, (abs(x2 - x1) + abs(y2 - y1)) / 2)
        before = (x1 - bend * np.sign(x1 - x0), y1 - bend * np.sign(y1 - y0))
        after = (x1 + bend * np.sign(x2 - x1), y1 + bend * np.sign(y2 - y1))
        data.append(f"L{at(*before)}Q{at(x1, y1)} {at(*after)}")
    return "".join(data)


def _upright(x: float, y0: float, y1: float, bridges: Collection[Point]) -> list[str]:
    """Return the bridges of one upright stretch from y0 to y1, as arcs to the right."""
    way = 1 if y1 > y0 else -1
    over = sorted((y for bx, y in bridges if bx == x and min(y0, y1) < y < max(y0, y1)), key=abs)
    sweep = 1 if way > 0 else 0
    return [
        f"L{at(x, y - way * BRIDGE)}A{BRIDGE:g} {BRIDGE:g} 0 0 {sweep} {at(x, y + way * BRIDGE)}"
        for y in over[::way]
    ]


def crossings(wires: tuple[Wire, ...]) -> set[tuple[str, float, float]]:
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


def junctions(wires: tuple[Wire, ...], look: Look) -> list[str]:
    """Return a dot where wires of one net part; errors have none, they join."""
    found = {}
    for wire in wires if look.backward is None else ():
        if wire.own[0] > 0 and wire.line < 5 and not look.faded(wire.id):
            place = wire.points[wire.own[0]]
            if wire.hue == "peephole" or place not in found:
                found[place] = wire.hue
    return [
        svg.circle(*place, 3.5, fill=shade, stroke="none", pointer_events="none")
        for place, shade in sorted(found.items())
    ]


def _middle(points: tuple[Point, ...]) -> Point:
    """Return the middle of the longest stretch."""
    stretches = list(pairwise(points))
    (x0, y0), (x1, y1) = max(stretches, key=lambda s: abs(s[1][0] - s[0][0] + s[1][1] - s[0][1]))
    return (x0 + x1) / 2, (y0 + y1) / 2


def _cross(x: float, y: float) -> str:
    d = f"M{at(x - 7, y - 7)}L{at(x + 7, y + 7)}M{at(x - 7, y + 7)}L{at(x + 7, y - 7)}"
    return svg.element("path", d=d, stroke=svg.colour("f"), stroke_width=3.5, fill="none")
