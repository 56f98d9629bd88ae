"""The exercises of the lessons: `ALL` maps a name to its `Exercise`. Numpy only."""

import importlib

from lstm_core.exercises.frame import Exercise, Verdict

LESSONS = ("lesson1", "lesson2", "lesson3", "lesson4", "lesson5")  # each holds a tuple EXERCISES

__all__ = ["ALL", "Exercise", "Verdict"]


def _collect() -> dict[str, Exercise]:
    found: dict[str, Exercise] = {}
    for lesson in LESSONS:
        for exercise in importlib.import_module(f"{__name__}.{lesson}").EXERCISES:
            if exercise.name in found:
                raise ValueError(f"two exercises are called {exercise.name!r}")
            found[exercise.name] = exercise
    return found


ALL = _collect()
