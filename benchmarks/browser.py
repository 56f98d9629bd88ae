"""From a slider key to new pixels in JupyterLab: our explorer against `interact` + `plt.show`.

Both show the same picture (an activation and its slope) of the same size on the page; the keys go
to the one and the other by turns in one run of one browser. Chromium is needed.
"""

import tempfile
from pathlib import Path
from statistics import median

from tests.browser.lab import Lab, Page, browser, find_chromium, write_notebook

KEYS = 40
OURS = 'from lstm_core.explorers import ALL\nALL["activation"]()'
THEIRS = """
import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact
from lstm_core.draw import theme
from lstm_core.explorers.activation import REACH, Picture, compute

%matplotlib inline

class Anew(Picture):  # the same axes and artists, on a figure of pyplot's
    def __init__(self):
        self.palette, self._moving = theme.LIGHT, []
        self.figure = plt.figure(figsize=self.size, dpi=96, layout="constrained")
        self.build()

@interact(point=FloatSlider(value=0.5, min=-REACH, max=REACH, step=0.1))
def show(point):
    with theme.style(theme.LIGHT):
        Anew().update(compute("tanh", point))
        plt.show()
"""
# Resolves with the milliseconds from the key until a frame with the new, decoded image is out.
WAIT = """
async ([area, key]) => {
  const before = area.querySelector("img");
  const start = performance.now();
  const arrived = new Promise((done, fail) => {
    const look = () => {
      const image = area.querySelector("img");
      if (image && image !== before) done(image);
    };
    new MutationObserver(look).observe(area, { subtree: true, childList: true });
    setTimeout(() => fail(new Error("no new picture")), 20000);
  });
  document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
  );
  const image = await arrived;
  if (!image.complete) await image.decode();
  await new Promise(requestAnimationFrame);
  await new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  return performance.now() - start;
}
"""


def main() -> None:
    """Print both medians and their ratio."""
    if find_chromium() is None:
        print("no Chromium found: not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "bench.ipynb", [OURS, THEIRS])
        with Lab(Path(folder)) as lab, browser() as chromium:
            page = Page(chromium, lab)
            page.open("bench.ipynb")
            errors = page.run_all()
            if errors:
                raise RuntimeError("; ".join(errors))
            page.tab.locator(".lc-picture[data-shown] img").wait_for()
            ours, theirs = measure(page)
    print("| slider key to new pixels | median |")
    print("|--------------------------|-------:|")
    print(f"| explorer                 | {ours:3.0f} ms |")
    print(f"| interact + plt.show      | {theirs:3.0f} ms |")
    print(f"\nratio: 1/{theirs / ours:.1f} (target: at most 1/5)")


def measure(page: Page) -> tuple[float, float]:
    """Return the medians in milliseconds, ours and theirs, keys going to each by turns."""
    cells = page.tab.locator(".jp-Cell").all()
    found = [[], []]
    page.tab.wait_for_timeout(1500)
    for turn in range(KEYS + 2):
        key = "ArrowRight" if turn % 4 < 2 else "ArrowLeft"
        for area, times in zip(cells, found, strict=True):
            area.locator(".noUi-handle").focus()
            page.tab.wait_for_timeout(100)
            taken = page.tab.evaluate(WAIT, [area.element_handle(), key])
            if turn >= 2:  # the first two warm up
                times.append(taken)
    return median(found[0]), median(found[1])
