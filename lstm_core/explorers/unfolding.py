"""Unfolding in time: one simple RNN in three pictures, with the real numbers at each step (row S3).

Neuron to neuron: the hidden neurons of step t, and the same neurons one step earlier. One copy per
step: the same network drawn T times, handing its state on. Black box: one box with a loop.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import examples, rnn
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import percent
from lstm_core.explorers.frame import Explorer, choice, player
from lstm_core.rnn import RNNParams, RNNRun

VIEWS = ("neuron to neuron", "one copy per step", "black box")
SIZE = (806, 372)
ROWS = (312.0, 188.0, 76.0)  # heights of x, h and ŷ
HALF = 1.5 * network.CELL[0]  # of the width of h
INPUTS, OUTPUTS = examples.rainy_days().inputs, examples.rainy_days().outputs


class Data(NamedTuple):
    """The run over five days, the step shown (from 1), and the way of drawing."""

    view: str
    t: int
    params: RNNParams
    run: RNNRun
    h_prev: Array
    labels: Array


def compute(view: str, t: int) -> Data:
    """Run the small network over its five days."""
    example = examples.rainy_days()
    run = rnn.forward(example.params, example.X, example.h0)
    h_prev = run.h[t - 2] if t > 1 else run.h0
    return Data(view, t, example.params, run, h_prev, example.labels)


def draw(data: Data) -> str:
    """Draw one of the three views."""
    drawing = {VIEWS[0]: neurons, VIEWS[1]: copies, VIEWS[2]: box}[data.view]
    return svg.picture(*SIZE, drawing(data), title=f"A simple RNN: {data.view}")


def neurons(data: Data) -> str:
    """Draw every neuron and weight; the state of the step before stands on the left, dashed."""
    t, p = data.t - 1, data.params
    before, now = network.column(140, 290, 3, 86), network.column(420, 290, 3, 86)
    inputs = [(330.0, 338.0), (510.0, 338.0)]
    outputs = network.column(672, 290, 2, 100)
    step, small = f"({data.t})", {"size": 12.5, "fill": "muted"}
    parts = [
        network.weights(before, now, p.W, head=1),
        network.weights(inputs, now, p.U, head=1),
        network.weights(now, outputs, p.V, head=1),
    ]
    for unit in range(3):
        ghost = svg.circle(*before[unit], 26, fill="none", stroke="muted", stroke_dasharray="4 4")
        index = f"h_{unit + 1}^"
        left, right = {"label_at": (-66, 5)}, {"label_at": (0, -27)}
        formula = f"{index}{{({data.t - 1})}}"
        parts.append(ghost + network.neuron(before[unit], data.h_prev[unit], formula, **left))
        parts.append(network.neuron(now[unit], data.run.h[t, unit], index + f"{{{step}}}", **right))
    for k in range(2):
        value, formula = data.run.x[t, k], f"x_{k + 1}^{{{step}}}"
        parts.append(network.neuron(inputs[k], value, formula, label_at=(44, 5)))
        parts.append(svg.words(inputs[k][0] + 46, 358, INPUTS[k], **small))
        parts.append(svg.words(outputs[k][0] + 46, outputs[k][1] + 26, OUTPUTS[k], **small))
        label = f"\\hat{{y}}_{k + 1}^{{{step}}}"
        parts.append(network.neuron(outputs[k], data.run.y_hat[t, k], label, label_at=(46, 5)))
    parts.append(svg.label(280, 24, "W", size=20) + svg.label(560, 52, "V", size=20))
    parts.append(svg.label(420, 340, "U", size=20))
    parts.append(svg.words(140, 24, "one step before", size=13, fill="muted"))
    return "".join(parts)


def copies(data: Data) -> str:
    """Draw the net once per step: same weights, its own numbers; later steps are still empty."""
    T = len(data.run.x)
    places = network.columns(T, SIZE[0], ROWS, left=34)
    parts = [svg.label(22, 212, "h^{(0)}", size=15)]
    for t, (x, h, o) in enumerate(places):
        known, here = t < data.t, t == data.t - 1
        wires = {"stroke": "ink" if known else "faint", "line": 2.5 if here else 1.5, "head": 9}
        start = (places[t - 1].h[0] + HALF, h[1]) if t else (10, h[1])
        parts.append(svg.arrow(start, (h[0] - HALF, h[1]), **wires))
        parts.append(
            svg.arrow(x, h, gap=(14, 13), **wires) + svg.arrow(h, o, gap=(13, 14), **wires)
        )
        for place, values in ((x, data.run.x[t]), (h, data.run.h[t]), (o, data.run.y_hat[t])):
            numbers = values if known else [None] * len(values)
            parts.append(network.row(*place, numbers, lit=here))
        name = f"^{{({t + 1})}}"
        ink = {"fill": "ink" if known else "muted", "size": 15}
        parts.append(svg.label(x[0], x[1] + 34, "x" + name, **ink))
        parts.append(svg.label(h[0] + 34, h[1] - 20, "h" + name, **ink))
        parts.append(svg.label(o[0], o[1] - 22, "\\hat{y}" + name, **ink))
        for place, weight in (((x[0] - 16, 254), "U"), ((o[0] - 16, 136), "V")):
            parts.append(svg.label(*place, weight, size=14, fill="muted"))
        parts.append(svg.label(h[0] - HALF - 15, h[1] - 9, "W", size=14, fill="muted"))
    return "".join(parts)


def box(data: Data) -> str:
    """Draw one box with a loop: the state it hands to itself is the only memory."""
    t, step = data.t - 1, f"^{{({data.t})}}"
    middle, top, bottom = 403, 134, 238
    loop = [(493, 186), (620, 186), (620, 50), (186, 50), (186, 186), (313, 186)]
    parts = [
        svg.box(313, top, 180, bottom - top, fill="panel", stroke="ink", line=2.5),
        svg.words(middle, 182, "simple RNN", size=18),
        svg.label(middle, 208, "\\theta=\\{U,W,V,b,c\\}", size=15, fill="muted"),
        svg.wire(loop, stroke="y", line=2.5, head=11),
        svg.arrow((middle, 300), (middle, bottom), stroke="ink", line=2.5, head=11),
        svg.arrow((middle, top), (middle, 96), stroke="ink", line=2.5, head=11),
        network.row(middle, 316, data.run.x[t]),
        network.row(middle, 80, data.run.y_hat[t], lit=True),
        network.row(620, 118, data.run.h[t], lit=True),
        network.row(186, 118, data.h_prev),
        svg.label(middle + 66, 322, "x" + step, size=17),
        svg.label(middle + 66, 86, "\\hat{y}" + step, size=17),
        svg.label(706, 124, "h" + step, size=17),
        svg.label(92, 124, f"h^{{({data.t - 1})}}", size=17),
    ]
    return "".join(parts)


def read(data: Data) -> str:
    """Say what the network believes after this step, and what then happened."""
    rain = data.run.y_hat[data.t - 1, 1]
    truth = "wet" if data.labels[data.t - 1] else "dry"
    moved = np.abs(data.run.h[data.t - 1] - data.h_prev).max()
    return (
        f"Step {data.t} of {len(data.run.x)}: the largest change of a hidden value is {moved:.2f}. "
        f"The network gives a wet tomorrow {percent(rain)}; the next day was {truth}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "One network, unfolded in time",
        compute,
        draw,
        read,
        {"view": choice("Drawn as", VIEWS[0], VIEWS), "t": player("Step t", 1, 5, 2)},
    )
