"""Convolution and pooling on one image, as a CNN does them; the forward direction only.

    a[f, r, s] = b[f] + Σ_{c, u, v} K[f, c, u, v] · x[c, r + u, s + v]

(a product without turning the kernel over, which every framework calls convolution). No padding: a
3×3 kernel makes an image two rows and two columns smaller. Left out: strides, batches, gradients.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_core import checks
from lstm_core.checks import Array


def convolve(x: Array, kernels: Array, b: Array | None = None) -> Array:
    """Slide kernels (F, C, m, n) over the image x (C, rows, columns); returns (F, rows′, columns′).

    Raises ValueError where the channels differ or the image is smaller than a kernel.
    """
    kernels = checks.array("kernels", kernels, ("F", "C", "m", "n"))
    channels, *size = kernels.shape[1:]
    x = checks.same_dtype("x", checks.array("x", x, (channels, "rows", "columns")), kernels.dtype)
    if x.shape[1] < size[0] or x.shape[2] < size[1]:
        raise ValueError(f"x has shape {x.shape}, expected at least {(channels, *size)}")
    b = checks.optional("b", b, kernels[:, 0, 0, 0])
    patches = sliding_window_view(x, size, axis=(1, 2))
    return np.einsum("crsuv,fcuv->frs", patches, kernels, optimize=True) + b[:, None, None]


def max_pool(x: Array, size: int = 2) -> Array:
    """Return the largest value of each size×size square; rows and columns left over are dropped."""
    x = checks.array("x", x, ("C", "rows", "columns"))
    size = checks.whole("size", size)
    rows, columns = x.shape[1] // size, x.shape[2] // size
    if not (rows and columns):
        raise ValueError(f"x has shape {x.shape}, expected at least (C, {size}, {size})")
    squares = x[:, : rows * size, : columns * size].reshape(len(x), rows, size, columns, size)
    return squares.max(axis=(2, 4))
