"""Each lesson in JupyterLab: all cells run, every control works by keyboard, nothing complains."""

import pytest

from tests.browser.lab import ROOT, Page, press

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(chromium, lab, lesson):
    page = Page(chromium, lab)
    page.open(lesson)
    assert page.run_all() == []
    explorers = page.explorers()
    assert len(explorers) == count(page), "not every explorer of the lesson is shown"
    for explorer in explorers:
        title = explorer.locator(".lc-title").inner_text()
        assert_named(explorer, title)
        for control in explorer.locator(".lc-controls > *").all():
            move(page, explorer, control, title)
        assert explorer.locator(".lc-error").is_hidden(), f"{title}: an error is shown"
        assert explorer.locator(".lc-reading").inner_text().strip(), title
    assert page.console == []
    assert page.foreign == []
    page.tab.close()


def count(page):
    """Return how many cells of the notebook gave a live widget."""
    widget = "application/vnd.jupyter.widget-view+json"
    return sum(
        widget in output.get("data", {})
        for cell in page.notebook()["cells"]
        for output in cell.get("outputs", ())
    )


def assert_named(explorer, title):
    """Everything that takes the focus has a name; pictures have an alternative text."""
    for image in explorer.locator(".lc-picture > img").all():
        assert len(image.get_attribute("alt")) > 20, title
    for handle in explorer.locator(".noUi-handle").all():
        assert handle.get_attribute("aria-label"), f"{title}: a slider has no name"
        assert handle.get_attribute("aria-valuetext"), f"{title}: a slider says no value"
    for node in explorer.locator(".lc-picture [data-id]").all():
        assert node.get_attribute("aria-label"), f"{title}: a node has no name"


def move(page, explorer, control, title):
    """Move one control by keyboard and see the picture change."""
    handle = control.locator(".noUi-handle")
    if handle.count():
        first = handle.first
        top = first.get_attribute("aria-valuenow") == first.get_attribute("aria-valuemax")
        back, forth = ("ArrowLeft", "ArrowRight") if not top else ("ArrowRight", "ArrowLeft")
        press(page, explorer, first, forth, f"{title}: {first.get_attribute('aria-label')}")
        press(page, explorer, first, back, f"{title}: {first.get_attribute('aria-label')} back")
    elif control.locator("select").count():
        field = control.locator("select")
        last = field.evaluate("node => node.selectedIndex === node.options.length - 1")
        press(page, explorer, field, "ArrowUp" if last else "ArrowDown", f"{title}: a list")
    elif control.locator("input[type=checkbox]").count():
        press(page, explorer, control.locator("input[type=checkbox]"), "Space", f"{title}: a box")
