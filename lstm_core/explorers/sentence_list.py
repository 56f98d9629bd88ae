"""One sentence in three languages: three lists of vectors of three lengths (row P6)."""

from typing import NamedTuple

import numpy as np

from lstm_core.checks import Array
from lstm_core.draw import network, svg
from lstm_core.draw.text import plural
from lstm_core.explorers.frame import Explorer, choice, slider

SENTENCES = {
    "English": "It has been raining since this morning",
    "German": "Es regnet seit heute Morgen",
    "Spanish": "Llueve desde esta mañana",
}
WAYS = ("words", "letters")
SIZE = (806, 420)


class Data(NamedTuple):
    """Each sentence as its symbols and as its list of vectors."""

    unit: str
    symbols: dict[str, tuple[str, ...]]
    X: dict[str, Array]  # language → (T, D)
    t: int  # the step whose vector is written out


def compute(unit: str, D: int, t: int) -> Data:
    """Give every different symbol a vector of D numbers, drawn once; look each symbol up."""
    symbols = {}
    for language, sentence in SENTENCES.items():
        parts = sentence.split() if unit == "words" else sentence.replace(" ", "")
        symbols[language] = tuple(part.lower() for part in parts)
    known = sorted({symbol for parts in symbols.values() for symbol in parts})
    table = np.random.default_rng(3).standard_normal((len(known), 8))[:, :D]
    X = {
        language: table[[known.index(part) for part in parts]]
        for language, parts in symbols.items()
    }
    return Data(unit, symbols, X, t)


def longest(unit: str) -> int:
    """Return the number of steps of the longest sentence."""
    return max(map(len, compute(unit, 1, 1).X.values()))


def draw(data: Data) -> str:
    """Draw each sentence as a row of symbols over a row of coloured columns, one for each step."""
    parts = []
    for n, language in enumerate(SENTENCES):
        parts.append(svg.move(20, 26 + 132 * n, sentence(data, language)))
    return svg.picture(*SIZE, *parts, title="One sentence in three languages, as lists of vectors")


def sentence(data: Data, language: str) -> str:
    """Draw the symbols of one sentence and, below each, its vector."""
    symbols, X = data.symbols[language], data.X[language]
    T, D = X.shape
    pitch = min(92.0, 660.0 / max(map(len, data.X.values())))
    side = min(13.0, 80.0 / D)
    width = min(pitch - 3, 44.0)
    parts = [
        svg.words(0, 0, language, size=15, anchor="start", font_weight="bold"),
        svg.words(0, 22, plural(T, data.unit[:-1]), size=13, fill="muted", anchor="start"),
        svg.label(0, 46, "X", size=18, anchor="start"),
        svg.words(18, 46, str(X.shape), size=13, fill="muted", anchor="start"),
    ]
    for t, (symbol, x) in enumerate(zip(symbols, X, strict=True)):
        left = 112 + pitch * t
        lit = t + 1 == data.t
        if lit:
            tall = side * D + 28
            parts.append(
                svg.box(left, -16, pitch - 1, tall, fill="marked", stroke="none", radius=4)
            )
        parts.append(svg.words(left + pitch / 2, 0, symbol, size=14 if T < 12 else 12))
        for d, value in enumerate(x):
            place = (left + (pitch - width) / 2, 8 + side * d, width, side)
            tint = {"fill_opacity": 0.1 + 0.8 * min(abs(value) / 2, 1)}
            style = {"stroke": "surface", "radius": 0, "line": 1}
            parts.append(svg.box(*place, fill="surface", **style))
            parts.append(svg.box(*place, fill=network.hue(value), **style, **tint))
    return "".join(parts)


def read(data: Data) -> str:
    """Say the three shapes, and one vector in numbers."""
    shapes = ", ".join(f"{language} {X.shape}" for language, X in data.X.items())
    language = "English"
    t = min(data.t, len(data.X[language]))
    numbers = ", ".join(network.decimals(value, 1) for value in data.X[language][t - 1])
    return (
        f"The same meaning as three lists of {data.unit}: {shapes}. Step {t} of the English one, "
        f"“{data.symbols[language][t - 1]}”, is the vector ({numbers})."
    )


def explorer() -> Explorer:
    """Return the explorer; its step slider ends where the longest sentence ends."""
    unit = choice("Split into", "words", WAYS)
    t = slider("Step t", 3, 1, longest("words"))

    def fit(_: dict) -> None:
        t.widget.max = longest(unit.widget.value)

    controls = {"unit": unit, "t": t, "D": slider("Numbers in each vector D", 5, 1, 8)}
    title = "One sentence, three lists of vectors"
    made = Explorer(title, compute, draw, read, controls)
    unit.widget.observe(fit, "value")
    return made
