"""The block as an electronic circuit: the cell line a highway along the top, with two on-ramps.

The old cell drives along the top from left to right, is let through by the forget gate (⊙), meets
z ⊙ i on its ramp (+), and leaves for the next step. Inputs come from below, the block output of
the past from the left; each feeds the four sums z̄, ī, f̄, ō through one rail.
"""

from typing import NamedTuple

from lstm_core.description import Cell
from lstm_core.draw.block_grid import (
    GATES,
    Block,
    Room,
    frame,
    function_name,
    gates_past,
    named,
    peephole_names,
    room,
    row_of_blocks,
    signs,
    spots,
    width,
    wire,
)
from lstm_core.draw.block_parts import SIGN, Plan, Sign, Text, Wire
from lstm_core.draw.svg import Point
from lstm_core.notation import symbol

COLUMNS = {"tap": 0.45, "f": 1.12, "in": 1.68, "i": 2.24, "plus": 2.74, "z": 3.24, "c": 3.8}
COLUMNS |= {"o": 4.41, "tanh_c": 5.38, "J": 6.04}


class Rows(NamedTuple):
    """Heights of the rows, from top to bottom."""

    top: float
    highway: float
    lane: float  # of the peephole to the input gate
    ramp: float
    gates: float
    sums: float
    y_rail: float
    x_rail: float
    gate_rail: float
    bottom: float
    x: float


def rows(size: Room, full: bool) -> Rows:
    """Return the rows; `full` makes room for the rail of full gate recurrence."""
    top = 46.0
    highway = top + 22 + size.pill / 2
    lane = highway + size.pill / 2 + 20
    ramp = lane + 26
    gates = ramp + 32 + size.tall / 2
    sums = gates + size.tall / 2 + 34 + size.pill / 2
    y_rail = sums + size.pill / 2 + 38
    x_rail = y_rail + 26
    gate_rail = x_rail + 26 * full
    bottom = gate_rail + 22
    return Rows(
        top, highway, lane, ramp, gates, sums, y_rail, x_rail, gate_rail, bottom, bottom + 42
    )


def circuit(cell: Cell, steps: int, t: int, lines: float, names: list[str]) -> Plan:
    """Return `steps` blocks in a row from step t.

    `names` says what the steps are called, from the one before the first block to the one after
    the last: ["t-1", "t", "t+1"].
    """
    size = room(steps, lines)
    row = rows(size, gates_past(cell))
    blocks = row_of_blocks(cell, steps, t, size, row, COLUMNS, names)
    return Plan(
        width(size, steps),
        row.x + 14,
        tuple(frame(block) for block in blocks),
        tuple(spot for block in blocks for spot in spots(block, _places(block))),
        tuple(wire for block in blocks for wire in _wires(block)),
        tuple(sign for block in blocks for sign in _signs(block)),
        tuple(text for block in blocks for text in _texts(block)),
    )


def _places(block: Block) -> dict[str, Point]:
    """Return where the nodes stand."""
    row, x = block.row, block.x
    found = {f"{g}_bar": (x(g), row.sums) for g in GATES} | {g: (x(g), row.gates) for g in GATES}
    found |= {"tanh_c": (x("tanh_c"), row.ramp), "c": (x("c"), row.highway)}
    return found | {"y": (x("tanh_c"), row.sums)}


def _signs(block: Block) -> list[Sign]:
    row, x = block.row, block.x
    plus = Sign(x("plus"), row.highway, "+", (f"c@{block.t}",))
    keep, enter = (x("f"), row.highway), (x("plus"), row.ramp)
    return [plus, *signs(block, keep, enter, (x("tanh_c"), row.gates))]


# Wires --------------------------------------------------------------------------------------------


def _wires(block: Block) -> list[Wire]:
    """Return the wires of one block: the rails, then one for each arrow of the description."""
    ways = _input_ways(block) | _gate_ways(block) | _peephole_ways(block) | _cell_ways(block)
    return named(block, _rails(block), ways)


def _old_y(block: Block) -> tuple[Point, ...]:
    """Return the way of y^(t-1) into the block: from the block on the left or the margin."""
    row = block.row
    if block.number == 0:
        return ((8.0, row.y_rail),)
    x = block._replace(number=block.number - 1).x("tanh_c")
    return ((x, row.sums + block.size.pill / 2), (x, row.y_rail))


def _old_c(block: Block, beyond: float = 0.0) -> tuple[Point, ...]:
    """Return the way of c^(t-1) into the block, up to where the peepholes look at it.

    `beyond` lets a rail run a little further, so that no seam shows where the next part begins.
    """
    before = block._replace(number=block.number - 1)
    start = before.x("c", block.half) if block.number else 8.0
    return ((start, block.row.highway), (block.x("tap", beyond), block.row.highway))


def _rails(block: Block) -> list[tuple[str, Wire]]:
    """Return what several arrows share: x, the past y and c, the way out, the way to J."""
    row, t, x, off, half = block.row, block.t, block.x, block.branch, block.half
    gates = [g for g in GATES if f"{g}_bar" in block.cell.table]
    left, right = min(x(gates[0], off), x("plus")), x(gates[-1], off)
    up = ((x("plus"), row.x - 16), (x("plus"), row.x_rail))
    y_end = (x(gates[-1], -off), row.y_rail)
    to_loss = ((x("tanh_c", half), row.sums), (x("J"), row.sums), (x("J"), 26.0))
    c, y = f"c@{t}", f"y@{t}"
    rails = [
        ("x", wire(f"x@{t}", "ink", *up, head=False)),
        ("x", wire(f"x@{t}", "ink", (left, row.x_rail), (right, row.x_rail), head=False)),
        ("y_prev", wire(f"y@{t - 1}", "y", *_old_y(block), y_end, head=False)),
        ("c_prev", wire(f"c@{t - 1}", "c", *_old_c(block, 0.6), line=5.0, head=False)),
        ("zi", wire(f"zi@{t}", "c", (x("plus"), row.ramp), (x("plus"), row.highway),
                    line=3.5, stop=SIGN)),
        ("y-J", wire(y, "y", *to_loss)),
    ]  # fmt: skip
    if gates_past(block.cell):
        way = (_gates_start(block), (x(gates[-1]), row.gate_rail))
        rails.append(("gates_prev", wire(f"gates@{t - 1}", "muted", *way, head=False)))
    if block.last:
        edge, foot = block.right + block.size.margin - 10.0, row.sums + block.size.pill / 2
        out = ((x("tanh_c"), foot), (x("tanh_c"), row.y_rail), (edge, row.y_rail))
        highway = ((x("c", half), row.highway), (edge, row.highway))
        rails += [("c_next", wire(c, "c", *highway, line=5.0)), ("y_next", wire(y, "y", *out))]
    return rails


def _gates_start(block: Block) -> Point:
    return (block.left - 24 if block.number else 8.0, block.row.gate_rail)


def _input_ways(block: Block) -> dict[str, Wire]:
    """Return the ways from x and from the past into the sums."""
    row, t, x, off = block.row, block.t, block.x, block.branch
    foot, old_y = row.sums + block.size.pill / 2, _old_y(block)
    found = {}
    for g in GATES:
        way = ((x("plus"), row.x - 16), (x("plus"), row.x_rail), (x(g, off), row.x_rail))
        found[f"x-{g}_bar"] = wire(f"x@{t}", "ink", *way, (x(g, off), foot), own=(2, 4))
        way = (*old_y, (x(g, -off), row.y_rail), (x(g, -off), foot))
        found[f"y_prev-{g}_bar"] = wire(f"y@{t - 1}", "y", *way, own=(len(old_y), None))
        way = (_gates_start(block), (x(g), row.gate_rail), (x(g), foot))
        for source in ("i", "f", "o"):
            name = f"{source}_prev-{g}_bar"
            found[name] = wire(f"gates@{t - 1}", "muted", *way, own=(1, 3))
    return found


def _gate_ways(block: Block) -> dict[str, Wire]:
    """Return the ways from the sums through the activations, and the tie of coupled gates."""
    row, t, x, size = block.row, block.t, block.x, block.size
    top, foot = row.sums - size.pill / 2, row.gates + size.tall / 2
    found = {f"{g}_bar-{g}": wire(f"{g}_bar@{t}", g, (x(g), top), (x(g), foot)) for g in GATES}
    tie = ((x("i", -size.box / 2), row.gates), (x("f", size.box / 2), row.gates))
    return found | {"i-f": wire(f"i@{t}", "i", *tie)}


def _peephole_ways(block: Block) -> dict[str, Wire]:
    """Return the blue ways from the cell to the gates."""
    row, t, x, half, old = block.row, block.t, block.x, block.half, _old_c(block)
    to_f = ((x("tap"), row.sums), (x("f", -half), row.sums))
    to_i = ((x("tap"), row.lane), (x("in"), row.lane), (x("in"), row.sums),
            (x("i", -half), row.sums))  # fmt: skip
    to_o = ((x("c"), row.highway + block.size.pill / 2), (x("c"), row.sums),
            (x("o", -half), row.sums))  # fmt: skip
    return {
        "c_prev-f_bar": wire(f"c@{t - 1}", "peephole", *old, *to_f, own=(1, None)),
        "c_prev-i_bar": wire(f"c@{t - 1}", "peephole", *old, *to_i, own=(1, None)),
        "c-o_bar": wire(f"c@{t}", "peephole", *to_o),
    }


def _cell_ways(block: Block) -> dict[str, Wire]:
    """Return the ways along the highway, up its ramps, and out to y."""
    row, t, x, size = block.row, block.t, block.x, block.size
    head, pill = row.gates - size.tall / 2, size.pill / 2
    cell = (x("c", -block.half), row.highway)
    ramp = ((x("plus"), row.ramp), (x("plus"), row.highway), cell)
    over_f = (x("f"), row.highway)
    squash = ((x("c", block.half), row.highway), (x("tanh_c"), row.highway),
              (x("tanh_c"), row.ramp - pill))  # fmt: skip
    join = ((x("tanh_c"), row.gates), (x("tanh_c"), row.sums - pill))
    meet = {"own": (0, 2), "stop": SIGN}
    double = "i-c" in block.arrows
    return {
        "c_prev-c": wire(f"c@{t - 1}", "c", *_old_c(block), over_f, cell, line=5.0,
                         own=(1, None)),
        "f-c": wire(f"f@{t}", "f", (x("f"), head), over_f, cell, **meet),
        "i-c": wire(f"i@{t}", "i", (x("i"), head), (x("i"), row.ramp), *ramp,
                    own=(0, 3), stop=SIGN),
        "z-c": wire(f"z@{t}", "z", (x("z"), head), (x("z"), row.ramp), *ramp,
                    own=(0, 3), stop=SIGN * double, head=double),
        "c-tanh_c": wire(f"c@{t}", "c", *squash, own=(1, 3)),
        "tanh_c-y": wire(f"tanh_c@{t}", "c", (x("tanh_c"), row.ramp + pill), *join),
        "o-y": wire(f"o@{t}", "o", (x("o", size.box / 2), row.gates), *join, **meet),
    }  # fmt: skip


# Words --------------------------------------------------------------------------------------------


def _texts(block: Block) -> list[Text]:
    """Return the names of what comes in and goes out, and, where there is room, of the weights."""
    row, x = block.row, block.x
    before, now, _ = block.names
    found = [
        Text(x("plus", 14), row.x - 4, symbol("x", now), "ink", "start"),
        Text(x("J", -10), 34, symbol("y", now), "y", "end"),
    ]
    if block.number == 0:
        found.append(Text(8, row.highway - 14, symbol("c", before), "c", "start"))
        found.append(Text(8, row.y_rail - 10, symbol("y", before), "y", "start"))
    if block.number == 0 and gates_past(block.cell):
        name = rf"i, f, o^{{({before})}}"
        found.append(Text(8, row.gate_rail - 9, name, "muted", "start"))
    if block.last:
        end = block.right + block.size.margin - 8
        found.append(Text(end, row.highway - 14, symbol("c", now), "c", "end"))
        found.append(Text(end, row.y_rail - 10, symbol("y", now), "y", "end"))
    return found + (_weights(block) if block.size.words else [])


def _weights(block: Block) -> list[Text]:
    """Return the names of the weights and functions, each beside the wire that has it."""
    row, x, off, size, t = block.row, block.x, block.branch, block.size, block.t
    y, beside = row.y_rail - 13, (row.sums - size.pill / 2 + row.gates + size.tall / 2) / 2 + 7
    found = []
    for g, index in GATES.items():
        bar = f"{g}_bar"
        if bar in block.cell.table:
            found += [
                Text(x(g, -off - 5), y, symbol(f"R_{index}"), "y", "end",
                     part=f"wire:y_prev-{bar}@{t}"),
                Text(x(g, off + 8), y, symbol(f"W_{index}"), "ink", "start",
                     part=f"wire:x-{bar}@{t}"),
                function_name(block, g, beside),
            ]  # fmt: skip
    places = {
        "p_for": (x("tap", -6), row.gates),
        "p_in": (x("in", -10), row.lane - 8),
        "p_out": (x("c", 7), row.ramp),
    }
    return found + peephole_names(block, places)
