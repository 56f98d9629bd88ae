import numpy as np
import pytest

from lstm_core.explorers.activation import compute, explorer, read


@pytest.mark.parametrize("function", ["tanh", "sigmoid", "identity"])
def test_the_slope_is_that_of_the_curve(function):
    data = compute(function, 0.7)
    step = 1e-6
    rise = (compute(function, 0.7 + step).g_point - compute(function, 0.7 - step).g_point) / 2
    assert data.slope_point == pytest.approx(rise / step, rel=1e-6)
    assert np.interp(0.7, data.a, data.slope) == pytest.approx(data.slope_point, abs=1e-3)


def test_the_reading_says_value_slope_and_what_follows():
    assert read(compute("sigmoid", 0.0)) == (
        "At a = 0 sigmoid gives 0.5; its slope is 0.25, so an error that flows back through it is "
        "multiplied by 0.25."
    )


def test_it_opens_with_tanh():
    assert explorer().values == {"function": "tanh", "point": 0.5}
