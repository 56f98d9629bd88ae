"""Small graphs: routes, their products and sums, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import graph

TWO_BY_TWO = graph.build(
    x1="input",
    x2="input",
    y1=("product", "x1", "x2"),
    y2=("sin", "x1", "x2"),
    f=("product", "y1", "y2"),
    g=("tanh", "y1", "y2"),
)
AT = {"x1": 0.7, "x2": -1.3}
OPERATIONS = sorted(graph.OPERATIONS)


def total(small, source, target, values):
    """d target/d source, the sum over all routes."""
    return sum(route.product for route in graph.routes(small, source, target, values))


def test_values_by_pencil():
    small = graph.build(a="input", b="input", s=("sum", "a", "b"), f=("square", "s"))
    values = graph.evaluate(small, {"a": 2.0, "b": 1.0})
    assert values == {"a": 2.0, "b": 1.0, "s": 3.0, "f": 9.0}
    assert graph.partials(small, values) == {("a", "s"): 1.0, ("b", "s"): 1.0, ("s", "f"): 6.0}
    assert total(small, "a", "f", values) == 6.0


@pytest.mark.parametrize("source", ["x1", "x2", "y1", "y2"])
@pytest.mark.parametrize("target", ["f", "g"])
def test_sum_over_routes_is_the_total_derivative(source, target):
    values = graph.evaluate(TWO_BY_TWO, AT)
    routes = graph.routes(TWO_BY_TWO, source, target, values)
    assert len(routes) == (2 if source.startswith("x") else 1)
    found = total(TWO_BY_TWO, source, target, values)
    assert found == pytest.approx(graph.errors(TWO_BY_TWO, target, values)[source], rel=1e-14)
    numerical = graph.numerical_derivative(TWO_BY_TWO, AT, source, target)
    assert found == pytest.approx(numerical, rel=1e-8)


@st.composite
def graphs(draw):
    """A random graph of up to eight nodes, and a value for each input."""
    nodes = {"n0": "input", "n1": "input"}
    for k in range(2, draw(st.integers(3, 8))):
        chosen = draw(st.lists(st.sampled_from(sorted(nodes)), max_size=3, unique=True))
        bounded = [name for name in OPERATIONS if name not in ("exp", "square", "product")]
        nodes[f"n{k}"] = (draw(st.sampled_from(bounded)), *chosen)
    inputs = {name: draw(st.floats(-2, 2)) for name in ("n0", "n1")}
    return graph.build(**nodes), inputs


@given(graphs())
def test_routes_errors_and_differences_agree(case):
    drawn, inputs = case
    values = graph.evaluate(drawn, inputs)
    last = drawn.nodes[-1].name
    errors = graph.errors(drawn, last, values)
    for node in drawn.nodes:
        found = total(drawn, node.name, last, values)
        assert found == pytest.approx(errors[node.name], rel=1e-12, abs=1e-12)
        numerical = graph.numerical_derivative(drawn, inputs, node.name, last)
        assert found == pytest.approx(numerical, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_its_partials(name):
    one = graph.build(a="input", b="input", c="input", f=(name, "a", "b", "c"))
    at = {"a": 0.3, "b": -0.8, "c": 1.1}
    partials = graph.partials(one, graph.evaluate(one, at))
    for source in at:
        numerical = graph.numerical_derivative(one, at, source, "f")
        assert partials[source, "f"] == pytest.approx(numerical, rel=1e-8)


@pytest.mark.parametrize(("operation", "value"), [("sum", 0.0), ("product", 1.0)])
def test_a_node_without_arrows_is_an_empty_sum_or_product(operation, value):
    lone = graph.build(a="input", f=(operation,))
    values = graph.evaluate(lone, {"a": 5.0})
    assert values["f"] == value
    assert graph.routes(lone, "a", "f", values) == ()
    assert graph.errors(lone, "f", values)["a"] == 0.0


def test_the_declared_order_does_not_matter():
    turned = graph.Graph(TWO_BY_TWO.nodes[::-1])
    assert graph.evaluate(turned, AT) == graph.evaluate(TWO_BY_TWO, AT)


def test_a_node_reaches_itself_without_an_arrow():
    values = graph.evaluate(TWO_BY_TWO, AT)
    (route,) = graph.routes(TWO_BY_TWO, "f", "f", values)
    assert (route.nodes, route.factors, route.product) == (("f",), (), 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sum", 0.75),
        ("product", 0.125),
        ("square", 0.5625),
        ("sin", np.sin(0.75)),
        ("exp", np.exp(0.75)),
        ("tanh", np.tanh(0.75)),
        ("sigmoid", 1 / (1 + np.exp(-0.75))),
    ],
)
def test_every_operation_has_its_value(name, value):
    one = graph.build(a="input", b="input", f=(name, "a", "b"))
    values = graph.evaluate(one, {"a": 0.5, "b": 0.25})
    assert values["f"] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: graph.routes(TWO_BY_TWO, "q", "f", {}), "source"),
        (lambda: graph.routes(TWO_BY_TWO, "x1", "q", {}), "target"),
        (lambda: graph.errors(TWO_BY_TWO, "q", {}), "target"),
        (lambda: graph.numerical_derivative(TWO_BY_TWO, AT, "q", "f"), "source"),
        (lambda: graph.numerical_derivative(TWO_BY_TWO, AT, "x1", "q"), "target"),
    ],
)
def test_nodes_that_are_not_there_are_named(call, argument):
    with pytest.raises(ValueError, match=f"^{argument} is 'q', expected one of f, g, x1, x2, y1"):
        call()
    with pytest.raises(TypeError, match="graph is a dict, expected Graph"):
        graph.errors({}, "f", {})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: graph.build(a=("sum", "b"), b=("sin", "a")), "cycle: (a → b → a|b → a → b)$"),
        (lambda: graph.build(a=("sum", "a")), "cycle: a → a$"),
        (lambda: graph.build(a="input", f=("sum", "a", "a")), "the arrow a → f is given twice"),
        (lambda: graph.build(a="input", f=("input", "a")), "node f is an input, no arrow can lead"),
        (lambda: graph.build(a=("sum", "b")), "argument of a is 'b'"),
        (lambda: graph.build(a=("cube",)), "operation of a is 'cube'"),
        (lambda: graph.Graph(TWO_BY_TWO.nodes[:1] * 2), "x1 is given twice"),
        (
            lambda: graph.evaluate(TWO_BY_TWO, {"x1": 1.0}),
            r"inputs are \['x1'\], expected \['x1', ",
        ),
        (lambda: graph.evaluate(TWO_BY_TWO, AT | {"x1": np.nan}), "x1 is nan"),
        (lambda: graph.evaluate(graph.build(a="input", f=("exp", "a")), {"a": 1e4}), "f is inf"),
        (
            lambda: graph.evaluate(
                graph.build(a="input", b="input", f=("sin", "a", "b")), {"a": 1e308, "b": 1e308}
            ),
            "f is nan",
        ),
        (
            lambda: graph.evaluate(
                graph.build(**dict.fromkeys("fbdace", "input")), {"z": 1, "a": 1}
            ),
            r"inputs are \['a', 'z'\], expected \['a', 'b', 'c', 'd', 'e', 'f'\]",
        ),
        (lambda: graph.numerical_derivative(TWO_BY_TWO, AT, "x1", "f", 0.0), "epsilon is 0"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
