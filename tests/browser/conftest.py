"""One JupyterLab and one Chromium for all browser tests; skipped where there is no Chromium."""

import os
import shutil

import pytest

from tests.browser.lab import ROOT, Lab, browser, find_chromium

MISSING = "no Chromium found (looked for chromium, google-chrome …): browser tests not run"


@pytest.fixture(scope="session")
def chromium():
    if find_chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium):
    """A lab over copies of all lessons."""
    folder = tmp_path_factory.mktemp("lessons")
    shutil.copytree(ROOT / "tests" / "golden", folder / "tests" / "golden")  # lessons read them
    (folder / "notebooks").mkdir()
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, folder / "notebooks")
    with Lab(folder) as found:
        yield found
