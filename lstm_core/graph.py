"""Small graphs of numbers: values, arrows with their partial derivatives, and routes.

A graph says which number is calculated from which. Each arrow y → z carries the partial derivative
∂z/∂y, taken with the *other* arguments of z held fixed. The chain rule then reads

    dz/dx = Σ over all routes from x to z  Π over the arrows of the route  ∂(head)/∂(tail)

(Bauer, "Computational graphs and rounding error", SIAM J. Numer. Anal. 11, 1974). `routes` lists
the terms of that sum, `errors` gets the same sum in one pass from the end to the start (back
propagation), and `numerical_derivative` needs neither. Numbers only; vectors live in `cells`.

f(x) = sin(x) · x² by its two routes:

>>> f = build(x="input", y1=("sin", "x"), y2=("square", "x"), f=("product", "y1", "y2"))
>>> values = evaluate(f, {"x": 2.0})
>>> [" → ".join(route.nodes) for route in routes(f, "x", "f", values)]
['x → y1 → f', 'x → y2 → f']
>>> total = sum(route.product for route in routes(f, "x", "f", values))
>>> abs(total - (4 * math.cos(2) + 4 * math.sin(2))) < 1e-12
True
"""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import ACTIVATIONS, Activation


class Operation(NamedTuple):
    """What a node does with its arguments, and its partial derivative for each of them."""

    value: Callable[[list[float]], float]
    partials: Callable[[list[float]], list[float]]


class Node(NamedTuple):
    """One number: its name, the operation that makes it, and the names it is made from."""

    name: str
    operation: str
    arguments: tuple[str, ...] = ()


class Route(NamedTuple):
    """One way along the arrows: its nodes, the partial derivative on each arrow, their product."""

    nodes: tuple[str, ...]
    factors: tuple[float, ...]
    product: float


def _of_sum(function: Activation) -> Operation:
    """Make g(a₁ + a₂ + …), like a neuron: a function of one argument takes the sum of all."""
    return Operation(
        lambda a: float(function.function(sum(a))),
        lambda a: [float(function.derivative(sum(a)))] * len(a),
    )


def _others(a: list[float]) -> list[float]:
    """Return for each argument of a product the product of the others."""
    return [math.prod(a[:k] + a[k + 1 :]) for k in range(len(a))]


OPERATIONS: dict[str, Operation] = {
    "sum": Operation(sum, lambda a: [1.0] * len(a)),
    "product": Operation(math.prod, _others),
    "square": _of_sum(Activation(np.square, lambda a: 2.0 * a)),
    "sin": _of_sum(Activation(np.sin, np.cos)),
    "exp": _of_sum(Activation(np.exp, np.exp)),
    "tanh": _of_sum(ACTIVATIONS["tanh"]),
    "sigmoid": _of_sum(ACTIVATIONS["sigmoid"]),
}


@dataclass(frozen=True)
class Graph:
    """Nodes and their arrows. Checks itself.

    Raises ValueError for an unknown operation or node, a name or an arrow given twice, an input
    that has arguments, and a cycle (which it names).
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        for node in self.nodes:
            checks.choice(f"operation of {node.name}", node.operation, ("input", *OPERATIONS))
            if names.count(node.name) > 1:
                raise ValueError(f"node {node.name} is given twice")
            if node.operation == "input" and node.arguments:
                raise ValueError(f"node {node.name} is an input, no arrow can lead to it")
            for name in node.arguments:
                checks.choice(f"argument of {node.name}", name, names)
                if node.arguments.count(name) > 1:
                    raise ValueError(f"the arrow {name} → {node.name} is given twice")
        _order(self)


def build(**nodes: Any) -> Graph:
    """Return the graph of `name="input"` and `name=(operation, argument, …)`, in any order.

    A node without arguments is allowed: an empty sum is 0, an empty product is 1.
    """
    specs = {name: (spec,) if isinstance(spec, str) else spec for name, spec in nodes.items()}
    return Graph(tuple(Node(name, spec[0], tuple(spec[1:])) for name, spec in specs.items()))


def evaluate(
    graph: Graph, inputs: Mapping[str, float], nudge: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the value of every node. `nudge` adds an amount to nodes once they are calculated.

    Raises ValueError for inputs missing or unknown, and where a value is not finite.
    """
    wanted = {node.name for node in graph.nodes if node.operation == "input"}
    if set(inputs) != wanted:
        raise ValueError(f"inputs are {sorted(inputs)}, expected {sorted(wanted)}")
    values: dict[str, float] = {}
    for node in _order(graph):
        if node.operation == "input":
            value = checks.number(node.name, inputs[node.name])
        else:
            with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
                value = OPERATIONS[node.operation].value([values[a] for a in node.arguments])
        value += (nudge or {}).get(node.name, 0.0)
        values[node.name] = float(checks.finite(node.name, np.float64(value)))
    return values


def partials(graph: Graph, values: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Return ∂to/∂from for every arrow (from, to), the other arguments of `to` held fixed."""
    found = {}
    for node in graph.nodes:
        if node.arguments:
            slopes = OPERATIONS[node.operation].partials([values[a] for a in node.arguments])
            heads = [(name, node.name) for name in node.arguments]
            found |= dict(zip(heads, slopes, strict=True))
    return found


def walks(
    start: Hashable, end: Hashable, outgoing: Callable[[Any], Iterable[tuple[Any, Hashable]]]
) -> Iterator[tuple[Any, ...]]:
    """Yield every way from start to end as a tuple of arrows.

    `outgoing(node)` gives the pairs (arrow, next node); there must be no cycle.
    """
    if start == end:
        yield ()
        return
    for arrow, node in outgoing(start):
        yield from ((arrow, *rest) for rest in walks(node, end, outgoing))


def routes(
    graph: Graph, source: str, target: str, values: Mapping[str, float]
) -> tuple[Route, ...]:
    """Return every route from source to target with its factors and their product."""
    _check_node(graph, source, "source")
    _check_node(graph, target, "target")
    slopes = partials(graph, values)

    def outgoing(name: str) -> list[tuple[str, str]]:
        return [(head, head) for tail, head in slopes if tail == name]

    found = []
    for heads in walks(source, target, outgoing):
        nodes = (source, *heads)
        factors = tuple(slopes[arrow] for arrow in zip(nodes, heads, strict=False))
        found.append(Route(nodes, factors, math.prod(factors)))
    return tuple(found)


def errors(graph: Graph, target: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return d target/d node for every node in one pass from the target back to the inputs."""
    _check_node(graph, target, "target")
    slopes = partials(graph, values)
    found = dict.fromkeys((node.name for node in graph.nodes), 0.0)
    found[target] = 1.0
    for node in reversed(_order(graph)):
        for name in node.arguments:
            found[name] += found[node.name] * slopes[name, node.name]
    return found


def numerical_derivative(
    graph: Graph, inputs: Mapping[str, float], source: str, target: str, epsilon: float = 1e-5
) -> float:
    """Return (target(source + ε) − target(source − ε)) / 2ε; source may be any node."""
    _check_node(graph, source, "source")
    _check_node(graph, target, "target")
    epsilon = checks.number("epsilon", epsilon, above=0.0)
    up, down = (evaluate(graph, inputs, {source: e})[target] for e in (epsilon, -epsilon))
    return (up - down) / (2.0 * epsilon)


def _check_node(graph: Graph, name: str, argument: str) -> None:
    checks.kind("graph", graph, Graph)
    checks.choice(argument, name, [node.name for node in graph.nodes])


def _order(graph: Graph) -> list[Node]:
    """Return the nodes so that each stands after its arguments; ValueError names a cycle."""
    nodes = {node.name: node for node in graph.nodes}
    sorter = TopologicalSorter({node.name: node.arguments for node in graph.nodes})
    try:
        return [nodes[name] for name in sorter.static_order()]
    except CycleError as error:
        raise ValueError(f"the arrows close a cycle: {' → '.join(error.args[1])}") from None
