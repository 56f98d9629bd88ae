"""The whole loop, live: a simple RNN learns to forecast real weather (row S7).

Each update reads 28 days of the years 2012–2014, forecasts the day after at every step, sums the
errors' gradients over the 28 steps, and renews θ once: θ ← θ − rate · ∂J/∂θ. It is judged on 2015,
against "tomorrow will be as today".
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import models, rnn, tasks, training
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number
from lstm_core.explorers.controls import slider
from lstm_core.explorers.training_view import Progress, TrainingView, smooth
from lstm_core.optimizers import sgd

T, STEPS = 28, 2000  # days a sequence, updates
SHOWN = slice(90, 135)  # days of 2015 in the picture
WARMTH = 1  # column of the highest temperature


class Data(NamedTuple):
    """The curve of the training, and the forecast for 2015 by the parameters as they are now."""

    stage: str
    step: int
    curve: Array  # mean squared error per forecast number, smoothed, in spreads²
    forecast: Array  # (days,) °C, highest temperature
    error: float  # on 2015, all four quantities


@cache
def year() -> tuple[tasks.Forecast, tasks.Forecast]:
    """Return the windows to learn from, and 2015 as one sequence of days."""
    return tasks.forecast(T, every_step=True), tasks.forecast(1)


@cache
def scores() -> dict[str, float]:
    """Return the mean squared errors on 2015 of two forecasts to beat."""
    test = year()[1].test
    truth = test.targets[0]
    today = float(np.mean((test.X[0] - truth) ** 2))
    return {"tomorrow as today": today, "always the mean": float(np.mean(truth**2))}


def sequences(seed: int) -> Iterator[tuple[Array, Array]]:
    """Yield stretches of T days and the days after them, at random, without end."""
    rng, train = np.random.default_rng(seed), year()[0].train
    while True:
        n = rng.integers(train.X.shape[1])
        yield train.X[:, n], train.targets[:, n]


def first(hidden: int) -> rnn.RNNParams:
    """Draw the parameters before training."""
    return rnn.init(4, hidden, 4, np.random.default_rng(1))


def start(hidden: int, rate: float) -> dict[str, Iterator[training.Record]]:
    """Start training by plain gradient descent."""
    model = models.rnn_model(first(hidden), "squared_error")
    records = training.train(model, sequences(2), steps=STEPS, optimizer=sgd, rate=rate)
    return {"simple RNN": records}


def look(progress: Progress) -> Data:
    """Forecast every day of 2015 with the parameters as they are now."""
    params = progress.params("simple RNN", first(progress.values["hidden"]))
    test = year()[1].test
    guess, truth = rnn.forward(params, test.X[0], f="identity").o, test.targets[0]
    return Data(
        progress.stage,
        progress.step,
        smooth(progress.losses("simple RNN"), 50) * 2 / (4 * T),
        degrees(guess),
        mean_squared(guess - truth),
    )


def mean_squared(miss: Array) -> float:
    """Return the mean of the squares; infinity where a training has run away."""
    with np.errstate(over="ignore"):
        return float(np.mean(miss**2))


def degrees(scaled: Array) -> Array:
    """Return the highest temperature in °C."""
    return scaled[:, WARMTH] * year()[1].spread[WARMTH] + year()[1].mean[WARMTH]


class Picture(Plot):
    """Left the error during training, with the simple forecasts as marks; right 45 days of 2015."""

    size = (8.4, 3.5)

    def build(self) -> None:
        colours = self.palette.line
        self.left, self.right = self.axes(1, 2, width_ratios=(5, 6))
        self.name(self.left, "learning", "update", "mean squared error")
        self.name(self.right, "highest temperature, °C", "day of 2015")
        limits(self.left, (0, STEPS), (0.2, 1.6))
        limits(self.right, (SHOWN.start - 1, SHOWN.stop), (5, 33))
        self.right.set_xticks((90, 104, 120, 134), ("1 Apr", "15 Apr", "1 May", "15 May"))
        test = year()[1].test
        days = np.arange(365)[SHOWN]
        today, truth = degrees(test.X[0])[SHOWN], degrees(test.targets[0])[SHOWN]
        self.right.plot(days, truth, "o", color=self.palette.muted, markersize=5, label="measured")
        self.right.plot(days, today, ":", color=self.palette.muted, linewidth=1.3, label="as today")
        for name, score in scores().items():
            self.left.axhline(score, color=self.palette.muted, linewidth=1.2, linestyle="--")
            place = {"ha": "right", "va": "bottom", "fontsize": 10}
            self.left.text(STEPS, score + 0.01, name, color=self.palette.muted, **place)
        self.curve = self.line(self.left, colours.peephole)
        self.test = self.dots(self.left, colours.f, markersize=9)
        style = {"va": "bottom", "fontsize": 10.5}
        self.says = self.text(self.left, self.palette.text.f, **style)
        self.named = self.text(self.left, self.palette.text.peephole, STEPS, 0.22, **style)
        self.named.set_ha("right")
        self.forecast = self.line(self.right, colours.f, linewidth=2.4)
        self.right.plot([], [], color=colours.f, linewidth=2.4, label="simple RNN")
        self.right.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.4)

    def update(self, data: Data) -> None:
        self.curve.set_data(np.arange(1, len(data.curve) + 1), np.clip(data.curve, 0.2, 1.6))
        self.named.set_text("in training" if len(data.curve) else "")
        height = min(max(data.error, 0.22), 1.5)
        self.test.set_data([data.step], [height])
        left = data.step < 0.6 * STEPS
        self.says.set_text(f"2015: {number(data.error, 2)}")
        self.says.set_ha("left" if left else "right")
        self.says.set_position((data.step + (0.03 if left else 0.0) * STEPS, height + 0.03))
        self.forecast.set_data(np.arange(365)[SHOWN], data.forecast[SHOWN])


def read(data: Data) -> str:
    """Say how well the network forecasts the year it has not seen."""
    today = scores()["tomorrow as today"]
    verdict = "better than" if data.error < today else "not better than"
    return (
        f"Update {data.step} of {STEPS} ({data.stage}). On 2015, which it never sees in training, "
        f"its mean squared error is {number(data.error, 2)}: {verdict} the {number(today, 2)} of "
        "“tomorrow will be as today”."
    )


def explorer() -> TrainingView:
    """Return the explorer."""
    return TrainingView(
        "A simple RNN learns the weather",
        start,
        {
            "hidden": slider("Hidden units H", 8, 1, 32),
            "rate": slider("Learning rate", 0.002, 0.0001, 0.1, log=True),
        },
        steps=STEPS,
        look=look,
        picture=Picture,
        read=read,
    )
