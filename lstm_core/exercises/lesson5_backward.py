"""Lesson 5, rows B3 and B5: the sums over time, and the whole backward pass.

The whole pass is a walk over three parts: a step, what goes back to the step before, and the sums.
A known wrong answer is the same walk with one part wrong.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from lstm_core import lstm
from lstm_core.activations import d_sigmoid, d_tanh, sigmoid
from lstm_core.checks import Array
from lstm_core.exercises import broken
from lstm_core.exercises.frame import Exercise
from lstm_core.exercises.lesson5_errors import BARS
from lstm_core.lstm import LSTMParams, LSTMRun


def parameter_gradients(run: LSTMRun, bars: Array) -> tuple[Array, Array, Array, Array]:
    """Return δW (4, H, D), δR (4, H, H), δp (3, H), δb (4, H) from bars (4, T, H)."""
    y_prev = np.vstack([run.y0, run.y[:-1]])
    c_prev = np.vstack([run.c0, run.c[:-1]])
    _, di_bar, df_bar, do_bar = bars
    dW = np.stack([bar.T @ run.x for bar in bars])
    dR = np.stack([bar.T @ y_prev for bar in bars])
    dp = np.stack([(di_bar * c_prev).sum(0), (df_bar * c_prev).sum(0), (do_bar * run.c).sum(0)])
    return dW, dR, dp, bars.sum(1)


def _sums_with(which: int, value: Any) -> Any:
    """Return `parameter_gradients` with its result number `which` replaced by value(run, bars)."""

    def wrong(run: LSTMRun, bars: Array) -> tuple[Array, ...]:
        right = list(parameter_gradients(run, bars))
        right[which] = value(run, bars)
        return tuple(right)

    return wrong


def _peephole_sums(run: LSTMRun, bars: Array, seen: tuple[str, str, str]) -> Array:
    """Return δp with each gate looking at "c" (of step t) or "c_prev" (of step t-1)."""
    cells = {"c": run.c, "c_prev": np.vstack([run.c0, run.c[:-1]])}
    return np.stack([(bars[n + 1] * cells[name]).sum(0) for n, name in enumerate(seen)])


def _without_first_state(run: LSTMRun, bars: Array) -> Array:
    """Return δp as if the cell before the first step were zero."""
    return parameter_gradients(run._replace(c0=np.zeros_like(run.c0)), bars)[2]


def _paired_with_its_own_step(run: LSTMRun, bars: Array) -> Array:
    """Return δR with δ⋆̄^(t) beside y^(t), not y^(t-1)."""
    return np.stack([bar.T @ run.y for bar in bars])


def _one_step(run: LSTMRun, bars: Array, t: int) -> tuple[Array, ...]:
    """Return the gradients of step t alone, not summed over time."""
    alone = np.zeros_like(bars)
    alone[:, t] = bars[:, t]
    return parameter_gradients(run, alone)


PARAMETER_GRADIENTS = Exercise(
    name="parameter_gradients",
    lesson=5,
    row="B3",
    task="Return the gradients (δW, δR, δp, δb) of shapes (4, H, D), (4, H, H), (3, H), (4, H). "
    "`run` is the forward run, `bars` (4, T, H) holds δz̄, δī, δf̄, δō at every step.",
    hints=(
        "A parameter is the same at every step, so its gradient is a sum over all steps.",
        "The arrow that carries W_⋆ runs from x^(t) to ⋆̄^(t): its gradient is Σ_t δ⋆̄^(t) x^(t)ᵀ. "
        "For R the arrow starts at y^(t-1): put y0 in front of run.y and drop the last.",
        "The input and forget gates peep at c^(t-1), the output gate at c^(t). A peephole is a "
        "vector, so its gradient is Σ_t δ⋆̄ ⊙ (the cell it saw).",
    ),
    solution=parameter_gradients,
    returns=("dW", "dR", "dp", "db"),
    mistakes={
        "you did not sum over time: this is the last step alone": (
            lambda run, bars: _one_step(run, bars, -1)
        ),
        "you did not sum over time: this is the first step alone": (
            lambda run, bars: _one_step(run, bars, 0)
        ),
        "you divided by T: the gradient is a sum over time, not a mean": lambda run, bars: tuple(
            value / len(run.x) for value in parameter_gradients(run, bars)
        ),
        "for R you paired δ⋆̄^(t) with y^(t); the arrow starts at y^(t-1)": _sums_with(
            1, _paired_with_its_own_step
        ),
        "for R you left the first state out: y^(0) also meets R": _sums_with(
            1, lambda run, bars: np.stack([bar[1:].T @ run.y[:-1] for bar in bars])
        ),
        "for R the outer product is transposed: rows belong to δ⋆̄, columns to y^(t-1)": _sums_with(
            1, lambda run, bars: parameter_gradients(run, bars)[1].transpose(0, 2, 1)
        ),
        "for p_in and p_for you left the first state out: they also see c^(0)": _sums_with(
            2, _without_first_state
        ),
        "p_out sees c^(t), not c^(t-1)": _sums_with(
            2, lambda run, bars: _peephole_sums(run, bars, ("c_prev", "c_prev", "c_prev"))
        ),
        "p_in and p_for see c^(t-1), not c^(t)": _sums_with(
            2, lambda run, bars: _peephole_sums(run, bars, ("c", "c", "c"))
        ),
        "you exchanged the cells: p_in and p_for see c^(t-1), p_out sees c^(t)": _sums_with(
            2, lambda run, bars: _peephole_sums(run, bars, ("c", "c", "c_prev"))
        ),
    },
    inputs=lambda rng: _run_and_bars(rng),
)


def _random_run(rng: np.random.Generator) -> tuple[LSTMParams, LSTMRun]:
    """Return parameters of size about 1 with peepholes, and a run of 6 steps from a given state."""
    T, D, H = 6, 3, 4
    params = LSTMParams(
        *(rng.standard_normal(shape) for shape in ((4, H, D), (4, H, H), (3, H), (4, H)))
    )
    return params, lstm.forward(params, *(rng.standard_normal(s) for s in ((T, D), H, H)))


def _run_and_bars(rng: np.random.Generator) -> tuple[LSTMRun, Array]:
    """Return a run and random errors of its four pre-activations."""
    _, run = _random_run(rng)
    return run, rng.standard_normal((4, *run.y.shape))


def backward(params: LSTMParams, run: LSTMRun, dY: Array) -> tuple[Array, Array, Array, Array]:
    """The whole backward pass: (δW, δR, δp, δb) from dY (T, H)."""
    Rz, Ri, Rf, Ro = params.R
    pi, pf, po = params.p
    c_prev = np.vstack([run.c0, run.c[:-1]])
    bars = np.empty((4, *run.y.shape))
    dy_next, dc_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        dy = dY[t] + dy_next
        do_bar = dy * np.tanh(run.c[t]) * d_sigmoid(run.o_bar[t])
        dc = dy * run.o[t] * d_tanh(run.c[t]) + po * do_bar + dc_next
        df_bar = dc * c_prev[t] * d_sigmoid(run.f_bar[t])
        di_bar = dc * run.z[t] * d_sigmoid(run.i_bar[t])
        dz_bar = dc * run.i[t] * d_tanh(run.z_bar[t])
        dy_next = Rz.T @ dz_bar + Ri.T @ di_bar + Rf.T @ df_bar + Ro.T @ do_bar
        dc_next = pi * di_bar + pf * df_bar + dc * run.f[t]
        bars[:, t] = dz_bar, di_bar, df_bar, do_bar
    return parameter_gradients(run, bars)


def walk_back(
    params: LSTMParams,
    run: LSTMRun,
    dY: Array,
    step: Any = lstm.backward_step,
    to_previous: Any = lstm.to_previous,
    c_prev: Array | None = None,
) -> Array:
    """Walk back through the steps with the parts given, so that one can be a wrong one.

    Returns δz̄, δī, δf̄, δō at every step, (4, T, H).
    """
    c_prev = np.vstack([run.c0, run.c[:-1]]) if c_prev is None else c_prev
    bars = np.empty((4, *run.y.shape))
    from_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        _, dc, *bars[:, t] = step(params, run, t, c_prev[t], dY[t], *from_next)
        from_next = to_previous(params, run.f[t], dc, *bars[:, t])
    return bars


def _walk(
    params: LSTMParams, run: LSTMRun, dY: Array, sums: Any = parameter_gradients, **parts: Any
) -> tuple[Array, ...]:
    """Return the gradients of a walk back with the parts given."""
    return sums(run, walk_back(params, run, dY, **parts))


def _with_params(part: Any, **change: Any) -> Any:
    """Return a part of the walk that sees changed R or p: each `change` is a function of it."""

    def wrong(params: LSTMParams, *rest: Any) -> Any:
        new = {name: function(getattr(params, name)) for name, function in change.items()}
        return part(replace(params, **new), *rest)

    return wrong


def _zeroed(row: int) -> Any:
    """Return a function that copies an array with one row of its first axis set to zero."""

    def copy(value: Array) -> Array:
        value = value.copy()
        value[row] = 0.0
        return value

    return copy


def _step_with(dc_of: Any = None, dc_used: Any = None, slope: Any = None) -> Any:
    """Return a backward step with a wrong δc (`dc_of`), a wrong use of it, or a wrong σ'."""
    slope = slope or d_sigmoid

    def wrong(params, run, t, c_prev, dJ_dy, dy_next, dc_next):  # noqa: ANN001, ANN202
        dy = dJ_dy + dy_next
        do_bar = dy * np.tanh(run.c[t]) * slope(run.o_bar[t])
        by_y, by_peep = dy * run.o[t] * d_tanh(run.c[t]), params.p[2] * do_bar
        dc = (dc_of or (lambda *terms: sum(terms)))(by_y, by_peep, dc_next)
        used = (dc_used or (lambda *terms: dc))(by_y, by_peep, dc_next)
        df_bar = used * c_prev * slope(run.f_bar[t])
        di_bar = used * run.z[t] * slope(run.i_bar[t])
        dz_bar = used * run.i[t] * d_tanh(run.z_bar[t])
        return dy, dc, dz_bar, di_bar, df_bar, do_bar

    return wrong


def _walk_with(**part: Any) -> Any:
    return lambda params, run, dY: _walk(params, run, dY, **part)


def _nothing_back(params: LSTMParams, f: Array, *errors: Array) -> tuple[Array, Array]:
    return np.zeros_like(f), np.zeros_like(f)


def _first_cell(first: Any) -> Any:
    """Return the whole pass with another cell, first(run), before the first step."""

    def wrong(params: LSTMParams, run: LSTMRun, dY: Array) -> tuple[Array, ...]:
        return _walk(params, run, dY, c_prev=np.vstack([first(run), run.c[:-1]]))

    return wrong


def _c_of_t(params, run, t, c_prev, *rest):  # noqa: ANN001, ANN002, ANN202
    return lstm.backward_step(params, run, t, run.c[t], *rest)


def _backward_mistakes() -> dict[str, Any]:
    """Return the whole pass with one thing wrong in it."""
    back, step = lstm.to_previous, lstm.backward_step
    found = {
        "no error is handed from step t to step t-1: both dy and dc must go back": _walk_with(
            to_previous=_nothing_back
        ),
        "no error is handed from c^(t) to c^(t-1)": _walk_with(
            to_previous=lambda *v: (back(*v)[0], np.zeros_like(v[1]))
        ),
        "no error is handed from the pre-activations to y^(t-1)": _walk_with(
            to_previous=lambda *v: (np.zeros_like(v[1]), back(*v)[1])
        ),
        "you left out the route through y^(t) in δc^(t)": _walk_with(
            step=_step_with(dc_of=lambda by_y, peep, after: peep + after)
        ),
        "you left out the route through ō^(t) (peephole p_out) in δc^(t)": _walk_with(
            step=_with_params(step, p=_zeroed(2))
        ),
        "you left out the route through ī^(t+1) (peephole p_in) in δc^(t)": _walk_with(
            to_previous=_with_params(back, p=_zeroed(0))
        ),
        "you left out the route through f̄^(t+1) (peephole p_for) in δc^(t)": _walk_with(
            to_previous=_with_params(back, p=_zeroed(1))
        ),
        "you left out the route through c^(t+1) in δc^(t)": _walk_with(
            to_previous=lambda params, f, *errors: back(params, 0 * f, *errors)
        ),
        "you left out all three peepholes in δc^(t)": _walk_with(
            step=_with_params(step, p=np.zeros_like),
            to_previous=_with_params(back, p=np.zeros_like),
        ),
        "R is not transposed on the way back": _walk_with(
            to_previous=_with_params(back, R=lambda R: R.transpose(0, 2, 1))
        ),
        "δc^(t) is used for the gates before the peephole term p_out ⊙ δō is added": _walk_with(
            step=_step_with(dc_used=lambda by_y, peep, after: by_y + after)
        ),
        "σ' is taken of the activated gates": _walk_with(
            step=_step_with(slope=lambda bar: d_sigmoid(sigmoid(bar)))
        ),
        "tanh' is taken of the activated z": _walk_with(step=broken.step_quiet),
        "tanh' is taken of the activated cell, tanh(c)": _walk_with(step=broken.step_activated),
        "δf̄^(t) uses c^(t) where c^(t-1) belongs": _walk_with(step=_c_of_t),
        "at the first step you took the last cell for the one before; that is run.c0": _first_cell(
            lambda run: run.c[-1]
        ),
        "at the first step you took zeros for the cell before it; it is run.c0": _first_cell(
            lambda run: 0 * run.c0
        ),
        "the gradients are not summed over time": _walk_with(
            sums=lambda run, bars: _one_step(run, bars, 0)
        ),
        "p_out sees c^(t), not c^(t-1), in its gradient": _walk_with(
            sums=_sums_with(2, lambda run, bars: _peephole_sums(run, bars, ("c_prev",) * 3))
        ),
        "for R you paired δ⋆̄^(t) with y^(t); the arrow starts at y^(t-1)": _walk_with(
            sums=_sums_with(1, _paired_with_its_own_step)
        ),
    }
    for gate, bar in enumerate(BARS):
        found[f"you left out the route through {bar}^(t+1) in δy^(t)"] = _walk_with(
            to_previous=_with_params(back, R=_zeroed(gate))
        )
    return found


def _run_and_errors(rng: np.random.Generator) -> tuple[LSTMParams, LSTMRun, Array]:
    params, run = _random_run(rng)
    return params, run, rng.standard_normal(run.y.shape)


BACKWARD = Exercise(
    name="lstm_backward",
    lesson=5,
    row="B5",
    task="Write the whole backward pass. From `params`, `run` and `dY` (T, H), the errors that "
    "reach each y^(t) from its own loss, return (δW, δR, δp, δb).",
    returns=("dW", "dR", "dp", "db"),
    hints=(
        "Walk t from T-1 down to 0. Carry two vectors: what comes back to y^(t), and to c^(t), "
        "from step t+1. Both start as zeros. `np.vstack([run.c0, run.c[:-1]])` holds c^(t-1).",
        "Inside a step the order is δy, δō, δc, then δf̄, δī, δz̄: each needs those before it.",
        "At the end of a step make the two vectors for step t-1: Σ_⋆ R_⋆ᵀ δ⋆̄, and "
        "p_in ⊙ δī + p_for ⊙ δf̄ + δc ⊙ f. The sums over time are the exercise before this one.",
    ),
    solution=backward,
    mistakes=_backward_mistakes(),
    inputs=_run_and_errors,
)

EXERCISES = (PARAMETER_GRADIENTS, BACKWARD)
