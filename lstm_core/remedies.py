"""What let deep dense nets train without pre-training: batch normalisation and dropout.

For each hidden layer l, over a batch of N samples (N, n_l):

    a_l = W_l h_{l-1} + b_l
    â_l = (a_l − mean a_l) / √(variance a_l + ε)      batch normalisation, unit by unit over the
    ã_l = gain_l ⊙ â_l + shift_l                      batch (Ioffe and Szegedy, 2015)
    h_l = g(ã_l) ⊙ m_l / keep                         dropout: m_l is 1 with probability keep,
                                                      else 0 (Srivastava et al., 2014)

    δã_l = g'(ã_l) ⊙ m_l / keep ⊙ δh_l
    δâ_l = gain_l ⊙ δã_l
    δa_l = (δâ_l − mean δâ_l − â_l ⊙ mean(δâ_l ⊙ â_l)) / √(variance a_l + ε)

Without normalisation gains and shifts are empty and ã = a; without dropout the masks are None.
Masks already divided by keep come with the batch: nothing here draws random numbers. When the net
is used, masks are None and mean and variance are those of the training set (`statistics`).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import activation
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.losses import LOSSES
from lstm_core.models import Model

EPSILON = 1e-5


@dataclass(frozen=True, eq=False)
class DeepParams:
    """A dense net, and gain and shift of each hidden layer (none: no normalisation).

    Raises ValueError or TypeError where layers, shapes or dtypes disagree.
    """

    dense: DenseParams
    gain: tuple[Array, ...] = ()  # (n_l,)
    shift: tuple[Array, ...] = ()  # (n_l,)

    def __post_init__(self) -> None:
        hidden = checks.kind("dense", self.dense, DenseParams).b[:-1]
        if len(self.gain) not in (0, len(hidden)) or len(self.gain) != len(self.shift):
            found = f"{len(self.gain)} and {len(self.shift)}"
            raise ValueError(f"gain and shift have {found} layers, expected {len(hidden)} or none")
        for name in ("gain", "shift"):
            for n, (value, b) in enumerate(zip(getattr(self, name), hidden, strict=False)):
                value = checks.array(f"{name}[{n}]", value, b.shape)
                checks.same_dtype(f"{name}[{n}]", value, b.dtype)


class DeepRun(NamedTuple):
    """All values of one forward pass, hidden layer by hidden layer, each (N, n_l)."""

    h: tuple[Array, ...]  # h_0 = x, h_1 … h_{L-1}
    a_hat: tuple[Array, ...]  # normalised (or, without normalisation, a itself)
    a_tilde: tuple[Array, ...]
    spread: tuple[Array, ...]  # √(variance + ε), (n_l,)
    masks: tuple[Array, ...] | None
    o: Array
    g: str


def normalised(params: DenseParams) -> DeepParams:
    """Return the net with batch normalisation: gains 1, shifts 0."""
    hidden = params.b[:-1]
    return DeepParams(params, tuple(map(np.ones_like, hidden)), tuple(map(np.zeros_like, hidden)))


def masks(
    params: DenseParams, samples: int, keep: float, rng: np.random.Generator
) -> tuple[Array, ...]:
    """Draw m_l / keep for every hidden layer, each (samples, n_l); keep is more than 0, at most 1.

    Raises ValueError or TypeError for a bad argument.
    """
    samples, keep = checks.whole("samples", samples), checks.number("keep", keep, above=0.0)
    if keep > 1:
        raise ValueError(f"keep is {keep:g}, expected at most 1")
    checks.kind("rng", rng, np.random.Generator)
    return tuple((rng.random((samples, len(b))) < keep) / keep for b in params.b[:-1])


def forward(
    params: DeepParams,
    X: Array,
    g: str,
    masks: tuple[Array, ...] | None = None,
    statistics: tuple[tuple[Array, Array], ...] | None = None,
) -> DeepRun:
    """Run the net over samples X (N, D); statistics: (mean, spread) of each layer, to use it.

    Raises ValueError or TypeError for parameters, samples or masks that do not fit.
    """
    net, function = checks.kind("params", params, DeepParams).dense, activation(g).function
    X = checks.array("X", X, ("N", net.W[0].shape[1]))
    if masks is not None:
        for n, b in enumerate(net.b[:-1]):
            checks.array(f"masks[{n}]", masks[n], (len(X), len(b)))
    h, a_hat, a_tilde, spread = [X], [], [], []
    for n in range(len(net.W) - 1):
        a = h[n] @ net.W[n].T + net.b[n]
        mean, size = np.zeros(1), np.ones(1)
        if params.gain:
            mean, size = statistics[n] if statistics else moments(a)
        a_hat.append((a - mean) / size)
        a_tilde.append(params.gain[n] * a_hat[n] + params.shift[n] if params.gain else a)
        spread.append(size)
        h.append(function(a_tilde[n]) * (1.0 if masks is None else masks[n]))
    o = h[-1] @ net.W[-1].T + net.b[-1]
    kept = (tuple(values) for values in (h, a_hat, a_tilde, spread))
    return DeepRun(*kept, masks, checks.finite("o", o), g)


def moments(a: Array) -> tuple[Array, Array]:
    """Return mean and √(variance + ε) of each unit over the samples."""
    return a.mean(axis=0), np.sqrt(a.var(axis=0) + EPSILON)


def backward(params: DeepParams, run: DeepRun, do: Array) -> DeepParams:
    """Return ∂J/∂θ, summed over the samples, from the error of the last layer δo (N, K)."""
    net, g_prime = params.dense, activation(run.g).derivative
    dW, db = [do.T @ run.h[-1]], [do.sum(0)]
    d_gain, d_shift = [], []
    da = do
    for n in reversed(range(len(net.W) - 1)):
        dh = da @ net.W[n + 1]
        da = g_prime(run.a_tilde[n]) * dh * (1.0 if run.masks is None else run.masks[n])
        if params.gain:
            d_gain.append((da * run.a_hat[n]).sum(0))
            d_shift.append(da.sum(0))
            d_hat = params.gain[n] * da
            along = run.a_hat[n] * (d_hat * run.a_hat[n]).mean(0)
            da = (d_hat - d_hat.mean(0) - along) / run.spread[n]
        dW.append(da.T @ run.h[n])
        db.append(da.sum(0))
    gradient = DenseParams(tuple(dW[::-1]), tuple(db[::-1]))
    return DeepParams(gradient, tuple(d_gain[::-1]), tuple(d_shift[::-1]))


def statistics(params: DeepParams, X: Array, g: str) -> tuple[tuple[Array, Array], ...] | None:
    """Return (mean, spread) of each hidden layer over X, with which a trained net is used."""
    if not params.gain:
        return None
    run = forward(params, X, g)
    means = [h @ W.T + b for h, W, b in zip(run.h, params.dense.W, params.dense.b, strict=True)]
    return tuple(moments(a) for a in means[:-1])


def deep_model(params: DeepParams, loss: str, g: str) -> Model:
    """Return the model for `training.train`; a batch is (X, targets) or (X, targets, masks)."""
    checks.kind("params", params, DeepParams)
    judge = LOSSES[checks.choice("loss", loss, LOSSES)]

    def loss_and_gradients(params: DeepParams, batch: Any) -> tuple[float, DeepParams]:
        run = forward(params, batch[0], g, *batch[2:])
        J, do = judge(run.o, batch[1])
        return float(J.mean()), backward(params, run, do / J.size)

    return Model(params, lambda params, X: forward(params, X, g).o, loss_and_gradients)
