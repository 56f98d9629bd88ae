"""A trained dense net bends the plane, layer by layer, until one line separates (row P3)."""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import dense, models
from lstm_core.checks import Array
from lstm_core.dense import DenseParams
from lstm_core.draw import plane
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import percent
from lstm_core.explorers.frame import Explorer, choice, slider
from lstm_core.optimizers import adam
from lstm_core.training import train

LAYERS, PER_CLASS, UPDATES, EVERY = 3, 60, 300, 10
SEEDS = {"moons": 6, "ring": 2}
REACH = 1.6


class Data(NamedTuple):
    """The plane after `depth` layers, and what one straight line makes of it."""

    depth: float
    updates: int
    grid: Array  # (2, lines, 2)
    points: Array  # (120, 2)
    labels: Array  # (120,)
    line: Array  # (3,) of the last layer: line[0] x + line[1] y + line[2] = 0
    accuracy: float  # of the whole net


def points(shape: str) -> tuple[Array, Array]:
    """Return two classes of points: two moons, or a disc in a ring."""
    rng = np.random.default_rng(1)
    angle = np.linspace(0, np.pi, PER_CLASS)
    if shape == "moons":
        upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], 1)
        both = np.concatenate([upper, -upper])
    else:
        angle = 2 * angle + np.pi / 7
        ring = np.stack([np.cos(angle), np.sin(angle)], 1)
        both = np.concatenate([0.4 * ring * np.sqrt(rng.random((PER_CLASS, 1))), 1.2 * ring])
    return both + 0.06 * rng.standard_normal(both.shape), np.repeat([0, 1], PER_CLASS)


def first(rng: np.random.Generator) -> DenseParams:
    """Return a net whose hidden layers begin as turns of the plane."""
    turns = rng.uniform(0, 2 * np.pi, LAYERS)
    W = [1.2 * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in turns]
    last = rng.standard_normal((1, 2))
    return DenseParams((*W, last), (*np.zeros((LAYERS, 2)), np.zeros(1)))


@cache
def trained(shape: str) -> tuple[DenseParams, ...]:
    """Return the parameters before training and after every 10 updates."""
    X, labels = points(shape)
    params = first(np.random.default_rng(SEEDS[shape]))
    net = models.dense_model(params, "sigmoid_cross_entropy")
    batches = [(X, labels[:, None].astype(float))] * UPDATES
    records = train(net, batches, steps=UPDATES, optimizer=adam, rate=0.02)
    return (params, *(record.params for record in records if record.step % EVERY == 0))


def compute(shape: str, depth: float, updates: int) -> Data:
    """Send grid and points through `depth` layers of the net after `updates` updates."""
    X, labels = points(shape)
    params = trained(shape)[updates // EVERY]
    right = (dense.forward(params, X).o[:, 0] > 0) == labels
    grid = through(params, plane.grid(REACH).reshape(-1, 2), depth).reshape(2, -1, 2)
    line = np.append(params.W[-1], params.b[-1])
    return Data(depth, updates, grid, through(params, X, depth), labels, line, right.mean())


def through(params: DenseParams, x: Array, depth: float) -> Array:
    """Return points after `depth` layers; within a layer first W x + b is taken in, then tanh."""
    for n in range(int(np.ceil(depth))):
        part = min(depth - n, 1.0)
        a = x @ params.W[n].T + params.b[n]
        if part <= 0.5:
            return (1 - 2 * part) * x + 2 * part * a
        x = (2 - 2 * part) * a + (2 * part - 1) * np.tanh(a)
    return x


class Picture(Plot):
    """Grid and points after some layers, and at the end the line that the last layer draws."""

    size = (6.2, 4.6)

    def build(self) -> None:
        self.ax = self.axes()
        self.ax.set_aspect("equal")
        self.ax.grid(False)
        self.name(self.ax, " ", x="first neuron", y="second neuron")
        limits(self.ax, (-2.3, 2.3), (-1.7, 1.7))
        colours, muted = self.palette.line, self.palette.muted
        self.lines = [self.line(self.ax, muted, linewidth=0.8, alpha=0.7) for _ in range(2)]
        self.cut = self.line(self.ax, colours.error, linewidth=2.5, linestyle="--")
        style = {"linestyle": "none", "markersize": 7, "markeredgecolor": self.palette.surface}
        hues = ((colours.peephole, "o"), (colours.f, "^"))
        self.classes = [self.line(self.ax, hue, marker=mark, **style) for hue, mark in hues]
        self.title = self.text(
            self.ax, self.palette.ink, -2.3, 1.76, fontsize=12, fontweight="bold", va="bottom"
        )

    def update(self, data: Data) -> None:
        for line, moved in zip(self.lines, data.grid, strict=True):
            line.set_data(*plane.curves(moved))
        for kind, dots in enumerate(self.classes):
            dots.set_data(*data.points[data.labels == kind].T)
        self.cut.set_data(*(_ends(data.line) if data.depth == LAYERS else ([], [])))
        self.title.set_text(_where(data.depth))


def _ends(line: Array) -> tuple[Array, Array]:
    """Return two far ends of the line a x + b y + c = 0."""
    normal, c = line[:2], line[2]
    foot = -c * normal / (normal @ normal)
    along = 9 * np.array([-normal[1], normal[0]]) / np.linalg.norm(normal)
    x, y = np.stack([foot - along, foot + along], 1)
    return x, y


def _where(depth: float) -> str:
    whole = int(depth)
    if depth == whole:
        return "the inputs" if whole == 0 else f"after layer {whole}"
    doing = "taking the linear sum" if depth - whole <= 0.5 else "bending by tanh"
    return f"in layer {whole + 1}: {doing}"


def read(data: Data) -> str:
    """Say where the points are and how many the whole net gets right."""
    line = " The dashed line is the last layer's." if data.depth == LAYERS else ""
    return (
        f"{_where(data.depth).capitalize()}. After {data.updates} updates the whole net puts "
        f"{percent(data.accuracy)} of the points on the right side.{line}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    for shape in ("moons", "ring"):
        trained(shape)
    shapes = {"two moons": "moons", "a disc in a ring": "ring"}
    return Explorer(
        "A dense net bends the plane",
        compute,
        Picture,
        read,
        {
            "depth": slider("Layers passed", 0.0, 0.0, float(LAYERS), 0.1),
            "updates": slider("Updates of training", UPDATES, 0, UPDATES, EVERY),
            "shape": choice("Points", "moons", shapes),
        },
    )
