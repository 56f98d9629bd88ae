import re
from xml.etree import ElementTree

import pytest

from lstm_core.draw import svg, theme

SPACE = "{http://www.w3.org/2000/svg}"


def parsed(*parts):
    return ElementTree.fromstring(svg.picture(100, 50, *parts, title="a < b"))


def plain(formula):
    """Return the label's pieces as (text, italic, shift down)."""
    spans = parsed(svg.label(0, 0, formula)).iter(f"{SPACE}tspan")
    return [(s.text, s.get("font-style") == "italic", float(s.get("dy", 0))) for s in spans]


def test_text_and_attributes_are_escaped():
    found = parsed(svg.words(0, 0, 'x < "y" & z'), svg.clickable("a&b", "<b>", svg.circle(1, 2, 3)))
    assert found.find(f"{SPACE}text").text == 'x < "y" & z'
    assert found.find(f"{SPACE}g").get("data-id") == "a&b"
    assert found.find(f"{SPACE}title").text == "a < b"


def test_coordinates_have_at_most_two_decimals():
    assert [svg.digits(x) for x in (1.0, 0.125, -0.001, 1 / 3, 100.0, -2.5)] == [
        *("1", "0.12", "0", "0.33", "100", "-2.5")
    ]


def test_every_colour_has_the_light_one_as_fallback():
    for name in (*theme.HUES, *theme.NEUTRALS):
        assert re.fullmatch(rf"var\(--lc-{name}, #[0-9A-F]{{6}}\)", svg.colour(name))
    assert svg.colour("z", text=True) == f"var(--lc-z-text, {theme.LIGHT.text.z})"
    assert svg.colour("none") == "none"
    with pytest.raises(KeyError):
        svg.colour("mauve")


def test_a_picture_stands_alone_on_its_own_background():
    found = parsed()
    ground = found.find(f"{SPACE}rect")
    assert (ground.get("width"), ground.get("height")) == ("100", "50")
    assert theme.LIGHT.surface in ground.get("fill")
    assert found.get("viewBox") == "0 0 100 50"
    assert found.get("role") == "img"


def test_what_is_clickable_can_be_reached_and_has_a_name():
    found = parsed(svg.clickable("f", "forget gate: 0.9", svg.circle(20, 20, 9), pressed=True))
    node = found.find(f"{SPACE}g")
    assert {name: node.get(name) for name in ("data-id", "role", "tabindex", "aria-pressed")} == {
        "data-id": "f",
        "role": "button",
        "tabindex": "0",
        "aria-pressed": "true",
    }
    assert node.get("aria-label") == "forget gate: 0.9"
    assert node.find(f"{SPACE}title").text == "forget gate: 0.9"
    assert found.get("role") == "group"


def test_letters_are_italic_digits_and_functions_upright():
    assert plain("x + 2") == [("x", True, 0), (" + 2", False, 0)]
    assert plain(r"\tanh(c)") == [("tanh(", False, 0), ("c", True, 0), (")", False, 0)]
    assert plain(r"\delta c") == [("δc", True, 0)]
    assert plain("-1") == [("−1", False, 0)]


def test_indices_stand_above_and_below_and_the_line_goes_on():
    down = [shift for *_, shift in plain(r"W_z^{\top} x")]
    assert down[1] > 0 > down[2]
    assert sum(down) == pytest.approx(0.0, abs=0.02)
    above = [text for text, _, shift in plain("c^{(t+1)}")]
    assert "".join(above) == "c(t+1)"


def test_an_index_above_an_index_below_begins_at_the_same_place():
    spans = list(parsed(svg.label(0, 0, "p_f^{2}+1")).iter(f"{SPACE}tspan"))
    assert float(spans[2].get("dx")) < 0


def test_bars_stand_on_their_letter_and_words_are_upright():
    assert plain(r"\bar{z}")[0][0] == "z\u0304"
    assert plain(r"W_{\mathrm{in}}")[1][:2] == ("in", False)


def test_a_wire_ends_in_an_arrow_head_at_its_last_point():
    found = parsed(svg.wire([(0, 0), (50, 0), (50, 40)], head=10))
    path, tip = found.find(f".//{SPACE}path"), found.find(f".//{SPACE}polygon")
    assert tip.get("points").split()[0] == "50,40"
    assert path.get("d").startswith("M0 0L40 0Q50 0 50 10")
    assert path.get("d").endswith("L50 32")


def test_an_arrow_keeps_its_gaps():
    found = parsed(svg.arrow((0, 0), (100, 0), gap=(10, 20), head=0))
    assert found.find(f".//{SPACE}path").get("d") == "M10 0L80 0"


def test_the_same_picture_has_the_same_bytes():
    assert svg.label(1 / 3, 2, "x_1") == svg.label(1 / 3, 2, "x_1")


def test_an_index_above_keeps_clear_of_letters_that_lean_into_it():
    def room(formula):
        spans = list(parsed(svg.label(0, 0, formula)).iter(f"{SPACE}tspan"))
        return float(spans[1].get("dx", 0))

    assert room("f^{(t)}") > room("c^{(t)}") == 0
    assert room("\\bar{f}^{(t)}") > room("f^{(t)}")
    assert room("\\bar{z}^{(t)}") > 0


def test_a_product_sign_stands_between_two_spaces():
    text = "".join(parsed(svg.label(0, 0, "p \\odot \\delta c")).itertext())
    assert text.endswith("p ⊙ δc")
