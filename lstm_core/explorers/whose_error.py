"""Who needs whose error: the routes of J^(s), s ≥ t, into (∂J/∂θ)^(t), and their sizes (row S6).

The errors of one loss J^(s) alone are propagated back; what arrives at step t is its share of
(∂J/∂θ)^(t). The shares of all s add up to (∂J/∂θ)^(t); J^(s) of an earlier step has none. With
the weights W multiplied by a factor one sees errors fade, or grow, on their way.
"""

import dataclasses
from typing import NamedTuple

import numpy as np

from lstm_core import examples, losses, rnn
from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import number, percent
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider

T = 5
COLOURS = ("z", "i", "o", "c", "error")  # of J^(1) … J^(5)
SIZE = (806, 344)
PLACES = [44.0 + 92 * n for n in range(T)]
LOSS, STATE, GRADIENT = 48.0, 168.0, 300.0  # heights of the rows
LANE = 9.0


class Data(NamedTuple):
    """Shares of the errors, and what is shown of them; t is counted from 1."""

    t: int
    parameter: str
    factor: float
    shares: Array  # (T, T, rows, columns): what J^(s) adds to (∂J/∂θ)^(t)
    sizes: Array  # (T, T): their norms


def compute(t: int, parameter: str, factor: float) -> Data:
    """Propagate the error of every J^(s) alone; parameter: "W", "U" or "V"."""
    example = examples.rainy_days()
    params = dataclasses.replace(example.params, W=factor * example.params.W)
    run = rnn.forward(params, example.X, example.h0)
    _, do = losses.softmax_cross_entropy(run.o, example.labels)
    shares = []
    for s in range(T):
        alone = np.where(np.arange(T)[:, None] == s, do, 0.0)
        steps = rnn.backward(params, run, alone, per_step=True).steps
        shares.append([getattr(gradients, parameter) for gradients in steps])
    found = np.swapaxes(np.array(shares), 0, 1)
    return Data(t, parameter, factor, found, np.linalg.norm(found, axis=(2, 3)))


def draw(data: Data) -> str:
    """Draw the routes on the left, the measured matrix on the right."""
    return svg.picture(
        *SIZE, *_chain(data), *_routes(data), *_matrix(data), title="Who needs whose error"
    )


def _chain(data: Data) -> list[str]:
    """Draw losses, states and the gradient of the chosen step."""
    parts = []
    for n, x in enumerate(PLACES, 1):
        later = n >= data.t
        ink, wire = ("ink", "muted") if later else ("muted", "faint")
        if n < T:
            ends = (x, STATE), (PLACES[n], STATE)
            parts.append(svg.arrow(*ends, stroke="faint", line=1.5, head=8, gap=(28, 28)))
        shade = COLOURS[n - 1] if later else "faint"
        parts.append(svg.arrow((x, STATE), (x, LOSS), stroke="faint", line=1.2, gap=(28, 18)))
        parts.append(svg.circle(x, LOSS, 18, fill="surface", stroke=shade, line=3))
        parts.append(svg.label(x, LOSS + 5, f"J^{{({n})}}", size=15, fill=ink))
        parts.append(svg.circle(x, STATE, 28, fill="surface", stroke=wire, line=1.5))
        parts.append(svg.label(x + 30, STATE - 28, f"h^{{({n})}}", size=15, fill=ink))
    x = min(max(PLACES[data.t - 1], 62.0), PLACES[-1] - 12)
    parts.append(svg.box(x - 58, GRADIENT - 20, 116, 40, fill="marked", stroke="ink"))
    name = f"(\\partial J/\\partial {data.parameter})^{{({data.t})}}"
    return [*parts, svg.label(x, GRADIENT + 6, name, size=17)]


def _routes(data: Data) -> list[str]:
    """Draw one line per error that arrives, through every state on its way."""
    end, parts = PLACES[data.t - 1], []
    largest = max(float(data.sizes[data.t - 1].max()), 1e-12)
    for s in range(T, data.t - 1, -1):
        size = float(data.sizes[data.t - 1, s - 1])
        if size == 0.0:
            continue
        lane = LANE * (s - data.t - (T - data.t) / 2)
        points = [(PLACES[s - 1] + (lane if s == data.t else 0), LOSS + 19)]
        if s > data.t:
            points += [(PLACES[s - 1], STATE + lane), (end + lane, STATE + lane)]
        points.append((end + lane, GRADIENT - 21))
        width = 1.0 + 5.0 * size / largest
        style = {"stroke": COLOURS[s - 1], "line": width, "head": 5 + 1.4 * width}
        parts.append(svg.wire(points, radius=12, **style))
    return parts


def _matrix(data: Data) -> list[str]:
    """Draw ‖share of J^(s) in (∂J/∂θ)^(t)‖ as a field for every t and s; a row can be clicked."""
    left, top, size = 548.0, 92.0, (48.0, 34.0)
    largest = max(float(data.sizes.max()), 1e-12)
    middle = left + 2.5 * size[0]
    name = f"(\\partial J/\\partial {data.parameter})^{{(t)}}"
    parts = [
        svg.words(middle, 22, "measured: size of the share of", size=13, fill="muted"),
        svg.label(middle, 44, f"J^{{(s)}} \\mathrm{{ in }} {name}", size=16),
    ]
    for n in range(T):
        x, y = left + size[0] * n, top + size[1] * n
        parts.append(svg.label(x + 24, top - 12, f"J^{{({n + 1})}}", size=15))
        parts.append(
            svg.box(x + 4, top - 7, size[0] - 8, 4, fill=COLOURS[n], stroke="none", radius=2)
        )
        values = [data.sizes[n, s] if s >= n else None for s in range(T)]
        style = {"size": size, "largest": largest, "colour": "error"}
        fields = [network.field(left + size[0] * s, y, v, **style) for s, v in enumerate(values)]
        written = ", ".join(number(v, 2) for v in values[n:])
        label = svg.label(left - 14, y + 22, f"t={n + 1}", size=15, anchor="end")
        words = f"step {n + 1}, sizes {written}"
        parts.append(svg.clickable(str(n + 1), words, label, *fields, pressed=n + 1 == data.t))
    y = top + size[1] * (data.t - 1)
    ring = {"fill": "none", "stroke": "ink", "radius": 3, "line": 3}
    parts.append(svg.box(left, y, T * size[0], size[1], **ring))
    note = "empty fields: no error runs forward"
    return [*parts, svg.words(middle, top + T * size[1] + 24, note, size=12.5, fill="muted")]


def read(data: Data) -> str:
    """Say which errors the chosen step needs, and how large the far ones are against its own."""
    row = data.sizes[data.t - 1]
    name = f"(∂J/∂{data.parameter})^({data.t})"
    if data.parameter == "V":
        return (
            f"{name} needs the error of J^({data.t}) alone: V touches only the output of its step."
        )
    if data.t == T:
        return f"{name} needs the error of J^({T}) alone: no step comes later."
    if data.factor == 0.0:
        return f"{name} needs the error of J^({data.t}) alone: without W no error comes from later."
    share = row[data.t :].sum() / row.sum()
    return (
        f"{name} needs the errors of J^({data.t}) to J^({T}). By size, {percent(share)} of what "
        f"arrives comes from later steps; the share of J^({T}) is "
        f"{number(row[-1] / row[data.t - 1], 2)} times that of J^({data.t})."
    )


def clicked(click: Click, values: Values) -> Values:
    """Choose the step whose row was clicked."""
    return {"t": int(click.id)}


def explorer() -> Explorer:
    """Return the explorer; a click on a row of the matrix chooses its step."""
    return Explorer(
        "Who needs whose error",
        compute,
        draw,
        read,
        {
            "t": slider("Step t", 2, 1, T),
            "parameter": choice("Parameter θ", "W", ("W", "U", "V")),
            "factor": slider("W multiplied by", 1.0, 0.0, 2.0, 0.1),
        },
        on_click=clicked,
    )
