"""The LSTM block: gradients with every set of peepholes, properties, and what it refuses."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core import gradients, lstm
from lstm_core.lstm import LSTMParams
from lstm_core.parameters import arrays

T, D, H = 6, 3, 4
EXACT = {"rtol": 1e-12, "atol": 1e-12}
PEEPHOLES = list(itertools.product((False, True), repeat=3))
NAN = float("nan")


def random_params(rng, peepholes=(True, True, True), D=D, H=H):
    """Weights, peepholes and biases of size 1."""
    shapes = {"W": (4, H, D), "R": (4, H, H), "p": (3, H), "b": (4, H)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    values["p"] *= np.array(peepholes)[:, None]
    return LSTMParams(**values)


class Case:
    """A block, a sequence, first states, and errors for all outputs and the last cell."""

    def __init__(self, rng, peepholes=(True, True, True), T=T):
        self.params = random_params(rng, peepholes)
        self.X, self.dY = rng.standard_normal((T, D)), rng.standard_normal((T, H))
        self.y0, self.c0, self.dc_T = rng.standard_normal((3, H))

    def run(self, **changes):
        values = {"params": self.params, "X": self.X, "y0": self.y0, "c0": self.c0} | changes
        return lstm.forward(**values)

    def loss(self, **changes):
        """A linear function of the outputs and the last cell."""
        run = self.run(**changes)
        return float((run.y * self.dY).sum() + run.c[-1] @ self.dc_T)

    def backward(self):
        return lstm.backward(self.params, self.run(), self.dY, self.dc_T)


def same(found, expected, **tolerance):
    for (name, one), (_, other) in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, err_msg=name, **(tolerance or EXACT))


# --- forward


def test_forward_is_the_equations_unit_by_unit(rng):
    case = Case(rng)
    run, (W, R, p, b) = case.run(), (value for _, value in arrays(case.params))
    y, c = case.y0, case.c0

    def sigma(a):
        return 1 / (1 + np.exp(-a))

    for t, x in enumerate(case.X):
        bars = np.einsum("ghd,d->gh", W, x) + np.einsum("ghk,k->gh", R, y) + b
        z_bar, i_bar, f_bar = bars[0], bars[1] + p[0] * c, bars[2] + p[1] * c
        c = np.tanh(z_bar) * sigma(i_bar) + c * sigma(f_bar)
        o_bar = bars[3] + p[2] * c
        y = sigma(o_bar) * np.tanh(c)
        expected = {"z_bar": z_bar, "i_bar": i_bar, "f_bar": f_bar, "o_bar": o_bar, "c": c, "y": y}
        expected |= {"z": np.tanh(z_bar), "i": sigma(i_bar), "f": sigma(f_bar), "o": sigma(o_bar)}
        for name, value in expected.items():
            np.testing.assert_allclose(getattr(run, name)[t], value, err_msg=name, **EXACT)
    np.testing.assert_array_equal(run.x, case.X)
    np.testing.assert_array_equal(run.y0, case.y0)
    np.testing.assert_array_equal(run.c0, case.c0)


def test_what_is_left_out_is_zero(rng):
    case = Case(rng)
    given = case.run(y0=np.zeros(H), c0=np.zeros(H))
    for one, other in zip(lstm.forward(case.params, case.X), given, strict=True):
        np.testing.assert_array_equal(one, other)
    without = lstm.backward(case.params, given, case.dY)
    same(without.params, lstm.backward(case.params, given, case.dY, np.zeros(H)).params)


def test_init_draws_by_fan_in_and_remembers():
    params = lstm.init(300, 200, np.random.default_rng(0))
    assert params.W.std() * 300**0.5 == pytest.approx(1, rel=0.02)
    assert params.R.std() * 200**0.5 == pytest.approx(1, rel=0.02)
    assert (params.W.shape, params.R.shape) == ((4, 200, 300), (4, 200, 200))
    assert not params.p.any()
    np.testing.assert_array_equal(params.b, np.outer([0, 0, 1, 0], np.ones(200)))
    peeping = lstm.init(300, 200, np.random.default_rng(0), -2.5, peepholes=True, scale=3)
    assert peeping.p.std() * 200**0.5 == pytest.approx(3, rel=0.1)
    np.testing.assert_allclose(peeping.W, 3 * params.W, rtol=1e-12)
    np.testing.assert_allclose(peeping.R, 3 * params.R, rtol=1e-12)
    np.testing.assert_array_equal(peeping.b[2], np.full(200, -2.5))
    assert not peeping.b[[0, 1, 3]].any()
    assert not lstm.init(2, 3, np.random.default_rng(0), scale=0).R.any()


def test_float32_stays(rng):
    params = lstm.init(D, H, rng, peepholes=True, dtype=np.float32)
    run = lstm.forward(params, rng.standard_normal((T, D)).astype(np.float32))
    found = lstm.backward(params, run, np.ones_like(run.y))
    values = [*run, *found[1:], *(value for _, value in arrays(found.params))]
    assert {value.dtype for value in values} == {np.dtype(np.float32)}


# --- backward


@pytest.mark.parametrize("peepholes", PEEPHOLES)
def test_gradients_are_the_numerical_ones(rng, peepholes):
    case = Case(rng, peepholes)
    assert list(case.params.p.any(axis=1)) == list(peepholes)
    found = case.backward()
    for name, gradient in zip(("params", "X", "y0", "c0"), found[:4], strict=True):
        report = gradients.check(
            lambda value, name=name: case.loss(**{name: value}),
            getattr(case, name),
            gradient,
            tolerance=1e-9,
        )
        assert report.ok, f"{name}\n{report}"


def test_gradients_hold_where_weights_are_twice_as_large_and_there_is_one_of_each(rng):
    for sizes in ((1, 1), (2, 1), (1, 3)):
        params = random_params(rng, D=sizes[0], H=sizes[1])
        X, dY = rng.standard_normal((5, sizes[0])), rng.standard_normal((5, sizes[1]))
        params = dataclasses.replace(params, W=2 * params.W, R=2 * params.R, p=2 * params.p)
        found = lstm.backward(params, lstm.forward(params, X), dY).params
        report = gradients.check(
            lambda value, X=X, dY=dY: (lstm.forward(value, X).y * dY).sum(), params, found
        )
        assert report.ok, f"{sizes}\n{report}"


def test_errors_of_each_neuron_are_the_numerical_ones(rng):
    """δ⋆^(t): move one neuron at one step, work out the rest of its step, and run from there."""
    case = Case(rng)
    run, found = case.run(), case.backward()

    def J(t, moved):
        """J when some neurons of step t are set by hand, and the later ones follow."""
        c_prev = run.c[t - 1] if t else case.c0
        now = {name: getattr(run, name)[t] for name in ("z_bar", "i_bar", "f_bar")} | moved
        z, i, f = np.tanh(now["z_bar"]), *(1 / (1 + np.exp(-now[n])) for n in ("i_bar", "f_bar"))
        c = moved.get("c", z * i + c_prev * f)
        o_bar = run.o_bar[t] + case.params.p[2] * (c - run.c[t])
        o = 1 / (1 + np.exp(-moved.get("o_bar", o_bar)))
        y = moved.get("y", o * np.tanh(c))
        own = y @ case.dY[t]
        if t == T - 1:
            return float(own + c @ case.dc_T)
        later = lstm.forward(case.params, case.X[t + 1 :], y, c)
        return float(own + (later.y * case.dY[t + 1 :]).sum() + later.c[-1] @ case.dc_T)

    for t, name in itertools.product(range(T), ("z_bar", "i_bar", "f_bar", "o_bar", "c", "y")):
        expected = gradients.numerical_gradient(
            lambda value, t=t, name=name: J(t, {name: value}), getattr(run, name)[t]
        )
        error = getattr(found, f"d{name}")[t]
        np.testing.assert_allclose(error, expected, rtol=1e-8, atol=1e-10, err_msg=f"{name} at {t}")


def test_gradient_of_absent_peepholes_is_the_true_derivative(rng):
    case = Case(rng, (False, False, False))
    found = case.backward().params.p
    expected = gradients.numerical_gradient(
        lambda p: case.loss(params=dataclasses.replace(case.params, p=p)), case.params.p
    )
    assert np.abs(expected).min() > 1e-3
    np.testing.assert_allclose(found, expected, rtol=1e-8)


# --- properties


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 200))
def test_open_forget_gate_and_shut_input_gate_keep_the_cell_for_ever(seed, steps):
    rng = np.random.default_rng(seed)
    params = random_params(rng)
    b = params.b.copy()
    b[1], b[2] = -1000, 1000  # i = 0 and f = 1 to the last digit
    c0 = rng.standard_normal(H)
    run = lstm.forward(
        dataclasses.replace(params, b=b),
        rng.standard_normal((steps, D)),
        rng.standard_normal(H),
        c0,
    )
    np.testing.assert_array_equal(run.c, np.tile(c0, (steps, 1)))
    np.testing.assert_array_equal(run.f, np.ones((steps, H)))
    np.testing.assert_array_equal(run.i, np.zeros((steps, H)))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_shut_gates_keep_nothing_and_say_nothing(seed):
    rng = np.random.default_rng(seed)
    params = random_params(rng)
    b = params.b.copy()
    b[1:] = -1000
    run = lstm.forward(dataclasses.replace(params, b=b), rng.standard_normal((T, D)), c0=np.ones(H))
    assert not run.c.any()
    assert not run.y.any()


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 8), st.integers(1, 8), st.sampled_from(PEEPHOLES))
def test_one_sequence_is_two_halves_chained(seed, first, second, peepholes):
    case = Case(np.random.default_rng(seed), peepholes, T=first + second)
    whole, found = case.run(), case.backward()
    before = case.run(X=case.X[:first])
    after = case.run(X=case.X[first:], y0=before.y[-1], c0=before.c[-1])
    for name in whole._fields[:-2]:
        joined = np.vstack([getattr(before, name), getattr(after, name)])
        np.testing.assert_allclose(joined, getattr(whole, name), err_msg=name, **EXACT)
    back = lstm.backward(case.params, after, case.dY[first:], case.dc_T)
    dY = case.dY[:first].copy()
    dY[-1] += back.y0
    front = lstm.backward(case.params, before, dY, back.c0)
    for name in found._fields[4:]:
        joined = np.vstack([getattr(front, name), getattr(back, name)])
        np.testing.assert_allclose(joined, getattr(found, name), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(front.y0, found.y0, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(front.c0, found.c0, rtol=1e-9, atol=1e-9)
    for (name, total), (_, one), (_, other) in zip(
        arrays(found.params), arrays(front.params), arrays(back.params), strict=True
    ):
        np.testing.assert_allclose(total, one + other, rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.permutations(range(H)))
def test_permuted_units_give_permuted_results(seed, order):
    case = Case(np.random.default_rng(seed))
    W, R, p, b = (value for _, value in arrays(case.params))
    params = LSTMParams(W[:, order], R[:, order][:, :, order], p[:, order], b[:, order])
    run = case.run(params=params, y0=case.y0[order], c0=case.c0[order])
    for name in run._fields[1:-2]:
        expected = getattr(case.run(), name)[:, order]
        np.testing.assert_allclose(getattr(run, name), expected, err_msg=name, **EXACT)
    found = lstm.backward(params, run, case.dY[:, order], case.dc_T[order])
    expected = case.backward()
    np.testing.assert_allclose(found.x, expected.x, rtol=1e-9, atol=1e-9)
    grad = expected.params.R[:, order][:, :, order]
    np.testing.assert_allclose(found.params.R, grad, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.params.p, expected.params.p[:, order], rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.floats(1.0, 1e6))
def test_large_weights_saturate_and_stay_finite(seed, scale):
    case = Case(np.random.default_rng(seed))
    run = case.run(params=dataclasses.replace(case.params, W=scale * case.params.W))
    assert np.abs(run.y).max() <= 1
    assert ((run.f >= 0) & (run.f <= 1)).all()
    assert np.abs(run.c).max() <= np.abs(case.c0).max() + T


# --- what is refused

CALLS = {  # name of the argument: a call with a wrong value of it
    "X": lambda case, value: case.run(X=value),
    "y0": lambda case, value: case.run(y0=value),
    "c0": lambda case, value: case.run(c0=value),
    "dY": lambda case, value: lstm.backward(case.params, case.run(), value),
    "dc_T": lambda case, value: lstm.backward(case.params, case.run(), case.dY, value),
}
WRONG = [
    ("X", np.zeros((T, D + 1)), ValueError, r"X has shape \(6, 4\), expected \(T, 3\)"),
    ("X", np.zeros((T, 1, D)), ValueError, r"X has shape \(6, 1, 3\), expected \(T, 3\)"),
    ("X", np.zeros((0, D)), ValueError, r"X is empty: shape \(0, 3\)"),
    ("X", [[1, 2, 3], [1, NAN, 3]], ValueError, r"X holds nan at index \(1, 1\), expected finite"),
    ("X", [[1, 2, 3], [1, 2]], ValueError, "X is ragged"),
    ("X", [["a", "b", "c"]], TypeError, "X holds <U1, expected real numbers"),
    ("X", np.zeros((T, D), bool), TypeError, "X holds bool, expected real numbers"),
    ("X", np.zeros((T, D), np.float32), TypeError, "X holds float32, expected float64"),
    ("y0", np.zeros(H + 1), ValueError, r"y0 has shape \(5,\), expected \(4,\)"),
    ("y0", [1, 2, 3, NAN], ValueError, r"y0 holds nan at index \(3,\)"),
    ("y0", np.zeros(H, np.float32), TypeError, "y0 holds float32, expected float64"),
    ("c0", np.zeros((H, 1)), ValueError, r"c0 has shape \(4, 1\), expected \(4,\)"),
    ("c0", [1, 2, 3, np.inf], ValueError, r"c0 holds inf at index \(3,\)"),
    ("dY", np.zeros((T - 1, H)), ValueError, r"dY has shape \(5, 4\), expected \(6, 4\)"),
    ("dY", np.zeros((T, 1)), ValueError, r"dY has shape \(6, 1\), expected \(6, 4\)"),
    ("dY", np.full((T, H), NAN), ValueError, r"dY holds nan at index \(0, 0\)"),
    ("dY", np.zeros((T, H), np.float32), TypeError, "dY holds float32, expected float64"),
    ("dc_T", np.zeros(H + 1), ValueError, r"dc_T has shape \(5,\), expected \(4,\)"),
    ("dc_T", [1, 2, 3, np.inf], ValueError, r"dc_T holds inf at index \(3,\)"),
]


@pytest.mark.parametrize(("argument", "value", "error", "message"), WRONG)
def test_wrong_arrays_are_named(rng, argument, value, error, message):
    case = Case(rng)
    with pytest.raises(error, match=f"^{message}"):
        CALLS[argument](case, value)


def test_wrong_kinds_are_named(rng):
    case = Case(rng)
    with pytest.raises(TypeError, match="params is a dict, expected LSTMParams"):
        lstm.forward({}, case.X)
    with pytest.raises(TypeError, match="params is a NoneType, expected LSTMParams"):
        lstm.backward(None, case.run(), case.dY)
    with pytest.raises(TypeError, match="run is a tuple, expected LSTMRun"):
        lstm.backward(case.params, tuple(case.run()), case.dY)


def test_a_run_of_other_sizes_is_named(rng):
    case = Case(rng)
    with pytest.raises(ValueError, match=r"^run has sizes \(3, 4\), expected \(4, 4\) like the"):
        lstm.backward(lstm.init(D + 1, H, rng), case.run(), case.dY)


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("W", np.zeros((3, H, D)), ValueError, r"W has shape \(3, 4, 3\), expected \(4, H, D\)"),
        ("W", np.zeros((4 * H, D)), ValueError, r"W has shape \(16, 3\), expected \(4, H, D\)"),
        ("R", np.zeros((4, H, D)), ValueError, r"R has shape \(4, 4, 3\), expected \(4, 4, 4\)"),
        ("p", np.zeros((4, H)), ValueError, r"p has shape \(4, 4\), expected \(3, 4\)"),
        ("p", np.full((3, H), NAN), ValueError, r"p holds nan at index \(0, 0\)"),
        ("b", np.zeros(4 * H), ValueError, r"b has shape \(16,\), expected \(4, 4\)"),
        ("R", None, TypeError, "R holds object, expected real numbers"),
    ],
)
def test_parameters_check_themselves(rng, field, value, error, message):
    with pytest.raises(error, match=f"^{message}"):
        dataclasses.replace(random_params(rng), **{field: value})


def test_parameters_may_be_given_as_lists():
    values = {"W": [[[1]]] * 4, "R": [[[2]]] * 4, "p": [[3]] * 3, "b": [[4]] * 4}
    for name, value in arrays(LSTMParams(**values)):
        assert (value.dtype, value.tolist()) == (np.float64, values[name]), name


@pytest.mark.parametrize("field", ["R", "p", "b"])
def test_parameters_have_one_dtype(rng, field):
    params = random_params(rng)
    single = getattr(params, field).astype(np.float32)
    with pytest.raises(TypeError, match=rf"^{field} holds float32, expected float64"):
        dataclasses.replace(params, **{field: single})


def test_init_names_what_it_refuses(rng):
    with pytest.raises(ValueError, match="D is 0, expected at least 1"):
        lstm.init(0, 1, rng)
    with pytest.raises(ValueError, match="H is 0, expected at least 1"):
        lstm.init(1, 0, rng)
    with pytest.raises(TypeError, match="rng is a int, expected Generator"):
        lstm.init(1, 1, 0)
    with pytest.raises(ValueError, match="forget_bias is nan, expected a finite number"):
        lstm.init(1, 1, rng, NAN)
    with pytest.raises(ValueError, match="scale is -1, expected at least 0"):
        lstm.init(1, 1, rng, scale=-1)


def test_overflow_is_reported_with_its_place(rng):
    case = Case(rng)
    params = dataclasses.replace(case.params, W=1e308 * np.ones((4, H, D)))
    with pytest.raises(ValueError, match=r"^z_bar holds inf at index \(0, 0\), expected finite"):
        case.run(params=params, X=np.full((T, D), 10.0))
    params = dataclasses.replace(params, R=-1e308 * np.ones((4, H, H)))  # ∞ − ∞
    with pytest.raises(ValueError, match=r"^z_bar holds nan at index \(0, 0\), expected finite"):
        case.run(params=params, X=np.full((T, D), 10.0), y0=np.full(H, 10.0))
    params = dataclasses.replace(case.params, p=np.full((3, H), 1e308))
    with pytest.raises(ValueError, match=r"^i_bar holds inf at index \(0, 0\), expected finite"):
        case.run(params=params, c0=np.full(H, 10.0))


def test_arguments_are_left_as_they_were(rng):
    case = Case(rng)
    given = (case.X, case.y0, case.c0, case.dY, case.dc_T)
    before = [value.copy() for value in given]
    case.backward()
    for value, was in zip(given, before, strict=True):
        np.testing.assert_array_equal(value, was)
