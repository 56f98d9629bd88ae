"""Small LSTM blocks with round numbers that lesson 4 follows from beginning to end.

`counter` is one unit that reads marks: small enough to follow by pencil. `pair` is two units that
hear each other. `days` is two units over the five days of June 2012 that lesson 2 follows; they
were trained to forecast Seattle's weather, then rounded to one decimal.
"""

from typing import NamedTuple

import numpy as np

from lstm_core import data
from lstm_core.checks import Array
from lstm_core.lstm import LSTMParams


class Example(NamedTuple):
    """A block with peepholes, what it reads, and the state before the first step."""

    params: LSTMParams
    X: Array  # (5, D)
    y0: Array  # (H,)
    c0: Array  # (H,)
    inputs: tuple[str, ...]


def counter() -> Example:
    """Return one unit that reads marks, 0 or 1: D = H = 1."""
    params = LSTMParams(
        W=np.array([[[2.0]], [[4.0]], [[1.0]], [[0.5]]]),
        R=np.array([[[0.5]], [[-0.5]], [[0.4]], [[0.3]]]),
        p=np.array([[-0.5], [0.8], [1.0]]),
        b=np.array([[0.0], [-2.0], [2.0], [-1.0]]),
    )
    X = np.array([[1.0], [0.0], [1.0], [1.0], [0.0]])
    return Example(params, X, np.array([0.2]), np.array([0.5]), ("mark",))


def pair() -> Example:
    """Return two units that read two numbers: D = H = 2."""
    W = [
        [[1.0, -0.5], [0.4, 0.8]],
        [[0.6, 1.0], [-0.8, 0.5]],
        [[0.3, -0.4], [0.9, 0.2]],
        [[0.7, 0.1], [-0.3, 0.6]],
    ]
    R = [
        [[0.2, -0.6], [0.5, 0.3]],
        [[-0.4, 0.7], [0.1, -0.5]],
        [[0.6, 0.2], [-0.3, 0.4]],
        [[0.5, -0.2], [0.8, 0.1]],
    ]
    p = np.array([[-0.4, 0.6], [0.5, 0.3], [0.7, -0.8]])
    b = np.array([[0.0, 0.1], [-0.2, 0.0], [1.0, 1.0], [0.2, -0.1]])
    X = np.array([[1.0, 0.0], [0.0, -1.0], [0.5, 0.5], [-1.0, 1.0], [0.3, -0.6]])
    first = np.array([0.1, -0.3]), np.array([0.6, -0.4])
    return Example(LSTMParams(np.array(W), np.array(R), p, b), X, *first, ("first", "second"))


def days() -> Example:
    """Return two units over five days, D = 4, H = 2 (data: NOAA, see lstm_core.data).

    Each quantity is given in spreads from its mean over the four years.
    """
    W = [
        [[-0.3, 0.1, 0.0, -0.8], [0.3, -0.5, -0.2, 0.3]],
        [[-0.8, -0.1, 0.4, -1.1], [0.1, -0.3, 0.3, 0.4]],
        [[0.2, -0.1, 0.2, 0.1], [0.8, -0.2, 0.0, 0.3]],
        [[0.5, 1.2, 1.0, 0.4], [-0.2, -0.1, 0.4, 0.3]],
    ]
    R = [
        [[0.9, 1.0], [0.2, -0.9]],
        [[0.4, 0.9], [-0.3, -0.8]],
        [[0.9, 1.6], [-0.4, -0.7]],
        [[-0.5, 1.7], [1.3, 0.9]],
    ]
    p = np.array([[-1.1, 0.5], [1.6, -0.7], [0.1, 1.0]])
    b = np.array([[0.9, 0.2], [0.1, 0.3], [1.3, 1.1], [0.1, 1.2]])
    weather = data.weather()
    scaled = (weather.values - weather.values.mean(0)) / weather.values.std(0)
    start = int(np.searchsorted(weather.days, np.datetime64("2012-06-21")))
    X = scaled[start : start + 5].round(1)
    params = LSTMParams(np.array(W), np.array(R), p, b)
    return Example(params, X, np.zeros(2), np.zeros(2), weather.names)


EXAMPLES = {
    "one unit, by pencil": counter,
    "two units": pair,
    "two units over real weather": days,
}
