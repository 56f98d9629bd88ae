"""Back propagation in a dense net: every route by which the error reaches a neuron (row S2).

The net has three layers of weights, 2 → 3 → 3 → 2, tanh, and the squared error. A route's term is
the product of what stands on it: g'(a) at each hidden neuron, one weight at each connection, δo at
the output. The sum of all terms is δ of the neuron, and equals the numerical derivative.
"""

import itertools
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import dense, examples, losses
from lstm_core.activations import d_tanh
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.network import decimals
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, choice
from lstm_core.gradients import numerical_gradient

PARAMS, X, TARGET = examples.three_layers()
W, b = PARAMS.W, PARAMS.b
WORDS = ("input", "first hidden layer", "second hidden layer", "output")
NEURONS = tuple(f"{layer}.{unit}" for layer in range(4) for unit in range((2, 3, 3, 2)[layer]))
SIZE = (806, 384)
COLUMNS = [network.column(x, 332, n, 78) for x, n in ((52, 2), (202, 3), (352, 3), (502, 2))]
LOSS = (598.0, 166.0)


class Data(NamedTuple):
    """The neuron chosen, all values and errors, and the routes with their terms."""

    layer: int
    unit: int
    values: tuple[Array, ...]  # x, h_1, h_2, o
    errors: tuple[Array, ...]  # δ of x, a_1, a_2, o
    paths: tuple[tuple[int, ...], ...]  # units passed, from the neuron to the output
    factors: tuple[list[float], ...]  # one list per path
    terms: Array  # their products
    numerical: float  # ∂J/∂(the neuron), by central differences


def compute(neuron: str) -> Data:
    """List the routes from a neuron ("layer.unit", counted from 0) to J."""
    layer, unit = (int(part) for part in neuron.split("."))
    run = dense.forward(PARAMS, X)
    _, do = losses.squared_error(run.o, TARGET)
    back = dense.backward(PARAMS, run, do)
    later = [range(len(weights)) for weights in W[layer:]]
    paths = tuple((unit, *rest) for rest in itertools.product(*later))
    parts = tuple(factors(layer, path, run.a, do) for path in paths)
    terms = np.array([np.prod(part) for part in parts])
    values, errors = (run.x, *run.h, run.o), (back.x, *back.da, do)
    return Data(layer, unit, values, errors, paths, parts, terms, slope(layer)[unit])


def factors(layer: int, path: tuple[int, ...], a: tuple[Array, ...], do: Array) -> list[float]:
    """Return what stands on one route: slope and weight by turns, δo at the end."""
    found = []
    for n, (start, end) in enumerate(itertools.pairwise(path), layer):
        if n > 0:
            found.append(float(d_tanh(a[n - 1][start])))
        found.append(float(W[n][end, start]))
    return [*found, float(do[path[-1]])]


@cache
def slope(layer: int) -> Array:
    """Differentiate J numerically by the pre-activations of one layer (0: by the inputs)."""
    run = dense.forward(PARAMS, X)

    def loss(v: Array) -> float:
        o = v
        for n in range(layer, 3):
            o = W[n] @ (np.tanh(o) if n else o) + b[n]
        return float(losses.squared_error(o, TARGET)[0])

    return numerical_gradient(loss, (run.x, *run.a, run.o)[layer])


def draw(data: Data) -> str:
    """Draw the net with the routes lit in the colour of errors, and the list of their terms."""
    heads = ("x", "h_1=\\tanh(a_1)", "h_2=\\tanh(a_2)", "o")
    titles = [svg.label(c[0][0], 28, head, size=17) for c, head in zip(COLUMNS, heads, strict=True)]
    parts = (_wires(data), _neurons(data), _list(data), _product(data))
    return svg.picture(*SIZE, *titles, *parts, title="Routes of the error")


def _wires(data: Data) -> str:
    """Draw all connections; those on a route are as wide as the terms that pass them."""
    shares = [np.zeros_like(weights) for weights in W]
    for path, size in zip(data.paths, data.terms, strict=True):
        for n, (start, end) in enumerate(itertools.pairwise(path), data.layer):
            shares[n][end, start] += abs(size)
    total = float(np.abs(data.terms).sum())
    faint, lit = [], []
    for n, share in enumerate(shares):
        for end, start in np.ndindex(share.shape):
            ends = COLUMNS[n][start], COLUMNS[n + 1][end]
            passed = share[end, start] > 0
            drawn = network.weight(
                *ends, share[end, start], largest=total, lit=passed, stroke="error"
            )
            (lit if passed else faint).append(drawn)
    last = [data.unit] if data.layer == 3 else range(2)
    for unit in range(2):
        on = unit in last
        ending = sum(abs(data.terms[n]) for n, path in enumerate(data.paths) if path[-1] == unit)
        width = 0.8 + 4.2 * ending / total
        stroke = {"stroke": "error" if on else "faint", "line": width if on else 1.2}
        lit.append(svg.arrow(COLUMNS[3][unit], LOSS, gap=(20, 20), head=11, **stroke))
    return "".join(faint + lit)


def _neurons(data: Data) -> str:
    reached = [{data.unit}] + [set(range(len(c))) for c in COLUMNS[data.layer + 1 :]]
    drawn = []
    for layer, places in enumerate(COLUMNS):
        for unit, (x, y) in enumerate(places):
            chosen = (layer, unit) == (data.layer, data.unit)
            name = f"{WORDS[layer]}, neuron {unit + 1}"
            drawn.append(
                network.neuron(
                    (x, y),
                    data.values[layer][unit],
                    "",
                    id_=f"{layer}.{unit}",
                    name=name,
                    lit=chosen,
                )
            )
            if layer >= data.layer and unit in reached[layer - data.layer]:
                shown = f"δ {decimals(data.errors[layer][unit], 3)}"
                drawn.append(svg.words(x, y + 36, shown, size=12.5, fill="error"))
    loss = svg.circle(*LOSS, 20, fill="panel", stroke="error", line=2)
    return "".join(drawn) + loss + svg.label(LOSS[0], LOSS[1] + 6, "J", size=18, fill="error")


def _list(data: Data) -> str:
    """List the terms: all of them up to nine, else the largest eight and the rest."""
    order = np.argsort(-np.abs(data.terms), kind="stable")
    shown = order if len(order) <= 9 else order[:8]
    rows = [("route", "term", "muted")]
    for n in shown:
        rows.append(("→".join(str(unit + 1) for unit in data.paths[n]), data.terms[n], "error"))
    if len(shown) < len(order):
        rest = data.terms[order[8:]].sum()
        rows.append((f"{len(order) - 8} more", rest, "error"))
    rows.append(("sum", data.terms.sum(), "ink"))
    drawn = []
    for n, (words, value, fill) in enumerate(rows):
        y = 38 + 25 * n + (8 if words == "sum" else 0)
        written = value if isinstance(value, str) else decimals(value, 4)
        drawn.append(svg.words(648, y, words, size=14, fill=fill, anchor="start"))
        drawn.append(svg.words(796, y, written, size=14, fill=fill, anchor="end"))
    line = svg.wire([(648, y - 21), (796, y - 21)], stroke="muted", line=1)
    return "".join(drawn) + line


def _product(data: Data) -> str:
    """Multiply the largest term out: each factor stands below the neuron or wire it belongs to."""
    largest = int(np.argmax(np.abs(data.terms)))
    route = "→".join(str(unit + 1) for unit in data.paths[largest])
    found = data.factors[largest]
    names = ["weight", "slope", "weight", "slope", "weight", "δo"][-len(found) :]
    drawn = [svg.words(24, 334, f"The largest term, {route}:", size=14, anchor="start")]
    for n, (value, name) in enumerate(zip(found, names, strict=True)):
        x = COLUMNS[3][0][0] - 75 * (len(found) - 1 - n)
        drawn.append(svg.words(x, 358, decimals(value, 3), size=14, fill="error"))
        drawn.append(svg.words(x, 376, name, size=12.5, fill="muted"))
        if n:
            drawn.append(svg.words(x - 37.5, 358, "·", size=16))
    product = f"= {decimals(data.terms[largest], 4)}"
    return "".join(drawn) + svg.words(548, 358, product, size=14, fill="error", anchor="start")


def read(data: Data) -> str:
    """Say how many routes there are, what they sum to, and what differentiation gives."""
    count = plural(len(data.terms), "route leads", "routes lead")
    sums = "its term is" if len(data.terms) == 1 else "their terms add up to"
    place = f"neuron {data.unit + 1} of the {WORDS[data.layer]}"
    return (
        f"From {place} {count} to J; {sums} {number(data.terms.sum(), 4)}, "
        f"and the numerical derivative is {number(data.numerical, 4)}."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Choose the neuron that was clicked."""
    return {"neuron": click.id} if click.id in NEURONS else None


def explorer() -> Explorer:
    """Return the explorer; a click on a neuron chooses it."""
    names = {
        f"{WORDS[int(layer)]}, neuron {int(unit) + 1}": f"{layer}.{unit}"
        for layer, unit in (neuron.split(".") for neuron in NEURONS)
    }
    return Explorer(
        "All routes by which the error reaches a neuron",
        compute,
        draw,
        read,
        {"neuron": choice("Neuron", "1.1", names)},
        on_click=clicked,
    )
