"""The perceptron's rule, by pencil, and its theorem, by chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core import perceptron

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
GATES = {"AND": [-1, -1, -1, 1], "OR": [-1, 1, 1, 1], "XOR": [-1, 1, 1, -1]}


def test_a_right_answer_changes_nothing():
    w = np.array([1.0, 0.0])
    after = perceptron.update(w, 0.5, np.array([1.0, 1.0]), 1)
    assert after[0] is w
    assert after[1] == 0.5


def test_a_wrong_yes_is_subtracted():
    w, b = perceptron.update(np.array([1.0, 0.0]), 0.5, np.array([1.0, 2.0]), -1)
    assert w.tolist() == [0.0, -2.0]
    assert b == -0.5


@pytest.mark.parametrize("gate", ["AND", "OR"])
def test_and_and_or_are_learnt_within_the_bound(gate):
    run = perceptron.learn(CORNERS, GATES[gate])
    assert run.done
    assert perceptron.answer(run.w[-1], run.b[-1], CORNERS).tolist() == GATES[gate]
    # by pencil: R² = 3, the best plane (1, 1, ∓1)/√3 leaves 1/√3, so (R/γ)² = 9
    assert perceptron.mistake_bound(CORNERS, GATES[gate]) == pytest.approx(9.0)
    assert len(run.at) <= 9


def test_xor_never_ends_and_has_no_bound():
    run = perceptron.learn(CORNERS, GATES["XOR"], most=500)
    assert not run.done
    assert len(run.at) == 500
    assert perceptron.mistake_bound(CORNERS, GATES["XOR"]) == np.inf


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 5), st.floats(0.05, 0.5))
def test_the_theorem_holds(seed, D, gap):
    rng = np.random.default_rng(seed)
    line = rng.standard_normal(D)
    X = rng.uniform(-1, 1, (30, D))
    side = X @ line / np.linalg.norm(line) + 0.1
    X, y = X[abs(side) > gap], np.sign(side[abs(side) > gap])
    if not len(X):
        return
    bound = perceptron.mistake_bound(X, y)
    run = perceptron.learn(X, y, most=int(bound) + 1)
    assert run.done
    assert len(run.at) <= bound


def test_rows_of_a_run_belong_together():
    run = perceptron.learn(CORNERS, GATES["AND"])
    assert len(run.w) == len(run.b) == len(run.at) + 1 == len(run.looked) + 1
    for n, at in enumerate(run.at):
        assert perceptron.answer(run.w[n], run.b[n], CORNERS[at]) != GATES["AND"][at]


def test_other_answers_than_yes_and_no_are_refused():
    with pytest.raises(ValueError, match="y holds 0, expected only −1 and 1"):
        perceptron.learn(CORNERS, [0, 1, 1, 0])
    with pytest.raises(ValueError, match="y has shape"):
        perceptron.mistake_bound(CORNERS, [1, -1])
