"""One loop: each step one update, stop and go on, nothing hidden, the history as data."""

import itertools
from functools import partial

import numpy as np
import pytest

from lstm_core import dense, models, optimizers, parameters, rnn, tasks, training
from lstm_core.optimizers import OPTIMIZERS, adam, sgd


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def line(*, slope: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    X = np.array([[-1.0], [0.0], [2.0]])
    return X, slope * X + 1


def model(seed: int = 0) -> models.Model:
    return models.dense_model(dense.init([1, 1], rng(seed)), "squared_error")


def recurrent() -> tuple[models.Model, list]:
    batches = tasks.stream(tasks.adding, rng(3), T=12, B=4)
    net = models.rnn_model(rnn.init(2, 4, 1, rng(1)), "squared_error")
    return net, list(itertools.islice(batches, 20))


def test_the_loop_written_out():
    """Forward, errors, sum, one update, repeat: the same numbers as a plain loop."""
    net, batches = recurrent()
    params = net.params
    for step, (record, batch) in enumerate(
        zip(training.train(net, batches, steps=20, optimizer=sgd, rate=0.1), batches, strict=True)
    ):
        J, gradients = net.loss_and_gradients(params, batch)
        params = parameters.map_arrays(lambda theta, g: theta - 0.1 * g, params, gradients)
        assert record.step == step + 1
        assert record.loss == J
        assert record.gradient_norm == parameters.norm(gradients)
        assert np.array_equal(record.params.W, params.W)
        assert np.array_equal(record.params.V, params.V)


def test_the_optimizers_state_goes_from_step_to_step():
    net, batches = recurrent()
    params, v = net.params, parameters.zeros_like(net.params)
    records = training.train(net, batches, steps=4, optimizer=optimizers.momentum, rate=0.1)
    for record, batch in zip(records, batches, strict=False):
        _, gradients = net.loss_and_gradients(params, batch)
        v = parameters.map_arrays(lambda v, g: 0.9 * v - 0.1 * g, v, gradients)
        params = parameters.map_arrays(np.add, params, v)
        np.testing.assert_allclose(record.params.W, params.W, rtol=1e-12)
        assert np.array_equal(record.state.W, v.W)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_stop_and_go_on_is_the_same_as_not_to_stop(optimizer):
    net, batches = recurrent()
    options = {"optimizer": optimizer, "rate": 0.05, "clip": 0.5}
    whole = list(training.train(net, batches, steps=20, **options))
    records = training.train(net, batches, steps=20, **options)
    first = list(itertools.islice(records, 7))
    records.close()
    assert list(records) == []
    rest = list(training.train(net, batches[7:], steps=13, start=first[-1], **options))
    for one, other in zip(whole, first + rest, strict=True):
        assert one[:3] == other[:3]
        assert np.array_equal(parameters.to_vector(one.params), parameters.to_vector(other.params))


def test_a_step_is_made_only_when_asked_for():
    taken = []
    batches = (taken.append(n) or line() for n in itertools.count())
    records = training.train(model(), batches, steps=10)
    assert taken == []
    next(records)
    assert taken == [0]
    next(records)
    assert taken == [0, 1]
    records.close()
    assert taken == [0, 1]


def test_exactly_so_many_steps_and_batches():
    batches = iter([line()] * 10)
    assert len(list(training.train(model(), batches, steps=4))) == 4
    assert len(list(batches)) == 6
    assert len(list(training.train(model(), [line()] * 3, steps=10))) == 3


def test_the_first_parameters_are_left_alone():
    net = model()
    before = net.params.W[0].copy()
    training.fit(net, itertools.repeat(line()), steps=3)
    assert np.array_equal(net.params.W[0], before)


def test_clipping_bounds_the_update_and_keeps_the_norm_before():
    steep = line(slope=1000.0)
    free, clipped = (
        next(training.train(model(), [steep], steps=1, optimizer=sgd, rate=0.1, clip=clip))
        for clip in (None, 0.5)
    )
    assert free.gradient_norm == clipped.gradient_norm > 100
    for record, length in ((free, free.gradient_norm), (clipped, 0.5)):
        moved = parameters.map_arrays(np.subtract, record.params, model().params)
        assert parameters.norm(moved) == pytest.approx(0.1 * length, rel=1e-9)


def test_history_is_data():
    net, batches = recurrent()
    found = training.fit(net, batches, steps=20, rate=0.05)
    records = list(training.train(net, batches, steps=20, rate=0.05))
    assert found.step.tolist() == list(range(1, 21))
    assert found.loss.tolist() == [record.loss for record in records]
    assert found.gradient_norm.tolist() == [record.gradient_norm for record in records]
    assert np.array_equal(found.params.W, records[-1].params.W)
    with pytest.raises(ValueError, match="records is empty, expected at least one"):
        training.history([])
    with pytest.raises(TypeError, match="records is a int, expected Iterable"):
        training.history(3)
    with pytest.raises(TypeError, match="records is a int, expected Record"):
        training.history([3])


def test_a_loss_that_explodes_is_reported_with_its_step():
    records, seen = (
        training.train(model(), itertools.repeat(line()), steps=10_000, optimizer=sgd, rate=10.0),
        [],
    )
    with pytest.raises(FloatingPointError, match=r"training stopped at step \d+: .*(inf|nan)") as e:
        seen.extend(records)  # keeps what came before
    assert f"step {len(seen) + 1}:" in str(e.value)
    assert "a smaller rate" in str(e.value)
    assert np.isfinite(seen[-1].loss)
    assert seen[-1].loss > seen[0].loss


@pytest.mark.parametrize("where", ["loss", "gradient"])
def test_nothing_infinite_is_hidden(where):
    def loss_and_gradients(params, batch):
        loss = np.nan if where == "loss" else 1.0
        huge = parameters.map_arrays(lambda v: np.full_like(v, 1e308), params)
        return loss, huge if where == "gradient" else params

    net = models.Model(dense.init([100, 100], rng()), None, loss_and_gradients)
    with pytest.raises(FloatingPointError, match=f"stopped at step 1: {where}"):
        next(training.train(net, [None], steps=1))


def test_a_batch_that_does_not_fit_is_no_explosion():
    with pytest.raises(ValueError, match=r"targets has shape \(3, 2\)"):
        next(training.train(model(), [(np.ones((3, 1)), np.ones((3, 2)))], steps=1))


def test_any_function_of_the_form_is_an_optimizer():
    heavy = partial(optimizers.momentum, momentum=0.5)
    record = next(training.train(model(), [line()], steps=1, optimizer=heavy, rate=0.1))
    assert isinstance(record.state, dense.DenseParams)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"model": None}, TypeError, "model is a NoneType, expected Model"),
        ({"batches": 3}, TypeError, "batches is a int, expected an iterable of batches"),
        ({"steps": 0}, ValueError, "steps is 0, expected at least 1"),
        ({"steps": 1.5}, TypeError, "steps is 1.5, expected a whole number"),
        ({"rate": -1}, ValueError, "rate is -1, expected at least 0"),
        ({"rate": np.nan}, ValueError, "rate is nan, expected a finite number"),
        ({"clip": 0.0}, ValueError, "clip is 0.0, expected more than 0"),
        ({"clip": -1.0}, ValueError, "clip is -1.0, expected more than 0"),
        ({"clip": np.nan}, ValueError, "clip is nan, expected a finite number"),
        ({"optimizer": "adam"}, TypeError, "optimizer is 'adam', expected a function"),
        ({"start": 3}, TypeError, "start is a int, expected Record"),
    ],
)
def test_bad_arguments_are_refused_before_the_first_step(change, error, message):
    arguments = {"model": model(), "batches": [line()], "steps": 1, "optimizer": adam} | change
    with pytest.raises(error, match=message):
        training.train(**arguments)
