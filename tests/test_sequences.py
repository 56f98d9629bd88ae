"""Networks put together from the simple RNN: which state goes where, and their gradients."""

import numpy as np
import pytest

from lstm_core import gradients, rnn, sequences
from lstm_core.losses import softmax_cross_entropy
from lstm_core.sequences import TwoNets

D, H, K, T = 3, 4, 3, 6


@pytest.fixture
def nets(rng):
    return TwoNets(rnn.init(D, H, K, rng), rnn.init(D, H, K, rng))


def test_bidirectional_adds_a_run_from_each_end(nets, rng):
    X = rng.standard_normal((T, D))
    run = sequences.bidirectional(nets, X)
    future = rnn.forward(nets.second, X[::-1]).h[::-1]
    o = rnn.forward(nets.first, X).h @ nets.first.V.T + nets.first.c + future @ nets.second.V.T
    np.testing.assert_allclose(run.o, o, atol=1e-14)
    np.testing.assert_allclose(run.y_hat.sum(axis=1), 1.0)


def test_bidirectional_sees_the_future(nets, rng):
    X = rng.standard_normal((T, D))
    changed = X.copy()
    changed[-1] += 1.0
    runs = [sequences.bidirectional(nets, inputs) for inputs in (X, changed)]
    np.testing.assert_array_equal(runs[0].forwards.h[:-1], runs[1].forwards.h[:-1])
    assert np.abs(runs[0].o[0] - runs[1].o[0]).max() > 1e-6


def test_bidirectional_gradient(nets, rng):
    X, labels = rng.standard_normal((T, D)), rng.integers(0, K, T)

    def loss(params):
        return softmax_cross_entropy(sequences.bidirectional(params, X).o, labels)[0].sum()

    run = sequences.bidirectional(nets, X)
    do = softmax_cross_entropy(run.o, labels)[1]
    report = gradients.check(loss, nets, sequences.bidirectional_backward(nets, run, do))
    assert report.ok, report


def test_generate_reads_what_it_wrote(rng):
    params = rnn.init(K, H, K, rng, scale=3.0)
    run = sequences.generate(params, rng.standard_normal(H), T, start=1)
    assert run.x[0].argmax() == 1
    np.testing.assert_array_equal(run.x[1:].argmax(axis=1), run.y_hat[:-1].argmax(axis=1))


def test_encoder_hands_its_last_state_to_the_decoder(nets, rng):
    run = sequences.encode_decode(nets, rng.standard_normal((T, D)), 4)
    np.testing.assert_array_equal(run.decoder.h0, run.encoder.h[-1])
    assert len(run.decoder.x) == 4


def test_encoder_decoder_gradient(nets, rng):
    X, Y, labels = rng.standard_normal((T, D)), np.eye(K)[[0, 2, 1]], np.array([2, 1, 0])

    def forward(params):
        encoder = rnn.forward(params.first, X, f="identity")
        return sequences.EncoderDecoderRun(encoder, rnn.forward(params.second, Y, encoder.h[-1]))

    run = forward(nets)
    do = softmax_cross_entropy(run.decoder.o, labels)[1]

    def loss(params):
        return softmax_cross_entropy(forward(params).decoder.o, labels)[0].sum()

    report = gradients.check(loss, nets, sequences.encode_decode_backward(nets, run, do))
    assert report.ok, report


def test_bad_arguments_are_named(nets, rng):
    with pytest.raises(ValueError, match="params read 2 symbols and give 3"):
        sequences.generate(rnn.init(2, H, K, rng), None, T)
    with pytest.raises(TypeError, match="params is a RNNParams, expected TwoNets"):
        sequences.bidirectional(nets.first, np.ones((T, D)))
    with pytest.raises(TypeError, match="second is a NoneType, expected RNNParams"):
        TwoNets(nets.first, None)
    with pytest.raises(ValueError, match="params give 3 and 1 outputs, expected as many"):
        sequences.bidirectional(TwoNets(nets.first, rnn.init(D, H, 1, rng)), np.ones((T, D)))
    with pytest.raises(ValueError, match="T is 0"):
        sequences.generate(nets.second, None, 0)
