"""The solutions of lesson 4 agree with the package, and its usual mistakes are really wrong."""

import numpy as np
import pytest

from lstm_core import cells, interop, lstm, variants
from lstm_core.activations import sigmoid
from lstm_core.exercises import ALL
from lstm_core.exercises import lesson4 as own


def inputs(name, seed=5):
    return ALL[name].inputs(np.random.default_rng(seed))


def test_the_sums_are_those_of_the_step():
    W, R, b, x, y_prev, c_prev = inputs("gate_sums")
    params = lstm.LSTMParams(W, R, np.zeros((3, own.H)), b)
    now = lstm.step(params, x, y_prev, c_prev)
    expected = [now.z_bar, now.i_bar, now.f_bar, now.o_bar]
    np.testing.assert_allclose(own.gate_sums(W, R, b, x, y_prev, c_prev), expected, atol=1e-12)


def test_the_step_is_the_step():
    arguments = inputs("lstm_step")
    now = lstm.step(*arguments)
    expected = (now.i, now.f, now.c, now.o, now.y)
    np.testing.assert_allclose(own.lstm_step(*arguments), expected, atol=1e-12)
    np.testing.assert_allclose(
        own.cell_and_output(now.z, now.i, now.f, now.o, arguments[3]), (now.c, now.y), atol=1e-12
    )


@pytest.mark.parametrize("n", [1.0, 2.0, 100.0])
def test_the_bias_gives_the_half_life(n):
    assert sigmoid(np.array(own.bias_for_half_life(n))) ** n == pytest.approx(0.5)


def test_the_counts_are_those_of_the_arrays():
    D, H = 5, 7
    block = lstm.init(D, H, np.random.default_rng(0), peepholes=True)
    theirs = interop.lstm_to_torch(lstm.init(D, H, np.random.default_rng(0)))
    full = sum(getattr(block, name).size for name in "WRpb")
    expected = (full, full - 3 * H, sum(value.size for value in theirs.values()))
    assert own.count_parameters(D, H) == expected


def test_the_rows_are_those_of_interop():
    block = lstm.init(3, 5, np.random.default_rng(0))
    weight = interop.lstm_to_torch(block)["weight_ih_l0"]
    np.testing.assert_array_equal(own.from_pytorch(weight), block.W)


def test_the_coupled_cell_is_that_of_the_variant():
    cell = variants.lstm("coupled_gates", "no_peepholes")
    params = cells.init(cell, 1, 4, np.random.default_rng(1))
    c0 = np.ones(4)
    values = cells.forward(cell, params, np.ones((1, 1)), c0=c0).values
    found = own.coupled_cell(values["z_bar"][0], values["i_bar"][0], c0)
    np.testing.assert_allclose(found, values["c"][0], atol=1e-12)


def test_the_sums_of_y_and_c_are_named():
    """The slip of the article, in the words of the check."""
    verdict = ALL["gate_sums"].check(lambda W, R, b, x, y_prev, c_prev: W @ y_prev + R @ c_prev + b)
    assert not verdict.ok
    assert "sums of x^(t) and y^(t-1)" in verdict.message
