"""Pages a reader opens: links lead somewhere, pictures have words, references are all listed."""

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from lstm_core.explorers import ALL
from lstm_core.explorers.time_line import EVENTS
from tests.notebooks.lessons import LESSONS, ROWS, cells

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("benchmarks/*.md")])
PICTURES = sorted((DOCS / "pictures").iterdir())
EVERY_ROW = [row.lstrip("▶") for rows in ROWS.values() for row in rows.split()]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())


def prose(page):
    """Return the text of a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def targets(text):
    """Return what a Markdown text links to or shows, on this side of the network."""
    found = re.findall(r"\]\(([^)\s]+)[^)]*\)", text)
    found += re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.M)
    found += re.findall(r'(?:href|src|srcset)="([^"\s]+)"', text)
    return [unquote(target) for target in found if not re.match(r"[a-z]+:", target)]


def anchors(path):
    """Return the names by which the headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def leads_somewhere(target, place):
    """Tell whether a relative link, seen from a folder, meets a file and a heading of it."""
    name, _, heading = target.partition("#")
    path = (place / name).resolve() if name else None
    if path is not None and not path.exists():
        return False
    return not heading or path is None or path.suffix != ".md" or heading in anchors(path)


@each_page
def test_links_of_pages_lead_somewhere(page):
    lost = [t for t in targets(prose(page)) if not leads_somewhere(t, page.parent)]
    assert not lost


@each_page
def test_every_short_link_is_defined(page):
    text = prose(page)
    defined = set(re.findall(r"^\[([^\]]+)\]: ", text, re.M))
    assert set(re.findall(r"\]\[([^\]]+)\]", text)) <= defined


@pytest.mark.parametrize("lesson", LESSONS)
def test_links_of_lessons_lead_somewhere(lesson):
    text = "\n".join(cell.source for cell in cells(lesson, "markdown"))
    folder = ROOT / "notebooks"
    lost = [t for t in targets(text) if not leads_somewhere(t, folder)]
    assert not lost


def test_the_readme_leads_to_every_page_and_every_lesson():
    linked = {(ROOT / target).resolve() for target in targets(prose(ROOT / "README.md"))}
    wanted = {*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md"}
    wanted |= {ROOT / "notebooks" / f"{lesson}.ipynb" for lesson in LESSONS}
    assert wanted <= linked


@each_page
def test_every_picture_on_a_page_has_words(page):
    text = prose(page)
    for image in re.findall(r"<img [^>]*>", text):
        words = re.search(r'alt="([^"]*)"', image)
        assert words, image
        assert len(words[1]) > 40, "say what the picture shows"
    assert not re.search(r"!\[\]\(", text)


def test_pictures_are_small_and_shown_in_both_themes():
    shown = {Path(target).name for target in targets(prose(ROOT / "README.md"))}
    assert {path.name for path in PICTURES} <= shown, "a picture that no one sees"
    for path in PICTURES:
        assert path.stat().st_size < 600_000
        assert path.with_name(path.name.replace("-light", "-dark")).exists()


def test_what_moves_has_a_still_for_those_who_want_no_motion():
    text = prose(ROOT / "README.md")
    blocks = re.findall(r"<picture>.*?</picture>", text, re.S)
    moving = [block for block in blocks if ".gif" in block]
    assert moving
    assert all(block.count("prefers-reduced-motion: reduce") == 2 for block in moving)


# References ---------------------------------------------------------------------------------------


def plain(text):
    """Return a text in small letters without marks and line breaks, for comparing titles."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())


def entries():
    """Return the entries of docs/references.md as one line each."""
    text = (DOCS / "references.md").read_text(encoding="utf-8")
    return [" ".join(entry.split()) for entry in re.split(r"^- ", text, flags=re.M)[1:]]


LISTED = [(entry, plain(entry)) for entry in entries()]


def listed(words, year):
    """Tell whether one entry has these words, whole, and the year."""
    return any(f" {plain(words)} " in f" {entry} " and year in entry for _, entry in LISTED)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_of_the_time_line_is_in_the_references(event):
    for reference in event.reference.split("; "):
        who_and_title, year = re.fullmatch(r"(.*) \((\d{4})\)", reference).groups()
        titles = [who_and_title.split(", ", n)[-1] for n in range(1, 6)]
        assert any(listed(title, year) for title in titles), reference


def cited(text):
    """Yield (title, year) of every title in italics before a year, as lessons cite."""
    text = " ".join(text.split())
    for title, between, year in re.findall(r"\*([A-Z0-9][^*]{6,}?)\*([^*.;|]{0,30}?)(\d{4})", text):
        if not re.search(r"\w{4}", between):
            yield title, year
    for title, year in re.findall(r"\*([A-Z0-9][^*]{6,}?)\* \| *(\d{4})", text):
        yield title, year


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_title_that_a_lesson_cites_is_in_the_references(lesson):
    found = {pair for cell in cells(lesson, "markdown") for pair in cited(cell.source)}
    assert found
    missing = {(title, year) for title, year in found if not listed(title, year)}
    assert not missing


def named(text):
    """Yield (surname, year) of citations such as (Elman, 1990) and "Glorot and Bengio, 2010"."""
    who = r"([A-Z][\w'’-]+)(?:(?:,| and| et) (?:[A-Z][\w'’-]+|al\.|others))*"
    yield from re.findall(who + r",? \(?((?:1[89]|20)\d\d)\)", " ".join(text.split()))


def test_every_name_with_a_year_is_in_the_references():
    sources = {name: "\n".join(c.source for c in cells(name, "markdown")) for name in LESSONS}
    for path in (ROOT / "lstm_core").rglob("*.py"):
        sources[path.name] = path.read_text(encoding="utf-8")
    wanted = {(who, year, at) for at, text in sources.items() for who, year in named(text)}
    people = {(who, year) for who, year, _ in wanted}
    assert ("Elman", "1990") in people
    missing = {(w, y, at) for w, y, at in wanted if w != "CTC" and not listed(w, y)}
    assert not missing


@pytest.mark.parametrize("entry", [e for e, _ in LISTED], ids=lambda entry: entry[:40])
def test_a_reference_says_where_it_is_cited(entry):
    years, where = re.findall(r"\((\d{4})\)\. \*", entry), re.search(r"\(([^()]*)\)$", entry)[1]
    assert len(years) == 1
    surname = re.match(r"[\w-]+", entry)[0]
    for place in where.split(", "):
        if place in EVERY_ROW:
            assert surname in section(place) or (place == "H1" and in_time_line(entry))
        elif place != "all lessons":
            path = ROOT / "lstm_core" / (place.strip("`").replace(".", "/") + ".py")
            assert surname in path.read_text(encoding="utf-8")


def section(row):
    """Return all text between the heading of a row and the next."""
    whole = "\n".join(c.source for name in LESSONS for c in cells(name))
    return whole.split(f"## {row} ·", 1)[-1].split("\n## ", 1)[0]


def in_time_line(entry):
    """Tell whether the time line cites a reference."""
    title = plain(re.search(r"\*([^*]+)\*", entry)[1])
    return any(title in plain(event.reference) for event in EVENTS)


# Places where lessons run -------------------------------------------------------------------------


def test_in_colab_an_explorer_says_who_shows_its_view(monkeypatch):
    asked = []
    widgets = SimpleNamespace(_installed_url="https://manager.example/manager.js")
    colab = SimpleNamespace(
        enable_custom_widget_manager=lambda: asked.append("enabled"), _widgets=widgets
    )
    at_home = ALL["activation"]()._repr_mimebundle_()[1]
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    there = ALL["activation"]()._repr_mimebundle_()[1]
    assert asked == ["enabled"]
    assert "manager.example" in json.dumps(there)
    assert "colab" not in json.dumps(at_home)
