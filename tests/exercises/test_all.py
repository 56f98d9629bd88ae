"""Every exercise: an untouched template helps, the solution passes, each mistake gets its name."""

import inspect

import numpy as np
import pytest

from lstm_core.exercises import ALL

FUNCTIONS = [name for name, exercise in ALL.items() if callable(exercise.solution)]
MISTAKES = [(name, mistake) for name, exercise in ALL.items() for mistake in exercise.mistakes]


@pytest.mark.parametrize("name", ALL)
def test_the_solution_passes(name):
    verdict = ALL[name].check(ALL[name].solution)
    assert verdict.ok, verdict.message
    assert verdict.mistake is None


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_each_known_mistake_gets_its_own_name(name, mistake):
    verdict = ALL[name].check(ALL[name].mistakes[mistake])
    assert not verdict.ok
    assert verdict.mistake == mistake


@pytest.mark.parametrize("name", ALL)
def test_an_untouched_answer_is_told_what_to_do(name):
    for answer in (None, ...):
        verdict = ALL[name].check(answer)
        assert not verdict.ok
        assert verdict.mistake == "untouched"
        assert ALL[name].task in verdict.message


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_untouched_function_is_told_what_to_do(name):
    def raises(*_):
        raise NotImplementedError

    for answer in (lambda *_: None, lambda *_: ..., raises):
        assert ALL[name].check(answer).mistake == "untouched"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_the_same_every_time_and_fit_the_solution(name):
    exercise = ALL[name]
    first, again = (exercise.inputs(np.random.default_rng(1)) for _ in range(2))
    assert repr(first) == repr(again)
    inspect.signature(exercise.solution).bind(*first)


@pytest.mark.parametrize("name", ALL)
def test_an_exercise_is_complete(name):
    exercise = ALL[name]
    assert exercise.name == name
    assert exercise.task.endswith((".", "?", ")"))
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 2
    for mistake in exercise.mistakes:
        assert not mistake.endswith("."), mistake
