"""Matrices of computer graphics, against what the eye expects."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import wireframe as wf


def point(*place):
    return np.array([[*place, 1.0]])


def test_a_quarter_turn_takes_each_axis_to_the_next():
    for axis, start, end in (("x", 1, 2), ("y", 2, 0), ("z", 0, 1)):
        turned = wf.turn(axis, 90) @ np.eye(4)[start]
        np.testing.assert_allclose(turned, np.eye(4)[end], atol=1e-12)


@given(st.floats(-360, 360), st.sampled_from("xyz"))
def test_turning_keeps_lengths_and_can_be_undone(degrees, axis):
    turn = wf.turn(axis, degrees)
    np.testing.assert_allclose(turn @ turn.T, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(turn @ wf.turn(axis, -degrees), np.eye(4), atol=1e-12)


def test_shift():
    assert (wf.shift(1, 2, 3) @ [0, 0, 0, 1]).tolist() == [1, 2, 3, 1]


def test_the_camera_stands_at_the_origin_and_looks_along_minus_z():
    eye, target = [3.0, 4.0, 5.0], [1.0, -1.0, 2.0]
    view = wf.look_at(eye, target)
    np.testing.assert_allclose(view @ [*eye, 1], [0, 0, 0, 1], atol=1e-12)
    distance = np.linalg.norm(np.subtract(eye, target))
    np.testing.assert_allclose(view @ [*target, 1], [0, 0, -distance, 1], atol=1e-12)
    up = view @ [*eye, 1] - view @ np.add([*eye, 1], [0, -1, 0, 0])
    assert up[1] > 0  # what is above in the world is above in the picture
    assert up[0] == pytest.approx(0)


def test_twice_as_far_is_half_as_large():
    P = wf.perspective(60)
    near, far = wf.project(P, point(1, 1, -2)), wf.project(P, point(1, 1, -4))
    np.testing.assert_allclose(near[0, :2], 2 * far[0, :2])


def test_the_lens_reaches_as_far_as_it_says():
    edge = np.tan(np.deg2rad(25)) * 3
    assert wf.project(wf.perspective(50), point(edge, 0, -3))[0, 0] == pytest.approx(1)
    depth = [wf.project(wf.perspective(50, 1, 9), point(0, 0, -z))[0, 2] for z in (1, 9)]
    np.testing.assert_allclose(depth, [-1, 1])


def test_what_is_behind_the_camera_is_nowhere():
    assert np.isnan(wf.project(wf.perspective(50), point(0, 0, 1))).all()


def test_one_by_one_and_all_at_once_agree():
    rng = np.random.default_rng(0)
    matrix = wf.perspective(50) @ wf.shift(0, 0, -4) @ wf.turn("y", 30)
    points = np.column_stack([rng.uniform(-1, 1, (50, 3)), np.ones(50)])
    np.testing.assert_allclose(wf.project_one(matrix, points), wf.project(matrix, points))


@pytest.mark.parametrize(
    ("model", "points", "edges", "each"),
    [
        (wf.box(1, 4, 9), 8, 12, 3),
        (wf.icosahedron(), 12, 30, 5),
        (wf.ring(6, 5), 30, 60, 4),
    ],
)
def test_models_have_their_corners_and_edges(model, points, edges, each):
    assert model.points.shape == (points, 4)
    assert (model.points[:, 3] == 1).all()
    assert len({tuple(sorted(edge)) for edge in model.edges.tolist()}) == edges
    assert np.bincount(model.edges.ravel()).tolist() == [each] * points


def test_a_box_has_its_sides():
    span = np.ptp(wf.box(1, 4, 9).points, axis=0)
    assert span.tolist() == [1, 4, 9, 0]


def test_pixels_of_a_line():
    rising = wf.rasterise([-0.75, -0.75], [0.75, 0.75], 4)
    assert set(map(tuple, rising.tolist())) == {(0, 3), (1, 2), (2, 1), (3, 0)}
    across = wf.rasterise([-2, 0.1], [2, 0.1], 4)  # off the screen at both ends
    assert set(map(tuple, across.tolist())) == {(1, 0), (1, 1), (1, 2), (1, 3)}
    for missed in ([3, 3], [4, 4]), ([-2, 0], [0, 9]), ([2, -1], [2, 1]):
        assert wf.rasterise(*missed, 8).shape == (0, 2)


def test_a_line_from_far_off_has_no_gaps():
    columns = wf.rasterise([-1000, -300], [1000, 300], 64)[:, 1]
    assert sorted(set(columns.tolist())) == list(range(64))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="axis is 'w', expected one of x, y, z"):
        wf.turn("w", 10)
    with pytest.raises(ValueError, match=r"eye is .* expected neither at the target nor above"):
        wf.look_at([0, 5, 0], [0, 1, 0])
    with pytest.raises(ValueError, match="degrees is 180, expected less than 180"):
        wf.perspective(180)
    with pytest.raises(ValueError, match=r"far is 0\.05, expected more than 0\.1"):
        wf.perspective(50, 0.1, 0.05)
    with pytest.raises(ValueError, match="pixels is 0, expected at least 1"):
        wf.rasterise([0, 0], [1, 1], 0)
    with pytest.raises(ValueError, match="through is 2, expected at least 3"):
        wf.ring(6, 2)
    with pytest.raises(ValueError, match="matrix has shape"):
        wf.project(np.eye(3), point(0, 0, -1))
