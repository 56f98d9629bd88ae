"""The explorers of lesson 4 show true numbers, and what the lesson says of them is so."""

import itertools

import numpy as np
import pytest

from lstm_core import block_examples, cells, lstm
from lstm_core.draw import block
from lstm_core.draw.formula import lay_out
from lstm_core.explorers import (
    ALL,
    forget_gate,
    forward_player,
    learn_to_count,
    lstm_block,
    lstm_variants,
    peephole_timer,
    read_lstm,
)
from lstm_core.explorers.frame import Click
from lstm_core.variants import VARIANTS

EXAMPLES = list(forward_player.EXAMPLES.values())


def made(name, **values):
    explorer = ALL[name]()
    explorer.set(**values)
    assert explorer.error == ""
    return explorer


# F2 and F3 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_player_plays_the_run_of_lstm(example):
    given = getattr(block_examples, example)()
    expected = lstm.forward(given.params, given.X, given.y0, given.c0)
    run = forward_player.example_run(example, True)
    for name in ("z", "i", "f", "o", "c", "y"):
        np.testing.assert_allclose(run.values[name], getattr(expected, name), atol=1e-12)


@pytest.mark.parametrize(("example", "peepholes"), list(itertools.product(EXAMPLES, (True, False))))
def test_terms_add_up_to_what_stands_at_the_right(example, peepholes):
    run = forward_player.example_run(example, peepholes)
    for name, t in block.order(run.cell, forward_player.T):
        terms = [forward_player.value_of(run, term, t) for term in run.cell.table[name].terms]
        np.testing.assert_allclose(sum(terms), run.values[name][t], atol=1e-12)


def test_the_numbers_put_in_end_before_the_result():
    for example, peepholes in itertools.product(EXAMPLES, (True, False)):
        run = forward_player.example_run(example, peepholes)
        for name, t in block.order(run.cell, forward_player.T):
            for term in run.cell.table[name].terms:
                pieces = lay_out(forward_player.put_in(run, term, t))
                end = 244 + 6.6 * sum(len(placed.piece.text) for placed in pieces)
                result = forward_player.shown(forward_player.value_of(run, term, t))
                assert end < 806 - 8 * len(result), f"{name}, step {t + 1} of {example}"


def test_a_product_of_two_numbers_can_be_done_by_pencil():
    run = forward_player.example_run("counter", True)
    of_x, _, _, of_b = run.cell.table["o_bar"].terms
    assert forward_player.put_in(run, of_x, 0) == r"0.5 \times 1"
    assert forward_player.put_in(run, of_b, 0) == ""


def test_the_player_lights_what_it_uses_and_knows_only_the_past():
    explorer = made("forward_player", operation=7)  # c^(1)
    assert explorer.reading.startswith("Operation 7 of 55, step 1: c^(1)")
    assert "Next: ō^(1)" in explorer.reading
    picture = explorer.picture().decode()
    assert "1.32" in picture  # c^(1), calculated now
    assert "0.39" not in picture  # o^(1), not yet
    explorer.set(operation=9)
    assert "0.39" in explorer.picture().decode()


def test_each_operation_of_each_example_can_be_shown():
    for example, blocks in itertools.product(EXAMPLES, (1, 2)):
        for operation in (1, 11, 12, 44, 54, 55):
            made("forward_player", operation=operation, example=example, blocks=blocks)


def test_the_player_walks_by_keys_and_clicks():
    assert forward_player.pressed("ArrowRight", {"operation": 55}) == {"operation": 55}
    assert forward_player.pressed("ArrowLeft", {"operation": 1}) == {"operation": 1}
    assert forward_player.pressed("End", {"operation": 1}) == {"operation": 55}
    values = made("forward_player").values
    assert forward_player.clicked(Click("y@1"), values) == {"operation": 22}
    assert forward_player.clicked(Click("wire:x@1"), values) is None


def test_a_click_on_the_block_chooses_a_node():
    explorer = made("lstm_block")
    for name in cells.LSTM.table:
        explorer.set(**lstm_block.clicked(Click(f"{name}@1"), explorer.values))
        assert explorer.error == ""
        assert explorer.data.chosen == name
    assert lstm_block.clicked(Click("block@1"), explorer.values) is None


def test_the_cell_goes_to_five_places():
    explorer = made("lstm_block", chosen="c", peepholes=True, step=2)
    *_, goes = explorer.reading.partition("It goes to ")
    assert len(goes.split(",")) == 5
    explorer.set(peepholes=False)
    *_, goes = explorer.reading.partition("It goes to ")
    assert len(goes.split(",")) == 2


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_blocks_stay_inside_the_sequence(blocks):
    for layout in lstm_block.LAYOUTS.values():
        data = made("lstm_block", blocks=blocks, step=5, layout=layout).data
        assert data.t + data.blocks <= forward_player.T


# F4 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [-1.0, 0.0, 1.0, 2.0, 5.0])
def test_half_of_the_pulse_is_left_after_the_half_life(bias):
    data = made("forget_gate", b_for=bias).data
    assert data.f**data.half_life == pytest.approx(0.5)
    assert data.left == pytest.approx(data.stored * data.f**100, rel=1e-9)


def test_the_extremes():
    data = made("forget_gate", gates="all held at 1", second=1.0).data
    assert data.left == pytest.approx(2 * np.tanh(2.0), abs=1e-12)
    assert data.run.y[-1, 0] == pytest.approx(np.tanh(2 * np.tanh(2.0)), abs=1e-12)
    data = made("forget_gate", gates="all held at 0", second=1.0).data
    assert not data.run.c.any()
    assert not data.run.y.any()


def test_the_button_keeps_only_the_last_pulse():
    explorer = ALL["forget_gate"]()
    explorer.controls["latch"].click()
    after = explorer.data.run.c[forget_gate.SECOND - 1, 0]
    assert after == pytest.approx(np.tanh(forget_gate.W_Z / 2), abs=0.01)
    assert explorer.data.stored == pytest.approx(np.tanh(forget_gate.W_Z), abs=0.01)


# F5 -----------------------------------------------------------------------------------------------


def test_a_clock_of_peepholes():
    data = made("peephole_timer").data
    assert set(np.diff(data.spoken)) == {13}
    assert data.spoken[0] == 13


def test_a_gate_without_peephole_is_blind():
    silent = made("peephole_timer", p_out=False, R_out=40.0).data
    assert silent.spoken == ()
    assert silent.run.y.max() < 0.01
    full = made("peephole_timer", p_for=False).data
    assert len(full.spoken) == 1
    assert full.run.y[-1, 0] > 0.9
    stopped = made("peephole_timer", p_for=False, p_in=True).data
    assert stopped.run.c[-1, 0] < 1.2 < full.run.c[-1, 0]
    both = made("peephole_timer", p_in=True).data
    assert set(np.diff(both.spoken)) == {14}
    assert made("peephole_timer", sharp=0.0).reading.startswith("No gate sees")


def test_gentle_peepholes_settle_below_the_threshold():
    data = made("peephole_timer", sharp=20.0).data
    assert data.run.c[-1, 0] < data.threshold
    assert abs(data.run.c[-1, 0] - data.run.c[-2, 0]) < 1e-3


def test_the_output_gate_opens_a_step_before_the_forget_gate_closes():
    data = made("peephole_timer").data
    opened = int(np.argmax(data.run.o[:, 0] > 0.5))
    closed = int(np.argmax(data.run.f[:, 0] < 0.5))
    assert closed == opened + 1
    assert len(data.run.f) == peephole_timer.T


# F6 -----------------------------------------------------------------------------------------------


def test_it_learns_to_count():
    explorer = made("learn_to_count")
    assert explorer.data.right < 0.5
    explorer.run()
    assert explorer.stage == "done"
    assert explorer.data.right > 0.95
    assert explorer.data.cells.shape == (8, learn_to_count.T)


@pytest.mark.parametrize("sequence", [0, 1, 2])
def test_unit_two_counts_downwards(sequence):
    data = made("read_lstm", sequence=sequence).data
    assert int(np.abs(data.correlations).argmax()) + 1 == 2
    assert data.correlations[1] < -0.95


def test_unit_five_follows_the_season():
    explorer = made("read_lstm", sequence=-1, told=True)
    assert int(np.abs(explorer.data.correlations).argmax()) + 1 == 5
    assert explorer.data.correlations[4] > 0.9
    assert "the best is unit 5" in explorer.reading


def test_a_click_into_the_heat_map_chooses_a_unit():
    assert read_lstm.clicked(Click(axes=0, x=3.0, y=4.4), {}) == {"unit": 4}
    assert read_lstm.clicked(Click(axes=1, x=3.0, y=4.4), {}) is None
    assert read_lstm.pressed("ArrowDown", {"unit": 8}) == {"unit": 8}


def test_correlations_are_told_only_when_asked():
    assert "correlate" not in made("read_lstm").reading
    assert "correlate" in made("read_lstm", told=True).reading


# F8 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [(), *((name,) for name in VARIANTS)])
def test_every_variant_has_a_right_gradient(names):
    explorer = made("lstm_variants", **{name: name in names for name in VARIANTS})
    assert explorer.data.error < 1e-7
    assert "agrees" in explorer.reading
    moved = np.abs(explorer.data.values["y"] - explorer.data.standard["y"]).max()
    assert (moved > 0.01) == bool(names)


def test_the_reading_of_a_variant_is_of_the_unit_drawn():
    explorer = made("lstm_variants", coupled_gates=False, no_output_activation=True)
    assert "the cell of unit 2 reaches 11, its output 11" in explorer.reading
    assert "cell c of unit 2" in explorer.picture().decode()


def test_a_wrong_backward_pass_would_be_seen(monkeypatch):
    right = cells.backward
    monkeypatch.setattr(cells, "backward", lambda run, **above: right(run, cut=["f-c"], **above))
    assert lstm_variants.gradient_error(cells.LSTM) > 1e-3


def test_coupling_without_both_gates_is_left_out_and_said():
    explorer = made("lstm_variants", coupled_gates=True, no_forget_gate=True)
    assert "left out" in explorer.reading
    assert explorer.data.uncoupled
