"""Controls of an explorer: each an ipywidgets control with a name, a unit and a true value."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets

Values = dict[str, Any]  # control (or state) name → value


class Control(NamedTuple):
    """A control, what is shown of it, and how it is called."""

    widget: widgets.Widget  # holds the value
    shown: widgets.Widget  # stands on the page; the widget itself, or a box around it
    name: str
    unit: str = ""
    action: Callable[[Values], Values | None] | None = None  # of a button


def slider(
    name: str,
    value: float,
    low: float,
    high: float,
    step: float | None = None,
    *,
    unit: str = "",
    log: bool = False,
    form: str | None = None,
) -> Control:
    """Return a slider; whole numbers if value, low, high and step are.

    With `log`, low and high are the values at the ends (above 0) and equal ways are equal factors;
    `step` is then the number of steps per factor of ten (default 10), and the browser moves a value
    between two steps to the nearer one. `form` is the number format of the value shown (".2f"); the
    default fits the step.
    """
    style = {"description": name, "continuous_update": True}
    if log:
        per_ten = step or 10
        made = widgets.FloatLogSlider(
            value=value,
            base=10.0,
            min=math.log10(low),
            max=math.log10(high),
            step=1.0 / per_ten,
            readout_format=form or ".2g",
            **style,
        )
    elif all(isinstance(n, int) for n in (value, low, high, 1 if step is None else step)):
        made = widgets.IntSlider(
            value=value, min=low, max=high, step=step or 1, readout_format=form or "d", **style
        )
    else:
        step = step or (high - low) / 100.0
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        made = widgets.FloatSlider(
            value=value, min=low, max=high, step=step, readout_format=form or f".{places}f", **style
        )
    return Control(made, made, name, unit)


def choice(name: str, value: Any, options: Sequence[Any] | Mapping[str, Any]) -> Control:
    """Return a drop-down list; `options` are values, or words → values."""
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    made = widgets.Dropdown(description=name, options=pairs, value=value)
    return Control(made, made, name)


def entry(name: str, value: str) -> Control:
    """Return a line of text; every letter typed counts at once."""
    made = widgets.Text(description=name, value=value, continuous_update=True)
    return Control(made, made, name)


def switch(name: str, value: bool = False) -> Control:
    """Return a check box."""
    made = widgets.Checkbox(description=name, value=value, indent=False)
    return Control(made, made, name)


def button(name: str, action: Callable[[Values], Values | None]) -> Control:
    """Return a button; `action` gets all values and returns those to set (a preset, a reset)."""
    made = widgets.Button(description=name)
    return Control(made, made, name, action=action)


def player(
    name: str, low: int, high: int, value: int | None = None, *, unit: str = "", pause: int = 600
) -> Control:
    """Return a step player: back, forward, play or pause, and a slider to go to any step.

    Keys: arrows step, space plays or pauses, Home and End. `pause` is in milliseconds.
    """
    start = low if value is None else value
    steps = widgets.IntSlider(value=start, min=low, max=high, description=name)
    play = widgets.Play(value=start, min=low, max=high, interval=pause, show_repeat=False)
    widgets.jslink((steps, "value"), (play, "value"))  # when shown, play takes the slider's value
    back = widgets.Button(icon="step-backward", tooltip=f"{name}: one back")
    forward = widgets.Button(icon="step-forward", tooltip=f"{name}: one forward")
    back.on_click(lambda _: setattr(steps, "value", max(steps.min, steps.value - 1)))
    forward.on_click(lambda _: setattr(steps, "value", min(steps.max, steps.value + 1)))
    shown = widgets.HBox([back, play, forward, steps])
    shown.add_class("lc-player")
    shown.add_class("lc-wide")
    return Control(steps, shown, name, unit)


def stepped(key: str, now: int, last: int) -> int:
    """Return where a key leads in a walk of the operations 1 … last: the keys of both players."""
    moves = {"ArrowLeft": now - 1, "ArrowRight": now + 1, "Home": 1, "End": last}
    return min(max(moves[key], 1), last)


def set_last(control: Control, high: int) -> None:
    """Give a player another last step, and go there."""
    control.widget.max = high
    control.widget.value = high
    for widget in control.shown.children:  # play comes after: on the page it follows the slider
        if isinstance(widget, widgets.Play):
            widget.max = high
