"""The five lessons on one page: what each one asks, and how they lean on each other (row P1)."""

from typing import NamedTuple

from lstm_core.draw import svg
from lstm_core.explorers.frame import Click, Explorer, Values, slider

SIZE = (806, 216)
BOX = (140.0, 86.0)


class Lesson(NamedTuple):
    """One lesson of the map."""

    title: tuple[str, str]  # two lines
    question: str
    able: str  # what one can do afterwards


LESSONS = (
    Lesson(
        ("Prerequisites:", "sequences"),
        "What goes into a network, what comes out, and does the order matter?",
        "you can draw a network three ways, count its parameters and tell the task types apart",
    ),
    Lesson(
        ("Simple RNN,", "there and back"),
        "How does an error find its way back through time?",
        "you can write back propagation through time, check it, and train with it",
    ),
    Lesson(
        ("History,", "vanishing gradients"),
        "Why did it take fifty years, and what is the trouble with long sequences?",
        "you can say from one number when a gradient vanishes, holds or explodes",
    ),
    Lesson(
        ("LSTM,", "forward"),
        "How can a network keep something for a hundred steps?",
        "you can compute every wire of an LSTM block with peepholes",
    ),
    Lesson(
        ("LSTM,", "back propagation"),
        "Through which routes do errors flow in the block?",
        "you can derive, write and check the whole backward pass of an LSTM",
    ),
)


class Data(NamedTuple):
    """The lesson looked at."""

    chosen: int


def compute(chosen: int) -> Data:
    """Nothing to compute: the map is words."""
    return Data(chosen)


def draw(data: Data) -> str:
    """Draw the lessons in a row, with the chosen one lit and its question below."""
    width, height = BOX
    gap = (SIZE[0] - 16 - 5 * width) / 4
    parts = []
    for n, lesson in enumerate(LESSONS, 1):
        left, lit = 8 + (n - 1) * (width + gap), n == data.chosen
        if n < 5:
            ends = (left + width, 30 + height / 2), (left + width + gap, 30 + height / 2)
            parts.append(svg.arrow(*ends, line=2.5, head=9))
        middle = left + width / 2
        parts.append(
            svg.clickable(
                str(n),
                f"Lesson {n}: {' '.join(lesson.title)}",
                svg.box(
                    left,
                    30,
                    width,
                    height,
                    fill="marked" if lit else "panel",
                    stroke="ink" if lit else "muted",
                    line=3 if lit else 1.5,
                ),
                svg.words(middle, 58, str(n), size=22, font_weight="bold"),
                svg.words(middle, 82, lesson.title[0], size=13.5),
                svg.words(middle, 101, lesson.title[1], size=13.5),
                pressed=lit,
            )
        )
    parts += [strands(gap), question(LESSONS[data.chosen - 1])]
    return svg.picture(*SIZE, *parts, title="The five lessons")


def strands(gap: float) -> str:
    """Draw which lessons are about errors that flow back."""
    width, parts = BOX[0], []
    for n in (2, 3, 5):
        left = 8 + (n - 1) * (width + gap)
        ends = (left + width - 8, 134), (left + 8, 134)
        parts.append(svg.arrow(*ends, stroke="error", line=3, head=11))
    style = {"size": 13, "fill": "error", "anchor": "end"}
    parts.append(svg.words(8 + 2 * width + gap - 10, 156, "errors flow back", **style))
    return "".join(parts)


def question(lesson: Lesson) -> str:
    """Write the question of a lesson."""
    return svg.words(14, 196, lesson.question, size=18, anchor="start", font_weight="bold")


def read(data: Data) -> str:
    """Say the question of the lesson."""
    lesson = LESSONS[data.chosen - 1]
    title = " ".join(lesson.title)
    return f"Lesson {data.chosen} of 5, {title}, asks: {lesson.question} Afterwards {lesson.able}."


def clicked(click: Click, values: Values) -> Values:
    """Choose the lesson that was clicked."""
    return {"chosen": int(click.id)}


def explorer() -> Explorer:
    """Return the explorer."""
    controls = {"chosen": slider("Lesson", 1, 1, 5)}
    return Explorer("The five lessons", compute, draw, read, controls, on_click=clicked)
