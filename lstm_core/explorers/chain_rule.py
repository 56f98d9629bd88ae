"""The chain rule on a graph the learner edits: every route listed, multiplied, summed (row B1).

A click on an arrow takes it out or puts it in; a click on a route lights it up. The sum over all
routes stands beside a numerical derivative, which knows of no route.
"""

import math
from typing import NamedTuple

from lstm_core import graph
from lstm_core.draw import svg
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider
from lstm_core.graph import Graph, Route

OPERATIONS = {"u1": "sin", "u2": "tanh", "v1": "exp", "v2": "sin", "f": "product"}
PLACES = {
    "x": (80, 170),
    "u1": (300, 80),
    "u2": (300, 260),
    "v1": (550, 80),
    "v2": (550, 260),
    "f": (780, 170),
}
FORMULAS = {name: f"{name[0]}_{name[1:]}" if name[1:] else name for name in PLACES}
ONE = ("x>u1", "u1>v1", "v1>f")
TWO = (*ONE, "x>u2", "u2>v2", "v2>f")
TWO_BY_TWO = (*TWO, "u1>v2", "u2>v1")
PRESETS = {
    "one route": ONE,
    "two routes": TWO,
    "two by two": TWO_BY_TWO,
    "two by two, and short cuts": (*TWO_BY_TWO, "u1>u2", "x>f"),
}
SHORT_CUT = [(80, 202), (80, 336), (780, 336), (780, 204)]
POSSIBLE = PRESETS["two by two, and short cuts"]


class Data(NamedTuple):
    """The graph with its values, derivatives on the arrows, and the routes from x to f."""

    values: dict[str, float]
    factors: dict[str, float]  # "u1>v1" → ∂v1/∂u1
    routes: tuple[Route, ...]
    numerical: float
    lit: int  # number of the route lit up, or −1 for all


def compute(x: float, preset: str, changed: tuple[str, ...], lit: int) -> Data:
    """Evaluate the graph of a preset with some arrows changed, and find its routes."""
    arrows = [name for name in POSSIBLE if (name in PRESETS[preset]) != (name in changed)]
    made = _graph(arrows)
    values = graph.evaluate(made, {"x": x})
    factors = {f"{a}>{b}": slope for (a, b), slope in graph.partials(made, values).items()}
    routes = graph.routes(made, "x", "f", values)
    numerical = graph.numerical_derivative(made, {"x": x}, "x", "f")
    return Data(values, factors, routes, numerical, lit if lit < len(routes) else -1)


def _graph(arrows: list[str]) -> Graph:
    pairs = [name.split(">") for name in arrows]
    specs = {
        name: (operation, *(a for a, b in pairs if b == name))
        for name, operation in OPERATIONS.items()
    }
    return graph.build(x="input", **specs)


def draw(data: Data) -> str:
    """Draw the graph, with the derivative on every arrow, over the list of routes."""
    shown = data.routes if data.lit < 0 else (data.routes[data.lit],)
    on = {f"{a}>{b}" for r in shown for a, b in zip(r.nodes, r.nodes[1:], strict=False)}
    parts = [_arrow(name, data.factors.get(name), name in on) for name in POSSIBLE]
    parts += [_node(name, data.values[name]) for name in PLACES]
    rows = [_row(n, route, n == data.lit) for n, route in enumerate(data.routes)]
    height = 376 + 30 * len(rows) + 66
    return svg.picture(
        svg.PAGE, height, *parts, *rows, _total(data, height - 40), title="Chain rule"
    )


def _arrow(name: str, factor: float | None, lit: bool) -> str:
    """Return one arrow: purple on a lit route, faint otherwise, dashed where it is taken out."""
    tail, head = name.split(">")
    points = SHORT_CUT if name == "x>f" else _straight(PLACES[tail], PLACES[head])
    there = factor is not None
    style = {
        "stroke": "error" if lit and there else "muted" if there else "faint",
        "line": 3 if lit and there else 1.8,
        "dashes": None if there else "5 5",
    }
    share = 0.3 if name in ("u1>v2", "u2>v1") else 0.5
    (x0, y0), (x1, y1) = points[-3:-1] if name == "x>f" else points
    tag = _tag(x0 + share * (x1 - x0), y0 + share * (y1 - y0), number(factor), lit) if there else ""
    touch = svg.wire(points, stroke="#000000", line=22, opacity=0)
    called = f"arrow from {tail} to {head}"
    told = f"{called}, derivative {number(factor)}" if there else f"{called}, taken out"
    wire = svg.wire(points, head=10, **style)
    return svg.clickable(f"arrow:{name}", told, wire, tag, touch, pressed=there)


def _straight(start: svg.Point, end: svg.Point) -> list[svg.Point]:
    """Return the ends of an arrow between two nodes, clear of their rings."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    return [(x0 + 32 * ux, y0 + 32 * uy), (x1 - 34 * ux, y1 - 34 * uy)]


def _tag(x: float, y: float, text: str, lit: bool) -> str:
    width = 9.0 * len(text) + 14
    ground = svg.box(x - width / 2, y - 12, width, 24, fill="surface", stroke="none", radius=6)
    return ground + svg.words(x, y + 5, text, size=15, fill="error" if lit else "muted")


def _node(name: str, value: float) -> str:
    x, y = PLACES[name]
    inside = svg.label(x, y - 1, FORMULAS[name], size=19)
    told = svg.words(x, y + 16, number(value, 2), size=13, fill="muted")
    operation = OPERATIONS.get(name)
    above = {"product": "the product"}.get(operation, f"{operation} of the sum")
    height = y + 47 if name.endswith("2") else y - 40
    note = svg.words(x, height, above if operation else "the start", size=13, fill="muted")
    return svg.circle(x, y, 30, fill="panel", stroke="ink", line=2) + inside + told + note


def _row(n: int, route: Route, lit: bool) -> str:
    """Return one line of the list: the route, its factors, their product."""
    y = 384 + 30 * n
    way = " → ".join(route.nodes)
    factors = " · ".join(_factor(factor, first=not k) for k, factor in enumerate(route.factors))
    ground = svg.box(60, y - 20, 740, 28, fill="marked" if lit else "surface", stroke="none")
    texts = (
        svg.words(76, y, way, size=15, anchor="start"),
        svg.words(590, y, f"{factors}  =", size=15, anchor="end", fill="error"),
        svg.words(690, y, number(route.product), size=15, anchor="end", fill="error"),
    )
    told = f"route {way}, product {number(route.product)}"
    return svg.clickable(f"route:{n}", told, ground, *texts, pressed=lit)


def _factor(value: float, first: bool) -> str:
    """Return a factor with as many digits as the product, in brackets if its sign needs them."""
    return number(value) if first or value >= 0 else f"({number(value)})"


def _total(data: Data, y: float) -> str:
    """Return the last lines: the sum over all routes, and the numerical derivative."""
    total = sum(route.product for route in data.routes)
    left, right = {"size": 15, "anchor": "start"}, {"size": 15, "anchor": "end"}
    return "".join(
        (
            svg.wire([(560, y - 24), (700, y - 24)], stroke="muted", line=1.2),
            svg.words(76, y, "sum over all routes, df/dx", **left),
            svg.words(690, y, number(total), font_weight="bold", **right),
            svg.words(76, y + 24, "numerical derivative", fill="muted", **left),
            svg.words(690, y + 24, number(data.numerical), fill="muted", **right),
        )
    )


def read(data: Data) -> str:
    """Say how many routes there are, what each adds, and that the sum is the derivative."""
    if not data.routes:
        return "No route leads from x to f: f does not depend on x, and df/dx = 0."
    terms = ", ".join(f"{' → '.join(r.nodes)}: {number(r.product)}" for r in data.routes)
    count = plural(len(data.routes), "route leads", "routes lead")
    total = number(sum(route.product for route in data.routes))
    sums = "Its product is" if len(data.routes) == 1 else "Their sum is"
    return (
        f"{count} from x to f ({terms}). {sums} {total}; "
        f"numerical differentiation says {number(data.numerical)}."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Take an arrow out or put it in; light a route up or let all shine."""
    kind, _, name = click.id.partition(":")
    if kind == "arrow":
        changed = set(values["changed"]) ^ {name}
        return {"changed": tuple(sorted(changed)), "lit": -1}
    if kind == "route":
        return {"lit": -1 if values["lit"] == int(name) else int(name)}
    return None


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The chain rule: a sum over all routes",
        compute,
        draw,
        read,
        {
            "preset": choice("Graph", "two by two", list(PRESETS)),
            "x": slider("Value of x", 0.8, -2.0, 2.0, 0.05),
        },
        state={"changed": (), "lit": -1},
        on_click=clicked,
    )
