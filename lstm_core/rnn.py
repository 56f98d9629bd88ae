"""The simple recurrent network (Elman, 1990): forward pass and back propagation through time.

    a^(t) = b + W h^(t-1) + U x^(t)        δo^(t) = ∂J^(t)/∂o^(t), given by the loss
    h^(t) = g(a^(t))                       δh^(t) = Vᵀ δo^(t) + Wᵀ δa^(t+1)
    o^(t) = c + V h^(t)                    δa^(t) = g'(a^(t)) ⊙ δh^(t)
    ŷ^(t) = f(o^(t))                       ∂J/∂W  = Σ_t δa^(t) h^(t-1)ᵀ, likewise U, b, V, c

One sequence at a time; batches live in `fast`. Losses live in `losses`. Notation: Goodfellow,
Bengio and Courville, Deep Learning (2016), section 10.2.

A step by pencil: with one unit, W = 0.5, U = 1, b = 0, identity activation, h0 = 2 and inputs
1, −1 the states are h^(1) = 1 + 1 = 2 and h^(2) = 1 − 1 = 0.

>>> one = np.ones((1, 1))
>>> params = RNNParams(U=one, W=0.5 * one, V=one, b=np.zeros(1), c=np.zeros(1))
>>> run = forward(params, [[1.0], [-1.0]], h0=[2.0], g="identity", f="identity")
>>> run.h[:, 0].tolist()
[2.0, 0.0]
>>> backward(params, run, do=[[0.0], [1.0]]).params.W.item()  # h^(1) + W · h^(0) = 2 + 0.5·2
3.0
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import OUTPUTS, activation
from lstm_core.checks import Array


@dataclass(frozen=True, eq=False)
class RNNParams:
    """θ = {U, W, V, b, c}: the same numbers at every step. Also the type of their gradient.

    Raises ValueError or TypeError where shapes disagree, a number is not finite, or dtypes differ.
    """

    U: Array  # (H, D) input → hidden
    W: Array  # (H, H) hidden → hidden
    V: Array  # (K, H) hidden → output
    b: Array  # (H,)
    c: Array  # (K,)

    def __post_init__(self) -> None:
        U = checks.array("U", self.U, ("H", "D"))
        V = checks.array("V", self.V, ("K", U.shape[0]))
        H, K = U.shape[0], V.shape[0]
        W = checks.array("W", self.W, (H, H))
        b, c = checks.array("b", self.b, (H,)), checks.array("c", self.c, (K,))
        for name, value in {"U": U, "W": W, "V": V, "b": b, "c": c}.items():
            object.__setattr__(self, name, checks.same_dtype(name, value, U.dtype))


class RNNRun(NamedTuple):
    """All values of one forward pass, in the order of calculation, each with a leading T axis."""

    x: Array  # (T, D)
    a: Array  # (T, H)
    h: Array  # (T, H)
    o: Array  # (T, K)
    y_hat: Array  # (T, K)
    h0: Array  # (H,)
    g: str
    f: str


class RNNGradients(NamedTuple):
    """What `backward` returns: gradients of parameters, inputs and first state, errors per step."""

    params: RNNParams  # ∂J/∂θ, summed over the steps
    x: Array  # (T, D) ∂J/∂x^(t)
    h0: Array  # (H,) ∂J/∂h^(0)
    do: Array  # (T, K) δo^(t)
    dh: Array  # (T, H) δh^(t)
    da: Array  # (T, H) δa^(t)
    steps: tuple[RNNParams, ...] | None  # (∂J/∂θ)^(t) for t = 1 … T, on request


def init(
    D: int, H: int, K: int, rng: np.random.Generator, *, scale: float = 1.0, dtype: Any = np.float64
) -> RNNParams:
    """Draw parameters: weights N(0, scale²/fan-in), biases zero.

    With scale 1 a linear sum of inputs of size 1 has size 1 (LeCun et al., Efficient BackProp,
    1998).
    """
    D, H, K = checks.whole("D", D), checks.whole("H", H), checks.whole("K", K)
    scale = checks.number("scale", scale, least=0.0)
    checks.kind("rng", rng, np.random.Generator)

    def weights(rows: int, columns: int) -> Array:
        return (rng.standard_normal((rows, columns)) * scale / columns**0.5).astype(dtype)

    return RNNParams(
        weights(H, D), weights(H, H), weights(K, H), np.zeros(H, dtype), np.zeros(K, dtype)
    )


def step(params: RNNParams, x: Array, h_prev: Array, g: str = "tanh") -> tuple[Array, Array, Array]:
    """One step: x (D,) and h^(t-1) (H,) to a^(t) (H,), h^(t) (H,), o^(t) (K,)."""
    U, W, V, b, c = params.U, params.W, params.V, params.b, params.c
    a = b + W @ h_prev + U @ x
    h = activation(g).function(a)
    o = c + V @ h
    return a, h, o


def forward(
    params: RNNParams, X: Array, h0: Array | None = None, g: str = "tanh", f: str = "softmax"
) -> RNNRun:
    """Run the network over X (T, D) from h0 (H,), zeros if None.

    g: tanh, sigmoid, relu or identity. f: softmax, sigmoid or identity.
    Raises ValueError or TypeError for arguments that do not fit, and where the state overflows.
    """
    checks.kind("params", params, RNNParams)
    X = checks.array("X", X, ("T", params.U.shape[1]))
    X = checks.same_dtype("X", X, params.U.dtype)
    h_prev = h0 = checks.optional("h0", h0, params.b)
    activation(g)  # an unknown name is refused before the first step
    output = OUTPUTS[checks.choice("f", f, OUTPUTS)]
    a, h, o = (np.empty((len(X), size), X.dtype) for size in (len(h0), len(h0), len(params.c)))
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the place
        for t, x in enumerate(X):
            a[t], h[t], o[t] = step(params, x, h_prev, g)
            h_prev = h[t]
    return RNNRun(X, checks.finite("a", a), h, checks.finite("o", o), output(o), h0, g, f)


def check_run(params: RNNParams, run: RNNRun) -> None:
    """Raise TypeError or ValueError unless the run is of a network of these sizes."""
    checks.kind("params", params, RNNParams)
    checks.kind("run", run, RNNRun)
    checks.widths("run", (run.x, run.h, run.o), (*params.U.shape[::-1], len(params.c)))


def backward(
    params: RNNParams,
    run: RNNRun,
    do: Array,
    dh_T: Array | None = None,
    window: int | None = None,
    per_step: bool = False,
) -> RNNGradients:
    """Back propagation through time, from the errors δo (T, K) and that of the last state (H,).

    `window=k` is truncated back propagation: the sequence is cut into consecutive windows of k
    steps; errors do not cross a cut, the state does (Williams and Peng, 1990). With `per_step`
    the terms (∂J/∂θ)^(t) of the sum over t are returned too.
    Raises ValueError or TypeError for arguments that do not fit.
    """
    check_run(params, run)
    do = checks.same_dtype("do", checks.array("do", do, run.o.shape), run.o.dtype)
    T = len(run.x)
    window = T if window is None else checks.whole("window", window)
    dh, da = np.empty_like(run.h), np.empty_like(run.h)
    g_prime = activation(run.g).derivative(run.a)
    dh_next = checks.optional("dh_T", dh_T, run.h0)  # Wᵀ δa^(t+1); at the end, the error given
    for t in reversed(range(T)):
        dh[t] = params.V.T @ do[t] + dh_next
        da[t] = g_prime[t] * dh[t]
        dh_next = params.W.T @ da[t] if t % window else np.zeros_like(run.h0)
    h0_error = params.W.T @ da[0]
    h_prev = np.vstack([run.h0, run.h[:-1]])
    total = RNNParams(da.T @ run.x, da.T @ h_prev, do.T @ run.h, da.sum(0), do.sum(0))
    steps = tuple(_steps(run, h_prev, do, da)) if per_step else None
    return RNNGradients(total, da @ params.U, h0_error, do, dh, da, steps)


def _steps(run: RNNRun, h_prev: Array, do: Array, da: Array) -> list[RNNParams]:
    """Return (∂J/∂θ)^(t) = {δa xᵀ, δa h^(t-1)ᵀ, δo hᵀ, δa, δo} at t, for every step."""
    return [
        RNNParams(
            np.outer(da[t], run.x[t]),
            np.outer(da[t], h_prev[t]),
            np.outer(do[t], run.h[t]),
            da[t],
            do[t],
        )
        for t in range(len(run.x))
    ]
