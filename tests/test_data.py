"""The stored files are the ones described beside them, and say what they are."""

import hashlib
from importlib import resources

import numpy as np
import pytest

from lstm_core import data

SHA256 = {
    "weather.csv": "f5ae7dee19d689a4e5294ef3d56d8ba04a58afdde756779b35f671d5ba635e80",
    "digits.csv.gz": "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
}


@pytest.mark.parametrize("name", SHA256)
def test_the_files_are_unchanged_and_described(name):
    folder = resources.files(data)
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == SHA256[name]
    described = (folder / "README.md").read_text(encoding="utf-8")
    section = described.split(f"## {name}")[1].split("\n## ")[0]
    assert "- Source: " in section
    assert "- Licence: " in section


def test_every_day_of_four_years():
    days, values, names, units = data.weather()
    expected = np.arange("2012-01-01", "2016-01-01", dtype="datetime64[D]")
    assert np.array_equal(days, expected)
    assert values.shape == (1461, 4)
    assert len(names) == len(units) == 4
    assert np.isfinite(values).all()


def test_the_weather_is_what_its_names_and_units_say():
    days, values, names, units = data.weather()
    first = dict(zip(names, values[0].tolist(), strict=True))
    assert first == {
        "precipitation": 0.0,
        "highest temperature": 12.8,
        "lowest temperature": 5.0,
        "wind": 4.7,
    }
    assert units == ("mm", "°C", "°C", "m/s")
    rain, highest, lowest, wind = values.T
    assert (highest >= lowest).all()
    assert (rain >= 0).all()
    assert (wind > 0).all()
    months = days.astype("datetime64[M]").astype(int) % 12
    assert highest[months == 7].mean() > highest[months == 0].mean() + 10  # August, January
    assert rain[months == 7].mean() < rain[months == 11].mean()


def test_digits():
    images, labels = data.digits()
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 1)
    assert np.array_equal(images * 16, np.round(images * 16))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert labels[:5].tolist() == [0, 1, 2, 3, 4]
    zeros, ones = images[labels == 0].mean(axis=0), images[labels == 1].mean(axis=0)
    assert zeros[3:5, 3:5].max() < 0.2 < 0.6 < ones[3:5, 3:5].min()  # a ring, and a stroke


def test_each_call_gives_arrays_of_its_own():
    data.weather().values[:] = 0
    data.digits().images[:] = 0
    assert data.weather().values.any()
    assert data.digits().images.any()
