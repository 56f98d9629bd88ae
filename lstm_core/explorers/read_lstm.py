"""Reading a trained LSTM: gates and cells over a sequence, units × steps (row F6).

Two networks are trained when they are first asked for: one counts open brackets (as in
`learn_to_count`), one forecasts Seattle's weather. A click into the heat map chooses a unit; its
line is drawn below, beside what it might be remembering. A switch tells how well each unit's cell
goes with that.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_core import lstm, models, tasks, training
from lstm_core.checks import Array
from lstm_core.draw.gates import SIGNED, ramp
from lstm_core.draw.plots import Plot, limits, show_matrix
from lstm_core.draw.text import number
from lstm_core.explorers import learn_to_count
from lstm_core.explorers.frame import Click, Explorer, Values, choice, slider, switch
from lstm_core.models import LSTMNet
from lstm_core.optimizers import adam, rounded

H = 8
VALUES = {
    "c, cell": "c",
    "y, block output": "y",
    "z, block input": "z",
    "i, input gate": "i",
    "f, forget gate": "f",
    "o, output gate": "o",
}
SEQUENCES = {"brackets, 1st": 0, "brackets, 2nd": 1, "brackets, 3rd": 2, "weather of 2015": -1}
TITLES = {
    "c": "{} of all units, each row in its own scale: blue below 0, orange above",
    "signed": "{} of all units: blue −1, blank 0, orange 1",
    "gate": "{} of all units: blank 0, full 1",
}
AVERAGE = 14  # days
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reading(NamedTuple):
    """What a trained network did over one sequence, and what a unit might be remembering."""

    values: dict[str, Array]  # (T, H) each
    target: Array  # (T,)
    what: str  # the target in words
    short: str  # … in a few letters
    symbols: str  # one letter a step, or empty


class Data(NamedTuple):
    """One of the values of all units, and the unit chosen."""

    reading: Reading
    value: str
    unit: int
    correlations: Array  # (H,) of each unit's cell with the target
    told: bool


def compute(sequence: int, value: str, unit: int, told: bool) -> Data:
    """Return the values of every unit over a sequence; `unit` counts from 1."""
    found = weather() if sequence < 0 else brackets(sequence)
    pairs = [np.corrcoef(cell, found.target)[0, 1] for cell in found.values["c"].T]
    return Data(found, value, unit, np.array(pairs), told)


@cache
def brackets(number_: int) -> Reading:
    """Train the network of `learn_to_count` and run it over one of the sequences it never saw."""
    test = learn_to_count.unseen()
    values = run(_counting(), test.X[:, number_])
    symbols = "".join(test.inputs[k] for k in test.X[:, number_].argmax(axis=1))
    depth = test.targets[:, number_, 0]
    return Reading(values, depth, "the number of open brackets", "depth", symbols)


@cache
def _counting() -> LSTMNet:
    records = learn_to_count.start(units=H, forget_bias=1.0, rate=0.01)["LSTM"]
    return training.history(records).params


@cache
def weather() -> Reading:
    """Train a network to forecast tomorrow from 28 days, and run it over the days of 2015."""
    train = tasks.forecast(28, every_step=True).train
    net = models.lstm_model(models.init_lstm(4, H, 4, np.random.default_rng(0)), "squared_error")
    batches = tasks.minibatches(train, 16, np.random.default_rng(1))
    options = {"optimizer": rounded(adam), "rate": 0.01, "clip": 1.0}
    trained = training.fit(net, batches, steps=200, **options).params
    days = tasks.forecast(1).test.X[0]  # (365, 4)
    warmth = np.concatenate([np.repeat(days[0, 1], AVERAGE - 1), days[:, 1]])
    mean = np.convolve(warmth, np.ones(AVERAGE) / AVERAGE, "valid")
    what = f"the mean warmth of the last {AVERAGE} days"
    return Reading(run(trained, days), mean, what, "warmth", "")


def run(net: LSTMNet, X: Array) -> dict[str, Array]:
    """Return z, i, f, o, c and y (T, H) of a network over X (T, D)."""
    found = lstm.forward(net.lstm, X)
    return {name: getattr(found, name) for name in VALUES.values()}


class Picture(Plot):
    """Above a heat map, units × steps; below the line of one unit, and what it may follow."""

    size = (9.0, 5.0)

    def build(self) -> None:
        self.map, self.below = self.axes(2, 1, height_ratios=(1.5, 1), sharex=False)
        self.name(self.map, TITLES["c"].format("c"), y="unit")
        self.heatmap = self.heat(self.map, self.palette.diverging(), -1.0, 1.0)
        self.map.set_yticks(range(1, H + 1))
        show_matrix(self.heatmap, np.zeros((H, learn_to_count.T)))
        self.box = self.line(self.map, self.palette.ink, linewidth=2.2, solid_joinstyle="miter")
        style = {"transform": self.map.get_yaxis_transform(), "va": "center", "fontsize": 10}
        self.told = [
            self.text(self.map, self.palette.ink, 1.005, unit + 1, **style) for unit in range(H)
        ]
        self.name(self.below, "", x="what is read, step by step")
        limits(self.below, (0.5, learn_to_count.T + 0.5), (-1.2, 1.2))
        self.below.grid(axis="x", visible=False)
        self.target = self.line(self.below, self.palette.muted, linewidth=1.6, linestyle="--")
        self.trace = self.line(self.below, self.palette.line.c, linewidth=2.4)
        self.below.set_yticks([])
        self.ticks: tuple[str, ...] = ()
        self.names = [
            self.text(self.below, colour, 1.01, 0.0, va="center", fontsize=10.5,
                      transform=self.below.get_yaxis_transform())
            for colour in (self.palette.text.c, self.palette.muted)
        ]  # fmt: skip
        self.map.set_xlim(0.5, learn_to_count.T + 0.5)
        self.figure.get_layout_engine().set(rect=(0.0, 0.0, 0.91, 1.0))

    def update(self, data: Data) -> None:
        found, hue = data.reading, data.value
        values = found.values[hue]
        signed = hue in SIGNED
        self.heatmap.set_cmap(self.palette.diverging() if signed else ramp(self.palette, hue))
        self.heatmap.set_clim(-1.0 if signed else 0.0, 1.0)
        own = np.abs(values).max(axis=0) if hue == "c" else 1.0
        show_matrix(self.heatmap, (values / own).T)
        title = TITLES[hue if hue == "c" else "signed" if signed else "gate"].format(hue)
        if title != self.map.get_title(loc="left"):
            self.map.set_title(title)
        T, row = len(values), data.unit
        self.box.set_data(
            [0.5, T + 0.5, T + 0.5, 0.5, 0.5],
            [row - 0.5, row - 0.5, row + 0.5, row + 0.5, row - 0.5],
        )
        for text, pair in zip(self.told, data.correlations, strict=True):
            text.set_text(signed_number(pair) if data.told else "")
        self._lines(data, values[:, row - 1])

    def _lines(self, data: Data, values: Array) -> None:
        """Draw one unit and the target, each stretched to the height of the axes."""
        T = len(values)
        limits(self.below, x=(0.5, T + 0.5))
        steps = np.arange(1, T + 1)
        self.trace.set_data(steps, stretched(values))
        self.trace.set_color(getattr(self.palette.line, data.value))
        self.target.set_data(steps, stretched(data.reading.target))
        places = np.array([stretched(values)[-1], stretched(data.reading.target)[-1]])
        if abs(places[0] - places[1]) < 0.3:
            places += np.array([0.15, -0.15]) * (1 if places[0] >= places[1] else -1)
        for text, place, words in zip(
            self.names, places, (f"{data.value}, unit {data.unit}", data.reading.short), strict=True
        ):
            text.set_y(place)
            text.set_text(words)
        self.names[0].set_color(getattr(self.palette.text, data.value))
        ticks = [(t + 1, symbol) for t, symbol in enumerate(data.reading.symbols)]
        ticks = ticks or [(15.5 + 30.4 * month, name) for month, name in enumerate(MONTHS)]
        places, names = zip(*ticks, strict=True)
        if names != self.ticks:
            self.ticks = names
            self.below.set_xticks(places, names)


def stretched(values: Array) -> Array:
    """Return values moved and stretched to reach from −1 to 1."""
    low, high = float(values.min()), float(values.max())
    return 2.0 * (values - low) / max(high - low, 1e-9) - 1.0


def signed_number(value: float) -> str:
    """Return a correlation with its sign, two decimals."""
    return f"{value:+.2f}".replace("-", "−")


def read(data: Data) -> str:
    """Say how the chosen unit runs, and, when told, which unit goes with the target."""
    values = data.reading.values[data.value][:, data.unit - 1]
    text = (
        f"Unit {data.unit}: {data.value} runs from {number(float(values.min()), 2)} to "
        f"{number(float(values.max()), 2)} over {len(values)} steps."
    )
    if data.told:
        best = int(np.abs(data.correlations).argmax())
        mine = signed_number(data.correlations[data.unit - 1])
        text += (
            f" Its cell and {data.reading.what} correlate at {mine}; the best is unit {best + 1} "
            f"at {signed_number(data.correlations[best])}."
        )
    return text


def clicked(click: Click, values: Values) -> Values | None:
    """Choose the unit whose row was clicked."""
    return {"unit": min(max(round(click.y), 1), H)} if click.axes == 0 else None


def pressed(key: str, values: Values) -> Values:
    """Go to the unit above or below."""
    return {"unit": min(max(values["unit"] + (1 if key == "ArrowDown" else -1), 1), H)}


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Reading a trained LSTM",
        compute,
        Picture,
        read,
        {
            "sequence": choice("Sequence", 0, SEQUENCES),
            "value": choice("Show", "c", VALUES),
            "unit": slider("Unit", 1, 1, H),
            "told": switch("tell the correlations", False),
        },
        on_click=clicked,
        on_key=pressed,
        keys=("ArrowUp", "ArrowDown"),
    )
