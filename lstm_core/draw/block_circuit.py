"""The block as an electronic circuit: the cell line a highway along the top, with two on-ramps.

The old cell drives along the top from left to right, is let through by the forget gate (⊙), meets
z ⊙ i on its ramp (+), and leaves for the next step. Inputs come from below, the block output of
the past from the left; each feeds the four sums z̄, ī, f̄, ō through one rail.
"""

from typing import NamedTuple

from lstm_core.description import Cell
from lstm_core.draw.block_parts import LINE, Frame, Plan, Sign, Spot, Text, Wire
from lstm_core.draw.svg import Point
from lstm_core.notation import symbol

COLUMNS = {"tap": 0.45, "f": 1.12, "in": 1.68, "i": 2.24, "plus": 2.74, "z": 3.24, "c": 3.82}
COLUMNS |= {"o": 4.5, "tanh_c": 5.4, "J": 5.98}
WIDE = 6.25  # width of a block, in columns
GATES = ("f", "i", "z", "o")
LABELS = {"f": "f", "i": "i", "z": "z", "o": "o", "c": "c", "y": "y"}
WORDS = {"f": "forget gate", "i": "input gate", "z": "block input", "o": "output gate"}
WORDS |= {"c": "cell", "y": "block output"}
SIGN = 11.0  # radius of ⊙ and +


class Room(NamedTuple):
    """Sizes that depend on how many blocks share the width, and on the numbers shown."""

    column: float
    box: float  # width of a node
    pill: float  # height of a node with one name
    tall: float  # height of a gate, with its words
    margin: float
    gap: float
    words: bool


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


def room(steps: int, lines: float) -> Room:
    """Return the sizes for so many blocks, each node with room for so many lines of numbers."""
    margin, gap = (88.0, 0.0) if steps == 1 else (48.0, 44.0)
    column = max((860.0 - 2 * margin - gap * (steps - 1)) / steps / WIDE, 40.0)
    words = steps == 1
    pill = 30.0 + LINE * lines
    box = 98.0 if words else 46.0 if column > 50 else 32.0
    return Room(column, box, pill, pill + LINE * words, margin, gap, words)


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


class Block(NamedTuple):
    """One block of the row: what is drawn, and where."""

    cell: Cell
    t: int
    number: int  # 0, 1, … from the left
    last: bool
    size: Room
    row: Rows
    names: tuple[str, str, str]  # of the step before, of this step, of the next

    @property
    def left(self) -> float:
        """The left edge of the frame."""
        size = self.size
        return size.margin + self.number * (size.column * WIDE + size.gap)

    @property
    def right(self) -> float:
        """The right edge of the frame."""
        return self.left + self.size.column * WIDE

    def x(self, column: str, shift: float = 0.0) -> float:
        """The place of a column."""
        return round(self.left + COLUMNS[column] * self.size.column + shift, 1)


def circuit(cell: Cell, steps: int, t: int, lines: float, names: list[str]) -> Plan:
    """Return `steps` blocks in a row from step t.

    `names` says what the steps are called, from the one before the first block to the one after
    the last: ["t-1", "t", "t+1"].
    """
    size = room(steps, lines)
    row = rows(size, _gates_past(cell))
    width = 2 * size.margin + steps * size.column * WIDE + (steps - 1) * size.gap
    blocks = [
        Block(cell, t + n, n, n == steps - 1, size, row, tuple(names[n : n + 3]))
        for n in range(steps)
    ]
    return Plan(
        width,
        row.x + 14,
        tuple(_frame(block) for block in blocks),
        tuple(spot for block in blocks for spot in _spots(block)),
        tuple(wire for block in blocks for wire in _wires(block)),
        tuple(sign for block in blocks for sign in _signs(block)),
        tuple(text for block in blocks for text in _texts(block)),
    )


def _gates_past(cell: Cell) -> bool:
    """Return whether the gates see the gates of the step before."""
    return any(arrow.back and arrow.source in ("i", "f", "o") for arrow in cell.arrows)


def _frame(block: Block) -> Frame:
    row = block.row
    return Frame(
        block.left, row.top, block.right - block.left, row.bottom - row.top, block.names[1]
    )


# Nodes --------------------------------------------------------------------------------------------


def _spots(block: Block) -> list[Spot]:
    """Return the nodes of one block, missing gates as ghosts."""
    found = []
    for name in ("f_bar", "i_bar", "z_bar", "o_bar", *GATES, "tanh_c", "c", "y"):
        letter = name.removesuffix("_bar")
        if name in block.cell.table:
            found.append(_spot(block, name, letter))
        elif name in ("f", "i", "o"):
            found.append(_spot(block, name, letter)._replace(label=f"{name} = 1", ghost=True))
    return found


def _spot(block: Block, name: str, letter: str) -> Spot:
    size, row = block.size, block.row
    y = {"c": row.highway, "tanh_c": row.ramp, "y": row.sums}.get(name, row.gates)
    y = row.sums if name.endswith("_bar") else y
    gate = name in GATES
    label = symbol(name) if name != "tanh_c" else _output_label(block)
    return Spot(
        id=f"{name}@{block.t}",
        x=block.x("tanh_c" if name == "y" else letter),
        y=y,
        width=size.box if gate or not size.words else 64.0,
        height=size.tall if gate else size.pill,
        label=label,
        hue={"tanh_c": "c"}.get(name, letter),
        title="",
        words=WORDS.get(name, "") if gate and size.words else "",
        round=name.endswith("_bar") or name in ("c", "y"),
    )


def _output_label(block: Block) -> str:
    if block.cell.table["tanh_c"].terms[0].operation == "copy":
        return "c"
    return r"\tanh(c)" if block.size.words else r"\tanh"


def _signs(block: Block) -> list[Sign]:
    """Return the places where wires are multiplied or added."""
    row, t, arrows = block.row, block.t, {arrow.id for arrow in block.cell.arrows}
    x = block.x
    found = [Sign(x("plus"), row.highway, "+", (f"c@{t}",))]
    if "f-c" in arrows:
        found.append(Sign(x("f"), row.highway, "⊙", (f"wire:f-c@{t}", f"wire:c_prev-c@{t}")))
    if "i-c" in arrows:
        found.append(Sign(x("plus"), row.ramp, "⊙", (f"wire:z-c@{t}", f"wire:i-c@{t}")))
    if "o-y" in arrows:
        found.append(Sign(x("tanh_c"), row.gates, "⊙", (f"wire:o-y@{t}", f"wire:tanh_c-y@{t}")))
    return found


# Wires --------------------------------------------------------------------------------------------


def _wires(block: Block) -> list[Wire]:
    """Return the wires of one block: the rails, then one for each arrow of the description."""
    ways = _ways(block)
    arrows = {arrow.id for arrow in block.cell.arrows}
    return [*_rails(block), *(wire for name, wire in ways.items() if name in arrows)]


def _start(block: Block, column: str, height: float) -> tuple[Point, ...]:
    """Return where the past comes from: the block on the left, or the left margin."""
    if block.number == 0:
        return ((8.0, height),)
    before = block._replace(number=block.number - 1)
    if column == "c":
        return ((before.x("c", _half(block)), height),)
    y = before.row.sums + before.size.pill / 2
    return ((before.x("tanh_c"), y), (before.x("tanh_c"), height))


def _half(block: Block) -> float:
    """Return half the width of a pill."""
    return (64.0 if block.size.words else block.size.box) / 2


def _branch(block: Block) -> float:
    """Return how far from the middle of a sum its two inputs arrive."""
    return min(0.22 * block.size.box, 13.0)


def _rails(block: Block) -> list[Wire]:
    """Return what several arrows share: x, the past y and c, the way out, the way to J."""
    row, t, x, off = block.row, block.t, block.x, _branch(block)
    gates = [g for g in GATES if f"{g}_bar" in block.cell.table]
    first, last = gates[0], gates[-1]
    old_y, old_c = _start(block, "y", row.y_rail), _start(block, "c", row.highway)
    y_end = (x(last, -off), row.y_rail)
    edge = block.right + block.size.margin - 10.0
    rails = [
        Wire(
            f"wire:x@{t}",
            f"x@{t}",
            ((x("plus"), row.x - 16), (x("plus"), row.x_rail)),
            "ink",
            "",
            head=False,
        ),
        Wire(
            f"wire:x@{t}",
            f"x@{t}",
            ((x(first, off), row.x_rail), (x(last, off), row.x_rail)),
            "ink",
            "",
            head=False,
        ),
        Wire(f"wire:y_prev@{t}", f"y@{t - 1}", (*old_y, y_end), "y", "", head=False),
        Wire(
            f"wire:c_prev@{t}",
            f"c@{t - 1}",
            (*old_c, (x("tap"), row.highway)),
            "c",
            "",
            line=5.0,
            head=False,
        ),
        Wire(
            f"wire:y-J@{t}",
            f"y@{t}",
            ((x("tanh_c", _half(block)), row.sums), (x("J"), row.sums), (x("J"), 26.0)),
            "y",
            "",
        ),
    ]
    if "i-c" in {arrow.id for arrow in block.cell.arrows}:
        ramp = ((x("plus"), row.ramp), (x("plus"), row.highway))
        rails.append(Wire(f"wire:zi@{t}", f"zi@{t}", ramp, "c", "", line=3.5, stop=SIGN))
    if _gates_past(block.cell):
        way = (
            (8.0 if not block.number else block.left - 24, row.gate_rail),
            (x(last, 0), row.gate_rail),
        )
        rails.append(Wire(f"wire:gates_prev@{t}", f"gates@{t - 1}", way, "muted", "", head=False))
    if block.last:
        below = row.sums + block.size.pill / 2
        rails += [
            Wire(
                f"wire:c_next@{t}",
                f"c@{t}",
                ((x("c", _half(block)), row.highway), (edge, row.highway)),
                "c",
                "",
                line=5.0,
            ),
            Wire(
                f"wire:y_next@{t}",
                f"y@{t}",
                ((x("tanh_c"), below), (x("tanh_c"), row.y_rail), (edge, row.y_rail)),
                "y",
                "",
            ),
        ]
    return rails


def _ways(block: Block) -> dict[str, Wire]:
    """Return the way of every arrow that an LSTM of this family can have."""
    return _input_ways(block) | _peephole_ways(block) | _cell_ways(block)


def _input_ways(block: Block) -> dict[str, Wire]:
    """Return the ways from x and from the past into the sums, and from these into the gates."""
    row, t, x, off = block.row, block.t, block.x, _branch(block)
    foot = row.sums + block.size.pill / 2
    old_y = _start(block, "y", row.y_rail)
    gate_start = (8.0 if not block.number else block.left - 24, row.gate_rail)
    found = {}
    for g in GATES:
        bar, right, left = f"{g}_bar", x(g, off), x(g, -off)
        up_x = (
            (x("plus"), row.x - 16),
            (x("plus"), row.x_rail),
            (right, row.x_rail),
            (right, foot),
        )
        up_y = (*old_y, (left, row.y_rail), (left, foot))
        up_g = (gate_start, (x(g), row.gate_rail), (x(g), foot))
        found[f"x-{bar}"] = Wire("", f"x@{t}", up_x, "ink", "", own=(2, 4))
        found[f"y_prev-{bar}"] = Wire("", f"y@{t - 1}", up_y, "y", "", own=(len(old_y), 9))
        for source in ("i", "f", "o"):
            found[f"{source}_prev-{bar}"] = Wire(
                "", f"gates@{t - 1}", up_g, "muted", "", own=(1, 9), dotted=True
            )
        rise = ((x(g), row.sums - block.size.pill / 2), (x(g), row.gates + block.size.tall / 2))
        found[f"{bar}-{g}"] = Wire("", f"{bar}@{t}", rise, g, "")
    return _named(found, t)


def _peephole_ways(block: Block) -> dict[str, Wire]:
    """Return the blue ways from the cell to the gates."""
    row, t, x, half = block.row, block.t, block.x, _half(block)
    tap = (*_start(block, "c", row.highway), (x("tap"), row.highway))
    to_f = (*tap, (x("tap"), row.sums), (x("f", -half), row.sums))
    to_i = (
        *tap,
        (x("tap"), row.lane),
        (x("in"), row.lane),
        (x("in"), row.sums),
        (x("i", -half), row.sums),
    )
    to_o = (
        (x("c"), row.highway + block.size.pill / 2),
        (x("c"), row.sums),
        (x("o", -half), row.sums),
    )
    found = {
        "c_prev-f_bar": Wire("", f"c@{t - 1}", to_f, "peephole", "", own=(1, 9)),
        "c_prev-i_bar": Wire("", f"c@{t - 1}", to_i, "peephole", "", own=(1, 9)),
        "c-o_bar": Wire("", f"c@{t}", to_o, "peephole", ""),
    }
    return _named(found, t)


def _cell_ways(block: Block) -> dict[str, Wire]:
    """Return the ways along the highway, up its ramps, and out to y."""
    row, t, x, half = block.row, block.t, block.x, _half(block)
    high, ramp, head = row.highway, row.ramp, row.gates - block.size.tall / 2
    box = block.size.box / 2
    y_top, tanh_foot = row.sums - block.size.pill / 2, ramp + block.size.pill / 2
    join = ((x("plus"), ramp), (x("plus"), high), (x("c", -half), high))
    old_c = (*_start(block, "c", high), (x("tap"), high), (x("f"), high), (x("c", -half), high))
    down = ((x("tanh_c"), tanh_foot), (x("tanh_c"), row.gates), (x("tanh_c"), y_top))
    found = {
        "c_prev-c": Wire("", f"c@{t - 1}", old_c, "c", "", line=5.0, own=(1, 9)),
        "f-c": Wire(
            "", f"f@{t}", ((x("f"), head), (x("f"), high), join[-1]), "f", "", own=(0, 2), stop=SIGN
        ),
        "i-c": Wire(
            "", f"i@{t}", ((x("i"), head), (x("i"), ramp), *join), "i", "", own=(0, 3), stop=SIGN
        ),
        "z-c": Wire(
            "", f"z@{t}", ((x("z"), head), (x("z"), ramp), *join), "z", "", own=(0, 3), stop=SIGN
        ),
        "c-tanh_c": Wire(
            "",
            f"c@{t}",
            ((x("c", half), high), (x("tanh_c"), high), (x("tanh_c"), ramp - block.size.pill / 2)),
            "c",
            "",
            own=(1, 3),
        ),
        "tanh_c-y": Wire("", f"tanh_c@{t}", down, "c", "", own=(0, 3)),
        "o-y": Wire(
            "", f"o@{t}", ((x("o", box), row.gates), *down[1:]), "o", "", own=(0, 2), stop=SIGN
        ),
        "i-f": Wire("", f"i@{t}", ((x("i", -box), row.gates), (x("f", box), row.gates)), "i", ""),
    }
    return _named(found, t)


def _named(ways: dict[str, Wire], t: int) -> dict[str, Wire]:
    return {name: wire._replace(id=f"wire:{name}@{t}") for name, wire in ways.items()}


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
        found += [
            Text(8, row.highway - 12, symbol("c", before), "c", "start"),
            Text(8, row.y_rail - 10, symbol("y", before), "y", "start"),
        ]
    if block.last:
        end = block.right + block.size.margin - 8
        found += [
            Text(end, row.highway - 14, symbol("c", now), "c", "end"),
            Text(end, row.y_rail - 10, symbol("y", now), "y", "end"),
        ]
    return found
