"""The first slider: one neuron with a loop, and how long one input echoes in it (row P1)."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.text import Text

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
    """The neuron with its loop, and one stem per step."""

    size = (8.4, 2.9)

    def build(self) -> None:
        neuron, self.ax = self.axes(1, 2, width_ratios=(1.0, 4.2))
        self.weight = self._build_neuron(neuron)
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

    def _build_neuron(self, ax: Axes) -> Text:
        """Draw the neuron, its input and its loop; return the text that names the weight."""
        ink = self.palette.ink
        ax.set_axis_off()
        ax.set_aspect("equal")
        limits(ax, (-1.6, 1.6), (-2.6, 2.6))
        ring = {"facecolor": self.palette.panel, "edgecolor": ink, "linewidth": 2.0}
        ax.add_patch(Circle((0, 0), 0.75, **ring))
        arrow = {"color": ink, "linewidth": 2.0, "mutation_scale": 16, "arrowstyle": "-|>"}
        loop = {"connectionstyle": "arc3,rad=1.9", **arrow}
        ax.add_patch(FancyArrowPatch((0.45, 0.62), (-0.45, 0.62), **loop))
        ax.add_patch(FancyArrowPatch((0, -1.9), (0, -0.72), **arrow))
        middle = {"ha": "center", "va": "center"}
        ax.text(0, 0, "state", color=ink, **middle)
        ax.text(0, -2.2, "input", color=self.palette.muted, **middle)
        return self.text(ax, ink, 0, 2.15, fontweight="bold", **middle)

    def update(self, data: Data) -> None:
        self.weight.set_text(f"w = {number(data.w)}")
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
    swings = ", and its sign changes at every step" if data.w < 0 else ""
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
