"""Jacobians over time against numerical ones, and norms of errors against both."""

import itertools

import numpy as np
import pytest

from lstm_core import gradients, jacobians, lstm, rnn
from lstm_core.activations import sigmoid

T, D, H = 6, 3, 4


def block(rng, peepholes=True):
    """A block with weights of size 1, a run from first states that are not zero."""
    params = lstm.init(D, H, rng, peepholes=peepholes, scale=2.0)
    return params, lstm.forward(params, rng.standard_normal((T, D)), *rng.standard_normal((2, H)))


def net(rng, g="tanh"):
    params = rnn.init(D, H, 2, rng, scale=1.5)
    return params, rnn.forward(params, rng.standard_normal((T, D)), rng.standard_normal(H), g)


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "relu", "identity"])
def test_rnn_jacobians_are_the_numerical_ones(rng, g):
    params, run = net(rng, g)
    found = jacobians.rnn_jacobians(params, run)
    assert found.shape == (T, H, H)
    h = [run.h0, *run.h]
    for t in range(T):
        expected = gradients.numerical_jacobian(
            lambda h_prev, t=t: rnn.step(params, run.x[t], h_prev, g)[1], h[t], epsilon=1e-4
        )
        np.testing.assert_allclose(found[t], expected, atol=1e-10)


def test_products_are_derivatives_over_several_steps(rng):
    params, run = net(rng)
    factors, h = jacobians.rnn_jacobians(params, run), [run.h0, *run.h]
    to_last = jacobians.products(factors)
    assert to_last.shape == (T + 1, H, H)
    for k, t in itertools.combinations_with_replacement(range(T + 1), 2):
        found = jacobians.product(factors, t, k)
        if t == k:
            np.testing.assert_array_equal(found, np.eye(H))
            continue
        expected = gradients.numerical_jacobian(
            lambda start, k=k, t=t: rnn.forward(params, run.x[k:t], start).h[-1], h[k]
        )
        np.testing.assert_allclose(found, expected, atol=1e-10)
        if t == T:
            np.testing.assert_allclose(to_last[k], found, atol=1e-14)
    np.testing.assert_array_equal(to_last[T], np.eye(H))


def test_rnn_error_norms_are_those_of_the_products(rng):
    params, run = net(rng)
    dh_T = rng.standard_normal(H)
    found = jacobians.rnn_error_norms(params, run, dh_T)
    back = dh_T @ jacobians.products(jacobians.rnn_jacobians(params, run))
    assert found.shape == (T + 1,)
    np.testing.assert_allclose(found, np.linalg.norm(back, axis=1), rtol=1e-12)


def cell_by_cell(params, run, t, held=()):
    """c^(t) as a function of c^(t-1), y^(t-1) following it; t is an index into the run.

    Neurons named in `held` keep the value they have in the run.
    """
    Ri, Rf, Rz = params.R[1], params.R[2], params.R[0]
    pi, pf, po = params.p

    def function(c_prev):
        moved = c_prev - run.c[t - 1]
        y = sigmoid(run.o_bar[t - 1] + po * moved) * np.tanh(c_prev) - run.y[t - 1]
        bars = {
            "z": run.z_bar[t] + Rz @ y,
            "i": run.i_bar[t] + Ri @ y + pi * moved,
            "f": run.f_bar[t] + Rf @ y + pf * moved,
        }
        values = {"z": np.tanh(bars["z"]), "i": sigmoid(bars["i"]), "f": sigmoid(bars["f"])}
        values |= {name: getattr(run, name)[t] for name in held if name != "c"}
        carried = run.c[t - 1] if "c" in held else c_prev
        return values["z"] * values["i"] + carried * values["f"]

    return function


@pytest.mark.parametrize("peepholes", [False, True])
def test_four_terms_are_exact_one_by_one_and_together(rng, peepholes):
    """Row B6, to 1e-10: each term is what is left when the other three routes are held."""
    params, run = block(rng, peepholes)
    terms = jacobians.lstm_cell_terms(params, run)
    others = {"cell": "zif", "forget": "czi", "input": "czf", "block": "cif"}
    for t in range(1, T):
        for name, held in others.items():
            function = cell_by_cell(params, run, t, held)
            expected = gradients.numerical_jacobian(function, run.c[t - 1])
            term = getattr(terms, name)
            assert term.shape == (T - 1, H, H)
            np.testing.assert_allclose(term[t - 1], expected, rtol=0, atol=1e-10, err_msg=name)
        expected = gradients.numerical_jacobian(cell_by_cell(params, run, t), run.c[t - 1])
        np.testing.assert_allclose(terms.total[t - 1], expected, rtol=0, atol=1e-10)


def test_four_terms_agree_with_the_block_itself(rng):
    """Not with equations of this test but with `lstm.step`, where y^(t-1) follows c^(t-1)."""
    params, run = block(rng)
    total = jacobians.lstm_cell_terms(params, run).total
    for t in range(1, T):

        def next_cell(c, t=t):
            o = sigmoid(run.o_bar[t - 1] + params.p[2] * (c - run.c[t - 1]))
            return lstm.step(params, run.x[t], o * np.tanh(c), c).c

        expected = gradients.numerical_jacobian(next_cell, run.c[t - 1])
        np.testing.assert_allclose(total[t - 1], expected, rtol=0, atol=1e-10)


def state_after(params, run, k, t):
    """(c, y) after step t as a function of (c, y) after step k."""

    def function(state):
        end = lstm.forward(params, run.x[k:t], state[H:], state[:H])
        return np.concatenate([end.c[-1], end.y[-1]])

    return function


def states(run):
    return np.hstack([np.vstack([run.c0, run.c]), np.vstack([run.y0, run.y])])


@pytest.mark.parametrize("peepholes", [False, True])
def test_state_jacobians_over_one_and_several_steps(rng, peepholes):
    params, run = block(rng, peepholes)
    factors = jacobians.lstm_state_jacobians(params, run)
    assert factors.shape == (T, 2 * H, 2 * H)
    for k, t in itertools.combinations(range(T + 1), 2):
        expected = gradients.numerical_jacobian(state_after(params, run, k, t), states(run)[k])
        found = jacobians.product(factors, t, k)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_each_route_can_be_shut(rng):
    """The routes into c add up; the output route alone leaves the straight road to y."""
    params, run = block(rng)
    alone = {
        route: jacobians.lstm_state_jacobians(params, run, [route]) for route in jacobians.ROUTES
    }
    into_c = np.s_[:, :H]
    whole = jacobians.lstm_state_jacobians(params, run)
    total = sum(alone[route][into_c] for route in ("cell", "forget", "input", "block"))
    np.testing.assert_allclose(total, whole[into_c], atol=1e-14)
    np.testing.assert_array_equal(alone["output"][into_c], 0)
    dy_dy = alone["output"][:, H:, H:]
    slope = np.tanh(run.c) * run.o * (1 - run.o)
    np.testing.assert_allclose(dy_dy, slope[:, :, None] * params.R[3], atol=1e-14)
    np.testing.assert_array_equal(alone["output"][:, H:, :H], 0)
    np.testing.assert_allclose(np.diagonal(alone["cell"][into_c], axis1=1, axis2=2), run.f)
    np.testing.assert_array_equal(alone["cell"][:, :, H:], 0)
    down = np.diagonal(alone["cell"][:, H:, :H], axis1=1, axis2=2)
    straight = run.o * (1 - np.tanh(run.c) ** 2)
    np.testing.assert_allclose(down, straight * run.f, atol=1e-14)
    assert not jacobians.lstm_state_jacobians(params, run, []).any()


@pytest.mark.parametrize("peepholes", [False, True])
def test_lstm_error_norms_are_those_of_products_and_of_backward(rng, peepholes):
    params, run = block(rng, peepholes)
    dy_T, dc_T = rng.standard_normal((2, H))
    found = jacobians.lstm_error_norms(params, run, dy_T, dc_T)
    whole = jacobians.products(jacobians.lstm_state_jacobians(params, run))
    back = np.concatenate([dc_T, dy_T]) @ whole
    np.testing.assert_allclose(found.state, np.linalg.norm(back, axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.y, np.linalg.norm(back[:, H:], axis=1), rtol=1e-12)
    dY = np.zeros((T, H))
    dY[-1] = dy_T
    errors = lstm.backward(params, run, dY, dc_T)
    np.testing.assert_allclose(found.c[1:], np.linalg.norm(errors.dc, axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.c[0], np.linalg.norm(errors.c0), rtol=1e-12)
    without = jacobians.lstm_error_norms(params, run, dy_T)
    given = jacobians.lstm_error_norms(params, run, dy_T, np.zeros(H))
    np.testing.assert_array_equal(without, given)


def test_float32_stays(rng):
    params = lstm.init(D, H, rng, peepholes=True, dtype=np.float32)
    run = lstm.forward(params, rng.standard_normal((T, D)).astype(np.float32))
    small = rnn.init(D, H, 2, rng, dtype=np.float32)
    small_run = rnn.forward(small, run.x)
    error = np.ones(H, np.float32)
    found = [
        *jacobians.lstm_cell_terms(params, run),
        jacobians.lstm_state_jacobians(params, run),
        jacobians.rnn_jacobians(small, small_run),
        jacobians.products(jacobians.rnn_jacobians(small, small_run)),
        jacobians.product(jacobians.rnn_jacobians(small, small_run), 3, 1),
        jacobians.rnn_error_norms(small, small_run, error),
        *jacobians.lstm_error_norms(params, run, error),
    ]
    assert {value.dtype for value in found} == {np.dtype(np.float32)}


def test_wrong_arguments_are_named(rng):
    (params, run), (small, small_run) = block(rng), net(rng)
    factors = jacobians.rnn_jacobians(small, small_run)
    with pytest.raises(ValueError, match=r"^t is 7, expected at most T = 6"):
        jacobians.product(factors, 7, 0)
    with pytest.raises(ValueError, match=r"^t is 2, expected at least 3"):
        jacobians.product(factors, 2, 3)
    with pytest.raises(ValueError, match=r"^k is -1, expected at least 0"):
        jacobians.product(factors, 2, -1)
    with pytest.raises(ValueError, match=r"^jacobians has shape \(6, 4, 3\), expected \(T, n, n\)"):
        jacobians.products(factors[:, :, :3])
    with pytest.raises(ValueError, match=r"^jacobians has shape \(4, 4\), expected \(T, n, n\)"):
        jacobians.product(factors[0], 1, 0)
    with pytest.raises(ValueError, match=r"^routes is 'gate', expected one of block, cell, forget"):
        jacobians.lstm_state_jacobians(params, run, ["gate"])
    with pytest.raises(ValueError, match=r"^dy_T has shape \(5,\), expected \(4,\)"):
        jacobians.lstm_error_norms(params, run, np.zeros(5))
    with pytest.raises(ValueError, match=r"^dh_T has shape \(5,\), expected \(4,\)"):
        jacobians.rnn_error_norms(small, small_run, np.zeros(5))
    for call, given in (
        (jacobians.rnn_jacobians, (params, small_run)),
        (jacobians.lstm_cell_terms, (small, run)),
        (jacobians.lstm_state_jacobians, (small, run)),
    ):
        with pytest.raises(TypeError, match=r"^params is a .*Params, expected"):
            call(*given)
    with pytest.raises(ValueError, match=r"^dc_T has shape \(5,\), expected \(4,\)"):
        jacobians.lstm_error_norms(params, run, np.zeros(4), np.zeros(5))
    for call in (jacobians.lstm_cell_terms, jacobians.lstm_state_jacobians):
        with pytest.raises(TypeError, match=r"^run is a RNNRun, expected LSTMRun"):
            call(params, small_run)
    with pytest.raises(TypeError, match=r"^run is a RNNRun, expected LSTMRun"):
        jacobians.lstm_error_norms(params, small_run, np.zeros(H))
    for call in (jacobians.rnn_jacobians, lambda *given: jacobians.rnn_error_norms(*given, None)):
        with pytest.raises(TypeError, match=r"^run is a LSTMRun, expected RNNRun"):
            call(small, run)
    with pytest.raises(TypeError, match=r"^routes is a int, expected Collection"):
        jacobians.lstm_state_jacobians(params, run, 3)
    with pytest.raises(ValueError, match=r"^run has sizes \(3, 4\), expected \(4, 4\) like the"):
        jacobians.lstm_cell_terms(lstm.init(D + 1, H, rng), run)
