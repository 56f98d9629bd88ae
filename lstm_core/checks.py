"""Checks of arguments: one place for the errors that name argument, found and expected.

Nothing is broadcast, cast to another kind of number, or clipped. Integers are accepted where real
numbers are expected; float32 stays float32, everything else becomes float64.
"""

from collections.abc import Callable, Collection, Sequence
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Shape = tuple[int | str | EllipsisType, ...]


class NotFiniteError(ValueError):
    """A NaN or an infinity where finite numbers are expected: a run that has gone astray."""


def array(name: str, value: Any, shape: Shape, *, empty: bool = False) -> Array:
    """Return `value` as a float array of the given shape.

    `shape` holds numbers (must match) and letters (any size of at least one; the same letter must
    mean the same size twice); `...` in the first place stands for any axes before the others.
    With `empty`, sizes of zero pass too.
    Raises TypeError for what is not real numbers, ValueError for shape, emptiness, NaN, infinity.
    """
    found = real(name, value)
    words = ["…" if want is ... else str(want) for want in shape]
    wanted = "(" + ", ".join(words) + ("," if len(shape) == 1 else "") + ")"
    if shape and shape[0] is ...:
        free = found.ndim - len(shape) + 1
        shape = (*(f"axis {n}" for n in range(free)), *shape[1:])
    if found.ndim != len(shape):
        raise ValueError(f"{name} has shape {found.shape}, expected {wanted}")
    sizes: dict[str, int] = {}
    for size, want in zip(found.shape, shape, strict=True):
        known = want if isinstance(want, int) else sizes.setdefault(want, size)
        if size != known:
            raise ValueError(f"{name} has shape {found.shape}, expected {wanted}")
        if size == 0 and not empty:
            raise ValueError(f"{name} is empty: shape {found.shape}, expected {wanted}")
    return finite(name, found)


def real(name: str, value: Any) -> Array:
    """Return `value` as an array of float32 or float64; TypeError if it is not real numbers."""
    found = _asarray(name, value)
    if found.dtype.kind not in "fiu":
        raise TypeError(f"{name} holds {found.dtype}, expected real numbers")
    return found if found.dtype in (np.float32, np.float64) else found.astype(np.float64)


def _asarray(name: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is ragged: its rows have different lengths") from error


def finite(name: str, value: Array) -> Array:
    """Return `value` unchanged; NotFiniteError says where the first NaN or infinity stands."""
    if not np.isfinite(value).all():
        where = tuple(int(n) for n in np.argwhere(~np.isfinite(value))[0])
        found = f"holds {value[where]} at index {where}" if where else f"is {value}"
        raise NotFiniteError(f"{name} {found}, expected finite numbers")
    return value


def optional(name: str, value: Any, like: Array) -> Array:
    """Return `value` with the shape and dtype of `like`; zeros where `value` is None."""
    if value is None:
        return np.zeros_like(like)
    return same_dtype(name, array(name, value, like.shape), like.dtype)


def same_dtype(name: str, value: Array, dtype: np.dtype) -> Array:
    """Return `value` if its dtype is `dtype`; TypeError otherwise."""
    if value.dtype != dtype:
        raise TypeError(f"{name} holds {value.dtype}, expected {dtype} like the parameters")
    return value


def labels(name: str, value: Any, shape: tuple[int, ...], classes: int) -> NDArray[np.integer]:
    """Return class numbers 0 … classes − 1 as an integer array of the given shape."""
    found = _asarray(name, value)
    if found.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {found.dtype}, expected integers")
    if found.shape != shape:
        raise ValueError(f"{name} has shape {found.shape}, expected {shape}")
    if found.size and not (found.min() >= 0 and found.max() < classes):
        raise ValueError(
            f"{name} runs from {found.min()} to {found.max()}, expected 0 to {classes - 1}"
        )
    return found


def whole(name: str, value: Any, *, least: int = 1) -> int:
    """Return a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {value!r}, expected a whole number")
    if value < least:
        raise ValueError(f"{name} is {value}, expected at least {least}")
    return int(value)


def number(name: str, value: Any, *, above: float = -np.inf, least: float = -np.inf) -> float:
    """Return a finite real number, strictly above `above` and at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} is {value!r}, expected a real number")
    if not np.isfinite(value):
        raise ValueError(f"{name} is {value}, expected a finite number")
    if value <= above:
        raise ValueError(f"{name} is {value}, expected more than {above:g}")
    if value < least:
        raise ValueError(f"{name} is {value}, expected at least {least:g}")
    return float(value)


def choice(name: str, value: Any, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the allowed words."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, expected one of {', '.join(sorted(allowed))}")
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(sorted(allowed))}")
    return value


def widths(name: str, values: Sequence[Array], expected: tuple[int, ...]) -> None:
    """Raise ValueError unless the last axes of values fit parameters: a run may be of others."""
    found = tuple(value.shape[-1] for value in values)
    if found != expected:
        raise ValueError(f"{name} has sizes {found}, expected {expected} like the parameters")


def function(name: str, value: Any) -> Callable:
    """Return `value` if it can be called."""
    if not callable(value):
        raise TypeError(f"{name} is {value!r}, expected a function")
    return value


def kind(name: str, value: Any, expected: type) -> Any:
    """Return `value` if it is an instance of `expected`."""
    if not isinstance(value, expected):
        raise TypeError(f"{name} is a {type(value).__name__}, expected {expected.__name__}")
    return value
