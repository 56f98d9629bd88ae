"""Many simple RNNs at once, and the size of ∂h^(t)/∂h^(k) in each: for `vanishing_gradient`.

It is `jacobians.products` with one axis more, and with logarithms, since the sizes leave every
scale; a test holds the two together.
"""

from functools import lru_cache

import numpy as np

from lstm_core.activations import activation
from lstm_core.checks import Array

H, D = 16, 4  # hidden units, inputs
KINDS = ("random", "rotation", "one-way")


@lru_cache(maxsize=64)
def shape(kind: str, seed: int) -> Array:
    """Return a matrix W (H, H) of the kind, with spectral radius 1.

    random: each weight drawn alone. rotation: orthogonal, it turns and never stretches. one-way:
    each unit feeds only later ones (and itself), so that a signal can grow on its way through.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    W = rng.standard_normal((H, H))
    if kind == "rotation":
        return np.linalg.qr(W)[0]
    if kind == "one-way":
        return np.diag(np.where(rng.random(H) < 0.5, -1.0, 1.0)) + 0.5 * np.tril(W, -1)
    return W / np.abs(np.linalg.eigvals(W)).max()


@lru_cache(maxsize=64)
def surroundings(seeds: tuple[int, ...], T: int, size: float) -> tuple[Array, Array]:
    """Return for each network its inputs' share of a^(t), U x^(t) (N, T, H), and h^(0) (N, H)."""
    pulls, starts = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, 99])
        U = rng.standard_normal((H, D)) / D**0.5
        starts.append(0.1 * rng.standard_normal(H))
        pulls.append(size * rng.standard_normal((T, D)) @ U.T)
    return np.stack(pulls), np.stack(starts)


def log_norms(W: Array, pull: Array, h: Array, g: str, only_last: bool = False) -> Array:
    """Return log ‖∂h^(t)/∂h^(k)‖ (N, T + 1) for t = T and k = T … 0, for N networks at once.

    With `only_last`, of k = 0 alone: (N, 1). The product is divided by its own size after each
    step, and the size kept as a logarithm: so it never leaves the range of float64.
    """
    N, T = pull.shape[:2]
    products, logs = [np.broadcast_to(np.eye(H), (N, H, H))], [np.zeros(N)]
    for slope in slopes(W, pull, h, g)[::-1]:
        product = np.matmul(products[-1] * slope[:, None, :], W)  # … diag(g'(a^(s))) W
        length = np.maximum(np.abs(product).max(axis=(1, 2)), 1e-290)
        products.append(product / length[:, None, None])
        logs.append(logs[-1] + np.log10(length))
    kept = slice(T, None) if only_last else slice(None)
    P = np.stack(products[kept])
    largest = np.linalg.eigvalsh(np.matmul(P, P.swapaxes(-1, -2)))[..., -1]
    return (np.stack(logs[kept]) + 0.5 * np.log10(np.maximum(largest, 1e-290))).T


def slopes(W: Array, pull: Array, h: Array, g: str) -> Array:
    """Run N networks at once; return g'(a^(t)) at every step (T, N, H)."""
    function, derivative = activation(g)
    found = np.empty((pull.shape[1], *h.shape))
    for t in range(len(found)):
        a = np.matmul(W, h[..., None])[..., 0] + pull[:, t]
        h = function(a)
        found[t] = derivative(a)
    return found
