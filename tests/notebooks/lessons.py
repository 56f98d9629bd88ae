"""The lessons as tests read them: their names, their cells, and the rows each must cover."""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

FOLDER = Path(__file__).parents[2] / "notebooks"
LESSONS = (
    "01_prerequisites",
    "02_simple_rnn",
    "03_history_and_vanishing_gradients",
    "04_lstm_forward",
    "05_lstm_backprop",
)
# The rows of each lesson. A row with ▶ is one whose picture the learner can change.
ROWS = {
    "01_prerequisites": "P1 ▶P2 ▶P3 ▶P4 ▶P5 ▶P6 ▶P7 P8",
    "02_simple_rnn": "▶S1 ▶S2 ▶S3 ▶S4 ▶S5 ▶S6 ▶S7 ▶S8",
    "03_history_and_vanishing_gradients": "▶H1 ▶H2 ▶H3 ▶H4 ▶H5 ▶H6 ▶H7 ▶H8 H9",
    "04_lstm_forward": "F1 ▶F2 ▶F3 ▶F4 ▶F5 ▶F6 F7 ▶F8",
    "05_lstm_backprop": "▶B1 B2 ▶B3 ▶B4 B5 ▶B6 ▶B7 ▶B8 B9",
}
EXERCISES = {  # at least so many in each lesson
    "01_prerequisites": 4,
    "02_simple_rnn": 5,
    "03_history_and_vanishing_gradients": 4,
    "04_lstm_forward": 5,
    "05_lstm_backprop": 6,
}


@cache
def read(lesson: str) -> NotebookNode:
    """Return a committed lesson; readers leave it as it is."""
    return nbformat.read(FOLDER / f"{lesson}.ipynb", as_version=4)


def cells(lesson: str, kind: str = "") -> list[NotebookNode]:
    """Return the cells of a lesson, of one kind if it is given ("code", "markdown")."""
    return [cell for cell in read(lesson).cells if kind in ("", cell.cell_type)]


def explorers(cell: NotebookNode) -> list[str]:
    """Return the name of the explorer that a cell shows, if it shows one."""
    if cell.cell_type != "code":
        return []
    *before, last = ast.parse(cell.source).body
    shown = ast.unparse(last.value) if isinstance(last, ast.Expr) else ""
    made = [
        ast.unparse(line.value) for line in before if ast.unparse(line).startswith(shown + " =")
    ]
    return re.findall(r"^explore\('(\w+)'", "\n".join([shown, *made]), re.MULTILINE)


def text(cell: NotebookNode, kind: str = "text/plain") -> str:
    """Return what a code cell shows, as text: its printed words and its outputs of one kind."""
    shown = [o.get("text", "") or o.get("data", {}).get(kind, "") for o in cell.outputs]
    return "\n".join(shown)
