"""Make the pictures of the README from the explorers themselves: `make pictures`.

A scene is an explorer and the values to give it, one frame after the other. Each frame is the
explorer's own picture under its own reading, on a card as in a lesson, photographed by a headless
Chromium. Scenes with several frames become a GIF and a still of one of them, for readers who asked
their system for less motion; each exists in light and in dark.
"""

import base64
import io
import sys
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser

from lstm_core.draw import theme
from lstm_core.explorers import ALL
from lstm_core.explorers.backward_player import ERRORS
from lstm_core.explorers.time_line import EVENTS
from tests.browser.lab import browser

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 900  # CSS pixels of a card
COLOURS = {"gif": 64, "png": 96}
STYLE = """
* { box-sizing: border-box; }
body { margin: 0; width: %(width)dpx; background: transparent;
  font-family: "DejaVu Sans", sans-serif; }
article { display: flex; flex-direction: column; min-height: %(height)dpx; padding: 18px 20px;
  color: var(--lc-ink); background: var(--lc-surface);
  border: 1px solid var(--lc-faint); border-radius: 10px; }
h1 { margin: 0 0 12px; font-size: 19px; }
p { margin: auto 0 0; padding-top: 12px; font-size: 16px; line-height: 1.45; }
svg, img { display: block; margin: 0 auto; max-width: 100%%; height: auto; }
"""


class Frame(NamedTuple):
    """What to set, and how long it stays, in milliseconds."""

    values: dict[str, Any]
    stays: int = 0


class Scene(NamedTuple):
    """An explorer, its frames, and which of them stands for all."""

    explorer: str
    frames: tuple[Frame, ...]
    still: int = -1


def backward() -> tuple[Frame, ...]:
    """Walk back through two steps of the block; the errors with many routes stay longer."""
    walk = range(1, len(ERRORS) // 2 + 1)
    stays = {"y": 2000, "c": 2600}
    frames = [Frame({"operation": n}, stays.get(ERRORS[n - 1][0], 1300)) for n in walk]
    return (*frames[:-1], frames[-1]._replace(stays=3000))


def radii() -> tuple[Frame, ...]:
    """Move the spectral radius up and down again."""
    up = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
    stays = {0.5: 1500, 1.6: 1500}
    return tuple(
        Frame({"radius": r, "g": "identity"}, stays.get(r, 450)) for r in [*up, *up[-2:0:-1]]
    )


def event(name: str) -> int:
    """Return the number of an event of the time line."""
    return 1 + [one.name for one in EVENTS].index(name)


SCENES = {
    "backward": Scene("backward_player", backward(), still=9),
    "vanishing": Scene("vanishing_gradient", radii(), still=3),
    "lesson1": Scene("task_charts", (Frame({"task": "translation", "example": 3}),)),
    "lesson2": Scene("whose_error", (Frame({"t": 2}),)),
    "lesson3": Scene("time_line", (Frame({"event": event("LSTM")}),)),
    "lesson4": Scene("peephole_timer", (Frame({}),)),
    "lesson5": Scene("error_flow", (Frame({"forget_bias": 4}),)),
}


def main() -> None:
    """Make the scenes that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    with browser() as chromium:
        for name in sys.argv[1:] or SCENES:
            for colours in theme.PALETTES:
                for path, data in shot(SCENES[name], colours, chromium, FOLDER / name):
                    path.write_bytes(data)
                    print(f"{path.name:24} {len(data) / 1000:6.0f} kB")


def shot(scene: Scene, colours: str, chromium: Browser, name: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of a scene in one theme: a still, and a GIF if it moves."""
    explorer = ALL[scene.explorer]()
    explorer.view.theme = colours
    cards = [card(explorer, frame.values) for frame in scene.frames]
    take = camera(chromium, colours, cards)
    still = few_colours([take(cards[scene.still], 1.5)], COLOURS["png"], colours)[0]
    yield name.with_name(f"{name.name}-{colours}.png"), encoded(still, "PNG", optimize=True)
    if len(cards) > 1:
        first, *rest = few_colours([take(one, 1.0) for one in cards], COLOURS["gif"], colours)
        stays = [frame.stays for frame in scene.frames]
        how = {"save_all": True, "append_images": rest, "duration": stays, "loop": 0}
        yield name.with_name(f"{name.name}-{colours}.gif"), encoded(first, "GIF", **how)


def card(explorer: Any, values: dict[str, Any]) -> str:
    """Return the explorer at these values as HTML: title, picture, reading."""
    explorer.set(**values)
    if explorer.error:
        raise RuntimeError(explorer.error)
    data, view = bytes(explorer.view.picture), explorer.view
    if "svg" in view.kind:
        picture = data.decode()
    else:
        source = f"data:{view.kind};base64,{base64.b64encode(data).decode()}"
        picture = f'<img src="{source}" width="{view.width}">'
    title, reading = escape(explorer.title), escape(explorer.reading)
    return f"<article><h1>{title}</h1>{picture}<p>{reading}</p></article>"


def camera(
    chromium: Browser, colours: str, cards: list[str]
) -> Callable[[str, float], Image.Image]:
    """Return a function that photographs a card at a scale; the highest makes the height of all."""
    variables = theme.variables(theme.palette(colours)).items()
    root = ":root {" + "".join(f"{key}: {value};" for key, value in variables) + "}"
    heights = [0]

    def take(one: str, scale: float) -> Image.Image:
        tab = chromium.new_page(viewport={"width": WIDTH, "height": 700}, device_scale_factor=scale)
        style = root + STYLE % {"width": WIDTH, "height": max(heights)}
        tab.set_content(f"<!doctype html><style>{style}</style>{one}")
        found = tab.locator("article")
        heights.append(round(found.bounding_box()["height"]))
        data = found.screenshot(omit_background=True)
        tab.close()
        return Image.open(io.BytesIO(data)).convert("RGBA")

    for one in cards:
        take(one, 1.0)
    return take


def few_colours(images: list[Image.Image], number: int, colours: str) -> list[Image.Image]:
    """Return the images with one palette for all: small files, and no flicker between frames.

    The theme's own colours are in the palette as they are, the rest are those found most.
    """
    flat = [on_its_ground(image) for image in images]
    sheet = Image.new("RGB", (flat[0].width, sum(image.height for image in flat)))
    top = 0
    for image in flat:
        sheet.paste(image, (0, top))
        top += image.height
    found = sheet.quantize(number, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    own = set(theme.variables(theme.palette(colours)).values())
    numbers = [int(value[n : n + 2], 16) for value in sorted(own) for n in (1, 3, 5)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*numbers, *found.getpalette()[: 3 * number]])
    return [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in flat]


def on_its_ground(image: Image.Image) -> Image.Image:
    """Return the image without transparency: its round corners get the colour of the card."""
    ground = Image.new("RGBA", image.size, image.getpixel((image.width // 2, 6)))
    return Image.alpha_composite(ground, image).convert("RGB")


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    """Return the image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


if __name__ == "__main__":
    main()
