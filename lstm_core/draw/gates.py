"""Heat maps of gates and cells, each in its own colour: a row a unit, a column a step."""

from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.image import AxesImage

from lstm_core.checks import Array
from lstm_core.draw.plots import Plot
from lstm_core.draw.theme import Palette

SIGNED = ("z", "c", "y")  # what may be below zero; gates lie between 0 and 1


def ramp(palette: Palette, hue: str) -> Colormap:
    """Return the colours of a gate: empty where it is 0, the hue of its lines where it is 1.

    (`Palette.ramp` goes on to the darker text colour, for sizes that have no such end.)
    """
    stops = [palette.surface, getattr(palette.line, hue)]
    return LinearSegmentedColormap.from_list(f"{palette.name}-gate-{hue}", stops)


def stripe(plot: Plot, ax: Axes, hue: str, row: float, size: float = 1.0) -> AxesImage:
    """Return a heat map of one gate that moves, `size` high around `row`: `fill(stripe, …)`."""
    image = plot.heat(ax, ramp(plot.palette, hue), 0.0, 1.0)
    image.set_extent((0.5, 1.5, row + size / 2, row - size / 2))
    return image


def fill(image: AxesImage, values: Array) -> None:
    """Put the values of one gate, (T,) or (units, T), into its stripe; columns stand at 1, 2, …"""
    _, _, bottom, top = image.get_extent()
    rows = values.reshape(-1, values.shape[-1])
    image.set_data(rows)
    image.set_extent((0.5, rows.shape[1] + 0.5, bottom, top))
