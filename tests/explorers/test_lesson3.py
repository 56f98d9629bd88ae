"""The explorers of lesson 3: what they compute is true, and what one does to them is understood."""

import itertools

import numpy as np
import pytest

from lstm_core import jacobians, rnn
from lstm_core.draw import svg
from lstm_core.explorers import (
    _history,
    all_at_once,
    deep_gradient,
    deep_recipes,
    edge_filters,
    frame_problem,
    hidden_layer,
    perceptron,
    photocells,
    time_line,
    vanishing_gradient,
    wire_frame,
)
from lstm_core.explorers.frame import Click

# H1 · the time line ------------------------------------------------------------------------------


def test_events_stand_in_the_order_of_their_years_and_have_references():
    years = [event.year for event in _history.EVENTS]
    assert years == sorted(years)
    assert years[0] == 1943
    for event in _history.EVENTS:
        assert event.reference.endswith(")"), event.name
        assert any(str(year) in event.reference for year in range(event.year - 1, event.year + 51))


def test_names_on_the_time_line_do_not_overlap():
    placed = zip(time_line.lanes(), map(time_line.ends, _history.EVENTS), strict=True)
    lanes = {}
    for lane, (left, right) in placed:
        assert all(left >= other or right <= start for start, other in lanes.get(lane, []))
        assert left >= 0
        assert right <= svg.PAGE
        lanes.setdefault(lane, []).append((left, right))


def test_a_click_tells_an_event():
    explorer = time_line.explorer()
    explorer.view.clicked = {"n": 1, "id": "27"}
    assert explorer.values["event"] == 27
    assert explorer.reading.startswith("1997, LSTM")


# H2 · perceptrons --------------------------------------------------------------------------------


def test_the_line_parts_the_corners_of_and_but_not_of_xor():
    at_end = {"own": (), "brush": perceptron.YES, "now": 60, "cursor": (0.0, 0.0)}
    assert perceptron.compute(preset="AND", **at_end).wrong.sum() == 0
    xor = perceptron.compute(preset="XOR", **at_end)
    assert not xor.done
    assert xor.counts.min() > 0
    assert xor.bound == np.inf


def test_clicks_place_and_remove_points():
    explorer = perceptron.explorer()
    explorer.set(preset=perceptron.OWN)
    assert explorer.reading.startswith("There are no points yet")
    values = explorer.values
    explorer.set(**perceptron.clicked(Click(axes=0, x=0.5, y=0.25), values))
    assert explorer.values["own"] == ((0.5, 0.25, 1),)
    explorer.set(brush=perceptron.REMOVE)
    explorer.set(**perceptron.clicked(Click(axes=0, x=0.4, y=0.2), explorer.values))
    assert explorer.values["own"] == ()
    assert perceptron.clicked(Click(axes=1), values) is None


def test_the_keyboard_places_points_too():
    values = perceptron.explorer().values
    values |= perceptron.pressed("ArrowRight", values)
    values |= perceptron.pressed("ArrowUp", values)
    values |= perceptron.pressed(" ", values)
    assert values["own"][-1] == (0.1, 1.5, 1)
    assert values["preset"] == perceptron.OWN


def test_the_shaded_side_is_the_side_of_the_yes():
    rng = np.random.default_rng(0)
    for _ in range(20):
        w, b = rng.standard_normal(2), rng.standard_normal()
        corners = perceptron.half_plane(w, b)
        inside = corners @ w + b
        assert (inside > -1e-9).all() or len(corners) == 1


@pytest.mark.parametrize("kind", photocells.KINDS)
def test_pictures_are_of_their_kind(kind):
    X, y = photocells.pictures(kind, 60, 0.0, 3)
    assert X.shape == (60, 400)
    assert set(np.unique(X)) == {0.0, 1.0}
    assert set(y) == {-1, 1}
    lit = X.sum(1)
    assert lit.min() > 8
    if kind == "left or right":
        right = X.reshape(60, 20, 20)[:, :, 10:].sum((1, 2)) > lit / 2
        assert (right == (y > 0)).all()


def test_what_the_lesson_says_of_the_photocells():
    def score(kind, wires=False):
        return photocells.compute(kind, 300, 0.02, wires, 1).score[-1]

    assert score("left or right") > 0.95
    assert score("digit 0 or 1") > 0.95
    for wires in (False, True):
        assert 0.4 < score("square or disc", wires) < 0.6


def test_what_the_lesson_says_of_the_hidden_layer():
    def right(hidden, seed):
        said = hidden_layer.compute(hidden, hidden_layer.UPDATES, seed).y_hat > 0.5
        return (said == (hidden_layer.XOR[:, 0] > 0.5)).all()

    assert right(2, 4)  # as it opens
    assert not any(right(1, seed) for seed in range(1, 6))
    assert not all(right(2, seed) for seed in range(1, 6))
    assert all(right(4, seed) for seed in range(1, 6))


# H3 · the frame problem --------------------------------------------------------------------------


@pytest.mark.parametrize("things", [3, 5, 12])
def test_counts_are_those_of_the_world(things):
    before, after = frame_problem.world(things)
    changed = sum(before[fact] != after[fact] for fact in before)
    counts = frame_problem.examined(things, changed, chains=False)
    assert counts == (1, len(before), len(before) + changed, 3)
    pairs = len(list(itertools.combinations(before, 2)))
    assert frame_problem.examined(things, changed, chains=True)[1] == len(before) + pairs
    others = things - 2
    assert changed == 2 + 2 * others  # two places, and two with each thing that stays


# H4 · filters ------------------------------------------------------------------------------------


def test_a_window_is_what_the_picture_says():
    data = edge_filters.compute(7, "edge", 30, 2, 5, edge_filters.STEP)
    window = data.image[2:5, 5:8]
    assert data.found[2, 5] == pytest.approx((window * data.kernel).sum())
    assert data.rectified.min() == 0
    assert data.pooled[1, 2] == data.rectified[2:4, 4:6].max()


def test_an_edge_filter_turns():
    upright, lying = (edge_filters.kernel("edge", angle, ()) for angle in (0, 90))
    np.testing.assert_allclose(lying, -upright.T, atol=1e-12)


def test_clicks_move_the_window_and_change_the_filter():
    values = edge_filters.explorer().values
    moved = edge_filters.clicked(Click(axes=2, x=6.2, y=3.1), values)
    assert moved == {"row": 3, "column": 6}
    changed = edge_filters.clicked(Click(axes=1, x=0.1, y=1.2), values)
    assert changed["kind"] == "my own"
    assert changed["own"][1][0] != edge_filters.STEP[1][0]
    assert edge_filters.pressed("ArrowUp", values | {"row": 0}) == {"row": 0}


# H5 and H6 · errors on their way back ------------------------------------------------------------


@pytest.mark.parametrize(
    ("g", "scale", "low", "high"),
    [("sigmoid", 1.0, -14, -10), ("tanh", 1.0, -1.5, 0.5), ("relu", 2**0.5, -1.5, 1.5)],
)
def test_what_the_lesson_says_of_depth(g, scale, low, high):
    errors = deep_gradient.compute(g, 20, scale, 1).errors[:, 0]
    assert (low < errors).all()
    assert (errors < high).all()


def test_no_scale_on_the_slider_saves_the_sigmoid():
    for seed in range(1, 6):
        assert deep_gradient.sweep("sigmoid", seed).max() < 1


@pytest.mark.parametrize("g", vanishing_gradient.SLOPES)
@pytest.mark.parametrize("kind", vanishing_gradient.KINDS)
def test_measured_sizes_are_those_of_the_package_and_never_exceed_the_bound(g, kind):
    T, H = 25, vanishing_gradient.H
    data = vanishing_gradient.compute(g, kind, 1.3, T, 0.3, 5)
    pull, start = (part[0] for part in vanishing_gradient.surroundings((5,), T, 0.3))
    eye, zero = np.eye(H), np.zeros(H)
    params = rnn.RNNParams(U=eye, W=data.W, V=eye, b=zero, c=zero)
    run = rnn.forward(params, pull, h0=start, g=g, f="identity")
    products = jacobians.products(jacobians.rnn_jacobians(params, run))[::-1]
    sizes = np.linalg.norm(products, 2, axis=(1, 2))
    np.testing.assert_allclose(10 ** data.measured[0], sizes, rtol=1e-8)
    assert (data.measured[0] <= data.bound + 1e-9).all()
    assert np.abs(np.linalg.eigvals(data.W)).max() == pytest.approx(1.3)


def test_the_map_agrees_with_the_measurement():
    data = vanishing_gradient.compute(T=30)
    n = 7
    here = vanishing_gradient.compute(T=30, radius=vanishing_gradient.RADII[n])
    assert 10 ** (here.measured[0, -1] / 30) == pytest.approx(data.rates[n, 0])
    assert here.bound[1] == pytest.approx(np.log10(data.bounds[n]))


def test_what_the_lesson_says_of_the_four_things_to_try():
    tried = {
        key: vanishing_gradient.compute(**values, size=0.3, seed=1)
        for key, values in vanishing_gradient.TO_TRY.items()
    }
    assert np.abs(tried["edge"].measured).max() < 1e-9
    flat = tried["flat"]
    assert 70 < flat.bound[-1] < 74
    assert 1.25 < 10 ** (flat.measured[0, -1] / 60) < 1.35
    assert flat.measured[:, -1].min() < 0
    assert tried["sigmoid"].bound[-1] < 0
    way = tried["one_way"].measured[0]
    assert 7 < 10 ** way.max() < 8
    assert way[10] > 0
    assert way[-1] < -3


def test_the_slider_keeps_the_radii_that_are_set():
    radii = [values["radius"] for values in vanishing_gradient.TO_TRY.values()]
    for radius in (*radii, vanishing_gradient.explorer().values["radius"]):
        steps = vanishing_gradient.PER_TEN * np.log10(radius)  # a browser moves others to a step
        assert steps == pytest.approx(round(steps))


def test_without_an_activation_the_radius_decides():
    def said(g, radius, kind="random"):
        return vanishing_gradient.proved(vanishing_gradient.compute(g, kind, radius))

    assert said("identity", 1.0, "rotation") == "so it cannot grow"
    assert said("identity", 0.3) == said("tanh", 0.3) == "so it must vanish"
    assert said("identity", 0.9).endswith("vanish in the end")
    assert said("identity", 1.1).endswith("explode in the end")
    assert said("tanh", 1.1).endswith("does not decide it)")


def test_a_click_on_the_map_chooses_the_radius():
    explorer = vanishing_gradient.explorer()
    explorer._clicked({"right": 0.7, "down": 0.75})
    assert explorer.values["radius"] != 0.9
    for key, values in vanishing_gradient.TO_TRY.items():
        explorer.controls[key].click()
        assert {name: explorer.values[name] for name in values} == pytest.approx(values)


# H7 · graphics -----------------------------------------------------------------------------------


def test_the_followed_point_passes_the_three_matrices():
    data = wire_frame.compute("cube", 30, 15, 3.0, 50, 64, 3)
    M, V, P = data.matrices
    p, in_world, in_view, clip, screen = data.stations
    np.testing.assert_allclose(in_world, M @ p)
    np.testing.assert_allclose(in_view, V @ in_world)
    np.testing.assert_allclose(clip, P @ in_view)
    np.testing.assert_allclose(screen, clip[:3] / clip[3])
    assert data.lit.any()


def test_corners_take_clicks_and_arrows_turn():
    explorer = wire_frame.explorer()
    explorer.view.clicked = {"n": 1, "id": "5"}
    assert explorer.reading.startswith("Point 6 ")
    assert wire_frame.pressed("ArrowRight", explorer.values) == {"turn": 40}
    assert wire_frame.pressed("ArrowLeft", explorer.values | {"turn": -180}) == {"turn": 170}


def test_a_point_off_the_screen_or_behind_the_camera_is_said_to_be_so():
    said = [
        wire_frame.read(wire_frame.compute("cube", 30, 15, 1.0, 50, 64, n)).partition(";")[0]
        for n in range(8)
    ]
    assert sum("behind the camera and lands nowhere" in text for text in said) == 1
    assert any(text.endswith("off the screen") for text in said)
    assert any(text.endswith(")") for text in said)


def test_measuring_fills_the_picture_and_at_once_wins():
    explorer = all_at_once.explorer()
    assert "Nothing measured yet" in explorer.reading
    explorer.set(repeats=1)
    explorer.controls["measure"].click()
    assert explorer.reading.startswith("Measured on this machine")
    assert explorer.data.at_once[-1] < explorer.data.loop[-1]


# H8 · recipes ------------------------------------------------------------------------------------


def test_what_the_lesson_says_of_the_recipes():
    explorer = deep_recipes.explorer()
    explorer.run()
    right = explorer.data.right
    assert explorer.error == ""
    assert right["plain sigmoid"] < 0.2
    for name in ("pre-trained", "Adam", "ReLU + dropout"):
        assert right[name] > 0.85, name
    assert min(right["ReLU"], right["batch norm"]) > right["pre-trained"]
    assert right["ReLU + dropout"] < right["ReLU"]
    assert "no better than guessing: plain sigmoid" in explorer.reading


def test_every_recipe_makes_as_many_updates():
    begun = deep_recipes.start(layers=3, seed=1)
    first = next(begun["pre-trained"])
    assert np.isnan(first.loss)
    share = (deep_recipes.STEPS - deep_recipes.FINE) // 3
    assert 3 * share + deep_recipes.FINE == deep_recipes.STEPS
