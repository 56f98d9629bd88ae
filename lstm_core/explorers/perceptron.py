"""The perceptron's learning rule on points the learner places, mistake by mistake (row H2)."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from lstm_core.checks import Array
from lstm_core.draw.plots import Plot, limits
from lstm_core.draw.text import number, plural
from lstm_core.explorers.frame import Click, Explorer, Values, choice, player
from lstm_core.perceptron import Learning, answer, learn, mistake_bound

Points = tuple[tuple[float, float, int], ...]  # (x, y, ±1)
REACH = 1.7
MOST = 60  # mistakes shown
CORNERS = ((-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0))
YES, NO, REMOVE = "a yes ●", "a no ■", "nothing: remove"


def gate(answers: str) -> Points:
    """Return the four corners with their answers, e.g. "---+" for AND."""
    pairs = zip(CORNERS, answers, strict=True)
    return tuple((*corner, 1 if a == "+" else -1) for corner, a in pairs)


def clouds(gap: float, seed: int = 3) -> Points:
    """Return two clouds of points on either side of the line x + 2 y = 0, `gap` apart from it."""
    places = np.random.default_rng(seed).uniform(-1.4, 1.4, (60, 2)).round(2)
    side = places @ [1.0, 2.0] / 5**0.5
    return tuple(
        (float(x), float(y), 1 if s > 0 else -1)
        for (x, y), s in zip(places, side, strict=True)
        if abs(s) > gap
    )[:24]


PRESETS: dict[str, Points] = {
    "AND": gate("---+"),
    "OR": gate("-+++"),
    "XOR": gate("-++-"),
    "two clouds, far apart": clouds(0.4),
    "two clouds, close": clouds(0.05),
}
OWN = "my own"


class Data(NamedTuple):
    """The points, the line after some mistakes, and the whole course of learning."""

    X: Array  # (N, 2)
    y: Array  # (N,)
    now: int  # mistakes made so far
    w: Array  # (2,)
    b: float
    wrong: Array  # (N,) which points are answered wrongly now
    focus: int  # the next mistake, −1 if there is none
    counts: Array  # (mistakes + 1,) how many points are wrong after each correction
    done: bool
    bound: float  # (R / γ)², infinite where no line separates
    cursor: tuple[float, float]  # where the space bar uses the brush
    brush: str


def compute(preset: str, own: Points, brush: str, now: int, cursor: tuple[float, float]) -> Data:
    """Learn from the points and stop after `now` mistakes."""
    points = own if preset == OWN else PRESETS[preset]
    if not points:
        none = np.empty(0)
        zero = np.zeros(1, int)
        return Data(
            np.empty((0, 2)), none, 0, np.zeros(2), 0.0, none, -1, zero, True, 0.0, cursor, brush
        )
    run, bound = course(points)
    X, y = split(points)
    now = min(now, len(run.at))
    wrongs = y != answer(run.w.T, run.b, X).T  # (mistakes + 1, N)
    focus = int(run.at[now]) if now < len(run.at) else -1
    return Data(
        X,
        y,
        now,
        run.w[now],
        run.b[now],
        wrongs[now],
        focus,
        wrongs.sum(1),
        run.done,
        bound,
        cursor,
        brush,
    )


@lru_cache(maxsize=32)
def course(points: Points) -> tuple[Learning, float]:
    """Return the whole run of the rule, up to MOST mistakes, and the bound on their number."""
    X, y = split(points)
    return learn(X, y, MOST), mistake_bound(X, y)


def split(points: Points) -> tuple[Array, Array]:
    """Return the places (N, 2) and the right answers ±1 (N,)."""
    table = np.array(points)
    return table[:, :2], table[:, 2]


def half_plane(w: Array, b: float) -> Array:
    """Return the corners of that part of the square where w · x + b > 0, (n, 2)."""
    square = REACH * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1.0]])
    heights, corners = square @ w + b, []
    for n in range(4):
        here, there = square[n], square[(n + 1) % 4]
        up, next_up = heights[n], heights[(n + 1) % 4]
        if up > 0:
            corners.append(here)
        if (up > 0) != (next_up > 0):
            corners.append(here + (there - here) * up / (up - next_up))
    return np.array(corners) if corners else np.full((1, 2), 9 * REACH)


class Picture(Plot):
    """Left the plane with the line; right the number of wrong answers after each correction."""

    size = (8.4, 4.3)

    def build(self) -> None:
        line, ink = self.palette.line, self.palette
        self.plane, self.course = self.axes(1, 2, width_ratios=(1, 1.05))
        self.name(self.plane, "The plane of inputs", "x₁", "x₂")
        self.plane.set_aspect("equal")
        limits(self.plane, (-REACH, REACH), (-REACH, REACH))
        self.side = self.moving(self.plane.fill([0, 0, 0], [0, 0, 0], color=line.f, alpha=0.15)[0])
        self.border = self.line(self.plane, ink.ink, linewidth=2.5)
        self.arrow = self.line(self.plane, ink.ink, linewidth=2)
        self.tip = self.line(self.plane, ink.ink, marker="o", markersize=5, linestyle="none")
        self.w_name = self.text(self.plane, ink.ink, text="w", weight="bold", fontsize=13)
        self.rings = self.line(
            self.plane, ink.ink, linestyle="none", marker="o", markersize=17, fillstyle="none"
        )
        self.focus = self.line(
            self.plane, ink.ink, linestyle="none", marker="o", markersize=23, fillstyle="none"
        )
        self.yes = self.dots(self.plane, line.f, markersize=11)
        self.no = self.line(
            self.plane,
            line.peephole,
            linestyle="none",
            marker="s",
            markersize=9.5,
            markeredgecolor=ink.surface,
        )
        self.cursor = self.line(self.plane, ink.ink, markersize=9, fillstyle="none", alpha=0.6)
        self._build_course()

    def _build_course(self) -> None:
        ink = self.palette
        self.name(self.course, "Is it done?", "mistakes corrected so far", "wrong answers")
        self.course.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        limits(self.course, (0, 20), (0, 4.4))
        self.counts = self.line(self.course, ink.muted, drawstyle="steps-post", linewidth=2)
        self.here = self.dots(self.course, ink.ink, markersize=10)
        self.limit = self.line(self.course, ink.ink, linestyle=(0, (5, 3)), linewidth=1.8)
        self.limit_name = self.text(self.course, ink.ink, va="top", ha="right")

    def update(self, data: Data) -> None:
        yes = data.y > 0
        self.yes.set_data(*data.X[yes].T)
        self.no.set_data(*data.X[~yes].T)
        self.rings.set_data(*data.X[data.wrong.astype(bool)].T)
        self.focus.set_data(*(data.X[[data.focus]].T if data.focus >= 0 else ([], [])))
        self.cursor.set_data([data.cursor[0]], [data.cursor[1]])
        self.cursor.set_marker({YES: "o", NO: "s", REMOVE: "x"}[data.brush])
        self.side.set_xy(half_plane(data.w, data.b))
        length = np.linalg.norm(data.w)
        foot = -data.b * data.w / max(length, 1e-9) ** 2
        along = np.array([-data.w[1], data.w[0]]) / max(length, 1e-9)
        ends = np.stack([foot - 9 * along, foot + 9 * along]) if length else np.empty((0, 2))
        self.border.set_data(*ends.T)
        head = foot + 0.45 * data.w / max(length, 1e-9)
        self.arrow.set_data(*(np.stack([foot, head]).T if length else ([], [])))
        self.tip.set_data(*(head[:, None] if length else ([], [])))
        self.w_name.set_text("w" if length else "")
        self.w_name.set_position(tuple(head + 0.08))
        self._update_course(data)

    def _update_course(self, data: Data) -> None:
        wanted = max(len(data.counts) - 1, data.bound if data.bound <= MOST else 0, 1)
        width = next(n for n in (4, 10, 20, 40, 61) if n >= wanted)
        height = 1.15 * max(4, data.counts.max(initial=0))
        limits(self.course, (0, width), (0, height))
        self.counts.set_data(np.arange(len(data.counts)), data.counts)
        self.here.set_data([data.now], data.counts[data.now : data.now + 1])
        inside = 0 < data.bound <= width
        self.limit.set_data([data.bound] * 2 if inside else [], [0, height] if inside else [])
        left = inside and data.bound < 0.5 * width
        self.limit_name.set_ha("left" if left else "right")
        x = data.bound + (0.02 if left else -0.02) * width if inside else 0.98 * width
        self.limit_name.set_position((x, 0.97 * height))
        self.limit_name.set_text(bound_words(data.bound, inside))


def bound_words(bound: float, inside: bool) -> str:
    """Return the label of the bound."""
    if not np.isfinite(bound):
        return "no line separates them:\nit never stops"
    allowed = int(bound + 1e-9)
    return f"at most {plural(allowed, 'mistake')}{'' if inside else '  ▸'}" if allowed else ""


def read(data: Data) -> str:
    """Say where the line stands, what is wrong, and what the theorem promises."""
    if not len(data.X):
        return "There are no points yet. Click into the plane to place one."
    state = (
        f"After {plural(data.now, 'mistake')} w = ({number(data.w[0])}, {number(data.w[1])}) and "
        f"b = {number(data.b)}; {number(int(data.wrong.sum()))} of {plural(len(data.X), 'point')} "
        f"{'is' if data.wrong.sum() == 1 else 'are'} answered wrongly."
    )
    if data.focus >= 0:
        sign, (x, y) = ("+" if data.y[data.focus] > 0 else "−"), data.X[data.focus]
        state += f" The next mistake, ringed twice, changes w by {sign}({number(x)}, {number(y)})."
    if not np.isfinite(data.bound):
        return f"{state} No line separates the two kinds: the rule would go on for ever."
    allowed = plural(int(data.bound + 1e-9), "mistake")
    return f"{state} The theorem allows at most {allowed} in all."


def place(x: float, y: float, values: Values) -> Values:
    """Return the values after the brush was used at (x, y): the points become the learner's."""
    points = list(values["own"] if values["preset"] == OWN else PRESETS[values["preset"]])
    x, y = (round(float(np.clip(place, -REACH, REACH)), 2) for place in (x, y))
    if values["brush"] == REMOVE:
        points.sort(key=lambda point: (point[0] - x) ** 2 + (point[1] - y) ** 2)
        points = points[1:]
    else:
        points.append((x, y, 1 if values["brush"] == YES else -1))
    return {"own": tuple(points), "preset": OWN, "now": 0}


def clicked(click: Click, values: Values) -> Values | None:
    """Use the brush where the plane was clicked."""
    return place(click.x, click.y, values) if click.axes == 0 else None


def pressed(key: str, values: Values) -> Values:
    """Move the cursor by the arrow keys; the space bar uses the brush there."""
    x, y = values["cursor"]
    if key == " ":
        return place(x, y, values)
    dx, dy = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowDown": (0, -1)}.get(key, (0, 1))
    step = 0.1
    moved = (round(float(np.clip(at + step * d, -REACH, REACH)), 2) for at, d in ((x, dx), (y, dy)))
    return {"cursor": tuple(moved)}


def explorer() -> Explorer:
    """Return the explorer; a click into the plane places a point."""
    return Explorer(
        "The perceptron learns from its mistakes",
        compute,
        Picture,
        read,
        {
            "preset": choice("Points", "AND", (*PRESETS, OWN)),
            "brush": choice("A click places", YES, (YES, NO, REMOVE)),
            "now": player("Mistakes corrected", 0, MOST),
        },
        state={"own": (), "cursor": (0.0, 1.4)},
        on_click=clicked,
        on_key=pressed,
    )
