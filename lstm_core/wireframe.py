"""Wire frames and a camera: the 4×4 matrices of computer graphics, and pixels for edges.

    p = (x, y, z, 1)                      a point; the fourth number lets a matrix move it
    p_clip = P V M p                      model → world → camera → what the lens sees
    (x, y, z)_screen = (x, y, z)_clip / w_clip      far things become small: w is the depth, −z

M turns and moves the model, V puts the camera at the origin, looking along −z (Y is up),
P is the lens. The conventions are those of OpenGL: right-handed, column vectors, −1 … 1 on the
screen. The fourth number, homogeneous coordinates, came into graphics with Roberts, Homogeneous
matrix representation and manipulation of N-dimensional constructs (1965). Left out: hidden lines,
cutting at the near plane, colours.

By pencil: a point 4 in front of a camera whose lens opens 90° and that is 2 to the right of the
axis stands half way between the middle of the picture and its border.

>>> point = np.array([[2.0, 0.0, -4.0, 1.0]])
>>> project(perspective(90.0), point)[0, :2].round(12).tolist()
[0.5, 0.0]
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core import checks
from lstm_core.checks import Array


class Wireframe(NamedTuple):
    """Points (N, 4), the last number 1, and edges (E, 2) between them."""

    points: Array
    edges: NDArray[np.integer]


def box(width: float, height: float, depth: float) -> Wireframe:
    """Return a box around the origin: eight corners, and edges where one sign differs."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    differ = (signs[:, None] != signs).sum(-1)
    return _wireframe(signs * [width / 2, height / 2, depth / 2], differ == 1)


def icosahedron() -> Wireframe:
    """Return the solid of twenty triangles; its twelve corners lie on a sphere of radius 1."""
    golden = (1 + 5**0.5) / 2
    first = np.array([[0, one, other] for one in (-1, 1) for other in (-golden, golden)])
    corners = np.vstack([np.roll(first, n, axis=1) for n in range(3)])
    apart = np.linalg.norm(corners[:, None] - corners, axis=-1)
    return _wireframe(corners / np.linalg.norm(corners[0]), np.isclose(apart, 2))


def ring(around: int = 24, through: int = 8) -> Wireframe:
    """Return a torus of `around` × `through` points."""
    around, through = (
        checks.whole("around", around, least=3),
        checks.whole("through", through, least=3),
    )
    angles = np.arange(around) * 2 * np.pi / around
    turns = np.arange(through) * 2 * np.pi / through
    out = 0.85 + 0.35 * np.cos(turns)
    places = [
        np.outer(np.cos(angles), out),
        np.tile(0.35 * np.sin(turns), (around, 1)),
        np.outer(np.sin(angles), out),
    ]
    number = np.arange(around * through).reshape(around, through)
    edges = [np.stack([number, np.roll(number, -1, axis)], -1).reshape(-1, 2) for axis in (0, 1)]
    points = np.stack([place.ravel() for place in places] + [np.ones(number.size)], 1)
    return Wireframe(points, np.vstack(edges))


def _wireframe(corners: Array, joined: NDArray[np.bool_]) -> Wireframe:
    edges = np.argwhere(np.triu(joined))
    return Wireframe(np.column_stack([corners, np.ones(len(corners))]), edges)


def turn(axis: str, degrees: float) -> Array:
    """Return the 4×4 matrix that turns about the x, y or z axis, counter-clockwise."""
    axis = checks.choice("axis", axis, ("x", "y", "z"))
    angle = np.deg2rad(checks.number("degrees", degrees))
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(4)
    matrix[[first, second], [first, second]] = np.cos(angle)
    matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def shift(x: float, y: float, z: float) -> Array:
    """Return the 4×4 matrix that moves a point by (x, y, z): no 3×3 matrix can."""
    matrix = np.eye(4)
    matrix[:3, 3] = checks.array("shift", [x, y, z], (3,))
    return matrix


def look_at(eye: Array, target: Array) -> Array:
    """Return V (4, 4): the world as seen from `eye` (3,) in the direction of `target` (3,).

    Raises ValueError where the direction is not defined, or is straight up or down.
    """
    eye, target = checks.array("eye", eye, (3,)), checks.array("target", target, (3,))
    back = eye - target
    right = np.cross([0.0, 1.0, 0.0], back)
    if np.linalg.norm(right) < 1e-9:
        raise ValueError(f"eye is {eye.tolist()}, expected neither at the target nor above it")
    back, right = back / np.linalg.norm(back), right / np.linalg.norm(right)
    turned = np.eye(4)
    turned[:3, :3] = np.stack([right, np.cross(back, right), back])
    return turned @ shift(*-eye)


def perspective(degrees: float, near: float = 0.1, far: float = 100.0) -> Array:
    """Return P (4, 4) of a lens that opens by `degrees`; w of the result is the depth −z."""
    degrees = checks.number("degrees", degrees, above=0.0)
    near = checks.number("near", near, above=0.0)
    far = checks.number("far", far, above=near)
    if degrees >= 180:
        raise ValueError(f"degrees is {degrees:g}, expected less than 180")
    zoom = 1.0 / np.tan(np.deg2rad(degrees) / 2)
    return np.array(
        [
            [zoom, 0, 0, 0],
            [0, zoom, 0, 0],
            [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)],
            [0, 0, -1, 0],
        ]
    )


def project(matrix: Array, points: Array) -> Array:
    """Return the points (N, 4) on the screen, (N, 3): one product for all, then x, y, z over w.

    Points at or behind the camera (w ≤ 0) become NaN.
    """
    matrix = checks.array("matrix", matrix, (4, 4))
    clip = checks.array("points", points, ("N", 4)) @ matrix.T
    w = np.where(clip[:, 3] > 0, clip[:, 3], np.nan)
    return clip[:, :3] / w[:, None]


def project_one(matrix: Array, points: Array) -> Array:
    """Return the same as `project` for points in front of the camera, one after the other.

    Sixteen products each, in a loop: to compare how long it takes.
    """
    screen = np.empty((len(points), 3))
    for n, point in enumerate(points):
        clip = [sum(matrix[row, k] * point[k] for k in range(4)) for row in range(4)]
        screen[n] = [clip[row] / clip[3] for row in range(3)]
    return screen


def rasterise(start: Array, end: Array, pixels: int) -> NDArray[np.integer]:
    """Return the pixels (row, column) of a line from `start` to `end` on a screen from −1 to 1.

    One pixel for each column or row, whichever the line crosses more of, as in Bresenham,
    Algorithm for computer control of a digital plotter (1965). What is off the screen is cut off.
    """
    pixels = checks.whole("pixels", pixels)
    start, end = checks.array("start", start, (2,)), checks.array("end", end, (2,))
    first, last = _on_screen(start, end - start)
    if first > last:
        return np.empty((0, 2), int)
    ends = np.stack([start + first * (end - start), start + last * (end - start)])
    places = (ends + 1) / 2 * pixels  # pixel n reaches from n to n + 1
    steps = int(np.ceil(np.abs(places[1] - places[0]).max())) + 1
    line = np.floor(np.linspace(places[0], places[1], steps)).astype(int).clip(0, pixels - 1)
    return np.stack([pixels - 1 - line[:, 1], line[:, 0]], 1)


def _on_screen(start: Array, way: Array) -> tuple[float, float]:
    """Return the share of the way at which a line enters the screen, and that at which it leaves.

    The first is larger than the last where it misses (Liang and Barsky, A new concept and method
    for line clipping, 1984).
    """
    first, last = 0.0, 1.0
    for place, step in zip(start, way, strict=True):
        if step == 0:
            first, last = (first, last) if abs(place) <= 1 else (1.0, 0.0)
        else:
            enter, leave = sorted(((-1 - place) / step, (1 - place) / step))
            first, last = max(first, enter), min(last, leave)
    return first, last
