"""A grid on the plane that a network moves: its lines as points, with a gap after each line."""

import numpy as np

from lstm_core.checks import Array

LINES, POINTS = 13, 61  # lines each way, points on each


def grid(reach: float) -> Array:
    """Return the grid from −reach to reach: upright lines, then level ones (2, LINES·POINTS, 2)."""
    places, along = np.linspace(-reach, reach, LINES), np.linspace(-reach, reach, POINTS)
    place, path = np.repeat(places, POINTS), np.tile(along, LINES)
    return np.stack([np.stack([place, path], 1), np.stack([path, place], 1)])


def curves(points: Array) -> tuple[Array, Array]:
    """Return x and y of one family of moved lines (LINES·POINTS, 2), with a gap after each line."""
    lines = points.reshape(LINES, POINTS, 2)
    gaps = np.full((LINES, 1, 2), np.nan)
    x, y = np.concatenate([lines, gaps], axis=1).reshape(-1, 2).T
    return x, y
