"""A text is spoken, an RNN hears a symbol in every frame, the path collapses (row P7)."""

from typing import NamedTuple

import numpy as np

from lstm_core import ctc, listener, rnn
from lstm_core.checks import Array
from lstm_core.draw import charts, ctc_path, svg
from lstm_core.draw.text import number, percent, plural
from lstm_core.explorers.frame import Explorer, entry, slider

LONGEST = 8  # letters
SIZE = (806, 330)


class Data(NamedTuple):
    """What was said, its frames, and what the network heard."""

    said: str
    X: Array  # (T, 10)
    path: str
    text: str
    right: float  # part of the frames heard as they were meant
    p: float  # probability of the text said, over all paths
    left_out: int  # letters after the first eight


def compute(said: str, frames: int, noise: float) -> Data:
    """Speak the text, run the network over the frames, collapse the path it gives."""
    letters = "".join(letter for letter in said.lower() if letter in listener.ALPHABET[:-1])
    said = letters[:LONGEST]
    speech = listener.speak(said, np.random.default_rng(8), frames=frames, noise=noise)
    y_hat = rnn.forward(listener.listener(), speech.X).y_hat
    path = listener.heard(y_hat)
    right = float(np.mean([one == other for one, other in zip(path, speech.path, strict=True)]))
    p = ctc.probability(said, y_hat, listener.ALPHABET)
    left_out = len(letters) - len(said)
    return Data(said, speech.X, path, ctc.collapse(path), right, p, left_out)


def draw(data: Data) -> str:
    """Draw the frames, the path below, and what it collapses to."""
    T = len(data.path)
    pitch = min(46.0, 706.0 / T)
    parts = [svg.words(14, 66, "frames", size=14, fill="muted", anchor="start")]
    for t, x in enumerate(data.X):
        middle = 84 + pitch * (t + 0.5)
        parts.append(charts.strip(middle, 62, x, width=min(22.0, pitch - 3)))
        parts.append(svg.arrow((middle, 95), (middle, 116), line=1.2, head=6))
    rows = ctc_path.names(120) + ctc_path.rows(data.path, 84, 120, pitch)
    out, text = f"({T}, {len(listener.ALPHABET)})", plural(len(data.text), "letter")
    shapes = f"in {data.X.shape}, out {out}, text of {text}"
    parts.append(svg.words(14, 22, shapes, size=14, anchor="start"))
    return svg.picture(*SIZE, *parts, rows, title="Frames in, one symbol each, collapsed to a text")


def read(data: Data) -> str:
    """Say what was heard."""
    if not data.said:
        return "Nothing was said in 1 frame of silence. Type letters from a to z."
    verdict = "as it was said" if data.text == data.said else f"but “{data.said}” was said"
    more = f" Only the first {LONGEST} letters are spoken." if data.left_out else ""
    return (
        f"{plural(len(data.path), 'frame')}, {percent(data.right)} heard rightly, collapse to "
        f"“{data.text}”, {verdict}. All paths to “{data.said}” together have probability "
        f"{number(data.p, 2)}.{more}"
    )


def explorer() -> Explorer:
    """Return the explorer."""
    return Explorer(
        "Listening: more frames than letters",
        compute,
        draw,
        read,
        {
            "said": entry("Text spoken (a to z)", "hello"),
            "frames": slider("Frames for each letter", 2, 1, 3),
            "noise": slider("Noise", 0.3, 0.0, 1.5, 0.1),
        },
    )
