"""What every index of this folder takes: a table of regions in rows and industries in columns, checked once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def table(mat: ArrayLike) -> NDArray[np.float64]:
    """The table as float64; raises ``ValueError`` for what is not a table of finite amounts of 0 or more."""
    checked = np.asarray(mat, dtype=np.float64)
    if checked.ndim != 2:
        raise ValueError(f"A table of regions and industries has two dimensions, not {checked.ndim}.")
    if not np.isfinite(checked).all() or (checked < 0).any():
        raise ValueError(
            "A table of regions and industries holds finite amounts of 0 or more, and nothing else."
        )
    return checked


def portfolio(mat: ArrayLike) -> NDArray[np.float64]:
    """A table of ones and zeros: which region has which industry; raises ``ValueError`` for other values."""
    checked = table(mat)
    if not np.isin(checked, (0.0, 1.0)).all():
        raise ValueError("A table of presence holds 1 or 0. Use location_quotient(mat, binary=True) first.")
    return checked


def square(mat: ArrayLike, size: int | None = None) -> NDArray[np.float64]:
    """A table of industries by industries, of ``size`` where that is given; raises ``ValueError``."""
    checked = table(mat)
    if checked.shape[0] != checked.shape[1]:
        raise ValueError(f"Industries by industries must be square, not {checked.shape}.")
    if size is not None and len(checked) != size:
        raise ValueError(f"The table has {size} industries, their relatedness {len(checked)}.")
    return checked


def shares(mat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row as shares of its sum; NaN in a row of nothing."""
    return divided(mat, mat.sum(axis=1, keepdims=True), np.nan)


def divided(above: NDArray[np.float64], below: NDArray[np.float64], instead: float) -> NDArray[np.float64]:
    """A quotient, ``instead`` wherever the divisor is 0; the usual broadcasting."""
    shape = np.broadcast_shapes(above.shape, below.shape)
    quotient: NDArray[np.float64] = np.divide(
        above, below, out=np.full(shape, instead), where=np.broadcast_to(below != 0, shape)
    )
    return quotient
