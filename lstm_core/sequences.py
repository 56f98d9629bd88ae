"""Networks for sequences, put together from the simple RNN: three of the task types.

    bidirectional      o^(t) = c + V h^(t) + V' h'^(t), with h' run from the last step
                       (Schuster and Paliwal, Bidirectional Recurrent Neural Networks, 1997)
    generating         x^(t+1) = one-hot(most probable symbol of ŷ^(t)), from a first state h^(0)
    encoder–decoder    h^(0) of the decoder = h^(T) of the encoder
                       (Cho et al., 2014; Sutskever, Vinyals and Le, 2014)

Forward and backward are those of `rnn`; this module only says which state goes where. Left out:
search over several candidates, attention.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_core import checks, rnn
from lstm_core.activations import OUTPUTS
from lstm_core.checks import Array
from lstm_core.rnn import RNNParams, RNNRun


@dataclass(frozen=True, eq=False)
class TwoNets:
    """Two simple RNNs. Also the type of their gradient.

    Of a bidirectional network, the one that reads forwards and the one that reads backwards, whose
    c is not used; of an encoder and decoder these two, where V and c of the encoder are not used.
    """

    first: RNNParams
    second: RNNParams

    def __post_init__(self) -> None:
        checks.kind("first", self.first, RNNParams)
        checks.kind("second", self.second, RNNParams)


class BidirectionalRun(NamedTuple):
    """Both runs with their rows in the order of reading, and the outputs they give together."""

    forwards: RNNRun
    backwards: RNNRun
    o: Array  # (T, K)
    y_hat: Array  # (T, K)


class EncoderDecoderRun(NamedTuple):
    """The run over the input (T, D) and the run that starts from its last state."""

    encoder: RNNRun
    decoder: RNNRun


def bidirectional(params: TwoNets, X: Array, f: str = "softmax") -> BidirectionalRun:
    """Run two networks over X (T, D), one from each end, and add what they say at each step.

    Raises ValueError or TypeError for arguments that do not fit.
    """
    checks.kind("params", params, TwoNets)
    if len(params.first.c) != len(params.second.c):
        found = f"{len(params.first.c)} and {len(params.second.c)}"
        raise ValueError(f"params give {found} outputs, expected as many")
    checks.choice("f", f, OUTPUTS)
    forwards = rnn.forward(params.first, X, f="identity")
    backwards = turned(rnn.forward(params.second, np.asarray(X)[::-1], f="identity"))
    o = forwards.o + backwards.o - params.second.c
    return BidirectionalRun(forwards, backwards, o, OUTPUTS[f](o))


def bidirectional_backward(params: TwoNets, run: BidirectionalRun, do: Array) -> TwoNets:
    """Return ∂J/∂θ of both networks from the errors δo (T, K)."""
    first = rnn.backward(params.first, run.forwards, do).params
    second = rnn.backward(params.second, turned(run.backwards), np.asarray(do)[::-1]).params
    unused = np.zeros_like(second.c)
    return TwoNets(first, RNNParams(second.U, second.W, second.V, second.b, unused))


def turned(run: RNNRun) -> RNNRun:
    """Return the run with its steps in the opposite order."""
    return run._replace(
        **{name: getattr(run, name)[::-1] for name in ("x", "a", "h", "o", "y_hat")}
    )


def generate(params: RNNParams, h0: Array, T: int, start: int | None = None) -> RNNRun:
    """Run T steps from h0 (H,) where each step reads the most probable symbol of the step before.

    Symbols are one-hot, D = K. The first input is symbol `start`, or all zero if None.
    """
    checks.kind("params", params, RNNParams)
    D, K = params.U.shape[1], params.V.shape[0]
    if D != K:
        raise ValueError(f"params read {D} symbols and give {K}, expected as many")
    X = np.zeros((checks.whole("T", T), D), params.U.dtype)
    if start is not None:
        X[0, checks.labels("start", start, (), D)] = 1.0
    h = h0 = checks.optional("h0", h0, params.b)
    for t in range(T - 1):
        _, h, o = rnn.step(params, X[t], h)
        X[t + 1, o.argmax()] = 1.0
    return rnn.forward(params, X, h0)


def encode_decode(params: TwoNets, X: Array, T: int) -> EncoderDecoderRun:
    """Read X (S, D) with the encoder; from its last state the decoder generates T symbols."""
    checks.kind("params", params, TwoNets)
    encoder = rnn.forward(params.first, X, f="identity")
    return EncoderDecoderRun(encoder, generate(params.second, encoder.h[-1], T))


def encode_decode_backward(params: TwoNets, run: EncoderDecoderRun, do: Array) -> TwoNets:
    """Return ∂J/∂θ of both networks from the decoder's errors δo (T, K).

    What reaches the encoder is one vector: the error of the state that was handed over.
    """
    decoder = rnn.backward(params.second, run.decoder, do)
    silent = np.zeros_like(run.encoder.o)
    encoder = rnn.backward(params.first, run.encoder, silent, dh_T=decoder.h0)
    return TwoNets(encoder.params, decoder.params)
