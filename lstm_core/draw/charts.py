"""Unfolded charts: a column for each step, with the arrays that flow drawn as strips of colour.

Input below, state in the middle, output above; a second row of states runs backwards. What has not
been computed yet is empty. A strip is a vector: one cell per number, orange above zero, blue below.
"""

from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import network, svg

WIDTH, HEIGHT = 806.0, 428.0
STRIP, TALL = 22.0, 58.0  # width and height of a vector
FEW = 4  # entries, between which a strip has room for lines
START = 116.0  # middle of the first state
ROWS = {"x": 318.0, "h": 190.0, "y": 78.0}  # middles
TWO_ROWS = {"x": 318.0, "h": 232.0, "back": 160.0, "y": 62.0}  # with states that run backwards


class Step(NamedTuple):
    """What one column shows; None where the chart has nothing there."""

    h: Array
    x: Array | None = None
    said: str = ""  # the input in words
    y: Array | None = None
    answer: str = ""  # the output in words
    back: Array | None = None  # state of the network that reads from the end
    known: bool = True  # has this column's forward state been computed by now?
    back_known: bool = True
    answer_known: bool = True
    decoder: bool = False


class Chart(NamedTuple):
    """A whole chart: its steps, its first state, and the shapes that go in and come out."""

    steps: tuple[Step, ...]
    start: Array | None = None  # drawn on the left if it carries something
    image: Array | None = None  # (8, 8), what the first state comes from
    shape_in: str = ""
    shape_out: str = ""


def draw(chart: Chart, title: str) -> str:
    """Return the chart as SVG."""
    T, two = len(chart.steps), chart.steps[0].back is not None
    rows = TWO_ROWS if two else ROWS
    left = 178.0 if chart.start is not None else 108.0
    pitch = min((WIDTH - left - 8) / T, 104.0)
    middles = [left + pitch * (t + 0.5) for t in range(T)]
    parts = [names(chart, rows), wires(chart, middles, rows)]
    parts += [column(step, x, rows) for step, x in zip(chart.steps, middles, strict=True)]
    if chart.start is not None:
        parts.append(strip(START, rows["h"], chart.start) + picture(chart.image, rows["h"]))
    writers = [x for step, x in zip(chart.steps, middles, strict=True) if step.decoder]
    if writers:
        style, y = {"size": 14, "fill": "muted", "anchor": "start"}, rows["x"] + TALL / 2 + 42
        for text, x in (("encoder", middles[0]), ("decoder", writers[0])):
            parts.append(svg.words(x - 12, y, text, **style))
    parts.append(shapes(chart))
    return svg.picture(WIDTH, HEIGHT, *parts, title=title)


def names(chart: Chart, rows: dict[str, float]) -> str:
    """Name the rows on the left."""
    style = {"size": 14, "fill": "muted", "anchor": "start"}
    named = {"y": "output \\hat{y}", "h": "state h", "x": "input x"}
    if chart.start is not None:
        named["h"] = "state"
    if chart.steps[0].back is not None:
        named |= {"h": "forwards h", "back": "backwards h"}
    return "".join(
        svg.words(14, rows[row] - 4, name.split()[0], **style)
        + svg.label(14, rows[row] + 16, " ".join(name.split()[1:]), **style | {"size": 17})
        for row, name in named.items()
    )


def picture(image: Array, y: float) -> str:
    """Draw an image of 8 × 8 below the first state that comes from it."""
    side, left, top = 9.0, START - 36.0, y + TALL / 2 + 34
    parts = [svg.arrow((START, top - 3), (START, y + TALL / 2 + 3), line=1.5, head=8)]
    for (row, k), ink in np.ndenumerate(image):
        place = (left + side * k, top + side * row, side, side)
        parts.append(svg.box(*place, fill="ink", stroke="none", radius=0, line=0, fill_opacity=ink))
    parts.append(svg.box(left, top, 72, 72, fill="none", radius=2, line=1))
    return "".join(parts)


def shapes(chart: Chart) -> str:
    """Write the shapes of what goes in and what comes out."""
    y = HEIGHT - 14
    return svg.words(20, y, f"in: {chart.shape_in}", size=14, anchor="start") + svg.words(
        WIDTH - 20, y, f"out: {chart.shape_out}", size=14, anchor="end"
    )


def wires(chart: Chart, middles: list[float], rows: dict[str, float]) -> str:
    """Draw the arrows from step to step, and from input to state to output."""
    parts, half = [], STRIP / 2 + 3
    if chart.start is not None:
        parts.append(along(START + half, middles[0] - half, rows["h"], chart.steps[0].known))
    for before, after, step in zip(middles, middles[1:], chart.steps[1:], strict=False):
        parts.append(along(before + half, after - half, rows["h"], step.known))
    if chart.steps[0].back is not None:
        for before, after, step in zip(middles, middles[1:], chart.steps, strict=False):
            parts.append(along(after - half, before + half, rows["back"], step.back_known))
    for step, x in zip(chart.steps, middles, strict=True):
        parts.append(upwards(step, x, rows))
    return "".join(parts)


def along(start: float, end: float, y: float, known: bool) -> str:
    """Draw the way of the state into the next step."""
    return svg.arrow((start, y), (end, y), stroke="y" if known else "faint", line=2.5, head=9)


def upwards(step: Step, x: float, rows: dict[str, float]) -> str:
    """Draw the arrows of one column, from input to state (both states) to output."""
    half, parts = TALL / 2 + 3, []

    def up(start: float, end: float, known: bool, aside: float = 0.0) -> None:
        ends = (x + aside, start - half), (x + aside, end + half)
        parts.append(svg.arrow(*ends, stroke="ink" if known else "faint", line=1.5, head=8))

    if step.back is None:
        if step.x is not None:
            up(rows["x"], rows["h"], step.known)
        if step.y is not None:
            up(rows["h"], rows["y"], step.answer_known)
        return "".join(parts)
    up(rows["x"], rows["h"], step.known)
    for aside, (start, end), known in (
        (-24.0, (rows["x"], rows["back"]), step.back_known),
        (24.0, (rows["h"], rows["y"]), step.answer_known),
    ):
        top, bottom, edge = end + half, start - half, x + aside
        way = [(x + aside / 3, bottom), (edge, bottom - 9), (edge, top + 9), (x + aside / 3, top)]
        parts.append(svg.wire(way, stroke="ink" if known else "faint", line=1.5, head=8))
    up(rows["back"], rows["y"], step.answer_known)
    return "".join(parts)


def column(step: Step, x: float, rows: dict[str, float]) -> str:
    """Draw the strips and the words of one step."""
    parts = [strip(x, rows["h"], step.h if step.known else None, thick=step.decoder)]
    if step.x is not None:
        parts.append(strip(x, rows["x"], step.x))
    if step.said:
        parts.append(svg.words(x, rows["x"] + TALL / 2 + 18, step.said, size=14))
    if step.back is not None:
        parts.append(strip(x, rows["back"], step.back if step.back_known else None))
    if step.y is not None:
        parts.append(strip(x, rows["y"], step.y if step.answer_known else None, full=1.0))
        if step.answer_known:
            above = {"size": 15, "font_weight": "bold"}
            parts.append(svg.words(x, rows["y"] - TALL / 2 - 10, step.answer, **above))
    return "".join(parts)


def strip(
    x: float,
    y: float,
    values: Array | None,
    *,
    thick: bool = False,
    width: float = STRIP,
    full: float = 1e-9,
) -> str:
    """Draw a vector as an upright strip of coloured cells; None leaves it empty.

    The largest entry has the full colour, unless it is below `full`: of probabilities, 0.5 is pale.
    """
    top, left = y - TALL / 2, x - width / 2
    parts = [svg.box(left, top, width, TALL, fill="surface", stroke="none", radius=0)]
    if values is not None:
        largest, tall = max(float(abs(values).max()), full), TALL / len(values)
        for n, value in enumerate(values):
            cell = (left, top + tall * n, width, tall)
            tint = {"fill_opacity": 0.85 * abs(value) / largest, "line": 0}
            parts.append(svg.box(*cell, fill=network.hue(value), stroke="none", radius=0, **tint))
        if len(values) <= FEW:
            rules = [top + tall * n for n in range(1, len(values))]
            parts += [svg.wire([(left, at), (left + width, at)], stroke="muted") for at in rules]
    edge = {"stroke": "muted" if values is None else "ink", "line": 2.4 if thick else 1.3}
    parts.append(svg.box(left, top, width, TALL, fill="none", radius=3, **edge))
    return "".join(parts)
