"""The public functions of the equations, with sizes from 1 to 6 and numbers from 1e-3 to 1e3.

What fits gives finite numbers of the documented shape and dtype. What does not fit, in one argument
after the other, gives a ValueError or TypeError that names the argument: never another error, and
never a warning. A new function gets a line in `CALLS`.
"""

import itertools
import re
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core import (
    activations,
    cells,
    convolution,
    ctc,
    dense,
    fast,
    gradients,
    interop,
    jacobians,
    losses,
    lstm,
    models,
    optimizers,
    rnn,
    routes,
    tasks,
    training,
)
from lstm_core.dense import DenseParams
from lstm_core.lstm import LSTMParams
from lstm_core.parameters import arrays
from lstm_core.rnn import RNNParams


class Case:
    """Sizes, a scale and a dtype, and what can be made of them."""

    def __init__(self, sizes, exponent, dtype, seed):
        self.T, self.B, self.D, self.H, self.K = sizes
        self.rng, self.dtype = np.random.default_rng(seed), np.dtype(dtype)
        self.scale = 10.0 ** (exponent if dtype == "float64" else min(exponent, 1.0))
        self.g = sorted(activations.ACTIVATIONS)[seed % 4]
        self.f = sorted(activations.OUTPUTS)[seed % 3]

    def draw(self, *shape):
        return (self.rng.uniform(-1, 1, shape) * self.scale).astype(self.dtype)

    def rnn(self, D=0, H=0, K=0):
        """Draw parameters; D, H, K: by how much larger than the case."""
        D, H, K = self.D + D, self.H + H, self.K + K
        return RNNParams(*(self.draw(*n) for n in ((H, D), (H, H), (K, H), (H,), (K,))))

    def lstm(self, D=0, H=0, peepholes=True):
        D, H = self.D + D, self.H + H
        W, R, p, b = (self.draw(*n) for n in ((4, H, D), (4, H, H), (3, H), (4, H)))
        return LSTMParams(W, R, p if peepholes else np.zeros_like(p), b)

    def dense(self, D=0, H=0):
        D, H, K = self.D + D, self.H + H, self.K
        return DenseParams((self.draw(H, D), self.draw(K, H)), (self.draw(H), self.draw(K)))


@st.composite
def cases(draw):
    sizes = draw(st.tuples(*[st.integers(1, 6)] * 5))
    dtype = draw(st.sampled_from(["float64", "float32"]))
    return Case(sizes, draw(st.floats(-3, 3)), dtype, draw(st.integers(0, 2**32)))


class Call(NamedTuple):
    """A call that fits, what it gives, and what does not fit in the place of its arguments."""

    name: str
    function: Callable
    given: dict[str, Any]
    shapes: Callable[[Any], list]  # of the result: (value, shape), or (container, one like it)
    fine: tuple[str, ...]  # faults that are none here: "x rank"
    wrong: dict[str, list]  # others that do not fit, by argument


def call(name, function, given, shapes=lambda result: [], fine=(), **wrong):
    return Call(name, function, given, shapes, tuple(fine), wrong)


def fields(result, **shapes):
    return [(getattr(result, name), shape) for name, shape in shapes.items()]


# The simple RNN, the LSTM and the dense net: forward, backward, and what is taken from a run.


def rnn_calls(c):
    T, D, H, K = c.T, c.D, c.H, c.K
    params = c.rnn()
    run = rnn.forward(params, c.draw(T, D), c.draw(H), c.g, c.f)
    others = [rnn.forward(c.rnn(D=1), c.draw(T, D + 1)), rnn.forward(c.rnn(H=1), c.draw(T, D))]
    drawn = {"D": D, "H": H, "K": K, "rng": c.rng, "scale": c.scale}
    parts = dict(arrays(params))
    forward = {"params": params, "X": c.draw(T, D), "h0": c.draw(H), "g": c.g, "f": c.f}
    state = {"a": (T, H), "h": (T, H), "o": (T, K), "y_hat": (T, K), "h0": (H,)}
    backward = {"params": params, "run": run, "do": c.draw(T, K), "dh_T": c.draw(H), "window": T}
    errors = {"x": (T, D), "h0": (H,), "do": (T, K), "dh": (T, H), "da": (T, H)}
    square = {"params": params, "run": run}
    yield call("rnn.init", partial(rnn.init, dtype=c.dtype), drawn, lambda r: [(r, params)])
    yield call("RNNParams", RNNParams, parts, lambda r: [(r, params)], ["U size"])
    yield call("rnn.forward", rnn.forward, forward, lambda r: fields(r, **state), ["h0 None"])
    yield call(
        "rnn.backward",
        rnn.backward,
        backward,
        lambda r: [(r.params, params), *fields(r, **errors)],
        ["dh_T None", "window None"],
        run=others,
    )
    yield call(
        "rnn_jacobians", jacobians.rnn_jacobians, square, lambda r: [(r, (T, H, H))], run=others
    )
    given = square | {"dh_T": c.draw(H)}
    yield call(
        "rnn_error_norms",
        jacobians.rnn_error_norms,
        given,
        lambda r: [(r, (T + 1,))],
        ["dh_T None"],
        run=others,
    )


def lstm_calls(c):
    T, D, H = c.T, c.D, c.H
    params = c.lstm()
    run = lstm.forward(params, c.draw(T, D), c.draw(H), c.draw(H))
    others = [lstm.forward(c.lstm(D=1), c.draw(T, D + 1)), lstm.forward(c.lstm(H=1), run.x)]
    drawn = {"D": D, "H": H, "rng": c.rng, "forget_bias": 1.0, "scale": c.scale}
    forward = {"params": params, "X": c.draw(T, D), "y0": c.draw(H), "c0": c.draw(H)}
    backward = {"params": params, "run": run, "dY": c.draw(T, H), "dc_T": c.draw(H)}
    values = dict.fromkeys(lstm.LSTMStep._fields, (T, H))
    errors = dict.fromkeys(lstm.LSTMGradients._fields[4:], (T, H))
    errors |= {"x": (T, D), "y0": (H,), "c0": (H,)}
    parts, both = dict(arrays(params)), {"params": params, "run": run}
    last = {"dy_T": c.draw(H), "dc_T": c.draw(H)}
    yield call(
        "lstm.init",
        partial(lstm.init, dtype=c.dtype, peepholes=True),
        drawn,
        lambda r: [(r, params)],
        ["forget_bias negative"],
    )
    yield call("LSTMParams", LSTMParams, parts, lambda r: [(r, params)], ["W size"])
    yield call(
        "lstm.forward", lstm.forward, forward, lambda r: fields(r, **values), ["y0 None", "c0 None"]
    )
    yield call(
        "lstm.backward",
        lstm.backward,
        backward,
        lambda r: [(r.params, params), *fields(r, **errors)],
        ["dc_T None"],
        run=others,
    )
    yield call(
        "lstm_cell_terms",
        jacobians.lstm_cell_terms,
        both,
        lambda r: [(value, (T - 1, H, H)) for value in (*r, r.total)],
        run=others,
    )
    yield call(
        "lstm_state_jacobians",
        jacobians.lstm_state_jacobians,
        both | {"routes": jacobians.ROUTES},
        lambda r: [(r, (T, 2 * H, 2 * H))],
        run=others,
    )
    yield call(
        "lstm_error_norms",
        jacobians.lstm_error_norms,
        both | last,
        lambda r: [(value, (T + 1,)) for value in r],
        ["dy_T None", "dc_T None"],
        run=others,
    )


def fast_calls(c):
    T, B, D, H, K = c.T, c.B, c.D, c.H, c.K
    block, net = c.lstm(), c.rnn()
    X, y0, c0 = c.draw(T, B, D), c.draw(B, H), c.draw(B, H)
    run, small = fast.lstm_forward(block, X, y0, c0), fast.rnn_forward(net, X, y0, c.g, c.f)
    wide = c.draw(T, B, D + 1)
    values = dict.fromkeys(("y_prev", "c_prev", "c", "tanh_c", "y"), (T, B, H))
    values |= {"x": (T, B, D), "gates": (T, B, 4, H)}
    states = {"h": (T, B, H), "h_prev": (T, B, H), "o": (T, B, K), "y_hat": (T, B, K)}
    yield call(
        "fast.lstm_forward",
        fast.lstm_forward,
        {"params": block, "X": X, "y0": y0, "c0": c0},
        lambda r: fields(r, **values),
        ["y0 None", "c0 None"],
    )
    yield call(
        "fast.lstm_backward",
        fast.lstm_backward,
        {"params": block, "run": run, "dY": c.draw(T, B, H), "dc_T": c0},
        lambda r: [(r.params, block), *fields(r, x=(T, B, D), y0=(B, H), c0=(B, H))],
        ["dc_T None"],
        run=[fast.lstm_forward(c.lstm(D=1), wide), fast.lstm_forward(c.lstm(H=1), X)],
    )
    yield call(
        "fast.rnn_forward",
        fast.rnn_forward,
        {"params": net, "X": X, "h0": y0, "g": c.g, "f": c.f},
        lambda r: fields(r, **states),
        ["h0 None"],
    )
    yield call(
        "fast.rnn_backward",
        fast.rnn_backward,
        {"params": net, "run": small, "do": c.draw(T, B, K), "dh_T": y0},
        lambda r: [(r.params, net), *fields(r, x=(T, B, D), h0=(B, H))],
        ["dh_T None"],
        run=[fast.rnn_forward(c.rnn(D=1), wide), fast.rnn_forward(c.rnn(H=1), X)],
    )


def dense_calls(c):
    B, D, H, K = c.B, c.D, c.H, c.K
    params, x = c.dense(), c.draw(B, D)
    run = dense.forward(params, x, c.g, c.f)
    drawn = {"sizes": [D, H, K], "rng": c.rng, "scale": c.scale, "kind": "he"}
    values, last = {"x": (B, D), "o": (B, K), "y_hat": (B, K)}, {"x": (B, D), "do": (B, K)}
    yield call("dense.init", partial(dense.init, dtype=c.dtype), drawn, lambda r: [(r, params)])
    yield call(
        "DenseParams",
        lambda **p: DenseParams((p["W[0]"], p["W[1]"]), (p["b[0]"], p["b[1]"])),
        dict(arrays(params)),
        lambda r: [(r, params)],
        ["W[0] size"],
    )
    yield call(
        "dense.forward",
        dense.forward,
        {"params": params, "x": x, "g": c.g, "f": c.f},
        lambda r: [(r.a[0], (B, H)), (r.h[0], (B, H)), *fields(r, **values)],
    )
    yield call(
        "dense.backward",
        dense.backward,
        {"params": params, "run": run, "do": c.draw(B, K)},
        lambda r: [(r.params, params), (r.dh[0], (B, H)), (r.da[0], (B, H)), *fields(r, **last)],
        run=[dense.forward(c.dense(D=1), c.draw(B, D + 1)), dense.forward(c.dense(H=1), x)],
    )


# What a net is trained with, checked with, and given to others.


def loss_calls(c):
    T, K = c.T, c.K
    o, both = c.draw(T, K), lambda r: [(r[0], (T,)), (r[1], (T, K))]
    labels, shares = c.rng.integers(0, K, T), c.rng.uniform(0, 1, (T, K)).astype(c.dtype)
    yield call(
        "softmax_cross_entropy",
        losses.softmax_cross_entropy,
        {"o": o, "labels": labels},
        both,
        ["o size", "o dtype"],
    )
    yield call("squared_error", losses.squared_error, {"o": o, "targets": c.draw(T, K)}, both)
    yield call(
        "sigmoid_cross_entropy", losses.sigmoid_cross_entropy, {"o": o, "targets": shares}, both
    )


def optimizer_calls(c):
    params, given = c.rnn(), c.rnn()
    base = {"params": params, "gradients": given, "rate": c.scale}
    wrong = {"gradients": [c.rnn(H=1), c.rnn(K=1)]}
    clip = {"gradients": given, "threshold": c.scale}
    alike = lambda r: [(r[0], params)]  # noqa: E731
    options = {"beta1": 0.5, "beta2": 0.5, "epsilon": 1e-8}
    state = optimizers.adam(**base)[1]
    yield call("sgd", optimizers.sgd, base, alike, **wrong)
    yield call(
        "momentum",
        optimizers.momentum,
        base | {"state": given, "momentum": 0.5},
        alike,
        ["state None"],
        **wrong,
        state=[c.rnn(D=1)],
    )
    yield call(
        "adam", optimizers.adam, base | options | {"state": state}, alike, ["state None"], **wrong
    )
    yield call("rounded", optimizers.rounded, {"optimizer": optimizers.sgd, "decimals": 3})
    yield call("clip_by_norm", optimizers.clip_by_norm, clip, alike)
    yield call("clip_by_value", optimizers.clip_by_value, clip, alike)


def gradient_calls(c):
    n, x, M = c.D, c.draw(c.D), c.draw(c.T, c.H, c.H)
    loss = lambda v: float(np.sum(v * v))  # noqa: E731
    base = {"loss": loss, "params": x}
    loose = ["params rank", "params size", "params dtype"]
    yield call(
        "numerical_gradient",
        gradients.numerical_gradient,
        base | {"epsilon": 0.1},
        lambda r: [(r, (n,))],
        [*loose, "epsilon None"],
    )
    yield call(
        "numerical_jacobian",
        gradients.numerical_jacobian,
        {"function": lambda v: 2 * v, "x": x, "epsilon": 0.1},
        lambda r: [(r, (n, n))],
        ["x size", "x dtype", "epsilon None"],
    )
    yield call(
        "check",
        gradients.check,
        base | {"gradients": 2 * x, "tolerance": 0.1},
        lambda r: [],
        ["params dtype", "gradients dtype", "tolerance None"],
    )
    yield call(
        "product",
        jacobians.product,
        {"jacobians": M, "t": c.T, "k": 0},
        lambda r: [(r, (c.H, c.H))],
        ["jacobians dtype"],
    )
    yield call(
        "products",
        jacobians.products,
        {"jacobians": M},
        lambda r: [(r, (c.T + 1, c.H, c.H))],
        ["jacobians dtype"],
    )


def interop_calls(c):
    block, net = c.lstm(peepholes=False), c.rnn()
    for name, params in (("lstm", block), ("rnn", net)):
        to_torch, from_torch, to_keras, from_keras = (
            getattr(interop, f"{name}_{way}")
            for way in ("to_torch", "from_torch", "to_keras", "from_keras")
        )
        alike = lambda r, params=params: [(r, params)]  # noqa: E731
        given = to_torch(params)
        keras = {f"weights[{n}]": value for n, value in enumerate(to_keras(params))}
        yield call(f"{name}_to_torch", to_torch, {"params": params})
        yield call(f"{name}_to_keras", to_keras, {"params": params})
        yield call(
            f"{name}_from_torch",
            lambda f=from_torch, **state: f(state),
            given,
            alike,
            ["weight_ih_l0 size"],
        )
        yield call(
            f"{name}_from_keras",
            lambda f=from_keras, **weights: f(list(weights.values())),
            keras,
            alike,
        )


# Tasks, the training loop, and what is looked at.


def task_calls(c):
    base = {"rng": c.rng, "T": c.T, "B": c.B}
    batch = tasks.Batch(c.draw(c.T, c.B, c.D), c.draw(1, c.B, c.K))
    model = models.dense_model(c.dense(), "squared_error")
    samples = itertools.repeat((c.draw(c.B, c.D), c.draw(c.B, c.K)))
    record = training.Record(1, 1.0, 1.0, model.params, None)
    yield call("adding", tasks.adding, base | {"T": c.T + 5}, lambda r: [(r.X, (c.T + 5, c.B, 2))])
    yield call(
        "temporal_order",
        tasks.temporal_order,
        base | {"T": c.T + 9},
        lambda r: [(r.X, (c.T + 9, c.B, 8))],
    )
    yield call("brackets", tasks.brackets, base | {"deepest": 2}, lambda r: [(r.X, (c.T, c.B, 3))])
    yield call("forecast", tasks.forecast, {"T": c.T, "first_test_day": "2015-01-01"})
    yield call(
        "stream",
        lambda **given: next(tasks.stream(**given)),
        base | {"task": tasks.brackets},
        lambda r: [(r.X, (c.T, c.B, 3))],
    )
    yield call(
        "minibatches",
        tasks.minibatches,
        {"batch": batch, "size": c.B, "rng": c.rng},
        lambda r: [(next(r).X, (c.T, c.B, c.D))],
        batch=[(batch.X.tolist(), batch.targets), (batch.X,), (batch.X, batch.targets[:, :-1])],
    )
    yield call(
        "train",
        training.train,
        {"model": model, "batches": samples, "steps": 1, "optimizer": optimizers.sgd}
        | {"rate": 1e-6, "clip": 1.0, "start": record},
        lambda r: [(next(r).params, model.params)],
        ["clip None", "start None"],
    )
    yield call("history", training.history, {"records": [record]}, lambda r: [], records=[[3], []])


def other_calls(c):
    image, kernels, b = c.draw(c.D, c.T + 2, c.B + 2), c.draw(c.K, c.D, 3, 3), c.draw(c.K)
    y_hat, text = c.rng.dirichlet(np.ones(3), c.T), {"text": "ab", "blank": "-"}
    yield call(
        "convolve",
        convolution.convolve,
        {"x": image, "kernels": kernels, "b": b},
        lambda r: [(r, (c.K, c.T, c.B))],
        ["x size", "kernels size", "b None"],
    )
    yield call(
        "max_pool",
        convolution.max_pool,
        {"x": image, "size": 2},
        lambda r: [(r, (c.D, (c.T + 2) // 2, (c.B + 2) // 2))],
        ["x size", "x dtype"],
    )
    yield call("merge", ctc.merge, {"path": "aab"}, lambda r: [], ["path word"])
    yield call("collapse", ctc.collapse, {"path": "aab", "blank": "-"}, lambda r: [], ["path word"])
    yield call("count_paths", ctc.count_paths, text | {"frames": c.T}, lambda r: [], ["text word"])
    yield call(
        "probability",
        ctc.probability,
        text | {"y_hat": y_hat, "alphabet": "ab-"},
        lambda r: [(r, ())],
        ["y_hat dtype", "alphabet word"],
    )


def cell_calls(c):
    T, D, H = c.T, c.D, c.H
    params = cells.named(c.lstm())
    first = {"y0": c.draw(H), "c0": c.draw(H)}
    run = cells.forward(cells.LSTM, params, c.draw(T, D), **first)
    drawn = {"cell": cells.RNN, "D": D, "H": H, "K": c.K, "rng": c.rng, "scale": c.scale}
    shapes = {name: value.shape for name, value in arrays(c.rnn())}
    yield call(  # lists, since it draws in float64 alone
        "cells.init", cells.init, drawn, lambda r: [(r[name].tolist(), shapes[name]) for name in r]
    )
    yield call(
        "cells.forward",
        cells.forward,
        {"cell": cells.LSTM, "params": params, "X": run.values["x"], **first},
        lambda r: [(r.values[node.name], (T, H)) for node in r.cell.nodes],
        ["X size", "X dtype", "y0 None", "c0 None"],
    )
    yield call(
        "cells.backward",
        cells.backward,
        {"run": run, "dy": c.draw(T, H), "dc_T": c.draw(H)},
        lambda r: (
            [(r.params[name], params[name].shape) for name in params]
            + [(r.errors["x"], (T, D)), (r.errors["c"], (T, H)), (r.first["c"], (H,))]
        ),
        ["dy None", "dc_T None"],
    )


def route_calls(c):
    H, D, T = c.H, c.D, c.T
    run = cells.forward(cells.LSTM, cells.named(c.lstm()), c.draw(T, D))
    back = cells.backward(run, dy=c.draw(T, H))
    at = {"run": run, "gradients": back, "name": "c", "t": 0}
    route = routes.terms(cells.LSTM, "c")[0]
    total = lambda r: [(sum(term.value for term in r), (H,))]  # noqa: E731
    one = {"cell": cells.LSTM, "name": "c"}
    way = {"cell": cells.LSTM, "source": "c", "target": "y", "steps": 0}
    yield call("routes.outputs", routes.outputs, {"cell": cells.LSTM})
    yield call("routes.kept", routes.kept, one)
    yield call("routes.terms", routes.terms, one)
    yield call("routes.formula", routes.formula, one)
    yield call("routes.terms_at", routes.terms_at, at, total)
    direct = at | {"name": "y", "route": routes.terms_at(run, back, "y", 0)[0]}
    yield call("routes.with_numbers", routes.with_numbers, direct)
    yield call(
        "routes.frozen", routes.frozen, at | {"route": route, "epsilon": 0.1}, lambda r: [(r, (H,))]
    )
    yield call("routes.numerical", routes.numerical, at | {"epsilon": 0.1}, lambda r: [(r, (H,))])
    yield call(
        "routes.routes",
        routes.routes,
        way | {"run": run, "gradients": back, "t": 0},
        lambda r: [(sum(way.value for way in r), (H, H))],
        ["run None", "gradients None"],
    )


CALLS = (rnn_calls, lstm_calls, fast_calls, dense_calls, loss_calls, optimizer_calls)
CALLS += (gradient_calls, interop_calls, task_calls, other_calls, cell_calls, route_calls)


# What does not fit, by the kind of argument.

ARRAY = {
    "rank": lambda v: v[None],
    "size": lambda v: np.concatenate([v, v[..., :1]], axis=-1),
    "empty": lambda v: v[..., :0],
    "nan": lambda v: np.where(np.arange(v.size).reshape(v.shape) == v.size - 1, np.nan, v),
    "inf": lambda v: np.where(np.arange(v.size).reshape(v.shape) == 0, np.inf, v),
    "ragged": lambda v: [[1.0], [1.0, 2.0]],
    "words": lambda v: v.astype(str),
    "complex": lambda v: v + 0j,
    "truth": lambda v: v > 0,
    "dtype": lambda v: v.astype(np.float32 if v.dtype == np.float64 else np.float64),
    "None": lambda v: None,
}
LABELS = {name: ARRAY[name] for name in ("rank", "size", "ragged", "words", "truth", "None")}
LABELS |= {
    "real": lambda v: v.astype(float),
    "negative": lambda v: v - v.min() - 1,
    "too large": lambda v: v + 6,
}
WHOLE = {"None": None, "words": "1", "real": 1.5, "nan": np.nan, "negative": -1, "truth": True}
WHOLE |= {"list": [1]}
REAL = {"None": None, "words": "1", "nan": np.nan, "inf": np.inf, "negative": -1.0, "truth": True}
REAL |= {"list": [1.0], "complex": 1j}
WORD = {"None": None, "number": 3, "word": "no such word", "list": ["tanh"]}
THING = {"None": None, "number": 3, "object": SimpleNamespace()}
DISAGREEMENTS = ("rank", "size", "dtype", "another")  # of two arguments: either may be named


def faults(argument, value, wrong):
    """Yield the name of each fault of an argument, and the value that has it."""
    match value:
        case np.ndarray():
            kinds = LABELS if value.dtype.kind == "i" else ARRAY
            found = {name: make(value) for name, make in kinds.items()}
        case int():
            found = WHOLE
        case float():
            found = REAL
        case str():
            found = WORD
        case _:
            found = THING
    yield from found.items()
    if argument in wrong:
        yield from (("another", value) for value in wrong[argument])


@settings(max_examples=20)
@pytest.mark.parametrize("calls", CALLS, ids=lambda calls: calls.__name__)
@given(case=cases())
def test_what_fits_gives_finite_numbers_of_the_documented_shape(calls, case):
    for this in calls(case):
        for value, shape in this.shapes(this.function(**this.given)):
            if not isinstance(shape, tuple):  # a container like another
                assert type(value) is type(shape), this.name
                pairs = zip(arrays(value), arrays(shape), strict=True)
                found = [(one, other.shape) for (_, one), (_, other) in pairs]
            else:
                found = [(value, shape)]
            for one, expected in found:
                assert np.shape(one) == expected, this.name
                assert np.isfinite(one).all(), this.name
                own = isinstance(one, np.ndarray) and calls not in (task_calls, other_calls)
                assert not own or one.dtype == case.dtype, this.name


@settings(max_examples=4)
@pytest.mark.parametrize("calls", CALLS, ids=lambda calls: calls.__name__)
@given(case=cases())
def test_what_does_not_fit_is_named(calls, case):
    for this in calls(case):
        for argument, value in this.given.items():
            for fault, bad in faults(argument, value, this.wrong):
                if f"{argument} {fault}" in this.fine:
                    continue
                named = this.given if fault in DISAGREEMENTS else (argument,)
                words = rf"(?<!\w)({'|'.join(map(re.escape, named))})(?!\w)"
                found = complaint(this, argument, bad)
                assert re.search(words, found), f"{this.name}, {argument}: {fault}: {found}"


def complaint(this, argument, value):
    try:
        this.function(**(this.given | {argument: value}))
    except (ValueError, TypeError) as error:
        return str(error)
    return "no error"


@given(cases())
def test_activations_are_finite_and_keep_shape_and_dtype(case):
    a = case.draw(case.T, case.H)
    for g in activations.ACTIVATIONS.values():
        for function in g:
            value = function(a)
            assert (value.shape, value.dtype) == (a.shape, a.dtype)
            assert np.isfinite(value).all()


@given(cases())
def test_a_step_is_finite_and_keeps_shape_and_dtype(case):
    x, h, c = case.draw(case.D), case.draw(case.H), case.draw(case.H)
    a, h_next, o = rnn.step(case.rnn(), x, h, case.g)
    for value, size in ((a, case.H), (h_next, case.H), (o, case.K)):
        assert (value.shape, value.dtype) == ((size,), case.dtype)
    for value in lstm.step(case.lstm(), x, h, c):
        assert (value.shape, value.dtype) == ((case.H,), case.dtype)
        assert np.isfinite(value).all()
