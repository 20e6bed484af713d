"""How far a figure of few cases can be trusted: intervals for shares, for a rank correlation and for an area under the curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z = 1.959964
"""Half the width of a 95 % interval in standard errors."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with a 95 % interval."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; ``None`` of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson 1927), which stays within 0 to 1 and holds for few cases; ``None`` of nothing."""
        if not self.of:
            return None
        share, n = self.count / self.of, self.of
        middle = share + Z * Z / (2 * n)
        half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with a 95 % interval."""

    value: float
    low: float
    high: float


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> Estimate | None:
    """Spearman's rank correlation, ties at their mean rank; ``None`` where one side is all alike or there are fewer than 4.

    The interval is Fisher's with Bonett and Wright's variance (2000), (1 + r²/2) / (n - 3).
    """
    if len(one) < 4 or len(set(one)) < 2 or len(set(other)) < 2:
        return None
    found = float(np.corrcoef(ranks(one), ranks(other))[0, 1])
    found = min(1.0, max(-1.0, found))
    if abs(found) > 1 - 1e-12:
        return Estimate(found, found, found)
    half = Z * math.sqrt((1 + found * found / 2) / (len(one) - 3))
    middle = math.atanh(found)
    return Estimate(found, math.tanh(middle - half), math.tanh(middle + half))


def area_under_curve(scores: Sequence[float], came: Sequence[bool]) -> Estimate | None:
    """How often what came of it scores above what did not, ties as half; ``None`` where only one of the two is there.

    The interval is from DeLong's variance (DeLong, DeLong and Clarke-Pearson 1988) of the area's logit, so that it stays
    within 0 to 1.
    """
    happened = np.asarray(came, dtype=bool)
    values = np.asarray(scores, dtype=np.float64)
    yes, no = values[happened], values[~happened]
    if not len(yes) or not len(no):
        return None
    # Share of the other side that each one is above, from ranks among all less ranks among its own.
    placed = ranks(values)
    above = (placed[happened] - ranks(yes)) / len(no)
    below = 1 - (placed[~happened] - ranks(no)) / len(yes)
    area = float(above.mean())
    if len(yes) < 2 or len(no) < 2:
        return Estimate(area, 0.0, 1.0)
    variance = float(above.var(ddof=1)) / len(yes) + float(below.var(ddof=1)) / len(no)
    if not 0 < area < 1 or not variance:
        # One side wholly above the other has no variance to go by: as if one case more had gone the other way.
        nearly = Share(round(area * min(len(yes), len(no))), min(len(yes), len(no))).interval or (0.0, 1.0)
        return Estimate(area, min(area, nearly[0]), max(area, nearly[1]))
    half = Z * math.sqrt(variance) / (area * (1 - area))
    middle = math.log(area / (1 - area))
    return Estimate(area, _logistic(middle - half), _logistic(middle + half))


def ranks(values: ArrayLike) -> NDArray[np.float64]:
    """Places from 1, equal values at the mean of theirs."""
    _, which, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    placed: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[which]
    return placed


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
