"""Numbers as text, for readings, labels and printed arrays: one formatter, few digits.

The sign is a true minus (−), as on the axes and on the sliders, which a screen reader says aloud;
an exponent stays as Python writes it: 2.1e-07.
"""

from typing import Any

import numpy as np

MINUS = "−"


def number(value: float, digits: int = 3) -> str:
    """Return a number with `digits` significant digits and no idle zeros.

    >>> number(0.5), number(-0.12345), number(2.1e-7), number(123456.0), number(42)
    ('0.5', '−0.123', '2.1e-07', '123000', '42')
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(int(value)).replace("-", MINUS)
    if not np.isfinite(value):
        return {"inf": "∞", "-inf": MINUS + "∞"}.get(str(float(value)), "not a number")
    size = abs(float(f"{float(value):.{digits - 1}e}"))
    if size == 0.0:
        return "0"
    if 1e-4 <= size < 1e6:
        decimals = max(digits - 1 - int(np.floor(np.log10(size))), 0)
        shown = f"{float(f'{value:.{digits - 1}e}'):.{decimals}f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        shown = f"{mantissa}e{exponent}"
    return MINUS + shown[1:] if shown.startswith("-") else shown


def percent(fraction: float) -> str:
    """Return a fraction as a percentage with few digits; no line breaks before the sign.

    >>> percent(0.256), percent(0.0004)
    ('26\\xa0%', '0.04\\xa0%')
    """
    return number(100.0 * fraction, 2 if abs(fraction) < 0.995 else 3) + "\N{NO-BREAK SPACE}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    >>> plural(1, "step"), plural(3, "step"), plural(2, "loss", "losses")
    ('1 step', '3 steps', '2 losses')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def fate(ratio: float) -> str:
    """Return in plain words what became of an error, from its size divided by its first size.

    >>> fate(2.1e-7), fate(0.4), fate(1.1), fate(3.0), fate(1e4)
    ('it has vanished', 'it has shrunk', 'it has held', 'it has grown', 'it has exploded')
    """
    if ratio < 1e-3:
        return "it has vanished"
    if ratio < 0.8:
        return "it has shrunk"
    if ratio <= 1.25:
        return "it has held"
    return "it has grown" if ratio < 1e3 else "it has exploded"


def array(value: Any, digits: int = 3) -> str:
    """Return a number, vector or matrix as text in aligned columns; larger ones as their shape.

    >>> print(array(np.array([[1.0, -0.5], [0.25, 10.0]])))
    [[   1  −0.5]
     [0.25    10]]
    """
    found = np.asarray(value)
    if found.ndim == 0:
        return number(found.item(), digits)
    if found.ndim > 2 or found.size > 120 or found.shape[-1] > 16:
        return f"an array of shape {found.shape}, from {_range(found, digits)}"
    cells = [[number(cell, digits) for cell in row] for row in np.atleast_2d(found).tolist()]
    width = max((len(cell) for row in cells for cell in row), default=0)
    rows = ["[" + "  ".join(cell.rjust(width) for cell in row) + "]" for row in cells]
    return rows[0] if found.ndim == 1 else "[" + "\n ".join(rows) + "]"


def entries(value: Any, digits: int = 3) -> str:
    """Return a number, or the entries of a vector or matrix, in one line.

    >>> entries(np.array([[0.5, -1.0], [0.2, 3.0]]))
    '(0.5, −1; 0.2, 3)'
    """
    rows = [[number(float(entry), digits) for entry in row] for row in np.atleast_2d(value)]
    if np.size(value) == 1:
        return rows[0][0]
    return "(" + "; ".join(", ".join(row) for row in rows) + ")"


def _range(found: np.ndarray, digits: int) -> str:
    return f"{number(found.min(), digits)} to {number(found.max(), digits)}"
