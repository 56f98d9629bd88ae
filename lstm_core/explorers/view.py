"""The view of an explorer: a picture with its alternative text, its reading, errors, clicks, keys.

The Python half only holds what the page shows; view.js does the showing. The page answers through
`theme` (light or dark, as the page is), `ratio` (pixels of the screen for each CSS pixel),
`clicked` and `key`, these two with a counter so that the same click twice is seen twice. Nothing
is loaded from the network.
"""

from pathlib import Path

import anywidget
import traitlets

from lstm_core.draw import theme

HERE = Path(__file__).parent
PNG, SVG = "image/png", "image/svg+xml"


def _css() -> str:
    """Return view.css after the colours of the theme, so that these are written in one place."""
    places = {".lc-explorer": theme.LIGHT, '.lc-explorer[data-lc-theme="dark"]': theme.DARK}
    rules = []
    for place, colours in places.items():
        pairs = (f"{name}:{value};" for name, value in theme.variables(colours).items())
        rules.append(f"{place} {{{''.join(pairs)}}}")
    return "\n".join([*rules, (HERE / "view.css").read_text(encoding="utf-8")])


class View(anywidget.AnyWidget):
    """A picture (PNG or SVG), the sentence under it, and what the learner does to it."""

    _esm = (HERE / "view.js").read_text(encoding="utf-8")
    _css = _css()

    picture = traitlets.Bytes(b"").tag(sync=True)
    kind = traitlets.Unicode(PNG).tag(sync=True)
    width = traitlets.Int(0).tag(sync=True)  # CSS pixels; 0: as the picture says
    alt = traitlets.Unicode("").tag(sync=True)
    reading = traitlets.Unicode("").tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)  # CSS class of a control → its name and unit
    clicks = traitlets.Bool(False).tag(sync=True)  # does a click into a PNG mean anything?
    takes = traitlets.List(traitlets.Unicode()).tag(sync=True)  # keys the picture takes

    theme = traitlets.Unicode("light").tag(sync=True)
    ratio = traitlets.Float(1.0).tag(sync=True)
    clicked = traitlets.Dict().tag(sync=True)  # {"n": 3, "id": "node"} or {"n", "right", "down"}
    key = traitlets.Dict().tag(sync=True)  # {"n": 3, "key": "ArrowLeft"}
