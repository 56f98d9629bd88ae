"""Make the golden files beside this script: what other programs compute, stored as small arrays.

    pip install torch keras
    KERAS_BACKEND=torch python tests/golden/make.py

Nothing of `lstm_core` is used here, and the tests need neither package: they read the files.

    torch_lstm_*.npz   torch.nn.LSTM: outputs, and gradients by its automatic differentiation
    torch_rnn_*.npz    torch.nn.RNN with a torch.nn.Linear behind it: the same
    keras_lstm_*.npz   keras.layers.LSTM: outputs
    keras_rnn_float32  keras.layers.SimpleRNN with a keras.layers.Dense behind it: outputs (Keras'
                       matmul on PyTorch rounds to float32 inside, whatever it is asked for)
    peephole_lstm.npz  the LSTM with peepholes, unit by unit from the equations of Greff et al.
                       (2017), differentiated automatically: gradients, and errors of all neurons

J is always a fixed linear function of the outputs and the last state, so that the errors put in
(dY, dc_T, do, dh_T) are its coefficients. Weights, first states and errors have size 1, T is 6.
"""

from pathlib import Path

import keras
import numpy as np
import torch

HERE = Path(__file__).parent
T, B, D, H, K = 6, 2, 3, 4, 5


def draw(rng, dtype, **shapes):
    """Return normal random arrays of the given shapes by name."""
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


def with_gradients(values):
    """Return the arrays as tensors that ask for their gradient."""
    return {name: torch.tensor(value, requires_grad=True) for name, value in values.items()}


def save(name, tensors, **gradients_of):
    """Store tensors under their names, and ∂J/∂⋆ as `grad_⋆`."""
    arrays = {key: np.asarray(torch.as_tensor(t).detach()) for key, t in tensors.items()}
    arrays |= {f"grad_{key}": t.grad.numpy() for key, t in gradients_of.items()}
    np.savez_compressed(HERE / f"{name}.npz", **arrays)


def torch_lstm(dtype):
    """nn.LSTM over a batch, from given first states."""
    rng = np.random.default_rng(1)
    net = torch.nn.LSTM(D, H, dtype=getattr(torch, dtype))
    for parameter in net.parameters():
        parameter.data = torch.tensor(rng.standard_normal(parameter.shape).astype(dtype))
    given = draw(rng, dtype, X=(T, B, D), y0=(B, H), c0=(B, H), dY=(T, B, H), dc_T=(B, H))
    t = with_gradients(given)
    y, (_, c_T) = net(t["X"], (t["y0"][None], t["c0"][None]))
    ((y * t["dY"]).sum() + (c_T[0] * t["dc_T"]).sum()).backward()
    weights = dict(net.named_parameters())
    asked = {name: t[name] for name in ("X", "y0", "c0")}
    save(f"torch_lstm_{dtype}", weights | t | {"y": y, "c_T": c_T[0]}, **weights, **asked)


def torch_rnn(dtype):
    """nn.RNN (tanh) and nn.Linear over a batch, from given first states."""
    rng = np.random.default_rng(2)
    net, output = (
        torch.nn.RNN(D, H, dtype=getattr(torch, dtype)),
        torch.nn.Linear(H, K, dtype=getattr(torch, dtype)),
    )
    for parameter in (*net.parameters(), *output.parameters()):
        parameter.data = torch.tensor(rng.standard_normal(parameter.shape).astype(dtype))
    given = draw(rng, dtype, X=(T, B, D), h0=(B, H), do=(T, B, K), dh_T=(B, H))
    t = with_gradients(given)
    h, h_T = net(t["X"], t["h0"][None])
    o = output(h)
    ((o * t["do"]).sum() + (h_T[0] * t["dh_T"]).sum()).backward()
    weights = dict(net.named_parameters()) | dict(output.named_parameters())
    asked = {name: t[name] for name in ("X", "h0")}
    save(f"torch_rnn_{dtype}", weights | t | {"h": h, "o": o}, **weights, **asked)


def keras_lstm(dtype):
    """layers.LSTM over a batch; Keras puts the batch first."""
    rng = np.random.default_rng(3)
    layer = keras.layers.LSTM(H, return_sequences=True, return_state=True, dtype=dtype)
    given = draw(rng, dtype, X=(T, B, D), y0=(B, H), c0=(B, H))
    layer.build((B, T, D))
    weights = [rng.standard_normal(w.shape).astype(dtype) for w in layer.weights]
    layer.set_weights(weights)
    y, _, c_T = layer(given["X"].swapaxes(0, 1), initial_state=[given["y0"], given["c0"]])
    named = dict(zip(("kernel", "recurrent_kernel", "bias"), weights, strict=True))
    save(f"keras_lstm_{dtype}", named | given | {"y": y.swapaxes(0, 1), "c_T": c_T})


def keras_rnn(dtype):
    """layers.SimpleRNN (tanh) and layers.Dense over a batch."""
    rng = np.random.default_rng(4)
    layer = keras.layers.SimpleRNN(H, return_sequences=True, dtype=dtype)
    output = keras.layers.Dense(K, dtype=dtype)
    layer.build((B, T, D))
    output.build((B, T, H))
    given = draw(rng, dtype, X=(T, B, D), h0=(B, H))
    weights = {}
    for part, names in ((layer, ("kernel", "recurrent_kernel", "bias")), (output, ("V", "c"))):
        values = [rng.standard_normal(w.shape).astype(dtype) for w in part.weights]
        part.set_weights(values)
        weights |= dict(zip(names, values, strict=True))
    h = layer(given["X"].swapaxes(0, 1), initial_state=given["h0"])
    found = {"h": h.swapaxes(0, 1), "o": output(h).swapaxes(0, 1)}
    save(f"keras_rnn_{dtype}", weights | given | found)


def peephole_lstm():
    """One sequence, every gate of every unit on its own, differentiated automatically."""
    rng = np.random.default_rng(5)
    shapes = {"W": (4, H, D), "R": (4, H, H), "p": (3, H), "b": (4, H)}
    shapes |= {"X": (T, D), "y0": (H,), "c0": (H,), "dY": (T, H), "dc_T": (H,)}
    t = with_gradients(draw(rng, "float64", **shapes))
    neurons = {name: [] for name in ("z_bar", "i_bar", "f_bar", "o_bar", "c", "y")}
    y, c = list(t["y0"]), list(t["c0"])
    for x in t["X"]:
        step = [unit(t, k, x, y, c) for k in range(H)]
        y, c = ([now[name] for now in step] for name in ("y", "c"))
        for name, values in neurons.items():
            values.append([now[name] for now in step])
    J = sum(t["dY"][s, k] * neurons["y"][s][k] for s in range(T) for k in range(H))
    J = J + sum(t["dc_T"][k] * c[k] for k in range(H))
    flat = [value for values in neurons.values() for row in values for value in row]
    errors = torch.autograd.grad(J, flat, retain_graph=True)
    errors = torch.stack(errors).reshape(len(neurons), T, H)
    J.backward()
    run = {name: torch.stack([torch.stack(row) for row in v]) for name, v in neurons.items()}
    run |= {f"d{name}": error for name, error in zip(neurons, errors, strict=True)}
    asked = {name: t[name] for name in ("W", "R", "p", "b", "X", "y0", "c0")}
    save("peephole_lstm", t | run, **asked)


def unit(t, k, x, y_prev, c_prev):
    """Return all neurons of unit k at one step, from the states of all units before."""

    def linear_sum(gate):
        inputs = sum(t["W"][gate, k, j] * x[j] for j in range(D))
        return inputs + sum(t["R"][gate, k, j] * y_prev[j] for j in range(H)) + t["b"][gate, k]

    z_bar = linear_sum(0)
    i_bar = linear_sum(1) + t["p"][0, k] * c_prev[k]
    f_bar = linear_sum(2) + t["p"][1, k] * c_prev[k]
    c = torch.tanh(z_bar) / (1 + torch.exp(-i_bar)) + c_prev[k] / (1 + torch.exp(-f_bar))
    o_bar = linear_sum(3) + t["p"][2, k] * c
    y = torch.tanh(c) / (1 + torch.exp(-o_bar))
    return {"z_bar": z_bar, "i_bar": i_bar, "f_bar": f_bar, "o_bar": o_bar, "c": c, "y": y}


if __name__ == "__main__":
    for dtype in ("float64", "float32"):
        for make in (torch_lstm, torch_rnn, keras_lstm):
            make(dtype)
    keras_rnn("float32")
    peephole_lstm()
