"""What a forecast of growth has to beat: rankings of groups that need no model, the opposite of last period's growth included."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matchmaker.landscape.activity import Activity
from matchmaker.landscape.growth_signs import window
from matchmaker.landscape.panels import Outcome, Panel, damped, entries, outcome

PERIODS = 4
"""Parts of the last window in which persistence is looked for."""
BASELINES = (
    "size",
    "small_size",
    "last_growth",
    "mean_reversion",
    "acceleration",
    "slowing",
    "diversity_x_ubiquity",
    "persistence",
)


def baselines(
    activity: Activity, found: Panel, day: int, target: str, regions: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Scores of shape (k,) by the name of the baseline, the higher the sooner named.

    ``regions`` has shape (n,): the region of each actor, -1 where unknown.
    """
    width = window(activity, day)
    last = outcome(activity, found, target, day - width, day)
    late = outcome(activity, found, target, day - width // 2, day)
    early = outcome(activity, found, target, day - width, day - width // 2)
    size = outcome(activity, found, target, day, day).known
    growth = _last_growth(activity, found, target, day, width, last)
    acceleration = _log_ratio(late.added, early.added)
    return {
        "size": size,
        "small_size": -size,
        "last_growth": growth,
        "mean_reversion": -growth,
        "acceleration": acceleration,
        "slowing": -acceleration,
        "diversity_x_ubiquity": _diversity_x_ubiquity(activity, found, day, regions),
        "persistence": _persistence(activity, found, target, day, width) + size / (size.max(initial=0) + 1),
    }


def yearly_ratio(activity: Activity, found: Panel, target: str, day: int, end: int) -> NDArray[np.float64]:
    """What the time until ``end`` adds over what as long a time before the day added, one more in both: growth of the flow."""
    following = outcome(activity, found, target, day, end).added
    before = outcome(activity, found, target, day - (end - day), day).added
    one = 1.0 if target != "funding" else max(float(np.median(before)) / 10, 1.0)
    return np.asarray((following + one) / (before + one))


def _last_growth(
    activity: Activity, found: Panel, target: str, day: int, width: int, last: Outcome
) -> NDArray[np.float64]:
    """Projects and funding: the last window's over the one before. Actors: newcomers of the window over those before it."""
    if target == "actors":
        return damped(last.added, last.known)
    before = outcome(activity, found, target, day - 2 * width, day - width).added
    return _log_ratio(last.added, before)


def _log_ratio(later: NDArray[np.float64], earlier: NDArray[np.float64]) -> NDArray[np.float64]:
    one = max(1.0, float(np.median(earlier)) / 10) if len(earlier) else 1.0
    return np.asarray(np.log((later + one) / (earlier + one)))


def _persistence(activity: Activity, found: Panel, target: str, day: int, width: int) -> NDArray[np.float64]:
    """In how many parts of the last window each grew faster than the whole."""
    days = [day - width * part // PERIODS for part in range(PERIODS, -1, -1)]
    faster = [outcome(activity, found, target, start, end).faster for start, end in pairwise(days)]
    return np.asarray(np.sum(faster, axis=0), dtype=np.float64)


def _diversity_x_ubiquity(
    activity: Activity, found: Panel, day: int, regions: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Regions specialised in the group (LQ above 1) times the mean number of groups that these are specialised in."""
    groups, actors, _ = entries(activity, found, day)
    places = regions[actors]
    known = places >= 0
    counts = np.zeros((len(found), int(regions.max(initial=0)) + 1))
    np.add.at(counts, (groups[known], places[known]), 1)
    by_chance = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / max(counts.sum(), 1e-12)
    special = (counts > by_chance) & (counts > 0)
    ubiquity, diversity = special.sum(axis=1), special.sum(axis=0)
    mean = special @ diversity / np.maximum(ubiquity, 1)
    return np.asarray(ubiquity * mean, dtype=np.float64)
