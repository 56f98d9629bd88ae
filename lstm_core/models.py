"""What `training` trains: parameters, and the loss and gradient of one batch, as one small tuple.

A batch is (X, targets). Sequences are X (T, B, D), or X (T, D) for a single one; the S last steps
are judged, where S = len(targets): targets (S, B, K) real, or (S, B) class numbers, without B for a
single sequence. S = 1 is many-to-one, S = T is many-to-many in step. Samples of a dense net are
X (N, D). The loss of a batch is the mean over its sequences (samples) of J = Σ_t J^(t).

Batches run in `fast`; a single sequence through a simple RNN runs in `rnn`, the paper's form.

Without forget gate, f = σ(f̄) is held at exactly 1 by a bias so large that σ rounds to 1: then σ' is
exactly 0, so is every gradient of the gate, and no update moves it. Without peepholes, p is 0 and
its gradient is taken as 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks, dense, fast, lstm, rnn
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.losses import LOSSES
from lstm_core.lstm import LSTMParams
from lstm_core.rnn import RNNParams

FOR = 2  # the forget gate's place in the order z, in, for, out
ALWAYS_OPEN = 1000.0  # a bias that makes f = 1 whatever the rest of f̄, and σ'(f̄) = 0


class Model(NamedTuple):
    """First parameters, and two pure functions of parameters and data."""

    params: Any
    outputs: Callable[[Any, Array], Array]  # (params, X) -> o, at every step
    loss_and_gradients: Callable[[Any, Any], tuple[float, Any]]  # (params, batch) -> (J, ∂J/∂θ)


@dataclass(frozen=True, eq=False)
class LSTMNet:
    """An LSTM block and its readout o^(t) = c + V y^(t). Also the type of their gradient.

    Raises ValueError or TypeError where shapes disagree, a number is not finite, or dtypes differ.
    """

    lstm: LSTMParams
    V: Array  # (K, H)
    c: Array  # (K,)

    def __post_init__(self) -> None:
        checks.kind("lstm", self.lstm, LSTMParams)
        V = checks.array("V", self.V, ("K", self.lstm.W.shape[1]))
        c = checks.array("c", self.c, (len(V),))
        for name, value in {"V": V, "c": c}.items():
            object.__setattr__(self, name, checks.same_dtype(name, value, self.lstm.W.dtype))


def init_lstm(
    D: int, H: int, K: int, rng: np.random.Generator, *, forget_gate: bool = True, **options: Any
) -> LSTMNet:
    """Draw an LSTM block (options as in `lstm.init`) and its readout: V N(0, 1/H), c zero.

    Without `forget_gate` the net keeps f = 1 in training, see above.
    """
    block, K = lstm.init(D, H, rng, **options), checks.whole("K", K)
    if not forget_gate:
        W, R, p, b = (getattr(block, name).copy() for name in "WRpb")
        W[FOR] = R[FOR] = 0
        p[1] = 0  # p has no z: the order is in, for, out
        b[FOR] = ALWAYS_OPEN
        block = LSTMParams(W, R, p, b)
    V = (rng.standard_normal((K, H)) / H**0.5).astype(block.W.dtype)
    return LSTMNet(block, V, np.zeros(K, V.dtype))


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
    """Return the model of a simple RNN; window: of truncated BPTT, for single sequences only."""
    checks.kind("params", params, RNNParams)
    judge = LOSSES[checks.choice("loss", loss, LOSSES)]

    def forward(params: RNNParams, X: Array) -> Any:
        run = rnn.forward if np.ndim(X) < 3 else fast.rnn_forward
        return run(params, X, g=g, f="identity")

    def loss_and_gradients(params: RNNParams, batch: Any) -> tuple[float, RNNParams]:
        X, targets = _pair(batch)
        run = forward(params, X)
        J, do = _last_steps(judge, run.o, targets)
        if do.ndim == 2:
            return J, rnn.backward(params, run, do, window=window).params
        if window is not None:
            raise ValueError(f"X has shape {np.shape(X)}, expected (T, D) with a window")
        return J, fast.rnn_backward(params, run, do).params

    return Model(params, lambda params, X: forward(params, X).o, loss_and_gradients)


def lstm_model(params: LSTMNet, loss: str, peepholes: bool = False) -> Model:
    """Return the model of an LSTM with readout; without `peepholes` training leaves p at 0."""
    checks.kind("params", params, LSTMNet)
    judge = LOSSES[checks.choice("loss", loss, LOSSES)]
    if not peepholes and params.lstm.p.any():
        raise ValueError("params.lstm.p is not zero, expected zeros without peepholes")

    def forward(params: LSTMNet, X: Array) -> tuple[Any, Array]:
        run = fast.lstm_forward(params.lstm, np.asarray(X)[:, None] if np.ndim(X) == 2 else X)
        o = run.y @ params.V.T + params.c
        return run, o[:, 0] if np.ndim(X) == 2 else o

    def loss_and_gradients(params: LSTMNet, batch: Any) -> tuple[float, LSTMNet]:
        X, targets = _pair(batch)
        run, o = forward(params, X)
        J, do = _last_steps(judge, o, targets)
        do = do.reshape(*run.y.shape[:2], -1)
        block = fast.lstm_backward(params.lstm, run, do @ params.V).params
        if not peepholes:
            block = replace(block, p=np.zeros_like(block.p))
        return J, LSTMNet(block, np.tensordot(do, run.y, ((0, 1), (0, 1))), do.sum((0, 1)))

    return Model(params, lambda params, X: forward(params, X)[1], loss_and_gradients)


def _pair(batch: Any) -> tuple[Any, Any]:
    if not isinstance(batch, tuple) or len(batch) < 2:
        raise TypeError(f"batch is a {type(batch).__name__}, expected a tuple (X, targets)")
    return batch[:2]


def _last_steps(judge: Callable, o: Array, targets: Any) -> tuple[float, Array]:
    """Return J, the mean over sequences, and δo of all steps; the last len(targets) are judged."""
    if not np.iterable(targets):
        raise TypeError(f"targets is {targets!r}, expected an array with one row per judged step")
    S, B = len(targets), 1 if o.ndim == 2 else o.shape[1]
    J, do_S = judge(o[-S:], targets)
    do = np.zeros_like(o)
    do[-S:] = do_S / B
    return float(J.sum()) / B, do
