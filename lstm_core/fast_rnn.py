"""The simple RNN over batches; see `fast`, from where it is used.

Equations of `rnn`, in the same order of work as the LSTM there: U x + b of all steps is one product
before the loop, a step has one product, and the gradients of U, W and V are one product each after
it. V h + c waits until the loop is over.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import OUTPUTS
from lstm_core.checks import Array
from lstm_core.rnn import RNNParams


class RNNBatchRun(NamedTuple):
    """All values of one forward pass, each with leading axes (T, B)."""

    x: Array  # (T, B, D)
    h_prev: Array  # (T, B, H) h^(t-1), the first of them h0
    h: Array  # (T, B, H)
    o: Array  # (T, B, K)
    y_hat: Array  # (T, B, K)
    g: str
    f: str


class RNNBatchGradients(NamedTuple):
    """What `rnn_backward` returns."""

    params: RNNParams  # ∂J/∂θ, summed over steps and batch
    x: Array  # (T, B, D)
    h0: Array  # (B, H)


def rnn_forward(
    params: RNNParams, X: Array, h0: Array | None = None, g: str = "tanh", f: str = "softmax"
) -> RNNBatchRun:
    """Run the network over X (T, B, D) from h0 (B, H), zeros if None.

    g: tanh, sigmoid, relu or identity. f: softmax, sigmoid or identity.
    Raises ValueError or TypeError for arguments that do not fit, and where the state overflows.
    """
    checks.kind("params", params, RNNParams)
    H, D = params.U.shape
    X = checks.same_dtype("X", checks.array("X", X, ("T", "B", D)), params.U.dtype)
    activate = FORWARD[checks.choice("g", g, FORWARD)]
    output = OUTPUTS[checks.choice("f", f, OUTPUTS)]
    T, B, _ = X.shape
    h = np.empty((T + 1, B, H), X.dtype)
    h[0] = checks.optional("h0", h0, h[0])
    W, recurrent = np.ascontiguousarray(params.W.T), np.empty_like(h[0])
    rows = h[1:].reshape(T * B, H)  # a^(t) at first, then h^(t)
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
        np.matmul(X.reshape(T * B, D), params.U.T, out=rows)
        rows += params.b
        for t in range(1, T + 1):
            h[t] += np.matmul(h[t - 1], W, out=recurrent)
            activate(h[t])
        o = (rows @ params.V.T).reshape(T, B, -1)
        o += params.c
    checks.finite("h", h[1:])
    return RNNBatchRun(X, h[:-1], h[1:], checks.finite("o", o), output(o), g, f)


def rnn_backward(
    params: RNNParams, run: RNNBatchRun, do: Array, dh_T: Array | None = None
) -> RNNBatchGradients:
    """Back propagation through time, from δo^(t) (T, B, K) and the error of the last state (B, H).

    Raises ValueError or TypeError for arguments that do not fit.
    """
    checks.kind("params", params, RNNParams)
    checks.kind("run", run, RNNBatchRun)
    checks.widths("run", (run.x, run.h, run.o), (*params.U.shape[::-1], len(params.c)))
    do = checks.same_dtype("do", checks.array("do", do, run.o.shape), run.o.dtype)
    dh = np.array(checks.optional("dh_T", dh_T, run.h[0]))
    T, B, K = do.shape
    do = do.reshape(T * B, K)
    rows = do @ params.V  # what J^(t) sends to h^(t) at first, then δa^(t)
    da, slopes = rows.reshape(run.h.shape), SLOPES[run.g](run.h)
    for t in reversed(range(T)):
        da[t] += dh
        da[t] *= slopes[t]
        np.matmul(da[t], params.W, out=dh)
    total = RNNParams(
        U=rows.T @ run.x.reshape(T * B, -1),
        W=rows.T @ run.h_prev.reshape(rows.shape),
        V=do.T @ run.h.reshape(rows.shape),
        b=rows.sum(0),
        c=do.sum(0),
    )
    return RNNBatchGradients(total, (rows @ params.U).reshape(run.x.shape), dh)


def _sigmoid(a: Array) -> None:
    """Replace a by σ(a)."""
    a *= 0.5
    np.tanh(a, out=a)
    a *= 0.5
    a += 0.5


FORWARD = {  # in place
    "tanh": lambda a: np.tanh(a, out=a),
    "sigmoid": _sigmoid,
    "relu": lambda a: np.maximum(a, 0, out=a),
    "identity": lambda a: a,
}
SLOPES = {  # g'(a) as a function of the value h = g(a)
    "tanh": lambda h: 1 - h * h,
    "sigmoid": lambda h: h - h * h,
    "relu": lambda h: (h > 0).astype(h.dtype),
    "identity": np.ones_like,
}
