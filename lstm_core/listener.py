"""A small recurrent network that listens: sound-like frames in, a letter or the blank for each.

`speak` turns a text into frames: every letter sounds for some frames as a vector of its own, with
noise; equal neighbours have a moment of silence between them. The network is trained on spoken
random letters, on the right symbol of every frame. (Training on the text alone, without knowing
which frame is which, is what CTC is for: Graves et al., 2006; that loss is left out.)
"""

from functools import cache
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np

from lstm_core import models, rnn
from lstm_core.checks import Array
from lstm_core.ctc import BLANK
from lstm_core.rnn import RNNParams
from lstm_core.training import fit

ALPHABET = ascii_lowercase + BLANK
SOUND, HIDDEN = 10, 32


class Speech(NamedTuple):
    """Frames (T, 10), and the symbol that each of them is meant to be."""

    X: Array
    path: str


@cache
def sounds() -> Array:
    """Return the sound of each letter, a vector of 10 numbers; silence, the blank, is zero."""
    rng = np.random.default_rng(6)
    return np.vstack([rng.standard_normal((len(ALPHABET) - 1, SOUND)), np.zeros(SOUND)])


def speak(text: str, rng: np.random.Generator, *, frames: int = 2, noise: float = 0.3) -> Speech:
    """Return the frames of a text of letters; other symbols are silence.

    A letter lasts `frames` frames, sometimes one more.
    """
    path = ""
    for before, letter in zip(" " + text, text, strict=False):
        silence = BLANK * (letter == before or rng.random() < 0.2)
        symbol = letter if letter in ascii_lowercase else BLANK
        path += silence + symbol * (frames + int(rng.integers(0, 2)))
    path = path + BLANK
    clean = sounds()[[ALPHABET.index(symbol) for symbol in path]]
    return Speech(clean + noise * rng.standard_normal(clean.shape), path)


@cache
def listener() -> RNNParams:
    """Train the network on random letters spoken with noise."""
    rng = np.random.default_rng(7)
    T, B = 24, 32

    def batch() -> tuple[Array, Array]:
        spoken = [speak("".join(rng.choice(list(ascii_lowercase), T)), rng) for _ in range(B)]
        X = np.stack([speech.X[:T] for speech in spoken], axis=1)
        symbols = [[ALPHABET.index(symbol) for symbol in speech.path[:T]] for speech in spoken]
        return X, np.array(symbols).T

    batches = [batch() for _ in range(12)] * 25
    net = models.rnn_model(rnn.init(SOUND, HIDDEN, len(ALPHABET), rng), "softmax_cross_entropy")
    return fit(net, batches, steps=len(batches), rate=0.02).params


def heard(y_hat: Array) -> str:
    """Return the path of the most probable symbols of ŷ (T, K)."""
    return "".join(ALPHABET[n] for n in y_hat.argmax(axis=1))
