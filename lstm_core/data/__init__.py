"""The real data of the lessons: the weather of Seattle and hand-written digits.

Source, licence and making of each file stand in README.md beside them.
"""

import gzip
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core.checks import Array


class Weather(NamedTuple):
    """Daily weather of Seattle, 2012-01-01 to 2015-12-31 (NOAA): 1461 days, none missing."""

    days: NDArray[np.datetime64]  # (1461,)
    values: Array  # (1461, 4), one column per name
    names: tuple[str, ...]
    units: tuple[str, ...]


class Digits(NamedTuple):
    """Hand-written digits (Alpaydin and Kaynak, 1998): 1797 images of 8 × 8."""

    images: Array  # (1797, 8, 8), 0 paper … 1 ink, in sixteenths
    labels: NDArray[np.integer]  # (1797,), the digit 0 … 9


def weather() -> Weather:
    """Return the days, and what was measured on each: a list of vectors whose order matters."""
    with _open("weather.csv") as file:
        lines = file.read().decode().splitlines()
    rows = np.array([line.split(",") for line in lines[1:]])
    names = ("precipitation", "highest temperature", "lowest temperature", "wind")
    units = ("mm", "°C", "°C", "m/s")
    return Weather(rows[:, 0].astype("datetime64[D]"), rows[:, 1:].astype(float), names, units)


def digits() -> Digits:
    """Return the images and what they show."""
    with _open("digits.csv.gz") as packed, gzip.open(packed) as file:
        rows = np.loadtxt(file, delimiter=",", dtype=int)
    return Digits(rows[:, :64].reshape(-1, 8, 8) / 16, rows[:, 64])


def _open(name: str):  # noqa: ANN202 - a binary file
    return resources.files(__name__).joinpath(name).open("rb")
