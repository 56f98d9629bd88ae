"""Semantic vectors: a net trained on the digits, and nearest neighbours with and without it.

The hidden layer h of a trained net is a vector in which images of one meaning lie close together.
`neighbour_accuracy` measures how often the nearest neighbour is right, in pixels or in h, among all
known images or only a few per class. Training is deterministic; it never sees the asked images.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core import checks, data, dense, models, tasks
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.training import train

TRAINED_ON, HIDDEN, EPOCHS, BATCH, RATE = 1200, 32, 30, 50, 0.005


class Split(NamedTuple):
    """The digits as vectors: those the net is trained on, and those it is asked about."""

    known: Array  # (1200, 64)
    known_labels: NDArray[np.integer]
    asked: Array  # (597, 64)
    asked_labels: NDArray[np.integer]


@cache
def split() -> Split:
    """Return the digits, the first 1200 apart from the rest."""
    images, labels = data.digits()
    X, n = images.reshape(len(images), -1), TRAINED_ON
    return Split(X[:n], labels[:n], X[n:], labels[n:])


@cache
def trained() -> tuple[DenseParams, ...]:
    """Train a net 64 → 32 → 10 and return its parameters before, and after each of 30 epochs."""
    known, labels, *_ = split()
    rng = np.random.default_rng(1)
    net = models.dense_model(dense.init([64, HIDDEN, 10], rng), "softmax_cross_entropy")
    per_epoch = TRAINED_ON // BATCH
    batches = tasks.minibatches((known, labels), BATCH, rng)
    records = train(net, batches, steps=EPOCHS * per_epoch, rate=RATE)
    return (net.params, *(record.params for record in records if record.step % per_epoch == 0))


def hidden(params: DenseParams, X: Array) -> Array:
    """Return the semantic vectors h (N, 32) of images X (N, 64)."""
    return dense.forward(params, X).h[0]


def distances(asked: Array, known: Array) -> Array:
    """Return the Euclidean distance of every asked vector (N, D) to every known one (M, D)."""
    asked = checks.array("asked", asked, ("N", "D"))
    known = checks.array("known", known, ("M", asked.shape[1]))
    squares = (asked**2).sum(1)[:, None] + (known**2).sum(1) - 2.0 * asked @ known.T
    return np.sqrt(np.maximum(squares, 0.0))


@cache
def galleries(per_class: int, draws: int = 10) -> tuple[NDArray[np.integer], ...]:
    """Return which known images may be neighbours: `per_class` of each digit, drawn ten times.

    0 stands for all of them, and then there is one gallery.
    """
    labels = split().known_labels
    if not per_class:
        return (np.arange(len(labels)),)
    rng = np.random.default_rng(2)
    places = [np.flatnonzero(labels == digit) for digit in range(10)]
    return tuple(
        np.concatenate([rng.choice(place, per_class, replace=False) for place in places])
        for _ in range(draws)
    )


def neighbour_accuracy(apart: Array, per_class: int) -> float:
    """Return how often the nearest neighbour has the right label, averaged over the galleries.

    `apart` (597, 1200) holds the distances of all asked images to all known ones.
    """
    _, known_labels, _, asked_labels = split()
    found = [known_labels[rows][apart[:, rows].argmin(1)] for rows in galleries(per_class)]
    return float(np.mean(np.stack(found) == asked_labels))


@cache
def learning_curve(per_class: int) -> Array:
    """Return the accuracy of neighbours in the hidden layer, before and after each epoch (31,)."""
    return np.array(
        [neighbour_accuracy(hidden_distances(epoch), per_class) for epoch in range(EPOCHS + 1)]
    )


@cache
def pixel_distances() -> Array:
    """Return the distances of all asked images to all known ones, in pixels."""
    known, _, asked, _ = split()
    return distances(asked, known)


@cache
def hidden_distances(epoch: int) -> Array:
    """Return the same distances in the hidden layer after `epoch` epochs of training."""
    known, _, asked, _ = split()
    params = trained()[epoch]
    return distances(hidden(params, asked), hidden(params, known)).astype(np.float32)
