"""The exercises of lesson 5: the learner writes the LSTM's backward pass, then looks at it.

The errors, the whole pass and the broken programs have modules of their own; here are the road of
the cell and clipping.
"""

import numpy as np

from lstm_core.activations import sigmoid
from lstm_core.checks import Array
from lstm_core.exercises import bugs, lesson5_backward, lesson5_errors
from lstm_core.exercises.frame import Exercise


def carousel(f: Array, t: int, k: int) -> Array:
    """The factor that the cell line alone puts between c^(k) and c^(t), from f (T, H), k < t."""
    return np.prod(f[k + 1 : t + 1], axis=0)


CAROUSEL = Exercise(
    name="carousel",
    lesson=5,
    row="B6",
    task="Along the cell line alone (every other route frozen) c^(t) depends on c^(k), k < t, "
    "through forget gates. Return ∂c^(t)/∂c^(k) on this road, shape (H,), from `f` (T, H), whose "
    "row t is f^(t).",
    hints=(
        "One step: c^(t) = … + c^(t-1) ⊙ f^(t), so the factor from t-1 to t is f^(t).",
        "From k to t there are t − k steps: f^(k+1), f^(k+2), …, f^(t). Is f^(k) among them?",
        "`np.prod(f[first : last + 1], axis=0)` multiplies rows.",
    ),
    solution=carousel,
    mistakes={
        "you counted f^(k) too: it stands between c^(k-1) and c^(k)": (
            lambda f, t, k: np.prod(f[k : t + 1], axis=0)
        ),
        "you stopped one step early: f^(t) belongs to it": (
            lambda f, t, k: np.prod(f[k + 1 : t], axis=0)
        ),
        "you shifted by one step: the factors are f^(k+1) … f^(t)": (
            lambda f, t, k: np.prod(f[k:t], axis=0)
        ),
        "you added the forget gates; along a route factors are multiplied": (
            lambda f, t, k: np.sum(f[k + 1 : t + 1], axis=0)
        ),
        "you took the last forget gate alone": lambda f, t, k: f[t],
    },
    inputs=lambda rng: (sigmoid(rng.standard_normal((9, 4))), 7, 3),
)


def clip(g: Array, threshold: float) -> Array:
    """g · min(1, threshold / ‖g‖)."""
    return g * min(1.0, threshold / np.linalg.norm(g))


def _clip_inputs(rng: np.random.Generator) -> tuple[Array, float]:
    """Return a gradient and a threshold, below its norm in some trials and above it in others."""
    g = rng.standard_normal(5)
    return g, float(np.linalg.norm(g) * (0.5 if g[0] > 0 else 1.5))


CLIP = Exercise(
    name="clip_by_norm",
    lesson=5,
    row="B7",
    task="Clip a gradient `g` (a vector) by its norm: longer than `threshold`, it is made that "
    "long and keeps its direction; otherwise it stays as it is.",
    hints=(
        "`np.linalg.norm(g)` is its length.",
        "A vector keeps its direction when all its numbers are multiplied by the same factor.",
        "The factor is min(1, threshold / ‖g‖).",
    ),
    solution=clip,
    mistakes={
        "you clipped by value: each number by itself, which turns the gradient": (
            lambda g, threshold: np.clip(g, -threshold, threshold)
        ),
        "you always make it `threshold` long; a short gradient must stay as it is": (
            lambda g, threshold: g * threshold / np.linalg.norm(g)
        ),
        "you made short gradients longer and left long ones: min, not max": (
            lambda g, threshold: g * max(1.0, threshold / np.linalg.norm(g))
        ),
        "you did not clip": lambda g, threshold: g,
        "you divided by ‖g‖² where ‖g‖ belongs": lambda g, threshold: (
            g * min(1.0, threshold / np.linalg.norm(g) ** 2)
        ),
        "you drop long gradients; they must be shortened": lambda g, threshold: (
            g * (np.linalg.norm(g) <= threshold)
        ),
    },
    inputs=_clip_inputs,
)

EXERCISES = (
    *lesson5_errors.EXERCISES,
    *lesson5_backward.EXERCISES,
    CAROUSEL,
    CLIP,
    *bugs.EXERCISES,
)
