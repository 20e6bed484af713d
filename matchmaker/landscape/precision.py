"""How many of the first named were right, with an interval: rankings of groups held against what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.landscape.panels import first

REPLICATES = 200
LEVEL = 0.95
RANDOM = "random"
"""The ranking without scores: what is expected of names drawn by lot."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over days with its bootstrap interval over groups."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One panel on one day: scores by the name of the ranking, and the groups that were right."""

    day: int
    scores: Mapping[str, NDArray[np.float64]]
    right: NDArray[np.bool_]
    """Shape (k,)."""


def precision(panels: Sequence[Judged], name: str, count: int) -> float | None:
    """Share of right groups among the first ``count``, mean over panels; ``None`` where no panel has twice as many."""
    found = [_share(each, name, count) for each in panels if len(each.right) >= 2 * count]
    return float(np.mean(found)) if found else None


def estimate(panels: Sequence[Judged], name: str, count: int, *, seed: int = 0) -> Estimate | None:
    """``precision`` with an interval: in each replicate one panel is drawn for every day, and its groups drawn anew.

    Panels of one day hold the same collaborations, so they are not counted as independent.
    """
    value = precision(panels, name, count)
    if value is None:
        return None
    low, high = np.quantile(
        [drawn[0] for drawn in _replicates(panels, (name,), count, seed)], [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    )
    return Estimate(round(value, 4), round(float(low), 4), round(float(high), 4))


def ratio(panels: Sequence[Judged], name: str, other: str, count: int, *, seed: int = 0) -> Estimate | None:
    """Precision of one ranking over that of another on the same panels; the interval draws both together."""
    value, against = precision(panels, name, count), precision(panels, other, count)
    if value is None or not against:
        return None
    drawn = _replicates(panels, (name, other), count, seed)
    # Half a hit more on either side keeps a replicate without any hit finite.
    half = 0.5 / count
    low, high = np.quantile(
        [(mine + half) / (theirs + half) for mine, theirs in drawn], [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    )
    return Estimate(round(value / against, 3), round(float(low), 3), round(float(high), 3))


def _replicates(
    panels: Sequence[Judged], names: Sequence[str], count: int, seed: int
) -> list[tuple[float, ...]]:
    random = np.random.default_rng(seed)
    days: dict[int, list[Judged]] = {}
    for each in panels:
        if len(each.right) >= 2 * count:
            days.setdefault(each.day, []).append(each)
    found = []
    for _ in range(REPLICATES):
        means = np.zeros((len(days), len(names)))
        for row, same_day in enumerate(days.values()):
            one = same_day[random.integers(len(same_day))]
            rows = random.integers(len(one.right), size=len(one.right))
            drawn = Judged(
                one.day,
                {name: one.scores[name][rows] for name in names if name in one.scores},
                one.right[rows],
            )
            means[row] = [_share(drawn, name, count) for name in names]
        found.append(tuple(means.mean(axis=0).tolist()))
    return found


def _share(panel: Judged, name: str, count: int) -> float:
    if name == RANDOM:
        return float(panel.right.mean())
    return float(panel.right[first(panel.scores[name], count)].mean())
