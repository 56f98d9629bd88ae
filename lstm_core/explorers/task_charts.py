"""The types of tasks as unfolded charts: trained networks and the arrays in them (row P7)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_core import dense, rnn, semantics, sequences, small_nets, tasks
from lstm_core.checks import Array
from lstm_core.draw import charts
from lstm_core.draw.charts import Chart, Step
from lstm_core.explorers.controls import set_last
from lstm_core.explorers.frame import Explorer, choice, player, slider
from lstm_core.small_nets import ALPHABET, ENGLISH, GERMAN, LONGEST, REVIEWS, SENTENCES, WEEK


class Data(NamedTuple):
    """One chart and what it says."""

    task: str
    chart: Chart
    reading: str


def compute(task: str, example: int, t: int) -> Data:
    """Run the network of one task on one example, and show what is known after t steps."""
    chart, reading = TASKS[task].run(example - 1, t)
    return Data(task, chart, reading if t >= len(chart.steps) else so_far(chart, t))


def so_far(chart: Chart, t: int) -> str:
    """Say which answers are known after t steps."""
    answers = [step.answer for step in chart.steps if step.y is not None and step.answer_known]
    known = f"the answers so far are {', '.join(answers)}" if answers else "there is no answer yet"
    return f"Computed up to step {t} of {len(chart.steps)}: {known}."


def caption(example: int, t: int) -> tuple[Chart, str]:
    """One to many: from the semantic vector of an image to its name."""
    _, _, asked, labels = semantics.split()
    vector = semantics.hidden(semantics.trained()[-1], asked[example])
    run = sequences.generate(small_nets.captioner(), vector, LONGEST)
    word, truth = small_nets.spelled(run.y_hat), ENGLISH[labels[example]]
    steps = tuple(
        Step(h, x, said, y, letter(y), known=n < t, answer_known=n < t)
        for n, (h, x, said, y) in enumerate(zip(run.h, run.x, heard(run.x), run.y_hat, strict=True))
    )
    steps = steps[: len(word) + 1]
    shapes = f"one vector {vector.shape}", f"a list {run.y_hat[: len(steps)].shape}"
    chart = Chart(steps, vector, asked[example].reshape(8, 8), *shapes)
    guess = ENGLISH[int(dense.forward(semantics.trained()[-1], asked[example]).o.argmax())]
    verdict = "rightly" if word == truth else f"though it is “{truth}”"
    return chart, (
        f"One vector {vector.shape} in, a list out: from the semantic vector of an image the "
        f"network writes “{word}”, {verdict}; the classifier of P4 takes the image for “{guess}”."
    )


def forecast(example: int, t: int) -> tuple[Chart, str]:
    """Many to one: from a week of weather to the day after."""
    split = tasks.forecast(WEEK)
    place = 30 * example
    X, truth = split.test.X[:, place], split.test.targets[0, place]
    run = rnn.forward(small_nets.forecaster(), X, f="identity")
    steps = tuple(Step(run.h[n], X[n], f"day {n + 1}", known=n < t) for n in range(WEEK - 1))
    degrees, measured, today = (
        values[1] * split.spread[1] + split.mean[1] for values in (run.y_hat[-1], truth, X[-1])
    )
    final = Step(run.h[-1], X[-1], f"day {WEEK}", run.y_hat[-1], f"{degrees:.1f} °C", None)
    steps += (final._replace(known=t >= WEEK, answer_known=t >= WEEK),)
    chart = Chart(steps, None, None, f"a list {X.shape}", f"one vector {run.y_hat[-1].shape}")
    return chart, (
        f"A list in, one vector out: after a week up to {split.days[place] - 1} the network "
        f"expects a highest temperature of {degrees:.1f} °C; it was {measured:.1f} °C (the day "
        f"before {today:.1f} °C)."
    )


def review(example: int, t: int) -> tuple[Chart, str]:
    """Many to one: is this review friendly?"""
    text, friendly = list(REVIEWS.items())[example % len(REVIEWS)]
    run = rnn.forward(small_nets.critic(), small_nets.sentence(text))
    T, p = len(run.x), run.y_hat[-1, 1]
    steps = [Step(run.h[n], run.x[n], word, known=n < t) for n, word in enumerate(text.split())]
    steps[-1] = steps[-1]._replace(y=run.y_hat[-1], answer=f"{p:.2f}", answer_known=t >= T)
    shapes = f"a list {run.x.shape}", f"one vector {run.y_hat[-1].shape}"
    meant = "friendly" if friendly else "unfriendly"
    return Chart(tuple(steps), None, None, *shapes), (
        f"A list in, one answer out: “{text}” is friendly with probability {p:.2f}, says the "
        f"network; it is meant {meant}."
    )


def names(example: int, t: int) -> tuple[Chart, str]:
    """Many to many in step: is this word part of a name?"""
    text = list(SENTENCES)[example % len(SENTENCES)]
    run = rnn.forward(small_nets.tagger(), small_nets.sentence(text))
    steps = tuple(
        Step(run.h[n], run.x[n], word, y, f"{y[1]:.2f}", known=n < t, answer_known=n < t)
        for n, (word, y) in enumerate(zip(text.split(), run.y_hat, strict=True))
    )
    chart = Chart(steps, None, None, f"a list {run.x.shape}", f"a list {run.y_hat.shape}")
    return chart, (
        f"One answer for every word, at once. The probability of “name” is "
        f"{tagged(text, run.y_hat)}; each is said before the next word is read."
    )


def tagged(text: str, y_hat: Array) -> str:
    """Return each word with its probability of being part of a name."""
    return ", ".join(
        f"{p:.2f} for {word}" for word, p in zip(text.split(), y_hat[:, 1], strict=True)
    )


def two_way(example: int, t: int) -> tuple[Chart, str]:
    """Bidirectional: the same question, after reading from both ends."""
    text = list(SENTENCES)[example % len(SENTENCES)]
    run = sequences.bidirectional(small_nets.two_way(), small_nets.sentence(text))
    T = len(run.o)
    steps = tuple(
        Step(
            run.forwards.h[n],
            run.forwards.x[n],
            word,
            y,
            f"{y[1]:.2f}",
            run.backwards.h[n],
            known=n < t,
            back_known=T - 1 - n < t,
            answer_known=max(n, T - 1 - n) < t,
        )
        for n, (word, y) in enumerate(zip(text.split(), run.y_hat, strict=True))
    )
    chart = Chart(steps, None, None, f"a list {run.forwards.x.shape}", f"a list {run.o.shape}")
    return chart, (
        f"Two networks read from both ends. The probability of “name” is "
        f"{tagged(text, run.y_hat)}; the first is known only when all has been read."
    )


def translation(example: int, t: int) -> tuple[Chart, str]:
    """Encoder and decoder: read all of it, then write."""
    source = ENGLISH[example]
    X = np.eye(len(ALPHABET))[small_nets.letters(source)]
    run = sequences.encode_decode(small_nets.translator(), X, LONGEST + 1)
    word, S = small_nets.spelled(run.decoder.y_hat), len(X)
    verdict = "" if word == GERMAN[example] else f", but it should be {GERMAN[example]}"
    T = len(word) + 1
    steps = tuple(Step(run.encoder.h[n], X[n], source[n], known=n < t) for n in range(S))
    steps += tuple(
        Step(
            run.decoder.h[n],
            run.decoder.x[n],
            heard(run.decoder.x)[n],
            y,
            letter(y),
            known=S + n < t,
            answer_known=S + n < t,
            decoder=True,
        )
        for n, y in enumerate(run.decoder.y_hat[:T])
    )
    chart = Chart(steps, None, None, f"a list {X.shape}", f"a list {run.decoder.y_hat[:T].shape}")
    return chart, (
        f"The encoder reads “{source}” and says nothing; its last state, "
        f"{run.encoder.h.shape[1]} numbers, is all the decoder gets. "
        f"The decoder writes “{word}”{verdict}."
    )


def letter(y: Array) -> str:
    """Return the most probable letter; the end as a word."""
    best = ALPHABET[int(y.argmax())]
    return "end" if best == small_nets.END else best


def heard(X: Array) -> list[str]:
    """Return what is read at each step, in words."""
    return ["start" if not x.any() else letter(x) for x in X]


class Task(NamedTuple):
    """One type of task: its name (short: the list on the page is narrow), and what runs it."""

    name: str
    run: Callable[[int, int], tuple[Chart, str]]
    examples: int = 10


TASKS = {
    "caption": Task("one to many: name a picture", caption),
    "forecast": Task("many to one: the weather", forecast),
    "review": Task("many to one: a film review", review, len(REVIEWS)),
    "names": Task("in step: find the names", names, len(SENTENCES)),
    "two_way": Task("both ends: find the names", two_way, len(SENTENCES)),
    "translation": Task("encoder-decoder: translate", translation),
}


def draw(data: Data) -> str:
    """Draw the chart."""
    return charts.draw(data.chart, TASKS[data.task].name.capitalize())


def read(data: Data) -> str:
    """Say what the network answers, as far as it is computed."""
    return data.reading


def explorer() -> Explorer:
    """Return the explorer; its sliders end where the examples and the chart shown end."""
    last = len(caption(0, 1)[0].steps)
    task = choice("Task", "caption", {kind.name: key for key, kind in TASKS.items()})
    example = slider("Example", 1, 1, TASKS["caption"].examples)
    steps = player("Computed up to step", 1, last, last, pause=700)

    def fit(_: dict) -> None:
        kind = TASKS[task.widget.value]
        example.widget.max = kind.examples
        chart, _ = kind.run(example.widget.value - 1, 1)
        set_last(steps, len(chart.steps))

    controls = {"task": task, "example": example, "t": steps}
    title = "What flows in a task"
    made = Explorer(title, compute, draw, read, controls)
    for control in (task, example):
        control.widget.observe(fit, "value")
    return made
