from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lstm_core.draw import png

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (37, 53, 4), dtype=np.uint8)
STEPS = np.repeat(NOISE[:, :4], 60, axis=1)


def read(data):
    image = Image.open(BytesIO(data))
    image.load()
    assert image.info == {}
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("pixels", [NOISE, STEPS, NOISE[:1, :1]], ids=["noise", "steps", "dot"])
def test_live_keeps_every_pixel(pixels):
    assert np.array_equal(read(png.live(pixels)), pixels[..., :3])


def test_kept_is_exact_for_few_colours_and_close_for_many():
    assert np.array_equal(read(png.kept(STEPS[:9])), STEPS[:9, :, :3])
    shades = np.linspace(0, 255, 400).astype(np.uint8)
    slope = np.stack([shades, shades[::-1], shades // 2, shades], axis=-1)[None].repeat(5, axis=0)
    assert np.abs(read(png.kept(slope)).astype(int) - slope[..., :3]).max() <= 4


def test_the_same_pixels_give_the_same_bytes():
    assert png.live(NOISE) == png.live(NOISE.copy())
    assert png.kept(NOISE) == png.kept(NOISE.copy())
