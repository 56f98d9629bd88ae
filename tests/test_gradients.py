"""Numerical differentiation and the report of a check."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core import gradients, lstm
from lstm_core.dense import DenseParams
from lstm_core.parameters import arrays, map_arrays


def cubes(params):
    """Σ v³ over all numbers; its gradient is 3 v²."""
    values = [params] if isinstance(params, np.ndarray) else [v for _, v in arrays(params)]
    return float(sum((value**3).sum() for value in values))


def slopes(params):
    return map_arrays(lambda value: 3 * value**2, params)


@settings(max_examples=40)
@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.sampled_from([1e-5, 1e-3, None]))
def test_gradient_of_an_array(values, epsilon):
    x = np.array(values)
    found = gradients.numerical_gradient(cubes, x, epsilon=epsilon)
    np.testing.assert_allclose(found, 3 * x**2, rtol=1e-7, atol=1e-6)


def test_error_of_the_difference_is_of_fourth_order():
    errors = [
        abs(gradients.numerical_gradient(lambda x: np.exp(x[0]), np.zeros(1), epsilon=e)[0] - 1)
        for e in (0.4, 0.2, 0.1)
    ]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(16, rel=0.1)
    default = gradients.numerical_gradient(lambda x: np.exp(x[0]), np.zeros(1))[0]
    assert default == pytest.approx(1, abs=1e-12)


def test_gradient_has_the_type_and_shapes_of_the_parameters(rng):
    params = lstm.init(2, 3, rng, peepholes=True)
    found = gradients.numerical_gradient(cubes, params)
    assert type(found) is type(params)
    for (name, one), (_, other) in zip(arrays(found), arrays(slopes(params)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9, err_msg=name)
    matrix = rng.standard_normal((2, 3, 1))
    assert gradients.numerical_gradient(cubes, matrix).shape == (2, 3, 1)
    net = DenseParams(W=(matrix[..., 0],), b=(np.ones(2),))
    assert [name for name, _ in arrays(gradients.numerical_gradient(cubes, net))] == [
        "W[0]",
        "b[0]",
    ]


def test_parameters_are_left_as_they_were(rng):
    params = lstm.init(2, 3, rng)
    before = [value.copy() for _, value in arrays(params)]
    gradients.check(cubes, params, slopes(params))
    for (_, value), was in zip(arrays(params), before, strict=True):
        np.testing.assert_array_equal(value, was)


def test_jacobian(rng):
    A, x = rng.standard_normal((3, 2)), rng.standard_normal(2)
    found = gradients.numerical_jacobian(lambda v: np.tanh(A @ v), x)
    expected = (1 - np.tanh(A @ x) ** 2)[:, None] * A
    np.testing.assert_allclose(found, expected, atol=1e-12)
    coarse = gradients.numerical_jacobian(lambda v: np.tanh(A @ v), x, epsilon=0.3)
    assert 1e-4 < np.abs(coarse - expected).max() < 1e-1


def test_a_right_gradient_passes(rng):
    params = lstm.init(2, 3, rng, peepholes=True)
    report = gradients.check(cubes, params, slopes(params))
    assert report.ok
    assert report.worst.error < 1e-9
    assert [row.name for row in report.rows] == ["all at once", "W", "R", "p", "b"]
    assert str(report) == repr(report)
    assert str(report).splitlines() == [
        "parameter    shape      error",
        "all at once  (81,)      < 1e-06",
        "W            (4, 3, 2)  < 1e-06",
        "R            (4, 3, 3)  < 1e-06",
        "p            (3, 3)     < 1e-06",
        "b            (4, 3)     < 1e-06",
        "The gradient agrees with numerical differentiation.",
    ]


def test_a_wrong_element_is_found_named_and_shown():
    x, gradient = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[3.0, 12.0], [20.25, 3.0]])
    report = gradients.check(cubes, x, gradient)
    assert not report.ok
    row = report.rows[1]
    assert (row.index, row.shape, row.given) == ((1, 0), (2, 2), 20.25)
    assert row.numerical == pytest.approx(27)
    assert row.error == pytest.approx(0.25)
    text = str(report)
    assert "array        (2, 2)  0.25   [1, 0]: given 20.25, numerical 27" in text
    assert "all at once  (4,)    " in text
    assert "  given " in text.splitlines()[1]
    assert text.endswith("differs from numerical differentiation in array.")


def test_a_report_names_every_parameter_that_differs(rng):
    params = lstm.init(1, 2, rng, peepholes=True)
    right = slopes(params)
    wrong = dataclasses.replace(right, W=right.W + 0.1, p=right.p - 0.1)
    text = str(gradients.check(cubes, params, wrong))
    assert text.endswith("The gradient differs from numerical differentiation in W, p.")


def test_every_single_wrong_number_is_found_by_either_part(rng):
    params = lstm.init(1, 2, rng, peepholes=True)
    right = slopes(params)
    for name, value in arrays(right):
        for place in np.ndindex(value.shape):
            wrong = value.copy()
            wrong[place] += 0.01
            wrong = dataclasses.replace(right, **{name: wrong})
            one, *others = gradients.check(cubes, params, wrong).rows
            assert one.error > 1e-6
            bad = [row for row in others if row.error > 1e-6]
            assert [(row.name, row.index) for row in bad] == [(name, place)]
            drawn = gradients.check(cubes, params, wrong, elements=False, rng=rng)
            assert not drawn.ok
            assert len(drawn.rows) == 1
            assert str(drawn).endswith("numerical differentiation along the direction tried.")


def test_rounding_in_a_parameter_without_gradient_is_no_error():
    params = DenseParams(W=(np.ones((1, 1)),), b=(np.zeros(1),))
    report = gradients.check(
        lambda net: float(1e3 * net.W[0][0, 0]),
        params,
        DenseParams((1e3 * np.eye(1),), (np.zeros(1),)),
    )
    assert report.ok
    assert gradients.check(lambda x: 3.0, np.ones(2), np.zeros(2)).ok
    report = gradients.check(lambda x: 3.0, np.ones(2), np.full(2, 1e-3))
    assert report.rows[1].error == pytest.approx(1e-3)
    assert not report.ok


def test_errors_count_by_the_size_of_their_own_parameter():
    params = DenseParams(W=(np.ones((1, 1)),), b=(np.ones(1),))
    wrong = DenseParams(W=(np.full((1, 1), 1e3),), b=(np.full(1, 1.5e-2),))  # b: 1e-2 is right
    report = gradients.check(
        lambda net: 1e3 * net.W[0].item() + 1e-2 * net.b[0].item(), params, wrong
    )
    assert report.rows[1].error < 1e-9
    assert report.rows[2].error == pytest.approx(0.5, rel=1e-6)


def test_an_error_as_large_as_the_tolerance_passes():
    row = gradients.Row("v", (1,), (0,), 1.0, 1.0, error=0.125)
    report = gradients.Report((row,), tolerance=0.125)
    assert report.ok
    assert "agrees" in str(report)
    assert "< 1e-01" in str(report)


def test_direction_is_drawn_from_rng_and_fixed_without(rng):
    x = rng.standard_normal(5)
    fixed, again, drawn, other = (
        gradients.check(cubes, x, 3 * x**2, elements=False, rng=source).rows[0].given
        for source in (None, None, rng, rng)
    )
    assert fixed == again
    assert len({fixed, drawn, other}) == 3


def test_step_of_a_check_reaches_both_its_parts():
    report = gradients.check(lambda x: np.exp(x).sum(), np.zeros(1), np.ones(1), epsilon=0.4)
    assert [row.error > 1e-4 for row in report.rows] == [True, True]
    report = gradients.check(lambda x: np.exp(x).sum(), np.zeros(1), np.ones(1))
    assert report.worst.error < 1e-11


def test_tolerance_and_dtype():
    x = np.array([1.0, 2.0])
    gradient = 3 * x**2 * (1 + 1e-4)
    assert not gradients.check(cubes, x, gradient).ok
    assert gradients.check(cubes, x, gradient, tolerance=1e-3).ok
    single = x.astype(np.float32)
    assert gradients.check(cubes, single, (3 * x**2).astype(np.float32)).ok
    assert not gradients.check(cubes, single, (3.3 * x**2).astype(np.float32)).ok


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: gradients.check(cubes, x, x[:1]), ValueError, r"gradients has shape \(1,\)"),
        (lambda x: gradients.check(cubes, x, x * np.nan), ValueError, "gradients holds nan"),
        (lambda x: gradients.check(cubes, x, x, tolerance=0), ValueError, "tolerance is 0"),
        (lambda x: gradients.check(cubes, x, x, epsilon=-1.0), ValueError, "epsilon is -1"),
        (lambda x: gradients.numerical_gradient(cubes, x, epsilon=0), ValueError, "epsilon is 0"),
        (
            lambda x: gradients.numerical_gradient(lambda v: v, x),
            ValueError,
            r"loss\(params\) has shape \(2,\), expected \(\)",
        ),
        (
            lambda x: gradients.numerical_gradient(lambda v: np.nan, x),
            ValueError,
            r"loss\(params\) is nan",
        ),
        (
            lambda x: gradients.numerical_gradient(lambda v: None, x),
            TypeError,
            r"loss\(params\) holds",
        ),
        (lambda x: gradients.numerical_gradient(cubes, "ab"), TypeError, "params holds <U2"),
        (
            lambda x: gradients.numerical_jacobian(np.diag, x),
            ValueError,
            r"function\(x\) has shape \(2, 2\), expected \(m,\)",
        ),
        (
            lambda x: gradients.numerical_jacobian(cubes, [x]),
            ValueError,
            r"x has shape \(1, 2\), expected \(n,\)",
        ),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error, match=f"^{message}"):
        call(np.ones(2))


def test_what_cannot_be_called_is_named():
    for call, name in (
        (lambda: gradients.numerical_gradient(3, np.ones(2)), "loss"),
        (lambda: gradients.numerical_jacobian(3, np.ones(2)), "function"),
        (lambda: gradients.check(3, np.ones(2), np.ones(2)), "loss"),
    ):
        with pytest.raises(TypeError, match=f"^{name} is 3, expected a function"):
            call()


def test_gradients_of_another_type_or_shape_are_refused(rng):
    params = lstm.init(2, 3, rng)
    with pytest.raises(TypeError, match="gradients is a ndarray, expected LSTMParams"):
        gradients.check(cubes, params, np.ones(3))
    with pytest.raises(
        ValueError, match=r"gradients\.W has shape \(4, 3, 1\), expected \(4, 3, 2\)"
    ):
        gradients.check(cubes, params, lstm.init(1, 3, rng))


def test_the_error_along_the_direction_is_relative_to_the_numerical_slope():
    report = gradients.check(cubes, np.array([3.0]), np.array([54.0]))  # twice the true 27
    assert report.rows[0].error == pytest.approx(1.0)
