"""Routes of errors through a described cell: every term of δ with its formula and its number.

For a variable ⋆^(t) the chain rule is a sum over the arrows that leave it (`terms`):

    δ⋆^(t) = Σ over arrows ⋆ → node   (∂node/∂⋆ with node's other arguments held fixed)ᵀ δnode

Nodes that only hand one thing on (z, i, f, o and tanh(c) of the LSTM) are walked through, so that
the terms are those of the textbook: five for δc^(t), to y, ō, and at t+1 ī, f̄ and c. `frozen`
differentiates the loss numerically along one of these routes with all others frozen; `numerical`
along all. `paths` lists every way between two nodes over one or two steps, to the end.

Steps t count from 0, like the first axis of the arrays; formulas write x^(t), or from 1.

>>> from lstm_core.cells import LSTM
>>> [term.key for term in terms(LSTM, "c")]
['tanh_c>y', 'o_bar', 'i_bar+1', 'f_bar+1', 'c+1']
>>> terms(LSTM, "c")[0].tex
"\\\\delta y^{(t)} \\\\odot o^{(t)} \\\\odot \\\\tanh'(c^{(t)})"
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.cells import Gradients, Run, forward, hand_back, look, loss
from lstm_core.checks import Array
from lstm_core.description import OPERATIONS, Arrow, Cell, Variable
from lstm_core.formulas import (
    carried,
    error_tex,
    hops,
    jacobian_tex,
    loss_tex,
    slope_tex,
    variable_tex,
)
from lstm_core.graph import walks
from lstm_core.notation import numbers, step_name, symbol, total


class Route(NamedTuple):
    """One way an error can take, read forward: from the variable to where its error comes from."""

    key: str  # "tanh_c>y", "i_bar+1", "J": the nodes on the way and how many steps later
    arrows: tuple[Arrow, ...]  # none for the direct way to J
    tex: str
    value: Array | None = None  # what it adds to δ; a Jacobian for `routes` to a node


def outputs(cell: Cell) -> str:
    """Return the node the loss sees: the last of the description."""
    return checks.kind("cell", cell, Cell).nodes[-1].name


def kept(cell: Cell, name: str) -> bool:
    """Return whether a node's error stands in the formulas by itself.

    A node with one term and one arrow out only hands on: routes walk through it, unless the loss
    sees it or it is handed to the next step.
    """
    last = outputs(cell) == checks.choice("name", name, cell.table)
    ways = cell.outgoing(name)
    return last or len(cell.table[name].terms) > 1 or len(ways) != 1 or name in cell.states


def terms(cell: Cell, name: str) -> tuple[Route, ...]:
    """Return the terms of δ of a variable (or of ∂J/∂parameter, at one t of its sum over t).

    Raises ValueError for a name the cell does not have.
    """
    checks.kind("cell", cell, Cell)
    checks.choice("name", name, ("x", *cell.table, *cell.shapes))
    found = [_tex_route(cell, ways) for ways in _direct(cell, name)]
    if name == outputs(cell):
        found.insert(0, Route("J", (), loss_tex(name, step_name())))
    return tuple(found)


def formula(cell: Cell, name: str) -> str:
    """Return the whole formula, such as \\delta c^{(t)} = … + … ."""
    added = total([term.tex for term in terms(cell, name)])
    if name in cell.shapes:
        return rf"\partial J / \partial {symbol(name)} = \sum_t {added}"
    return f"{error_tex(cell, name, step_name())} = {added}"


def terms_at(run: Run, gradients: Gradients, name: str, t: int | None = None) -> tuple[Route, ...]:
    """Return the terms of δ^(t) with their numbers; those that lie beyond the last step are absent.

    For a parameter the terms are (∂J/∂θ)^(t); with t=None those of all steps. Their sum is the
    entry of `gradients`. Raises ValueError or TypeError for an unknown name or step.
    """
    _check(run, gradients)
    checks.choice("name", name, ("x", *run.cell.table, *run.params))
    if t is None and name in run.params:
        T = len(run.values["x"])
        return tuple(term for t in range(T) for term in terms_at(run, gradients, name, t))
    t = _step(run, t)
    found = []
    if name in gradients.above and (name == outputs(run.cell) or gradients.above[name][t].any()):
        tex = loss_tex(name, step_name(0, t))
        found.append(Route("J", (), tex, gradients.above[name][t]))
    for arrows in _direct(run.cell, name):
        if t + sum(arrow.back for arrow in arrows) < len(run.values["x"]):
            value = _carry(run, arrows, t, gradients.errors[arrows[-1].target])
            found.append(_tex_route(run.cell, arrows, t)._replace(value=value))
    return tuple(found)


def with_numbers(
    run: Run, gradients: Gradients, route: Route, t: int, name: str = "y", digits: int = 2
) -> str:
    """Return the TeX of one term with the numbers of the run in the place of its symbols.

    `name` is the variable whose term it is; only the direct way to J needs it. `digits` are the
    decimals shown. Raises ValueError where the route ends beyond the last step.
    """
    _check(run, gradients)
    checks.kind("route", route, Route)
    t = _step(run, t)
    if not route.arrows:
        above = gradients.above[checks.choice("name", name, gradients.above)]
        return numbers(above[t], digits)

    def argument(variable: Variable, s: int) -> str:
        return numbers(look(run, variable, s), digits)

    def slope(operation: str, variable: Variable, s: int) -> str:
        here = look(run, variable, s)
        return numbers(OPERATIONS[operation].vjp[0](np.ones_like(here), here), digits)

    end = t + sum(arrow.back for arrow in route.arrows)
    if end >= len(run.values["x"]):
        raise ValueError(f"route ends at step {end}, expected less than T = {len(run.values['x'])}")
    start = numbers(gradients.errors[route.arrows[-1].target][end], digits)
    return carried(run.cell, route.arrows, t, start, argument, slope)


def frozen(
    run: Run, gradients: Gradients, name: str, route: Route, t: int, epsilon: float = 1e-5
) -> Array:
    """Return the numerical derivative of J along one route, all others frozen.

    What the first arrow of the route brings is moved by ±ε, element by element; every other arrow
    from the variable brings the old value. For the direct way to J it is J^(t) alone that is moved.
    """
    _check(run, gradients)
    checks.kind("route", route, Route)
    checks.choice("name", name, ("x", *run.cell.table, *run.params))
    t = _step(run, t)
    if not route.arrows:
        above = gradients.above[checks.choice("name", name, gradients.above)]
        return _central(lambda d: np.vdot(above[t], d), run.values[name][t], epsilon)
    first = route.arrows[0]
    at = [(first, t + first.back)]
    like = run.params[name] if name in run.params else run.values[name][t]
    return _central(lambda d: _loss_with(run, gradients, t, at, d), like, epsilon)


def numerical(
    run: Run, gradients: Gradients, name: str, t: int | None = None, epsilon: float = 1e-5
) -> Array:
    """Return the numerical derivative of J for a variable at step t, by all routes together.

    For a parameter: where it is used at step t, or, with t=None, everywhere.
    """
    _check(run, gradients)
    checks.choice("name", name, ("x", *run.cell.table, *run.params))
    if t is None and name in run.params:
        steps = range(len(run.values["x"]))
        return sum(numerical(run, gradients, name, s, epsilon) for s in steps)
    t = _step(run, t)
    if name in run.cell.table:
        at, like = [(name, t)], run.values[name][t]
    else:  # inputs and parameters: move what each of their arrows brings
        at = [(arrow, t) for arrow in run.cell.outgoing(name)]
        like = run.values["x"][t] if name == "x" else run.params[name]
    return _central(lambda d: _loss_with(run, gradients, t, at, d), like, epsilon)


def routes(
    cell: Cell,
    source: str,
    target: str,
    steps: int = 0,
    run: Run | None = None,
    gradients: Gradients | None = None,
    t: int = 0,
) -> tuple[Route, ...]:
    """Return every way from source^(t) to target^(t+steps), or to "J" up to that step.

    With a run each has its number: the Jacobian (·, H) of the way, for "J" its share of δ, which
    needs the gradients too. The sum is the total derivative. Their count grows fast: 9 from c to c
    over one step of the LSTM, 87 over two.
    Raises ValueError or TypeError for unknown names or steps, and ValueError for "J" where
    no error from above enters at the output.
    """
    checks.kind("cell", cell, Cell)
    for argument, value, kind in (("run", run, Run), ("gradients", gradients, Gradients)):
        if value is not None:
            checks.kind(argument, value, kind)
    checks.choice("source", source, ("x", *cell.table))
    checks.choice("target", target, ("J", *cell.table))
    steps = checks.whole("steps", steps, least=0)
    if run is not None and _step(run, t) + steps >= len(run.values["x"]):
        raise ValueError(f"t + steps is {t + steps}, expected less than T = {len(run.values['x'])}")

    if target == "J" and gradients is not None and outputs(cell) not in gradients.above:
        raise ValueError(f"gradients hold no error from above at {outputs(cell)}")

    def outgoing(place: tuple[str, int]) -> Iterator[tuple[Arrow, tuple[str, int]]]:
        for arrow in cell.outgoing(place[0]):
            if place[1] + arrow.back <= steps:
                yield arrow, (arrow.target, place[1] + arrow.back)

    ends = [(target, steps)]
    if target == "J":
        ends = [(outputs(cell), s) for s in range(steps + 1)]
    ways = (arrows for end in ends for arrows in walks((source, 0), end, outgoing))
    return tuple(_whole_route(cell, arrows, target, run, gradients, t) for arrows in ways)


def _tex_route(cell: Cell, arrows: tuple[Arrow, ...], t: int | None = None) -> Route:
    """Return the route with its formula, and no number yet."""
    shift = 0
    if t is None and arrows[0].source in cell.shapes:  # Σ_t δ^(t+1) y^(t): what it meets is at t
        term = cell.table[arrows[0].target].terms[arrows[0].term]
        shift = max(variable.back for variable in term.arguments)

    def argument(variable: Variable, s: int) -> str:
        return variable_tex(cell, variable.name, step_name(s - variable.back, t))

    last, s = hops(arrows, shift)[-1]
    start = error_tex(cell, last.target, step_name(s, t))
    tex = carried(cell, arrows, shift, start, argument, slope_tex(argument))
    key = ">".join(arrow.target + (f"+{s}" if s else "") for arrow, s in hops(arrows, 0))
    return Route(key, arrows, tex)


def _whole_route(
    cell: Cell,
    arrows: tuple[Arrow, ...],
    target: str,
    run: Run | None,
    gradients: Gradients | None,
    t: int,
) -> Route:
    """Return a whole way as a route: to J an error carried back, to a node a Jacobian."""
    key = ">".join(arrow.target + (f"+{s}" if s else "") for arrow, s in hops(arrows, 0))

    def argument(variable: Variable, s: int) -> str:
        return variable_tex(cell, variable.name, step_name(s - variable.back))

    end = sum(arrow.back for arrow in arrows)
    if target == "J":
        start = loss_tex(outputs(cell), step_name(end))
        tex = carried(cell, arrows, 0, start, argument, slope_tex(argument))
        above = gradients.above[outputs(cell)] if gradients else None
        value = _carry(run, arrows, t, above) if run is not None and above is not None else None
        return Route(f"{key}>J".removeprefix(">"), arrows, tex, value)
    tex = r" \, ".join(jacobian_tex(cell, hop, argument) for hop in reversed(hops(arrows, 0)))
    value = None if run is None else _jacobian(run, arrows, t, target)
    return Route(key, arrows, tex or "I", value)


def _direct(cell: Cell, name: str) -> list[tuple[Arrow, ...]]:
    """Return the ways from a variable to the first kept nodes, in the order of the formulas."""
    found = []
    for arrow in cell.outgoing(name):
        way = [arrow]
        while not kept(cell, way[-1].target):
            way += cell.outgoing(way[-1].target)
        found.append(tuple(way))
    return sorted(found, key=lambda way: (sum(arrow.back for arrow in way), -len(way)))


def _carry(run: Run, arrows: tuple[Arrow, ...], t: int, errors: Array) -> Array:
    """Return what the error at the end of the route, errors[t + …], gives to its start."""
    share = errors[t + sum(arrow.back for arrow in arrows)]
    for arrow, s in reversed(hops(arrows, t)):
        share = hand_back(run, arrow, s, share)
    return share.copy()


def _jacobian(run: Run, arrows: tuple[Arrow, ...], t: int, target: str) -> Array:
    """Return the Jacobian of the route, row by row."""
    like = run.values[target]
    rows = np.eye(like.shape[1], dtype=like.dtype)
    T = len(run.values["x"])
    return np.array([_carry(run, arrows, t, np.broadcast_to(row, (T, len(row)))) for row in rows])


def _loss_with(run: Run, gradients: Gradients, t: int, at: list, move: Array) -> float:
    """Return the loss from step t on, with the parts `at` (see `forward`) of later steps moved."""
    before = {name: look(run, Variable(name, 1), t) for name in run.cell.states}
    first = {f"{name}0": value for name, value in before.items()}
    nudge = {(part, s - t): move for part, s in at}
    later = forward(run.cell, run.params, run.values["x"][t:], nudge=nudge, **first)
    return loss(later, {name: error[t:] for name, error in gradients.above.items()})


def _central(function: Callable[[Array], float], like: Array, epsilon: float) -> Array:
    """Return (f(ε) − f(−ε)) / 2ε for each element of a move shaped like `like`."""
    epsilon = checks.number("epsilon", epsilon, above=0.0)
    found = np.empty_like(like)
    for place in np.ndindex(like.shape):
        move = np.zeros_like(like)
        move[place] = epsilon
        found[place] = (function(move) - function(-move)) / (2.0 * epsilon)
    return found


def _check(run: Run, gradients: Gradients) -> None:
    checks.kind("run", run, Run)
    checks.kind("gradients", gradients, Gradients)


def _step(run: Run, t: int | None) -> int:
    t = checks.whole("t", t, least=0)
    if t >= len(run.values["x"]):
        raise ValueError(f"t is {t}, expected less than T = {len(run.values['x'])}")
    return t
