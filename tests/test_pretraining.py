"""Layer-wise pre-training: what is trained, what is left alone, and that it learns to give back."""

import numpy as np
import pytest

from lstm_core import dense, pretraining
from lstm_core.data import digits


def images(count=200):
    X = digits().images[:count].reshape(count, -1)
    return X / X.max()


def test_each_layer_learns_in_its_turn_and_the_last_not_at_all():
    X, net = images(), dense.init([64, 8, 6, 10], np.random.default_rng(0), kind="lecun")
    records = list(pretraining.pretrain(net, X, np.random.default_rng(1), steps=5))
    assert [record.step for record in records] == list(range(1, 11))
    middle, end = records[4].params, records[-1].params
    assert not np.array_equal(middle.W[0], net.W[0])
    assert np.array_equal(middle.W[1], net.W[1])
    assert np.array_equal(end.W[0], middle.W[0])
    assert not np.array_equal(end.W[1], net.W[1])
    assert np.array_equal(end.W[2], net.W[2])


def test_a_layer_learns_to_give_back():
    net = dense.init([64, 16, 10], np.random.default_rng(0))
    records = list(pretraining.pretrain(net, images(), np.random.default_rng(1), steps=300))
    first, last = (np.mean([r.loss for r in part]) for part in (records[:10], records[-10:]))
    assert last < 0.7 * first


def test_it_is_the_same_every_time():
    def once():
        net = dense.init([64, 8, 10], np.random.default_rng(0))
        *_, last = pretraining.pretrain(net, images(50), np.random.default_rng(1), steps=4)
        return last.params.W[0]

    assert np.array_equal(once(), once())


def test_inputs_must_be_shares_of_light():
    net = dense.init([64, 8, 10], np.random.default_rng(0))
    with pytest.raises(ValueError, match="X runs from 0 to 16, expected 0 to 1"):
        pretraining.pretrain(net, 16 * images(), np.random.default_rng(1), steps=4)
    with pytest.raises(ValueError, match="X has shape"):
        pretraining.pretrain(net, np.zeros((3, 5)), np.random.default_rng(1), steps=4)
