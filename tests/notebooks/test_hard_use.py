"""A learner runs cells out of order, twice, and edits one to nonsense: from the top, all heals.

All in one kernel: what a restart would heal is not counted. (That a lesson runs from a clean
kernel is the task of strict nbval.)
"""

import random

import pytest
from nbformat import v4

from tests.notebooks import lessons
from tests.notebooks.normal_form import code_cells, execute, tidy_outputs

NONSENSE = ("def (", "1 / 0", "raise SystemExit", "W = b = X = h = params = 'gone'")


def shuffled(cells, rng):
    """Return the cells in another order, nonsense between; all may fail."""
    sources = [cell.source for cell in cells]
    rng.shuffle(sources)
    for k, source in enumerate(NONSENSE):
        sources.insert((k + 1) * len(sources) // 5, source)
    return [v4.new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in sources]


def shown(cell):
    """Return the text that a cell shows, of every kind nbval compares."""
    kinds = ("text/plain", "text/markdown", "image/svg+xml")
    outputs = list(tidy_outputs(cell.outputs, 0))
    return [[o.get("text")] + [o.get("data", {}).get(kind) for kind in kinds] for o in outputs]


@pytest.mark.parametrize("lesson", lessons.LESSONS)
def test_cells_out_of_order_and_nonsense_break_nothing_for_good(lesson):
    committed = lessons.cells(lesson, "code")
    first = shuffled(committed, random.Random(lesson))
    then = [v4.new_code_cell(cell.source) for cell in committed]
    notebook = v4.new_notebook(cells=first + then)
    execute(notebook, lessons.FOLDER)  # raises where one of `then` does
    failed = {
        output.ename for cell in first for output in cell.outputs if output.output_type == "error"
    }
    assert {"SyntaxError", "ZeroDivisionError"} <= failed
    for cell, kept in zip(code_cells(notebook)[len(first) :], committed, strict=True):
        assert shown(cell) == shown(kept), f"{kept.id} shows something else after the disorder"
