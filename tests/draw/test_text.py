import doctest

import numpy as np
import pytest

from lstm_core.draw import text


def test_examples():
    assert doctest.testmod(text).failed == 0
    assert doctest.testmod(text).attempted > 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (9.999, "10"),
        (999.6, "1000"),
        (-1234.5, "−1230"),
        (1e-4, "0.0001"),
        (9.9996e-5, "0.0001"),
        (9.5e-5, "9.5e-05"),
        (-2.1e-7, "−2.1e-07"),
        (1e6, "1e+06"),
        (5e-324, "4.94e-324"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "not a number"),
        (np.float32(0.1), "0.1"),
        (np.int64(-3), "−3"),
        (1234567, "1234567"),
    ],
)
def test_numbers(value, shown):
    assert text.number(value) == shown


def test_digits():
    assert text.number(3.14159, 2) == "3.1"
    assert text.number(3.14159, 5) == "3.1416"


def test_arrays():
    assert text.array(np.array([1.0, -0.5])) == "[   1  −0.5]"
    assert text.array(3) == "3"
    assert text.array(np.zeros((30, 4, 2))) == "an array of shape (30, 4, 2), from 0 to 0"
    assert text.array([0.1 + 0.2, 1e-9]) == "[  0.3  1e-09]"


def test_fates_are_in_order():
    found = [text.fate(ratio) for ratio in np.geomspace(1e-6, 1e6, 200)]
    order = list(dict.fromkeys(found))
    assert [word.split()[-1] for word in order] == [
        "vanished",
        "shrunk",
        "held",
        "grown",
        "exploded",
    ]
    assert found == sorted(found, key=order.index)
