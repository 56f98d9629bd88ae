"""Activations and their derivatives, against numbers and numerical derivatives, at any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.activations import ACTIVATIONS, OUTPUTS, activation, sigmoid, softmax

EXTREMES = np.array([-1e300, -1e4, -40.0, -1.0, 0.0, 1.0, 40.0, 1e4, 1e300])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_the_slope(name):
    function, derivative = ACTIVATIONS[name]
    a = np.linspace(-3, 3, 60)  # not 0, the corner of ReLU
    slope = (function(a + 1e-6) - function(a - 1e-6)) / 2e-6
    np.testing.assert_allclose(derivative(a), slope, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finite_and_of_the_same_type_everywhere(name, dtype):
    a = np.clip(EXTREMES, np.finfo(dtype).min, np.finfo(dtype).max).astype(dtype)
    for values in (ACTIVATIONS[name].function(a), ACTIVATIONS[name].derivative(a)):
        assert values.dtype == dtype
        assert np.isfinite(values).all()


def test_known_values():
    assert sigmoid(np.log(3.0)) == pytest.approx(0.75, abs=1e-15)
    assert ACTIVATIONS["sigmoid"].derivative(0.0) == 0.25
    assert ACTIVATIONS["relu"].derivative(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 1]
    assert sigmoid(EXTREMES)[[0, 4, -1]].tolist() == [0, 0.5, 1]
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[1 / 8, 2 / 8, 5 / 8]])


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6), st.floats(-1e4, 1e4))
def test_softmax_is_shares_that_do_not_see_a_shift(o, shift):
    shares = softmax(np.array(o))
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares >= 0).all()
    np.testing.assert_allclose(softmax(np.array(o) + shift), shares, atol=1e-11)


def test_softmax_runs_along_the_last_axis():
    o = np.random.default_rng(0).standard_normal((2, 3, 4))
    np.testing.assert_allclose(softmax(o)[1, 2], softmax(o[1, 2]), rtol=1e-15)
    far = softmax(np.array([[0.0, 1.0], [5000.0, 5001.0]]))  # each row has its own maximum
    np.testing.assert_allclose(far[0], far[1], rtol=1e-15)


def test_unknown_names():
    assert activation("tanh").function is np.tanh
    assert set(OUTPUTS) == {"softmax", "sigmoid", "identity"}
    with pytest.raises(ValueError, match="g is 'tan', expected one of identity, relu, sigmoid, t"):
        activation("tan")
