import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lstm_core.draw import network, svg


def parsed(*parts):
    return ET.fromstring(svg.picture(400, 300, *parts))


def test_numbers_have_fixed_decimals_and_no_minus_zero():
    found = [network.decimals(v) for v in (0.5, -1.234, -0.001, 0.0)]
    assert found == ["0.50", "−1.23", "0.00", "0.00"]
    assert network.decimals(0.98765, 3) == "0.988"


def test_the_colour_says_the_sign_and_the_width_the_size():
    ends = (0, 0), (100, 0)
    widths = []
    for value in (0.1, 0.5, 1.0, 3.0):
        line = network.weight(*ends, value)
        assert "--lc-f" in line
        widths.append(float(re.search(r'stroke-width="([\d.]+)"', line)[1]))
    assert widths == sorted(widths)
    assert widths[2] == widths[3]  # no wider than the largest
    assert "--lc-peephole" in network.weight(*ends, -0.5)
    assert "--lc-faint" in network.weight(*ends, -0.5, lit=False)


def test_all_weights_of_a_matrix_are_drawn_from_column_to_row():
    left, right = network.column(0, 100, 2), network.column(90, 100, 3)
    drawn = network.weights(left, right, np.ones((3, 2)))
    assert drawn.count("<path") == 6
    with pytest.raises(IndexError):
        network.weights(left, right, np.ones((2, 3)))


def test_a_column_is_centred():
    places = network.column(10, 200, 3, gap=40)
    assert places == [(10, 60), (10, 100), (10, 140)]


def test_a_neuron_with_an_id_can_be_clicked_and_tells_its_value():
    page = parsed(network.neuron((50, 50), -0.25, "h_1", id_="h1", name="first"))
    (button,) = [part for part in page.iter() if part.get("data-id")]
    assert button.get("data-id") == "h1"
    assert button.get("aria-label") == "first: −0.25"
    assert button.get("tabindex") == "0"
    assert "data-id" not in network.neuron((50, 50), 0.1, "h_1")


def test_rows_and_matrices_show_every_number_and_leave_gaps_empty():
    text = "".join(parsed(network.row(100, 50, [0.5, None, -1.0])).itertext())
    assert text == "0.50−1.00"
    values = np.arange(6.0).reshape(2, 3)
    text = "".join(parsed(network.matrix(0, 0, values, largest=5.0)).itertext())
    assert text == "".join(f"{v:.2f}" for v in range(6))


def test_ink_stays_readable_on_every_field():
    assert network.depth(0.0) == 0.0
    assert network.depth(50.0) == network.depth(1.0) == 0.6
    assert network.depth(1.0, largest=0.0) == 0.0


def test_columns_stand_side_by_side():
    steps = network.columns(4, 420, (200, 100, 50), left=20)
    assert [step.h for step in steps] == [(70, 100), (170, 100), (270, 100), (370, 100)]
    assert steps[0].x == (70, 200)
    assert steps[0].o == (70, 50)
