"""One step of the simple RNN, spelled out: a matrix is a bundle of connections (row S4).

Row j of W and U holds the weights of all wires that arrive at hidden neuron j. Choose a step and a
neuron: its row and its wires light up, and a_j^(t) = b_j + Σ_k W_jk h_k^(t-1) + Σ_k U_jk x_k^(t) is
written out with every number.
"""

from typing import NamedTuple

from lstm_core import examples, rnn
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.network import decimals
from lstm_core.draw.text import MINUS
from lstm_core.explorers.frame import Click, Explorer, Values, slider
from lstm_core.rnn import RNNParams

SIZE = (806, 430)
BEFORE = [(92.0, 40.0 + 58 * k) for k in range(5)]  # h^(t-1) and x^(t), one below the other
NOW = [(270.0, 70.0 + 84 * j) for j in range(3)]


class Data(NamedTuple):
    """The numbers of one sum; t and j are counted from 1."""

    t: int
    j: int
    params: RNNParams
    h_prev: Array
    x: Array
    a: Array
    h: Array


def compute(t: int, j: int) -> Data:
    """Run the small network and keep step t."""
    example = examples.rainy_days()
    run = rnn.forward(example.params, example.X, example.h0)
    h_prev = run.h[t - 2] if t > 1 else run.h0
    return Data(t, j, example.params, h_prev, run.x[t - 1], run.a[t - 1], run.h[t - 1])


def draw(data: Data) -> str:
    """Draw the wires on the left, the same numbers as matrices on the right, the sum below."""
    parts = [_wires(data), _matrices(data), _sum(data)]
    return svg.picture(*SIZE, *parts, title="A linear sum, element by element")


def _wires(data: Data) -> str:
    step = f"({data.t})"
    drawn = []
    for j in range(3):
        rows = [*data.params.W[j], *data.params.U[j]]
        for start, value in zip(BEFORE, rows, strict=True):
            drawn.append(
                (j == data.j - 1, network.weight(start, NOW[j], value, lit=j == data.j - 1))
            )
    parts = [wire for _, wire in sorted(drawn)]
    for k in range(5):
        value = data.h_prev[k] if k < 3 else data.x[k - 3]
        formula = f"h_{k + 1}^{{({data.t - 1})}}" if k < 3 else f"x_{k - 2}^{{{step}}}"
        parts.append(network.neuron(BEFORE[k], value, formula, label_at=(-48, 5)))
    for j in range(3):
        parts.append(
            network.neuron(
                NOW[j],
                data.a[j],
                f"a_{j + 1}^{{{step}}}",
                id_=str(j + 1),
                name=f"neuron {j + 1}",
                lit=j == data.j - 1,
                label_at=(48, 5),
            )
        )
    return "".join(parts)


def _matrices(data: Data) -> str:
    """Write b + W h + U x as fields, the chosen row framed."""
    top, tall = 104.0, 30.0
    size = (42.0, tall)
    columns = (
        (364, data.params.b[:, None], "b"),
        (434, data.params.W, "W"),
        (566, data.h_prev[:, None], f"h^{{({data.t - 1})}}"),
        (640, data.params.U, "U"),
        (730, data.x[:, None], f"x^{{({data.t})}}"),
    )
    parts = []
    for left, values, name in columns:
        middle = left + size[0] * values.shape[1] / 2
        down = top + (3 - len(values)) * tall / 2
        parts.append(network.matrix(left, down, values, size=size))
        parts.append(svg.label(middle, top - 14, name, size=17))
        if name in "bWU":
            ring = {"fill": "none", "stroke": "ink", "radius": 4, "line": 3.5}
            row = top + tall * (data.j - 1)
            parts.append(svg.box(left - 2, row, size[0] * values.shape[1] + 4, tall, **ring))
    note = f"row {data.j}: the weights of the wires that arrive at neuron {data.j}"
    for place, sign in ((420, "+"), (624, "+")):
        parts.append(svg.words(place, top + 1.5 * tall + 6, sign, size=18))
    parts.append(svg.words(572, 224, note, size=13, fill="muted"))
    return "".join(parts)


def _sum(data: Data) -> str:
    j, p = data.j - 1, data.params
    index = data.j
    formula = (
        f"a_{index}^{{({data.t})}} = b_{index}"
        + "".join(f" + W_{{{index}{k}}} h_{k}^{{({data.t - 1})}}" for k in (1, 2, 3))
        + "".join(f" + U_{{{index}{k}}} x_{k}^{{({data.t})}}" for k in (1, 2))
    )
    factors = [(p.W[j, k], data.h_prev[k]) for k in range(3)]
    factors += [(p.U[j, k], data.x[k]) for k in range(2)]
    products = [f"({decimals(w, 1)})({decimals(v)})" for w, v in factors]
    terms = [p.b[j], *(w * v for w, v in factors)]
    first, *others = terms
    added = "".join(f" {'+' if v >= 0 else MINUS} {abs(v):.2f}" for v in others)
    written = (
        f"= {decimals(p.b[j], 1)} + " + " + ".join(products),
        f"= {decimals(first)}{added}",
        f"= {decimals(data.a[j])}, and h = tanh({decimals(data.a[j])}) = {decimals(data.h[j])}",
    )
    lines = [svg.label(20, 342, formula, size=18, anchor="start")]
    for n, text in enumerate(written):
        lines.append(svg.words(62, 368 + 25 * n, text, size=14.5, anchor="start"))
    return "".join(lines)


def read(data: Data) -> str:
    """Say the sum and what the activation makes of it."""
    j = data.j - 1
    past = data.params.W[j] @ data.h_prev
    return (
        f"Step {data.t}, neuron {data.j}: the bias brings {decimals(data.params.b[j])}, the state "
        f"before {decimals(past)}, the input {decimals(data.params.U[j] @ data.x)}; the sum a is "
        f"{decimals(data.a[j])}, and h = tanh(a) is {decimals(data.h[j])}."
    )


def clicked(click: Click, values: Values) -> Values:
    """Choose the neuron that was clicked."""
    return {"j": int(click.id)}


def explorer() -> Explorer:
    """Return the explorer; a click on a neuron chooses it."""
    return Explorer(
        "A linear sum, element by element",
        compute,
        draw,
        read,
        {"t": slider("Step t", 2, 1, 5), "j": slider("Neuron j", 3, 1, 3)},
        on_click=clicked,
    )
