"""What a gate does when it can see the cell: a timer from peepholes alone (row F5).

One unit without any input adds the same amount to its cell at every step. Each gate has a peephole
that can be switched on; its bias puts the gate's threshold at c = θ. The output gate then speaks
when the cell is full, the forget gate empties it, the input gate stops the filling. Without
peepholes a gate hears of the cell only through y^(t-1), and a closed output gate lets nothing out.
Tasks of this kind: Gers, Schraudolph and Schmidhuber, Learning Precise Timing with LSTM Recurrent
Networks (2002).
"""

from typing import NamedTuple

import numpy as np

from lstm_core import lstm
from lstm_core.draw.gates import fill, stripe
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, slider, switch
from lstm_core.lstm import LSTMParams, LSTMRun

T = 100
RIGHT = T + 15  # right end of the axes: room for names
LOUD = 0.3
TOPS = {3.2: (0, 1, 2, 3), 12.5: (0, 4, 8, 12), 52.0: (0, 20, 40)}  # of the cell: ticks
OPEN = 8.0  # bias of a gate that nothing closes: σ(8) = 0.9997


class Data(NamedTuple):
    """The run, the threshold, and which peepholes are on."""

    run: LSTMRun
    threshold: float
    on: tuple[bool, bool, bool]  # in, for, out
    R_out: float
    spoken: tuple[int, ...]  # steps, from 1, at which y goes above LOUD


def compute(
    p_out: bool,
    p_for: bool,
    p_in: bool,
    filling: float,
    threshold: float,
    sharp: float,
    R_out: float,
) -> Data:
    """Run one unit for T steps; a peephole that is on has size `sharp`."""
    p = np.array([-sharp * p_in, -sharp * p_for, sharp * p_out])
    b_in, b_for = (OPEN if not on else sharp * threshold for on in (p_in, p_for))
    b = np.array([np.arctanh(filling), b_in, b_for, -sharp * threshold])
    R = np.array([0.0, 0.0, 0.0, R_out])
    params = LSTMParams(np.zeros((4, 1, 1)), R[:, None, None], p[:, None], b[:, None])
    run = lstm.forward(params, np.zeros((T, 1)))
    y = run.y[:, 0]
    loud = y > LOUD
    starts = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]])) + 1
    on = tuple(bool(seen and sharp) for seen in (p_in, p_for, p_out))
    return Data(run, threshold, on, R_out, tuple(int(t) for t in starts))


class Picture(Plot):
    """Above the cell with its threshold, in the middle what the block says, below the gates."""

    size = (9.0, 5.0)

    def build(self) -> None:
        hues, text = self.palette.line, self.palette.text
        self.cell, self.said, self.gates = self.axes(3, 1, height_ratios=(2.4, 1.1, 1.1))
        self.name(self.cell, "the cell c, and the threshold θ")
        limits(self.cell, (0, RIGHT), (0.0, max(TOPS)))  # its numbers are the widest
        self.cell.set_yticks(TOPS[max(TOPS)])
        self.name(self.said, "what the block says: y")
        limits(self.said, (0, RIGHT), (-0.05, 1.05))
        self.name(self.gates, "", x="step t")
        self.level = self.line(self.cell, hues.peephole, linewidth=1.4, linestyle="--")
        self.c = self.line(self.cell, hues.c, linewidth=2.6)
        self.theta = self.text(self.cell, text.peephole, T + 1.5, 0.0, text="θ", va="center")
        self.end = self.text(self.cell, text.c, T + 1.5, 0.0, text="c", weight="bold", va="center")
        self.y = self.line(self.said, hues.y, linewidth=2.2)
        self.gates.set_yticks((1, 2, 3), ("i", "f", "o"))
        limits(self.gates, (0, RIGHT), (3.5, 0.5))
        self.stripes = [stripe(self, self.gates, hue, row, 0.9) for row, hue in enumerate("ifo", 1)]
        self.eyes = [
            self.text(self.gates, text.peephole, T + 1.5, row, va="center") for row in (1, 2, 3)
        ]

    def update(self, data: Data) -> None:
        run, steps = data.run, np.arange(1, T + 1)
        top = next(top for top in TOPS if run.c.max() < top)
        if self.cell.get_ylim()[1] != top:
            self.cell.set_yticks(TOPS[top])
            limits(self.cell, y=(0.0, top))
        self.c.set_data(steps, run.c[:, 0])
        self.y.set_data(steps, run.y[:, 0])
        self.level.set_data([0, T], [data.threshold] * 2)
        last, level = float(run.c[-1, 0]), data.threshold
        gap = 0.1 * top if abs(last - level) < 0.1 * top else 0.0
        self.theta.set_position((T + 1.5, level))
        place = level + (gap if last >= level else -gap) if gap else last
        self.end.set_position((T + 1.5, place))
        values = (run.i, run.f, run.o)
        for image, gate, eye, on in zip(self.stripes, values, self.eyes, data.on, strict=True):
            fill(image, gate[:, 0])
            eye.set_text("sees c" if on else "blind")
        if data.R_out:
            self.eyes[2].set_text(f"{'sees c' if data.on[2] else 'blind'}, {data.R_out:g} y")


def read(data: Data) -> str:
    """Say which gates see the cell, and what comes of it."""
    if data.R_out:
        heard = data.R_out * float(data.run.y[:-1].max())
        return f"{_said(data)} Through R the output gate hears {number(heard, 2)} at most."
    return _said(data)


def _said(data: Data) -> str:
    names = [n for n, on in zip(("input", "forget", "output"), data.on, strict=True) if on]
    verb = "gates see" if len(names) == 2 else "gate sees"
    some = f"The {' and '.join(names)} {verb}"
    who = {0: "No gate sees", 3: "All three gates see"}.get(len(names), some)
    largest, last = float(data.run.c.max()), float(data.run.c[-1, 0])
    text = f"{who} the cell, which climbs to {number(largest)} and ends at {number(last)}. "
    loudest = float(data.run.y.max())
    if not data.spoken:
        return text + f"The block never speaks up: y stays below {number(loudest + 0.005, 2)}."
    first = data.spoken[0]
    text += f"The block speaks first at step {first}"
    if len(data.spoken) > 1:
        gaps = np.diff(data.spoken)
        return text + f", then every {plural(round(float(np.median(gaps))), 'step')}."
    return text + " and then goes on speaking." if data.run.y[-1, 0] > LOUD else text + "."


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "A timer made of peepholes",
        compute,
        Picture,
        read,
        {
            "p_out": switch("output gate sees c", True),
            "p_for": switch("forget gate sees c", True),
            "p_in": switch("input gate sees c", False),
            "filling": slider("Added a step", 0.08, 0.01, 0.5, 0.01),
            "threshold": slider("Threshold θ", 1.0, 0.5, 3.0, 0.1),
            "sharp": slider("Size of p", 200.0, 0.0, 300.0, 10.0),
            "R_out": slider("R out, hears y", 0.0, 0.0, 40.0, 1.0),
        },
    )
