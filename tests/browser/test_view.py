"""An explorer in JupyterLab: picture, names, keys, clicks, themes, errors, training."""

import re
import time

import pytest

from tests.browser.lab import Lab, Page, press, reading, shown, write_notebook


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("view")
    cells = ["from tests.browser import sample", "sample.line()", "sample.nodes()"]
    write_notebook(folder / "view.ipynb", [*cells, "sample.training()"])
    with Lab(folder) as lab:
        page = Page(chromium, lab)
        page.open("view.ipynb")
        assert page.run_all() == []
        page.explorers()
        yield page
        assert page.console == []
        assert page.foreign == []


@pytest.fixture
def line(page):
    return page.tab.locator(".lc-explorer").nth(0)


@pytest.fixture
def nodes(page):
    return page.tab.locator(".lc-explorer").nth(1)


@pytest.fixture
def training(page):
    return page.tab.locator(".lc-explorer").nth(2)


def until(page, condition, what):
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end, what
        page.tab.wait_for_timeout(20)


def active(page):
    """Return the active cell and how many there are: JupyterLab must not take our keys."""
    return page.tab.evaluate(
        "() => { const book = window.jupyterapp.shell.currentWidget.content;"
        " return [book.activeCellIndex, book.widgets.length, book.mode]; }"
    )


def test_a_slider_says_its_name_its_unit_and_its_true_value(page, line):
    handle = line.locator(".noUi-handle")
    press(page, line, handle, "ArrowRight")
    until(page, lambda: reading(line) == "The slope is 0.51; 0 points.", reading(line))
    assert handle.get_attribute("aria-label") == "Slope"
    assert handle.get_attribute("aria-valuetext") == "0.51 m"
    assert line.locator(".widget-readout").get_attribute("aria-label") == "Slope, in m"
    press(page, line, handle, "ArrowLeft")


def test_the_picture_has_an_alternative_text_and_the_reading_is_live(line):
    image = line.locator(".lc-picture > img")
    assert image.get_attribute("alt") == f"A line. {reading(line)}"
    assert line.locator(".lc-reading").get_attribute("aria-live") == "polite"
    assert image.bounding_box()["width"] == pytest.approx(576, abs=1)


def test_the_last_of_many_keys_wins_and_no_picture_is_left_over(page, line):
    handle = line.locator(".noUi-handle")
    handle.focus()
    for _ in range(20):
        page.tab.keyboard.press("ArrowRight")
    until(page, lambda: "0.7;" in reading(line), "the last value is missing")
    for _ in range(20):
        page.tab.keyboard.press("ArrowLeft")
    until(page, lambda: "0.5;" in reading(line), "the last value is missing")
    assert line.locator(".lc-picture > img").count() == 1
    assert line.locator(".lc-picture > img").evaluate("image => image.complete")


def test_the_keys_of_an_explorer_are_not_the_notebooks(page, line, nodes):
    line.locator("select").focus()
    before = active(page)
    for key in ("x", "a", "b", "d", "d"):
        line.locator(".noUi-handle").focus()
        page.tab.keyboard.press(key)
    nodes.locator("[data-id='1']").focus()
    page.tab.keyboard.press("Enter")
    page.tab.wait_for_timeout(200)
    assert active(page)[1:] == before[1:]


def test_shift_enter_on_a_control_still_runs_the_cell(page, line):
    line.evaluate("node => node.classList.add('before')")
    line.locator(".noUi-handle").focus()
    page.tab.keyboard.press("Shift+Enter")
    until(page, lambda: active(page)[0] == 2, "the next cell is not chosen")
    until(page, lambda: page.tab.locator(".lc-explorer.before").count() == 0, "it did not run")
    page.explorers()
    page.tab.wait_for_timeout(800)  # JupyterLab still moves the focus to the next cell


def test_an_error_is_announced_and_the_next_move_recovers(page, line):
    field, alert = line.locator("select"), line.locator(".lc-error")
    assert alert.is_hidden()
    field.focus()
    page.tab.keyboard.press("ArrowDown")
    alert.wait_for(state="visible")
    assert alert.get_attribute("role") == "alert"
    assert "kind is 'broken', expected another." in alert.inner_text()
    page.tab.keyboard.press("ArrowDown")
    alert.wait_for(state="hidden")


def test_box_and_button_work_by_keyboard(page, line):
    press(page, line, line.locator("input[type=checkbox]"), "Space")
    until(page, lambda: reading(line).startswith("The slope is 2.5"), reading(line))
    press(page, line, line.locator(".lc-buttons button"), "Enter")
    until(page, lambda: reading(line).startswith("The slope is 0;"), reading(line))


def test_a_click_into_a_plot_arrives_at_its_place(page, line):
    image = line.locator(".lc-picture > img")
    before, box = shown(line), image.bounding_box()
    image.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    until(page, lambda: shown(line) > before, "the click is lost")
    assert "1 points" in reading(line)


def test_a_node_takes_click_enter_and_space_and_keeps_the_focus(page, nodes):
    nodes.locator("[data-id='2']").click()
    until(page, lambda: reading(nodes).startswith("Node 2 is lit"), reading(nodes))
    for node, key in (("3", "Enter"), ("1", "Space")):
        press(page, nodes, nodes.locator(f"[data-id='{node}']"), key)
        until(page, lambda node=node: reading(nodes).startswith(f"Node {node} "), reading(nodes))
        held = page.tab.evaluate("() => document.activeElement.dataset.id")
        assert held == node, "the new picture took the focus away"


def test_arrow_keys_go_where_the_explorer_wants_them(page, nodes):
    press(page, nodes, nodes.locator("[data-id='1']"), "ArrowRight")
    until(page, lambda: reading(nodes).startswith("Node 2 is lit"), reading(nodes))


def test_a_player_plays_pauses_and_steps_by_keyboard(page, nodes):
    handle, play = nodes.locator(".noUi-handle"), nodes.locator(".widget-play button").first
    handle.focus()
    assert play.get_attribute("aria-label") == "Step: play"
    page.tab.keyboard.press("Space")
    seen = set()
    until(page, lambda: seen.add(reading(nodes)) or len(seen) > 2, "it does not play")
    assert play.get_attribute("aria-label") == "Step: pause"
    page.tab.keyboard.press("Space")
    page.tab.wait_for_timeout(300)
    stopped = reading(nodes)
    page.tab.wait_for_timeout(300)
    assert reading(nodes) == stopped, "it does not pause"
    page.tab.keyboard.press("Home")
    until(page, lambda: reading(nodes).endswith("step 0."), "Home does not go back")
    press(page, nodes, nodes.locator(".lc-player > button").nth(1), "Enter")
    until(page, lambda: reading(nodes).endswith("step 1."), "no step forward")


def test_the_picture_follows_the_theme_of_the_page(page, line, nodes):
    ground = "node => getComputedStyle(node.querySelector('svg > rect')).fill"
    before = shown(line)
    page.theme("Dark")
    until(page, lambda: shown(line) > before, "the plot stays light")
    assert nodes.locator(".lc-picture").evaluate(ground) == "rgb(21, 24, 27)"
    before = shown(line)
    page.theme("Light")
    until(page, lambda: shown(line) > before, "the plot stays dark")
    assert nodes.locator(".lc-picture").evaluate(ground) == "rgb(255, 255, 255)"


def test_a_training_runs_while_the_page_answers_and_stops(page, training):
    button = training.locator(".lc-buttons button")
    button.nth(0).click()
    until(page, lambda: "(running)" in reading(training), reading(training))
    first = step(training)
    until(page, lambda: step(training) > first, "the curve does not grow")
    button.nth(1).focus()
    page.tab.keyboard.press("Enter")
    until(page, lambda: "(stopped)" in reading(training), "Stop does not stop")
    assert 0 < step(training) < 3000
    training.locator("button", has_text="Go on").wait_for()


def step(explorer):
    found = re.search(r"Update (\d+)", reading(explorer))
    return int(found.group(1)) if found else 0


def test_tab_goes_through_the_controls_in_their_order(page, line):
    line.locator(".noUi-handle").focus()
    seen = []
    for _ in range(6):
        page.tab.keyboard.press("Tab")
        seen.append(page.tab.evaluate("() => document.activeElement.tagName"))
    order = [tag for tag in seen if tag in ("SELECT", "INPUT", "BUTTON")]
    assert order[:3] == ["SELECT", "INPUT", "BUTTON"]


def test_nothing_is_cut_off_at_200_percent(page, line):
    page.tab.set_viewport_size({"width": 640, "height": 500})
    page.tab.wait_for_timeout(300)
    for selector in (".lc-title", ".lc-reading", ".lc-picture > img", ".noUi-handle", "select"):
        part, card = line.locator(selector).first.bounding_box(), line.bounding_box()
        assert part["x"] >= card["x"] - 1, selector
        assert part["x"] + part["width"] <= card["x"] + card["width"] + 1, selector
    page.tab.set_viewport_size({"width": 1280, "height": 1000})
