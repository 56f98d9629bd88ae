"""Persistent matplotlib pictures: built once, then only what moves is drawn again (blitting).

A picture is a subclass of `Plot`. `build` makes the axes and the artists, `update` puts numbers
into the artists, `png` gives the bytes. Artists that move are made by the helpers below (`line`,
`dots`, `text`, `heat`) or handed to `moving`; everything else is background, and is drawn again
only when it changed (limits, ticks, titles). Limits are set by `limits`, which notices "no change".

No pyplot: nothing here touches the figures of the learner's own cells.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Text

from lstm_core.checks import Array
from lstm_core.draw import png, theme
from lstm_core.draw.theme import Palette

CSS = 96  # CSS pixels to an inch
TOP = 10.0  # added to the z-order of what moves: above all else in a full drawing too


class Place(NamedTuple):
    """A point of a picture in the coordinates of one of its axes."""

    axes: int  # number of the axes, in the order of building
    x: float
    y: float


class Plot:
    """One figure with a fixed layout; subclasses write `build(self)` and `update(self, data)`."""

    size = (8.4, 3.6)  # inches on the page

    def __init__(self, palette: Palette = theme.LIGHT) -> None:
        self.palette = palette
        self._moving: list[Artist] = []
        self._background: Any = None
        with theme.style(palette):
            self.figure = Figure(figsize=self.size, dpi=CSS, layout="constrained")
            self.canvas = FigureCanvasAgg(self.figure)
            self.build()
            self.figure.draw_without_rendering()  # lays out once, from what `build` has set …
            self.figure.set_layout_engine("none")  # … and then nothing jumps
        for artist in self._moving:
            artist.set_animated(True)

    def build(self) -> None:
        """Make axes (with labels and typical limits) and artists. The palette is self.palette."""
        raise NotImplementedError

    def update(self, data: Any) -> None:
        """Put the numbers of `data` into the artists."""
        raise NotImplementedError

    def png(self, data: Any, compression: int = 1, ratio: float = 1.0) -> bytes:
        """Return the picture of `data` as PNG; compression 1 while moving, 9 to be kept.

        `ratio` is the number of pixels for each CSS pixel of the page. A picture to be kept is
        small: 256 colours, which nobody tells from the moving one.
        """
        with theme.style(self.palette):
            self._scale(ratio)
            self.update(data)
            self._draw()
        return self.encode(compression)

    def direct(self, data: Any, compression: int = 1, ratio: float = 1.0) -> bytes:
        """Return the same picture drawn afresh, without blitting: what `png` must equal."""
        fresh = type(self)(self.palette)
        with theme.style(self.palette):
            fresh._scale(ratio)
            fresh.update(data)
            for artist in fresh._moving:
                artist.set_animated(False)
            fresh.canvas.draw()
        return fresh.encode(compression)

    def encode(self, compression: int = 1) -> bytes:
        """Return what the canvas holds as PNG bytes without metadata."""
        pixels = np.asarray(self.canvas.buffer_rgba())
        return png.kept(pixels) if compression == 9 else png.live(pixels)

    def place(self, right: float, down: float) -> Place | None:
        """Return the axes and data point at a fraction of width and height (from the top left)."""
        width, height = self.canvas.get_width_height(physical=True)
        x, y = right * width, (1.0 - down) * height
        for k, ax in enumerate(self.figure.axes):
            if ax.get_visible() and ax.bbox.contains(x, y):
                return Place(k, *map(float, ax.transData.inverted().transform((x, y))))
        return None

    def _scale(self, ratio: float) -> None:
        if self.figure.dpi != CSS * ratio:
            self.figure.dpi = CSS * ratio
            self._background = None

    def _draw(self) -> None:
        if self._background is None or self.figure.stale:
            self.canvas.draw()  # leaves out the animated artists
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        else:
            self.canvas.restore_region(self._background)
        renderer = self.canvas.get_renderer()
        for artist in sorted(self._moving, key=lambda artist: artist.get_zorder()):
            artist.draw(renderer)

    # What moves ---------------------------------------------------------------------------------

    def moving(self, *artists: Artist) -> Any:
        """Declare artists that `update` changes; returns the artist, or all of them as a tuple."""
        for artist in artists:
            artist.set_zorder(artist.get_zorder() + TOP)
            self._moving.append(artist)
        return artists[0] if len(artists) == 1 else artists

    def line(self, ax: Axes, colour: str, x: Any = (), y: Any = (), **style: Any) -> Line2D:
        """Return a line that moves: `.set_data(x, y)` in `update`."""
        return self.moving(ax.plot(x, y, color=colour, **style)[0])

    def dots(self, ax: Axes, colour: str, x: Any = (), y: Any = (), **style: Any) -> Line2D:
        """Return points that move, ringed in the surface colour so that they stand out."""
        ring = {"markeredgecolor": self.palette.surface, "markeredgewidth": 1.2} | style
        return self.moving(ax.plot(x, y, "o", color=colour, **ring)[0])

    def text(self, ax: Axes, colour: str, x: float = 0, y: float = 0, **style: Any) -> Text:
        """Return a text that moves: `.set_text(...)`, `.set_position((x, y))` in `update`."""
        words = style.pop("text", "")
        return self.moving(ax.text(x, y, words, color=colour, **style))

    def heat(
        self, ax: Axes, colours: Colormap | str, low: float, high: float, **style: Any
    ) -> AxesImage:
        """Return a heat map (units × steps) that moves: `show_matrix(heat, matrix)` in `update`."""
        ax.grid(False)
        image = ax.imshow(
            np.zeros((1, 1)), cmap=colours, norm=Normalize(low, high), aspect="auto", **style
        )
        return self.moving(image)

    # What stays ---------------------------------------------------------------------------------

    def axes(self, rows: int = 1, columns: int = 1, **grid: Any) -> Any:
        """Return one axes, or an array of them, as `Figure.subplots` does."""
        return self.figure.subplots(rows, columns, **grid)

    def name(self, ax: Axes, title: str = "", x: str = "", y: str = "") -> None:
        """Set title and axis labels."""
        ax.set_title(title)
        ax.set_xlabel(x)
        ax.set_ylabel(y)


def limits(ax: Axes, x: tuple | None = None, y: tuple | None = None) -> None:
    """Set the limits of an axes; does nothing (and costs no redraw) where they are so already."""
    if x is not None and (ax.get_autoscalex_on() or tuple(x) != ax.get_xlim()):
        ax.set_xlim(*x)
    if y is not None and (ax.get_autoscaley_on() or tuple(y) != ax.get_ylim()):
        ax.set_ylim(*y)


def show_matrix(image: AxesImage, matrix: Array, first: float = 1.0) -> None:
    """Put a matrix (units, steps) into a heat map; its columns stand at first, first + 1, …"""
    rows, columns = matrix.shape
    extent = (first - 0.5, first + columns - 0.5, rows + 0.5, 0.5)
    image.set_data(matrix)
    if tuple(image.get_extent()) != extent:
        image.set_extent(extent)
        limits(image.axes, x=extent[:2], y=extent[2:])


def round_limits(values: Array, steps: tuple[float, ...] = (1.0, 2.0, 5.0)) -> tuple[float, float]:
    """Return limits symmetric about zero that hold all values and change rarely (1, 2, 5, 10 …)."""
    size = float(np.max(np.abs(values), initial=0.0))
    size = max(size, 1e-12)
    power = 10.0 ** np.floor(np.log10(size))
    top = next((step * power for step in steps if step * power >= size), 10.0 * power)
    return -1.05 * top, 1.05 * top


def spread(positions: Array, gap: float) -> Array:
    """Return positions moved apart so that neighbours keep `gap`: for labels at line ends."""
    order = np.argsort(positions)
    placed = np.array(positions, dtype=float)
    for _ in range(50):
        close = [(a, b) for a, b in pairwise(order) if placed[b] - placed[a] < gap - 1e-9]
        if not close:
            break
        for a, b in close:
            push = (gap - (placed[b] - placed[a])) / 2.0
            placed[a] -= push
            placed[b] += push
    return placed
