"""The explorers of lesson 2 show true numbers: those of `rnn`, `dense` and of differentiation."""

import numpy as np
import pytest

from lstm_core import dense, examples, gradients, losses, parameters, rnn, tasks
from lstm_core.explorers import (
    ALL,
    backward_steps,
    cubic_fit,
    dense_routes,
    learned_features,
    linear_sum,
    train_weather,
    truncation,
    unfolding,
    whose_error,
)

EXAMPLE = examples.rainy_days()
RUN = rnn.forward(EXAMPLE.params, EXAMPLE.X, EXAMPLE.h0)
DO = losses.softmax_cross_entropy(RUN.o, EXAMPLE.labels)[1]
BACK = rnn.backward(EXAMPLE.params, RUN, DO, per_step=True)


# S1 -----------------------------------------------------------------------------------------------


def test_no_cubic_is_better_than_least_squares():
    best = cubic_fit.least_squares()
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert cubic_fit.error(best + rng.normal(size=4)) > cubic_fit.error(best)
    slope = gradients.numerical_gradient(cubic_fit.error, best)
    assert np.abs(slope).max() < 1e-8


def test_the_points_are_the_means_of_48_months():
    x, y = cubic_fit.months()
    assert x.shape == y.shape == (48,)
    assert -1 < x.min() < -0.9
    assert 0.9 < x.max() < 1
    warmest = x[np.argsort(y)[-8:]]
    assert (np.abs(warmest) < 0.5).all()  # summers in the middle


def test_two_hidden_units_beat_the_cubic_and_one_does_not():
    found = {}
    for hidden in (1, 2):
        explorer = ALL["learned_features"]()
        explorer.set(hidden=hidden)
        explorer.run()
        found[hidden] = explorer.data
    one, two = found[1], found[2]
    assert one.J / one.cubic_J > 2
    assert two.J / two.cubic_J < 0.5
    assert two.count == 7


def test_the_units_add_up_to_the_net():
    data = ALL["learned_features"]().data
    params = learned_features.first(2)
    offset = learned_features.MEAN + learned_features.SCALE * params.b[1]
    np.testing.assert_allclose(data.units.sum(axis=1) + offset, data.curve)


# S2 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("neuron", dense_routes.NEURONS)
def test_routes_add_up_to_the_error(neuron):
    data = dense_routes.compute(neuron)
    assert len(set(data.paths)) == len(data.paths) == len(data.terms)
    assert np.isclose(data.terms.sum(), data.numerical, rtol=1e-8)
    assert np.isclose(data.terms.sum(), data.errors[data.layer][data.unit], rtol=1e-12)


def test_routes_multiply():
    counts = [len(dense_routes.compute(f"{layer}.0").terms) for layer in range(4)]
    assert counts == [18, 6, 2, 1]


def test_a_click_chooses_a_neuron():
    explorer = ALL["dense_routes"]()
    explorer.view.clicked = {"n": 1, "id": "2.1"}
    assert explorer.values == {"neuron": "2.1"}
    assert explorer.reading.startswith("From neuron 2 of the second hidden layer 2 routes")


def test_the_picture_holds_the_terms():
    data = dense_routes.compute("1.1")
    drawn = dense_routes.draw(data)
    for term in data.terms:
        assert f"{term:.4f}".replace("-", "−") in drawn


def test_the_largest_term_is_written_out_factor_by_factor():
    net = examples.three_layers()
    run = dense.forward(net.params, net.x)
    slopes = [1 - run.h[layer][1] ** 2 for layer in (0, 1)]
    weights = net.params.W[1][1, 1], net.params.W[2][0, 1]
    written = (slopes[0], weights[0], slopes[1], weights[1], run.o[0] - net.target[0])
    drawn = dense_routes.draw(dense_routes.compute("1.1"))
    assert "The largest term, 2→2→1:" in drawn
    for factor in written:
        assert f">{factor:.3f}<".replace("-", "−") in drawn
    assert f"= {np.prod(written):.4f}".replace("-", "−") in drawn


# S3, S4 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", unfolding.VIEWS)
def test_every_view_shows_the_numbers_of_its_step(view):
    for t in range(1, 6):
        drawn = unfolding.draw(unfolding.compute(view, t))
        for value in (*RUN.x[t - 1], *RUN.h[t - 1], *RUN.y_hat[t - 1]):
            assert f"{value:.2f}".replace("-", "−") in drawn


def test_copies_do_not_know_the_future():
    drawn = unfolding.draw(unfolding.compute("one copy per step", 2))
    assert f"{RUN.h[1, 2]:.2f}" in drawn
    assert f"{RUN.h[2, 2]:.2f}" not in drawn


def test_the_linear_sum_is_the_pre_activation():
    for t in range(1, 6):
        for j in range(1, 4):
            data = linear_sum.compute(t, j)
            p, row = data.params, j - 1
            total = p.b[row] + p.W[row] @ data.h_prev + p.U[row] @ data.x
            assert np.isclose(total, RUN.a[t - 1, row])
            told = f"h = tanh(a) is {RUN.h[t - 1, row]:.2f}".replace("-", "−")
            assert told in linear_sum.read(data)


# S5 -----------------------------------------------------------------------------------------------


def test_errors_become_known_in_the_order_of_the_walk():
    known = [
        {(m, t) for m in backward_steps.MOVES for t in range(1, 6) if data.known(m, t)}
        for data in map(backward_steps.compute, range(16))
    ]
    assert [len(found) for found in known] == list(range(16))
    assert known[2] == {("do", 5), ("dh", 5)}
    assert known[15] - known[14] == {("da", 1)}


def test_each_formula_with_its_numbers_is_true():
    for done in range(1, 16):
        data = backward_steps.compute(done)
        numbers = backward_steps.formulas(data)[data.move][1]
        found = getattr(BACK, data.move)[data.t - 1]
        assert numbers.endswith("= " + backward_steps.vector(found))


def test_the_sum_is_the_gradient():
    drawn = backward_steps.draw(backward_steps.compute(15))
    for value in BACK.params.W.ravel():
        assert f">{value:.2f}<".replace("-", "−") in drawn
    assert "sum so far" not in drawn


# S6 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameter", ["W", "U", "V"])
def test_the_shares_of_a_row_add_up_to_the_step_and_the_steps_to_the_gradient(parameter):
    data = whose_error.compute(2, parameter, 1.0)
    for t, step in enumerate(BACK.steps):
        np.testing.assert_allclose(data.shares[t].sum(axis=0), getattr(step, parameter), atol=1e-14)
    whole = data.shares.sum(axis=(0, 1))
    np.testing.assert_allclose(whole, getattr(BACK.params, parameter), atol=1e-14)


def test_no_error_runs_forward_in_time():
    sizes = whose_error.compute(2, "W", 1.5).sizes
    assert (sizes[np.tril_indices(5, -1)] == 0).all()
    assert (sizes[np.triu_indices(5)] > 0).all()


def test_without_memory_only_the_diagonal_is_left():
    for parameter, factor in (("W", 0.0), ("U", 0.0), ("V", 2.0)):
        sizes = whose_error.compute(2, parameter, factor).sizes
        assert (sizes[~np.eye(5, dtype=bool)] == 0).all()
        assert (np.diag(sizes) > 0).all() or parameter == "W"


def test_without_memory_only_its_own_error_is_drawn_and_told():
    def routes(t, parameter, factor):
        return len(whose_error._routes(whose_error.compute(t, parameter, factor)))

    assert routes(2, "U", 1.0) == 4
    assert routes(2, "U", 0.0) == routes(2, "V", 1.0) == 1
    assert "J^(2) alone" in whose_error.read(whose_error.compute(2, "U", 0.0))


def test_small_weights_make_far_shares_fade():
    small, plain = (whose_error.compute(3, "U", factor).sizes[2] for factor in (0.3, 1.0))
    assert small[4] / small[2] < 0.03
    assert plain[4] / plain[2] > 0.3


# S7 -----------------------------------------------------------------------------------------------


def test_training_beats_tomorrow_as_today_on_a_year_it_never_saw():
    explorer = ALL["train_weather"]()
    assert explorer.data.error > train_weather.scores()["tomorrow as today"]
    explorer.run(600)
    assert explorer.data.error < 0.8 * train_weather.scores()["tomorrow as today"]
    weather = tasks.forecast(1)
    params = explorer.progress.runs["simple RNN"].last.params
    guess = rnn.forward(params, weather.test.X[0], f="identity").o
    assert np.isclose(explorer.data.error, np.mean((guess - weather.test.targets[0]) ** 2))


def test_too_large_a_rate_is_reported():
    explorer = ALL["train_weather"]()
    explorer.set(rate=0.1)
    explorer.run()
    assert "a smaller rate may help" in explorer.error
    explorer.set(rate=0.002)
    explorer.run(5)
    assert explorer.error == ""


# S8 -----------------------------------------------------------------------------------------------


def test_the_whole_sequence_as_window_gives_the_full_gradient():
    data = truncation.compute(64, 1.0, False)
    assert data.angle == 0.0
    assert data.length == 1.0
    assert data.held[0] == data.held[1]
    assert data.angles[-1] == 0.0


def test_long_memory_makes_truncation_worse():
    small, large = (truncation.compute(2, factor, False).angle for factor in (0.5, 2.0))
    assert large > 4 * small
    assert truncation.compute(1, 2.0, False).angle > 75


def test_the_heat_map_is_measured():
    case = truncation.network(1.3)
    for s in (5, 40):
        alone = np.zeros_like(case.do)
        alone[s] = case.do[s]
        da = rnn.backward(case.params, case.run, alone).da
        with np.errstate(divide="ignore"):
            expected = np.log10(np.linalg.norm(da, axis=1))
        np.testing.assert_allclose(truncation.shares(case)[:, s], expected)


def test_the_angle_is_exact_where_an_arc_cosine_is_not():
    params = rnn.init(2, 3, 2, np.random.default_rng(0))
    turned = parameters.map_arrays(lambda v: v + 1e-9, params)
    assert 0 < truncation.angle(params, turned) < 1e-6
    assert np.isclose(truncation.angle(params, parameters.map_arrays(np.negative, params)), 180)


def test_time_is_told_only_when_asked_for():
    assert "µs" not in truncation.read(truncation.compute(8, 1.0, False))
    assert "µs" in truncation.read(truncation.compute(8, 1.0, True))


def test_the_dense_example_is_checked_by_hand():
    net = examples.three_layers()
    o = dense.forward(net.params, net.x).o
    h = np.tanh(net.params.W[0] @ net.x + net.params.b[0])
    h = np.tanh(net.params.W[1] @ h + net.params.b[1])
    np.testing.assert_allclose(net.params.W[2] @ h + net.params.b[2], o)
