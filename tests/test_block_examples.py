"""The small blocks of lesson 4: their sizes, and that the days are the measured ones."""

import numpy as np
import pytest

from lstm_core import block_examples, data, examples, lstm


@pytest.mark.parametrize("make", block_examples.EXAMPLES.values())
def test_every_example_runs_with_peepholes_over_five_steps(make):
    example = make()
    assert len(example.X) == 5
    assert example.X.shape[1] == len(example.inputs)
    assert (example.params.p != 0).all()
    run = lstm.forward(example.params, example.X, example.y0, example.c0)
    assert 0.05 < np.abs(run.y).max() < 1


def test_the_weights_of_the_pencil_have_one_decimal():
    params = block_examples.counter().params
    for name in "WRpb":
        value = getattr(params, name)
        np.testing.assert_array_equal(value, value.round(1))


def test_the_days_are_those_of_lesson_2():
    weather, found = data.weather(), block_examples.days().X
    start = int(np.flatnonzero(weather.days == examples.rainy_days().days[0])[0])
    measured = weather.values[start : start + 5]
    scaled = (measured - weather.values.mean(0)) / weather.values.std(0)
    assert np.abs(found - scaled).max() <= 0.05
