"""Following the flows of variables: the routes of an error on the blocks t and t+1 (row B3).

Choose a variable, in the list or on the drawing. Its routes to J light up in purple; below stands
one term of its formula for each route, with its number. A route can be switched off, to see what
the sum loses. The last line has the numerical derivative, which knows of no route. A parameter is
used at every step: its terms can be those of one step, or of all, one for each.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import cells, routes
from lstm_core.cells import Gradients, Run
from lstm_core.checks import Array
from lstm_core.draw import block, svg
from lstm_core.draw.text import entries, number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider, switch
from lstm_core.notation import plain, symbol
from lstm_core.routes import Route

T, D = 5, 2
VARIABLES = {
    "y, block output": "y",
    "o, output gate": "o",
    "ō, before its activation": "o_bar",
    "c, cell": "c",
    "f, forget gate": "f",
    "f̄, before its activation": "f_bar",
    "i, input gate": "i",
    "ī, before its activation": "i_bar",
    "z, block input": "z",
    "z̄, before its activation": "z_bar",
    "x, input": "x",
} | {
    f"{letter}_{gate}, {word} of the {part}": f"{letter}_{gate}"
    for letter, word in (("W", "weights"), ("R", "weights"), ("p", "peephole"), ("b", "bias"))
    for gate, part in zip(
        ("z", "in", "for", "out"),
        ("block input", "input gate", "forget gate", "output gate"),
        strict=True,
    )
    if (letter, gate) != ("p", "z")
}
NEURONS = ("y", "o", "o_bar", "c", "f", "f_bar", "i", "i_bar", "z", "z_bar", "x")


class Data(NamedTuple):
    """The routes of δ of one variable at one step, and what they add up to."""

    run: Run
    name: str
    t: int
    routes: tuple[Route, ...]  # of step t, or, summed over time, of all steps
    alone: tuple[Array, ...]  # the derivative along each, the others frozen; empty if not asked for
    summed: bool  # a parameter, over all steps
    off: tuple[str, ...]
    total: Array  # of the routes that are on
    numerical: Array  # by all routes together
    layout: str


def compute(
    variable: str,
    step: int,
    units: int,
    layout: str,
    every: bool,
    frozen: bool,
    off: tuple[str, ...],
) -> Data:
    """Return the routes of the variable at `step` (from 1) in a block of `units` units.

    With `every` those of a parameter are of all steps, their keys with the step: "2:i_bar". With
    `frozen` each route of a neuron is differentiated numerically, all others frozen.
    """
    run, gradients = example(units)
    t, summed = step - 1, every and variable in run.params
    found = routes.terms_at(run, gradients, variable, t)
    if summed:
        found = tuple(
            route._replace(key=f"{s + 1}:{route.key}")
            for s in range(T)
            for route in routes.terms_at(run, gradients, variable, s)
        )
    alone = _alone(units, variable, t) if frozen and variable in NEURONS else ()
    numerical = _numerical(units, variable, None if summed else t)
    off = tuple(key for key in off if key in {route.key for route in found})
    kept = [route.value for route in found if route.key not in off]
    total = sum(kept, np.zeros_like(numerical))
    return Data(run, variable, t, found, alone, summed, off, total, numerical, layout)


@cache
def example(units: int) -> tuple[Run, Gradients]:
    """Return the run of T steps whose routes are shown, and its errors."""
    return random_run(units, T, seed=4)


def random_run(units: int, T: int, seed: int) -> tuple[Run, Gradients]:
    """Return a run with peepholes, weights of size one and a first state, and its errors."""
    rng = np.random.default_rng(seed)
    params = cells.init(cells.LSTM, D, units, rng)
    X, y0, c0, dY = (rng.standard_normal(s) for s in ((T, D), units, units, (T, units)))
    run = cells.forward(cells.LSTM, params, X, y0=y0, c0=c0)
    return run, cells.backward(run, dy=dY)


@cache
def _numerical(units: int, variable: str, t: int | None) -> Array:
    return routes.numerical(*example(units), variable, t)


@cache
def _alone(units: int, variable: str, t: int) -> tuple[Array, ...]:
    given = example(units)
    found = routes.terms_at(*given, variable, t)
    return tuple(routes.frozen(*given, variable, route, t) for route in found)


def draw(data: Data) -> str:
    """Draw the two blocks with the routes lit, over the list of terms."""
    flow, off = _flow(data)
    picture = block.draw(
        run=data.run,
        layout=data.layout,
        steps=min(2, T - data.t),
        t=data.t,
        numbered=True,
        backward=flow,
        off=off,
        selected=f"{data.name}@{data.t}",
    )
    width, height = svg.size(picture)
    rows = [_row(data, n, height + 40 + 34 * n) for n in range(len(data.routes))]
    end = height + 40 + 34 * len(data.routes)
    head = {"size": 13, "anchor": "end", "fill": "muted"}
    if data.total.size > 1:
        rows.append(svg.words(806, height + 10, "length", **head))
    if data.alone:
        rows.append(svg.words(524, height + 10, "numerically, others frozen", **head))
    left = max((svg.PAGE - width) / 2, 0)
    title = f"Routes of δ{plain(symbol(data.name))} at step {data.t + 1}"
    parts = [svg.move(left, 0, picture), *rows, _total(data, end + 8)]
    return svg.picture(max(svg.PAGE, width), end + 44, *parts, title=title)


def _flow(data: Data) -> tuple[dict[str, float], set[str]]:
    """Return for the blocks drawn what flows on each wire, and the wires switched off."""
    if not data.summed:
        args = data.routes, data.t, data.off
        return block.sizes(*args), block.switched_off(*args)
    flow, off = {}, set()
    for s in range(data.t, min(data.t + 2, T)):
        here = [route for route in data.routes if route.key.startswith(f"{s + 1}:")]
        flow |= block.sizes(here, s, data.off)
        off |= block.switched_off(here, s, data.off)
    return flow, off


def _row(data: Data, n: int, y: float) -> str:
    """Return one line: on or off, the term as formula, its number and its length."""
    route = data.routes[n]
    off = route.key in data.off
    hue = "muted" if off else "error"
    ground = svg.box(40, y - 23, 780, 31, fill="surface" if off else "panel", stroke="faint")
    mark = svg.words(64, y, "☐" if off else "☑", size=17, fill=hue)
    term = svg.label(90, y, route.tex, size=18, anchor="start", fill=hue)
    state = "off" if off else "on"
    name = f"term {plain(route.tex)} = {entries(route.value)}, switched {state}"
    values = _values(route.value, y, hue)
    if data.alone:
        values += svg.words(524, y, entries(data.alone[n], 2), size=14, anchor="end")
    return svg.clickable(f"term:{route.key}", name, ground, mark, term, values, pressed=not off)


def _values(value: Array, y: float, hue: str, sign: str = "", **style: str) -> str:
    """Return a number at the end of a line; for a vector its entries and its length."""
    style = {"size": 15 if value.size < 4 else 14, "anchor": "end", "fill": hue} | style
    if value.size == 1:
        return svg.words(806, y, sign + entries(value), **style)
    size = number(float(np.linalg.norm(value)))
    return svg.words(716, y, sign + entries(value), **style) + svg.words(806, y, size, **style)


def _total(data: Data, y: float) -> str:
    """Return the last line: the sum of what is on, and the numerical derivative."""
    right = np.allclose(data.total, data.numerical, atol=1e-7)
    over = f", {T} steps" if data.summed else ""
    left = {"size": 15, "anchor": "start"}
    return "".join(
        (
            svg.wire([(420, y - 20), (820, y - 20)], stroke="muted", line=1.2),
            svg.words(90, y + 2, f"sum of the routes that are on{over}", **left),
            _values(data.total, y + 2, "ink", font_weight="bold"),
            svg.words(90, y + 26, "numerical derivative, by all routes", fill="muted", **left),
            _values(data.numerical, y + 26, "muted", "=  " if right else "≠  "),
        )
    )


def read(data: Data) -> str:
    """Say how many routes there are, what each adds, and whether the sum is the derivative."""
    terms = "; ".join(
        f"{plain(route.tex)} = {entries(route.value)}{' (off)' if route.key in data.off else ''}"
        for route in data.routes
    )
    agree = np.allclose(data.total, data.numerical, atol=1e-7)
    lost = float(np.linalg.norm(data.total - data.numerical))
    verdict = "the same" if agree else f"so {number(lost)} is missing"
    when = f"at all {T} steps" if data.summed else f"at step {data.t + 1} of {T}"
    return (
        f"{plain(symbol(data.name))} {when} reaches J by "
        f"{plural(len(data.routes), 'route')}: {terms}. Sum {entries(data.total)}; numerical "
        f"derivative {entries(data.numerical)}: {verdict}.{_read_alone(data)}"
    )


def _read_alone(data: Data) -> str:
    """Say whether each term is the derivative along its route, with the others frozen."""
    if not data.alone:
        return ""
    pairs = zip(data.routes, data.alone, strict=True)
    same = sum(np.allclose(route.value, value, atol=1e-7) for route, value in pairs)
    return (
        f" Numerical differentiation along one route, all others frozen, agrees with {same} of "
        f"{plural(len(data.alone), 'term')}."
    )


def clicked(click: Click, values: Values) -> Values | None:
    """Choose the node that was clicked, or switch a term on or off."""
    if click.id.startswith("term:"):
        key = click.id.removeprefix("term:")
        return {"off": tuple(sorted(set(values["off"]) ^ {key}))}
    found = block.part(click.id)
    if found.kind == "node" and found.name in VARIABLES.values():
        return {"variable": found.name, "step": found.t + 1, "off": ()}
    return None


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Following the flows of variables",
        compute,
        draw,
        read,
        {
            "variable": choice("Variable", "c", VARIABLES),
            "step": slider("Step t", 2, 1, T),
            "units": slider("Units", 1, 1, 2),
            "layout": choice("Drawing", "circuit", block.DRAWINGS),
            "frozen": switch("Each route alone, the others frozen", False),
            "every": switch("Parameters: sum over all steps", False),
        },
        state={"off": ()},
        on_click=clicked,
        idle=lambda values: {"every" if values["variable"] in NEURONS else "frozen"},
    )
