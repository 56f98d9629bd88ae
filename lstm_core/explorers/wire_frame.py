"""A wire frame and a camera: three 4×4 matrices, and pixels for the edges (row H7)."""

from typing import NamedTuple

import numpy as np

from lstm_core import wireframe
from lstm_core.checks import Array
from lstm_core.draw import svg
from lstm_core.draw.network import decimals
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider

MODELS = {
    "cube": wireframe.box(1.4, 1.4, 1.4),
    "slab 1 : 4 : 9": wireframe.box(0.9, 2.025, 0.225),
    "icosahedron": wireframe.icosahedron(),
    "ring": wireframe.ring(),
}
SCREEN = 400  # pixels of the page
MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


class Data(NamedTuple):
    """The matrices, the points on the screen and the lit pixels; one point followed all the way."""

    matrices: tuple[Array, Array, Array]  # M, V, P
    screen: Array  # (N, 3)
    lit: Array  # (pixels, pixels) bool, first row on top
    followed: int
    stations: tuple[Array, ...]  # that point: as given, after M, after V, after P, on the screen
    edges: int


def compute(
    model: str, turn: float, tilt: float, distance: float, lens: float, pixels: int, followed: int
) -> Data:
    """Turn the model, place the camera, project all points at once and light the pixels."""
    points, edges = MODELS[model]
    followed %= len(points)
    M = wireframe.turn("x", tilt) @ wireframe.turn("y", turn)
    V = wireframe.look_at([0.0, 0.6, distance], [0.0, 0.0, 0.0])
    P = wireframe.perspective(lens)
    screen = wireframe.project(P @ V @ M, points)
    lit = np.zeros((pixels, pixels), bool)
    for first, second in edges:
        ends = screen[[first, second], :2]
        if np.isfinite(ends).all():
            lit[tuple(wireframe.rasterise(*ends, pixels).T)] = True
    p = points[followed]
    stations = (p, M @ p, V @ M @ p, P @ V @ M @ p, screen[followed])
    return Data((M, V, P), screen, lit, followed, stations, len(edges))


def draw(data: Data) -> str:
    """Return the screen with its pixels, and beside it the matrices and the followed point."""
    words = [
        matrix_words(20, 42, "M", "model: turn it", data.matrices[0]),
        matrix_words(20, 168, "V", "view: place the camera", data.matrices[1]),
        matrix_words(20, 294, "P", "projection: the lens", data.matrices[2]),
    ]
    return svg.picture(
        svg.PAGE, 440, svg.move(14, 14, screen(data)), svg.move(430, 0, *words, journey(data)),
        title="A wire frame on a screen of pixels, and the matrices that put it there",
    )  # fmt: skip


def screen(data: Data) -> str:
    """Return the pixels, and on each corner a ring that can be clicked."""
    size = SCREEN / len(data.lit)
    squares = "".join(
        f"M{svg.digits(column * size)} {svg.digits(row * size)}h{svg.digits(size)}"
        f"v{svg.digits(size)}h-{svg.digits(size)}z"
        for row, column in np.argwhere(data.lit).tolist()
    )
    ground = svg.box(0, 0, SCREEN, SCREEN, radius=0)
    lit = svg.element("path", d=squares, fill=svg.colour("i"))
    few = len(data.screen) <= 12  # more would make a long way for the tabulator key
    rings = [
        corner(n, data.followed, *((1 + x) / 2 * SCREEN for x in (place[0], -place[1])))
        for n, place in enumerate(data.screen)
        if (few or n == data.followed) and np.isfinite(place).all() and abs(place[:2]).max() < 1
    ]
    return ground + lit + "".join(rings)


def corner(n: int, followed: int, x: float, y: float) -> str:
    """Return the ring of one point; the followed one is filled."""
    mine = n == followed
    ring = svg.circle(
        x, y, 8 if mine else 6, fill="f" if mine else "none", stroke="f" if mine else "muted",
        line=2 if mine else 1, pointer_events="all",
    )  # fmt: skip
    return svg.clickable(str(n), f"point {n + 1}", ring, pressed=mine)


def matrix_words(x: float, y: float, letter: str, name: str, matrix: Array) -> str:
    """Return a 4×4 matrix as text with its letter and what it is for."""
    rows = ["".join(decimals(value).rjust(7) for value in row) for row in matrix]
    lines = [
        svg.words(x + 12, y + 24 + 20 * n, row, anchor="start", font_family=MONO, size=14,
                  style="white-space:pre")
        for n, row in enumerate(rows)
    ]  # fmt: skip
    heading = svg.label(x, y, letter, anchor="start", size=18)
    return heading + svg.words(x + 26, y, name, anchor="start", fill="muted") + "".join(lines)


def journey(data: Data) -> str:
    """Return the followed point after each product, as a column of its four numbers."""
    x, parts = 300, []
    names = ("p", "M p", "V M p", "P V M p", "÷ w")
    parts.append(svg.words(x, 42, f"point {data.followed + 1}", anchor="start", fill="f"))
    for n, (name, p) in enumerate(zip(names, data.stations, strict=True)):
        y = 66 + 78 * n
        parts.append(svg.words(x, y, name, anchor="start", fill="f", font_weight="bold"))
        first, second = (", ".join(map(decimals, part)) for part in (p[:2], p[2:]))
        lines = (f"({first},", f" {second})") if np.isfinite(p).all() else ("nowhere", "")
        parts.append(svg.words(x, y + 20, lines[0], anchor="start", size=13))
        parts.append(svg.words(x, y + 38, lines[1], anchor="start", size=13))
    return "".join(parts)


def read(data: Data) -> str:
    """Say where the followed point lands and how much work that is."""
    (x, y, _), w = data.stations[-1], data.stations[-2][3]
    if np.isfinite(x):
        off = "" if max(abs(x), abs(y)) <= 1 else ", off the screen"
        where = (
            f"{number(w)} in front of the camera and lands at ({decimals(x)}, {decimals(y)}){off}"
        )
    else:
        where = f"{number(-w)} behind the camera and lands nowhere"
    return (
        f"Point {data.followed + 1} is {where}; "
        f"{plural(len(data.screen), 'point')} take {number(16 * len(data.screen))} products, and "
        f"{plural(data.edges, 'edge')} light {plural(int(data.lit.sum()), 'pixel')}."
    )


def clicked(click: Click, values: Values) -> Values:
    """Follow the point that was clicked."""
    return {"followed": int(click.id)}


def pressed(key: str, values: Values) -> Values:
    """Turn the model by the arrow keys."""
    name, by = {
        "ArrowLeft": ("turn", -10), "ArrowRight": ("turn", 10),
        "ArrowUp": ("tilt", -10), "ArrowDown": ("tilt", 10),
    }[key]  # fmt: skip
    return {name: (values[name] + by + 180) % 360 - 180}


def explorer() -> Explorer:
    """Return the explorer; a click chooses the point to follow, arrow keys turn the model."""
    return Explorer(
        "A wire frame, a camera, three matrices",
        compute,
        draw,
        read,
        {
            "model": choice("Model", "cube", tuple(MODELS)),
            "turn": slider("Turn", 30, -180, 180, 5, unit="degrees"),
            "tilt": slider("Tilt", 15, -180, 180, 5, unit="degrees"),
            "distance": slider("Camera distance", 3.0, 1.0, 10.0, 0.1),
            "lens": slider("Lens opens", 50, 20, 120, 5, unit="degrees"),
            "pixels": slider("Pixels a side", 64, 16, 160, 8),
        },
        state={"followed": 0},
        on_click=clicked,
        on_key=pressed,
        keys=("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"),
    )
