"""The solutions of lesson 5 are the package's own backward pass, equation by equation."""

import numpy as np
import pytest

from lstm_core import jacobians, lstm
from lstm_core.activations import d_sigmoid, d_tanh
from lstm_core.exercises import lesson5, lesson5_backward, lesson5_errors

T, D, H = 6, 2, 3
t = 2


@pytest.fixture
def params(rng):
    shapes = ((4, H, D), (4, H, H), (3, H), (4, H))
    return lstm.LSTMParams(*(rng.standard_normal(shape) for shape in shapes))


@pytest.fixture
def run(params, rng):
    return lstm.forward(params, *(rng.standard_normal(shape) for shape in ((T, D), H, H)))


@pytest.fixture
def dY(rng):
    return rng.standard_normal((T, H))


@pytest.fixture
def back(params, run, dY):
    return lstm.backward(params, run, dY)


@pytest.fixture
def bars(back):
    return np.stack([back.dz_bar, back.di_bar, back.df_bar, back.do_bar])


def test_the_errors_are_those_of_the_package(params, run, dY, back, bars):
    pi, pf, po = params.p
    close = {"atol": 1e-12}
    found = lesson5_errors.delta_y(dY[t], params.R, bars[:, t + 1])
    np.testing.assert_allclose(found, back.dy[t], **close)
    found = lesson5_errors.delta_o_bar(back.dy[t], run.c[t], run.o_bar[t])
    np.testing.assert_allclose(found, back.do_bar[t], **close)
    now = (back.dy[t], run.o[t], run.c[t], back.do_bar[t])
    later = (back.di_bar[t + 1], back.df_bar[t + 1], back.dc[t + 1], run.f[t + 1])
    found = lesson5_errors.delta_c(lesson5_errors.CellInputs(*now, *later, pi, pf, po))
    np.testing.assert_allclose(found, back.dc[t], **close)
    values = (run.c[t - 1], run.z[t], run.i[t], run.z_bar[t], run.i_bar[t], run.f_bar[t])
    found = lesson5_errors.gate_errors(back.dc[t], *values)
    np.testing.assert_allclose(found, bars[:3, t], **close)


def test_the_gradients_are_those_of_the_package(params, run, dY, back, bars):
    expected = back.params
    for found in (
        lesson5_backward.parameter_gradients(run, bars),
        lesson5_backward.backward(params, run, dY),
    ):
        for name, value in zip("WRpb", found, strict=True):
            np.testing.assert_allclose(value, getattr(expected, name), atol=1e-12)


def test_the_four_terms_sum_to_the_jacobian_of_the_cell(params, run):
    by_tanh = run.o[t - 1] * d_tanh(run.c[t - 1])
    by_peephole = np.tanh(run.c[t - 1]) * d_sigmoid(run.o_bar[t - 1]) * params.p[2]
    values = (run.f[t], run.c[t - 1], run.z[t], run.i[t], run.z_bar[t], run.i_bar[t], run.f_bar[t])
    road = lesson5.RoadInputs(*values, by_tanh + by_peephole, *params.R[:3], *params.p[:2])
    total = jacobians.lstm_cell_terms(params, run).total[t - 1]
    np.testing.assert_allclose(lesson5.cell_jacobian(road), total, atol=1e-12)
    along = jacobians.lstm_cell_terms(params, run).cell
    product = np.diag(along[3] @ along[2])  # from the second step counted from 0 to the fourth
    np.testing.assert_allclose(lesson5.carousel(run.f, 4, 2), product, atol=1e-12)
