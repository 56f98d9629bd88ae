"""From a slider key to new pixels in JupyterLab: our explorer against `interact` + `plt.show`.

Both show the same picture, the very same axes and artists, of the same size on the page; the keys
go to the one and the other by turns in one run of one browser. Chromium is needed.
"""

import tempfile
from pathlib import Path
from statistics import median

from tests.browser.lab import Lab, Page, browser, find_chromium, write_notebook

KEYS = 40
PICTURES = {  # explorer → the slider that is moved
    "activation": "point",
    "error_flow": "forget_bias",
    "vanishing_gradient": "radius",
}
OURS = 'from lstm_core.explorers import ALL\nexplorer = ALL["{name}"]()\nexplorer'
THEIRS = """
import matplotlib.pyplot as plt
from ipywidgets import interact
from lstm_core.draw import theme

%matplotlib inline

class Anew(explorer._picture):  # the same axes and artists, on a figure of pyplot's
    def __init__(self):
        self.palette, self._moving = theme.LIGHT, []
        self.figure = plt.figure(figsize=self.size, dpi=96, layout="constrained")
        self.build()

ours = explorer.controls["{slider}"]
slider = type(ours)(value=ours.value, min=ours.min, max=ours.max, step=ours.step)
values = explorer.values  # all others stay as they are

@interact(moved=slider)
def show(moved):
    with theme.style(theme.LIGHT):
        Anew().update(explorer._compute(**values | {{"{slider}": moved}}))
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
    """Print for each picture both medians and their ratio."""
    if find_chromium() is None:
        print("no Chromium found: not measured")
        return
    print("| picture            | explorer | interact + plt.show | ratio |")
    print("|--------------------|---------:|--------------------:|------:|")
    with browser() as chromium, tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab:
        for name, slider in PICTURES.items():
            cells = [OURS.format(name=name), THEIRS.format(slider=slider)]
            write_notebook(Path(folder) / f"{name}.ipynb", cells)
            page = Page(chromium, lab)
            page.open(f"{name}.ipynb")
            errors = page.run_all()
            if errors:
                raise RuntimeError("; ".join(errors))
            page.tab.locator(".lc-picture[data-shown] img").wait_for()
            ours, theirs = measure(page, slider)
            page.close()
            print(
                f"| {name:<18} | {ours:5.0f} ms | {theirs:16.0f} ms | 1/{theirs / ours:.1f} |",
                flush=True,
            )
    print("\ntarget: at most 1/5")


def measure(page: Page, slider: str) -> tuple[float, float]:
    """Return the medians in milliseconds, ours and theirs, keys going to each by turns."""
    cells = page.tab.locator(".jp-Cell").all()
    handles = [
        cells[0].locator(f'[class*="-{slider}"] .noUi-handle'),
        cells[1].locator(".noUi-handle"),
    ]
    found = [[], []]
    page.tab.wait_for_timeout(1500)
    for turn in range(KEYS + 2):
        key = "ArrowRight" if turn % 4 < 2 else "ArrowLeft"
        for cell, handle, times in zip(cells, handles, found, strict=True):
            handle.focus()
            page.tab.wait_for_timeout(100)
            taken = page.tab.evaluate(WAIT, [cell.element_handle(), key])
            if turn >= 2:  # the first two warm up
                times.append(taken)
    return median(found[0]), median(found[1])
