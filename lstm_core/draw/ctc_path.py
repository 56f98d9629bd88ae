"""The collapsing function drawn: a path of symbols, equal neighbours merged, blanks dropped."""

from itertools import groupby

from lstm_core.ctc import BLANK
from lstm_core.draw import svg

CELL, STEP = 30.0, 66.0  # height of a row of symbols, and from one row to the next


def runs(path: str) -> list[tuple[str, int]]:
    """Return the symbols of the path with how many frames each lasts."""
    return [(symbol, len(list(same))) for symbol, same in groupby(path)]


def rows(path: str, left: float, top: float, pitch: float) -> str:
    """Draw three rows: the path, one box for each run of equal symbols, and what is no blank."""
    parts, x = [], left
    for symbol, length in runs(path):
        for n in range(length):
            parts.append(cell(x + pitch * n, top, pitch, symbol))
        wide, blank = pitch * length, symbol == BLANK
        middle = x + wide / 2
        parts.append(bracket(x, wide, top + CELL + 5))
        parts.append(cell(x, top + STEP, wide, symbol))
        if not blank:
            ends = (middle, top + STEP + CELL + 4), (middle, top + 2 * STEP - 4)
            parts.append(svg.arrow(*ends, line=1.5, head=8))
            parts.append(cell(x, top + 2 * STEP, wide, symbol, lit=True))
        x += wide
    return "".join(parts)


def cell(x: float, y: float, width: float, symbol: str, *, lit: bool = False) -> str:
    """Draw one symbol in its box; blanks are pale."""
    blank = symbol == BLANK
    ground = "marked" if lit else ("surface" if blank else "panel")
    box = svg.box(
        x + 1, y, width - 2, CELL, fill=ground, stroke="faint" if blank else "muted", radius=4
    )
    style = {
        "size": 16,
        "fill": "muted" if blank else "ink",
        "font_weight": "bold" if lit else None,
    }
    return box + svg.words(x + width / 2, y + CELL / 2 + 6, symbol, **style)


def bracket(x: float, width: float, y: float) -> str:
    """Draw a bracket below the frames of one run."""
    points = [(x + 3, y), (x + 3, y + 8), (x + width - 3, y + 8), (x + width - 3, y)]
    middle = x + width / 2
    return svg.wire(points, stroke="muted", line=1.2, radius=4) + svg.wire(
        [(middle, y + 8), (middle, y + 18)], stroke="muted", line=1.2
    )


def names(top: float, left: float = 14.0) -> str:
    """Name the three rows."""
    rows = ("path", "merged", "text")
    style = {"size": 14, "fill": "muted", "anchor": "start"}
    return "".join(
        svg.words(left, top + STEP * n + CELL / 2 + 5, name, **style) for n, name in enumerate(rows)
    )
