"""Counts of a sub-cluster beside those of its siblings: exact tests, many at once, with effects that small counts damp."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

ALPHA = 0.05
"""Expected share of false findings among what is found in one family of tests."""
TIMES = 1.5
"""A difference counts when the damped ratio is at least this, or at most 1 / this."""
FEWEST = 3
"""An event that is to be "again and again" happens at least so often."""
_Z = 1.959964


class SignId(StrEnum):
    """What is compared with the siblings."""

    FEWER_MEMBERS = "fewer_members"
    """``count`` of ``of`` members are of the kind."""
    FEWER_COLLABORATIONS = "fewer_collaborations"
    """``count`` of ``of`` collaborations of two or more have one of the kind in them."""
    BROUGHT_IN = "brought_in"
    """Of ``of`` collaborations with one of the kind in them, ``count`` have only such as are no members."""
    DRAWN_ON = "drawn_on"
    """``count`` of ``of`` collaborations of two or more bring in one of the kind who is no member."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One comparison of a sub-cluster with its siblings together."""

    id: SignId
    count: int
    of: int
    elsewhere: int
    of_elsewhere: int
    """The same of the siblings."""
    ratio: float
    """Of the two shares, half a case added to each count so that few cases do not shout; the interval is of 95 %."""
    low: float
    high: float
    q: float | None
    """Adjusted for all that was tested beside it (Benjamini and Hochberg 1995); ``None`` where it could not be told."""
    holds: bool
    """Beyond chance (``q`` at most ``ALPHA``) and at least ``TIMES`` as large or as small."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Many comparisons at once; all arrays have one shape."""

    ratio: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    q: NDArray[np.float64]
    """NaN where even the most extreme counts would be no surprise: nothing can be told there."""
    holds: NDArray[np.bool_]


def compare(
    count: NDArray[np.int64],
    of: NDArray[np.int64],
    elsewhere: NDArray[np.int64],
    of_elsewhere: NDArray[np.int64],
    *,
    fewer: bool,
) -> Comparison:
    """Fisher's exact test, one-sided, for every cell, adjusted over all cells that can be told at all.

    Cells whose margins allow no significant result are left out of the adjustment (Tarone, Biometrics 46, 1990). With
    ``fewer`` the question is whether the share is smaller than elsewhere, else whether it is larger.
    """
    total, kind = of + of_elsewhere, count + elsewhere
    least = np.maximum(0, kind - of_elsewhere)
    most = np.minimum(of, kind)
    if fewer:
        p = np.asarray(hypergeom.cdf(count, total, kind, of))
        best = hypergeom.cdf(least, total, kind, of)
    else:
        p = np.asarray(hypergeom.sf(count - 1, total, kind, of))
        best = hypergeom.sf(most - 1, total, kind, of)
    told = (of > 0) & (of_elsewhere > 0) & (best <= ALPHA)
    q = np.full(count.shape, np.nan)
    q[told] = adjusted(p[told])
    ratio, low, high = damped_ratio(count, of, elsewhere, of_elsewhere)
    holds = told & (np.nan_to_num(q, nan=1.0) <= ALPHA)
    holds &= (ratio <= 1 / TIMES) if fewer else (ratio >= TIMES) & (count >= FEWEST)
    return Comparison(ratio, low, high, q, holds)


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values adjusted for the false discovery rate (Benjamini and Hochberg, JRSS B 57, 1995); shape (k,) to (k,)."""
    if not len(p):
        return p.astype(np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    steps = np.minimum.accumulate(scaled[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(steps, 1)
    return result


def damped_ratio(
    count: NDArray[np.int64],
    of: NDArray[np.int64],
    elsewhere: NDArray[np.int64],
    of_elsewhere: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The ratio of two shares and its interval of 95 % on the logarithm, each count enlarged by a half.

    Pettigrew, Gart and Thomas, "The bias and higher cumulants of the logarithm of a binomial variate", Biometrika 73, 1986.
    """
    one, other = count + 0.5, elsewhere + 0.5
    log = np.log(one / (of + 0.5)) - np.log(other / (of_elsewhere + 0.5))
    spread = np.sqrt(np.maximum(1 / one - 1 / (of + 0.5) + 1 / other - 1 / (of_elsewhere + 0.5), 0))
    return np.exp(log), np.exp(log - _Z * spread), np.exp(log + _Z * spread)
