"""The small networks do what the lesson lets them say."""

import numpy as np
import pytest

from lstm_core import listener, rnn, semantics, sequences, small_nets

PAIRS = list(zip(small_nets.ENGLISH, small_nets.GERMAN, strict=True))


@pytest.mark.parametrize(("english", "german"), PAIRS)
def test_the_translator_knows_its_ten_words(english, german):
    X = np.eye(len(small_nets.ALPHABET))[small_nets.letters(english)]
    run = sequences.encode_decode(small_nets.translator(), X, 7)
    assert small_nets.spelled(run.decoder.y_hat) == german


def test_the_captioner_names_most_digits_it_never_saw():
    _, _, asked, labels = semantics.split()
    vectors = semantics.hidden(semantics.trained()[-1], asked[:100])
    params = small_nets.captioner()
    named = [small_nets.spelled(sequences.generate(params, h0, 6).y_hat) for h0 in vectors]
    right = [word == small_nets.ENGLISH[label] for word, label in zip(named, labels, strict=False)]
    assert np.mean(right) > 0.8


@pytest.mark.parametrize(("text", "names"), list(small_nets.SENTENCES.items()))
def test_reading_both_ways_finds_every_name(text, names):
    X = small_nets.sentence(text)
    both = sequences.bidirectional(small_nets.two_way(), X).y_hat
    np.testing.assert_array_equal(both.argmax(axis=1), names)
    one = rnn.forward(small_nets.tagger(), X).y_hat
    np.testing.assert_array_equal(one[1:].argmax(axis=1), names[1:])


@pytest.mark.parametrize(("text", "friendly"), list(small_nets.REVIEWS.items()))
def test_the_critic_knows_its_reviews(text, friendly):
    y_hat = rnn.forward(small_nets.critic(), small_nets.sentence(text)).y_hat[-1]
    assert y_hat.argmax() == friendly


def test_the_forecast_beats_persistence_in_rain_and_wind():
    network, today = small_nets.forecast_misses()
    assert network[0] < today[0]
    assert network[3] < today[3]
    np.testing.assert_allclose(network[1:3], today[1:3], rtol=0.1)  # and hardly in temperature


def test_a_generator_reads_its_own_letters_one_step_later():
    X = small_nets.read_along("two.")
    assert not X[0].any()
    np.testing.assert_array_equal(X[1:].argmax(axis=1), small_nets.letters("two"))


def test_speech_keeps_doubles_apart():
    speech = listener.speak("teddy", np.random.default_rng(0))
    assert "d-" in speech.path
    assert speech.X.shape == (len(speech.path), listener.SOUND)
