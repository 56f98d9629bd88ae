"""Routes: every term against its own numerical derivative, the sums against all, the formulas."""

import re

import numpy as np
import pytest

from lstm_core import cells, formulas, jacobians, notation, routes, variants
from lstm_core.cells import LSTM, RNN
from lstm_core.lstm import LSTMParams
from lstm_core.lstm import forward as hand_written
from lstm_core.routes import terms, terms_at

T, D, H = 5, 3, 2
NUMERICAL = {"rtol": 1e-6, "atol": 1e-8}
EXACT = {"rtol": 1e-10, "atol": 1e-12}
SOME = [(), ("no_peepholes",), ("coupled_gates",), ("full_gate_recurrence",), ("no_output_gate",)]
SOME += [("no_input_gate", "no_output_activation"), ("no_forget_gate", "no_input_activation")]


def case(rng, *names, steps=T):
    """A run of a variant with weights of size 1 and a first state, and its gradients."""
    cell = variants.lstm(*names)
    params = cells.init(cell, D, H, rng)
    first = {f"{name}0": rng.standard_normal(H) for name in cell.states}
    run = cells.forward(cell, params, rng.standard_normal((steps, D)), **first)
    dY, dc_T = rng.standard_normal((steps, H)), rng.standard_normal(H)
    return run, cells.backward(run, dy=dY, dc_T=dc_T)


@pytest.mark.parametrize("names", SOME)
def test_each_term_is_the_derivative_with_the_other_routes_frozen(rng, names):
    run, gradients = case(rng, *names)
    for name in ("x", *run.cell.table):
        for t in (0, 2, T - 1):
            found = terms_at(run, gradients, name, t)
            for term in found:
                numerical = routes.frozen(run, gradients, name, term, t)
                np.testing.assert_allclose(term.value, numerical, **NUMERICAL)
            total = sum(term.value for term in found)
            np.testing.assert_allclose(total, gradients.errors[name][t], **EXACT)
            together = routes.numerical(run, gradients, name, t)
            np.testing.assert_allclose(total, together, **NUMERICAL)


@pytest.mark.parametrize("names", SOME)
def test_each_term_of_a_parameter_is_its_use_at_one_step(rng, names):
    run, gradients = case(rng, *names)
    for name, gradient in gradients.params.items():
        found = terms_at(run, gradients, name)
        assert len(found) == T
        for t, term in enumerate(found):
            numerical = routes.frozen(run, gradients, name, term, t)
            np.testing.assert_allclose(term.value, numerical, **NUMERICAL)
        np.testing.assert_allclose(sum(term.value for term in found), gradient, **EXACT)
    numerical = routes.numerical(run, gradients, "R_z")
    np.testing.assert_allclose(gradients.params["R_z"], numerical, **NUMERICAL)


FORMULAS = {
    "y": r"\delta y^{(t)} = \partial J^{(t)} / \partial y^{(t)} + R_z^\top \delta\bar{z}^{(t+1)}"
    r" + R_{\mathrm{in}}^\top \delta\bar{i}^{(t+1)} + R_{\mathrm{for}}^\top \delta\bar{f}^{(t+1)}"
    r" + R_{\mathrm{out}}^\top \delta\bar{o}^{(t+1)}",
    "o_bar": r"\delta\bar{o}^{(t)} = \delta y^{(t)} \odot \tanh(c^{(t)}) "
    r"\odot \sigma'(\bar{o}^{(t)})",
    "c": r"\delta c^{(t)} = \delta y^{(t)} \odot o^{(t)} \odot \tanh'(c^{(t)})"
    r" + p_{\mathrm{out}} \odot \delta\bar{o}^{(t)} + p_{\mathrm{in}} \odot \delta\bar{i}^{(t+1)}"
    r" + p_{\mathrm{for}} \odot \delta\bar{f}^{(t+1)} + \delta c^{(t+1)} \odot f^{(t+1)}",
    "f_bar": r"\delta\bar{f}^{(t)} = \delta c^{(t)} \odot c^{(t-1)} \odot \sigma'(\bar{f}^{(t)})",
    "i_bar": r"\delta\bar{i}^{(t)} = \delta c^{(t)} \odot z^{(t)} \odot \sigma'(\bar{i}^{(t)})",
    "z_bar": r"\delta\bar{z}^{(t)} = \delta c^{(t)} \odot i^{(t)} \odot \tanh'(\bar{z}^{(t)})",
    "x": r"\delta x^{(t)} = W_z^\top \delta\bar{z}^{(t)} + W_{\mathrm{in}}^\top \delta\bar{i}^{(t)}"
    r" + W_{\mathrm{for}}^\top \delta\bar{f}^{(t)} + W_{\mathrm{out}}^\top \delta\bar{o}^{(t)}",
    "W_z": r"\partial J / \partial W_z = \sum_t \delta\bar{z}^{(t)} {x^{(t)}}^\top",
    "R_in": r"\partial J / \partial R_{\mathrm{in}} = \sum_t \delta\bar{i}^{(t+1)} {y^{(t)}}^\top",
    "b_for": r"\partial J / \partial b_{\mathrm{for}} = \sum_t \delta\bar{f}^{(t)}",
    "p_in": r"\partial J / \partial p_{\mathrm{in}} = \sum_t c^{(t)} \odot \delta\bar{i}^{(t+1)}",
    "p_for": r"\partial J / \partial p_{\mathrm{for}} = \sum_t c^{(t)} \odot \delta\bar{f}^{(t+1)}",
    "p_out": r"\partial J / \partial p_{\mathrm{out}} = \sum_t c^{(t)} \odot \delta\bar{o}^{(t)}",
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formulas_of_the_textbook(name):
    assert routes.formula(LSTM, name) == FORMULAS[name]


def test_formulas_of_other_cells():
    assert routes.formula(RNN, "h") == (
        r"\delta h^{(t)} = V^\top \delta o^{(t)} + W^\top \delta a^{(t+1)}"
    )
    tied = variants.lstm("coupled_gates")
    assert [term.key for term in terms(tied, "i")] == ["f>c", "c"]
    assert routes.formula(tied, "i").startswith(
        r"\delta i^{(t)} = -\delta c^{(t)} \odot c^{(t-1)} + "
    )
    assert not routes.kept(LSTM, "f")
    assert routes.kept(variants.lstm("full_gate_recurrence"), "f")


def test_formulas_of_what_only_hands_on():
    assert routes.formula(LSTM, "tanh_c") == (
        r"\delta\tanh(c^{(t)}) = \delta y^{(t)} \odot o^{(t)}"
    )
    twice = cells.describe("twice", {"a": "W @ x", "b": "1 - a", "c": "1 - b", "h": "c * a"})
    assert routes.formula(twice, "b") == r"\delta b^{(t)} = -\delta h^{(t)} \odot a^{(t)}"
    assert [term.tex for term in terms(twice, "a")] == [
        r"\delta h^{(t)} \odot a^{(t)}",  # through both signs
        r"\delta h^{(t)} \odot c^{(t)}",
    ]
    biased = cells.describe("biased", {"a": "W @ x + k", "h": "tanh(a)"})
    assert routes.kept(biased, "a")
    assert [term.key for term in terms(biased, "x")] == ["a"]
    softmax = cells.describe("hat", {"y_hat": "W @ x"})
    assert formulas.equation(softmax, "y_hat") == r"\hat{y}^{(t)} = W\, x^{(t)}"
    with pytest.raises(ValueError, match=r"^name is 'q', expected one of"):
        formulas.equation(LSTM, "q")


def test_forward_equations():
    assert formulas.equation(LSTM, "c") == (
        r"c^{(t)} = z^{(t)} \odot i^{(t)} + c^{(t-1)} \odot f^{(t)}"
    )
    assert formulas.equation(LSTM, "y", 1) == r"y^{(2)} = o^{(2)} \odot \tanh(c^{(2)})"
    assert formulas.equation(LSTM, "tanh_c") == r"\tanh(c^{(t)})"
    linear = variants.lstm("no_input_activation")
    assert formulas.equation(linear, "z") == r"z^{(t)} = \bar{z}^{(t)}"
    tied = variants.lstm("coupled_gates")
    assert formulas.equation(tied, "f") == r"f^{(t)} = 1 - i^{(t)}"
    cut = cells.describe("cut", {"a": "W @ x", "h": "relu(a)"})
    assert formulas.equation(cut, "h") == r"h^{(t)} = \mathrm{relu}(a^{(t)})"


def test_numbers_put_into_a_term():
    leaky = cells.describe("leaky", {"s": "s_prev * f + E @ x"})
    params = {"f": np.array([0.5]), "E": np.array([[-2.0]])}
    run = cells.forward(leaky, params, [[1.0], [2.0]], s0=[1.0])
    gradients = cells.backward(run, ds=[[1.0], [4.0]])
    direct, later = terms_at(run, gradients, "s", 0)
    assert routes.with_numbers(run, gradients, direct, 0, "s") == "1.00"
    assert routes.with_numbers(run, gradients, later, 0) == r"0.50 \odot 4.00"
    assert later.value.tolist() == [2.0]


def test_steps_are_numbered_in_formulas_and_routes(rng):
    run, gradients = case(rng)
    (first, *_) = terms_at(run, gradients, "c", 1)
    assert first.tex == r"\delta y^{(2)} \odot o^{(2)} \odot \tanh'(c^{(2)})"
    (way,) = routes.routes(LSTM, "o_bar", "J")
    assert way.tex == (
        r"\partial J^{(t)} / \partial y^{(t)} \odot \tanh(c^{(t)}) \odot \sigma'(\bar{o}^{(t)})"
    )


def test_a_coarser_step_of_differentiation_is_handed_to_each_step(rng):
    run, gradients = case(rng)
    parts = [routes.numerical(run, gradients, "b_for", t, 0.1) for t in range(T)]
    np.testing.assert_array_equal(
        routes.numerical(run, gradients, "b_for", epsilon=0.1), sum(parts)
    )


def test_at_the_last_step_only_its_own_routes_are_left(rng):
    run, gradients = case(rng)
    keys = [term.key for term in terms_at(run, gradients, "c", T - 1)]
    assert keys == ["J", "tanh_c>y", "o_bar"]
    assert [term.key for term in terms_at(run, gradients, "y", T - 1)] == ["J"]
    keys = [term.key for term in terms_at(run, gradients, "c", 1)]
    assert keys == ["tanh_c>y", "o_bar", "i_bar+1", "f_bar+1", "c+1"]


def test_whole_routes_over_one_step_sum_to_the_four_terms(rng):
    """Against the Jacobian ∂c^(t)/∂c^(t-1) that `jacobians` writes by hand."""
    shapes = {"W": (4, H, D), "R": (4, H, H), "p": (3, H), "b": (4, H)}
    params = LSTMParams(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})
    X = rng.standard_normal((T, D))
    total = jacobians.lstm_cell_terms(params, hand_written(params, X)).total
    run = cells.forward(LSTM, cells.named(params), X)
    for t in range(T - 1):
        found = routes.routes(LSTM, "c", "c", 1, run, t=t)
        assert len(found) == 9
        np.testing.assert_allclose(sum(route.value for route in found), total[t], **EXACT)


@pytest.mark.parametrize("names", [(), ("coupled_gates",)])
def test_whole_routes_to_the_loss_sum_to_the_error(rng, names):
    run, gradients = case(rng, *names)
    only_y = cells.backward(run, dy=gradients.above["y"])
    for name in ("c", "o_bar", "x"):
        found = routes.routes(run.cell, name, "J", 2, run, only_y, t=T - 3)
        total = sum(route.value for route in found)
        np.testing.assert_allclose(total, only_y.errors[name][T - 3], **EXACT)
        assert len({route.key for route in found}) == len(found)


def test_formulas_as_html_and_plain_text():
    tex = terms(LSTM, "y")[2].tex
    assert notation.html(tex) == (
        "<i>R</i><sub>in</sub><sup>⊤</sup> δ<i>ī</i><sup>(<i>t</i>+1)</sup>"
    )
    assert notation.plain(tex) == "R_in^⊤ δī^(t+1)"
    assert notation.plain(routes.formula(LSTM, "p_out")) == "∂J / ∂p_out = Σ_t c^(t) ⊙ δō^(t)"


def test_what_is_refused(rng):
    run, gradients = case(rng)
    with pytest.raises(ValueError, match="name is 'q', expected one of"):
        terms(LSTM, "q")
    with pytest.raises(ValueError, match="t is 5, expected less than T = 5"):
        terms_at(run, gradients, "c", T)
    with pytest.raises(TypeError, match="t is None, expected a whole number"):
        terms_at(run, gradients, "c")
    with pytest.raises(ValueError, match=r"t \+ steps is 5, expected less than T = 5"):
        routes.routes(LSTM, "c", "c", 2, run, t=3)
    with pytest.raises(ValueError, match="source is 'R_in', expected one of"):
        routes.routes(LSTM, "R_in", "c")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run, back, route: routes.outputs(run), "cell is a Run, expected Cell"),
        (lambda run, back, route: routes.kept(run, "c"), "cell is a Run, expected Cell"),
        (lambda run, back, route: terms(run, "c"), "cell is a Run, expected Cell"),
        (lambda run, back, route: routes.routes(run, "c", "c"), "cell is a Run, expected Cell"),
        (
            lambda run, back, route: routes.routes(LSTM, "c", "c", run=back),
            "run is a Gradients, expected Run",
        ),
        (
            lambda run, back, route: routes.routes(LSTM, "c", "J", run=run, gradients=run),
            "gradients is a Run, expected Gradients",
        ),
        (lambda run, back, route: terms_at(back, back, "c", 0), "run is a Gradients, expected Run"),
        (lambda run, back, route: terms_at(run, run, "c", 0), "gradients is a Run, expected Grad"),
        (
            lambda run, back, route: routes.numerical(back, back, "c", 0),
            "run is a Gradients, expected Run",
        ),
        (
            lambda run, back, route: routes.frozen(back, back, "c", route, 0),
            "run is a Gradients, expected Run",
        ),
        (
            lambda run, back, route: routes.with_numbers(back, back, route, 0),
            "run is a Gradients, expected Run",
        ),
        (
            lambda run, back, route: routes.frozen(run, back, "c", "c+1", 0),
            "route is a str, expected Route",
        ),
        (
            lambda run, back, route: routes.with_numbers(run, back, "c+1", 0),
            "route is a str, expected Route",
        ),
        (lambda run, back, route: routes.with_numbers(run, back, route, 1.0), "t is 1.0, expected"),
        (lambda run, back, route: routes.frozen(run, back, "c", route, 1.0), "t is 1.0, expected"),
    ],
)
def test_things_of_another_kind_are_named(rng, call, message):
    run, gradients = case(rng)
    with pytest.raises(TypeError, match=f"^{message}"):
        call(run, gradients, terms(LSTM, "c")[-1])


def test_names_that_are_refused(rng):
    run, gradients = case(rng)
    first, direct = terms(LSTM, "c")[0], terms(LSTM, "y")[0]
    for call in (
        lambda: routes.kept(LSTM, "q"),
        lambda: terms_at(run, gradients, "q", 0),
        lambda: routes.frozen(run, gradients, "q", first, 0),
        lambda: routes.numerical(run, gradients, "q", 0),
        lambda: routes.with_numbers(run, gradients, direct, 0, "q"),
    ):
        with pytest.raises(ValueError, match=r"^name is 'q', expected one of"):
            call()
    with pytest.raises(ValueError, match=r"^name is 'z', expected one of c, y"):
        routes.frozen(run, gradients, "z", direct, 0)  # no error from above enters at z
    with pytest.raises(ValueError, match=r"^target is 'q', expected one of"):
        routes.routes(LSTM, "c", "q")
    with pytest.raises(ValueError, match=r"^steps is -1, expected at least 0"):
        routes.routes(LSTM, "c", "c", -1)
    with pytest.raises(ValueError, match=r"^route ends at step 5, expected less than T = 5"):
        routes.with_numbers(run, gradients, terms(LSTM, "c")[-1], T - 1)
    only_c = cells.backward(run, dc_T=np.ones(H))
    with pytest.raises(ValueError, match=r"^gradients hold no error from above at y"):
        routes.routes(LSTM, "c", "J", 1, run, only_c)
    with pytest.raises(ValueError, match=r"^epsilon is 0.0, expected more than 0"):
        routes.numerical(run, gradients, "c", 0, epsilon=0.0)


def test_routes_of_a_float32_run_are_float32(rng):
    params = {name: value.astype(np.float32) for name, value in cells.init(LSTM, D, H, rng).items()}
    run = cells.forward(LSTM, params, rng.standard_normal((T, D)).astype(np.float32))
    found = routes.routes(LSTM, "c", "y", 1, run)
    assert {route.value.dtype for route in found} == {np.dtype(np.float32)}


NUMBER = r"\(?(-?\d+\.\d+)(?: \\cdot 10\^\{(-?\d+)\})?\)?"


@pytest.mark.parametrize("names", [(), ("full_gate_recurrence",), ("no_input_activation",)])
def test_the_numbers_put_into_a_term_multiply_to_its_value(rng, names):
    """One input and one unit: then each product, also with a matrix, is one of plain numbers."""
    cell = variants.lstm(*names)
    params = cells.init(cell, 1, 1, rng)
    run = cells.forward(cell, params, rng.standard_normal((3, 1)), y0=[0.3], c0=[-0.8])
    gradients = cells.backward(run, dy=rng.standard_normal((3, 1)))
    for name in ("y", "o_bar", "c", "f_bar", "i_bar", "z_bar", "x"):
        for term in terms_at(run, gradients, name, 1):
            written = routes.with_numbers(run, gradients, term, 1, name, 6)
            found = re.findall(NUMBER, written)
            factors = [float(number) * 10.0 ** int(power or 0) for number, power in found]
            assert np.prod(factors) == pytest.approx(term.value.item(), rel=0.06, abs=1e-5), written


def test_the_derivative_along_an_arrow_is_written_as_a_matrix(rng):
    cell = variants.lstm("coupled_gates")

    def along(source, target):
        (arrow,) = (a for a in cell.arrows if (a.source, a.target) == (source, target))
        return formulas.jacobian_tex(cell, (arrow, 0), lambda variable, _: variable.name)

    assert along("z", "c") == r"\mathrm{diag}(i)"
    assert along("i", "c") == r"\mathrm{diag}(z)"
    assert along("i", "f") == "(-I)"
    assert along("i_bar", "i") == r"\mathrm{diag}(\sigma'(i_bar))"
    assert along("x", "i_bar") == "W_in"
    linear = variants.lstm("no_input_activation")
    (arrow,) = (a for a in linear.arrows if (a.source, a.target) == ("z_bar", "z"))
    assert formulas.jacobian_tex(linear, (arrow, 0), lambda variable, _: variable.name) == "I"


def test_whole_routes_by_pencil():
    """s^(t) = f s^(t−1) + E x^(t) with f = 1/2, E = −2; errors 1 and 4 from above."""
    leaky = cells.describe("leaky", {"s": "s_prev * f + E @ x"})
    params = {"f": np.array([0.5]), "E": np.array([[-2.0]])}
    run = cells.forward(leaky, params, [[1.0], [2.0]], s0=[1.0])
    gradients = cells.backward(run, ds=[[1.0], [4.0]])
    now, later = routes.routes(leaky, "x", "J", 1, run=run, gradients=gradients)
    assert (now.key, later.key) == ("s>J", "s>s+1>J")
    assert now.tex == r"E^\top \partial J^{(t)} / \partial s^{(t)}"
    assert later.tex == r"E^\top \left(f \odot \partial J^{(t+1)} / \partial s^{(t+1)}\right)"
    assert (now.value.tolist(), later.value.tolist()) == ([-2.0], [-4.0])
    assert [(arrow.source, arrow.target) for arrow in later.arrows] == [("x", "s"), ("s", "s")]
    (along,) = routes.routes(leaky, "x", "s", 1, run=run)
    assert (along.key, along.tex) == ("s>s+1", r"\mathrm{diag}(f) \, E")
    assert along.value.tolist() == [[-1.0]]
    (unvalued,) = routes.routes(leaky, "s", "s", 1)
    assert (unvalued.key, unvalued.value) == ("s+1", None)
    (alone,) = routes.routes(leaky, "s", "J", gradients=None, run=run)
    assert alone.value is None
    direct, back = terms_at(run, gradients, "s", 0)
    assert (direct.key, direct.arrows) == ("J", ())
    assert direct.tex == r"\partial J^{(1)} / \partial s^{(1)}"
    assert (back.key, back.tex) == ("s+1", r"f \odot \delta s^{(2)}")
    first, *_ = terms(leaky, "s")
    assert (first.key, first.arrows) == ("J", ())
    assert len(routes.routes(leaky, "x", "J")) == 1  # steps is 0 by itself
    (to_itself,) = routes.routes(leaky, "s", "s", run=run)
    assert (to_itself.key, to_itself.arrows, to_itself.tex) == ("", (), "I")
    assert to_itself.value.tolist() == [[1.0]]
    (last,) = routes.routes(leaky, "s", "J", 0, run=run, gradients=gradients, t=1)
    assert (last.key, last.value.tolist()) == ("J", [4.0])
    assert [way.tex for way in routes.routes(LSTM, "f", "y")] == [
        r"\mathrm{diag}(\tanh(c^{(t)})) \, \mathrm{diag}(\sigma'(\bar{o}^{(t)})) \, "
        r"\mathrm{diag}(p_{\mathrm{out}}) \, \mathrm{diag}(c^{(t-1)})",
        r"\mathrm{diag}(o^{(t)}) \, \mathrm{diag}(\tanh'(c^{(t)})) \, \mathrm{diag}(c^{(t-1)})",
    ]
