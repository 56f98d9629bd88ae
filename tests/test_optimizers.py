"""Updates against the papers' formulas written out step by step; clipping; bad input."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lstm_core import optimizers, parameters
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.rnn import RNNParams, init

RNG = np.random.default_rng(0)


@dataclass(frozen=True, eq=False)
class Vector:
    theta: Array


def draw(seed: int) -> RNNParams:
    return init(2, 3, 2, np.random.default_rng(seed))


def run(optimizer, params, gradients, **options):
    state = None
    for gradient in gradients:
        params, state = optimizer(params, gradient, state, **options)
    return params


def test_sgd():
    new, state = optimizers.sgd(draw(0), draw(1), None, rate=0.25)
    assert state is None
    assert np.array_equal(new.W, draw(0).W - 0.25 * draw(1).W)
    assert np.array_equal(new.U, draw(0).U - 0.25 * draw(1).U)


def test_momentum_by_pencil():
    """v = −0.5, then 0.9·(−0.5) − 0.5 = −0.95: θ = 0, −0.5, −1.45."""
    one = Vector(np.ones(1))
    assert run(optimizers.momentum, Vector(np.zeros(1)), [one], rate=0.5).theta == [-0.5]
    assert run(optimizers.momentum, Vector(np.zeros(1)), [one, one], rate=0.5).theta == [-1.45]


def test_adam_is_the_algorithm_of_the_paper():
    rate, beta1, beta2, epsilon = 0.1, 0.8, 0.95, 1e-3
    theta, m, s = parameters.to_vector(draw(0)), 0.0, 0.0
    for n in range(1, 6):
        g = parameters.to_vector(draw(n))
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
        theta = theta - rate * (m / (1 - beta1**n)) / (np.sqrt(s / (1 - beta2**n)) + epsilon)
    options = {"rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    new = run(optimizers.adam, draw(0), [draw(n) for n in range(1, 6)], **options)
    np.testing.assert_allclose(parameters.to_vector(new), theta, rtol=1e-13)


def test_the_first_update_of_adam_has_the_length_of_its_rate_whatever_the_gradient():
    one = Vector(np.full(1, 1e-4))
    step = run(optimizers.adam, Vector(np.zeros(1)), [one], rate=0.1)
    np.testing.assert_allclose(step.theta, [-0.1], rtol=1e-3)


@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS.values())
def test_downhill_on_a_bowl(optimizer):
    params, state = Vector(np.array([1.0, -2.0])), None
    for _ in range(300):
        params, state = optimizer(params, Vector(params.theta * [1, 4]), state, rate=0.05)
    assert np.abs(params.theta).max() < 1e-3


@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS.values())
def test_pure_and_of_the_same_type(optimizer):
    gradients = parameters.map_arrays(lambda g: g.astype(np.float32), draw(1))
    params = parameters.map_arrays(lambda g: g.astype(np.float32), draw(0))
    first, state = optimizer(params, gradients, None, rate=0.1)
    again, _ = optimizer(params, gradients, None, rate=0.1)
    optimizer(first, gradients, state, rate=0.1)
    assert isinstance(first, RNNParams)
    assert first.W.dtype == np.float32
    assert np.array_equal(first.W, again.W)
    assert np.array_equal(params.W, draw(0).W.astype(np.float32))
    assert np.array_equal(gradients.W, draw(1).W.astype(np.float32))


@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS.values())
def test_a_gradient_of_exactly_zero_moves_nothing(optimizer):
    zero = parameters.zeros_like(draw(0))
    new = run(optimizer, draw(0), [zero, zero, zero], rate=0.5)
    assert np.array_equal(parameters.to_vector(new), parameters.to_vector(draw(0)))


TINY = 1e-300  # below, numbers lose their digits one by one
vectors = arrays.arrays(float, st.integers(1, 5), elements=st.floats(-1e6, 1e6))


@given(vectors, st.floats(0, 1e6))
def test_clipping_by_norm_keeps_the_direction(vector, threshold):
    clipped, before = optimizers.clip_by_norm(Vector(vector), threshold)
    assert before == pytest.approx(np.linalg.norm(vector), rel=1e-12)
    assert parameters.norm(clipped) <= threshold * (1 + 1e-12) + TINY
    shorter = min(1.0, threshold / before) if before else 1.0
    np.testing.assert_allclose(clipped.theta, vector * shorter, rtol=1e-12, atol=TINY)


@given(vectors, st.floats(0, 1e6))
def test_clipping_by_value_cuts_each_number_alone(vector, threshold):
    clipped, before = optimizers.clip_by_value(Vector(vector), threshold)
    assert before == pytest.approx(np.linalg.norm(vector), rel=1e-12)
    assert np.abs(clipped.theta).max() <= threshold
    untouched = np.abs(vector) <= threshold
    assert np.array_equal(clipped.theta[untouched], vector[untouched])
    assert (np.sign(clipped.theta) * np.sign(vector) >= 0).all()


def test_clipping_counts_all_arrays_together():
    gradients = DenseParams(W=(np.array([[3.0]]),), b=(np.array([4.0]),))
    clipped, before = optimizers.clip_by_norm(gradients, 1.0)
    assert before == 5.0
    np.testing.assert_allclose((clipped.W[0].item(), clipped.b[0].item()), (0.6, 0.8), rtol=1e-15)
    assert optimizers.clip_by_norm(gradients, 5.0)[0] is gradients


@pytest.mark.parametrize("clip", [optimizers.clip_by_norm, optimizers.clip_by_value])
@pytest.mark.parametrize(
    ("threshold", "error", "message"),
    [
        (-1.0, ValueError, "threshold is -1.0, expected at least 0"),
        (np.nan, ValueError, "threshold is nan, expected a finite number"),
        (np.inf, ValueError, "threshold is inf, expected a finite number"),
        ("1", TypeError, "threshold is '1', expected a real number"),
    ],
)
def test_bad_thresholds(clip, threshold, error, message):
    with pytest.raises(error, match=message):
        clip(draw(0), threshold)
    with pytest.raises(TypeError, match=r"^gradients is a ndarray, expected a parameter container"):
        clip(np.ones(3), 1.0)


@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS.values())
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"rate": -0.1}, ValueError, "rate is -0.1, expected at least 0"),
        ({"rate": np.nan}, ValueError, "rate is nan, expected a finite number"),
        ({"rate": "fast"}, TypeError, "rate is 'fast', expected a real number"),
        ({"gradients": Vector(np.ones(3))}, TypeError, "gradients is a Vector, expected RNNParams"),
        ({"gradients": None}, TypeError, "gradients is a NoneType, expected RNNParams"),
        (
            {"gradients": init(1, 3, 2, RNG)},
            ValueError,
            r"gradients.U has shape \(3, 1\), expected \(3, 2",
        ),
        ({"params": np.ones(3), "gradients": np.ones(3)}, TypeError, "params is a ndarray"),
    ],
)
def test_bad_arguments(optimizer, change, error, message):
    arguments = {"params": draw(0), "gradients": draw(1), "rate": 0.1} | change
    with pytest.raises(error, match=message):
        optimizer(**arguments)


small = optimizers.adam(init(1, 3, 2, RNG), init(1, 3, 2, RNG), rate=0.1)[1]


@pytest.mark.parametrize(
    ("optimizer", "options", "error", "message"),
    [
        (optimizers.momentum, {"momentum": 1.0}, ValueError, "momentum is 1.0, expected less than"),
        (optimizers.momentum, {"momentum": -0.1}, ValueError, "momentum is -0.1, expected at leas"),
        (optimizers.momentum, {"state": 3}, TypeError, "state is a int, expected RNNParams"),
        (optimizers.adam, {"beta1": 1.5}, ValueError, "beta1 is 1.5, expected less than 1"),
        (optimizers.adam, {"beta2": np.nan}, ValueError, "beta2 is nan, expected a finite"),
        (optimizers.adam, {"epsilon": 0.0}, ValueError, "epsilon is 0.0, expected more than 0"),
        (optimizers.adam, {"state": small}, ValueError, r"state.m.U has shape \(3, 1\), expected"),
        (
            optimizers.adam,
            {"state": small._replace(m=draw(0))},
            ValueError,
            r"state.s.U has shape \(3, 1\), expected",
        ),
        (optimizers.adam, {"state": (1, 2)}, TypeError, "state is a tuple, expected AdamState"),
    ],
)
def test_bad_options(optimizer, options, error, message):
    with pytest.raises(error, match=message):
        optimizer(draw(0), draw(1), **({"rate": 0.1} | options))


def test_other_fields_are_carried_along():
    @dataclass(frozen=True, eq=False)
    class Named(Vector):
        name: str = "mine"

    params = replace(Named(np.ones(2)), name="yours")
    assert optimizers.sgd(params, Named(np.ones(2)), rate=0.5)[0].name == "yours"


def test_rounding_undoes_what_the_last_bits_do():
    params, size = draw(0), 1e-13
    clean, noisy = params, params
    states = [None, None]
    step = optimizers.rounded(optimizers.adam, 6)
    for n in range(1, 50):
        gradient = draw(n)
        other = parameters.map_arrays(lambda g, e: g + size * e, gradient, draw(100 + n))
        clean, states[0] = step(clean, gradient, states[0], rate=0.01)
        noisy, states[1] = step(noisy, other, states[1], rate=0.01)
        if n == 1:
            moved, _ = optimizers.adam(params, gradient, rate=0.01)
            close = {"rtol": 0, "atol": 6e-7}
            np.testing.assert_allclose(clean.W, moved.W, **close)
    assert all(
        np.array_equal(a, b)
        for (_, a), (_, b) in zip(parameters.arrays(clean), parameters.arrays(noisy), strict=True)
    )
    assert not np.array_equal(clean.W, clean.W.round(5))


@pytest.mark.parametrize(("decimals", "expected"), [((), 0.876543), ((2,), 0.88)])
def test_rounding_after_an_update(decimals, expected):
    step = optimizers.rounded(optimizers.sgd, *decimals)
    assert step(Vector(np.ones(1)), Vector(np.ones(1)), rate=0.12345678)[0].theta == [expected]


def test_rounding_hands_the_state_on():
    step, one = optimizers.rounded(optimizers.momentum), Vector(np.ones(1))
    first, state = step(Vector(np.zeros(1)), one, rate=0.5)
    second, _ = step(first, one, state, rate=0.5)
    assert second.theta == [-1.45]  # as by pencil above: with no state it would be −1


def test_rounding_wants_an_optimizer_and_a_number_of_decimals():
    with pytest.raises(ValueError, match="decimals is 0, expected at least 1"):
        optimizers.rounded(optimizers.adam, 0)
    with pytest.raises(TypeError, match="optimizer is 'adam', expected a function"):
        optimizers.rounded("adam")


def test_optimizers_by_name():
    functions = (optimizers.sgd, optimizers.momentum, optimizers.adam)
    assert {function.__name__: function for function in functions} == optimizers.OPTIMIZERS
