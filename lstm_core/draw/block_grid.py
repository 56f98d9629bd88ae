"""What the two layouts in a row of blocks share: sizes, the place of a block, names and signs."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lstm_core.description import Cell
from lstm_core.draw.block_parts import LINE, Frame, Sign, Spot, Text, Wire
from lstm_core.draw.svg import PAGE, Point
from lstm_core.notation import symbol

WIDE = 6.25  # width of a block, in columns
GATES = {"f": "for", "i": "in", "z": "z", "o": "out"}  # left to right; the index of their weights
WORDS = {"f": "forget gate", "i": "input gate", "z": "block input", "o": "output gate"}
PEEPHOLES = {  # the wire of each, and where its name ends or starts
    "p_for": ("c_prev-f_bar", "end"),
    "p_in": ("c_prev-i_bar", "end"),
    "p_out": ("c-o_bar", "start"),
}


class Room(NamedTuple):
    """Sizes that depend on how many blocks share the width, and on the numbers shown."""

    column: float
    box: float  # width of a node
    pill: float  # height of a node with one name
    tall: float  # height of a gate, with its words
    margin: float
    gap: float
    words: bool


def room(steps: int, lines: float) -> Room:
    """Return the sizes for so many blocks, each node with room for so many lines of numbers."""
    margin, gap = (88.0, 0.0) if steps == 1 else (48.0, 44.0 if steps == 2 else 30.0)
    column = max((PAGE - 2 * margin - gap * (steps - 1)) / steps / WIDE, 37.0)
    words = steps == 1
    pill = 30.0 + LINE * lines
    box = 98.0 if words else 46.0 if column > 50 else 30.0
    return Room(column, box, pill, pill + LINE * words, margin, gap, words)


class Block(NamedTuple):
    """One block of the row: what is drawn, and where."""

    cell: Cell
    t: int
    number: int  # 0, 1, … from the left
    last: bool
    size: Room
    row: Any  # the heights of the rows, as the layout needs them
    columns: Mapping[str, float]
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

    @property
    def arrows(self) -> set[str]:
        """The ids of the arrows that the cell has."""
        return {arrow.id for arrow in self.cell.arrows}

    @property
    def half(self) -> float:
        """Half the width of a pill."""
        return (64.0 if self.size.words else self.size.box) / 2

    @property
    def branch(self) -> float:
        """How far from the middle of a sum its two inputs arrive."""
        return min(0.22 * self.size.box, 13.0)

    def x(self, column: str, shift: float = 0.0) -> float:
        """The place of a column."""
        return round(self.left + self.columns[column] * self.size.column + shift, 1)


def gates_past(cell: Cell) -> bool:
    """Return whether the gates see the gates of the step before."""
    return any(arrow.back and arrow.source in ("i", "f", "o") for arrow in cell.arrows)


def _label(block: Block, name: str) -> str:
    """Return the name of a node; an equation where it is short and there is room."""
    if name not in block.cell.table:
        return f"{name} = 1"
    term, words = block.cell.table[name].terms[0], block.size.words
    if name == "f" and term.operation == "complement":
        return "f = 1 - i" if words else "1 - i"
    if name == "tanh_c":
        return "c" if term.operation == "copy" else r"\tanh(c)" if words else r"\tanh"
    return symbol(name)


def wire(net: str, hue: str, *points: Point, **more: object) -> Wire:
    """Return a wire whose id is still to come."""
    return Wire("", net, hue, points, **more)


def spots(block: Block, places: Mapping[str, Point]) -> list[Spot]:
    """Return the nodes of one block at their places; what the variant lacks stands as a ghost."""
    found = []
    for name, place in places.items():
        if name in block.cell.table:
            found.append(_spot(block, name, place))
        elif name in ("f", "i", "o"):
            found.append(_spot(block, name, place)._replace(ghost=True))
    return found


def _spot(block: Block, name: str, place: Point) -> Spot:
    size, gate = block.size, name in GATES
    return Spot(
        id=f"{name}@{block.t}",
        x=place[0],
        y=place[1],
        width=size.box if gate else 2 * block.half,
        height=size.tall if gate else size.pill,
        label=_label(block, name),
        hue={"tanh_c": "c"}.get(name, name.removesuffix("_bar")),
        words=WORDS[name] if gate and size.words else "",
        round=name.endswith("_bar") or name in ("c", "y"),
    )


def signs(block: Block, keep: Point, enter: Point, leave: Point) -> list[Sign]:
    """Return where wires are multiplied: a ⊙ for each of f, i and o that is there."""
    t, found = block.t, []
    for place, one, other in (
        (keep, "f-c", "c_prev-c"), (enter, "i-c", "z-c"), (leave, "o-y", "tanh_c-y"),
    ):  # fmt: skip
        if one in block.arrows:
            found.append(Sign(*place, "⊙", (f"wire:{one}@{t}", f"wire:{other}@{t}")))
    return found


def function_name(block: Block, gate: str, y: float) -> Text:
    """Return the name of a gate's function, at height y beside the wire from its sum."""
    function = block.cell.table[gate].terms[0].operation
    name = {"tanh": r"\tanh", "sigmoid": r"\sigma"}.get(function, "=")
    part = f"wire:{gate}_bar-{gate}@{block.t}"
    return Text(block.x(gate, 8), y, name, gate, "start", part=part)


def peephole_names(block: Block, places: Mapping[str, Point]) -> list[Text]:
    """Return the names of the peepholes that the cell has, at their places."""
    return [
        Text(*places[name], symbol(name), "peephole", anchor, part=f"wire:{arrow}@{block.t}")
        for name, (arrow, anchor) in PEEPHOLES.items()
        if name in block.cell.shapes
    ]


def frame(block: Block) -> Frame:
    """Return the outline of a block, with the name of its step."""
    top, height = block.row.top, block.row.bottom - block.row.top
    return Frame(block.left, top, block.right - block.left, height, block.names[1])


def row_of_blocks(
    cell: Cell, steps: int, t: int, size: Room, row: Any, columns: Mapping[str, float],
    names: Sequence[str],
) -> list[Block]:  # fmt: skip
    """Return the blocks from step t; `names` begins with the name of the step before."""
    return [
        Block(cell, t + n, n, n == steps - 1, size, row, columns, tuple(names[n : n + 3]))
        for n in range(steps)
    ]


def width(size: Room, steps: int) -> float:
    """Return the width of the whole picture."""
    return 2 * size.margin + steps * size.column * WIDE + (steps - 1) * size.gap


def named(block: Block, rails: list[tuple[str, Wire]], ways: Mapping[str, Wire]) -> list[Wire]:
    """Return the rails and the ways of the arrows that the cell has, each with its id."""
    arrows = block.arrows
    found = rails + [(name, way) for name, way in ways.items() if name in arrows]
    return [way._replace(id=f"wire:{name}@{block.t}") for name, way in found]
