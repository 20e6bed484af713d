"""Which regions can do much that few can: diversity, ubiquity, the method of reflections, and complexity by eigenvector."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.landscape.specialisation.tables import divided, portfolio

LEAST_SIDE = 3
"""Fewest regions and industries from which complexity can be told: with two, any order fits."""

_SAME = 1e-9


def diversity(mat: ArrayLike) -> NDArray[np.float64]:
    """How many industries each region has; ``mat`` is a table of presence. Shape (regions,).

    Hidalgo, C.A. and Hausmann, R. (2009), The Building Blocks of Economic Complexity, PNAS 106, 10570-10575.
    """
    return np.asarray(portfolio(mat).sum(axis=1))


def ubiquity(mat: ArrayLike) -> NDArray[np.float64]:
    """How many regions have each industry (Hidalgo and Hausmann 2009). Shape (industries,)."""
    return np.asarray(portfolio(mat).sum(axis=0))


def morc(mat: ArrayLike, *, steps: int = 20) -> NDArray[np.float64]:
    """The method of reflections for regions (Hidalgo and Hausmann 2009); shape (regions,).

    0 steps are the diversity, 1 the mean ubiquity of what a region has, 2 the mean diversity of regions with the same,
    and so on; from 3 on scaled from 0 (least) to 100 (most), as in EconGeo. Even steps rise with complexity, odd ones fall
    with it. NaN for a region that has nothing, and everywhere where all would be the same.
    """
    return _reflected(portfolio(mat), steps)[0]


def mort(mat: ArrayLike, *, steps: int = 20) -> NDArray[np.float64]:
    """The method of reflections for industries; shape (industries,). Even steps fall with complexity."""
    return _reflected(portfolio(mat), steps)[1]


def _reflected(present: NDArray[np.float64], steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if steps < 0:
        raise ValueError(f"A method of reflections takes 0 steps or more, not {steps}.")
    diversities, ubiquities = present.sum(axis=1), present.sum(axis=0)
    of_regions, of_industries = diversities, ubiquities
    for step in range(1, steps + 1):
        mean_of_industries = divided(present @ np.nan_to_num(of_industries), diversities, np.nan)
        mean_of_regions = divided(present.T @ np.nan_to_num(of_regions), ubiquities, np.nan)
        # Averages of a rescaled series are the rescaled averages: this only keeps the digits.
        scale = _from_0_to_100 if step > 2 else np.asarray
        of_regions, of_industries = scale(mean_of_industries), scale(mean_of_regions)
    nothing = np.where(diversities > 0, 0.0, np.nan), np.where(ubiquities > 0, 0.0, np.nan)
    return of_regions + nothing[0], of_industries + nothing[1]


def _from_0_to_100(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = values[~np.isnan(values)]
    if not len(known) or np.ptp(known) <= _SAME * max(1.0, float(np.abs(known).max())):
        return np.full_like(values, np.nan)
    return np.asarray((values - known.min()) / np.ptp(known) * 100)


def kci(mat: ArrayLike) -> NDArray[np.float64]:
    """Knowledge complexity of regions by eigenvector, scaled to a sum of 1 or -1 as EconGeo does; shape (regions,).

    The eigenvector of the second largest eigenvalue of the regions' row-stochastic matrix, with the sign to which the
    method of reflections leads. Only its order and its proportions mean something; use ``eci`` to compare tables. EconGeo
    rounds the matrix to four decimals, so that its figures differ from about the third digit on. NaN as in ``eci``.
    Balland, P.A. and Rigby, D. (2017), The Geography of Complex Knowledge, Economic Geography 93, 1-23.
    """
    present = portfolio(mat)
    vector, _ = _second(present)
    diversities = present.sum(axis=1)
    towards = float(np.nansum(diversities * diversities * vector))
    return _signed(divided(vector, np.array(np.nansum(vector)), np.nan), vector, towards)


def tci(mat: ArrayLike) -> NDArray[np.float64]:
    """Knowledge complexity of industries, as ``kci``, with the sign against ubiquity (by ranks); shape (industries,)."""
    present = portfolio(mat)
    _, vector = _second(present)
    towards = -_correlation(_ranks(vector), _ranks(np.where(np.isnan(vector), np.nan, present.sum(axis=0))))
    return _signed(divided(vector, np.array(np.nansum(vector)), np.nan), vector, towards)


def eci(mat: ArrayLike) -> NDArray[np.float64]:
    """Economic complexity of regions: mean 0 and standard deviation 1 over the regions; shape (regions,).

    The eigenvector of the second largest eigenvalue, with the sign that goes with diversity. Hausmann, R., Hidalgo, C.A. et
    al. (2014), The Atlas of Economic Complexity. It compares regions with each other and no more: mean and deviation
    say nothing. NaN for a region that has nothing; and everywhere with fewer than three regions or industries, where the
    table falls into parts that share nothing, where the eigenvector is not the only one, or where it does not go with diversity
    either way: no order can be told then.
    """
    return _standard(portfolio(mat))[0]


def pci(mat: ArrayLike) -> NDArray[np.float64]:
    """Economic complexity of industries on the scale of ``eci``; shape (industries,).

    A region's ``eci`` is the mean of the ``pci`` of what it has, as in py-ecomplexity; the Atlas gives mean 0 and deviation 1
    over the industries instead, which is the same up to that scale. NaN as in ``eci``.
    """
    return _standard(portfolio(mat))[1]


def eci_and_pci(mat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``eci`` and ``pci`` of one table, worked out together."""
    return _standard(portfolio(mat))


def _standard(present: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    of_regions, of_industries = _second(present)
    if np.isnan(of_regions).all():
        return of_regions, of_industries
    of_regions = divided(present @ np.nan_to_num(of_industries), present.sum(axis=1), np.nan)
    diversities = np.where(np.isnan(of_regions), np.nan, present.sum(axis=1))
    towards = _correlation(of_regions, diversities)
    sign = -1.0 if towards < 0 else 1.0
    mean, deviation = np.nanmean(of_regions), np.nanstd(of_regions)
    if deviation <= _SAME or abs(towards) <= _SAME:
        return np.full_like(of_regions, np.nan), np.full_like(of_industries, np.nan)
    return sign * (of_regions - mean) / deviation, sign * (of_industries - mean) / deviation


def _second(present: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The eigenvectors of regions and of industries that belong to the second largest eigenvalue.

    Taken as singular vectors of the table divided by the roots of its sums, which is the same (Mealy, P., Farmer, J.D. and
    Teytelboym, A. (2019), Interpreting Economic Complexity, Science Advances 5, eaau1705) and keeps them real. Either sign
    may come; NaN where there are too few, or where the eigenvector is not the only one.
    """
    diversities, ubiquities = present.sum(axis=1), present.sum(axis=0)
    rows, columns = np.flatnonzero(diversities), np.flatnonzero(ubiquities)
    of_regions, of_industries = np.full(len(diversities), np.nan), np.full(len(ubiquities), np.nan)
    if min(len(rows), len(columns)) < LEAST_SIDE:
        return of_regions, of_industries
    left, right = np.sqrt(diversities[rows]), np.sqrt(ubiquities[columns])
    one, values, other = np.linalg.svd(
        present[np.ix_(rows, columns)] / left[:, None] / right, full_matrices=False
    )
    squared = values**2
    alone = 1 - squared[1] > _SAME and squared[1] - squared[2] > _SAME
    if alone:
        of_regions[rows] = one[:, 1] / left
        of_industries[columns] = other[1] / right
    return of_regions, of_industries


def _signed(scaled: NDArray[np.float64], vector: NDArray[np.float64], towards: float) -> NDArray[np.float64]:
    """``scaled``, which is ``vector`` or its opposite, with the sign of ``vector`` where ``towards`` is positive."""
    if abs(towards) <= _SAME:
        return np.full_like(scaled, np.nan)
    same = np.nansum(vector) > 0
    return scaled if same == (towards >= 0) else -scaled


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks with the mean for ties, values alike up to rounding tied; NaN stays."""
    ranks = np.full_like(values, np.nan)
    known = ~np.isnan(values)
    rounded = values[known].round(9)
    ranks[known] = [(rounded < each).sum() + (rounded == each).sum() / 2 for each in rounded]
    return ranks


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Pearson's, of pairs that are both known; 0 where one side does not vary."""
    known = ~(np.isnan(one) | np.isnan(other))
    one, other = one[known], other[known]
    if len(one) < 2 or np.ptp(one) <= _SAME or np.ptp(other) <= _SAME:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
