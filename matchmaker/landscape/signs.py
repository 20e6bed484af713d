"""The signs that a phase is read from, measured for a cluster or sub-cluster at the end of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import Commitment
from matchmaker.corpus import COMMITMENTS, GROUPS, Corpus, day_number
from matchmaker.landscape.periods import Period, years_of
from matchmaker.landscape.scopes import Scope

WINDOW = 3
"""Years that are looked back on: collaborations that began or ran in them count. What a cluster does, not what it did."""
FEWEST_SHARED = 3
"""Collaborations below which a share of them is not taken."""
LONGEST_GROWTH = 3
"""Years that are compared with as many before them, at most."""
DAMPING = 4.0
"""Collaborations that lie in fields as all do, added before a location quotient is taken."""
DESCRIBED = 0.5
"""Share of the collaborations whose fields must be known."""
FIELD_LEVEL = 2
"""Fields of science are told apart at this step of their paths."""

_PROJECT = COMMITMENTS.index(Commitment.PROJECT)
_COMMITTED = COMMITMENTS.index(Commitment.COMMITTED)


class Sign(StrEnum):
    """What is measured, over the latest years but for growth and age; more never speaks for an earlier phase."""

    CRITICAL_MASS = "critical_mass"
    """Members that work together with somebody in it."""
    DENSITY = "density"
    """Share of these that do so in two collaborations or more."""
    GROWTH = "growth"
    """Collaborations of the latest years for each of as many years before."""
    COMMITMENT = "commitment"
    """Share of collaborations at the level of a project or above."""
    COMMITTED = "committed"
    """Share of committed collaborations."""
    CROSS_GROUP = "cross_group"
    """Share of collaborations that join actor groups."""
    GROUPS = "groups"
    """Actor groups with a member that works together with somebody."""
    SPECIALISATION = "specialisation"
    """Location quotient of the field that most of its collaborations lie in, against the whole cluster."""
    AGE = "age"
    """Calendar years since the first collaboration, that one included."""
    HETEROGENEITY = "heterogeneity"
    """Effective number of fields, or of parts where no fields are known."""


class Unknown(StrEnum):
    """Why a sign has no figure."""

    NO_COLLABORATIONS = "no_collaborations"
    TOO_FEW = "too_few"
    NO_DATES = "no_dates"
    SHORT_HISTORY = "short_history"
    ONE_LEVEL = "one_level"
    """All collaborations of the workspace are called projects: nobody recorded how far they bind."""
    NOTHING_TO_COMPARE = "nothing_to_compare"
    NO_FIELDS = "no_fields"


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What all scopes share, over the *c* collaborations of the corpus."""

    years: NDArray[np.int64]
    """Shape (c,): the year each became known, or 0."""
    until: NDArray[np.int64]
    """Shape (c,): the last year of each, or the first where no end is known."""
    joint: NDArray[np.bool_]
    """Shape (c,): whether two known actors or more take part, by the day of asking."""
    groups: NDArray[np.bool_]
    """Shape (groups, c): which actor groups take part."""
    fields: sparse.csr_array
    """Shape (fields, c), float64: each collaboration spreads a weight of 1 over its fields."""
    ladder: bool
    """Whether commitment is recorded: levels differ, or some level is not ``project``."""


def whole(corpus: Corpus, today: date | None = None) -> Whole:
    """Measure once what every scope is read from; what is dated after ``today`` is not a collaboration yet."""
    size = len(corpus.ids)
    of_group = sparse.csr_array((np.ones(size), (corpus.groups, np.arange(size))), shape=(len(GROUPS), size))
    groups = np.asarray((of_group @ corpus.takes_part).toarray() > 0)
    years = years_of(corpus.collaboration_dates)
    return Whole(
        years=years,
        until=np.maximum(years, years_of(corpus.collaboration_ends)),
        joint=(np.asarray(corpus.takes_part.sum(axis=0)) >= 2)
        & (corpus.collaboration_dates <= day_number(today or date.max)),
        groups=groups,
        fields=_fields(corpus),
        ladder=bool(np.any(corpus.commitments != _PROJECT)),
    )


def _fields(corpus: Corpus) -> sparse.csr_array:
    number_of: dict[str, int] = {}
    rows, columns, weights = [], [], []
    for column, paths in enumerate(corpus.fields):
        steps = [[step for step in path.split("/") if step.strip()][:FIELD_LEVEL] for path in paths]
        names = sorted({"/".join(each) for each in steps if each})
        for name in names:
            rows.append(number_of.setdefault(name, len(number_of)))
            columns.append(column)
            weights.append(1 / len(names))
    shape = (len(number_of), len(corpus.fields))
    return sparse.csr_array((np.array(weights), (rows, columns)), shape=shape)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The *k* collaborations of a scope that count, of two actors or more."""

    takes_part: sparse.csr_array
    """Shape (members, k), float64 ones."""
    groups: NDArray[np.int8]
    """Shape (members,)."""
    years: NDArray[np.int64]
    until: NDArray[np.int64]
    """Shape (k,), first and last years: 0 throughout where nothing is dated."""
    undated: int
    """Collaborations of the scope without a date; they are left out where others have one."""
    levels: NDArray[np.int8]
    """Shape (k,): index into ``COMMITMENTS``."""
    joins: NDArray[np.bool_]
    """Shape (groups, k): which actor groups take part, members or not."""
    fields: sparse.csr_array
    """Shape (fields, k)."""
    whole: Whole | None
    """What it is compared with; ``None`` for the whole itself."""
    parts: sparse.csr_array
    """Shape (parts, k), float64 ones."""
    first: int | None
    """The first complete year that is known of; ``None`` where there is none."""
    ladder: bool

    @property
    def dated(self) -> bool:
        """Whether there is a time to look back from; a scope without collaborations has one as well."""
        return not len(self.years) or bool(self.years.any())

    @property
    def across(self) -> NDArray[np.bool_]:
        """Shape (k,): whether actor groups are joined."""
        return np.asarray(self.joins.sum(axis=0) >= 2)


def history(
    corpus: Corpus, all_of_it: Whole, scope: Scope, period: Period, *, since: int | None = None
) -> History:
    """What a scope's signs are read from: its dated collaborations where it has any, else all.

    ``since`` is the first year that counts.
    """
    columns = scope.columns[all_of_it.joint[scope.columns]]
    years = all_of_it.years[columns]
    undated = int(np.count_nonzero(years == 0))
    if undated < len(columns):
        columns = columns[(years > 0) & (years >= (since or 0))]
    place_of = {corpus.collaboration_ids[column]: place for place, column in enumerate(columns.tolist())}
    inside = [
        (row, place_of[each])
        for row, part in enumerate(scope.parts)
        for each in part.collaboration_ids
        if each in place_of
    ]
    rows, places = np.array(inside, dtype=np.int64).reshape(-1, 2).T
    return History(
        takes_part=sparse.csr_array(corpus.takes_part[scope.rows][:, columns].astype(np.float64)),
        groups=corpus.groups[scope.rows],
        years=all_of_it.years[columns],
        until=all_of_it.until[columns],
        undated=undated,
        levels=corpus.commitments[columns],
        joins=all_of_it.groups[:, columns],
        fields=sparse.csr_array(all_of_it.fields[:, columns]),
        whole=None if scope.sub_cluster_id is None else all_of_it,
        parts=sparse.csr_array((np.ones(len(rows)), (rows, places)), shape=(len(scope.parts), len(columns))),
        first=period.first if since is None or period.first is None else max(since, period.first),
        ladder=all_of_it.ladder,
    )


def signs(
    found: History, year: int | None, kept: NDArray[np.bool_]
) -> dict[Sign, NDArray[np.float64] | Unknown]:
    """Each sign's figure at the end of a year (``None``: without dates), for one or more selections at once.

    ``kept``, shape (k, draws), says which collaborations each selection holds. A figure has shape (draws,); NaN stands
    for a selection that is too small for it.
    """
    lately = window_of(found, year)
    if not (lately.any() and kept.size):
        return dict.fromkeys(Sign, Unknown.NO_COLLABORATIONS) | {
            Sign.CRITICAL_MASS: np.zeros(kept.shape[1]),
            Sign.GROUPS: np.zeros(kept.shape[1]),
        }
    recent = (kept & lately[:, None]).astype(np.float64)
    times = np.asarray(found.takes_part @ recent)
    active = (times > 0).sum(axis=0).astype(np.float64)
    ones = np.stack([(times[found.groups == group] > 0).any(axis=0) for group in range(len(GROUPS))])
    return {
        Sign.CRITICAL_MASS: active,
        Sign.DENSITY: _share((times >= 2).sum(axis=0).astype(np.float64), active),
        Sign.GROWTH: _growth(found, year, kept),
        Sign.COMMITMENT: _of_recent(found.levels >= _PROJECT, recent),
        Sign.COMMITTED: _of_recent(found.levels >= _COMMITTED, recent) if found.ladder else Unknown.ONE_LEVEL,
        Sign.CROSS_GROUP: _of_recent(found.across, recent),
        Sign.GROUPS: ones.sum(axis=0).astype(np.float64),
        Sign.SPECIALISATION: _specialisation(found, year, recent),
        Sign.AGE: _age(found, year, kept),
        Sign.HETEROGENEITY: _heterogeneity(found, recent),
    }


def window_of(found: History, year: int | None) -> NDArray[np.bool_]:
    """Shape (k,): the collaborations that began or ran in the latest years, looking back from the end of one."""
    return (
        np.ones(len(found.years), dtype=np.bool_) if year is None else _lately(found.years, found.until, year)
    )


def _lately(years: NDArray[np.int64], until: NDArray[np.int64], year: int) -> NDArray[np.bool_]:
    return np.asarray((years > 0) & (years <= year) & (until > year - WINDOW))


def _share(part: NDArray[np.float64], of: NDArray[np.float64], *, fewest: float = 1) -> NDArray[np.float64]:
    return np.where(of >= fewest, part / np.maximum(of, 1e-12), np.nan)


def _of_recent(those: NDArray[np.bool_], recent: NDArray[np.float64]) -> NDArray[np.float64] | Unknown:
    total = recent.sum(axis=0)
    if not (total >= FEWEST_SHARED).any():
        return Unknown.TOO_FEW
    return _share(those.astype(np.float64) @ recent, total, fewest=FEWEST_SHARED)


def _growth(found: History, year: int | None, kept: NDArray[np.bool_]) -> NDArray[np.float64] | Unknown:
    if year is None:
        return Unknown.NO_DATES
    width = 0 if found.first is None else min(LONGEST_GROWTH, (year - found.first + 1) // 2)
    if width < 1:
        return Unknown.SHORT_HISTORY
    late = (found.years > year - width) & (found.years <= year)
    early = (found.years > year - 2 * width) & (found.years <= year - width)
    if (late | early).sum() < FEWEST_SHARED:
        return Unknown.TOO_FEW
    return np.asarray((late.astype(np.float64) @ kept + 1) / (early.astype(np.float64) @ kept + 1))


def _specialisation(
    found: History, year: int | None, recent: NDArray[np.float64]
) -> NDArray[np.float64] | Unknown:
    if found.whole is None:
        return Unknown.NOTHING_TO_COMPARE if found.fields.shape[0] else Unknown.NO_FIELDS
    weights = np.asarray(found.fields @ recent)
    described = weights.sum(axis=0)
    if not _enough(described, recent.sum(axis=0)).any():
        return Unknown.NO_FIELDS
    # The field is that of the whole selection, so that leaving a few out does not change the question.
    largest = int(np.argmax(weights.sum(axis=1)))
    whole = found.whole
    everywhere = whole.joint if year is None else whole.joint & _lately(whole.years, whole.until, year)
    all_fields = whole.fields @ everywhere.astype(np.float64)
    usual = max(float(all_fields[largest] / max(all_fields.sum(), 1e-12)), 1e-12)
    quotient = (weights[largest] + DAMPING * usual) / (described + DAMPING) / usual
    return np.where(_enough(described, recent.sum(axis=0)), quotient, np.nan)


def _enough(described: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (described >= FEWEST_SHARED) & (described >= DESCRIBED * total)


def _age(found: History, year: int | None, kept: NDArray[np.bool_]) -> NDArray[np.float64] | Unknown:
    if year is None:
        return Unknown.NO_DATES
    first = np.where(kept, found.years[:, None], year + 1).min(axis=0)
    return np.asarray(year - np.minimum(first, year + 1) + 1, dtype=np.float64)


def older_than_the_data(found: History, year: int | None) -> bool:
    """Whether a scope may be older than its age says: it is there in the first year of the data."""
    return bool(
        year is not None and found.first is not None and len(found.years) and found.years.min() <= found.first
    )


def _heterogeneity(found: History, recent: NDArray[np.float64]) -> NDArray[np.float64] | Unknown:
    """Hill number of order 1: the exponential of Shannon's entropy of the shares."""
    total = recent.sum(axis=0)
    weights = np.asarray(found.fields @ recent)
    if not _enough(weights.sum(axis=0), total).any():
        if not found.parts.shape[0]:
            return Unknown.NO_FIELDS
        weights = np.asarray(found.parts @ recent)
    described = weights.sum(axis=0)
    if not (described >= FEWEST_SHARED).any():
        return Unknown.TOO_FEW
    shares = weights / np.maximum(described, 1e-12)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=0)
    return np.where(described >= FEWEST_SHARED, np.exp(entropy), np.nan)


Figures = Mapping[Sign, NDArray[np.float64] | Unknown]
"""What ``signs`` answers."""
