"""The worked examples in docstrings, small enough to check by pencil, are right."""

import doctest
import importlib
import pkgutil

import pytest

import lstm_core

MODULES = [found.name for found in pkgutil.walk_packages(lstm_core.__path__, "lstm_core.")]


@pytest.mark.parametrize("name", ["lstm_core", *MODULES])
def test_examples_in_docstrings(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert not failed, "see the captured output"
