"""Where a size vanishes, holds or explodes: tinted zones, their names, logarithmic axes, labels.

Sizes run over many powers of ten, so the axes hold their logarithms (base 10) and show 10ⁿ.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from lstm_core.checks import Array
from lstm_core.draw.theme import Palette

DASHES = (0, (5, 3))  # the line of a bound


def zones(ax: Axes, palette: Palette, low: float, high: float) -> None:
    """Tint what lies below `low` and above `high`.

    A negative `low` is a logarithm; otherwise the axis itself is logarithmic, and has no zero.
    """
    blue, orange = palette.line.peephole, palette.line.f
    ax.axhspan(-1e9 if low < 0 else 1e-9, low, color=tint(blue, palette.surface), lw=0, zorder=0.5)
    ax.axhspan(high, 1e9, color=tint(orange, palette.surface), lw=0, zorder=0.5)


def side_words(
    ax: Axes, palette: Palette, words: tuple[str, ...], heights: tuple[float, ...]
) -> list[Text]:
    """Write the names of the three zones, lowest first, to the right of an axes."""
    hues = (palette.text.peephole, palette.muted, palette.text.f)
    place = {"transform": ax.get_yaxis_transform(), "va": "center"}
    rows = zip(words, heights, hues, strict=True)
    return [ax.text(1.01, height, word, color=hue, **place) for word, height, hue in rows]


def place_side_words(words: list[Text], low: float, high: float) -> None:
    """Move the names of the zones (limits ±3) to the middles of what an axes shows of each."""
    apart = 0.07 * (high - low)  # so that they never meet
    heights = min((low - 3) / 2, -apart), 0, max((3 + high) / 2, apart)
    for word, height in zip(words, heights, strict=True):
        word.set_y(height)


def place_beside(word: Text, logs: Array, share: float, low: float, high: float) -> None:
    """Set a label beside a curve of logarithms, one for each step from 0, inside the limits.

    It stands at the last step in sight within the first `share` of the curve.
    """
    gap, T = 0.03 * (high - low), len(logs) - 1
    near = logs[: int(share * T) + 1]
    at = int(np.flatnonzero((near < high - 3 * gap) & (near > low + 3 * gap)).max(initial=0))
    above = word.get_va() == "bottom"
    steep = above and logs[-1] > gap  # a rising curve leaves its room on the right, not above
    word.set_position((at + 0.015 * T, logs[at] + (-2 * gap if steep else gap if above else -gap)))


def log_axis(ax: Axes) -> None:
    """Let the vertical axis, which holds logarithms, show whole powers of ten."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    ax.yaxis.set_major_formatter(power_of_ten)


def power_of_ten(exponent: float, _: int = 0) -> str:
    """Return 10ⁿ for an axis that holds logarithms."""
    return "10" + f"{exponent:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def tint(colour: str, surface: str, share: float = 0.12) -> tuple[float, ...]:
    """Return the surface with a share of a colour."""
    pairs = zip(to_rgb(colour), to_rgb(surface), strict=True)
    return tuple(share * one + (1 - share) * other for one, other in pairs)
