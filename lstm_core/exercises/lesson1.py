"""The exercises of lesson 1: count parameters, write a layer, give shapes, sort tasks, collapse.

The wrong answers are those that a first reading suggests: biases forgotten, weights counted once
per step, rows and columns confused, blanks dropped before neighbours are merged.
"""

import itertools
from typing import Any

import numpy as np

from lstm_core.checks import Array
from lstm_core.exercises.frame import Exercise

# --- P2: counting parameters ---------------------------------------------------------------------


def dense_parameters(sizes: list[int]) -> int:
    """How many weights and biases a dense net with layers of these sizes holds."""
    count = 0
    for n in range(1, len(sizes)):
        count += sizes[n] * sizes[n - 1]  # one weight for each line between the two layers
        count += sizes[n]  # one bias for each neuron that computes
    return count


def _pairs(sizes: list[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(sizes))


DENSE_PARAMETERS = Exercise(
    name="dense_parameters",
    lesson=1,
    row="P2",
    task="`sizes` lists the neurons of each layer, inputs first, such as `[4, 3, 2]`. Return how "
    "many parameters the net has.",
    hints=(
        "Take two neighbouring layers, of 4 and of 3 neurons. How many lines join them?",
        "Every neuron that computes has one bias of its own. The inputs compute nothing.",
        "For `[4, 3, 2]`: 3·4 + 3 and then 2·3 + 2, which makes 23.",
    ),
    solution=dense_parameters,
    mistakes={
        "you left out the biases: one for every neuron that computes": (
            lambda sizes: sum(n * m for m, n in _pairs(sizes))
        ),
        "you gave the inputs biases too; an input computes nothing, so it has none": (
            lambda sizes: dense_parameters(sizes) + sizes[0]
        ),
        "you left out the biases of the last layer: its neurons compute too": (
            lambda sizes: dense_parameters(sizes) - sizes[-1]
        ),
        "you counted the neurons; the parameters are on the lines between them (and the biases)": (
            sum
        ),
        "you joined the first layer to the last and left out those between": (
            lambda sizes: sizes[-1] * sizes[0] + sizes[-1]
        ),
        "you multiplied the layers; neighbours are multiplied, and these products are added": (
            lambda sizes: int(np.prod(sizes))
        ),
    },
    inputs=lambda rng: ([int(n) for n in rng.integers(2, 9, 4)],),
    praise="Weights: one for each line. Biases: one for each neuron that computes.",
)


def rnn_parameters(T: int, D: int, H: int, K: int) -> int:
    """How many numbers U, W, V, b and c of a simple RNN hold that runs over T steps."""
    return H * D + H * H + K * H + H + K


RNN_PARAMETERS = Exercise(
    name="rnn_parameters",
    lesson=1,
    row="P2",
    task="A simple RNN with D inputs, H hidden neurons and K outputs runs over T steps. Return "
    "how many parameters it has.",
    hints=(
        "Count the lines into the hidden neurons, the lines of the loop, and the lines out.",
        "The loop joins every hidden neuron to every hidden neuron, itself included.",
        "Slide T in the explorer above. What happens to the count?",
    ),
    solution=rnn_parameters,
    mistakes={
        "you multiplied by T; the same parameters are used at every step": (
            lambda T, D, H, K: T * rnn_parameters(T, D, H, K)
        ),
        "you left out the biases": lambda T, D, H, K: H * D + H * H + K * H,
        "you left out the loop W: that is a dense net": (
            lambda T, D, H, K: rnn_parameters(T, D, H, K) - H * H
        ),
        "you gave the loop one weight per neuron; it joins every hidden neuron to every one": (
            lambda T, D, H, K: rnn_parameters(T, D, H, K) - H * H + H
        ),
        "you left out the biases c of the outputs": (
            lambda T, D, H, K: rnn_parameters(T, D, H, K) - K
        ),
        "you left out the output weights V": lambda T, D, H, K: rnn_parameters(T, D, H, K) - K * H,
        "you gave the inputs biases too; an input computes nothing, so it has none": (
            lambda T, D, H, K: rnn_parameters(T, D, H, K) + D
        ),
    },
    inputs=lambda rng: tuple(int(n) for n in rng.permutation(np.arange(2, 10))[:4]),
    praise="T does not appear: one set of parameters for every step. Lesson 2 builds on this.",
)

# --- P3: one layer -------------------------------------------------------------------------------


def dense_layer(W: Array, b: Array, x: Array) -> Array:
    """h = tanh(W x + b)."""
    return np.tanh(W @ x + b)


DENSE_LAYER = Exercise(
    name="dense_layer",
    lesson=1,
    row="P3",
    task="Return h = tanh(W x + b) for W (n, m), b (n,) and x (m,).",
    hints=(
        "The product of a matrix and a vector is `W @ x` in numpy.",
        "First the linear sum with its bias, then the activation of all of it.",
    ),
    solution=dense_layer,
    mistakes={
        "you left out the bias b": lambda W, b, x: np.tanh(W @ x),
        "you left out the activation tanh: without it nothing bends": lambda W, b, x: W @ x + b,
        "you added b after tanh; the bias belongs to the linear sum inside": (
            lambda W, b, x: np.tanh(W @ x) + b
        ),
        "you multiplied from the wrong side: `x @ W` is Wᵀ x; we want W x, `W @ x`": (
            lambda W, b, x: np.tanh(x @ W + b)
        ),
        "you bent x before the linear sum; tanh comes last": lambda W, b, x: W @ np.tanh(x) + b,
    },
    inputs=lambda rng: (
        rng.standard_normal((3, 3)),
        rng.standard_normal(3),
        rng.standard_normal(3),
    ),
    praise="Linear sum, then activation: every network of the series is made of this.",
)

# --- P4: nearest neighbour -----------------------------------------------------------------------


def nearest(x: Array, others: Array) -> int:
    """The row number of the vector in `others` (N, D) whose distance to x (D,) is smallest."""
    distances = np.sqrt(((others - x) ** 2).sum(axis=1))
    return int(distances.argmin())


NEAREST = Exercise(
    name="nearest",
    lesson=1,
    row="P4",
    task="Return the row number of the vector in `others` (N, D) that is nearest to `x` (D,).",
    hints=(
        "`others - x` takes x from every row at once: shape (N, D).",
        "The length of a row: square its numbers, add them up (`.sum(axis=1)`), take the root.",
        "`.argmin()` says *where* the smallest one is.",
    ),
    solution=nearest,
    mistakes={
        "you returned the farthest one: `argmax` for `argmin`": (
            lambda x, others: int(((others - x) ** 2).sum(axis=1).argmax())
        ),
        "you returned the distance itself; wanted is the row number, `argmin`": (
            lambda x, others: float(np.sqrt(((others - x) ** 2).sum(axis=1)).min())
        ),
        "you let differences cancel: square them (or take their sizes) before adding up": (
            lambda x, others: int((others - x).sum(axis=1).argmin())
        ),
        "you took the largest product; that asks for direction and length, not for distance": (
            lambda x, others: int((others @ x).argmax())
        ),
        "you added up over the wrong axis; one distance per row is `.sum(axis=1)`": (
            lambda x, others: int(((others - x) ** 2).sum(axis=0).argmin())
        ),
    },
    inputs=lambda rng: (rng.standard_normal(5), 2 * rng.standard_normal((40, 5))),
)

# --- P5: order -----------------------------------------------------------------------------------


def permuted_weights(W: Array, order: Array) -> Array:
    """The first weights that undo a permutation: W' with W' x[order] = W x."""
    return W[:, order]


PERMUTED_WEIGHTS = Exercise(
    name="permuted_weights",
    lesson=1,
    row="P5",
    task="Someone reordered all inputs: they now arrive as `x[order]`. Return the first weights "
    "W′ for which `W′ @ x[order]` is again `W @ x`. W has shape (n, m).",
    hints=(
        "Column k of W holds the weights of input k. Where has input k gone?",
        "Input number `order[k]` now arrives at place k: so place k needs column `order[k]`.",
        "`W[:, order]` takes columns in that order.",
    ),
    solution=permuted_weights,
    mistakes={
        "you reordered the rows; a row belongs to a neuron, a column to an input": (
            lambda W, order: W[order]
        ),
        "you put the columns back with the opposite permutation": (
            lambda W, order: W[:, np.argsort(order)]
        ),
        "you left W as it was: every weight now meets the wrong input": lambda W, order: W.copy(),
        "you reordered rows and columns; only the columns belong to the inputs": (
            lambda W, order: W[order][:, order]
        ),
    },
    inputs=lambda rng: (rng.standard_normal((5, 5)), np.array([2, 0, 1, 4, 3])),
    praise="So no order is built into a dense net: it learns one as well as any other.",
)

# --- P7: tasks, shapes, collapsing ---------------------------------------------------------------

TASK_TYPES: dict[str, str] = {
    "tomorrow's temperature from the last 30 days": "many-to-one",
    "a caption for a photograph": "one-to-many",
    "a German sentence from an English one": "encoder-decoder",
    "for every word: is it part of a name?": "many-to-many in step",
    "is this film review friendly?": "many-to-one",
    "a melody for a photograph": "one-to-many",
}
TYPES = ("one-to-many", "many-to-one", "many-to-many in step", "encoder-decoder")


def _but(**changed: str) -> dict[str, str]:
    """Return the right answers with those changed whose first word (or `a_word`) is named."""
    keys = {"german": 2, "caption": 1, "melody": 5, "names": 3, "review": 4, "weather": 0}
    names = list(TASK_TYPES)
    return TASK_TYPES | {names[keys[key]]: value for key, value in changed.items()}


TASKS = Exercise(
    name="task_types",
    lesson=1,
    row="P7",
    task=f"Give every task one of the types {', '.join(f'`{name}`' for name in TYPES)}.",
    hints=(
        "What goes in: one vector, or a list of vectors? And what comes out?",
        "If lists go in and come out: is there one output for every input, at its own step?",
        "A photograph, to an RNN, is one vector (its semantic vector), not a list.",
    ),
    solution=TASK_TYPES,
    choices=TYPES,
    mistakes={
        "you let a translation come out word by word in step; but the two sentences have "
        "different lengths, and its first word may depend on the last one read": (
            _but(german="many-to-many in step")
        ),
        "you took the naming of words for an encoder and decoder; there is exactly one answer for "
        "every word, so it can come in step": _but(names="encoder-decoder"),
        "you gave one answer where every word needs its own": _but(names="many-to-one"),
        "you took a picture for a sequence; it enters as one vector": (
            _but(caption="encoder-decoder", melody="encoder-decoder")
        ),
        "you turned the arrow round: a list goes in, one answer comes out": (
            _but(weather="one-to-many", review="one-to-many")
        ),
        "you turned the arrow round: one vector goes in, a list comes out": (
            _but(caption="many-to-one", melody="many-to-one")
        ),
        "you gave an answer at every step; only the last one is asked for": (
            _but(weather="many-to-many in step", review="many-to-many in step")
        ),
    },
    praise="Whether time, words or letters: what counts is how many go in, how many come out, "
    "and when.",
)


def rnn_shapes(T: int, D: int, H: int, K: int) -> dict[str, Array]:
    """Zeros in the shape of everything a simple RNN holds (U … c) and computes (X … Y_hat)."""
    return {
        "U": np.zeros((H, D)),
        "W": np.zeros((H, H)),
        "V": np.zeros((K, H)),
        "b": np.zeros(H),
        "c": np.zeros(K),
        "X": np.zeros((T, D)),  # all inputs, one row per step
        "h": np.zeros((T, H)),  # all hidden states
        "Y_hat": np.zeros((T, K)),  # all outputs
    }


def _shaped(T: int, D: int, H: int, K: int, **shapes: Any) -> dict[str, Array]:
    return rnn_shapes(T, D, H, K) | {name: np.zeros(shape) for name, shape in shapes.items()}


RNN_SHAPES = Exercise(
    name="rnn_shapes",
    lesson=1,
    row="P7",
    task="Give every array of a simple RNN its shape, in step with T inputs: return a dictionary "
    "of zeros `U, W, V, b, c, X, h, Y_hat`.",
    hints=(
        "A weight matrix has one row for every neuron it leads *to*, one column for every neuron "
        "it comes *from*.",
        "What is computed at every step has a row per step; what is learned does not.",
    ),
    solution=rnn_shapes,
    mistakes={
        "you turned weights round: rows are where a connection ends, columns where it starts": (
            lambda T, D, H, K: _shaped(T, D, H, K, U=(D, H), V=(H, K))
        ),
        "you gave every step weights of its own; they are the same at every step": (
            lambda T, D, H, K: _shaped(
                T, D, H, K, U=(T, H, D), W=(T, H, H), V=(T, K, H), b=(T, H), c=(T, K)
            )
        ),
        "you wrote vectors as columns (n, 1); here a vector is (n,)": (
            lambda T, D, H, K: _shaped(T, D, H, K, b=(H, 1), c=(K, 1))
        ),
        "you put the steps second; a run has one row per step": (
            lambda T, D, H, K: _shaped(T, D, H, K, X=(D, T), h=(H, T), Y_hat=(K, T))
        ),
        "you kept one step only; wanted are all T of them": (
            lambda T, D, H, K: _shaped(T, D, H, K, X=(D,), h=(H,), Y_hat=(K,))
        ),
        "you counted the state before the first step too; h holds the T steps, h^(0) is apart": (
            lambda T, D, H, K: _shaped(T, D, H, K, h=(T + 1, H))
        ),
    },
    inputs=lambda rng: tuple(int(n) for n in rng.permutation(np.arange(2, 10))[:4]),
    praise="With these eight shapes in mind, lesson 2 holds no surprise.",
)


def collapse(path: str) -> str:
    """Merge equal neighbours, then drop the blanks "-"."""
    text = ""
    previous = ""
    for symbol in path:
        if symbol != previous and symbol != "-":
            text += symbol
        previous = symbol
    return text


def _merge_first_only(path: str) -> str:
    return "".join(a for a, b in zip(path, " " + path, strict=False) if a != b)


COLLAPSE = Exercise(
    name="collapse",
    lesson=1,
    row="P7",
    task="Write the collapsing function: `path` is a string such as `'hh-e-ll-lo'`, its blank is "
    "`'-'`. Merge equal neighbours, then drop the blanks; return the string left.",
    hints=(
        "Go through the path symbol by symbol and remember the one before.",
        "A symbol is kept if it differs from the one before *and* is no blank.",
        "The one before may itself be a blank: that is what keeps the two l of hello apart.",
    ),
    solution=collapse,
    mistakes={
        "you dropped the blanks before merging; then nothing keeps two equal letters apart": (
            lambda path: _merge_first_only(path.replace("-", ""))
        ),
        "you merged neighbours and kept the blanks; drop them at the end": _merge_first_only,
        "you dropped the blanks and merged nothing": lambda path: path.replace("-", ""),
        "you kept every letter once; only equal *neighbours* are merged": (
            lambda path: "".join(dict.fromkeys(path.replace("-", "")))
        ),
        "you kept the letters that have a double; wanted is one letter for each run": (
            lambda path: "".join(
                a for a, b in zip(path[1:], path, strict=False) if a == b and a != "-"
            )
        ),
    },
    inputs=lambda rng: ("".join(rng.choice(list("abb--"), 16)),),
    praise="Graves and others (2006) trained speech recognisers on exactly this map.",
)

EXERCISES = (
    DENSE_PARAMETERS,
    RNN_PARAMETERS,
    DENSE_LAYER,
    NEAREST,
    PERMUTED_WEIGHTS,
    TASKS,
    RNN_SHAPES,
    COLLAPSE,
)
