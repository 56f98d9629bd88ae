"""Collapsing, and counts and probabilities against the list of all paths."""

from itertools import product

import numpy as np
import pytest

from lstm_core.ctc import collapse, count_paths, merge, probability

TEXTS = ("", "a", "ab", "aa", "aba", "abb")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("hhee-ll-lloo", "hello"),
        ("--h-e-l-l-o--", "hello"),
        ("hheelllloo", "helo"),
        ("aaa", "a"),
        ("a-a", "aa"),
        ("---", ""),
        ("", ""),
    ],
)
def test_collapse(path, text):
    assert collapse(path) == text


def test_merge_keeps_blanks():
    assert merge("aa--b") == "a-b"


def test_another_blank():
    assert collapse("aa_a", blank="_") == "aa"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("frames", range(6))
def test_counted_paths_are_those_that_exist(text, frames):
    paths = ("".join(symbols) for symbols in product("ab-", repeat=frames))
    assert count_paths(text, frames) == sum(collapse(path) == text for path in paths)


@pytest.mark.parametrize("text", TEXTS)
def test_probability_is_the_sum_over_all_paths(text, rng):
    y_hat = rng.dirichlet(np.ones(3), 5)
    total = 0.0
    for path in product("ab-", repeat=5):
        if collapse("".join(path)) == text:
            total += np.prod(
                [row["ab-".index(symbol)] for row, symbol in zip(y_hat, path, strict=True)]
            )
    assert probability(text, y_hat, "ab-") == pytest.approx(total, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: count_paths("a", -1), "frames is -1"),
        (lambda: count_paths("a-b", 4), "text is 'a-b', expected a text without the blank '-'"),
        (
            lambda: probability("c", np.full((2, 3), 1 / 3), "ab-"),
            "text holds 'c', expected symbols of 'ab-'",
        ),
        (
            lambda: probability("a", np.full((2, 2), 1 / 2), "ab-"),
            r"y_hat has shape \(2, 2\), expected \(T, 3",
        ),
        (lambda: probability("gcfdhe", np.full((2, 3), 1 / 3), "ab-"), "text holds 'c'"),
        (lambda: probability("a", np.full((2, 2), 1 / 2), "ab"), "blank holds '-', .* of 'ab'"),
        (
            lambda: probability("a", np.full((2, 3), 1 / 3), "aa-"),
            "alphabet is 'aa-', expected each",
        ),
        (lambda: count_paths("a", 3, blank="--"), "blank is '--', expected one symbol"),
        (lambda: collapse("a", blank=""), "blank is '', expected one symbol"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: merge(["a", "a"]), "path"),
        (lambda: collapse("a", blank=["-"]), "blank"),
        (lambda: count_paths(["a"], 3), "text"),
        (lambda: probability("a", np.full((2, 2), 1 / 2), ["a", "-"]), "alphabet"),
    ],
)
def test_what_is_no_text_is_named(call, name):
    with pytest.raises(TypeError, match=f"^{name} is a list, expected str"):
        call()
