"""What a learner costs a server: memory and processor time of each lesson, executed from its top.

    python -m benchmarks.lessons

Every lesson runs in a kernel of its own, as "Restart and run all" does. Memory is what the kernel's
process holds when the last cell has run (resident set), and the most it ever held; time is the
processor's, of all its threads. At the end, the memory of the JupyterLab server that each learner
has beside the kernel.
"""

import tempfile
from pathlib import Path
from urllib.request import urlopen

import nbformat
import psutil
from nbclient import NotebookClient

from tests.browser.lab import Lab

ROOT = Path(__file__).parents[1]
MB = 1e6


def main() -> None:
    """Print a table."""
    print(f"{'':36} {'MB at the end':>14} {'MB at most':>11} {'processor s':>12}")
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    row("an empty kernel", measure(empty))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        row(path.stem, measure(nbformat.read(path, as_version=4)))
    print(f"{'the JupyterLab server':36} {server():14.0f}")


def row(name: str, figures: tuple[float, float, float]) -> None:
    """Print one line."""
    end, most, seconds = figures
    print(f"{name:36} {end:14.0f} {most:11.0f} {seconds:12.1f}", flush=True)


def measure(notebook: nbformat.NotebookNode) -> tuple[float, float, float]:
    """Execute a notebook; return memory at the end and at most (MB), and processor time (s)."""
    resources = {"metadata": {"path": str(ROOT / "notebooks")}}
    client = NotebookClient(notebook, timeout=600, resources=resources)
    with client.setup_kernel():
        process = psutil.Process(client.km.provisioner.process.pid)
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
        times = process.cpu_times()
        return process.memory_info().rss / MB, most(process.pid), times.user + times.system


def most(pid: int) -> float:
    """Return the largest memory a process ever held, in MB (Linux only; elsewhere not a number)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    (line,) = (x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / MB


def server() -> float:
    """Return the memory of a JupyterLab server that has delivered its page, in MB."""
    with tempfile.TemporaryDirectory() as home, Lab(Path(home)) as lab:
        with urlopen(f"{lab.url}/lab?token={lab.token}") as page:
            page.read()
        return psutil.Process(lab.server.pid).memory_info().rss / MB


if __name__ == "__main__":
    main()
