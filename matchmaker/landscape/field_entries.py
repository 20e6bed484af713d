"""Which regions and countries take up which fields next: relatedness and the rest against what came, on past days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression

from matchmaker.corpus import NO_DATE, Corpus
from matchmaker.landscape.panels import first, months_after
from matchmaker.landscape.precision import Estimate
from matchmaker.landscape.specialisation import (
    co_occurrence,
    diversity,
    entry_mat,
    location_quotient,
    relatedness,
    relatedness_density,
    ubiquity,
)

LEVELS = (2, 3)
"""Steps of a field's path that count: ``/natural sciences/chemical sciences`` is two."""
PLACES = ("regions", "countries")
FEWEST = 20
"""Participations that a place and a field need by the day to be looked at."""
FEWEST_IN_A_FIELD = 2
"""Participations of the year after that make an entry, beside a location quotient of 1 or more."""
SHARE_NAMED = 0.05
"""Precision is that of the twentieth of all openings with the highest score."""
REPLICATES = 100
COMBINATION = "combination"
RANKINGS = (
    COMBINATION,
    "relatedness_density",
    "diversity_x_ubiquity",
    "location_quotient",
    "ubiquity",
    "random",
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """How one ranking of openings (places without a field) told which would be entered within a year."""

    places: str
    level: int
    day: int
    ranking: str
    openings: int
    entered: int
    auc: Estimate | None
    """Area under the curve: the chance that an entry is ranked before an opening that was not entered."""
    precision: Estimate | None
    """Share entered among the first twentieth."""


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """Places without a field on a day, and which of them entered it in the year after."""

    day: int
    place: NDArray[np.int64]
    """Shape (o,): a number for the place of each opening."""
    scores: dict[str, NDArray[np.float64]]
    signs: NDArray[np.float64]
    """Shape (o, 6), standardised."""
    entered: NDArray[np.bool_]


def entry_rows(corpus: Corpus, days: Sequence[int]) -> list[EntryRow]:
    """Every ranking on every day that a year follows; the combination is learned from earlier days whose year was over.

    ``days`` since 1970-01-01. Empty where collaborations have no fields or actors no places.
    """
    rows = []
    for places in PLACES:
        for level in LEVELS:
            held = [
                found
                for day in sorted(days)
                if (found := openings(corpus, places, level, day)) is not None and found.entered.any()
            ]
            for found in held:
                over = [each for each in held if months_after(each.day, 12) <= found.day]
                scores = dict(found.scores)
                if over:
                    scores[COMBINATION] = _combination(over, found)
                rows += [
                    _row(places, level, found, name, scores[name]) for name in RANKINGS if name in scores
                ]
    return rows


def openings(corpus: Corpus, places: str, level: int, day: int) -> Openings | None:
    """Places and fields large enough by the day, where the field's location quotient was below 1."""
    end = months_after(day, 12)
    by_place, by_field = _places(corpus, places), _fields(corpus, level)
    dated = corpus.collaboration_dates
    before = _table(corpus, by_place, by_field, (dated <= day) & (dated != NO_DATE))
    after = _table(corpus, by_place, by_field, (dated > day) & (dated <= end))
    # What comes later must not decide who is looked at.
    rows, columns = before.sum(axis=1) >= FEWEST, before.sum(axis=0) >= FEWEST
    if rows.sum() < 5 or columns.sum() < 5:
        return None
    before, after = before[rows][:, columns], after[rows][:, columns]
    held = location_quotient(before, binary=True)
    entered = entry_mat(held, location_quotient(after, binary=True) * (after >= FEWEST_IN_A_FIELD))
    density = np.nan_to_num(relatedness_density(held, relatedness(co_occurrence(held.T), method="cosine")))
    quotient = location_quotient(before)
    many, common = np.asarray(diversity(held), dtype=np.float64), np.asarray(ubiquity(held), dtype=np.float64)
    usual = before.sum(axis=1, keepdims=True) * before.sum(axis=0) / before.sum()
    spread = [
        density,
        np.log((before + 2) / (usual + 2)),
        np.broadcast_to(np.log1p(many)[:, None], held.shape),
        np.broadcast_to(np.log1p(common), held.shape),
        np.broadcast_to(np.log(before.sum(axis=1, keepdims=True)), held.shape),
        np.broadcast_to(np.log(before.sum(axis=0)), held.shape),
    ]
    open_now = ~np.isnan(entered)
    signs = np.stack([each[open_now] for each in spread], axis=1)
    return Openings(
        day=day,
        place=np.nonzero(open_now)[0].astype(np.int64),
        scores={
            "relatedness_density": density[open_now],
            "diversity_x_ubiquity": np.outer(many, common)[open_now],
            "location_quotient": quotient[open_now],
            "ubiquity": np.broadcast_to(common, held.shape)[open_now],
            "random": np.zeros(int(open_now.sum())),
        },
        signs=(signs - signs.mean(axis=0)) / np.maximum(signs.std(axis=0), 1e-9),
        entered=entered[open_now] == 1,
    )


def _combination(over: Sequence[Openings], found: Openings) -> NDArray[np.float64]:
    learned = LogisticRegression(C=1.0, max_iter=1000).fit(
        np.concatenate([each.signs for each in over]), np.concatenate([each.entered for each in over])
    )
    return np.asarray(found.signs @ learned.coef_[0])


def _row(places: str, level: int, found: Openings, name: str, scores: NDArray[np.float64]) -> EntryRow:
    if name == "random":
        share = round(float(found.entered.mean()), 4)
        auc: Estimate | None = Estimate(0.5, 0.5, 0.5)
        named: Estimate | None = Estimate(share, share, share)
    else:
        auc, named = _estimates(found, scores)
    return EntryRow(places, level, found.day, name, len(found.entered), int(found.entered.sum()), auc, named)


def _estimates(found: Openings, scores: NDArray[np.float64]) -> tuple[Estimate | None, Estimate | None]:
    """With intervals from drawing places anew, since openings of one place are not independent."""
    if found.entered.all() or not found.entered.any():
        return None, None
    random = np.random.default_rng(0)
    of_place = [np.flatnonzero(found.place == place) for place in np.unique(found.place)]
    drawn = []
    for _ in range(REPLICATES):
        rows = np.concatenate(
            [of_place[place] for place in random.integers(len(of_place), size=len(of_place))]
        )
        if 0 < found.entered[rows].sum() < len(rows):
            drawn.append(_figures(scores[rows], found.entered[rows]))
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    values = _figures(scores, found.entered)
    auc, named = (
        Estimate(round(value, 4), round(float(below), 4), round(float(above), 4))
        for value, below, above in zip(values, low, high, strict=True)
    )
    return auc, named


def _figures(scores: NDArray[np.float64], entered: NDArray[np.bool_]) -> tuple[float, float]:
    count, hits = max(1, round(SHARE_NAMED * len(scores))), int(entered.sum())
    above = rankdata(scores)[entered].sum() - hits * (hits + 1) / 2
    return float(above / (hits * (len(entered) - hits))), float(entered[first(scores, count)].mean())


def _places(corpus: Corpus, places: str) -> sparse.csr_array:
    """Shape (places, n): which actor is where."""
    names = [region[:4] for region in corpus.regions] if places == "regions" else corpus.countries
    # A code of two letters is a country whose region is not known.
    known = [name if len(name) > 2 or places == "countries" else "" for name in names]
    return _incidence([[name] if name else [] for name in known]).T.tocsr()


def _fields(corpus: Corpus, level: int) -> sparse.csr_array:
    """Shape (c, fields): which collaboration is in which field, by the first ``level`` steps of its paths."""
    return _incidence(
        [
            sorted(
                {
                    "/".join(steps[:level])
                    for path in paths
                    if len(steps := path.strip("/").split("/")) >= level
                }
            )
            for paths in corpus.fields
        ]
    )


def _incidence(names: Sequence[Sequence[str]]) -> sparse.csr_array:
    place = {name: number for number, name in enumerate(sorted({each for some in names for each in some}))}
    rows = np.repeat(np.arange(len(names)), [len(some) for some in names])
    columns = np.array([place[each] for some in names for each in some], dtype=np.int64)
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(place)))


def _table(
    corpus: Corpus, by_place: sparse.csr_array, by_field: sparse.csr_array, kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Participations by place and field, of the collaborations kept."""
    columns = np.flatnonzero(kept)
    part = sparse.csr_array(sparse.csc_array(corpus.takes_part)[:, columns])
    return np.asarray(((by_place @ part) @ by_field[columns]).toarray(), dtype=np.float64)
