"""Gradient clipping on the cliff of a small recurrent net, by norm, by value, or not (row B7).

The net: one unit, h^(t) = σ(w h^(t-1) + b) for 30 steps from h^(0) = 0.5, asked to end at 0.7; so
J = ½ (h^(30) − 0.7)² is a surface over w and b. Pascanu, Mikolov and Bengio, On the difficulty of
training recurrent neural networks (2013), found the cliff in a net like this one.

Its brink is the line b = −w/2: there h stays at ½ for ever, above it h climbs, below it h falls.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, slider

STEPS, START, TARGET = 30, 0.5, 0.7
W_RANGE, B_RANGE = (3.8, 5.4), (-2.7, -1.7)
WAYS = ("not clipped", "by norm", "by value")


class Data(NamedTuple):
    """The paths of the three ways, and what clipping did to their gradients."""

    paths: Array  # (updates + 1, 3 ways, 2): w and b
    losses: Array  # (updates + 1, 3)
    raw: Array  # (updates, 3, 2) gradients as back propagation finds them
    used: Array  # (updates, 3, 2) the same, clipped
    turned: Array  # (updates, 3) angle between the two, in degrees
    azimuth: float  # from where the surface is seen, in degrees

    @property
    def most(self) -> int:
        """The update, from 0, whose gradient clipping by value turned most."""
        return int(self.turned[:, 2].argmax())


def loss_and_gradient(w: Array, b: Array) -> tuple[Array, Array, Array]:
    """Return J, ∂J/∂w and ∂J/∂b for many (w, b) at once: forward, errors back, sum over time."""
    h = [np.full(np.shape(w), START)]
    for _ in range(STEPS):
        h.append(sigmoid(w * h[-1] + b))
    dh, dw, db = h[-1] - TARGET, np.zeros(np.shape(w)), np.zeros(np.shape(w))
    for t in reversed(range(STEPS)):
        da = dh * h[t + 1] * (1 - h[t + 1])
        dw, db, dh = dw + da * h[t], db + da, w * da
    return 0.5 * (h[-1] - TARGET) ** 2, dw, db


def compute(
    w: float, b: float, rate: float, threshold: float, updates: int, azimuth: float = 30.0
) -> Data:
    """Follow gradient descent from (w, b), three ways at once.

    Rate and threshold count with two digits, as the sliders show them: paths at the cliff are so
    sensitive that what is computed must be what is read.
    """
    rate, threshold = (float(f"{value:.2g}") for value in (rate, threshold))
    place = np.tile([w, b], (3, 1))
    paths, losses, raws, used_ones = [place], [], [], []
    for _ in range(updates):
        J, dw, db = loss_and_gradient(*place.T)
        raw = np.stack([dw, db], axis=1)
        used = clip(raw, threshold)
        place = place - rate * used
        for kept, value in ((paths, place), (losses, J), (raws, raw), (used_ones, used)):
            kept.append(value)
    losses.append(loss_and_gradient(*place.T)[0])
    raw, used = np.array(raws), np.array(used_ones)
    turned = np.array([angles(*pair) for pair in zip(raw, used, strict=True)])
    return Data(np.array(paths), np.array(losses), raw, used, turned, azimuth)


def clip(raw: Array, threshold: float) -> Array:
    """Return three gradients (3, 2): as it is, clipped by its norm, and number by number."""
    length = np.linalg.norm(raw[1])
    by_norm = raw[1] * min(1.0, threshold / length) if length > 0 else raw[1]
    return np.stack([raw[0], by_norm, np.clip(raw[2], -threshold, threshold)])


def angles(one: Array, other: Array) -> Array:
    """Return the angles between rows of two arrays, in degrees; 0 where a row has no length."""
    across = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return np.degrees(np.arctan2(np.abs(across), (one * other).sum(axis=1)))


@cache
def surface(columns: int = 25, rows: int = 14) -> tuple[Array, Array, Array]:
    """Return w, b and the loss on a net of points that lies close at the brink of the cliff.

    A square grid would cross the brink at a slant and show it as the teeth of a comb.
    """
    w = np.linspace(*W_RANGE, columns)
    brink = np.maximum(-w / 2, B_RANGE[0] + 1e-3)
    near = np.linspace(0.0, 1.0, rows)[:, None] ** 3
    below, above = (brink + near * (end - brink) for end in B_RANGE)
    b = np.vstack([below[:0:-1], above])
    w = np.broadcast_to(w, b.shape)
    return w, b, loss_and_gradient(w, b)[0]


def inside(place: Array) -> Array:
    """Say of places (…, 2) whether they lie on the map."""
    low, high = np.transpose([W_RANGE, B_RANGE])
    return ((place >= low) & (place <= high)).all(axis=-1)


def on_map(path: Array, losses: Array) -> Array:
    """Return w, b and J (3, n) of a path as far as the border of the map."""
    points = np.column_stack([path, losses])
    if inside(path).all():
        return points.T
    out = max(int(np.argmin(inside(path))), 1)
    last, step = points[out - 1], points[out] - points[out - 1]
    ends = np.where(step[:2] > 0, [W_RANGE[1], B_RANGE[1]], [W_RANGE[0], B_RANGE[0]])
    moves = step[:2] != 0
    share = float(((ends - last[:2])[moves] / step[:2][moves]).min(initial=1.0))
    return np.vstack([points[:out], last + share * step]).T


class Picture(Plot):
    """The surface with the three paths, in three dimensions and from above; the largest turn."""

    size = (9.0, 4.2)

    def build(self) -> None:
        grid = self.figure.add_gridspec(2, 3, width_ratios=(1.2, 1.15, 0.56))
        self.solid = self.figure.add_subplot(grid[:, 0], projection="3d")
        self.map = self.figure.add_subplot(grid[:, 1])
        self._build_solid()
        self._build_map()
        hues, texts = self.palette.line, self.palette.text
        self.above, self.lines, self.ends = [], [], []
        for hue, style in ((hues.error, "-"), (hues.i, "--"), (hues.f, "-.")):
            look = {"linestyle": style, "linewidth": 1.6}
            self.above.append(self.line(self.map, hue, marker=".", markersize=5, **look))
            solid = self.solid.plot([], [], [], color=hue, linestyle=style, linewidth=2.0)
            self.lines.append(self.moving(*solid))
            self.ends.append(self.dots(self.map, hue, markersize=9))
        self.start = self.dots(self.map, self.palette.ink, markersize=11)
        self._build_turn(self.figure.add_subplot(grid[0, 2]))
        board = self.figure.add_subplot(grid[1, 2])
        board.set_axis_off()
        limits(board, (0, 1), (0, 1))
        self.names = [
            self.text(board, hue, 0.0, 1.0 - 0.36 * n, va="top", weight="bold", linespacing=1.5)
            for n, hue in enumerate((texts.error, texts.i, texts.f))
        ]

    def _build_turn(self, ax: Axes) -> None:
        """Make the small picture of two directions: a gradient, and what clipping makes of it."""
        ax.set(xticks=[], yticks=[], aspect="equal", facecolor=self.palette.panel)
        ax.set_title("largest turn")
        ax.grid(False)
        limits(ax, (-1.3, 1.3), (-1.3, 1.3))
        hues = self.palette.line
        styles = ((self.palette.muted, "-", 4.0), (hues.i, "--", 2.2), (hues.f, "-.", 2.6))
        self.directions = [
            self.line(ax, hue, linestyle=style, linewidth=width, marker="o", markevery=[1])
            for hue, style, width in styles
        ]
        self.angle = self.text(ax, self.palette.text.f, 0.0, -1.2, ha="center", weight="bold")

    def _build_solid(self) -> None:
        ax = self.solid
        shades = {"cmap": self.palette.ramp("peephole"), "norm": PowerNorm(0.5)}
        ax.plot_surface(*surface(), rstride=1, cstride=1, linewidth=0, alpha=0.85, **shades)
        ax.view_init(elev=34, azim=30)
        ax.locator_params(nbins=4)
        ax.set(xlabel="w", ylabel="b", xlim=W_RANGE, ylim=B_RANGE, zlim=(0, 0.27))
        ax.set_title("loss J(w, b)")
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.set_pane_color(self.palette.panel)

    def _build_map(self) -> None:
        self.name(self.map, "from above; click to start there", x="w", y="b")
        w, b, J = surface()
        levels = np.linspace(0.0, 0.48, 13) ** 2
        colours = self.palette.ramp("peephole")
        self.map.contourf(w, b, J, levels, cmap=colours, norm=PowerNorm(0.5))
        limits(self.map, W_RANGE, B_RANGE)
        self.map.grid(False)

    def update(self, data: Data) -> None:
        if self.solid.azim != data.azimuth:
            self.solid.view_init(elev=34, azim=data.azimuth)
            self.solid.stale = True
        for n in range(3):
            w, b = data.paths[:, n].T
            self.above[n].set_data(w, b)
            self.ends[n].set_data(w[-1:], b[-1:])
            w, b, J = on_map(data.paths[:, n], data.losses[:, n])
            self.lines[n].set_data_3d(w, b, J + 0.004)
            self.names[n].set_text(f"{WAYS[n]}\nJ = {number(data.losses[-1, n], 2)}")
        self.start.set_data(*data.paths[:1, 0].T)
        raw, by_value = data.raw[data.most, 2], data.used[data.most, 2]
        for line, way in zip(self.directions, (raw, raw, by_value), strict=True):
            right, up = -way / (float(np.linalg.norm(way)) or 1.0)
            line.set_data([0.0, right], [0.0, up])
        self.angle.set_text(f"{number(data.turned[data.most, 2], 2)}°")


def read(data: Data) -> str:
    """Say where each way ends, how long the longest gradient was, and how clipping turned it."""
    left = ["" if stays else " (it left the map)" for stays in inside(data.paths).all(axis=0)]
    ends = ", ".join(
        f"{way} {number(end, 2)}{out}"
        for way, end, out in zip(WAYS, data.losses[-1], left, strict=True)
    )
    turned = data.turned[:, 2].max()
    by_as_much = f"one by {number(turned, 2)} degrees" if turned > 0.05 else "none either"
    raw, by_norm, by_value = np.linalg.norm(data.raw, axis=2).max(axis=0)
    return (
        f"From J = {number(data.losses[0, 0], 2)}, after {plural(len(data.raw), 'update')}: "
        f"{ends}. "
        f"Longest gradient on the way: {number(raw, 2)}; before it was clipped by norm "
        f"{number(by_norm, 2)}, by value {number(by_value, 2)}. Clipping by norm turned no "
        f"gradient; by value it turned {by_as_much}."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Start where the learner clicks on the map."""
    if click.axes != 1:
        return None
    return {"w": round(click.x, 2), "b": round(click.y, 2)}


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The cliff, with and without clipping",
        compute,
        Picture,
        read,
        {
            "w": slider("Start w", 4.4, *W_RANGE, 0.01),
            "b": slider("Start b", -1.8, *B_RANGE, 0.01),
            "rate": slider("Learning rate", 1.0, 0.1, 10.0, log=True),
            "threshold": slider("Threshold", 0.05, 0.01, 10.0, log=True),
            "updates": slider("Updates", 40, 1, 50),
            "azimuth": slider("View from", 30, 10, 75, 5, unit="degrees"),
        },
        on_click=clicked,
    )
