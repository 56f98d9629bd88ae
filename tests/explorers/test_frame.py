"""The frame: latest value, errors and recovery, themes, clicks, what the notebook is given."""

from io import BytesIO
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from lstm_core.draw import svg, theme
from lstm_core.draw.plots import Plot, limits
from lstm_core.explorers import ALL
from lstm_core.explorers.frame import Click, Explorer, button, choice, player, slider, switch
from lstm_core.explorers.view import View


class Data(NamedTuple):
    slope: float
    points: tuple


def compute(slope, steep, step, points):
    if slope == 0:
        raise ValueError("slope is 0, expected another number.")
    return Data(slope * (10 if steep else 1) + step, points)


class Picture(Plot):
    size = (4.0, 2.0)

    def build(self):
        self.ax = self.axes()
        limits(self.ax, (0, 1), (-5, 5))
        self.curve = self.line(self.ax, self.palette.line.c)

    def update(self, data):
        self.curve.set_data([0, 1], [0, data.slope])


def diagram(data):
    return svg.picture(100, 50, svg.label(20, 20, f"{data.slope:g}"))


def read(data):
    return f"The slope is {data.slope:g}, with {len(data.points)} points."


def make(picture=Picture, **more):
    controls = {
        "slope": slider("Slope", 1.0, -2.0, 2.0, 0.1, unit="m"),
        "steep": switch("Steep"),
        "step": player("Step", 0, 3),
        "double": button("Double", lambda values: {"slope": 2 * values["slope"]}),
    }
    return Explorer("A line", compute, picture, read, controls, state={"points": ()}, **more)


def test_a_new_explorer_shows_its_first_picture():
    explorer = make()
    assert explorer.reading == "The slope is 1, with 0 points."
    assert explorer.view.alt == "A line. The slope is 1, with 0 points."
    assert explorer.data == Data(1.0, ())
    assert explorer.error == ""
    assert set(explorer.controls) == {"slope", "steep", "step", "double"}


@pytest.mark.parametrize("name", theme.PALETTES)
def test_the_widget_at_a_value_shows_the_drawing_at_that_value(name):
    explorer = make()
    explorer.view.theme = name
    for slope in (0.5, -2.0, 1.3):
        explorer.controls["slope"].value = slope
        direct = Picture(theme.palette(name)).direct(compute(slope, False, 0, ()))
        assert explorer.view.picture == direct


def test_the_last_of_many_values_wins():
    explorer = make()
    for slope in np.linspace(-2, 1.9, 40):
        explorer.controls["slope"].value = slope
    assert explorer.data.slope == 1.9
    assert explorer.reading.startswith("The slope is 1.9,")


def test_an_error_is_shown_and_the_next_move_recovers():
    explorer = make()
    before = explorer.view.picture
    explorer.controls["slope"].value = 0.0
    assert explorer.error.startswith("slope is 0, expected another number. (ValueError)")
    assert "Move a control" in explorer.error
    assert explorer.view.picture == before
    explorer.controls["slope"].value = 2.0
    assert explorer.error == ""
    assert explorer.reading == "The slope is 2, with 0 points."


def test_a_first_picture_that_fails_is_not_hidden():
    with pytest.raises(ValueError, match="slope is 0"):
        Explorer("", compute, Picture, read, {"slope": slider("s", 0.0, 0.0, 1.0)}, state=REST)


REST = {"steep": False, "step": 0, "points": ()}


def test_several_values_at_once_draw_once():
    drawn = []
    explorer = make(lambda data: (drawn.append(data), diagram(data))[1])
    drawn.clear()
    explorer.set(slope=-1.0, steep=True, step=2, points=(1, 2))
    assert drawn == [Data(-8.0, (1, 2))]
    assert explorer.values == {"slope": -1.0, "steep": True, "step": 2, "points": (1, 2)}


def test_setting_what_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="value is 'colour', expected one of"):
        make().set(colour=1)


def test_sliders_add_no_digits_of_their_own():
    explorer = make()
    explorer.controls["slope"].value = 0.1 + 0.2
    assert explorer.values["slope"] == 0.3


def test_a_button_sets_values():
    explorer = make()
    explorer.controls["double"].click()
    assert explorer.values["slope"] == 2.0
    assert explorer.reading == "The slope is 2, with 0 points."


def test_the_theme_changes_the_live_picture_and_not_the_kept_one():
    explorer = make()
    light, kept = explorer.view.picture, explorer.picture()
    explorer.view.theme = "dark"
    corner = Image.open(BytesIO(explorer.view.picture)).getpixel((0, 0))
    assert corner == tuple(int(theme.DARK.surface[k : k + 2], 16) for k in (1, 3, 5))
    assert explorer.picture() == kept
    explorer.view.theme = "light"
    assert explorer.view.picture == light


def test_a_diagram_is_not_drawn_again_for_a_theme():
    drawn = []
    explorer = make(lambda data: (drawn.append(data), diagram(data))[1])
    explorer.view.theme = "dark"
    assert len(drawn) == 1
    assert explorer.picture().startswith(b"<svg")


def test_the_notebook_gets_widget_picture_and_reading():
    explorer = make()
    bundle, about = explorer._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert bundle["image/png"] == explorer.picture()
    assert bundle["text/plain"] == explorer.reading
    assert about == {"image/png": {"width": 384, "height": 192}}
    bundle, about = make(diagram)._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert about == {}


def test_a_plot_is_as_fine_as_the_screen_and_drawn_once_for_it(monkeypatch):
    explorer, drawn = make(), []
    draw = explorer._draw
    monkeypatch.setattr(explorer, "_draw", lambda: (drawn.append(1), draw()))
    explorer.view.set_state({"theme": "dark", "ratio": 1.5})
    assert Image.open(BytesIO(explorer.view.picture)).size == (576, 288)
    assert len(drawn) == 1
    explorer.view.set_state({"ratio": 1.0})
    assert Image.open(BytesIO(explorer.view.picture)).size == (384, 192)
    assert Image.open(BytesIO(explorer.picture())).size == (576, 288)


def test_the_kept_picture_is_the_smaller_one():
    explorer = make()
    explorer.view.ratio = 1.5
    assert len(explorer.picture()) < len(explorer.view.picture)


def test_repr_holds_names_and_numbers_only():
    assert repr(make()) == "A line (slope=1.0, steep=False, step=0, points=())"


def test_controls_that_mean_nothing_are_disabled():
    explorer = make(idle=lambda values: {"step"} if values["steep"] else set())
    assert not explorer.controls["step"].disabled
    explorer.controls["steep"].value = True
    assert explorer.controls["step"].disabled
    assert not explorer.controls["slope"].disabled
    explorer.controls["steep"].value = False
    assert not explorer.controls["step"].disabled


def test_a_click_on_a_node_gives_its_id():
    clicks = []
    explorer = make(diagram, on_click=lambda click, values: clicks.append((click, values["step"])))
    explorer.view.clicked = {"n": 1, "id": "a"}
    explorer.view.clicked = {"n": 2, "id": "a"}
    assert clicks == [(Click(id="a"), 0)] * 2


def test_a_click_into_a_plot_gives_the_point_and_may_set_values():
    def put(click, values):
        return {"points": (*values["points"], (round(click.x, 6), round(click.y, 6)))}

    explorer = make(on_click=put)
    assert explorer.view.clicks
    box = explorer._plot("light").ax.get_position()
    middle = {"right": box.x0 + box.width / 2, "down": 1 - box.y0 - box.height / 2}
    explorer.view.clicked = {"n": 1, **middle}
    explorer.view.clicked = {"n": 2, **middle}
    explorer.view.clicked = {"n": 3, "right": 0.0, "down": 0.0}  # beside the axes
    assert explorer.data.points == ((0.5, 0.0), (0.5, 0.0))
    assert explorer.reading.endswith("with 2 points.")


def test_an_error_in_an_answer_to_a_click_is_shown():
    def fail(click, values):
        raise ValueError("this node has no wire.")

    explorer = make(diagram, on_click=fail)
    explorer.view.clicked = {"n": 1, "id": "a"}
    assert explorer.error.startswith("this node has no wire. (ValueError)")
    explorer.controls["slope"].value = 2.0
    assert explorer.error == ""


def test_keys_are_taken_only_where_they_mean_something():
    assert make().view.takes == []
    moves = {"ArrowRight": 1, "ArrowLeft": -1}
    explorer = make(
        on_key=lambda key, values: {"step": values["step"] + moves[key]}, keys=tuple(moves)
    )
    assert explorer.view.takes == ["ArrowRight", "ArrowLeft"]
    explorer.view.key = {"n": 1, "key": "ArrowRight"}
    explorer.view.key = {"n": 2, "key": "ArrowRight"}
    assert explorer.values["step"] == 2


def test_every_control_has_a_name_and_its_unit_for_the_page():
    explorer = make()
    names = {label["name"]: label["unit"] for label in explorer.view.labels.values()}
    assert names == {"Slope": "m", "Steep": "", "Step": "", "Double": ""}
    for class_name, label in explorer.view.labels.items():
        marked = [c for c in explorer.controls.values() if class_name in c._dom_classes]
        assert [control.description for control in marked] == [label["name"]]


def test_sliders_are_whole_decimal_or_logarithmic():
    assert slider("n", 3, 1, 9).widget.step == 1
    fine = slider("x", 0.5, 0.0, 1.0, 0.05).widget
    assert (fine.step, fine.readout_format) == (0.05, ".2f")
    rate = slider("rate", 0.01, 1e-4, 1.0, log=True).widget
    assert (rate.min, rate.max, rate.value) == (-4.0, 0.0, 0.01)


def test_choices_are_values_or_words_for_values():
    assert choice("g", "tanh", ("tanh", "relu")).widget.value == "tanh"
    assert choice("g", 2, {"two": 2, "three": 3}).widget.value == 2


def test_a_player_steps_within_its_range():
    part = player("Step", 1, 3)
    back, _, forward, steps = part.shown.children
    for _ in range(5):
        forward.click()
    assert (steps.value, part.widget) == (3, steps)
    for _ in range(5):
        back.click()
    assert steps.value == 1


def test_no_trait_of_the_view_hides_one_of_the_widgets_own():
    own = set(View.class_own_traits()) & set(View.__mro__[1].class_traits())
    assert own == set()


def test_the_catalogue_is_lazy_and_knows_its_names():
    assert "activation" in ALL
    assert not {"frame", "view", "controls", "training_view"} & set(ALL)
    assert len(ALL) == len(list(ALL))
    with pytest.raises(ValueError, match="explorer is 'nothing', expected one of"):
        ALL["nothing"]


def test_importing_the_catalogue_imports_no_widgets():
    import subprocess
    import sys

    code = "import sys, lstm_core.explorers; print({'ipywidgets', 'matplotlib'} & {*sys.modules})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
