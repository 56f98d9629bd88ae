"""The one form in which lessons are committed: executed 1…n, nothing in it changes by itself.

    python -m tests.notebooks.normal_form notebooks/02_simple_rnn.ipynb    # execute and write
    python -m tests.notebooks.normal_form --check notebooks/*.ipynb        # execute and compare

`make notebooks` does the first for every lesson that changed. It executes each from a clean kernel
(the one strict nbval starts), then drops what the next run would write differently: live widgets
(the static picture beside them stays), times, editor state. Two runs give the same bytes. What no
tool can put right (an exception, a warning, a path or an address in an output) is named instead.
"""

import argparse
import base64
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from PIL import Image

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELL_METADATA = {"covers", "exercise", "slideshow", "tags"}
WIDGET = "application/vnd.jupyter.widget-view+json"
TEXTUAL = ("text/", "image/svg+xml", "application/json")
MAX_BYTES = 1_000_000
SECONDS_PER_CELL = 600

HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
READABLE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
UNSTABLE = {
    "a memory address": re.compile(r"\b0x[0-9a-f]{6,}\b"),
    "a path": re.compile(r"(?<![\w/.])/(home|Users|root|tmp|usr|opt|var|private)/\w|\b[A-Z]:\\\w"),
    "a kernel's file name": re.compile(r"ipykernel_\d+|site-packages"),
    "a time stamp": re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d"),
}


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell from a clean kernel, in place; CellExecutionError where one raises."""
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, record_timing=False)
    client.resources = {"metadata": {"path": str(folder)}}
    client.km = client.kernel_manager_class(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )
    client.execute(stderr=subprocess.DEVNULL)  # the kernel's own log, not the cells'


def normalise(notebook: NotebookNode) -> str:
    """Return the text of the notebook in normal form; `notebook` itself is changed alike."""
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")
        cell.metadata = NotebookNode(
            {key: cell.metadata[key] for key in CELL_METADATA & set(cell.metadata)}
        )
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
        cell.outputs = list(tidy_outputs(cell.outputs, count))
    name_cells(notebook.cells)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that hold code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tidy_outputs(outputs: list[NotebookNode], count: int) -> Iterator[NotebookNode]:
    """Yield the outputs of a cell without widgets, pieces of one stream joined."""
    stream = None
    for output in outputs:
        if output.output_type == "stream" and stream and stream.name == output.name:
            stream.text += output.text
            continue
        stream = output if output.output_type == "stream" else None
        if "data" in output:
            for part in (output.data, output.metadata):
                part.pop(WIDGET, None)
            if not output.data:
                continue
        if output.output_type == "execute_result":
            output.execution_count = count
        yield output


def name_cells(cells: list[NotebookNode]) -> None:
    """Give each cell a readable id: its own if it has one, else its heading's and a number."""
    kept: set[str] = set()
    for cell in cells:
        if not is_readable(cell.get("id", "")) or cell.id in kept:
            cell.id = ""
        kept.add(cell.id)
    heading = "start"
    for cell in cells:
        found = HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        heading = slug(found[0]) if found else heading
        if not cell.id:
            number = 1
            while f"{heading}-{number}" in kept:
                number += 1
            cell.id = f"{heading}-{number}"
            kept.add(cell.id)


def is_readable(name: str) -> bool:
    """Tell a name a person gave from the random ones that editors give."""
    return bool(READABLE_ID.fullmatch(name)) and not RANDOM_ID.fullmatch(name)


def slug(heading: str) -> str:
    """Return "s3" for "S3 · Unfolding", "lesson-2" for "2 · The simple RNN" (a title)."""
    label = heading.split("·")[0].strip().lower()
    words = re.findall(r"[a-z0-9]+", f"lesson {label}" if label.isdigit() else label)
    return "-".join(words[:4]) or "cell"


def shrink_pictures(notebook: NotebookNode) -> None:
    """Write each PNG again at full compression, where that is smaller; the pixels stay."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            picture = output.get("data", {}).get("image/png")
            if picture:
                output.data["image/png"] = shrink(picture)


def shrink(picture: str) -> str:
    """Return a base64 PNG with the same pixels in as few bytes as Pillow can."""
    before = base64.b64decode(picture)
    image = Image.open(io.BytesIO(before))
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    if image.mode == "RGB" and image.getcolors(256):
        image = with_palette(image)
    after = io.BytesIO()
    image.save(after, "PNG", optimize=True)
    smaller = min(before, after.getvalue(), key=len)
    return base64.b64encode(smaller).decode()


def with_palette(image: Image.Image) -> Image.Image:
    """Return an image of at most 256 colours as numbers of colours, each kept exactly."""
    pixels = np.asarray(image)
    colours, numbers = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    indexed = Image.fromarray(numbers.reshape(pixels.shape[:2]).astype(np.uint8))
    indexed.putpalette(colours.tobytes())
    return indexed


def faults(notebook: NotebookNode, text: str) -> list[str]:
    """Name what the normal form forbids and no tool can put right."""
    found = []
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"cell {cell.id} raises {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                found.append(f"cell {cell.id} warns: {output.text.strip()[:200]}")
            for words in texts(output):
                for name, pattern in UNSTABLE.items():
                    if match := pattern.search(words):
                        found.append(f"cell {cell.id} prints {name}: {match.group()}")
    if len(text.encode()) > MAX_BYTES:
        found.append(f"{len(text.encode()):,} bytes, at most {MAX_BYTES:,} are allowed")
    return found


def texts(output: NotebookNode) -> list[str]:
    """Return everything in an output that a reader would read as text."""
    data = output.get("data", {})
    shown = [value for kind, value in data.items() if kind.startswith(TEXTUAL)]
    return [str(value) for value in [*shown, output.get("text", "")]]


def refresh(path: Path, *, check: bool) -> list[str]:
    """Execute one lesson and write it (or compare it, with `check`); return what is wrong."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    try:
        execute(notebook, path.parent)
    except CellExecutionError as error:
        return [f"a cell raises\n{error}"]
    shrink_pictures(notebook)
    after = normalise(notebook)
    problems = faults(notebook, after)
    if check and after != before:
        problems.append(f"another run gives other bytes: {first_difference(before, after)}")
    if not check and after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return problems


def first_difference(before: str, after: str) -> str:
    """Return the first line in which two texts differ, cut to a readable length."""
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    for number, (old, new) in enumerate(lines, start=1):
        if old != new:
            return f"line {number} is {old.strip()[:80]!r}, now {new.strip()[:80]!r}"
    return f"{len(before.splitlines())} lines, now {len(after.splitlines())}"


def main(arguments: list[str] | None = None) -> int:
    """Refresh or check the lessons named on the command line; 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.notebooks.normal_form")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("lessons", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    failed = False
    for path in options.lessons:
        problems = refresh(path, check=options.check)
        print(f"{path}: {'; '.join(problems) or 'in normal form'}", flush=True)
        failed = failed or bool(problems)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
