"""The solutions of lesson 2 agree with the package, which stands against differentiation."""

import numpy as np

from lstm_core import dense, losses, rnn
from lstm_core.exercises import lesson2, lesson2_backward
from lstm_core.parameters import arrays

RNG = np.random.default_rng(8)
PARAMS, RUN, DO = lesson2_backward.BPTT.inputs(RNG)
BACK = rnn.backward(PARAMS, RUN, DO, per_step=True)


def test_the_error_of_a_layer_is_that_of_dense():
    params = dense.init([3, 4, 5, 2], RNG)
    run = dense.forward(params, RNG.normal(size=3))
    back = dense.backward(params, run, RNG.normal(size=2))
    found = lesson2.layer_error(params.W[1], back.da[1], run.a[0])
    np.testing.assert_allclose(found, back.da[0])


def test_the_step_is_that_of_rnn():
    p, h_prev = PARAMS, RUN.h[1]
    found = lesson2.rnn_step(p.U, p.W, p.V, p.b, p.c, RUN.x[2], h_prev)
    for mine, theirs in zip(found, rnn.step(p, RUN.x[2], h_prev), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_error_at_the_output_is_that_of_losses():
    labels = np.array([0, 2, 1, 1, 0, 2])
    _, do = losses.softmax_cross_entropy(RUN.o, labels)
    for t, label in enumerate(labels):
        found = lesson2_backward.output_error(RUN.y_hat[t], label)
        np.testing.assert_allclose(found, do[t], atol=1e-15)


def test_the_error_of_a_hidden_state_and_the_sum_are_those_of_rnn():
    found = lesson2_backward.hidden_error(PARAMS.V, PARAMS.W, DO[2], BACK.dh[3], BACK.da[3])
    np.testing.assert_allclose(found, BACK.dh[2])
    found = lesson2_backward.recurrent_gradient(BACK.da, RUN.h, RUN.h0)
    np.testing.assert_allclose(found, BACK.params.W)


def test_the_whole_pass_is_that_of_rnn():
    found = lesson2_backward.bptt(PARAMS, RUN, DO)
    for mine, (_, theirs) in zip(found, arrays(BACK.params), strict=True):
        np.testing.assert_allclose(mine, theirs)


def test_what_a_window_keeps_is_what_rnn_keeps():
    T = len(RUN.x)
    for k in (1, 2, 4, T):
        reaches = np.zeros((T, T))
        for s in range(T):
            alone = np.zeros_like(DO)
            alone[s] = DO[s]
            da = rnn.backward(PARAMS, RUN, alone, window=k).da
            reaches[:, s] = (da != 0).any(axis=1)
        np.testing.assert_array_equal(lesson2.kept_by_window(T, k), reaches)
