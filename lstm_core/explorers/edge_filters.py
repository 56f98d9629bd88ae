"""A filter slides over a real digit: convolution, ReLU and pooling (row H4).

The simple cells of Fukushima's neocognitron (Neocognitron: a self-organizing neural network model
for a mechanism of pattern recognition unaffected by shift in position, 1980) look for a small
pattern at every place; its complex cells answer wherever nearby it is found. Convolution and
pooling are their descendants.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from lstm_core import convolution
from lstm_core.activations import relu
from lstm_core.checks import Array
from lstm_core.data import digits
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, percent
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider

ACROSS = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4  # Sobel: dark → lit
FILTERS = ("edge", "line", "blur", "sharpen", "my own")
WORTH = (-1.0, -0.5, 0.0, 0.5, 1.0)  # values of a cell of one's own filter
STEP = ((0.0, 0.0, 0.0), (-1.0, 0.0, 1.0), (0.0, 0.0, 0.0))  # one's own filter, to begin with
SIZE = 10  # of the image with its empty border


class Data(NamedTuple):
    """The image, the filter, and all it makes; and the one window in the lens."""

    image: Array  # (10, 10), the digit with an empty border
    kernel: Array  # (3, 3)
    found: Array  # (8, 8) after the filter
    rectified: Array  # (8, 8) after ReLU
    pooled: Array  # (4, 4) the largest of each 2 × 2
    row: int
    column: int
    moved: tuple[float, float]  # relative change by a shift of one pixel: image, pooled


def compute(
    digit: int, kind: str, angle: float, row: int, column: int, own: tuple[tuple[float, ...], ...]
) -> Data:
    """Slide the filter over one digit, and over the same digit one pixel to the right."""
    image = np.zeros((SIZE, SIZE))
    image[1:9, 1:9] = digits().images[digit] / digits().images.max()
    K = kernel(kind, angle, own).round(6) + 0.0
    found, rectified, pooled = layers(image, K)
    shifted = np.roll(image, 1, axis=1)
    moved = change(image, shifted), change(pooled, layers(shifted, K)[2])
    return Data(image, K, found, rectified, pooled, row, column, moved)


def layers(image: Array, K: Array) -> tuple[Array, Array, Array]:
    """Return the image after the filter, after ReLU and after pooling."""
    found = convolution.convolve(image[None], K[None, None])[0]
    rectified = relu(found)
    return found, rectified, convolution.max_pool(rectified[None])[0]


def kernel(kind: str, angle: float, own: tuple[tuple[float, ...], ...]) -> Array:
    """Return the 3 × 3 filter; an edge filter is turned by the angle (Freeman and Adelson, 1991).

    An edge at any angle is a mixture of an upright one and a lying one, a line of three.
    """
    turn = np.deg2rad(angle)
    if kind == "edge":
        return np.cos(turn) * ACROSS - np.sin(turn) * ACROSS.T
    if kind == "line":
        right, up = np.cos(turn), np.sin(turn)
        columns, rows = np.meshgrid([-1, 0, 1], [-1, 0, 1])
        distance = columns * right - rows * up
        bump = np.exp(-(distance**2) / 0.5)
        return bump - bump.mean()
    if kind == "blur":
        return np.outer([1, 2, 1], [1, 2, 1]) / 16
    if kind == "sharpen":
        return np.array([[0.0, -0.5, 0.0], [-0.5, 3.0, -0.5], [0.0, -0.5, 0.0]])
    return np.array(own)


def change(before: Array, after: Array) -> float:
    """Return the size of the difference relative to the size of what was before."""
    return float(np.linalg.norm(after - before) / max(np.linalg.norm(before), 1e-12))


class Picture(Plot):
    """From left to right: the digit with the window, the filter, and what each layer makes."""

    size = (8.4, 4.3)

    def build(self) -> None:
        ink = self.palette
        grid = self.figure.add_gridspec(2, 6, height_ratios=(1.15, 1))
        panels = (grid[0, :2], grid[0, 2:4], grid[1, :2], grid[1, 2:4], grid[1, 4:])
        self.image, self.lens, *made = (self.figure.add_subplot(place) for place in panels)
        titles = (
            "The digit, and the window",
            "The filter",
            "After the filter",
            "After ReLU",
            "Pooled",
        )
        for ax, title in zip((self.image, self.lens, *made), titles, strict=True):
            self.name(ax, title)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(True)
        signed = ink.diverging()
        self.digit = self._squares(self.image, ink.ramp("y"), 0, 1, SIZE)
        self.weights = self._squares(self.lens, signed, -1.8, 1.8, 3)
        self.found = self._squares(made[0], signed, -1.5, 1.5, 8)
        self.rectified = self._squares(made[1], ink.ramp("f"), 0, 1.5, 8)
        self.pooled = self._squares(made[2], ink.ramp("f"), 0, 1.5, 4)
        self.window = self._frame(self.image, 3)
        self.place, self.place_after = self._frame(made[0], 1), self._frame(made[1], 1)
        self.square = self._frame(made[2], 1)
        self.numbers = [
            self.text(self.lens, ink.ink, n % 3, n // 3, ha="center", va="center", fontsize=12)
            for n in range(9)
        ]
        self._build_arithmetic(self.figure.add_subplot(grid[0, 4:]))

    def _build_arithmetic(self, words: Axes) -> None:
        words.set_axis_off()
        self.name(words, "In the window")
        place = {"transform": words.transAxes, "linespacing": 1.7, "va": "top"}
        words.text(0, 0.97, "pixel × weight:", fontsize=10, **place)
        ink = self.palette
        self.products = [self.text(words, ink.ink, 0.33 * n, 0.8, **place) for n in range(3)]
        self.sum = self.text(words, ink.text.error, 0, 0.2, weight="bold", **place)

    def _squares(
        self, ax: Axes, colours: Colormap, low: float, high: float, size: int
    ) -> AxesImage:
        image = self.heat(ax, colours, low, high)
        ax.set_aspect("equal")
        image.set_extent((-0.5, size - 0.5, size - 0.5, -0.5))
        limits(ax, (-0.5, size - 0.5), (size - 0.5, -0.5))
        return image

    def _frame(self, ax: Axes, size: int) -> Rectangle:
        frame = Rectangle((0, 0), size, size, fill=False, linewidth=2.5)
        frame.set_edgecolor(self.palette.line.error)
        return self.moving(ax.add_patch(frame))

    def update(self, data: Data) -> None:
        self.digit.set_data(data.image)
        self.weights.set_data(data.kernel)
        self.found.set_data(data.found)
        self.rectified.set_data(data.rectified)
        self.pooled.set_data(data.pooled)
        row, column = data.row, data.column
        for frame in (self.window, self.place, self.place_after):
            frame.set_xy((column - 0.5, row - 0.5))
        self.square.set_xy((column // 2 - 0.5, row // 2 - 0.5))
        for word, value in zip(self.numbers, data.kernel.ravel(), strict=True):
            word.set_text(number(value, 2))
        window = data.image[row : row + 3, column : column + 3]
        products = window * data.kernel
        for word, column_of in zip(self.products, products.T, strict=True):
            word.set_text("\n".join(number(value, 2) for value in column_of))
        self.sum.set_text(f"sum {number(data.found[row, column], 2)}")


def read(data: Data) -> str:
    """Say what the filter finds in the window, and what a shift by one pixel changes."""
    value, left = data.found[data.row, data.column], data.rectified[data.row, data.column]
    return (
        f"In the window at row {data.row}, column {data.column} (counted from 0) the filter gives "
        f"{number(value, 2)}, ReLU leaves {number(left, 2)}. The digit moved by one pixel changes "
        f"the image by {percent(data.moved[0])}, the pooled answers by {percent(data.moved[1])}."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Move the window to where an image was clicked; a cell of the filter gets its next value."""
    x, y = round(click.x), round(click.y)
    if click.axes == 1:
        K = kernel(values["kind"], values["angle"], values["own"])
        own = (2 * K).round() / 2
        own[y, x] = WORTH[(WORTH.index(float(np.clip(own[y, x], -1, 1))) + 1) % len(WORTH)]
        return {"own": tuple(map(tuple, own.tolist())), "kind": "my own"}
    by = {0: 1, 2: 0, 3: 0}.get(click.axes)
    if by is None:
        return None
    return {"row": int(np.clip(y - by, 0, 7)), "column": int(np.clip(x - by, 0, 7))}


def pressed(key: str, values: Values) -> Values:
    """Move the window by the arrow keys."""
    name, by = {
        "ArrowLeft": ("column", -1),
        "ArrowRight": ("column", 1),
        "ArrowUp": ("row", -1),
    }.get(key, ("row", 1))
    return {name: int(np.clip(values[name] + by, 0, 7))}


def explorer() -> Explorer:
    """Return the explorer; a click moves the window or changes a cell of the filter."""
    return Explorer(
        "A filter slides over a digit",
        compute,
        Picture,
        read,
        {
            "digit": slider("Digit", 0, 0, 99),
            "kind": choice("Filter", "edge", FILTERS),
            "angle": slider("Angle", 0, -180, 180, 15, unit="degrees"),
            "row": slider("Window, row", 2, 0, 7),
            "column": slider("Window, column", 1, 0, 7),
        },
        state={"own": STEP},
        on_click=clicked,
        on_key=pressed,
        keys=("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"),
        idle=lambda values: set() if values["kind"] in ("edge", "line") else {"angle"},
    )
