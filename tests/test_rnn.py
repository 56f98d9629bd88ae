"""The simple RNN: gradients, truncation, chaining, properties, and what it refuses."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core import gradients, jacobians, rnn
from lstm_core.activations import sigmoid, softmax
from lstm_core.parameters import arrays, map_arrays
from lstm_core.rnn import RNNParams

T, D, H, K = 6, 3, 4, 2
EXACT = {"rtol": 1e-12, "atol": 1e-12}
ACTIVATIONS = ("tanh", "sigmoid", "relu", "identity")


def random_params(rng, D=D, H=H, K=K):
    """Weights and biases of size 1."""
    shapes = {"U": (H, D), "W": (H, H), "V": (K, H), "b": (H,), "c": (K,)}
    return RNNParams(**{name: rng.standard_normal(shape) for name, shape in shapes.items()})


class Case:
    """A network, a sequence, a first state, and errors for all outputs and the last state."""

    def __init__(self, rng, g="tanh", T=T):
        self.params, self.g = random_params(rng), g
        self.X, self.do = rng.standard_normal((T, D)), rng.standard_normal((T, K))
        self.h0, self.dh_T = rng.standard_normal((2, H))

    def run(self, **changes):
        values = {"params": self.params, "X": self.X, "h0": self.h0} | changes
        return rnn.forward(**values, g=self.g, f="identity")

    def loss(self, **changes):
        """A linear function of the outputs and the last state."""
        run = self.run(**changes)
        return float((run.o * self.do).sum() + run.h[-1] @ self.dh_T)

    def backward(self, **options):
        return rnn.backward(self.params, self.run(), self.do, self.dh_T, **options)


def same(found, expected):
    for (name, one), (_, other) in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, err_msg=name, **EXACT)


# --- forward


def test_forward_is_the_linear_sums_written_out(rng):
    case = Case(rng)
    run, (U, W, V, b, c) = case.run(), (value for _, value in arrays(case.params))
    h = list(case.h0)
    for t in range(T):
        a = [
            b[j]
            + sum(W[j, k] * h[k] for k in range(H))
            + sum(U[j, k] * case.X[t, k] for k in range(D))
            for j in range(H)
        ]
        h = [np.tanh(value) for value in a]
        o = [c[j] + sum(V[j, k] * h[k] for k in range(H)) for j in range(K)]
        np.testing.assert_allclose(run.a[t], a, **EXACT)
        np.testing.assert_allclose(run.h[t], h, **EXACT)
        np.testing.assert_allclose(run.o[t], o, **EXACT)
    np.testing.assert_array_equal(run.h0, case.h0)
    np.testing.assert_array_equal(run.x, case.X)


def test_outputs_are_f_of_o(rng):
    params, X = random_params(rng), rng.standard_normal((T, D))
    for f, function in {"softmax": softmax, "sigmoid": sigmoid, "identity": lambda o: o}.items():
        run = rnn.forward(params, X, f=f)
        np.testing.assert_array_equal(run.y_hat, function(run.o))
        assert (run.g, run.f) == ("tanh", f)


def test_what_is_left_out_is_zero_tanh_and_softmax(rng):
    params, X = random_params(rng), rng.standard_normal((T, D))
    given = rnn.forward(params, X, np.zeros(H), "tanh", "softmax")
    for one, other in zip(rnn.forward(params, X)[:5], given[:5], strict=True):
        np.testing.assert_array_equal(one, other)
    do = rng.standard_normal((T, K))
    same(
        rnn.backward(params, given, do).params, rnn.backward(params, given, do, np.zeros(H)).params
    )


def test_init_draws_by_fan_in():
    params = rnn.init(400, 300, 200, np.random.default_rng(0))
    assert params.U.std() * 400**0.5 == pytest.approx(1, rel=0.02)
    assert params.W.std() * 300**0.5 == pytest.approx(1, rel=0.02)
    assert params.V.std() * 300**0.5 == pytest.approx(1, rel=0.02)
    assert (params.U.shape, params.V.shape) == ((300, 400), (200, 300))
    assert not params.b.any()
    assert not params.c.any()
    doubled = rnn.init(400, 300, 200, np.random.default_rng(0), scale=2.0, dtype=np.float32)
    np.testing.assert_allclose(doubled.W, 2 * params.W, rtol=1e-6)
    assert {value.dtype for _, value in arrays(doubled)} == {np.dtype(np.float32)}
    assert not rnn.init(2, 3, 4, np.random.default_rng(0), scale=0).W.any()


def test_float32_stays(rng):
    params = rnn.init(D, H, K, rng, dtype=np.float32)
    for g in ACTIVATIONS:
        run = rnn.forward(params, rng.standard_normal((T, D)).astype(np.float32), g=g)
        found = rnn.backward(params, run, np.ones_like(run.o), per_step=True)
        values = [*run[:6], *found[1:6], *(value for _, value in arrays(found.params))]
        values += [value for _, value in arrays(found.steps[0])]
        assert {value.dtype for value in values} == {np.dtype(np.float32)}


# --- backward


@pytest.mark.parametrize("g", ACTIVATIONS)
def test_gradients_are_the_numerical_ones(rng, g):
    case = Case(rng, g)
    found = case.backward()
    # a relu net has corners: differences this small do not reach one
    options = {"epsilon": 1e-5, "tolerance": 1e-8} if g == "relu" else {"tolerance": 1e-9}
    pairs = {"params": found.params, "X": found.x, "h0": found.h0}
    for name, gradient in pairs.items():
        at = getattr(case, name)
        report = gradients.check(
            lambda value, name=name: case.loss(**{name: value}), at, gradient, **options
        )
        assert report.ok, f"{name}\n{report}"


def test_errors_of_each_step_are_the_numerical_ones(rng):
    """δh^(t) and δa^(t): move one neuron at one step, run the rest from there."""
    case = Case(rng)
    run, found = case.run(), case.backward()

    def rest(t, h):
        """J from h^(t) on."""
        J = (case.params.c + case.params.V @ h) @ case.do[t]
        if t == T - 1:
            return float(J + h @ case.dh_T)
        later = rnn.forward(case.params, case.X[t + 1 :], h, f="identity")
        return float(J + (later.o * case.do[t + 1 :]).sum() + later.h[-1] @ case.dh_T)

    for t in range(T):
        dh = gradients.numerical_gradient(lambda h, t=t: rest(t, h), run.h[t])
        da = gradients.numerical_gradient(lambda a, t=t: rest(t, np.tanh(a)), run.a[t])
        np.testing.assert_allclose(found.dh[t], dh, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(found.da[t], da, rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(found.do, case.do)


@pytest.mark.parametrize("window", [None, 1, 2, 4, 6, 100])
def test_terms_of_the_steps_sum_up_to_the_gradient(rng, window):
    found = Case(rng).backward(window=window, per_step=True)
    assert len(found.steps) == T
    same(found.params, map_arrays(lambda *values: sum(values), *found.steps))


def test_term_of_a_step_is_what_its_own_parameters_would_get(rng):
    """(∂J/∂θ)^(t): give step t parameters of its own and move only these."""
    case = Case(rng)
    terms = case.backward(per_step=True).steps
    assert case.backward().steps is None

    def loss(t, own):
        J, h = 0.0, case.h0
        for s, x in enumerate(case.X):
            _, h, o = rnn.step(own if s == t else case.params, x, h)
            J += o @ case.do[s]
        return float(J + h @ case.dh_T)

    for t in (0, 2, T - 1):
        report = gradients.check(lambda own, t=t: loss(t, own), case.params, terms[t])
        assert report.ok, f"step {t}\n{report}"


@pytest.mark.parametrize("window", [1, 2, 4, 5])
def test_window_is_a_chain_of_runs_whose_errors_stay_inside(rng, window):
    case = Case(rng)
    found = case.backward(window=window)
    total, h0 = None, case.h0
    for start in range(0, T, window):
        part = slice(start, start + window)
        run = rnn.forward(case.params, case.X[part], h0, f="identity")
        last = case.dh_T if start + window >= T else None
        one = rnn.backward(case.params, run, case.do[part], last)
        for name in ("x", "dh", "da"):
            np.testing.assert_allclose(getattr(found, name)[part], getattr(one, name), **EXACT)
        if start == 0:
            np.testing.assert_allclose(found.h0, one.h0, **EXACT)
        total = one.params if total is None else map_arrays(np.add, total, one.params)
        h0 = run.h[-1]
    same(found.params, total)


@pytest.mark.parametrize("window", [6, 7, 1000])
def test_window_as_long_as_the_sequence_cuts_nothing(rng, window):
    case = Case(rng)
    same(case.backward(window=window).params, case.backward().params)


# --- properties


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 8), st.integers(1, 8), st.sampled_from(ACTIVATIONS))
def test_one_sequence_is_two_halves_chained(seed, first, second, g):
    case = Case(np.random.default_rng(seed), g, T=first + second)
    whole, found = case.run(), case.backward()
    before = case.run(X=case.X[:first])
    after = case.run(X=case.X[first:], h0=before.h[-1])
    for name in ("a", "h", "o", "y_hat"):
        joined = np.vstack([getattr(before, name), getattr(after, name)])
        np.testing.assert_allclose(joined, getattr(whole, name), rtol=1e-9, atol=1e-9)
    back = rnn.backward(case.params, after, case.do[first:], case.dh_T)
    front = rnn.backward(case.params, before, case.do[:first], back.h0)
    tolerance = {"rtol": 1e-9, "atol": 1e-9 * max(1.0, float(np.abs(found.dh).max()))}
    np.testing.assert_allclose(np.vstack([front.da, back.da]), found.da, **tolerance)
    np.testing.assert_allclose(np.vstack([front.x, back.x]), found.x, **tolerance)
    np.testing.assert_allclose(front.h0, found.h0, **tolerance)


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.permutations(range(H)))
def test_permuted_units_give_permuted_results(seed, order):
    case = Case(np.random.default_rng(seed))
    U, W, V, b, c = (value for _, value in arrays(case.params))
    params = RNNParams(U[order], W[np.ix_(order, order)], V[:, order], b[order], c)
    run = case.run(params=params, h0=case.h0[order])
    np.testing.assert_allclose(run.h, case.run().h[:, order], **EXACT)
    np.testing.assert_allclose(run.o, case.run().o, **EXACT)
    found = rnn.backward(params, run, case.do, case.dh_T[order])
    expected = case.backward()
    np.testing.assert_allclose(found.x, expected.x, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.da, expected.da[:, order], rtol=1e-9, atol=1e-9)
    grad = expected.params.W[np.ix_(order, order)]
    np.testing.assert_allclose(found.params.W, grad, rtol=1e-9, atol=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.floats(0.1, 3.0), st.sampled_from(ACTIVATIONS))
def test_product_of_jacobians_keeps_its_bound(seed, scale, g):
    """‖∂h^(t)/∂h^(k)‖ ≤ (‖W‖ max|g'|)^(t-k), row H6; max|g'| is 1, for the sigmoid 1/4."""
    case = Case(np.random.default_rng(seed), g, T=10)
    params = dataclasses.replace(case.params, W=scale * case.params.W)
    factors = jacobians.rnn_jacobians(params, case.run(params=params))
    factor = np.linalg.norm(params.W, 2) * (0.25 if g == "sigmoid" else 1.0)
    for k in range(0, 11, 2):
        norm = np.linalg.norm(jacobians.product(factors, 10, k), 2)
        assert norm <= factor ** (10 - k) * (1 + 1e-12)


# --- what is refused

CALLS = {  # name of the argument: a call with a wrong value of it
    "X": lambda case, value: case.run(X=value),
    "h0": lambda case, value: case.run(h0=value),
    "do": lambda case, value: rnn.backward(case.params, case.run(), value),
    "dh_T": lambda case, value: rnn.backward(case.params, case.run(), case.do, value),
}
NAN = float("nan")
WRONG = [
    ("X", np.zeros((T, D + 1)), ValueError, r"X has shape \(6, 4\), expected \(T, 3\)"),
    ("X", np.zeros(D), ValueError, r"X has shape \(3,\), expected \(T, 3\)"),
    ("X", np.zeros((0, D)), ValueError, r"X is empty: shape \(0, 3\)"),
    ("X", [[1, 2, 3], [1, NAN, 3]], ValueError, r"X holds nan at index \(1, 1\), expected finite"),
    ("X", [[1, 2, np.inf]], ValueError, r"X holds inf at index \(0, 2\)"),
    ("X", [[1, 2, 3], [1, 2]], ValueError, "X is ragged"),
    ("X", [["a", "b", "c"]], TypeError, "X holds <U1, expected real numbers"),
    ("X", np.zeros((T, D), complex), TypeError, "X holds complex128, expected real numbers"),
    ("X", np.zeros((T, D), np.float32), TypeError, "X holds float32, expected float64"),
    ("h0", np.zeros(H + 1), ValueError, r"h0 has shape \(5,\), expected \(4,\)"),
    ("h0", np.zeros((1, H)), ValueError, r"h0 has shape \(1, 4\), expected \(4,\)"),
    ("h0", [1, 2, 3, NAN], ValueError, r"h0 holds nan at index \(3,\)"),
    ("h0", np.zeros(H, np.float32), TypeError, "h0 holds float32, expected float64"),
    ("do", np.zeros((T - 1, K)), ValueError, r"do has shape \(5, 2\), expected \(6, 2\)"),
    ("do", np.zeros((T, 1)), ValueError, r"do has shape \(6, 1\), expected \(6, 2\)"),
    ("do", np.full((T, K), NAN), ValueError, r"do holds nan at index \(0, 0\)"),
    ("do", np.zeros((T, K), np.float32), TypeError, "do holds float32, expected float64"),
    ("dh_T", np.zeros(H + 1), ValueError, r"dh_T has shape \(5,\), expected \(4,\)"),
    ("dh_T", [1, 2, 3, np.inf], ValueError, r"dh_T holds inf at index \(3,\)"),
]


@pytest.mark.parametrize(("argument", "value", "error", "message"), WRONG)
def test_wrong_arrays_are_named(rng, argument, value, error, message):
    case = Case(rng)
    with pytest.raises(error, match=f"^{message}"):
        CALLS[argument](case, value)


def test_wrong_words_and_kinds_are_named(rng):
    case = Case(rng)
    with pytest.raises(ValueError, match="g is 'swish', expected one of identity, relu, sigmoid"):
        rnn.forward(case.params, case.X, g="swish")
    with pytest.raises(ValueError, match="f is 'tanh', expected one of identity, sigmoid, softmax"):
        rnn.forward(case.params, case.X, f="tanh")
    with pytest.raises(TypeError, match="g is None, expected one of"):
        rnn.forward(case.params, case.X, g=None)
    with pytest.raises(TypeError, match="params is a tuple, expected RNNParams"):
        rnn.forward((1, 2), case.X)
    with pytest.raises(TypeError, match="params is a NoneType, expected RNNParams"):
        rnn.backward(None, case.run(), case.do)
    with pytest.raises(TypeError, match="run is a tuple, expected RNNRun"):
        rnn.backward(case.params, tuple(case.run()), case.do)
    with pytest.raises(
        ValueError, match=r"run has sizes \(3, 4, 2\), expected \(4, 4, 2\) like the"
    ):
        rnn.backward(rnn.init(D + 1, H, K, rng), case.run(), case.do)
    with pytest.raises(ValueError, match="window is 0, expected at least 1"):
        case.backward(window=0)
    with pytest.raises(TypeError, match=r"window is 2\.0, expected a whole number"):
        case.backward(window=2.0)


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("U", np.zeros((H, D, 1)), ValueError, r"U has shape \(4, 3, 1\), expected \(H, D\)"),
        ("U", np.zeros((H, 0)), ValueError, "U is empty"),
        ("W", np.zeros((H, H + 1)), ValueError, r"W has shape \(4, 5\), expected \(4, 4\)"),
        ("V", np.zeros((K, H + 1)), ValueError, r"V has shape \(2, 5\), expected \(K, 4\)"),
        ("b", np.zeros((H, 1)), ValueError, r"b has shape \(4, 1\), expected \(4,\)"),
        ("c", np.zeros(K + 1), ValueError, r"c has shape \(3,\), expected \(2,\)"),
        ("c", [1.0, NAN], ValueError, r"c holds nan at index \(1,\)"),
        ("V", None, TypeError, "V holds object, expected real numbers"),
    ],
)
def test_parameters_check_themselves(rng, field, value, error, message):
    with pytest.raises(error, match=f"^{message}"):
        dataclasses.replace(random_params(rng), **{field: value})


def test_parameters_may_be_given_as_lists():
    params = RNNParams(U=[[1, 2]], W=[[3]], V=[[4]], b=[5], c=[6])
    expected = [[[1, 2]], [[3]], [[4]], [5], [6]]
    for (name, value), numbers in zip(arrays(params), expected, strict=True):
        assert (value.dtype, value.tolist()) == (np.float64, numbers), name


@pytest.mark.parametrize("field", ["W", "V", "b", "c"])
def test_parameters_have_one_dtype(rng, field):
    params = random_params(rng)
    single = getattr(params, field).astype(np.float32)
    with pytest.raises(TypeError, match=rf"^{field} holds float32, expected float64"):
        dataclasses.replace(params, **{field: single})


def test_init_names_what_it_refuses(rng):
    for sizes, name in (((0, 1, 1), "D"), ((1, 0, 1), "H"), ((1, 1, 0), "K")):
        with pytest.raises(ValueError, match=f"{name} is 0, expected at least 1"):
            rnn.init(*sizes, rng)
    with pytest.raises(TypeError, match="rng is a int, expected Generator"):
        rnn.init(1, 1, 1, 0)
    with pytest.raises(ValueError, match=r"scale is -1, expected at least 0"):
        rnn.init(1, 1, 1, rng, scale=-1)


@pytest.mark.filterwarnings("error")
def test_overflow_is_reported_with_its_place(rng):
    case = Case(rng, "identity", T=400)
    params = dataclasses.replace(case.params, W=np.full((H, H), 1e6))
    with pytest.raises(
        ValueError, match=r"^a holds -?(inf|nan) at index \(\d+, \d\), expected fin"
    ):
        case.run(params=params)
    params = dataclasses.replace(case.params, V=np.full((K, H), 1e308))
    with pytest.raises(
        ValueError, match=r"^o holds -?(inf|nan) at index \(\d+, \d\), expected fin"
    ):
        case.run(params=params, X=10 * case.X)


def test_arguments_are_left_as_they_were(rng):
    case = Case(rng, "identity")
    before = [value.copy() for value in (case.X, case.h0, case.do, case.dh_T)]
    case.backward(window=2, per_step=True)
    for value, was in zip((case.X, case.h0, case.do, case.dh_T), before, strict=True):
        np.testing.assert_array_equal(value, was)
