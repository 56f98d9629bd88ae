"""Distances and neighbours of digits, counted one by one."""

import numpy as np
import pytest

from lstm_core import semantics


def test_known_and_asked_images_are_apart():
    known, known_labels, asked, asked_labels = semantics.split()
    assert known.shape == (1200, 64)
    assert asked.shape == (597, 64)
    assert len(known_labels) + len(asked_labels) == 1797


def test_distances_are_lengths_of_differences():
    rng = np.random.default_rng(0)
    asked, known = rng.standard_normal((4, 3)), rng.standard_normal((5, 3))
    expected = np.linalg.norm(asked[:, None] - known[None], axis=2)
    np.testing.assert_allclose(semantics.distances(asked, known), expected, atol=1e-12)


@pytest.mark.parametrize("per_class", [1, 5])
def test_galleries_hold_as_many_of_each_digit(per_class):
    labels = semantics.split().known_labels
    for rows in semantics.galleries(per_class):
        np.testing.assert_array_equal(np.bincount(labels[rows]), [per_class] * 10)


def test_accuracy_with_all_images_is_counted_one_by_one():
    known, known_labels, asked, asked_labels = semantics.split()
    right = 0
    for x, label in zip(asked, asked_labels, strict=True):
        right += known_labels[((known - x) ** 2).sum(axis=1).argmin()] == label
    found = semantics.neighbour_accuracy(semantics.pixel_distances(), 0)
    assert found == pytest.approx(right / len(asked))


def test_training_is_the_same_every_time():
    again = semantics.trained.__wrapped__()[-1]
    np.testing.assert_array_equal(again.W[0], semantics.trained()[-1].W[0])
