"""The training loop: forward, errors, sum, one update, repeat; and what it leaves behind as data.

`train` is a generator. Each step takes one batch, makes exactly one update, and yields a Record;
so a progress view, a test and a plain `for` loop drive the same code, and whoever holds the
generator stops it (`break`, `close()`) and has everything up to there. What a step computes is
the model's business (`models`); what a batch holds is between the model and the task.

>>> from lstm_core import dense, models
>>> from lstm_core.optimizers import sgd
>>> net = models.dense_model(dense.init([1, 1], np.random.default_rng(0)), "squared_error")
>>> line = np.array([[1.0], [2.0]]), np.array([[3.0], [5.0]])  # y = 2 x + 1
>>> fitted = fit(net, itertools.repeat(line), steps=600, optimizer=sgd, rate=0.5).params
>>> round(fitted.W[0].item(), 6), round(fitted.b[0].item(), 6)
(2.0, 1.0)
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array
from lstm_core.models import Model
from lstm_core.optimizers import adam, clip_by_norm
from lstm_core.parameters import norm


class Record(NamedTuple):
    """What one step leaves: numbers to draw, and all that is needed to go on from here."""

    step: int  # 1, 2, …
    loss: float  # J of this step's batch, before the update
    gradient_norm: float  # ‖∂J/∂θ‖ before clipping
    params: Any  # after the update
    state: Any  # of the optimizer, after the update


class History(NamedTuple):
    """The records of a run as arrays, each (N,), and the parameters at its end."""

    step: Array
    loss: Array
    gradient_norm: Array
    params: Any


def train(
    model: Model,
    batches: Iterable[Any],
    *,
    steps: int,
    optimizer: Callable[..., tuple[Any, Any]] = adam,
    rate: float = 0.01,
    clip: float | None = None,
    start: Record | None = None,
) -> Iterator[Record]:
    """Yield one Record per update, for `steps` updates or until the batches end.

    optimizer: sgd, momentum, adam, or any function of their form. clip: threshold of the norm.
    start: the last record of an earlier run of the same model, to go on as if it had not stopped.
    Raises ValueError or TypeError for arguments that do not fit, at once; FloatingPointError,
    naming the step, where loss or gradient stop being finite.
    """
    checks.kind("model", model, Model)
    steps, rate = checks.whole("steps", steps), checks.number("rate", rate, least=0.0)
    if clip is not None:
        clip = checks.number("clip", clip, above=0.0)
    if not isinstance(batches, Iterable):
        raise TypeError(f"batches is a {type(batches).__name__}, expected an iterable of batches")
    checks.function("optimizer", optimizer)
    if start is None:
        start = Record(0, np.nan, np.nan, model.params, None)
    return _records(
        model, batches, steps, optimizer, rate, clip, checks.kind("start", start, Record)
    )


def fit(model: Model, batches: Iterable[Any], **options: Any) -> History:
    """Run `train` with the same arguments to its end and return the History."""
    return history(train(model, batches, **options))


def history(records: Iterable[Record]) -> History:
    """Gather records into a History; ValueError if there are none, TypeError for other things."""
    each = (checks.kind("records", r, Record) for r in checks.kind("records", records, Iterable))
    rows = [(*record[:3], record.params) for record in each]
    if not rows:
        raise ValueError("records is empty, expected at least one")
    step, loss, gradient_norm, params = zip(*rows, strict=True)
    return History(np.array(step), np.array(loss), np.array(gradient_norm), params[-1])


def _records(
    model: Model,
    batches: Iterable[Any],
    steps: int,
    optimizer: Callable[..., tuple[Any, Any]],
    rate: float,
    clip: float | None,
    last: Record,
) -> Iterator[Record]:
    for batch in itertools.islice(batches, steps):
        try:
            last = _update(model, batch, optimizer, rate, clip, last)
        except checks.NotFiniteError as error:
            hint = " (a smaller rate may help)" if last.step else ""
            raise FloatingPointError(
                f"training stopped at step {last.step + 1}: {error}{hint}"
            ) from error
        yield last


def _update(
    model: Model,
    batch: Any,
    optimizer: Callable[..., tuple[Any, Any]],
    rate: float,
    clip: float | None,
    last: Record,
) -> Record:
    """Make one update: errors and their sum over the steps from the model, then θ, once."""
    with np.errstate(over="ignore", invalid="ignore"):  # reported by name and step instead
        loss, gradients = model.loss_and_gradients(last.params, batch)
        checks.finite("loss", np.asarray(loss))
        gradient_norm = norm(gradients)
        checks.finite("gradient norm", np.asarray(gradient_norm))
        if clip is not None:
            gradients, _ = clip_by_norm(gradients, clip)
        params, state = optimizer(last.params, gradients, last.state, rate=rate)
    return Record(last.step + 1, float(loss), gradient_norm, params, state)
