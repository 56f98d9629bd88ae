"""Gradients through time: ‖∂h^(t)/∂h^(k)‖, measured, against (‖W‖·max|g'|)^(t−k) (row H6).

The Jacobian of one step is diag(g'(a^(s))) W, that of many their product; its size is the 2-norm,
the most by which it stretches any error. Bengio, Simard and Frasconi, Learning long-term
dependencies with gradient descent is difficult (1994); Pascanu, Mikolov and Bengio, On the
difficulty of training recurrent neural networks (2013).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.ticker import FixedLocator, NullLocator

from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import fate, number, plural
from lstm_core.draw.zones import (
    DASHES,
    log_axis,
    place_beside,
    place_side_words,
    side_words,
    tint,
    zones,
)
from lstm_core.explorers._many_rnns import KINDS, H, log_norms, shape, surroundings
from lstm_core.explorers.frame import Explorer, button, choice, slider

OTHERS = 8  # further networks, drawn faintly: other weights and other inputs
PER_TEN = 40  # steps of the slider for each factor of ten; only 10 ** (n / 40) stays as it is set
TO_TRY = {
    "edge": {"g": "identity", "kind": "rotation", "radius": 1.0, "T": 60},
    "flat": {"g": "tanh", "kind": "random", "radius": 10**0.9, "T": 60},
    "sigmoid": {"g": "sigmoid", "kind": "random", "radius": 10**0.175, "T": 60},
    "one_way": {"g": "identity", "kind": "one-way", "radius": 10**-0.15, "T": 80},
}
RADII = np.geomspace(0.1, 10.0, 12)  # spectral radii of the map
EDGE = 0.09  # left border of the map
SLOPES = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "identity": 1.0}  # max|g'|


class Data(NamedTuple):
    """What the picture shows; logarithms to base 10, since the sizes leave every other scale."""

    g: str
    kind: str
    steps_back: Array  # (T + 1,) t − k = 0 … T
    measured: Array  # (1 + OTHERS, T + 1) log ‖∂h^(t)/∂h^(k)‖; row 0 is the network chosen
    bound: Array  # (T + 1,) log (‖W‖ max|g'|)^(t−k) of the network chosen
    W: Array  # (H, H)
    radius: float  # spectral radius of W
    rates: Array  # (len(RADII), 3) factor per step of three networks at each spectral radius
    bounds: Array  # (len(RADII),) ‖W‖ max|g'| there, of the network chosen


def compute(
    g: str = "tanh",
    kind: str = "random",
    radius: float = 0.9,
    T: int = 60,
    size: float = 0.3,
    seed: int = 1,
) -> Data:
    """Measure; radius: spectral radius of W, size: standard deviation of the inputs."""
    seeds = tuple(range(seed, seed + 1 + OTHERS))
    W = radius * np.stack([shape(kind, n) for n in seeds])
    measured = log_norms(W, *surroundings(seeds, T, size), g)
    steps_back = np.arange(T + 1)
    factor = np.linalg.norm(W[0], 2) * SLOPES[g]
    bound = steps_back * np.log10(factor)
    rates, bounds = sweep(g, kind, T, size, seed)
    return Data(g, kind, steps_back, measured, bound, W[0], radius, rates, bounds)


@lru_cache(maxsize=64)
def sweep(g: str, kind: str, T: int, size: float, seed: int) -> tuple[Array, Array]:
    """Return the factor per step, ‖∂h^(T)/∂h^(0)‖^(1/T), over the spectral radii of the map."""
    seeds = tuple(range(seed, seed + 3))
    shapes = np.stack([shape(kind, n) for n in seeds])
    W = (RADII[:, None, None, None] * shapes).reshape(-1, H, H)
    pull, start = surroundings(seeds, T, size)
    many = len(RADII)
    logs = log_norms(W, np.tile(pull, (many, 1, 1)), np.tile(start, (many, 1)), g, only_last=True)
    rates = 10.0 ** (logs[:, 0] / T).reshape(many, len(seeds))
    return rates, RADII * np.linalg.norm(shapes[0], 2) * SLOPES[g]


class Picture(Plot):
    """Above: the size of the error at every step back. Below: the spectrum of W, and the map."""

    size = (8.4, 6.5)

    def build(self) -> None:
        """Make the three panels: zones and axes stay, lines, points and labels move."""
        panels = self.figure.subplot_mosaic(
            [["road", "road"], ["plane", "map"]], height_ratios=(1.2, 1), width_ratios=(1, 1.3)
        )
        self.road, self.plane, self.map = (panels[name] for name in ("road", "plane", "map"))
        self._build_road(self.road)
        self._build_plane(self.plane)
        self._build_map(self.map)

    def _build_road(self, ax: Axes) -> None:
        ink, line = self.palette, self.palette.line
        self.name(
            ax, "How much of an error arrives, at most", "steps back, t − k", "size of ∂h⁽ᵗ⁾/∂h⁽ᵏ⁾"
        )
        ax.set_title(f"thin: {OTHERS} other networks", loc="right", fontsize=10, weight="normal")
        log_axis(ax)
        ax.xaxis.get_major_locator().set_params(integer=True)
        zones(ax, ink, -3, 3)
        limits(ax, (0, 60), (-16, 8))
        self.zone_names = side_words(ax, ink, ("vanished", "held", "exploded"), (-9, 0, 5))
        self.others = [self.line(ax, line.error, alpha=0.35, linewidth=1.2) for _ in range(OTHERS)]
        self.bound = self.line(ax, ink.ink, linestyle=DASHES, linewidth=1.8)
        self.measured = self.line(ax, line.error, linewidth=3.2)
        label = self._label()
        self.bound_name = self.text(ax, ink.ink, va="bottom", **label)
        self.measured_name = self.text(
            ax, ink.text.error, va="top", text="measured", weight="bold", **label
        )

    def _label(self) -> dict:
        """Return the ground of a label that may stand over a line."""
        return {"bbox": {"facecolor": self.palette.surface, "alpha": 0.8, "lw": 0, "pad": 1.5}}

    def _build_plane(self, ax: Axes) -> None:
        ink, line = self.palette, self.palette.line
        ax.set_aspect("equal", adjustable="box")
        ax.set_facecolor(tint(line.f, ink.surface))
        self.name(ax, "W on the complex plane", "real part", "imaginary part")
        ax.add_patch(Circle((0, 0), 1, facecolor=tint(line.peephole, ink.surface), zorder=0.5))
        ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=ink.muted, linewidth=1.5))
        limits(ax, (-2.5, 2.5), (-2.5, 2.5))
        turn = np.linspace(0, 2 * np.pi, 181)
        self.round = np.cos(turn), np.sin(turn)
        self.norm = self.line(ax, ink.ink, linestyle=DASHES, linewidth=1.5)
        self.singular = self.line(ax, ink.ink, marker="D", markersize=6, linestyle="none")
        self.eigen = self.dots(ax, line.i, markersize=8)
        corner = {"transform": ax.transAxes, "x": 0.03, "fontsize": 10} | self._label()
        self.radius_name = self.text(ax, ink.text.i, y=0.97, va="top", **corner)
        self.norm_name = self.text(ax, ink.ink, y=0.03, va="bottom", **corner)

    def _build_map(self, ax: Axes) -> None:
        ink, line = self.palette, self.palette.line
        self.name(ax, "Vanish, hold or explode?", "spectral radius of W", "factor per step")
        ax.set_xscale("log")
        ax.set_yscale("log")
        zones(ax, ink, 1, 1)
        limits(ax, (EDGE, 11), (0.03, 12))  # a little wider than RADII: the point stays whole
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(FixedLocator([0.03, 0.1, 0.3, 1, 3, 10]))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter("{x:g}")
        side_words(ax, ink, ("vanishes", "holds", "explodes"), (0.18, 1, 3.2))
        self.sure = self.moving(ax.axvspan(EDGE, 1, color=line.peephole, alpha=0.16, lw=0))
        self.ceiling = self.line(ax, ink.ink, linestyle=DASHES, linewidth=1.8)
        self.rates = [self.line(ax, line.error, alpha=0.5, linewidth=1.5) for _ in range(3)]
        self.here = self.line(ax, ink.muted, linewidth=1.2)
        self.point = self.dots(ax, line.error, markersize=11)
        ax.text(0.105, 6.3, "dashed: the bound", color=ink.ink, fontsize=10)
        ax.text(0.105, 3.6, "dark: vanishes for sure", color=ink.text.peephole, fontsize=10)

    def update(self, data: Data) -> None:
        """Put the numbers of `data` into the three panels."""
        self._update_road(data)
        self._update_plane(data)
        self._update_map(data)

    def _update_road(self, data: Data) -> None:
        x = data.steps_back
        low, high = road_limits(data)
        if (low, high) != self.road.get_ylim():
            place_side_words(self.zone_names, low, high)
        limits(self.road, (0, 10 if x[-1] <= 10 else 20 * np.ceil(x[-1] / 20)), (low, high))
        for line, logs in zip(self.others, data.measured[1:], strict=True):
            line.set_data(x, logs)
        self.bound.set_data(x, data.bound)
        self.measured.set_data(x, data.measured[0])
        sigma = number(np.linalg.norm(data.W, 2))
        base = sigma if SLOPES[data.g] == 1 else f"({sigma} · ¼)"
        self.bound_name.set_text(f"bound: {base}ᵗ⁻ᵏ")
        place_beside(self.bound_name, data.bound, 0.62, low, high)
        place_beside(self.measured_name, data.measured[0], 0.3, low, high)
        at, _ = self.measured_name.get_position()
        falls = data.measured[0, -1] < 0 and at > 0.2 * self.road.get_xlim()[1]
        self.measured_name.set_ha("right" if falls else "left")  # below a falling curve is left

    def _update_plane(self, data: Data) -> None:
        slope = SLOPES[data.g]
        values = slope * np.linalg.eigvals(data.W)
        singular = slope * np.linalg.svd(data.W, compute_uv=False)
        room = next(
            r for r in (2.5, 5, 10, 20, 50, 160) if 1.1 * singular[0] < r
        )  # few: redrawn all
        limits(self.plane, (-room, room), (-room, room))
        scaled, digits = ("", 3) if slope == 1 else ("¼ ", 2)
        self.norm.set_data(singular[0] * self.round[0], singular[0] * self.round[1])
        self.singular.set_data(singular, np.zeros(H))
        self.eigen.set_data(values.real, values.imag)
        self.radius_name.set_text(
            f"● {scaled}eigenvalues, {scaled}ρ = {number(slope * data.radius)}"
        )
        self.norm_name.set_text(
            f"◆ {scaled}singular values, {scaled}σ₁ = {number(singular[0], digits)}"
        )

    def _update_map(self, data: Data) -> None:
        edge = np.exp(np.interp(0, np.log(data.bounds), np.log(RADII)))
        self.sure.set_width(edge - EDGE)
        self.ceiling.set_data(RADII, data.bounds)
        for line, rates in zip(self.rates, data.rates.T, strict=True):
            line.set_data(RADII, rates)
        self.here.set_data([data.radius, data.radius], [0.03, 12])
        rate = 10 ** (data.measured[0, -1] / data.steps_back[-1])
        self.point.set_data([data.radius], [np.clip(rate, 0.031, 11.8)])


def road_limits(data: Data) -> tuple[float, float]:
    """Return limits of the upper panel that hold what is measured, and change rarely."""
    low, high = data.measured.min(), data.measured.max()
    bottom = next((n for n in (6, 12, 24, 48, 96) if -n < low - 0.5), 192)
    top = next((n for n in (6, 24, 96) if n > high + 0.5), 192)
    return -bottom, top


def read(data: Data) -> str:
    """Say in words and numbers what the picture shows."""
    T, end = data.steps_back[-1], data.measured[0, -1]
    sigma, slope = np.linalg.norm(data.W, 2), SLOPES[data.g]
    low, high = (in_full(log) for log in (data.measured[:, -1].min(), data.measured[:, -1].max()))
    others = f"with {low}" if low == high else f"between {low} and {high}"
    return (
        f"{plural(int(T), 'step')} back an error has at most {in_full(end)} times its first size: "
        f"{fate(10.0**end)}. The bound, ({number(sigma)} · {number(slope)}) to the power {T}, is "
        f"{in_full(data.bound[-1])}, {proved(data)}. {OTHERS} other networks drawn alike end "
        f"{others}."
    )


def proved(data: Data) -> str:
    """Say what follows for certain: from the bound, and without an activation from ρ."""
    bound, rho = 10.0 ** data.bound[1], number(data.radius)
    if bound < 1 - 1e-9:
        return "so it must vanish"
    if bound < 1 + 1e-9:
        return "so it cannot grow"
    if data.g != "identity" or abs(data.radius - 1) < 1e-9:
        return f"which leaves all open (ρ = {rho} does not decide it)"
    end = "vanish" if data.radius < 1 else "explode"
    return f"which leaves all open; but g is the identity, so ρ = {rho} makes it {end} in the end"


def in_full(log: float) -> str:
    """Return 10^log as text, also where it leaves the range of a float."""
    return number(10.0**log) if abs(log) < 250 else f"1e{log:+.0f}"


def explorer() -> Explorer:
    """Return the explorer; a click on the map chooses the spectral radius."""
    return Explorer(
        "Vanish, hold or explode: an error on its way back through time",
        compute,
        Picture,
        read,
        {
            "radius": slider(
                "Spectral radius ρ", 10**-0.05, 0.1, 10.0, PER_TEN, log=True, form=".2f"
            ),
            "g": choice("Activation g", "tanh", tuple(SLOPES)),
            "kind": choice("Kind of W", "random", KINDS),
            "T": slider("Length", 60, 5, 80, unit="steps"),
            "size": slider("Size of the inputs", 0.3, 0.0, 2.0, 0.1),
            "seed": slider("Seed", 1, 1, 50),
        }
        | {
            key: button(f"{n} · {key.replace('_', ' ')}", lambda _, values=values: values)
            for n, (key, values) in enumerate(TO_TRY.items(), 1)
        },
        on_click=lambda click, values: (
            {"radius": float(np.clip(round(click.x, 2), 0.1, 10))} if click.axes == 2 else None
        ),
    )
