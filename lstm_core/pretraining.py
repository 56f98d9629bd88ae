"""Layer-wise pre-training: each layer first learns to give back what it was given.

    h_l = σ(W_l h_{l-1} + b_l)            the encoder, which is kept
    ĥ_{l-1} = σ(W' h_l + b')              a decoder, thrown away afterwards
    J = cross entropy of ĥ_{l-1} and h_{l-1}

One layer after the other, from the inputs up; then the whole net is trained for its task from
where the encoders stand (Bengio, Lamblin, Popovici and Larochelle, Greedy layer-wise training of
deep networks, 2007; with Boltzmann machines in place of auto-encoders: Hinton and Salakhutdinov,
Reducing the dimensionality of data with neural networks, 2006). Inputs must lie between 0 and 1.
"""

from collections.abc import Iterator

import numpy as np

from lstm_core import checks, dense
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.models import dense_model
from lstm_core.optimizers import adam
from lstm_core.training import Record, train

BATCH = 32


def pretrain(
    params: DenseParams, X: Array, rng: np.random.Generator, *, steps: int, rate: float = 0.003
) -> Iterator[Record]:
    """Train each hidden layer of `params` as an auto-encoder on X (N, D), `steps` updates each.

    Yields a Record per update: its loss is that of giving back, its params are the whole net, with
    the encoders learnt so far. Raises ValueError or TypeError for arguments that do not fit.
    """
    checks.kind("params", params, DenseParams)
    X = checks.array("X", X, ("N", params.W[0].shape[1]))
    if X.min() < 0 or X.max() > 1:
        raise ValueError(f"X runs from {X.min():g} to {X.max():g}, expected 0 to 1")
    steps = checks.whole("steps", steps)
    return layer_by_layer(params, X, rng, steps, rate)


def layer_by_layer(
    params: DenseParams, h: Array, rng: np.random.Generator, steps: int, rate: float
) -> Iterator[Record]:
    """Train layer after layer; each learns on what the one before makes of the inputs."""
    for n in range(len(params.W) - 1):
        done = n * steps
        for record in auto_encoder(params, n, h, rng, steps, rate):
            params = _with_layer(params, n, record.params)
            yield record._replace(step=done + record.step, params=params)
        h = dense.forward(record.params, h, "sigmoid").h[0]


def auto_encoder(
    params: DenseParams, n: int, h: Array, rng: np.random.Generator, steps: int, rate: float
) -> Iterator[Record]:
    """Train layer n as the encoder of h, with a new layer that gives h back."""
    back = dense.init([len(params.b[n]), h.shape[1]], rng)
    both = DenseParams((params.W[n], *back.W), (params.b[n], *back.b))
    model = dense_model(both, "sigmoid_cross_entropy", "sigmoid")
    return train(model, _batches(h, rng), steps=steps, optimizer=adam, rate=rate)


def _batches(h: Array, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    while True:
        chosen = h[rng.integers(len(h), size=BATCH)]
        yield chosen, chosen


def _with_layer(params: DenseParams, n: int, learnt: DenseParams) -> DenseParams:
    """Return the net with layer n replaced by the encoder learnt."""
    W, b = list(params.W), list(params.b)
    W[n], b[n] = learnt.W[0], learnt.b[0]
    return DenseParams(tuple(W), tuple(b))
