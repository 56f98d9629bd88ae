"""Weights to and from PyTorch and Keras: the same outputs, nothing lost, nothing dropped."""

import re

import numpy as np
import pytest

from lstm_core import fast, interop, lstm, rnn
from lstm_core.parameters import arrays
from tests.golden.load import golden

TOLERANCE = {"float64": 1e-12, "float32": 1e-6}
DTYPES = pytest.mark.parametrize("dtype", TOLERANCE)


def close(found, expected, dtype, **tolerance):
    assert found.dtype == expected.dtype == dtype
    tolerance = tolerance or {"rtol": 0, "atol": TOLERANCE[dtype]}
    np.testing.assert_allclose(found, expected, **tolerance)


@DTYPES
def test_lstm_from_torch_gives_torch_s_outputs(dtype):
    gold = golden(f"torch_lstm_{dtype}")
    params = interop.lstm_from_torch({name: gold[name] for name in interop.LSTM_NAMES})
    run = fast.lstm_forward(params, gold["X"], gold["y0"], gold["c0"])
    close(run.y, gold["y"], dtype)
    close(run.c[-1], gold["c_T"], dtype, rtol=0, atol=4 * TOLERANCE[dtype])
    for n in range(gold["X"].shape[1]):
        one = lstm.forward(params, gold["X"][:, n], gold["y0"][n], gold["c0"][n])
        close(one.y, gold["y"][:, n], dtype)


@DTYPES
def test_rnn_from_torch_gives_torch_s_outputs(dtype):
    gold = golden(f"torch_rnn_{dtype}")
    params = interop.rnn_from_torch({name: gold[name] for name in interop.RNN_NAMES})
    for n in range(gold["X"].shape[1]):
        run = rnn.forward(params, gold["X"][:, n], gold["h0"][n])
        close(run.h, gold["h"][:, n], dtype)
        close(run.o, gold["o"][:, n], dtype, rtol=0, atol=4 * TOLERANCE[dtype])


@DTYPES
def test_lstm_from_keras_gives_keras_outputs(dtype):
    gold = golden(f"keras_lstm_{dtype}")
    weights = [gold[name] for name in ("kernel", "recurrent_kernel", "bias")]
    run = fast.lstm_forward(interop.lstm_from_keras(weights), gold["X"], gold["y0"], gold["c0"])
    close(run.y, gold["y"], dtype)
    close(run.c[-1], gold["c_T"], dtype, rtol=0, atol=4 * TOLERANCE[dtype])


def test_rnn_from_keras_gives_keras_outputs():
    gold = golden("keras_rnn_float32")
    weights = [gold[name] for name in ("kernel", "recurrent_kernel", "bias", "V", "c")]
    run = fast.rnn_forward(interop.rnn_from_keras(weights), gold["X"], gold["h0"])
    close(run.h, gold["h"], "float32")
    close(run.o, gold["o"], "float32", rtol=0, atol=4e-6)


@DTYPES
def test_there_and_back_changes_no_number(rng, dtype):
    block, net = lstm.init(3, 4, rng, dtype=dtype), rnn.init(3, 4, 2, rng, dtype=dtype)
    ways = [
        (block, interop.lstm_from_torch(interop.lstm_to_torch(block))),
        (block, interop.lstm_from_keras(interop.lstm_to_keras(block))),
        (net, interop.rnn_from_torch(interop.rnn_to_torch(net))),
        (net, interop.rnn_from_keras(interop.rnn_to_keras(net))),
    ]
    for params, back in ways:
        for (name, one), (_, other) in zip(arrays(params), arrays(back), strict=True):
            assert other.dtype == dtype
            np.testing.assert_array_equal(one, other, err_msg=name)


def test_golden_weights_go_back_to_where_they_came_from():
    gold = golden("torch_lstm_float64")
    state = {name: gold[name] for name in interop.LSTM_NAMES}
    back = interop.lstm_to_torch(interop.lstm_from_torch(state))
    assert list(back) == list(state)
    for name in ("weight_ih_l0", "weight_hh_l0"):
        np.testing.assert_array_equal(back[name], state[name])
    # one bias of ours against two of PyTorch's: their sum is what counts
    total = state["bias_ih_l0"] + state["bias_hh_l0"]
    np.testing.assert_array_equal(back["bias_ih_l0"] + back["bias_hh_l0"], total)
    gold = golden("keras_lstm_float64")
    weights = [gold[name] for name in ("kernel", "recurrent_kernel", "bias")]
    for one, other in zip(
        interop.lstm_to_keras(interop.lstm_from_keras(weights)), weights, strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_what_is_given_out_is_a_copy(rng):
    block, net = lstm.init(3, 4, rng), rnn.init(3, 4, 2, rng)
    given = [*interop.lstm_to_torch(block).values(), *interop.lstm_to_keras(block)]
    given += [*interop.rnn_to_torch(net).values(), *interop.rnn_to_keras(net)]
    mine = [value for params in (block, net) for _, value in arrays(params)]
    assert not any(np.shares_memory(one, other) for one in given for other in mine)


@DTYPES
def test_missing_biases_count_as_zero(rng, dtype):
    state = interop.lstm_to_torch(lstm.init(3, 4, rng, dtype=dtype))
    for name in ("bias_ih_l0", "bias_hh_l0"):
        del state[name]
    assert not interop.lstm_from_torch(state).b.any()
    weights = interop.lstm_to_keras(lstm.init(3, 4, rng, dtype=dtype))
    assert not interop.lstm_from_keras(weights[:2]).b.any()
    state = interop.rnn_to_torch(rnn.init(3, 4, 2, rng, dtype=dtype))
    del state["bias"]
    assert not interop.rnn_from_torch(state).c.any()


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize(
    ("convert", "layer"),
    [(interop.lstm_to_torch, "torch.nn.LSTM"), (interop.lstm_to_keras, "keras.layers.LSTM")],
)
def test_peepholes_are_refused(rng, convert, layer, count):
    params = lstm.init(3, 4, rng, peepholes=True)
    params.p.ravel()[count:] = 0
    message = f"p holds {count} non-zero peepholes, expected zeros: {layer} has none"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        convert(params)


def changed(state, **values):
    return {name: value for name, value in (state | values).items() if value is not None}


NAMES = "weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0"
WRONG_STATES = [
    (
        {"weight_hh_l0": None},
        ValueError,
        "state_dict lacks weight_hh_l0: found weight_ih_l0, bias_ih_l0, bias_hh_l0$",
    ),
    (
        dict.fromkeys("fdbgeach", np.zeros(3)),
        ValueError,
        f"state_dict holds a, b, c, d, e, f, g, h, expected {NAMES}$",
    ),
    (
        dict.fromkeys(interop.LSTM_NAMES),
        ValueError,
        "state_dict lacks weight_hh_l0: found nothing$",
    ),
    (
        {"weight_hh_l0": np.zeros((15, 4))},
        ValueError,
        r"weight_hh_l0 .*\(15, 4\), expected \(16, 4\)",
    ),
    ({"weight_hh_l0": np.zeros(16)}, ValueError, r"weight_hh_l0 .*\(16,\), expected \(rows, H\)"),
    ({"weight_ih_l0": np.zeros((12, 3))}, ValueError, r"weight_ih_l0 .* expected \(16, D\)"),
    ({"bias_ih_l0": np.zeros(12)}, ValueError, r"bias_ih_l0 .*\(12,\), expected \(16,\)"),
    ({"bias_hh_l0": np.zeros(16, np.float32)}, TypeError, "bias_hh_l0 holds float32"),
    ({"weight_ih_l0": [["a"]]}, TypeError, "weight_ih_l0 holds"),
]


@pytest.mark.parametrize(("values", "error", "message"), WRONG_STATES)
def test_wrong_state_dicts_are_named(rng, values, error, message):
    state = interop.lstm_to_torch(lstm.init(3, 4, rng))
    with pytest.raises(error, match=f"^{message}"):
        interop.lstm_from_torch(changed(state, **values))


def replaced(weights, place, value):
    return [*weights[:place], value, *weights[place + 1 :]]


WRONG_WEIGHTS = [  # of an LSTM with D = 3 and H = 4: place, value, message
    (0, np.zeros((3, 12)), r"weights\[0\] has shape \(3, 12\), expected \(D, 16\)"),
    (0, np.zeros(3), r"weights\[0\] has shape \(3,\), expected \(D, 16\)"),
    (1, np.zeros((16, 4)), r"weights\[1\] has shape \(16, 4\), expected \(16, 64\)"),
    (1, np.zeros(16), r"weights\[1\] has shape \(16,\), expected \(H, columns\)"),
    (2, np.zeros(4), r"weights\[2\] has shape \(4,\), expected \(16,\)"),
]


@pytest.mark.parametrize(("place", "value", "message"), WRONG_WEIGHTS)
def test_wrong_keras_weights_are_named(rng, place, value, message):
    weights = interop.lstm_to_keras(lstm.init(3, 4, rng))
    with pytest.raises(ValueError, match=f"^{message}"):
        interop.lstm_from_keras(replaced(weights, place, value))


def test_wrong_outputs_are_named(rng):
    net = rnn.init(3, 4, 2, rng)
    state, weights = interop.rnn_to_torch(net), interop.rnn_to_keras(net)
    for name, value, wanted in (("weight", (2, 5), r"\(K, 4\)"), ("bias", (3,), r"\(2,\)")):
        with pytest.raises(ValueError, match=rf"^{name} has shape .*, expected {wanted}"):
            interop.rnn_from_torch(state | {name: np.zeros(value)})
    for place, value, wanted in ((3, (2, 4), r"\(4, K\)"), (4, (3,), r"\(2,\)")):
        with pytest.raises(ValueError, match=rf"^weights\[{place}\] has .*, expected {wanted}"):
            interop.rnn_from_keras(replaced(weights, place, np.zeros(value)))


def test_other_wrong_arguments_are_named(rng):
    block, net = lstm.init(3, 4, rng), rnn.init(3, 4, 2, rng)
    with pytest.raises(TypeError, match=f"^state_dict is a list, expected names .*: {NAMES}$"):
        interop.lstm_from_torch([1])
    with pytest.raises(TypeError, match=r"^weights is a dict, expected a list of arrays"):
        interop.lstm_from_keras({})
    with pytest.raises(ValueError, match=r"^weights holds 4 arrays, expected 3"):
        interop.lstm_from_keras([np.zeros(1)] * 4)
    with pytest.raises(ValueError, match=r"^weights holds 3 arrays, expected 5"):
        interop.rnn_from_keras(interop.rnn_to_keras(net)[:3])
    for convert in (interop.lstm_to_torch, interop.lstm_to_keras):
        with pytest.raises(TypeError, match=r"^params is a RNNParams, expected LSTMParams"):
            convert(net)
    for convert in (interop.rnn_to_torch, interop.rnn_to_keras):
        with pytest.raises(TypeError, match=r"^params is a LSTMParams, expected RNNParams"):
            convert(block)


def test_weights_of_two_dtypes_are_named(rng):
    block, net = lstm.init(3, 4, rng), rnn.init(3, 4, 2, rng)
    for convert, weights in (
        (interop.lstm_from_keras, interop.lstm_to_keras(block)),
        (interop.rnn_from_keras, interop.rnn_to_keras(net)),
    ):
        for place in {*range(len(weights))} - {1}:  # all are compared with the recurrent one
            message = rf"^weights\[{place}\] holds float32, expected float64"
            with pytest.raises(TypeError, match=message):
                convert(replaced(weights, place, weights[place].astype(np.float32)))
    for convert, state in (
        (interop.lstm_from_torch, interop.lstm_to_torch(block)),
        (interop.rnn_from_torch, interop.rnn_to_torch(net)),
    ):
        for name in state.keys() - {"weight_hh_l0"}:
            with pytest.raises(TypeError, match=f"^{name} holds float32, expected float64"):
                convert(state | {name: state[name].astype(np.float32)})
