"""The eight variants of the Odyssey as switches on the block (row F8).

Each switch changes the description of the cell, and nothing else: drawing, forward and backward
pass follow from it. Below the block stand its cell and its output beside those of the standard
block, with the same weights and the same input; the reading has the check of its gradient.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import cells, variants
from lstm_core.checks import Array
from lstm_core.description import Cell
from lstm_core.draw import block, svg
from lstm_core.draw.plots import round_limits
from lstm_core.draw.text import number
from lstm_core.explorers.frame import Explorer, choice, switch
from lstm_core.variants import VARIANTS

T, CHECKED, H, D = 40, 8, 2, 1  # steps, steps of the gradient check, units, inputs
UNIT = 1  # whose cell and output are drawn, from 0
LOST = ("no_input_gate", "no_forget_gate")  # with one of them, f = 1 − i has no meaning
CHART = (400.0, 150.0)


class Data(NamedTuple):
    """Variant and standard block over the same input, and the check of the variant's gradient."""

    cell: Cell
    values: dict[str, Array]  # x (T, D), c, y, … (T, H)
    standard: dict[str, Array]
    error: float  # of its directional derivative, relative
    uncoupled: bool  # the coupling was asked for and is impossible
    layout: str


def compute(layout: str, **on: bool) -> Data:
    """Run the variant whose switches are on."""
    chosen = [name for name in VARIANTS if on[name]]
    uncoupled = "coupled_gates" in chosen and any(name in chosen for name in LOST)
    if uncoupled:
        chosen.remove("coupled_gates")
    return Data(*tried(tuple(chosen)), uncoupled, layout)


@cache
def parameters() -> dict[str, Array]:
    """Draw every weight that any variant has; the forget gate's bias is 1."""
    full = variants.lstm("full_gate_recurrence")
    params = cells.init(full, D, H, np.random.default_rng(8))
    return params | {"b_for": np.ones(H)}


@cache
def signal() -> Array:
    """Return the input (T, 1): a slow wave with some noise."""
    steps = np.arange(T)[:, None]
    return np.sin(steps / 4.0) + 0.3 * np.random.default_rng(1).standard_normal((T, D))


@cache
def tried(chosen: tuple[str, ...]) -> tuple[Cell, dict[str, Array], dict[str, Array], float]:
    """Return a variant, its values and the standard block's, and the check of its gradient."""
    cell = variants.lstm(*chosen)
    return cell, run(cell), run(cells.LSTM), gradient_error(cell)


def run(cell: Cell) -> dict[str, Array]:
    """Return all values of a cell over the input."""
    return cells.forward(cell, own(cell), signal()).values


def own(cell: Cell) -> dict[str, Array]:
    """Return those of the weights that a cell has."""
    return {name: parameters()[name] for name in cell.shapes}


def gradient_error(cell: Cell) -> float:
    """Compare the backward pass with numerical differentiation along one direction."""
    rng = np.random.default_rng(3)
    params, dY = own(cell), rng.standard_normal((CHECKED, H))
    way = {name: rng.standard_normal(value.shape) for name, value in params.items()}

    def loss(size: float) -> float:
        moved = {name: value + size * way[name] for name, value in params.items()}
        found = cells.forward(cell, moved, signal()[:CHECKED], c0=np.ones(H))
        return cells.loss(found, {"y": dY})

    def central(size: float) -> float:
        return (loss(size) - loss(-size)) / (2 * size)

    start = cells.forward(cell, params, signal()[:CHECKED], c0=np.ones(H))
    gradients = cells.backward(start, dy=dY).params
    slope = sum(float(np.vdot(gradients[name], way[name])) for name in params)
    numerical = (4 * central(3e-4) - central(6e-4)) / 3
    return abs(slope - numerical) / abs(numerical)


def draw(data: Data) -> str:
    """Draw the block over two charts: its cell and its output, beside the standard block's."""
    picture = block.draw(data.cell, layout=data.layout, clickable=False)
    width, height = svg.size(picture)
    charts = [
        chart(data, "c", f"cell c of unit {UNIT + 1}", 20.0, height + 40),
        chart(data, "y", f"output y of unit {UNIT + 1}", 450.0, height + 40),
    ]
    drawn = svg.move(max((svg.PAGE - width) / 2, 0), 0, picture)
    return svg.picture(svg.PAGE, height + 40 + CHART[1] + 48, drawn, *charts, title=data.cell.name)


def chart(data: Data, name: str, title: str, left: float, top: float) -> str:
    """Return one chart: the variant's values in full colour, the standard block's dashed."""
    wide, high = CHART
    both = np.concatenate([data.values[name][:, UNIT], data.standard[name][:, UNIT]])
    end = round_limits(both)[1] / 1.05
    middle = top + 24 + high / 2

    def points(values: Mapping[str, Array]) -> list[svg.Point]:
        heights = middle - values[name][:, UNIT] / end * (high / 2 - 6)
        rights = left + 34 + np.arange(T) * (wide - 44) / (T - 1)
        return [
            (round(float(x), 1), round(float(y), 1)) for x, y in zip(rights, heights, strict=True)
        ]

    small = {"size": 13, "fill": "muted", "anchor": "end"}
    rows = ((end, -high / 2 + 10), (0, 4), (-end, high / 2 - 2))
    return "".join(
        (
            svg.box(left + 34, top + 24, wide - 44, high, fill="panel", stroke="none", radius=4),
            svg.wire([(left + 34, middle), (left + wide - 10, middle)], stroke="faint", line=1.5),
            *(svg.words(left + 28, middle + y, number(value), **small) for value, y in rows),
            svg.wire(points(data.standard), stroke="muted", line=1.8, dashes="5 4", radius=0.5),
            svg.wire(points(data.values), stroke=name, line=2.6, radius=0.5),
            svg.words(left + 34, top + 14, title, size=15, anchor="start"),
            svg.words(left + wide - 10, top + 14, "dashed: the standard block", **small),
            svg.words(left + 34, top + high + 41, "step 1", **small | {"anchor": "start"}),
            svg.words(left + wide - 10, top + high + 41, f"step {T}", **small),
        )
    )


def read(data: Data) -> str:
    """Say what is changed, how far the output is from the standard one, and that δ is right."""
    name = data.cell.name.removeprefix("LSTM").removeprefix(", ") or "the standard block"
    largest = {key: float(np.abs(data.values[key][:, UNIT]).max()) for key in "cy"}
    away = float(np.abs(data.values["y"] - data.standard["y"])[:, UNIT].max())
    count = sum(value.size for value in own(data.cell).values())
    note = " Coupling needs both gates, so it is left out here." if data.uncoupled else ""
    differs = (
        "" if data.cell.name == "LSTM" else f", up to {number(away, 2)} from the standard block"
    )
    check = "agrees" if data.error < 1e-7 else "DISAGREES"
    return (
        f"{name[0].upper()}{name[1:]}: {count} parameters. In size the cell of unit {UNIT + 1} "
        f"reaches {number(largest['c'], 2)}, its output {number(largest['y'], 2)}{differs}. The "
        f"backward pass {check} with numerical differentiation to 1e-7.{note}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The variants of the Odyssey",
        compute,
        draw,
        read,
        {
            "layout": choice("Drawing", "circuit", block.DRAWINGS),
            **{n: switch(v.title, n == "coupled_gates") for n, v in VARIANTS.items()},
        },
    )
