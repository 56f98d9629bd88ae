"""What an exercise is, and how an answer is checked.

A check runs the learner's function on several random inputs of size one and compares it with the
solution. A wrong answer is compared with each known wrong answer, which carries its name as a
sentence that begins with "you": "you left out the route Wᵀ δa^(t+1)". So one adds an exercise by
writing its solution, its usual mistakes and the inputs; the words for wrong shapes, unfilled
templates, exceptions and changed arguments are here.
"""

import copy
import inspect
import itertools
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_core.exercises import compare, template

TRIALS = 3
SEED = 20


@dataclass(frozen=True)
class Verdict:
    """The answer to an answer: `ok`, a `message` in Markdown, and the name of the `mistake`."""

    ok: bool
    message: str
    mistake: str | None = None

    def __repr__(self) -> str:
        return f"{'Right' if self.ok else 'Not yet'}. {self.message}"

    def _repr_markdown_(self) -> str:
        return f"> {'✓ **Right.**' if self.ok else '✎ **Not yet.**'} {self.message}"


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise. `solution` is a function, whose source is shown, or the answer itself.

    `mistakes` maps the name of a mistake to the wrong function (or answer). For a function,
    `inputs(rng)` returns the arguments of one trial; `returns` names the members of a tuple.
    """

    name: str
    lesson: int
    row: str
    task: str
    hints: tuple[str, ...]
    solution: Any
    mistakes: Mapping[str, Any]
    inputs: Callable[[np.random.Generator], tuple] | None = None
    returns: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    praise: str = field(default="")  # one sentence to take along, shown when the answer is right

    def check(self, answer: Any) -> Verdict:
        """Judge an answer. Never raises because of what the learner wrote."""
        if template.unfilled(answer):
            return self._untouched()
        if not callable(self.solution):
            return self._judge([answer], [()])
        if not callable(answer):
            return Verdict(False, f"Give the function itself; this is {compare.described(answer)}.")
        if lines := template.open_lines(answer):
            return self._untouched(f"Replace the `...` in {lines} and run the cell again.")
        trials = [self.inputs(np.random.default_rng([SEED, n])) for n in range(TRIALS)]
        found = []
        for arguments in trials:
            result = self._run(answer, arguments)
            if isinstance(result, Verdict):
                return result
            found.append(result)
        return self._judge(found, trials)

    def _untouched(self, what: str = "Replace the `...` and run the cell again.") -> Verdict:
        return Verdict(False, f"{what} {self.task}", "untouched")

    def _run(self, answer: Callable, arguments: tuple) -> Any:
        """Call the learner's function on copies; return its result, or a Verdict where it fails."""
        try:
            inspect.signature(answer).bind(*arguments)
        except TypeError:
            wanted = ", ".join(inspect.signature(self.solution).parameters)
            found = ", ".join(inspect.signature(answer).parameters)
            return Verdict(False, f"Your function takes `({found})`, expected `({wanted})`.")
        given = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"):
                result = answer(*given)
        except NotImplementedError:
            return self._untouched()
        except Exception as error:  # the learner's code may raise anything
            return self._raised(answer, error, arguments)
        if template.unfilled(result):
            return self._untouched(template.open_parts(result, self.returns))
        return self._changed(given, arguments) or result

    def _raised(self, answer: Callable, error: Exception, arguments: tuple) -> Verdict:
        file = getattr(getattr(answer, "__code__", None), "co_filename", None)
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
        line = f"at `{frames[-1].line}` " if frames and frames[-1].line else ""
        if isinstance(error, TypeError) and "ellipsis" in str(error):
            return self._untouched(f"A `...` is still to be replaced {line}".rstrip() + ".")
        misfit = isinstance(error, ValueError) and re.search(
            "matmul|broadcast|shape|dim", str(error)
        )
        words = "; two shapes do not fit" if misfit else ""
        text = f"Your function stopped {line}with {type(error).__name__}{words}: {error}."
        return Verdict(False, f"{text} {self._called_with(arguments)}")

    def _called_with(self, arguments: tuple) -> str:
        names = inspect.signature(self.solution).parameters
        shapes = [
            f"`{name}` {np.shape(value)}" if isinstance(value, np.ndarray) else f"`{name}`"
            for name, value in zip(names, arguments, strict=False)
        ]
        return f"It was called with {', '.join(shapes)}." if shapes else ""

    def _changed(self, given: tuple, arguments: tuple) -> Verdict | None:
        names = tuple(inspect.signature(self.solution).parameters)[: len(given)]
        after, before = compare.leaves(given, names=names), compare.leaves(arguments, names=names)
        for name, value in after.items():
            if not np.array_equal(value, before[name]):
                text = f"Your function changes its argument `{name}`. Work on a copy of it."
                return Verdict(False, text, "you changed an argument")
        return None

    def _judge(self, answers: list, trials: list[tuple]) -> Verdict:
        """Compare the answers of all trials with the right ones, then with the known mistakes."""
        if self.choices and answers[0] not in self.choices:
            words = ", ".join(f"`{choice!r}`" for choice in self.choices)
            return Verdict(False, f"`{answers[0]!r}` is not one of {words}.")
        right = [self._leaves(self._answer(self.solution, arguments)) for arguments in trials]
        found = [self._renamed(answer, right[0]) for answer in answers]
        if list(found[0]) != list(right[0]):
            return Verdict(False, self._structure(answers[0], right[0]))
        wrong = [name for name in right[0] if not _agree(found, right, name)]
        if not wrong:
            return Verdict(True, self.praise or "Your answer agrees with the equation.")
        return self._explain(found, right, trials, wrong)

    def _explain(self, found: list, right: list, trials: list[tuple], wrong: list) -> Verdict:
        """Name the mistakes that give the wrong parts; describe those that no mistake explains."""
        explained: dict[str, str] = {}
        for name, mistake in self.mistakes.items():
            theirs = [self._renamed(self._answer(mistake, args), right[0]) for args in trials]
            parts = [
                n for n in wrong if n in theirs[0] and _agree(found, theirs, n) and _some(found, n)
            ]
            if all(n in theirs[0] and _agree(found, theirs, n) for n in right[0]):
                return Verdict(False, _sentence([name]), name)
            explained = dict.fromkeys(parts, name) | explained
        names = list(dict.fromkeys(explained[n] for n in wrong if n in explained))
        rest = [n for n in wrong if n not in explained]
        message = " ".join(([_sentence(names)] if names else []) + _describe(rest, found, right))
        fine = [f"`{name}`" for name in right[0] if name not in wrong]
        if fine:
            message += f" Right already: {', '.join(fine)}."
        return Verdict(False, message, names[0] if names else None)

    def _answer(self, answer: Any, arguments: tuple) -> Any:
        return answer(*copy.deepcopy(arguments)) if callable(answer) else answer

    def _leaves(self, answer: Any) -> dict[str, Any]:
        return compare.leaves(answer, names=self.returns)

    def _renamed(self, answer: Any, right: dict[str, Any]) -> dict[str, Any]:
        """Flatten an answer; members of a plain tuple take the names of the right answer."""
        found = self._leaves(answer)
        if not isinstance(answer, Mapping) and len(found) == len(right):
            return dict(zip(right, found.values(), strict=True))
        return found

    def _structure(self, answer: Any, right: dict[str, Any]) -> str:
        names = ", ".join(f"`{name}`" for name in right)
        if list(right) == [""]:
            return f"Expected {compare.described(right[''])}, found {compare.described(answer)}."
        found = self._leaves(answer)
        count = "one value" if list(found) == [""] else f"{len(found)} values"
        return f"Expected {len(right)} values: {names}. Found {count}."


def left_out(terms: Mapping[str, Callable[..., Any]], pairs: bool = True) -> dict[str, Callable]:
    """Return the mistakes of a sum: each of its terms left out, and each pair of them.

    `terms` maps the name of a term, as it stands after "you left out", to its function; all
    functions take the arguments of the exercise.
    """
    wrong = {}
    for size in (1, 2) if pairs and len(terms) > 2 else (1,):
        for gone in itertools.combinations(terms, size):
            kept = [terms[name] for name in terms if name not in gone]
            wrong[f"you left out {' and '.join(gone)}"] = _sum_of(kept)
    return wrong


def _sum_of(functions: list[Callable]) -> Callable:
    return lambda *arguments: sum(function(*arguments) for function in functions)


def _agree(found: list, right: list, name: str) -> bool:
    pairs = zip(found, right, strict=True)
    return all(compare.same(mine[name], theirs[name]) for mine, theirs in pairs)


def _some(found: list, name: str) -> bool:
    """Say whether a part holds anything but zeros: a sum not yet begun is no known mistake."""
    return any(np.any(mine[name]) for mine in found)


def _describe(names: list[str], found: list, right: list) -> list[str]:
    """Say what is wrong with each part, in the first trial in which it is; equal words once."""
    faults: dict[str, list[str]] = {}
    for name in names:
        pairs = [(mine[name], theirs[name]) for mine, theirs in zip(found, right, strict=True)]
        mine, theirs = next(pair for pair in pairs if not compare.same(*pair))
        fault = compare.wrong_kind(mine, theirs) or compare.difference(mine, theirs)
        faults.setdefault(fault, []).append(f"`{name}`" if name else "Your answer")
    return [
        f"{', '.join(subjects)}{':' if len(subjects) > 1 else ''} {fault}."
        for fault, subjects in faults.items()
    ]


def _sentence(names: list[str]) -> str:
    text = "; and ".join(names)
    return f"{text[0].upper()}{text[1:]}."
