"""Explorers for the browser tests: every kind of control, a plot, a diagram, an error, a training.

They are no lesson's; a notebook in the test imports them.
"""

import time
from typing import NamedTuple

from lstm_core.draw import svg
from lstm_core.draw.plots import Plot, limits
from lstm_core.explorers.frame import Explorer, button, choice, player, slider, switch
from lstm_core.explorers.training_view import TrainingView


class Picture(Plot):
    """A line whose slope is the number."""

    size = (6.0, 2.0)

    def build(self):
        self.ax = self.axes()
        limits(self.ax, (0, 1), (-10, 10))
        self.curve = self.line(self.ax, self.palette.line.c)
        self.points = self.dots(self.ax, self.palette.line.error)

    def update(self, data):
        self.curve.set_data([0, 1], [0, data["slope"]])
        self.points.set_data([x for x, _ in data["points"]], [y for _, y in data["points"]])


def line():
    def compute(slope, kind, steep, points):
        if kind == "broken":
            raise ValueError("kind is 'broken', expected another.")
        return {"slope": slope * (5 if steep else 1), "points": points}

    def read(data):
        return f"The slope is {data['slope']:g}; {len(data['points'])} points."

    return Explorer(
        "A line",
        compute,
        Picture,
        read,
        {
            "slope": slider("Slope", 0.5, -1.0, 1.0, 0.01, unit="m"),
            "kind": choice("Kind", "plain", ("plain", "broken", "other")),
            "steep": switch("Steep"),
            "flat": button("Flat", lambda values: {"slope": 0.0}),
        },
        state={"points": ()},
        on_click=lambda click, values: {"points": (*values["points"], (click.x, click.y))},
    )


def nodes():
    def draw(data):
        made = [
            svg.clickable(
                str(n), f"node {n}", svg.circle(60 + 90 * n, 40, 22), pressed=n == data["lit"]
            )
            for n in range(4)
        ]
        return svg.picture(400, 80 + data["step"], *made, title="Nodes")

    def key(name, values):
        return {"lit": (values["lit"] + {"ArrowRight": 1, "ArrowLeft": -1}[name]) % 4}

    return Explorer(
        "Nodes",
        lambda **values: values,
        draw,
        lambda data: f"Node {data['lit']} is lit at step {data['step']}.",
        {"step": player("Step", 0, 9, pause=100)},
        state={"lit": 0},
        on_click=lambda click, values: {"lit": int(click.id)},
        on_key=key,
        keys=("ArrowRight", "ArrowLeft"),
    )


class Record(NamedTuple):
    step: int
    loss: float
    gradient_norm: float
    params: None


def training():
    def start(rate):
        for step in range(1, 3001):
            time.sleep(0.003)
            yield Record(step, 1 / (1 + rate * step), 1.0, None)

    return TrainingView(
        "A training",
        lambda rate: {"net": start(rate)},
        {"rate": slider("Rate", 0.1, 0.01, 1.0, log=True)},
        steps=3000,
    )
