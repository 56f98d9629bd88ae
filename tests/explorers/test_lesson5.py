"""The explorers of lesson 5 show what the equations say."""

import numpy as np
import pytest

from lstm_core import cells, jacobians, lstm, rnn, routes
from lstm_core.explorers import (
    ALL,
    backward_player,
    chain_rule,
    cliff,
    error_flow,
    error_routes,
    gradient_check,
    race,
)
from lstm_core.explorers.frame import Click
from lstm_core.jacobians import ROUTES

OPEN = dict.fromkeys(ROUTES, True)


def press(explorer, id_):
    """Click a node of the drawing, as the page does."""
    explorer.view.clicked = {"n": explorer.view.clicked.get("n", 0) + 1, "id": id_}


# --- chain_rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "count"),
    [("one route", 1), ("two routes", 2), ("two by two", 4), ("two by two, and short cuts", 7)],
)
def test_every_preset_has_its_routes_and_they_sum_to_the_derivative(preset, count):
    data = chain_rule.compute(0.8, preset, (), -1)
    assert len(data.routes) == count
    assert sum(route.product for route in data.routes) == pytest.approx(data.numerical, rel=1e-6)


def test_taking_an_arrow_out_removes_the_routes_over_it():
    explorer = ALL["chain_rule"]()
    press(explorer, "arrow:u1>v2")
    assert len(explorer.data.routes) == 3
    assert all("u1 → v2" not in " → ".join(route.nodes) for route in explorer.data.routes)
    press(explorer, "arrow:u1>v2")
    assert len(explorer.data.routes) == 4


def test_without_any_route_the_derivative_is_zero():
    data = chain_rule.compute(0.8, "one route", ("x>u1",), -1)
    assert data.routes == ()
    assert data.numerical == 0
    assert "does not depend on x" in chain_rule.read(data)


# --- error_routes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", error_routes.VARIABLES.values())
@pytest.mark.parametrize("units", [1, 2])
@pytest.mark.parametrize("step", [1, 3, error_routes.T])
def test_the_terms_of_every_variable_sum_to_the_numerical_derivative(variable, units, step):
    data = error_routes.compute(variable, step, units, "circuit", False, False, ())
    np.testing.assert_allclose(data.total, data.numerical, atol=1e-8)


def test_the_cell_has_five_routes_and_each_can_be_missed():
    data = error_routes.compute("c", 2, 2, "circuit", False, False, ())
    assert len(data.routes) == 5
    for route in data.routes:
        without = error_routes.compute("c", 2, 2, "circuit", False, False, (route.key,))
        np.testing.assert_allclose(data.total - without.total, route.value, atol=1e-12)
        assert "is missing" in error_routes.read(without)


@pytest.mark.parametrize("name", sorted(cells.LSTM.shapes))
def test_the_terms_of_a_parameter_over_all_steps_sum_to_its_gradient(name):
    data = error_routes.compute(name, 2, 2, "circuit", True, False, ())
    assert len(data.routes) == error_routes.T
    np.testing.assert_allclose(data.total, error_routes.example(2)[1].params[name], atol=1e-12)
    np.testing.assert_allclose(data.total, data.numerical, atol=1e-8)
    key = data.routes[-1].key
    without = error_routes.compute(name, 2, 2, "circuit", True, False, (key,))
    np.testing.assert_allclose(data.total - without.total, data.routes[-1].value, atol=1e-12)


@pytest.mark.parametrize("variable", error_routes.NEURONS)
@pytest.mark.parametrize("step", [1, error_routes.T])
def test_each_term_is_met_with_the_other_routes_frozen(variable, step):
    data = error_routes.compute(variable, step, 2, "circuit", False, True, ())
    assert len(data.alone) == len(data.routes) > 0
    for route, alone in zip(data.routes, data.alone, strict=True):
        np.testing.assert_allclose(route.value, alone, atol=1e-8)
    count = len(data.routes)
    assert f"agrees with {count} of {count} term" in error_routes.read(data)


def test_summing_over_steps_is_for_parameters_alone():
    explorer = ALL["error_routes"]()
    assert explorer.controls["every"].disabled
    explorer.set(every=True)
    assert len(explorer.data.routes) == 5
    assert not explorer.data.summed
    explorer.set(variable="R_in")
    assert not explorer.controls["every"].disabled
    assert "at all 5 steps" in explorer.reading


def test_a_click_on_a_node_follows_that_node_and_on_a_term_switches_it():
    explorer = ALL["error_routes"]()
    press(explorer, "f_bar@2")
    assert (explorer.data.name, explorer.data.t) == ("f_bar", 2)
    explorer.set(variable="c", step=2)
    key = explorer.data.routes[1].key
    press(explorer, f"term:{key}")
    assert explorer.data.off == (key,)
    assert f'data-id="term:{key}"' in explorer.picture().decode()


# --- backward_player ------------------------------------------------------------------------------


def test_the_player_computes_only_from_errors_it_has_already():
    done = set()
    for name, t in backward_player.ERRORS:
        data = backward_player.compute(len(done) + 1, 2, "circuit")
        assert (data.name, data.t) == (name, t)
        for route in data.routes:
            for arrow, s in routes.hops(route.arrows, t)[-1:]:
                assert (arrow.target, s) in done
        done.add((name, t))


def test_the_player_ends_with_the_errors_of_the_hand_written_pass():
    run, errors = backward_player.example(2)
    stacked = lstm.LSTMParams(
        *(
            np.stack([run.params[f"{w}_{g}"] for g in gates])
            for w, gates in (
                ("W", ("z", "in", "for", "out")),
                ("R", ("z", "in", "for", "out")),
                ("p", ("in", "for", "out")),
                ("b", ("z", "in", "for", "out")),
            )
        )
    )
    by_hand = lstm.backward(
        stacked,
        lstm.forward(stacked, run.values["x"], run.first["y"], run.first["c"]),
        errors.above["y"],
    )
    np.testing.assert_allclose(errors.errors["c"], by_hand.dc, atol=1e-12)
    np.testing.assert_allclose(errors.errors["z_bar"], by_hand.dz_bar, atol=1e-12)


@pytest.mark.parametrize("units", [1, 2])
def test_the_player_ends_with_the_gradients_of_all_parameters(units):
    _, gradients = backward_player.example(units)
    count = len(backward_player.OPERATIONS)
    assert backward_player.compute(count - backward_player.T, units, "circuit").sums == {}
    first = backward_player.compute(count - backward_player.T + 1, units, "circuit")
    last = backward_player.compute(count, units, "circuit")
    for name, gradient in gradients.params.items():
        np.testing.assert_array_equal(first.sums[name], first.added[name])
        np.testing.assert_allclose(last.sums[name], gradient, atol=1e-12)
    assert "one update can be made" in backward_player.read(last)


def test_arrow_keys_step_and_stay_within_the_pass():
    last = len(backward_player.OPERATIONS)
    values = {"operation": last}
    assert backward_player.pressed("ArrowRight", values) == {"operation": last}
    assert backward_player.pressed("ArrowLeft", values) == {"operation": last - 1}
    assert backward_player.pressed("Home", values) == {"operation": 1}


def test_a_click_goes_to_the_operation_that_calculates_the_nodes_error():
    explorer = backward_player.explorer()
    operations = backward_player.OPERATIONS
    for node, expected in (("c@2", ("c", 2)), ("f@1", ("f_bar", 1)), ("x@3", ("x", 3))):
        explorer.view.clicked = {"n": 1, "id": node}
        assert explorer.error == ""
        assert operations[explorer.values["operation"] - 1] == expected
        explorer.view.clicked = {}
    before = explorer.values
    assert backward_player.clicked(Click("x@9"), before) is None


# --- error_flow -----------------------------------------------------------------------------------


def flow(bias=1.0, R=1.0, peepholes=0.0, length=30, gate="present", seed=0, **closed):
    return error_flow.compute(bias, R, peepholes, length, gate, seed, **(OPEN | closed))


def test_the_error_flow_is_that_of_back_propagation():
    data = flow(peepholes=1.0)
    params = error_flow._block(1.0, 1.0, 1.0, "present", 0)
    run = lstm.forward(params, error_flow._weather()[:30])
    squares = np.zeros(31)
    for unit in np.eye(error_flow.H):
        squares += jacobians.lstm_error_norms(params, run, unit).state ** 2
    np.testing.assert_allclose(data.lstm[0], np.sqrt(squares / error_flow.H), rtol=1e-9)


def test_each_other_pair_of_nets_is_that_of_its_own_seed():
    data = flow(peepholes=1.0)
    for n in range(1, 1 + error_flow.OTHERS):
        own = flow(peepholes=1.0, seed=n)
        np.testing.assert_allclose(data.lstm[n], own.lstm[0], rtol=1e-9)
        np.testing.assert_allclose(data.rnn[n], own.rnn[0], rtol=1e-9)
    assert len(np.unique(data.lstm[:, 0])) == len(np.unique(data.rnn[:, 0])) == 10


def test_with_all_roads_closed_but_an_open_cell_line_nothing_is_lost():
    shut = {"forget": False, "input": False, "block": False, "output": False}
    data = flow(gate="removed", length=100, **shut)
    np.testing.assert_allclose(data.cell, 1.0)
    entered = np.broadcast_to(data.lstm[:, :1], (10, 100))  # what y handed to c
    np.testing.assert_allclose(data.lstm[:, :-1], entered, rtol=1e-9)


def test_without_any_road_the_error_stops():
    closed = dict.fromkeys(ROUTES, False)
    assert (flow(**closed).lstm[:, :-1] <= error_flow.FLOOR).all()


def test_a_higher_forget_bias_carries_errors_further():
    high, low = flow(bias=4.0, R=0.2).lstm[:, 0], flow(bias=0.0, R=0.2).lstm[:, 0]
    assert (high > 10 * low).all()


def test_what_the_lesson_says_of_ten_pairs_of_nets():
    far = flow(length=60)
    assert (far.lstm[:, 0] > 1000 * far.rnn[:, 0]).all()
    assert (flow(length=60, cell=False).lstm[:, 0] <= error_flow.FLOOR).all()
    near = flow(length=10)
    assert (near.lstm[:, 0] > near.rnn[:, 0]).sum() == 9


def test_names_of_curves_at_the_border_stand_clear_of_each_other():
    far = {"forget_bias": 6.0, "R_scale": 4.0, "length": 200, "seed": 9}
    for values in ({}, far | {"cell": False}, far, {"forget_bias": -3.0, "length": 200}):
        explorer = ALL["error_flow"]()
        explorer.set(**values)
        plot = explorer._plot("light")
        plot.png(explorer.data)
        low, high = np.log10(plot.left.get_ylim())
        places = np.sort(np.log10([name.get_position()[1] for name in plot.names.values()]))
        assert np.diff(places).min() > 0.069 * (high - low)
        assert low < places[0]
        assert places[-1] < high


# --- cliff ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("w", "b"), [(4.3, -2.1), (5.0, -2.4), (4.0, -1.8)])
def test_the_gradient_on_the_cliff_is_that_of_the_simple_rnn(w, b):
    one = np.ones((1, 1))
    params = rnn.RNNParams(U=0 * one, W=w * one, V=one, b=np.array([b]), c=np.zeros(1))
    start = np.array([cliff.START])
    run = rnn.forward(params, np.zeros((cliff.STEPS, 1)), start, g="sigmoid", f="identity")
    do = np.zeros((cliff.STEPS, 1))
    do[-1] = run.o[-1] - cliff.TARGET
    expected = rnn.backward(params, run, do).params
    J, dw, db = cliff.loss_and_gradient(np.array([w]), np.array([b]))
    assert J[0] == pytest.approx(0.5 * do[-1, 0] ** 2)
    assert dw[0] == pytest.approx(expected.W.item(), rel=1e-9)
    assert db[0] == pytest.approx(expected.b.item(), rel=1e-9)


def test_clipping_by_norm_never_turns_and_by_value_does():
    data = cliff.compute(4.4, -1.8, 1.0, 0.2, 30)
    assert data.turned[:, 1].max() < 1e-4
    assert data.turned[:, 2].max() > 5
    steps = np.linalg.norm(np.diff(data.paths[:, 1], axis=0), axis=1)
    assert steps.max() <= 0.2 + 1e-12


def test_the_picture_shows_the_gradient_that_was_turned_most():
    explorer = ALL["cliff"]()
    data, plot = explorer.data, explorer._plot("light")
    raw, used = data.raw[data.most, 2], data.used[data.most, 2]
    np.testing.assert_allclose(used, np.clip(raw, -0.05, 0.05))
    ends = [np.array(line.get_data())[:, 1] for line in plot.directions]
    between = np.degrees(np.arccos(ends[0] @ ends[2]))
    assert between == pytest.approx(data.turned.max(), rel=1e-6)
    np.testing.assert_allclose(ends[0], -raw / np.linalg.norm(raw))


@pytest.mark.parametrize("dw", [-0.01, 0.0, 0.01])
@pytest.mark.parametrize("db", [-0.01, 0.0, 0.01])
def test_near_the_start_of_the_lesson_the_story_is_the_same(dw, db):
    data = cliff.compute(4.4 + dw, -1.8 + db, 1.0, 0.05, 40)
    unclipped, by_norm, _ = data.losses[-1]
    assert unclipped > data.losses[0, 0]
    assert by_norm < 0.3 * data.losses[0, 0]
    assert "it left the map" in cliff.read(data)


def test_at_a_higher_rate_luck_brings_the_thrown_path_home_as_the_lesson_says():
    data = cliff.compute(4.4, -1.8, 1.3, 0.05, 40)
    assert "it left the map" in cliff.read(data)
    assert data.losses[-1, 0] < 0.001


def test_rate_and_threshold_count_as_the_sliders_show_them():
    on_the_grid = 10**-1.3  # what the page sends for 0.05
    np.testing.assert_array_equal(
        cliff.compute(4.4, -1.8, 1.0, on_the_grid, 40).paths,
        cliff.compute(4.4, -1.8, 1.0, 0.05, 40).paths,
    )


def test_the_brink_of_the_cliff_is_where_h_stays_at_one_half():
    w = np.array([4.6, 5.0])
    below, on_it, above = (cliff.loss_and_gradient(w, b - w / 2)[0] for b in (-0.02, 0.0, 0.02))
    np.testing.assert_allclose(on_it, 0.5 * (0.5 - cliff.TARGET) ** 2, rtol=1e-12)
    assert (below > 0.12).all()
    assert (above < 0.015).all()
    grid_w, grid_b, _ = cliff.surface()
    on_it = np.isclose(grid_b, -grid_w / 2)
    assert on_it.any(axis=0)[:-1].all()  # but for the corner, each column has a point on the brink
    assert (np.diff(grid_b, axis=0) > 0).all()


def test_a_path_is_drawn_to_the_border_of_the_map_and_no_further():
    path = np.array([[4.2, -2.0], [4.3, -1.8], [4.5, -1.6], [4.4, -1.9]])
    w, b, J = cliff.on_map(path, np.array([0.0, 0.1, 0.3, 0.2]))
    np.testing.assert_allclose([w[-1], b[-1], J[-1]], [4.4, -1.7, 0.2])
    assert len(w) == 3
    assert cliff.on_map(path[:2], np.array([0.0, 0.1])).shape == (3, 2)


def test_what_is_not_clipped_is_not_turned():
    data = cliff.compute(4.4, -1.8, 1.0, 10.0, 40)
    assert (data.turned == 0).all()
    assert "by value it turned none either" in cliff.read(data)


def test_turning_the_surface_changes_the_picture_and_no_number():
    explorer = ALL["cliff"]()
    before, reading = explorer.data, explorer.reading
    plot = explorer._plot("light")
    first = plot.png(before)
    explorer.set(azimuth=60)
    assert explorer.reading == reading
    assert plot.png(explorer.data) != first
    assert plot.png(before) == first


def test_a_click_on_the_map_starts_there():
    assert cliff.clicked(Click(axes=1, x=4.321, y=-2.0), {}) == {"w": 4.32, "b": -2.0}
    assert cliff.clicked(Click(axes=0, x=4.3, y=-2.0), {}) is None


# --- gradient_check -------------------------------------------------------------------------------


def test_the_check_is_a_valley_in_both_precisions():
    data = gradient_check.compute(1.0, "right")
    best = int(data.double.argmin())
    assert 3 < best < len(data.double) - 3
    assert data.double[best] < 1e-7
    assert data.double[0] > 100 * data.double[best]
    assert data.double[-1] > 100 * data.double[best]
    assert data.single.min() > 100 * data.double.min()


@pytest.mark.parametrize(
    ("program", "scale", "seen"),
    [
        ("tanh' taken of z", 1.0, True),
        ("tanh' taken of z", 0.01, False),
        ("errors stay in their step", 1.0, True),
        ("ō sees the old cell, on both ways", 1.0, False),
    ],
)
def test_the_check_sees_and_misses_what_the_lesson_says(program, scale, seen):
    data = gradient_check.compute(scale, program)
    assert (data.double.min() > gradient_check.PASSES) == seen
    assert ("does not see it" in gradient_check.read(data)) == (not seen)


# --- race -----------------------------------------------------------------------------------------


def test_the_contestants_have_one_budget():
    from lstm_core.parameters import size

    sizes = [size(model.params) for model in race.contestants("adding", 1.0, 0).values()]
    assert max(sizes) < 1.2 * min(sizes)
    batches = [next(race.batches("adding", 20, 3)).X for _ in range(2)]
    np.testing.assert_array_equal(*batches)


def test_what_is_not_there_is_not_counted_among_the_parameters():
    (H, D), K = (race.UNITS["LSTM"], 2), 1
    assert race.sizes("adding") == {
        "simple RNN": 32 * (D + 32 + 1) + K * (32 + 1),
        "LSTM": 4 * H * (D + H + 1) + K * (H + 1),  # no peepholes
        "no forget gate": 3 * H * (D + H + 1) + K * (H + 1),
    }


def test_without_forget_gate_the_adding_problem_is_learned_at_once():
    explorer = race.explorer()
    explorer.set(lag=20)
    progress = explorer.run(200)
    level = race.baseline("adding", 20)
    loss = {name: np.mean(run.loss[-20:]) for name, run in progress.runs.items()}
    assert loss["no forget gate"] < 0.2 * level
    assert loss["simple RNN"] > 0.5 * level


def test_named_parameters_of_the_table_are_those_of_the_block():
    run, _ = error_routes.example(2)
    assert set(cells.LSTM.shapes) == set(run.params)
