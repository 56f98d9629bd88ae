"""The picture of the LSTM block: one description of the cell, drawn as a circuit or as the Odyssey.

    draw()                                        the standard block
    draw(variants.lstm("coupled_gates"))          a variant; what is left out stands as a ghost
    draw(run=run, steps=2, t=3)                   steps 3 and 4 (from 0) of a run, with its numbers
    draw(layout="odyssey"), draw(layout="box")    the cell in the centre; the black box
    draw(peepholes=False)                         without the blue wires
    draw(run=run, lit=parts(cell, "f", 0), known=...)            a step of the forward player
    draw(run=run, errors=gradients.errors, backward=sizes(terms_at(run, gradients, "c", 0), 0))

Every part has a stable id with its step (from 0, as in the arrays): a node is "f@2", the wire of an
arrow "wire:c_prev-f_bar@2" (`Arrow.id`, at the step of its head), a rail that several arrows share
"wire:x@2", "wire:y_prev@2", "wire:c_prev@2", the way to the loss "wire:y-J@2". `part` reads an id
that a click has brought. Nodes and wires say their equation and number on hovering; nodes take
focus and clicks too, unless `clickable` is False.

Widths follow the number of blocks: one to three fit 860 px with text of 13 px and more (numbers
such as −4e−4 a little less where two share the width).

The files: `block_circuit` and `block_odyssey` (on `block_grid`) and `block_box` place the parts
(`block_parts`) for one layout each; `block_render` and `block_wires` draw what was placed. Here the
ids are made and read, and every part is told what it says.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.cells import LSTM, Gradients, Run, hand_back, look
from lstm_core.checks import Array
from lstm_core.description import OPERATIONS, Arrow, Cell, Variable
from lstm_core.draw.block_box import black_box
from lstm_core.draw.block_circuit import circuit
from lstm_core.draw.block_grid import WORDS
from lstm_core.draw.block_odyssey import odyssey
from lstm_core.draw.block_parts import Look, Plan, lines, told
from lstm_core.draw.block_render import render
from lstm_core.formulas import equation, hops, term_tex, variable_tex
from lstm_core.notation import plain, step_name, symbol
from lstm_core.routes import Route
from lstm_core.variants import without_peepholes

LAYOUTS = {"circuit": circuit, "odyssey": odyssey, "box": black_box}
DRAWINGS = {"electronic circuit": "circuit", "Space Odyssey": "odyssey"}  # as learners know them
NAMES = WORDS | {"c": "cell", "y": "block output"}


class Part(NamedTuple):
    """What an id means."""

    kind: str  # "node" or "wire"
    name: str  # "f", or of a wire "c_prev-f_bar", "x"
    t: int


def draw(
    cell: Cell = LSTM,
    run: Run | None = None,
    *,
    layout: str = "circuit",
    steps: int = 1,
    t: int = 0,
    peepholes: bool = True,
    numbered: bool = False,
    errors: Mapping[str, Array] | None = None,
    lit: Collection[str] = (),
    known: Collection[str] | None = None,
    backward: Mapping[str, float] | None = None,
    off: Collection[str] = (),
    selected: str = "",
    clickable: bool = True,
    title: str = "",
) -> str:
    """Return `steps` blocks in a row, from step t, as an SVG document.

    run: its values stand in the nodes, one or two numbers or a strip of fields; its cell is drawn.
    errors: {node: (T, H)}, such as `Gradients.errors`, stand there instead, in purple.
    numbered: steps are called 1, 2, … instead of t, t+1.
    lit: ids shown in full colour; known: ids calculated so far, others stand back without number.
    backward: {id: size}; these flow backward in purple, as wide as they are large, others fade.
    off: ids of wires that are switched off, dashed and crossed; selected: the id that was chosen.
    clickable: whether the nodes can be chosen; otherwise they are no stops of the Tab key.
    Raises ValueError for a layout or a cell that cannot be drawn, and steps beyond the run.
    """
    cell = run.cell if run is not None else checks.kind("cell", cell, Cell)
    checks.choice("layout", layout, LAYOUTS)
    steps, t = checks.whole("steps", steps), checks.whole("t", t, least=0)
    if run is not None and t + steps > len(run.values["x"]):
        raise ValueError(f"t + steps is {t + steps}, expected at most T = {len(run.values['x'])}")
    if missing := {"z", "c", "y"} - set(cell.table):
        raise ValueError(f"cell {cell.name} has no {min(missing)}, expected an LSTM or a variant")
    values = _numbers(run, errors, t, steps)
    written = steps <= 2  # three blocks and more leave no room: the numbers are told, not written
    space = max((lines(value) for value in values.values()), default=0.0) if written else 0.0
    names = [step_name(n, t if numbered else None) for n in range(-1, steps + 1)]
    drawn = cell if peepholes else without_peepholes(cell)
    plan = LAYOUTS[layout](drawn, steps, t, space, names)
    plan = _with_titles(plan, cell, run, names, t, known if errors is None else None)
    style = Look(
        values, written, errors is not None, lit, known, backward, off, selected, clickable
    )
    return render(plan, style, title or f"{cell.name}: block" + ("s" if steps > 1 else ""))


# Ids ----------------------------------------------------------------------------------------------


def wire(arrow: Arrow, t: int) -> str:
    """Return the id of an arrow's wire, t being the step of its head."""
    return f"wire:{arrow.id}@{t}"


def part(id_: str) -> Part:
    """Return what an id stands for; ValueError if it is none of this picture.

    >>> part("wire:c_prev-f_bar@2"), part("f@0")
    (Part(kind='wire', name='c_prev-f_bar', t=2), Part(kind='node', name='f', t=0))
    """
    name, _, step = id_.rpartition("@")
    if not name or not step.isdigit():
        raise ValueError(f"id is {id_!r}, expected something like 'f@0' or 'wire:x-f_bar@0'")
    kind = "wire" if name.startswith("wire:") else "node"
    return Part(kind, name.removeprefix("wire:"), int(step))


def parts(cell: Cell, name: str, t: int) -> set[str]:
    """Return the ids that belong to one operation forward: the node and all that leads into it."""
    found = {f"{checks.choice('name', name, cell.table)}@{t}"}
    for arrow in cell.arrows:
        if arrow.target == name and arrow.source not in cell.shapes:
            found.add(wire(arrow, t))
            if arrow.source == "x" or (arrow.back and arrow.source in ("c", "y")):
                found.add(f"wire:{arrow.source}{'_prev' * arrow.back}@{t}")
    return found | ({f"wire:zi@{t}"} if name == "c" else set())


def order(cell: Cell, steps: int = 1, t: int = 0) -> list[tuple[str, int]]:
    """Return the operations forward, (node, step), one after the other: what a player plays."""
    return [(node.name, s) for s in range(t, t + steps) for node in cell.nodes]


def known_after(cell: Cell, done: Iterable[tuple[str, int]]) -> set[str]:
    """Return all ids that are known once these operations are done."""
    found: set[str] = set()
    for name, t in done:
        found |= parts(cell, name, t)
        found |= {f"wire:{name}_next@{t}"} if name in ("c", "y") else set()
        found |= {f"wire:y-J@{t}"} if name == "y" else set()
    return found


def sizes(
    routes: Iterable[Route], t: int, without: Collection[str] = (), cell: Cell = LSTM
) -> dict[str, float]:
    """Return {id: size} for `backward`: what flows on each wire of these routes at step t.

    The size is the norm of what the route adds to δ; a route without number counts 1. `without`
    names keys of routes that are left out. Nodes on the way, ends included, are named too. For a
    parameter of `cell` the wire is that of the variable it meets: y^(t-1) for R_in.
    """
    found: dict[str, float] = {}
    for route in routes:
        if route.key in without:
            continue
        size = 1.0 if route.value is None else float(np.linalg.norm(route.value))
        for id_ in _ids(route, t, cell):
            found[id_] = found.get(id_, 0.0) + size
    return found


def _ids(route: Route, t: int, cell: Cell) -> set[str]:
    """Return the wires and nodes on a route, the exits to the next step included."""
    found = set() if route.arrows else {f"wire:y-J@{t}"}
    for arrow, s in hops(route.arrows, t):
        found |= {f"{arrow.target}@{s}"} | {wire(met, s) for met in _met(arrow, cell)}
        found |= {f"wire:{arrow.source}_next@{s - 1}"} if arrow.back else set()
    return found


def _met(arrow: Arrow, cell: Cell) -> list[Arrow]:
    """Return the arrow, or for one from a parameter those of the variables in the same term."""
    if arrow.source not in cell.shapes:
        return [arrow]
    same = (a for a in cell.arrows if (a.target, a.term) == (arrow.target, arrow.term))
    return [a for a in same if a.source not in cell.shapes]


def switched_off(routes: Iterable[Route], t: int, without: Collection[str]) -> set[str]:
    """Return the ids for `off`: the first wire of each route that is switched off."""
    found = {route.key: route.arrows for route in routes if route.key in without}
    return {
        wire(arrows[0], t + arrows[0].back) if arrows else f"wire:y-J@{t}"
        for arrows in found.values()
    }


def flow(run: Run, gradients: Gradients, t: int, steps: int = 1) -> dict[str, float]:
    """Return {id: size} for `backward` of a whole pass: the error each wire and node carries."""
    found = {}
    for s in range(t, t + steps):
        for node in run.cell.table:
            found[f"{node}@{s}"] = float(np.linalg.norm(gradients.errors[node][s]))
        for arrow in run.cell.arrows:
            if arrow.source not in run.params:
                share = hand_back(run, arrow, s, gradients.errors[arrow.target][s])
                found[wire(arrow, s)] = float(np.linalg.norm(share))
                if arrow.back and s > t:
                    out = f"wire:{arrow.source}_next@{s - 1}"
                    found[out] = max(found.get(out, 0.0), found[wire(arrow, s)])
        if "y" in gradients.above:
            found[f"wire:y-J@{s}"] = float(np.linalg.norm(gradients.above["y"][s]))
    return found


# What is said on hovering -------------------------------------------------------------------------


def _numbers(
    run: Run | None, errors: Mapping[str, Array] | None, t: int, steps: int
) -> dict[str, Array]:
    """Return {id of a node: what stands in it}."""
    shown = errors if errors is not None else run.values if run is not None else {}
    return {
        f"{name}@{s}": value[s]
        for name, value in shown.items()
        for s in range(t, min(t + steps, len(value)))
    }


def _with_titles(
    plan: Plan,
    cell: Cell,
    run: Run | None,
    names: list[str],
    t: int,
    known: Collection[str] | None,
) -> Plan:
    """Return the plan with what each node and wire says; of what is not known yet, no number."""
    arrows = {arrow.id: arrow for arrow in cell.arrows}

    def node(id_: str) -> str:
        name, s = part(id_)[1:]
        word = NAMES.get(name.removesuffix("_bar"), "")
        word = f"{word}, before its activation" if name.endswith("_bar") else word
        if name == "block":
            return f"the block at step {names[s - t + 1]}"
        if name not in cell.table:
            return f"no {word}: {name} = 1"
        return f"{word}: {_stepped(equation(cell, name), s - t, names)}".removeprefix(": ")

    def line(id_: str) -> str:
        name, s = part(id_)[1:]
        seen = run if known is None or id_ in known else None
        if name in arrows:
            return _arrow_title(cell, arrows[name], seen, s, s - t, names)
        return _rail_title(cell, name, seen, s, s - t, names)

    spots = tuple(spot._replace(title=node(spot.id)) for spot in plan.spots)
    wires = tuple(each._replace(title=line(each.id)) for each in plan.wires)
    return plan._replace(spots=spots, wires=wires)


def _stepped(tex: str, offset: int, names: list[str]) -> str:
    """Return a formula for step t as plain text, with the names of the steps put in."""
    text = plain(tex).replace("^(t-1)", "^(#)").replace("^(t)", f"^({names[offset + 1]})")
    return text.replace("#", names[offset])


def _arrow_title(
    cell: Cell, arrow: Arrow, run: Run | None, t: int, offset: int, names: list[str]
) -> str:
    """Say from where to where, and what the arrow brings."""
    term = cell.table[arrow.target].terms[arrow.term]
    source = variable_tex(cell, arrow.source, step_name(-arrow.back))
    target = variable_tex(cell, arrow.target, "t")
    said = f"{_stepped(source, offset, names)} to {_stepped(target, offset, names)}"
    if term.operation != "copy":
        said += f", as {_stepped(term_tex(cell, term), offset, names)}"
    if run is None:
        return said
    value = OPERATIONS[term.operation].value(*(look(run, v, t) for v in term.arguments))
    return f"{said} = {told(value)}"


def _rail_title(
    cell: Cell, name: str, run: Run | None, t: int, offset: int, names: list[str]
) -> str:
    """Say what runs on a rail that several arrows share."""
    if name == "zi":
        return "z ⊙ i, the new content of the cell"
    if name == "gates_prev":
        return "i, f and o of the step before"
    base, _, way = name.replace("y-J", "y_J").partition("_")
    back = int(way == "prev")
    said = plain(symbol(base, names[offset + 1 - back]))
    said += {"J": " to the loss", "next": " to the next step"}.get(way, "")
    if run is None:
        return said
    return f"{said} = {told(look(run, Variable(base, back), t))}"
