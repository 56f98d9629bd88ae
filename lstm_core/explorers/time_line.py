"""The time line from 1943 on, with its booms and winters; each event tells its story (row H1)."""

import textwrap
from typing import NamedTuple

from lstm_core.draw import svg
from lstm_core.explorers._history import EVENTS, MACHINES, NETS, PERIODS, RULES, TODAY, Event
from lstm_core.explorers.frame import Click, Explorer, Values, player

FIRST, LAST = 1941, TODAY
LEFT, LANES, LANE = 14, 11, 25
TOP = 116  # of the lanes
HUES = {NETS: "error", RULES: "z", MACHINES: "i"}


class Data(NamedTuple):
    """The event chosen."""

    number: int
    event: Event


def compute(event: int) -> Data:
    """Return the event number `event`, in the order of the years, the first being 1."""
    return Data(event, EVENTS[event - 1])


def across(year: float) -> float:
    """Return where a year stands."""
    return LEFT + (year - FIRST) / (LAST - FIRST) * (svg.PAGE - 2 * LEFT)


def ends(event: Event) -> tuple[float, float]:
    """Return from where to where mark and name reach; near the right border the name goes left."""
    x, length = across(event.year), 22 + 7 * len(event.name)
    return (x - length, x + 12) if x + length > svg.PAGE else (x - 12, x + length)


def lanes() -> list[int]:
    """Return a lane for each event: the first in which its name finds room."""
    free, chosen = [0.0] * LANES, []
    for event in EVENTS:
        left, right = ends(event)
        lane = next((n for n in range(LANES) if free[n] <= left), free.index(min(free)))
        free[lane] = right
        chosen.append(lane)
    return chosen


def draw(data: Data) -> str:
    """Return the bands, the events in their lanes, and the card of the chosen one."""
    marks = [
        mark(n, event, lane, n == data.number)
        for n, (event, lane) in enumerate(zip(EVENTS, lanes(), strict=True), 1)
    ]
    bottom = TOP + LANES * LANE
    parts = [*bands(), *axis(bottom), *marks, key(bottom + 44), card(data.event, bottom + 62)]
    return svg.picture(svg.PAGE, bottom + 160, *parts, title="Time line of neural networks and AI")


def bands() -> list[str]:
    """Return the two rows of booms (orange) and winters (blue), each with its name inside."""
    parts = []
    for row, (name, periods) in enumerate(PERIODS.items()):
        y = 22 + 48 * row
        parts.append(svg.words(LEFT, y, name, anchor="start", size=13, fill="muted"))
        for period in periods:
            x, width = across(period.first), across(period.last) - across(period.first)
            hue = "f" if period.boom else "peephole"
            fill = {"fill_opacity": 0.16, "stroke": hue, "line": 1, "radius": 4}
            parts.append(svg.box(x, y + 6, width, 22, fill=hue, **fill))
            parts.append(svg.words(x + width / 2, y + 22, period.name, size=12, fill=hue))
    return parts


def axis(bottom: float) -> list[str]:
    """Return the decades."""
    parts = []
    for year in range(1950, LAST, 10):
        x = across(year)
        parts.append(svg.wire([(x, TOP), (x, bottom + 4)], stroke="faint", line=1))
        parts.append(svg.words(x, bottom + 20, str(year), size=12, fill="muted"))
    return parts


def mark(n: int, event: Event, lane: int, chosen: bool) -> str:
    """Return an event: its mark, by kind, and its name."""
    x, y = across(event.year), TOP + 16 + LANE * lane
    hue = HUES[event.kind]
    left, right = ends(event)
    side, anchor = (11, "start") if right > x + 12 else (-11, "end")
    weight = "bold" if chosen else None
    label = svg.words(x + side, y + 5, event.name, anchor=anchor, size=13, font_weight=weight)
    fill = "marked" if chosen else "none"
    back = {"fill": fill, "stroke": "none", "radius": 12, "pointer_events": "all"}
    ground = svg.box(left + 2, y - 12, right - left - 2, 24, **back)
    name = f"{event.year}: {event.name}"
    return svg.clickable(str(n), name, ground, shape(event.kind, x, y, hue), label, pressed=chosen)


def shape(kind: str, x: float, y: float, hue: str) -> str:
    """Return a disc, a square or a triangle, by kind."""
    if kind == NETS:
        return svg.circle(x, y, 6, fill=hue, stroke="surface", line=1)
    if kind == RULES:
        return svg.box(x - 5.5, y - 5.5, 11, 11, fill=hue, stroke="surface", radius=1, line=1)
    points = f"{svg.digits(x)},{svg.digits(y - 7)} {svg.digits(x - 7)},{svg.digits(y + 5)} "
    points += f"{svg.digits(x + 7)},{svg.digits(y + 5)}"
    return svg.element("polygon", points=points, fill=svg.colour(hue))


def key(y: float) -> str:
    """Return what the marks mean."""
    parts, x = [], LEFT + 6
    for kind, hue in HUES.items():
        parts.append(shape(kind, x, y - 5, hue))
        parts.append(svg.words(x + 12, y, kind, anchor="start", size=13, fill="muted"))
        x += 60 + 7.2 * len(kind)
    return "".join(parts)


def card(event: Event, y: float) -> str:
    """Return what it was, where it was published, and where to try it; the reading tells it."""
    place, style = {"anchor": "start", "x": LEFT + 16}, {"size": 18, "font_weight": "bold"}
    lines = textwrap.wrap(event.reference + ".", 108)
    return "".join(
        [
            svg.box(LEFT, y, svg.PAGE - 2 * LEFT, 90, fill="panel", stroke="faint"),
            svg.words(y=y + 29, text=str(event.year), fill=HUES[event.kind], **place, **style),
            svg.words(
                LEFT + 76, y + 29, event.name, anchor="start", fill=HUES[event.kind], **style
            ),
            see(event.section, y + 29) if event.section else "",
            *(svg.words(y=y + 55 + 20 * n, text=line, **place) for n, line in enumerate(lines)),
        ]
    )


def see(section: str, y: float) -> str:
    """Return where the demo of an event is; a section of this lesson is gone to by a click."""
    x, style = svg.PAGE - LEFT - 16, {"anchor": "end", "text_decoration": "underline"}
    if section.startswith("lesson"):
        return svg.words(x, y, f"try it in {section}", anchor="end", fill="muted")
    do = "read on" if section == "H9" else "try it"  # H9 has no demo
    words = svg.words(x, y, f"{do} below, in {section}", fill="peephole", **style)
    return svg.clickable(f"section:{section}", f"go to {section}", words)


def read(data: Data) -> str:
    """Tell the event; the card in the picture has the reference."""
    event = data.event
    return f"{event.year}, {event.name} (event {data.number} of {len(EVENTS)}): {event.told}"


def clicked(click: Click, values: Values) -> Values:
    """Choose the event that was clicked."""
    return {"event": int(click.id)}


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Booms and winters, 1943 to today",
        compute,
        draw,
        read,
        {"event": player("Event", 1, len(EVENTS), 4, pause=2500)},
        on_click=clicked,
    )
