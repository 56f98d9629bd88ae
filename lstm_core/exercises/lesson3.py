"""The exercises of lesson 3: perceptrons, errors in deep nets, a camera, and, from `lesson3_time`,
gradients through time.

Every solution is checked in the tests against `perceptron`, `dense`, `wireframe` and `jacobians`.
"""

import numpy as np

from lstm_core.checks import Array
from lstm_core.exercises import lesson3_time as time
from lstm_core.exercises.frame import Exercise

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])


# H2 · the perceptron -----------------------------------------------------------------------------


def perceptron_update(w: Array, b: float, x: Array, y: int) -> tuple[Array, float]:
    """One look at x, whose right answer is y: change (w, b) only after a mistake."""
    y_hat = 1 if w @ x + b > 0 else -1
    if y_hat != y:
        w, b = w + y * x, b + y
    return w, b


def _always(w: Array, b: float, x: Array, y: int) -> tuple[Array, float]:
    return w + y * x, b + y


def _deaf_to_bias(w: Array, b: float, x: Array, y: int) -> tuple[Array, float]:
    return (w, b) if (1 if w @ x > 0 else -1) == y else (w + y * x, b + y)


def _after_mistake(
    change_w: Array | int, change_b: int, w: Array, b: float, x: Array, y: int
) -> tuple:
    wrong = (1 if w @ x + b > 0 else -1) != y
    return (w + change_w, b + change_b) if wrong else (w, b)


PERCEPTRON_UPDATE = Exercise(
    name="perceptron_update",
    lesson=3,
    row="H2",
    task="Return (w, b) after one look at `x`, whose right answer `y` is 1 or −1.",
    hints=(
        "First let it answer: ŷ = 1 if w · x + b > 0, else −1.",
        "If ŷ equals y, return w and b as they are: a perceptron learns from mistakes only.",
        "After a mistake: w + y x, and b + y. A missed yes (y = 1) pulls w towards x, a wrong yes "
        "(y = −1) pushes it away.",
    ),
    solution=perceptron_update,
    returns=("w", "b"),
    mistakes={
        "you changed w and b even where the answer was right": _always,
        "you turned the wrong way: after a missed yes w must move towards x": (
            lambda w, b, x, y: _after_mistake(-y * x, -y, w, b, x, y)
        ),
        "you left out y: after a wrong yes w must move away from x": (
            lambda w, b, x, y: _after_mistake(x, 1, w, b, x, y)
        ),
        "you left the bias as it was: it learns too, as a weight whose input is always 1": (
            lambda w, b, x, y: _after_mistake(y * x, 0, w, b, x, y)
        ),
        "you left y out of the bias: after a wrong yes it must fall": (
            lambda w, b, x, y: _after_mistake(y * x, 1, w, b, x, y)
        ),
        "you left the bias out of the answer: ŷ asks whether w · x + b > 0": _deaf_to_bias,
        "you never changed anything": lambda w, b, x, y: (w, b),
        "you asked the wrong way round: it must change when ŷ differs from y": (
            lambda w, b, x, y: (w, b) if (1 if w @ x + b > 0 else -1) != y else (w + y * x, b + y)
        ),
    },
    inputs=lambda rng: _example(rng),
    praise="This is the whole learning rule of 1958.",
)


def _example(rng: np.random.Generator) -> tuple[Array, float, Array, int]:
    """Return a perceptron and an example: a missed yes, a wrong yes or a right answer.

    In about half of them the bias decides: w · x alone would give the other answer.
    """
    kind = int(3 * rng.random())
    w, x = rng.standard_normal(3), rng.standard_normal(3)
    b = float(w @ x) * float(rng.choice([-1.5, 0.5]))
    said = 1 if w @ x + b > 0 else -1
    if said != (-1, 1, said)[kind]:
        w, b, said = -w, -b, -said
    return w, b, x, -said if kind < 2 else said


def xor_net(X: Array) -> Array:
    """Two hidden threshold units, OR and AND; the output asks for the first without the second."""
    W, b = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([1.0, -1.0])  # OR, AND
    v, c = np.array([1.0, -1.0]), -1.0  # OR and not AND
    h = np.where(X @ W.T + b > 0, 1.0, -1.0)
    return np.where(h @ v + c > 0, 1.0, -1.0)


def _answers(*values: float) -> object:
    return lambda X: np.array(values)


XOR_NET = Exercise(
    name="xor_net",
    lesson=3,
    row="H2",
    task="Choose W (2, 2), b (2,), v (2,) and c so that the net answers XOR at the four corners.",
    hints=(
        "XOR is: at least one, but not both. Which two gates say these, and can one line answer "
        "each of them?",
        "With inputs ±1, x₁ + x₂ + 1 is above 0 at three corners (OR), x₁ + x₂ − 1 at one (AND). "
        "So W is full of ones and b = (1, −1).",
        "The output has to say yes where OR says 1 and AND says −1: h₁ − h₂ − 1 > 0.",
    ),
    solution=xor_net,
    mistakes={
        "this is OR: it also says yes at (1, 1)": _answers(-1.0, 1.0, 1.0, 1.0),
        "this is AND: it says yes only at (1, 1)": _answers(-1.0, -1.0, -1.0, 1.0),
        "this is NAND: it also says yes at (−1, −1)": _answers(1.0, 1.0, 1.0, -1.0),
        "this is the opposite of XOR: change the sign of v and c": _answers(1.0, -1.0, -1.0, 1.0),
        "it says no everywhere: the output needs a smaller threshold": (
            _answers(-1.0, -1.0, -1.0, -1.0)
        ),
        "it says yes everywhere: the output needs a larger threshold": _answers(1.0, 1.0, 1.0, 1.0),
        "only the corner (−1, 1) is a yes; (1, −1) must be one too": (
            _answers(-1.0, 1.0, -1.0, -1.0)
        ),
        "only the corner (1, −1) is a yes; (−1, 1) must be one too": (
            _answers(-1.0, -1.0, 1.0, -1.0)
        ),
    },
    inputs=lambda rng: (CORNERS,),
    praise="Two lines and one more neuron do what no single line can.",
)


# H5 · errors in deep nets ------------------------------------------------------------------------


def error_sizes(W: tuple[Array, ...], a: tuple[Array, ...], do: Array) -> Array:
    """Walk back through a tanh net; the size of δh in each hidden layer, the first one first."""
    sizes, da = [], do
    for W_next, a_here in zip(reversed(W[1:]), reversed(a), strict=True):
        dh = W_next.T @ da
        sizes.append(np.linalg.norm(dh))
        da = (1 - np.tanh(a_here) ** 2) * dh
    return np.array(sizes[::-1])


def _sizes_with(
    slope: object = lambda a: 1 - np.tanh(a) ** 2,
    weights: object = lambda W: W.T,
    size: object = lambda dh, da: np.linalg.norm(dh),
    last_first: bool = False,
) -> object:
    """Return `error_sizes` with one thing done otherwise."""

    def wrong(W: tuple[Array, ...], a: tuple[Array, ...], do: Array) -> Array:
        sizes, da = [], do
        for W_next, a_here in zip(reversed(W[1:]), reversed(a), strict=True):
            dh = weights(W_next) @ da
            da = slope(a_here) * dh
            sizes.append(size(dh, da))
        return np.array(sizes if last_first else sizes[::-1])

    return wrong


ERROR_SIZES = Exercise(
    name="error_sizes",
    lesson=3,
    row="H5",
    task="Return the sizes ‖δh‖ of the errors in the hidden layers of a tanh net, first layer "
    "first. `W` holds W_1 … W_L, `a` the pre-activations a_1 … a_{L−1}, `do` the error of o.",
    hints=(
        "It is the walk of lesson 2: through the weights with Wᵀ, then through the activation "
        "with tanh'(a).",
        "Begin with δa = δo. For the last hidden layer δh = W_Lᵀ δo; then δa = tanh'(a) ⊙ δh, and "
        "so on down to the first. `reversed(W[1:])` and `reversed(a)` run in step.",
        "Collect `np.linalg.norm(dh)` on the way. You walk from the last layer to the first, so "
        "turn the list round at the end: `np.array(sizes[::-1])`.",
    ),
    solution=error_sizes,
    mistakes={
        "you left out tanh'(a) on the way": _sizes_with(slope=lambda a: 1.0),
        "you used W where Wᵀ belongs: errors run against the arrows": _sizes_with(
            weights=lambda W: W
        ),
        "the order is turned round: the first hidden layer must stand first": _sizes_with(
            last_first=True
        ),
        "you gave the sizes of δa, after tanh'(a); δh is before it": _sizes_with(
            size=lambda dh, da: np.linalg.norm(da)
        ),
        "you took the derivative at tanh(a): it belongs to a, before the activation": _sizes_with(
            slope=lambda a: 1 - np.tanh(np.tanh(a)) ** 2
        ),
        "you multiplied by tanh(a), not by its derivative": _sizes_with(slope=np.tanh),
        "you gave the squares of the sizes": _sizes_with(size=lambda dh, da: dh @ dh),
    },
    inputs=lambda rng: _deep_net(rng),
)


def _deep_net(rng: np.random.Generator) -> tuple[tuple[Array, ...], tuple[Array, ...], Array]:
    W = tuple(rng.standard_normal((4, 4)) for _ in range(4))
    return W, tuple(rng.standard_normal(4) for _ in range(3)), rng.standard_normal(4)


def relu_spread(n: int) -> float:
    """The standard deviation of a ReLU layer's weights at which signals keep their size."""
    return (2 / n) ** 0.5


RELU_SPREAD = Exercise(
    name="relu_spread",
    lesson=3,
    row="H5",
    task="Return the standard deviation that the weights of a ReLU layer with `n` inputs need so "
    "that signals keep their size.",
    hints=(
        "A sum of n products of independent numbers of size 1 with weights of spread s has size "
        "s · √n. Without an activation s = 1/√n keeps the size.",
        "ReLU sets half of the numbers to zero, so the mean of the squares is halved: the square "
        "of the spread must be twice as large.",
    ),
    solution=relu_spread,
    mistakes={
        "this is right without ReLU, which halves the mean square: s² must be twice as large": (
            lambda n: (1 / n) ** 0.5
        ),
        "this is the variance, s²; the spread is its root": lambda n: 2 / n,
        "the mean square is halved, so s² doubles; you doubled s": lambda n: 2 / n**0.5,
        "you halved where you had to double": lambda n: (1 / (2 * n)) ** 0.5,
        "it must get smaller the more inputs there are": lambda n: (2 * n) ** 0.5,
    },
    inputs=lambda rng: (int(rng.integers(10, 500)),),
    praise="He and others (2015) derived it, for forward and for back propagation.",
)


# H7 · a camera ---------------------------------------------------------------------------------


def on_screen(matrix: Array, points: Array) -> Array:
    """All points at once: one product, then x and y over w."""
    clip = points @ matrix.T
    return clip[:, :2] / clip[:, 3:]


ON_SCREEN = Exercise(
    name="on_screen",
    lesson=3,
    row="H7",
    task="Return (x, y) on the screen for all `points` (N, 4) at once, an array (N, 2); `matrix` "
    "(4, 4) is P V M.",
    hints=(
        "For one point p it is `matrix @ p`. The points are rows here, so for all of them it is "
        "`points @ matrix.T`: one product, no loop.",
        "The result has four columns x, y, z, w. On the screen stand x/w and y/w.",
        "`clip[:, 3:]` keeps w as a column, so that numpy divides row by row.",
    ),
    solution=on_screen,
    mistakes={
        "you did not divide by w: far things stay as large as near ones": (
            lambda matrix, points: (points @ matrix.T)[:, :2]
        ),
        "you divided by z; w holds the distance": lambda matrix, points: (
            (points @ matrix.T)[:, :2] / (points @ matrix.T)[:, 2:3]
        ),
        "you used the matrix without its transpose: the points are rows": lambda matrix, points: (
            (points @ matrix)[:, :2] / (points @ matrix)[:, 3:]
        ),
        "you divided the wrong way round": lambda matrix, points: (
            (points @ matrix.T)[:, 3:] / (points @ matrix.T)[:, :2]
        ),
    },
    inputs=lambda rng: (rng.standard_normal((4, 4)), rng.standard_normal((6, 4))),
)

EXERCISES = (
    PERCEPTRON_UPDATE,
    XOR_NET,
    ERROR_SIZES,
    RELU_SPREAD,
    *time.EXERCISES,
    ON_SCREEN,
)
