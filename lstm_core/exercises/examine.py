"""A part of an LSTM program put into the whole, and the whole checked numerically.

There are six kinds of parts: the `walk` back through the steps, a `step`, what goes back
`to_previous`, the `sums` over time, the drawing of weights (`init`), and the output's end of a
`forward` step. The right ones stand here or in `lstm`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lstm_core import checks, gradients, lstm
from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.exercises.broken import output_blind
from lstm_core.exercises.lesson5_backward import parameter_gradients
from lstm_core.lstm import LSTMParams, LSTMRun, backward_step, to_previous

KINDS = ("walk", "step", "to_previous", "sums", "init", "forward")


def examine(kind: str, part: Callable, scale: float = 1.0) -> str:
    """Check the program that holds `part` numerically, with weights of size `scale`.

    Returns the report as text. Raises ValueError for an unknown kind, and whatever `part` raises.
    """
    checks.choice("kind", kind, KINDS)
    params, X, y0, c0, dY = _case(scale)
    if kind == "init":
        W = part(X.shape[1], len(y0), 7)
        report = _report(replace(params, W=W), X, y0, c0, dY)
        apart = min(
            float(np.abs(W[one] - W[other]).max()) for one in range(4) for other in range(one)
        )
        return f"{report}\nTwo gates' weights differ by {apart:.2g} at least."
    if kind == "forward":
        return _examine_forward(part, params, X, y0, c0, dY)
    return str(_report(params, X, y0, c0, dY, **{kind: part}))


def _case(scale: float) -> tuple[LSTMParams, Array, Array, Array, Array]:
    """Return one small network with peepholes, a sequence, a first state and errors from above."""
    rng = np.random.default_rng(5)
    scale = checks.number("scale", scale, above=0.0)
    shapes = ((4, 3, 2), (4, 3, 3), (3, 3), (4, 3))
    params = LSTMParams(*(scale * rng.standard_normal(shape) for shape in shapes))
    X, y0, c0, dY = (rng.standard_normal(shape) for shape in ((6, 2), 3, 3, (6, 3)))
    return params, X, scale * y0, scale * c0, dY


def _report(
    params: LSTMParams,
    X: Array,
    y0: Array,
    c0: Array,
    dY: Array,
    walk: Callable | None = None,
    **parts: Callable,
) -> gradients.Report:
    """Check the gradients of a backward pass made of right parts and the one given."""
    run = lstm.forward(params, X, y0, c0)
    bars = (walk or (lambda *given: _walk_with(*given, **parts)))(params, run, dY)
    found = LSTMParams(*parts.get("sums", parameter_gradients)(run, bars))
    return gradients.check(
        lambda p: float((lstm.forward(p, X, y0, c0).y * dY).sum()), params, found
    )


def _walk_with(
    params: LSTMParams, run: LSTMRun, dY: Array, step: Callable = backward_step, **parts: Callable
) -> Array:
    """Walk back as `walk` does, with a step or a way to the previous step of one's own."""
    back = parts.get("to_previous", to_previous)
    c_prev = np.vstack([run.c0, run.c[:-1]])
    bars = np.empty((4, *run.y.shape))
    dy_next, dc_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        _, dc, *bars[:, t] = step(params, run, t, c_prev[t], dY[t], dy_next, dc_next)
        dy_next, dc_next = back(params, run.f[t], dc, *bars[:, t])
    return bars


def _examine_forward(
    part: Callable, params: LSTMParams, X: Array, y0: Array, c0: Array, dY: Array
) -> str:
    """Check a forward pass with its own backward pass, then against the example by pencil."""
    own = _report_of_forward(part, params, X, y0, c0, dY)
    thirds = np.log(3) * np.array([[0.0], [1 / 2], [-2 / 3]])
    pencil = LSTMParams(np.zeros((4, 1, 1)), np.zeros((4, 1, 1)), thirds, np.zeros((4, 1)))
    o = part(pencil, np.ones(1), np.zeros(1), np.array([2.0]), np.array([1.5]))[1].item()
    return f"{own}\nThe example by pencil has o = 0.25; this forward pass gives {o:.4g}."


def _report_of_forward(
    part: Callable, params: LSTMParams, X: Array, y0: Array, c0: Array, dY: Array
) -> gradients.Report:
    """Check a forward pass against the backward pass that was written from the same equation.

    There are two: ō looks at c^(t), as it should, or at c^(t-1), for forward and backward alike.
    """
    run = _run(part, params, X, y0, c0)
    seen = np.vstack([c0, run.c[:-1]])
    blind = np.allclose(run.o_bar[0], output_blind(params, X[0], y0, c0, run.c[0])[0])
    bars = (_walk_blind if blind else walk)(params, run, dY)
    dW, dR, dp, db = parameter_gradients(run, bars)
    if blind:
        dp[2] = (bars[3] * seen).sum(0)

    def loss(p: LSTMParams) -> float:
        return float((_run(part, p, X, y0, c0).y * dY).sum())

    return gradients.check(loss, params, LSTMParams(dW, dR, dp, db))


def _run(part: Callable, params: LSTMParams, X: Array, y0: Array, c0: Array) -> LSTMRun:
    """Run the block with another end of the step."""
    steps, y, c = [], y0, c0
    for x in X:
        now = lstm.step(params, x, y, c)
        o_bar, o, y_now = part(params, x, y, c, now.c)
        steps.append(now._replace(o_bar=o_bar, o=o, y=y_now))
        y, c = y_now, now.c
    return LSTMRun(X, *(np.stack(values) for values in zip(*steps, strict=True)), y0, c0)


def _walk_blind(params: LSTMParams, run: LSTMRun, dY: Array) -> Array:
    """Walk back through a block whose output gate peeps at c^(t-1): p_out δō goes one step on."""
    no_out = replace(params, p=params.p * np.array([[1.0], [1.0], [0.0]]))

    def back(p: LSTMParams, f: Array, dc: Array, *bars: Array) -> tuple[Array, Array]:
        dy_prev, dc_prev = to_previous(p, f, dc, *bars)
        return dy_prev, dc_prev + params.p[2] * bars[3]

    return _walk_with(no_out, run, dY, to_previous=back)


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
