"""Lesson 5, rows B1 and B3: the errors of the LSTM block, one exercise for each equation.

Every known wrong answer is the right one with one thing done as learners (and public programs) do
it: a route left out, a matrix not transposed, a step confused, a derivative of an activated value.
"""

from typing import Any, NamedTuple

import numpy as np

from lstm_core.activations import d_sigmoid, d_tanh, sigmoid
from lstm_core.checks import Array
from lstm_core.exercises.frame import Exercise, left_out


def total_derivative(df_du: float, du_dx: float, df_dv: float, dv_dx: float) -> float:
    """df/dx for f(u(x), v(x)): one product per route, and the sum over the routes."""
    return df_du * du_dx + df_dv * dv_dx


TOTAL_DERIVATIVE = Exercise(
    name="total_derivative",
    lesson=5,
    row="B1",
    task="f depends on u and on v, and both depend on x. Return df/dx from the four derivatives "
    "that stand on the arrows.",
    hints=(
        "How many routes lead from x to f? Walk each one with a finger.",
        "Along a route the derivatives on its arrows are multiplied.",
        "What arrives by different routes is added.",
    ),
    solution=total_derivative,
    mistakes={
        "you left out the route through v": lambda fu, ux, fv, vx: fu * ux,
        "you left out the route through u": lambda fu, ux, fv, vx: fv * vx,
        "you multiplied the routes; what arrives by different routes is added": (
            lambda fu, ux, fv, vx: fu * ux * fv * vx
        ),
        "you added along a route; along a route the derivatives are multiplied": (
            lambda fu, ux, fv, vx: (fu + ux) * (fv + vx)
        ),
        "you paired the arrows of two different routes": (lambda fu, ux, fv, vx: fu * vx + fv * ux),
    },
    inputs=lambda rng: tuple(rng.standard_normal(4)),
)

# --- B3: one error after the other ---------------------------------------------------------------


def delta_o_bar(dy: Array, c: Array, o_bar: Array) -> Array:
    """δō^(t) = δy^(t) ⊙ tanh(c^(t)) ⊙ σ'(ō^(t))."""
    return dy * np.tanh(c) * d_sigmoid(o_bar)


DELTA_O_BAR = Exercise(
    name="delta_o_bar",
    lesson=5,
    row="B3",
    task="Return δō^(t), shape (H,), from δy^(t), c^(t) and ō^(t), each (H,). "
    "`np.tanh`, `sigmoid` and `d_sigmoid` (σ' of a pre-activation) are at hand.",
    hints=(
        "Only one arrow leaves ō: it goes to o. And one leaves o: it goes to y = o ⊙ tanh(c).",
        "∂y/∂o is tanh(c); ∂o/∂ō is σ'(ō).",
        "δō = δy ⊙ (first derivative) ⊙ (second derivative), all with ⊙, which is `*`.",
    ),
    solution=delta_o_bar,
    mistakes={
        "you took σ' of the activated value o = σ(ō); σ' wants the pre-activation ō": (
            lambda dy, c, o_bar: dy * np.tanh(c) * d_sigmoid(sigmoid(o_bar))
        ),
        "you left out the factor σ'(ō)": lambda dy, c, o_bar: dy * np.tanh(c),
        "you left out the factor tanh(c)": lambda dy, c, o_bar: dy * d_sigmoid(o_bar),
        "you wrote c where tanh(c) belongs: y is o ⊙ tanh(c)": (
            lambda dy, c, o_bar: dy * c * d_sigmoid(o_bar)
        ),
        "you wrote tanh'(c): that belongs to the route of c, where o is held fixed": (
            lambda dy, c, o_bar: dy * d_tanh(c) * d_sigmoid(o_bar)
        ),
        "you wrote σ(ō) where its derivative σ'(ō) belongs": (
            lambda dy, c, o_bar: dy * np.tanh(c) * sigmoid(o_bar)
        ),
    },
    inputs=lambda rng: tuple(rng.standard_normal((3, 4))),
)

BARS = ("z̄", "ī", "f̄", "ō")
CELL_ROUTES = ("y^(t)", "ō^(t)", "ī^(t+1)", "f̄^(t+1)", "c^(t+1)")


class CellInputs(NamedTuple):
    """What δc^(t) is made of, each (H,)."""

    dy: Array
    o: Array
    c: Array
    do_bar: Array
    di_bar_next: Array
    df_bar_next: Array
    dc_next: Array
    f_next: Array
    p_in: Array
    p_for: Array
    p_out: Array


def cell_terms(v: CellInputs) -> tuple[Array, ...]:
    """Return the five terms of δc^(t), one per route, in the order of CELL_ROUTES."""
    return (
        v.dy * v.o * d_tanh(v.c),
        v.p_out * v.do_bar,
        v.p_in * v.di_bar_next,
        v.p_for * v.df_bar_next,
        v.dc_next * v.f_next,
    )


def delta_c(v: CellInputs) -> Array:
    """δc^(t), the sum over five routes."""
    return (
        v.dy * v.o * d_tanh(v.c)
        + v.p_out * v.do_bar
        + v.p_in * v.di_bar_next
        + v.p_for * v.df_bar_next
        + v.dc_next * v.f_next
    )


def _cell_mistakes() -> dict[str, Any]:
    """Return every one of the five routes left out, alone and in pairs, and the known mix-ups."""
    terms = {
        f"the route through {end}": lambda v, n=n: cell_terms(v)[n]
        for n, end in enumerate(CELL_ROUTES)
    }
    found = left_out(terms)
    found["you took p_in for the forget gate's peephole: f̄^(t+1) sees c^(t) through p_for"] = (
        lambda v: delta_c(v._replace(p_for=v.p_in))
    )
    found["you exchanged p_in and p_for"] = lambda v: delta_c(
        v._replace(p_in=v.p_for, p_for=v.p_in)
    )
    found["you wrote tanh(c) where its derivative tanh'(c) belongs"] = lambda v: (
        delta_c(v) + v.dy * v.o * (np.tanh(v.c) - d_tanh(v.c))
    )
    found["you took tanh' of the activated value tanh(c); tanh' wants c itself"] = lambda v: (
        delta_c(v) + v.dy * v.o * (d_tanh(np.tanh(v.c)) - d_tanh(v.c))
    )
    found["you left the factor f^(t+1) out of the route through c^(t+1)"] = lambda v: delta_c(
        v._replace(f_next=np.ones_like(v.f_next))
    )
    found[
        "you used the product rule on o ⊙ tanh(c), which counts the route through ō twice: on the "
        "arrow from c to y, o is held fixed"
    ] = lambda v: delta_c(v) + v.dy * np.tanh(v.c) * v.o * (1 - v.o) * v.p_out
    found["you left the factor tanh'(c^(t)) out of the route through y^(t)"] = lambda v: (
        delta_c(v) + v.dy * v.o * (1 - d_tanh(v.c))
    )
    found["you left the factor o^(t) out of the route through y^(t)"] = lambda v: delta_c(
        v._replace(o=np.ones_like(v.o))
    )
    return found


DELTA_C = Exercise(
    name="delta_c",
    lesson=5,
    row="B3",
    task="Return δc^(t), shape (H,). The argument `v` carries `v.dy`, `v.o`, `v.c`, `v.do_bar` "
    "(step t), `v.di_bar_next`, `v.df_bar_next`, `v.dc_next`, `v.f_next` (step t+1) and the "
    "peepholes `v.p_in`, `v.p_for`, `v.p_out`.",
    hints=(
        "Count the arrows that leave c^(t) on the drawing: there are five, two at step t and "
        "three to step t+1.",
        "An arrow into a pre-activation carries the peephole of its gate; the arrow into c^(t+1) "
        "carries f^(t+1); the arrow into y^(t) carries o ⊙ tanh'(c).",
        "Each term is (factor on the arrow) ⊙ (error at its end). Add the five.",
    ),
    solution=delta_c,
    mistakes=_cell_mistakes(),
    inputs=lambda rng: (CellInputs(*rng.standard_normal((11, 4))),),
)


def gate_errors(
    dc: Array, c_prev: Array, z: Array, i: Array, z_bar: Array, i_bar: Array, f_bar: Array
) -> tuple[Array, Array, Array]:
    """Return δz̄^(t), δī^(t), δf̄^(t)."""
    dz_bar = dc * i * d_tanh(z_bar)
    di_bar = dc * z * d_sigmoid(i_bar)
    df_bar = dc * c_prev * d_sigmoid(f_bar)
    return dz_bar, di_bar, df_bar


def _gates_with(**change: Any) -> Any:
    """Return `gate_errors` with some factors replaced: `change` maps a name to a function of v."""

    def wrong(*values: Array) -> tuple[Array, Array, Array]:
        v = dict(zip(("dc", "c_prev", "z", "i", "z_bar", "i_bar", "f_bar"), values, strict=True))
        factor = {
            "dz": v["i"],
            "di": v["z"],
            "df": v["c_prev"],
            "tz": d_tanh(v["z_bar"]),
            "si": d_sigmoid(v["i_bar"]),
            "sf": d_sigmoid(v["f_bar"]),
        }
        factor |= {name: function(v) for name, function in change.items()}
        bars = (("dz", "tz"), ("di", "si"), ("df", "sf"))
        return tuple(v["dc"] * factor[one] * factor[two] for one, two in bars)  # type: ignore

    return wrong


GATE_ERRORS = Exercise(
    name="gate_errors",
    lesson=5,
    row="B3",
    task="Return the three errors δz̄^(t), δī^(t), δf̄^(t) in this order, each (H,), from δc^(t), "
    "c^(t-1), z, i and the three pre-activations. `d_tanh` and `d_sigmoid` want pre-activations.",
    hints=(
        "All three act on c^(t) = z ⊙ i + c^(t-1) ⊙ f, and on nothing else.",
        "∂c/∂z is i, ∂c/∂i is z, ∂c/∂f is c^(t-1).",
        "Then one more factor each for the activation: tanh'(z̄), σ'(ī), σ'(f̄).",
    ),
    solution=gate_errors,
    returns=("dz_bar", "di_bar", "df_bar"),
    mistakes={
        "you exchanged z and i: ∂c/∂z is i and ∂c/∂i is z": _gates_with(
            dz=lambda v: v["z"], di=lambda v: v["i"]
        ),
        "in δz̄ you used ∂c/∂ī instead of ∂c/∂z̄": _gates_with(
            dz=lambda v: v["z"], tz=lambda v: d_sigmoid(v["i_bar"])
        ),
        "in δz̄ you wrote σ' where tanh' belongs: the block input is z = tanh(z̄)": _gates_with(
            tz=lambda v: d_sigmoid(v["z_bar"])
        ),
        "in δz̄ you took tanh' of the activated value z; tanh' wants z̄": _gates_with(
            tz=lambda v: d_tanh(v["z"])
        ),
        "in δī you took σ' of the activated value i; σ' wants ī": _gates_with(
            si=lambda v: d_sigmoid(v["i"])
        ),
        "in δf̄ you took σ' of the activated value f; σ' wants f̄": _gates_with(
            sf=lambda v: d_sigmoid(sigmoid(v["f_bar"]))
        ),
        "in δz̄ you left out tanh'(z̄)": _gates_with(tz=lambda v: 1.0),
        "in δī you left out σ'(ī)": _gates_with(si=lambda v: 1.0),
        "in δf̄ you left out σ'(f̄)": _gates_with(sf=lambda v: 1.0),
        "in δz̄ you left out i": _gates_with(dz=lambda v: 1.0),
        "in δī you left out z": _gates_with(di=lambda v: 1.0),
        "in δf̄ you left out c^(t-1)": _gates_with(df=lambda v: 1.0),
        "in δf̄ you wrote c^(t); the forget gate multiplies c^(t-1)": _gates_with(
            df=lambda v: v["z"] * v["i"] + v["c_prev"] * sigmoid(v["f_bar"])
        ),
    },
    inputs=lambda rng: _gate_inputs(*rng.standard_normal((5, 4))),
)


def _gate_inputs(dc: Array, c_prev: Array, z_bar: Array, i_bar: Array, f_bar: Array) -> tuple:
    """Return the arguments of `gate_errors` with z and i as their pre-activations make them."""
    return dc, c_prev, np.tanh(z_bar), sigmoid(i_bar), z_bar, i_bar, f_bar


def delta_y(dJ_dy: Array, R: Array, bars_next: Array) -> Array:
    """δy^(t) = ∂J^(t)/∂y^(t) + Σ_⋆ R_⋆ᵀ δ⋆̄^(t+1), both (4, …) in the order z, in, for, out."""
    Rz, Ri, Rf, Ro = R
    dz_bar, di_bar, df_bar, do_bar = bars_next
    return dJ_dy + Rz.T @ dz_bar + Ri.T @ di_bar + Rf.T @ df_bar + Ro.T @ do_bar


def _y_without(gate: int) -> Any:
    def wrong(dJ_dy: Array, R: Array, bars_next: Array) -> Array:
        return delta_y(dJ_dy, R, bars_next) - R[gate].T @ bars_next[gate]

    return wrong


DELTA_Y = Exercise(
    name="delta_y",
    lesson=5,
    row="B3",
    task="Return δy^(t), shape (H,), from ∂J^(t)/∂y^(t) (H,), the recurrent weights `R` (4, H, H) "
    "and the errors of the four pre-activations at t+1, `bars_next` (4, H); order z, in, for, out.",
    hints=(
        "y^(t) goes into the loss of its own step, and into four linear sums of step t+1.",
        "Forward, R_⋆ y^(t) is a matrix times a vector. Backward the same arrows are walked the "
        "other way: R_⋆ᵀ times the error.",
        "Five terms in all.",
    ),
    solution=delta_y,
    mistakes={
        "R is not transposed: the error walks each arrow backwards, so it meets Rᵀ": (
            lambda dJ_dy, R, bars: dJ_dy + sum(R[n] @ bars[n] for n in range(4))
        ),
        "you left out the loss of step t itself, ∂J^(t)/∂y^(t)": (
            lambda dJ_dy, R, bars: delta_y(0 * dJ_dy, R, bars)
        ),
        "you left out all that comes back from step t+1": lambda dJ_dy, R, bars: dJ_dy,
        **{
            f"you left out the route through {bar}^(t+1)": _y_without(n)
            for n, bar in enumerate(BARS)
        },
        "you used the input gate's R twice; each gate has its own": lambda dJ_dy, R, bars: delta_y(
            dJ_dy, np.stack([R[0], R[1], R[1], R[3]]), bars
        ),
    },
    inputs=lambda rng: (
        rng.standard_normal(4),
        rng.standard_normal((4, 4, 4)),
        rng.standard_normal((4, 4)),
    ),
)

EXERCISES = (TOTAL_DERIVATIVE, DELTA_O_BAR, DELTA_C, GATE_ERRORS, DELTA_Y)
