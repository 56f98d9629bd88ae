"""Broken parts of LSTM programs, each with one bug that real public programs have.

Lesson 5 shows them in its cells, to the letter, for the learner to mend; `bugs` holds what is wrong
with each, and `examine` puts a part into the whole and checks it numerically.
"""

import numpy as np

from lstm_core.activations import d_sigmoid, d_tanh, sigmoid
from lstm_core.lstm import backward_step, to_previous


def walk_alone(params, run, dY):
    c_prev = np.vstack([run.c0, run.c[:-1]])
    bars = np.empty((4, *run.y.shape))
    dy_next, dc_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        _, dc, *bars[:, t] = backward_step(params, run, t, c_prev[t], dY[t], dy_next, dc_next)
        dy_prev, dc_prev = to_previous(params, run.f[t], dc, *bars[:, t])
    return bars


def walk_round(params, run, dY):
    bars = np.empty((4, *run.y.shape))
    dy_next, dc_next = np.zeros_like(run.y0), np.zeros_like(run.c0)
    for t in reversed(range(len(run.x))):
        c_prev = run.c[t - 1]
        _, dc, *bars[:, t] = backward_step(params, run, t, c_prev, dY[t], dy_next, dc_next)
        dy_next, dc_next = to_previous(params, run.f[t], dc, *bars[:, t])
    return bars


def step_activated(params, run, t, c_prev, dJ_dy, dy_next, dc_next):
    tanh_c = np.tanh(run.c[t])
    dy = dJ_dy + dy_next
    do_bar = dy * tanh_c * d_sigmoid(run.o_bar[t])
    dc = dy * run.o[t] * d_tanh(tanh_c) + params.p[2] * do_bar + dc_next
    df_bar = dc * c_prev * d_sigmoid(run.f_bar[t])
    di_bar = dc * run.z[t] * d_sigmoid(run.i_bar[t])
    dz_bar = dc * run.i[t] * d_tanh(run.z_bar[t])
    return dy, dc, dz_bar, di_bar, df_bar, do_bar


def step_quiet(params, run, t, c_prev, dJ_dy, dy_next, dc_next):
    dy = dJ_dy + dy_next
    do_bar = dy * np.tanh(run.c[t]) * d_sigmoid(run.o_bar[t])
    dc = dy * run.o[t] * d_tanh(run.c[t]) + params.p[2] * do_bar + dc_next
    df_bar = dc * c_prev * d_sigmoid(run.f_bar[t])
    di_bar = dc * run.z[t] * d_sigmoid(run.i_bar[t])
    dz_bar = dc * run.i[t] * d_tanh(run.z[t])
    return dy, dc, dz_bar, di_bar, df_bar, do_bar


def previous_overwritten(params, f, dc, dz_bar, di_bar, df_bar, do_bar):
    Rz, Ri, Rf, Ro = params.R
    pi, pf, _ = params.p
    dz_bar, di_bar = Rz.T @ dz_bar, Ri.T @ di_bar
    df_bar, do_bar = Rf.T @ df_bar, Ro.T @ do_bar
    dy_prev = dz_bar + di_bar + df_bar + do_bar
    dc_prev = pi * di_bar + pf * df_bar + dc * f
    return dy_prev, dc_prev


def previous_reused(params, f, dc, dz_bar, di_bar, df_bar, do_bar):
    Rz, Ri, Rf, Ro = params.R
    pi, pf, _ = params.p
    dy_prev = Rz.T @ dz_bar + Ri.T @ di_bar + Ri.T @ df_bar + Ro.T @ do_bar
    dc_prev = pi * di_bar + pf * df_bar + dc * f
    return dy_prev, dc_prev


def sums_shifted(run, bars):
    _, di_bar, df_bar, do_bar = bars
    dW = np.stack([bar.T @ run.x for bar in bars])
    dR = np.stack([bar.T @ run.y for bar in bars])
    dp = np.stack([(di_bar * run.c).sum(0), (df_bar * run.c).sum(0), (do_bar * run.c).sum(0)])
    return dW, dR, dp, bars.sum(1)


def draw_alike(D, H, seed):
    W = np.empty((4, H, D))
    for gate in range(4):
        rng = np.random.default_rng(seed)
        W[gate] = rng.standard_normal((H, D))
    return W


def output_blind(params, x, y_prev, c_prev, c):
    o_bar = params.W[3] @ x + params.R[3] @ y_prev + params.p[2] * c_prev + params.b[3]
    o = sigmoid(o_bar)
    y = o * np.tanh(c)
    return o_bar, o, y
