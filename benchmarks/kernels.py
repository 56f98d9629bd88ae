"""Speed of `lstm_core.fast`: against PyTorch, against its own floor, and as sizes grow.

    python -m benchmarks.kernels

What stands in one row is run in turns, again and again, in one process on one thread. The median of
the processor's time counts: other programs disturb it little, and all alike. PyTorch is no
dependency: where it is not installed its columns say so.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lstm_core import fast, lstm

try:
    import torch
except ImportError:
    torch = None

SIZES = ((50, 1, 4, 16), (100, 16, 8, 32), (100, 32, 32, 64), (100, 64, 128, 256))
CLOCK = time.perf_counter if sys.platform == "win32" else time.process_time  # coarse on Windows
MIDDLE = (100, 16, 16, 64)  # growth: T, B or H doubled again and again from here


class Case(NamedTuple):
    """One LSTM with a batch to run, and the errors that come back."""

    params: lstm.LSTMParams
    X: np.ndarray  # (T, B, D)
    dY: np.ndarray  # (T, B, H)


def case(T: int, B: int, D: int, H: int, dtype: str = "float64", peepholes: bool = False) -> Case:
    """Draw a case of these sizes."""
    rng = np.random.default_rng(0)
    params = lstm.init(D, H, rng, peepholes=peepholes, dtype=dtype)
    draw = (rng.standard_normal((T, B, size)).astype(dtype) for size in (D, H))
    return Case(params, *draw)


def ours(case: Case) -> Callable[[], object]:
    """Forward and backward by `fast`, all gradients and that of X, checks of arguments included."""

    def run() -> object:
        return fast.lstm_backward(case.params, fast.lstm_forward(case.params, case.X), case.dY)

    return run


def pytorch(case: Case) -> Callable[[], object]:
    """The same by torch.nn.LSTM and its automatic differentiation."""
    torch.set_num_threads(1)
    dtype = torch.float64 if case.X.dtype == np.float64 else torch.float32
    net = torch.nn.LSTM(case.X.shape[2], case.dY.shape[2], dtype=dtype)
    X, dY = torch.from_numpy(case.X).requires_grad_(), torch.from_numpy(case.dY)

    def run() -> object:
        net.zero_grad()
        X.grad = None
        y, _ = net(X)
        return y.backward(dY)

    return run


def floor(case: Case) -> Callable[[], object]:
    """The matrix products and tanh calls alone, in their fastest order and into memory at hand."""
    (T, B, D), H = case.X.shape, case.dY.shape[2]
    W, R = case.params.W.reshape(4 * H, D), case.params.R.reshape(4 * H, H)
    WT, RT = np.ascontiguousarray(W.T), np.ascontiguousarray(R.T)
    X, Y = case.X.reshape(T * B, D), case.dY.reshape(T * B, H)
    rows = np.empty((T * B, 4 * H), X.dtype)
    gates, cell, state = rows[:B].copy(), Y[:B].copy(), Y[:B].copy()

    def run() -> object:
        np.matmul(X, WT, out=rows)
        for t in range(T):
            np.matmul(Y[t * B : (t + 1) * B], RT, out=gates)
            np.tanh(gates, out=gates)
            np.tanh(cell, out=state)
        for t in range(T):
            np.matmul(rows[t * B : (t + 1) * B], R, out=state)
        return X.T @ rows, Y.T @ rows, rows @ W

    return run


def in_turns(runs: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Return the median time of each, taken in turns for about `seconds`, five turns at least."""
    times = {name: [] for name in runs}
    for run in runs.values():  # the first call of all is not like the others
        run()
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(next(iter(times.values()))) < 5:
        for name, run in runs.items():
            before = CLOCK()
            run()
            times[name].append(CLOCK() - before)
    return {name: float(np.median(values)) for name, values in times.items()}


def against_others(seconds: float) -> Iterator[str]:
    """Yield the table of `fast` against PyTorch and the floor, forward and backward together."""
    yield "LSTM forward + backward, one thread: median ms, and ratios (below 1: fast is faster)"
    yield f"{'dtype':8} {'T, B, D, H':>16} {'fast':>9} {'PyTorch':>13} {'floor':>9}" + (
        f" {'fast/PyTorch':>14} {'fast/floor':>12} {'peepholes':>11}"
    )
    for dtype in ("float64", "float32"):
        ratios = []
        for size in SIZES:
            one, peeping = case(*size, dtype), case(*size, dtype, peepholes=True)
            runs = {"fast": ours(one), "floor": floor(one), "peepholes": ours(peeping)}
            if torch:
                runs["PyTorch"] = pytorch(one)
            found = in_turns(runs, seconds)
            theirs, ratio = "not installed", "–"
            if torch:
                ratios.append(found["fast"] / found["PyTorch"])
                theirs, ratio = f"{1e3 * found['PyTorch']:.2f}", f"{ratios[-1]:.2f}"
            numbers = ", ".join(map(str, size))
            yield f"{dtype:8} {numbers:>16} {1e3 * found['fast']:9.2f} {theirs:>13}" + (
                f" {1e3 * found['floor']:9.2f} {ratio:>14} {found['fast'] / found['floor']:12.2f}"
                f" {found['peepholes'] / found['fast']:10.2f}×"
            )
        if ratios:
            mean, worst = np.exp(np.mean(np.log(ratios))), max(ratios)
            yield f"{dtype:8} geometric mean of fast/PyTorch {mean:.2f}, worst {worst:.2f}"


def growth(seconds: float) -> Iterator[str]:
    """Yield the time as T, B and H grow, each by itself, relative to the first."""
    yield f"Growth from (T, B, D, H) = {MIDDLE}, float64: time relative to the first"
    for axis, name in ((0, "T"), (1, "B"), (3, "H")):
        sizes = [[*MIDDLE] for _ in range(4)]
        for n, size in enumerate(sizes):
            size[axis] *= 2**n
        found = in_turns({str(size[axis]): ours(case(*size)) for size in sizes}, 2 * seconds)
        first = next(iter(found.values()))
        yield f"{name}: " + ",  ".join(
            f"{name}={key} {value / first:.2f}" for key, value in found.items()
        )


def table(seconds: float = 2.0) -> Iterator[str]:
    """Yield all lines, each as soon as it is known; `seconds` for a row."""
    yield from against_others(seconds)
    yield ""
    yield from growth(seconds)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each row (default 2)")
    for line in table(parser.parse_args().seconds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
