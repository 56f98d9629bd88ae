"""Draws a plan of the block as it should look: its numbers, what is lit, what flows back."""

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import svg
from lstm_core.draw.block_parts import (
    LINE,
    NAME,
    SIGN,
    SMALL,
    Frame,
    Look,
    Plan,
    Sign,
    Spot,
    Text,
    lines,
    short,
    told,
)
from lstm_core.draw.block_wires import crossings, draw_wire, junctions
from lstm_core.draw.network import hue
from lstm_core.draw.svg import at


def render(plan: Plan, look: Look, title: str) -> str:
    """Return the plan as an SVG document."""
    order = {"faded": 0, "plain": 1, "lit": 2}
    wires = sorted(plan.wires, key=lambda wire: order[look.state(wire.id)])
    bridged = crossings(plan.wires)
    return svg.picture(
        plan.width,
        plan.height,
        *(_frame(frame) for frame in plan.frames),
        *(_spot(spot, look) for spot in plan.spots),
        *(draw_wire(wire, look, bridged) for wire in wires),
        *junctions(plan.wires, look),
        *(_sign(sign, look) for sign in plan.signs),
        *(_text(text, look) for text in plan.texts),
        title=title,
    )


def _spot(spot: Spot, look: Look) -> str:
    state = look.state(spot.id)
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
    if state == "faded":
        outline = svg.group(outline, opacity=0.4)  # its text only turns grey: it stays readable
    inside = outline + _spot_text(
        spot, value if shown and look.numbers else None, look.errors, grey=state == "faded"
    )
    if spot.ghost:
        return svg.hoverable(spot.title, inside)
    name = f"{spot.title}: {told(value)}" if shown else spot.title
    if not look.clickable:
        return svg.hoverable(name, inside, id_=spot.id)
    return svg.clickable(spot.id, name, inside, pressed=spot.id == look.selected)


def _radius(spot: Spot) -> float:
    """Return how round a node is: boxes a little, sums fully unless a number needs the corners."""
    if not spot.round:
        return 7.0
    narrow = spot.width < 60 and spot.width != spot.height
    return min(spot.height / 2, 16.0) if narrow else spot.height / 2


def _spot_text(spot: Spot, value: Array | None, errors: bool, grey: bool) -> str:
    count = (1 if spot.words else 0) + lines(value)
    y = spot.y + 5.5 - count * LINE / 2
    hued = "muted" if spot.ghost or grey else spot.hue
    narrow = spot.width < 40  # three blocks and more: "tanh", "1−i" and "f=1" only just fit
    name = spot.label.replace(" ", "") if narrow else spot.label
    size = SMALL if narrow and ("tanh" in name or "1" in name) else NAME
    parts = [svg.label(spot.x, y, name, size=size, fill=hued)]
    if spot.words:
        y += LINE
        parts.append(svg.words(spot.x, y, spot.words, size=SMALL, fill="muted"))
    if value is not None and np.size(value) > 2:
        parts.append(_strip(spot.x, y + 5, spot.width - 12, value))
    elif value is not None:
        for number in np.ravel(value):
            y += LINE
            shade, written = "muted" if grey else "error" if errors else "ink", short(float(number))
            long = "e" in written and len(written) > 4 and spot.width < 60  # as −4e−4 is, not 4e−4
            size = SMALL - 1.5 if long else SMALL
            parts.append(svg.words(spot.x, y, written, size=size, fill=shade))
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
            fill_opacity=abs(float(v)) / largest,
        )
        for n, v in enumerate(value)
    )
    edge = svg.box(x - width / 2, y, width, 11, fill="none", stroke="muted", line=1, radius=0)
    return "".join(fields) + edge


def _sign(sign: Sign, look: Look) -> str:
    lit = any(look.state(part) == "lit" for part in sign.parts)
    faded = not lit and all(look.faded(part) for part in sign.parts)
    stroke = "error" if lit and look.backward is not None else "ink"
    ring = svg.circle(sign.x, sign.y, SIGN, fill="marked" if lit else "surface", stroke=stroke)
    arm = 5.0
    drawn = f"M{at(sign.x - arm, sign.y)}h{2 * arm:g}M{at(sign.x, sign.y - arm)}v{2 * arm:g}"
    inside = (
        svg.element("path", d=drawn, stroke=svg.colour(stroke), stroke_width=2, fill="none")
        if sign.text == "+"
        else svg.circle(sign.x, sign.y, 2.6, fill=stroke, stroke="none")
    )
    return svg.group(ring, inside, opacity=0.45 if faded else None, pointer_events="none")


def _text(text: Text, look: Look) -> str:
    draw = svg.words if text.words else svg.label
    style = {"size": text.size, "fill": text.hue, "anchor": text.anchor}
    faded = text.part and look.faded(text.part)
    style |= {"opacity": 0.4 if faded else None, "pointer_events": "none"}
    return draw(text.x, text.y, text.text, **style)


def _frame(frame: Frame) -> str:
    edge = svg.box(
        frame.x, frame.y, frame.width, frame.height, fill="none", stroke="faint", line=2, radius=18
    )
    left, size = (14, 15) if frame.width > 300 else (8, SMALL)  # clear of a narrow block's inlet
    label = {"fill": "muted", "size": size, "anchor": "start"}
    return edge + svg.label(frame.x + left, frame.y + 19, frame.label, **label)
