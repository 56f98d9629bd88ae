"""The small examples of lesson 2: days that were measured, and a net that is right about them."""

import numpy as np

from lstm_core import data, examples, rnn


def test_the_five_days_are_the_measured_ones():
    example = examples.rainy_days()
    weather = data.weather()
    first = int(np.flatnonzero(weather.days == example.days[0])[0])
    rain, warmth = weather.values[first : first + 6, :2].T
    np.testing.assert_allclose(example.X[:, 0], (warmth[:5] - 15) / 10, atol=0.051)
    np.testing.assert_allclose(example.X[:, 1], rain[:5] / 10, atol=0.051)
    np.testing.assert_array_equal(example.labels, rain[1:] > 0)


def test_the_small_network_is_right_on_71_of_100_days():
    example = examples.rainy_days()
    values = data.weather().values
    X = np.stack([(values[:, 1] - 15) / 10, values[:, 0] / 10], axis=1)[:-1]
    guess = rnn.forward(example.params, X).y_hat.argmax(axis=1)
    rate = np.mean(guess == (values[1:, 0] > 0))
    assert round(100 * rate) == 71
    assert rate > np.mean(values[1:, 0] == 0) + 0.1  # better than "it never rains"


def test_the_first_state_is_what_the_net_remembers_of_the_days_before():
    example = examples.rainy_days()
    weather = data.weather()
    before = weather.values[weather.days < example.days[0]]
    X = np.stack([(before[:, 1] - 15) / 10, before[:, 0] / 10], axis=1)
    np.testing.assert_allclose(example.h0, rnn.forward(example.params, X).h[-1], atol=0.05)
