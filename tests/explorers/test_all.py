"""Every explorer in the catalogue: each control over its range, alone and together.

`TOGETHER=300 python -m pytest tests/explorers/test_all.py -k together` tries more settings.

No exception, no warning (warnings are errors, and an explorer shows them as its error), a reading
with true numbers, a picture that equals the drawing made at once.
"""

import math
import os
import random
import re
from xml.etree import ElementTree

import ipywidgets as widgets
import pytest

from lstm_core.explorers import ALL
from lstm_core.explorers.training_view import TrainingView

EVERY = pytest.mark.parametrize("name", list(ALL))
TOGETHER = int(os.environ.get("TOGETHER", "8"))  # random settings of all controls at once
FLOATS = widgets.FloatSlider | widgets.FloatLogSlider
NOT_FINITE = re.compile(r"\b(nan|NaN|inf|None|not a number)\b")
COUNTED = "epoch|fact|frame|image|layer|letter|route|run|step|term|thing|unit|update"
CLUMSY = re.compile(rf"(?<![\d.])1 ({COUNTED})s\b|\ba 8\b|(?<![\w)])-\d")


@pytest.fixture(scope="module")
def made():
    """Each explorer is made once for all tests here."""
    kept = {}

    def get(name):
        if name not in kept:
            kept[name] = ALL[name]()
        return kept[name]

    return get


def positions(control):
    """Return the ends, the middle and some values between, of a control."""
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return [True, False]
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    if isinstance(control, widgets.FloatLogSlider):
        places = [control.min + part * (control.max - control.min) for part in (0, 0.5, 1, 0.2)]
        return [control.base**place for place in places]
    if isinstance(control, widgets.IntSlider):
        return sorted({control.min, (control.min + control.max) // 2, control.max})
    if isinstance(control, widgets.FloatSlider):
        span = control.max - control.min
        return [control.min + part * span for part in (0, 0.5, 1, 0.31)]
    if isinstance(control, widgets.Text | widgets.Textarea):
        return ["", "a", control.value, "hhee-ll-lloo", "é" * 300]
    raise TypeError(f"the sweep does not know a {type(control).__name__}: teach it")


def anywhere(control, rng):
    """Return any value that a control can take; half of the time one of its `positions`."""
    if rng.random() < 0.5 or not isinstance(control, widgets.IntSlider | FLOATS):
        return rng.choice(positions(control))
    steps = math.floor((control.max - control.min) / control.step + 1e-9)
    place = control.min + rng.randint(0, steps) * control.step
    return control.base**place if isinstance(control, widgets.FloatLogSlider) else place


def settable(explorer):
    return {n: c for n, c in explorer.controls.items() if not isinstance(c, widgets.Button)}


def assert_well(explorer, what):
    assert explorer.error == "", f"{what}: {explorer.error}"
    assert explorer.reading.strip(), what
    assert not NOT_FINITE.search(explorer.reading), f"{what}: {explorer.reading}"
    assert not CLUMSY.search(explorer.reading), f"{what}: {explorer.reading}"
    assert len(explorer.view.picture) > 200, what


@EVERY
def test_each_control_over_its_range(made, name):
    explorer = made(name)
    first = {n: c.value for n, c in settable(explorer).items()}
    assert_well(explorer, "as it opens")
    for key, control in settable(explorer).items():
        for value in positions(control):
            control.value = value
            assert_well(explorer, f"{key} = {value!r}")
        control.value = first[key]
        assert_well(explorer, f"{key} back at {first[key]!r}")


@EVERY
def test_controls_together(made, name):
    explorer = made(name)
    first = {n: c.value for n, c in settable(explorer).items()}
    rng = random.Random(name)
    for _ in range(TOGETHER):
        values = {n: anywhere(c, rng) for n, c in settable(explorer).items()}
        explorer.set(**values)
        assert_well(explorer, values)
    explorer.set(**first)


@EVERY
def test_whatever_raises_is_shown_and_the_next_move_recovers(made, name, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("broken on purpose")

    explorer = made(name)
    picture = (explorer._plot("light"), "update") if explorer._is_plot else (explorer, "_picture")
    for place, part in ((explorer, "_compute"), picture, (explorer, "_read")):
        with monkeypatch.context() as patch:
            patch.setattr(place, part, broken)
            explorer.refresh()
            assert explorer.error.startswith("broken on purpose (RuntimeError)"), part
        explorer.refresh()
        assert_well(explorer, f"after a broken {part}")
    explorer._answer(broken)  # as a click, a key or a button
    assert explorer.error.startswith("broken on purpose (RuntimeError)")
    explorer.refresh()
    assert_well(explorer, "after a broken answer")


@EVERY
def test_buttons(made, name):
    explorer = made(name)
    if isinstance(explorer, TrainingView):
        explorer.run(2)
        assert_well(explorer, "two updates")
        explorer.reset()
        return
    for key, control in explorer.controls.items():
        if isinstance(control, widgets.Button):
            control.click()
            assert_well(explorer, key)


@EVERY
def test_moving_there_and_drawing_there_are_the_same(made, name):
    explorer, fresh = made(name), ALL[name]()
    if isinstance(explorer, TrainingView):
        explorer.reset()
    first = {n: c.value for n, c in settable(fresh).items()}
    explorer.set(**first, **fresh._state)
    assert explorer.view.picture == fresh.view.picture
    assert explorer.reading == fresh.reading


@EVERY
@pytest.mark.parametrize("palette", ["light", "dark"])
def test_a_blitted_picture_is_the_one_drawn_at_once(made, name, palette):
    explorer = made(name)
    explorer.view.theme = palette
    assert_well(explorer, palette)
    if explorer._is_plot:
        assert explorer.view.picture == explorer._plot(palette).direct(explorer.data)
    explorer.view.theme = "light"


@EVERY
def test_the_same_numbers_again_leave_the_background_alone(made, name, monkeypatch):
    explorer = made(name)
    if not explorer._is_plot or isinstance(explorer, TrainingView):
        pytest.skip("no plot that moves")
    canvas, drawn = explorer._plot("light").canvas, []
    draw = canvas.draw
    monkeypatch.setattr(canvas, "draw", lambda: (drawn.append(1), draw()))
    explorer.refresh()
    explorer.refresh()
    assert not drawn, "update touches what does not move: see `limits` and `moving` in draw/plots"


@EVERY
def test_what_is_kept(made, name):
    bundle, _ = made(name)._repr_mimebundle_()
    explorer = made(name)
    kept = explorer.picture()
    assert bundle["text/plain"] == explorer.reading
    assert kept == explorer.picture()
    assert len(kept) < 150_000, "a lesson has to stay under 1 MB"
    if explorer._is_plot:
        assert kept.startswith(b"\x89PNG")
    else:
        ElementTree.fromstring(kept)  # well formed
        assert b"\xe2\x88\x92nan" not in kept


@EVERY
def test_every_control_has_a_name(made, name):
    explorer = made(name)
    for label in explorer.view.labels.values():
        assert label["name"].strip()
    assert explorer.title.strip()
    assert "0x" not in repr(explorer)
