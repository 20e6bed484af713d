"""What regions take up and give up between two periods."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.landscape.specialisation.tables import portfolio


def entry_mat(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """1 where a region has an industry in the second period and had not in the first, 0 where it has it in neither.

    NaN where it had it already, since it cannot enter then. Both are tables of presence of the same regions and
    industries. Boschma, Balland and Kogler (2015).
    """
    before, after = _both(first, second)
    return np.where(before == 1, np.nan, after)


def exit_mat(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """1 where a region had an industry in the first period and has not in the second, 0 where it kept it.

    NaN where it had it not, since it cannot leave then. Boschma, Balland and Kogler (2015).
    """
    before, after = _both(first, second)
    return np.where(before == 0, np.nan, 1 - after)


def _both(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    before, after = portfolio(first), portfolio(second)
    if before.shape != after.shape:
        raise ValueError(f"Two periods of different shapes, {before.shape} and {after.shape}.")
    return before, after
