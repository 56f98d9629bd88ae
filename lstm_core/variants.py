"""The variants of the LSTM that the Odyssey compared, each a change of the description.

Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, "LSTM: A Search Space Odyssey" (2017),
section IV. A variant is another description, not another backward pass: `cells` runs and
differentiates it, `routes` lists its routes, `draw.block` draws it.

>>> print(equations(lstm("coupled_gates", "no_peepholes")))
z_bar = W_z @ x + R_z @ y_prev + b_z
i_bar = W_in @ x + R_in @ y_prev + b_in
z = tanh(z_bar)
i = sigmoid(i_bar)
f = 1 - i
c = z * i + c_prev * f
o_bar = W_out @ x + R_out @ y_prev + b_out
o = sigmoid(o_bar)
tanh_c = tanh(c)
y = o * tanh_c
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from lstm_core import checks
from lstm_core.cells import LSTM
from lstm_core.description import Cell, Node, Term, Variable

GATES = {"i": "in", "f": "for", "o": "out"}


def without_gate(cell: Cell, gate: str) -> Cell:
    """Leave a gate out: it is 1 for good, so that z ⊙ i becomes z."""

    def open_gate(term: Term) -> Term:
        left = tuple(v for v in term.arguments if v.name != gate)
        return term if left == term.arguments else Term("copy", left)

    def recurrent(term: Term) -> bool:  # a term of full gate recurrence that saw this gate
        return Variable(gate, 1) in term.arguments

    return replace(
        cell,
        nodes=tuple(
            Node(node.name, tuple(open_gate(term) for term in node.terms if not recurrent(term)))
            for node in cell.nodes
            if node.name not in (gate, f"{gate}_bar")
        ),
    )


def without_activation(cell: Cell, name: str) -> Cell:
    """Replace the activation function of a node by the identity."""
    return _change(cell, name, lambda node: (Term("copy", node.terms[0].arguments),))


def coupled(cell: Cell) -> Cell:
    """Tie the forget gate to the input gate: f = 1 − i."""
    nodes = tuple(node for node in cell.nodes if node.name != "f_bar")
    tied = (Term("complement", (Variable("i"),)),)
    return _change(replace(cell, nodes=nodes), "f", lambda node: tied)


def without_peepholes(cell: Cell) -> Cell:
    """Leave out every term with a peephole weight."""

    def kept(node: Node) -> tuple[Term, ...]:
        return tuple(t for t in node.terms if not t.arguments[0].name.startswith("p_"))

    return replace(cell, nodes=tuple(Node(node.name, kept(node)) for node in cell.nodes))


def with_full_gate_recurrence(cell: Cell) -> Cell:
    """Let every gate see all three gates of the step before: nine more matrices, R_in_for, …."""
    for gate, to in GATES.items():
        seen = tuple(
            Term("matrix", (Variable(f"R_{word}_{to}"), Variable(source, 1)))
            for source, word in GATES.items()
        )
        cell = _change(cell, f"{gate}_bar", lambda node, seen=seen: node.terms + seen)
    return cell


class Variant(NamedTuple):
    """A change of the description, its title, the Odyssey's name for it, and what it means."""

    title: str
    short: str
    change: Callable[[Cell], Cell]
    meaning: str


VARIANTS: dict[str, Variant] = {  # in the order in which changes are made
    "full_gate_recurrence": Variant(
        "full gate recurrence", "FGR", with_full_gate_recurrence, "gates see i, f, o of t−1 too"
    ),
    "no_peepholes": Variant("no peepholes", "NP", without_peepholes, "p = 0 for good"),
    "coupled_gates": Variant("coupled input and forget gate", "CIFG", coupled, "f = 1 − i"),
    "no_input_gate": Variant("no input gate", "NIG", partial(without_gate, gate="i"), "i = 1"),
    "no_forget_gate": Variant("no forget gate", "NFG", partial(without_gate, gate="f"), "f = 1"),
    "no_output_gate": Variant("no output gate", "NOG", partial(without_gate, gate="o"), "o = 1"),
    "no_input_activation": Variant(
        "no input activation", "NIAF", partial(without_activation, name="z"), "z = z̄"
    ),
    "no_output_activation": Variant(
        "no output activation", "NOAF", partial(without_activation, name="tanh_c"), "y = o ⊙ c"
    ),
}


def lstm(*variants: str) -> Cell:
    """Return the LSTM with any of `VARIANTS` switched on together; without any, the standard one.

    Raises ValueError for an unknown variant, and for coupled gates of which one is left out.
    """
    chosen = {checks.choice("variant", name, VARIANTS) for name in variants}
    lost = chosen & {"no_input_gate", "no_forget_gate"}
    if "coupled_gates" in chosen and lost:
        raise ValueError(f"variant is coupled_gates with {min(lost)}, expected both gates there")
    cell = LSTM
    for name, variant in VARIANTS.items():
        if name in chosen:
            cell = variant.change(cell)
    title = ", ".join(v.title for name, v in VARIANTS.items() if name in chosen)
    return replace(cell, name=f"LSTM, {title}" if title else cell.name)


def equations(cell: Cell) -> str:
    """Return the table of a description as text, one equation a line."""
    forms = {"copy": "{}", "complement": "1 - {}", "matrix": "{} @ {}", "hadamard": "{} * {}"}

    def write(term: Term) -> str:
        names = [v.name + "_prev" * v.back for v in term.arguments]
        return forms.get(term.operation, term.operation + "({})").format(*names)

    return "\n".join(f"{n.name} = " + " + ".join(map(write, n.terms)) for n in cell.nodes)


def _change(cell: Cell, name: str, terms: Callable[[Node], tuple[Term, ...]]) -> Cell:
    """Return the cell with other terms in one node."""
    return replace(
        cell,
        nodes=tuple(
            Node(node.name, terms(node)) if node.name == name else node for node in cell.nodes
        ),
    )
