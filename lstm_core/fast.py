"""LSTM and simple RNN over batches: the equations of `lstm` and `rnn`, arranged for speed.

Same parameters, same equations, same errors: a test holds the two forms together to 1e-12. What
differs is the order of the work:

- a batch axis: X is (T, B, D) and every value (T, B, ·). Batch axes live here alone;
- forward, W x + b of all steps is one product before the loop. A step has one product, of y^(t-1)
  with all recurrent weights side by side; its gates are computed in place, σ as ½ + ½ tanh(a/2);
- backward, a step has one product too. What the errors are multiplied by (σ', tanh', …) does not
  depend on them and is prepared for a block of steps at once; their products with x and y^(t-1),
  the gradients of W and R, are taken once for a block. A block stays in the processor's cache.

Pre-activations, errors of single steps and truncation are left to `lstm` and `rnn`. The
simple RNN stands in `fast_rnn` and can be had from here too.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array
from lstm_core.fast_rnn import RNNBatchGradients, RNNBatchRun, rnn_backward, rnn_forward
from lstm_core.lstm import LSTMParams

__all__ = [
    "LSTMBatchGradients",
    "LSTMBatchRun",
    "RNNBatchGradients",
    "RNNBatchRun",
    "lstm_backward",
    "lstm_forward",
    "rnn_backward",
    "rnn_forward",
]

ROWS = 512  # sequences times steps that are sent back at a time


class LSTMBatchRun(NamedTuple):
    """All values of one forward pass, each with leading axes (T, B)."""

    x: Array  # (T, B, D)
    y_prev: Array  # (T, B, H) y^(t-1), the first of them y0
    c_prev: Array  # (T, B, H) c^(t-1), the first of them c0
    gates: Array  # (T, B, 4, H) z, i, f, o side by side
    c: Array  # (T, B, H)
    tanh_c: Array  # (T, B, H)
    y: Array  # (T, B, H)


class LSTMBatchGradients(NamedTuple):
    """What `lstm_backward` returns."""

    params: LSTMParams  # ∂J/∂θ, summed over steps and batch
    x: Array  # (T, B, D)
    y0: Array  # (B, H)
    c0: Array  # (B, H)


def lstm_forward(
    params: LSTMParams, X: Array, y0: Array | None = None, c0: Array | None = None
) -> LSTMBatchRun:
    """Run the block over X (T, B, D) from y0 and c0, each (B, H), zeros if None.

    A pre-activation that overflows saturates its gate. Raises ValueError or TypeError for
    arguments that do not fit, and where a value is no number any more.
    """
    checks.kind("params", params, LSTMParams)
    _, H, D = params.W.shape
    X = checks.same_dtype("X", checks.array("X", X, ("T", "B", D)), params.W.dtype)
    T, B, _ = X.shape
    y, c = np.empty((2, T + 1, B, H), X.dtype)
    y[0], c[0] = checks.optional("y0", y0, y[0]), checks.optional("c0", c0, c[0])
    gates, tanh_c = np.empty((T, B, 4, H), X.dtype), np.empty((T, B, H), X.dtype)
    run = LSTMBatchRun(X, y[:-1], c[:-1], gates, c[1:], tanh_c, y[1:])
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
        _lstm_steps(params, run)
    checks.finite("c", run.c)
    checks.finite("y", run.y)
    return run


def _lstm_steps(params: LSTMParams, run: LSTMBatchRun) -> None:
    """Fill gates, c, tanh_c and y of `run`."""
    H = run.c.shape[-1]
    half = np.array([1, 0.5, 0.5, 0.5], run.c.dtype)[:, None, None]  # tanh(a/2) for the gates
    W, R = (
        np.ascontiguousarray((half * weights).reshape(4 * H, -1).T)
        for weights in (params.W, params.R)
    )
    p, peepholes = half[1:, 0] * params.p, params.p.any()
    rows = run.gates.reshape(len(run.c), -1, 4 * H)  # pre-activations at first, then gates
    np.matmul(run.x.reshape(-1, len(W)), W, out=rows.reshape(-1, 4 * H))
    rows += (half[:, 0] * params.b).ravel()
    recurrent, product = np.empty_like(rows[0]), np.empty_like(run.c[0])
    for t, gates in enumerate(run.gates):
        c_prev, c = run.c_prev[t], run.c[t]
        rows[t] += np.matmul(run.y_prev[t], R, out=recurrent)
        z, i, f, o = gates.swapaxes(0, 1)
        if peepholes:
            i += np.multiply(p[0], c_prev, out=product)
            f += np.multiply(p[1], c_prev, out=product)
        early = gates[:, :3] if peepholes else gates  # then the output gate waits for its cell
        np.tanh(early, out=early)
        _sigmoid_of_tanh(early[:, 1:])
        np.multiply(f, c_prev, out=c)
        c += np.multiply(z, i, out=product)
        if peepholes:
            o += np.multiply(p[2], c, out=product)
            _sigmoid_of_tanh(np.tanh(o, out=o))
        np.multiply(o, np.tanh(c, out=run.tanh_c[t]), out=run.y[t])


def _sigmoid_of_tanh(a: Array) -> None:
    """Replace tanh(a/2) by σ(a) = ½ + ½ tanh(a/2)."""
    a *= 0.5
    a += 0.5


def lstm_backward(
    params: LSTMParams, run: LSTMBatchRun, dY: Array, dc_T: Array | None = None
) -> LSTMBatchGradients:
    """Back propagation through time, from ∂J^(t)/∂y^(t) (T, B, H) and the last cell's error (B, H).

    Raises ValueError or TypeError for arguments that do not fit.
    """
    checks.kind("params", params, LSTMParams)
    checks.kind("run", run, LSTMBatchRun)
    checks.widths("run", (run.x, run.c), params.W.shape[:0:-1])
    dY = checks.same_dtype("dY", checks.array("dY", dY, run.y.shape), run.y.dtype)
    dc = np.array(checks.optional("dc_T", dc_T, run.c[0]))
    dy = np.zeros_like(dc)
    (T, B, H), D = run.c.shape, run.x.shape[2]
    length = min(T, max(1, ROWS // B))
    bars = np.empty((length, B, 4, H), dc.dtype)  # δz̄, δī, δf̄, δō side by side
    dW, dR, dp, db = (np.zeros(n, dc.dtype) for n in ((D, 4 * H), (H, 4 * H), (3, H), 4 * H))
    W, dx = params.W.reshape(4 * H, D), np.empty_like(run.x)
    for stop in range(T, 0, -length):
        block = slice(max(0, stop - length), stop)
        part = LSTMBatchRun(*(value[block] for value in run))
        errors = bars[: len(part.x)]
        _lstm_errors(params, part, dY[block], errors, dy, dc)
        dx[block] = (errors.reshape(-1, 4 * H) @ W).reshape(part.x.shape)
        _add_gradients(part, errors, dW, dR, dp, db)
    dW, dR = (np.ascontiguousarray(value.T).reshape(4, H, -1) for value in (dW, dR))
    return LSTMBatchGradients(LSTMParams(dW, dR, dp, db.reshape(4, H)), dx, dy, dc)


def _lstm_errors(
    params: LSTMParams, run: LSTMBatchRun, dY: Array, bars: Array, dy: Array, dc: Array
) -> None:
    """Fill `bars` with the errors of a block of steps; dy, dc: from the next step, to the first.

    `bars` first holds what δy or δc is multiplied by.
    """
    H = dy.shape[-1]
    R, (pi, pf, po) = params.R.reshape(4 * H, H), params.p
    peepholes = params.p.any()
    to_c = _lstm_factors(run, bars)
    product = np.empty_like(dy)
    for t in reversed(range(len(dY))):
        _, di_bar, df_bar, do_bar = bars[t].swapaxes(0, 1)
        dz_di_df = bars[t, :, :3]
        dy += dY[t]
        do_bar *= dy
        dc += np.multiply(dy, to_c[t], out=product)
        if peepholes:
            dc += np.multiply(po, do_bar, out=product)
        dz_di_df *= dc[:, None]
        dc *= run.gates[t, :, 2]
        if peepholes:
            dc += np.multiply(pi, di_bar, out=product)
            dc += np.multiply(pf, df_bar, out=product)
        np.matmul(bars[t].reshape(-1, 4 * H), R, out=dy)


def _add_gradients(
    run: LSTMBatchRun, errors: Array, dW: Array, dR: Array, dp: Array, db: Array
) -> None:
    """Add a block's part of the gradients; dW and dR stand on their side, (D, 4H) and (H, 4H)."""
    rows = errors.reshape(-1, len(db))
    dW += run.x.reshape(-1, len(dW)).T @ rows
    dR += run.y_prev.reshape(-1, len(dR)).T @ rows
    db += np.ones(len(rows), db.dtype) @ rows
    for gate, cell in enumerate((run.c_prev, run.c_prev, run.c)):
        dp[gate] += np.einsum("tbh,tbh->h", errors[:, :, gate + 1], cell)


def _lstm_factors(run: LSTMBatchRun, bars: Array) -> Array:
    """Fill `bars` with ∂c/∂z̄, ∂c/∂ī, ∂c/∂f̄, ∂y/∂ō, and return o tanh'(c), for a block of steps."""
    z, i, _, o = np.moveaxis(run.gates, 2, 0)
    by_z, by_i, by_f, by_o = np.moveaxis(bars, 2, 0)
    gates, slopes = run.gates[:, :, 1:], bars[:, :, 1:]
    np.multiply(gates, gates, out=slopes)
    np.subtract(gates, slopes, out=slopes)  # σ' = σ (1 − σ)
    by_i *= z
    by_f *= run.c_prev
    by_o *= run.tanh_c
    np.multiply(z, z, out=by_z)
    np.subtract(1, by_z, out=by_z)  # tanh' = 1 − tanh²
    by_z *= i
    to_c = run.tanh_c * run.tanh_c
    np.subtract(1, to_c, out=to_c)
    to_c *= o
    return to_c
