"""Following the flows of variables: the routes of an error on the blocks t and t+1 (row B3).

Choose a variable, in the list or on the drawing. Its routes to J light up in purple; below stands
one term of its formula for each route, with its number. A route can be switched off, to see what
the sum loses. The last line has the numerical derivative, which knows of no route.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lstm_core import cells, routes
from lstm_core.cells import Gradients, Run
from lstm_core.checks import Array
from lstm_core.draw import block, svg
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, choice, slider
from lstm_core.notation import plain
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
    f"{letter}_{gate}, {word} of {gate}": f"{letter}_{gate}"
    for letter, word in (("W", "weights"), ("R", "weights"), ("p", "peephole"), ("b", "bias"))
    for gate in ("z", "in", "for", "out")
    if (letter, gate) != ("p", "z")
}


class Data(NamedTuple):
    """The routes of δ of one variable at one step, and what they add up to."""

    run: Run
    name: str
    t: int
    routes: tuple[Route, ...]
    off: tuple[str, ...]
    total: Array  # of the routes that are on
    numerical: Array  # by all routes together
    layout: str


def compute(variable: str, step: int, units: int, layout: str, off: tuple[str, ...]) -> Data:
    """Return the routes of the variable at `step` (from 1) in a block of `units` units."""
    run, gradients = example(units)
    t = step - 1
    found = routes.terms_at(run, gradients, variable, t)
    numerical = _numerical(units, variable, t)
    off = tuple(key for key in off if key in {route.key for route in found})
    kept = [route.value for route in found if route.key not in off]
    total = sum(kept, np.zeros_like(numerical))
    return Data(run, variable, t, found, off, total, numerical, layout)


@cache
def example(units: int) -> tuple[Run, Gradients]:
    """Return a run with peepholes, weights of size one and a first state, and its errors."""
    rng = np.random.default_rng(4)
    params = cells.init(cells.LSTM, D, units, rng)
    X, y0, c0, dY = (rng.standard_normal(s) for s in ((T, D), units, units, (T, units)))
    run = cells.forward(cells.LSTM, params, X, y0=y0, c0=c0)
    return run, cells.backward(run, dy=dY)


@cache
def _numerical(units: int, variable: str, t: int) -> Array:
    return routes.numerical(*example(units), variable, t)


def draw(data: Data) -> str:
    """Draw the two blocks with the routes lit, over the list of terms."""
    steps = min(2, T - data.t)
    picture = block.draw(
        run=data.run,
        layout=data.layout,
        steps=steps,
        t=data.t,
        numbered=True,
        backward=block.sizes(data.routes, data.t, data.off),
        off=block.switched_off(data.routes, data.t, data.off),
        selected=f"{data.name}@{data.t}",
    )
    width, height = svg_size(picture)
    rows = [_row(data, route, height + 40 + 34 * n) for n, route in enumerate(data.routes)]
    end = height + 40 + 34 * len(rows)
    left = max((860 - width) / 2, 0)
    title = f"Routes of δ{plain(data.name)} at step {data.t + 1}"
    return svg.picture(
        max(860, width),
        end + 44,
        svg.move(left, 0, picture),
        *rows,
        _total(data, end + 8),
        title=title,
    )


def svg_size(picture: str) -> tuple[float, float]:
    """Return width and height of an SVG document."""
    _, _, width, height = picture.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return float(width), float(height)


def _row(data: Data, route: Route, y: float) -> str:
    """Return one line: on or off, the term as formula, its number."""
    off = route.key in data.off
    hue = "muted" if off else "error"
    ground = svg.box(40, y - 23, 780, 31, fill="surface" if off else "panel", stroke="faint")
    mark = svg.words(64, y, "☐" if off else "☑", size=17, fill=hue)
    term = svg.label(90, y, route.tex, size=18, anchor="start", fill=hue)
    value = svg.words(806, y, shown(route.value), size=15, anchor="end", fill=hue)
    state = "off" if off else "on"
    name = f"term {plain(route.tex)} = {shown(route.value)}, switched {state}"
    return svg.clickable(f"term:{route.key}", name, ground, mark, term, value, pressed=not off)


def _total(data: Data, y: float) -> str:
    """Return the last line: the sum of what is on, and the numerical derivative."""
    right = np.allclose(data.total, data.numerical, atol=1e-7)
    verdict = "=" if right else "≠"
    return "".join(
        (
            svg.wire([(560, y - 20), (820, y - 20)], stroke="muted", line=1.2),
            svg.words(90, y + 2, "sum of the routes that are on", size=15, anchor="start"),
            svg.words(806, y + 2, shown(data.total), size=15, anchor="end", font_weight="bold"),
            svg.words(
                90,
                y + 26,
                "numerical derivative, by all routes",
                size=15,
                anchor="start",
                fill="muted",
            ),
            svg.words(
                806,
                y + 26,
                f"{verdict}  {shown(data.numerical)}",
                size=15,
                anchor="end",
                fill="muted",
            ),
        )
    )


def shown(value: Array) -> str:
    """Return a number, a short vector, or the length of a longer array."""
    flat = np.ravel(value)
    if flat.size <= 2:
        return ", ".join(number(float(entry)) for entry in flat)
    return f"length {number(float(np.linalg.norm(flat)))}"


def read(data: Data) -> str:
    """Say how many routes there are, what each adds, and whether the sum is the derivative."""
    terms = "; ".join(
        f"{plain(route.tex)} = {shown(route.value)}{' (off)' if route.key in data.off else ''}"
        for route in data.routes
    )
    agree = np.allclose(data.total, data.numerical, atol=1e-7)
    lost = float(np.linalg.norm(data.total - data.numerical))
    verdict = "the same" if agree else f"so {number(lost)} is missing"
    return (
        f"{plain(data.name)} at step {data.t + 1} of {T} reaches J by "
        f"{plural(len(data.routes), 'route')}: {terms}. Sum {shown(data.total)}; numerical "
        f"derivative {shown(data.numerical)}: {verdict}."
    )


def clicked(click: Click, values: dict[str, Any]) -> dict[str, Any] | None:
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
            "layout": choice("Drawing", "circuit", list(block.LAYOUTS)),
        },
        state={"off": ()},
        on_click=clicked,
    )
