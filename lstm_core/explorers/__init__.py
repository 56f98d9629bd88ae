"""The explorers, by name: `ALL["activation"]()` makes the one in activation.py.

Every module in this folder is an explorer, named by what it shows, with a function `explorer()`;
only the machinery (FRAME) is not. Nothing is imported before it is asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lstm_core import checks

FRAME = ("controls", "frame", "view", "training_view")


class _Catalogue(Mapping):
    """Name → factory; the module is imported when the factory is taken."""

    def __getitem__(self, name: str) -> Callable[..., Any]:
        checks.choice("explorer", name, tuple(self))
        return import_module(f"{__name__}.{name}").explorer

    def __iter__(self) -> Iterator[str]:
        found = sorted(module.name for module in iter_modules(__path__))
        return (name for name in found if name not in FRAME and not name.startswith("_"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


ALL: Mapping[str, Callable[..., Any]] = _Catalogue()
