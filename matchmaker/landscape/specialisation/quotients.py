"""How strongly regions are specialised in industries: location quotients, their averages and their intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from matchmaker.landscape.specialisation.tables import divided, shares, table


def location_quotient(mat: ArrayLike, *, binary: bool = False) -> NDArray[np.float64]:
    """Share of an industry in a region over its share in all regions together; shape (regions, industries).

    With ``binary``, 1 where it is 1 or more, else 0. A region or an industry of nothing has 0, as in EconGeo. Also known
    as revealed comparative advantage: Balassa, B. (1965), Trade Liberalization and Revealed Comparative Advantage, The
    Manchester School 33, 99-123.
    """
    amounts = table(mat)
    regions, industries, total = amounts.sum(axis=1, keepdims=True), amounts.sum(axis=0), amounts.sum()
    if binary:
        # Compared without dividing, so that exactly 1 is not lost to rounding.
        return np.asarray((amounts > 0) & (amounts * total >= regions * industries), dtype=np.float64)
    return divided(amounts * total, regions * industries, 0.0)


rca = location_quotient
"""EconGeo's other name for the same; there it is rounded to two decimals."""


def location_quotient_interval(
    mat: ArrayLike, *, squares: ArrayLike | None = None, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper ends of an interval for each location quotient, each of shape (regions, industries).

    The quotient is also the region's share of the industry over the region's share of everything. Of an industry with
    X cases in all, the x in the region are taken as binomial, and the share gets Jeffreys' interval, the quantiles of
    Beta(x + 1/2, X - x + 1/2), with 0 as lower end where x is 0 and 1 as upper end where x is X: Brown, L.D., Cai, T.T. and
    DasGupta, A. (2001), Interval Estimation for a Binomial Proportion, Statistical Science 16, 101-133. The region's
    share of everything is taken as known, which widens the interval a little where the region is part of the whole.

    Amounts that are no counts, such as money, come with ``squares``, the sum of the squares of the single amounts in
    each cell: X is then the effective number of cases, (sum of amounts)^2 / (sum of squares), after Kish, L. (1965),
    Survey Sampling, section 11.7, and x the same share of it. NaN where a region or an industry has nothing.
    """
    amounts = table(mat)
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval is between 0 and 1, not {level}.")
    industries, total = amounts.sum(axis=0), amounts.sum()
    cases = industries
    if squares is not None:
        squared = table(squares)
        if squared.shape != amounts.shape:
            raise ValueError(f"Squares of shape {squared.shape} do not fit a table of {amounts.shape}.")
        cases = divided(industries**2, squared.sum(axis=0), 0.0)
    within = divided(amounts, industries[None, :], 0.0)
    inside, outside = within * cases, (1 - within) * cases
    tail = (1 - level) / 2
    lower = np.where(inside > 0, stats.beta.ppf(tail, inside + 0.5, outside + 0.5), 0.0)
    upper = np.where(outside > 0, stats.beta.ppf(1 - tail, inside + 0.5, outside + 0.5), 1.0)
    regions = divided(amounts.sum(axis=1, keepdims=True), np.array(total), 0.0)
    known = (regions > 0) & (industries > 0)
    return (
        np.where(known, divided(lower, regions, np.nan), np.nan),
        np.where(known, divided(upper, regions, np.nan), np.nan),
    )


def location_quotient_avg(mat: ArrayLike) -> NDArray[np.float64]:
    """Location quotients of each region averaged with its own shares as weights; shape (regions,), 1 or more.

    1 for a region that is made up as the whole is. NaN for a region of nothing. Hoover, E.M. and Giarratani, F. (1985),
    An Introduction to Regional Economics, 3rd edition.
    """
    amounts = table(mat)
    return np.asarray((location_quotient(amounts) * shares(amounts)).sum(axis=1))


def hachman(mat: ArrayLike) -> NDArray[np.float64]:
    """One over the average location quotient: 1 for a region made up as the whole is, towards 0 for one unlike it."""
    return 1 / location_quotient_avg(mat)
