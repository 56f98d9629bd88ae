"""A dense network of any depth: forward pass and back propagation.

    h_0 = x                                 δh_l = W_{l+1}ᵀ δa_{l+1}
    a_l = W_l h_{l-1} + b_l                 δa_l = g'(a_l) ⊙ δh_l
    h_l = g(a_l)                            ∂J/∂W_l = δa_l h_{l-1}ᵀ
    o   = W_L h_{L-1} + b_L,  ŷ = f(o)      ∂J/∂b_l = δa_l

for the hidden layers l = 1 … L − 1; the last layer's pre-activation is o, and its error δo comes
from the loss. With many samples (N, D) the gradients are sums over the samples. In tuples the
first layer is number 0: W_1 is `W[0]`, h_1 is `h[0]`.

By pencil: with W_1 = 2, W_2 = 3, no biases and ReLU, x = 1 gives h_1 = 2 and o = 6; an error
δo = 1 becomes δh_1 = 3, ∂J/∂W_1 = 3·1, ∂J/∂W_2 = 1·2, ∂J/∂x = 2·3.

>>> zero = np.zeros(1)
>>> params = DenseParams(W=(np.array([[2.0]]), np.array([[3.0]])), b=(zero, zero))
>>> run = forward(params, [1.0], g="relu")
>>> run.h[0].item(), run.o.item()
(2.0, 6.0)
>>> back = backward(params, run, do=[1.0])
>>> [W.item() for W in back.params.W], back.x.item()
([3.0, 2.0], 6.0)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.activations import OUTPUTS, activation
from lstm_core.checks import Array


@dataclass(frozen=True, eq=False)
class DenseParams:
    """Weights and biases layer by layer. Also the type of their gradient.

    Raises ValueError or TypeError where shapes disagree, a number is not finite, or dtypes differ.
    """

    W: tuple[Array, ...]  # (n_l, n_{l-1}) for l = 1 … L
    b: tuple[Array, ...]  # (n_l,)

    def __post_init__(self) -> None:
        W, b = self.W, self.b
        for name, value in {"W": W, "b": b}.items():
            if not isinstance(value, tuple | list):
                raise TypeError(f"{name} is a {type(value).__name__}, expected a tuple of arrays")
        if len(W) != len(b) or not W:
            raise ValueError(f"W has {len(W)} layers and b {len(b)}, expected as many, at least 1")
        first = checks.array("W[0]", W[0], ("n", "D"))
        width, weights, biases = first.shape[1], [], []
        for n in range(len(W)):
            layer = checks.array(f"W[{n}]", W[n], ("n", width))
            width = len(layer)
            bias = checks.array(f"b[{n}]", b[n], (width,))
            weights.append(checks.same_dtype(f"W[{n}]", layer, first.dtype))
            biases.append(checks.same_dtype(f"b[{n}]", bias, first.dtype))
        object.__setattr__(self, "W", tuple(weights))
        object.__setattr__(self, "b", tuple(biases))


class DenseRun(NamedTuple):
    """All values of one forward pass; each is (n_l,), or (N, n_l) for N samples."""

    x: Array
    a: tuple[Array, ...]  # a_1 … a_{L-1}
    h: tuple[Array, ...]  # h_1 … h_{L-1}
    o: Array
    y_hat: Array
    g: str
    f: str


class DenseGradients(NamedTuple):
    """What `backward` returns: gradients of parameters and inputs, and the errors of each layer."""

    params: DenseParams  # ∂J/∂θ, summed over the samples
    x: Array  # ∂J/∂x
    do: Array
    dh: tuple[Array, ...]  # δh_1 … δh_{L-1}
    da: tuple[Array, ...]  # δa_1 … δa_{L-1}


SPREADS = {
    "normal": lambda rows, columns: 1.0,
    "lecun": lambda rows, columns: columns**-0.5,
    "glorot": lambda rows, columns: (2 / (rows + columns)) ** 0.5,
    "he": lambda rows, columns: (2 / columns) ** 0.5,
}


def init(
    sizes: Sequence[int],
    rng: np.random.Generator,
    *,
    scale: float = 1.0,
    kind: str = "glorot",
    dtype: Any = np.float64,
) -> DenseParams:
    """Draw parameters for layers of the given sizes, inputs first: weights N(0, spread²), biases 0.

    The spread is `scale` times 1 (normal), 1/√fan-in (lecun: LeCun et al., Efficient BackProp,
    1998), √(2/(fan-in + fan-out)) (glorot: Glorot and Bengio, 2010) or √(2/fan-in) (he: He et al.,
    2015, for ReLU). Raises ValueError or TypeError for a bad argument.
    """
    if not isinstance(sizes, Sequence):
        raise TypeError(f"sizes is {sizes!r}, expected a list of whole numbers")
    sizes = [checks.whole(f"sizes[{n}]", size) for n, size in enumerate(sizes)]
    if len(sizes) < 2:
        raise ValueError(f"sizes has {len(sizes)} entries, expected at least inputs and outputs")
    scale = checks.number("scale", scale, least=0.0)
    spread = SPREADS[checks.choice("kind", kind, SPREADS)]
    checks.kind("rng", rng, np.random.Generator)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    W = [rng.standard_normal(shape) * scale * spread(*shape) for shape in shapes]
    b = [np.zeros(rows, dtype) for rows, _ in shapes]
    return DenseParams(tuple(layer.astype(dtype) for layer in W), tuple(b))


def forward(params: DenseParams, x: Array, g: str = "tanh", f: str = "identity") -> DenseRun:
    """Run the network on x (D,), or on N samples (N, D) at once.

    g, of the hidden layers: tanh, sigmoid, relu or identity. f: softmax, sigmoid or identity.
    Raises ValueError or TypeError for arguments that do not fit, and where a layer overflows.
    """
    checks.kind("params", params, DenseParams)
    x = checks.array("x", x, (..., params.W[0].shape[1]))
    if x.ndim > 2:
        raise ValueError(f"x has shape {x.shape}, expected (D,) or (N, D)")
    h = x = checks.same_dtype("x", x, params.W[0].dtype)
    function, output = activation(g).function, OUTPUTS[checks.choice("f", f, OUTPUTS)]
    pre_activations, activations = [], []
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, with the layer
        for n, (W, b) in enumerate(zip(params.W, params.b, strict=True)):
            a = checks.finite(f"a[{n}]", h @ W.T + b)
            h = function(a)
            pre_activations.append(a)
            activations.append(h)
    hidden = tuple(pre_activations[:-1]), tuple(activations[:-1])
    return DenseRun(x, *hidden, a, output(a), g, f)


def backward(params: DenseParams, run: DenseRun, do: Array) -> DenseGradients:
    """Back propagation from the error of the last layer, δo, shaped like run.o.

    Raises ValueError or TypeError for arguments that do not fit.
    """
    checks.kind("params", params, DenseParams)
    checks.kind("run", run, DenseRun)
    if len(run.h) + 1 != len(params.W):
        raise ValueError(f"run has {len(run.h) + 1} layers, expected {len(params.W)} as in params")
    checks.widths("run", (run.x, *run.h, run.o), (params.W[0].shape[1], *map(len, params.b)))
    do = checks.same_dtype("do", checks.array("do", do, run.o.shape), run.o.dtype)
    g_prime = activation(run.g).derivative
    dh, da = [], [do]  # from the last layer to the first
    for W, a in zip(params.W[:0:-1], run.a[::-1], strict=True):
        dh.append(da[-1] @ W)
        da.append(g_prime(a) * dh[-1])
    before = (run.x, *run.h)
    errors = [np.atleast_2d(error) for error in reversed(da)]
    total = DenseParams(
        tuple(error.T @ np.atleast_2d(h) for error, h in zip(errors, before, strict=True)),
        tuple(error.sum(0) for error in errors),
    )
    return DenseGradients(total, da[-1] @ params.W[0], do, tuple(dh[::-1]), tuple(da[:0:-1]))
