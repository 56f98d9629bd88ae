"""The exercises of lesson 2: errors of a dense layer, one step of the simple RNN, and, from
`lesson2_backward`, back propagation through time.

Every solution is checked in the tests against `dense`, `rnn` and `losses`.
"""

from collections.abc import Callable

import numpy as np

from lstm_core.checks import Array
from lstm_core.exercises import lesson2_backward as backward
from lstm_core.exercises.frame import Exercise, left_out

D, H, K = 2, 4, 3


# S2 · the error of one layer of a dense net -------------------------------------------------------


def layer_error(W_next: Array, da_next: Array, a: Array) -> Array:
    """The error of a layer from that of the next one."""
    dh = W_next.T @ da_next
    return (1 - np.tanh(a) ** 2) * dh


LAYER_ERROR = Exercise(
    name="layer_error",
    lesson=2,
    row="S2",
    task="Return δa of a tanh layer, from the error δa of the next layer and the weights W there.",
    hints=(
        "Two things lie between this layer's a and the next layer: the activation h = tanh(a), "
        "and the weights that carry h on. The error passes both, in the opposite order.",
        "Through the weights: δh = Wᵀ δa of the next layer. The transpose is there because "
        "column j of W holds all the wires that leave neuron j.",
        "Through the activation: δa = tanh'(a) ⊙ δh, with tanh'(a) = 1 − tanh²(a). "
        "The product is element by element: `*`, not `@`.",
    ),
    solution=layer_error,
    mistakes={
        "you left out tanh'(a), so this is δh and not δa": lambda W, da, a: W.T @ da,
        "you left out Wᵀ: the error has not passed the weights": lambda W, da, a: (
            (1 - np.tanh(a) ** 2) * da
        ),
        "you used W where Wᵀ belongs: errors run against the arrows": lambda W, da, a: (
            (1 - np.tanh(a) ** 2) * (W @ da)
        ),
        "you multiplied by tanh(a), not by its derivative": lambda W, da, a: (
            np.tanh(a) * (W.T @ da)
        ),
        "you squared 1 − tanh(a): only tanh(a) is squared, 1 − tanh²(a)": lambda W, da, a: (
            (1 - np.tanh(a)) ** 2 * (W.T @ da)
        ),
        "you used 1 − a², which is tanh' only if a stands for the activated value": (
            lambda W, da, a: (1 - a**2) * (W.T @ da)
        ),
        "you took the derivative at tanh(a): it belongs to a, before the activation": (
            lambda W, da, a: (1 - np.tanh(np.tanh(a)) ** 2) * (W.T @ da)
        ),
        "you multiplied by g' before Wᵀ: g'(a) belongs to this layer's neurons": (
            lambda W, da, a: W.T @ ((1 - np.tanh(a) ** 2) * da)
        ),
    },
    inputs=lambda rng: (rng.normal(size=(H, H)), rng.normal(size=H), rng.normal(size=H)),
    praise="Every layer of every network passes its error on like this: Wᵀ, then ⊙ g'(a).",
)


# S4 · one step forward ----------------------------------------------------------------------------


def rnn_step(
    U: Array, W: Array, V: Array, b: Array, c: Array, x: Array, h_prev: Array
) -> tuple[Array, Array, Array]:
    """One step of the simple RNN."""
    a = b + W @ h_prev + U @ x
    h = np.tanh(a)
    o = c + V @ h
    return a, h, o


def _step_with(a: Callable, h: Callable = np.tanh, o: Callable | None = None) -> Callable:
    """Return a wrong step: another linear sum, another activation, or another output."""

    def wrong(*arguments: Array) -> tuple[Array, Array, Array]:
        _, _, V, _, c, _, _ = arguments
        new = a(*arguments)
        return new, h(new), (c + V @ h(new) if o is None else o(V, c, new))

    return wrong


def _sum(U: Array, W: Array, V: Array, b: Array, c: Array, x: Array, h_prev: Array) -> Array:
    return b + W @ h_prev + U @ x


STEP_TERMS = {
    "the bias b": lambda U, W, V, b, c, x, h_prev: b,
    "the recurrent term W h^(t-1)": lambda U, W, V, b, c, x, h_prev: W @ h_prev,
    "the input U x^(t)": lambda U, W, V, b, c, x, h_prev: U @ x,
}

RNN_STEP = Exercise(
    name="rnn_step",
    lesson=2,
    row="S4",
    task="Return a, h and o of one step.",
    hints=(
        "Three lines, one for each equation, in the order a, h, o.",
        "A matrix times a vector is `W @ h_prev`; the activation is `np.tanh`.",
        "The output reads the new state: `o = c + V @ h`.",
    ),
    solution=rnn_step,
    mistakes={
        **{name: _step_with(a) for name, a in left_out(STEP_TERMS).items()},
        "you used Wᵀ: row j of W holds the wires that arrive at neuron j": _step_with(
            lambda U, W, V, b, c, x, h_prev: b + W.T @ h_prev + U @ x
        ),
        "you left out the activation: h is tanh(a)": _step_with(_sum, h=lambda a: a),
        "you gave a for o's state: V reads h, the activated value": _step_with(
            _sum, o=lambda V, c, a: c + V @ a
        ),
        "you left out the bias c of the output": _step_with(_sum, o=lambda V, c, a: V @ np.tanh(a)),
        "you let the output read h^(t-1): o^(t) reads the new state h^(t)": (
            lambda U, W, V, b, c, x, h_prev: (
                b + W @ h_prev + U @ x,
                np.tanh(b + W @ h_prev + U @ x),
                c + V @ h_prev,
            )
        ),
    },
    inputs=lambda rng: tuple(
        rng.normal(size=shape) for shape in ((H, D), (H, H), (K, H), H, K, D, H)
    ),
    returns=("a", "h", "o"),
    praise="This is the whole network. Everything else is repeating it.",
)


# S8 · which errors a window keeps -----------------------------------------------------------------


def kept_by_window(T: int, k: int) -> Array:
    """1 where the error J^(s) (column s) still reaches step t (row t), 0 where it is cut."""
    kept = np.zeros((T, T))
    for t in range(T):
        for s in range(t, T):
            if t // k == s // k:
                kept[t, s] = 1
    return kept


def _grid(T: int) -> tuple[Array, Array]:
    return np.arange(T)[:, None], np.arange(T)[None, :]


def _kept_where(rule: Callable) -> Callable:
    return lambda T, k: rule(*_grid(T), T, k).astype(float)


KEPT_BY_WINDOW = Exercise(
    name="kept_by_window",
    lesson=2,
    row="S8",
    task="Return the (T, T) array with 1 where the error of step s (column) reaches step t (row), "
    "when the sequence is cut into windows of k steps.",
    hints=(
        "Without cuts, row t has ones from column t to the end: later losses reach back, "
        "earlier ones never do.",
        "Steps counted from 0: step t lies in window number `t // k`.",
        "Put a 1 where s ≥ t **and** `t // k == s // k`.",
    ),
    solution=kept_by_window,
    mistakes={
        "you kept everything: the cuts are missing": _kept_where(lambda t, s, T, k: s >= t),
        "you let a window slide along with t: the windows here lie end to end, with fixed cuts": (
            _kept_where(lambda t, s, T, k: (s >= t) & (s < t + k))
        ),
        "you have rows and columns exchanged: step t needs the errors of s ≥ t": _kept_where(
            lambda t, s, T, k: (s <= t) & (t // k == s // k)
        ),
        "you let errors run forward in time within a window as well": _kept_where(
            lambda t, s, T, k: t // k == s // k
        ),
        "you kept only each step's own error: within a window errors travel": _kept_where(
            lambda t, s, T, k: t == s
        ),
        "you counted the windows from the end: the first window starts at the first step": (
            _kept_where(lambda t, s, T, k: (s >= t) & ((T - 1 - t) // k == (T - 1 - s) // k))
        ),
    },
    inputs=lambda rng: (int(rng.integers(7, 10)), int(rng.integers(3, 5))),
    praise="Blocks along the diagonal: that is what truncation keeps.",
)

EXERCISES = (
    LAYER_ERROR,
    RNN_STEP,
    backward.OUTPUT_ERROR,
    backward.HIDDEN_ERROR,
    backward.RECURRENT_GRADIENT,
    backward.BPTT,
    KEPT_BY_WINDOW,
)
