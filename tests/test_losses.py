"""Losses and their errors: by pencil, numerically, at ±10 000, and with bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import gradients, losses
from lstm_core.activations import sigmoid, softmax


def numbers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


TARGETS = {
    "softmax_cross_entropy": np.array([2, 0, 1, 1, 2]),
    "squared_error": numbers(1, 5, 3),
    "sigmoid_cross_entropy": sigmoid(numbers(2, 5, 3)),
}


@pytest.mark.parametrize("name", losses.LOSSES)
@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
def test_the_error_is_the_slope_of_the_loss(name, scale):
    loss, targets, o = losses.LOSSES[name], TARGETS[name], scale * numbers(0, 5, 3)
    report = gradients.check(
        lambda o: float(loss(o, targets)[0].sum()), o, loss(o, targets)[1], tolerance=1e-8
    )
    assert report.ok, report


@pytest.mark.parametrize("name", losses.LOSSES)
def test_each_step_alone_and_any_axes_before(name):
    loss, targets, o = losses.LOSSES[name], TARGETS[name], numbers(0, 5, 3)
    J, do = loss(o, targets)
    assert J.shape == (5,)
    assert do.shape == (5, 3)
    for t in range(5):
        alone = loss(o[t], targets[t])
        assert np.array_equal(alone[0], J[t])
        assert np.array_equal(alone[1], do[t])
    stacked = loss(np.stack([o, o]), np.stack([targets, targets]))
    assert np.array_equal(stacked[0], [J, J])
    assert np.array_equal(stacked[1], [do, do])


@pytest.mark.parametrize("name", losses.LOSSES)
def test_float32_stays(name):
    targets = TARGETS[name] if name.startswith("soft") else TARGETS[name].astype(np.float32)
    J, do = losses.LOSSES[name](numbers(0, 5, 3).astype(np.float32), targets)
    assert J.dtype == do.dtype == np.float32


@pytest.mark.parametrize("name", losses.LOSSES)
def test_arguments_are_left_alone(name):
    o, targets = numbers(0, 5, 3), TARGETS[name].copy()
    losses.LOSSES[name](o, targets)
    assert np.array_equal(o, numbers(0, 5, 3))
    assert np.array_equal(targets, TARGETS[name])


def test_by_pencil():
    J, do = losses.squared_error([[1.0, -2.0]], [[0.0, 0.0]])
    assert (J.tolist(), do.tolist()) == ([2.5], [[1.0, -2.0]])
    J, do = losses.sigmoid_cross_entropy([[np.log(3.0)]], [[0.0]])  # ŷ = 3/4
    np.testing.assert_allclose((J[0], do[0, 0]), (np.log(4.0), 0.75), rtol=1e-15)


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=5), st.data())
def test_cross_entropy_is_minus_the_logarithm_of_the_share(o, data):
    label = data.draw(st.integers(0, len(o) - 1))
    J, do = losses.softmax_cross_entropy(np.array([o]), [label])
    assert J[0] == pytest.approx(-np.log(softmax(np.array(o))[label]), rel=1e-9, abs=1e-12)
    assert do.sum() == pytest.approx(0, abs=1e-12)


@given(st.floats(-30, 30), st.floats(0, 1))
def test_the_sigmoid_is_a_soft_max_of_two(o, target):
    """A sigmoid output is the share of the first of two soft-max outputs o and 0."""
    J, do = losses.sigmoid_cross_entropy([[o]], [[target]])
    both = [losses.softmax_cross_entropy(np.array([o, 0.0]), label) for label in (0, 1)]
    assert J[0] == pytest.approx(target * both[0][0] + (1 - target) * both[1][0], abs=1e-12)
    expected = target * both[0][1][0] + (1 - target) * both[1][1][0]
    assert do[0, 0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_ten_thousand(dtype):
    o = np.array([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]], dtype)
    J, do = losses.softmax_cross_entropy(o, [0, 1])
    assert J.tolist() == [0, 2e4]
    assert do.tolist() == [[0, 0, 0], [1, -1, 0]]
    assert not np.signbit(J).any()  # 0, and no -0 on the page
    J, do = losses.squared_error(o, -o)
    assert J.tolist() == [4e8, 4e8]
    assert do.tolist() == (2 * o).tolist()
    J, do = losses.sigmoid_cross_entropy(o, np.array([[1, 0, 0], [0, 1, 0]], dtype))
    np.testing.assert_allclose(J, [np.log(2), 2e4 + np.log(2)], rtol=1e-6)
    assert do.tolist() == [[0, 0, 0.5], [1, -1, 0.5]]


def test_an_overflow_is_reported():
    with pytest.raises(ValueError, match=r"J holds inf at index \(1,\)"):
        losses.squared_error(np.array([[0.0], [1e200]]), np.zeros((2, 1)))


@pytest.mark.parametrize("name", losses.LOSSES)
@pytest.mark.parametrize(
    ("o", "error", "message"),
    [
        (np.zeros((0, 3)), ValueError, "o is empty"),
        (np.zeros((5, 0)), ValueError, "o is empty"),
        (np.float64(1.0), ValueError, r"o has shape \(\), expected \(…, K\)"),
        (np.full((5, 3), np.nan), ValueError, r"o holds nan at index \(0, 0\)"),
        ([[1.0], [1.0, 2.0]], ValueError, "o is ragged"),
        (np.zeros((5, 3), complex), TypeError, "o holds complex128"),
        (numbers(0, 4, 3), ValueError, r"(labels|targets) has shape .*expected \(4,"),
    ],
)
def test_bad_outputs(name, o, error, message):
    with pytest.raises(error, match=message):
        losses.LOSSES[name](o, TARGETS[name])


@pytest.mark.parametrize(
    ("name", "targets", "error", "message"),
    [
        ("softmax_cross_entropy", [0, 1, 2, 3, 0], ValueError, "labels runs from 0 to 3"),
        ("softmax_cross_entropy", [0, 1, -1, 2, 0], ValueError, "labels runs from -1 to 2"),
        ("softmax_cross_entropy", np.eye(5, 3), TypeError, "labels holds float64"),
        ("squared_error", np.zeros((3, 5)), ValueError, r"targets has shape \(3, 5\)"),
        ("squared_error", np.zeros((5, 1)), ValueError, r"targets has shape \(5, 1\)"),
        ("squared_error", np.zeros((5, 3), np.float32), TypeError, "targets holds float32"),
        ("squared_error", np.full((5, 3), np.inf), ValueError, "targets holds inf"),
        ("sigmoid_cross_entropy", np.full((5, 3), 1.5), ValueError, "targets run from 1.5 to 1.5"),
        ("sigmoid_cross_entropy", np.full((5, 3), -1), ValueError, "targets run from -1.0"),
    ],
)
def test_bad_targets(name, targets, error, message):
    with pytest.raises(error, match=message):
        losses.LOSSES[name](numbers(0, 5, 3), targets)
