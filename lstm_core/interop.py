"""The same weights under PyTorch's and Keras' names, both ways, as plain numpy arrays.

             here                     PyTorch                      Keras
    LSTM     gates z, in, for, out    rows i, f, g, o              columns i, f, c, o
             W (4, H, D)              weight_ih_l0 (4H, D)         kernel (D, 4H)
             R (4, H, H)              weight_hh_l0 (4H, H)         recurrent_kernel (H, 4H)
             b (4, H)                 bias_ih_l0 + bias_hh_l0      bias (4H,)
             p (3, H)                 none                         none
    RNN      U (H, D)                 weight_ih_l0 (H, D)          kernel (D, H)
             W (H, H)                 weight_hh_l0 (H, H)          recurrent_kernel (H, H)
             b (H,)                   bias_ih_l0 + bias_hh_l0      bias (H,)
             V (K, H), c (K,)         weight, bias of a Linear     kernel, bias of a Dense

The block input z is PyTorch's g and Keras' c. The state is (y, c) here, (h_n, c_n) and
(state_h, state_c) there. Keras' `unit_forget_bias` only says how its bias starts: with 1 for the
forget gate, as `lstm.init` does. What has no counterpart (peepholes) is refused, never dropped.

Names and orders: documentation of torch.nn.LSTM (PyTorch 2), of keras.layers.LSTM (Keras 3).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from lstm_core import checks
from lstm_core.checks import Array
from lstm_core.lstm import LSTMParams
from lstm_core.rnn import RNNParams

THEIR_ORDER = [1, 2, 0, 3]  # in, for, z, out: theirs, from our z, in, for, out
OUR_ORDER = [2, 0, 1, 3]  # and back
LSTM_NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
RNN_NAMES = (*LSTM_NAMES, "weight", "bias")


def lstm_to_torch(params: LSTMParams) -> dict[str, Array]:
    """Return the state dict of torch.nn.LSTM(D, H): b goes into bias_ih_l0, bias_hh_l0 is zero.

    Raises ValueError for peepholes, which torch.nn.LSTM does not have.
    """
    W, R, b = _without_peepholes(params, "torch.nn.LSTM")
    return dict(zip(LSTM_NAMES, (W, R, b, np.zeros_like(b)), strict=True))


def lstm_from_torch(state_dict: Mapping[str, Array]) -> LSTMParams:
    """Return the parameters of a torch.nn.LSTM of one layer; values as numpy arrays (`.numpy()`).

    Layers made with bias=False have no biases: they count as zero. Raises ValueError for arrays
    that are missing, do not fit, or belong to what one block lacks (layers, directions).
    """
    W, R, b = _torch_arrays(state_dict, LSTM_NAMES, gates=4)
    return _lstm(W, R, b)


def lstm_to_keras(params: LSTMParams) -> list[Array]:
    """Return [kernel, recurrent_kernel, bias] for keras.layers.LSTM(H).set_weights.

    Raises ValueError for peepholes, which keras.layers.LSTM does not have.
    """
    W, R, b = _without_peepholes(params, "keras.layers.LSTM")
    return [W.T.copy(), R.T.copy(), b]


def lstm_from_keras(weights: Sequence[Array]) -> LSTMParams:
    """Return the parameters of a keras.layers.LSTM from its get_weights().

    A layer made with use_bias=False has two arrays: its bias counts as zero.
    Raises ValueError for arrays that are missing or do not fit.
    """
    kernel, recurrent, bias = _keras_arrays(weights, gates=4)
    return _lstm(kernel.T, recurrent.T, bias)


def rnn_to_torch(params: RNNParams) -> dict[str, Array]:
    """Return the state dicts of torch.nn.RNN(D, H) and torch.nn.Linear(H, K) in one.

    The four arrays of the RNN end in `_l0`; `weight` and `bias` are the Linear's.
    """
    checks.kind("params", params, RNNParams)
    U, W, V, b, c = (value.copy() for value in (params.U, params.W, params.V, params.b, params.c))
    return dict(zip(RNN_NAMES, (U, W, b, np.zeros_like(b), V, c), strict=True))


def rnn_from_torch(state_dict: Mapping[str, Array]) -> RNNParams:
    """Return the parameters of a torch.nn.RNN of one layer with a torch.nn.Linear behind it.

    Takes what `rnn_to_torch` gives; missing biases count as zero. The `nonlinearity` is no weight:
    it is `g` of `rnn.forward`, tanh in both unless said otherwise. Raises ValueError for arrays
    that are missing or do not fit.
    """
    U, W, b = _torch_arrays(state_dict, RNN_NAMES, gates=1)
    V = _like(U, "weight", _taken(state_dict, "weight"), ("K", len(b)))
    c = _like(U, "bias", state_dict.get("bias", np.zeros(len(V), V.dtype)), (len(V),))
    return RNNParams(U.copy(), W.copy(), V.copy(), b, c.copy())


def rnn_to_keras(params: RNNParams) -> list[Array]:
    """Return the weights of keras.layers.SimpleRNN(H), then those of keras.layers.Dense(K).

    Five arrays: kernel, recurrent_kernel, bias; kernel, bias.
    """
    checks.kind("params", params, RNNParams)
    U, W, V, b, c = params.U, params.W, params.V, params.b, params.c
    return [U.T.copy(), W.T.copy(), b.copy(), V.T.copy(), c.copy()]


def rnn_from_keras(weights: Sequence[Array]) -> RNNParams:
    """Return the parameters of a keras.layers.SimpleRNN with a Dense behind it (five arrays).

    Raises ValueError for arrays that are missing or do not fit.
    """
    if len(_sequence(weights)) != 5:
        raise ValueError(f"weights holds {len(weights)} arrays, expected 5: three, then two")
    kernel, recurrent, bias = _keras_arrays(weights[:3], gates=1)
    V = _like(bias, "weights[3]", weights[3], (len(bias), "K"))
    c = _like(bias, "weights[4]", weights[4], (V.shape[1],))
    return RNNParams(kernel.T.copy(), recurrent.T.copy(), V.T.copy(), bias.copy(), c.copy())


def _without_peepholes(params: LSTMParams, where: str) -> tuple[Array, Array, Array]:
    """Return W (4H, D), R (4H, H) and b (4H,) in their order of gates, as copies."""
    checks.kind("params", params, LSTMParams)
    if params.p.any():
        count = np.count_nonzero(params.p)
        raise ValueError(f"p holds {count} non-zero peepholes, expected zeros: {where} has none")
    H = params.b.shape[1]
    W, R, b = (value[THEIR_ORDER] for value in (params.W, params.R, params.b))
    return W.reshape(4 * H, -1), R.reshape(4 * H, H), b.ravel()


def _lstm(W: Array, R: Array, b: Array) -> LSTMParams:
    """Return the parameters from rows (4H, ·) in their order of gates."""
    H = R.shape[1]
    W, R, b = (value.reshape(4, H, -1)[OUR_ORDER] for value in (W, R, b))
    return LSTMParams(W, R, np.zeros((3, H), W.dtype), b[:, :, 0])


def _torch_arrays(
    state_dict: Mapping[str, Array], names: tuple[str, ...], gates: int
) -> tuple[Array, Array, Array]:
    """Return the input weights, recurrent weights and sum of the biases of a recurrent layer."""
    if not isinstance(state_dict, Mapping):
        kind = type(state_dict).__name__
        raise TypeError(f"state_dict is a {kind}, expected names with arrays: {', '.join(names)}")
    if unknown := sorted(set(state_dict) - set(names)):
        raise ValueError(f"state_dict holds {', '.join(unknown)}, expected {', '.join(names)}")
    R = checks.array("weight_hh_l0", _taken(state_dict, "weight_hh_l0"), ("rows", "H"))
    H = R.shape[1]
    R = checks.array("weight_hh_l0", R, (gates * H, H))
    W = _like(R, "weight_ih_l0", _taken(state_dict, "weight_ih_l0"), (gates * H, "D"))
    zero = np.zeros(gates * H, W.dtype)
    first, second = (
        _like(R, name, state_dict.get(name, zero), zero.shape)
        for name in ("bias_ih_l0", "bias_hh_l0")
    )
    return W, R, first + second


def _taken(state_dict: Mapping[str, Array], name: str) -> Array:
    if name not in state_dict:
        found = ", ".join(state_dict) or "nothing"
        raise ValueError(f"state_dict lacks {name}: found {found}")
    return state_dict[name]


def _keras_arrays(weights: Sequence[Array], gates: int) -> tuple[Array, Array, Array]:
    """Return kernel, recurrent kernel and bias of a recurrent layer."""
    if len(_sequence(weights)) not in (2, 3):
        raise ValueError(f"weights holds {len(weights)} arrays, expected 3 (without bias 2)")
    recurrent = checks.array("weights[1]", weights[1], ("H", "columns"))
    H = len(recurrent)
    recurrent = checks.array("weights[1]", recurrent, (H, gates * H))
    kernel = _like(recurrent, "weights[0]", weights[0], ("D", gates * H))
    zero = np.zeros(gates * H, kernel.dtype)
    bias = _like(recurrent, "weights[2]", weights[2] if len(weights) == 3 else zero, zero.shape)
    return kernel, recurrent, bias


def _like(other: Array, name: str, value: Array, shape: checks.Shape) -> Array:
    """Return `value` with the given shape and the dtype of another of the layer's arrays."""
    return checks.same_dtype(name, checks.array(name, value, shape), other.dtype)


def _sequence(weights: Sequence[Array]) -> Sequence[Array]:
    if not isinstance(weights, Sequence):
        raise TypeError(f"weights is a {type(weights).__name__}, expected a list of arrays")
    return weights
