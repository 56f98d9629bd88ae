"""Training that is watched: Start, Stop, Reset, a progress bar and a curve that grows.

A TrainingView is an Explorer whose picture shows a training in progress. It takes

    start(**values) -> {"RNN": records, "LSTM": records}     # iterators, as training.train gives
    look(progress) -> Data                                   # optional: what the picture shows

and advances all iterators by turns, one update each, so that every one has the same budget. In a
notebook this is one asyncio task that works in slices of at most SLICE seconds and lets the kernel
answer in between: Stop works, sliders work. Elsewhere (tests, scripts) `run(steps)` does it at
once. Moving a control begins anew. Without `look` the picture is the loss against the step.

    def explorer() -> TrainingView:
        return TrainingView(
            "A simple RNN learns the weather", start, {"rate": slider(…)}, steps=400
        )

With a picture of your own: TrainingView(title, start, controls, steps=…, look=…, picture=…,
read=…). `look` gets a Progress; it is called some four times a second, so keep it below 20 ms.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_core import checks
from lstm_core.draw.plots import Plot, limits, spread
from lstm_core.draw.text import number, plural
from lstm_core.explorers.controls import Control, Values, button
from lstm_core.explorers.frame import Explorer

SLICE = 0.04  # seconds of work before the kernel may answer
DRAW = 0.25  # seconds between two pictures
COLOURS = ("peephole", "f", "i", "error", "z", "c", "o", "y")  # of the curves, in their order


@dataclass
class Run:
    """One training: where its records come from, and what it left so far."""

    records: Iterator[Any]
    loss: list[float] = field(default_factory=list)
    last: Any = None  # the last Record
    ended: bool = False

    def advance(self) -> None:
        """Make one update, if there is one left."""
        record = next(self.records, None)
        if record is None:
            self.ended = True
            return
        self.loss.append(record.loss)
        self.last = record


class Progress(NamedTuple):
    """What `look` is given."""

    values: Values  # of the controls, with which the runs were started
    steps: int  # updates asked for
    runs: Mapping[str, Run]
    stage: str  # "ready", "running", "stopped", "done", "failed"

    @property
    def step(self) -> int:
        """Updates made so far."""
        return max((len(run.loss) for run in self.runs.values()), default=0)

    def params(self, name: str, first: Any) -> Any:
        """Return the parameters of a run as they are now: `first` before its first update."""
        run = self.runs.get(name)
        return run.last.params if run and run.last else first

    def losses(self, name: str) -> list[float]:
        """Return the losses of a run so far."""
        return self.runs[name].loss if name in self.runs else []


class Curves(Plot):
    """The loss of each run against the step, on a logarithmic scale."""

    size = (8.4, 3.2)
    levels: tuple[float, ...] = ()  # losses that the axis must show besides

    def build(self) -> None:
        self.ax = self.axes()
        self.name(self.ax, "", x="update", y="loss J")
        self.ax.set_yscale("log")
        limits(self.ax, (0.0, 130.0), (0.01, 10.0))
        names = (getattr(self.palette.line, hue) for hue in COLOURS)
        texts = (getattr(self.palette.text, hue) for hue in COLOURS)
        self.curves = [self.line(self.ax, colour) for colour in names]
        self.names = [self.text(self.ax, colour, va="center") for colour in texts]

    def update(self, data: Progress) -> None:
        curves = {name: smooth(run.loss) for name, run in data.runs.items() if run.loss}
        everything = np.concatenate([*curves.values(), self.levels])
        everything = everything if everything.size else np.ones(1)
        low = 10.0 ** np.floor(np.log10(max(everything.min(), 1e-12)))
        high = 10.0 ** np.ceil(np.log10(max(everything.max(), 1e-11)))
        limits(self.ax, (0.0, 1.3 * data.steps), (low, max(high, 10.0 * low)))
        ends = np.array([np.log10(max(curve[-1], low)) for curve in curves.values()])
        ends = 10.0 ** spread(ends, 0.08 * np.log10(max(high, 10.0 * low) / low))
        for line, text in zip(self.curves, self.names, strict=True):
            line.set_data([], [])
            text.set_text("")
        for k, (name, curve) in enumerate(curves.items()):
            self.curves[k].set_data(np.arange(1, len(curve) + 1), np.maximum(curve, low))
            self.names[k].set_text(f"{name} {number(curve[-1])}")
            self.names[k].set_position((len(curve) + 0.015 * data.steps, ends[k]))


def smooth(losses: list[float], width: int = 20) -> np.ndarray:
    """Return the mean of the last `width` losses (at the beginning: of as many as there are)."""
    windows = sliding_window_view(np.concatenate([np.zeros(width), losses]), width)[1:]
    return windows.sum(axis=1) / np.minimum(np.arange(1, len(losses) + 1), width)


def read_losses(data: Progress) -> str:
    """Say how far the training is and what the loss was and is."""
    if not data.step:
        return f"Nothing is trained yet: Start makes {plural(data.steps, 'update')}."
    words = [
        f"{name}: loss {number(smooth(run.loss)[-1])}, at first {number(run.loss[0])}"
        for name, run in data.runs.items()
        if run.loss
    ]
    return f"Update {data.step} of {data.steps} ({data.stage}). " + "; ".join(words) + "."


class TrainingView(Explorer):
    """An explorer whose picture is a training in progress."""

    def __init__(
        self,
        title: str,
        start: Callable[..., Mapping[str, Iterator[Any]]],
        controls: Mapping[str, Control],
        *,
        steps: int,
        look: Callable[[Progress], Any] | None = None,
        picture: type[Plot] | Callable[[Any], str] = Curves,
        read: Callable[[Any], str] = read_losses,
    ) -> None:
        self.steps = checks.whole("steps", steps)
        self.stage = "ready"
        self._start = start
        self._runs: dict[str, Run] = {}
        self._begun: Values = {}  # the values with which the runs were begun
        self._task: asyncio.Task | None = None
        self._bar = widgets.IntProgress(value=0, min=0, max=self.steps)
        self._bar.add_class("lc-progress")
        buttons = {
            "start": button("Start", lambda _: self.start()),
            "stop": button("Stop", lambda _: self.stop()),
            "reset": button("Reset", lambda _: self.reset()),
        }
        super().__init__(
            title,
            lambda **values: (look or (lambda progress: progress))(self.progress),
            picture,
            read,
            {**controls, **buttons},
        )
        self._show_stage()

    @property
    def progress(self) -> Progress:
        """The training so far."""
        return Progress(self.values, self.steps, self._runs, self.stage)

    @property
    def running(self) -> bool:
        """Whether a training is going on in the background."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin, or go on after a stop: in the background in a notebook, elsewhere at once."""
        if self.running:
            return
        if self.stage in ("done", "failed"):
            self.reset()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.run()
        else:
            self.stage = "running"
            self._task = loop.create_task(self._work())

    def stop(self) -> None:
        """Stop after the update in hand; Start goes on from there."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.stage == "running":
            self.stage = "stopped"
        self.refresh()

    def reset(self) -> None:
        """Stop and forget everything trained."""
        self.stage = "ready"
        self._runs, self._begun = {}, {}
        self.stop()

    def run(self, steps: int | None = None) -> Progress:
        """Make `steps` updates (default: all that are left) now, draw once, return the Progress.

        After the last update, and after a failure, it does nothing: `reset` first.
        """
        if self.stage in ("done", "failed"):
            return self.progress
        left = self.steps - self.progress.step
        self.stage = "running"
        for _ in range(left if steps is None else min(steps, left)):
            if not self._advance():
                break
        if self.stage == "running":
            self.stage = "stopped"
        self.refresh()
        return self.progress

    def refresh(self) -> None:
        """Draw anew; the bar and the buttons show how things stand."""
        super().refresh()
        self._show_stage()

    # Inside -------------------------------------------------------------------------------------

    def _show_stage(self) -> None:
        self._bar.value = self.progress.step
        self._bar.description = f"{self.progress.step} / {self.steps}"
        self.controls["start"].disabled = self.stage == "running"
        self.controls["stop"].disabled = self.stage != "running"
        self.controls["start"].description = "Go on" if self.stage == "stopped" else "Start"

    async def _work(self) -> None:
        """Train in slices; the kernel answers in between."""
        drawn = 0.0
        self.refresh()
        while self.stage == "running":
            end = time.perf_counter() + SLICE
            while time.perf_counter() < end and self._advance():
                pass
            if time.perf_counter() - drawn > DRAW and self.stage == "running":
                self.refresh()
                drawn = time.perf_counter()
            await asyncio.sleep(0.002)
        self.refresh()

    def _advance(self) -> bool:
        """Make one update of every run; False when there is nothing more to do."""
        try:
            if not self._runs:
                self._begun = self.values
                begun = self._start(**self._begun)
                self._runs = {name: Run(iter(records)) for name, records in begun.items()}
            for run in self._runs.values():
                run.advance()
        except Exception as error:
            self.stage, self._problem = "failed", error
            return False
        if self.progress.step >= self.steps or all(run.ended for run in self._runs.values()):
            self.stage = "done"
        return self.stage == "running"

    def _draw(self) -> None:
        super()._draw()
        if self.stage == "failed":
            self._say(self._problem)

    def _moved(self) -> None:
        """Begin anew; a value that a browser hands back with another last digit has not moved."""
        if self.values != self._begun:
            self.reset()

    def _below_controls(self) -> list[widgets.Widget]:
        return [self._bar]
