"""Errors on their way back through a deep dense net: vanish, hold or explode (row H5).

Real digits go in, a random net of equal layers answers, and the error of its first answer flows
back. Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
(2010); He, Zhang, Ren and Sun, Delving deep into rectifiers (2015).
"""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from lstm_core import dense
from lstm_core.checks import Array
from lstm_core.data import digits
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import fate, number, plural
from lstm_core.draw.zones import log_axis, place_side_words, side_words, zones
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider
from lstm_core.losses import softmax_cross_entropy
from lstm_core.parameters import map_arrays

WIDTH, SAMPLES, OTHERS = 64, 8, 4
SCALES = np.geomspace(0.25, 4.0, 9)  # of the map
MAP_DEPTH = 20  # the net on which the map is measured
MARKED = {"1/√n": 1.0, "√(2/n)": 2**0.5}  # Glorot's (all layers are equally wide), and He's


class Data(NamedTuple):
    """Sizes on a logarithmic scale (base 10) of errors and activations in layers 1 … L."""

    g: str
    scale: float
    layers: Array  # (L,) 1 … L
    errors: Array  # (1 + OTHERS, L) log ‖δh_l‖ / ‖δh_L‖; row 0 is the net chosen
    activations: Array  # (1 + OTHERS, L) log root mean square of h_l
    rates: Array  # (len(SCALES),) factor per layer at each scale


def compute(g: str, depth: int, scale: float, seed: int) -> Data:
    """Send an error back through `depth` hidden layers of weights N(0, scale²/n)."""
    found = [one(g, depth, scale, seed + n) for n in range(1 + OTHERS)]
    errors, activations = (np.array(logs) for logs in zip(*found, strict=True))
    return Data(g, scale, np.arange(1, depth + 1), errors, activations, sweep(g, seed))


def one(g: str, depth: int, scale: float, seed: int) -> tuple[Array, Array]:
    """Return log ‖δh_l‖/‖δh_L‖ and log of the size of h_l for l = 1 … L, of one random net."""
    X, labels = samples()
    params = map_arrays(lambda layer: scale * layer, weights(depth, seed))
    run = dense.forward(params, X, g)
    _, do = softmax_cross_entropy(run.o, labels)
    errors = logs([np.linalg.norm(dh) for dh in dense.backward(params, run, do).dh])
    return errors - errors[-1], logs([np.sqrt(np.mean(h**2)) for h in run.h])


@lru_cache(maxsize=64)
def weights(depth: int, seed: int) -> dense.DenseParams:
    """Return a net of `depth` hidden layers, each weight N(0, 1/n)."""
    sizes = [WIDTH] * (depth + 1) + [10]
    return dense.init(sizes, np.random.default_rng(seed), kind="lecun")


@cache
def samples() -> tuple[Array, Array]:
    """Return a few digits with mean 0 and spread 1, and their labels."""
    data = digits()
    X = data.images[:SAMPLES].reshape(SAMPLES, -1)
    return (X - X.mean()) / X.std(), data.labels[:SAMPLES]


@lru_cache(maxsize=64)
def sweep(g: str, seed: int) -> Array:
    """Return the factor per layer at each of SCALES."""
    ways = np.array([one(g, MAP_DEPTH, scale, seed)[0][0] for scale in SCALES])
    return 10.0 ** (ways / (MAP_DEPTH - 1))


def logs(sizes: list[float]) -> Array:
    """Return logarithms to base 10; what has become exactly zero counts as 10⁻³⁰⁰."""
    return np.log10(np.maximum(sizes, 1e-300))


class Picture(Plot):
    """Above the errors, layer by layer; below the activations, and the map over the scales."""

    size = (8.4, 6.2)

    def build(self) -> None:
        panels = self.figure.subplot_mosaic(
            [["road", "road"], ["sizes", "map"]], height_ratios=(1.25, 1), width_ratios=(1, 1)
        )
        self.road, self.sizes, self.map = (panels[name] for name in ("road", "sizes", "map"))
        self._build_layers()
        self._build_map(self.map)

    def _build_layers(self) -> None:
        ink, line = self.palette, self.palette.line
        self.name(self.road, "The error in each layer", "layer", "δh of the layer / δh of the last")
        self.name(self.sizes, "The activations in each layer", "layer", "size of h")
        self.road.set_title(
            "◂ errors flow this way    thin: other seeds", loc="right", fontsize=10, weight="normal"
        )
        for ax in (self.road, self.sizes):
            log_axis(ax)
            ax.xaxis.get_major_locator().set_params(integer=True)
            limits(ax, (1, 20), (-12, 6))
        zones(self.road, ink, -3, 3)
        self.zone_names = side_words(self.road, ink, ("vanished", "held", "exploded"), (-8, 0, 5))
        thin = {"alpha": 0.35, "linewidth": 1.2}
        self.others = [self.line(self.road, line.error, **thin) for _ in range(OTHERS)]
        self.errors = self.line(self.road, line.error, linewidth=3, marker="o", markersize=5)
        self.other_sizes = [self.line(self.sizes, line.y, **thin) for _ in range(OTHERS)]
        self.activations = self.line(self.sizes, line.y, linewidth=2.5)

    def _build_map(self, ax: Axes) -> None:
        ink, line = self.palette, self.palette.line
        self.name(ax, "Vanish, hold or explode?", "scale s of the weights", "factor per layer")
        ax.set_xscale("log")
        ax.set_yscale("log")
        zones(ax, ink, 1, 1)
        limits(ax, (0.23, 4.4), (0.02, 8))  # a little wider than SCALES: the point stays whole
        for axis, ticks in ((ax.xaxis, (0.25, 0.5, 1, 2, 4)), (ax.yaxis, (0.03, 0.1, 0.3, 1, 3))):
            axis.set_major_locator(FixedLocator(ticks))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter("{x:g}")
        side_words(ax, ink, ("vanishes", "holds", "explodes"), (0.14, 1, 3))
        for (word, scale), side in zip(MARKED.items(), ("right", "left"), strict=True):
            ax.axvline(scale, color=ink.muted, linewidth=1.2, linestyle=(0, (2, 2)))
            ax.text(scale, 0.023, f" {word} ", color=ink.muted, ha=side, fontsize=10)
        self.rates = self.line(ax, line.error, alpha=0.6)
        self.here = self.line(ax, ink.muted, linewidth=1.2)
        self.point = self.dots(ax, line.error, markersize=11)

    def update(self, data: Data) -> None:
        self._update_layers(data)
        self.rates.set_data(SCALES, data.rates)
        self.here.set_data([data.scale] * 2, [0.02, 8])
        rate = 10.0 ** (data.errors[0, 0] / (len(data.layers) - 1))
        self.point.set_data([data.scale], [np.clip(rate, 0.021, 7.8)])

    def _update_layers(self, data: Data) -> None:
        low, high = log_limits(data.errors)
        if (low, high) != self.road.get_ylim():
            place_side_words(self.zone_names, low, high)
        last = next(n for n in (10, 20, 30, 40) if n >= data.layers[-1])  # few: redrawn all
        limits(self.road, (1, last), (low, high))
        limits(self.sizes, (1, last), log_limits(data.activations))
        self.errors.set_data(data.layers, data.errors[0])
        self.activations.set_data(data.layers, data.activations[0])
        for n in range(OTHERS):
            self.others[n].set_data(data.layers, data.errors[n + 1])
            self.other_sizes[n].set_data(data.layers, data.activations[n + 1])


def log_limits(values: Array) -> tuple[float, float]:
    """Return limits for logarithms that hold all values and change rarely."""
    steps = (5, 15, 30, 60, 301)
    low, high = values.min(), values.max()
    return -next(n for n in steps if -n < low - 0.5), next(n for n in steps if n > high + 0.5)


def read(data: Data) -> str:
    """Say what is left of the error in the first layer."""
    L = len(data.layers)
    ratio, activation = 10.0 ** data.errors[0, 0], 10.0 ** data.activations[0, -1]
    ends = 10.0 ** data.errors[:, 0]
    return (
        f"{data.g}, scale {number(data.scale)}: {plural(L - 1, 'layer')} back the error is "
        f"{number(ratio)} times that of the last layer: {fate(ratio)} (all seeds: "
        f"{number(ends.min())} to {number(ends.max())}). Activations have size "
        f"{number(activation)} in the last layer."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Take the scale where the map was clicked."""
    return {"scale": round(20 * click.x) / 20} if click.axes == 2 else None


def explorer() -> Explorer:
    """Return the explorer; a click on the map chooses the scale."""
    return Explorer(
        "An error on its way back through a deep net",
        compute,
        Picture,
        read,
        {
            "g": choice("Activation g", "sigmoid", ("sigmoid", "tanh", "relu", "identity")),
            "depth": slider("Hidden layers", 20, 2, 40),
            "scale": slider("Scale s of the weights", 1.0, 0.25, 4.0, 0.05),
            "seed": slider("Seed", 1, 1, 50),
        },
        on_click=clicked,
    )
