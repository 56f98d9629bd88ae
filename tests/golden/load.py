"""Reads the golden files."""

from pathlib import Path

import numpy as np


def golden(name):
    """Return the arrays of one file by name."""
    with np.load(Path(__file__).parent / f"{name}.npz") as file:
        return dict(file)
