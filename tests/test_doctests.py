"""The worked examples in docstrings and on pages, small enough to check by pencil, are right."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import lstm_core

DOCS = Path(__file__).parents[1] / "docs"
MODULES = [found.name for found in pkgutil.walk_packages(lstm_core.__path__, "lstm_core.")]


@pytest.mark.parametrize("name", ["lstm_core", *MODULES])
def test_examples_in_docstrings(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert not failed, "see the captured output"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_examples_on_pages(page):
    failed, _ = doctest.testfile(str(page.resolve()), module_relative=False, encoding="utf-8")
    assert not failed, "see the captured output"
