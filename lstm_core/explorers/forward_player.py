"""The forward pass, one operation at a time, on the block (rows F3 and F5).

The player walks through the operations in their order of calculation. What is calculated now is
lit, wires and all; its equation stands below, one line a term, with the numbers put in. What is
not known yet has no number. With and without peepholes, one block or two.
"""

import re
from functools import cache
from typing import NamedTuple

from lstm_core import block_examples, cells, variants
from lstm_core.cells import Run, look
from lstm_core.checks import Array
from lstm_core.description import OPERATIONS, Term
from lstm_core.draw import block, svg
from lstm_core.draw.network import decimals
from lstm_core.explorers.controls import stepped
from lstm_core.explorers.frame import Click, Explorer, Values, choice, player, switch
from lstm_core.formulas import equation, term_tex, variable_tex
from lstm_core.notation import in_line, numbers, plain

T = 5
EXAMPLES = {"one unit": "counter", "two units": "pair", "real weather, two units": "days"}
OPERATIONS_A_STEP = len(cells.LSTM.nodes)
LINE = 32


class Data(NamedTuple):
    """The run, and the operation at hand."""

    run: Run
    count: int  # operations done, this one included
    name: str
    t: int
    blocks: int
    layout: str


def compute(operation: int, example: str, peepholes: bool, blocks: int, layout: str) -> Data:
    """Return operation number `operation`, from 1, of the forward pass."""
    run = example_run(example, peepholes)
    name, t = block.order(run.cell, T)[operation - 1]
    return Data(run, operation, name, t, blocks, layout)


@cache
def example_run(example: str, peepholes: bool) -> Run:
    """Run one of the small blocks over its five steps."""
    made = getattr(block_examples, example)()
    cell = cells.LSTM if peepholes else variants.lstm("no_peepholes")
    params = {n: value for n, value in cells.named(made.params).items() if n in cell.shapes}
    return cells.forward(cell, params, made.X, y0=made.y0, c0=made.c0)


def draw(data: Data) -> str:
    """Draw the block at hand, lit where it works, over the equation with its numbers."""
    first = min(data.t, T - data.blocks)
    done = block.order(data.run.cell, T)[: data.count]
    lit = block.parts(data.run.cell, data.name, data.t)
    picture = block.draw(
        run=data.run,
        layout=data.layout,
        steps=data.blocks,
        t=first,
        numbered=True,
        lit=lit,
        known=block.known_after(data.run.cell, done) | lit,
        selected=f"{data.name}@{data.t}",
    )
    width, height = svg.size(picture)
    left = max((svg.PAGE - width) / 2, 0)
    lines = equation_lines(data.run, data.name, data.t, height + 34)
    end = height + 34 + LINE * 5
    title = "The forward pass, one operation at a time"
    return svg.picture(svg.PAGE, end, svg.move(left, 0, picture), *lines, title=title)


def equation_lines(run: Run, name: str, t: int, y: float) -> list[str]:
    """Return the lines of an equation at step t: what it makes, then each term with its numbers."""
    hue = {"tanh_c": "c"}.get(name, name.removesuffix("_bar"))
    result = shown(run.values[name][t])
    parts = [
        svg.label(60, y, f"{variable_tex(run.cell, name, str(t + 1))} =", size=20, anchor="start",
                  fill=hue),
        svg.words(806, y, result, size=17, anchor="end", fill=hue, font_weight="bold"),
    ]  # fmt: skip
    for n, term in enumerate(run.cell.table[name].terms):
        line = y + LINE * (n + 1)
        sign = "" if n == 0 else "+ "
        parts += [
            svg.label(90, line, sign + term_tex(run.cell, term, 0, t), size=18, anchor="start"),
            svg.label(244, line, put_in(run, term, t), size=14, anchor="start", fill="muted"),
            svg.words(806, line, shown(value_of(run, term, t)), size=15, anchor="end", fill=hue),
        ]
    return parts


def put_in(run: Run, term: Term, t: int) -> str:
    """Return the TeX of a term with its numbers in one line; nothing where that says no more."""
    if term.operation == "copy":
        return ""
    values = [look(run, variable, t) for variable in term.arguments]
    found = [
        _trimmed(numbers(value)) if variable.name in {"x", *run.params} else numbers(value)
        for variable, value in zip(term.arguments, values, strict=True)
    ]
    scalars = term.operation == "matrix" and all(value.size == 1 for value in values)
    tex = r"{0} \times {1}" if scalars else OPERATIONS[term.operation].tex
    return in_line(tex.format(*found)).replace("((", "(").replace("))", ")")


def _trimmed(tex: str) -> str:
    """Return numbers without the zeros at their end: weights and inputs have one decimal."""
    return re.sub(r"\.(\d*?)0+(?!\d)", lambda found: f".{found[1]}" if found[1] else "", tex)


def value_of(run: Run, term: Term, t: int) -> Array:
    """Return the value of one term of an equation at step t."""
    return OPERATIONS[term.operation].value(*(look(run, v, t) for v in term.arguments))


def read(data: Data) -> str:
    """Say what is calculated now, from what, and what is next."""
    order = block.order(data.run.cell, T)
    text = plain(equation(data.run.cell, data.name, data.t))
    parts = [shown(value_of(data.run, n, data.t)) for n in data.run.cell.table[data.name].terms]
    total = shown(data.run.values[data.name][data.t])
    added = f" = {joined(parts)}" if len(parts) > 1 else ""
    said = f"Operation {data.count} of {len(order)}, step {data.t + 1}: {text}{added} = {total}."
    if data.count == len(order):
        return f"{said} The walk is over."
    name, t = order[data.count]
    return f"{said} Next: {plain(variable_tex(data.run.cell, name, str(t + 1)))}."


def shown(value: Array) -> str:
    """Return a number or a short vector, two decimals each, as they stand in the drawing."""
    return ", ".join(decimals(float(entry), 2) for entry in value)


def joined(parts: list[str]) -> str:
    """Return a sum in words; vectors stand in brackets."""
    return " + ".join(f"({part})" if "," in part or part[0] == "−" else part for part in parts)


def clicked(click: Click, values: Values) -> Values | None:
    """Go to the operation that makes the node that was clicked."""
    found = block.part(click.id)
    cell = example_run(values["example"], values["peepholes"]).cell
    order = block.order(cell, T)
    if found.kind == "node" and (found.name, found.t) in order:
        return {"operation": order.index((found.name, found.t)) + 1}
    return None


def pressed(key: str, values: Values) -> Values:
    """Step with the arrow keys while the drawing has the focus."""
    return {"operation": stepped(key, values["operation"], OPERATIONS_A_STEP * T)}


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The forward pass, one operation at a time",
        compute,
        draw,
        read,
        {
            "operation": player("Operation", 1, OPERATIONS_A_STEP * T, 7, pause=1500),
            "example": choice("Example", "counter", EXAMPLES),
            "peepholes": switch("peepholes", False),
            "blocks": choice("Blocks", 1, {"one": 1, "two": 2}),
            "layout": choice("Drawing", "circuit", block.DRAWINGS),
        },
        on_click=clicked,
        on_key=pressed,
        keys=("ArrowLeft", "ArrowRight", "Home", "End"),
    )
