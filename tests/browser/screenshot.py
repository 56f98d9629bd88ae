"""Look at lessons and explorers as they are in JupyterLab, light or dark.

    python -m tests.browser.screenshot notebooks/02_simple_rnn.ipynb --out DIR [--dark]
        runs all cells; writes page-01.png, page-02.png … (the lesson, screen by screen) and
        explorer-01.png … (each explorer alone)
    python -m tests.browser.screenshot activation other_one --out DIR [--dark] [--set point=2.0]
        shows explorers by name, no notebook needed; `--set` gives values to all that have them

Further: --width 1280 (CSS pixels), --zoom 2 (browser zoom 200 %), --keys (presses the right arrow
key on each slider before the picture is taken, so that what you see has moved once).
"""

import argparse
import ast
import shutil
import tempfile
from pathlib import Path

from tests.browser.lab import ROOT, Lab, Page, browser, write_notebook


def main() -> None:
    asked = arguments()
    out = Path(asked.out)
    out.mkdir(parents=True, exist_ok=True)
    suffix = "-dark" if asked.dark else ""
    with tempfile.TemporaryDirectory() as folder:
        name = write(asked, Path(folder))
        with Lab(Path(folder), dark=asked.dark) as lab, browser() as chromium:
            width, height = round(asked.width / asked.zoom), round(1100 / asked.zoom)
            page = Page(chromium, lab, width=width, height=height, scale=asked.zoom)
            page.open(name)
            for error in page.run_all():
                print("ERROR", error)
            explorers = page.explorers()
            if asked.keys:
                press(page, explorers)
            page.tab.wait_for_timeout(500)
            for number, explorer in enumerate(explorers, 1):
                explorer.scroll_into_view_if_needed()
                page.tab.wait_for_timeout(300)  # JupyterLab shows what comes into view a bit later
                explorer.screenshot(path=out / f"explorer-{number:02d}{suffix}.png")
            if asked.what[0].endswith(".ipynb"):
                screens(page, out, suffix)
            for line in page.console + page.foreign:
                print("CONSOLE", line)
    print(f"{len(explorers)} explorers, pictures in {out}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="+", help="one notebook, or names of explorers")
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="NAME=VALUE")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--keys", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--zoom", type=float, default=1.0)
    return parser.parse_args()


def write(asked: argparse.Namespace, folder: Path) -> str:
    """Put the notebook into the folder and return its name."""
    if asked.what[0].endswith(".ipynb"):
        path = Path(asked.what[0])
        shutil.copytree(ROOT / "tests" / "golden", folder / "tests" / "golden")  # lessons read it
        (folder / "notebooks").mkdir()
        shutil.copy(path, folder / "notebooks")
        return f"notebooks/{path.name}"
    values = dict(pair.split("=", 1) for pair in asked.set)
    values = {name: literal(value) for name, value in values.items()}
    cells = [
        f"from lstm_core.explorers import ALL\n"
        f"e = ALL[{name!r}]()\n"
        f"e.set(**{{k: v for k, v in {values!r}.items() if k in e.values}})\n"
        "e"
        for name in asked.what
    ]
    write_notebook(folder / "explorers.ipynb", cells)
    return "explorers.ipynb"


def literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def press(page: Page, explorers: list) -> None:
    for explorer in explorers:
        for handle in explorer.locator(".noUi-handle").all():
            handle.focus()
            page.tab.keyboard.press("ArrowRight")
            page.tab.wait_for_timeout(200)


def screens(page: Page, out: Path, suffix: str) -> None:
    """Write the lesson screen by screen."""
    box = page.tab.locator(".jp-WindowedPanel-outer").first
    top, number = 0, 0
    while True:
        number += 1
        box.evaluate("(node, top) => { node.scrollTop = top; }", top)
        page.tab.wait_for_timeout(400)
        page.tab.screenshot(path=out / f"page-{number:02d}{suffix}.png")
        height, whole = box.evaluate("node => [node.clientHeight, node.scrollHeight]")
        top += height - 60
        if top >= whole - 60 or number >= 60:
            return


if __name__ == "__main__":
    main()
