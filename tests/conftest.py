"""What all tests share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    """The same random numbers for every test that asks."""
    return np.random.default_rng(20200613)
