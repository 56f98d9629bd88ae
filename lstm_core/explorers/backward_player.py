"""The whole backward pass, one operation at a time, on the blocks (row B3).

The player walks from the last step to the first; within a step δy, δō, δc, δf̄, δī, δz̄, δx. What
flows now is purple, its equation stands below with the numbers put in, and errors known so far
stay in their nodes. Then it goes over the steps once more and sums the parameters' gradients.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import routes
from lstm_core.cells import Gradients, Run
from lstm_core.checks import Array
from lstm_core.draw import block, svg
from lstm_core.draw.text import entries, number
from lstm_core.explorers.controls import stepped
from lstm_core.explorers.error_routes import random_run
from lstm_core.explorers.frame import Click, Explorer, Values, choice, player
from lstm_core.notation import error, in_line, plain, step_name, symbol
from lstm_core.routes import Route

T = 4
ORDER = ("y", "o_bar", "c", "f_bar", "i_bar", "z_bar", "x")
SUM = "sum"  # of the parameters' gradients: not one error, but all that step t adds to them
ERRORS = tuple((name, t) for t in reversed(range(T)) for name in ORDER)
OPERATIONS = (*ERRORS, *((SUM, t) for t in reversed(range(T))))
LETTERS = ("W", "R", "p", "b")
GATES = {"z": "block input", "in": "input gate", "for": "forget gate", "out": "output gate"}


class Data(NamedTuple):
    """The operation at hand, its terms with numbers, and all errors known before it."""

    run: Run
    gradients: Gradients
    count: int  # operations done, this one included
    name: str
    t: int
    routes: tuple[Route, ...]
    added: dict[str, Array]  # parameter → (∂J/∂θ)^(t), when the gradients are summed
    sums: dict[str, Array]  # the same, over all steps from the last one to t
    layout: str


def compute(operation: int, units: int, layout: str) -> Data:
    """Return operation number `operation`, from 1, of the backward pass."""
    run, gradients = example(units)
    name, t = OPERATIONS[operation - 1]
    if name != SUM:
        found = routes.terms_at(run, gradients, name, t)
        return Data(run, gradients, operation, name, t, found, {}, {}, layout)
    terms = {
        s: {theta: routes.terms_at(run, gradients, theta, s)[0] for theta in run.params}
        for s in range(t, T)
    }
    added = {theta: route.value for theta, route in terms[t].items()}
    sums = {theta: sum(terms[s][theta].value for s in terms) for theta in run.params}
    return Data(run, gradients, operation, name, t, tuple(terms[t].values()), added, sums, layout)


@cache
def example(units: int) -> tuple[Run, Gradients]:
    """Return the run of T steps that the player walks back through, and its errors."""
    return random_run(units, T, seed=11)


def draw(data: Data) -> str:
    """Draw the block at hand and the one after it, over the equation with its numbers."""
    first = min(data.t, T - 2)
    known = {f"{name}@{t}" for name, t in ERRORS[: data.count]}
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
    width, height = svg.size(picture)
    parts = [svg.move(max((svg.PAGE - width) / 2, 0), 0, picture)]
    if data.name == SUM:
        parts += _sums(data, height + 34)
        end = height + 34 + 48 * (len(GATES) + 1) + 10
    else:
        parts += _equation(data, height + 34)
        end = height + 34 + 34 * (len(data.routes) + 1)
    return svg.picture(
        svg.PAGE, end + 8, *parts, title="The backward pass, one operation at a time"
    )


def _equation(data: Data, y: float) -> list[str]:
    """Return the lines of the equation: what is calculated, its terms, and the numbers in them."""
    result = data.gradients.errors[data.name][data.t]
    named = error(data.name, step_name(0, data.t))
    digits = 3 if data.run.values["c"].shape[1] == 1 else 2  # of one unit, to be multiplied out
    parts = [
        svg.label(60, y, f"{named} =", size=20, anchor="start", fill="error"),
        svg.words(806, y, entries(result), size=17, anchor="end", fill="error", font_weight="bold"),
    ]
    for n, route in enumerate(data.routes):
        line = y + 34 * (n + 1)
        sign = "" if n == 0 else "+ "
        put_in = in_line(
            routes.with_numbers(data.run, data.gradients, route, data.t, data.name, digits)
        )
        parts += [
            svg.label(90, line, sign + route.tex, size=18, anchor="start"),
            svg.label(606, line, put_in, size=14, anchor="end", fill="muted"),
            svg.words(806, line, entries(route.value), size=15, anchor="end", fill="error"),
        ]
    return parts


def _sums(data: Data, y: float) -> list[str]:
    """Return the table of all gradients: their sums so far, and under each what step t adds."""
    ends = dict(zip(LETTERS, (300.0, 468.0, 636.0, 806.0), strict=True))
    head = f"sum over {steps_so_far(data)}"
    parts = [svg.words(60, y, head, size=15, anchor="start", fill="error", font_weight="bold")]
    for letter, right in ends.items():
        name = f"\\partial J / \\partial {letter}"
        parts.append(svg.label(right, y + 30, name, size=17, anchor="end"))
    for n, (gate, word) in enumerate(GATES.items(), 1):
        line = y + 48 * n + 12
        parts.append(svg.words(60, line, word, size=15, anchor="start"))
        for letter, right in ends.items():
            theta = f"{letter}_{gate}"
            if theta not in data.sums:
                continue
            end = {"anchor": "end"}
            parts += [
                svg.words(right, line, _short(data.sums[theta]), size=15, fill="error", **end),
                svg.words(
                    right,
                    line + 18,
                    f"added {_short(data.added[theta])}",
                    fill="muted",
                    size=13,
                    **end,
                ),
            ]
    return parts


def _short(value: Array) -> str:
    """Return one or two numbers, or the length of more."""
    flat = [number(float(entry), 2) for entry in np.ravel(value)]
    if len(flat) > 2:
        return f"length {number(float(np.linalg.norm(value)), 2)}"
    return f"({', '.join(flat)})" if len(flat) > 1 else flat[0]


def steps_so_far(data: Data) -> str:
    """Return the steps that are in the sums, the last one first."""
    names = [str(s + 1) for s in reversed(range(data.t, T))]
    return f"step {names[0]}" if len(names) == 1 else f"steps {', '.join(names)}"


def read(data: Data) -> str:
    """Say which error is calculated now, from what, and what is next."""
    head = f"Operation {number(data.count)} of {len(OPERATIONS)}: "
    if data.name == SUM:
        return head + _read_sums(data)
    result = data.gradients.errors[data.name][data.t]
    terms = " + ".join(plain(route.tex) for route in data.routes)
    name, step = OPERATIONS[data.count]
    then = f"δ{_called(name, step)}" if name != SUM else "the sums over time"
    return f"{head}δ{_called(data.name, data.t)} = {terms} = {entries(result)}. Next: {then}."


def _called(name: str, t: int) -> str:
    return plain(symbol(name, step_name(0, t)))


def _read_sums(data: Data) -> str:
    """Say which steps the sums hold, and what becomes of them."""
    length = number(float(np.sqrt(sum((value**2).sum() for value in data.sums.values()))))
    said = (
        f"the gradients of all parameters, summed over {steps_so_far(data)}, have length {length}."
    )
    done = " All steps are in: one update can be made." if data.t == 0 else ""
    return f"{said} Each step adds error times what the parameter met there.{done}"


def clicked(click: Click, values: Values) -> Values | None:
    """Go to the operation that calculates the error of the node that was clicked."""
    found = block.part(click.id)
    for name in (found.name, f"{found.name}_bar"):  # a gate's error is calculated at its bar
        if found.kind == "node" and (name, found.t) in ERRORS:
            return {"operation": ERRORS.index((name, found.t)) + 1}
    return None


def pressed(key: str, values: Values) -> Values:
    """Step with the arrow keys while the drawing has the focus."""
    return {"operation": stepped(key, values["operation"], len(OPERATIONS))}


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
            "layout": choice("Drawing", "circuit", block.DRAWINGS),
        },
        on_click=clicked,
        on_key=pressed,
        keys=("ArrowLeft", "ArrowRight", "Home", "End"),
    )
