"""The equations of a described cell as TeX: forward, and carried back along arrows.

Holds no calculation: which routes there are and what they are worth is in `routes`. Every function
takes the step either as "t", "t+1", … or, where t is given, as the number of that step (from 1).
"""

from collections.abc import Callable

from lstm_core import checks
from lstm_core.description import OPERATIONS, Arrow, Cell, Term, Variable
from lstm_core.notation import error, step_name, symbol, total

DIAGONAL = r"\mathrm{{diag}}({})"


def variable_tex(cell: Cell, name: str, step: str | None) -> str:
    """Return the TeX of a variable; a node named after its equation (tanh_c) shows that."""
    rest = name.partition("_")[2]
    if name in cell.table and rest and rest not in ("bar", "hat"):
        term = cell.table[name].terms[0]
        return OPERATIONS[term.operation].tex.format(symbol(term.arguments[0].name, step))
    return symbol(name, None if name in cell.shapes else step)


def error_tex(cell: Cell, name: str, step: str) -> str:
    """Return the TeX of δ of a variable."""
    return r"\delta" + variable_tex(cell, name, step) if name == "tanh_c" else error(name, step)


def term_tex(cell: Cell, term: Term, offset: int = 0, t: int | None = None) -> str:
    """Return the TeX of one summand of a forward equation."""
    shown = [variable_tex(cell, v.name, step_name(offset - v.back, t)) for v in term.arguments]
    return OPERATIONS[term.operation].tex.format(*shown)


def equation(cell: Cell, name: str, t: int | None = None) -> str:
    """Return the TeX of a forward equation, such as c^{(t)} = z^{(t)} \\odot i^{(t)} + … ."""
    node = cell.table[checks.choice("name", name, cell.table)]
    left = variable_tex(cell, name, step_name(0, t))
    right = total([term_tex(cell, term, 0, t) for term in node.terms])
    return right if left == right else f"{left} = {right}"


def carried(
    cell: Cell,
    arrows: tuple[Arrow, ...],
    s: int,
    start: str,
    argument: Callable[[Variable, int], str],
    slope: Callable[[str, Variable, int], str],
) -> str:
    """Return the TeX of an error carried back along arrows, from the last to the first."""
    text, sign = start, ""
    for arrow, at in reversed(hops(arrows, s)):
        term = cell.table[arrow.target].terms[arrow.term]
        shown = [argument(variable, at) for variable in term.arguments]
        other = shown[1 - arrow.argument] if len(shown) == 2 else ""
        if term.operation == "complement":
            sign = "" if sign else "-"
        elif term.operation == "matrix" and arrow.argument == 0:
            text = rf"{text} {{{other}}}^\top"
        elif term.operation == "matrix":
            text = rf"{other}^\top " + (rf"\left({text}\right)" if r"\odot" in text else text)
        elif term.operation == "hadamard":
            parameter = any(variable.name in cell.shapes for variable in term.arguments)
            text = r" \odot ".join((other, text) if parameter else (text, other))
        elif term.operation != "copy":
            text = rf"{text} \odot {slope(term.operation, term.arguments[0], at)}"
    return sign + text


def slope_tex(argument: Callable[[Variable, int], str]) -> Callable[[str, Variable, int], str]:
    """Return how the derivative of an activation is written when its arguments are so written."""

    def slope(operation: str, variable: Variable, s: int) -> str:
        return OPERATIONS[operation].tex.replace("(", "'(", 1).format(argument(variable, s))

    return slope


def loss_tex(name: str, step: str) -> str:
    """Return the TeX of the loss's own derivative for its node at a step."""
    return rf"\partial J^{{({step})}} / \partial {symbol(name, step)}"


def jacobian_tex(
    cell: Cell, hop: tuple[Arrow, int], argument: Callable[[Variable, int], str]
) -> str:
    """Return the TeX of the partial derivative on one arrow, as a matrix."""
    arrow, s = hop
    term = cell.table[arrow.target].terms[arrow.term]
    shown = [argument(variable, s) for variable in term.arguments]
    if term.operation == "matrix":
        return shown[0]
    if term.operation == "hadamard":
        return DIAGONAL.format(shown[1 - arrow.argument])
    if term.operation in ("copy", "complement"):
        return "I" if term.operation == "copy" else "(-I)"
    return DIAGONAL.format(slope_tex(argument)(term.operation, term.arguments[0], s))


def hops(arrows: tuple[Arrow, ...], s: int) -> list[tuple[Arrow, int]]:
    """Return each arrow with the step of its head, when the first starts at step s."""
    found = []
    for arrow in arrows:
        s += arrow.back
        found.append((arrow, s))
    return found
