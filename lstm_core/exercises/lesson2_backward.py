"""The exercises of lesson 2 on back propagation through time.

Mistakes that are found in public code stand among the wrong answers: no error passed on from step
t + 1, the derivative taken of a value that is already activated, states shifted by one step.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lstm_core import losses, rnn
from lstm_core.checks import Array
from lstm_core.exercises.frame import Exercise, left_out
from lstm_core.parameters import arrays
from lstm_core.rnn import RNNParams, RNNRun

D, H, K, T = 2, 4, 3, 6


# S5 · the error at the output ---------------------------------------------------------------------


def output_error(y_hat: Array, label: int) -> Array:
    """δo for soft-max with cross entropy."""
    do = y_hat.copy()
    do[label] -= 1
    return do


def _one_hot(y_hat: Array, label: int) -> Array:
    return np.eye(len(y_hat))[label]


def _draw_output(rng: np.random.Generator) -> tuple[Array, int]:
    return rng.dirichlet(np.ones(K)), int(rng.integers(K))


OUTPUT_ERROR = Exercise(
    name="output_error",
    lesson=2,
    row="S5",
    task="Return δo = ∂J/∂o for ŷ = softmax(o) and J = −log ŷ[label].",
    hints=(
        "Write the loss in terms of o: J = −o[label] + log Σ exp(o_k). Now differentiate by o_k.",
        "The second part gives exp(o_k)/Σ exp(o), which is ŷ_k. The first gives −1, "
        "but only where k is the label.",
        "So δo is ŷ with 1 subtracted at the label. Take a copy of ŷ, do not change it.",
    ),
    solution=output_error,
    mistakes={
        "you left out the label: this is ŷ itself": lambda y, n: y,
        "you have the sign turned round: δo = ŷ − one-hot, so that −δo raises the right output": (
            lambda y, n: _one_hot(y, n) - y
        ),
        "you gave ∂J/∂ŷ: the route from o to ŷ, the soft-max, is still missing": (
            lambda y, n: -_one_hot(y, n) / y
        ),
        "you subtracted 1 everywhere: only the label's output gets it": lambda y, n: y - 1,
        "you gave only the label's own error: the other outputs lose by ŷ_k too": (
            lambda y, n: (y - 1) * _one_hot(y, n)
        ),
        "you multiplied by ŷ(1 − ŷ) as well: δo is the error before the soft-max already": (
            lambda y, n: (y - _one_hot(y, n)) * y * (1 - y)
        ),
    },
    inputs=_draw_output,
    praise="Guess minus truth. Its numbers sum to 0: what one output gains, the others lose.",
)


# S5 · the error of a hidden state -----------------------------------------------------------------


def hidden_error(V: Array, W: Array, do: Array, dh_next: Array, da_next: Array) -> Array:
    """δh^(t), from this step's output and from the next step."""
    return V.T @ do + W.T @ da_next


HIDDEN_TERMS = {
    "the route through this step's output, Vᵀ δo^(t)": lambda V, W, do, dh, da: V.T @ do,
    "the route through the next step, Wᵀ δa^(t+1)": lambda V, W, do, dh, da: W.T @ da,
}

HIDDEN_ERROR = Exercise(
    name="hidden_error",
    lesson=2,
    row="S5",
    task="Return δh^(t). (One of the arguments is not needed.)",
    hints=(
        "Two arrows leave h^(t) in the picture: one up to o^(t), one to the right, into a^(t+1). "
        "Every arrow that leaves brings one term back.",
        "Through the arrow up: Vᵀ δo^(t). Through the arrow to the right: Wᵀ times the error of "
        "what the arrow points at.",
        "The arrow to the right points at a^(t+1), so its error is δa^(t+1): `W.T @ da_next`.",
    ),
    solution=hidden_error,
    mistakes={
        **left_out(HIDDEN_TERMS),
        "you took δh^(t+1): the arrow W ends at a^(t+1), before the activation": (
            lambda V, W, do, dh, da: V.T @ do + W.T @ dh
        ),
        "you added δh^(t+1) as well: only two arrows leave h^(t), to o^(t) and to a^(t+1)": (
            lambda V, W, do, dh, da: V.T @ do + W.T @ da + dh
        ),
        "you used W where Wᵀ belongs": lambda V, W, do, dh, da: V.T @ do + W @ da,
        "you subtracted the two routes: terms of a chain rule add up": (
            lambda V, W, do, dh, da: V.T @ do - W.T @ da
        ),
    },
    inputs=lambda rng: tuple(rng.normal(size=shape) for shape in ((K, H), (H, H), K, H, H)),
    praise="Two arrows leave h^(t), so two terms come back.",
)


# S5 · per-step gradients and their sum ------------------------------------------------------------


def recurrent_gradient(da: Array, h: Array, h0: Array) -> Array:
    """∂J/∂W: the outer products δa^(t) h^(t-1)ᵀ, summed over the steps."""
    total = np.zeros((len(h0), len(h0)))
    h_prev = h0
    for t in range(len(da)):
        total += np.outer(da[t], h_prev)
        h_prev = h[t]
    return total


def _previous(h: Array, h0: Array) -> Array:
    return np.vstack([h0, h[:-1]])


def _wrapped(h: Array, h0: Array) -> Array:
    """The states before, by `h[t - 1]` at every t: at t = 0 that is `h[-1]`, the last state."""
    return np.vstack([h[-1], h[:-1]])


RECURRENT_GRADIENT = Exercise(
    name="recurrent_gradient",
    lesson=2,
    row="S5",
    task="Return ∂J/∂W: add up δa^(t) h^(t-1)ᵀ over all steps. `da` and `h` are (T, H).",
    hints=(
        "One step first: `np.outer(da[t], h_prev)` is the matrix δa^(t) h^(t-1)ᵀ.",
        "Which h comes before `h[t]`? For t > 0 it is `h[t - 1]`; before the very first step "
        "it is `h0`.",
        "Start with `np.zeros((H, H))` and add one matrix per step in a `for` loop.",
    ),
    solution=recurrent_gradient,
    mistakes={
        "you used h^(t): W multiplied the state of the step before, h^(t-1)": (
            lambda da, h, h0: da.T @ h
        ),
        "you left out the first step, whose h^(t-1) is h^(0)": lambda da, h, h0: da[1:].T @ h[:-1],
        "you read `h[t - 1]` at t = 0 too, and there it is `h[-1]`, the last state: the first step "
        "needs h0": lambda da, h, h0: da.T @ _wrapped(h, h0),
        "you turned the product round: row j belongs to δa_j, so it is δa hᵀ, not h δaᵀ": (
            lambda da, h, h0: _previous(h, h0).T @ da
        ),
        "you took the mean over the steps: J is a sum, so its gradient is one": (
            lambda da, h, h0: da.T @ _previous(h, h0) / len(da)
        ),
        "you gave the last step only: every step adds its matrix": (
            lambda da, h, h0: np.outer(da[-1], h[-2])
        ),
        "you used h^(t+1): the step before, not the step after": (
            lambda da, h, h0: da[:-1].T @ h[1:]
        ),
    },
    inputs=lambda rng: (
        rng.normal(size=(T, H)),
        np.tanh(rng.normal(size=(T, H))),
        rng.normal(size=H),
    ),
    praise="W was used T times, so T terms are added.",
)


# S5 · the whole backward pass ---------------------------------------------------------------------


def bptt(params: RNNParams, run: RNNRun, do: Array) -> tuple[Array, ...]:
    """Back propagation through time for a tanh network, one step at a time."""
    U, W, V = params.U, params.W, params.V
    dU, dW, dV = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
    db, dc = np.zeros_like(params.b), np.zeros_like(params.c)
    da_next = np.zeros_like(params.b)
    for t in reversed(range(len(run.x))):
        dh = V.T @ do[t] + W.T @ da_next
        da = (1 - run.h[t] ** 2) * dh
        h_prev = run.h[t - 1] if t > 0 else run.h0
        dU += np.outer(da, run.x[t])
        dW += np.outer(da, h_prev)
        dV += np.outer(do[t], run.h[t])
        db += da
        dc += do[t]
        da_next = da
    return dU, dW, dV, db, dc


def _bptt_with(
    up: float = 1.0,
    back: Callable = lambda W, da, dh: W.T @ da,
    slope: Callable = lambda a, h: 1 - h**2,
    before: Callable = _previous,
    read: Callable = lambda h, h0: h,
) -> Callable:
    """Return a wrong backward pass: one piece of the right one exchanged."""

    def wrong(params: RNNParams, run: RNNRun, do: Array) -> RNNParams:
        dh, da = np.zeros_like(run.h), np.zeros_like(run.h)
        from_next = np.zeros_like(run.h0)
        for t in reversed(range(len(run.x))):
            dh[t] = up * params.V.T @ do[t] + from_next
            da[t] = slope(run.a[t], run.h[t]) * dh[t]
            from_next = back(params.W, da[t], dh[t])
        dW = da.T @ before(run.h, run.h0)
        dV = do.T @ read(run.h, run.h0)
        return RNNParams(da.T @ run.x, dW, dV, da.sum(0), do.sum(0))

    return wrong


def _first_to_last(params: RNNParams, run: RNNRun, do: Array) -> RNNParams:
    """Return what a loop without `reversed` gives: errors passed on to later steps."""
    da, da_before = np.zeros_like(run.h), np.zeros_like(run.h0)
    for t in range(len(run.x)):
        da[t] = (1 - run.h[t] ** 2) * (params.V.T @ do[t] + params.W.T @ da_before)
        da_before = da[t]
    dW = da.T @ _previous(run.h, run.h0)
    return RNNParams(da.T @ run.x, dW, do.T @ run.h, da.sum(0), do.sum(0))


def _first_step_only(params: RNNParams, run: RNNRun, do: Array) -> RNNParams:
    return rnn.backward(params, run, do, per_step=True).steps[0]


def _without_first_step(params: RNNParams, run: RNNRun, do: Array) -> RNNParams:
    """Return what `range(1, T)` gives: the step t = 0 adds nothing."""
    whole, first = rnn.backward(params, run, do).params, _first_step_only(params, run, do)
    return RNNParams(*(a - b for (_, a), (_, b) in zip(arrays(whole), arrays(first), strict=True)))


def _overwriting(name: str) -> Callable:
    """Return the backward pass with one sum overwritten in every turn: its last one stays."""

    def wrong(params: RNNParams, run: RNNRun, do: Array) -> RNNParams:
        last = getattr(_first_step_only(params, run, do), name)
        return replace(rnn.backward(params, run, do).params, **{name: last})

    return wrong


def _draw_bptt(rng: np.random.Generator) -> tuple[RNNParams, RNNRun, Array]:
    params = RNNParams(*(rng.normal(size=shape) for shape in ((H, D), (H, H), (K, H), H, K)))
    run = rnn.forward(params, rng.normal(size=(T, D)), h0=rng.normal(size=H))
    _, do = losses.softmax_cross_entropy(run.o, rng.integers(K, size=T))
    return params, run, do


BPTT = Exercise(
    name="bptt",
    lesson=2,
    row="S5",
    task="Return the gradients dU, dW, dV, db, dc of the whole sequence.",
    hints=(
        "Walk from the last step to the first: `for t in reversed(range(T))`. In each step: δh, "
        "then δa, then add to five sums.",
        "Carry one vector from step to step: `da_next`. It is zero before the first turn of the "
        "loop (nothing comes after the last step), and `da` at the end of each turn.",
        "tanh'(a) is `1 - run.h[t] ** 2`, because h is tanh(a). The five sums grow by "
        "`np.outer(da, run.x[t])`, `np.outer(da, h_prev)`, `np.outer(do[t], run.h[t])`, `da` "
        "and `do[t]`.",
    ),
    solution=bptt,
    mistakes={
        "you never pass the error on: Wᵀ δa^(t+1) stays zero, so nothing goes back in time": (
            _bptt_with(back=lambda W, da, dh: np.zeros_like(da))
        ),
        "you left out Vᵀ δo^(t): no error ever enters": _bptt_with(up=0.0),
        "you passed δh back where δa belongs: W starts behind the activation": _bptt_with(
            back=lambda W, da, dh: W.T @ dh
        ),
        "you used W where Wᵀ belongs": _bptt_with(back=lambda W, da, dh: W @ da),
        "you left out g'(a^(t))": _bptt_with(slope=lambda a, h: np.ones_like(a)),
        "you took the derivative of a value already activated, g'(h) in place of g'(a)": (
            _bptt_with(slope=lambda a, h: 1 - np.tanh(h) ** 2)
        ),
        "you multiplied δa^(t) by h^(t) in place of h^(t-1)": _bptt_with(before=lambda h, h0: h),
        "you left out h^(0) at the first step": _bptt_with(
            before=lambda h, h0: _previous(h, np.zeros_like(h0))
        ),
        "you read `run.h[t - 1]` at t = 0 too, and there it is `run.h[-1]`, the last state: the "
        "first step needs `run.h0`": _bptt_with(before=_wrapped),
        "you multiplied δo^(t) by h^(t-1) in dV: V reads the new state h^(t)": _bptt_with(
            read=_previous
        ),
        "you walked from the first step to the last: δa^(t) needs δa^(t+1), so begin at the end": (
            _first_to_last
        ),
        "you left out the step t = 0: the loop must go down to it": _without_first_step,
        "you wrote 1 − a²; tanh'(a) is 1 − h², with h = tanh(a)": _bptt_with(
            slope=lambda a, h: 1 - a**2
        ),
        "you wrote 1 − h; tanh'(a) is 1 − h²": _bptt_with(slope=lambda a, h: 1 - h),
        "you divided by T: J is a sum over the steps, so its gradient is one": (
            lambda params, run, do: tuple(value / len(do) for value in bptt(params, run, do))
        ),
        **{
            f"you overwrite d{name} in every turn of the loop: add, `+=`": _overwriting(name)
            for name in "UWVbc"
        },
        "you return only the last turn of the loop: add, `+=`, do not overwrite": (
            _first_step_only
        ),
    },
    inputs=_draw_bptt,
    returns=("dU", "dW", "dV", "db", "dc"),
    praise="You have written back propagation through time. Frameworks do just this.",
)
