"""The exercises of lesson 5: the learner writes the LSTM's backward pass, then looks at it.

The errors, the whole pass and the broken programs have modules of their own; here are the road of
the cell and clipping.
"""

from typing import Any, NamedTuple

import numpy as np

from lstm_core.activations import d_sigmoid, d_tanh, sigmoid
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


class RoadInputs(NamedTuple):
    """What ∂c^(t)/∂c^(t-1) is made of: (H,) each, R (H, H)."""

    f: Array
    c_prev: Array
    z: Array
    i: Array
    z_bar: Array
    i_bar: Array
    f_bar: Array
    Y: Array  # the diagonal of ∂y^(t-1)/∂c^(t-1)
    R_z: Array
    R_in: Array
    R_for: Array
    p_in: Array
    p_for: Array


def cell_jacobian(v: RoadInputs) -> Array:
    """∂c^(t)/∂c^(t-1), (H, H), the sum of four terms."""
    Y = np.diag(v.Y)
    by_cell = np.diag(v.f)
    by_forget = np.diag(v.c_prev * d_sigmoid(v.f_bar)) @ (v.R_for @ Y + np.diag(v.p_for))
    by_input = np.diag(v.z * d_sigmoid(v.i_bar)) @ (v.R_in @ Y + np.diag(v.p_in))
    by_block = np.diag(v.i * d_tanh(v.z_bar)) @ v.R_z @ Y
    return by_cell + by_forget + by_input + by_block


def _road(**change: Any) -> Any:
    """Return `cell_jacobian` of changed inputs: each `change` is a function of them."""
    return lambda v: cell_jacobian(
        v._replace(**{name: function(v) for name, function in change.items()})
    )


def _gates_on_the_right(v: RoadInputs) -> Array:
    """Return the Jacobian with the factors of f̄, ī and z̄ on the other side."""
    Y = np.diag(v.Y)
    by_forget = (v.R_for @ Y + np.diag(v.p_for)) @ np.diag(v.c_prev * d_sigmoid(v.f_bar))
    by_input = (v.R_in @ Y + np.diag(v.p_in)) @ np.diag(v.z * d_sigmoid(v.i_bar))
    by_block = v.R_z @ Y @ np.diag(v.i * d_tanh(v.z_bar))
    return np.diag(v.f) + by_forget + by_input + by_block


def _road_inputs(rng: np.random.Generator) -> tuple[RoadInputs]:
    c_prev, z_bar, i_bar, f_bar, Y, p_in, p_for = rng.standard_normal((7, 4))
    values = sigmoid(f_bar), c_prev, np.tanh(z_bar), sigmoid(i_bar), z_bar, i_bar, f_bar, Y
    return (RoadInputs(*values, *rng.standard_normal((3, 4, 4)), p_in, p_for),)


CELL_JACOBIAN = Exercise(
    name="cell_jacobian",
    lesson=5,
    row="B6",
    task="Return ∂c^(t)/∂c^(t-1), shape (H, H), the sum of its four terms. The argument `v` "
    "carries `v.f`, `v.c_prev`, `v.z`, `v.i`, `v.z_bar`, `v.i_bar`, `v.f_bar`, the diagonal `v.Y`, "
    "the matrices `v.R_z`, `v.R_in`, `v.R_for` and the peepholes `v.p_in`, `v.p_for`.",
    hints=(
        "`np.diag(a)` is the matrix with the vector a on its diagonal; `@` multiplies matrices.",
        "c^(t-1) reaches f̄ in two ways: over y^(t-1), which gives R_for Y, and over the peephole, "
        "which gives diag(p_for). So does it reach ī. To z̄ there is only the way over y^(t-1).",
        "From f̄ on: c = … + c^(t-1) ⊙ f, so the factor is c^(t-1) ⊙ σ'(f̄). It stands on the left.",
    ),
    solution=cell_jacobian,
    mistakes={
        "you left out the cell line, diag(f)": _road(f=lambda v: 0 * v.f),
        "you left out the way through the forget gate": _road(c_prev=lambda v: 0 * v.c_prev),
        "you left out the way through the input gate": _road(z=lambda v: 0 * v.z),
        "you left out the way through the block input": _road(R_z=lambda v: 0 * v.R_z),
        "you took the cell line alone": lambda v: np.diag(v.f),
        "you left out the peepholes": _road(p_in=lambda v: 0 * v.p_in, p_for=lambda v: 0 * v.p_for),
        "you left out the peephole of the forget gate, diag(p_for)": _road(
            p_for=lambda v: 0 * v.p_for
        ),
        "you left out the peephole of the input gate, diag(p_in)": _road(p_in=lambda v: 0 * v.p_in),
        "you left out the way over y^(t-1), R Y, in all three": _road(Y=lambda v: 0 * v.Y),
        "you wrote Y R; a change meets Y before R, and what it meets first stands on the right": (
            _road(
                R_z=lambda v: v.Y[:, None] * v.R_z,
                R_in=lambda v: v.Y[:, None] * v.R_in,
                R_for=lambda v: v.Y[:, None] * v.R_for,
                Y=lambda v: np.ones_like(v.Y),
            )
        ),
        "the factor of f̄, ī and z̄ stands on the left: a change meets it last": _gates_on_the_right,
        "you exchanged p_in and p_for": _road(p_in=lambda v: v.p_for, p_for=lambda v: v.p_in),
        "you left out Y: the gates see y^(t-1), and y^(t-1) is not c^(t-1)": _road(
            Y=lambda v: np.ones_like(v.Y)
        ),
        "R is transposed: this is the Jacobian itself; Rᵀ carries the errors back": _road(
            R_z=lambda v: v.R_z.T, R_in=lambda v: v.R_in.T, R_for=lambda v: v.R_for.T
        ),
        "the whole Jacobian is transposed": lambda v: cell_jacobian(v).T,
        "you exchanged z and i": _road(z=lambda v: v.i, i=lambda v: v.z),
        "you took σ' of the activated gates; σ' wants ī and f̄": _road(
            i_bar=lambda v: v.i, f_bar=lambda v: v.f
        ),
        "you took tanh' of the activated value z; tanh' wants z̄": _road(z_bar=lambda v: v.z),
    },
    inputs=_road_inputs,
    praise="Only the first term has neither a matrix nor a derivative of an activation in it.",
)


def clip_by_norm(g: Array, threshold: float) -> Array:
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
    solution=clip_by_norm,
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
    CELL_JACOBIAN,
    CLIP,
    *bugs.EXERCISES,
)
