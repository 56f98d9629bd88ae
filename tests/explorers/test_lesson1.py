"""What the explorers of lesson 1 compute is what their rows claim."""

from collections import Counter

import numpy as np
import pytest

from lstm_core import data, dense, semantics, sequences, small_nets
from lstm_core.draw import ctc_path
from lstm_core.explorers import (
    bent_plane,
    cnn_mapping,
    ctc_collapse,
    ctc_listener,
    digit_neighbours,
    echo,
    one_layer,
    permuted_inputs,
    sentence_list,
    shapes,
    task_charts,
    three_drawings,
    weather_list,
)


@pytest.mark.parametrize("w", [-1.2, -0.5, 0.0, 0.9, 1.0, 1.2])
def test_an_echo_is_a_power_of_the_weight(w):
    np.testing.assert_allclose(echo.compute(w).h, w ** np.arange(20), atol=1e-15)


@pytest.mark.parametrize(("D", "H", "K"), [(1, 1, 1), (4, 3, 2), (2, 4, 4)])
def test_parameters_are_counted_as_the_formula_says(D, H, K):
    dense_net = three_drawings.compute("dense", "one black box", D, H, K, 5, 1)
    assert dense_net.total == H * D + H + K * H + K
    counts = {three_drawings.compute("recurrent", "", D, H, K, T, 1).total for T in (1, 50)}
    assert counts == {H * D + H * H + K * H + H + K}


@pytest.mark.parametrize("net", three_drawings.NETS)
def test_every_weight_is_a_line(net):
    data = three_drawings.compute(net, three_drawings.VIEWS[0], 3, 4, 2, 5, 1)
    weights = sum(W.size for W in data.arrays.values() if W.ndim == 2)
    lines = three_drawings.neurons(data).count("<path")
    assert lines == weights + (net == "recurrent")  # and the way into the next step


def test_one_layer_ends_where_its_equation_does():
    found = one_layer.compute(0.9, -0.6, 0.5, 0.8, 0.6, 0.1, 3.0)
    np.testing.assert_allclose(found.h, np.tanh(found.W @ found.x + found.b))
    halfway = one_layer.compute(0.9, -0.6, 0.5, 0.8, 0.6, 0.1, 1.5).h
    np.testing.assert_allclose(halfway, found.W @ found.x + found.b / 2)


@pytest.mark.parametrize("shape", ["moons", "ring"])
def test_the_plane_goes_through_the_layers_of_the_net(shape):
    X, labels = bent_plane.points(shape)
    params = bent_plane.trained(shape)[-1]
    run = dense.forward(params, X)
    for layer, h in enumerate(run.h, 1):
        np.testing.assert_allclose(bent_plane.compute(shape, float(layer), 300).points, h)
    accuracy = bent_plane.compute(shape, 0.0, 300).accuracy
    assert accuracy == ((run.o[:, 0] > 0) == labels).mean()
    assert accuracy == 1.0 if shape == "moons" else 0.9 < accuracy < 1.0


def test_a_larger_image_leaves_the_vector_as_long_as_it_was():
    small, large = (cnn_mapping.compute(*size, 16, 1) for size in ((24, 24), (64, 96)))
    assert small.vector.shape == large.vector.shape == (16,)
    assert small.second.shape != large.second.shape
    assert large.y_hat.sum() == pytest.approx(1.0)


def test_with_few_known_images_the_hidden_layer_wins_and_with_all_the_pixels_do():
    few, many = (digit_neighbours.compute(12, semantics.EPOCHS, n) for n in (1, 0))
    assert few.hidden.accuracy > few.pixels.accuracy + 0.15
    assert many.hidden.accuracy < many.pixels.accuracy
    untrained = digit_neighbours.compute(12, 0, 1)
    assert untrained.hidden.accuracy < untrained.pixels.accuracy


@pytest.mark.parametrize("seed", range(1, 31))
def test_a_dense_net_whose_weights_are_permuted_alike_learns_the_same_to_the_last_digit(seed):
    found = permuted_inputs.compute(seed, True)
    assert (found.loss[0] == found.loss[1]).all()
    assert sorted(found.order) == list(range(64))
    assert np.abs(found.y_hat[0] - found.y_hat[1]).max() > 0.03


def test_without_the_weights_permuted_alike_the_losses_differ():
    images, labels = permuted_inputs.digits()
    order = permuted_inputs.compute(1, True).order
    first = permuted_inputs.start()
    plain, other = (
        permuted_inputs.losses(first, X, labels, True) for X in (images, images[:, order])
    )
    assert np.abs(plain - other).max() > 0.01


def test_ordinary_sums_differ_by_rounding_only():
    apart = np.abs(np.diff(permuted_inputs.compute(2, False).loss, axis=0)).max()
    assert apart < 1e-13


def test_a_window_of_weather_is_a_piece_of_the_data():
    weather = data.weather()
    found = weather_list.compute(300, 14)
    np.testing.assert_array_equal(found.X, weather.values[299:313])
    last = weather_list.compute(len(weather.days), 365)
    assert last.days[-1] == weather.days[-1]
    assert len(last.X) == 365


def test_sentences_have_three_lengths_and_a_letter_one_vector():
    words = sentence_list.compute("words", 5, 1)
    assert sorted(len(X) for X in words.X.values()) == [4, 5, 7]
    letters = sentence_list.compute("letters", 5, 1)
    seen = {}
    for language, symbols in letters.symbols.items():
        for symbol, x in zip(symbols, letters.X[language], strict=True):
            np.testing.assert_array_equal(x, seen.setdefault(symbol, x))


@pytest.mark.parametrize("kind", shapes.KINDS)
def test_kinds_have_as_many_axes_as_they_say(kind):
    assert shapes.compute(kind, 3, 4, 5).array.ndim == shapes.KINDS.index(kind)


@pytest.mark.parametrize("task", task_charts.TASKS)
def test_a_chart_fills_from_step_to_step(task):
    T = len(task_charts.compute(task, 1, 1).chart.steps)
    for t in (1, T):
        steps = task_charts.compute(task, 1, t).chart.steps
        assert [step.known for step in steps] == [n < t for n in range(T)]


def test_a_bidirectional_answer_waits_for_both_ends():
    steps = task_charts.compute("two_way", 1, 3).chart.steps
    assert [step.answer_known for step in steps] == [False, False, True, False, False]


def test_the_reading_tells_nothing_that_is_not_computed_yet():
    assert task_charts.compute("translation", 8, 5).reading.endswith("there is no answer yet.")
    assert task_charts.compute("translation", 8, 7).reading.endswith("the answers so far are s, i.")
    assert "sieben" in task_charts.compute("translation", 8, 12).reading


def test_at_teddy_one_way_must_say_the_same_and_both_ways_need_not():
    one, both = (
        [task_charts.compute(task, n, 5).chart.steps[0].answer for n in (1, 2)]
        for task in ("names", "two_way")
    )
    assert one == ["0.50", "0.50"]
    assert both == ["0.00", "1.00"]


def test_the_player_ends_where_the_chart_does():
    explorer = task_charts.explorer()
    for task, example, last in (("caption", 2, 6), ("forecast", 1, 7), ("two_way", 8, 4)):
        explorer.set(task=task, example=example)
        assert explorer.controls["t"].max == explorer.values["t"] == last


def test_the_examples_end_where_the_task_has_no_more():
    explorer = task_charts.explorer()
    explorer.set(example=10)
    for task, last in (("review", 8), ("names", 8), ("translation", 10)):
        explorer.controls["task"].value = task
        assert explorer.controls["example"].max == last
        explorer.controls["example"].value = last
        assert explorer.reading == task_charts.compute(task, last, 12).reading


def test_the_writer_errs_once_and_where_the_classifier_does():
    readings = [task_charts.compute("caption", n, 6).reading for n in range(1, 11)]
    assert [n for n, text in enumerate(readings, 1) if "rightly" not in text] == [3]
    assert "though it is “three”" in readings[2]
    assert "takes the image for “three”" not in readings[2]


def test_the_reading_gives_the_answer_for_every_word():
    reading = task_charts.compute("names", 8, 4).reading
    assert "0.00 for President, 1.00 for Roosevelt, 0.00 for liked, 0.00 for bears" in reading
    assert "1.00 for Teddy, 1.00 for Roosevelt" in task_charts.compute("two_way", 2, 5).reading


def test_a_review_that_is_praise_and_one_that_is_none_read_alike():
    praise, blame = (task_charts.compute("review", n, 9).reading for n in (3, 4))
    assert praise.endswith(
        "friendly with probability 1.00, says the network; it is meant friendly."
    )
    assert "probability 0.00" in blame
    assert blame.endswith("it is meant unfriendly.")


def test_a_longer_list_of_weather_says_that_it_goes_on():
    assert [weather_list.draw(weather_list.compute(1, T)).count("…") for T in (7, 8)] == [0, 1]


@pytest.mark.parametrize("path", ["", "-", "hhee-ll-lloo", "aab-b"])
def test_a_drawn_path_shows_its_frames_runs_and_letters(path):
    found = ctc_collapse.compute(path)
    runs = ctc_path.runs(path)
    drawn = Counter(
        symbol for symbol in ctc_collapse.draw(found).split("<text") if "bold" in symbol
    )
    assert drawn.total() == len(found.text)
    assert sum(length for _, length in runs) == len(path)


def test_without_noise_what_was_said_is_heard():
    found = ctc_listener.compute("Teddy!", 2, 0.0)
    assert found.text == found.said == "teddy"
    assert found.right == 1.0
    assert found.p > 0.5
    assert ctc_listener.compute("teddy", 2, 1.5).right < 0.8


def test_what_is_typed_beyond_the_end_is_said_to_be_left_out():
    for compute, read, longest in (
        (ctc_collapse.compute, ctc_collapse.read, ctc_collapse.LONGEST),
        (lambda said: ctc_listener.compute(said, 2, 0.3), ctc_listener.read, ctc_listener.LONGEST),
    ):
        assert "Only the first" not in read(compute("a" * longest))
        assert f"Only the first {longest} " in read(compute("a" * (longest + 1)))


def test_the_translation_in_the_chart_is_the_decoders():
    source = np.eye(len(small_nets.ALPHABET))[small_nets.letters("seven")]
    run = sequences.encode_decode(small_nets.translator(), source, 7)
    steps = task_charts.compute("translation", 8, 12).chart.steps
    np.testing.assert_array_equal(steps[5].h, run.decoder.h[0])
    assert [step.answer for step in steps[5:]] == [*"sieben", "end"]
