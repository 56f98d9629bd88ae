"""The exercises of lesson 2: the simple RNN, forward and back through time."""

from lstm_core.exercises.frame import Exercise

EXERCISES: tuple[Exercise, ...] = ()
