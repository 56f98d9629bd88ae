"""The LSTM block drawn two ways from one description, and as a black box (row F2).

Real values stand in every node, and hovering over a wire tells its number. A click on a node
chooses it: below the drawing stand its equation with the numbers put in, and where it goes.
"""

from typing import NamedTuple

from lstm_core.cells import Run
from lstm_core.draw import block, svg
from lstm_core.explorers.forward_player import EXAMPLES, LINE, T, equation_lines, example_run, shown
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider, switch
from lstm_core.formulas import equation, variable_tex
from lstm_core.notation import plain, step_name

LAYOUTS = block.DRAWINGS | {"black box": "box"}
MEANING = {
    "z": "the block input: what this step would like to write into the cell",
    "i": "the input gate: which share of the block input may enter",
    "f": "the forget gate: which share of the old cell stays",
    "o": "the output gate: which share of the cell is said aloud",
    "c": "the cell: the memory itself",
    "tanh_c": "the cell, pressed between −1 and 1",
    "y": "the block output: what the next layer and the next step hear",
}


class Data(NamedTuple):
    """A run, which steps of it are drawn and how, and the node that was chosen."""

    run: Run
    layout: str
    t: int
    blocks: int
    peepholes: bool
    chosen: str


def compute(
    layout: str, step: int, blocks: int, example: str, peepholes: bool, chosen: str
) -> Data:
    """Run the example; `step` counts from 1, and the last blocks stay inside the sequence."""
    run = example_run(example, peepholes)
    return Data(run, layout, min(step, T - blocks + 1) - 1, blocks, peepholes, chosen)


def last_step(data: Data) -> int:
    """Return the step (from 0) of the chosen node: that of the last block drawn."""
    return data.t + data.blocks - 1


def draw(data: Data) -> str:
    """Draw the blocks, over the equation of the chosen node."""
    picture = block.draw(
        run=data.run,
        layout=data.layout,
        steps=data.blocks,
        t=data.t,
        numbered=True,
        selected=f"{data.chosen}@{last_step(data)}",
    )
    width, height = svg.size(picture)
    drawn = svg.move(max((svg.PAGE - width) / 2, 0), 0, picture)
    lines = equation_lines(data.run, data.chosen, last_step(data), height + 34)
    end = height + 42 + LINE * len(data.run.cell.table[data.chosen].terms)
    return svg.picture(svg.PAGE, end, drawn, *lines, title="The LSTM block")


def meaning(name: str) -> str:
    """Say in words what a node is for."""
    if name.endswith("_bar"):
        word = MEANING[name[0]].partition(":")[0]
        return f"{plain(variable_tex_of(name))} is the pre-activation of {word}: a linear sum"
    return f"{plain(variable_tex_of(name))} is {MEANING[name]}"


def variable_tex_of(name: str) -> str:
    """Return the TeX of a node of the standard block, without a step."""
    return r"\tanh(c)" if name == "tanh_c" else variable_tex(block.LSTM, name, None)


def read(data: Data) -> str:
    """Say what the chosen node is, its equation, its number, and where it goes."""
    t, cell = last_step(data), data.run.cell
    text = plain(equation(cell, data.chosen, t))
    goes = [
        plain(variable_tex(cell, arrow.target, step_name(arrow.back, t)))
        for arrow in cell.outgoing(data.chosen)
        if t + arrow.back < T
    ]
    on = f" It goes to {', '.join(goes)}." if goes else ""
    return f"{meaning(data.chosen)}. {text} = {shown(data.run.values[data.chosen][t])}.{on}"


def clicked(click: Click, values: Values) -> Values | None:
    """Choose the node that was clicked, at its own step."""
    found = block.part(click.id)
    if found.kind == "node" and found.name in {node.name for node in block.LSTM.nodes}:
        return {"chosen": found.name}
    return None


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "The LSTM block",
        compute,
        draw,
        read,
        {
            "layout": choice("Drawing", "circuit", LAYOUTS),
            "blocks": choice("Blocks", 1, {"one": 1, "two": 2, "three": 3}),
            "step": slider("Step t", 2, 1, T),
            "example": choice("Example", "pair", EXAMPLES),
            "peepholes": switch("peepholes", True),
        },
        state={"chosen": "c"},
        on_click=clicked,
    )
