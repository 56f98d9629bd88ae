"""The block as in the Odyssey paper: the cell in the centre, the gates around it, the past dotted.

After the idea of figure 1 of Greff et al., "LSTM: A Search Space Odyssey" (2017), arranged anew:
the past enters on the left, the forget gate above and the input gate below it, the block input at
the foot, the output gate on the right. Each sum has its own two inlets, x^(t) and, dotted, y^(t-1).
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
from lstm_core.draw.block_parts import SIGN, Plan, Sign, Spot, Text, Wire
from lstm_core.draw.svg import Point
from lstm_core.notation import symbol

COLUMNS = {"tap": 0.48, "f": 1.35, "i": 1.35, "c": 2.46, "z": 2.46, "out": 3.2}
COLUMNS |= {"tanh_c": 3.84, "o": 4.74, "y": 5.66}
INLET = 30.0  # length of an inlet


class Rows(NamedTuple):
    """Heights of the rows: the line of the cell in the middle, the forget gate above it."""

    top: float
    f_bar: float
    f: float
    lane: float  # of the cell on its way to the next step
    cell: float
    enter: float  # ⊙ of the input gate, and that gate
    i_bar: float
    z: float
    z_bar: float
    o: float
    o_bar: float
    bottom: float


def rows(size: Room, full: bool) -> Rows:
    """Return the rows, from top to bottom; `full` makes room to explain the middle inlets."""
    top, pill, tall, gap = 46.0, size.pill / 2, size.tall / 2, 30.0
    f_bar = top + 24 + INLET + pill
    f = f_bar + pill + gap + tall
    cell = f + tall + gap + SIGN
    enter = cell + radius(size) + gap + max(SIGN, tall)
    z = enter + SIGN + gap + tall
    z_bar = z + tall + gap + pill
    o = cell + SIGN + gap + tall
    lane = (f_bar + f) / 2
    i_bar, o_bar = enter + tall + gap + pill, o + tall + gap + pill
    bottom = max(i_bar, z_bar, o_bar) + pill + INLET + 34 + 20 * full
    return Rows(top, f_bar, f, lane, cell, enter, i_bar, z, z_bar, o, o_bar, bottom)


def radius(size: Room) -> float:
    """Return the radius of the cell."""
    return max(size.pill / 2 + (6 if size.words else 2), 0.5 * min(size.box, 66.0))


def odyssey(cell: Cell, steps: int, t: int, lines: float, names: list[str]) -> Plan:
    """Return `steps` blocks in a row from step t; `names` as for the circuit."""
    size = room(steps, lines)
    row = rows(size, gates_past(cell))
    blocks = row_of_blocks(cell, steps, t, size, row, COLUMNS, names)
    return Plan(
        width(size, steps),
        row.bottom + 16,
        tuple(frame(block) for block in blocks),
        tuple(spot for block in blocks for spot in _spots(block)),
        tuple(wire for block in blocks for wire in _wires(block)),
        tuple(sign for block in blocks for sign in _signs(block)),
        tuple(text for block in blocks for text in _texts(block)),
    )


def _places(block: Block) -> dict[str, Point]:
    row, x = block.row, block.x
    rows_of = {"f": (row.f, row.f_bar), "i": (row.enter, row.i_bar)}
    rows_of |= {"z": (row.z, row.z_bar), "o": (row.o, row.o_bar)}
    found = {f"{g}_bar": (x(g), rows_of[g][1]) for g in GATES}
    found |= {g: (x(g), rows_of[g][0]) for g in GATES}
    return found | {name: (x(name), row.cell) for name in ("tanh_c", "c", "y")}


def _spots(block: Block) -> list[Spot]:
    """Return the nodes; the cell is a circle."""
    size = 2 * radius(block.size)
    found = spots(block, _places(block))
    return [s._replace(width=size, height=size) if s.id == f"c@{block.t}" else s for s in found]


def _signs(block: Block) -> list[Sign]:
    row, x = block.row, block.x
    return signs(block, (x("f"), row.cell), (x("c"), row.enter), (x("o"), row.cell))


# Wires --------------------------------------------------------------------------------------------


def _wires(block: Block) -> list[Wire]:
    """Return the wires of one block: the rails, then one for each arrow of the description."""
    ways = _inlets(block) | _gate_ways(block) | _peephole_ways(block) | _cell_ways(block)
    return named(block, _rails(block), ways)


def _old_c(block: Block) -> tuple[Point, ...]:
    """Return the way of c^(t-1) into the block, up to where the peepholes look at it."""
    row, tap = block.row, (block.x("tap"), block.row.cell)
    if block.number == 0:
        return ((8.0, row.cell), tap)
    x, between = block._replace(number=block.number - 1).x("c"), block.left - block.size.gap / 2
    return ((x, row.cell - radius(block.size)), (x, row.lane), (between, row.lane),
            (between, row.cell), tap)  # fmt: skip


def _rails(block: Block) -> list[tuple[str, Wire]]:
    """Return what several arrows share, the ways out, and the way to J."""
    row, t, x, size = block.row, block.t, block.x, block.size
    edge = block.right + (size.margin - 10.0 if block.last else size.gap - 6.0)
    below, above = (x("y"), row.cell + size.pill / 2), (x("y"), row.cell - size.pill / 2)
    out = (x("y"), row.bottom - 22), (edge, row.bottom - 22)
    rails = [
        ("c_prev", wire(f"c@{t - 1}", "c", *_old_c(block), line=5.0, dotted=True, head=False)),
        ("zi", wire(f"zi@{t}", "c", (x("c"), row.enter), (x("c"), row.cell + radius(size)),
                    line=3.5)),
        ("y-J", wire(f"y@{t}", "y", above, (x("y"), 26.0))),
        ("y_next", wire(f"y@{t}", "y", below, *out)),
    ]  # fmt: skip
    if block.last:
        way = ((x("c"), row.cell - radius(size)), (x("c"), row.lane), (edge, row.lane))
        rails.append(("c_next", wire(f"c@{t}", "c", *way, line=5.0)))
    return rails


def _inlets(block: Block) -> dict[str, Wire]:
    """Return the two inlets of each sum, x^(t) and the dotted y^(t-1); above f̄, else below."""
    t, places, size = block.t, _places(block), block.size
    past = block.branch * (1.4 if gates_past(block.cell) else 1.0)
    found = {}
    for g in GATES:
        x, y = places[f"{g}_bar"]
        way = -1 if g == "f" else 1
        start, end = y + way * (size.pill / 2 + INLET), y + way * size.pill / 2
        bar = f"{g}_bar"
        found[f"x-{bar}"] = wire(f"x@{t}", "ink", (x + past, start), (x + past, end))
        found[f"y_prev-{bar}"] = wire(
            f"y@{t - 1}", "y", (x - past, start), (x - past, end), dotted=True
        )
        for source in ("i", "f", "o"):
            found[f"{source}_prev-{bar}"] = wire(
                f"gates@{t - 1}", "muted", (x, start), (x, end), dotted=True
            )
    return found


def _gate_ways(block: Block) -> dict[str, Wire]:
    """Return the ways from the sums through the activations, and the tie of coupled gates."""
    t, places, size, row = block.t, _places(block), block.size, block.row
    found = {}
    for g in GATES:
        (x, start), (_, end) = places[f"{g}_bar"], places[g]
        way = 1 if end > start else -1
        found[f"{g}_bar-{g}"] = wire(
            f"{g}_bar@{t}", g, (x, start + way * size.pill / 2), (x, end - way * size.tall / 2)
        )
    x = block.x("i", -min(size.box / 2 - 5, 24.0))
    tie = ((x, row.enter - size.tall / 2), (x, row.f + size.tall / 2))
    return found | {"i-f": wire(f"i@{t}", "i", *tie)}


def _peephole_ways(block: Block) -> dict[str, Wire]:
    """Return the blue ways from the cell to the gates, dotted where they come from the past."""
    row, t, x, half, old = block.row, block.t, block.x, block.half, _old_c(block)
    past = {"own": (len(old) - 1, None), "dotted": True}
    to_f = ((x("tap"), row.f_bar), (x("f", -half), row.f_bar))
    to_i = ((x("tap"), row.i_bar), (x("i", -half), row.i_bar))
    to_o = ((x("c", radius(block.size)), row.cell), (x("out"), row.cell), (x("out"), row.o_bar),
            (x("o", -half), row.o_bar))  # fmt: skip
    return {
        "c_prev-f_bar": wire(f"c@{t - 1}", "peephole", *old, *to_f, **past),
        "c_prev-i_bar": wire(f"c@{t - 1}", "peephole", *old, *to_i, **past),
        "c-o_bar": wire(f"c@{t}", "peephole", *to_o, own=(1, None)),
    }


def _cell_ways(block: Block) -> dict[str, Wire]:
    """Return the ways into the cell and out of it to y."""
    row, t, x, size, old = block.row, block.t, block.x, block.size, _old_c(block)
    into = (x("c", -radius(size)), row.cell)
    over_f, tanh = (x("f"), row.cell), x("tanh_c")
    ramp = ((x("c"), row.enter), (x("c"), row.cell + radius(size)))
    join = ((x("o"), row.cell), (x("y", -block.half), row.cell))
    double = "i-c" in block.arrows
    meet = {"own": (0, 2), "stop": SIGN}
    own = {"line": 5.0, "own": (len(old) - 1, None), "dotted": True}
    return {
        "c_prev-c": wire(f"c@{t - 1}", "c", *old, over_f, into, **own),
        "f-c": wire(f"f@{t}", "f", (x("f"), row.f + size.tall / 2), over_f, into, **meet),
        "i-c": wire(f"i@{t}", "i", (x("i", size.box / 2), row.enter), *ramp, **meet),
        "z-c": wire(f"z@{t}", "z", (x("z"), row.z - size.tall / 2), *ramp, own=(0, 2),
                    stop=SIGN * double, head=double),
        "c-tanh_c": wire(f"c@{t}", "c", (x("c", radius(size)), row.cell),
                         (tanh - block.half, row.cell)),
        "tanh_c-y": wire(f"tanh_c@{t}", "c", (tanh + block.half, row.cell), *join),
        "o-y": wire(f"o@{t}", "o", (x("o"), row.o - size.tall / 2), *join, **meet),
    }  # fmt: skip


# Words --------------------------------------------------------------------------------------------


def _texts(block: Block) -> list[Text]:
    """Return the names of what comes in and goes out."""
    row, x, size = block.row, block.x, block.size
    before, now, _ = block.names
    found = [Text(x("y", -10), 36, symbol("y", now), "y", "end")]
    edge = block.right + (size.margin - 8 if block.last else size.gap - 2)
    found.append(Text(edge, row.bottom - 32, symbol("y", now), "y", "end"))
    if block.number == 0:
        found.append(Text(8, row.cell - 14, symbol("c", before), "c", "start"))
    if block.last:
        found.append(Text(edge, row.lane - 14, symbol("c", now), "c", "end"))
    if gates_past(block.cell) and block.number == 0:
        words = "middle inlets: i, f, o of the step before"
        found.append(Text(x("tap", -20), row.bottom - 8, words, "muted", "start", 13, True))
    return found + _inlet_texts(block) + (_weights(block) if size.words else [])


def _inlet_texts(block: Block) -> list[Text]:
    """Return the names of x and the past y at each inlet."""
    places, size, (before, now, _) = _places(block), block.size, block.names
    found, t, aside = [], block.t, 0 if size.words else 4  # on the right the next node is near
    for g, index in GATES.items():
        if f"{g}_bar" not in block.cell.table:
            continue
        x, y = places[f"{g}_bar"]
        y += -(size.pill / 2 + INLET + 6) if g == "f" else size.pill / 2 + INLET + 21
        old_y, new_x = symbol("y", before), symbol("x", now)
        if size.box < 40:
            old_y, new_x = "y", "x"
        if size.words:
            old_y, new_x = f"{symbol(f'R_{index}')} {old_y}", f"{symbol(f'W_{index}')} {new_x}"
        found += [
            Text(x - aside, y, old_y, "y", "end", part=f"wire:y_prev-{g}_bar@{t}"),
            Text(x + 7 - aside, y, new_x, "ink", "start", part=f"wire:x-{g}_bar@{t}"),
        ]
    return found


def _weights(block: Block) -> list[Text]:
    """Return the names of the peepholes and functions, each beside its wire."""
    row, x, places = block.row, block.x, _places(block)
    found = []
    for g in GATES:
        if f"{g}_bar" in block.cell.table:
            way = 1 if g == "f" else -1
            beside = places[f"{g}_bar"][1] + way * (block.size.pill / 2 + 15) + 5
            found.append(function_name(block, g, beside))
    names_at = {
        "p_for": (x("tap", -7), row.f),
        "p_in": (x("tap", -7), row.enter),
        "p_out": (x("out", 7), (row.o + row.o_bar) / 2),
    }
    return found + peephole_names(block, names_at)
