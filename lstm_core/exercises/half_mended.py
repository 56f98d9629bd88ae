"""What learners write when they have found a bug but mended it only in part, by bug."""

from collections.abc import Callable

import numpy as np

from lstm_core.activations import d_tanh
from lstm_core.checks import Array
from lstm_core.exercises.broken import sums_shifted
from lstm_core.exercises.lesson5_backward import parameter_gradients, walk_back
from lstm_core.lstm import LSTMParams, LSTMRun, backward_step, to_previous

Walk = Callable[[LSTMParams, LSTMRun, Array], Array]


def _walk_handing(dy: float, dc: float) -> Walk:
    """Return a walk back that hands on a share of the errors of y and of c."""

    def back(*given: Array) -> tuple[Array, Array]:
        dy_prev, dc_prev = to_previous(*given)
        return dy * dy_prev, dc * dc_prev

    return lambda params, run, dY: walk_back(params, run, dY, to_previous=back)


def _walk_from_zero(params: LSTMParams, run: LSTMRun, dY: Array) -> Array:
    c_prev = np.vstack([np.zeros_like(run.c0), run.c[:-1]])
    return walk_back(params, run, dY, c_prev=c_prev)


def _step_scaling(cell: Callable[[Array], Array] | None, z: Callable[[Array], Array]) -> Callable:
    """Return a step with other functions in the places of tanh'(c) and tanh'(z̄)."""

    def step(params, run, t, c_prev, dJ_dy, dy_next, dc_next):  # noqa: ANN001, ANN202
        right = backward_step(params, run, t, c_prev, dJ_dy, dy_next, dc_next)
        dy, dc, dz_bar, di_bar, df_bar, do_bar = right
        new = dc if cell is None else dc + dy * run.o[t] * (cell(run.c[t]) - d_tanh(run.c[t]))
        share = new / dc
        dz_bar = new * run.i[t] * z(run.z_bar[t])
        return dy, new, dz_bar, di_bar * share, df_bar * share, do_bar

    return step


def _previous_without_peepholes(params, f, dc, *bars):  # noqa: ANN001, ANN002, ANN202
    return to_previous(params, f, dc, *bars)[0], dc * f


def _previous_with_forget_twice(params, f, dc, dz_bar, di_bar, df_bar, do_bar):  # noqa: ANN001, ANN202
    dy_prev, dc_prev = to_previous(params, f, dc, dz_bar, di_bar, df_bar, do_bar)
    return dy_prev + (params.R[2] - params.R[1]).T @ di_bar, dc_prev


def _sums_with_old_cells(run: LSTMRun, bars: Array) -> tuple[Array, ...]:
    dW, dR, dp, db = parameter_gradients(run, bars)
    c_prev = np.vstack([run.c0, run.c[:-1]])
    return dW, dR, np.stack([dp[0], dp[1], (bars[3] * c_prev).sum(0)]), db


def _sums_mended(name: str) -> Callable[[LSTMRun, Array], tuple[Array, ...]]:
    """Return the shifted sums with one of them, dR or dp, mended."""

    def sums(run: LSTMRun, bars: Array) -> tuple[Array, ...]:
        dW, dR, dp, db = parameter_gradients(run, bars)
        _, shifted_R, shifted_p, _ = sums_shifted(run, bars)
        return (dW, dR, shifted_p, db) if name == "dR" else (dW, shifted_R, dp, db)

    return sums


def _a_seed_for_each_gate(D: int, H: int, seed: int) -> Array:
    drawn = [np.random.default_rng(seed + gate).standard_normal((H, D)) for gate in range(4)]
    return np.stack(drawn)


def _without_output_peephole(params, x, y_prev, c_prev, c):  # noqa: ANN001, ANN202
    o_bar = params.W[3] @ x + params.R[3] @ y_prev + params.b[3]
    o = 1 / (1 + np.exp(-o_bar))
    return o_bar, o, o * np.tanh(c)


HALF_MENDED: dict[str, dict[str, Callable]] = {
    "bug_alone": {
        "the error of y is handed on now, but not that of c": _walk_handing(1.0, 0.0),
        "the error of c is handed on now, but not that of y": _walk_handing(0.0, 1.0),
    },
    "bug_activated": {
        "you left tanh' out; y = o ⊙ tanh(c) needs tanh'(c) on the way back": (
            _step_scaling(np.ones_like, d_tanh)
        ),
        "you wrote 1 − tanh(c); the derivative is 1 − tanh²(c)": (
            _step_scaling(lambda c: 1 - np.tanh(c), d_tanh)
        ),
    },
    "bug_overwritten": {
        "the peepholes' terms are gone; they were right, only their errors were not": (
            _previous_without_peepholes
        )
    },
    "bug_reused": {
        "now the forget gate's weights are used twice, and the input gate's never": (
            _previous_with_forget_twice
        )
    },
    "bug_shifted": {
        "now p_out looks at c^(t-1); it was right with c^(t)": _sums_with_old_cells,
        "R is mended now; p_in and p_for still look at c^(t)": _sums_mended("dR"),
        "the peepholes are mended now; R still meets y^(t)": _sums_mended("dp"),
    },
    "bug_round": {
        "the first step takes zero now; it should take the first state c^(0)": _walk_from_zero
    },
    "bug_alike": {
        "a seed for each gate does make them differ, but then one seed is no longer one network: "
        "make one generator, before the loop": _a_seed_for_each_gate
    },
    "bug_quiet": {
        "you left tanh' out; z = tanh(z̄) needs tanh'(z̄) on the way back": (
            _step_scaling(None, np.ones_like)
        )
    },
    "bug_agreed": {
        "the peephole is gone; it is needed, but it looks at c^(t)": _without_output_peephole
    },
}
