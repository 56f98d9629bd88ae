"""Comparing an answer with the right one, leaf by leaf, in words a learner can use.

An answer may be a number, an array, a word, or a tuple, dictionary or parameter container of these;
`leaves` flattens all of them into one dictionary from name to value.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

TOLERANCE = 1e-6  # relative to the largest number of the right answer
EVERYWHERE = " times the right one, everywhere"


def leaves(value: Any, name: str = "", names: Sequence[str] = ()) -> dict[str, Any]:
    """Flatten `value` into {name: leaf}; `names` are those of the members of a tuple or list."""
    parts = members(value, names)
    if parts is None:
        return {name: value}
    found: dict[str, Any] = {}
    for key, member in parts.items():
        joint = "." if name and not key.startswith("[") else ""
        found |= leaves(member, f"{name}{joint}{key}")
    return found


def members(value: Any, names: Sequence[str] = ()) -> dict[str, Any] | None:
    """Return the parts of an answer by name, one level deep; None where it is a single value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value._asdict()
    if isinstance(value, Mapping):
        return {str(key): member for key, member in value.items()}
    fits = isinstance(value, tuple | list) and 0 < len(names) == len(value)
    if fits or isinstance(value, tuple) or (isinstance(value, list) and _holds_parts(value)):
        return {(names[n] if fits else f"[{n}]"): member for n, member in enumerate(value)}
    return None


def _holds_parts(value: list) -> bool:
    """Say whether a list is a list of answers (arrays, containers) and not of numbers."""
    return any(isinstance(m, np.ndarray | tuple) or dataclasses.is_dataclass(m) for m in value)


def same(found: Any, right: Any) -> bool:
    """Say whether two leaves agree: words exactly, numbers up to the tolerance."""
    if wrong_kind(found, right):
        return False
    if not is_numeric(right):
        return type(found) is type(right) and found == right
    found, right = np.asarray(found), np.asarray(right)
    scale = float(np.abs(right).max(initial=0.0)) or 1.0
    return bool(np.allclose(found, right, rtol=0.0, atol=TOLERANCE * scale))


def wrong_kind(found: Any, right: Any) -> str:
    """Return what is wrong with type, dtype or shape, found against expected; "" if nothing."""
    arrays = isinstance(found, np.ndarray) and isinstance(right, np.ndarray)
    if arrays and found.shape == right.shape and not is_numeric(found):
        return f"holds {found.dtype}, expected {right.dtype}"
    fits = is_numeric(found) if is_numeric(right) else type(found) is type(right)
    if not fits or (np.ndim(right) and not isinstance(found, np.ndarray)):
        return f"is {described(found)}, expected {described(right)}"
    if not is_numeric(right):
        return ""
    have, want = np.asarray(found), np.asarray(right)
    if have.shape != want.shape and not want.shape:
        return f"is {described(found)}, expected {described(right)}"
    if have.shape != want.shape:
        turned = have.shape == want.shape[::-1] and same(have.T, want)
        words = "; that is the transpose" if turned else ""
        return f"has shape {have.shape}, expected {want.shape}{words}"
    if have.dtype.kind == "f" and isinstance(found, np.ndarray) and have.dtype != want.dtype:
        return f"holds {have.dtype}, expected {want.dtype} like the arguments"
    if not np.isfinite(have).all():
        return f"holds {have[~np.isfinite(have)][0]}, expected finite numbers"
    return ""


def is_numeric(value: Any) -> bool:
    """Say whether a leaf is a number or an array of real numbers."""
    if isinstance(value, str | bool | np.bool_ | bytes) or value is None:
        return False
    return isinstance(value, int | float | np.ndarray | np.number) and (
        np.asarray(value).dtype.kind in "iuf"
    )


def described(value: Any) -> str:
    """Describe a value in a few words: "an array of shape (4,)", "a list", "the word 'yes'"."""
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype.kind in "iuf" else f" of {value.dtype}"
        return f"an array of shape {value.shape}{kind}" if value.shape else f"a single number{kind}"
    if is_numeric(value):
        return "a single number"
    if isinstance(value, str):
        return f"the word {value!r}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def fault(pairs: Sequence[tuple[Any, Any]]) -> str:
    """Say what is wrong in the first of some wrong pairs (found, right), or in all of them."""
    first, *others = [wrong_kind(*pair) or difference(*pair) for pair in pairs]
    if first.endswith(EVERYWHERE) and any(other != first for other in others):
        return "is a multiple of the right one, but not the same in every trial"
    return first


def misfit(found: Any, right: Mapping[str, Any]) -> str:
    """Say how an answer fails to have the parts of the right one: what is missing, or no value."""
    if list(right) == [""]:
        return f"Expected {described(right[''])}, found {described(found)}."
    expected = f"Expected {len(right)} values: {', '.join(f'`{name}`' for name in right)}."
    parts = members(found, tuple(right))
    if parts is None:
        return f"{expected} Found {described(found)}."
    nested = [name for name, part in parts.items() if name in right and members(part) is not None]
    if nested:
        name = nested[0]
        return f"`{name}` is {described(parts[name])}, expected {described(right[name])}."
    missing = ", ".join(f"`{name}`" for name in right if name not in parts)
    strange = ", ".join(f"`{name}`" for name in parts if name not in right)
    if isinstance(found, Mapping) and (missing or strange):
        absent, unasked = f" Missing: {missing}.", f" Not asked for: {strange}."
        return f"{expected}{absent if missing else ''}{unasked if strange else ''}"
    if len(parts) == len(right):
        return f"{expected} Found {described(found)} without their names."
    return f"{expected} Found {len(parts)} value{'s' * (len(parts) != 1)}."


def difference(found: Any, right: Any) -> str:
    """Say how a wrong leaf of the right shape differs: by sign, factor, transposition or where."""
    if not is_numeric(right):
        return f"is {found!r}, which is not right"
    found, right = np.asarray(found, float), np.asarray(right, float)
    if found.ndim == 0:
        return f"is {found:.4g}, expected {right:.4g}"
    if found.ndim == 2 and found.shape[0] == found.shape[1] and same(found.T, right):
        return "is the transpose of the right one"
    if not found.any():
        return "is all zero"
    times = factor(found, right)
    if times is None:
        return _where(found, right)
    if abs(times + 1) < TOLERANCE:
        return "has the wrong sign; the size is right"
    return f"is {times:.3g}{EVERYWHERE}"


def factor(found: np.ndarray, right: np.ndarray) -> float | None:
    """Return the number that times the right array gives the one found; None if there is none."""
    size = float(np.vdot(right, right))
    times = float(np.vdot(right, found)) / size if size else 0.0
    return times if times and same(found, times * right) else None


def _where(found: np.ndarray, right: np.ndarray) -> str:
    """Name the steps or the entry where two arrays of one shape differ."""
    agree = [same(one, other) for one, other in zip(found, right, strict=True)]
    if found.ndim == 2 and any(agree) and not all(agree):
        rows = ", ".join(str(n) for n, fine in enumerate(agree) if not fine)
        return f"is right except in row {rows} (rows count from 0)"
    worst = np.unravel_index(np.abs(found - right).argmax(), found.shape)
    place = ", ".join(str(int(n)) for n in worst)
    return f"differs most at [{place}]: yours {found[worst]:.4g}, expected {right[worst]:.4g}"
