"""Groups found on a day and what came of them: later collaborations go to the group whose texts are nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from matchmaker.landscape.activity import Activity

PER_GROUP = 12
"""Collaborations per group of texts, at least, on the day they are found."""
MOST_GROUPS = 200
TOP_SHARE = 0.1
"""The groups that grew most: a tenth."""
DAMPING = 0.5
"""What the median group has, times this, is added to each group as growing like the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """*k* groups as they were known on a day."""

    day: int
    """Days since 1970-01-01."""
    centres: NDArray[np.float32]
    """Shape (k, d): unit rows."""
    belongs: NDArray[np.int64]
    """Shape (c,): the group of every collaboration of the activity, later ones too; -1 without text."""
    nearness: NDArray[np.float32]
    """Shape (c,): cosine of each to the centre of its group."""
    parents: NDArray[np.int64]
    """Shape (k,): a number for the parent of each; -1 where there is none."""

    def __len__(self) -> int:
        return len(self.centres)


def panel(activity: Activity, day: int, centres: NDArray[np.float32], parents: NDArray[np.int64]) -> Panel:
    """Put every collaboration into the group with the nearest centre; ties go to the first group."""
    belongs = np.full(len(activity.days), -1, dtype=np.int64)
    nearness = np.zeros(len(activity.days), dtype=np.float32)
    if len(centres):
        for start in range(0, len(belongs), 4096):
            cosines = activity.vectors[start : start + 4096] @ centres.T
            belongs[start : start + 4096] = cosines.argmax(axis=1)
            nearness[start : start + 4096] = cosines.max(axis=1)
        belongs[~activity.vectors.any(axis=1)] = -1
    return Panel(day, centres, belongs, nearness, parents)


def of_texts(activity: Activity, day: int, *, seed: int = 0) -> Panel:
    """Groups of collaborations with like texts known on a day: k-means, up to ``MOST_GROUPS``.

    Empty where there are fewer than two groups of ``PER_GROUP``, or all texts are one.
    """
    known = activity.vectors[: activity.until(day)]
    known = known[known.any(axis=1)]
    count = min(MOST_GROUPS, len(known) // PER_GROUP, len(np.unique(known, axis=0)) if len(known) else 0)
    if count < 2:
        return panel(activity, day, np.zeros((0, activity.vectors.shape[1]), dtype=np.float32), _none(0))
    found = KMeans(count, random_state=seed, n_init=1, max_iter=30).fit(known).cluster_centers_
    return panel(activity, day, _unit(found), _none(count))


def of_collaborations(
    activity: Activity, day: int, groups: Sequence[NDArray[np.int64]], parents: NDArray[np.int64]
) -> Panel:
    """Groups given as columns of the corpus: each one's centre is the mean of what it holds."""
    row_of = {column: row for row, column in enumerate(activity.columns.tolist())}
    centres = np.zeros((len(groups), activity.vectors.shape[1]), dtype=np.float32)
    for number, columns in enumerate(groups):
        rows = [row_of[column] for column in columns.tolist() if column in row_of]
        if rows:
            centres[number] = activity.vectors[rows].sum(axis=0)
    return panel(activity, day, _unit(centres), parents)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What each of *k* groups had on a day and what was added up to another; all shape (k,), float64."""

    known: NDArray[np.float64]
    added: NDArray[np.float64]

    @property
    def growth(self) -> NDArray[np.float64]:
        """Added over known, damped: half of what the median group has grows, in each, as the whole does."""
        return damped(self.added, self.known)

    @property
    def of_the_whole(self) -> float:
        """Added over known of all groups together."""
        return float(self.added.sum() / max(self.known.sum(), 1e-12))

    @property
    def faster(self) -> NDArray[np.bool_]:
        """Whether each grew faster than all groups together."""
        return self.added > self.known * self.of_the_whole

    @property
    def top(self) -> NDArray[np.bool_]:
        """The tenth that grew most; with equal growth, the earlier."""
        return (
            first(self.growth, max(1, round(TOP_SHARE * len(self.growth))))
            if len(self.growth)
            else self.growth > 0
        )


TARGETS = ("actors", "projects", "funding")


def outcome(activity: Activity, found: Panel, target: str, start: int, end: int) -> Outcome:
    """Actors (at their first collaboration in the group), projects or funding: up to ``start``, and from then to ``end``."""
    if target == "actors":
        groups, days = first_days(activity, found, end)
        before = days <= start
        return Outcome(
            np.bincount(groups[before], minlength=len(found)).astype(np.float64),
            np.bincount(groups[~before], minlength=len(found)).astype(np.float64),
        )
    weights = np.ones(len(activity.days)) if target == "projects" else np.nan_to_num(activity.funding)
    since, until = activity.until(start), activity.until(end)
    return Outcome(
        _summed(found, weights, 0, since),
        _summed(found, weights, since, until),
    )


def _summed(found: Panel, weights: NDArray[np.float64], since: int, until: int) -> NDArray[np.float64]:
    """The weights of the rows from ``since`` to before ``until`` by group."""
    rows = np.arange(since, until)
    rows = rows[found.belongs[rows] >= 0]
    return np.asarray(np.bincount(found.belongs[rows], weights[rows], minlength=len(found)), dtype=np.float64)


def first_days(activity: Activity, found: Panel, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group and first day of every actor in every group it takes part in, up to ``end``."""
    groups, _, days = entries(activity, found, end)
    return groups, days


def entries(
    activity: Activity, found: Panel, end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Group, actor and day of every actor's first collaboration in every group, up to ``end``."""
    rows, actors = activity.participations
    kept = (rows < activity.until(end)) & (found.belongs[rows] >= 0)
    rows, actors = rows[kept], actors[kept]
    count = activity.takes_part.shape[1]
    # Participations come by day, so the first of equal keys is the earliest.
    keys, places = np.unique(found.belongs[rows] * count + actors, return_index=True)
    return keys // count, keys % count, activity.days[rows[places]]


def damped(added: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Growth of small counts drawn towards that of the whole."""
    if not len(known):
        return np.zeros(0)
    whole = added.sum() / max(known.sum(), 1e-12)
    weight = DAMPING * max(float(np.median(known)), 1.0)
    return np.asarray((added + weight * whole) / (known + weight))


def first(scores: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """The ``count`` highest; with equal scores, the earlier."""
    chosen = np.zeros(len(scores), dtype=np.bool_)
    chosen[np.argsort(-scores, kind="stable")[:count]] = True
    return chosen


def months_after(day: int, months: int) -> int:
    """The same day of the month so many months later (or earlier), the last of the month where it was the last."""
    then = date.fromordinal(date(1970, 1, 1).toordinal() + day)
    last = (then.replace(day=1) if then.day == 1 else then).toordinal()
    is_last = date.fromordinal(last + 1).day == 1
    number = then.year * 12 + then.month - 1 + months
    year, month = divmod(number, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1).toordinal()
    length = following - date(year, month + 1, 1).toordinal()
    place = length if is_last else min(then.day, length)
    return date(year, month + 1, place).toordinal() - date(1970, 1, 1).toordinal()


def _unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def _none(count: int) -> NDArray[np.int64]:
    return np.full(count, -1, dtype=np.int64)
