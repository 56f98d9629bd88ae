"""The theme: legible on its background, told apart by colour-blind people, one place for all."""

import re
from itertools import combinations

import matplotlib
import numpy as np
import pytest

from lstm_core.draw import theme
from tests.draw.colour import BLINDNESS, contrast, distance

PALETTES = pytest.mark.parametrize("colours", list(theme.PALETTES.values()), ids=theme.PALETTES)


@PALETTES
@pytest.mark.parametrize("hue", theme.HUES)
def test_text_is_legible_on_every_background(colours, hue):
    text = getattr(colours.text, hue)
    assert contrast(text, colours.surface) >= 4.5
    assert contrast(text, colours.panel) >= 4.5


@PALETTES
@pytest.mark.parametrize("hue", theme.HUES)
def test_lines_stand_out_from_the_surface(colours, hue):
    assert contrast(getattr(colours.line, hue), colours.surface) >= 3.0


@PALETTES
def test_neutral_text_is_legible(colours):
    for ground in (colours.surface, colours.panel, colours.marked):
        assert contrast(colours.ink, ground) >= 7.0
    assert contrast(colours.muted, colours.surface) >= 4.5


@PALETTES
@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(("one", "other"), list(combinations(theme.HUES, 2)))
def test_hues_are_told_apart(colours, blindness, one, other):
    least = 17.0 if blindness == "tritan" else 19.0  # tritanopia: one person in 10 000 or fewer
    pair = getattr(colours.line, one), getattr(colours.line, other)
    assert distance(*pair, blindness) >= least


def test_the_distance_itself_tells_red_from_green_only_where_it_can_be_seen():
    assert distance("#FF0000", "#00A000") > 100
    assert distance("#B00000", "#607000", "deutan") < distance("#B00000", "#607000") / 2


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)


@PALETTES
def test_zero_has_the_colour_of_the_surface(colours):
    middle = np.array(colours.diverging()(0.5)[:3]) * 255
    surface = [int(colours.surface[k : k + 2], 16) for k in (1, 3, 5)]
    assert np.abs(middle - surface).max() < 3


@PALETTES
def test_variables_are_named_after_the_hues_and_hold_colours(colours):
    found = theme.variables(colours)
    assert {f"--lc-{hue}" for hue in theme.HUES} < set(found)
    assert found["--lc-z-text"] == colours.text.z
    assert all(re.fullmatch("#[0-9A-F]{6}", value) for value in found.values())


def test_both_palettes_have_the_same_variables_and_different_values():
    light, dark = (theme.variables(colours) for colours in theme.PALETTES.values())
    assert light.keys() == dark.keys()
    assert not {name for name in light if light[name] == dark[name]}


def test_an_unknown_palette_is_named():
    with pytest.raises(ValueError, match="palette is 'sepia', expected one of dark, light"):
        theme.palette("sepia")


def test_style_ignores_what_the_learner_has_set_and_puts_it_back():
    before = matplotlib.rcParams["font.size"]
    with matplotlib.rc_context({"font.size": 3.0, "axes.spines.top": True}):
        with theme.style(theme.LIGHT):
            assert matplotlib.rcParams["font.size"] >= 10.0
            assert not matplotlib.rcParams["axes.spines.top"]
        assert matplotlib.rcParams["font.size"] == 3.0
    assert matplotlib.rcParams["font.size"] == before


def test_no_font_is_smaller_than_ten_points():
    with theme.style(theme.LIGHT):
        sizes = [
            value
            for name, value in matplotlib.rcParams.items()
            if name in ("font.size", "axes.labelsize", "xtick.labelsize", "legend.fontsize")
        ]
    assert len(sizes) == 4
    assert min(sizes) >= 10.0
