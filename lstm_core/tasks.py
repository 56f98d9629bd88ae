"""Sequence tasks as batches: long time lags, counting, and forecasts of real weather.

`adding`, `temporal_order` and `brackets` draw as many new sequences as one asks for, so a net that
does well on them has not learnt them by heart; `forecast` cuts windows out of the measured weather.
All give X (T, B, D) and targets for the S last steps, S = 1 or T, as `models` reads them.
Sequences of a batch have one length T; where the papers draw it at random, it is fixed here.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_core import checks, data
from lstm_core.checks import Array


class Batch(NamedTuple):
    """B sequences, what is asked of them, and the names of their inputs and outputs."""

    X: Array  # (T, B, D)
    targets: Array  # (S, B, K) real, or (S, B) class numbers
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def adding(rng: np.random.Generator, T: int = 100, B: int = 16) -> Batch:
    """The adding problem: at the end, give the sum of the two marked numbers.

    Inputs: a number from −1 to 1, and a mark: 1 at two places, −1 at the first and last step, else
    0. One mark is among the first ten steps, the other among the first T/2 − 1; one that falls on
    the first step is hidden by the −1 there and counts as 0. Target (1, B, 1): 0.5 + sum / 4,
    between 0 and 1. Hochreiter and Schmidhuber, Long Short-Term Memory (1997), section 5.4, call
    an answer right when it is less than 0.04 off. Raises ValueError or TypeError; T is at least 6.
    """
    rng, T, B = _sizes(rng, T, B, least=6)
    X = np.stack([rng.uniform(-1, 1, (T, B)), np.zeros((T, B))], axis=-1)
    early, early_half = min(10, T // 2), T // 2 - 1
    first = rng.integers(0, early, B)
    second = rng.integers(0, early_half - (first < early_half))
    second += second >= first  # the places still unmarked
    X[first, np.arange(B), 1] = X[second, np.arange(B), 1] = 1
    X[[0, -1], :, 1] = -1
    total = (X[:, :, 0] * (X[:, :, 1] == 1)).sum(axis=0)
    return Batch(X, 0.5 + total[None, :, None] / 4, ("number", "mark"), ("sum",))


def temporal_order(rng: np.random.Generator, T: int = 100, B: int = 16) -> Batch:
    """Temporal order: at the end, say in which order two symbols, each X or Y, came.

    A sequence begins with E, ends with B, and holds letters a, b, c, d at random but for the two
    symbols, between T/10 and T/5 and between T/2 and 3T/5; inputs are one-hot. Labels (1, B): 0 for
    X X, 1 for X Y, 2 for Y X, 3 for Y Y. Hochreiter and Schmidhuber (1997), section 5.6, task 6a,
    with T from 100 to 110. Raises ValueError or TypeError; T is at least 10.
    """
    rng, T, B = _sizes(rng, T, B, least=10)
    letters = rng.integers(2, 6, (T, B))
    letters[0], letters[-1] = 0, 1
    symbols = rng.integers(0, 2, (2, B))
    for symbol, start, end in zip(symbols, (T // 10, T // 2), (T // 5, 3 * T // 5), strict=True):
        letters[rng.integers(start, end + 1, B), np.arange(B)] = 6 + symbol
    labels = 2 * symbols[:1] + symbols[1:]
    return Batch(np.eye(8)[letters], labels, tuple("EBabcdXY"), ("X X", "X Y", "Y X", "Y Y"))


def brackets(rng: np.random.Generator, T: int = 40, B: int = 16, deepest: int = 5) -> Batch:
    """Counting: after every symbol, say how many brackets are open.

    Symbols are (, ) and a letter, drawn alike among those that keep the depth between 0 and
    `deepest`; inputs are one-hot. Target (T, B, 1): the depth. The idea is that of Gers and
    Schmidhuber, LSTM recurrent networks learn simple context-free and context-sensitive languages
    (2001). Raises ValueError or TypeError.
    """
    rng, T, B = _sizes(rng, T, B, least=1)
    deepest = checks.whole("deepest", deepest)
    symbols, depth = np.empty((T, B), int), np.zeros((T + 1, B), int)
    for t in range(T):
        allowed = np.stack([depth[t] < deepest, depth[t] > 0, np.ones(B, bool)])
        symbols[t] = np.argmax(rng.random((3, B)) * allowed, axis=0)
        depth[t + 1] = depth[t] + np.array([1, -1, 0])[symbols[t]]
    return Batch(np.eye(3)[symbols], depth[1:, :, None].astype(float), ("(", ")", "a"), ("depth",))


class Forecast(NamedTuple):
    """Windows of the weather, cut in time: learn from the first years, be judged on the last.

    All values are in spreads from the mean of the training part, (value − mean) / spread.
    """

    train: Batch  # X (T, N, 4), targets (1, N, 4): the day after
    test: Batch
    persistence: Array  # like test.targets: "tomorrow will be as today"
    regression: Array  # like test.targets: least squares from the last day alone, without memory
    days: NDArray[np.datetime64]  # (N_test,) the days forecast
    mean: Array  # (4,) of the training part
    spread: Array  # (4,)


def forecast(
    T: int = 14, *, first_test_day: str = "2015-01-01", every_step: bool = False
) -> Forecast:
    """From T days of weather, forecast the next day's four quantities.

    Days forecast in the test part are from `first_test_day` on; its first windows look back into
    the training part, which has no target there. With `every_step` the day after is asked for at
    each of the T steps: targets (T, N, 4). Raises ValueError or TypeError.
    """
    T = checks.whole("T", T)
    days, values, names, units = data.weather()
    split = _split(days, first_test_day, T)
    mean, spread = values[:split].mean(axis=0), values[:split].std(axis=0)
    scaled = (values - mean) / spread
    labels = tuple(f"{name} ({unit})" for name, unit in zip(names, units, strict=True))

    def windows(start: int, end: int) -> Batch:
        """Cut one window per day to forecast, from `start` to before `end`."""
        places = np.arange(start, end)[None] + np.arange(-T, 1)[:, None]  # (T + 1, N)
        asked = places[1:] if every_step else places[-1:]
        return Batch(scaled[places[:-1]], scaled[asked], labels, labels)

    train, test = windows(T, split), windows(split, len(days))
    today = test.X if every_step else test.X[-1:]
    line, *_ = np.linalg.lstsq(_with_one(scaled[: split - 1]), scaled[1:split])
    return Forecast(train, test, today, _with_one(today) @ line, days[split:], mean, spread)


def _with_one(values: Array) -> Array:
    """Append a 1 to every vector, for the constant of a linear sum."""
    return np.concatenate([values, np.ones((*values.shape[:-1], 1))], axis=-1)


def _split(days: NDArray[np.datetime64], first_test_day: str, T: int) -> int:
    """Return how many days come before the first test day: more than T, less than all."""
    try:
        split = int(np.searchsorted(days, np.datetime64(first_test_day, "D")))
    except ValueError as error:
        raise ValueError(
            f"first_test_day is {first_test_day!r}, expected a day such as 2015-01-01"
        ) from error
    if not T < split < len(days):
        raise ValueError(
            f"first_test_day is {first_test_day}, expected more than T = {T} days after {days[0]}"
            f" and not after {days[-1]}"
        )
    return split


def stream(task: Callable[..., Batch], rng: np.random.Generator, **sizes: int) -> Iterator[Batch]:
    """Yield new batches of a task without end: `stream(adding, rng, T=50, B=16)`."""
    checks.function("task", task)
    return (task(rng, **sizes) for _ in itertools.count())


def minibatches(batch: Any, size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield the sequences (samples) of a batch in random order, `size` at a time, without end.

    Every one comes once before any comes again; what is left at the end of a round is a smaller
    batch. X is (T, B, D) or, for samples of a dense net, (N, D).
    Raises ValueError or TypeError for arguments that do not fit.
    """
    if not isinstance(batch, tuple) or len(batch) < 2:
        raise TypeError(f"batch is a {type(batch).__name__}, expected a tuple (X, targets)")
    X, targets, *names = batch
    for name, value in (("batch.X", X), ("batch.targets", targets)):
        checks.kind(name, value, np.ndarray)
    size, axis = checks.whole("size", size), np.ndim(X) - 2
    checks.kind("rng", rng, np.random.Generator)
    if axis not in (0, 1) or np.ndim(targets) <= axis or X.shape[axis] != targets.shape[axis]:
        raise ValueError(
            f"batch has X {np.shape(X)} and targets {np.shape(targets)}, expected (T, B, D) and"
            " (S, B, …), or (N, D) and (N, …)"
        )
    return _minibatches(X, targets, names, size, axis, rng)


def _minibatches(
    X: Array, targets: Array, names: list, size: int, axis: int, rng: np.random.Generator
) -> Iterator[Batch]:
    while True:
        order = rng.permutation(X.shape[axis])
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            yield Batch(X.take(chosen, axis), targets.take(chosen, axis), *names)


def _sizes(
    rng: np.random.Generator, T: int, B: int, least: int
) -> tuple[np.random.Generator, int, int]:
    checks.kind("rng", rng, np.random.Generator)
    return rng, checks.whole("T", T, least=least), checks.whole("B", B)
