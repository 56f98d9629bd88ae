"""One update of the parameters from their gradient, and the clipping of gradients.

    SGD        θ ← θ − rate ∂J/∂θ
    momentum   v ← momentum · v − rate ∂J/∂θ,  θ ← θ + v        (Polyak, 1964)
    Adam       m ← β₁ m + (1 − β₁) ∂J/∂θ,      s ← β₂ s + (1 − β₂) (∂J/∂θ)²
               θ ← θ − rate m̂ / (√ŝ + ε),      m̂ = m / (1 − β₁ⁿ),  ŝ = s / (1 − β₂ⁿ)
               (Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1)

Each is a pure function (params, gradients, state, *, rate, …) -> (params, state) over any parameter
container. The state before the first update is None; nothing is remembered between calls.
Weight decay and schedules of the rate are left out.

By pencil: the first update of Adam moves every parameter by the rate, whatever its gradient's size.

>>> from lstm_core.dense import DenseParams
>>> params = DenseParams(W=(np.ones((1, 2)),), b=(np.zeros(1),))
>>> gradients = DenseParams(W=(np.array([[1e-3, -1e3]]),), b=(np.zeros(1),))
>>> adam(params, gradients, rate=0.5)[0].W[0].round(4).tolist()
[[0.5, 1.5]]
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array
from lstm_core.parameters import arrays, map_arrays, norm, zeros_like

P = TypeVar("P")


def sgd(params: P, gradients: P, state: None = None, *, rate: float) -> tuple[P, None]:
    """Gradient descent; it needs no state. Raises ValueError or TypeError for a bad argument."""
    rate = _check(params, gradients, rate)
    return map_arrays(lambda theta, g: theta - rate * g, params, gradients), None


def momentum(
    params: P, gradients: P, state: P | None = None, *, rate: float, momentum: float = 0.9
) -> tuple[P, P]:
    """Gradient descent with momentum; the state is the velocity v, a container like params.

    Raises ValueError or TypeError for a bad argument.
    """
    rate, keep = _check(params, gradients, rate), _fraction("momentum", momentum)
    v = zeros_like(params) if state is None else _alike("state", state, params)
    v = map_arrays(lambda v, g: keep * v - rate * g, v, gradients)
    return map_arrays(np.add, params, v), v


class AdamState(NamedTuple):
    """Number of updates so far, and the running means of the gradient and of its square."""

    n: int
    m: Any
    s: Any


def adam(
    params: P,
    gradients: P,
    state: AdamState | None = None,
    *,
    rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[P, AdamState]:
    """Adam. Raises ValueError or TypeError for a bad argument."""
    rate, epsilon = _check(params, gradients, rate), checks.number("epsilon", epsilon, above=0.0)
    beta1, beta2 = _fraction("beta1", beta1), _fraction("beta2", beta2)
    if state is None:
        state = AdamState(0, zeros_like(params), zeros_like(params))
    n = checks.kind("state", state, AdamState).n + 1
    m, s = _alike("state.m", state.m, params), _alike("state.s", state.s, params)
    m = map_arrays(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradients)
    s = map_arrays(lambda s, g: beta2 * s + (1 - beta2) * g**2, s, gradients)

    def update(theta: Array, m: Array, s: Array) -> Array:
        m_hat, s_hat = m / (1 - beta1**n), s / (1 - beta2**n)
        return theta - rate * m_hat / (np.sqrt(s_hat) + epsilon)

    return map_arrays(update, params, m, s), AdamState(n, m, s)


def rounded(optimizer: Callable[..., tuple[P, Any]], decimals: int = 6) -> Callable:
    """Return the optimizer with every parameter rounded after each update.

    The last bits of a sum differ between processors, and hundreds of updates can make another
    network of that. Rounding drops them each time: every machine then trains the same network.
    """
    checks.function("optimizer", optimizer)
    checks.whole("decimals", decimals)

    def update(params: P, gradients: P, state: Any = None, **options: Any) -> tuple[P, Any]:
        params, state = optimizer(params, gradients, state, **options)
        return map_arrays(lambda value: value.round(decimals), params), state

    return update


def clip_by_norm(gradients: P, threshold: float) -> tuple[P, float]:
    """Return g · min(1, threshold/‖g‖) over all numbers together, and ‖g‖ before.

    The direction stays (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent
    neural networks, 2013). Raises ValueError or TypeError for a threshold that is negative or not
    finite, and for what is no container.
    """
    threshold = checks.number("threshold", threshold, least=0.0)
    before = norm(gradients, "gradients")
    if before <= threshold:
        return gradients, before
    return map_arrays(lambda g: g * (threshold / before), gradients), before


def clip_by_value(gradients: P, threshold: float) -> tuple[P, float]:
    """Return every number cut to −threshold … threshold, and ‖g‖ before; the direction may turn.

    Raises as `clip_by_norm` does.
    """
    threshold = checks.number("threshold", threshold, least=0.0)
    before = norm(gradients, "gradients")
    return map_arrays(lambda g: np.clip(g, -threshold, threshold), gradients), before


def _check(params: Any, gradients: Any, rate: float) -> float:
    _alike("gradients", gradients, params)
    return checks.number("rate", rate, least=0.0)


def _alike(name: str, value: P, params: P) -> P:
    """Return `value` if it is a container of the type and shapes of `params`."""
    expected = {part: array.shape for part, array in arrays(params)}
    found = {part: array.shape for part, array in arrays(checks.kind(name, value, type(params)))}
    for part in expected | found:
        if found.get(part) != expected.get(part):
            raise ValueError(
                f"{name}.{part} has shape {found.get(part)}, expected {expected.get(part)}"
            )
    return value


def _fraction(name: str, value: float) -> float:
    if checks.number(name, value, least=0.0) >= 1.0:
        raise ValueError(f"{name} is {value}, expected less than 1")
    return float(value)


OPTIMIZERS = {"sgd": sgd, "momentum": momentum, "adam": adam}
