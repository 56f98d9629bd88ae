"""Small examples with round numbers that lessons and pictures follow from beginning to end.

`rainy_days` is five measured days and a network of three hidden units that was trained on four
years of the same weather and then rounded to one decimal: small enough to follow by pencil, and
right about tomorrow on 71 of 100 days all the same. `three_layers` is a dense net for the errors
and routes of back propagation.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.rnn import RNNParams


class RainyDays(NamedTuple):
    """Five days in Seattle, and a network that guesses whether it rains on the day after."""

    params: RNNParams  # D = 2, H = 3, K = 2
    h0: Array  # (3,) what the network remembers of the days before
    X: Array  # (5, 2): highest temperature − 15 °C in tens of degrees, precipitation in cm
    labels: NDArray[np.integer]  # (5,) 0: dry tomorrow, 1: rain tomorrow
    days: NDArray[np.datetime64]  # (5,)
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def rainy_days() -> RainyDays:
    """Return the example of lesson 2 (data: NOAA, see lstm_core.data)."""
    params = RNNParams(
        U=np.array([[0.3, -0.7], [0.1, 1.0], [-0.7, 1.1]]),
        W=np.array([[0.4, 0.4, -0.4], [-0.8, -0.2, 0.2], [-0.6, -0.3, -0.7]]),
        V=np.array([[0.0, -0.5, -0.6], [-0.2, 0.7, 0.4]]),
        b=np.array([-0.1, -0.2, 0.1]),
        c=np.array([0.3, -0.3]),
    )
    X = np.array([[0.9, 0.0], [-0.1, 1.6], [0.1, 0.9], [0.4, 0.0], [0.4, 0.1]])
    days = np.arange("2012-06-21", "2012-06-26", dtype="datetime64[D]")
    labels = np.array([1, 1, 0, 1, 0])
    h0 = np.array([0.3, 0.0, -0.3])
    return RainyDays(params, h0, X, labels, days, ("warmth", "rain"), ("dry", "wet"))


class ThreeLayers(NamedTuple):
    """A dense net 2 → 3 → 3 → 2 for tanh, one input and its target."""

    params: DenseParams
    x: Array  # (2,)
    target: Array  # (2,)


def three_layers() -> ThreeLayers:
    """Return the dense net of lesson 2; its weights are made up."""
    W = (
        np.array([[0.8, -0.5], [-0.4, 0.9], [0.6, 0.7]]),
        np.array([[0.9, -0.6, 0.3], [0.5, 0.8, -0.7], [-0.4, 0.3, 0.9]]),
        np.array([[0.7, -0.8, 0.5], [0.6, 0.4, -0.9]]),
    )
    b = (np.array([0.1, 0.0, -0.2]), np.array([0.0, 0.2, -0.1]), np.array([0.1, -0.1]))
    return ThreeLayers(DenseParams(W, b), np.array([0.9, -0.4]), np.array([-0.3, 0.8]))
