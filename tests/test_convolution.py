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


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: convolve(np.ones((3, 2, 9)), np.ones((1, 3, 3, 3))), "expected at least"),
        (lambda: convolve(np.ones((1, 9, 9)), np.ones((1, 3, 3, 3))), "x has shape"),
        (lambda: max_pool(np.ones((1, 1, 9))), "x has shape"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
