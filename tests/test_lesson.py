"""The one import of a lesson: cards, hints, and unknown names."""

import numpy as np
import pytest

from lstm_core import explorers, lesson, rnn
from lstm_core.exercises import ALL


def test_show_gives_names_and_few_digits_in_line():
    card = lesson.show(W=np.array([[1.0, -0.25], [1 / 3, 10.0]]), total=2 / 3)
    assert card.markdown == (
        "```text\nW      [[    1  −0.25]\n        [0.333     10]]\ntotal  0.667\n```"
    )
    assert card._repr_markdown_() == repr(card) == card.markdown


def test_a_source_card_is_the_source_as_it_stands():
    card = lesson.show_source(rnn.step)
    assert card.markdown.startswith("`lstm_core.rnn.step`\n\n```python\ndef step(")
    assert "a = b + W @ h_prev + U @ x" in card.markdown
    assert card == lesson.show_source(rnn.step)


def test_hints_are_folded_and_end_with_the_solution():
    markdown = lesson.hints("hidden_error").markdown
    steps = markdown.split("<details>")[1:]
    assert len(steps) == len(ALL["hidden_error"].hints) + 1
    assert all("</details>" in step and "\n\n" in step for step in steps)
    assert steps[0].startswith("<summary>Hint 1</summary>")
    assert steps[-1].startswith("<summary>Solution</summary>")
    assert "return V.T @ do + W.T @ da_next" in steps[-1]
    assert ": Array" not in steps[-1]


def test_check_asks_the_exercise():
    assert lesson.check("hidden_error", ALL["hidden_error"].solution).ok
    assert lesson.check("hidden_error", None).mistake == "untouched"


def test_explore_opens_the_explorer():
    assert lesson.explore("linear_sum").reading == explorers.ALL["linear_sum"]().reading


@pytest.mark.parametrize("door", [lesson.explore, lesson.hints])
def test_an_unknown_name_is_refused_with_those_known(door):
    with pytest.raises(ValueError, match=r"\w+ is 'nothing', expected one of \w+, "):
        door("nothing")
