"""Truncated back propagation through time: what a window keeps, and what it costs (row S8).

A simple RNN reads 64 days of weather. The sequence is cut into windows of k steps; errors do not
cross a cut, the state does (Williams and Peng, 1990). Measured: the angle between the truncated
and the full gradient, and the share of J^(s) in every step's error δa^(t), inside and outside.
"""

import dataclasses
import time
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from lstm_core import losses, rnn, tasks
from lstm_core.activations import d_tanh
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits, show_matrix
from lstm_core.draw.text import number, percent, plural
from lstm_core.explorers.frame import Explorer, slider, switch
from lstm_core.rnn import RNNParams, RNNRun

T, H = 64, 8
WINDOWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


class Data(NamedTuple):
    """What a window of k steps keeps of the gradient, and what it needs."""

    k: int
    angle: float  # degrees, between truncated and full gradient of U, W, b
    length: float  # of the truncated gradient, relative to the full one
    angles: Array  # over WINDOWS
    shares: Array  # (T, T) log10 ‖δa^(t) from J^(s)‖, −inf where s < t
    held: tuple[int, int]  # numbers kept for the backward pass: k steps, T steps
    seconds: tuple[float, float] | None  # one forward and backward pass: k steps, T steps


class Case(NamedTuple):
    """A network on its 64 days, and its errors at the outputs."""

    params: RNNParams
    run: RNNRun
    do: Array


def compute(k: int, factor: float, measure: bool) -> Data:
    """Truncate to windows of k steps; factor multiplies W; measure: also take the time."""
    case = network(factor)
    angles, shares = sweep(factor)
    full = rnn.backward(case.params, case.run, case.do).params
    cut = rnn.backward(case.params, case.run, case.do, window=k).params
    per_step = sum(values.shape[1] for values in (case.run.x, case.run.a, case.run.h, case.run.o))
    length = float(np.linalg.norm(through_time(cut)) / np.linalg.norm(through_time(full)))
    seconds = (seconds_for(case, k), seconds_for(case, T)) if measure else None
    held = (k * per_step + H, T * per_step + H)
    return Data(k, angle(cut, full), length, angles, shares, held, seconds)


@lru_cache(maxsize=32)
def network(factor: float) -> Case:
    """Run a network drawn at random, W multiplied by a factor, over 64 days from January 2012."""
    X, targets = days()
    drawn = rnn.init(4, H, 4, np.random.default_rng(3))
    params = dataclasses.replace(drawn, W=factor * drawn.W)
    run = rnn.forward(params, X, f="identity")
    _, do = losses.squared_error(run.o, targets)
    return Case(params, run, do)


@cache
def days() -> tuple[Array, Array]:
    """Return 64 days of weather and, for each, the day after."""
    train = tasks.forecast(T, every_step=True).train
    return train.X[:, 0], train.targets[:, 0]


@lru_cache(maxsize=32)
def sweep(factor: float) -> tuple[Array, Array]:
    """Return the angle for every window of WINDOWS, and the shares of J^(s) in δa^(t)."""
    case = network(factor)
    full = rnn.backward(case.params, case.run, case.do).params
    cuts = [rnn.backward(case.params, case.run, case.do, window=k).params for k in WINDOWS]
    return np.array([angle(cut, full) for cut in cuts]), shares(case)


def shares(case: Case) -> Array:
    """Return log10 ‖δa^(t) from J^(s) alone‖, all s in one pass: column s is the error of J^(s)."""
    sizes, da = np.zeros((T, T)), np.zeros((H, T))
    for t in reversed(range(T)):
        dh = case.params.W.T @ da
        dh[:, t] += case.params.V.T @ case.do[t]
        da = d_tanh(case.run.a[t])[:, None] * dh
        sizes[t] = np.linalg.norm(da, axis=0)
    with np.errstate(divide="ignore"):
        return np.log10(sizes)


def angle(first: RNNParams, second: RNNParams) -> float:
    """Return the angle between two gradients of U, W and b, in degrees."""
    one, other = through_time(first), through_time(second)
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    sine, cosine = np.linalg.norm(one - other) / 2, np.linalg.norm(one + other) / 2
    return float(np.degrees(2 * np.arctan2(sine, cosine)))  # exact also near 0


def through_time(gradients: RNNParams) -> Array:
    """Return the gradients that need errors of later steps as one vector; V and c need none."""
    return np.concatenate([gradients.U.ravel(), gradients.W.ravel(), gradients.b])


def seconds_for(case: Case, steps: int) -> float:
    """Return the least time of five forward and backward passes over the first `steps` steps."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run = rnn.forward(case.params, case.run.x[:steps], f="identity")
        rnn.backward(case.params, run, case.do[:steps])
        times.append(time.perf_counter() - start)
    return min(times)


class Picture(Plot):
    """Left the angle over the window; right the shares, and the blocks that the window keeps."""

    size = (8.4, 3.7)

    def build(self) -> None:
        colours = self.palette.line
        self.left, self.right = self.axes(1, 2, width_ratios=(6, 5))
        self.name(self.left, "angle to the full gradient", "window k", "degrees")
        self.name(self.right, "error of J$^{(s)}$ at step t", "s: where it comes from", "t")
        self.left.set_xscale("log", base=2)
        self.left.set_xticks((1, 2, 4, 8, 16, 32, 64), ("1", "2", "4", "8", "16", "32", "64"))
        self.left.minorticks_off()
        limits(self.left, (0.9, 72.0), (-4.0, 94.0))
        self.left.set_yticks((0, 30, 60, 90))
        self.curve = self.line(self.left, colours.error)
        self.here = self.dots(self.left, colours.error, markersize=10)
        self.says = self.text(self.left, self.palette.text.error, x=66, y=84, ha="right")
        self.shares = self.heat(self.right, self.palette.ramp("error"), -4.0, 1.0)
        bar = self.figure.colorbar(self.shares, ax=self.right, ticks=(-4, -2, 0), shrink=0.8)
        bar.ax.set_yticklabels(("≤ 1e-4", "0.01", "1"))
        bar.outline.set_visible(False)
        limits(self.right, (0.5, T + 0.5), (T + 0.5, 0.5))
        self.right.set_xticks((1, 16, 32, 48, 64))
        self.right.set_yticks((1, 16, 32, 48, 64))
        self.blocks = self.line(self.right, self.palette.line.f, linewidth=1.6)

    def update(self, data: Data) -> None:
        self.curve.set_data(WINDOWS, data.angles)
        self.here.set_data([data.k], [data.angle])
        self.says.set_text(f"k = {data.k}: {number(data.angle, 2)}°")
        known = np.where(np.isfinite(data.shares), np.maximum(data.shares, -4.0), np.nan)
        show_matrix(self.shares, np.ma.masked_invalid(known))
        self.blocks.set_data(*outline(data.k))


def outline(k: int) -> tuple[list[float], list[float]]:
    """Return the blocks on the diagonal as one line, lifted between them by NaN."""
    x, y = [], []
    for start in range(0, T, k):
        low, high = start + 0.5, min(start + k, T) + 0.5
        x += [low, high, high, low, low, np.nan]
        y += [low, low, high, high, low, np.nan]
    return x, y


def read(data: Data) -> str:
    """Say angle, length and cost."""
    held = data.held[0] / data.held[1]
    turned = number(data.angle, 2)
    text = (
        f"Windows of {plural(data.k, 'step')}: the gradient of U, W, b points {turned}° away "
        f"from the full one and has {percent(data.length)} of its length. The backward pass keeps "
        f"{number(data.held[0])} numbers in place of {number(data.held[1])} ({percent(held)})."
    )
    if data.seconds is not None:
        ratio = data.seconds[0] / data.seconds[1]
        here = number(1e6 * data.seconds[0], 2)
        whole = number(1e6 * data.seconds[1], 2)
        text += (
            f" The first update comes after {here} µs in place of {whole} µs ({percent(ratio)})."
        )
    return text


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Truncated back propagation through time",
        compute,
        Picture,
        read,
        {
            "k": slider("Window k", 8, 1, T, unit="steps"),
            "factor": slider("W multiplied by", 1.0, 0.2, 2.0, 0.1),
            "measure": switch("Measure the time"),
        },
    )
