"""The one import of a lesson: explorers, exercises, source cards and numbers with few digits.

    from lstm_core.lesson import check, explore, hints, show, show_source

Everything returned displays itself in a notebook as Markdown and prints as plain text elsewhere.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from lstm_core import checks, explorers
from lstm_core.draw import text
from lstm_core.exercises import ALL, Exercise, Verdict

__all__ = ["check", "explore", "hints", "show", "show_source"]


@dataclass(frozen=True)
class Card:
    """A piece of Markdown that a notebook shows as such."""

    markdown: str

    def __repr__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.markdown


def explore(name: str) -> Any:
    """Return the explorer called `name`; ValueError names those that exist if there is none."""
    return explorers.ALL[name]()


def check(name: str, answer: Any) -> Verdict:
    """Judge the answer to the exercise called `name`."""
    return _exercise(name).check(answer)


def hints(name: str) -> Card:
    """Return the hints of an exercise, one below the other, each folded, then its solution."""
    exercise = _exercise(name)
    steps = [_folded(f"Hint {n}", hint) for n, hint in enumerate(exercise.hints, 1)]
    return Card("\n\n".join([*steps, _folded("Solution", _solution(exercise))]))


def show_source(thing: Callable | type) -> Card:
    """Return the source of a function or class as it stands in the package, under its name."""
    name = f"{thing.__module__}.{thing.__qualname__}"
    return Card(f"`{name}`\n\n{_code(inspect.getsource(thing))}")


def show(**values: Any) -> Card:
    """Show numbers and arrays under their names, with few digits."""
    width = max(map(len, values), default=0)
    rows = [_row(name.ljust(width), text.array(value)) for name, value in values.items()]
    return Card("```text\n" + "\n".join(rows) + "\n```")


def _row(name: str, shown: str) -> str:
    return f"{name}  " + shown.replace("\n", "\n" + " " * (len(name) + 2))


def _solution(exercise: Exercise) -> str:
    if callable(exercise.solution):
        return _code(_untyped(inspect.getsource(exercise.solution)))
    written = pformat(exercise.solution, width=88, sort_dicts=False)
    return f"{_code(written)}\n\n{exercise.praise}".strip()


def _untyped(source: str) -> str:
    """Return a function's source as a learner would write it, without the types of arguments."""
    source = textwrap.dedent(source)
    function = ast.parse(source).body[0]
    for node in ast.walk(function.args):
        if isinstance(node, ast.arg):
            node.annotation = None
    body = source.splitlines()[function.body[0].lineno - 1 :]
    return "\n".join([f"def {function.name}({ast.unparse(function.args)}):", *body])


def _code(source: str) -> str:
    return f"```python\n{textwrap.dedent(source).strip()}\n```"


def _folded(summary: str, body: str) -> str:
    """Return a <details> that opens by click or Enter, also in a notebook shown without kernel."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _exercise(name: str) -> Exercise:
    return ALL[checks.choice("exercise", name, ALL)]
