"""What the data hold about the whole cluster or a part of it: how many, from where, since when, how sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.corpus import COMMITMENTS, GROUPS, NO_DATE, Corpus, day_of
from matchmaker.landscape.findings import Landscape, SubCluster
from matchmaker.landscape.periods import Period, period

UNCLEAR = 0.3
"""A confidence below this is a place that could as well be another."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of what is known; every share in a report rests on these."""

    actors: int
    with_text: int
    """Actors with a profile or a collaboration that says something."""
    with_collaborations: int
    members: int
    """Members of the organised cluster."""
    by_group: dict[ActorGroup, int]
    by_region: dict[str, int]
    """Actors by country and region as they are written, most first; those of no known place are left out."""
    collaborations: int
    dated: int
    """Collaborations whose date is known."""
    across_groups: int
    """Collaborations with members of two actor groups or more."""
    by_commitment: dict[Commitment, int]
    began: dict[int, int]
    """Year to collaborations that began in it; no year between the first and the last is left out."""
    active: dict[int, int]
    """Year to actors that had begun their first collaboration by then, cumulative; the same years."""
    period: Period
    """The years of the whole cluster that are complete, the one that is not, and what lies outside."""
    newest: date | None
    """The newest day among the collaborations' dates."""
    unclear: int
    """Actors whose clearest place in a sub-cluster has a confidence below ``UNCLEAR``, or who have none."""
    bridges: int
    """Actors in two sub-clusters of the first level or more."""


def coverage(corpus: Corpus, landscape: Landscape, part: SubCluster | None = None) -> Coverage:
    """Count the whole cluster, or the members and collaborations of one sub-cluster."""
    return _counted(corpus, corpus.row_of, _places(corpus, landscape), part)


def every_coverage(corpus: Corpus, landscape: Landscape) -> list[Coverage]:
    """``coverage`` of the whole, then of every sub-cluster; faster than to ask for each."""
    places, row_of = _places(corpus, landscape), corpus.row_of
    return [_counted(corpus, row_of, places, part) for part in (None, *landscape.sub_clusters)]


def _counted(
    corpus: Corpus,
    row_of: Mapping[str, int],
    placed: tuple[NDArray[np.float64], NDArray[np.intp]],
    part: SubCluster | None,
) -> Coverage:
    rows = np.arange(len(corpus.ids)) if part is None else _rows(row_of, part)
    columns = _columns(corpus, part)
    taking = corpus.takes_part[rows][:, columns]
    groups = corpus.groups[rows]
    dates = corpus.collaboration_dates[columns]
    began, active = _by_year(dates, taking)
    known = dates[dates != NO_DATE]
    confidence, places = placed
    return Coverage(
        actors=len(rows),
        with_text=int((np.diff(corpus.holds[rows].indptr) > 0).sum()),
        with_collaborations=int((np.diff(taking.indptr) > 0).sum()),
        members=int(corpus.members[rows].sum()),
        by_group={group: count for group in GROUPS if (count := int((groups == GROUPS.index(group)).sum()))},
        by_region=_regions(corpus, rows),
        collaborations=len(columns),
        dated=len(known),
        across_groups=_across(taking, groups),
        by_commitment={
            level: count
            for place, level in enumerate(COMMITMENTS)
            if (count := int((corpus.commitments[columns] == place).sum()))
        },
        began=began,
        active=active,
        period=period(corpus.collaboration_dates),
        newest=day_of(int(known.max())) if len(known) else None,
        unclear=int((confidence[rows] < UNCLEAR).sum()),
        bridges=int((places[rows] > 1).sum()),
    )


def _rows(row_of: Mapping[str, int], part: SubCluster) -> NDArray[np.intp]:
    return np.array(sorted(row_of[each.actor_id] for each in part.members), dtype=np.intp)


def _columns(corpus: Corpus, part: SubCluster | None) -> NDArray[np.intp]:
    """Collaborations that count: all, or the sub-cluster's own."""
    if part is None:
        return np.arange(len(corpus.collaboration_ids))
    wanted = set(part.collaboration_ids)
    return np.array(
        [column for column, each in enumerate(corpus.collaboration_ids) if each in wanted], dtype=np.intp
    )


def _regions(corpus: Corpus, rows: Collection[int]) -> dict[str, int]:
    counted = Counter(
        place for row in rows if (place := corpus.regions[row].strip() or corpus.countries[row].strip())
    )
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def _by_year(dates: NDArray[np.int32], taking: sparse.csr_array) -> tuple[dict[int, int], dict[int, int]]:
    """Collaborations by the year they began, and actors by the year of their first one, cumulative."""
    known = np.flatnonzero(dates != NO_DATE)
    if not len(known):
        return {}, {}
    years = np.full(len(dates), np.iinfo(np.int32).max, dtype=np.int64)
    years[known] = dates[known].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    span = range(int(years[known].min()), int(years[known].max()) + 1)
    first = [
        int(years[taking.indices[start:end]].min())
        for start, end in zip(taking.indptr[:-1], taking.indptr[1:], strict=True)
        if end > start
    ]
    counted = Counter(years[known].tolist())
    arrived = Counter(first)
    active, so_far = {}, 0
    for year in span:
        so_far += arrived[year]
        active[year] = so_far
    return {year: counted[year] for year in span}, active


def _across(taking: sparse.csr_array, groups: NDArray[np.int8]) -> int:
    by_collaboration = taking.tocsc()
    return sum(
        len(set(groups[by_collaboration.indices[start:end]].tolist())) > 1
        for start, end in zip(by_collaboration.indptr[:-1], by_collaboration.indptr[1:], strict=True)
    )


def _places(corpus: Corpus, landscape: Landscape) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Each actor's highest confidence at the first level, and in how many sub-clusters of it it is."""
    row_of = corpus.row_of
    highest = np.zeros(len(corpus.ids))
    places = np.zeros(len(corpus.ids), dtype=np.intp)
    for each in landscape.sub_clusters:
        if each.parent_id is None:
            for member in each.members:
                row = row_of[member.actor_id]
                highest[row] = max(highest[row], member.confidence)
                places[row] += 1
    return highest, places
