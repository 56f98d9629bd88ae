"""Every check lets the right through unchanged, and names argument, found and expected."""

import numpy as np
import pytest

from lstm_core import checks


def test_array_lets_the_right_through():
    value = np.ones((2, 3), np.float32)
    assert checks.array("x", value, ("T", 3)) is value
    assert checks.array("x", [[1, 2], [3, 4]], ("n", "n")).dtype == np.float64
    assert checks.array("x", np.ones((2, 0)), ("T", "D"), empty=True).shape == (2, 0)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (4, 5, 3)])
def test_an_ellipsis_stands_for_any_axes_before(shape):
    assert checks.array("x", np.ones(shape), (..., 3)).shape == shape


@pytest.mark.parametrize(
    ("value", "shape", "error", "message"),
    [
        (np.ones(3), ("T", "D"), ValueError, r"x has shape \(3,\), expected \(T, D\)"),
        (np.ones((2, 3)), ("n",), ValueError, r"x has shape \(2, 3\), expected \(n,\)"),
        (np.ones((2, 3)), ("T", 4), ValueError, r"x has shape \(2, 3\), expected \(T, 4\)"),
        (np.ones((2, 3)), ("n", "n"), ValueError, r"x has shape \(2, 3\), expected \(n, n\)"),
        (np.ones((2, 3)), (..., 4), ValueError, r"x has shape \(2, 3\), expected \(…, 4\)"),
        (np.ones(()), (..., "K"), ValueError, r"x has shape \(\), expected \(…, K\)"),
        (np.ones((0, 3)), ("T", 3), ValueError, r"x is empty: shape \(0, 3\), expected \(T, 3"),
        (np.ones((0, 3)), (..., 3), ValueError, r"x is empty: shape \(0, 3\)"),
        ([[1.0], [1.0, 2.0]], ("T", "D"), ValueError, "x is ragged"),
        ([1.0, np.nan], ("n",), checks.NotFiniteError, r"x holds nan at index \(1,\)"),
        ([[1.0, -np.inf]], (1, 2), checks.NotFiniteError, r"x holds -inf at index \(0, 1\)"),
        (np.nan, (), checks.NotFiniteError, "x is nan, expected finite numbers"),
        (["a"], ("n",), TypeError, "x holds <U1, expected real numbers"),
        ([1j], ("n",), TypeError, "x holds complex128, expected real numbers"),
        ([True], ("n",), TypeError, "x holds bool, expected real numbers"),
        ([None], ("n",), TypeError, "x holds object, expected real numbers"),
    ],
)
def test_array_names_what_is_wrong(value, shape, error, message):
    with pytest.raises(error, match=message):
        checks.array("x", value, shape)


def test_optional_is_zeros_or_alike():
    like = np.ones(3, np.float32)
    assert checks.optional("h0", None, like).tolist() == [0, 0, 0]
    assert checks.optional("h0", None, like).dtype == np.float32
    assert checks.optional("h0", like, like) is like
    with pytest.raises(TypeError, match="h0 holds float64, expected float32 like the parameters"):
        checks.optional("h0", np.ones(3), like)
    with pytest.raises(ValueError, match=r"h0 has shape \(2,\), expected \(3,\)"):
        checks.optional("h0", np.ones(2, np.float32), like)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([0, 3], ValueError, "labels runs from 0 to 3, expected 0 to 2"),
        ([-1, 0], ValueError, "labels runs from -1 to 0, expected 0 to 2"),
        ([0, 1, 2], ValueError, r"labels has shape \(3,\), expected \(2,\)"),
        ([0.0, 1.0], TypeError, "labels holds float64, expected integers"),
        ([[0], [1, 2]], ValueError, "labels is ragged"),
    ],
)
def test_labels(value, error, message):
    assert checks.labels("labels", [0, 2], (2,), 3).tolist() == [0, 2]
    assert checks.labels("labels", np.zeros(0, int), (0,), 3).shape == (0,)
    with pytest.raises(error, match=message):
        checks.labels("labels", value, (2,), 3)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (0, ValueError, "T is 0, expected at least 1"),
        (1.0, TypeError, "T is 1.0, expected a whole number"),
        (True, TypeError, "T is True, expected a whole number"),
        ("3", TypeError, "T is '3', expected a whole number"),
        (None, TypeError, "T is None, expected a whole number"),
    ],
)
def test_whole(value, error, message):
    assert checks.whole("T", np.int32(1)) == 1
    with pytest.raises(error, match=message):
        checks.whole("T", value)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.nan, ValueError, "rate is nan, expected a finite number"),
        (np.inf, ValueError, "rate is inf, expected a finite number"),
        (0.0, ValueError, "rate is 0.0, expected more than 0"),
        (False, TypeError, "rate is False, expected a real number"),
        ([1.0], TypeError, r"rate is \[1.0\], expected a real number"),
    ],
)
def test_number(value, error, message):
    assert checks.number("rate", np.float32(0.5), above=0.0) == 0.5
    with pytest.raises(error, match=message):
        checks.number("rate", value, above=0.0)


def test_number_at_its_least():
    assert checks.number("threshold", 0, least=0.0) == 0.0
    with pytest.raises(ValueError, match="threshold is -1, expected at least 0"):
        checks.number("threshold", -1, least=0.0)


def test_choice_and_kind():
    assert checks.choice("g", "tanh", {"tanh": 1}) == "tanh"
    with pytest.raises(ValueError, match="g is 'tan', expected one of relu, tanh"):
        checks.choice("g", "tan", ("tanh", "relu"))
    with pytest.raises(TypeError, match=r"g is \['tanh'\], expected one of relu, tanh"):
        checks.choice("g", ["tanh"], ("tanh", "relu"))
    assert checks.kind("run", (), tuple) == ()
    with pytest.raises(TypeError, match="run is a list, expected tuple"):
        checks.kind("run", [], tuple)


def test_a_function_can_be_called():
    assert checks.function("loss", abs) is abs
    with pytest.raises(TypeError, match="loss is 'abs', expected a function"):
        checks.function("loss", "abs")


def test_widths_are_those_of_the_last_axes():
    values = np.ones((7, 3)), np.ones((7, 2, 4))
    checks.widths("run", values, (3, 4))
    message = r"run has sizes \(3, 4\), expected \(3, 2\) like the parameters"
    with pytest.raises(ValueError, match=message):
        checks.widths("run", values, (3, 2))
