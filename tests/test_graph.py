"""Small graphs: routes, their products and sums, editing, and what is refused."""

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


def test_values_by_pencil():
    small = graph.build(a="input", b="input", s=("sum", "a", "b"), f=("square", "s"))
    values = graph.evaluate(small, {"a": 2.0, "b": 1.0})
    assert values == {"a": 2.0, "b": 1.0, "s": 3.0, "f": 9.0}
    assert graph.partials(small, values) == {("a", "s"): 1.0, ("b", "s"): 1.0, ("s", "f"): 6.0}
    assert graph.total_derivative(small, "a", "f", values) == 6.0


@pytest.mark.parametrize("source", ["x1", "x2", "y1", "y2"])
@pytest.mark.parametrize("target", ["f", "g"])
def test_sum_over_routes_is_the_total_derivative(source, target):
    values = graph.evaluate(TWO_BY_TWO, AT)
    found = graph.routes(TWO_BY_TWO, source, target, values)
    assert len(found) == (2 if source.startswith("x") else 1)
    total = sum(route.product for route in found)
    assert total == pytest.approx(graph.total_derivative(TWO_BY_TWO, source, target, values))
    assert total == pytest.approx(graph.errors(TWO_BY_TWO, target, values)[source], rel=1e-14)
    numerical = graph.numerical_derivative(TWO_BY_TWO, AT, source, target)
    assert total == pytest.approx(numerical, rel=1e-8)


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
        total = graph.total_derivative(drawn, node.name, last, values)
        assert total == pytest.approx(errors[node.name], rel=1e-12, abs=1e-12)
        numerical = graph.numerical_derivative(drawn, inputs, node.name, last)
        assert total == pytest.approx(numerical, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_its_partials(name):
    one = graph.build(a="input", b="input", c="input", f=(name, "a", "b", "c"))
    at = {"a": 0.3, "b": -0.8, "c": 1.1}
    partials = graph.partials(one, graph.evaluate(one, at))
    for source in at:
        numerical = graph.numerical_derivative(one, at, source, "f")
        assert partials[source, "f"] == pytest.approx(numerical, rel=1e-8)


def test_editing_leaves_the_old_graph_and_changes_the_routes():
    more = graph.add_arrow(TWO_BY_TWO, "x1", "f")
    assert ("x1", "f") in graph.arrows(more)
    assert ("x1", "f") not in graph.arrows(TWO_BY_TWO)
    values = graph.evaluate(more, AT)
    assert len(graph.routes(more, "x1", "f", values)) == 3
    assert graph.remove_arrow(more, "x1", "f") == TWO_BY_TWO


def test_a_node_without_arrows_is_an_empty_sum_or_product():
    lone = graph.remove_arrow(graph.build(a="input", f=("product", "a")), "a", "f")
    values = graph.evaluate(lone, {"a": 5.0})
    assert values["f"] == 1.0
    assert graph.routes(lone, "a", "f", values) == ()
    assert graph.total_derivative(lone, "a", "f", values) == 0.0
    assert graph.equation(lone, "f") == "f = 1"


def test_the_declared_order_does_not_matter():
    turned = graph.Graph(TWO_BY_TWO.nodes[::-1])
    assert graph.evaluate(turned, AT) == graph.evaluate(TWO_BY_TWO, AT)


def test_formulas():
    assert graph.equation(TWO_BY_TWO, "y2") == r"y_{2} = \sin(x_{1} + x_{2})"
    assert graph.equation(TWO_BY_TWO, "f") == r"f = y_{1} \cdot y_{2}"
    route = graph.routes(TWO_BY_TWO, "x1", "f", graph.evaluate(TWO_BY_TWO, AT))[0]
    assert graph.route_tex(route) == (
        r"\frac{\partial f}{\partial y_{1}} \cdot \frac{\partial y_{1}}{\partial x_{1}}"
    )


@pytest.mark.parametrize(
    ("name", "tex", "value"),
    [
        ("sum", "a + b_{12}", 0.75),
        ("product", r"a \cdot b_{12}", 0.125),
        ("square", "(a + b_{12})^2", 0.5625),
        ("sin", r"\sin(a + b_{12})", np.sin(0.75)),
        ("exp", r"\exp(a + b_{12})", np.exp(0.75)),
        ("tanh", r"\tanh(a + b_{12})", np.tanh(0.75)),
        ("sigmoid", r"\sigma(a + b_{12})", 1 / (1 + np.exp(-0.75))),
    ],
)
def test_every_operation_has_its_formula_and_value(name, tex, value):
    one = graph.build(a="input", b12="input", f=(name, "a", "b12"))
    assert graph.equation(one, "f") == f"f = {tex}"
    assert graph.equation(one, "a") == "a"
    assert graph.equation(graph.build(f=("sum",)), "f") == "f = 0"
    values = graph.evaluate(one, {"a": 0.5, "b12": 0.25})
    assert values["f"] == pytest.approx(value, rel=1e-15)
    (route,) = graph.routes(one, "f", "f", values)
    assert graph.route_tex(route) == "1"


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: graph.add_arrow(TWO_BY_TWO, "x1", "q"), "target"),
        (lambda: graph.remove_arrow(TWO_BY_TWO, "x1", "q"), "target"),
        (lambda: graph.routes(TWO_BY_TWO, "q", "f", {}), "source"),
        (lambda: graph.routes(TWO_BY_TWO, "x1", "q", {}), "target"),
        (lambda: graph.errors(TWO_BY_TWO, "q", {}), "target"),
        (lambda: graph.numerical_derivative(TWO_BY_TWO, AT, "q", "f"), "source"),
        (lambda: graph.numerical_derivative(TWO_BY_TWO, AT, "x1", "q"), "target"),
        (lambda: graph.equation(TWO_BY_TWO, "q"), "name"),
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
        (lambda: graph.add_arrow(TWO_BY_TWO, "f", "y1"), "cycle: .*f → y1|cycle: .*y1 → f"),
        (lambda: graph.add_arrow(TWO_BY_TWO, "y1", "y1"), "cycle: y1 → y1"),
        (lambda: graph.add_arrow(TWO_BY_TWO, "y1", "f"), "arrow y1 → f is there already"),
        (lambda: graph.add_arrow(TWO_BY_TWO, "y1", "x1"), "x1 is an input"),
        (lambda: graph.add_arrow(TWO_BY_TWO, "q", "f"), "source is 'q', expected one of f, g"),
        (lambda: graph.remove_arrow(TWO_BY_TWO, "x1", "f"), "no arrow x1 → f"),
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
