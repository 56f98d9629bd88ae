"""What of an exercise is still to be filled in: a `...` in the code, or in what it returns."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from lstm_core.exercises import compare


def unfilled(answer: Any) -> bool:
    """Say whether an answer, or a part of it, is still `...` or None."""
    return any(leaf is None or leaf is ... for leaf in compare.leaves(answer).values())


def open_lines(function: Callable) -> str:
    """Return the lines of a function that still hold a `...` to be replaced, as code."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):  # no source to be had: the values will tell
        return ""
    slices = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for part in ast.walk(node.slice)
    }
    found = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is ... and id(node) not in slices
    }
    lines = source.splitlines()
    return ", ".join(f"`{lines[n - 1].strip()}`" for n in sorted(found))


def open_parts(result: Any, names: tuple[str, ...]) -> str:
    """Say which parts of a result are still open."""
    if result is None:
        return "Your function returns nothing: does every way through it end with `return`?"
    found = compare.leaves(result, names=names)
    empty = [f"`{name}`" for name, leaf in found.items() if leaf is None]
    parts = [f"`{name}`" for name, leaf in found.items() if leaf is ...]
    if not parts:
        return f"{', '.join(empty)}: this is None, so nothing has been put there yet."
    whole = parts == ["``"] or len(parts) == len(found)
    return f"Replace the `...`{'' if whole else ' of ' + ', '.join(parts)} and run the cell again."
