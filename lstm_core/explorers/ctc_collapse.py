"""The collapsing function of CTC on any path the learner types (row P7)."""

from typing import NamedTuple

from lstm_core import ctc
from lstm_core.draw import ctc_path, svg
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Explorer, button, entry

LONGEST = 32
SIZE = (806, 210)
EXAMPLES = ("hhee-ll-lloo", "hheelllloo", "h-e-l-l-o", "--tt-eee-d-dy-")


class Data(NamedTuple):
    """The path, and how many paths of its length give the same text."""

    path: str
    text: str
    ways: int
    left_out: int  # symbols after the first 32


def compute(path: str) -> Data:
    """Collapse the first 32 symbols of the path."""
    left_out = max(len(path) - LONGEST, 0)
    path = path[:LONGEST]
    text = ctc.collapse(path)
    return Data(path, text, ctc.count_paths(text, len(path)), left_out)


def draw(data: Data) -> str:
    """Draw path, merged path and text."""
    pitch = min(46.0, 700.0 / max(len(data.path), 1))
    rows = ctc_path.names(24) + ctc_path.rows(data.path, 84, 24, pitch)
    return svg.picture(*SIZE, rows, title="Merge equal neighbours, then drop the blanks")


def read(data: Data) -> str:
    """Say what is left and how many paths say the same."""
    if not data.path:
        return "A path of 0 frames says nothing. Type letters, and - for the blank."
    ways = number(data.ways if data.ways < 10**6 else float(data.ways))
    others = "1 path says" if data.ways == 1 else f"{ways} paths say"
    said = f"“{data.text}”" if data.text else "nothing"
    more = f" Only the first {LONGEST} symbols count here." if data.left_out else ""
    return (
        f"The path {data.path} of {plural(len(data.path), 'frame')} collapses to {said}. "
        f"Of that length, {others} the same.{more}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    controls = {"path": entry("Path (- is the blank)", EXAMPLES[0])}
    for n, path in enumerate(EXAMPLES[1:], 1):
        controls[f"example{n}"] = button(path, lambda _, path=path: {"path": path})
    return Explorer("The collapsing function", compute, draw, read, controls)
