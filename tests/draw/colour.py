"""Colour arithmetic for the theme's tests: contrast, colour-blindness, distance."""

import numpy as np

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour: str) -> np.ndarray:
    """Return linear RGB in 0 … 1 of #RRGGBB."""
    encoded = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255.0
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    light = sorted(0.05 + linear(colour) @ TO_XYZ[1] for colour in (one, other))
    return light[1] / light[0]


def distance(one: str, other: str, blindness: str = "none") -> float:
    """Return ΔE (CIE 1976) between two colours as seen with a colour-blindness."""
    return float(np.linalg.norm(lab(one, blindness) - lab(other, blindness)))


def lab(colour: str, blindness: str = "none") -> np.ndarray:
    """Return CIE L*a*b* of a colour as seen with a colour-blindness."""
    seen = np.clip(BLINDNESS[blindness] @ linear(colour), 0.0, 1.0)
    x, y, z = (TO_XYZ @ seen) / (TO_XYZ @ np.ones(3))
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])
