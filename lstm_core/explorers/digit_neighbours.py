"""Nearest neighbours of a digit, in its pixels and in its semantic vector (row P4)."""

from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.image import AxesImage
from matplotlib.text import Text

from lstm_core import semantics
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import percent, plural
from lstm_core.explorers.frame import Explorer, choice, slider

SHOWN = 5
ALL = 0  # galleries hold every known image


class Neighbours(NamedTuple):
    """The nearest images one way, and how often the nearest one is right over all images."""

    images: Array  # (5, 8, 8)
    labels: tuple[int, ...]
    accuracy: float


class Data(NamedTuple):
    """One image, its semantic vector, its neighbours both ways, and the course of training."""

    image: Array  # (8, 8)
    label: int
    vector: Array  # (32,)
    pixels: Neighbours
    hidden: Neighbours
    epoch: int
    per_class: int
    curve: Array  # (31,) accuracy in the hidden layer after each epoch


def compute(number: int, epoch: int, per_class: int) -> Data:
    """Look for the neighbours of test image `number` among `per_class` images of each digit."""
    _, _, asked, asked_labels = semantics.split()
    curve = semantics.learning_curve(per_class)
    pixels = semantics.pixel_distances()
    return Data(
        asked[number - 1].reshape(8, 8),
        int(asked_labels[number - 1]),
        semantics.hidden(semantics.trained()[epoch], asked[number - 1]),
        neighbours(pixels[number - 1], per_class, _pixel_accuracy(per_class)),
        neighbours(semantics.hidden_distances(epoch)[number - 1], per_class, curve[epoch]),
        epoch,
        per_class,
        curve,
    )


def neighbours(apart: Array, per_class: int, accuracy: float) -> Neighbours:
    """Return the five nearest images of the first gallery."""
    known, labels, *_ = semantics.split()
    rows = semantics.galleries(per_class)[0]
    nearest = rows[np.argsort(apart[rows], kind="stable")[:SHOWN]]
    return Neighbours(known[nearest].reshape(-1, 8, 8), tuple(labels[nearest].tolist()), accuracy)


@cache
def _pixel_accuracy(per_class: int) -> float:
    return semantics.neighbour_accuracy(semantics.pixel_distances(), per_class)


class Picture(Plot):
    """The image and its vector; two rows of neighbours; accuracy over the epochs."""

    size = (8.4, 4.0)

    def build(self) -> None:
        grid = self.figure.add_gridspec(2, 3, width_ratios=(1.0, 3.0, 2.7))
        ink, diverging = self.palette.ramp("y"), self.palette.diverging()
        image, vector, near, nearer = (
            self.figure.add_subplot(grid[row, column]) for column in (0, 1) for row in (0, 1)
        )
        self.query = self._bare(image, "image", ink, 0.0, 1.0)
        self.vector = self._bare(vector, "its vector", diverging, -1.0, 1.0)
        self.rows = [
            (self._bare(ax, title, ink, 0.0, 1.0), self._marks(ax))
            for ax, title in ((near, "nearest in pixels"), (nearer, "nearest in the hidden layer"))
        ]
        self._build_course(self.figure.add_subplot(grid[:, 2]))

    def _bare(self, ax: Axes, title: str, colours: Colormap, low: float, high: float) -> AxesImage:
        """Return an image on axes without ticks and frame."""
        self.name(ax, title, x=" ")  # room for what stands below
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        return self.heat(ax, colours, low, high)

    def _marks(self, ax: Axes) -> list[Text]:
        """Return the labels under a row of neighbours."""
        style = {"ha": "center", "va": "top", "fontsize": 12, "fontweight": "bold"}
        places = [(k + 0.5) / SHOWN for k in range(SHOWN)]
        return [
            self.text(ax, self.palette.ink, x, -0.03, transform=ax.transAxes, **style)
            for x in places
        ]

    def _build_course(self, ax: Axes) -> None:
        """Make the axes of the accuracies."""
        self.name(ax, "the nearest one is right", x="epochs of training", y="% of the images")
        limits(ax, (-0.8, semantics.EPOCHS + 0.8), (45, 101))
        colours = self.palette.line
        self.flat = self.line(ax, colours.peephole, linestyle="--")
        self.curve = self.line(ax, colours.f)
        self.here = self.dots(ax, colours.f, markersize=10)
        style = {
            "x": semantics.EPOCHS,
            "y": 60,
            "ha": "right",
            "va": "center",
            "fontweight": "bold",
        }
        self.names = [
            self.text(ax, self.palette.text.peephole, text="pixels", **style),
            self.text(ax, self.palette.text.f, text="hidden layer", **style),
        ]

    def update(self, data: Data) -> None:
        self.query.set_data(data.image)
        self.vector.set_data(data.vector.reshape(4, 8))
        for (strip, marks), found in zip(self.rows, (data.pixels, data.hidden), strict=True):
            strip.set_data(np.concatenate([np.pad(image, 1) for image in found.images], axis=1))
            for mark, label in zip(marks, found.labels, strict=True):
                right = label == data.label
                mark.set_text(f"{label} {'✓' if right else '✗'}")
                mark.set_color(self.palette.text.i if right else self.palette.text.f)
        epochs, curve = np.arange(len(data.curve)), 100 * data.curve
        self.flat.set_data(epochs[[0, -1]], [100 * data.pixels.accuracy] * 2)
        self.curve.set_data(epochs, curve)
        self.here.set_data([data.epoch], [curve[data.epoch]])
        ends = 100 * data.pixels.accuracy, curve[-1]
        apart = 3.0 if ends[1] > ends[0] else -3.0
        for name, end, away in zip(self.names, ends, (-apart, apart), strict=True):
            name.set_y(end + away)


def read(data: Data) -> str:
    """Say both accuracies."""
    known = {1: "1 image of each digit is", ALL: "all 1200 images are"}.get(
        data.per_class, f"{data.per_class} images of each digit are"
    )
    article = "an" if data.label == 8 else "a"
    return (
        f"This image is {article} {data.label}. If {known} known, the nearest one shows the right "
        f"digit for {percent(data.pixels.accuracy)} of the images in pixels, and for "
        f"{percent(data.hidden.accuracy)} in the hidden layer after {plural(data.epoch, 'epoch')}."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    counts = {"1 of each digit": 1, "2 of each": 2, "5 of each": 5, "10 of each": 10, "all": ALL}
    for per_class in counts.values():
        semantics.learning_curve(per_class)
    return Explorer(
        "Whose neighbour is this digit?",
        compute,
        Picture,
        read,
        {
            "number": slider("Test image", 12, 1, len(semantics.split().asked)),
            "epoch": slider("Epochs of training", semantics.EPOCHS, 0, semantics.EPOCHS),
            "per_class": choice("Known images", 1, counts),
        },
    )
