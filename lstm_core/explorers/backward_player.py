"""The whole backward pass, one operation at a time, on the blocks (row B3).

The player walks from the last step to the first; within a step δy, δō, δc, δf̄, δī, δz̄, δx. What
flows now is purple, its equation stands below with the numbers put in, and errors known so far
stay in their nodes.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import cells, routes
from lstm_core.cells import Gradients, Run
from lstm_core.draw import block, svg
from lstm_core.draw.text import number
from lstm_core.explorers.error_routes import shown, svg_size
from lstm_core.explorers.frame import Explorer, choice, player
from lstm_core.notation import plain
from lstm_core.routes import Route

T, D = 4, 2
ORDER = ("y", "o_bar", "c", "f_bar", "i_bar", "z_bar", "x")
OPERATIONS = tuple((name, t) for t in reversed(range(T)) for name in ORDER)


class Data(NamedTuple):
    """The operation at hand, its terms with numbers, and all errors known before it."""

    run: Run
    gradients: Gradients
    count: int  # operations done, this one included
    name: str
    t: int
    routes: tuple[Route, ...]
    layout: str


def compute(operation: int, units: int, layout: str) -> Data:
    """Return operation number `operation`, from 1, of the backward pass."""
    run, gradients = example(units)
    name, t = OPERATIONS[operation - 1]
    found = routes.terms_at(run, gradients, name, t)
    return Data(run, gradients, operation, name, t, found, layout)


@cache
def example(units: int) -> tuple[Run, Gradients]:
    """Return a run of T steps with peepholes and weights of size one, and its errors."""
    rng = np.random.default_rng(11)
    params = cells.init(cells.LSTM, D, units, rng)
    X, y0, c0, dY = (rng.standard_normal(s) for s in ((T, D), units, units, (T, units)))
    run = cells.forward(cells.LSTM, params, X, y0=y0, c0=c0)
    return run, cells.backward(run, dy=dY)


def draw(data: Data) -> str:
    """Draw the block at hand and the one after it, over the equation with its numbers."""
    first = min(data.t, T - 2)
    known = {f"{name}@{t}" for name, t in OPERATIONS[: data.count]}
    flow = block.sizes(data.routes, data.t)
    picture = block.draw(
        run=data.run,
        layout=data.layout,
        steps=2,
        t=first,
        numbered=True,
        errors=data.gradients.errors,
        known=known | set(flow),
        backward=flow,
        selected=f"{data.name}@{data.t}",
    )
    width, height = svg_size(picture)
    parts = [svg.move(max((860 - width) / 2, 0), 0, picture), *_equation(data, height + 34)]
    end = height + 34 + 34 * (len(data.routes) + 1)
    return svg.picture(860, end + 8, *parts, title="The backward pass, one operation at a time")


def _equation(data: Data, y: float) -> list[str]:
    """Return the lines of the equation: what is calculated, its terms, and the numbers in them."""
    result = data.gradients.errors[data.name][data.t]
    symbol = f"\\delta {block.symbol(data.name, block.step_name(0, data.t))}"
    parts = [
        svg.label(60, y, f"{symbol} =", size=20, anchor="start", fill="error"),
        svg.words(806, y, shown(result), size=17, anchor="end", fill="error", font_weight="bold"),
    ]
    for n, route in enumerate(data.routes):
        line = y + 34 * (n + 1)
        sign = "" if n == 0 else "+ "
        put_in = inline(routes.with_numbers(data.run, data.gradients, route, data.t, data.name))
        parts += [
            svg.label(90, line, sign + route.tex, size=18, anchor="start"),
            svg.label(646, line, put_in, size=14, anchor="end", fill="muted"),
            svg.words(806, line, shown(route.value), size=15, anchor="end", fill="error"),
        ]
    return parts


def inline(tex: str) -> str:
    """Return a formula with its vectors and matrices in one line: (a; b), rows apart by ;."""
    opened = tex.replace(r"\begin{pmatrix}", "(").replace(r"\end{pmatrix}", ")")
    return opened.replace(r"\\", ";\\ ").replace(" &", ",")


def read(data: Data) -> str:
    """Say which error is calculated now, from what, and what is next."""
    result = data.gradients.errors[data.name][data.t]
    terms = " + ".join(plain(route.tex) for route in data.routes)
    last = data.count == len(OPERATIONS)
    following = "" if last else OPERATIONS[data.count]
    then = (
        "The walk is over."
        if last
        else f"Next: δ{plain(block.symbol(following[0], block.step_name(0, following[1])))}."
    )
    name = plain(block.symbol(data.name, block.step_name(0, data.t)))
    return (
        f"Operation {number(data.count)} of {len(OPERATIONS)}: δ{name} = {terms} = "
        f"{shown(result)}. {then}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The backward pass, one operation at a time",
        compute,
        draw,
        read,
        {
            "operation": player("Operation", 1, len(OPERATIONS), pause=1500),
            "units": choice("Units", 1, {"one": 1, "two": 2}),
            "layout": choice("Drawing", "circuit", list(block.LAYOUTS)),
        },
        on_key=stepped,
        keys=("ArrowLeft", "ArrowRight", "Home", "End"),
    )


def stepped(key: str, values: dict) -> dict | None:
    """Step with the arrow keys while the drawing has the focus."""
    now = values["operation"]
    ends = {"Home": 1, "End": len(OPERATIONS)}
    moves = {"ArrowLeft": max(now - 1, 1), "ArrowRight": min(now + 1, len(OPERATIONS))}
    return {"operation": (ends | moves)[key]}
