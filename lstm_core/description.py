"""The words a cell is described with: operations, terms, nodes, arrows.

`describe` reads a table of equations such as {"c": "z * i + c_prev * f"} into a `Cell`. Each kind
of term is an `Operation` that knows its value, the error it hands back to each of its arguments
(its vector-Jacobian products) and its TeX. Which cells there are, and how they run: `cells`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from lstm_core.activations import ACTIVATIONS, Activation
from lstm_core.checks import Array


class Operation(NamedTuple):
    """What a term does with its arguments, and the error it hands back to each of them."""

    value: Callable[..., Array]
    vjp: tuple[Callable[..., Array], ...]  # per argument: (error of the node, *arguments)
    tex: str  # with {0}, {1} for the arguments


def _activation(function: Activation, tex: str) -> Operation:
    return Operation(function.function, (lambda e, a: e * function.derivative(a),), tex)


OPERATIONS: dict[str, Operation] = {
    "copy": Operation(lambda a: a, (lambda e, a: e,), "{0}"),
    "complement": Operation(lambda a: 1 - a, (lambda e, a: -e,), "1 - {0}"),
    "matrix": Operation(
        lambda W, v: W @ v, (lambda e, W, v: np.outer(e, v), lambda e, W, v: W.T @ e), r"{0}\, {1}"
    ),
    "hadamard": Operation(
        lambda a, b: a * b, (lambda e, a, b: e * b, lambda e, a, b: e * a), r"{0} \odot {1}"
    ),
    "tanh": _activation(ACTIVATIONS["tanh"], r"\tanh({0})"),
    "sigmoid": _activation(ACTIVATIONS["sigmoid"], r"\sigma({0})"),
    "relu": _activation(ACTIVATIONS["relu"], r"\mathrm{{relu}}({0})"),
}


class Variable(NamedTuple):
    """A name in an equation, and how many steps back it is taken from (0 or 1)."""

    name: str
    back: int = 0


class Term(NamedTuple):
    """One summand of an equation: an operation and what it is applied to."""

    operation: str
    arguments: tuple[Variable, ...]


class Node(NamedTuple):
    """One equation: the node on its left, the terms that add up on its right."""

    name: str
    terms: tuple[Term, ...]


class Arrow(NamedTuple):
    """From a variable or parameter to a node that uses it, `back` steps later."""

    source: str
    target: str
    back: int
    term: int  # which term of the target …
    argument: int  # … and which argument of that term

    @property
    def id(self) -> str:
        """The name of this arrow in pictures and switches, such as "c_prev-f_bar"."""
        return f"{self.source}{'_prev' * self.back}-{self.target}"


@dataclass(frozen=True)
class Cell:
    """A description: nodes in their order of calculation, and the letters of their sizes.

    Raises ValueError where a node is given twice, used before it is calculated, or taken from the
    step before though no node makes it.
    """

    name: str
    nodes: tuple[Node, ...]
    sizes: Mapping[str, str] = field(default_factory=dict)  # x is D, all others H unless said here

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        for position, node in enumerate(self.nodes):
            if names.count(node.name) > 1:
                raise ValueError(f"node {node.name} is given twice")
            for variable in (v for term in node.terms for v in term.arguments):
                if variable.back and variable.name not in names:
                    raise ValueError(f"{node.name} uses {variable.name}_prev, which no node makes")
                if not variable.back and variable.name in names[position:]:
                    raise ValueError(f"{node.name} uses {variable.name} before it is calculated")

    @cached_property
    def table(self) -> dict[str, Node]:
        """The nodes by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """Every arrow, in the order of the equations."""
        return tuple(
            Arrow(variable.name, node.name, variable.back, n, k)
            for node in self.nodes
            for n, term in enumerate(node.terms)
            for k, variable in enumerate(term.arguments)
        )

    @cached_property
    def shapes(self) -> dict[str, tuple[str, ...]]:
        """The parameters and the letters of their shapes: ("H", "D") for W_z."""
        found: dict[str, tuple[str, ...]] = {}
        for arrow in self.arrows:
            if arrow.source != "x" and arrow.source not in self.table:
                term = self.table[arrow.target].terms[arrow.term]
                rows = self.size(arrow.target)
                matrix = term.operation == "matrix"
                found[arrow.source] = (
                    (rows, self.size(term.arguments[1].name)) if matrix else (rows,)
                )
        return found

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The nodes whose value goes on to the next step."""
        return tuple(n.name for n in self.nodes if any(a.back for a in self.outgoing(n.name)))

    def size(self, name: str) -> str:
        """Return the letter of a variable's size."""
        return "D" if name == "x" else self.sizes.get(name, "H")

    def outgoing(self, name: str) -> tuple[Arrow, ...]:
        """Return the arrows that leave a variable or parameter."""
        return tuple(arrow for arrow in self.arrows if arrow.source == name)


def describe(name: str, table: Mapping[str, str], sizes: Mapping[str, str] | None = None) -> Cell:
    """Return the cell of a table {node: equation}, in the order of calculation.

    An equation is a sum of terms `W @ v`, `a * b`, `g(a)` with g tanh, sigmoid or relu, `1 - a` or
    `a`. What ends in `_prev` is taken from the step before; `x` is the input; what no node makes is
    a parameter. Nodes have the size H unless `sizes` says otherwise.
    Raises ValueError for a term that cannot be read, and as `Cell` does.
    """
    nodes = [Node(n, tuple(map(_term, text.split("+")))) for n, text in table.items()]
    return Cell(name, tuple(nodes), dict(sizes or {}))


FORMS = {
    "matrix": r"(\w+) *@ *(\w+)",
    "hadamard": r"(\w+) *\* *(\w+)",
    "complement": r"1 *- *(\w+)",
    "copy": r"([a-zA-Z]\w*)",
} | {g: rf"{g}\((\w+)\)" for g in ("tanh", "sigmoid", "relu")}


def _term(text: str) -> Term:
    for operation, form in FORMS.items():
        if match := re.fullmatch(form, text.strip()):
            return Term(operation, tuple(map(_variable, match.groups())))
    raise ValueError(
        f"term {text.strip()!r} cannot be read, expected W @ v, a * b, 1 - a, a,"
        " tanh(a), sigmoid(a) or relu(a)"
    )


def _variable(text: str) -> Variable:
    return Variable(text.removesuffix("_prev"), int(text.endswith("_prev")))
