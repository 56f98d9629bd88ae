"""The picture of the block: every arrow is there, nothing overlaps, it shows what it is told."""

import math
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from lstm_core import cells, variants
from lstm_core.cells import LSTM, RNN
from lstm_core.draw import block, block_parts, block_wires, svg
from lstm_core.draw.block_parts import Look
from lstm_core.notation import step_name
from lstm_core.routes import terms_at
from lstm_core.variants import VARIANTS

LAYOUTS = ("circuit", "odyssey")
SVG = "{http://www.w3.org/2000/svg}"
CELLS = [(), *((name,) for name in VARIANTS), ("coupled_gates", "no_peepholes", "no_output_gate")]


def case(rng, H=2, T=5, cell=LSTM):
    params = cells.init(cell, 2, H, rng)
    run = cells.forward(cell, params, rng.standard_normal((T, 2)), c0=rng.standard_normal(H))
    return run, cells.backward(run, dy=rng.standard_normal((T, H)))


def plan(layout, steps=1, lines=0.0, names=(), t=0):
    called = [step_name(n) for n in range(-1, steps + 1)]
    return block.LAYOUTS[layout](variants.lstm(*names), steps, t, lines, called)


def parsed(picture):
    """Return {data-id: elements}, having parsed the picture as XML."""
    found = {}
    for element in ElementTree.fromstring(picture).iter():
        if id_ := element.get("data-id"):
            found.setdefault(id_, []).append(element)
    return found


def box_of(spot, margin=0.0):
    """Return left, top, right, bottom."""
    return (
        spot.x - spot.width / 2 - margin,
        spot.y - spot.height / 2 - margin,
        spot.x + spot.width / 2 + margin,
        spot.y + spot.height / 2 + margin,
    )


def box_of_text(text):
    """Return a box around a text in DejaVu, the widest of the fonts that may draw it."""
    size, pieces = float(text.get("font-size")), list(text) or [text]
    family = "DejaVu Serif" if text.get("font-family") else "DejaVu Sans"
    end = width = 0.0
    for piece in pieces:
        style = "italic" if piece.get("font-style") else "normal"
        font = FontProperties(family=family, style=style, size=float(piece.get("font-size", size)))
        end += float(piece.get("dx", 0))
        end += text_to_path.get_text_width_height_descent(piece.text, font, False)[0]
        width = max(width, end)
    left = (
        float(text.get("x"))
        - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
    )
    y, above = float(text.get("y")), any(float(piece.get("dy", 0)) < 0 for piece in pieces)
    return left, y - (1.15 if above else 0.65) * size, left + width, y


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def stretches(wire, margin=0.0):
    """Return the boxes of the straight stretches of a wire's own part."""
    points = wire.points[slice(*wire.own)]
    for (x0, y0), (x1, y1) in pairwise(points):
        m = margin + wire.line / 2
        yield min(x0, x1) - m, min(y0, y1) - m, max(x0, x1) + m, max(y0, y1) + m


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("names", CELLS, ids=str)
def test_every_node_and_arrow_is_drawn(layout, names):
    cell = variants.lstm(*names)
    found = parsed(block.draw(cell, layout=layout, steps=2, t=3))
    for t in (3, 4):
        assert {f"{name}@{t}" for name in cell.table} <= set(found)
        arrows = [arrow for arrow in cell.arrows if arrow.source not in cell.shapes]
        assert {block.wire(arrow, t) for arrow in arrows} <= set(found)
    for id_, elements in found.items():
        assert len(elements) == 1 or id_.startswith("wire:x@"), f"{id_} stands twice"
        assert block.part(id_).t in (3, 4)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("names", CELLS, ids=str)
def test_nothing_overlaps(rng, layout, steps, names):
    run, _ = case(rng, cell=variants.lstm(*names))
    root = ElementTree.fromstring(block.draw(run=run, layout=layout, steps=steps))
    drawn = plan(layout, steps, lines=2.0 if steps < 3 else 0.0, names=names)
    for one, other in combinations(drawn.spots, 2):
        assert not overlap(box_of(one, 1), box_of(other, 1)), f"{one.id} and {other.id}"
    texts = [("".join(text.itertext()), box_of_text(text)) for text in root.iter(f"{SVG}text")]
    boxes = [(spot.id, box_of(spot)) for spot in drawn.spots]
    free = [(name, box) for name, box in texts if not within(box, boxes)]
    assert len(free) >= len(drawn.texts)
    for (name, one), (second, other) in combinations(free, 2):
        assert not overlap(one, other), f"{name} at {one} and {second} at {other}"
    for name, box in free:
        for id_, node in boxes:
            assert not overlap(box, node), f"{name} lies on {id_}, or is too wide for it"
        for wire in drawn.wires:
            for stretch in stretches(wire):
                assert not overlap(box, stretch), f"{name} at {box} lies on {wire.id} {stretch}"


def within(box, nodes):
    """Return whether a box lies in one of these nodes from side to side."""
    return any(
        left <= box[0] and box[2] <= right and top <= box[3] <= bottom
        for _, (left, top, right, bottom) in nodes
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("names", CELLS, ids=str)
def test_wires_go_round_the_nodes(layout, names):
    drawn = plan(layout, 2, lines=1.0, names=names)
    for wire in drawn.wires:
        for (x0, y0), (x1, y1) in pairwise(wire.points):
            assert x0 == x1 or y0 == y1, f"{wire.id} is not straight"
        for spot in drawn.spots:
            inside = box_of(spot, -1.5)
            for (x0, y0), (x1, y1) in pairwise(wire.points):
                way = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                assert not overlap(inside, way), f"{wire.id} runs through {spot.id}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_two_wires_of_different_origin_run_on_each_other(layout):
    drawn = plan(layout, 2, lines=1.0)
    for one, other in combinations(drawn.wires, 2):
        joined = {"c_prev-c", "f-c", "i-c", "z-c", "zi", "c_prev"}, {"tanh_c-y", "o-y"}
        pair = {block.part(one.id).name, block.part(other.id).name}
        if one.net == other.net or any(pair <= group for group in joined):
            continue
        for a in stretches(one, -0.4):
            for b in stretches(other, -0.4):
                width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
                assert min(width, height) <= 0 or max(width, height) < 14, f"{one.id}, {other.id}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_where_wires_cross_one_takes_a_bridge(layout):
    crossings = block_wires.crossings(plan(layout, 2).wires)
    assert crossings
    arcs = re.findall(r"A6 6 0 0 [01] (\S+ [\d.]+)", block.draw(layout=layout, steps=2))
    for _, x, y in crossings:
        ends = {svg.at(x, y + side * block_wires.BRIDGE) for side in (-1, 1)}
        assert ends & set(arcs), f"no bridge at {x}, {y}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_arrows_end_at_the_edge_of_a_sign(layout):
    drawn, found = plan(layout), parsed(block.draw(layout=layout))
    middles = [(sign.x, sign.y) for sign in drawn.signs]
    ending = [wire for wire in drawn.wires if wire.stop]
    assert {"wire:f-c@0", "wire:i-c@0", "wire:o-y@0"} <= {wire.id for wire in ending}
    for wire in ending:
        corners = found[wire.id][0].find(f".//{SVG}polygon").get("points")
        tip = [float(number) for number in corners.split()[0].split(",")]
        near = min(math.dist(tip, middle) for middle in middles)
        assert near == pytest.approx(block_parts.SIGN, abs=0.02), wire.id


def test_a_dot_stands_where_wires_of_one_origin_part():
    wires = plan("circuit").wires
    dots = block_wires.junctions(wires, Look())
    assert len(dots) == 4 + 4 + 1 + 1  # x and y to each sum, the old c to its peepholes, c to tanh
    assert sum("--lc-peephole" in dot for dot in dots) == 1
    assert block_wires.junctions(wires, Look(backward={"c@0": 1.0})) == []


@pytest.mark.parametrize("layout", [*LAYOUTS, "box"])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_text_is_legible_at_the_width_of_a_notebook(rng, layout, steps):
    run, _ = case(rng, H=1)
    root = ElementTree.fromstring(block.draw(run=run, layout=layout, steps=steps))
    width = float(root.get("width"))
    assert width <= 861
    for text in root.iter(f"{SVG}text"):
        assert float(text.get("font-size")) >= 13


def test_small_numbers_are_as_large_as_others_where_they_fit():
    run, _ = case(np.random.default_rng(0), H=1)
    errors = {"f": np.array([[4e-4], [-4e-4]]), "o": np.array([[0.25], [-0.25]])}
    texts = ElementTree.fromstring(block.draw(run=run, steps=2, errors=errors)).iter(f"{SVG}text")
    sizes = {text.text: float(text.get("font-size")) for text in texts if text.text}
    assert sizes["4e−4"] == sizes["0.25"] == sizes["−0.25"] == 13
    assert 11 < sizes["−4e−4"] < 13


def test_numbers_stand_in_the_nodes(rng):
    run, gradients = case(rng, H=1)
    forward = parsed(block.draw(run=run, t=2))
    assert block_parts.short(float(run.values["f"][2, 0])) in "".join(forward["f@2"][0].itertext())
    error = parsed(block.draw(run=run, t=2, errors=gradients.errors))
    shown = "".join(error["f@2"][0].itertext())
    assert block_parts.short(float(gradients.errors["f"][2, 0])) in shown
    many, _ = case(rng, H=5)
    strip = parsed(block.draw(run=many))["c@0"][0]
    assert len(list(strip.iter(f"{SVG}rect"))) == 1 + 5 + 1


def test_titles_tell_equation_and_number(rng):
    run, _ = case(rng, H=1)
    found = parsed(block.draw(run=run, steps=2, t=1, numbered=True))
    term = run.params["p_for"] * run.values["c"][1]
    assert found["wire:c_prev-f_bar@2"][0].find(f"{SVG}title").text == (
        f"c^(2) to f̄^(3), as p_for ⊙ c^(2) = {block_parts.short(term.item())}"
    )
    value = block_parts.short(run.values["c"][2].item())
    title = found["c@2"][0].find(f"{SVG}title").text
    assert title == f"cell: c^(3) = z^(3) ⊙ i^(3) + c^(2) ⊙ f^(3): {value}"


def test_the_tab_key_goes_from_node_to_node():
    for id_, elements in parsed(block.draw(steps=2)).items():
        for element in elements:
            assert element.find(f"{SVG}title").text
            node = block.part(id_).kind == "node"
            assert element.get("tabindex") == ("0" if node else None)
            assert bool(element.get("aria-label")) == node
    assert "tabindex" not in block.draw(clickable=False)


def test_a_step_of_the_player_lights_its_parts(rng):
    run, _ = case(rng, H=1)
    order = block.order(LSTM)
    assert [name for name, _ in order] == list(LSTM.table)
    parts = block.parts(LSTM, "f_bar", 0)
    arrows = {"wire:x-f_bar@0", "wire:y_prev-f_bar@0", "wire:c_prev-f_bar@0"}
    assert parts == {"f_bar@0", "wire:x@0", "wire:y_prev@0", "wire:c_prev@0"} | arrows
    known = block.known_after(LSTM, order[:3])
    found = parsed(block.draw(run=run, known=known, lit=parts))
    assert 'stroke-width="3.5"' in ElementTree.tostring(found["f_bar@0"][0], encoding="unicode")
    assert block_parts.short(run.values["f_bar"][0].item()) in "".join(
        found["f_bar@0"][0].itertext()
    )
    unknown = "".join(found["y@0"][0].itertext())
    assert block_parts.short(run.values["y"][0].item()) not in unknown
    assert block.known_after(LSTM, block.order(LSTM)) >= set(found) - {"wire:c_next@0"}


def widths(picture, id_):
    element = parsed(picture)[id_][0]
    paths = [path for path in element.iter(f"{SVG}path") if path.get("stroke") != "transparent"]
    return [(path.get("stroke", ""), float(path.get("stroke-width"))) for path in paths]


def test_errors_flow_back_in_purple_as_wide_as_they_are(rng):
    run, gradients = case(rng)
    found = terms_at(run, gradients, "c", 1)
    sizes = block.sizes(found, 1)
    largest = max(found, key=lambda term: np.linalg.norm(term.value))
    least = min(found, key=lambda term: np.linalg.norm(term.value))
    picture = block.draw(run=run, steps=2, t=1, backward=sizes)
    ids = [block.wire(term.arrows[0], 1 + term.arrows[0].back) for term in (largest, least)]
    (wide,), (thin,) = (widths(picture, id_) for id_ in ids)
    assert "--lc-error" in wide[0]
    assert "--lc-error" in thin[0]
    assert wide[1] > thin[1]
    assert "--lc-error" not in widths(picture, "wire:x-z_bar@1")[0][0]
    forward = block.draw(run=run, steps=2, t=1)

    def start(drawn):
        path = next(iter(parsed(drawn)["wire:c-o_bar@1"][0].iter(f"{SVG}path")))
        return path.get("d").split("L")[0].split("Q")[0]

    assert start(picture) != start(forward)


def test_the_use_of_a_parameter_lights_the_wire_it_meets(rng):
    run, gradients = case(rng)
    used = block.sizes(terms_at(run, gradients, "R_in", 2), 2)
    assert set(used) == {"i_bar@2", "wire:y_prev-i_bar@2"}
    assert set(block.sizes(terms_at(run, gradients, "b_z", 2), 2)) == {"z_bar@2"}


def test_a_route_switched_off_is_crossed_out(rng):
    run, gradients = case(rng)
    found = terms_at(run, gradients, "c", 1)
    crossed = block.switched_off(found, 1, ["f_bar+1"])
    assert crossed == {"wire:c_prev-f_bar@2"}
    left = block.sizes(found, 1, ["f_bar+1"])
    assert not crossed & set(left)
    picture = block.draw(run=run, steps=2, t=1, backward=left, off=crossed)
    paths = list(parsed(picture)["wire:c_prev-f_bar@2"][0].iter(f"{SVG}path"))
    assert paths[0].get("stroke-dasharray") == "7 6"
    assert len(paths) == 3


def test_the_whole_pass_flows_on_every_wire(rng):
    run, gradients = case(rng)
    flow = block.flow(run, gradients, 1, 2)
    drawn = parsed(block.draw(run=run, steps=2, t=1, backward=flow))
    for arrow in LSTM.arrows:
        if arrow.source not in LSTM.shapes:
            assert flow[block.wire(arrow, 2)] > 0
            assert block.wire(arrow, 2) in drawn


@pytest.mark.parametrize("layout", LAYOUTS)
def test_peepholes_and_variants(layout):
    with_them, without = block.draw(layout=layout), block.draw(layout=layout, peepholes=False)
    assert "wire:c_prev-f_bar@0" in parsed(with_them)
    assert "wire:c_prev-f_bar@0" not in parsed(without)
    assert "--lc-peephole" not in without
    ghost = block.draw(variants.lstm("no_forget_gate"), layout=layout)
    assert "no forget gate: f = 1" in ghost
    assert "f@0" not in parsed(ghost)


def test_the_same_picture_twice_and_no_stranger_in_it(rng):
    run, _ = case(rng)
    one = block.draw(run=run, steps=2)
    assert one == block.draw(run=run, steps=2)
    assert "nan" not in one
    assert "<script" not in one


def test_what_is_refused(rng):
    run, _ = case(rng)
    with pytest.raises(ValueError, match="layout is 'round', expected one of box, circuit"):
        block.draw(layout="round")
    with pytest.raises(ValueError, match="cell simple RNN has no c, expected an LSTM"):
        block.draw(RNN)
    with pytest.raises(ValueError, match=r"t \+ steps is 6, expected at most T = 5"):
        block.draw(run=run, t=4, steps=2)
    with pytest.raises(ValueError, match="id is 'f', expected something like"):
        block.part("f")
