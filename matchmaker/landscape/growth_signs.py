"""Ten signs of a group on a day, each against the whole landscape: what a forecast of its growth may rest on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup
from matchmaker.corpus import GROUPS
from matchmaker.landscape.activity import FAR_OFF, Activity
from matchmaker.landscape.panels import Panel, entries

SIGNS = (
    "collaboration_size",
    "members",
    "knowledge_share",
    "newcomer_share",
    "lasting_ties",
    "beyond_the_calls",
    "growth",
    "coherence",
    "group_entry",
    "largest_call_share",
)
LONGEST_WINDOW = 365
"""Days that count as recent at most: a year, so that no season of calls is missed; half the time known where that is less."""
DAMPING = 5.0
"""Collaborations, members or participations like the whole's, added to each group's own."""


def window(activity: Activity, day: int) -> int:
    """How many days before ``day`` count as recent; 0 where nothing is known."""
    known = activity.until(day)
    oldest = int(activity.days[known // FAR_OFF]) if known else day + 1
    return min(LONGEST_WINDOW, (day - oldest + 1) // 2)


def signs(activity: Activity, found: Panel, day: int) -> NDArray[np.float64]:
    """Shape (k, 10), in the order of ``SIGNS``; 0 is as the whole landscape. Only what was known on the day counts.

    Sizes, shares of newcomers, lasting ties, growth and what lies beyond the calls are log ratios; the rest are differences.
    """
    since = activity.until(day - window(activity, day))
    until = activity.until(day)
    groups, actors, days = entries(activity, found, day)
    recent = days > day - window(activity, day)
    values = {
        "members": _members(groups, len(found)),
        "knowledge_share": _knowledge(activity, groups, actors, len(found)),
        "group_entry": _group_entry(activity, groups, actors, recent, len(found)),
        "lasting_ties": _lasting(activity, found, until),
        "coherence": _coherence(found, until),
        "growth": _growth(found, since, until),
        "beyond_the_calls": np.log(beyond_the_calls(activity, found, since, until)),
        "largest_call_share": _largest_call(activity, found, until),
        **_newcomers(activity, found, groups[recent], since, until),
    }
    return np.stack([values[name] for name in SIGNS], axis=1)


def beyond_the_calls(activity: Activity, found: Panel, since: int, until: int) -> NDArray[np.float64]:
    """Recent collaborations over those expected had each group kept its earlier share of every call's recent total.

    Rows from ``since`` to ``until`` are recent. A group's share of a call is drawn towards its share of all calls.
    """
    before, now = _by_series(activity, found, 0, since), _by_series(activity, found, since, until)
    overall = before.sum(axis=1) / max(before.sum(), 1e-12)
    shares = (before + 2 * overall[:, None]) / (before.sum(axis=0) + 2)
    expected = shares @ now.sum(axis=0)
    return np.asarray((now.sum(axis=1) + DAMPING) / (expected + DAMPING))


def _by_series(activity: Activity, found: Panel, start: int, stop: int) -> NDArray[np.float64]:
    rows = np.arange(start, stop)
    rows = rows[found.belongs[rows] >= 0]
    width = int(activity.series.max(initial=0)) + 1
    counted = sparse.coo_array(
        (np.ones(len(rows)), (found.belongs[rows], activity.series[rows])), shape=(len(found), width)
    )
    return np.asarray(counted.toarray(), dtype=np.float64)


def _count(
    found: Panel, start: int, stop: int, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    rows = np.arange(start, stop)
    rows = rows[found.belongs[rows] >= 0]
    weighed = None if weights is None else weights[rows]
    return np.bincount(found.belongs[rows], weighed, minlength=len(found)).astype(np.float64)


def _members(groups: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    members = np.bincount(groups, minlength=count)
    return np.asarray(np.log((members + DAMPING) / (float(np.median(members)) + DAMPING)))


def _newcomers(
    activity: Activity, found: Panel, newcomers: NDArray[np.int64], since: int, until: int
) -> dict[str, NDArray[np.float64]]:
    """Participants per recent collaboration, and which share of them had not been in the group before."""
    held = found.belongs >= 0
    rows = np.arange(len(held))
    recent = held & (rows >= since) & (rows < until)
    projects = np.bincount(found.belongs[recent], minlength=len(found))
    places = np.bincount(found.belongs[recent], activity.sizes[recent], minlength=len(found))
    new = np.bincount(newcomers, minlength=len(found))
    usual = max(float(places.sum()) / max(float(projects.sum()), 1.0), 1e-12)
    share = max(float(new.sum()) / max(float(places.sum()), 1.0), 1e-12)
    return {
        "collaboration_size": np.log((places + 2 * usual) / (projects + 2) / usual),
        "newcomer_share": np.log((new + DAMPING * share) / (places + DAMPING) / share),
    }


def _knowledge(
    activity: Activity, groups: NDArray[np.int64], actors: NDArray[np.int64], count: int
) -> NDArray[np.float64]:
    knows = activity.groups[actors] == GROUPS.index(ActorGroup.KNOWLEDGE_INSTITUTION)
    members = np.bincount(groups, minlength=count)
    whole = float(knows.mean()) if len(knows) else 0.0
    return np.asarray(
        (np.bincount(groups, knows, minlength=count) + DAMPING * whole) / (members + DAMPING) - whole
    )


def _group_entry(
    activity: Activity,
    groups: NDArray[np.int64],
    actors: NDArray[np.int64],
    recent: NDArray[np.bool_],
    count: int,
) -> NDArray[np.float64]:
    """By how much the recent members are more evenly spread over the actor groups than the earlier ones."""
    kinds = len(GROUPS)
    keys = groups * kinds + activity.groups[actors]
    split = [
        np.bincount(keys[some], minlength=count * kinds).reshape(count, kinds).astype(np.float64)
        for some in (recent, ~recent)
    ]
    together = split[0] + split[1]
    usual = together / np.maximum(together.sum(axis=1, keepdims=True), 1)
    spread = [_entropy(part + DAMPING * usual) for part in split]
    return spread[0] - spread[1]


def _entropy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    return -np.asarray((shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1))


def _lasting(activity: Activity, found: Panel, until: int) -> NDArray[np.float64]:
    """Pairs of actors that met in the group in two collaborations or more, of all that met there."""
    rows, pairs = activity.pairs
    kept = (rows < until) & (found.belongs[rows] >= 0)
    many = activity.takes_part.shape[1] ** 2
    met, times = np.unique(found.belongs[rows[kept]] * many + pairs[kept], return_counts=True)
    groups = met // max(many, 1)
    all_pairs = np.bincount(groups, minlength=len(found))
    lasting = np.bincount(groups, times > 1, minlength=len(found))
    whole = max(float(lasting.sum()) / max(float(all_pairs.sum()), 1.0), 1e-4)
    # Pairs come in bunches, one for each collaboration: a hundred of them are damped as a handful of members are.
    return np.asarray(np.log((lasting + 100 * whole) / (all_pairs + 100) / whole))


def _coherence(found: Panel, until: int) -> NDArray[np.float64]:
    projects = _count(found, 0, until)
    near = _count(found, 0, until, found.nearness.astype(np.float64))
    whole = float(near.sum()) / max(float(projects.sum()), 1.0)
    return np.asarray((near + DAMPING * whole) / (projects + DAMPING) - whole)


def _growth(found: Panel, since: int, until: int) -> NDArray[np.float64]:
    """Log odds of a collaboration being recent, here against everywhere."""
    earlier, recent = _count(found, 0, since), _count(found, since, until)
    share = (recent.sum() + 1) / (recent.sum() + earlier.sum() + 2)
    return np.asarray(
        np.log((recent + DAMPING * share) / (earlier + DAMPING * (1 - share))) - np.log(share / (1 - share))
    )


def _largest_call(activity: Activity, found: Panel, until: int) -> NDArray[np.float64]:
    by_series = _by_series(activity, found, 0, until)
    total = by_series.sum(axis=1)
    share = (by_series.max(axis=1, initial=0) + 1) / (total + 2)
    return np.asarray(share - np.average(share, weights=total + 1e-9)) if len(total) else np.zeros(0)
