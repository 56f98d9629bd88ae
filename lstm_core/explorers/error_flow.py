"""The error at every earlier step, simple RNN against LSTM on the same weather (row B6).

An error of length one enters at the last step, at h or y; the picture shows how long it is at every
step before: the root mean square over its directions. No net is trained. Every road between the
steps of the LSTM can be closed. Nine more pairs of nets, of the next seeds, tell what is luck.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from lstm_core import lstm, rnn, tasks
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits, spread
from lstm_core.draw.text import fate, number
from lstm_core.explorers.frame import Explorer, choice, slider, switch
from lstm_core.jacobians import ROUTES, lstm_cell_terms, lstm_state_jacobians, rnn_jacobians
from lstm_core.lstm import LSTMParams, LSTMRun
from lstm_core.models import ALWAYS_OPEN

H = 8
OTHERS = 9  # further pairs of nets, drawn faintly: the next seeds
FLOOR = 1e-16
ROADS = {
    "cell": "cell line",
    "forget": "road through f̄",
    "input": "road through ī",
    "block": "road through z̄",
    "output": "road through ō",
}


class Data(NamedTuple):
    """Lengths of the error at steps k = 0 … T, 1 at k = T, and sizes of the roads."""

    lstm: Array  # (1 + OTHERS, T + 1); row 0 is the seed chosen
    rnn: Array  # (1 + OTHERS, T + 1)
    cell: Array  # (T + 1,) along the cell line alone, of the seed chosen, and so is all below
    roads: Array  # (5,) mean size of the four terms of ∂c/∂c, and of ∂y/∂y through the output gate
    open: tuple[str, ...]


def compute(
    forget_bias: float,
    R_scale: float,
    peepholes: float,
    length: int,
    forget_gate: str,
    seed: int,
    **open_roads: bool,
) -> Data:
    """Run all nets over `length` days and carry errors of length one back."""
    X = _weather()[:length]
    seeds = range(seed, seed + 1 + OTHERS)
    roads = tuple(name for name in ROUTES if open_roads[name])
    blocks = [_block(forget_bias, R_scale, peepholes, forget_gate, n) for n in seeds]
    runs = _runs(blocks, X)
    states = [
        lstm_state_jacobians(block, run, roads) for block, run in zip(blocks, runs, strict=True)
    ]
    line = np.cumprod(np.vstack([np.ones(H), runs[0].f[::-1]]), axis=0)[::-1]
    return Data(
        _lengths(np.stack(states), np.eye(H, 2 * H, H)),  # the error enters at y
        _lengths(_simple(R_scale, length, tuple(seeds)), np.eye(H)),
        np.maximum(np.sqrt((line**2).mean(axis=1)), FLOOR),
        _road_sizes(blocks[0], runs[0]),
        roads,
    )


@cache
def _weather() -> Array:
    """Return 200 days of scaled weather, (200, 4)."""
    return tasks.forecast(200).train.X[:, 0]


def _block(
    bias: float, R_scale: float, peepholes: float, forget_gate: str, seed: int
) -> LSTMParams:
    """Return the LSTM block of these sliders; without forget gate f is exactly 1."""
    start = lstm.init(4, H, np.random.default_rng(seed), bias, peepholes=True)
    W, R, p, b = start.W.copy(), R_scale * start.R, peepholes * start.p * H**0.5, start.b.copy()
    if forget_gate == "removed":
        b[2] = ALWAYS_OPEN
    return LSTMParams(W, R, p, b)


def _runs(blocks: Sequence[LSTMParams], X: Array) -> list[LSTMRun]:
    """Run many blocks of H units as one of all their units, which is quicker; return their runs."""
    R = np.zeros((4, len(blocks) * H, len(blocks) * H))
    places = [slice(n * H, (n + 1) * H) for n in range(len(blocks))]
    for block, place in zip(blocks, places, strict=True):
        R[:, place, place] = block.R
    W, p, b = (np.concatenate([getattr(block, name) for block in blocks], 1) for name in "Wpb")
    x, *values = lstm.forward(LSTMParams(W, R, p, b), X)
    return [LSTMRun(x, *(value[..., place] for value in values)) for place in places]


@lru_cache(maxsize=16)
def _simple(R_scale: float, length: int, seeds: tuple[int, ...]) -> Array:
    """Return ∂h^(t)/∂h^(t-1) of one simple RNN for each seed, (N, T, H, H)."""
    jacobians = []
    for seed in seeds:
        start = rnn.init(4, H, 1, np.random.default_rng(seed))
        params = replace(start, W=R_scale * start.W)
        run = rnn.forward(params, _weather()[:length], f="identity")
        jacobians.append(rnn_jacobians(params, run))
    return np.stack(jacobians)


def _road_sizes(params: LSTMParams, run: LSTMRun) -> Array:
    """Return the mean size of each road in one step, (5,)."""
    to_output = lstm_state_jacobians(params, run, ("output",))[1:, H:, H:]
    terms = (*lstm_cell_terms(params, run), to_output)
    return np.array([np.linalg.norm(term, axis=(1, 2)).mean() / H**0.5 for term in terms])


def _lengths(jacobians: Array, error: Array) -> Array:
    """Return the root mean square length of errors (n, state) at every step, (N, T + 1).

    They are carried back through the Jacobians (N, T, state, state) of N nets.
    """
    errors = [np.broadcast_to(error, (len(jacobians), *error.shape))]
    for t in reversed(range(jacobians.shape[1])):
        errors.append(errors[-1] @ jacobians[:, t])
    squares = (np.stack(errors[::-1], axis=1) ** 2).sum(axis=(2, 3))
    return np.clip(np.sqrt(squares / len(error)), FLOOR, 1 / FLOOR)


class Picture(Plot):
    """Left the errors over the steps, right the size of each road between two steps."""

    size = (9.0, 4.2)

    def build(self) -> None:
        hues = self.palette.line
        self.left, self.right = self.axes(1, 2, width_ratios=(2.1, 1))
        self.name(self.left, "length of the error, 1 at the last step", x="step k")
        self.left.set_yscale("log")
        limits(self.left, (0, 100), (1e-10, 1e4))
        thin = {"loc": "right", "fontsize": 10, "weight": "normal"}
        self.left.set_title(f"thin: {OTHERS} other seeds", **thin)
        self.left.axhline(1.0, color=self.palette.muted, linewidth=1.0)
        self.others = {
            name: [
                self.line(self.left, hue, linestyle=style, alpha=0.4, linewidth=1.0)
                for _ in range(OTHERS)
            ]
            for name, hue, style in (("rnn", hues.y, "--"), ("lstm", hues.error, "-"))
        }
        self.curves = {
            "simple RNN": self.line(self.left, hues.y, linestyle="--"),
            "cell line alone": self.line(self.left, hues.c, linewidth=1.8, linestyle=":"),
            "LSTM": self.line(self.left, hues.error, linewidth=3.0),
        }
        text = self.palette.text
        patch = {"facecolor": self.palette.surface, "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
        self.names = {
            name: self.text(self.left, colour, va="center", weight="bold", text=name, bbox=patch)
            for name, colour in zip(self.curves, (text.y, text.c, text.error), strict=True)
        }
        self._build_roads()

    def _build_roads(self) -> None:
        hues = self.palette.line
        self.name(self.right, "size of each road", x="mean factor in one step")
        self.right.grid(axis="y", visible=False)
        limits(self.right, (0.0, 2.2), (4.6, -0.6))
        self.right.set_yticks(range(5), [name.removeprefix("road ") for name in ROADS.values()])
        self.right.axvline(1.0, color=self.palette.muted, linewidth=1.0)
        colours = (hues.c, hues.f, hues.i, hues.z, hues.o)
        self.bars = self.right.barh(range(5), np.ones(5), color=colours, height=0.6)
        self.moving(*self.bars)
        self.sizes = [self.text(self.right, self.palette.ink, va="center") for _ in range(5)]

    def update(self, data: Data) -> None:
        T = len(data.cell) - 1
        lowest = min(data.lstm.min(), data.cell.min(), data.rnn.min())
        highest = max(data.lstm.max(), data.rnn.max())
        bottom = next(low for low in (1e-8, FLOOR) if lowest >= low)
        limits(self.left, (0, T), (bottom, 1e4 if highest <= 1e4 else 1e16))
        for name, lines in self.others.items():
            for line, value in zip(lines, getattr(data, name)[1:], strict=True):
                line.set_data(np.arange(T + 1), value)
        values = (data.rnn[0], data.cell, data.lstm[0])
        for curve, value in zip(self.curves.values(), values, strict=True):
            curve.set_data(np.arange(T + 1), value)
        self._place_names([float(value[0]) for value in values], T)
        for name, bar, size, label in zip(ROUTES, self.bars, data.roads, self.sizes, strict=True):
            shown = name in data.open
            bar.set_width(size)
            bar.set_alpha(1.0 if shown else 0.2)
            label.set_text(f" {number(size, 2)}" if shown else f" {number(size, 2)}, closed")
            label.set_position((min(size, 1.6), bar.get_y() + bar.get_height() / 2))

    def _place_names(self, starts: list[float], T: int) -> None:
        """Write the names at the left ends of the curves, clear of each other."""
        low, high = np.log10(self.left.get_ylim())
        gap = 0.07 * (high - low)
        places = spread(np.log10(starts) + 0.6 * gap, gap)
        rank = np.argsort(np.argsort(places))  # those at the border stand one above the other
        places = np.maximum(places, low + (0.5 + rank) * gap)
        places = np.minimum(places, high - (len(places) - 0.5 - rank) * gap)
        for name, place in zip(self.names.values(), places, strict=True):
            name.set_position((0.015 * T, 10.0**place))


def read(data: Data) -> str:
    """Say how long the error is at step 0, for both nets, the cell line alone and other seeds."""
    T = len(data.cell) - 1
    lstms, simple = data.lstm[:, 0], data.rnn[:, 0]
    closed = [name for key, name in ROADS.items() if key not in data.open]
    extra = f" Closed: {', '.join(closed)}." if closed else ""
    return (
        f"{T} steps back the LSTM's error is {_size(lstms[0])} of what entered: "
        f"{fate(lstms[0])}. That of the simple RNN is {_size(simple[0])}: {fate(simple[0])}. "
        f"The cell line alone would carry {_size(data.cell[0])}.{extra} "
        f"With {OTHERS} other seeds: LSTM {_span(lstms[1:])}, simple RNN {_span(simple[1:])}."
    )


def _span(ratios: Array) -> str:
    low, high = _size(ratios.min()), _size(ratios.max())
    return low if low == high else f"{low} to {high}"


def _size(ratio: float) -> str:
    return f"below {number(FLOOR, 1)}" if ratio <= FLOOR else number(ratio, 2)


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The error on its way back, simple RNN and LSTM",
        compute,
        Picture,
        read,
        {
            "forget_bias": slider("Forget bias", 1.0, -3.0, 6.0, 0.1),
            "R_scale": slider("Scale of R and W", 1.0, 0.0, 4.0, 0.05),
            "peepholes": slider("Scale of peepholes", 0.0, 0.0, 2.0, 0.05),
            "length": slider("Length", 60, 10, 200, 10, unit="steps"),
            "forget_gate": choice("Forget gate", "present", ("present", "removed")),
            "seed": slider("Seed", 0, 0, 20),
        }
        | {key: switch(f"{name} open", True) for key, name in ROADS.items()},
        idle=lambda values: {"forget_bias"} if values["forget_gate"] == "removed" else set(),
    )
