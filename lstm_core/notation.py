"""How names and numbers are written: TeX for formulas, HTML for labels.

Holds no equation. A name in the code is that of the equations with the bar and the gate spelled
out: `f_bar` is f̄, `R_for` is R with the index for, `p_out` is p with the index out.

>>> symbol("f_bar", "t+1"), error("o_bar", "t"), symbol("R_in")
('\\\\bar{f}^{(t+1)}', '\\\\delta\\\\bar{o}^{(t)}', 'R_{\\\\mathrm{in}}')
>>> html(error("f_bar", "t+1"))
'δ<i>f̄</i><sup>(<i>t</i>+1)</sup>'
"""

import re
import unicodedata
from functools import lru_cache

import numpy as np

from lstm_core.checks import Array

WORDS = ("in", "for", "out")  # indices that are words and stand upright


def step_name(offset: int = 0, t: int | None = None) -> str:
    """Return the step `offset` after t as text: "t+1", or its number where t is given.

    t counts from 0 like the first axis of an array; the number written counts from 1.
    """
    if t is not None:
        return str(t + 1 + offset)
    return "t" if offset == 0 else f"t{offset:+d}"


def symbol(name: str, step: str | None = None) -> str:
    """Return the TeX of a variable at a step, or of a parameter (no step)."""
    when = f"^{{({step})}}" if step is not None else ""
    letter, *rest = name.split("_")
    if not rest:
        return letter + when
    if rest == ["bar"]:
        return rf"\bar{{{letter}}}" + when
    if rest == ["hat"]:
        return rf"\hat{{{letter}}}" + when
    index = r" \to ".join(rf"\mathrm{{{word}}}" if word in WORDS else word for word in rest)
    return (f"{letter}_{index}" if len(index) == 1 else f"{letter}_{{{index}}}") + when


def error(name: str, step: str) -> str:
    """Return the TeX of δ of a variable at a step."""
    return r"\delta " + symbol(name, step) if name[1:2] != "_" else r"\delta" + symbol(name, step)


def total(terms: list[str]) -> str:
    """Return the TeX of a sum; nothing to add is 0."""
    return " + ".join(terms).replace("+ -", "- ") or "0"


def number(value: float, digits: int = 2) -> str:
    """Return a number with few digits, and a power of ten only where it must be."""
    if value == 0 or 10.0**-digits <= abs(value) < 1000:
        return f"{value:.{digits}f}".replace("-", "−")
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa}·10^{{{int(power)}}}".replace("-", "−")


def numbers(value: Array, digits: int = 2) -> str:
    """Return the TeX of a number, a vector (a column) or a matrix; beyond 4 × 4, its norm."""
    array = np.atleast_1d(np.asarray(value))
    if array.size == 1:
        text = _tex_number(array.item(), digits)
        return f"({text})" if text.startswith("-") else text
    if max(array.shape) > 4:
        return r"\|\cdot\|\!=\!" + _tex_number(float(np.linalg.norm(array)), digits)
    rows = [" & ".join(_tex_number(v, digits) for v in np.atleast_1d(row)) for row in array]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def _tex_number(value: float, digits: int) -> str:
    return number(value, digits).replace("−", "-").replace("·", r" \cdot ")


def in_line(tex: str) -> str:
    """Return a formula with its vectors and matrices in one line: (a, b), rows apart by ;."""
    opened = re.sub(r"\\begin{pmatrix}([^&]*?)\\end{pmatrix}", _column, tex)
    opened = opened.replace(r"\begin{pmatrix}", "(").replace(r"\end{pmatrix}", ")")
    return opened.replace(r"\\", ";\\ ").replace(" &", ",")


def _column(found: re.Match) -> str:
    return "(" + found[1].replace(r" \\", ",\\ ") + ")"


REPLACEMENTS = (
    (r"\\bar\{(\w)\}", "<i>\\1\u0304</i>"),
    (r"\\hat\{(\w)\}", "<i>\\1\u0302</i>"),
    (r"\\mathrm\{(\w+)\}", "<b>\\1</b>"),  # upright; made plain at the end
    (r"\\(tanh|log|exp|sin|cos)\b", "<b>\\1</b>"),
    (r"\\delta ?(\w?)", "δ<i>\\1</i>"),
    (r"\\sigma", "σ"),
    (r"\\partial ?", "∂"),
    (r" ?\\odot ?", " ⊙ "),
    (r" ?\\cdot ?", "·"),
    (r"\\sum", "Σ"),
    (r"\\top", "⊤"),
    (r" ?\\to ?", "→"),
    (r"'", "′"),
    (r" ?\\, ?", " "),
    (r"\\left|\\right", ""),
)


@lru_cache(maxsize=4096)
def html(tex: str) -> str:
    """Return a formula of this project as HTML for places without TeX: labels, readings, tables.

    Knows what `symbol`, `error` and the routes write; matrices of numbers it does not.
    """
    for pattern, replacement in REPLACEMENTS:
        tex = re.sub(pattern, replacement, tex)
    tex = re.sub(r"(?<![A-Za-z0-9<>/&;])([A-Za-z])(?![A-Za-z0-9>])", r"<i>\1</i>", tex)
    tex = re.sub(r"\^\{((?:[^{}])*)\}|\^(\S)", lambda m: f"<sup>{m[1] or m[2]}</sup>", tex)
    tex = re.sub(r"_\{((?:[^{}])*)\}|_(<i>.</i>|\S)", lambda m: f"<sub>{m[1] or m[2]}</sub>", tex)
    return unicodedata.normalize("NFC", re.sub(r"</?b>|<i></i>|[{}]", "", tex))


@lru_cache(maxsize=4096)
def plain(tex: str) -> str:
    """Return a formula of this project as plain text for titles and screen readers."""
    text = re.sub(r"<sup>(.*?)</sup>", r"^\1", html(tex))
    return re.sub(r"<sub>(.*?)</sub>", r"_\1", text).replace("<i>", "").replace("</i>", "")
