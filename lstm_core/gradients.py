"""Numerical differentiation, and checks of gradients against it.

    ∂J/∂θ_k ≈ (J(θ + ε e_k) − J(θ − ε e_k)) / 2ε        the central difference

Its error is of order ε². The same with 2ε has four times that error, so (4 · first − second) / 3
is free of it (Richardson, 1911): with ε = 7e-4 some 12 digits are right instead of 10.

>>> numerical_gradient(lambda v: float(v @ v), np.array([1.0, -3.0])).round(9).tolist()
[2.0, -6.0]
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from lstm_core import checks, parameters
from lstm_core.checks import Array

P = TypeVar("P")
TOLERANCE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-2}


def numerical_gradient(loss: Callable[[P], float], params: P, *, epsilon: float | None = None) -> P:
    """Differentiate `loss` by every number of `params`, an array or any parameter container.

    `loss` takes what `params` is and returns one finite number; the gradient has the type and
    shapes of `params`. `epsilon` is the step: by default 7e-4, in float32 0.04.
    """
    checks.function("loss", loss)
    vector, rebuild = _flatten(params)
    slopes = [
        _slope(lambda move: _value(loss, rebuild(move)), vector, unit, epsilon)
        for unit in _units(vector)
    ]
    return rebuild(np.array(slopes, vector.dtype))


def numerical_jacobian(
    function: Callable[[Array], Array], x: Array, *, epsilon: float | None = None
) -> Array:
    """Differentiate a function from a vector x (n,) to a vector (m,): the matrix (m, n)."""
    x = checks.array("x", x, ("n",))
    checks.function("function", function)
    columns = [
        _slope(lambda move: checks.array("function(x)", function(move), ("m",)), x, unit, epsilon)
        for unit in _units(x)
    ]
    return np.stack(columns, axis=1)


class Row(NamedTuple):
    """One line of a report: the worst element of one parameter, or the slope along a direction."""

    name: str
    shape: tuple[int, ...]
    index: tuple[int, ...] | None  # None: along a direction
    given: float
    numerical: float
    error: float  # |given − numerical| relative to the largest element of this parameter


@dataclass(frozen=True, repr=False)
class Report:
    """What `check` found. Printed, it is a small table; errors below the tolerance say only so."""

    rows: tuple[Row, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every error is within the tolerance."""
        return self.worst.error <= self.tolerance

    @property
    def worst(self) -> Row:
        """The row with the largest error."""
        return max(self.rows, key=lambda row: row.error)

    def __str__(self) -> str:
        lines = [("parameter", "shape", "error", "" if self.ok else "worst at")]
        for row in self.rows:
            if row.error <= self.tolerance:
                lines.append((row.name, str(row.shape), f"< {self.tolerance:.0e}", ""))
                continue
            where = "" if row.index is None else f"{list(row.index)}: "
            values = f"{where}given {row.given:.4g}, numerical {row.numerical:.4g}"
            lines.append((row.name, str(row.shape), f"{row.error:.2g}", values))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        verdict = "agrees with numerical differentiation"
        if not self.ok:
            wrong = [row.name for row in self.rows[1:] if row.error > self.tolerance]
            where = f"in {', '.join(wrong)}" if wrong else "along the direction tried"
            verdict = f"differs from numerical differentiation {where}"
        return "\n".join([*table, f"The gradient {verdict}."])

    __repr__ = __str__


def check(
    loss: Callable[[P], float],
    params: P,
    gradients: P,
    *,
    tolerance: float | None = None,
    elements: bool = True,
    rng: np.random.Generator | None = None,
    epsilon: float | None = None,
) -> Report:
    """Compare `gradients` with numerical ones of `loss` at `params` (array or container).

    First along one direction through all parameters at once, drawn from `rng` or, without one,
    fixed; then element by element, with the worst of every parameter reported. `elements=False`
    leaves the second part out, for large networks. The tolerance is 1e-6, in float32 1e-2.
    Raises ValueError or TypeError where `gradients` is not shaped like `params`.
    """
    checks.function("loss", loss)
    vector, rebuild = _flatten(params)
    given = _like(params, gradients)
    tolerance = TOLERANCE[vector.dtype] if tolerance is None else tolerance
    tolerance = checks.number("tolerance", tolerance, above=0.0)
    fixed = np.cos(np.arange(1.0, vector.size + 1.0) ** 2)
    direction = fixed if rng is None else rng.standard_normal(vector.size)
    direction = (direction / np.linalg.norm(direction)).astype(vector.dtype)
    slope = float(_slope(lambda v: _value(loss, rebuild(v)), vector, direction, epsilon))
    along = float(given @ direction)
    size = max(abs(slope), 1e-3 * float(np.linalg.norm(given))) or 1.0
    rows = [Row("all at once", (vector.size,), None, along, slope, abs(along - slope) / size)]
    if elements:
        numerical = numerical_gradient(loss, params, epsilon=epsilon)
        rows += _compare(_named(rebuild(given)), _named(numerical))
    return Report(tuple(rows), tolerance)


def _compare(given: dict[str, Array], numerical: dict[str, Array]) -> list[Row]:
    """Return the worst element of every parameter.

    Errors count relative to the largest element of their parameter, or to a millionth of the
    largest of all where a whole parameter has no gradient to speak of.
    """
    largest = max(float(np.abs(value).max()) for value in numerical.values())
    rows = []
    for name, true in numerical.items():
        size = max(float(np.abs(true).max()), 1e-6 * largest) or 1.0
        error = np.abs(given[name] - true) / size
        index = np.unravel_index(int(error.argmax()), error.shape)
        where = tuple(int(n) for n in index)
        rows.append(
            Row(
                name,
                true.shape,
                where,
                float(given[name][index]),
                float(true[index]),
                float(error[index]),
            )
        )
    return rows


def _slope(
    function: Callable[[Array], Any], x: Array, direction: Array, epsilon: float | None
) -> Any:
    """Return the derivative of `function` at x along `direction`."""
    if epsilon is None:
        epsilon = float(np.finfo(x.dtype).eps) ** 0.2
    epsilon = checks.number("epsilon", epsilon, above=0.0)

    def central(size: float) -> Any:
        move = (size * direction).astype(x.dtype)
        return (function(x + move) - function(x - move)) / (2 * size)

    return (4 * central(epsilon) - central(2 * epsilon)) / 3


def _flatten(params: P) -> tuple[Array, Callable[[Array], P]]:
    """Return all numbers of an array or container as a vector, and the way back."""
    if parameters.is_container(params):
        return parameters.to_vector(params), lambda vector: parameters.from_vector(vector, params)
    value = checks.array("params", params, (...,))
    return value.ravel(), lambda vector: vector.reshape(value.shape)


def _like(params: P, gradients: P) -> Array:
    """Return the numbers of `gradients` as a vector, after a check that it is like `params`."""
    if parameters.is_container(params):
        checks.kind("gradients", gradients, type(params))
        for (name, value), (_, gradient) in zip(
            parameters.arrays(params), parameters.arrays(gradients), strict=True
        ):
            checks.array(f"gradients.{name}", gradient, value.shape)
        return parameters.to_vector(gradients)
    return checks.array("gradients", gradients, np.shape(params)).ravel()


def _named(params: Any) -> dict[str, Array]:
    return dict(parameters.arrays(params)) if parameters.is_container(params) else {"array": params}


def _units(vector: Array) -> Any:
    return (np.eye(1, vector.size, k, vector.dtype)[0] for k in range(vector.size))


def _value(loss: Callable[[Any], float], params: Any) -> float:
    """Return the loss at `params` as one finite number."""
    return float(checks.array("loss(params)", loss(params), ()))
