"""The perceptron (Rosenblatt, 1958): a threshold neuron, its learning rule, how long it takes.

    ŷ = 1 if w · x + b > 0, else −1        (the answer for an input x)
    only after a mistake:  w ← w + y x,   b ← b + y        (y = ±1 is the right answer)

If some line separates the classes, the rule stops after at most (R / γ)² mistakes, where R is the
length of the longest (x, 1) and γ the distance, in that space, from the best separating plane
through the origin to the nearest point (Block, The perceptron, 1962; Novikoff, On convergence
proofs for perceptrons, 1962). If none does, it never stops. Hidden layers live in `dense`.

A step by pencil: from w = (0, 0), b = 0 the input (1, 1) with right answer 1 is a mistake, since
0 > 0 is false; the rule gives w = (1, 1), b = 1.

>>> w, b = update(np.zeros(2), 0.0, np.array([1.0, 1.0]), 1)
>>> w.tolist(), b
([1.0, 1.0], 1.0)
"""

from typing import NamedTuple

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array


class Learning(NamedTuple):
    """One run of the rule. Row n of `w`, `b` holds after n mistakes; row 0 is the start."""

    w: Array  # (mistakes + 1, D)
    b: Array  # (mistakes + 1,)
    at: Array  # (mistakes,) which example was the n-th mistake
    looked: Array  # (mistakes,) how many examples had been looked at by then
    done: bool  # a whole sweep without a mistake: every example is answered rightly


def answer(w: Array, b: float, X: Array) -> Array:
    """Return ŷ = ±1 for inputs X (…, D); on the line itself the answer is −1."""
    return np.where(np.asarray(X) @ w + b > 0, 1, -1)


def update(w: Array, b: float, x: Array, y: int) -> tuple[Array, float]:
    """Return (w, b) after one look at x (D,) whose right answer is y: changed only by a mistake."""
    if answer(w, b, x) == y:
        return w, b
    return w + y * x, b + y


def learn(X: Array, y: Array, most: int = 200) -> Learning:
    """Apply the rule to X (N, D), y (N,) ∈ {−1, 1}, again and again in their order.

    It ends after one sweep without a mistake or after `most` mistakes.
    Raises ValueError or TypeError for arguments that do not fit.
    """
    X, y = _examples(X, y)
    most = checks.whole("most", most)
    w, b = [np.zeros(X.shape[1])], [0.0]
    at, looked, right, seen = [], [], 0, 0
    while right < len(X) and len(at) < most:
        n = seen % len(X)
        seen += 1
        new_w, new_b = update(w[-1], b[-1], X[n], y[n])
        if new_w is w[-1]:
            right += 1
            continue
        right = 0
        w.append(new_w)
        b.append(new_b)
        at.append(n)
        looked.append(seen)
    done = right == len(X)
    return Learning(np.array(w), np.array(b), np.array(at, int), np.array(looked, int), done)


def mistake_bound(X: Array, y: Array, steps: int = 2000) -> float:
    """Return (R / γ)² for the widest margin found; infinity where no line separates the classes.

    The margin is sought by correcting, step after step, the example that is worst off (MinOver:
    Krauth and Mézard, Learning algorithms with optimal stability in neural networks, 1987). The
    margin of any separating plane gives a true bound; the widest one gives the smallest.
    """
    X, y = _examples(X, y)
    points = y[:, None] * np.column_stack([X, np.ones(len(X))])  # a plane u wants points @ u > 0
    gram = points @ points.T
    pull, scores, best = np.zeros(len(X)), np.zeros(len(X)), 0.0
    for _ in range(checks.whole("steps", steps)):
        worst = scores.argmin()
        pull[worst] += 1.0
        scores = scores + gram[worst]
        length = max(pull @ scores, 0.0) ** 0.5
        if length > 0:
            best = max(best, scores.min() / length)
    longest = np.linalg.norm(points, axis=1).max()
    return float((longest / best) ** 2) if best > 1e-9 else float("inf")


def _examples(X: Array, y: Array) -> tuple[Array, Array]:
    X = checks.array("X", X, ("N", "D"))
    y = checks.array("y", y, (len(X),))
    if not np.isin(y, (-1, 1)).all():
        raise ValueError(f"y holds {y[~np.isin(y, (-1, 1))][0]:g}, expected only −1 and 1")
    return X, y
