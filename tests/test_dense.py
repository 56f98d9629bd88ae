"""Dense nets of any depth against numerical differentiation, by pencil, and with bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import dense, gradients, losses
from lstm_core.activations import ACTIVATIONS, OUTPUTS
from lstm_core.dense import DenseParams

ONE = DenseParams(W=(np.ones((2, 3)), np.ones((1, 2))), b=(np.zeros(2), np.zeros(1)))


def net(*sizes: int, seed: int = 0, dtype: type = np.float64) -> DenseParams:
    """Draw weights and biases of size 1: small ones hide mistakes."""
    rng = np.random.default_rng(seed)
    params = dense.init(sizes, rng, kind="normal", dtype=dtype)
    return DenseParams(
        params.W, tuple(rng.standard_normal(b.shape).astype(dtype) for b in params.b)
    )


@pytest.mark.parametrize("g", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 5, 3, 4, 2), (1, 1, 1, 1)])
@pytest.mark.parametrize("samples", [(), (4,)])
def test_gradients_of_parameters_and_inputs(g, sizes, samples):
    params, rng = net(*sizes), np.random.default_rng(1)
    x = rng.standard_normal((*samples, sizes[0]))
    do = rng.standard_normal((*samples, sizes[-1]))
    back = dense.backward(params, dense.forward(params, x, g), do)

    def J(params: DenseParams, x: np.ndarray) -> float:
        return float((dense.forward(params, x, g).o * do).sum())

    report = gradients.check(lambda p: J(p, x), params, back.params, tolerance=1e-8)
    assert report.ok, report
    report = gradients.check(lambda x: J(params, x), x, back.x, tolerance=1e-8)
    assert report.ok, report


@pytest.mark.parametrize("g", ACTIVATIONS)
def test_the_errors_of_every_layer(g):
    """δh_l and δa_l: move one neuron of one layer, and run the layers after it."""
    params, do = net(3, 4, 5, 2), np.array([0.7, -1.3])
    run = dense.forward(params, np.array([0.3, -0.8, 1.1]), g)
    back = dense.backward(params, run, do)
    for n in range(2):
        after = DenseParams(params.W[n + 1 :], params.b[n + 1 :])

        def J(h: np.ndarray, after: DenseParams = after) -> float:
            return float(dense.forward(after, h, g).o @ do)

        np.testing.assert_allclose(back.dh[n], gradients.numerical_gradient(J, run.h[n]), atol=1e-9)
        slope = gradients.numerical_gradient(lambda a: J(ACTIVATIONS[g].function(a)), run.a[n])
        np.testing.assert_allclose(back.da[n], slope, atol=1e-9)


def test_through_the_loss():
    params, rng = net(4, 6, 3), np.random.default_rng(2)
    x, labels = rng.standard_normal((5, 4)), np.array([0, 2, 1, 1, 0])
    run = dense.forward(params, x, f="softmax")
    back = dense.backward(params, run, losses.softmax_cross_entropy(run.o, labels)[1])

    def J(params: DenseParams) -> float:
        return float(losses.softmax_cross_entropy(dense.forward(params, x).o, labels)[0].sum())

    report = gradients.check(J, params, back.params, tolerance=1e-8)
    assert report.ok, report


def test_a_run_holds_every_layer_in_order():
    run = dense.forward(net(3, 4, 5, 2), np.ones((7, 3)), g="relu", f="softmax")
    assert [a.shape for a in run.a] == [h.shape for h in run.h] == [(7, 4), (7, 5)]
    assert run.o.shape == run.y_hat.shape == (7, 2)
    assert np.array_equal(run.h[1], np.maximum(run.a[1], 0))
    np.testing.assert_allclose(run.y_hat.sum(axis=1), 1)
    assert (run.g, run.f) == ("relu", "softmax")


@pytest.mark.parametrize("g", ACTIVATIONS)
def test_many_samples_are_each_alone(g):
    params, x = net(3, 4, 2), np.random.default_rng(3).standard_normal((5, 3))
    do = np.ones((5, 2))
    many = dense.forward(params, x, g)
    back = dense.backward(params, many, do)
    alone = [dense.forward(params, row, g) for row in x]
    backs = [dense.backward(params, run, do[0]) for run in alone]
    np.testing.assert_allclose(many.o, [run.o for run in alone], rtol=1e-13)
    np.testing.assert_allclose(back.x, [one.x for one in backs], rtol=1e-12, atol=1e-14)
    total = sum(one.params.W[0] for one in backs)
    np.testing.assert_allclose(back.params.W[0], total, rtol=1e-12, atol=1e-14)


@given(st.permutations(range(4)))
def test_permuted_hidden_units_give_the_same_outputs(order):
    params, x = net(3, 4, 2), np.array([0.5, -1.0, 2.0])
    first, last = params.W
    shuffled = DenseParams((first[order], last[:, order]), (params.b[0][order], params.b[1]))
    run = dense.forward(shuffled, x)
    np.testing.assert_allclose(run.o, dense.forward(params, x).o, rtol=1e-12)
    assert np.array_equal(run.h[0], dense.forward(params, x).h[0][order])


@pytest.mark.parametrize("output", OUTPUTS)
def test_float32_stays(output):
    params = net(3, 4, 2, dtype=np.float32)
    run = dense.forward(params, np.ones(3, np.float32), f=output)
    back = dense.backward(params, run, np.ones(2, np.float32))
    kept = [*run[0:1], *run.a, *run.h, run.o, run.y_hat, back.x, *back.dh, *back.params.W]
    assert {value.dtype for value in kept} == {np.dtype(np.float32)}
    with pytest.raises(TypeError, match="x holds float64, expected float32 like the parameters"):
        dense.forward(params, np.ones(3))


def test_lists_and_whole_numbers_become_tuples_of_arrays():
    params = DenseParams([[[1, 2]]], [[0]])
    assert isinstance(params.W, tuple)
    assert isinstance(params.b, tuple)
    assert params.W[0].dtype == params.b[0].dtype == np.float64


@pytest.mark.parametrize(
    ("kind", "spread"),
    [("normal", 1), ("lecun", 100**-0.5), ("glorot", (2 / 500) ** 0.5), ("he", (2 / 100) ** 0.5)],
)
def test_the_spread_of_first_weights(kind, spread):
    params = dense.init([100, 400], np.random.default_rng(0), scale=3.0, kind=kind)
    assert params.W[0].shape == (400, 100)
    assert params.W[0].std() == pytest.approx(3 * spread, rel=0.02)
    assert not params.b[0].any()
    again = dense.init([100, 400], np.random.default_rng(0), scale=3.0, kind=kind)
    assert np.array_equal(params.W[0], again.W[0])
    plain = dense.init([100, 400], np.random.default_rng(0), kind=kind)
    np.testing.assert_allclose(params.W[0], 3 * plain.W[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: dense.init([3], RNG), ValueError, "sizes has 1 entries, expected at least"),
        (lambda: dense.init([3, 0], RNG), ValueError, r"sizes\[1\] is 0, expected at least 1"),
        (lambda: dense.init([3, 2.0], RNG), TypeError, r"sizes\[1\] is 2.0, expected a whole"),
        (lambda: dense.init(3, RNG), TypeError, "sizes is 3, expected a list of whole numbers"),
        (lambda: dense.init([3, 2], RNG, scale=-1), ValueError, "scale is -1, expected at least 0"),
        (lambda: dense.init([3, 2], RNG, kind="best"), ValueError, "kind is 'best', expected one"),
        (lambda: dense.init([3, 2], 0), TypeError, "rng is a int, expected Generator"),
        (lambda: DenseParams((), ()), ValueError, "W has 0 layers and b 0, expected"),
        (lambda: DenseParams(ONE.W, ONE.b[:1]), ValueError, "W has 2 layers and b 1, expected"),
        (
            lambda: DenseParams(np.ones((1, 2)), ONE.b),
            TypeError,
            "W is a ndarray, expected a tuple",
        ),
        (lambda: DenseParams(ONE.W, None), TypeError, "b is a NoneType, expected a tuple"),
        (
            lambda: DenseParams((np.ones(2), ONE.W[1]), ONE.b),
            ValueError,
            r"W\[0\] has shape \(2,\), expected \(n, D\)",
        ),
        (
            lambda: DenseParams((ONE.W[0], np.ones(2)), ONE.b),
            ValueError,
            r"W\[1\] has shape \(2,\), expected \(n, 2\)",
        ),
        (
            lambda: DenseParams((ONE.W[0], ONE.W[1].astype(np.float32)), ONE.b),
            TypeError,
            r"W\[1\] holds float32, expected float64",
        ),
        (lambda: DenseParams(ONE.W[::-1], ONE.b), ValueError, r"b\[0\] has shape \(2,\), expe"),
        (lambda: DenseParams((ONE.W[0], ONE.W[0]), ONE.b), ValueError, r"W\[1\] has shape \(2, 3"),
        (lambda: DenseParams(([[1.0], [1.0, 2.0]],), ONE.b[:1]), ValueError, r"W\[0\] is ragged"),
        (
            lambda: DenseParams((np.full((2, 3), np.nan),), ONE.b[:1]),
            ValueError,
            r"W\[0\] holds na",
        ),
        (
            lambda: DenseParams(ONE.W, (np.zeros(2, np.float32), ONE.b[1])),
            TypeError,
            r"b\[0\] holds float32, expected float64",
        ),
        (
            lambda: dense.forward(ONE, np.ones(2)),
            ValueError,
            r"x has shape \(2,\), expected \(…, 3",
        ),
        (lambda: dense.forward(ONE, np.ones((2, 2, 3))), ValueError, r"x has shape \(2, 2, 3\)"),
        (lambda: dense.forward(ONE, np.ones((0, 3))), ValueError, "x is empty"),
        (lambda: dense.forward(ONE, [1.0, np.inf, 0]), ValueError, r"x holds inf at index \(1,\)"),
        (lambda: dense.forward(ONE, ["a", "b", "c"]), TypeError, "x holds <U1"),
        (lambda: dense.forward(ONE, np.ones(3), g="tan"), ValueError, "g is 'tan', expected one"),
        (lambda: dense.forward(ONE, np.ones(3), f="tanh"), ValueError, "f is 'tanh', expected one"),
        (
            lambda: dense.forward(None, np.ones(3)),
            TypeError,
            "params is a NoneType, expected Dense",
        ),
        (lambda: dense.forward(ONE, [1e308] * 3, g="relu"), ValueError, r"a\[0\] holds inf"),
        (lambda: dense.forward(STEEP, np.full(64, 1e308)), ValueError, r"a\[0\] holds (inf|nan)"),
        (
            lambda: dense.backward(ONE, RUN, np.ones(2)),
            ValueError,
            r"do has shape \(2,\), expected",
        ),
        (lambda: dense.backward(ONE, RUN, [np.nan]), ValueError, "do holds nan"),
        (
            lambda: dense.backward(ONE, RUN, np.ones(1, np.float32)),
            TypeError,
            "do holds float32, expected float64",
        ),
        (lambda: dense.backward(None, RUN, [1.0]), TypeError, "params is a NoneType, expected De"),
        (
            lambda: dense.backward(net(4, 2, 1), RUN, [1.0]),
            ValueError,
            r"run has sizes \(3, 2, 1\), expected \(4, 2, 1\) like the parameters",
        ),
        (
            lambda: dense.backward(ONE, None, [1.0]),
            TypeError,
            "run is a NoneType, expected DenseRun",
        ),
        (
            lambda: dense.backward(net(3, 2, 2, 1), RUN, [1.0]),
            ValueError,
            "has 2 layers, expected 3 as",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


RNG = np.random.default_rng(0)
RUN = dense.forward(ONE, np.ones(3))
STEEP = DenseParams((np.tile([10.0, -10.0], (1, 32)),), (np.zeros(1),))  # ∞ − ∞
