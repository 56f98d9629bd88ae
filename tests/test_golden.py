"""Gradients against those of PyTorch and of an automatic differentiation, stored in golden/."""

import itertools

import numpy as np
import pytest

from lstm_core import fast, interop, lstm, rnn
from lstm_core.lstm import LSTMParams
from lstm_core.parameters import arrays
from tests.golden.load import golden

DTYPES = pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-5)], ids=["float64", "float32"]
)


def close(found, expected, tolerance):
    assert found.dtype == expected.dtype
    size = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * size)


@DTYPES
def test_lstm_gradients_are_pytorch_s(dtype, tolerance):
    gold = golden(f"torch_lstm_{dtype}")
    params = interop.lstm_from_torch({name: gold[name] for name in interop.LSTM_NAMES})
    run = fast.lstm_forward(params, gold["X"], gold["y0"], gold["c0"])
    found = fast.lstm_backward(params, run, gold["dY"], gold["dc_T"])
    # PyTorch's two biases have one gradient, which is that of their sum
    close(gold["grad_bias_ih_l0"], gold["grad_bias_hh_l0"], tolerance)
    names = interop.LSTM_NAMES[:3]
    expected = interop.lstm_from_torch({name: gold[f"grad_{name}"] for name in names})
    for name in "WRb":
        close(getattr(found.params, name), getattr(expected, name), tolerance)
    close(found.x, gold["grad_X"], tolerance)
    close(found.y0, gold["grad_y0"], tolerance)
    close(found.c0, gold["grad_c0"], tolerance)


@DTYPES
def test_rnn_gradients_are_pytorch_s(dtype, tolerance):
    gold = golden(f"torch_rnn_{dtype}")
    params = interop.rnn_from_torch({name: gold[name] for name in interop.RNN_NAMES})
    total, B = None, gold["X"].shape[1]
    for n in range(B):
        run = rnn.forward(params, gold["X"][:, n], gold["h0"][n])
        found = rnn.backward(params, run, gold["do"][:, n], gold["dh_T"][n])
        close(found.x, gold["grad_X"][:, n], tolerance)
        close(found.h0, gold["grad_h0"][n], tolerance)
        one = [value for _, value in arrays(found.params)]
        total = one if total is None else [a + b for a, b in zip(total, one, strict=True)]
    names = ("weight_ih_l0", "weight_hh_l0", "weight", "bias_ih_l0", "bias")
    for value, name in zip(total, names, strict=True):
        close(value, gold[f"grad_{name}"], tolerance)


def peephole_case():
    gold = golden("peephole_lstm")
    params = LSTMParams(gold["W"], gold["R"], gold["p"], gold["b"])
    return gold, params, lstm.forward(params, gold["X"], gold["y0"], gold["c0"])


def test_peephole_lstm_is_that_of_an_automatic_differentiation():
    gold, params, run = peephole_case()
    found = lstm.backward(params, run, gold["dY"], gold["dc_T"])
    for name in ("z_bar", "i_bar", "f_bar", "o_bar", "c", "y"):
        close(getattr(run, name), gold[name], 1e-12)
        close(getattr(found, f"d{name}"), gold[f"d{name}"], 1e-12)
    for name in "WRpb":
        close(getattr(found.params, name), gold[f"grad_{name}"], 1e-12)
    close(found.x, gold["grad_X"], 1e-12)
    close(found.y0, gold["grad_y0"], 1e-12)
    close(found.c0, gold["grad_c0"], 1e-12)


def test_fast_peephole_lstm_is_that_of_an_automatic_differentiation():
    gold, params, _ = peephole_case()
    run = fast.lstm_forward(params, gold["X"][:, None], gold["y0"][None], gold["c0"][None])
    found = fast.lstm_backward(params, run, gold["dY"][:, None], gold["dc_T"][None])
    for name in "WRpb":
        close(getattr(found.params, name), gold[f"grad_{name}"], 1e-12)
    close(found.x[:, 0], gold["grad_X"], 1e-12)
    close(found.y0[0], gold["grad_y0"], 1e-12)
    close(found.c0[0], gold["grad_c0"], 1e-12)


def test_golden_files_hold_what_they_should():
    for kind, dtype in itertools.product(("torch_lstm", "torch_rnn"), ("float64", "float32")):
        gold = golden(f"{kind}_{dtype}")
        assert {value.dtype for value in gold.values()} == {np.dtype(dtype)}
        first = gold["y0" if kind == "torch_lstm" else "h0"]
        assert len(gold["X"]) >= 5
        assert first.all()
        assert 0.5 < gold["weight_hh_l0"].std() < 2
    assert peephole_case()[1].p.all()
