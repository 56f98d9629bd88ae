"""Jacobians of the state over time, and the size of an error on its way back.

Simple RNN:  ∂h^(s)/∂h^(s-1) = diag(g'(a^(s))) W,  and over several steps the product of these.
LSTM, row B6 of the lessons (y^(t-1) seen as a function of c^(t-1)):

    ∂c^(t)/∂c^(t-1) = diag(f)                                             cell
                    + diag(c^(t-1) ⊙ σ'(f̄)) (R_for Y + diag(p_for))       forget gate
                    + diag(z ⊙ σ'(ī)) (R_in Y + diag(p_in))               input gate
                    + diag(i ⊙ tanh'(z̄)) R_z Y                            block input
    Y = ∂y^(t-1)/∂c^(t-1) = diag(o ⊙ tanh'(c) + tanh(c) ⊙ σ'(ō) ⊙ p_out)  at t-1

Over several steps the state is (c, y) together, since o^(t) sees y^(t-1) too. Left out: the bound
(‖W‖ max|g'|)^(t-k) on the product for the simple RNN, row H6 of the lessons (Pascanu, Mikolov and
Bengio, On the difficulty of training recurrent neural networks, 2013).
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from lstm_core import checks, lstm, rnn
from lstm_core.activations import activation, d_sigmoid, d_tanh
from lstm_core.checks import Array
from lstm_core.lstm import LSTMParams, LSTMRun
from lstm_core.rnn import RNNParams, RNNRun

ROUTES = ("cell", "forget", "input", "block", "output")


def rnn_jacobians(params: RNNParams, run: RNNRun) -> Array:
    """Return ∂h^(t)/∂h^(t-1) for t = 1 … T as (T, H, H); entry 0 is ∂h^(1)/∂h^(0)."""
    rnn.check_run(params, run)
    g_prime = activation(run.g).derivative(run.a)
    return g_prime[:, :, None] * params.W  # diag(g') W scales the rows of W


def product(jacobians: Array, t: int, k: int) -> Array:
    """Return ∂h^(t)/∂h^(k) = J^(t) J^(t-1) … J^(k+1) from Jacobians (T, n, n), 0 ≤ k ≤ t ≤ T.

    Steps are counted as in the equations: 0 is the first state. For t = k it is the identity.
    """
    jacobians = checks.array("jacobians", jacobians, ("T", "n", "n"))
    k = checks.whole("k", k, least=0)
    t = checks.whole("t", t, least=k)
    if t > len(jacobians):
        raise ValueError(f"t is {t}, expected at most T = {len(jacobians)}")
    result = np.eye(jacobians.shape[1], dtype=jacobians.dtype)
    for s in range(k, t):
        result = jacobians[s] @ result
    return result


def products(jacobians: Array) -> Array:
    """Return ∂h^(T)/∂h^(k) for k = 0 … T as (T+1, n, n) from Jacobians (T, n, n)."""
    jacobians = checks.array("jacobians", jacobians, ("T", "n", "n"))
    T, n, _ = jacobians.shape
    results = np.empty((T + 1, n, n), jacobians.dtype)
    results[T] = np.eye(n)
    for k in reversed(range(T)):
        results[k] = results[k + 1] @ jacobians[k]
    return results


def rnn_error_norms(params: RNNParams, run: RNNRun, dh_T: Array) -> Array:
    """Return ‖∂J/∂h^(k)‖ for k = 0 … T, (T+1,), when J sends the error dh_T (H,) to h^(T) alone."""
    rnn.check_run(params, run)
    gradients = rnn.backward(params, run, np.zeros_like(run.o), dh_T)
    return np.linalg.norm(np.vstack([gradients.h0, gradients.dh]), axis=1)


class CellTerms(NamedTuple):
    """The four terms of ∂c^(t)/∂c^(t-1) for t = 2 … T, each (T-1, H, H); entry 0 is t = 2."""

    cell: Array  # straight along the cell line: diag(f)
    forget: Array  # through the forget gate
    input: Array  # through the input gate
    block: Array  # through the block input z

    @property
    def total(self) -> Array:
        """∂c^(t)/∂c^(t-1), the sum of the four, (T-1, H, H)."""
        return self.cell + self.forget + self.input + self.block


def lstm_cell_terms(params: LSTMParams, run: LSTMRun) -> CellTerms:
    """Return the four terms of ∂c^(t)/∂c^(t-1), with y^(t-1) a function of c^(t-1).

    They start at t = 2: y^(0) is given and depends on no cell.
    """
    to_c, to_y, _, peep = _direct(params, run)
    Y = peep[:-1, None, :]  # ∂y/∂c at t-1: a diagonal, it scales columns
    later = {name: to_c[name][1:] + to_y[name][1:] * Y for name in ("forget", "input", "block")}
    return CellTerms(to_c["cell"][1:], **later)


def lstm_state_jacobians(
    params: LSTMParams, run: LSTMRun, routes: Collection[str] = ROUTES
) -> Array:
    """Return the Jacobians of the state s = (c, y): ∂s^(t)/∂s^(t-1) for t = 1 … T, (T, 2H, 2H).

    Rows and columns hold c first, then y. `routes` names those that stay open: "cell" (diag f),
    "forget", "input", "block" (what the gates and z pass on to c), "output" (what o^(t) passes on
    to y^(t), from y^(t-1) and, over its peephole, from c^(t)). Products over time: `product`.
    """
    for name in checks.kind("routes", routes, Collection):
        checks.choice("routes", name, ROUTES)
    to_c, to_y, out, peep = _direct(params, run)
    shape = (len(run.c), len(run.c0), len(run.c0))
    dc_dc = sum((to_c[name] for name in to_c if name in routes), np.zeros(shape, run.c.dtype))
    dc_dy = sum((to_y[name] for name in to_y if name in routes), np.zeros(shape, run.c.dtype))
    if "output" not in routes:
        out, peep = np.zeros_like(out), run.o * d_tanh(run.c)
    down = peep[:, :, None]  # ∂y^(t)/∂c^(t): a diagonal, it scales rows
    return np.block([[dc_dc, dc_dy], [down * dc_dc, down * dc_dy + out]])


def _direct(
    params: LSTMParams, run: LSTMRun
) -> tuple[dict[str, Array], dict[str, Array], Array, Array]:
    """Return what one step passes on, route by route, with c^(t-1) and y^(t-1) independent.

    From c^(t-1) to c^(t), from y^(t-1) to c^(t), from y^(t-1) to y^(t) through o^(t), each
    (T, H, H); and the diagonal of ∂y^(t)/∂c^(t), (T, H).
    """
    lstm.check_run(params, run)
    Rz, Ri, Rf, Ro = params.R
    pi, pf, po = params.p
    c_prev = np.vstack([run.c0, run.c[:-1]])
    by_f = c_prev * d_sigmoid(run.f_bar)
    by_i = run.z * d_sigmoid(run.i_bar)
    by_z = run.i * d_tanh(run.z_bar)
    by_o = np.tanh(run.c) * d_sigmoid(run.o_bar)
    to_c = {"cell": _diagonals(run.f), "forget": _diagonals(by_f * pf)}
    to_c |= {"input": _diagonals(by_i * pi), "block": np.zeros_like(to_c["cell"])}
    to_y = {"forget": by_f[:, :, None] * Rf, "input": by_i[:, :, None] * Ri}
    to_y |= {"block": by_z[:, :, None] * Rz}
    return to_c, to_y, by_o[:, :, None] * Ro, run.o * d_tanh(run.c) + by_o * po


def _diagonals(values: Array) -> Array:
    """Return (T, H) as T diagonal matrices (T, H, H)."""
    return values[:, :, None] * np.eye(values.shape[1], dtype=values.dtype)


class ErrorNorms(NamedTuple):
    """Sizes of the errors at k = 0 … T, each (T+1,), put in at the last step alone."""

    y: Array  # ‖δy^(k)‖
    c: Array  # ‖δc^(k)‖, all routes, the one through y^(k) included
    state: Array  # ‖∂J/∂(c^(k), y^(k))‖ of the state that step k hands on


def lstm_error_norms(
    params: LSTMParams, run: LSTMRun, dy_T: Array, dc_T: Array | None = None
) -> ErrorNorms:
    """Return the sizes of δy, δc and the state's error per step when J sees the last step alone.

    dy_T (H,) and dc_T (H,), zeros if None, are the errors that enter at y^(T) and c^(T).
    """
    checks.kind("run", run, LSTMRun)
    dY = np.zeros_like(run.y)
    dY[-1] = checks.optional("dy_T", dy_T, run.y0)
    dc_T = checks.optional("dc_T", dc_T, run.c0)
    gradients = lstm.backward(params, run, dY, dc_T)
    back = [
        lstm.to_previous(params, run.f[t], *(error[t] for error in gradients[5:]))
        for t in range(len(run.c))
    ]
    state = np.array([np.concatenate(pair) for pair in [*back, (dY[-1], dc_T)]])
    dy = np.vstack([gradients.y0, gradients.dy])
    dc = np.vstack([gradients.c0, gradients.dc])
    return ErrorNorms(*(np.linalg.norm(error, axis=1) for error in (dy, dc, state)))
