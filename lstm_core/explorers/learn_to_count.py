"""An LSTM learns to count open brackets, and one watches its cells while it does (row F6).

After every symbol it must say how many brackets are open; a letter in between changes nothing, so
the number must be kept. Every update reads 16 new sequences. The heat map shows all cells over one
sequence that is never trained on.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import fast, models, tasks, training
from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits, show_matrix
from lstm_core.draw.text import number, percent
from lstm_core.explorers.controls import slider
from lstm_core.explorers.training_view import Progress, TrainingView, smooth
from lstm_core.models import LSTMNet
from lstm_core.optimizers import adam, rounded

T, B, STEPS, SEED = 40, 16, 500, 2


class Data(NamedTuple):
    """The curve so far, and what the network does with one sequence now."""

    stage: str
    step: int
    curve: Array
    depth: Array  # (T,)
    guess: Array  # (T,)
    cells: Array  # (H, T)
    right: float  # share of steps of 32 sequences at which the nearest whole number is the depth


def first(units: int, forget_bias: float) -> LSTMNet:
    """Draw a network."""
    return models.init_lstm(3, units, 1, np.random.default_rng(SEED), forget_bias=forget_bias)


def start(units: int, forget_bias: float, rate: float) -> dict[str, Iterator[training.Record]]:
    """Begin a training."""
    net = models.lstm_model(first(units, forget_bias), "squared_error")
    batches = tasks.stream(tasks.brackets, np.random.default_rng(100 + SEED), T=T, B=B)
    optimizer = rounded(adam)  # the same network on every machine
    records = training.train(net, batches, steps=STEPS, optimizer=optimizer, rate=rate, clip=1.0)
    return {"LSTM": records}


@cache
def unseen() -> tasks.Batch:
    """Return 32 sequences to be judged on."""
    return tasks.brackets(np.random.default_rng(31), T=T, B=32)


def look(progress: Progress) -> Data:
    """Run the network as it is now over sequences it has not seen."""
    values = progress.values
    net = progress.params("LSTM", first(values["units"], values["forget_bias"]))
    test = unseen()
    found = fast.lstm_forward(net.lstm, test.X)
    guess = found.y @ net.V.T + net.c
    right = float(np.mean(np.abs(guess - test.targets) < 0.5))
    curve = smooth(progress.losses("LSTM")) / T
    shown = (test.targets[:, 0, 0], guess[:, 0, 0], found.c[:, 0].T)
    return Data(progress.stage, progress.step, curve, *shown, right)


class Picture(Plot):
    """Left the loss; right the depth, the network's answer, and below it all cells."""

    size = (9.0, 4.6)

    def build(self) -> None:
        hues = self.palette.line
        grid = self.figure.subplot_mosaic(
            [["loss", "answer"], ["loss", "cells"]], width_ratios=(1, 1.7), height_ratios=(1, 1.25)
        )
        self.left, self.answer, self.cells = grid["loss"], grid["answer"], grid["cells"]
        self.name(self.left, "loss of a step", x="update")
        self.left.set_yscale("log")
        limits(self.left, (0, STEPS), (1e-3, 20.0))
        self.curve = self.line(self.left, hues.peephole)
        self.name(self.answer, "how many brackets are open?")
        limits(self.answer, (0.5, T + 0.5), (-1.3, 6.3))
        self.depth = self.dots(self.answer, self.palette.muted, markersize=5, label="true")
        self.guess = self.line(self.answer, hues.y, label="answer", linewidth=1.8)
        self.answer.legend(loc="upper right", ncols=2, columnspacing=1.0, handlelength=1.4)
        self.name(self.cells, "the cells, each in its own scale", x="step t", y="unit")
        self.heatmap = self.heat(self.cells, self.palette.diverging(), -1.0, 1.0)
        show_matrix(self.heatmap, np.zeros((8, T)))

    def update(self, data: Data) -> None:
        self.curve.set_data(np.arange(1, len(data.curve) + 1), np.clip(data.curve, 1e-3, 20.0))
        steps = np.arange(1, T + 1)
        self.depth.set_data(steps, data.depth)
        self.guess.set_data(steps, np.clip(data.guess, -1.2, 6.2))
        own = np.maximum(np.abs(data.cells).max(axis=1, keepdims=True), 1e-9)
        show_matrix(self.heatmap, data.cells / own)


def read(data: Data) -> str:
    """Say how far the training is, and how often the answer is right."""
    text = f"Update {data.step} of {STEPS} ({data.stage}). On sequences it has not seen, the "
    text += f"answer is right at {percent(data.right)} of the steps."
    if data.step:
        text += f" Loss of a step {number(float(data.curve[-1]), 2)}."
    return text


def explorer() -> TrainingView:
    """Return the explorer."""
    return TrainingView(
        "An LSTM learns to count brackets",
        start,
        {
            "units": slider("Units H", 8, 1, 16),
            "forget_bias": slider("Forget bias", 1.0, -2.0, 5.0, 0.5),
            "rate": slider("Learning rate", 0.01, 0.001, 0.1, log=True),
        },
        steps=STEPS,
        look=look,
        picture=Picture,
        read=read,
    )
