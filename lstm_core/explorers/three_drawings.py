"""One network drawn three ways, and its parameters counted: dense or recurrent (row P2).

Every neuron and weight; layers as boxes, a matrix on each arrow; one black box. The recurrent
network is a dense one whose hidden layer reads, besides the input, its own state of one step ago.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import dense, parameters, rnn
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.svg import Point
from lstm_core.draw.text import plural
from lstm_core.explorers.frame import Explorer, choice, slider

NETS = ("dense", "recurrent")
VIEWS = ("every neuron and weight", "layers as boxes", "one black box")
SIZE = (806, 384)
LEFT, MIDDLE, RIGHT = 84.0, 292.0, 486.0  # where inputs, hidden and output layers stand
LAST = {"dense": "", "recurrent": "^{(t)}"}


class Data(NamedTuple):
    """What is drawn, and every array of the network by its name."""

    net: str
    view: str
    T: int
    arrays: dict[str, Array]  # U, W, V, b, c, or W_1, W_2, b_1, b_2
    total: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """D, H, K."""
        inward, outward = self.matrices
        return inward.shape[1], inward.shape[0], outward.shape[0]

    @property
    def matrices(self) -> tuple[Array, Array]:
        """The weights into the hidden layer and out of it."""
        names = ("U", "V") if self.net == "recurrent" else ("W_1", "W_2")
        return self.arrays[names[0]], self.arrays[names[1]]


def compute(net: str, view: str, D: int, H: int, K: int, T: int, seed: int) -> Data:
    """Draw the parameters of the network at random and count them."""
    rng = np.random.default_rng(seed)
    if net == "recurrent":
        params = rnn.init(D, H, K, rng)
        return Data(net, view, T, dict(parameters.arrays(params)), parameters.size(params))
    made = dense.init([D, H, K], rng)
    arrays = {"W_1": made.W[0], "W_2": made.W[1], "b_1": made.b[0], "b_2": made.b[1]}
    return Data(net, view, T, arrays, parameters.size(made))


def draw(data: Data) -> str:
    """Draw one of the three views, and the count beside it."""
    drawing = dict(zip(VIEWS, (neurons, boxes, black_box), strict=True))[data.view]
    title = f"A {data.net} network: {data.view}"
    return svg.picture(*SIZE, drawing(data), count(data), title=title)


def neurons(data: Data) -> str:
    """Draw every neuron as a circle and every weight as a line."""
    (D, H, K), (inward, outward) = data.sizes, data.matrices
    old = H if data.net == "recurrent" else 0
    gap = min(62.0, 320.0 / max(D + old - 1, 1))
    left = network.column(LEFT, SIZE[1] - 12, D + old, gap)
    hidden, outputs = (network.column(x, SIZE[1] - 12, n) for x, n in ((MIDDLE, H), (RIGHT, K)))
    largest = max(float(np.abs(W).max()) for W in data.arrays.values())
    parts = [
        network.weights(left[:D], hidden, inward, largest=largest),
        network.weights(hidden, outputs, outward, largest=largest),
    ]
    if old:
        parts.append(network.weights(left[D:], hidden, data.arrays["W"], largest=largest))
        parts.append(handed_on(hidden[-1], left[-1]))
    names = {"x": left[:D], "h": hidden, "\\hat{y}": outputs}
    for name, places in names.items():
        parts += [circle(place, f"{name}_{n + 1}") for n, place in enumerate(places)]
    parts += [circle(place, f"h_{n + 1}", dashes="4 3") for n, place in enumerate(left[D:])]
    return "".join(parts)


def circle(place: Point, formula: str, dashes: str | None = None) -> str:
    """Draw a neuron with its name inside; one of the step before is dashed."""
    ring = {"stroke": "muted" if dashes else "ink", "stroke_dasharray": dashes}
    return svg.circle(*place, 19, fill="surface", **ring) + svg.label(
        place[0], place[1] + 5, formula, size=15, fill="muted" if dashes else "ink"
    )


def handed_on(hidden: Point, ghost: Point) -> str:
    """Draw the way of the hidden state into the next step."""
    bottom = SIZE[1] - 9
    way = [(MIDDLE, hidden[1] + 20), (MIDDLE, bottom), (LEFT - 46, bottom)]
    way += [(LEFT - 46, ghost[1]), (LEFT - 24, ghost[1])]
    words = svg.words(MIDDLE + 8, bottom - 4, "kept for the next step", size=12.5, anchor="start")
    return svg.wire(way, stroke="y", line=2, head=9, dashes="5 4") + words


def boxes(data: Data) -> str:
    """Draw layers as boxes and the weights between them as matrices of coloured squares."""
    (D, H, K), (inward, outward) = data.sizes, data.matrices
    names = ("U", "V") if data.net == "recurrent" else ("W_1", "W_2")
    height, last = 215.0, LAST[data.net]
    parts = []
    for x, name, size in ((LEFT, "x", D), (MIDDLE, "h", H), (RIGHT, "\\hat{y}", K)):
        parts.append(svg.box(x - 38, height - 30, 76, 60, stroke="ink", line=2))
        parts.append(svg.label(x, height - 2, name + last, size=20))
        parts.append(svg.words(x, height + 20, f"({size},)", size=13, fill="muted"))
    for start, end, name, W in (
        (LEFT, MIDDLE, names[0], inward),
        (MIDDLE, RIGHT, names[1], outward),
    ):
        parts.append(svg.arrow((start + 38, height), (end - 38, height), line=2.5))
        parts.append(squares((start + end) / 2, height + 14, name, W))
    if data.net == "recurrent":
        loop = [(MIDDLE + 20, height - 30), (MIDDLE + 20, 118), (MIDDLE - 20, 118)]
        loop.append((MIDDLE - 20, height - 30))
        parts.append(svg.wire(loop, stroke="y", line=2.5, head=11, radius=18))
        parts.append(squares(MIDDLE, 14, "W", data.arrays["W"]))
    return "".join(parts)


def squares(x: float, top: float, name: str, W: Array) -> str:
    """Draw a matrix as coloured squares under its name, centred on x."""
    side, (rows, columns) = 15.0, W.shape
    largest = float(np.abs(W).max())
    left, first = x - side * columns / 2, top + 22
    parts = [svg.label(x, top + 14, name, size=18)]
    for j, k in np.ndindex(W.shape):
        place = (left + side * k, first + side * j, side, side)
        tint = {"fill_opacity": 0.15 + 0.85 * abs(W[j, k]) / largest}
        parts.append(
            svg.box(*place, fill=network.hue(W[j, k]), stroke="surface", radius=0, line=1, **tint)
        )
    shape = f"({rows}, {columns})"
    parts.append(svg.words(x, first + side * rows + 15, shape, size=12.5, fill="muted"))
    return "".join(parts)


def black_box(data: Data) -> str:
    """Draw one box; the recurrent one has a loop."""
    D, _, K = data.sizes
    height, last = 205.0, LAST[data.net]
    name = "simple RNN" if data.net == "recurrent" else "dense net"
    parts = [
        svg.box(MIDDLE - 90, height - 52, 180, 104, stroke="ink", line=2.5),
        svg.words(MIDDLE, height - 4, name, size=19),
        svg.words(MIDDLE, height + 22, plural(data.total, "parameter"), size=14, fill="muted"),
        svg.arrow((LEFT + 34, height), (MIDDLE - 90, height), line=2.5, head=11),
        svg.arrow((MIDDLE + 90, height), (RIGHT - 34, height), line=2.5, head=11),
    ]
    for x, formula, size in ((LEFT, "x", D), (RIGHT, "\\hat{y}", K)):
        parts.append(svg.label(x, height, formula + last, size=21))
        parts.append(svg.words(x, height + 22, f"({size},)", size=13, fill="muted"))
    if data.net == "recurrent":
        loop = [(MIDDLE + 50, height - 52), (MIDDLE + 50, 96), (MIDDLE - 50, 96)]
        loop.append((MIDDLE - 50, height - 52))
        parts.append(svg.wire(loop, stroke="y", line=2.5, head=11, radius=22))
        parts.append(svg.words(MIDDLE, 84, "its state, kept for the next step", size=13))
    return "".join(parts)


def count(data: Data) -> str:
    """Draw the parameters as a table: array, shape, how many."""
    left, right, y = 566.0, 776.0, 62.0
    parts = [
        svg.box(left - 18, 24, right - left + 36, 250 if data.net == "recurrent" else 216),
        svg.words(left, y - 10, "Parameters", size=15, anchor="start", font_weight="bold"),
    ]
    for name, W in data.arrays.items():
        y += 30
        product = "·".join(map(str, W.shape)) if W.ndim == 2 else ""
        shape = f"({', '.join(map(str, W.shape))}{',' if W.ndim == 1 else ''})"
        parts.append(svg.label(left + 4, y, name, size=17, anchor="start"))
        parts.append(svg.words(left + 46, y, shape, size=14, fill="muted", anchor="start"))
        product = f"{product} = " if product else ""
        parts.append(svg.words(right, y, f"{product}{W.size}", size=14, anchor="end"))
    y += 14
    parts.append(svg.wire([(left, y), (right, y)], stroke="muted", line=1))
    parts.append(svg.words(left, y + 24, "together", size=15, anchor="start"))
    total = {"size": 17, "anchor": "end", "font_weight": "bold"}
    parts.append(svg.words(right, y + 25, str(data.total), **total))
    signs = "" if data.view == VIEWS[2] else legend(left)
    return "".join(parts) + signs + used(data, left)


def legend(left: float) -> str:
    """Draw what colour and width mean."""
    y = SIZE[1] - 26
    parts = []
    for x, value, text in ((left, 1.0, "above zero"), (left + 118, -1.0, "below zero")):
        parts.append(svg.wire([(x, y - 4), (x + 26, y - 4)], stroke=network.hue(value), line=4))
        parts.append(svg.words(x + 32, y, text, size=12.5, fill="muted", anchor="start"))
    return "".join(parts)


def used(data: Data, left: float) -> str:
    """Say what the number of steps changes: nothing."""
    if data.net == "dense":
        return ""
    text = f"{plural(data.T, 'step')}: the same {data.total} each time"
    return svg.words(left, SIZE[1] - 66, text, size=14, anchor="start")


def read(data: Data) -> str:
    """Say the sum in numbers."""
    weights = sum(W.size for W in data.arrays.values() if W.ndim == 2)
    biases = data.total - weights
    steps = ""
    if data.net == "recurrent":
        steps = f" Over {plural(data.T, 'step')} it uses the same {data.total} again and again."
    return (
        f"This {data.net} network has {plural(weights, 'weight')} and "
        f"{plural(biases, 'bias', 'biases')}: {plural(data.total, 'parameter')}.{steps}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "One network, three drawings",
        compute,
        draw,
        read,
        {
            "net": choice("Network", "dense", NETS),
            "view": choice("Drawn as", VIEWS[0], VIEWS),
            "D": slider("Inputs D", 3, 1, 4),
            "H": slider("Hidden neurons H", 3, 1, 4),
            "K": slider("Outputs K", 2, 1, 4),
            "T": slider("Steps T", 5, 2, 100),
            "seed": slider("Draw of the weights", 1, 1, 20),
        },
        idle=lambda values: {"T"} if values["net"] == "dense" else set(),
    )
