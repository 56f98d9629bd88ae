"""The parts a picture of the LSTM block is made of, and the state it is drawn in.

A layout (`block_circuit`, `block_odyssey`, `block_box`) places `Spot`s (the nodes of the
description), `Wire`s (its arrows), and small signs into a `Plan`; `block_render` draws that as a
`Look` asks.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw.svg import Point
from lstm_core.draw.text import MINUS

NAME, SMALL = 16.0, 13.0  # font sizes: the letter of a node; numbers and words
LINE = 15.0  # height of a line of numbers
SIGN = 11.0  # radius of ⊙ and +


class Spot(NamedTuple):
    """A node of the description, as a box around (x, y)."""

    id: str  # "f@0"
    x: float
    y: float
    width: float
    height: float
    label: str  # TeX
    hue: str
    words: str = ""  # a second line: "forget gate"
    round: bool = False  # sums are pills, activations are boxes
    ghost: bool = False  # left out of this variant
    title: str = ""  # what hovering and a screen reader say


class Wire(NamedTuple):
    """An arrow of the description: its way, and the part of it that it shares with no other."""

    id: str  # "wire:c_prev-f_bar@0"
    net: str  # what it carries, "c@-1": wires of one net may touch, others cross by a bridge
    hue: str
    points: tuple[Point, ...]
    line: float = 2.0
    dotted: bool = False  # it comes from the step before
    own: tuple[int, int | None] = (0, None)  # points[a:b] of its own; errors flow along all of them
    stop: float = 0.0  # how far before the end of its own part it stops (at the edge of a sign)
    head: bool = True
    title: str = ""


class Sign(NamedTuple):
    """A small circle in which arrows meet: ⊙ or +."""

    x: float
    y: float
    text: str
    parts: tuple[str, ...]  # lit when one of these wires or nodes is


class Text(NamedTuple):
    """A formula (TeX) beside a wire, or words."""

    x: float
    y: float
    text: str
    hue: str = "ink"
    anchor: str = "middle"
    size: float = 15.0
    words: bool = False
    part: str = ""  # it stands back with this wire


class Frame(NamedTuple):
    """The outline of one block."""

    x: float
    y: float
    width: float
    height: float
    label: str


class Plan(NamedTuple):
    """A whole picture, placed."""

    width: float
    height: float
    frames: tuple[Frame, ...]
    spots: tuple[Spot, ...]
    wires: tuple[Wire, ...]
    signs: tuple[Sign, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Look:
    """In what state the picture is drawn. Ids are those of `block.draw`."""

    values: Mapping[str, Array] = field(default_factory=dict)  # numbers shown in the nodes
    numbers: bool = True  # whether they are written in the nodes; they are always told
    errors: bool = False  # these numbers are errors δ
    lit: Collection[str] = ()
    known: Collection[str] | None = None  # what is calculated so far; None: everything
    backward: Mapping[str, float] | None = None  # sizes of the errors on wires and nodes
    off: Collection[str] = ()  # wires that are switched off
    selected: str = ""
    clickable: bool = True  # whether nodes take focus and clicks; wires never do

    def faded(self, id_: str) -> bool:
        """Return whether a part stands back."""
        if self.backward is not None:
            return id_ not in self.backward and id_ != self.selected
        return not self.calculated(id_) and id_ not in self.lit

    def calculated(self, id_: str) -> bool:
        """Return whether a part has its value already."""
        return self.known is None or id_ in self.known

    def state(self, id_: str) -> str:
        """Return "lit", "plain" or "faded"."""
        if id_ in self.lit or id_ == self.selected or (self.backward and id_ in self.backward):
            return "lit"
        return "faded" if self.faded(id_) else "plain"


def short(value: float) -> str:
    """Return a number in at most six characters.

    >>> short(0.123), short(-1.5), short(12.34), short(0.00042), short(-31234.0)
    ('0.12', '−1.50', '12.3', '4e−4', '−3e4')
    """
    size = abs(value)
    if size and (size < 0.005 or size >= 1000):
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", MINUS)
    places = 2 if size < 9.995 else 1 if size < 99.95 else 0
    return f"{value:.{places}f}".replace("-", MINUS)


def lines(value: Array | None) -> float:
    """Return how many lines of text the numbers of a node need: up to two, or a strip."""
    if value is None:
        return 0.0
    return float(np.size(value)) if np.size(value) <= 2 else 1.0


def told(value: Array) -> str:
    """Return a number or a vector in words."""
    numbers = [short(float(v)) for v in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else "(" + ", ".join(numbers) + ")"
