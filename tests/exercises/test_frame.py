"""What a learner is told, for every way in which an answer can be wrong."""

from typing import NamedTuple

import numpy as np
import pytest

from lstm_core.exercises.frame import REORDERED, Exercise, Verdict, left_out

TERMS = {
    "the first": lambda V, a, b: V.T @ a,
    "the second": lambda V, a, b: b,
    "the third": lambda V, a, b: b**2,
}


def total(V, a, b):
    return V.T @ a + b + b**2


def make(**changes):
    fields = {
        "name": "total",
        "lesson": 2,
        "row": "S5",
        "task": "Return the sum.",
        "hints": ("one", "two"),
        "solution": total,
        "mistakes": left_out(TERMS),
        "inputs": lambda rng: (rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=3)),
        "praise": "Three terms.",
    }
    return Exercise(**fields | changes)


def test_a_right_answer_is_praised():
    verdict = make().check(total)
    assert verdict == Verdict(True, "Three terms.", None)
    assert repr(verdict) == "Right. Three terms."
    assert "**Right.**" in verdict._repr_markdown_()


def test_each_left_out_term_and_each_pair_has_its_name():
    names = list(left_out(TERMS))
    assert names[0] == "you left out the first"
    assert names[-1] == "you left out the second and the third"
    assert len(names) == 6
    for gone in ("the first", "the second", "the third"):
        kept = [term for name, term in TERMS.items() if name != gone]
        verdict = make().check(lambda V, a, b, kept=kept: sum(term(V, a, b) for term in kept))
        assert verdict.mistake == f"you left out {gone}"
        assert verdict.message == f"You left out {gone}."


def test_pairs_of_two_terms_are_not_made():
    two = dict(list(TERMS.items())[:2])
    assert len(left_out(two)) == 2


def still_open(V, a, b):
    total = V.T @ a + ...
    return total


def sums_into_nothing(V, a, b):
    total = np.zeros(3)
    for _ in range(2):
        total += ...
    return total


@pytest.mark.parametrize("answer", [still_open, sums_into_nothing])
def test_a_template_names_the_lines_to_fill(answer):
    verdict = make().check(answer)
    assert verdict.mistake == "untouched"
    assert "..." in verdict.message
    assert "total" in verdict.message


def test_an_ellipsis_in_a_slice_is_no_gap():
    assert make().check(lambda V, a, b: total(V, a, b)[..., :]).ok


def test_a_missing_return_is_named():
    def forgets(V, a, b):
        V.T @ a + b + b**2

    assert "`return`" in make().check(forgets).message


def test_an_exception_is_told_with_its_line_and_the_shapes():
    def stumbles(V, a, b):
        wrong = V @ a
        return wrong

    message = make().check(stumbles).message
    assert "`wrong = V @ a`" in message
    assert "ValueError; two shapes do not fit" in message
    assert "`V` (2, 3), `a` (2,), `b` (3,)" in message


def test_changed_arguments_are_told():
    def changes(V, a, b):
        b += V.T @ a
        return b + b**2

    verdict = make().check(changes)
    assert not verdict.ok
    assert verdict.mistake == "you changed an argument"
    assert "`b`" in verdict.message


def test_the_learner_gets_copies():
    given = []

    def inputs(rng):
        given.append((np.ones((2, 3)), np.ones(2), np.ones(3)))
        return given[-1]

    def spoils(V, a, b):
        b[:] = 7
        return b

    make(inputs=inputs).check(spoils)
    assert all((arguments[2] == 1).all() for arguments in given)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda y: y[:, None], "has shape (3, 1), expected (3,)"),
        (lambda y: list(y), "is a list, expected an array of shape (3,)"),
        (lambda y: float(y[0]), "a single number"),
        (lambda y: y > 0, "holds bool, expected float64"),
        (lambda y: y.astype(np.float32), "holds float32, expected float64"),
        (lambda y: y * 1j, "complex128"),
        (lambda y: y * np.nan, "holds nan"),
        (lambda y: -y, "has the wrong sign"),
        (lambda y: y / 4, "is 0.25 times the right one"),
        (lambda y: 0 * y, "is all zero"),
        (lambda y: y + np.array([0, 1, 0]), "differs most at [1]"),
        (lambda y: (y, y), "found a tuple"),
    ],
)
def test_what_is_wrong_is_said(change, words):
    verdict = make(mistakes={}).check(lambda V, a, b: change(total(V, a, b)))
    assert not verdict.ok
    assert words in verdict.message
    assert verdict.mistake is None


def test_a_transposed_answer_is_seen():
    square = make(solution=lambda V, a, b: np.outer(b, b**2), mistakes={})
    assert "transpose" in square.check(lambda V, a, b: np.outer(b**2, b)).message
    oblong = make(solution=lambda V, a, b: V, mistakes={})
    assert "transpose" in oblong.check(lambda V, a, b: V.T).message


def test_wrong_rows_are_named():
    rows = make(solution=lambda V, a, b: V, mistakes={})
    verdict = rows.check(lambda V, a, b: np.vstack([V[0] + 1, V[1]]))
    assert "row 0" in verdict.message


def test_a_wrong_number_of_arguments_is_told():
    message = make().check(lambda V, a: V.T @ a).message
    assert message == "Your function takes `(V, a)`, expected `(V, a, b)`."


def test_something_else_than_a_function_is_told():
    assert "Give the function itself" in make().check(np.ones(3)).message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("you left out b", "You left out b."),
        ("σ' is taken of a gate", "σ' is taken of a gate."),
        ("p_out sees the new cell", "p_out sees the new cell."),
        ("max|g'| takes the power", "max|g'| takes the power."),
    ],
)
def test_a_sentence_begins_with_a_capital_but_keeps_its_symbols(name, message):
    assert make(mistakes={name: lambda V, a, b: b}).check(lambda V, a, b: b).message == message


# Several parts ------------------------------------------------------------------------------------


def two_parts(V, a, b):
    return V.T @ a, b**2


PARTS = {
    "you left out V": lambda V, a, b: (np.resize(a, 3), b**2),
    "you forgot to square": lambda V, a, b: (V.T @ a, b),
}


def test_parts_are_judged_one_by_one():
    exercise = make(solution=two_parts, mistakes=PARTS, returns=("first", "second"))
    verdict = exercise.check(lambda V, a, b: (V.T @ a, b))
    assert verdict.mistake == "you forgot to square"
    verdict = exercise.check(lambda V, a, b: (V.T @ a + 1, b))
    assert "You forgot to square." in verdict.message
    assert "`first` differs" in verdict.message
    both = exercise.check(lambda V, a, b: (np.resize(a, 3), b))
    assert both.message == "You left out V; and you forgot to square."
    one = exercise.check(lambda V, a, b: (V.T @ a, b**2 + 1))
    assert "Right already: `first`." in one.message


def test_right_values_in_another_order_are_no_other_mistake():
    exercise = make(
        solution=lambda V, a, b: (V.T @ a, np.tanh(V.T @ a)),
        mistakes={"you left out the activation": lambda V, a, b: (V.T @ a, V.T @ a)},
        returns=("a", "h"),
    )
    verdict = exercise.check(lambda V, a, b: (np.tanh(V.T @ a), V.T @ a))
    assert verdict.mistake == REORDERED
    assert verdict.message == "You return the right values in another order. Expected: `a`, `h`."
    twice = exercise.check(lambda V, a, b: (np.tanh(V.T @ a), np.tanh(V.T @ a)))
    assert twice.mistake is None


def test_a_mistake_that_would_spoil_a_right_part_was_not_made():
    mistakes = {"you left out V": lambda V, a, b: (np.resize(a, 3), np.ones(3))}
    exercise = make(solution=two_parts, mistakes=mistakes, returns=("first", "second"))
    verdict = exercise.check(lambda V, a, b: (V.T @ a, np.ones(3)))
    assert verdict.mistake is None
    assert "`second` differs" in verdict.message
    verdict = exercise.check(lambda V, a, b: (np.resize(a, 3), b))
    assert verdict.mistake == "you left out V"


def test_an_answer_of_another_kind_in_a_later_trial_is_told():
    exercise = make(solution=two_parts, mistakes=PARTS, returns=("first", "second"))
    answers = iter((two_parts, two_parts, lambda V, a, b: V.T @ a))
    verdict = exercise.check(lambda V, a, b: next(answers)(V, a, b))
    assert verdict.message == "Expected 2 values: `first`, `second`. Found an array of shape (3,)."


@pytest.mark.parametrize("thing", [int, dict, max, str, print, type("Thing", (), {})])
def test_a_built_in_or_a_class_is_judged_like_any_function(thing):
    verdict = make().check(thing)
    assert not verdict.ok
    assert verdict.message


def test_a_value_that_is_none_is_called_none():
    exercise = make(solution=two_parts, mistakes=PARTS, returns=("first", "second"))
    message = exercise.check(lambda V, a, b: (V.T @ a, [].append(b))).message
    assert message.startswith("`second`: this is None")


def test_plain_arguments_are_told_with_their_values():
    exercise = make(solution=lambda n, s: n * len(s), mistakes={}, inputs=lambda rng: (4, "abc"))
    message = exercise.check(lambda n, s: n + len(s)).message
    assert message == "Your answer is 7, expected 12. It was called with `n` = 4, `s` = 'abc'."
    message = exercise.check(lambda n, s: n[0]).message
    assert message.endswith("It was called with `n` = 4, `s` = 'abc'.")


def test_a_factor_that_changes_is_not_called_the_same_everywhere():
    message = make(mistakes={}).check(lambda V, a, b: total(V, a, b) * a[0]).message
    assert message == "Your answer is a multiple of the right one, but not the same in every trial."


def test_sums_not_begun_are_no_known_mistake():
    mistakes = {"you never add": lambda V, a, b: (0 * b, b**2)}
    exercise = make(solution=two_parts, mistakes=mistakes, returns=("first", "second"))
    verdict = exercise.check(lambda V, a, b: (np.zeros(3), np.zeros(3)))
    assert verdict.mistake is None
    assert verdict.message == "`first`, `second`: is all zero."


def test_a_container_a_tuple_and_a_named_tuple_are_alike():
    class Pair(NamedTuple):
        first: np.ndarray
        second: np.ndarray

    exercise = make(solution=two_parts, mistakes=PARTS, returns=("first", "second"))
    assert exercise.check(lambda V, a, b: Pair(*two_parts(V, a, b))).ok
    assert exercise.check(lambda V, a, b: list(two_parts(V, a, b))).ok
    message = exercise.check(lambda V, a, b: V.T @ a).message
    assert message == "Expected 2 values: `first`, `second`. Found an array of shape (3,)."
    assert exercise.check(lambda V, a, b: {"second": b**2, "first": V.T @ a}).ok


# Answers that are no functions --------------------------------------------------------------------


def test_numbers_words_and_tables_can_be_answers():
    number = make(solution=29, mistakes={"you left out the biases": 21}, inputs=None)
    assert number.check(29).ok
    assert number.check(29.0).ok
    assert number.check(21).mistake == "you left out the biases"
    assert number.check("29").message == "Your answer is the word '29', expected a single number."
    assert number.check(30).message == "Your answer is 30, expected 29."
    word = make(solution="b", mistakes={"you took a": "a"}, choices=("a", "b"), inputs=None)
    assert word.check("b").ok
    assert word.check("a").mistake == "you took a"
    assert "is not one of" in word.check("c").message


def test_a_table_is_judged_entry_by_entry():
    table = make(
        solution={"x": "one", "y": "many"},
        mistakes={"you took all for one": {"x": "one", "y": "one"}},
        choices=("one", "many", "none"),
        inputs=None,
    )
    assert table.check({"x": "one", "y": "many"}).ok
    assert table.check({"y": "many", "x": "one"}).ok
    assert table.check({"x": "one", "y": "one"}).mistake == "you took all for one"
    for answer, words in (
        ({"x": "one", "y": "none"}, "`y` is 'none', which is not right."),
        ({"x": "one", "y": "lots"}, "`y`: `'lots'` is not one of `'one'`, `'many'`, `'none'`."),
        ({"x": "one", "y": np.ones(2)}, "is not one of"),
        ({"x": "one", "y": ...}, "Replace the `...` of `y`"),
        ({"x": "one"}, "Missing: `y`."),
        ({"x": "one", "Y": "many"}, "Missing: `y`. Not asked for: `Y`."),
        (["one", "many"], "Found a list without their names."),
        ({"x": "one", "y": ("many", "one")}, "`y` is a tuple, expected the word 'many'."),
    ):
        assert words in table.check(answer).message
