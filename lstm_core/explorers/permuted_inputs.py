"""Order: none is built into a dense net, one is into a recurrent network (row P5).

Left, two dense nets learn digits: one from the images, one from the same images with their pixels
shuffled in one fixed way, its first weights shuffled alike. Right, one recurrent network reads a
week of weather, and the same days in another order; no weight of it belongs to a day, so that none
can be shuffled alike.

Adding up in another order rounds otherwise, so two equal sums may differ in the 16th digit. With
`exact` the weights and errors are kept to multiples of 2⁻⁴⁰: pixels are sixteenths, so every sum
of the first layer is then exact, in any order, and the two curves agree to the last digit.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from lstm_core import data, dense, rnn, tasks
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, slider, switch
from lstm_core.losses import softmax_cross_entropy
from lstm_core.parameters import map_arrays

SAMPLES, HIDDEN, UPDATES, RATE = 100, 12, 40, 1.0
DAYS, STATE = 7, 6
GRAIN = 2.0**40


class Data(NamedTuple):
    """Two loss curves of the dense net, and two outputs of the recurrent one."""

    exact: bool
    order: NDArray[np.integer]  # (64,) of the pixels
    loss: Array  # (2, 40) as they are, permuted
    days: NDArray[np.integer]  # (7,) the order in which the days are read
    y_hat: Array  # (2, 4) last outputs: days in order, permuted


def compute(seed: int, exact: bool) -> Data:
    """Train the dense net and run the recurrent one, with and without the permutation."""
    rng = np.random.default_rng(seed)
    order, days = rng.permutation(64), rng.permutation(DAYS)
    images, labels = digits()
    first = start()
    turned = DenseParams((first.W[0][:, order], first.W[1]), first.b)
    loss = [losses(first, images, labels, exact), losses(turned, images[:, order], labels, exact)]
    params, week = reader()
    y_hat = [rnn.forward(params, X, f="identity").y_hat[-1] for X in (week, week[days])]
    return Data(exact, order, np.array(loss), days, np.array(y_hat))


def losses(params: DenseParams, X: Array, labels: NDArray[np.integer], exact: bool) -> Array:
    """Train by gradient descent on all samples; return the mean loss before each update (40,)."""
    keep = (lambda values: np.rint(values * GRAIN) / GRAIN) if exact else (lambda values: values)
    params, curve = map_arrays(keep, params), []
    for _ in range(UPDATES):
        run = dense.forward(params, X)
        J, do = softmax_cross_entropy(run.o, labels)
        da = keep((do @ params.W[1]) * (1 - run.h[0] ** 2))
        gradients = DenseParams((da.T @ X, do.T @ run.h[0]), (da.sum(0), do.sum(0)))
        params = map_arrays(lambda p, g: keep(p - RATE / SAMPLES * g), params, gradients)
        curve.append(J.mean())
    return np.array(curve)


@cache
def digits() -> tuple[Array, NDArray[np.integer]]:
    """Return a hundred images as vectors, and what they show."""
    images, labels = data.digits()
    return images[:SAMPLES].reshape(SAMPLES, -1), labels[:SAMPLES]


@cache
def start() -> DenseParams:
    """Return the dense net's first parameters."""
    return dense.init([64, HIDDEN, 10], np.random.default_rng(0))


@cache
def reader() -> tuple[rnn.RNNParams, Array]:
    """Return a recurrent network (as drawn, not trained) and a scaled week of weather (7, 4)."""
    week = tasks.forecast(DAYS).test.X[:, 0]
    return rnn.init(4, STATE, 4, np.random.default_rng(5)), week


class Picture(Plot):
    """Left the two loss curves, one on the other; right the two outputs side by side."""

    size = (8.4, 3.3)

    def build(self) -> None:
        grid = self.figure.add_gridspec(2, 3, width_ratios=(0.8, 2.4, 2.4))
        self.images = [
            self.image(self.figure.add_subplot(grid[n, 0]), title)
            for n, title in enumerate(("a digit", "permuted"))
        ]
        self.left, self.right = (self.figure.add_subplot(grid[:, n]) for n in (1, 2))
        colours = self.palette.line
        self.name(self.left, "dense: weights permuted too", x="update", y="loss")
        limits(self.left, (0, UPDATES + 1), (0.0, 2.6))
        self.plain = self.line(self.left, colours.peephole, linewidth=6, label="as they are")
        style = {"linewidth": 2, "linestyle": (0, (3, 2)), "label": "permuted"}
        self.permuted = self.line(self.left, colours.f, **style)
        self.left.legend(loc="upper right")
        self.name(self.right, "recurrent: days permuted", x="output", y="value at the end")
        limits(self.right, (0.4, 4.6), (-1.6, 2.1))
        self.right.set_xticks(range(1, 5))
        self.right.axhline(0.0, color=self.palette.muted, linewidth=1.0)
        hues, marks = (colours.peephole, colours.f), ("o", "^")
        style = {"markersize": 10, "linestyle": "none"}
        self.values = [
            self.line(self.right, hue, marker=mark, label=label, **style)
            for hue, mark, label in zip(hues, marks, ("as they are", "permuted"), strict=True)
        ]
        self.right.legend(loc="upper right", ncols=2)

    def image(self, ax: Axes, title: str) -> AxesImage:
        """Return an image on axes without ticks."""
        self.name(ax, title)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        return self.heat(ax, self.palette.ramp("y"), 0.0, 1.0)

    def update(self, data: Data) -> None:
        shown = digits()[0][0]
        for image, pixels in zip(self.images, (shown, shown[data.order]), strict=True):
            image.set_data(pixels.reshape(8, 8))
        updates = np.arange(1, UPDATES + 1)
        self.plain.set_data(updates, data.loss[0])
        self.permuted.set_data(updates, data.loss[1])
        for dots, y_hat, aside in zip(self.values, data.y_hat, (-0.08, 0.08), strict=True):
            dots.set_data(np.arange(1, 5) + aside, y_hat)


def read(data: Data) -> str:
    """Say how far the curves and the outputs are apart."""
    apart = float(np.abs(data.loss[1] - data.loss[0]).max())
    same = "agree to the last digit" if apart == 0 else f"differ by at most {number(apart, 1)}"
    order = "-".join(str(day + 1) for day in data.days)
    change = float(np.abs(data.y_hat[1] - data.y_hat[0]).max())
    return (
        f"Dense, the first weights permuted with the pixels: after {UPDATES} updates both losses "
        f"are {data.loss[0, -1]:.4f}; the two curves {same}. Recurrent, where no weight belongs to "
        f"a day: in the order {order} its outputs move by up to {number(change, 2)}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Is an order built in?",
        compute,
        Picture,
        read,
        {
            "seed": slider("Permutation", 1, 1, 30),
            "exact": switch("Sums without rounding errors", True),
        },
    )
