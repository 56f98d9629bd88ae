"""Each lesson in JupyterLab: all cells run, every control works by keyboard, nothing complains."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.lab import ROOT, Page, press, reading, shown

CONTROLS = ".widget-slider, .widget-dropdown, .widget-checkbox, .widget-text"
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def page(chromium, lab):
    page = Page(chromium, lab)
    yield page
    page.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(page, lesson):
    page.open(f"notebooks/{lesson}")
    assert page.run_all() == []
    explorers = page.explorers()
    assert len(explorers) == page.widgets(), "not every explorer of the lesson is shown"
    for explorer in explorers:
        title = explorer.locator(".lc-title").text_content().strip()
        assert_named(explorer, title)
        if explorer.locator(".lc-progress").count():
            train(page, explorer, title)
        else:
            move_all(page, explorer, title)
        assert explorer.locator(".lc-error").is_hidden(), f"{title}: an error is shown"
        assert reading(explorer).strip(), title
    assert_fits_at_200_percent(page, explorers)
    assert_accessible(page, "Light")
    assert_accessible(page, "Dark")
    assert page.console == []
    assert page.foreign == []


# What sticks out of an explorer to the left or right, or is cut off there.
CUT_OFF = """root => {
  const card = root.getBoundingClientRect();
  const parts = ".lc-title, .lc-reading, .lc-picture > *, .lc-controls > *, .noUi-handle,"
    + " button, select, input";
  return [...root.querySelectorAll(parts)].filter((part) => {
    const box = part.getBoundingClientRect();
    return box.width && (box.left < card.left - 1 || box.right > card.right + 1);
  }).map((part) => part.outerHTML.slice(0, 120));
}"""


def assert_fits_at_200_percent(page, explorers):
    """Zooming to 200 % halves the page in CSS pixels."""
    whole = page.tab.viewport_size
    page.tab.set_viewport_size({side: length // 2 for side, length in whole.items()})
    page.tab.wait_for_timeout(300)
    for explorer in explorers:
        assert explorer.evaluate(CUT_OFF) == []
    page.tab.set_viewport_size(whole)


def assert_accessible(page, theme):
    """What axe-core finds in the parts that are ours: explorers, text, source cards, hints."""
    page.theme(theme)
    ours = [[".lc-explorer"], [".jp-RenderedMarkdown"], [".jp-RenderedHTML"]]
    found = Axe().run(page.tab, {"include": ours}, {"resultTypes": ["violations"]}).response
    ran = {rule["id"] for rule in found["passes"]}
    assert {"color-contrast", "button-name", "image-alt"} <= ran, "axe did not see the explorers"
    faults = [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert faults == [], theme


def test_an_event_of_the_time_line_opens_its_demo(page):
    page.open("notebooks/03_history_and_vanishing_gradients.ipynb")
    for _ in range(6):  # the cells up to the time line
        page.tab.evaluate(
            "() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')"
        )
    explorer = page.explorers()[0]
    heading = page.tab.locator("h2", has_text="H2 · The first boom")
    explorer.locator('[data-id="section:H2"]').press("Enter")
    page.tab.wait_for_function(
        "node => Math.abs(node.getBoundingClientRect().top) < 300", arg=heading.element_handle()
    )


def assert_named(explorer, title):
    """Everything that takes the focus has a name; pictures have an alternative text."""
    for image in explorer.locator(".lc-picture > img").all():
        assert len(image.get_attribute("alt")) > 20, title
    for handle in explorer.locator(".noUi-handle").all():
        assert handle.get_attribute("aria-label"), f"{title}: a slider has no name"
        assert handle.get_attribute("aria-valuetext"), f"{title}: a slider says no value"
    for node in explorer.locator(".lc-picture [tabindex]").all():
        assert node.get_attribute("aria-label"), f"{title}: a node has no name"


def move_all(page, explorer, title):
    """Move each control; one that changes nothing gets a second chance with all sliders at the end.

    (What shifts a layer is seen only when the player has come to that stage.)
    """
    controls = explorer.locator(f".lc-controls :is({CONTROLS})").all()
    again = []
    for control in controls:
        try:
            move(page, explorer, control, title)
        except AssertionError:
            again.append(control)
    for handle in explorer.locator(".slider:not([disabled]) .noUi-handle").all() if again else ():
        handle.press("End")
    for control in again:
        page.tab.wait_for_timeout(500)
        move(page, explorer, control, title)


def move(page, explorer, control, title):
    """Move one control by keyboard: a slider changes the picture, a list at least the words."""
    handle = control.locator(".slider:not([disabled]) .noUi-handle")
    if handle.count():
        name = f"{title}: {handle.first.get_attribute('aria-label')}"
        now, top = (handle.first.get_attribute(f"aria-value{end}") for end in ("now", "max"))
        press(page, explorer, handle.first, "ArrowLeft" if now == top else "ArrowRight", name)
    elif control.locator("select:enabled").count():
        field = control.locator("select")
        last = field.evaluate("node => node.selectedIndex === node.options.length - 1")
        press(page, explorer, field, "ArrowUp" if last else "ArrowDown", f"{title}: a list", both)
    elif control.locator("input[type=checkbox]:enabled").count():
        press(page, explorer, control.locator("input"), "Space", f"{title}: a box", both)
    elif control.locator("input[type=text]:enabled").count():
        press(page, explorer, control.locator("input"), "a", f"{title}: a text", both)


def both(explorer):
    return shown(explorer), reading(explorer)


def train(page, explorer, title):
    """Start a training by keyboard, see its picture change, stop it and forget it."""
    start, stop, reset = explorer.locator(".lc-buttons button").all()[-3:]
    press(page, explorer, start, "Enter", f"{title}: Start")
    stop.focus()
    page.tab.keyboard.press("Enter")
    stop.and_(page.tab.locator(":disabled")).wait_for()
    press(page, explorer, reset, "Enter", f"{title}: Reset")
