"""What an exercise is, and how an answer is checked.

A check runs the learner's function on several random inputs of size one and compares it with the
solution. A wrong answer is compared with each known wrong answer, which carries its name as a
sentence, mostly to "you": "you left out the route Wᵀ δa^(t+1)". So one adds an exercise by
writing its solution, its usual mistakes and the inputs; the words for wrong shapes, unfilled
templates, exceptions and changed arguments are here.
"""

import copy
import inspect
import itertools
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_core.exercises import compare, template

TRIALS = 3
SEED = 20
PLAIN = int | float | str | list  # arguments that are told by their values
REORDERED = "you return the right values in another order"


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
    `choices` are the words allowed, where the answer is a word or a table of words.
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
    praise: str = ""  # one sentence to take along, shown when the answer is right

    def check(self, answer: Any) -> Verdict:
        """Judge an answer. Never raises because of what the learner wrote."""
        if answer is None:
            return self._untouched()
        if template.unfilled(answer):
            return self._untouched(template.open_parts(answer, self.returns))
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
        if message := self._wrong_arguments(answer, arguments):
            return Verdict(False, message)
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

    def _wrong_arguments(self, answer: Callable, arguments: tuple) -> str:
        try:
            signature = inspect.signature(answer)
        except ValueError:  # something built in that tells nothing of its arguments: just call it
            return ""
        try:
            signature.bind(*arguments)
        except TypeError:
            wanted = ", ".join(inspect.signature(self.solution).parameters)
            found = ", ".join(signature.parameters)
            return f"Your function takes `({found})`, expected `({wanted})`."
        return ""

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
        said = f": {error}" if str(error) else ""
        text = f"Your function stopped {line}with {type(error).__name__}{words}{said}."
        return Verdict(False, f"{text} {self._called_with(arguments)}")

    def _called_with(self, arguments: tuple) -> str:
        """Tell the arguments: numbers, words and lists as they are, arrays by their shapes."""
        names = inspect.signature(self.solution).parameters
        told = [_told(name, value) for name, value in zip(names, arguments, strict=False)]
        return f"It was called with {', '.join(told)}." if told else ""

    def _called_where(self, name: str, found: list, right: list, trials: list[tuple]) -> str:
        """Tell the arguments of the first trial in which a part is wrong, if all are plain."""
        for arguments, mine, theirs in zip(trials, found, right, strict=True):
            if not compare.same(mine[name], theirs[name]):
                plain = arguments and all(isinstance(value, PLAIN) for value in arguments)
                return self._called_with(arguments) if plain else ""
        return ""

    def _changed(self, given: tuple, arguments: tuple) -> Verdict | None:
        names = tuple(inspect.signature(self.solution).parameters)[: len(given)]
        after, before = compare.leaves(given, names=names), compare.leaves(arguments, names=names)
        for name, value in after.items():
            if not np.array_equal(value, before.get(name)):
                text = f"Your function changes its argument `{name}`. Work on a copy of it."
                return Verdict(False, text, "you changed an argument")
        return None

    def _judge(self, answers: list, trials: list[tuple]) -> Verdict:
        """Compare the answers of all trials with the right ones, then with the known mistakes."""
        right = [self._leaves(self._answer(self.solution, arguments)) for arguments in trials]
        found = [self._renamed(answer, right[0]) for answer in answers]
        for answer, parts in zip(answers, found, strict=True):
            if set(parts) != set(right[0]):
                return Verdict(False, compare.misfit(answer, right[0]))
        if strange := self._no_choice(found[0]):
            return Verdict(False, strange)
        wrong = [name for name in right[0] if not _agree(found, right, name)]
        if not wrong:
            return Verdict(True, self.praise or "Your answer agrees with the equation.")
        if self.returns and _is_reordered(found, right, wrong):
            order = ", ".join(f"`{name}`" for name in self.returns)
            return Verdict(False, f"{_sentence([REORDERED])} Expected: {order}.", REORDERED)
        return self._explain(found, right, trials, wrong)

    def _no_choice(self, found: dict[str, Any]) -> str:
        """Name the first part that is none of the words allowed, if only some are."""
        words = ", ".join(f"`{choice!r}`" for choice in self.choices)
        for name, part in found.items():
            if self.choices and not any(compare.same(part, choice) for choice in self.choices):
                return f"{name and f'`{name}`: '}`{part!r}` is not one of {words}."
        return ""

    def _explain(self, found: list, right: list, trials: list[tuple], wrong: list) -> Verdict:
        """Name the mistakes that give the wrong parts; describe those that no mistake explains."""
        fine = [name for name in right[0] if name not in wrong]
        explained: dict[str, str] = {}
        for name, mistake in self.mistakes.items():
            theirs = [self._renamed(self._answer(mistake, args), right[0]) for args in trials]
            alike = [n for n in right[0] if n in theirs[0] and _agree(found, theirs, n)]
            if len(alike) == len(right[0]):
                return Verdict(False, _sentence([name]), name)
            if callable(self.solution) and not set(fine) <= set(alike):
                continue  # this mistake would spoil what is right here: it was not made
            parts = [n for n in wrong if n in alike and _some(found, n)]
            explained = dict.fromkeys(parts, name) | explained
        names = list(dict.fromkeys(explained[n] for n in wrong if n in explained))
        rest = [n for n in wrong if n not in explained]
        message = " ".join(([_sentence(names)] if names else []) + _describe(rest, found, right))
        if fine:
            message += f" Right already: {', '.join(f'`{name}`' for name in fine)}."
        if rest:
            message = f"{message} {self._called_where(rest[0], found, right, trials)}".rstrip()
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


def left_out(terms: Mapping[str, Callable[..., Any]]) -> dict[str, Callable]:
    """Return the mistakes of a sum: each of its terms left out, and each pair of them.

    `terms` maps the name of a term, as it stands after "you left out", to its function; all
    functions take the arguments of the exercise.
    """
    wrong = {}
    for size in (1, 2) if len(terms) > 2 else (1,):
        for gone in itertools.combinations(terms, size):
            kept = [terms[name] for name in terms if name not in gone]
            wrong[f"you left out {' and '.join(gone)}"] = _sum_of(kept)
    return wrong


def _sum_of(functions: list[Callable]) -> Callable:
    return lambda *arguments: sum(function(*arguments) for function in functions)


def _agree(found: list, right: list, name: str, other: str | None = None) -> bool:
    """Say whether a part agrees in all trials with the right one (or with another right one)."""
    other = name if other is None else other
    pairs = zip(found, right, strict=True)
    return all(compare.same(mine[name], theirs[other]) for mine, theirs in pairs)


def _is_reordered(found: list, right: list, wrong: list[str]) -> bool:
    """Say whether the wrong parts are the right values, each in another's place."""
    places = [[n for n in wrong if _agree(found, right, name, n)] for name in wrong]
    return all(places) and len({names[0] for names in places}) == len(wrong)


def _told(name: str, value: Any) -> str:
    """Name an argument, with its value if that is short, or its shape."""
    if isinstance(value, np.ndarray):
        return f"`{name}` {value.shape}"
    if isinstance(value, PLAIN):
        return f"`{name}` = {format(value, '.4g') if isinstance(value, float) else repr(value)}"
    return f"`{name}`"


def _some(found: list, name: str) -> bool:
    """Say whether a part holds anything but zeros: a sum not yet begun is no known mistake."""
    return any(np.any(mine[name]) for mine in found)


def _describe(names: list[str], found: list, right: list) -> list[str]:
    """Say what is wrong with each part, in the first trial in which it is; equal words once."""
    faults: dict[str, list[str]] = {}
    for name in names:
        pairs = [(mine[name], theirs[name]) for mine, theirs in zip(found, right, strict=True)]
        fault = compare.fault([pair for pair in pairs if not compare.same(*pair)])
        faults.setdefault(fault, []).append(f"`{name}`" if name else "Your answer")
    return [
        f"{', '.join(subjects)}{':' if len(subjects) > 1 else ''} {fault}."
        for fault, subjects in faults.items()
    ]


def _sentence(names: list[str]) -> str:
    """Join names of mistakes to a sentence; a symbol at its head (σ', p_out, max|g'|) stays."""
    text = "; and ".join(names)
    is_word = re.match(r"[a-z]+[ ,]", text)
    return f"{text[0].upper() if is_word else text[0]}{text[1:]}."
