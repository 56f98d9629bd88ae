"""Exercises of lesson 3 on gradients through time: the product, its bound, and what follows."""

import numpy as np

from lstm_core.checks import Array
from lstm_core.exercises.frame import Exercise


def jacobian_product(W: Array, a: Array) -> Array:
    """∂h^(t)/∂h^(k) of a tanh RNN, from the pre-activations a^(k+1) … a^(t), (t − k, H)."""
    product = np.eye(len(W))
    for a_s in a:  # step after step, each new factor on the left
        product = np.diag(1 - np.tanh(a_s) ** 2) @ W @ product
    return product


def _product_with(
    slope: object = lambda a: 1 - np.tanh(a) ** 2,
    factor: object = lambda slopes, W: np.diag(slopes) @ W,
    left: bool = True,
    first: int = 0,
) -> object:
    """Return `jacobian_product` with one thing done otherwise."""

    def wrong(W: Array, a: Array) -> Array:
        product = np.eye(len(W))
        for a_s in a[first:]:
            J = factor(slope(a_s), W)
            product = J @ product if left else product @ J
        return product

    return wrong


def _heaps(join: object) -> object:
    """Return the slip: all W in one heap, all slopes in another."""

    def wrong(W: Array, a: Array) -> Array:
        slopes = np.diag(np.prod(1 - np.tanh(a) ** 2, axis=0))
        return join(np.linalg.matrix_power(W, len(a)), slopes)

    return wrong


JACOBIAN_PRODUCT = Exercise(
    name="jacobian_product",
    lesson=3,
    row="H6",
    task="Return ∂h^(t)/∂h^(k) (H, H) of a tanh RNN; the rows of `a` are a^(k+1), …, a^(t).",
    hints=(
        "One step is h^(s) = tanh(a^(s)) with a^(s) = b + W h^(s−1) + U x^(s). What is "
        "∂h^(s)/∂h^(s−1)?",
        "It is diag(tanh'(a^(s))) W: `np.diag(1 - np.tanh(a_s) ** 2) @ W`.",
        "The chain rule multiplies these factors, that of the latest step on the left. So begin "
        "with the identity matrix and put each new factor on the left of the product.",
    ),
    solution=jacobian_product,
    mistakes={
        "you collected all g' on the left and all W on the right: matrices do not commute": _heaps(
            lambda power, slopes: slopes @ power
        ),
        "you collected all W on the left and all g' on the right: matrices do not commute": _heaps(
            lambda power, slopes: power @ slopes
        ),
        "you collected all Wᵀ and all g', as the articles do: matrices do not commute": _heaps(
            lambda power, slopes: power.T @ slopes
        ),
        "the order is turned round: later steps belong on the left": _product_with(left=False),
        "you left out tanh'(a)": _product_with(slope=np.ones_like),
        "you put tanh'(a) on the wrong side of W: it scales the rows of W": _product_with(
            factor=lambda slopes, W: W @ np.diag(slopes)
        ),
        "you used Wᵀ: that is the way of the error, the transpose of this product": _product_with(
            factor=lambda slopes, W: W.T @ np.diag(slopes), left=False
        ),
        "you used Wᵀ in place of W": _product_with(factor=lambda s, W: np.diag(s) @ W.T),
        "you took the derivative at tanh(a): it belongs to a, before the activation": (
            _product_with(slope=lambda a: 1 - np.tanh(np.tanh(a)) ** 2)
        ),
        "a factor is missing: from k to t there are t − k of them": _product_with(first=1),
        "you added the factors; the chain rule multiplies them": lambda W, a: sum(
            np.diag(1 - np.tanh(a_s) ** 2) @ W for a_s in a
        ),
    },
    inputs=lambda rng: (rng.standard_normal((3, 3)), rng.standard_normal((4, 3))),
)


def gradient_bound(W: Array, steepest: float, steps: int) -> float:
    """(‖W‖ · max|g'|)^(t−k), where ‖W‖ is the largest singular value."""
    largest = np.linalg.svd(W, compute_uv=False)[0]
    return (largest * steepest) ** steps


GRADIENT_BOUND = Exercise(
    name="gradient_bound",
    lesson=3,
    row="H6",
    task="Return the bound on ‖∂h^(t)/∂h^(k)‖ from `W`, `steepest` = max|g'| and `steps` = t − k.",
    hints=(
        "The size of a product of matrices is at most the product of their sizes. How large can "
        "one factor diag(g') W be?",
        "At most ‖W‖ · max|g'|, where ‖W‖ is the largest singular value: the most by which W "
        "stretches any vector. `np.linalg.svd(W, compute_uv=False)` gives all of them, the largest "
        "first; `np.linalg.norm(W, 2)` gives the largest.",
        "There are t − k such factors.",
    ),
    solution=gradient_bound,
    mistakes={
        "you took the largest |eigenvalue|; W may stretch a vector more than that": (
            lambda W, steepest, steps: (np.abs(np.linalg.eigvals(W)).max() * steepest) ** steps
        ),
        "you took the Frobenius norm (`np.linalg.norm` without the 2): true, but too wide": (
            lambda W, steepest, steps: (np.linalg.norm(W) * steepest) ** steps
        ),
        "you left out max|g'|": lambda W, steepest, steps: np.linalg.norm(W, 2) ** steps,
        "max|g'| stands in every factor: it takes the power too": lambda W, steepest, steps: (
            np.linalg.norm(W, 2) ** steps * steepest
        ),
        "one factor too many: from k to t there are t − k": lambda W, steepest, steps: (
            (np.linalg.norm(W, 2) * steepest) ** (steps + 1)
        ),
        "you multiplied by the number of steps; it is the exponent": lambda W, steepest, steps: (
            np.linalg.norm(W, 2) * steepest * steps
        ),
        "you took the smallest singular value": lambda W, steepest, steps: (
            (np.linalg.svd(W, compute_uv=False)[-1] * steepest) ** steps
        ),
    },
    inputs=lambda rng: (
        rng.standard_normal((3, 3)),
        float(rng.choice([0.25, 0.5])),
        int(rng.integers(2, 6)),
    ),
)

VANISH, EXPLODE, OPEN = "must vanish", "must explode", "undecided"
FATES = {"A": VANISH, "B": OPEN, "C": VANISH, "D": OPEN, "E": EXPLODE}

WHAT_FOLLOWS = Exercise(
    name="what_follows",
    lesson=3,
    row="H6",
    task=f'For each of A, B, C, D, E write "{VANISH}", "{EXPLODE}" or "{OPEN}".',
    hints=(
        "With an activation only one thing was proved: the size is at most (σ₁ · max|g'|)^(t−k). "
        "When does that alone force it to zero? Does it ever force it to grow?",
        "max|g'| is 1 for tanh and ¼ for the sigmoid. Multiply it by σ₁ and compare with 1. The "
        "spectral radius does not occur in the bound.",
        "One network has no activation: there the product is a power of W, and in the end the "
        "spectral radius decides.",
    ),
    solution=FATES,
    choices=(VANISH, EXPLODE, OPEN),
    mistakes={
        "in B you trusted the spectral radius; σ₁ = 1.8, so the bound forces nothing": (
            FATES | {"B": VANISH}
        ),
        "in C you left out max|g'| = ¼ of the sigmoid: 3 · ¼ is less than 1": FATES | {"C": OPEN},
        "C cannot explode: 3 · ¼ is less than 1": FATES | {"C": EXPLODE},
        "in D you took what is necessary to explode for sufficient: tanh' may be small": (
            FATES | {"D": EXPLODE}
        ),
        "A has σ₁ · max|g'| = 0.9 < 1: nothing is left open": FATES | {"A": OPEN},
        "in B a bound above 1 allows growth, it does not force it": FATES | {"B": EXPLODE},
        "E has no activation: its product is a power of W, and ρ = 1.1 decides": (
            FATES | {"E": OPEN}
        ),
        "E cannot vanish: without an activation the size is at least 1.1^(t−k)": (
            FATES | {"E": VANISH}
        ),
    },
    praise="σ₁ · max|g'| < 1 is sufficient to vanish; above 1 it is only necessary to explode. "
    "Without an activation ρ decides in the end.",
)

EXERCISES = (JACOBIAN_PRODUCT, GRADIENT_BOUND, WHAT_FOLLOWS)
