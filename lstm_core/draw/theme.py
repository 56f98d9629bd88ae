"""Colours and fonts of every picture: one colour for each of z, i, f, o, c, y, on light and dark.

The hues follow Okabe and Ito (2008, Color Universal Design), shifted where a line would be too
faint for its background. Each hue has a line colour and a darker (on dark: lighter) text colour.
The simple RNN borrows: its hidden state h has the colour of y, its input x is neutral ink.
Colour never stands alone: lines carry labels, errors flow along their own arrows.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, fields

import matplotlib
from matplotlib.colors import Colormap, LinearSegmentedColormap

from lstm_core import checks


@dataclass(frozen=True)
class Hues:
    """One colour for each thing the lessons speak of, as #RRGGBB."""

    z: str  # block input
    i: str  # input gate
    f: str  # forget gate
    o: str  # output gate
    c: str  # cell
    y: str  # block output; hidden state h of the simple RNN
    peephole: str  # connections from the cell to the gates
    error: str  # whatever flows back: δ, gradients


@dataclass(frozen=True)
class Palette:
    """All colours of one theme: hues for lines and areas, hues for text, and the neutral ones."""

    name: str
    line: Hues
    text: Hues
    ink: str  # text and strong lines
    muted: str  # secondary text, ticks
    faint: str  # grid, inactive wires
    surface: str  # background of a picture
    panel: str  # background of a box inside a picture
    marked: str  # background of what is chosen or lit

    def diverging(self) -> Colormap:
        """Return a colour map for signed values: blue below zero, orange above."""
        low, high = self.line.peephole, self.line.f
        ends = ("#083A5E", "#7A2E00") if self.name == "light" else ("#A8D8FF", "#FFC9A3")
        stops = [ends[0], low, self.surface, high, ends[1]]
        return LinearSegmentedColormap.from_list(f"{self.name}-diverging", stops)

    def ramp(self, hue: str) -> Colormap:
        """Return a colour map from the surface (0) to one hue (1), for values of one sign."""
        stops = [self.surface, getattr(self.line, hue), getattr(self.text, hue)]
        return LinearSegmentedColormap.from_list(f"{self.name}-{hue}", stops)


LIGHT = Palette(
    name="light",
    line=Hues(
        z="#D97F00",
        i="#0A8A54",
        f="#B33C00",
        o="#1B9BE0",
        c="#B4668F",
        y="#3A3A3A",
        peephole="#005B9C",
        error="#6C38C8",
    ),
    text=Hues(
        z="#9C5A00",
        i="#06733F",
        f="#A63700",
        o="#0F6FA6",
        c="#994A76",
        y="#2B2B2B",
        peephole="#005590",
        error="#5F2DB8",
    ),
    ink="#222222",
    muted="#5F6368",
    faint="#DADCE0",
    surface="#FFFFFF",
    panel="#F5F6F7",
    marked="#FFF3CD",
)
DARK = Palette(
    name="dark",
    line=Hues(
        z="#FFB81C",
        i="#46C281",
        f="#E8732D",
        o="#9EDEFF",
        c="#C68DB2",
        y="#F3EFE6",
        peephole="#4C86CC",
        error="#9A78FF",
    ),
    text=Hues(
        z="#FFC64D",
        i="#62D398",
        f="#F58E52",
        o="#B3E5FF",
        c="#DBA8CA",
        y="#F6F3EC",
        peephole="#7DACE4",
        error="#B49CFF",
    ),
    ink="#E6E6E6",
    muted="#A9AEB4",
    faint="#3C4043",
    surface="#15181B",
    panel="#1F2327",
    marked="#4A3F14",
)
PALETTES = {"light": LIGHT, "dark": DARK}
HUES = tuple(field.name for field in fields(Hues))
NEUTRALS = ("ink", "muted", "faint", "surface", "panel", "marked")
SEQUENTIAL = "viridis"  # values without a sign and without a hue of their own
FONT = "DejaVu Sans"  # comes with matplotlib: the same picture on every system
FONT_SIZE = 11.0  # points, at the size the picture has on the page


def palette(name: str) -> Palette:
    """Return the palette "light" or "dark"; ValueError for another name."""
    return PALETTES[checks.choice("palette", name, PALETTES)]


def variables(colours: Palette) -> dict[str, str]:
    """Return the CSS variables of a palette: --lc-z, --lc-z-text, …, --lc-ink, --lc-surface."""
    found = {}
    for hue in HUES:
        found[f"--lc-{hue}"] = getattr(colours.line, hue)
        found[f"--lc-{hue}-text"] = getattr(colours.text, hue)
    return found | {f"--lc-{name}": getattr(colours, name) for name in NEUTRALS}


def style(colours: Palette) -> AbstractContextManager:
    """Return a context in which matplotlib draws in this theme, whatever the user's settings."""
    hues = [getattr(colours.line, hue) for hue in ("peephole", "f", "i", "error", "z", "c", "o")]
    return matplotlib.rc_context(
        {
            "font.family": [FONT],
            "font.size": FONT_SIZE,
            "mathtext.fontset": "dejavusans",
            "text.color": colours.ink,
            "text.usetex": False,
            "figure.facecolor": colours.surface,
            "axes.facecolor": colours.surface,
            "axes.edgecolor": colours.muted,
            "axes.labelcolor": colours.ink,
            "axes.labelsize": FONT_SIZE,
            "axes.titlesize": FONT_SIZE + 1,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.titlecolor": colours.ink,
            "axes.linewidth": 0.8,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.unicode_minus": True,
            "axes.prop_cycle": matplotlib.cycler(color=hues),
            "grid.color": colours.faint,
            "grid.linewidth": 0.8,
            "grid.linestyle": "-",
            "xtick.color": colours.muted,
            "ytick.color": colours.muted,
            "xtick.labelsize": FONT_SIZE - 1,
            "ytick.labelsize": FONT_SIZE - 1,
            "xtick.direction": "out",
            "ytick.direction": "out",
            "xtick.major.size": 3.0,
            "ytick.major.size": 3.0,
            "lines.linewidth": 2.0,
            "lines.markersize": 7.0,
            "lines.solid_capstyle": "round",
            "legend.frameon": False,
            "legend.fontsize": FONT_SIZE - 1,
            "image.cmap": SEQUENTIAL,
            "image.interpolation": "nearest",
            "image.origin": "upper",
        }
    )
