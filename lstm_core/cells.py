"""Recurrent cells *described* once: a table of equations that can be run, differentiated, drawn.

`LSTM` and `RNN` below are the paper's equations as text. `describe` reads such a table into an
ordered tuple of nodes; each term of a node has an operation, and each operation knows its value,
its vector-Jacobian products and its TeX (`OPERATIONS`). From that alone come the forward pass and
the back propagation here, the routes of errors and their formulas (`routes`), the variants of the
Odyssey (`variants`), and the picture of the block (`draw.block`). Another cell is another table.

`lstm` and `rnn` are written by hand and share nothing with this module: the two check each other.
One sequence at a time; made to be looked into, not to be fast (that is `fast`).

Your own cell, by pencil: s^(t) = s^(t-1) ⊙ f + x^(t) from s^(0) = 1 with f = 0.5 and x = 1, 2:

>>> leaky = describe("leaky", {"s": "s_prev * f + E @ x"})
>>> run = forward(leaky, {"f": np.array([0.5]), "E": np.eye(1)}, [[1.0], [2.0]], s0=[1.0])
>>> run.values["s"][:, 0].tolist()  # 0.5 + 1, 0.75 + 2
[1.5, 2.75]
>>> backward(run, ds=[[0.0], [1.0]]).params["f"].tolist()  # s^(1) + f · s^(0)
[2.0]
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array
from lstm_core.description import OPERATIONS, Arrow, Cell, Node, Variable, describe

LSTM_TABLE = {
    "z_bar": "W_z @ x + R_z @ y_prev + b_z",
    "i_bar": "W_in @ x + R_in @ y_prev + p_in * c_prev + b_in",
    "f_bar": "W_for @ x + R_for @ y_prev + p_for * c_prev + b_for",
    "z": "tanh(z_bar)",
    "i": "sigmoid(i_bar)",
    "f": "sigmoid(f_bar)",
    "c": "z * i + c_prev * f",
    "o_bar": "W_out @ x + R_out @ y_prev + p_out * c + b_out",
    "o": "sigmoid(o_bar)",
    "tanh_c": "tanh(c)",
    "y": "o * tanh_c",
}

RNN_TABLE = {
    "a": "b + W @ h_prev + U @ x",
    "h": "tanh(a)",
    "o": "c + V @ h",
}


LSTM = describe("LSTM", LSTM_TABLE)
RNN = describe("simple RNN", RNN_TABLE, {"o": "K"})


class Run(NamedTuple):
    """All values of one forward pass, and what it was run with."""

    cell: Cell
    params: dict[str, Array]
    values: dict[str, Array]  # x (T, D) and every node (T, ·), in the order of calculation
    first: dict[str, Array]  # the state before the first step, (·,), by node


class Gradients(NamedTuple):
    """What `backward` returns."""

    params: dict[str, Array]  # ∂J/∂θ, summed over the steps
    errors: dict[str, Array]  # δ of x (T, D) and of every node (T, ·)
    first: dict[str, Array]  # δ of the state before the first step
    above: dict[str, Array]  # the errors that were given, (T, ·), by node


def named(params: Any) -> dict[str, Array]:
    """Return the arrays of an `RNNParams` or `LSTMParams` under their names in the equations.

    The gate axis W (4, H, D) is unpacked to W_z, W_in, W_for, W_out; likewise R, p and b.
    """
    if hasattr(params, "U"):
        return {name: getattr(params, name) for name in "UWVbc"}
    gates = ("z", "in", "for", "out")
    stacks = {"W": gates, "R": gates, "p": gates[1:], "b": gates}
    return {
        f"{letter}_{gate}": value
        for letter, names in stacks.items()
        for gate, value in zip(names, getattr(params, letter), strict=True)
    }


def init(
    cell: Cell, D: int, H: int, rng: np.random.Generator, *, K: int = 1, scale: float = 1.0
) -> dict[str, Array]:
    """Draw every parameter of a cell, biases and peepholes too: N(0, scale²/fan-in).

    Raises ValueError or TypeError for a bad argument.
    """
    checks.kind("cell", cell, Cell)
    numbers = {name: checks.whole(name, n) for name, n in (("D", D), ("H", H), ("K", K))}
    scale = checks.number("scale", scale, least=0.0)
    checks.kind("rng", rng, np.random.Generator)
    shapes = {name: [numbers[s] for s in shape] for name, shape in cell.shapes.items()}
    return {
        name: rng.standard_normal(shape) * scale / (shape[1] if len(shape) > 1 else 1) ** 0.5
        for name, shape in shapes.items()
    }


def forward(
    cell: Cell,
    params: Mapping[str, Array],
    X: Array,
    *,
    nudge: Mapping[tuple[str | Arrow, int], Array] | None = None,
    **first: Array,
) -> Run:
    """Run a cell over X (T, D) from its first state: y0 and c0 for the LSTM, h0 for the RNN (or 0).

    `nudge` adds amounts while running: {("c", t): …} to a node for all who use it, {(arrow, t): …}
    to what one arrow brings to its head at step t, while all other arrows bring the old value.
    Raises ValueError or TypeError where names or shapes do not fit, and where a value overflows.
    """
    params, X, sizes = _checked(cell, params, X)
    start = _first_state(cell, sizes, first, X.dtype)
    nudge = nudge or {}
    moved = _moved(cell, len(X), nudge)
    values = {"x": X} | {
        node.name: np.empty((len(X), sizes[cell.size(node.name)]), X.dtype) for node in cell.nodes
    }
    run = Run(cell, params, values, start)
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
        for t in range(len(X)):
            for node in cell.nodes:
                here = nudge if (node.name, t) in moved else {}
                values[node.name][t] = _evaluate(run, node, t, here)
    for name, value in values.items():
        checks.finite(name, value)
    return run


def _moved(cell: Cell, T: int, nudge: Mapping[tuple[str | Arrow, int], Array]) -> set:
    """Return the nodes and steps that a nudge reaches first."""
    for key, t in nudge:
        if key not in cell.table and key not in cell.arrows:
            raise ValueError(f"nudge holds {key!r}, expected nodes and arrows of {cell.name}")
        if not 0 <= t < T:
            raise ValueError(f"nudge holds step {t}, expected 0 … {T - 1}")
    return {(key if isinstance(key, str) else key.target, t) for key, t in nudge}


def look(run: Run, variable: Variable, t: int) -> Array:
    """Return the value that an equation at step t sees: a parameter, a node now or one back."""
    name, back = variable
    if name in run.params:
        return run.params[name]
    return run.values[name][t - back] if t >= back else run.first[name]


def _evaluate(run: Run, node: Node, t: int, nudge: Mapping[Any, Array]) -> Array:
    """Return the sum of the terms of one equation at step t."""
    total = nudge.get((node.name, t), 0)
    for n, term in enumerate(node.terms):
        arguments = [look(run, variable, t) for variable in term.arguments]
        if nudge:
            places = [Arrow(v.name, node.name, v.back, n, k) for k, v in enumerate(term.arguments)]
            arguments = [
                value + nudge.get((arrow, t), 0)
                for arrow, value in zip(places, arguments, strict=True)
            ]
        total = total + OPERATIONS[term.operation].value(*arguments)
    return total


def backward(run: Run, *, cut: Collection[str] = (), **above: Array) -> Gradients:
    """Back propagation through time by the description alone.

    `above` holds the errors that come from outside: dy=(T, H) into every y^(t) of an LSTM,
    do=(T, K) for the RNN, and dc_T=(H,) (any node's d…_T) into the last step. `cut` names arrows
    (`Arrow.id`, such as "c_prev-f_bar") that hand no error back, at no step.
    Raises ValueError or TypeError for names or shapes that do not fit.
    """
    checks.kind("run", run, Run)
    cell, T = run.cell, len(run.values["x"])
    known = {arrow.id for arrow in cell.arrows}
    cut = {checks.choice("cut", name, known) for name in cut}
    given = _above(run, above)
    errors = {name: np.zeros_like(value) for name, value in run.values.items()}
    gradients = {name: np.zeros_like(value) for name, value in run.params.items()}
    first = {name: np.zeros_like(value) for name, value in run.first.items()}
    for name, value in given.items():
        errors[name] += value
    for t in reversed(range(T)):
        for arrow in reversed(cell.arrows):  # every error is complete before it is handed on
            if arrow.id in cut:
                continue
            share = hand_back(run, arrow, t, errors[arrow.target][t])
            if arrow.source in gradients:
                gradients[arrow.source] += share
            elif t >= arrow.back:
                errors[arrow.source][t - arrow.back] += share
            else:
                first[arrow.source] += share
    return Gradients(gradients, errors, first, given)


def hand_back(run: Run, arrow: Arrow, t: int, error: Array) -> Array:
    """Return what an error of the arrow's head at step t gives to the arrow's tail."""
    term = run.cell.table[arrow.target].terms[arrow.term]
    arguments = [look(run, variable, t) for variable in term.arguments]
    return OPERATIONS[term.operation].vjp[arrow.argument](error, *arguments)


def loss(run: Run, above: Mapping[str, Array]) -> float:
    """Return the loss whose errors from above are the given ones: J = Σ_t above^(t) · value^(t)."""
    return float(sum(np.vdot(error, run.values[name]) for name, error in above.items()))


def _checked(
    cell: Cell, params: Mapping[str, Array], X: Array
) -> tuple[dict[str, Array], Array, dict[str, int]]:
    """Return parameters and inputs as arrays that fit together, and the size of each letter."""
    checks.kind("cell", cell, Cell)
    if set(checks.kind("params", params, Mapping)) != set(cell.shapes):
        raise ValueError(f"params holds {sorted(params)}, expected {sorted(cell.shapes)}")
    X = checks.array("X", X, ("T", "D"))
    sizes, arrays = {"D": X.shape[1]}, {}
    for name, letters in cell.shapes.items():
        value = checks.array(name, params[name], tuple(sizes.get(s, s) for s in letters))
        arrays[name] = checks.same_dtype(name, value, X.dtype)
        sizes |= dict(zip(letters, value.shape, strict=True))
    return arrays, X, sizes


def _first_state(
    cell: Cell, sizes: Mapping[str, int], first: Mapping[str, Array], dtype: Any
) -> dict[str, Array]:
    """Return the state before the first step, by node; zeros where none is given."""
    wanted = [f"{name}0" for name in cell.states]
    for name in first:
        checks.choice("first state", name, wanted)
    return {
        name: checks.optional(
            f"{name}0", first.get(f"{name}0"), np.zeros(sizes[cell.size(name)], dtype)
        )
        for name in cell.states
    }


def _above(run: Run, above: Mapping[str, Array]) -> dict[str, Array]:
    """Return the errors from outside by node, (T, ·) each, the d…_T added at the last step."""
    nodes = [node.name for node in run.cell.nodes]
    given: dict[str, Array] = {}
    for name, value in above.items():
        node = checks.choice("error", name, [f"d{n}{s}" for n in nodes for s in ("", "_T")])
        node = node[1:].removesuffix("_T")
        total = given.setdefault(node, np.zeros_like(run.values[node]))
        total[slice(None) if name == f"d{node}" else -1] += checks.optional(
            name, value, total if name == f"d{node}" else total[-1]
        )
    return given
