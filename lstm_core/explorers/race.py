"""The race: simple RNN, LSTM, and LSTM without forget gate, the same budget for each (row B8).

All three see the same batches, make the same number of updates with the same optimizer and
clipping, and have about the same number of parameters, but for those of the missing gate. What is
drawn is their loss, and the loss of the answer that needs no network at all.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from lstm_core import models, parameters, rnn, tasks, training
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import choice, slider
from lstm_core.explorers.training_view import Curves, Progress, TrainingView, smooth

UNITS = {"simple RNN": 32, "LSTM": 16, "no forget gate": 16}
TASKS = {"adding problem": "adding", "temporal order": "order", "weather": "weather"}
LOSSES = {"adding": "squared_error", "order": "softmax_cross_entropy", "weather": "squared_error"}
WITHOUT = {
    "adding": "always answering the mean",
    "order": "guessing",
    "weather": "saying that tomorrow will be as today",
}
BATCH, STEPS = 32, 1000


def start(task: str, lag: int, forget_bias: float, seed: int) -> dict[str, Iterator[Any]]:
    """Return three trainings over the same batches."""
    nets = contestants(task, forget_bias, seed)
    return {
        name: training.train(net, batches(task, lag, seed), steps=STEPS, rate=0.01, clip=1.0)
        for name, net in nets.items()
    }


def contestants(task: str, forget_bias: float, seed: int) -> dict[str, models.Model]:
    """Return the three models, drawn from one seed."""
    sample = next(batches(task, 20, seed))
    D, K = sample.X.shape[-1], len(sample.outputs)
    simple = rnn.init(D, UNITS["simple RNN"], K, np.random.default_rng(seed))
    nets = {"simple RNN": models.rnn_model(simple, LOSSES[task])}
    for name, gate in (("LSTM", True), ("no forget gate", False)):
        rng = np.random.default_rng(seed)
        net = models.init_lstm(D, UNITS[name], K, rng, forget_bias=forget_bias, forget_gate=gate)
        nets[name] = models.lstm_model(net, LOSSES[task])
    return nets


@cache
def sizes(task: str) -> dict[str, int]:
    """Return how many parameters of each net learn: those that get a gradient from a batch."""
    batch = next(batches(task, 20, seed=0))
    return {
        name: int((parameters.to_vector(net.loss_and_gradients(net.params, batch)[1]) != 0).sum())
        for name, net in contestants(task, forget_bias=1.0, seed=0).items()
    }


def batches(task: str, lag: int, seed: int) -> Iterator[tasks.Batch]:
    """Yield the same batches for every contestant."""
    rng = np.random.default_rng(1000 + seed)
    if task == "weather":
        return tasks.minibatches(tasks.forecast(lag).train, BATCH, rng)
    made = {"adding": tasks.adding, "order": tasks.temporal_order}[task]
    return tasks.stream(made, rng, T=lag, B=BATCH)


@cache
def baseline(task: str, lag: int) -> float:
    """Return the loss without a network: the mean, a guess, or "tomorrow will be as today"."""
    if task == "order":
        return float(np.log(4))
    if task == "adding":
        sample = tasks.adding(np.random.default_rng(0), lag, 4000)
        return float(0.5 * sample.targets.var())
    days = tasks.forecast(lag).train
    return float(0.5 * ((days.X[-1] - days.targets[0]) ** 2).sum(-1).mean())


class Picture(Curves):
    """The three losses, and the loss of the answer that needs no network."""

    size = (8.4, 3.8)

    def build(self) -> None:
        super().build()
        self.ax.set_title(" ")  # room for what the dashed line is
        self.without = self.line(self.ax, self.palette.muted, linestyle="--", linewidth=1.2)
        self.label = self.text(self.ax, self.palette.muted, 0.0, 1.03, transform=self.ax.transAxes)

    def update(self, data: Progress) -> None:
        level = baseline(data.values["task"], data.values["lag"])
        self.levels = (level, 10 * level)
        super().update(data)
        self.without.set_data([0, 1.3 * data.steps], [level, level])
        self.label.set_text(f"dashed: {WITHOUT[data.values['task']]}, {number(level)}")


def verdicts(data: Progress) -> dict[str, str]:
    """Return for each net in words how its loss stands to that of the answer without a network."""
    level = baseline(data.values["task"], data.values["lag"])
    found = {}
    for name, run in data.runs.items():
        loss = smooth(run.loss)[-1]
        found[name] = "has not learned it" if loss > 0.8 * level else "has learned something"
        found[name] = "has solved it" if loss < 0.1 * level else found[name]
    return found


def read(data: Progress) -> str:
    """Say who is below the answer that needs no network, and by how much."""
    task = data.values["task"]
    level = baseline(task, data.values["lag"])
    if not data.step:
        nets = ", ".join(f"{name} {size}" for name, size in sizes(task).items())
        return (
            f"Three nets at the line; parameters that learn: {nets}. "
            f"{WITHOUT[task].capitalize()} costs {number(level)}."
        )
    parts = [
        f"{name} {verdict} ({number(smooth(data.runs[name].loss)[-1], 2)})"
        for name, verdict in verdicts(data).items()
    ]
    return (
        f"After {plural(data.step, 'update')} each, over {data.values['lag']} steps: "
        f"{'; '.join(parts)}. "
        f"{WITHOUT[task].capitalize()} costs {number(level)}."
    )


def explorer() -> TrainingView:
    """Return the explorer."""
    return TrainingView(
        "The race",
        start,
        {
            "task": choice("Task", "adding", TASKS),
            "lag": slider("Length", 50, 10, 120, 5, unit="steps"),
            "forget_bias": slider("Forget bias", 1.0, -2.0, 6.0, 0.5),
            "seed": slider("Seed", 0, 0, 9),
        },
        steps=STEPS,
        picture=Picture,
        read=read,
    )
