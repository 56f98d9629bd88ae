"""What `training` trains: parameters, and the loss and gradient of one batch, as one small tuple.

A batch is (X, targets). Sequences are X (T, D), or X (T, B, D) for B of them; the S last steps are
judged, where S = len(targets): targets (S, B, K) real, or (S, B) class numbers. S = 1 is
many-to-one, S = T is many-to-many in step. Samples of a dense net are X (N, D).

The loss of a batch is the mean over its sequences (samples) of J = Σ_t J^(t).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks, dense, rnn
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.losses import LOSSES
from lstm_core.rnn import RNNParams


class Model(NamedTuple):
    """First parameters, and two pure functions of parameters and data."""

    params: Any
    outputs: Callable[[Any, Array], Array]  # (params, X) -> o, at every step
    loss_and_gradients: Callable[[Any, Any], tuple[float, Any]]  # (params, batch) -> (J, ∂J/∂θ)


def dense_model(params: DenseParams, loss: str, g: str = "tanh") -> Model:
    """Return the model of a dense net; loss: one of the names in `losses.LOSSES`."""
    checks.kind("params", params, DenseParams)
    judge = LOSSES[checks.choice("loss", loss, LOSSES)]

    def loss_and_gradients(params: DenseParams, batch: Any) -> tuple[float, DenseParams]:
        X, targets = _pair(batch)
        run = dense.forward(params, X, g)
        J, do = judge(run.o, targets)
        return float(J.mean()), dense.backward(params, run, do / J.size).params

    return Model(params, lambda params, X: dense.forward(params, X, g).o, loss_and_gradients)


def rnn_model(params: RNNParams, loss: str, g: str = "tanh", window: int | None = None) -> Model:
    """Return the model of a simple RNN on one sequence; window: of truncated BPTT."""
    checks.kind("params", params, RNNParams)
    judge = LOSSES[checks.choice("loss", loss, LOSSES)]

    def loss_and_gradients(params: RNNParams, batch: Any) -> tuple[float, RNNParams]:
        X, targets = _pair(batch)
        run = rnn.forward(params, X, g=g, f="identity")
        J, do = _last_steps(judge, run.o, targets)
        return float(J.sum()), rnn.backward(params, run, do, window=window).params

    return Model(params, lambda params, X: rnn.forward(params, X, g=g).o, loss_and_gradients)


def _pair(batch: Any) -> tuple[Any, Any]:
    if not isinstance(batch, tuple) or len(batch) < 2 or not np.iterable(batch[1]):
        raise TypeError(f"batch is a {type(batch).__name__}, expected a tuple (X, targets)")
    return batch[:2]


def _last_steps(judge: Callable, o: Array, targets: Any) -> tuple[Array, Array]:
    """Return J of the judged steps, the last len(targets), and δo of all steps."""
    S = len(targets)
    do = np.zeros_like(o)
    J, do[-S:] = judge(o[-S:], targets)
    return J, do
