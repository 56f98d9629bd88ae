"""How long a move takes in the kernel, for each explorer: compute, draw, encode; in milliseconds.

The controls are moved at random, as keys and little drags do: medians, and the slowest tenth of
all, in time of the processor. "all" is the way from a control's new value to the message for the
page.
"""

import math
import random
import time
from statistics import median, quantiles

import ipywidgets as widgets

from lstm_core.draw import theme
from lstm_core.explorers import ALL
from lstm_core.explorers.training_view import TrainingView

MOVES = 24
FINEST = 1.5  # the finest screen that plots are drawn for: a plain one costs half
TARGET = 40.0  # milliseconds a move may take


def main() -> None:
    """Print the table."""
    print(f"| {'explorer':<24} | compute | draw | encode |  all | slowest tenth |")
    print(f"|{'-' * 26}|--------:|-----:|-------:|-----:|--------------:|")
    slow = []
    for name in ALL:
        compute, draw, encode, whole, worst = measure(name)
        print(
            f"| {name:<24} | {compute:7.1f} | {draw:4.1f} | {encode:6.1f} | {whole:4.1f} "
            f"| {worst:13.1f} |",
            flush=True,
        )
        if whole > TARGET:
            slow.append(name)
    print(f"\nmore than {TARGET:g} ms a move: {', '.join(slow) or 'none'}")


def measure(name: str) -> tuple[float, float, float, float, float]:
    """Return the medians of compute, draw, encode and all, and the slowest tenth of all."""
    explorer = ALL[name]()
    explorer.view.ratio = FINEST
    if isinstance(explorer, TrainingView):
        explorer.run(20)
    rng = random.Random(name)
    rows = [times(explorer, rng) for _ in range(MOVES)]
    columns = [[1000.0 * t for t in column] for column in zip(*rows, strict=True)]
    return *(median(column) for column in columns), quantiles(columns[-1], n=10)[-1]


def times(explorer: object, rng: random.Random) -> tuple[float, float, float, float]:
    """Move one control at random; return the seconds of each part, measured one by one."""
    key, value = move(explorer, rng)
    started = time.process_time()
    if key is None or isinstance(explorer, TrainingView):
        explorer.refresh()
    else:
        explorer.controls[key].value = value
    whole = time.process_time() - started
    started = time.process_time()
    data = explorer._compute(**explorer.values)
    compute = time.process_time() - started
    if not explorer._is_plot:
        started = time.process_time()
        explorer._picture(data)
        return compute, time.process_time() - started, 0.0, whole
    plot = explorer._plot(explorer.view.theme)
    started = time.process_time()
    with theme.style(plot.palette):
        plot.update(data)
        plot._draw()
    drawn = time.process_time()
    plot.encode()
    return compute, drawn - started, time.process_time() - drawn, whole


def move(explorer: object, rng: random.Random) -> tuple[str | None, object]:
    """Return one control and a new value for it."""
    movable = [
        name
        for name, control in explorer.controls.items()
        if not isinstance(control, widgets.Button) and not control.disabled
    ]
    if not movable:
        return None, None
    name = rng.choice(movable)
    return name, another(explorer.controls[name], rng)


def another(control: widgets.Widget, rng: random.Random) -> object:
    """Return what a key or a little drag makes of a value; of a list, any other choice."""
    if isinstance(control.value, bool):
        return not control.value
    if hasattr(control, "options"):
        return rng.choice([value for _, value in control._options_full])
    if isinstance(control, widgets.Text | widgets.Textarea):
        return control.value[:-1] or "hhe-llo"
    way = rng.choice((-3, -2, -1, 1, 2, 3)) * control.step
    if isinstance(control, widgets.FloatLogSlider):
        place = math.log(control.value, control.base) + way
        return control.base ** min(max(place, control.min), control.max)
    return min(max(control.value + way, control.min), control.max)
