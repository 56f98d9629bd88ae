"""What all parameter containers have in common.

A container is a frozen dataclass whose fields are arrays, tuples of arrays, or containers again. A
gradient has the type of what it is the gradient of, so optimizers, clipping and gradient checks are
written once, for any container. Other fields are carried along unchanged.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array

P = TypeVar("P")


def arrays(params: Any, argument: str = "params") -> Iterator[tuple[str, Array]]:
    """Yield (name, array) in the order of the fields; members are named `W[0]` and `lstm.W`."""
    if not is_container(params):
        raise TypeError(f"{argument} is a {type(params).__name__}, expected a parameter container")
    for field in dataclasses.fields(params):
        value = getattr(params, field.name)
        if isinstance(value, np.ndarray):
            yield field.name, value
        elif isinstance(value, tuple):
            yield from ((f"{field.name}[{n}]", member) for n, member in enumerate(value))
        elif is_container(value):
            yield from ((f"{field.name}.{name}", member) for name, member in arrays(value))


def is_container(value: Any) -> bool:
    """Return whether `value` is an instance of a dataclass."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def map_arrays(function: Callable[..., Array], params: P, *others: Any) -> P:
    """Return a container of the type of `params` with `function` applied array by array."""
    new = {}
    for field in dataclasses.fields(params):  # type: ignore[arg-type]
        values = [getattr(container, field.name) for container in (params, *others)]
        if isinstance(values[0], np.ndarray):
            new[field.name] = function(*values)
        elif isinstance(values[0], tuple):
            new[field.name] = tuple(function(*members) for members in zip(*values, strict=True))
        elif is_container(values[0]):
            new[field.name] = map_arrays(function, *values)
    return dataclasses.replace(params, **new)  # type: ignore[type-var]


def zeros_like(params: P) -> P:
    """Return a container of the same type and shapes that holds zeros."""
    return map_arrays(np.zeros_like, params)


def size(params: Any) -> int:
    """Return how many numbers the container holds."""
    return sum(value.size for _, value in arrays(params))


def norm(params: Any, argument: str = "params") -> float:
    """Return the Euclidean norm over all numbers of the container, safe from overflow."""
    values = [value for _, value in arrays(params, argument)]
    largest = float(np.max([np.abs(value).max(initial=0.0) for value in values]))
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    total = sum(float(np.sum((value.astype(float) / largest) ** 2)) for value in values)
    return largest * total**0.5


def dot(first: Any, second: Any) -> float:
    """Return the inner product of two containers of the same shapes."""
    pairs = zip(arrays(first), arrays(second), strict=True)
    return sum(float(np.vdot(one, other)) for (_, one), (_, other) in pairs)


def to_vector(params: Any) -> Array:
    """Return all numbers of the container as one vector, fields in their order."""
    return np.concatenate([value.ravel() for _, value in arrays(params)])


def from_vector(vector: Array, like: P) -> P:
    """Return a container shaped like `like` filled from `vector`, the inverse of `to_vector`."""
    vector = checks.array("vector", vector, (size(like),))
    taken = 0

    def take(value: Array) -> Array:
        nonlocal taken
        taken += value.size
        return vector[taken - value.size : taken].reshape(value.shape).astype(value.dtype)

    return map_arrays(take, like)
