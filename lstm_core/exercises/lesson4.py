"""The exercises of lesson 4: the block forward, the half-life, and weights from elsewhere.

The known wrong answers are those of texts and programs: sums of y^(t) and c^(t), a peephole that
sees the wrong cell, gates in another order, y without tanh.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.exercises.frame import Exercise
from lstm_core.lstm import LSTMParams

D, H = 3, 3  # alike, so that a wrong vector fits as well and is told by name


# F3 · the linear sums -----------------------------------------------------------------------------


def gate_sums(W: Array, R: Array, b: Array, x: Array, y_prev: Array, c_prev: Array) -> Array:
    """z̄, ī, f̄, ō as the rows of an array (4, H): four linear sums, without peepholes."""
    return W @ x + R @ y_prev + b


GATE_SUMS = Exercise(
    name="gate_sums",
    lesson=4,
    row="F3",
    task="Return the four pre-activations z̄, ī, f̄, ō of step t as rows of an array (4, H). "
    "`W` is (4, H, D), `R` (4, H, H), `b` (4, H); there are no peepholes.",
    hints=(
        "Each row is W_⋆ x^(t) + R_⋆ y^(t-1) + b_⋆. Does the cell c^(t-1) occur in it?",
        "`W @ x` multiplies all four matrices at once: (4, H, D) @ (D,) gives (4, H).",
        "One line: `W @ x + R @ y_prev + b`.",
    ),
    solution=gate_sums,
    mistakes={
        "you took sums of y and c; the gates take sums of x^(t) and y^(t-1)": (
            lambda W, R, b, x, y, c: W @ y + R @ c + b
        ),
        "you multiplied R by c^(t-1); without peepholes the gates do not see the cell": (
            lambda W, R, b, x, y, c: W @ x + R @ c + b
        ),
        "you exchanged W and R: W belongs to x^(t), R to y^(t-1)": (
            lambda W, R, b, x, y, c: W @ y + R @ x + b
        ),
        "you added c^(t-1); without peepholes the gates do not see the cell": (
            lambda W, R, b, x, y, c: W @ x + R @ y + b + c
        ),
        "you left out the bias": (lambda W, R, b, x, y, c: W @ x + R @ y),
        "you left out R y^(t-1): the block would not hear its past": (
            lambda W, R, b, x, y, c: W @ x + b
        ),
        "you left out W x^(t): the block would not hear its input": (
            lambda W, R, b, x, y, c: R @ y + b
        ),
        "you applied the activations already; z̄, ī, f̄, ō are the sums before them": (
            lambda W, R, b, x, y, c: np.stack(
                [(sigmoid if n else np.tanh)(W[n] @ x + R[n] @ y + b[n]) for n in range(4)]
            )
        ),
        "you multiplied from the left, which is Rᵀ y: row j of R holds the wires into unit j": (
            lambda W, R, b, x, y, c: W @ x + y @ R + b
        ),
    },
    inputs=lambda rng: tuple(
        rng.standard_normal(shape) for shape in ((4, H, D), (4, H, H), (4, H), D, H, H)
    ),
    praise="Four gates, one line: all of them hear the same two things, x^(t) and y^(t-1).",
)


# F3 · the cell and the output ---------------------------------------------------------------------


def cell_and_output(z: Array, i: Array, f: Array, o: Array, c_prev: Array) -> tuple[Array, Array]:
    """c^(t) and y^(t) from the block input, the three gates and the old cell."""
    c = z * i + c_prev * f
    y = o * np.tanh(c)
    return c, y


def _cell(c: Callable, y: Callable = lambda o, c: o * np.tanh(c)) -> Callable:
    """Return a wrong step: another cell, or another way to say it."""

    def wrong(*values: Array) -> tuple[Array, Array]:
        new = c(*values)
        return new, y(values[3], new)

    return wrong


def _right_cell(z: Array, i: Array, f: Array, o: Array, c_prev: Array) -> Array:
    return z * i + c_prev * f


CELL_AND_OUTPUT = Exercise(
    name="cell_and_output",
    lesson=4,
    row="F3",
    task="Return c^(t) and y^(t) from z, i, f, o of step t and c^(t-1), each (H,).",
    hints=(
        "The old cell passes the forget gate, the block input passes the input gate; then they "
        "are added.",
        "⊙ is `*`. The output gate lets through what tanh makes of the *new* cell.",
    ),
    solution=cell_and_output,
    mistakes={
        "you exchanged the gates: i belongs to z, f to c^(t-1)": _cell(
            lambda z, i, f, o, c: z * f + c * i
        ),
        "you left out tanh: y is o ⊙ tanh(c)": _cell(_right_cell, lambda o, c: o * c),
        "you applied tanh to the product: o stands outside": _cell(
            _right_cell, lambda o, c: np.tanh(o * c)
        ),
        "you let y read the old cell; it reads c^(t)": lambda z, i, f, o, c_prev: (
            z * i + c_prev * f,
            o * np.tanh(c_prev),
        ),
        "you left out the forget gate": _cell(lambda z, i, f, o, c: z * i + c),
        "you left out the input gate": _cell(lambda z, i, f, o, c: z + c * f),
        "you left out the old cell": _cell(lambda z, i, f, o, c: z * i),
        "you left out the block input": _cell(lambda z, i, f, o, c: c * f),
        "you forget with f; f says how much *stays*, not how much goes": _cell(
            lambda z, i, f, o, c: z * i + c * (1 - f)
        ),
        "you tied the two gates as 1 − i; here f is a gate of its own": _cell(
            lambda z, i, f, o, c: z * i + c * (1 - i)
        ),
        "you pressed the cell itself through tanh; the cell line has no tanh": _cell(
            lambda z, i, f, o, c: np.tanh(z * i + c * f), lambda o, c: o * c
        ),
    },
    inputs=lambda rng: (
        np.tanh(rng.standard_normal(4)),
        *sigmoid(rng.standard_normal((3, 4))),
        2.0 * rng.standard_normal(4),
    ),
    returns=("c", "y"),
    praise="On the cell line there is one product and one sum. That is the whole secret.",
)


# F4 · the bias for a half-life --------------------------------------------------------------------


def bias_for_half_life(n: float) -> float:
    """The bias b with σ(b)^n = 1/2."""
    f = 0.5 ** (1 / n)
    return np.log(f / (1 - f))


BIAS_FOR_HALF_LIFE = Exercise(
    name="bias_for_half_life",
    lesson=4,
    row="F4",
    task="Nothing comes in, so f = σ(b) at every step. Return the bias b with which half of the "
    "cell is left after n steps.",
    hints=(
        "After n steps the factor is f^n. Which f makes it one half?",
        "f = 0.5^(1/n), in code `0.5 ** (1 / n)`.",
        "f = σ(b) = 1 / (1 + e^−b). Solve for b: b = ln(f / (1 − f)).",
    ),
    solution=bias_for_half_life,
    mistakes={
        "you stopped at the gate f; the bias is what σ turns into f": lambda n: 0.5 ** (1 / n),
        "you applied σ to f; here you need its inverse": lambda n: sigmoid(
            np.array(0.5 ** (1 / n))
        ),
        "you have the wrong sign: f / (1 − f), not (1 − f) / f": lambda n: -bias_for_half_life(n),
        "you spread the loss evenly: f = 1 − 1/(2n) loses too little, for the loss is "
        "multiplied, not added": lambda n: np.log(2 * n - 1),
        "you made f = 0.5^n; after n steps f^n is to be one half": lambda n: np.log(
            0.5**n / (1 - 0.5**n)
        ),
        "you took ln f; that is the bias of an exponential, not of σ": lambda n: np.log(0.5) / n,
    },
    inputs=lambda rng: (float(rng.integers(2, 200)),),
    praise="Every factor of ten in the half-life costs about 2.3 in the bias: ln 10.",
)


# F5 · a whole step with peepholes -----------------------------------------------------------------


def lstm_step(params: LSTMParams, x: Array, y_prev: Array, c_prev: Array) -> tuple[Array, ...]:
    """i, f, c, o, y of one step with peepholes."""
    Wz, Wi, Wf, Wo = params.W
    Rz, Ri, Rf, Ro = params.R
    pi, pf, po = params.p
    bz, bi, bf, bo = params.b
    z = np.tanh(Wz @ x + Rz @ y_prev + bz)
    i = sigmoid(Wi @ x + Ri @ y_prev + pi * c_prev + bi)
    f = sigmoid(Wf @ x + Rf @ y_prev + pf * c_prev + bf)
    c = z * i + c_prev * f
    o = sigmoid(Wo @ x + Ro @ y_prev + po * c + bo)
    y = o * np.tanh(c)
    return i, f, c, o, y


def _step_with(
    order: tuple[int, ...] = (0, 1, 2, 3),
    p: tuple[int, ...] = (0, 1, 2),
    out_sees: str = "new",
    early: str = "old",
    block: Callable = np.tanh,
    gate: Callable = sigmoid,
    say: Callable = np.tanh,
    peepholes: bool = True,
) -> Callable:
    """Return the step with one thing done as learners do it."""

    def wrong(params: LSTMParams, x: Array, y_prev: Array, c_prev: Array) -> tuple[Array, ...]:
        z_bar, i_bar, f_bar, o_bar = (params.W @ x + params.R @ y_prev + params.b)[list(order)]
        pi, pf, po = peepholes * params.p[list(p)]
        z = block(z_bar)
        i, f = gate(i_bar + pi * c_prev), gate(f_bar + pf * c_prev)
        c = z * i + c_prev * f
        if early == "new":  # the gates of the cell wait for the cell: computed a second time
            i, f = gate(i_bar + pi * c), gate(f_bar + pf * c)
            c = z * i + c_prev * f
        o = gate(o_bar + po * (c if out_sees == "new" else c_prev))
        return i, f, c, o, o * say(c)

    return wrong


def _step_without(**rows: int | slice) -> Callable:
    """Return the step with rows of parameters set to zero: `_step_without(p=2)` has no p_out."""

    def wrong(params: LSTMParams, *state: Array) -> tuple[Array, ...]:
        changed = {name: getattr(params, name).copy() for name in rows}
        for name, row in rows.items():
            changed[name][row] = 0.0
        return lstm_step(replace(params, **changed), *state)

    return wrong


def _full_peepholes(params: LSTMParams, x: Array, y_prev: Array, c_prev: Array) -> tuple:
    """Return the step with y^(t-1) where the peepholes want the cell."""
    z_bar, i_bar, f_bar, o_bar = params.W @ x + params.R @ y_prev + params.b
    pi, pf, po = params.p
    i, f = sigmoid(i_bar + pi * y_prev), sigmoid(f_bar + pf * y_prev)
    c = np.tanh(z_bar) * i + c_prev * f
    o = sigmoid(o_bar + po * y_prev)
    return i, f, c, o, o * np.tanh(c)


def _step_inputs(rng: np.random.Generator) -> tuple:
    shapes = {"W": (4, H, 2), "R": (4, H, H), "p": (3, H), "b": (4, H)}
    params = LSTMParams(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})
    return params, rng.standard_normal(2), rng.standard_normal(H), rng.standard_normal(H)


LSTM_STEP = Exercise(
    name="lstm_step",
    lesson=4,
    row="F5",
    task="Return i, f, c, o and y of one step of the block with peepholes. `params` has W, R and b "
    "in the order z, in, for, out, and p in the order in, for, out.",
    hints=(
        "Six lines: z, i, f, then c, then o, then y. o can only come after c.",
        "i and f see c^(t-1): `pi * c_prev`, `pf * c_prev`. z has no peephole.",
        "o sees the new cell: `po * c`.",
    ),
    solution=lstm_step,
    mistakes={
        "you let the output gate peep at c^(t-1); it sees the new cell c^(t)": _step_with(
            out_sees="old"
        ),
        "you let input and forget gate peep at c^(t); it does not exist yet: they see c^(t-1)": (
            _step_with(early="new")
        ),
        "you left out the peepholes": _step_with(peepholes=False),
        **{
            f"you left out {name}": _step_without(**{name[0]: row})
            for row, name in enumerate(("p_in", "p_for", "p_out"))
        },
        "you left out R y^(t-1): the block would not hear its past": _step_without(R=slice(None)),
        "you left out the biases": _step_without(b=slice(None)),
        "you exchanged p_in and p_for": _step_with(p=(1, 0, 2)),
        "you exchanged σ and tanh: gates are σ, the block input is tanh": _step_with(
            block=sigmoid, gate=np.tanh
        ),
        "you used σ for the block input: z is tanh(z̄)": _step_with(block=sigmoid),
        "you exchanged input and forget gate: the order is z, in, for, out": _step_with(
            order=(0, 2, 1, 3)
        ),
        "you took PyTorch's order i, f, g, o: here it is z, in, for, out": _step_with(
            order=(2, 0, 1, 3)
        ),
        "you left out tanh: y is o ⊙ tanh(c)": _step_with(say=lambda c: c),
        "you gave the peepholes y^(t-1); they see the cell": _full_peepholes,
    },
    inputs=_step_inputs,
    returns=("i", "f", "c", "o", "y"),
    praise="This is the forward pass. Lesson 5 walks the same lines backwards.",
)


# F7 · counting, and other people's order ----------------------------------------------------------


def count_parameters(D: int, H: int) -> tuple[int, int, int]:
    """Parameters of a block with peepholes, without, and of PyTorch's nn.LSTM."""
    without = 4 * (H * D + H * H + H)
    return without + 3 * H, without, without + 4 * H


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    lesson=4,
    row="F7",
    task="Return three numbers: the parameters of a block with D inputs and H units with "
    "peepholes; without them; and those PyTorch counts for `nn.LSTM(D, H)`, which has two biases "
    "for every gate.",
    hints=(
        "Each of z, in, for, out has a W (H, D), an R (H, H) and a b (H,).",
        "Peepholes: p_in, p_for, p_out have H numbers each. z has none.",
        "PyTorch: one more bias for each of the four.",
    ),
    solution=count_parameters,
    mistakes={
        "you counted three gates; the block input has weights of its own": lambda D, H: (
            3 * (H * D + H * H + H) + 3 * H,
            3 * (H * D + H * H + H),
            3 * (H * D + H * H + 2 * H),
        ),
        "you counted peepholes as full matrices; they are element-wise: H numbers each": (
            lambda D, H: (4 * H * (D + H + 1) + 3 * H * H, *count_parameters(D, H)[1:])
        ),
        "you gave the block input a peephole; only the three gates have one": lambda D, H: (
            4 * H * (D + H + 2),
            *count_parameters(D, H)[1:],
        ),
        "you left out the biases": lambda D, H: (
            4 * H * (D + H) + 3 * H,
            4 * H * (D + H),
            4 * H * (D + H),
        ),
        "you left out the recurrent weights R": lambda D, H: (
            4 * H * (D + 1) + 3 * H,
            4 * H * (D + 1),
            4 * H * (D + 2),
        ),
        "you gave PyTorch one bias; it has bias_ih and bias_hh, which add up": lambda D, H: (
            *count_parameters(D, H)[:2],
            count_parameters(D, H)[1],
        ),
        "you counted PyTorch's second bias once; there is one for each of the four": lambda D, H: (
            *count_parameters(D, H)[:2],
            count_parameters(D, H)[1] + H,
        ),
    },
    inputs=lambda rng: (int(rng.integers(2, 9)), int(rng.integers(10, 20))),
    returns=("peepholes", "without", "pytorch"),
)


def from_pytorch(weight: Array) -> Array:
    """PyTorch's rows i, f, g, o, (4H, D), as (4, H, D) in the order z, in, for, out."""
    i, f, g, o = weight.reshape(4, -1, weight.shape[1])
    return np.stack([g, i, f, o])


def _ordered(*order: int) -> Callable[[Array], Any]:
    return lambda weight: weight.reshape(4, -1, weight.shape[1])[list(order)]


FROM_PYTORCH = Exercise(
    name="from_pytorch",
    lesson=4,
    row="F7",
    task="`weight` is PyTorch's `weight_ih_l0`, (4H, D), its rows in the order i, f, g, o. Return "
    "our W, (4, H, D), in the order z, in, for, out.",
    hints=(
        "PyTorch's g is our block input z.",
        "`weight.reshape(4, -1, weight.shape[1])` cuts the rows into four matrices (H, D): "
        "i, f, g, o.",
        "`np.stack([g, i, f, o])` puts them in our order.",
    ),
    solution=from_pytorch,
    mistakes={
        "you cut the rows but left them in PyTorch's order i, f, g, o": _ordered(0, 1, 2, 3),
        "you turned the order the wrong way round: that is ours to PyTorch's": _ordered(1, 2, 0, 3),
        "you exchanged input and forget gate": _ordered(2, 1, 0, 3),
        "you exchanged forget and output gate": _ordered(2, 0, 3, 1),
        "you cut along the wrong axis: row 0, 4, 8 … are not one gate; the first H rows are": (
            lambda weight: weight.reshape(-1, 4, weight.shape[1]).swapaxes(0, 1)[[2, 0, 1, 3]]
        ),
    },
    inputs=lambda rng: (rng.standard_normal((4 * 5, 3)),),
)


# F8 · the coupled gate ----------------------------------------------------------------------------


def coupled_cell(z_bar: Array, i_bar: Array, c_prev: Array) -> Array:
    """c^(t) with the forget gate tied to the input gate, f = 1 − i."""
    i = sigmoid(i_bar)
    return i * np.tanh(z_bar) + (1 - i) * c_prev


COUPLED_CELL = Exercise(
    name="coupled_cell",
    lesson=4,
    row="F8",
    task="Return c^(t) of the variant with coupled gates, f = 1 − i, from z̄, ī and c^(t-1).",
    hints=(
        "First i = σ(ī), then f = 1 − i.",
        "The cell equation itself does not change: c = z ⊙ i + c^(t-1) ⊙ f.",
    ),
    solution=coupled_cell,
    mistakes={
        "you turned the coupling round: new content passes i, the old cell 1 − i": (
            lambda z_bar, i_bar, c: (1 - sigmoid(i_bar)) * np.tanh(z_bar) + sigmoid(i_bar) * c
        ),
        "you set f = σ(1 − ī): the coupling is of the gate, after its activation": (
            lambda z_bar, i_bar, c: sigmoid(i_bar) * np.tanh(z_bar) + sigmoid(1 - i_bar) * c
        ),
        "you set f = i: then the cell forgets just when nothing new comes": (
            lambda z_bar, i_bar, c: sigmoid(i_bar) * (np.tanh(z_bar) + c)
        ),
        "you used ī as a gate; a gate is σ(ī)": lambda z_bar, i_bar, c: (
            i_bar * np.tanh(z_bar) + (1 - i_bar) * c
        ),
        "you left out tanh: z is tanh(z̄)": lambda z_bar, i_bar, c: (
            sigmoid(i_bar) * z_bar + (1 - sigmoid(i_bar)) * c
        ),
        "you left out the coupling: the old cell passes 1 − i": lambda z_bar, i_bar, c: (
            sigmoid(i_bar) * np.tanh(z_bar) + c
        ),
    },
    inputs=lambda rng: tuple(rng.standard_normal((3, 4))),
    praise="A weighted mean of old and new: this is how the GRU treats its state.",
)

EXERCISES = (
    GATE_SUMS,
    CELL_AND_OUTPUT,
    BIAS_FOR_HALF_LIFE,
    LSTM_STEP,
    COUNT_PARAMETERS,
    FROM_PYTORCH,
    COUPLED_CELL,
)
