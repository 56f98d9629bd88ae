"""Formulas as styled pieces of text: letters italic, indices above and below, bars, Greek.

Only what the diagrams need of TeX: _{…} and ^{…} (or one character), \\bar \\hat \\tilde, Greek
letters, \\odot \\partial \\sum and the like, \\mathrm; any other \\name is set upright (\\tanh).
`svg.label` turns the pieces into elements.

>>> [(placed.piece.text, placed.piece.level) for placed in lay_out("W_z x^{(t)}")]
[('W', 0), ('z', -1), (' ', 0), ('x', 0), ('(', 1), ('t', 1), (')', 1)]
"""

import re
from typing import NamedTuple

SYMBOLS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "Delta": "Δ",
    "Sigma": "Σ",
    "sum": "Σ",
    "prod": "∏",
    "partial": "∂",
    "odot": "⊙",
    "cdot": "·",
    "times": "×",
    "star": "⋆",
    "top": "⊤",
    "to": "→",
    "le": "≤",
    "ge": "≥",
    "infty": "∞",
    "ldots": "…",
    "dots": "…",
    "prime": "′",
    ",": " ",
    ";": " ",
    " ": " ",
}
SPACED = ("odot", "times", "cdot")  # keep the space after them, as they have one before
GREEK = "αβγδεηθλμρστφ"
ACCENTS = {"bar": "\u0304", "hat": "\u0302", "tilde": "\u0303"}
INDEX = 0.7  # size of an index
DOWN = {-1: 0.28, 0: 0.0, 1: -0.42}  # how far below the line it stands
ROMAN = ("mathrm", "text", "operatorname")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[_^{}]|.", re.DOTALL)


class Piece(NamedTuple):
    """A run of characters in one style; level −1 below, 0 on the line, +1 above."""

    text: str
    italic: bool
    level: int


class Placed(NamedTuple):
    """A piece with its shift from the piece before: right and down, in sizes of the label."""

    piece: Piece
    right: float
    down: float


def lay_out(formula: str) -> list[Placed]:
    """Return the pieces of a formula, each with its place after the one before."""
    return _offsets(_pieces(formula))


def _pieces(formula: str) -> list[Piece]:
    pieces, _ = _read(TOKEN.findall(formula), 0, 0, False)
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1][1:] == piece[1:]:
            joined[-1] = joined[-1]._replace(text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _read(tokens: list[str], at: int, level: int, roman: bool) -> tuple[list[Piece], int]:
    """Read tokens up to the closing brace; returns the pieces and where it stopped."""
    pieces: list[Piece] = []
    while at < len(tokens) and tokens[at] != "}":
        found, at = _read_one(tokens, at, level, roman)
        pieces += found
    return pieces, at + 1


def _read_one(tokens: list[str], at: int, level: int, roman: bool) -> tuple[list[Piece], int]:
    token, name = tokens[at], tokens[at][1:]
    if token == "{":
        return _read(tokens, at + 1, level, roman)
    if token in "_^" and at + 1 < len(tokens):
        return _read_one(tokens, at + 1, -1 if token == "_" else 1, roman)
    if token.startswith("\\") and name in ACCENTS:
        pieces, after = _read_one(tokens, at + 1, level, roman)
        return [piece._replace(text=piece.text + ACCENTS[name]) for piece in pieces], after
    if token.startswith("\\") and name in ROMAN:
        return _read_one(tokens, at + 1, level, True)
    if token.startswith("\\"):
        symbol = SYMBOLS.get(name, name)
        ended = tokens[at + 1 : at + 2] == [" "] and name not in SPACED  # a space ends the name
        after = at + 2 if ended else at + 1
        return [Piece(symbol, symbol in GREEK and not roman, level)], after
    return [Piece(token.replace("-", "−"), token.isalpha() and not roman, level)], at + 1


def _offsets(pieces: list[Piece]) -> list[Placed]:
    """Place the pieces one after the other, an index above over an index below."""
    placed: list[Placed] = []
    level, run, owed = 0, 0.0, 0.0  # of the index so far; owed: the rest of a longer one
    for piece in pieces:
        right = 0.0
        width = INDEX * _width(piece.text)
        if piece.level and piece.level == -level:
            right, run, owed = -run, 0.0, run
        elif piece.level != level:
            right, run, owed = max(owed, 0.0) if level else 0.0, 0.0, 0.0
        if piece.level == 1 and level == 0 and placed:
            right += _lean(placed[-1].piece)
        run, owed = run + width, owed - width
        down = DOWN[piece.level] - DOWN[level]
        placed.append(Placed(piece, right, down))
        level = piece.level
    return placed


def _lean(piece: Piece) -> float:
    """Return the room that an index above needs after a letter that leans into it: f, and bars."""
    letters = [character for character in piece.text if not 0x300 <= ord(character) < 0x370]
    barred = len(letters) < len(piece.text) and piece.text[-1] != letters[-1]
    return 0.12 * (piece.italic and letters[-1:] == ["f"]) + 0.06 * barred


def _width(text: str) -> float:
    """Estimate the width of a text, in units of its font size."""
    narrow = sum(character in "ijlt()|,.·′1 " for character in text)
    marks = sum(0x300 <= ord(character) < 0x370 for character in text)
    return 0.52 * (len(text) - marks) - 0.2 * narrow
