"""`fast` against the paper's form: values, all gradients, dtypes, bad arguments."""

import dataclasses

import numpy as np
import pytest

from lstm_core import fast, lstm, rnn
from lstm_core.parameters import arrays, map_arrays

EXACT = {"rtol": 1e-12, "atol": 1e-12}


def add(*containers):
    return map_arrays(lambda *values: sum(values), *containers)


def same(found, expected, **tolerance):
    for (name, one), (_, other) in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, err_msg=name, **(tolerance or EXACT))


# (40, 8, 2, 64) fills several blocks of the backward pass, the last one only in part
SIZES = [(7, 3, 2, 4), (1, 1, 1, 1), (5, 1, 3, 2), (150, 8, 2, 64)]


@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_lstm_agrees_with_the_paper_s_form(rng, size, peepholes):
    T, B, D, H = size
    params = lstm.init(D, H, rng, peepholes=peepholes, scale=1.0)
    X, dY = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, H))
    y0, c0, dc_T = rng.standard_normal((3, B, H))
    run = fast.lstm_forward(params, X, y0, c0)
    found = fast.lstm_backward(params, run, dY, dc_T)
    slow = [lstm.forward(params, X[:, n], y0[n], c0[n]) for n in range(B)]
    expected = [lstm.backward(params, slow[n], dY[:, n], dc_T[n]) for n in range(B)]
    for n in range(B):
        np.testing.assert_allclose(run.y[:, n], slow[n].y, **EXACT)
        np.testing.assert_allclose(run.c[:, n], slow[n].c, **EXACT)
        gates = np.stack([slow[n].z, slow[n].i, slow[n].f, slow[n].o], axis=1)
        np.testing.assert_allclose(run.gates[:, n].reshape(gates.shape), gates, **EXACT)
        for name in ("x", "y0", "c0"):
            one = getattr(found, name)
            one = one[:, n] if name == "x" else one[n]
            np.testing.assert_allclose(one, getattr(expected[n], name), err_msg=name, **EXACT)
    same(found.params, add(*(gradients.params for gradients in expected)), rtol=1e-12, atol=1e-11)


def test_lstm_without_states_starts_and_ends_at_zero(rng):
    params = lstm.init(2, 3, rng, peepholes=True)
    X, dY, zero = rng.standard_normal((4, 2, 2)), rng.standard_normal((4, 2, 3)), np.zeros((2, 3))
    left = fast.lstm_backward(params, fast.lstm_forward(params, X), dY)
    given = fast.lstm_backward(params, fast.lstm_forward(params, X, zero, zero), dY, zero)
    same(left.params, given.params)


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize("f", ["softmax", "sigmoid", "identity"])
def test_rnn_agrees_with_the_paper_s_form(rng, g, f):
    T, B, D, H, K = 7, 3, 2, 4, 5
    params = dataclasses.replace(rnn.init(D, H, K, rng), b=rng.standard_normal(H))
    X, do = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, K))
    h0, dh_T = rng.standard_normal((2, B, H))
    run = fast.rnn_forward(params, X, h0, g, f)
    found = fast.rnn_backward(params, run, do, dh_T)
    slow = [rnn.forward(params, X[:, n], h0[n], g, f) for n in range(B)]
    expected = [rnn.backward(params, slow[n], do[:, n], dh_T[n]) for n in range(B)]
    for n in range(B):
        for name in ("h", "o", "y_hat"):
            one, other = getattr(run, name)[:, n], getattr(slow[n], name)
            np.testing.assert_allclose(one, other, err_msg=name, **EXACT)
        np.testing.assert_allclose(found.x[:, n], expected[n].x, **EXACT)
        np.testing.assert_allclose(found.h0[n], expected[n].h0, **EXACT)
    same(found.params, add(*(gradients.params for gradients in expected)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(rng, dtype):
    X = rng.standard_normal((3, 2, 2)).astype(dtype)
    params = lstm.init(2, 4, rng, peepholes=True, dtype=dtype)
    run = fast.lstm_forward(params, X)
    gradients = fast.lstm_backward(params, run, np.ones_like(run.y))
    values = [*run, *gradients[1:], *(value for _, value in arrays(gradients.params))]
    assert {value.dtype for value in values} == {np.dtype(dtype)}
    for g in fast.FORWARD:
        params = rnn.init(2, 4, 3, rng, dtype=dtype)
        run = fast.rnn_forward(params, X, g=g)
        gradients = fast.rnn_backward(params, run, np.ones_like(run.o))
        values = [*run[:5], *gradients[1:], *(value for _, value in arrays(gradients.params))]
        assert {value.dtype for value in values} == {np.dtype(dtype)}


def test_arguments_are_left_as_they_were(rng):
    params = lstm.init(2, 4, rng, peepholes=True)
    arguments = [rng.standard_normal(shape) for shape in [(5, 2, 2), (2, 4), (2, 4)]]
    errors = [rng.standard_normal(shape) for shape in [(5, 2, 4), (2, 4)]]
    before = [value.copy() for value in arguments + errors]
    fast.lstm_backward(params, fast.lstm_forward(params, *arguments), *errors)
    for value, was in zip(arguments + errors, before, strict=True):
        np.testing.assert_array_equal(value, was)
    net = rnn.init(2, 4, 3, rng)
    do = rng.standard_normal((5, 2, 3))
    was = do.copy()
    fast.rnn_backward(net, fast.rnn_forward(net, *arguments[:2], g="identity"), do, errors[1])
    np.testing.assert_array_equal(do, was)
    np.testing.assert_array_equal(errors[1], before[-1])
    np.testing.assert_array_equal(arguments[0], before[0])
