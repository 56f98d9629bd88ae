"""One layer by hand: W turns and stretches the plane, b shifts it, tanh bends it (row P3)."""

from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import plane
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, Values, button, slider

REACH = 2.0
STAGES = ("the plane", "W x", "W x + b", "tanh(W x + b)")


class Data(NamedTuple):
    """The layer, how far it has come, and where it moved the grid and one point."""

    W: Array  # (2, 2)
    b: Array  # (2,)
    stage: float  # 0 nothing, 1 W x, 2 W x + b, 3 tanh(W x + b)
    grid: Array  # (2, lines, 2)
    x: Array  # (2,) the point (1, 1)
    h: Array  # (2,) where it has come


def compute(
    w11: float, w12: float, w21: float, w22: float, b1: float, b2: float, stage: float
) -> Data:
    """Move grid and point through W, then b, then tanh; between two stages half-way is half-way."""
    W, b, x = np.array([[w11, w12], [w21, w22]]), np.array([b1, b2]), np.ones(2)
    return Data(W, b, stage, moved(plane.grid(REACH), W, b, stage), x, moved(x, W, b, stage))


def moved(x: Array, W: Array, b: Array, stage: float) -> Array:
    """Return points (…, 2) after `stage` of the three stages."""
    linear = x @ W.T
    stops = (x, linear, linear + b, np.tanh(linear + b))
    n = min(int(stage), 2)
    part = stage - n
    return (1 - part) * stops[n] + part * stops[n + 1]


class Picture(Plot):
    """The grid as it is moved, and the way of one point."""

    size = (6.2, 4.6)

    def build(self) -> None:
        self.ax = self.axes()
        self.ax.set_aspect("equal")
        self.name(self.ax, " ", x="first number", y="second number")
        limits(self.ax, (-4.6, 4.6), (-3.4, 3.4))
        self.ax.grid(False)
        for side in (self.ax.axhline, self.ax.axvline):
            side(0.0, color=self.palette.faint, linewidth=1.0)
        colours = self.palette.line
        self.lines = [
            self.line(self.ax, hue, linewidth=1.4) for hue in (colours.peephole, colours.f)
        ]
        self.route = self.line(self.ax, self.palette.muted, linestyle=":", linewidth=1.5)
        self.point = self.dots(self.ax, colours.i, markersize=11)
        self.title = self.text(
            self.ax, self.palette.ink, -4.6, 3.5, fontsize=12, fontweight="bold", va="bottom"
        )

    def update(self, data: Data) -> None:
        for line, points in zip(self.lines, data.grid, strict=True):
            line.set_data(*plane.curves(points))
        stages = np.linspace(0, data.stage, 40)
        self.route.set_data(*np.stack([moved(data.x, data.W, data.b, s) for s in stages]).T)
        self.point.set_data([data.h[0]], [data.h[1]])
        self.title.set_text(STAGES[round(data.stage)])


def read(data: Data) -> str:
    """Say where the point went, and what the matrix does to areas."""
    area = float(np.linalg.det(data.W))
    if abs(area) < 1e-9:
        does = "W flattens the plane to a line: that cannot be undone"
    else:
        times = number(abs(area))
        does = f"W makes every area {times} times as large" if times != "1" else "W keeps all areas"
        does += ", and turns the plane over" if area < 0 else ""
    place = f"({number(data.h[0])}, {number(data.h[1])})"
    if data.stage == 0:
        return f"Nothing has moved yet: the point (1, 1) is at {place}; {does}."
    stage = f"{data.stage:.2f}, {'at' if data.stage == round(data.stage) else 'near'}"
    return f"Stage {stage} {STAGES[round(data.stage)]}: the point (1, 1) is at {place}; {does}."


def not_yet(values: Values) -> set[str]:
    """Return the controls that move nothing before their stage has begun."""
    shifts = {"b1", "b2"} if values["stage"] <= 1 else set()
    return shifts | ({"w11", "w12", "w21", "w22"} if values["stage"] == 0 else set())


def explorer() -> Explorer:
    """Return the explorer."""
    start = {"w11": 0.9, "w12": -0.6, "w21": 0.5, "w22": 0.8, "b1": 0.6, "b2": 0.0}
    names = ("W row 1, column 1", "W row 1, column 2", "W row 2, column 1", "W row 2, column 2")
    controls = {"stage": slider("Stage", 1.0, 0.0, 3.0, 0.05)}
    for key, name in zip(start, (*names, "b 1", "b 2"), strict=True):
        controls[key] = slider(name, start[key], -2.0, 2.0, 0.1)
    presets = {
        "Turn by 90°": (0.0, -1.0, 1.0, 0.0),
        "Stretch": (2.0, 0.0, 0.0, 0.5),
        "Flatten": (1.0, 0.5, 1.0, 0.5),
    }
    for n, (name, W) in enumerate(presets.items()):
        values = dict(zip(start, W, strict=False)) | {"b1": 0.0, "b2": 0.0, "stage": 1.0}
        controls[f"preset{n}"] = button(name, lambda _, values=values: values)
    title = "One layer moves the plane"
    return Explorer(title, compute, Picture, read, controls, idle=not_yet)
