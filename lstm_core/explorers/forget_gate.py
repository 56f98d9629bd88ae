"""A pulse stored in the cell, and how long the forget gate lets it live (row F4).

One unit reads a signal that is zero but for a pulse at step 10 and, if one likes, another at step
60. All recurrent weights and peepholes are zero, so that every gate is σ(w x + b) and the sliders
are the whole story. The choice "gates" holds all three at exactly 1 or 0: the two extremes.
"""

import math
from typing import NamedTuple

import numpy as np

from lstm_core import lstm
from lstm_core.activations import sigmoid
from lstm_core.draw.gates import fill, stripe
from lstm_core.draw.network import decimals
from lstm_core.draw.plots import Plot, limits, spread
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, button, choice, slider
from lstm_core.lstm import LSTMParams, LSTMRun
from lstm_core.models import ALWAYS_OPEN

T, FIRST, SECOND = 120, 10, 60  # steps, and the steps of the pulses, from 1
RIGHT = T + 13  # right end of the axes: room for names
SLIDERS = {"b_for", "b_in", "b_out", "w_for", "w_in"}  # mean nothing to gates that are held
W_Z = 2.0  # a pulse of 1 gives z = tanh(2) = 0.96
FREE = "from biases and weights"
HELD = {FREE: 0.0, "all held at 1": ALWAYS_OPEN, "all held at 0": -ALWAYS_OPEN}


class Data(NamedTuple):
    """The run, and what became of the pulse."""

    run: LSTMRun
    f: float  # the forget gate where nothing comes in
    stored: float  # cell right after the first pulse
    half_life: float  # steps until half of it is gone; ∞ if f = 1
    left: float  # cell 100 steps after the first pulse
    second: float  # height of the second pulse


def compute(
    gates: str, b_for: float, b_in: float, b_out: float, w_for: float, w_in: float, second: float
) -> Data:
    """Run one unit over the pulses."""
    b, w = np.array([0.0, b_in, b_for, b_out]), np.array([W_Z, w_in, w_for, 0.0])
    if HELD[gates]:
        b[1:], w[1:] = HELD[gates], 0.0
    X = np.zeros((T, 1))
    X[FIRST - 1], X[SECOND - 1] = 1.0, second
    params = LSTMParams(w[:, None, None], np.zeros((4, 1, 1)), np.zeros((3, 1)), b[:, None])
    run = lstm.forward(params, X)
    f = float(run.f[0, 0])
    stored, left = (float(run.c[t - 1, 0]) for t in (FIRST, FIRST + 100))
    return Data(run, f, stored, half_life(f), left, second)


def half_life(f: float) -> float:
    """Return after how many steps f^n is one half: n = ln ½ / ln f."""
    if f <= 0.0:
        return 0.0
    return math.inf if f == 1.0 else math.log(0.5) / math.log(f)


class Picture(Plot):
    """Left the cell, what it says, and the three gates; right the half-life for every bias."""

    size = (9.0, 4.8)

    def build(self) -> None:
        hues, text = self.palette.line, self.palette.text
        grid = self.figure.subplot_mosaic(
            [["cell", "law"], ["gates", "law"]], width_ratios=(2.2, 1), height_ratios=(2.2, 1)
        )
        self.cell, self.gates, self.law = grid["cell"], grid["gates"], grid["law"]
        self.name(self.cell, "a pulse, the cell, and what it says")
        limits(self.cell, (0, RIGHT), (-1.1, 2.1))
        self.cell.axhline(0.0, color=self.palette.muted, linewidth=0.8)
        self.cell.text(FIRST, 1.12, "pulse x", color=self.palette.ink, ha="center")
        self.pulse = self.dots(self.cell, self.palette.ink, markersize=6)
        self.c = self.line(self.cell, hues.c, linewidth=3.0)
        self.y = self.line(self.cell, hues.y, linewidth=1.8, linestyle="--")
        self.half = self.line(self.cell, self.palette.muted, linewidth=1.2, linestyle=":")
        self.says = self.text(self.cell, text.c, va="bottom")
        self.names = [
            self.text(self.cell, colour, T + 2, 0.0, text=name, va="center", weight="bold")
            for name, colour in (("c", text.c), ("y", text.y))
        ]
        self.name(self.gates, "", x="step t")
        self.gates.set_yticks((1, 2, 3), ("i", "f", "o"))
        self.stripes = [stripe(self, self.gates, hue, row, 0.9) for row, hue in enumerate("ifo", 1)]
        limits(self.gates, (0, RIGHT), (3.5, 0.5))
        self.values = [
            self.text(self.gates, self.palette.ink, T + 2, row, va="center") for row in (1, 2, 3)
        ]
        self._build_law()

    def _build_law(self) -> None:
        """Draw the half-life ln ½ / ln σ(b) against the bias b."""
        self.name(self.law, "half-life, in steps", x="forget bias (where x = 0)")
        self.law.set_yscale("log")
        limits(self.law, (-4.6, 8.6), (0.1, 4000.0))
        self.law.set_xticks((-4, 0, 4, 8))
        b = np.linspace(-4.0, 8.0, 121)
        self.law.plot(b, np.log(0.5) / np.log(sigmoid(b)), color=self.palette.line.f)
        for bias in (0.0, 1.0, 2.0):
            life = half_life(float(sigmoid(np.array(bias))))
            self.law.plot([bias], [life], "o", color=self.palette.muted, markersize=5)
            self.law.annotate(
                number(life, 2), (bias, life), (6, -12), textcoords="offset points", fontsize=9.5,
                color=self.palette.muted,
            )  # fmt: skip
        self.here = self.dots(self.law, self.palette.line.f, markersize=10)

    def update(self, data: Data) -> None:
        run, steps = data.run, np.arange(1, T + 1)
        self.c.set_data(steps, run.c[:, 0])
        self.y.set_data(steps, run.y[:, 0])
        at = np.flatnonzero(run.x[:, 0])
        self.pulse.set_data(at + 1, run.x[at, 0])
        shown = 0.4 < data.half_life < 200 and abs(data.stored) > 0.02
        stop = FIRST + data.half_life
        self.half.set_data(
            [FIRST, stop, stop] if shown else [], [data.stored / 2] * 2 + [0.0] if shown else []
        )
        self.says.set_text(f"half after {_steps(data.half_life)}" if shown else "")
        self.says.set_position((min(stop, 78.0) + 1, data.stored / 2 + 0.04))
        ends = np.array([run.c[-1, 0], run.y[-1, 0]])
        for name, place in zip(self.names, spread(ends, 0.34), strict=True):
            name.set_position((T + 2, place))
        gates = np.stack([run.i[:, 0], run.f[:, 0], run.o[:, 0]])
        for image, text, gate in zip(self.stripes, self.values, gates, strict=True):
            fill(image, gate)
            text.set_text(decimals(float(gate[0])))
        odds = data.f / (1 - data.f) if 0.0 < data.f < 1.0 else None
        self.here.set_data([math.log(odds)] if odds else [], [data.half_life] if odds else [])


def read(data: Data) -> str:
    """Say what the pulse put into the cell, how long it lives, and what is said aloud."""
    i, o = float(data.run.i[FIRST - 1, 0]), float(data.run.o[FIRST + 99, 0])
    if data.f == 1.0:
        life = "f = 1 keeps it for good"
    elif data.f == 0.0:
        life = "f = 0 keeps nothing"
    else:
        f = number(data.f, 5 if data.f > 0.99 else 3)
        life = f"f = {f} halves it every {_steps(data.half_life).removeprefix('1 ')}"
    text = (
        f"The pulse at step {FIRST} meets an input gate of {number(i, 2)} and leaves "
        f"{number(data.stored)} in the cell; {life}. "
    )
    if data.second:
        after = float(data.run.c[SECOND - 1, 0])
        text += f"After the second, at step {SECOND}, it holds {number(after)}. "
    spoken = float(data.run.y[FIRST + 99, 0])
    return text + (
        f"At step {FIRST + 100} the cell holds {number(data.left)}, and with an output gate of "
        f"{number(o, 2)} the block says {number(spoken, 2)}."
    )


def _steps(count: float) -> str:
    shown = number(count, 2)
    return f"{shown} {'step' if shown == '1' else 'steps'}"


def explorer() -> Explorer:
    """Return the explorer."""
    copy = {"gates": FREE, "second": 0.0, "w_for": 0.0, "w_in": 0.0, "b_in": 0.0}
    latch = {
        "gates": FREE, "second": 0.5, "b_for": 8.0, "w_for": -32.0, "b_in": -8.0, "w_in": 32.0
    }  # fmt: skip
    return Explorer(
        "How long a pulse lives in the cell",
        compute,
        Picture,
        read,
        {
            "second": choice("Second pulse", 0.0, {"none": 0.0, "1": 1.0, "½": 0.5, "−1": -1.0}),
            "b_for": slider("Forget bias", 1.0, -4.0, 8.0, 0.1),
            "b_in": slider("Input bias", 0.0, -8.0, 8.0, 0.1),
            "b_out": slider("Output bias", 0.0, -8.0, 8.0, 0.1),
            "w_for": slider("Forget weight", 0.0, -32.0, 32.0, 1.0),
            "w_in": slider("Input weight", 0.0, -32.0, 32.0, 1.0),
            "gates": choice("Gates", FREE, list(HELD)),
            "zero": button("Forget bias 0", lambda _: copy | {"b_for": 0.0}),
            "one": button("Forget bias 1", lambda _: copy | {"b_for": 1.0}),
            "two": button("Forget bias 2", lambda _: copy | {"b_for": 2.0}),
            "latch": button("Keep only the last pulse", lambda _: latch),
        },
        idle=lambda values: SLIDERS if HELD[values["gates"]] else set(),
    )
