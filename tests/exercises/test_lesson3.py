"""The solutions of lesson 3 against the package, and answers that deserve a fair hearing."""

import numpy as np
import pytest

from lstm_core import dense, jacobians, perceptron, rnn, wireframe
from lstm_core.exercises import ALL, frame, lesson3, lesson3_time


def test_the_learning_rule_is_that_of_the_package():
    rng = np.random.default_rng(0)
    for _ in range(30):
        w, b, x, y = *rng.standard_normal(2), rng.standard_normal(2), int(rng.choice([-1, 1]))
        w = np.array([w, 1.0])
        mine = lesson3.perceptron_update(w, b, x, y)
        theirs = perceptron.update(w, b, x, y)
        np.testing.assert_array_equal(mine[0], theirs[0])
        assert mine[1] == theirs[1]


def test_the_inputs_show_all_three_cases():
    cases = set()
    for n in range(frame.TRIALS):
        w, b, x, y = ALL["perceptron_update"].inputs(np.random.default_rng([frame.SEED, n]))
        cases.add((y, bool(perceptron.answer(w, b, x) == y)))
    assert {(1, False), (-1, False)} < cases, "a missed yes, a wrong yes, and a right answer"


def test_another_net_for_xor_is_right_too():
    def with_nand(X):  # NAND and OR, joined by AND
        h = np.where(X @ np.array([[-1.0, 1.0], [-1.0, 1.0]]) + 1.0 > 0, 1.0, -1.0)
        return np.where(h.sum(1) - 1 > 0, 1.0, -1.0)

    assert ALL["xor_net"].check(with_nand).ok


def test_error_sizes_are_those_of_dense():
    rng = np.random.default_rng(0)
    params = dense.init([3, 5, 4, 6, 2], rng)
    run = dense.forward(params, rng.standard_normal(3), "tanh")
    do = rng.standard_normal(2)
    sizes = [np.linalg.norm(dh) for dh in dense.backward(params, run, do).dh]
    np.testing.assert_allclose(lesson3.error_sizes(params.W, run.a, do), sizes)


def test_the_spread_of_relu_is_he_s():
    net = dense.init([200, 300], np.random.default_rng(0), kind="he")
    assert net.W[0].std() == pytest.approx(lesson3.relu_spread(200), rel=0.02)


def test_the_product_is_that_of_the_package_and_within_the_bound():
    rng = np.random.default_rng(0)
    params = rnn.init(2, 4, 1, rng)
    run = rnn.forward(params, rng.standard_normal((6, 2)), f="identity")
    theirs = jacobians.product(jacobians.rnn_jacobians(params, run), 6, 2)
    mine = lesson3_time.jacobian_product(params.W, run.a[2:])
    np.testing.assert_allclose(mine, theirs, atol=1e-14)
    assert np.linalg.norm(mine, 2) <= lesson3_time.gradient_bound(params.W, 1.0, 4)


def test_the_screen_is_that_of_the_package():
    matrix = wireframe.perspective(50) @ wireframe.shift(0, 0, -4)
    points = wireframe.icosahedron().points
    mine, theirs = lesson3.on_screen(matrix, points), wireframe.project(matrix, points)
    np.testing.assert_allclose(mine, theirs[:, :2])


@pytest.mark.parametrize(
    ("radius", "largest", "g", "letter"),
    [
        (0.9, 0.9, "tanh", "A"),
        (0.9, 1.8, "tanh", "B"),
        (3, 3, "sigmoid", "C"),
        (1.4, 1.5, "tanh", "D"),
        (1.1, 3, "identity", "E"),
    ],
)
def test_what_follows_follows(radius, largest, g, letter):
    steepest = {"tanh": 1.0, "sigmoid": 0.25, "identity": 1.0}[g]
    expected = lesson3_time.VANISH if largest * steepest < 1 else lesson3_time.OPEN
    if g == "identity" and radius > 1:
        expected = lesson3_time.EXPLODE
    assert lesson3_time.FATES[letter] == expected
    assert radius <= largest  # the spectral radius never exceeds the largest singular value
