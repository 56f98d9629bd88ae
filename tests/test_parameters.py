"""What is written once for all containers: names, vectors, norms; nested and in tuples."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstm_core import parameters, rnn
from lstm_core.checks import Array


@dataclass(frozen=True, eq=False)
class Inner:
    a: Array
    b: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Outer:
    inner: Inner
    c: Array
    label: str = "kept"


def outer(*, scale: float = 1.0) -> Outer:
    inner = Inner(scale * np.arange(6.0).reshape(2, 3), (scale * np.ones(2), scale * np.ones(1)))
    return Outer(inner, -scale * np.ones((1, 2), np.float32))


def test_names_in_the_order_of_the_fields():
    names = [name for name, _ in parameters.arrays(outer())]
    assert names == ["inner.a", "inner.b[0]", "inner.b[1]", "c"]
    assert parameters.size(outer()) == 6 + 2 + 1 + 2


def test_a_vector_and_back():
    vector = parameters.to_vector(outer())
    assert vector.tolist() == [0, 1, 2, 3, 4, 5, 1, 1, 1, -1, -1]
    back = parameters.from_vector(2 * vector, outer())
    assert isinstance(back, Outer)
    assert back.label == "kept"
    assert back.inner.a.tolist() == [[0, 2, 4], [6, 8, 10]]
    assert back.inner.b[0].tolist() == [2, 2]
    assert back.c.dtype == np.float32
    with pytest.raises(ValueError, match=r"vector has shape \(3,\), expected \(11,\)"):
        parameters.from_vector(np.ones(3), outer())


def test_map_takes_several_containers_and_leaves_them_alone():
    first = outer()
    total = parameters.map_arrays(np.add, first, outer(scale=2.0))
    assert np.array_equal(total.inner.a, 3 * first.inner.a)
    assert np.array_equal(total.inner.b[1], [3.0])
    assert first.inner.a[0, 1] == 1.0
    assert not np.any(parameters.to_vector(parameters.zeros_like(first)))


def test_dot_and_norm_are_those_of_the_vector():
    one, other = outer(), outer(scale=-3.0)
    vectors = parameters.to_vector(one), parameters.to_vector(other)
    assert parameters.dot(one, other) == pytest.approx(vectors[0] @ vectors[1], rel=1e-15)
    assert parameters.norm(one) == pytest.approx(np.linalg.norm(vectors[0]), rel=1e-15)


@given(st.floats(-300, 300), st.floats(0.5, 2))
@example(-300.0, 1.0)
def test_the_norm_grows_with_the_numbers_at_any_size(exponent, factor):
    value = Inner(np.array([3.0, 4.0]) * factor * 10.0**exponent, ())
    assert parameters.norm(value) == pytest.approx(5 * factor * 10.0**exponent, rel=1e-12, abs=0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_norm_hides_no_nan_and_no_infinity(order):
    nan, infinite = np.array([1.0, np.nan])[::order], np.array([1.0, -np.inf])[::order]
    assert np.isnan(parameters.norm(Inner(np.ones(2), (nan, np.ones(2)))))
    assert np.isnan(parameters.norm(Inner(nan, (np.ones(2),))))
    assert parameters.norm(Inner(infinite, (np.ones(2),))) == np.inf
    assert parameters.norm(Inner(np.zeros(2), ())) == 0.0
    assert parameters.norm(Inner(np.zeros(0), (np.array([3.0, 4.0]),))) == 5.0


@pytest.mark.parametrize("wrong", [np.ones(2), {"a": 1}, None, rnn.RNNParams])
def test_what_is_not_a_container(wrong):
    found = f"is a {type(wrong).__name__}, expected a parameter container"
    with pytest.raises(TypeError, match=f"^params {found}"):
        list(parameters.arrays(wrong))
    with pytest.raises(TypeError, match=f"^params {found}"):
        parameters.norm(wrong)
    with pytest.raises(TypeError, match=f"^gradients {found}"):
        parameters.norm(wrong, "gradients")
