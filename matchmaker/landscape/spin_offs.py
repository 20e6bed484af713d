"""Which specialisation could become a cluster of its own: five measures, each with the figures it rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.findings import SpinOff
from matchmaker.landscape.sub_clusters import Group

LONGEST_WINDOW = 3
"""Years that count as recent at most, and as many before them as earlier."""
DAMPING = 4.0
"""Collaborations that grow as the whole landscape does, added to each specialisation's own."""
FEWEST_COLLABORATIONS = 3
"""A specialisation with fewer dated collaborations in both windows together is not judged."""


def spin_offs(
    documents: Documents,
    ties: sparse.csr_array,
    groups: Sequence[Group],
    labels: Sequence[str],
    actor_groups: NDArray[np.int8],
) -> list[SpinOff]:
    """Specialisations that grow at least as fast as the whole landscape, by falling score, then id.

    Years are counted back from the newest in the data. Empty without dates in two years at least.
    """
    recent, earlier = windows(documents.years)
    if not earlier:
        return []
    expected = _recent_share(documents.years, recent, earlier)
    inner = [number for number, group in enumerate(groups) if group.parent is not None]
    usual = float(np.median([len(groups[number].members) for number in inner])) if inner else 0.0
    kinds = len(np.unique(actor_groups))
    found = []
    for number in inner:
        group = groups[number]
        parent = groups[group.parent or 0]
        growth = _growth(documents.years[group.documents], recent, earlier, expected)
        if growth is None or growth["growth"] < 0.5:
            continue
        measured = (
            growth
            | _mass(len(group.members), usual)
            | _bonds(ties, group.documents, parent.documents)
            | _spread(actor_groups[group.members], kinds)
        )
        found.append(_candidate(group, parent, labels[number], measured))
    return sorted(found, key=lambda each: (-each.score, each.sub_cluster_id))


MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")


def _candidate(group: Group, parent: Group, label: str, measured: dict[str, float]) -> SpinOff:
    five = [round(float(np.clip(measured[name], 0, 1)), 4) for name in MEASURES]
    return SpinOff(
        sub_cluster_id=group.id,
        parent_id=parent.id,
        label=label,
        score=round(float(np.prod(five) ** (1 / len(five))), 4),
        **dict(zip(MEASURES, five, strict=True)),
        figures={name: round(value, 4) for name, value in measured.items() if name not in MEASURES},
    )


def windows(years: NDArray[np.int64]) -> tuple[range, range]:
    """The recent years and as many before them; both empty where the collaborations are of a single year.

    The last and the first year are those that, with all beyond them, hold a fiftieth of the dated collaborations: a
    single date far off moves neither.
    """
    dated = np.sort(years[years > 0])
    if not len(dated):
        return range(0), range(0)
    beyond = len(dated) // 50
    oldest, newest = int(dated[beyond]), int(dated[len(dated) - 1 - beyond])
    width = min(LONGEST_WINDOW, (newest - oldest + 1) // 2)
    return range(newest - width + 1, newest + 1), range(newest - 2 * width + 1, newest - width + 1)


def _within(years: NDArray[np.int64], window: range) -> int:
    return int(np.count_nonzero((years >= window.start) & (years < window.stop)))


def _recent_share(years: NDArray[np.int64], recent: range, earlier: range) -> float:
    new, old = _within(years, recent), _within(years, earlier)
    return (new + 1) / (new + old + 2)


def _growth(
    years: NDArray[np.int64], recent: range, earlier: range, expected: float
) -> dict[str, float] | None:
    """Odds of a collaboration being recent, here against everywhere: 0.5 is as the whole, 0.75 three times the odds."""
    new, old = _within(years, recent), _within(years, earlier)
    if new + old < FEWEST_COLLABORATIONS:
        return None
    share = (new + DAMPING * expected) / (new + old + DAMPING)
    here, everywhere = share * (1 - expected), expected * (1 - share)
    return {
        "growth": here / (here + everywhere),
        "recent_collaborations": float(new),
        "earlier_collaborations": float(old),
        "first_recent_year": float(recent.start),
        "last_recent_year": float(recent.stop - 1),
        "recent_share": new / (new + old),
        "recent_share_of_all": expected,
    }


def _mass(members: int, usual: float) -> dict[str, float]:
    """Members against the usual specialisation: 0.5 for the median, 0.75 for three times as many."""
    return {
        "critical_mass": members / (members + usual),
        "members": float(members),
        "members_of_the_median_specialisation": usual,
    }


def _bonds(ties: sparse.csr_array, inside: NDArray[np.int64], around: NDArray[np.int64]) -> dict[str, float]:
    """Coherence: the share of its ties that stay inside. Distinctness: how far ties to the rest of the parent fall
    short of what an even spread over the parent would give.
    """
    totals = np.asarray(ties.sum(axis=1))
    mine = sparse.csr_array(ties[inside])
    own = float(mine[:, inside].sum())
    within_parent = float(mine[:, around].sum())
    everything = float(totals[inside].sum())
    rest_of_parent = 1 - everything / max(float(totals[around].sum()), 1e-12)
    to_rest = 1 - own / within_parent if within_parent > 0 else 0.0
    return {
        "coherence": own / everything if everything > 0 else 0.0,
        "distinctness": 1 - min(1.0, to_rest / rest_of_parent) if rest_of_parent > 1e-9 else 0.0,
        "documents": float(len(inside)),
        "ties_inside": own,
        "ties_to_the_rest_of_the_parent": within_parent - own,
        "ties_elsewhere": everything - within_parent,
        "expected_share_to_the_rest": rest_of_parent,
    }


def _spread(members: NDArray[np.int8], kinds: int) -> dict[str, float]:
    """Evenness of the members over the actor groups there are: 1 when all groups have as many."""
    counts = np.unique(members, return_counts=True)[1]
    shares = counts / counts.sum()
    entropy = float(-(shares * np.log(shares)).sum())
    return {
        "group_spread": entropy / np.log(kinds) if kinds > 1 else 0.0,
        "groups": float(len(counts)),
        "groups_of_all": float(kinds),
        "largest_group_share": float(shares.max()),
    }
