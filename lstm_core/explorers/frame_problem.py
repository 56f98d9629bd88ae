"""The frame problem: how much R1, R1D1 and R2D1 must think about before the bomb goes off (row H3).

The robots are Daniel Dennett's (Cognitive wheels: the frame problem of AI, 1984); the name of the
problem is older (McCarthy and Hayes, Some philosophical problems from the standpoint of artificial
intelligence, 1969). The counts are of a small world built here: things in a room, what can be said
of each and of each pair, and one action, PULLOUT(WAGON, ROOM), applied to every one of them.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import Circle, Rectangle

from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.draw.zones import DASHES
from lstm_core.explorers.frame import Explorer, slider, switch

PROPERTIES = ("place", "colour", "weight", "warmth", "wholeness")  # said of every thing
ON_WAGON = 2  # the battery and the bomb
ROBOTS = ("R1", "R1D1", "R2D1", "with a frame")
SIZES = np.arange(3, 101)


class Data(NamedTuple):
    """The room, and what each robot must examine."""

    things: int
    clock: float  # seconds until the bomb goes off
    speed: float  # consequences examined a second
    changed: int  # facts that the action changes
    facts: int
    counts: tuple[int, ...]  # consequences each robot examines, in the order of ROBOTS
    curves: Array  # (4, len(SIZES)) the same for other rooms
    places: Array  # (things, 2) where they stand; first the battery and the bomb, on the wagon


def compute(things: int, clock: float, speed: float, chains: bool) -> Data:
    """Count what each robot examines in a room of so many things, chains of consequences or not."""
    before, after = world(things)
    changed = sum(before[fact] != after[fact] for fact in before)
    counts = examined(things, changed, chains)
    curves = [examined(int(n), ON_WAGON + ON_WAGON * (n - ON_WAGON), chains) for n in SIZES]
    cells = np.random.default_rng(4).permutation(100)[: things - ON_WAGON]
    floor = np.stack([0.6 + 0.98 * (cells % 10), 3.1 + 0.72 * (cells // 10)], 1)
    places = np.vstack([[[2.2, 1.75], [3.6, 1.75]], floor])
    return Data(things, clock, speed, changed, len(before), counts, np.array(curves).T, places)


def world(things: int) -> tuple[dict, dict]:
    """Return all facts before and after PULLOUT(WAGON): the battery and the bomb are things 0, 1.

    A fact is said of a thing ("the place of 3") or of two ("4 is as far outside as 7").
    """

    def facts(outside: Array) -> dict:
        found = {(n, name): (n, name) for n in range(things) for name in PROPERTIES}
        found |= {(n, "place"): bool(outside[n]) for n in range(things)}
        for n in range(things):
            found |= {(n, m): bool(outside[n] == outside[m]) for m in range(n)}
        return found

    return facts(np.zeros(things)), facts(np.arange(things) < ON_WAGON)


def examined(things: int, changed: int, chains: bool) -> tuple[int, ...]:
    """Return how many consequences each robot examines before it acts."""
    facts = things * len(PROPERTIES) + things * (things - 1) // 2
    every = facts + (facts * (facts - 1) // 2 if chains else 0)  # … and what follows from any two
    return 1, every, every + int(changed), 1 + ON_WAGON


class Picture(Plot):
    """Left the room; right how many consequences there are, in rooms of every size."""

    size = (8.4, 4.2)

    def build(self) -> None:
        self.room, self.chart = self.axes(1, 2, width_ratios=(1, 1.35))
        self._build_room()
        ink, line = self.palette, self.palette.line
        self.name(self.chart, "Consequences to examine", "things in the room")
        self.chart.set_yscale("log")
        limits(self.chart, (3, 100), (0.25, 4e8))
        hues = (line.peephole, line.f, line.error, line.i)
        widths, styles = (2, 5, 2, 2), ("-", "-", (0, (4, 2)), "-")
        self.curves = [
            self.line(self.chart, hue, linewidth=width, linestyle=style)
            for hue, width, style in zip(hues, widths, styles, strict=True)
        ]
        self.points = [self.dots(self.chart, hue, markersize=9) for hue in hues]
        self.fuse = self.line(self.chart, ink.ink, linestyle=DASHES, linewidth=1.8)
        self.fuse_name = self.text(self.chart, ink.ink, x=98, ha="right", fontsize=10)
        texts = ("peephole", "f", "error", "i")
        self.names = [
            self.text(self.chart, getattr(ink.text, hue), x=98, ha="right", va="bottom", text=name)
            for hue, name in zip(texts, ROBOTS, strict=True)
        ]

    def _build_room(self) -> None:
        ax, ink, line = self.room, self.palette, self.palette.line
        self.name(ax, "The room")
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set_visible(True)
        limits(ax, (0, 10), (0, 10.4))
        ax.add_patch(Rectangle((1.2, 0.75), 3.4, 0.45, color=ink.muted))
        for x in (1.9, 3.9):
            ax.add_patch(Circle((x, 0.6), 0.32, color=ink.ink))
        ax.text(4.9, 0.75, "wagon", color=ink.ink, va="center")
        self.others = self.line(ax, ink.muted, marker="s", markersize=9, linestyle="none")
        self.battery = self.line(ax, line.i, marker="s", markersize=17, linestyle="none")
        self.bomb = self.dots(ax, line.f, markersize=20)
        ax.text(2.2, 2.45, "battery", color=ink.text.i, ha="right", va="bottom")
        ax.text(3.4, 2.45, "bomb", color=ink.text.f, ha="left", va="bottom")

    def update(self, data: Data) -> None:
        self.battery.set_data(*data.places[:1].T)
        self.bomb.set_data(*data.places[1:2].T)
        self.others.set_data(*data.places[2:].T)
        for line, point, counts, now, word in zip(
            self.curves, self.points, data.curves, data.counts, self.names, strict=True
        ):
            line.set_data(SIZES, counts)
            point.set_data([data.things], [now])
            word.set_y(counts[-1] * 1.35)
        self.names[1].set_text("R1D1 and R2D1")
        self.names[2].set_text("")
        self.names[0].set_y(0.32)
        fits = data.clock * data.speed
        self.fuse.set_data([3, 100], [fits, fits])
        beneath = 0.05 < fits / data.curves[1, -1] < 1.35  # the name of the curve stands above
        self.fuse_name.set_y(fits / 1.3 if beneath else fits * 1.25)
        self.fuse_name.set_va("top" if beneath else "bottom")
        self.fuse_name.set_text(f"{in_words(fits)} fit in before the bomb goes off")


def in_words(count: float) -> str:
    """Return a count exactly up to a million, then roughly."""
    return number(round(count) if count < 1e6 else float(count))


def read(data: Data) -> str:
    """Tell the end of the story for each robot."""
    fits = data.clock * data.speed
    deducers = [
        f"{name} has to examine {in_words(count)}, which takes {number(count / data.speed)} s: "
        + ("in time" if count <= fits else "too late")
        for name, count in list(zip(ROBOTS, data.counts, strict=True))[1:3]
    ]
    return (
        f"In a room of {plural(data.things, 'thing')} with {number(data.facts)} facts, of which "
        f"{number(data.changed)} change, R1 examines 1 consequence and pulls the bomb out with the "
        f"battery. {'. '.join(deducers)} (the bomb goes off after {number(data.clock)} s). Told "
        f"beforehand what pulling changes, a robot examines {number(data.counts[3])}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Three robots, a battery and a bomb",
        compute,
        Picture,
        read,
        {
            "things": slider("Things in the room", 12, 3, 100),
            "clock": slider("Bomb goes off after", 60, 10, 600, 10, unit="s"),
            "speed": slider("Thoughts a second", 10.0, 1.0, 1e5, 10, log=True),
            "chains": switch("Also what follows from any two facts", True),
        },
    )
