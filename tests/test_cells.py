"""The described cells against the hand-written ones, and every variant against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import cells, lstm, rnn, variants
from lstm_core.cells import LSTM, RNN
from lstm_core.description import Cell, describe
from lstm_core.lstm import LSTMParams
from lstm_core.rnn import RNNParams
from lstm_core.variants import VARIANTS

T, D, H, K = 6, 3, 4, 2
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRU = describe(
    "GRU",
    {
        "r_bar": "W_r @ x + R_r @ h_prev + b_r",
        "u_bar": "W_u @ x + R_u @ h_prev + b_u",
        "r": "sigmoid(r_bar)",
        "u": "sigmoid(u_bar)",
        "k": "1 - u",
        "m": "r * h_prev",
        "n_bar": "W_n @ x + R_n @ m + b_n",
        "n": "relu(n_bar)",
        "h": "u * h_prev + k * n",
    },
)
JORDAN = describe(  # what returns is the output, of another size than the hidden units
    "Jordan", {"a": "b + W @ o_prev + U @ x", "h": "tanh(a)", "o": "c + V @ h"}, {"o": "K"}
)


class Case:
    """A cell with weights of size 1, a sequence, a first state, and errors from above."""

    def __init__(self, cell, rng, scale=1.0):
        self.cell, out = cell, cell.nodes[-1].name
        self.params = cells.init(cell, D, H, rng, K=K, scale=scale)
        self.X = rng.standard_normal((T, D))
        sizes = {"H": H, "K": K}
        self.first = {f"{n}0": rng.standard_normal(sizes[cell.size(n)]) for n in cell.states}
        self.above = {f"d{out}": rng.standard_normal((T, sizes[cell.size(out)]))}
        last = cell.states[0]
        self.above[f"d{last}_T"] = rng.standard_normal(sizes[cell.size(last)])

    def loss(self, **changes):
        """A linear function of the outputs and the last state."""
        values = self.params | {"x": self.X} | self.first | changes
        first = {name: values[name] for name in self.first}
        params = {name: values[name] for name in self.params}
        run = cells.forward(self.cell, params, values["x"], **first)
        out, state = self.cell.nodes[-1].name, self.cell.states[0]
        last = self.above[f"d{state}_T"] @ run.values[state][-1]
        return float(np.vdot(self.above[f"d{out}"], run.values[out]) + last)

    def gradients(self):
        run = cells.forward(self.cell, self.params, self.X, **self.first)
        found = cells.backward(run, **self.above)
        first = {f"{name}0": error for name, error in found.first.items()}
        return found.params | {"x": found.errors["x"]} | first


def assert_gradients_are_right(case, rng):
    values = case.params | {"x": case.X} | case.first
    for name, gradient in case.gradients().items():
        value = values[name]
        assert gradient.shape == value.shape
        way = rng.standard_normal(value.shape)
        up, down = (case.loss(**{name: value + e * way}) for e in (1e-6, -1e-6))
        assert np.vdot(gradient, way) == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-7), name


def random_lstm(rng):
    shapes = {"W": (4, H, D), "R": (4, H, H), "p": (3, H), "b": (4, H)}
    return LSTMParams(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})


@pytest.mark.parametrize("peepholes", [True, False])
def test_the_description_agrees_with_the_hand_written_lstm(rng, peepholes):
    params, X, dY = random_lstm(rng), rng.standard_normal((T, D)), rng.standard_normal((T, H))
    y0, c0, dc_T = rng.standard_normal((3, H))
    names = cells.named(params)
    cell = LSTM
    if not peepholes:
        params = LSTMParams(params.W, params.R, np.zeros((3, H)), params.b)
        cell, names = variants.lstm("no_peepholes"), cells.named(params)
        names = {name: value for name, value in names.items() if name in cell.shapes}
    run, other = lstm.forward(params, X, y0, c0), cells.forward(cell, names, X, y0=y0, c0=c0)
    for name in ("z_bar", "i_bar", "f_bar", "o_bar", "z", "i", "f", "c", "o", "y"):
        np.testing.assert_allclose(other.values[name], getattr(run, name), **EXACT)
    found, also = lstm.backward(params, run, dY, dc_T), cells.backward(other, dy=dY, dc_T=dc_T)
    for name, gradient in cells.named(found.params).items():
        if name in cell.shapes:
            np.testing.assert_allclose(also.params[name], gradient, **EXACT)
    for name in ("y", "c", "z_bar", "i_bar", "f_bar", "o_bar"):
        np.testing.assert_allclose(also.errors[name], getattr(found, f"d{name}"), **EXACT)
    np.testing.assert_allclose(also.errors["x"], found.x, **EXACT)
    np.testing.assert_allclose(also.first["y"], found.y0, **EXACT)
    np.testing.assert_allclose(also.first["c"], found.c0, **EXACT)


def test_the_description_agrees_with_the_hand_written_rnn(rng):
    shapes = {"U": (H, D), "W": (H, H), "V": (K, H), "b": (H,), "c": (K,)}
    params = RNNParams(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})
    X, do = rng.standard_normal((T, D)), rng.standard_normal((T, K))
    h0, dh_T = rng.standard_normal((2, H))
    run = rnn.forward(params, X, h0)
    other = cells.forward(RNN, cells.named(params), X, h0=h0)
    for name in "aho":
        np.testing.assert_allclose(other.values[name], getattr(run, name), **EXACT)
    found, also = rnn.backward(params, run, do, dh_T), cells.backward(other, do=do, dh_T=dh_T)
    for name, gradient in cells.named(found.params).items():
        np.testing.assert_allclose(also.params[name], gradient, **EXACT)
    np.testing.assert_allclose(also.errors["x"], found.x, **EXACT)
    np.testing.assert_allclose(also.first["h"], found.h0, **EXACT)


@pytest.mark.parametrize("peepholes", [True, False])
@pytest.mark.parametrize("name", VARIANTS)
def test_gradients_of_every_variant(rng, name, peepholes):
    cell = variants.lstm(name) if peepholes else variants.lstm(name, "no_peepholes")
    assert_gradients_are_right(Case(cell, rng), rng)


@pytest.mark.parametrize("cell", [LSTM, RNN, GRU, JORDAN], ids=lambda cell: cell.name)
def test_gradients_of_any_description(rng, cell):
    assert_gradients_are_right(Case(cell, rng), rng)


@given(st.sets(st.sampled_from(sorted(VARIANTS))))
def test_gradients_of_variants_together(names):
    lost = {"no_input_gate", "no_forget_gate"} & names
    if "coupled_gates" in names and lost:
        with pytest.raises(ValueError, match=f"coupled_gates with {min(lost)}"):
            variants.lstm(*names)
        return
    rng = np.random.default_rng(len(names))
    assert_gradients_are_right(Case(variants.lstm(*sorted(names)), rng), rng)


@pytest.mark.parametrize(
    ("name", "gone", "equation"),
    [
        ("no_input_gate", "W_in", "c = z + c_prev * f"),
        ("no_forget_gate", "W_for", "c = z * i + c_prev"),
        ("no_output_gate", "p_out", "y = tanh_c"),
        ("no_input_activation", None, "z = z_bar"),
        ("no_output_activation", None, "tanh_c = c"),
        ("coupled_gates", "b_for", "f = 1 - i"),
        ("no_peepholes", "p_in", "i_bar = W_in @ x + R_in @ y_prev + b_in"),
    ],
)
def test_what_a_variant_changes(name, gone, equation):
    cell = variants.lstm(name)
    assert equation in variants.equations(cell).splitlines()
    assert gone not in cell.shapes
    assert VARIANTS[name].title in cell.name


def test_variants_by_name():
    shorts = ["FGR", "NP", "CIFG", "NIG", "NFG", "NOG", "NIAF", "NOAF"]
    assert [variant.short for variant in VARIANTS.values()] == shorts
    assert variants.lstm().name == "LSTM"
    both = variants.lstm("coupled_gates", "no_peepholes").name
    assert both == "LSTM, no peepholes, coupled input and forget gate"


def test_coupled_gates_add_up_to_one(rng):
    case = Case(variants.lstm("coupled_gates"), rng)
    values = cells.forward(case.cell, case.params, case.X).values
    np.testing.assert_allclose(values["f"] + values["i"], 1, rtol=1e-15)


def test_full_gate_recurrence_has_nine_matrices_more():
    more = set(variants.lstm("full_gate_recurrence").shapes) - set(LSTM.shapes)
    assert more == {f"R_{a}_{b}" for a in ("in", "for", "out") for b in ("in", "for", "out")}


def test_a_gate_left_out_is_seen_by_no_other():
    shapes = variants.lstm("full_gate_recurrence", "no_input_gate").shapes
    found = {name for name in shapes if name.startswith(("R_in_", "R_out_"))}
    assert found == {"R_out_for", "R_out_out"}


def test_a_variant_is_the_lstm_where_its_change_does_nothing(rng):
    """Gates wide open by a large bias are gates left out."""
    case = Case(LSTM, rng)
    case.params |= {"W_in": np.zeros((H, D)), "R_in": np.zeros((H, H)), "p_in": np.zeros(H)}
    case.params["b_in"] = np.full(H, 50.0)
    cell = variants.lstm("no_input_gate")
    fewer = {name: value for name, value in case.params.items() if name in cell.shapes}
    one = cells.forward(LSTM, case.params, case.X, **case.first)
    other = cells.forward(cell, fewer, case.X, **case.first)
    np.testing.assert_allclose(one.values["y"], other.values["y"], **EXACT)


def test_describing_and_writing_are_inverse():
    table = dict(line.split(" = ") for line in variants.equations(LSTM).splitlines())
    assert table == cells.LSTM_TABLE
    assert describe("LSTM", table).nodes == LSTM.nodes


def test_half_and_half_make_the_whole(rng):
    case = Case(LSTM, rng)
    whole = cells.forward(LSTM, case.params, case.X, **case.first)
    one = cells.forward(LSTM, case.params, case.X[:2], **case.first)
    state = {f"{name}0": one.values[name][-1] for name in ("y", "c")}
    two = cells.forward(LSTM, case.params, case.X[2:], **state)
    both = np.vstack([one.values["c"], two.values["c"]])
    np.testing.assert_array_equal(both, whole.values["c"])


def test_a_cut_arrow_hands_nothing_back(rng):
    """Without the arrow c_prev → c the error of the cell ends at its step."""
    case = Case(variants.lstm("no_peepholes"), rng)
    run = cells.forward(case.cell, case.params, case.X, **case.first)
    recurrent = [f"y_prev-{gate}_bar" for gate in "zifo"]
    found = cells.backward(run, cut=["c_prev-c", *recurrent], dc_T=np.ones(H))
    assert not found.errors["c"][:-1].any()
    assert found.errors["c"][-1].tolist() == [1.0] * H
    assert cells.backward(run, cut=recurrent, dc_T=np.ones(H)).errors["c"][0].any()


def test_a_nudge_moves_one_arrow_alone(rng):
    case = Case(LSTM, rng)
    plain = cells.forward(LSTM, case.params, case.X, **case.first).values
    arrow = next(arrow for arrow in LSTM.arrows if arrow.id == "c_prev-f_bar")
    nudge = {(arrow, 3): np.full(H, 0.1)}
    moved = cells.forward(LSTM, case.params, case.X, nudge=nudge, **case.first).values
    np.testing.assert_array_equal(moved["c"][:3], plain["c"][:3])
    np.testing.assert_array_equal(moved["i_bar"][3], plain["i_bar"][3])
    move = moved["f_bar"][3] - plain["f_bar"][3]
    np.testing.assert_allclose(move, 0.1 * case.params["p_for"], **EXACT)


def test_the_spread_of_first_parameters():
    D, H = 400, 300
    params = cells.init(RNN, D, H, np.random.default_rng(0), scale=3.0)
    shapes = {"U": (H, D), "W": (H, H), "V": (1, H), "b": (H,), "c": (1,)}
    assert {name: value.shape for name, value in params.items()} == shapes
    assert params["U"].std() == pytest.approx(3 / 400**0.5, rel=0.02)
    assert params["W"].std() == pytest.approx(3 / 300**0.5, rel=0.02)
    assert params["b"].std() == pytest.approx(3, rel=0.1)
    plain = cells.init(RNN, D, H, np.random.default_rng(0))
    np.testing.assert_allclose(3 * plain["U"], params["U"], rtol=1e-12)
    zeros = cells.init(RNN, D, H, np.random.default_rng(0), scale=0.0)
    assert not any(value.any() for value in zeros.values())


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"D": 0}, ValueError, "D is 0, expected at least 1"),
        ({"H": 1.5}, TypeError, "H is 1.5, expected a whole number"),
        ({"K": 0}, ValueError, "K is 0, expected at least 1"),
        ({"scale": -0.5}, ValueError, "scale is -0.5, expected at least 0"),
        ({"rng": 0}, TypeError, "rng is a int, expected Generator"),
        ({"cell": "RNN"}, TypeError, "cell is a str, expected Cell"),
    ],
)
def test_first_parameters_that_are_refused(rng, changes, error, message):
    with pytest.raises(error, match=f"^{message}"):
        cells.init(**({"cell": RNN, "D": D, "H": H, "rng": rng} | changes))


def test_cells_by_name():
    assert (LSTM.name, RNN.name) == ("LSTM", "simple RNN")


def test_float32_stays_float32(rng):
    case = Case(LSTM, rng)
    params = {name: value.astype(np.float32) for name, value in case.params.items()}
    run = cells.forward(LSTM, params, case.X.astype(np.float32))
    found = cells.backward(run, dy=np.ones((T, H), np.float32))
    arrays = [*run.values.values(), *found.params.values(), *found.errors.values()]
    arrays += [*run.first.values(), *found.first.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"h": "W ** x"}, r"term 'W \*\* x' cannot be read"),
        ({"h": "tanh(a)", "a": "W @ x"}, "h uses a before it is calculated"),
        ({"h": "W @ g_prev"}, "h uses g_prev, which no node makes"),
    ],
)
def test_descriptions_that_are_refused(table, message):
    with pytest.raises(ValueError, match=message):
        describe("mine", table)


def test_a_node_is_given_once():
    cell = describe("mine", {"h": "W @ x"}, {"h": "K"})
    assert (cell.name, cell.size("h"), cell.size("W")) == ("mine", "K", "H")
    (node,) = describe("mine", {"h": "W @ x"}).nodes
    assert Cell("mine", (node,)).shapes == {"W": ("H", "D")}
    with pytest.raises(ValueError, match="node h is given twice"):
        Cell("mine", (node, node))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"X": np.zeros((T, D + 1))}, ValueError, r"W_z has shape \(4, 3\), expected \(H, 4\)"),
        ({"X": np.full((T, D), np.nan)}, ValueError, "^X holds nan"),
        ({"nudge": {("q", 0): 1.0}}, ValueError, "nudge holds 'q', expected nodes and arrows of L"),
        ({"nudge": {("c", T): 1.0}}, ValueError, "nudge holds step 6, expected 0 … 5"),
        ({"X": np.zeros((T, D), np.float32)}, TypeError, "W_z holds float64, expected float32"),
        (
            {"params": dict.fromkeys("fbdace")},
            ValueError,
            r"params holds \['a', 'b', 'c', 'd', 'e', 'f'\], expected \['R_for', 'R_in', 'R_out', ",
        ),
        ({"X": np.zeros(D)}, ValueError, r"X has shape \(3,\), expected \(T, D\)"),
        ({"W_in": np.zeros((H, D + 1))}, ValueError, r"W_in has shape \(4, 4\), expected \(4, 3"),
        ({"cell": "LSTM"}, TypeError, "cell is a str, expected Cell"),
        ({"params": ["W_z"]}, TypeError, "params is a list, expected Mapping"),
        ({"y0": np.zeros(H + 1)}, ValueError, r"y0 has shape \(5,\), expected \(4,\)"),
        ({"h0": np.zeros(H)}, ValueError, "first state is 'h0', expected one of c0, y0"),
    ],
)
def test_arguments_that_are_refused(rng, changes, error, message):
    case = Case(LSTM, rng)
    params = {name: changes.get(name, value) for name, value in case.params.items()}
    given = {"cell": LSTM, "params": params, "X": case.X} | changes
    with pytest.raises(error, match=message):
        cells.forward(**{name: value for name, value in given.items() if name not in params})


def test_the_loss_is_the_sum_over_nodes_and_steps(rng):
    case = Case(RNN, rng)
    run = cells.forward(RNN, case.params, case.X)
    above = {name: np.ones_like(run.values[name]) for name in "ho"}
    expected = run.values["h"].sum() + run.values["o"].sum()
    assert cells.loss(run, above) == pytest.approx(expected, rel=1e-14)


def test_overflow_is_reported_with_its_place(rng):
    case = Case(LSTM, rng)
    case.params["W_z"] = np.full((H, D), 1e308)
    with pytest.raises(ValueError, match=r"^z_bar holds (inf|nan) at index \(0, 0\)"):
        cells.forward(LSTM, case.params, np.full((1, D), 10.0))
    case.params["R_z"] = np.full((H, H), -1e308)  # ∞ − ∞
    with pytest.raises(ValueError, match=r"^z_bar holds nan at index \(0, 0\)"):
        cells.forward(LSTM, case.params, np.full((1, D), 10.0), y0=np.full(H, 10.0))


def test_errors_that_are_refused(rng):
    case = Case(LSTM, rng)
    run = cells.forward(LSTM, case.params, case.X)
    with pytest.raises(ValueError, match="error is 'dh', expected one of"):
        cells.backward(run, dh=np.zeros((T, H)))
    with pytest.raises(ValueError, match=r"dy has shape \(5, 4\), expected \(6, 4\)"):
        cells.backward(run, dy=np.zeros((T - 1, H)))
    with pytest.raises(ValueError, match="cut is 'c-c', expected one of"):
        cells.backward(run, cut=["c-c"], dy=np.zeros((T, H)))
    with pytest.raises(TypeError, match="run is a Cell, expected Run"):
        cells.backward(LSTM)


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant is 'nothing', expected one of"):
        variants.lstm("nothing")
