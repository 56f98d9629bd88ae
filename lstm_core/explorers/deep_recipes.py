"""A deep sigmoid net that does not train, and what made it: one change each, on digits (row H8).

Every recipe makes the same number of updates with the same batches; pre-training spends its share
of them on auto-encoders first. Judged on digits that no recipe has trained on.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lstm_core import dense, remedies
from lstm_core.checks import Array
from lstm_core.data import digits
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import percent, plural
from lstm_core.explorers.frame import slider
from lstm_core.explorers.training_view import Progress, TrainingView, smooth
from lstm_core.optimizers import adam, sgd
from lstm_core.pretraining import pretrain
from lstm_core.remedies import DeepParams
from lstm_core.training import Record, train

WIDTH, TRAINED, STEPS, FINE = 32, 1200, 2500, 1000  # FINE: updates after pre-training
BATCH, KEEP = 32, 0.8
HUES = ("y", "error", "f", "peephole", "i", "z")


class Recipe(NamedTuple):
    """What differs from the plain net: sigmoid, Glorot's scale, gradient descent at rate 0.5."""

    g: str = "sigmoid"
    kind: str = "glorot"
    optimizer: Any = sgd
    rate: float = 0.5
    pretrained: bool = False
    normalised: bool = False
    dropout: bool = False


RECIPES = {
    "plain sigmoid": Recipe(),
    "pre-trained": Recipe(pretrained=True),
    "ReLU": Recipe(g="relu", kind="he", rate=0.1),
    "Adam": Recipe(optimizer=adam, rate=0.003),
    "batch norm": Recipe(normalised=True, rate=0.1),
    "ReLU + dropout": Recipe(g="relu", kind="he", rate=0.1, dropout=True),
}


class Data(NamedTuple):
    """The curves of all recipes, and the share of right answers on digits not trained on."""

    stage: str
    step: int
    layers: int
    curves: dict[str, Array]  # loss on the batches, smoothed
    right: dict[str, float]


@cache
def samples() -> tuple[Array, Array, Array, Array]:
    """Return images and labels to train on, and those to be judged on."""
    data = digits()
    order = np.random.default_rng(0).permutation(len(data.images))
    X, labels = data.images.reshape(len(order), -1)[order], data.labels[order]
    return X[:TRAINED], labels[:TRAINED], X[TRAINED:], labels[TRAINED:]


def start(layers: int, seed: int) -> dict[str, Iterator[Record]]:
    """Start all recipes from the same seed."""
    return {name: course(recipe, layers, seed) for name, recipe in RECIPES.items()}


def course(recipe: Recipe, layers: int, seed: int) -> Iterator[Record]:
    """Yield the records of one recipe; those of pre-training show no loss of the task."""
    sizes = [samples()[0].shape[1], *[WIDTH] * layers, 10]
    net = dense.init(sizes, np.random.default_rng(seed), kind=recipe.kind)
    steps = STEPS
    if recipe.pretrained:
        share, steps = (STEPS - FINE) // layers, FINE
        for record in pretrain(net, samples()[0], np.random.default_rng(seed), steps=share):
            net = record.params
            yield record._replace(loss=np.nan, params=DeepParams(net))
    params = remedies.normalised(net) if recipe.normalised else DeepParams(net)
    model = remedies.deep_model(params, "softmax_cross_entropy", recipe.g)
    yield from train(
        model, batches(recipe, net, seed), steps=steps, optimizer=recipe.optimizer, rate=recipe.rate
    )


def batches(recipe: Recipe, net: dense.DenseParams, seed: int) -> Iterator[tuple]:
    """Yield random batches, with masks where the recipe drops units."""
    X, labels, *_ = samples()
    rng, luck = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    while True:
        n = rng.integers(len(X), size=BATCH)
        masks = (remedies.masks(net, BATCH, KEEP, luck),) if recipe.dropout else ()
        yield X[n], labels[n], *masks


def accuracy(recipe: Recipe, params: DeepParams) -> float:
    """Return the share of right answers on digits not trained on."""
    X, _, X_new, labels = samples()
    known = remedies.statistics(params, X, recipe.g)
    o = remedies.forward(params, X_new, recipe.g, statistics=known).o
    return float((o.argmax(axis=1) == labels).mean())


def look(progress: Progress) -> Data:
    """Judge every recipe as it is now."""
    runs = {name: run for name, run in progress.runs.items() if run.last}
    curves = {name: task_loss(run.loss) for name, run in runs.items()}
    right = {name: accuracy(RECIPES[name], run.last.params) for name, run in runs.items()}
    return Data(progress.stage, progress.step, progress.values["layers"], curves, right)


def task_loss(losses: list[float]) -> Array:
    """Return the losses smoothed; what comes before the task has begun stays NaN."""
    found = np.array(losses)
    begun = int(np.isnan(found).sum())
    found[begun:] = smooth(losses[begun:], 40)
    return found


class Picture(Plot):
    """Left the losses, right the share of right answers on digits not trained on."""

    size = (8.4, 3.9)

    def build(self) -> None:
        ink = self.palette
        self.left, self.right = self.axes(1, 2, width_ratios=(1.25, 1))
        self.name(self.left, "Loss on the batches", "update")
        self.left.set_yscale("log")
        limits(self.left, (0, STEPS), (0.01, 4))
        self.left.yaxis.set_major_formatter("{x:g}")
        self.left.axhline(np.log(10), color=ink.muted, linewidth=1.2, linestyle=(0, (5, 3)))
        self.left.text(STEPS, 2.5, "guessing", color=ink.muted, ha="right", va="bottom")
        self.name(self.right, "Right answers on new digits")
        limits(self.right, (0, 1.17), (len(RECIPES) - 0.4, -0.6))
        self.right.set_yticks(range(len(RECIPES)), list(RECIPES))
        self.right.set_xticks([0, 0.25, 0.5, 0.75, 1])
        self.right.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        self.right.axvline(0.1, color=ink.muted, linewidth=1.2, linestyle=(0, (5, 3)))
        self.curves = [self.line(self.left, getattr(ink.line, hue)) for hue in HUES]
        self.bars = [
            self.line(self.right, getattr(ink.line, hue), linewidth=13, solid_capstyle="butt")
            for hue in HUES
        ]
        self.shares = [self.text(self.right, ink.ink, va="center", y=n) for n in range(len(HUES))]
        for word, hue in zip(self.right.get_yticklabels(), HUES, strict=True):
            word.set_color(getattr(ink.text, hue))

    def update(self, data: Data) -> None:
        for n, name in enumerate(RECIPES):
            curve = data.curves.get(name, np.empty(0))
            self.curves[n].set_data(np.arange(1, len(curve) + 1), np.maximum(curve, 0.0101))
            share = data.right.get(name)
            self.bars[n].set_data([0, share or 0], [n, n])
            self.shares[n].set_text("" if share is None else percent(share))
            self.shares[n].set_x((share or 0) + 0.02)


def read(data: Data) -> str:
    """Say which recipes learn, in words that do not hang on the last digit."""
    if not data.right:
        return (
            f"Nothing is trained yet: Start makes {STEPS} updates of each of {len(RECIPES)} nets."
        )
    groups = {
        "four of five right or better": [n for n, share in data.right.items() if share >= 0.8],
        "on the way": [n for n, share in data.right.items() if 0.2 <= share < 0.8],
        "no better than guessing": [n for n, share in data.right.items() if share < 0.2],
    }
    words = [f"{group}: {', '.join(names)}" for group, names in groups.items() if names]
    return (
        f"Update {data.step} of {STEPS} ({data.stage}), {plural(data.layers, 'hidden layer')}. "
        f"On new digits, {'; '.join(words)}."
    )


def explorer() -> TrainingView:
    """Return the explorer."""
    return TrainingView(
        "A deep net that does not train, and what made it",
        start,
        {
            "layers": slider("Hidden layers", 5, 1, 8),
            "seed": slider("Seed", 3, 1, 20),
        },
        steps=STEPS,
        look=look,
        picture=Picture,
        read=read,
    )
