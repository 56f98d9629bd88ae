"""Small trained networks, one for each type of task: what the charts of lesson 1 run.

    captioner     one to many    a semantic vector of a digit → its English name, letter by letter
    forecaster    many to one    a week of weather → the day after
    critic        many to one    a film review → is it friendly?
    tagger        in step        a sentence → for every word, is it part of a name?
    two_way       in step        the same, reading from both ends
    translator    seq2seq        an English number word → the German one, letter by letter

Each is trained once when first asked for, in about a second, from a fixed start. They are small on
purpose: critic, taggers and translator know their few examples by heart and nothing else.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lstm_core import fast, models, rnn, semantics, sequences, tasks
from lstm_core.checks import Array
from lstm_core.losses import softmax_cross_entropy
from lstm_core.models import Model
from lstm_core.parameters import map_arrays
from lstm_core.rnn import RNNParams
from lstm_core.sequences import TwoNets
from lstm_core.training import fit

P = TypeVar("P")

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GERMAN = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
END = "."
ALPHABET = "".join(sorted(set("".join(ENGLISH + GERMAN)))) + END
LONGEST = 6  # letters of a number word and its end

SENTENCES = {  # 1: part of a name
    "Teddy bears are on sale": (0, 0, 0, 0, 0),
    "Teddy Roosevelt was a president": (1, 1, 0, 0, 0),
    "Rose petals are on sale": (0, 0, 0, 0, 0),
    "Rose Miller was a baker": (1, 1, 0, 0, 0),
    "Jack Miller lived in London": (1, 1, 0, 0, 1),
    "Jack screws lift a car": (0, 0, 0, 0, 0),
    "Bears lived in a park": (0, 0, 0, 0, 0),
    "President Roosevelt liked bears": (0, 1, 0, 0),
}
REVIEWS = {  # 1: friendly
    "a warm and clever film": 1,
    "a cold and dull film": 0,
    "not a dull moment": 1,
    "not a clever film": 0,
    "warm but never dull": 1,
    "clever but cold": 0,
    "never clever": 0,
    "never dull or cold": 1,
}
WORDS = tuple(sorted({word.lower() for text in (*SENTENCES, *REVIEWS) for word in text.split()}))
WORD_SIZE, WEEK = 8, 7


def letters(text: str) -> NDArray[np.integer]:
    """Return the numbers of the letters of a text."""
    return np.array([ALPHABET.index(letter) for letter in text])


def spelled(y_hat: Array) -> str:
    """Return the most probable letters of ŷ (T, K), up to the end."""
    return "".join(ALPHABET[n] for n in y_hat.argmax(axis=1)).split(END)[0]


def read_along(text: str) -> Array:
    """Return what a generator reads while it writes `text`: nothing first, then its own letters."""
    return np.vstack([np.zeros(len(ALPHABET)), np.eye(len(ALPHABET))[letters(text)[:-1]]])


@cache
def captioner() -> RNNParams:
    """Train the network that names a digit; its first state h^(0) is the semantic vector (32,)."""
    known, labels, *_ = semantics.split()
    h0 = semantics.hidden(semantics.trained()[-1], known[:300])
    names = [(ENGLISH[label] + END).ljust(LONGEST, END) for label in labels[:300]]
    X = np.stack([read_along(name) for name in names], axis=1)
    wanted = np.stack([letters(name) for name in names], axis=1)

    def loss_and_gradients(params: RNNParams, batch: tuple) -> tuple[float, RNNParams]:
        run = fast.rnn_forward(params, X, h0)
        J, do = softmax_cross_entropy(run.o, wanted)
        return float(J.mean()), fast.rnn_backward(params, run, do / J.size).params

    size = len(ALPHABET)
    params = rnn.init(size, semantics.HIDDEN, size, np.random.default_rng(0))
    return _trained(params, loss_and_gradients, 150)


@cache
def forecaster() -> RNNParams:
    """Train the network that forecasts the day after a week, in spreads from the mean."""
    rng = np.random.default_rng(0)
    net = models.rnn_model(rnn.init(4, 8, 4, rng), "squared_error")
    batches = tasks.minibatches(tasks.forecast(WEEK).train, 64, rng)
    return fit(net, batches, steps=800, rate=0.005).params


@cache
def forecast_misses() -> tuple[Array, Array]:
    """Return the typical miss (root of the mean square) of each quantity over the test year, (4,).

    First that of the forecaster, then that of "tomorrow will be as today"; in mm, °C, °C, m/s.
    """
    split = tasks.forecast(WEEK)
    expected = fast.rnn_forward(forecaster(), split.test.X, f="identity").y_hat[-1]
    misses = np.stack([expected, split.persistence[0]]) - split.test.targets[0]
    network, today = np.sqrt((misses**2).mean(axis=1)) * split.spread
    return network, today


@cache
def word_vectors() -> Array:
    """Return one vector for every word known, (words, 8), drawn once."""
    return np.random.default_rng(4).standard_normal((len(WORDS), WORD_SIZE))


def sentence(text: str) -> Array:
    """Return a sentence as a list of vectors (T, 8)."""
    return word_vectors()[[WORDS.index(word.lower()) for word in text.split()]]


@cache
def critic() -> RNNParams:
    """Train the network that says after the last word whether a review is friendly."""
    examples = [(sentence(text), np.array([friendly])) for text, friendly in REVIEWS.items()]

    def loss_and_gradients(params: RNNParams, batch: tuple) -> tuple[float, RNNParams]:
        return _summed(_judge(params, *example) for example in examples)

    params = rnn.init(WORD_SIZE, 12, 2, np.random.default_rng(2))
    return _trained(params, loss_and_gradients, 120)


def _judge(params: RNNParams, X: Array, friendly: NDArray) -> tuple[float, RNNParams]:
    run, do = rnn.forward(params, X), np.zeros((len(X), 2))
    J, do[-1:] = softmax_cross_entropy(run.o[-1:], friendly)
    return J.sum(), rnn.backward(params, run, do).params


@cache
def tagger() -> RNNParams:
    """Train the network that says of every word, when it has read it, whether it is a name."""
    examples = [(sentence(text), np.array(names)) for text, names in SENTENCES.items()]

    def loss_and_gradients(params: RNNParams, batch: tuple) -> tuple[float, RNNParams]:
        return _summed(_tag(params, *example) for example in examples)

    params = rnn.init(WORD_SIZE, 12, 2, np.random.default_rng(1))
    return _trained(params, loss_and_gradients, 120)


def _tag(params: RNNParams, X: Array, names: NDArray) -> tuple[float, RNNParams]:
    run = rnn.forward(params, X)
    J, do = softmax_cross_entropy(run.o, names)
    return J.sum(), rnn.backward(params, run, do).params


@cache
def two_way() -> TwoNets:
    """Train the network that reads the sentence from both ends."""
    examples = [(sentence(text), np.array(names)) for text, names in SENTENCES.items()]

    def loss_and_gradients(params: TwoNets, batch: tuple) -> tuple[float, TwoNets]:
        return _summed(_tag_two_way(params, *example) for example in examples)

    rng = np.random.default_rng(1)
    params = TwoNets(rnn.init(WORD_SIZE, 12, 2, rng), rnn.init(WORD_SIZE, 12, 2, rng))
    return _trained(params, loss_and_gradients, 120)


def _tag_two_way(params: TwoNets, X: Array, names: NDArray) -> tuple[float, TwoNets]:
    run = sequences.bidirectional(params, X)
    J, do = softmax_cross_entropy(run.o, names)
    return J.sum(), sequences.bidirectional_backward(params, run, do)


@cache
def translator() -> TwoNets:
    """Train encoder and decoder on the ten pairs of number words."""
    pairs = list(zip(ENGLISH, GERMAN, strict=True))

    def loss_and_gradients(params: TwoNets, batch: tuple) -> tuple[float, TwoNets]:
        return _summed(_translate(params, *pair) for pair in pairs)

    size, rng = len(ALPHABET), np.random.default_rng(3)
    params = TwoNets(rnn.init(size, 20, 1, rng), rnn.init(size, 20, size, rng))
    return _trained(params, loss_and_gradients, 150)


def _translate(params: TwoNets, source: str, target: str) -> tuple[float, TwoNets]:
    encoder = rnn.forward(params.first, np.eye(len(ALPHABET))[letters(source)], f="identity")
    decoder = rnn.forward(params.second, read_along(target + END), encoder.h[-1])
    J, do = softmax_cross_entropy(decoder.o, letters(target + END))
    run = sequences.EncoderDecoderRun(encoder, decoder)
    return J.sum(), sequences.encode_decode_backward(params, run, do)


def _summed(parts: Iterable[tuple[float, P]]) -> tuple[float, P]:
    """Add up losses and gradients of several sequences."""
    losses, gradients = zip(*parts, strict=True)
    return float(np.sum(losses)), map_arrays(lambda *arrays: sum(arrays), *gradients)


def _trained(params: P, loss_and_gradients: Callable, updates: int) -> P:
    """Return the parameters after some updates, each on all examples, which the loss holds."""
    model = Model(params, lambda params, X: X, loss_and_gradients)  # outputs are not asked for
    return fit(model, [None] * updates, steps=updates, rate=0.02).params
