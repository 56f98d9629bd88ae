"""LSTM with peepholes, forward and backward, written as in the paper.

Block of Greff et al., "LSTM: A Search Space Odyssey" (2017), section II; ⋆ is z, in, for or out:

    z̄ = W_z x + R_z y^(t-1) + b_z                          z = tanh(z̄)   block input
    ī = W_in x + R_in y^(t-1) + p_in ⊙ c^(t-1) + b_in      i = σ(ī)      input gate
    f̄ = W_for x + R_for y^(t-1) + p_for ⊙ c^(t-1) + b_for  f = σ(f̄)      forget gate
    c = z ⊙ i + c^(t-1) ⊙ f                                              cell
    ō = W_out x + R_out y^(t-1) + p_out ⊙ c^(t) + b_out    o = σ(ō)      output gate
    y = o ⊙ tanh(c)                                                      block output

`backward` holds the errors of the same section. One sequence at a time; batches live in `fast`,
variants of the block in `variants`.

A step by pencil, with one unit and every weight zero but the peepholes and one bias: c^(0) = 2,
p_for = ln(3)/2 makes f = σ(ln 3) = 3/4, so c^(1) = 3/2 whatever the input gate does (z = 0), and
p_out = −2 ln(3)/3 makes o = σ(−ln 3) = 1/4: the forget gate saw 2, the output gate saw 3/2.

>>> params = LSTMParams(W=np.zeros((4, 1, 1)), R=np.zeros((4, 1, 1)), b=np.zeros((4, 1)),
...                     p=np.log(3) * np.array([[0.0], [1 / 2], [-2 / 3]]))
>>> run = forward(params, [[1.0]], c0=[2.0])
>>> [round(float(value[0, 0]), 12) for value in (run.f, run.c, run.o)]
[0.75, 1.5, 0.25]
>>> gradients = backward(params, run, dY=[[1.0]])
>>> do_bar = np.tanh(1.5) * 3 / 16  # δō = tanh(c) σ'(ō), with σ' = 1/4 · 3/4
>>> dc = 1 / 4 * (1 - np.tanh(1.5) ** 2) - 2 / 3 * np.log(3) * do_bar  # by y, and by p_out
>>> np.allclose(gradients.params.p[:, 0], [0, 2 * (dc * 2 * 3 / 16), 1.5 * do_bar], atol=1e-15)
True
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import d_sigmoid, d_tanh, sigmoid
from lstm_core.checks import Array


@dataclass(frozen=True, eq=False)
class LSTMParams:
    """Weights of one block, gate axis first. Also the type of their gradient.

    Without peepholes p is zero. Raises ValueError or TypeError where shapes disagree, a number is
    not finite, or dtypes differ.
    """

    W: Array  # (4, H, D) input weights       z, in, for, out
    R: Array  # (4, H, H) recurrent weights   z, in, for, out
    p: Array  # (3, H)    peepholes              in, for, out
    b: Array  # (4, H)    biases              z, in, for, out

    def __post_init__(self) -> None:
        W = checks.array("W", self.W, (4, "H", "D"))
        H = W.shape[1]
        R = checks.array("R", self.R, (4, H, H))
        p, b = checks.array("p", self.p, (3, H)), checks.array("b", self.b, (4, H))
        for name, value in {"W": W, "R": R, "p": p, "b": b}.items():
            object.__setattr__(self, name, checks.same_dtype(name, value, W.dtype))


class LSTMStep(NamedTuple):
    """All values of one step, each (H,), in the order of calculation."""

    z_bar: Array
    i_bar: Array
    f_bar: Array
    o_bar: Array
    z: Array
    i: Array
    f: Array
    o: Array
    c: Array
    y: Array


class LSTMRun(NamedTuple):
    """All values of one forward pass, each with a leading T axis, and the first state."""

    x: Array  # (T, D)
    z_bar: Array  # (T, H), and so are all below but the first state
    i_bar: Array
    f_bar: Array
    o_bar: Array
    z: Array
    i: Array
    f: Array
    o: Array
    c: Array
    y: Array
    y0: Array  # (H,)
    c0: Array  # (H,)


class LSTMGradients(NamedTuple):
    """What `backward` returns: gradients, and the errors of every step."""

    params: LSTMParams  # ∂J/∂θ, summed over the steps
    x: Array  # (T, D) ∂J/∂x^(t)
    y0: Array  # (H,) ∂J/∂y^(0)
    c0: Array  # (H,) ∂J/∂c^(0)
    dy: Array  # (T, H) δy^(t), and so are all below
    dc: Array
    dz_bar: Array
    di_bar: Array
    df_bar: Array
    do_bar: Array


def init(
    D: int,
    H: int,
    rng: np.random.Generator,
    forget_bias: float = 1.0,
    peepholes: bool = False,
    *,
    scale: float = 1.0,
    dtype: Any = np.float64,
) -> LSTMParams:
    """Draw parameters: weights N(0, scale²/fan-in), biases zero but the forget gate's.

    A forget bias of 1 lets a new network remember (Gers, Schmidhuber and Cummins, 2000;
    Jozefowicz, Zaremba and Sutskever, 2015). With `peepholes` they are drawn N(0, scale²/H).
    """
    D, H = checks.whole("D", D), checks.whole("H", H)
    checks.kind("rng", rng, np.random.Generator)
    scale = checks.number("scale", scale, least=0.0)
    W = rng.standard_normal((4, H, D)) * scale / D**0.5
    R = rng.standard_normal((4, H, H)) * scale / H**0.5
    p = rng.standard_normal((3, H)) * scale / H**0.5 if peepholes else np.zeros((3, H))
    b = np.zeros((4, H))
    b[2] = checks.number("forget_bias", forget_bias)
    return LSTMParams(W.astype(dtype), R.astype(dtype), p.astype(dtype), b.astype(dtype))


def step(params: LSTMParams, x: Array, y_prev: Array, c_prev: Array) -> LSTMStep:
    """One step: x (D,), y^(t-1) (H,) and c^(t-1) (H,) to all values of step t."""
    Wz, Wi, Wf, Wo = params.W
    Rz, Ri, Rf, Ro = params.R
    pi, pf, po = params.p
    bz, bi, bf, bo = params.b
    z_bar = Wz @ x + Rz @ y_prev + bz
    i_bar = Wi @ x + Ri @ y_prev + pi * c_prev + bi
    f_bar = Wf @ x + Rf @ y_prev + pf * c_prev + bf
    z = np.tanh(z_bar)  # block input
    i = sigmoid(i_bar)  # input gate
    f = sigmoid(f_bar)  # forget gate
    c = z * i + c_prev * f  # cell
    o_bar = Wo @ x + Ro @ y_prev + po * c + bo  # the output gate peeps at the new cell
    o = sigmoid(o_bar)  # output gate
    y = o * np.tanh(c)  # block output
    return LSTMStep(z_bar, i_bar, f_bar, o_bar, z, i, f, o, c, y)


def forward(
    params: LSTMParams, X: Array, y0: Array | None = None, c0: Array | None = None
) -> LSTMRun:
    """Run the block over X (T, D) from y0 (H,) and c0 (H,), zeros if None.

    Raises ValueError or TypeError for arguments that do not fit, and where the cell overflows.
    """
    checks.kind("params", params, LSTMParams)
    X = checks.array("X", X, ("T", params.W.shape[2]))
    X = checks.same_dtype("X", X, params.W.dtype)
    y_prev = y0 = checks.optional("y0", y0, params.b[0])
    c_prev = c0 = checks.optional("c0", c0, params.b[0])
    values = np.empty((len(LSTMStep._fields), len(X), len(y0)), X.dtype)
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
        for t, x in enumerate(X):
            now = step(params, x, y_prev, c_prev)
            values[:, t] = now
            y_prev, c_prev = now.y, now.c
    for name, value in zip(LSTMStep._fields, values, strict=True):
        checks.finite(name, value)
    return LSTMRun(X, *values, y0, c0)


def check_run(params: LSTMParams, run: LSTMRun) -> None:
    """Raise TypeError or ValueError unless the run is of a block of these sizes."""
    checks.kind("params", params, LSTMParams)
    checks.kind("run", run, LSTMRun)
    checks.widths("run", (run.x, run.c), params.W.shape[:0:-1])


def backward(
    params: LSTMParams, run: LSTMRun, dY: Array, dc_T: Array | None = None
) -> LSTMGradients:
    """Back propagation through time, from ∂J^(t)/∂y^(t) (T, H) and the last cell's error (H,).

    dY holds the errors that reach each y^(t) from the loss of its own step; dc_T is what reaches
    c^(T) from beyond the last step. Raises ValueError or TypeError for arguments that do not fit.
    """
    check_run(params, run)
    dY = checks.same_dtype("dY", checks.array("dY", dY, run.y.shape), run.y.dtype)
    dc_T = checks.optional("dc_T", dc_T, run.c0)
    c_prev = np.vstack([run.c0, run.c[:-1]])
    errors = np.empty((6, *run.y.shape), run.y.dtype)
    dz_bar, di_bar, df_bar, do_bar = errors[2:]
    from_next = np.zeros_like(run.y0), dc_T
    for t in reversed(range(len(run.x))):
        errors[:, t] = backward_step(params, run, t, c_prev[t], dY[t], *from_next)
        from_next = to_previous(params, run.f[t], *errors[1:, t])
    bars = np.stack([dz_bar, di_bar, df_bar, do_bar])  # (4, T, H)
    y_prev = np.vstack([run.y0, run.y[:-1]])
    total = LSTMParams(
        W=bars.transpose(0, 2, 1) @ run.x,  # Σ_t δ⋆̄^(t) x^(t)ᵀ
        R=bars.transpose(0, 2, 1) @ y_prev,  # Σ_t δ⋆̄^(t+1) y^(t)ᵀ
        p=np.stack([(di_bar * c_prev).sum(0), (df_bar * c_prev).sum(0), (do_bar * run.c).sum(0)]),
        b=bars.sum(1),  # Σ_t δ⋆̄^(t)
    )
    dx = sum(bar @ W for bar, W in zip(bars, params.W, strict=True))
    return LSTMGradients(total, dx, *from_next, *errors)


def backward_step(
    params: LSTMParams,
    run: LSTMRun,
    t: int,
    c_prev: Array,
    dJ_dy: Array,
    dy_next: Array,
    dc_next: Array,
) -> tuple[Array, ...]:
    """Return δy, δc, δz̄, δī, δf̄, δō at t, given what comes back from t + 1 to y and to c."""
    po = params.p[2]
    dy = dJ_dy + dy_next
    do_bar = dy * np.tanh(run.c[t]) * d_sigmoid(run.o_bar[t])
    dc = dy * run.o[t] * d_tanh(run.c[t]) + po * do_bar + dc_next
    df_bar = dc * c_prev * d_sigmoid(run.f_bar[t])
    di_bar = dc * run.z[t] * d_sigmoid(run.i_bar[t])
    dz_bar = dc * run.i[t] * d_tanh(run.z_bar[t])
    return dy, dc, dz_bar, di_bar, df_bar, do_bar


def to_previous(
    params: LSTMParams,
    f: Array,
    dc: Array,
    dz_bar: Array,
    di_bar: Array,
    df_bar: Array,
    do_bar: Array,
) -> tuple[Array, Array]:
    """Return what the errors of step t send back to y^(t-1) and to c^(t-1)."""
    Rz, Ri, Rf, Ro = params.R
    pi, pf, _ = params.p
    dy_prev = Rz.T @ dz_bar + Ri.T @ di_bar + Rf.T @ df_bar + Ro.T @ do_bar
    dc_prev = pi * di_bar + pf * df_bar + dc * f
    return dy_prev, dc_prev
