"""Pictures: blitted as drawn at once; the background is drawn again only if it must."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lstm_core.draw import theme
from lstm_core.draw.plots import Plot, limits, round_limits, show_matrix, spread


class Waves(Plot):
    """A line with a dot, and a heat map; its limits follow the height."""

    size = (6.0, 2.5)

    def build(self):
        self.left, self.right = self.axes(1, 2)
        self.name(self.left, "wave", x="t", y="height")
        limits(self.left, (0, 10), (-1, 1))
        self.curve = self.line(self.left, self.palette.line.z)
        self.dot = self.dots(self.left, self.palette.line.error)
        self.words = self.text(self.right, self.palette.ink, x=1, y=1)
        self.map = self.heat(self.right, self.palette.diverging(), -1, 1)
        show_matrix(self.map, np.zeros((4, 10)))

    def update(self, data):
        phase, height = data
        x = np.linspace(0, 10, 100)
        y = height * np.sin(x + phase)
        limits(self.left, y=round_limits(y))
        self.curve.set_data(x, y)
        self.dot.set_data([5], [y[50]])
        self.words.set_text(f"{phase:.1f}")
        show_matrix(self.map, np.sin(np.arange(40.0).reshape(4, 10) + phase))


MOVES = [(0.0, 0.9), (1.0, 0.9), (1.0, 4.0), (2.0, 4.0), (0.0, 0.9)]


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize("colours", list(theme.PALETTES.values()), ids=theme.PALETTES)
def test_a_blitted_picture_is_the_picture_drawn_at_once(colours):
    plot = Waves(colours)
    for data in MOVES:
        assert np.array_equal(pixels(plot.png(data)), pixels(plot.direct(data)))


def test_the_way_to_a_picture_leaves_no_trace():
    plot = Waves()
    first, *_, last = (plot.png(data) for data in MOVES)
    assert first == last
    assert len({plot.png(data) for data in MOVES}) == 4


def test_the_background_is_drawn_again_only_when_limits_change(monkeypatch):
    plot = Waves()
    plot.png(MOVES[0])
    drawn = []
    draw = plot.canvas.draw
    monkeypatch.setattr(plot.canvas, "draw", lambda: (drawn.append(1), draw()))
    plot.png((0.5, 0.9))
    plot.png((0.7, 0.8))
    assert not drawn
    plot.png((0.7, 4.0))
    assert len(drawn) == 1
    plot.left.set_title("another")
    plot.png((0.7, 4.0))
    assert len(drawn) == 2


def test_bytes_are_the_same_each_time_and_hold_no_metadata():
    one, other = Waves().png(MOVES[0], 9), Waves().png(MOVES[0], 9)
    assert one == other
    assert Image.open(BytesIO(one)).info == {}
    assert Image.open(BytesIO(Waves().png(MOVES[0]))).mode == "RGB"


def test_a_kept_picture_is_half_as_large_and_looks_the_same():
    kept, live = Waves().png(MOVES[0], 9), Waves().png(MOVES[0], 1)
    assert len(kept) < len(live) / 2
    difference = np.abs(pixels(kept).astype(int) - pixels(live))
    assert difference.mean() < 0.3  # of 255


def test_size_on_the_page():
    plot = Waves()
    assert Image.open(BytesIO(plot.png(MOVES[0]))).size == (6 * 96, 2.5 * 96)
    assert Image.open(BytesIO(plot.png(MOVES[0], ratio=1.5))).size == (6 * 144, 2.5 * 144)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5])
def test_a_blitted_picture_is_exact_on_every_screen(ratio):
    plot = Waves()
    plot.png(MOVES[1], ratio=1.1)
    for data in MOVES[:3]:
        assert plot.png(data, ratio=ratio) == plot.direct(data, ratio=ratio)


def test_the_learners_settings_change_nothing():
    import matplotlib

    before = Waves().png(MOVES[0])
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.grid": False}):
        assert Waves().png(MOVES[0]) == before


def test_a_place_in_the_picture_is_a_point_of_its_axes():
    plot = Waves()
    plot.png(MOVES[0])
    box = plot.left.get_position()
    found = plot.place(box.x0 + box.width / 4, 1 - (box.y0 + box.height / 2))
    assert found.axes == 0
    assert found.x == pytest.approx(2.5)
    assert found.y == pytest.approx(0.0, abs=1e-9)
    assert plot.place(0.001, 0.001) is None
    assert plot.place(0.9, 0.5).axes == 1


def test_round_limits_hold_the_values_and_change_rarely():
    assert round_limits(np.array([0.3, -0.9])) == (-1.05, 1.05)
    assert round_limits(np.array([1.1])) == (-2.1, 2.1)
    assert round_limits(np.array([0.0]))[1] > 0
    tops = [round_limits(np.array([size]))[1] for size in np.geomspace(1e-3, 1e3, 500)]
    assert len(set(tops)) < 22
    assert (np.array(tops) >= np.geomspace(1e-3, 1e3, 500)).all()


def test_labels_are_spread_and_keep_their_order():
    found = spread(np.array([1.0, 1.0, 0.0, 5.0]), 0.5)
    order = np.sort(found)
    assert (np.diff(order) >= 0.5 - 1e-6).all()
    assert found[2] < min(found[0], found[1]) < found[3]
    assert found[3] == 5.0


def test_a_heat_map_has_one_column_for_each_step():
    plot = Waves()
    show_matrix(plot.map, np.zeros((3, 7)))
    assert tuple(plot.map.get_extent()) == (0.5, 7.5, 3.5, 0.5)
    assert plot.right.get_xlim() == (0.5, 7.5)
    assert plot.right.get_ylim() == (3.5, 0.5)


def test_nothing_is_left_with_pyplot():
    import matplotlib.pyplot as plt

    Waves().png(MOVES[0])
    assert plt.get_fignums() == []


def test_limits_hold_also_where_they_are_matplotlibs_own():
    class Unit(Plot):
        size = (2.0, 2.0)

        def build(self):
            self.ax = self.axes()
            limits(self.ax, (0, 1), (0, 1))
            self.curve = self.line(self.ax, self.palette.ink)

        def update(self, data):
            self.curve.set_data([0, data], [0, data])

    plot = Unit()
    plot.png(30.0)
    assert plot.ax.get_xlim() == plot.ax.get_ylim() == (0, 1)
