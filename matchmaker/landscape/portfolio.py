"""The collaborations of the cluster as a table: by sub-cluster, commitment, year, actor groups and whether they still run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.corpus import COMMITMENTS, GROUPS, NO_DATE, Corpus
from matchmaker.landscape.caveats import Caveat, Unknown
from matchmaker.landscape.incidence import Incidence


class State(StrEnum):
    """Whether a collaboration runs on the day asked about."""

    PLANNED = "planned"
    """It becomes known or begins after that day."""
    RUNNING = "running"
    ENDED = "ended"
    UNKNOWN = "unknown"
    """It has no end, or no date at all, or no day was asked about."""


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """Collaborations that are alike in everything the table tells apart."""

    sub_cluster_id: str
    """The sub-cluster at the top that they lie in; empty for none."""
    commitment: Commitment
    year: int | None
    """In which they became known; ``None`` without a date."""
    groups: int
    """Actor groups taking part; 0 where no participant is known."""
    state: State
    collaborations: int
    money: float | None
    """EUR that is known to go into them; ``None`` where none is known."""
    money_known: int
    """Of how many of them the money is known."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Collaborations in which two actor groups both take part."""

    groups: tuple[ActorGroup, ActorGroup]
    collaborations: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """How much of a portfolio crosses borders; a collaboration of one actor is in ``alone`` only."""

    sub_cluster_id: str
    """Empty for the whole portfolio."""
    collaborations: int
    """With two or more known actors."""
    alone: int
    """With one, or with none that is known."""
    across_groups: int
    """Of ``collaborations``, those that join two or more actor groups."""
    committed_across_groups: int
    """Of those, the ones at the top of the ladder of commitment."""
    placed: int
    """Of ``collaborations``, those with two or more actors that are at home in some sub-cluster at the top."""
    across_sub_clusters: int
    """Of ``placed``, those whose actors are at home in two or more of them."""
    by_groups: tuple[Joint, ...]
    """Of ``across_groups``, how many join each two actor groups; a collaboration of three groups counts three times."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The whole table and what crosses borders."""

    rows: tuple[PortfolioRow, ...]
    """By sub-cluster in the landscape's order with none last, commitment, year with none last, groups and state."""
    whole: Crossing
    sub_clusters: tuple[Crossing, ...]
    """For each sub-cluster at the top, in the landscape's order."""
    caveats: tuple[Caveat, ...] = ()


def portfolio(
    corpus: Corpus,
    places: Incidence,
    *,
    day: int | None = None,
    ends: NDArray[np.int32] | None = None,
    money: NDArray[np.float64] | None = None,
) -> Portfolio:
    """Count the collaborations of a corpus.

    ``day`` is the day asked about, ``ends`` the last day of each collaboration, shape (c,), both in days since 1970-01-01
    with ``NO_DATE`` for unknown; ``money``, shape (c,), is EUR with NaN for unknown. Raises ``ValueError`` where a shape does
    not fit.
    """
    count = len(corpus.collaboration_ids)
    for name, each in (("ends", ends), ("money", money)):
        if each is not None and each.shape != (count,):
            raise ValueError(f"{count} collaborations need as many {name}, not the shape {each.shape}.")
    homes = places.collaboration_home(places.tops)
    groups = _groups(corpus)
    years = _years(corpus.collaboration_dates)
    states = _states(corpus.collaboration_dates, ends, day)
    spent = np.full(count, np.nan) if money is None else money
    cells: dict[tuple[int, int, int, int, int], list[int]] = {}
    order = tuple(State)
    for column in range(count):
        home, year = int(homes[column]), int(years[column])
        key = (
            home if home >= 0 else len(places.ids),
            int(corpus.commitments[column]),
            year or 9999,
            int(groups[:, column].sum()),
            order.index(states[column]),
        )
        cells.setdefault(key, []).append(column)
    rows = []
    for key in sorted(cells):
        known = spent[cells[key]]
        known = known[~np.isnan(known)]
        rows.append(
            PortfolioRow(
                sub_cluster_id=places.ids[key[0]] if key[0] < len(places.ids) else "",
                commitment=COMMITMENTS[key[1]],
                year=None if key[2] == 9999 else key[2],
                groups=key[3],
                state=order[key[4]],
                collaborations=len(cells[key]),
                money=float(known.sum()) if len(known) else None,
                money_known=len(known),
            )
        )
    at_home = _at_home(corpus, places)
    return Portfolio(
        rows=tuple(rows),
        whole=_crossing("", np.arange(count), corpus, groups, at_home),
        sub_clusters=tuple(
            _crossing(places.ids[place], np.flatnonzero(homes == place), corpus, groups, at_home)
            for place in places.tops.tolist()
        ),
        caveats=_caveats(corpus, places, ends),
    )


def known_sums(funding: sparse.csr_array) -> NDArray[np.float64]:
    """EUR that is known to go into each collaboration, shape (c,), NaN where none is; ``funding`` as in ``Corpus``."""
    sums = np.full(funding.shape[1], np.nan)
    known = np.unique(funding.indices)
    sums[known] = np.bincount(funding.indices, weights=funding.data, minlength=funding.shape[1])[known]
    return sums


def _groups(corpus: Corpus) -> NDArray[np.bool_]:
    """Shape (groups, c): which actor groups take part in which collaboration."""
    of = np.zeros((len(GROUPS), len(corpus.ids)), dtype=np.float32)
    of[corpus.groups, np.arange(len(corpus.ids))] = 1
    return np.asarray((corpus.takes_part.T @ of.T).T > 0)


def _at_home(corpus: Corpus, places: Incidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Actors of each collaboration that are at home in a sub-cluster, and the different ones they are at home in."""
    home = places.home(places.tops)
    of = np.zeros((len(home), len(places.ids)), dtype=np.float32)
    of[np.flatnonzero(home >= 0), home[home >= 0]] = 1
    counted = corpus.takes_part.T @ of
    return counted.sum(axis=1).astype(np.int64), (counted > 0).sum(axis=1)


def _years(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Calendar years, 0 for no date."""
    known = (
        np.where(days == NO_DATE, 0, days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    )
    return np.where(days == NO_DATE, 0, known + 1970)


def _states(starts: NDArray[np.int32], ends: NDArray[np.int32] | None, day: int | None) -> list[State]:
    if day is None:
        return [State.UNKNOWN] * len(starts)
    last = np.full(len(starts), NO_DATE, dtype=np.int32) if ends is None else ends
    found = []
    for start, end in zip(starts.tolist(), last.tolist(), strict=True):
        if start != NO_DATE and start > day:
            found.append(State.PLANNED)
        elif end == NO_DATE:
            found.append(State.UNKNOWN)
        else:
            found.append(State.ENDED if end < day else State.RUNNING)
    return found


def _crossing(
    name: str,
    columns: NDArray[np.int64],
    corpus: Corpus,
    groups: NDArray[np.bool_],
    at_home: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Crossing:
    sizes = np.bincount(corpus.takes_part.indices, minlength=len(corpus.collaboration_ids))
    shared = columns[sizes[columns] > 1]
    crossing = shared[groups[:, shared].sum(axis=0) > 1]
    placed = shared[at_home[0][shared] > 1]
    there = groups[:, crossing].astype(np.int64)
    joint = there @ there.T
    pairs = [(one, other) for one, other in combinations(range(len(GROUPS)), 2) if joint[one, other]]
    committed = corpus.commitments[crossing] == COMMITMENTS.index(Commitment.COMMITTED)
    return Crossing(
        sub_cluster_id=name,
        collaborations=len(shared),
        alone=len(columns) - len(shared),
        across_groups=len(crossing),
        committed_across_groups=int(committed.sum()),
        placed=len(placed),
        across_sub_clusters=int((at_home[1][placed] > 1).sum()),
        by_groups=tuple(Joint((GROUPS[one], GROUPS[other]), int(joint[one, other])) for one, other in pairs),
    )


def _caveats(corpus: Corpus, places: Incidence, ends: NDArray[np.int32] | None) -> tuple[Caveat, ...]:
    found = []
    if not corpus.collaboration_ids:
        return (Caveat(Unknown.NO_COLLABORATIONS),)
    years = _years(corpus.collaboration_dates)
    if not years.any():
        found.append(Caveat(Unknown.NO_DATES))
    elif len(np.unique(years[years > 0])) == 1:
        found.append(Caveat(Unknown.ONE_YEAR))
    if ends is None or not (ends != NO_DATE).any():
        found.append(Caveat(Unknown.NO_ENDS))
    if not len(places.tops):
        found.append(Caveat(Unknown.NO_SUB_CLUSTERS))
    elif len(places.tops) == 1:
        found.append(Caveat(Unknown.ONE_SUB_CLUSTER))
    if len(np.unique(corpus.groups)) == 1:
        found.append(Caveat(Unknown.ONE_GROUP))
    return tuple(found)
