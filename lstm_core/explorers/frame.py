"""The frame of every explorer: sliders on top, a picture, and one sentence that reads it aloud.

An explorer is one file, with these parts in this order:

    class Data(NamedTuple): …                 # numbers only

    def compute(function, point) -> Data:     # pure; its arguments are the names of the controls
        …                                     # calls lstm_core only; a bad value raises ValueError

    class Picture(Plot):                      # or: def draw(data) -> str, an SVG from draw.svg
        def build(self):                      #   axes, labels, limits, artists
            self.ax = self.axes()
            self.name(self.ax, "tanh", x="a", y="g(a)")
            limits(self.ax, (-4, 4), (-1.1, 1.1))
            self.curve = self.line(self.ax, self.palette.line.y)
        def update(self, data):               #   numbers into the artists
            self.curve.set_data(data.a, data.g)

    def read(data) -> str:                    # the reading: what the picture shows now, in numbers
        return f"At a = {number(data.point)} the slope is {number(data.slope)}."

    def explorer() -> Explorer:
        return Explorer(
            "An activation and its slope",
            compute,
            Picture,
            read,
            {
                "function": choice("Activation", "tanh", ("tanh", "sigmoid")),
                "point": slider("Point a", 0.5, -4.0, 4.0, 0.1),
            },
        )

See activation.py for a whole one. Further (functions for clicks and keys stand before explorer()):
- `on_click(click, values)` gets a `Click` (the `data-id` of an SVG node, or axes and point of a
  plot) and returns the values to set, e.g. {"unit": 3}; `on_key(key, values)` likewise for `keys`.
- `state={"points": ()}` are values without a control, set by clicks, keys and buttons; `compute`
  gets them like the others.
- `idle=lambda values: {"planes"} if values["kind"] == "vector" else set()` names the controls that
  mean nothing at these values; they are shown disabled.
- Several values at once: `explorer.set(rho=1.2, steps=50)` draws once.
- An exception in compute, picture or read stands under the picture; the next move recovers.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import ipywidgets as widgets

from lstm_core import checks
from lstm_core.draw import theme
from lstm_core.draw.plots import CSS, Plot
from lstm_core.explorers.controls import (
    Control,
    Values,
    button,
    choice,
    entry,
    player,
    slider,
    switch,
)
from lstm_core.explorers.view import PNG, SVG, View

__all__ = [
    "Click",
    "Control",
    "Explorer",
    "Values",
    "button",
    "choice",
    "entry",
    "player",
    "slider",
    "switch",
]


KEPT = 1.5  # pixels for each CSS pixel in a picture that is kept


class Click(NamedTuple):
    """What was clicked: a node of a diagram by its id, or a point of a plot."""

    id: str = ""
    axes: int = -1  # number of the axes, in the order of building
    x: float = 0.0
    y: float = 0.0


class Explorer:
    """Controls, a picture and its reading, live in a notebook and static everywhere else."""

    def __init__(
        self,
        title: str,
        compute: Callable[..., Any],
        picture: type[Plot] | Callable[[Any], str],
        read: Callable[[Any], str],
        controls: Mapping[str, Control],
        *,
        state: Mapping[str, Any] | None = None,
        on_click: Callable[[Click, Values], Values | None] | None = None,
        on_key: Callable[[str, Values], Values | None] | None = None,
        keys: Sequence[str] = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " "),
        idle: Callable[[Values], Collection[str]] | None = None,
    ) -> None:
        self.title = title
        self.data: Any = None
        self._compute, self._picture, self._read = compute, picture, read
        self._on_click, self._on_key, self._idle = on_click, on_key, idle
        self._parts = dict(controls)
        self._state = dict(state or {})
        self._plots: dict[str, Plot] = {}
        self._held = False
        self.controls = {name: control.widget for name, control in controls.items()}
        self.view = View(
            kind=PNG if self._is_plot else SVG,
            width=int(CSS * picture.size[0]) if self._is_plot else 0,
            clicks=on_click is not None,
            takes=list(keys) if on_key else [],
        )
        self.widget = self._lay_out()
        self._draw()  # an explorer that cannot show its first picture raises here
        self._listen()

    @property
    def values(self) -> Values:
        """The values of all controls (buttons have none) and of the state, by name."""
        found = {
            name: _plain(part.widget.value)
            for name, part in self._parts.items()
            if part.action is None
        }
        return found | self._state

    @property
    def reading(self) -> str:
        """One sentence or two that say in words and numbers what the picture shows now."""
        return self.view.reading

    @property
    def error(self) -> str:
        """What went wrong at the last move, or an empty string."""
        return self.view.error

    def set(self, **values: Any) -> None:
        """Set several controls (or parts of the state) at once and draw once."""
        for name in values:
            checks.choice("value", name, self.values)
        self._held = True
        try:
            for name, value in values.items():
                if name in self._state:
                    self._state[name] = value
                else:
                    self.controls[name].value = value
        finally:
            self._held = False
        self.refresh()

    def refresh(self) -> None:
        """Compute, draw and read anew; an exception is shown under the picture."""
        if self._held:
            return
        try:
            self._draw()
        except Exception as error:  # whatever it is, the learner must see it and can go on
            self._say(error)

    def picture(self) -> bytes:
        """Return the picture as it is to be kept: light, PNG at full compression, or SVG."""
        if not self._is_plot:
            return self._picture(self.data).encode()
        return self._plot(theme.LIGHT.name).png(self.data, compression=9, ratio=KEPT)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.title} ({values})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        live = self.widget._repr_mimebundle_() or {}
        live = live[0] if isinstance(live, tuple) else live
        shown: bytes | str = self.picture()
        about = dict(self.view._repr_mimebundle_()[1])  # in Colab: who shows our view
        if self._is_plot:
            width, height = (int(CSS * inches) for inches in self._picture.size)
            about[PNG] = {"width": width, "height": height}
        else:
            shown = shown.decode()
        return {**live, self.view.kind: shown, "text/plain": self.reading}, about

    # Inside -------------------------------------------------------------------------------------

    @property
    def _is_plot(self) -> bool:
        return isinstance(self._picture, type) and issubclass(self._picture, Plot)

    def _plot(self, name: str) -> Plot:
        if name not in self._plots:
            self._plots[name] = self._picture(theme.palette(name))
        return self._plots[name]

    def _draw(self) -> None:
        self._rest()
        data = self._compute(**self.values)
        reading = self._read(data)
        shown = (
            self._plot(self.view.theme).png(data, ratio=self.view.ratio)
            if self._is_plot
            else self._picture(data).encode()
        )
        self.data, self._look = data, (self.view.theme, self.view.ratio)
        with self.view.hold_sync():
            self.view.picture = shown
            self.view.reading = reading
            self.view.alt = f"{self.title}. {reading}"
            self.view.error = ""

    def _rest(self) -> None:
        """Disable the controls that mean nothing now."""
        if self._idle is None:
            return
        resting = self._idle(self.values)
        for name, part in self._parts.items():
            if part.action is None:
                part.widget.disabled = name in resting

    def _lay_out(self) -> widgets.Widget:
        labels = {}
        for name, part in self._parts.items():
            class_name = f"lc-{self.view.model_id or id(self)}-{name}"
            part.widget.add_class(class_name)
            labels[class_name] = {"name": part.name, "unit": part.unit}
        self.view.labels = labels
        parts = _grouped([part.shown for part in self._parts.values() if part.action is None])
        buttons = [part.shown for part in self._parts.values() if part.action is not None]
        if buttons:
            parts.append(widgets.HBox(buttons))
            parts[-1].add_class("lc-buttons")
        title, controls = widgets.HTML(self.title), widgets.Box(parts)
        title.add_class("lc-title")
        controls.add_class("lc-controls")
        whole = widgets.VBox([title, controls, *self._below_controls(), self.view])
        whole.add_class("lc-explorer")
        return whole

    def _listen(self) -> None:
        for part in self._parts.values():
            if part.action is None:
                part.widget.observe(lambda change: self._moved(), "value")
            else:
                part.widget.on_click(lambda _, act=part.action: self._answer(act))
        self.view.observe(lambda change: self._look_changed(), ["theme", "ratio"])
        self.view.observe(lambda change: self._clicked(change["new"]), "clicked")
        if self._on_key is not None:
            self.view.observe(
                lambda change: self._answer(self._on_key, change["new"]["key"]), "key"
            )

    def _look_changed(self) -> None:
        """Draw a plot again for another theme or another screen; a diagram follows by itself."""
        look = (self.view.theme, self.view.ratio)
        if self._is_plot and look != self._look:
            self.refresh()

    def _moved(self) -> None:
        """Answer to a control that moved."""
        self.refresh()

    def _below_controls(self) -> list[widgets.Widget]:
        """Return what else stands between the controls and the picture."""
        return []

    def _clicked(self, click: dict[str, Any]) -> None:
        if self._on_click is None:
            return
        found = Click(id=str(click.get("id", "")))
        if "right" in click and self._is_plot:
            place = self._plot(self.view.theme).place(click["right"], click["down"])
            if place is None:
                return
            found = Click("", *place)
        self._answer(self._on_click, found)

    def _answer(self, act: Callable[..., Values | None], *what: Any) -> None:
        """Set the values that a click, a key or a button asks for."""
        try:
            values = act(*what, self.values)
        except Exception as error:
            self._say(error)
        else:
            self.set(**(values or {}))

    def _say(self, error: Exception) -> None:
        self.view.error = f"{error} ({type(error).__name__}) Move a control to go on."


def _grouped(shown: list[widgets.Widget]) -> list[widgets.Widget]:
    """Put check boxes that follow each other into one row."""
    rows: list[widgets.Widget] = []
    for boxes, parts in groupby(shown, lambda widget: isinstance(widget, widgets.Checkbox)):
        found = list(parts)
        if boxes and len(found) > 1:
            found = [widgets.HBox(found)]
            found[0].add_class("lc-switches")
        rows += found
    return rows


def _plain(value: Any) -> Any:
    """Round away what a slider adds to a decimal number: 0.30000000000000004 is 0.3."""
    return float(f"{value:.12g}") if isinstance(value, float) else value
