"""The block as a black box: one box with its loop, or one box for each step, unfolded."""

from lstm_core.description import Cell
from lstm_core.draw.block_parts import Plan, Spot, Text, Wire
from lstm_core.draw.svg import PAGE
from lstm_core.notation import symbol

TOP, MIDDLE, FOOT = 26.0, 146.0, 260.0  # y^(t) leaves, the boxes stand, x^(t) comes in
MARGIN = 48.0  # for the names of the past and the next state
APART = 17.0  # of the wires of c (above) and y (below) from the middle of a box


def black_box(cell: Cell, steps: int, t: int, lines: float, names: list[str]) -> Plan:
    """Return one box with its loop, or `steps` boxes in a row; `names` as for the circuit."""
    return _loop(t, names) if steps == 1 else _row(steps, t, names)


def _box(x: float, t: int, width: float) -> Spot:
    return Spot(f"block@{t}", x, MIDDLE, width, 84.0, r"\mathrm{LSTM}", "ink")


def _up_and_down(x: float, t: int, name: str) -> tuple[list[Wire], list[Text]]:
    """Return x^(t) coming in below a box and y^(t) leaving above it, with their names."""
    wires = [
        Wire(f"wire:x@{t}", f"x@{t}", "ink", ((x, FOOT - 16), (x, MIDDLE + 42))),
        Wire(f"wire:y-J@{t}", f"y@{t}", "y", ((x, MIDDLE - 42), (x, TOP))),
    ]
    texts = [Text(x, FOOT, symbol("x", name)), Text(x - 10, TOP + 8, symbol("y", name), "y", "end")]
    return wires, texts


def _loop(t: int, names: list[str]) -> Plan:
    """Return the box whose c and y come back to it one step later."""
    x, half = 215.0, 60.0
    wires, texts = _up_and_down(x, t, names[1])
    for name, n, line in (("c", -1, 4.0), ("y", 1, 2.0)):  # c leaves above y: its loop is inside
        side, top, y = half + 44 + 14 * n, MIDDLE - 74 - 14 * n, MIDDLE + APART * n
        way = ((x + half, y), (x + side, y), (x + side, top), (x - side, top), (x - side, y),
               (x - half, y))  # fmt: skip
        wires.append(Wire(f"wire:{name}_prev@{t}", f"{name}@loop", name, way, line=line))
    beside = x + half + 68
    texts += [
        Text(beside, MIDDLE + APART + 5, symbol("y", names[1]), "y", "start"),
        Text(x + 16, MIDDLE - 67, symbol("c", names[1]), "c", "start"),  # between the loops
        Text(beside, MIDDLE - 76, "one step later", "muted", "start", 13, True),
    ]
    return Plan(450.0, FOOT + 14, (), (_box(x, t, 2 * half),), tuple(wires), (), tuple(texts))


def _row(steps: int, t: int, names: list[str]) -> Plan:
    """Return the boxes side by side, c and y going from each to the next."""
    apart = max((PAGE - 2 * MARGIN) / steps, 110.0)
    half = min(60.0, apart / 2 - 20)
    wires, texts, spots = [], [], []
    for n in range(steps):
        x = MARGIN + apart * (n + 0.5)
        up, words = _up_and_down(x, t + n, names[n + 1])
        wires, texts, spots = wires + up, texts + words, [*spots, _box(x, t + n, 2 * half)]
        wires += _between("prev", x - apart + half if n else 6.0, x - half, t + n)
    end = 2 * MARGIN + apart * steps
    wires += _between("next", end - MARGIN - apart / 2 + half, end - 6, t + steps - 1)
    for name, y in (("c", MIDDLE - APART - 12), ("y", MIDDLE + APART + 22)):
        texts.append(Text(6, y, symbol(name, names[0]), name, "start"))
        texts.append(Text(end - 6, y, symbol(name, names[-2]), name, "end"))
    return Plan(end, FOOT + 14, (), tuple(spots), tuple(wires), (), tuple(texts))


def _between(way: str, start: float, end: float, t: int) -> list[Wire]:
    """Return the wires of c (thick) and y from one box to the next."""
    lines = (("c", MIDDLE - APART, 4.0), ("y", MIDDLE + APART, 2.0))
    return [
        Wire(f"wire:{name}_{way}@{t}", f"{name}@{t}", name, ((start, y), (end, y)), line=line)
        for name, y, line in lines
    ]
