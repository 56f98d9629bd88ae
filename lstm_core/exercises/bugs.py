"""Find the bug: programs that are broken as public LSTM programs are, to be mended by the learner.

Each is one part of a program, short enough for a cell, that fits between right parts.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_core import checks, lstm
from lstm_core.exercises import broken, examine
from lstm_core.exercises.frame import Exercise
from lstm_core.exercises.half_mended import HALF_MENDED
from lstm_core.exercises.lesson5_backward import parameter_gradients
from lstm_core.lstm import LSTMParams, backward_step, to_previous


class Bug(NamedTuple):
    """A broken part, the right one, and what is wrong, as the check will say it."""

    kind: str
    broken: Callable
    right: Callable
    wrong: str
    hints: tuple[str, ...]


BUGS = {
    "bug_alone": Bug(
        "walk",
        broken.walk_alone,
        examine.walk,
        "no error travels from one step to the one before",
        (
            "Which gradients are wrong, and is any right? Even b, the simplest sum, is wrong.",
            "Follow dy_next through the loop. Who gives it a new value?",
        ),
    ),
    "bug_activated": Bug(
        "step",
        broken.step_activated,
        backward_step,
        "a derivative is taken of a value that is already activated",
        (
            "d_tanh wants what stands inside the tanh.",
            "What does the function get in the line of dc, and what should it get?",
        ),
    ),
    "bug_overwritten": Bug(
        "to_previous",
        broken.previous_overwritten,
        to_previous,
        "an error is overwritten before its last use",
        (
            "With the peepholes at zero this program passes. So look where pi and pf stand.",
            "What does the name di_bar hold when the line of dc_prev is reached?",
        ),
    ),
    "bug_reused": Bug(
        "to_previous",
        broken.previous_reused,
        to_previous,
        "one gate's recurrent weights are used for another gate",
        ("Each of four matrices should be used once.", "Which one is never used?"),
    ),
    "bug_shifted": Bug(
        "sums",
        broken.sums_shifted,
        parameter_gradients,
        "c and y are taken one step too late",
        (
            "W and b are right: the errors δ are fine, only what they are multiplied by is not.",
            "Where does the arrow start that carries R? And those that carry p_in and p_for?",
        ),
    ),
    "bug_round": Bug(
        "walk",
        broken.walk_round,
        examine.walk,
        "the first step looks at the last cell",
        (
            "Only the very first step is wrong. What is t there?",
            "In Python, index −1 is not an error. What stands there?",
        ),
    ),
    "bug_alike": Bug(
        "init",
        broken.draw_alike,
        examine.draw_weights,
        "all four gates start with the same weights",
        (
            "The numerical check agrees: the gradient is right. Read the last line of the report.",
            "A generator with the same seed gives the same numbers. How often is it made?",
        ),
    ),
    "bug_quiet": Bug(
        "step",
        broken.step_quiet,
        backward_step,
        "a derivative is taken of a value that is already activated, and small weights hide it",
        (
            "Examine it with scale=0.01 and with scale=1.",
            "For small a, tanh(a) ≈ a, so tanh'(tanh(a)) ≈ tanh'(a). Which line profits from that?",
        ),
    ),
    "bug_agreed": Bug(
        "forward",
        broken.output_blind,
        examine.output_part,
        "the output gate peeps at the old cell",
        (
            "Forward and backward agree with each other, so no gradient check can see it.",
            "Compare with the equation of ō: which cell does p_out look at?",
        ),
    ),
}


def _inputs(kind: str) -> Callable[[np.random.Generator], tuple]:
    """Return what makes random arguments for a part of this kind."""

    def inputs(rng: np.random.Generator) -> tuple:
        D, H, T = 3, 4, 6
        shapes = ((4, H, D), (4, H, H), (3, H), (4, H))
        params = LSTMParams(*(rng.standard_normal(shape) for shape in shapes))
        run = lstm.forward(params, *(rng.standard_normal(shape) for shape in ((T, D), H, H)))
        v = rng.standard_normal((6, H))
        return {
            "walk": (params, run, rng.standard_normal((T, H))),
            "step": (params, run, 2, *v[:4]),
            "to_previous": (params, *v),
            "sums": (run, rng.standard_normal((4, T, H))),
            "init": (D, H, int(rng.integers(1000))),
            "forward": (params, v[0, :D], *v[1:4]),
        }[kind]

    return inputs


RETURNS = {
    "step": ("dy", "dc", "dz_bar", "di_bar", "df_bar", "do_bar"),
    "to_previous": ("dy_prev", "dc_prev"),
    "sums": ("dW", "dR", "dp", "db"),
    "forward": ("o_bar", "o", "y"),
}

EXERCISES = tuple(
    Exercise(
        name=name,
        lesson=5,
        row="B5",
        task="The program is still broken: read the report, find the line, mend it.",
        hints=bug.hints,
        solution=bug.right,
        returns=RETURNS.get(bug.kind, ()),
        mistakes={"the program is still as broken as it was": bug.broken} | HALF_MENDED[name],
        inputs=_inputs(bug.kind),
        praise=f"Mended: {bug.wrong}.",
    )
    for name, bug in BUGS.items()
)


def report(name: str, part: Callable, scale: float = 1.0) -> str:
    """Check the program that holds `part` in the place of bug `name`, weights of size `scale`.

    Raises ValueError for an unknown name, and whatever `part` raises.
    """
    bug = BUGS[checks.choice("name", name, BUGS)]
    return examine.examine(bug.kind, part, scale)
