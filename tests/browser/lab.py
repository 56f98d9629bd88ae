"""JupyterLab on this machine with headless Chromium before it, for tests, pictures and timings.

    with Lab(folder) as lab, browser() as chromium:
        page = Page(chromium, lab)
        page.open("02_simple_rnn.ipynb")
        page.run_all()

The server listens on 127.0.0.1 only, with a token, keeps its settings in a temporary folder, and
asks nobody for news. `Page` notes console errors and requests to any other host.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
WIDGET = "application/vnd.jupyter.widget-view+json"
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
    "docmanager-extension/plugin": {"autosave": False},
}


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome on this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Lab:
    """A JupyterLab server over a folder; stops at the end of the `with` block."""

    def __init__(self, folder: Path, *, dark: bool = False) -> None:
        self.folder = Path(folder)
        self.token = secrets.token_hex(16)
        self._home = Path(tempfile.mkdtemp(prefix="lab-"))
        self._dark = dark
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"

    def __enter__(self) -> "Lab":
        self._write_settings()
        port = urlsplit(self.url).port
        self._log = (self._home / "log").open("wb")
        self.server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *(f"--config={ROOT / 'jupyter_lab_config.py'}", f"--ServerApp.port={port}"),
                *(f"--IdentityProvider.token={self.token}", "--ServerApp.port_retries=0"),
                f"--ServerApp.root_dir={self.folder}",
                "--expose-app-in-browser",
            ],
            env=os.environ | self._environment(),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        found = {name: str(self._home / name.lower()) for name in places}
        found["JUPYTERLAB_SETTINGS_DIR"] = str(self._home / "settings")
        found["JUPYTERLAB_WORKSPACES_DIR"] = str(self._home / "workspaces")
        found["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        return found

    def _write_settings(self) -> None:
        chosen = dict(SETTINGS)
        if self._dark:
            chosen["apputils-extension/themes"] = {"theme": "JupyterLab Dark"}
        for name, content in chosen.items():
            path = self._home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content))

    def _wait(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urlopen(f"{self.url}/api?token={self.token}", timeout=5):
                    return
            except OSError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.2)
        said = (self._home / "log").read_text(errors="replace")[-2000:]
        self.server.kill()
        raise RuntimeError(f"JupyterLab did not start:\n{said}")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start headless Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()


class Page:
    """One browser tab before a Lab; collects what must not happen."""

    def __init__(
        self,
        chromium: Browser,
        lab: Lab,
        *,
        width: int = 1280,
        height: int = 1000,
        scale: float = 1,
    ) -> None:
        self.lab = lab
        self.console: list[str] = []  # errors
        self.foreign: list[str] = []  # requests to other hosts
        self.tab = chromium.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        self.tab.on("console", self._heard)
        self.tab.on("pageerror", lambda error: self.console.append(str(error)))
        self.tab.on("request", lambda request: self._asked(request.url))
        self.tab.on("websocket", lambda socket: self._asked(socket.url))

    def _heard(self, message: object) -> None:
        if message.type == "error":
            self.console.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.foreign.append(url)

    def open(self, notebook: str) -> None:
        """Open a notebook of the lab's folder and wait for its kernel."""
        self.tab.goto(f"{self.lab.url}/doc/tree/{notebook}?token={self.lab.token}")
        self.tab.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel"
            "?.status === 'idle'",
            timeout=120_000,
        )

    def theme(self, name: str) -> None:
        """Show the page in JupyterLab's "Light" or "Dark" theme, and all explorers with it."""
        self.tab.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
            f"JupyterLab {name}",
        )
        self.tab.wait_for_function(
            "theme => [...document.querySelectorAll('.lc-explorer')]"
            ".every(root => root.dataset.lcTheme === theme)",
            arg=name.lower(),
        )

    def run_all(self, seconds: float = 600.0) -> list[str]:
        """Run all cells; return the errors among their outputs."""
        self.tab.set_default_timeout(seconds * 1000)
        self.tab.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.tab.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
            " === 'idle'"
        )
        self.tab.set_default_timeout(30_000)
        return [
            f"cell {number}: {output['ename']}: {output['evalue']}"
            for number, cell in enumerate(self.notebook()["cells"])
            for output in cell.get("outputs", ())
            if output["output_type"] == "error"
        ]

    def close(self) -> None:
        """End the kernel and close the tab."""
        self.tab.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext.shutdown()")
        self.tab.close()

    def notebook(self) -> dict:
        """Return the notebook as it is now in the page."""
        return self.tab.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.model.toJSON()"
        )

    def widgets(self) -> int:
        """Return how many cells of the notebook gave a live widget."""
        return sum(
            WIDGET in output.get("data", {})
            for cell in self.notebook()["cells"]
            for output in cell.get("outputs", ())
        )

    def explorers(self) -> list[Locator]:
        """Return all explorers of the page, each with its picture shown: one for every widget."""
        self.tab.wait_for_function(
            "count => document.querySelectorAll('.lc-explorer').length >= count",
            arg=self.widgets(),
        )
        found = self.tab.locator(".lc-explorer").all()
        for explorer in found:
            explorer.locator(".lc-picture[data-shown]").wait_for(state="attached")
        return found


def shown(explorer: Locator) -> int:
    """Return how many pictures an explorer has shown."""
    return int(explorer.locator(".lc-picture").get_attribute("data-shown") or 0)


def reading(explorer: Locator) -> str:
    """Return the sentence under the picture."""
    return explorer.locator(".lc-reading").text_content()


def press(
    page: Page,
    explorer: Locator,
    target: Locator,
    key: str,
    what: str = "",
    look: Callable[[Locator], object] = shown,
) -> None:
    """Press a key on a control and wait for the explorer's next picture (or what `look` sees).

    One step of a fine slider may leave every pixel where it is: then the key is pressed again.
    """
    before = look(explorer)
    target.focus()
    for wait in (0.4, 1.0, 5.0):
        page.tab.keyboard.press(key)
        end = time.monotonic() + wait
        while time.monotonic() < end:
            if look(explorer) != before:
                return
            page.tab.wait_for_timeout(10)
    raise AssertionError(f"{what}: nothing changed after {key}")


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook with the given code cells."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(
        json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
