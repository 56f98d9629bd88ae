"""Connectionist temporal classification: many frames in, few letters out.

A network that listens gives one symbol per frame, a letter or the blank. Such a string is a path;
the collapsing function ℬ first merges equal neighbours, then drops the blanks. So a letter may last
several frames, and a blank between two equal letters keeps them apart. The probability of a text is
the sum over all paths that collapse to it.

Source: Graves, Fernández, Gomez and Schmidhuber, Connectionist Temporal Classification (2006).
Left out: the gradient of −log p(text) and the search for the most probable text.

By pencil: five paths of three frames give "ab".

>>> [collapse(path) for path in ("aab", "abb", "-ab", "a-b", "ab-")]
['ab', 'ab', 'ab', 'ab', 'ab']
>>> count_paths("ab", 3), count_paths("aa", 3), count_paths("aa", 2)
(5, 1, 0)
"""

from itertools import groupby

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array

BLANK = "-"


def merge(path: str) -> str:
    """Return the path with equal neighbours merged into one: the first half of ℬ."""
    checks.kind("path", path, str)
    return "".join(symbol for symbol, _ in groupby(path))


def collapse(path: str, blank: str = BLANK) -> str:
    """Return ℬ(path): equal neighbours merged first, then the blanks dropped."""
    _check_blank(blank)
    return merge(path).replace(blank, "")


def count_paths(text: str, frames: int, blank: str = BLANK) -> int:
    """Return how many paths of `frames` symbols collapse to `text`, by the forward algorithm.

    Raises ValueError for a negative number of frames, or a text that holds the blank.
    """
    checks.whole("frames", frames, least=0)
    slots = _slots(text, blank)
    ways = _start([1] * len(slots))
    if frames == 0:
        return int(not text)
    for _ in range(frames - 1):
        ways = [sum(ways[s] for s in _before(slots, n)) for n in range(len(slots))]
    return sum(ways[-2:])


def probability(text: str, y_hat: Array, alphabet: str, blank: str = BLANK) -> float:
    """Return p(text): the sum over all paths of the product of ŷ (T, K) along the path.

    `alphabet` names the K columns, the blank among them.
    Raises ValueError or TypeError where they do not fit.
    """
    slots = _slots(text, blank)
    y_hat = checks.array("y_hat", y_hat, ("T", len(checks.kind("alphabet", alphabet, str))))
    if len(set(alphabet)) < len(alphabet):
        raise ValueError(f"alphabet is {alphabet!r}, expected each symbol once")
    for name, symbols in {"text": text, "blank": blank}.items():
        if unknown := sorted(set(symbols) - set(alphabet)):
            raise ValueError(f"{name} holds {unknown[0]!r}, expected symbols of {alphabet!r}")
    seen = y_hat[:, [alphabet.index(symbol) for symbol in slots]]
    alpha = _start(list(seen[0]))
    for row in seen[1:]:
        alpha = [row[n] * sum(alpha[s] for s in _before(slots, n)) for n in range(len(slots))]
    return float(np.sum(alpha[-2:]))


def _slots(text: str, blank: str) -> str:
    """Return the text with a blank before, between and behind its letters."""
    _check_blank(blank)
    if blank in checks.kind("text", text, str):
        raise ValueError(f"text is {text!r}, expected a text without the blank {blank!r}")
    return blank + "".join(letter + blank for letter in text)


def _check_blank(blank: str) -> None:
    if len(checks.kind("blank", blank, str)) != 1:
        raise ValueError(f"blank is {blank!r}, expected one symbol")


def _start(values: list) -> list:
    """Return the values of the first frame: a path begins with the first blank or letter."""
    return [value if n < 2 else 0 for n, value in enumerate(values)]


def _before(slots: str, n: int) -> range:
    """Return the slots that may stand one frame before slot n.

    The same one, the one before, and across a blank the letter before, unless it is the same.
    """
    skips = n >= 2 and slots[n] != slots[n - 2]
    return range(max(n - 1 - skips, 0), n + 1)
