"""Batch normalisation and dropout: gradients, and what they do to numbers."""

import numpy as np
import pytest

from lstm_core import dense, gradients, losses, remedies
from lstm_core.activations import ACTIVATIONS
from lstm_core.remedies import DeepParams

SIZES = [3, 5, 4, 3]


def net(seed=0, normalised=False):
    rng = np.random.default_rng(seed)
    params = dense.init(SIZES, rng)
    params = dense.DenseParams(params.W, tuple(rng.standard_normal(len(b)) for b in params.b))
    if not normalised:
        return DeepParams(params)
    gain, shift = (tuple(1 + 0.5 * rng.standard_normal(n) for n in SIZES[1:-1]) for _ in range(2))
    return DeepParams(params, gain, shift)


def batch(N=7):
    rng = np.random.default_rng(1)
    return rng.standard_normal((N, 3)), rng.integers(3, size=N)


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("dropped", [False, True])
def test_gradients(g, normalised, dropped):
    params = net(normalised=normalised)
    X, labels = batch()
    masks = remedies.masks(params.dense, len(X), 0.7, np.random.default_rng(2)) if dropped else None

    def loss(params):
        o = remedies.forward(params, X, g, masks).o
        return losses.softmax_cross_entropy(o, labels)[0].mean()

    model = remedies.deep_model(params, "softmax_cross_entropy", g)
    J, found = model.loss_and_gradients(params, (X, labels, masks))
    assert pytest.approx(loss(params)) == J
    report = gradients.check(loss, params, found)
    assert report.ok, report


def test_without_remedies_it_is_the_dense_net():
    params = net()
    X, labels = batch()
    run = dense.forward(params.dense, X, "tanh")
    mine = remedies.forward(params, X, "tanh")
    np.testing.assert_allclose(mine.o, run.o, atol=1e-14)
    _, do = losses.softmax_cross_entropy(run.o, labels)
    theirs = dense.backward(params.dense, run, do).params
    ours = remedies.backward(params, mine, do)
    assert (ours.gain, ours.shift) == ((), ())
    for one, other in zip(ours.dense.W + ours.dense.b, theirs.W + theirs.b, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-14)


def test_a_normalised_unit_has_mean_0_and_spread_1():
    params = remedies.normalised(dense.init(SIZES, np.random.default_rng(0)))
    X = 5 + 3 * np.random.default_rng(1).standard_normal((200, 3))
    for a_hat in remedies.forward(params, X, "tanh").a_hat:
        np.testing.assert_allclose(a_hat.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(a_hat.std(axis=0), 1, atol=1e-3)


def test_statistics_make_an_answer_independent_of_its_neighbours():
    params = net(normalised=True)
    X, _ = batch(40)
    known = remedies.statistics(params, X, "sigmoid")
    together = remedies.forward(params, X, "sigmoid", statistics=known).o
    alone = remedies.forward(params, X[:1], "sigmoid", statistics=known).o
    np.testing.assert_allclose(together, remedies.forward(params, X, "sigmoid").o, atol=1e-12)
    np.testing.assert_allclose(alone, together[:1], atol=1e-12)
    assert remedies.statistics(net(), X, "sigmoid") is None


def test_masks_keep_the_mean():
    masks = remedies.masks(net().dense, 20_000, 0.8, np.random.default_rng(0))
    assert [mask.shape for mask in masks] == [(20_000, 5), (20_000, 4)]
    for mask in masks:
        assert set(np.unique(mask)) == {0.0, 1.25}
        assert mask.mean() == pytest.approx(1.0, abs=0.02)


def test_parameters_must_fit():
    params = net(normalised=True)
    with pytest.raises(ValueError, match="gain and shift have 1 and 2 layers, expected 2 or none"):
        DeepParams(params.dense, params.gain[:1], params.shift)
    with pytest.raises(ValueError, match=r"gain\[1\] has shape \(1,\), expected \(4,\)"):
        DeepParams(params.dense, (params.gain[0], np.ones(1)), params.shift)
    with pytest.raises(TypeError, match=r"shift\[0\] holds float32, expected float64"):
        DeepParams(params.dense, params.gain, (params.shift[0].astype("f4"), params.shift[1]))
    with pytest.raises(TypeError, match="dense is a DeepParams, expected DenseParams"):
        DeepParams(params)


def test_samples_and_masks_must_fit():
    params, X = net(), batch()[0]
    for wrong in (np.zeros(3), np.zeros((7, 4))):
        with pytest.raises(ValueError, match=r"X has shape .*, expected \(N, 3\)"):
            remedies.forward(params, wrong, "tanh")
    with pytest.raises(ValueError, match=r"masks\[1\] has shape \(1, 4\), expected \(7, 4\)"):
        remedies.forward(params, X, "tanh", (np.ones((7, 5)), np.ones((1, 4))))
    with pytest.raises(TypeError, match="params is a DenseParams, expected DeepParams"):
        remedies.forward(params.dense, X, "tanh")
    with pytest.raises(ValueError, match=r"keep is 1\.5, expected at most 1"):
        remedies.masks(params.dense, 7, 1.5, np.random.default_rng(0))
    with pytest.raises(TypeError, match="rng is a int, expected Generator"):
        remedies.masks(params.dense, 7, 0.5, 0)


def test_every_activation_runs():
    for g in ACTIVATIONS:
        assert np.isfinite(remedies.forward(net(normalised=True), batch()[0], g).o).all()
