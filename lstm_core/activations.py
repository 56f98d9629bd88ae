"""Activation functions, their derivatives, and the soft-max.

Every derivative is a function of the *pre-activation* a, as in g'(a). Taking it of the activated
value, g'(g(a)), is a classic mistake; the two names a and h keep them apart here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array


class Activation(NamedTuple):
    """A function g and its derivative g', both element by element on arrays of any shape."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def sigmoid(a: Array) -> Array:
    """Return σ(a) = 1 / (1 + exp(−a)), written with tanh so that no a overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(a)))


def d_sigmoid(a: Array) -> Array:
    """Return σ'(a) = σ(a) (1 − σ(a))."""
    return sigmoid(a) * (1.0 - sigmoid(a))


def d_tanh(a: Array) -> Array:
    """Return tanh'(a) = 1 − tanh²(a)."""
    return 1.0 - np.tanh(a) ** 2


def relu(a: Array) -> Array:
    """Return max(a, 0)."""
    return np.maximum(a, 0)


def d_relu(a: Array) -> Array:
    """Return 1 where a > 0, else 0 (at the corner a = 0 the convention is 0)."""
    return (np.asarray(a) > 0).astype(np.asarray(a).dtype)


def identity(a: Array) -> Array:
    """Return a."""
    return a


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, d_tanh),
    "sigmoid": Activation(sigmoid, d_sigmoid),
    "relu": Activation(relu, d_relu),
    "identity": Activation(identity, np.ones_like),
}


def activation(name: str, argument: str = "g") -> Activation:
    """Return the activation called `name`; ValueError (naming `argument`) for an unknown one."""
    return ACTIVATIONS[checks.choice(argument, name, ACTIVATIONS)]


def softmax(o: Array) -> Array:
    """Return exp(o) / Σ exp(o) over the last axis, shifted by its maximum so none overflows."""
    shifted = np.exp(o - np.max(o, axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


OUTPUTS = {"softmax": softmax, "identity": identity, "sigmoid": sigmoid}
