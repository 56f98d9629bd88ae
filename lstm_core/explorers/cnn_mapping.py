"""A CNN as a mapping: an image (3, rows, columns) to a vector to a few classes (row P3)."""

from typing import NamedTuple

import numpy as np

from lstm_core.activations import relu, softmax
from lstm_core.checks import Array
from lstm_core.convolution import convolve, max_pool
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, slider

CLASSES = ("cat", "dog", "ship", "hill", "tree")
FIRST = 8  # kernels of the first layer
BOX = 0.72  # width of a picture for its height


class Data(NamedTuple):
    """What each stage of the network holds."""

    image: Array  # (3, rows, columns)
    first: Array  # (8, …) after convolution, ReLU and pooling
    second: Array  # (F, …) after the second
    vector: Array  # (F,) the mean of each map
    y_hat: Array  # (5,)


def compute(rows: int, columns: int, features: int, seed: int) -> Data:
    """Run a small CNN, with weights as drawn, over a picture of the given size."""
    rng = np.random.default_rng(seed)
    image = landscape(rows, columns)
    kernels = rng.standard_normal((FIRST, 3, 3, 3)) / 27**0.5
    first = max_pool(relu(convolve(image, kernels)))
    more = rng.standard_normal((features, FIRST, 3, 3)) / (9 * FIRST) ** 0.5
    second = max_pool(relu(convolve(first, more)))
    vector = second.mean(axis=(1, 2))
    W = rng.standard_normal((len(CLASSES), features)) * 4 / features**0.5
    return Data(image, first, second, vector, softmax(W @ vector))


def landscape(rows: int, columns: int) -> Array:
    """Return a picture as (3, rows, columns): sky, a sun, and two hills."""
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : columns / rows : columns * 1j]
    picture = np.stack([0.45 + 0.3 * y, 0.65 + 0.2 * y, 0.95 - 0.1 * y])
    wide = columns / rows
    for inside, colour in (
        (np.hypot(x - 0.75 * wide, y - 0.25) < 0.14, (1.0, 0.85, 0.3)),
        (y > 0.62 - 0.2 * np.sin(3.2 * x / wide + 0.4), (0.45, 0.6, 0.4)),
        (y > 0.8 - 0.15 * np.cos(5 * x / wide), (0.2, 0.42, 0.25)),
    ):
        picture[:, inside] = np.array(colour)[:, None]
    return picture


class Picture(Plot):
    """The stages side by side."""

    size = (8.4, 3.1)

    def build(self) -> None:
        grid = self.figure.add_gridspec(1, 5, width_ratios=(1.5, 1.5, 1.5, 0.42, 1.3))
        axes = [self.figure.add_subplot(grid[n]) for n in range(5)]
        names = ("image", "features", "more features", "vector", "classes")
        ramp = self.palette.ramp("y")
        self.shapes = []
        for ax, name in zip(axes, names, strict=True):
            self.name(ax, name, x=" ")
            ax.title.set_fontsize(11)
            ax.set_xticks([])
            ax.set_yticks([])
            ax.spines[:].set_visible(False)
            style = {"ha": "center", "va": "top", "transform": ax.transAxes}
            self.shapes.append(self.text(ax, self.palette.muted, 0.5, -0.03, **style))
        self.images = [self.heat(ax, ramp, 0.0, 1.0) for ax in axes[:4]]
        last = axes[4]
        last.grid(False)
        limits(last, (0, 1.02), (len(CLASSES) - 0.4, -0.6))
        last.set_yticks(range(len(CLASSES)), CLASSES)
        last.tick_params(length=0)
        rows = np.arange(len(CLASSES))
        self.bars = self.moving(*last.barh(rows, 0.5, 0.6, color=self.palette.line.peephole))

    def update(self, data: Data) -> None:
        picture = np.concatenate([data.image, np.ones((1, *data.image.shape[1:]))])
        shown = [np.moveaxis(boxed(picture), 0, -1)]
        shown += [boxed(mosaic(maps)[None])[0] for maps in (data.first, data.second)]
        shown.append(data.vector[:, None] / max(float(data.vector.max()), 1e-9))
        for image, values in zip(self.images, shown, strict=True):
            image.set_data(values)
        for text, array in zip(self.shapes, data, strict=True):
            text.set_text(str(array.shape))
        for bar, p in zip(self.bars, data.y_hat, strict=True):
            bar.set_width(p)


def mosaic(maps: Array) -> Array:
    """Return maps (F, rows, columns), each from 0 to its largest value, as one upright picture."""
    maps = maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-9)
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    across = max(1, round((len(maps) * BOX * padded.shape[1] / padded.shape[2]) ** 0.5))
    padded = np.pad(padded, ((0, -len(maps) % across), (0, 0), (0, 0)))
    rows = [
        np.concatenate(list(padded[n : n + across]), axis=1) for n in range(0, len(padded), across)
    ]
    return np.concatenate(rows)


def boxed(picture: Array) -> Array:
    """Return a picture (C, rows, columns) with empty edges, in the proportions of its box."""
    rows, columns = picture.shape[1:]
    tall, wide = max(rows, round(columns / BOX)), max(columns, round(rows * BOX))
    above, left = (tall - rows) // 2, (wide - columns) // 2
    edges = (0, 0), (above, tall - rows - above), (left, wide - columns - left)
    return np.pad(picture, edges)


def read(data: Data) -> str:
    """Say the shapes along the way."""
    size = f"{data.image.size} numbers"
    return (
        f"An image {data.image.shape}, {size}, becomes {data.first.shape}, then "
        f"{data.second.shape}, then a vector {data.vector.shape} and {len(CLASSES)} probabilities "
        f"(largest {number(data.y_hat.max(), 2)}). The weights are drawn at random, so the "
        "classes mean nothing yet."
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "A CNN is a mapping too",
        compute,
        Picture,
        read,
        {
            "rows": slider("Rows of the image", 48, 24, 64, 4),
            "columns": slider("Columns of the image", 64, 24, 96, 4),
            "features": slider("Length of the vector", 16, 4, 32, 4),
            "seed": slider("Draw of the weights", 1, 1, 20),
        },
    )
