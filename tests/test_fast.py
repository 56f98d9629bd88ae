"""`fast` against the paper's form: values, all gradients, dtypes, bad arguments."""

import dataclasses

import numpy as np
import pytest

from lstm_core import fast, fast_rnn, lstm, rnn
from lstm_core.parameters import arrays, map_arrays

EXACT = {"rtol": 1e-12, "atol": 1e-12}


def add(*containers):
    return map_arrays(lambda *values: sum(values), *containers)


def same(found, expected, **tolerance):
    for (name, one), (_, other) in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, err_msg=name, **(tolerance or EXACT))


# the last but one fills several blocks of the backward pass, one of them only in part; of the last
# a single step is larger than a block
SIZES = [(7, 3, 2, 4), (1, 1, 1, 1), (5, 1, 3, 2), (150, 8, 2, 64), (2, fast.ROWS + 1, 1, 1)]


@pytest.mark.parametrize("peepholes", [(0, 0, 0), (1, 1, 1), (0, 0, 1)], ids=str)
@pytest.mark.parametrize("size", SIZES)
def test_lstm_agrees_with_the_paper_s_form(rng, size, peepholes):
    T, B, D, H = size
    params = lstm.init(D, H, rng, peepholes=True, scale=1.0)
    params = dataclasses.replace(params, p=params.p * np.array(peepholes)[:, None])
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
    b, c = rng.standard_normal(H), rng.standard_normal(K)
    params = dataclasses.replace(rnn.init(D, H, K, rng), b=b, c=c)
    X, do = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, K))
    h0, dh_T = rng.standard_normal((2, B, H))
    run = fast.rnn_forward(params, X, h0, g, f)
    found = fast.rnn_backward(params, run, do, dh_T)
    slow = [rnn.forward(params, X[:, n], h0[n], g, f) for n in range(B)]
    expected = [rnn.backward(params, slow[n], do[:, n], dh_T[n]) for n in range(B)]
    assert (run.g, run.f) == (g, f)
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
    for g in fast_rnn.FORWARD:
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


T, B, D, H, K = 4, 2, 3, 5, 2
NAN = float("nan")
WRONG = [  # {}: the argument's own name
    ("X", np.zeros((T, D)), ValueError, r"{} has shape \(4, 3\), expected \(T, B, 3\)"),
    ("X", np.zeros((T, B, D + 1)), ValueError, r"{} has shape \(4, 2, 4\), expected \(T, B, 3\)"),
    ("X", np.zeros((T, 0, D)), ValueError, "{} is empty"),
    ("X", np.full((T, B, D), NAN), ValueError, r"{} holds nan at index \(0, 0, 0\)"),
    ("X", np.zeros((T, B, D), np.float32), TypeError, "{} holds float32, expected float64"),
    ("X", [[[1.0, 2.0, 3.0]], [[1.0, 2.0]]], ValueError, "{} is ragged"),
    ("first", np.zeros(H), ValueError, r"{} has shape \(5,\), expected \(2, 5\)"),
    ("first", np.full((B, H), np.inf), ValueError, r"{} holds inf at index \(0, 0\)"),
    ("first", np.zeros((B, H), np.float32), TypeError, "{} holds float32, expected float64"),
    ("errors", np.zeros((T, B, 1)), ValueError, r"{} has shape \(4, 2, 1\), expected \(4, 2, "),
    ("errors", np.full((T, B, H), NAN), ValueError, r"{} holds nan at index \(0, 0, 0\)"),
    ("errors", np.zeros((T, B, H), np.float32), TypeError, "{} holds float32, expected float64"),
    ("last", np.zeros((1, H)), ValueError, r"{} has shape \(1, 5\), expected \(2, 5\)"),
    ("last", np.full((B, H), NAN), ValueError, r"{} holds nan at index \(0, 0\)"),
]


@pytest.mark.parametrize(("argument", "value", "error", "message"), WRONG)
def test_wrong_arrays_are_named(rng, argument, value, error, message):
    block, net = lstm.init(D, H, rng), rnn.init(D, H, H, rng)
    X = rng.standard_normal((T, B, D))
    run, small = fast.lstm_forward(block, X), fast.rnn_forward(net, X)
    calls = {
        "X": {"X": (fast.lstm_forward, block), "X ": (fast.rnn_forward, net)},
        "first": {
            "y0": (fast.lstm_forward, block, X),
            "c0": (fast.lstm_forward, block, X, None),
            "h0": (fast.rnn_forward, net, X),
        },
        "errors": {"dY": (fast.lstm_backward, block, run), "do": (fast.rnn_backward, net, small)},
        "last": {
            "dc_T": (fast.lstm_backward, block, run, run.y),
            "dh_T": (fast.rnn_backward, net, small, small.o),
        },
    }
    for name, (function, *before) in calls[argument].items():
        with pytest.raises(error, match=r"^" + message.format(name.strip())):
            function(*before, value)


def test_wrong_words_and_kinds_are_named(rng):
    block, net = lstm.init(D, H, rng), rnn.init(D, H, K, rng)
    X = rng.standard_normal((T, B, D))
    run, small = fast.lstm_forward(block, X), fast.rnn_forward(net, X)
    with pytest.raises(ValueError, match=r"^g is 'softplus', expected one of identity, relu"):
        fast.rnn_forward(net, X, g="softplus")
    with pytest.raises(ValueError, match=r"^f is 'relu', expected one of identity, sigmoid"):
        fast.rnn_forward(net, X, f="relu")
    for call in (lambda: fast.lstm_forward(net, X), lambda: fast.lstm_backward(net, run, run.y)):
        with pytest.raises(TypeError, match=r"^params is a RNNParams, expected LSTMParams"):
            call()
    for call in (lambda: fast.rnn_forward(block, X), lambda: fast.rnn_backward(block, small, X)):
        with pytest.raises(TypeError, match=r"^params is a LSTMParams, expected RNNParams"):
            call()
    with pytest.raises(TypeError, match=r"^run is a RNNBatchRun, expected LSTMBatchRun"):
        fast.lstm_backward(block, small, run.y)
    with pytest.raises(TypeError, match=r"^run is a LSTMBatchRun, expected RNNBatchRun"):
        fast.rnn_backward(net, run, small.o)


def test_a_run_of_other_sizes_is_named(rng):
    X = rng.standard_normal((T, B, D))
    run = fast.lstm_forward(lstm.init(D, H, rng), X)
    with pytest.raises(ValueError, match=r"^run has sizes \(3, 5\), expected \(4, 5\) like"):
        fast.lstm_backward(lstm.init(D + 1, H, rng), run, run.y)
    small = fast.rnn_forward(rnn.init(D, H, K, rng), X)
    with pytest.raises(ValueError, match=r"^run has sizes \(3, 5, 2\), expected \(4, 5, 2\) like"):
        fast.rnn_backward(rnn.init(D + 1, H, K, rng), small, small.o)


def test_overflow_is_reported_with_its_place(rng):
    net = rnn.init(D, H, K, rng)
    net = dataclasses.replace(net, W=1e6 * np.eye(H))
    with pytest.raises(ValueError, match=r"^h holds -?(inf|nan) at index \(\d+, 0, \d\)"):
        fast.rnn_forward(net, np.ones((400, 1, D)), g="identity")
    with pytest.raises(ValueError, match=r"^h holds -?inf at index \(0, 0, \d\)"):
        fast.rnn_forward(net, np.full((1, 1, D), 1e308), 1e308 * np.ones((1, H)), g="identity")
    net = dataclasses.replace(net, V=np.full((K, H), 1e308))
    with pytest.raises(ValueError, match=r"^o holds -?(inf|nan) at index \(0, 0, 0\)"):
        fast.rnn_forward(net, np.full((1, 1, D), 10.0), g="identity")
    block = lstm.init(D, H, rng)
    block = dataclasses.replace(block, W=np.full((4, H, D), 1e308), R=np.full((4, H, H), -1e308))
    X, y0 = np.full((2, 1, D), 10.0), np.full((1, H), 10.0)  # ∞ from W x, −∞ from R y
    with pytest.raises(ValueError, match=r"^c holds nan at index \(0, 0, 0\)"):
        fast.lstm_forward(block, X, y0)
    for name in "WR":  # now in the output gate alone, which no cell sees
        getattr(block, name)[:3] = 0
    with pytest.raises(ValueError, match=r"^y holds nan at index \(0, 0, 0\)"):
        fast.lstm_forward(block, X[:1], y0)


def test_gates_saturate_where_a_pre_activation_overflows(rng):
    block = lstm.init(D, H, rng)
    block = dataclasses.replace(block, W=np.full((4, H, D), 1e308))
    run = fast.lstm_forward(block, np.full((2, 1, D), 10.0))
    assert (run.gates == 1).all()
    found = fast.lstm_backward(block, run, np.ones_like(run.y))
    assert np.isfinite(found.x).all()
