"""Convolution against its equation, pooling by pencil, and what is refused."""

import numpy as np
import pytest

from lstm_core.convolution import convolve, max_pool


def test_convolve_is_the_sum_of_its_equation(rng):
    x, kernels, b = (
        rng.standard_normal((2, 5, 6)),
        rng.standard_normal((3, 2, 3, 2)),
        np.arange(3.0),
    )
    a = convolve(x, kernels, b)
    assert a.shape == (3, 3, 5)
    for f, r, s in np.ndindex(a.shape):
        by_hand = b[f] + (kernels[f] * x[:, r : r + 3, s : s + 2]).sum()
        assert a[f, r, s] == pytest.approx(by_hand, abs=1e-12)


def test_max_pool_drops_what_is_left_over():
    x = np.arange(15.0).reshape(1, 3, 5)
    np.testing.assert_array_equal(max_pool(x), [[[6.0, 8.0]]])
    np.testing.assert_array_equal(max_pool(x, 3), [[[12.0]]])
    np.testing.assert_array_equal(max_pool(x, 1), x)


def test_an_image_as_large_as_the_kernel_gives_one_number():
    found = convolve(np.full((1, 2, 3), 2.0), np.ones((1, 1, 2, 3)))
    np.testing.assert_array_equal(found, [[[12.0]]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: convolve(np.ones((3, 2, 9)), np.ones((1, 3, 3, 3))),
            r"x has shape \(3, 2, 9\), expected at least \(3, 3, 3\)",
        ),
        (lambda: convolve(np.ones((3, 9, 2)), np.ones((1, 3, 3, 3))), "expected at least"),
        (
            lambda: convolve(np.ones((1, 9, 9)), np.ones((1, 3, 3, 3))),
            r"x has shape \(1, 9, 9\), expected \(3, rows, columns\)",
        ),
        (
            lambda: convolve(np.ones((1, 9, 9)), np.ones((3, 3))),
            r"kernels has shape \(3, 3\), expected \(F, C, m, n\)",
        ),
        (lambda: convolve(np.ones((1, 2, 2)), np.ones((2, 1, 1, 1)), [1.0]), "b has shape"),
        (
            lambda: max_pool(np.ones((1, 1, 9))),
            r"x has shape \(1, 1, 9\), expected at least \(C, 2, 2\)",
        ),
        (lambda: max_pool(np.ones((1, 9, 1))), "expected at least"),
        (lambda: max_pool(np.ones(9)), r"x has shape \(9,\), expected \(C, rows, columns\)"),
        (lambda: max_pool(np.ones((1, 2, 2)), 0), "size is 0, expected at least 1"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_two_dtypes_are_named():
    with pytest.raises(TypeError, match="x holds float32, expected float64"):
        convolve(np.ones((1, 2, 2), np.float32), np.ones((1, 1, 2, 2)))
