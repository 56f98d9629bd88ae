"""What all tests share."""

import os

import numpy as np
import pytest
from hypothesis import settings

# No time limit for one example, since a busy machine is not a defect; the same examples in CI.
settings.register_profile("lessons", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("lessons")


@pytest.fixture
def rng():
    """The same random numbers for every test that asks."""
    return np.random.default_rng(20200613)
