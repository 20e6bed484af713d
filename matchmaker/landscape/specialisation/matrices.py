"""From the columns of a build to a table of regions and industries: what is counted where, and what is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import NO_DATE, Corpus, day_of
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.specialisation.questions import By, Of, Question, Weight, Years
from matchmaker.telling import told

_COLUMNS = {
    Of.SUB_CLUSTERS: told("sub-clusters"),
    Of.SPECIALISATIONS: told("specialisations"),
    Of.FIELDS: told("fields"),
}
"""What the columns are, in a word."""


_NUTS = re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")
_SAME_COUNTRY = {"GR": "EL", "GB": "UK"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is."""

    id: str
    label: str
    sector: str
    """Label of what it is a part of, ``""`` where it is a part of nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """A table with what stands behind it: *r* rows, *k* columns, *e* events."""

    rows: list[str]
    """Ascending."""
    headings: list[Heading]
    amounts: NDArray[np.float64]
    """Shape (r, k): actors, collaborations or EUR."""
    squares: NDArray[np.float64]
    """Shape (r, k): sum of the squared single amounts; for counts the amounts themselves."""
    actors: NDArray[np.float64]
    """Shape (r, k): different actors that stand behind each cell."""
    row_actors: NDArray[np.float64]
    """Shape (r,): different actors behind each row."""
    column_actors: NDArray[np.float64]
    """Shape (k,): different actors behind each column, those of unknown rows left out."""
    events: sparse.csr_array
    """Shape (k, e), float64 ones: which columns occur together in what."""
    notes: tuple[str, ...]
    """What had to be left out, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    headings: list[Heading]
    belongs: sparse.csr_array
    """Shape (collaborations, k), ones: which collaboration belongs to which column."""
    members: sparse.csr_array | None = None
    """Shape (actors, k), ones: members, whatever they took part in."""
    notes: list[str] = field(default_factory=list)


def matrices(corpus: Corpus, landscape: Landscape, question: Question) -> Matrices:
    """Count what is asked for."""
    places, notes = _places(corpus, question)
    columns = _columns(corpus, landscape, question)
    notes += columns.notes
    belongs = columns.belongs
    if question.years is not None:
        within, more = _within(corpus, question.years)
        belongs, notes = sparse.csr_array(sparse.diags_array(within) @ belongs), notes + more
    takes_part = corpus.takes_part.astype(np.float64)
    if question.weight is Weight.MONEY:
        takes_part, more = _funded(corpus)
        notes += more
    active = _ones(takes_part @ belongs)
    if columns.members is not None and question.weight is Weight.ACTORS and question.years is None:
        active = columns.members
    rows = sorted({place for place in places if place})
    of = _rows_of(places, rows)
    match question.weight:
        case Weight.ACTORS:
            amounts = squares = _dense(of @ active)
        case Weight.PROJECTS:
            amounts = squares = _dense(_ones(of @ takes_part) @ belongs)
        case Weight.MONEY:
            amounts, squares = _money(corpus, of, belongs)
    actors = _dense(of @ active)
    kept = np.flatnonzero(amounts.sum(axis=1) > 0)
    shown = np.flatnonzero(amounts.sum(axis=0) > 0)
    anywhere = np.asarray(active.sum(axis=1) > 0, dtype=np.float64)
    events = active.T if question.of is not Of.FIELDS else belongs.T
    return Matrices(
        rows=[rows[row] for row in kept],
        headings=[columns.headings[column] for column in shown],
        amounts=amounts[np.ix_(kept, shown)],
        squares=squares[np.ix_(kept, shown)],
        actors=actors[np.ix_(kept, shown)],
        row_actors=np.asarray(of @ anywhere)[kept],
        column_actors=actors.sum(axis=0)[shown],
        events=sparse.csr_array(sparse.csr_array(events)[shown]),
        notes=tuple(dict.fromkeys(notes)),
    )


def _places(corpus: Corpus, question: Question) -> tuple[list[str], list[str]]:
    """The row of each actor, ``""`` where it is not known, and what to say of those."""
    match question.by:
        case By.GROUP:
            return [corpus.group(row).value for row in range(len(corpus.ids))], []
        case By.COUNTRY:
            places = list(corpus.countries)
            what = told("country")
        case By.REGION:
            places = [
                _region(region.strip(), country.strip(), question.level)
                for region, country in zip(corpus.regions, corpus.countries, strict=True)
            ]
            what = told("region at level {level}", level=question.level)
    unknown = sum(not place for place in places)
    if places and unknown == len(places):
        return places, [
            told(
                "No actor's {what} is known, so there is nothing to compare. Import it, or ask for another.",
                what=what,
            )
        ]
    return places, [
        told(
            "{unknown:,} of {number:,} actors are left out: their {what} is not known.",
            unknown=unknown,
            number=len(places),
            what=what,
        )
    ] * bool(unknown)


def _region(region: str, country: str, level: int) -> str:
    """A region at a level of NUTS, ``""`` where it is only known more coarsely; a name that is no code stays."""
    if not region:
        return country if level == 0 else ""
    is_code = _NUTS.fullmatch(region) and (
        not country or region[:2] == _SAME_COUNTRY.get(country.upper(), country.upper())
    )
    if not is_code:
        return (country or region) if level == 0 else region
    return region[: 2 + level] if len(region) >= 2 + level else ""


def _columns(corpus: Corpus, landscape: Landscape, question: Question) -> _Columns:
    if question.of is Of.FIELDS:
        return _fields(corpus, question.field_level)
    top = question.of is Of.SUB_CLUSTERS
    labels = {each.id: each.label for each in landscape.sub_clusters}
    chosen = [each for each in landscape.sub_clusters if (each.parent_id is None) == top]
    row_of = corpus.row_of
    column_of = {collaboration_id: at for at, collaboration_id in enumerate(corpus.collaboration_ids)}
    members = [
        (row_of[member.actor_id], column)
        for column, each in enumerate(chosen)
        for member in each.members
        if member.actor_id in row_of
    ]
    belongs = [
        (column_of[collaboration_id], column)
        for column, each in enumerate(chosen)
        for collaboration_id in each.collaboration_ids
        if collaboration_id in column_of
    ]
    return _Columns(
        [Heading(each.id, each.label, labels.get(each.parent_id or "", "")) for each in chosen],
        _incidence(belongs, len(corpus.collaboration_ids), len(chosen)),
        _incidence(members, len(corpus.ids), len(chosen)),
        []
        if chosen
        else [
            told(
                "No {what} were found, so there is nothing to be specialised in.", what=_COLUMNS[question.of]
            )
        ],
    )


def _fields(corpus: Corpus, level: int) -> _Columns:
    paths = [[path.strip("/").split("/") for path in each if path.strip("/")] for each in corpus.fields]
    deepest = max((len(path) for each in paths for path in each), default=0)
    if not deepest:
        return _Columns(
            [],
            _incidence([], len(paths), 0),
            notes=[told("No collaboration has a field, so there is nothing to be specialised in.")],
        )
    notes: list[str] = []
    if deepest < level:
        notes.append(
            told("No field's path has {level} parts; {deepest} are taken.", level=level, deepest=deepest)
        )
        level = deepest
    found = [sorted({"/".join(path[:level]) for path in each if len(path) >= level}) for each in paths]
    without = sum(not each for each in found)
    if without:
        notes.append(
            told(
                "{without:,} of {number:,} collaborations are left out: no field of {level} parts is given.",
                without=without,
                number=len(found),
                level=level,
            )
        )
    names = sorted({name for each in found for name in each})
    place = {name: column for column, name in enumerate(names)}
    belongs = [(row, place[name]) for row, each in enumerate(found) for name in each]
    headings = [Heading(name, name.rpartition("/")[2], name.rpartition("/")[0]) for name in names]
    return _Columns(headings, _incidence(belongs, len(found), len(names)), notes=notes)


def _within(corpus: Corpus, years: Years) -> tuple[NDArray[np.float64], list[str]]:
    """Which collaborations became known in the years, shape (c,), ones and zeros."""
    dates = corpus.collaboration_dates
    found = np.zeros(len(dates))
    for at in np.flatnonzero(dates != NO_DATE):
        day = day_of(int(dates[at]))
        found[at] = day is not None and years[0] <= day.year <= years[1]
    undated = int((dates == NO_DATE).sum())
    notes: list[str] = [
        told(
            "{undated:,} of {number:,} collaborations are left out: they have no date.",
            undated=undated,
            number=len(dates),
        )
    ] * bool(undated)
    if not found.any():
        notes.append(
            told("No collaboration became known in {first} to {last}.", first=years[0], last=years[1])
        )
    return found, notes


def _funded(corpus: Corpus) -> tuple[sparse.csr_array, list[str]]:
    """Which actor gets money of which collaboration, shape (n, c), ones; and what is not known."""
    unknown = corpus.takes_part.nnz - corpus.funding.nnz
    if not corpus.funding.nnz or not corpus.funding.sum():
        return sparse.csr_array(corpus.takes_part.shape), [
            told("No participation's funding is known, so no money can be counted.")
        ]
    notes: list[str] = [
        told(
            "{unknown:,} of {number:,} participations are left out: their funding is not known.",
            unknown=unknown,
            number=corpus.takes_part.nnz,
        )
    ]
    return _ones(corpus.funding), notes * (unknown > 0)


def _money(
    corpus: Corpus, of: sparse.csr_array, belongs: sparse.csr_array
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """EUR by cell and the sum of the squared grants; a collaboration of several columns is parted among them equally."""
    several = np.asarray(belongs.sum(axis=1)).ravel()
    parted = sparse.csr_array(sparse.diags_array(1 / np.maximum(several, 1)) @ belongs)
    squared = corpus.funding.copy()
    squared.data = squared.data**2
    return _dense(of @ corpus.funding @ parted), _dense(of @ squared @ parted.multiply(parted))


def _rows_of(places: Sequence[str], rows: Sequence[str]) -> sparse.csr_array:
    """Shape (rows, actors), ones."""
    number = {place: row for row, place in enumerate(rows)}
    pairs = [(number[place], actor) for actor, place in enumerate(places) if place]
    return _incidence(pairs, len(rows), len(places))


def _incidence(pairs: Sequence[tuple[int, int]], height: int, width: int) -> sparse.csr_array:
    places = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(places)), (places[:, 0], places[:, 1])), shape=(height, width))


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    found: sparse.csr_array = sparse.csr_array(matrix).astype(np.float64)
    found.data = (found.data > 0).astype(np.float64)
    found.eliminate_zeros()
    return found


def _dense(matrix: sparse.csr_array) -> NDArray[np.float64]:
    return np.asarray(matrix.toarray(), dtype=np.float64)
