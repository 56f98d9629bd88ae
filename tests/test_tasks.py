"""Each task keeps its rules on every sequence; the forecast never sees what it is judged on."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import data, tasks
from lstm_core.tasks import Batch

seeds = st.integers(0, 2**32 - 1)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(seeds, st.integers(6, 60), st.integers(1, 20))
def test_adding(seed, T, B):
    X, targets, inputs, outputs = tasks.adding(rng(seed), T, B)
    assert (X.shape, targets.shape) == ((T, B, 2), (1, B, 1))
    assert (len(inputs), len(outputs)) == (2, 1)
    values, marks = X[:, :, 0], X[:, :, 1]
    assert (np.abs(values) <= 1).all()
    assert (marks[0] == -1).all()
    assert (marks[-1] == -1).all()
    assert np.isin(marks[1:-1], (0, 1)).all()
    for b in range(B):
        places = np.flatnonzero(marks[:, b] == 1)
        assert len(places) in (1, 2)  # 1 where a mark fell on the first step
        assert (places < max(T // 2, min(10, T // 2))).all()
        assert targets[0, b, 0] == pytest.approx(0.5 + values[places, b].sum() / 4, abs=1e-15)


def test_adding_marks_as_the_paper_says():
    """One mark of the first ten steps, one of the first T/2 − 1, all places alike."""
    marks = tasks.adding(rng(), T=40, B=20000).X[:, :, 1]
    assert not marks[19:-1].any()
    share = (marks[1:19] == 1).mean(axis=1)
    # of the second marks, 18 free places; a place below 10 is taken by the first in 1 of 10
    np.testing.assert_allclose(share[9:], 1 / 18, atol=0.01)
    np.testing.assert_allclose(share[:9], 1 / 10 + 9 / 10 / 18, atol=0.012)


@given(seeds, st.integers(10, 120), st.integers(1, 20))
def test_temporal_order(seed, T, B):
    X, labels, inputs, outputs = tasks.temporal_order(rng(seed), T, B)
    assert X.shape == (T, B, 8)
    assert labels.shape == (1, B)
    assert (X.sum(axis=2) == 1).all()
    for b in range(B):
        text = "".join(inputs[place] for place in X[:, b].argmax(axis=1))
        assert text[0] == "E"
        assert text[-1] == "B"
        places = [t for t, letter in enumerate(text) if letter in "XY"]
        assert len(places) == 2
        assert T // 10 <= places[0] <= T // 5
        assert T // 2 <= places[1] <= 3 * T // 5
        assert set(text) - set("EBXY") <= set("abcd")
        assert " ".join(text[t] for t in places) == outputs[labels[0, b]]


@given(seeds, st.integers(1, 40), st.integers(1, 10), st.integers(1, 6))
def test_brackets(seed, T, B, deepest):
    X, targets, inputs, _ = tasks.brackets(rng(seed), T, B, deepest)
    assert X.shape == (T, B, 3)
    assert targets.shape == (T, B, 1)
    assert (X.sum(axis=2) == 1).all()
    assert inputs == ("(", ")", "a")
    depth = np.cumsum(X[:, :, 0] - X[:, :, 1], axis=0)
    assert np.array_equal(depth, targets[:, :, 0])
    assert depth.min() >= 0
    assert depth.max() <= deepest


@pytest.mark.parametrize("task", [tasks.adding, tasks.temporal_order, tasks.brackets])
def test_the_generator_decides(task):
    first, again, other = task(rng(1)), task(rng(1)), task(rng(2))
    assert np.array_equal(first.X, again.X)
    assert np.array_equal(first.targets, again.targets)
    assert not np.array_equal(first.X, other.X)
    two = list(itertools.islice(tasks.stream(task, rng(1), T=12, B=3), 2))
    assert two[0].X.shape[:2] == (12, 3)
    assert not np.array_equal(two[0].X, two[1].X)


@pytest.mark.parametrize("T", [1, 14, 100])
def test_a_forecast_window_is_the_days_before(T):
    days, values, _, _ = data.weather()
    found = tasks.forecast(T)
    train, test = found.train, found.test
    assert train.X.shape == (T, 1096 - T, 4)
    assert test.X.shape == (T, 365, 4)
    assert test.targets.shape == found.persistence.shape == (1, 365, 4)
    assert np.array_equal(found.days, days[1096:])
    for batch, first in ((train, T), (test, 1096)):
        for n in (0, 1, -1):
            day = range(first, first + batch.X.shape[1])[n]
            window = batch.X[:, n] * found.spread + found.mean
            np.testing.assert_allclose(window, values[day - T : day], atol=1e-12)
            asked = batch.targets[0, n] * found.spread + found.mean
            np.testing.assert_allclose(asked, values[day], atol=1e-12)
    assert np.array_equal(found.persistence[0], test.X[-1])


def test_nothing_of_the_test_part_is_in_the_training_part(monkeypatch):
    before = tasks.forecast(7)
    days, values, names, units = data.weather()
    values[1096:] = 99
    monkeypatch.setattr(data, "weather", lambda: data.Weather(days, values, names, units))
    after = tasks.forecast(7)
    for name in ("X", "targets"):
        assert np.array_equal(getattr(before.train, name), getattr(after.train, name))
    assert np.array_equal(before.mean, after.mean)
    assert np.array_equal(before.spread, after.spread)
    everything = np.concatenate(
        [before.train.X[0], before.train.X[1:, -1], before.train.targets[0, -1:]]
    )
    np.testing.assert_allclose(everything.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(everything.std(axis=0), 1, rtol=1e-12)


def test_the_forecasts_to_compare_with():
    """Least squares beats both the mean (0 here) and persistence on what it was fitted to."""
    found = tasks.forecast(14)
    scaled = np.concatenate([found.train.X[:, 0], found.train.targets[0]])
    today = np.column_stack([scaled[:-1], np.ones(1095)])
    line = np.linalg.solve(today.T @ today, today.T @ scaled[1:])  # the normal equations
    expected = np.column_stack([found.test.X[-1], np.ones(365)]) @ line
    np.testing.assert_allclose(found.regression[0], expected, atol=1e-10)
    errors = [
        float(((guess - found.test.targets) ** 2).mean())
        for guess in (found.regression, found.persistence, 0)
    ]
    np.testing.assert_allclose(errors, [0.54, 0.76, 1.06], atol=0.01)


def test_a_forecast_at_every_step():
    found, last = tasks.forecast(5, every_step=True), tasks.forecast(5)
    assert np.array_equal(found.test.X, last.test.X)
    assert np.array_equal(found.test.targets[-1:], last.test.targets)
    assert np.array_equal(found.test.targets[:-1], found.test.X[1:])
    assert np.array_equal(found.persistence, found.test.X)
    np.testing.assert_allclose(found.regression[-1:], last.regression, rtol=1e-12)


def test_minibatches_take_every_sequence_once_a_round():
    X = np.arange(3 * 7 * 2.0).reshape(3, 7, 2)
    batch = Batch(X, X[-1:], ("a", "b"), ("a", "b"))
    rounds = list(itertools.islice(tasks.minibatches(batch, 3, rng()), 6))
    assert [part.X.shape for part in rounds[:3]] == [(3, 3, 2), (3, 3, 2), (3, 1, 2)]
    for parts in (rounds[:3], rounds[3:]):
        together = np.concatenate([part.X for part in parts], axis=1)
        assert not np.array_equal(together, X)
        assert np.array_equal(np.sort(together[0, :, 0]), X[0, :, 0])
        for part in parts:
            assert np.array_equal(part.X[-1:], part.targets)
            assert part.inputs == ("a", "b")
    assert not np.array_equal(rounds[0].X, rounds[3].X)


@pytest.mark.parametrize("labels", [True, False])
def test_minibatches_of_samples(labels):
    X = np.arange(10.0).reshape(5, 2)
    targets = np.arange(5) if labels else X
    part = next(tasks.minibatches((X, targets), 4, rng()))
    assert part.X.shape == (4, 2)
    assert np.array_equal(part.targets if labels else part.targets[:, 0] / 2, part.X[:, 0] / 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tasks.adding(0), TypeError, "rng is a int, expected Generator"),
        (lambda: tasks.adding(rng(), T=5), ValueError, "T is 5, expected at least 6"),
        (lambda: tasks.adding(rng(), T=9.0), TypeError, "T is 9.0, expected a whole number"),
        (lambda: tasks.adding(rng(), B=0), ValueError, "B is 0, expected at least 1"),
        (lambda: tasks.temporal_order(rng(), T=9), ValueError, "T is 9, expected at least 10"),
        (lambda: tasks.temporal_order(rng(), B=-1), ValueError, "B is -1, expected at least 1"),
        (lambda: tasks.brackets(rng(), deepest=0), ValueError, "deepest is 0, expected at least"),
        (lambda: tasks.brackets(None), TypeError, "rng is a NoneType, expected Generator"),
        (lambda: tasks.forecast(0), ValueError, "T is 0, expected at least 1"),
        (lambda: tasks.forecast(1096), ValueError, "first_test_day is 2015-01-01, expected more"),
        (lambda: tasks.forecast(first_test_day="2016-01-01"), ValueError, "not after 2015-12-31"),
        (lambda: tasks.forecast(first_test_day="soon"), ValueError, "first_test_day is 'soon'"),
        (lambda: tasks.minibatches((X3, X3[:, :1]), 1, rng()), ValueError, r"targets \(3, 1, 2\)"),
        (lambda: tasks.minibatches((X3[0, 0], X3[0, 0]), 1, rng()), ValueError, r"X \(2,\)"),
        (lambda: tasks.minibatches((X3, X3), 0, rng()), ValueError, "size is 0, expected at least"),
        (lambda: tasks.minibatches((X3, X3), 1, 0), TypeError, "rng is a int, expected Generator"),
        (lambda: tasks.minibatches(([[1.0]], X3), 1, rng()), TypeError, "batch.X is a list, expec"),
        (lambda: tasks.minibatches((X3, [1.0]), 1, rng()), TypeError, "batch.targets is a list, e"),
        (lambda: tasks.stream("adding", rng()), TypeError, "task is 'adding', expected a function"),
        (
            lambda: tasks.minibatches(X3, 1, rng()),
            TypeError,
            "batch is a ndarray, expected a tuple",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


X3 = np.ones((3, 4, 2))
