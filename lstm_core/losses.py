"""Losses J^(t), and the errors δo^(t) = ∂J^(t)/∂o^(t) that start every backward pass.

    soft-max with cross entropy   J = −log ŷ_label      ŷ = softmax(o)   δo = ŷ − one-hot(label)
    squared error                 J = ½ Σ_k (o − target)²    ŷ = o       δo = o − target
    sigmoid with cross entropy    J = −Σ_k target log ŷ + (1 − target) log(1 − ŷ)
                                  ŷ = σ(o)                               δo = ŷ − target

All three take the pre-activation o: only so the logarithm never meets a rounded 0. The loss of a
whole sequence is J = Σ_t J^(t); sums and means over steps or samples are the caller's. Any axes
may stand before the last, K: (T, K), (T, B, K), or (N, K) for the samples of a dense net.

By pencil: with o = (ln 3, 0) the soft-max is (3/4, 1/4).

>>> J, do = softmax_cross_entropy(np.log([[3.0, 1.0]]), [1])
>>> [round(float(value), 12) for value in (np.exp(-J[0]), *do[0])]
[0.25, 0.75, -0.75]
"""

import numpy as np

from lstm_core import checks
from lstm_core.activations import sigmoid, softmax
from lstm_core.checks import Array


def softmax_cross_entropy(o: Array, labels: Array) -> tuple[Array, Array]:
    """Return J (T,) and δo (T, K) for o (T, K) and whole labels (T,) from 0 to K − 1.

    Raises ValueError or TypeError for arguments that do not fit, and labels out of range.
    """
    o = checks.array("o", o, (..., "K"))
    labels = checks.labels("labels", labels, o.shape[:-1], o.shape[-1])
    labels = labels[..., None]
    shifted = o - o.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))
    J = log_sum - np.take_along_axis(shifted, labels, -1)[..., 0]  # −log ŷ_label
    do = softmax(o)
    np.put_along_axis(do, labels, np.take_along_axis(do, labels, -1) - 1, -1)
    return J, do


def squared_error(o: Array, targets: Array) -> tuple[Array, Array]:
    """Return J = ½ Σ_k (o_k − target_k)² (T,) and δo (T, K); the half makes δo = o − target.

    Raises ValueError or TypeError for arguments that do not fit, and where J overflows.
    """
    o, targets = _pair(o, targets)
    with np.errstate(over="ignore"):  # reported below, with the place
        do = o - targets
        J = 0.5 * (do**2).sum(axis=-1)
    return checks.finite("J", J), do


def sigmoid_cross_entropy(o: Array, targets: Array) -> tuple[Array, Array]:
    """Return J (T,) and δo (T, K) for o (T, K) and targets (T, K) from 0 to 1, each output alone.

    −log σ(o) = log(1 + exp(−o)) is taken as max(−o, 0) + log(1 + exp(−|o|)), which cannot overflow.
    Raises ValueError or TypeError for arguments that do not fit, and targets out of range.
    """
    o, targets = _pair(o, targets)
    if targets.min() < 0 or targets.max() > 1:
        raise ValueError(f"targets run from {targets.min()} to {targets.max()}, expected 0 to 1")
    J = np.maximum(o, 0) - o * targets + np.log1p(np.exp(-np.abs(o)))
    return J.sum(axis=-1), sigmoid(o) - targets


def _pair(o: Array, targets: Array) -> tuple[Array, Array]:
    o = checks.array("o", o, (..., "K"))
    targets = checks.array("targets", targets, o.shape)
    return o, checks.same_dtype("targets", targets, o.dtype)


LOSSES = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "squared_error": squared_error,
    "sigmoid_cross_entropy": sigmoid_cross_entropy,
}
