"""The first slider: one neuron with a loop, and how long one input echoes in it (row P1)."""

from typing import NamedTuple

import numpy as np

from lstm_core import rnn
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import fate, number
from lstm_core.explorers.frame import Explorer, slider

STEPS = 20
TOP = 3.2


class Data(NamedTuple):
    """The state of the neuron at each step, and the weight of its loop."""

    w: float
    h: Array  # (20,)


def compute(w: float) -> Data:
    """Give the input 1 once, at step 1, and let it go round: h^(t) = w h^(t-1) + x^(t)."""
    one = np.ones((1, 1))
    params = rnn.RNNParams(U=one, W=w * one, V=one, b=np.zeros(1), c=np.zeros(1))
    X = np.zeros((STEPS, 1))
    X[0] = 1.0
    return Data(w, rnn.forward(params, X, g="identity", f="identity").h[:, 0])


class Picture(Plot):
    """One stem per step."""

    size = (8.4, 2.9)

    def build(self) -> None:
        self.ax = self.axes()
        self.name(self.ax, "what is left of one input", x="step t", y="state of the neuron")
        limits(self.ax, (0.4, STEPS + 0.6), (-TOP, TOP))
        self.ax.set_xticks(range(1, STEPS + 1))
        self.ax.grid(axis="x", visible=False)
        self.ax.axhline(0.0, color=self.palette.muted, linewidth=1.0)
        self.stems = self.line(self.ax, self.palette.line.y, linewidth=3.0)
        self.heads = self.dots(self.ax, self.palette.line.peephole, markersize=10)
        triangle = {"linestyle": "none", "markersize": 11}
        self.beyond = self.line(self.ax, self.palette.line.f, **triangle, marker="^")
        self.below = self.line(self.ax, self.palette.line.f, **triangle, marker="v")

    def update(self, data: Data) -> None:
        t = np.arange(1, STEPS + 1)
        edge = TOP - 0.15
        shown = np.clip(data.h, -edge, edge)
        gaps = np.full(STEPS, np.nan)
        self.stems.set_data(np.repeat(t, 3), np.stack([0 * shown, shown, gaps], 1).ravel())
        inside = np.abs(data.h) <= edge
        self.heads.set_data(t[inside], data.h[inside])
        self.beyond.set_data(t[data.h > edge], shown[data.h > edge])
        self.below.set_data(t[data.h < -edge], shown[data.h < -edge])


def read(data: Data) -> str:
    """Say what is left at the last step."""
    left = float(data.h[-1])
    gone = {"it has held": "it stays"}.get(fate(abs(left)), fate(abs(left)))
    swings = " and it changes its sign at every step" if data.w < 0 else ""
    return (
        f"With w = {number(data.w)} the input 1 of step 1 counts {number(left)} at step "
        f"{STEPS}: {gone}{swings}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "One neuron with a loop",
        compute,
        Picture,
        read,
        {"w": slider("Weight w of the loop", 0.7, -1.2, 1.2, 0.05)},
    )
