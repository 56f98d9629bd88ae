"""Committed lessons are in normal form, and the tool that writes it does what it says."""

import base64
import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tests.notebooks import lessons, normal_form

LIVE = """
import base64, io
import ipywidgets
from PIL import Image

class Live(ipywidgets.IntSlider):
    def _repr_mimebundle_(self, **kwargs):
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "white").save(picture, "PNG")
        static = {"image/png": base64.b64encode(picture.getvalue()).decode(),
                  "text/plain": "the reading"}
        return {**super()._repr_mimebundle_(**kwargs), **static}

Live()
"""


@pytest.mark.parametrize("lesson", lessons.LESSONS)
def test_committed_lessons_are_in_normal_form(lesson):
    path = lessons.FOLDER / f"{lesson}.ipynb"
    committed = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(committed, as_version=4)
    unexecuted = [c.id for c in normal_form.code_cells(notebook) if c.execution_count is None]
    assert not unexecuted, f"run `make notebooks`: {unexecuted} were never executed"
    tidy = normal_form.normalise(notebook)
    assert tidy == committed, (
        f"run `make notebooks`: {normal_form.first_difference(committed, tidy)}"
    )
    assert not normal_form.faults(notebook, tidy)


@pytest.fixture
def draft(tmp_path):
    """A notebook as an editor leaves it: not executed, random ids, an empty cell at its end."""
    cells = [
        new_markdown_cell("# Lesson 9 · Tiny", id="d1f0aa12"),
        new_markdown_cell("## S3 · Unfolding in time", id="5f0a93c2-93cd-4de6-8d2c-0123456789ab"),
        new_code_cell("x = 2", id="two", metadata={"covers": ["S3"], "collapsed": True}),
        new_code_cell("for t in range(200):\n    print(t, flush=True)", id="d1f0aa13"),
        new_code_cell(LIVE, id="d1f0aa14", metadata={"tags": ["exercise"], "exercise": "live"}),
        new_code_cell("", id="d1f0aa15"),
    ]
    path = tmp_path / "09_tiny.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": {"state": {}}}), path)
    return path


def test_two_runs_give_the_same_bytes(draft, capsys):
    assert normal_form.main([str(draft)]) == 0
    first = draft.read_bytes()
    assert normal_form.main([str(draft)]) == 0
    assert draft.read_bytes() == first
    assert normal_form.main(["--check", str(draft)]) == 0
    draft.write_bytes(first.replace(b"x = 2", b"x = 3 "))
    assert normal_form.main(["--check", str(draft)]) == 0  # the source is the author's
    draft.write_bytes(first.replace(b'"199\\n"', b'"198\\n"'))
    drifted = draft.read_bytes()
    assert normal_form.main(["--check", str(draft)]) == 1
    assert "198" in capsys.readouterr().out
    assert draft.read_bytes() == drifted, "--check writes nothing"


def test_what_is_kept_and_what_goes(draft):
    assert normal_form.main([str(draft)]) == 0
    notebook = nbformat.read(draft, as_version=4)
    assert [cell.id for cell in notebook.cells] == ["lesson-9-1", "s3-1", "two", "s3-2", "s3-3"]
    assert dict(notebook.metadata) == {
        "kernelspec": normal_form.KERNEL,
        "language_info": {"name": "python"},
    }
    two, loop, live = normal_form.code_cells(notebook)
    assert two.metadata == {"covers": ["S3"]}
    assert live.metadata == {"tags": ["exercise"], "exercise": "live"}
    assert len(loop.outputs) == 1, "the pieces of one stream are joined"
    assert set(live.outputs[0].data) == {"image/png", "text/plain"}
    assert [cell.execution_count for cell in (two, loop, live)] == [1, 2, 3]
    assert draft.read_bytes().endswith(b"}\n")


def test_an_exception_is_named_and_nothing_is_written(tmp_path, capsys):
    path = tmp_path / "09_broken.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    assert normal_form.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (new_output("stream", name="stderr", text="careful"), "warns"),
        (new_output("stream", text="<Figure at 0x7f0a12cd>"), "a memory address"),
        (new_output("stream", text="in /home/anna/lesson"), "a path"),
        (new_output("stream", text=r"in C:\Users\anna"), "a path"),
        (new_output("display_data", {"text/html": "<p>2026-11-23 12:00</p>"}), "a time stamp"),
        (new_output("error", ename="ValueError", evalue="no"), "raises ValueError"),
        (new_output("stream", text="x" * 1_000_001), "bytes"),
    ],
)
def test_what_no_tool_can_put_right_is_named(output, fault):
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[output])])
    found = normal_form.faults(notebook, normal_form.normalise(notebook))
    assert len(found) == 1
    assert fault in found[0]


def test_pictures_shrink_and_keep_their_pixels():
    rows, columns = np.indices((60, 80), dtype=np.uint8)
    many_colours = np.stack([rows, columns, rows], axis=-1)
    few_colours = many_colours % 4
    for pixels in (many_colours, few_colours):
        big = io.BytesIO()
        Image.fromarray(pixels).save(big, "PNG", compress_level=0)
        small = base64.b64decode(normal_form.shrink(base64.b64encode(big.getvalue()).decode()))
        assert len(small) < len(big.getvalue())
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(small)).convert("RGB")), pixels)


def test_names_stay_when_a_cell_is_put_between():
    cells = [new_markdown_cell("## S3 · Title"), new_code_cell("a")]
    normal_form.name_cells(cells)
    names = [cell.id for cell in cells]
    cells.insert(1, new_code_cell("b"))
    cells.append(new_code_cell("c", id=names[1]))  # a copy keeps its twin's id in some editors
    normal_form.name_cells(cells)
    assert [cell.id for cell in cells] == ["s3-1", "s3-3", "s3-2", "s3-4"]
