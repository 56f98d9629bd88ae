"""Each lesson covers its rows, keeps to the pattern, and its exercises answer back.

That the outputs are what the code gives today is the task of strict nbval (`make test`).
"""

import ast
import inspect
import re

import pytest

from lstm_core import explorers
from lstm_core.exercises import ALL
from lstm_core.lesson import hints
from tests.notebooks import lessons

MAX_LINES = 12  # of code in a cell
FORBIDDEN = {"matplotlib", "ipywidgets", "anywidget", "IPython", "pylab"}

each_lesson = pytest.mark.parametrize("lesson", lessons.LESSONS)


def exercise_cells(lesson):
    return [c for c in lessons.cells(lesson, "code") if "exercise" in c.metadata.get("tags", [])]


def checked(cell):
    """Return the name and the answer's variable in the check that ends an exercise cell."""
    last = ast.parse(cell.source).body[-1]
    assert isinstance(last, ast.Expr), f"{cell.id} does not end with check(...)"
    assert isinstance(last.value, ast.Call), f"{cell.id} does not end with check(...)"
    assert last.value.func.id == "check", f"{cell.id} does not end with check(...)"
    name, answer = last.value.args
    return name.value, answer.id


def test_the_folder_holds_the_five_lessons():
    found = {path.stem for path in lessons.FOLDER.glob("*.ipynb")}
    assert found == set(lessons.LESSONS)


@each_lesson
def test_every_row_is_covered(lesson):
    covered = {row for cell in lessons.cells(lesson) for row in cell.metadata.get("covers", [])}
    expected = set(lessons.ROWS[lesson].replace("▶", "").split())
    assert covered == expected, (
        f"missing: {sorted(expected - covered)}, strangers: {sorted(covered - expected)}"
    )


@each_lesson
def test_rows_with_a_picture_can_be_moved(lesson):
    wanted = {row[1:] for row in lessons.ROWS[lesson].split() if row.startswith("▶")}
    moved = {
        row
        for cell in lessons.cells(lesson)
        if lessons.explorers(cell)
        for row in cell.metadata.get("covers", [])
    }
    assert wanted <= moved, f"no explorer in a cell that covers {sorted(wanted - moved)}"


@each_lesson
def test_explorers_are_known_and_show_a_picture_and_a_reading(lesson):
    for cell in lessons.cells(lesson):
        for name in lessons.explorers(cell):
            assert name in explorers.ALL, f"{cell.id} opens {name!r}, which does not exist"
        if lessons.explorers(cell):
            kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
            assert kinds & {"image/png", "image/svg+xml"}, f"{cell.id} shows no static picture"
            reading = lessons.text(cell)
            assert re.search(r"\d", reading), f"{cell.id}: the reading gives no number: {reading}"
            assert reading.rstrip().endswith("."), f"{cell.id}: not a sentence: {reading}"


def test_every_explorer_and_every_exercise_has_its_place():
    opened = {n for m in lessons.LESSONS for c in lessons.cells(m) for n in lessons.explorers(c)}
    assert opened == set(explorers.ALL)
    asked = {c.metadata["exercise"] for m in lessons.LESSONS for c in exercise_cells(m)}
    assert asked == set(ALL)


@each_lesson
def test_code_is_short_and_plain(lesson):
    for cell in lessons.cells(lesson, "code"):
        lines = [line for line in cell.source.splitlines() if line.split("#")[0].strip()]
        assert len(lines) <= MAX_LINES, f"{cell.id} has {len(lines)} lines of code"
        for node in ast.walk(ast.parse(cell.source)):  # magics do not parse
            assert not isinstance(node, ast.ClassDef), f"{cell.id} holds a class"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names]
                roots = {name.split(".")[0] for name in names}
                assert not roots & FORBIDDEN, f"{cell.id} imports {roots & FORBIDDEN}"


@each_lesson
def test_what_is_to_be_shown_ends_its_cell(lesson):
    shows = {"show", "show_source", "hints", "check", "explore"}  # Jupyter shows the last line only
    for cell in lessons.cells(lesson, "code"):
        for line in ast.parse(cell.source).body[:-1]:
            call = line.value if isinstance(line, ast.Expr) else None
            name = call.func if isinstance(call, ast.Call) else None
            lost = isinstance(name, ast.Name) and name.id in shows
            assert not lost, f"{cell.id}: {ast.unparse(line)} shows nothing"


@each_lesson
def test_the_opening_gives_credit_and_the_place_among_the_five(lesson):
    opening = "\n".join(cell.source for cell in lessons.cells(lesson, "markdown")[:3])
    assert re.match(r"# ", opening), "the first cell is the title"
    assert "Yasuto Tamura" in opening
    assert re.search(r"\bminutes\b|\bhours?\b", opening), "how long does it take?"
    place = lessons.LESSONS.index(lesson)
    neighbours = lessons.LESSONS[max(place - 1, 0) : place] + lessons.LESSONS[place + 1 : place + 2]
    for other in neighbours:
        assert f"({other}.ipynb" in opening, f"no link to {other}"


@each_lesson
def test_exercises_are_numbered_and_enough(lesson):
    number = int(lesson[:2])
    words = "\n".join(cell.source for cell in lessons.cells(lesson, "markdown"))
    found = re.findall(rf"^### Exercise {number}\.(\d+) · ", words, re.MULTILINE)
    assert [int(n) for n in found] == list(range(1, len(found) + 1))
    bugs = re.findall(r"^### Bug (\d+) · ", words, re.MULTILINE)
    assert [int(n) for n in bugs] == list(range(1, len(bugs) + 1))
    assert len(found) + len(bugs) == len(exercise_cells(lesson))
    assert len(found) >= lessons.EXERCISES[lesson]


@each_lesson
def test_untouched_exercises_help(lesson):
    code = lessons.cells(lesson, "code")
    for cell in exercise_cells(lesson):
        name, _ = checked(cell)
        assert cell.metadata.get("exercise") == name, f"{cell.id}: metadata and check differ"
        assert ALL[name].lesson == int(lesson[:2]), f"{name} belongs to another lesson"
        shown = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
        assert any(text.startswith("Not yet.") for text in shown), f"{cell.id} shows {shown!r}"
        following = (c.source.strip() for c in code[code.index(cell) + 1 :])
        helping = next(source for source in following if source.startswith("hints("))
        assert helping == f'hints("{name}")', f"{cell.id}: no hints of its own follow"


@each_lesson
def test_solutions_pass_where_the_learner_writes_them(lesson, monkeypatch):
    """A learner who copies the solution below the exercise into its cell is told it is right."""
    monkeypatch.chdir(lessons.FOLDER)
    page = {"__name__": "__main__"}
    skipped = {"explore"}  # and what depends on it: no answer needs an explorer, and some train
    exercises = [cell.id for cell in exercise_cells(lesson)]
    for cell in lessons.cells(lesson, "code"):
        names = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)]
        if skipped & {node.id for node in names}:
            skipped |= {node.id for node in names if isinstance(node.ctx, ast.Store)} - set(page)
            continue
        exec(compile(cell.source, cell.id, "exec"), page)
        if cell.id not in exercises:
            continue
        name, answer = checked(cell)
        solution = ALL[name].solution
        if callable(solution):
            template = list(inspect.signature(page[answer]).parameters)
            assert template == list(inspect.signature(solution).parameters), f"{cell.id}: arguments"
            same = solution.__name__ == answer or name.startswith("bug_")  # bugs: one function each
            assert same, f"{cell.id} asks for {answer}, its solution is {solution.__name__}"
            shown = re.findall(r"```python\n(.*?)```", hints(name).markdown, re.DOTALL)[-1]
            exec(compile(shown, f"solution of {name}", "exec"), page)
            solution = page[answer] = page[solution.__name__]
        verdict = ALL[name].check(solution)
        assert verdict.ok, f"{name}: {verdict.message}"
