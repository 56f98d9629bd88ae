"""The error at every earlier step, simple RNN against LSTM on the same weather (row B6).

An error of length one enters at the last step; the picture shows how long it is at every step
before, averaged over many directions. Every road between the steps of the LSTM can be closed.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import lstm, rnn, tasks
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits, spread
from lstm_core.draw.text import fate, number
from lstm_core.explorers.frame import Explorer, choice, slider, switch
from lstm_core.gradients import lstm_cell_terms, lstm_state_jacobians, rnn_jacobians
from lstm_core.jacobians import ROUTES
from lstm_core.lstm import LSTMParams
from lstm_core.models import ALWAYS_OPEN

H = 8
FLOOR = 1e-16
ROADS = {
    "cell": "cell line",
    "forget": "road through f̄",
    "input": "road through ī",
    "block": "road through z̄",
    "output": "road through ō",
}


class Data(NamedTuple):
    """Lengths of the error at steps k = 0 … T, (T+1,), 1 at k = T; sizes of the roads."""

    lstm: Array
    rnn: Array
    cell: Array  # along the cell line alone
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
    """Run both nets over `length` days and carry errors of length one back."""
    X = _weather()[:length]
    params = _block(forget_bias, R_scale, peepholes, forget_gate, seed)
    run = lstm.forward(params, X)
    roads = tuple(name for name in ROUTES if open_roads[name])
    simple = rnn.init(X.shape[1], H, 1, np.random.default_rng(seed))
    simple = rnn.RNNParams(simple.U, R_scale * simple.W, simple.V, simple.b, simple.c)
    steps = rnn_jacobians(simple, rnn.forward(simple, X, f="identity"))
    state = lstm_state_jacobians(params, run, roads)
    to_output = lstm_state_jacobians(params, run, ("output",))[1:, H:, H:]
    terms = (*lstm_cell_terms(params, run), to_output)
    sizes = [np.linalg.norm(term, axis=(1, 2)).mean() / H**0.5 for term in terms]
    line = np.cumprod(np.vstack([np.ones(H), run.f[::-1]]), axis=0)[::-1]
    return Data(
        _lengths(state, np.hstack([np.zeros((H, H)), np.eye(H)])),
        _lengths(steps, np.eye(H)),
        np.maximum(np.sqrt((line**2).mean(axis=1)), FLOOR),
        np.array(sizes),
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


def _lengths(jacobians: Array, error: Array) -> Array:
    """Return the root mean square length of errors (n, state), carried back over all steps."""
    found = [1.0]
    for jacobian in jacobians[::-1]:
        error = error @ jacobian
        found.append(float(np.sqrt((error**2).sum() / len(error))))
    return np.clip(found[::-1], FLOOR, 1 / FLOOR)


class Picture(Plot):
    """Left the errors over the steps, right the size of each road between two steps."""

    size = (9.0, 4.2)

    def build(self) -> None:
        hues = self.palette.line
        self.left, self.right = self.axes(1, 2, width_ratios=(2.1, 1))
        self.name(self.left, "length of the error, 1 at the last step", x="step k")
        self.left.set_yscale("log")
        limits(self.left, (0, 100), (1e-10, 1e4))
        self.left.axhline(1.0, color=self.palette.muted, linewidth=1.0)
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
        T = len(data.lstm) - 1
        lowest = min(data.lstm.min(), data.cell.min(), data.rnn.min())
        highest = max(data.lstm.max(), data.rnn.max())
        bottom = next(low for low in (1e-8, FLOOR) if lowest >= low)
        limits(self.left, (0, T), (bottom, 1e4 if highest <= 1e4 else 1e16))
        values = (data.rnn, data.cell, data.lstm)
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
    """Say how long the error is at step 0, for both nets and for the cell line alone."""
    T = len(data.lstm) - 1
    closed = [name for key, name in ROADS.items() if key not in data.open]
    extra = f" Closed: {', '.join(closed)}." if closed else ""
    return (
        f"{T} steps back the LSTM's error is {_size(data.lstm[0])} of what entered: "
        f"{fate(data.lstm[0])}. That of the simple RNN is {_size(data.rnn[0])}: "
        f"{fate(data.rnn[0])}. The cell line alone would carry {_size(data.cell[0])}.{extra}"
    )


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
