"""Loss and gradient of one batch: numerically, one sequence against batches, exact switches."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lstm_core import dense, gradients, lstm, models, parameters, rnn, tasks, training
from lstm_core.models import LSTMNet, Model
from lstm_core.optimizers import OPTIMIZERS

LABELS = np.array([[2, 0, 1, 1], [0, 0, 2, 1]])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def recurrent(kind: str, loss: str, D: int = 3, K: int = 3, **options) -> Model:
    if kind == "rnn":
        return models.rnn_model(rnn.init(D, 5, K, rng(1)), loss, **options)
    gate, peepholes = "no forget gate" not in kind, "peepholes" in kind
    net = models.init_lstm(D, 5, K, rng(1), forget_gate=gate, peepholes=peepholes)
    return models.lstm_model(net, loss, peepholes)


KINDS = ["rnn", "lstm", "lstm with peepholes", "lstm, no forget gate"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("loss", "S"), [("softmax_cross_entropy", 1), ("squared_error", 2), ("squared_error", 6)]
)
def test_the_gradient_of_a_batch(kind, loss, S):
    model, X = recurrent(kind, loss), rng(2).standard_normal((6, 4, 3))
    targets = rng(3).standard_normal((S, 4, 3))
    if loss.startswith("softmax"):
        targets = rng(3).integers(0, 3, (S, 4))
    J, found = model.loss_and_gradients(model.params, (X, targets))
    if "peepholes" not in kind and kind != "rnn":  # p is no parameter then: leave it out
        np.testing.assert_array_equal(found.lstm.p, 0)
        fixed = model.params.lstm.p
        keep = lambda net: replace(net, lstm=replace(net.lstm, p=fixed))  # noqa: E731
    else:
        keep = lambda net: net  # noqa: E731
    report = gradients.check(
        lambda net: model.loss_and_gradients(keep(net), (X, targets))[0],
        model.params,
        found,
        tolerance=1e-7,
    )
    assert report.ok, report
    assert isinstance(J, float)


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_is_the_mean_of_its_sequences(kind):
    model, X = recurrent(kind, "softmax_cross_entropy"), rng(2).standard_normal((6, 4, 3))
    J, found = model.loss_and_gradients(model.params, (X, LABELS))
    alone = [model.loss_and_gradients(model.params, (X[:, b], LABELS[:, b])) for b in range(4)]
    np.testing.assert_allclose(J, np.mean([one[0] for one in alone]), rtol=1e-13)
    mean = np.mean([parameters.to_vector(one[1]) for one in alone], axis=0)
    np.testing.assert_allclose(parameters.to_vector(found), mean, atol=1e-14)
    o = model.outputs(model.params, X)
    assert o.shape == (6, 4, 3)
    for b in range(4):
        np.testing.assert_allclose(model.outputs(model.params, X[:, b]), o[:, b], atol=1e-13)


def test_dense():
    params = dense.init([3, 4, 3], rng(), kind="normal")
    model = models.dense_model(params, "softmax_cross_entropy", g="sigmoid")
    X, labels = rng(2).standard_normal((5, 3)), np.array([0, 1, 2, 2, 1])
    J, found = model.loss_and_gradients(params, (X, labels))
    report = gradients.check(lambda p: model.loss_and_gradients(p, (X, labels))[0], params, found)
    assert report.ok, report
    alone = [model.loss_and_gradients(params, (x, n))[0] for x, n in zip(X, labels, strict=True)]
    np.testing.assert_allclose(J, np.mean(alone), rtol=1e-14)
    assert np.array_equal(model.outputs(params, X), dense.forward(params, X, "sigmoid").o)


def test_the_window_of_truncated_back_propagation():
    X, targets = rng(2).standard_normal((6, 3)), rng(3).standard_normal((6, 3))
    full, cut = (recurrent("rnn", "squared_error", window=window) for window in (None, 2))
    run = rnn.forward(cut.params, X, f="identity")
    expected = rnn.backward(cut.params, run, run.o - targets, window=2).params
    found = cut.loss_and_gradients(cut.params, (X, targets))[1]
    assert np.array_equal(found.W, expected.W)
    assert not np.allclose(found.W, full.loss_and_gradients(full.params, (X, targets))[1].W)
    with pytest.raises(
        ValueError, match=r"X has shape \(6, 1, 3\), expected \(T, D\) with a window"
    ):
        cut.loss_and_gradients(cut.params, (X[:, None], targets[:, None]))


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_forget_gate_f_is_exactly_one_and_stays_so(optimizer, dtype):
    net = models.init_lstm(2, 4, 1, rng(), forget_gate=False, peepholes=True, dtype=dtype)
    model = models.lstm_model(net, "squared_error", peepholes=True)
    batches = (
        tasks.Batch(100 * batch.X.astype(dtype), batch.targets.astype(dtype))
        for batch in tasks.stream(tasks.adding, rng(1), T=20, B=3)
    )
    last = training.fit(model, batches, steps=20, optimizer=optimizer, rate=0.1).params
    for container in (net, last):
        assert not container.lstm.W[2].any()
        assert not container.lstm.R[2].any()
        assert not container.lstm.p[1].any()
    assert np.array_equal(last.lstm.b[2], net.lstm.b[2])
    assert not np.array_equal(last.lstm.b[[0, 1, 3]], net.lstm.b[[0, 1, 3]])
    assert (lstm.forward(last.lstm, next(batches).X[:, 0]).f == 1).all()


def test_without_peepholes_p_stays_zero():
    batches = tasks.stream(tasks.adding, rng(1), T=20, B=3)
    for peepholes in (False, True):
        net = models.init_lstm(2, 4, 1, rng())
        model = models.lstm_model(net, "squared_error", peepholes)
        last = training.fit(model, batches, steps=5, rate=0.1).params
        assert last.lstm.p.any() == peepholes
        assert not np.array_equal(last.V, net.V)
    with pytest.raises(ValueError, match=r"params.lstm.p is not zero, expected zeros without peep"):
        models.lstm_model(last, "squared_error")


def test_first_parameters():
    net = models.init_lstm(3, 400, 5, rng(), forget_bias=2.0)
    assert net.lstm.b[2].tolist() == [2.0] * 400
    assert net.V.shape == (5, 400)
    assert net.V.std() == pytest.approx(1 / 20, rel=0.1)
    assert not net.c.any()
    names = [name for name, _ in parameters.arrays(net)]
    assert names == ["lstm.W", "lstm.R", "lstm.p", "lstm.b", "V", "c"]
    single = models.init_lstm(3, 4, 5, rng(), dtype=np.float32)
    assert single.V.dtype == single.c.dtype == np.float32


NET = models.init_lstm(3, 5, 3, rng(1))
X6, Y6 = rng(2).standard_normal((6, 4, 3)), rng(3).standard_normal((6, 4, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: LSTMNet(NET.lstm, np.ones((2, 4)), np.ones(2)), ValueError, r"V has shape \(2, 4"),
        (lambda: LSTMNet(NET.lstm, NET.V, np.ones(2)), ValueError, r"c has shape \(2,\), expected"),
        (lambda: LSTMNet(NET.lstm, NET.V * np.nan, NET.c), ValueError, "V holds nan"),
        (lambda: LSTMNet(NET.lstm, NET.V.astype("f4"), NET.c), TypeError, "V holds float32"),
        (lambda: LSTMNet(None, NET.V, NET.c), TypeError, "lstm is a NoneType, expected LSTMParams"),
        (lambda: models.init_lstm(3, 5, 0, rng()), ValueError, "K is 0, expected at least 1"),
        (lambda: models.lstm_model(NET.lstm, "squared_error"), TypeError, "expected LSTMNet"),
        (lambda: models.rnn_model(NET, "squared_error"), TypeError, "expected RNNParams"),
        (lambda: models.dense_model(NET, "squared_error"), TypeError, "expected DenseParams"),
        (lambda: models.lstm_model(NET, "error"), ValueError, "loss is 'error', expected one of"),
        (lambda: recurrent("rnn", "error"), ValueError, "loss is 'error', expected one of"),
    ],
)
def test_bad_models(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        (X6, TypeError, r"batch is a ndarray, expected a tuple \(X, targets\)"),
        ((X6,), TypeError, "batch is a tuple, expected a tuple"),
        ((X6, 1.0), TypeError, "targets is 1.0, expected an array"),
        ((X6, Y6[:, :, :2]), ValueError, r"targets has shape \(6, 4, 2\), expected \(6, 4, 3\)"),
        ((X6[1:], Y6), ValueError, r"targets has shape \(6, 4, 3\), expected \(5, 4, 3\)"),
        ((X6, Y6[:0]), ValueError, r"targets has shape \(0, 4, 3\), expected"),
        ((X6[:, :, :2], Y6), ValueError, r"X has shape \(6, 4, 2\), expected"),
        ((X6[0, 0], Y6), ValueError, r"X has shape \(3,\), expected"),
        ((X6 * np.nan, Y6), ValueError, "X holds nan"),
    ],
)
def test_bad_batches(kind, batch, error, message):
    model = recurrent(kind, "squared_error")
    with pytest.raises(error, match=message):
        model.loss_and_gradients(model.params, batch)


@pytest.mark.parametrize("kind", ["rnn", "lstm", "lstm, no forget gate"])
def test_it_learns(kind):
    """A lag of three steps is within reach of all."""
    X = rng(5).choice([-1.0, 1.0], (6, 32, 1))
    batch = X, X[2:3]
    model = recurrent(kind, "squared_error", D=1, K=1)
    history = training.fit(model, itertools.repeat(batch), steps=150, rate=0.02)
    assert history.loss[0] > 0.3
    assert history.loss[-1] < 0.02
