"""A part of an LSTM program put into the whole, and the whole checked numerically.

There are six kinds of parts: the `walk` back through the steps, a `step`, what goes back
`to_previous`, the `sums` over time, the drawing of weights (`init`), and the output's end of a
`forward` step. The right ones stand here or in `lstm`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_core import checks, gradients, lstm
from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.exercises.broken import output_blind
from lstm_core.exercises.lesson5_backward import parameter_gradients, walk_back
from lstm_core.lstm import LSTMParams, LSTMRun, backward_step, to_previous

KINDS = ("walk", "step", "to_previous", "sums", "init", "forward")


class Program(NamedTuple):
    """A whole program: forward(params, X, y0, c0) -> run, backward(params, run, dY) -> ∂J/∂θ."""

    forward: Callable[..., LSTMRun]
    backward: Callable[[LSTMParams, LSTMRun, Array], LSTMParams]


class Case(NamedTuple):
    """One small network with peepholes, a sequence, a first state and errors from above."""

    params: LSTMParams
    X: Array
    y0: Array
    c0: Array
    dY: Array


def examine(kind: str, part: Callable, scale: float = 1.0) -> str:
    """Check the program that holds `part` numerically, with weights of size `scale`.

    Returns the report as text. Raises ValueError for an unknown kind, and whatever `part` raises.
    """
    given = case(scale)
    if kind == "init":
        W = part(given.X.shape[1], len(given.y0), 7)
        pairs = ((one, other) for one in range(4) for other in range(one))
        apart = min(float(np.abs(W[one] - W[other]).max()) for one, other in pairs)
        found = report(program("walk", walk), given._replace(params=replace(given.params, W=W)))
        return f"{found}\nTwo gates' weights differ by {apart:.2g} at least."
    found = report(program(kind, part), given)
    return f"{found}\n{_by_pencil(part)}" if kind == "forward" else str(found)


def program(kind: str, part: Callable) -> Program:
    """Return the whole program that holds `part`; ValueError for an unknown kind.

    A forward pass comes with the backward pass that was written from the same equation. There are
    two: ō looks at c^(t), as it should, or at c^(t-1), forward and backward alike.
    """
    checks.choice("kind", kind, KINDS)
    if kind == "forward":
        run = lambda *given: _run(part, *given)  # noqa: E731
        return Program(run, _backward_blind if _peeps_at_old_cell(part) else _backward)
    return Program(lstm.forward, lambda *given: _backward(*given, **{kind: part}))


def case(scale: float) -> Case:
    """Return the network that all programs are examined with; weights of size `scale`."""
    rng = np.random.default_rng(5)
    scale = checks.number("scale", scale, above=0.0)
    shapes = ((4, 3, 2), (4, 3, 3), (3, 3), (4, 3))
    params = LSTMParams(*(scale * rng.standard_normal(shape) for shape in shapes))
    X, y0, c0, dY = (rng.standard_normal(shape) for shape in ((6, 2), 3, 3, (6, 3)))
    return Case(params, X, scale * y0, scale * c0, dY)


def loss(made: Program, given: Case, params: LSTMParams) -> float:
    """Return J = Σ y ⊙ dY of a program at `params`."""
    return float((made.forward(params, given.X, given.y0, given.c0).y * given.dY).sum())


def report(made: Program, given: Case) -> gradients.Report:
    """Check the gradient of a program."""
    run = made.forward(given.params, given.X, given.y0, given.c0)
    found = made.backward(given.params, run, given.dY)
    return gradients.check(lambda params: loss(made, given, params), given.params, found)


def _backward(
    params: LSTMParams, run: LSTMRun, dY: Array, walk: Callable | None = None, **parts: Callable
) -> LSTMParams:
    """Return the gradient, from right parts and those given."""
    sums = parts.pop("sums", parameter_gradients)
    bars = walk(params, run, dY) if walk else walk_back(params, run, dY, **parts)
    return LSTMParams(*sums(run, bars))


def _by_pencil(part: Callable) -> str:
    """Compare the end of a forward step with the example by pencil of `lstm`."""
    peepholes = np.log(3) * np.array([[0.0], [1 / 2], [-2 / 3]])
    params = LSTMParams(np.zeros((4, 1, 1)), np.zeros((4, 1, 1)), peepholes, np.zeros((4, 1)))
    o = part(params, np.ones(1), np.zeros(1), np.array([2.0]), np.array([1.5]))[1].item()
    return f"The example by pencil has o = 0.25; this forward pass gives {o:.4g}."


def _peeps_at_old_cell(part: Callable) -> bool:
    """Say whether the end of a forward step is that of the broken program."""
    params, X, y0, c0, _ = case(1.0)
    new = lstm.step(params, X[0], y0, c0).c
    return np.allclose(
        part(params, X[0], y0, c0, new)[0], output_blind(params, X[0], y0, c0, new)[0]
    )


def _run(part: Callable, params: LSTMParams, X: Array, y0: Array, c0: Array) -> LSTMRun:
    """Run the block with another end of the step."""
    steps, y, c = [], y0, c0
    for x in X:
        now = lstm.step(params, x, y, c)
        o_bar, o, y_now = part(params, x, y, c, now.c)
        steps.append(now._replace(o_bar=o_bar, o=o, y=y_now))
        y, c = y_now, now.c
    return LSTMRun(X, *(np.stack(values) for values in zip(*steps, strict=True)), y0, c0)


def _backward_blind(params: LSTMParams, run: LSTMRun, dY: Array) -> LSTMParams:
    """Return the gradient of a block whose output gate peeps at c^(t-1): p_out δō goes one back."""
    no_out = replace(params, p=params.p * np.array([[1.0], [1.0], [0.0]]))

    def back(p: LSTMParams, f: Array, dc: Array, *bars: Array) -> tuple[Array, Array]:
        dy_prev, dc_prev = to_previous(p, f, dc, *bars)
        return dy_prev, dc_prev + params.p[2] * bars[3]

    bars = walk_back(no_out, run, dY, to_previous=back)
    dW, dR, dp, db = parameter_gradients(run, bars)
    dp[2] = (bars[3] * np.vstack([run.c0, run.c[:-1]])).sum(0)
    return LSTMParams(dW, dR, dp, db)


def walk(params: LSTMParams, run: LSTMRun, dY: Array) -> Array:
    """Walk back through the steps; return δz̄, δī, δf̄, δō at every step, (4, T, H)."""
    c_prev = np.vstack([run.c0, run.c[:-1]])
    bars = np.empty((4, *run.y.shape))
    dy_next, dc_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        _, dc, *bars[:, t] = backward_step(params, run, t, c_prev[t], dY[t], dy_next, dc_next)
        dy_next, dc_next = to_previous(params, run.f[t], dc, *bars[:, t])
    return bars


def draw_weights(D: int, H: int, seed: int) -> Array:
    """Draw the input weights of the four gates, (4, H, D)."""
    W = np.empty((4, H, D))
    rng = np.random.default_rng(seed)
    for gate in range(4):
        W[gate] = rng.standard_normal((H, D))
    return W


def output_part(params: LSTMParams, x: Array, y_prev: Array, c_prev: Array, c: Array) -> tuple:
    """The end of a forward step: ō, o and y, once the new cell c is known."""
    o_bar = params.W[3] @ x + params.R[3] @ y_prev + params.p[2] * c + params.b[3]
    o = sigmoid(o_bar)
    y = o * np.tanh(c)
    return o_bar, o, y
