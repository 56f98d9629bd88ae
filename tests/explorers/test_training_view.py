"""Training that is watched: by turns, stopped, gone on with, begun anew; the loop stays free."""

import asyncio
import itertools
import time
from typing import NamedTuple

import numpy as np
import pytest

from lstm_core.explorers.frame import slider
from lstm_core.explorers.training_view import SLICE, TrainingView, smooth


class Record(NamedTuple):
    step: int
    loss: float
    params: float


def train(rate, pause=0.0, fails_at=None):
    for step in itertools.count(1):
        if step == fails_at:
            raise FloatingPointError(f"training stopped at step {step}")
        time.sleep(pause)
        yield Record(step, 1.0 / (1.0 + rate * step), step * rate)


def make(steps=50, **options):
    def start(rate):
        return {"slow": train(rate, **options), "fast": train(2 * rate, **options)}

    rates = {"rate": slider("Rate", 1.0, 0.1, 10.0, log=True)}
    return TrainingView("A race", start, rates, steps=steps)


def test_before_the_start_nothing_is_trained():
    view = make()
    assert view.reading == "Nothing is trained yet: Start makes 50 updates."
    assert view.progress.step == 0
    assert view.picture()
    assert view.controls["stop"].disabled
    assert not view.controls["start"].disabled


def test_all_runs_advance_by_turns_to_the_same_step():
    view = make()
    assert view.progress.params("fast", first=0.0) == 0.0
    assert view.progress.losses("fast") == []
    progress = view.run(7)
    assert [len(run.loss) for run in progress.runs.values()] == [7, 7]
    assert progress.params("fast", first=0.0) == 14.0
    assert progress.losses("fast")[0] == 1 / 3
    assert progress.stage == "stopped"
    assert view.reading.startswith("Update 7 of 50 (stopped). slow: loss")
    assert view._bar.value == 7


def test_a_run_goes_on_and_ends_at_the_last_step():
    view = make()
    view.run(20)
    assert view.controls["start"].description == "Go on"
    assert view.run().step == 50
    assert view.stage == "done"
    assert view.run().step == 50
    assert view.controls["start"].description == "Start"


def test_iterators_that_end_early_end_the_training():
    view = TrainingView(
        "", lambda: {"a": iter(list(itertools.islice(train(1.0), 5)))}, {}, steps=50
    )
    assert view.run().step == 5
    assert view.stage == "done"


def test_reset_and_a_moved_control_begin_anew():
    view = make()
    view.run(20)
    view.reset()
    assert (view.progress.step, view.stage) == (0, "ready")
    view.run(20)
    view.controls["rate"].value = 2.0
    assert (view.progress.step, view.stage) == (0, "ready")
    assert view.run(1).runs["slow"].last.params == 2.0


def test_a_value_handed_back_with_another_last_digit_moves_nothing():
    view = make()
    view.set(rate=0.3)
    view.run(7)
    view.controls["rate"].value = np.nextafter(0.3, 1.0)
    assert view.progress.step == 7
    view.controls["rate"].value = 0.4
    assert view.progress.step == 0
    view.controls["rate"].value = 0.3
    assert view.reading.startswith("Nothing is trained yet")


def test_a_failing_training_says_why_and_can_be_begun_anew():
    view = make(fails_at=4)
    view.run()
    assert view.stage == "failed"
    assert view.error.startswith("training stopped at step 4")
    assert view.progress.step == 3
    view.reset()
    assert view.error == ""


def test_smoothing_is_the_mean_of_the_last_losses():
    assert smooth([4.0, 2.0, 0.0], width=2).tolist() == [4.0, 3.0, 1.0]
    assert smooth([]).tolist() == []
    assert smooth([1e20, 4.0, 2.0], width=2)[-1] == 3.0  # nothing is left of what ran away before


def test_in_a_notebook_it_trains_in_the_background_and_stop_stops():
    async def learner():
        view = make(steps=10_000, pause=0.001)
        view.controls["start"].click()
        assert view.running
        assert view.controls["start"].disabled
        pauses = []
        end = time.perf_counter() + 0.6
        while time.perf_counter() < end:
            before = time.perf_counter()
            await asyncio.sleep(0)
            pauses.append(time.perf_counter() - before)
        view.controls["stop"].click()
        step = view.progress.step
        await asyncio.sleep(0.1)
        assert view.progress.step == step > 10
        assert view.stage == "stopped"
        assert not view.running
        return pauses

    pauses = asyncio.run(learner())
    assert np.median(pauses) < 5 * SLICE  # one long pause may be the machine's, not ours


def test_in_the_background_it_ends_by_itself():
    async def learner():
        view = make(steps=30)
        view.start()
        view.start()  # twice is once
        while view.running:
            await asyncio.sleep(0.01)
        return view

    view = asyncio.run(learner())
    assert (view.stage, view.progress.step) == ("done", 30)
    assert view.reading.startswith("Update 30 of 30 (done).")


def test_a_control_moved_while_training_stops_it():
    async def learner():
        view = make(steps=10_000, pause=0.001)
        view.start()
        await asyncio.sleep(0.1)
        view.controls["rate"].value = 3.0
        await asyncio.sleep(0.1)
        return view

    view = asyncio.run(learner())
    assert (view.stage, view.progress.step) == ("ready", 0)


@pytest.mark.parametrize("steps", [0, -1, 2.5])
def test_steps_are_checked(steps):
    with pytest.raises((ValueError, TypeError), match="steps"):
        make(steps=steps)
