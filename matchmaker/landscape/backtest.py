"""Had we looked then, what would we have said, and what came of it: past days, what was named on them, and the years after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import NO_DATE, Corpus, day_number, day_of
from matchmaker.cuts import cut
from matchmaker.landscape.activity import Activity, activity
from matchmaker.landscape.documents import documents
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.growth_baselines import BASELINES, baselines, yearly_ratio
from matchmaker.landscape.growth_signs import signs
from matchmaker.landscape.outlook import Bin, Model, brier, record, shipped
from matchmaker.landscape.panels import (
    TARGETS,
    TOP_SHARE,
    Outcome,
    Panel,
    first,
    months_after,
    of_collaborations,
    of_texts,
    outcome,
)
from matchmaker.landscape.precision import RANDOM, Estimate, Judged, estimate, ratio
from matchmaker.landscape.surveys import survey
from matchmaker.telling import told

HORIZONS = (12, 24)
"""Months after which is looked what came."""
FORECAST = "forecast"
RANKINGS = (FORECAST, RANDOM, *BASELINES)
NAMED = (10, 20)
SLACK = 31
"""Days that the data may end before a horizon and still be held to cover it."""
FEWEST_KNOWN = 30
"""Dated collaborations that have to be known on a day for anything to be said about it."""
LIKE_SIZED = 0.2
"""Groups of the same size: the fifth of all that is nearest in known actors."""
QUESTIONS = (*TARGETS, "projects_per_year")
"""What is to grow: actors, projects and funding against those known; projects of a year against those of the year before."""


@dataclass(frozen=True, slots=True)
class Named:
    """A specialisation found on a past day, and what came of it."""

    day: date
    label: str
    members: int
    place: int | None
    """Its place among the candidates of that day, 1 the first; ``None`` where it was not a candidate."""
    probability: float
    added: dict[str, dict[int, float]]
    """By target and horizon in months: what was added over what was known."""
    against_whole: float | None
    """Growth in actors over twelve months, over that of all specialisations together."""
    against_parent: float | None
    against_like_sized: float | None
    kept_growing: bool | None
    """Whether it gained actors faster than the whole in twelve months."""


@dataclass(frozen=True, slots=True)
class Row:
    """One ranking's record: how many of the first named were among the tenth that grew most."""

    panel: str
    """``candidates`` (specialisations as they were found on the day) or ``texts`` (groups of like texts)."""
    question: str
    months: tuple[int, int]
    """From how many months after the day to how many the growth was."""
    ranking: str
    days: int
    at_10: Estimate | None
    at_20: Estimate | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the probabilities did on one kind of panel."""

    panel: str
    groups: int
    brier: float
    brier_of_base_rate: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What would have been said on past days, and what came of it."""

    days: tuple[date, ...]
    named: tuple[Named, ...]
    rows: tuple[Row, ...]
    against_best: tuple[tuple[str, str, str, Estimate | None], ...]
    """Panel, question, the best other ranking, and the forecast's precision at 20 over its own, over twelve months."""
    calibration: tuple[Calibration, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The panels of one past day."""

    day: int
    candidates: Panel
    landscape: Landscape
    texts: tuple[Panel, ...]


def backtest(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    days: Sequence[date],
    *,
    model: Model | None = None,
    text_panels: int = 3,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Look back to each day with only what was known on it. ``vectors`` as for ``survey``.

    Days on which fewer than ``FEWEST_KNOWN`` dated collaborations were known, or after which no year is covered, are left
    out with a note. ``progress`` is told how many of how many days are done. ``model`` is the shipped one unless given.
    """
    acted = activity(corpus, documents(corpus, vectors))
    notes: list[str] = []
    looked = [day for day in sorted(set(days)) if _can_be_judged(acted, day, notes)]
    found = []
    for done, day in enumerate(looked):
        if progress is not None:
            progress(done, len(looked))
        found.append(look(corpus, vectors, acted, day, text_panels=text_panels))
    if progress is not None and looked:
        progress(len(looked), len(looked))
    return judged(acted, found, region_numbers(corpus), model or shipped(), notes)


def past_days(corpus: Corpus, first: int, last: int, *, today: date, months: int = 12) -> list[date]:
    """The last days of the years from ``first`` to ``last``, and days every so many months between.

    Raises ``ValueError``, in one sentence, for years that are not over, years before all data, years the wrong way round, and
    where dates are missing or all of one year.
    """
    if first > last:
        raise ValueError(told("The first year, {first}, is after the last, {last}.", first=first, last=last))
    if date(last, 12, 31) >= today:
        raise ValueError(
            told("{last} is not over on {today}. Ask for years that are.", last=last, today=today)
        )
    dated = np.sort(corpus.collaboration_dates[corpus.collaboration_dates != NO_DATE])
    if not len(dated):
        raise ValueError(told("No collaboration has a date, so nobody can say what was known when."))
    oldest, newest = (day_of(int(day)) or today for day in (dated[0], dated[-1]))
    if oldest.year == newest.year:
        raise ValueError(
            told(
                "All dated collaborations are of {year}. Looking back needs two years at least.",
                year=oldest.year,
            )
        )
    if last < oldest.year:
        raise ValueError(
            told(
                "Nothing is known up to {last}: the first dated collaboration is of {oldest}.",
                last=last,
                oldest=oldest,
            )
        )
    if first >= newest.year:
        raise ValueError(
            told(
                "Nothing is known after {first}: the last dated collaboration is of {newest}.",
                first=first,
                newest=newest,
            )
        )
    end = day_number(date(last, 12, 31))
    count = (last - first) * 12 // months
    return [day_of(months_after(end, -months * back)) or today for back in range(count, -1, -1)]


def look(
    corpus: Corpus, vectors: NDArray[np.float32], acted: Activity, day: date, *, text_panels: int
) -> Found:
    """What is found with only what was known on the day; later collaborations are put to it only by their texts."""
    known = cut(corpus, day)
    landscape = survey(known.corpus, np.asarray(vectors[known.passages]), outlooks=False, mapped=False)
    number = day_number(day)
    return Found(
        number,
        candidates_panel(corpus, acted, number, landscape),
        landscape,
        tuple(of_texts(acted, number, seed=seed) for seed in range(text_panels)),
    )


def candidates_panel(corpus: Corpus, acted: Activity, day: int, landscape: Landscape) -> Panel:
    """The specialisations of a landscape as groups, in its order."""
    column = {each: number for number, each in enumerate(corpus.collaboration_ids)}
    inner = _inner(landscape)
    place = {each.id: number for number, each in enumerate(landscape.sub_clusters)}
    return of_collaborations(
        acted,
        day,
        [
            np.array([column[one] for one in landscape.sub_clusters[row].collaboration_ids], dtype=np.int64)
            for row in inner
        ],
        np.array([place[landscape.sub_clusters[row].parent_id or ""] for row in inner], dtype=np.int64),
    )


def judged(
    acted: Activity, found: Sequence[Found], regions: NDArray[np.int64], model: Model, notes: list[str]
) -> Backtest:
    """Hold what was found on past days against what came."""
    panels = {
        "candidates": [each.candidates for each in found if len(each.candidates)],
        "texts": [one for each in found for one in each.texts if len(one)],
    }
    given = {
        id(one): model.probability(signs(acted, one, one.day)) for some in panels.values() for one in some
    }
    rows, best = [], []
    for kind, some in panels.items():
        for question in QUESTIONS:
            if question == "funding" and not np.isfinite(acted.funding).any():
                continue
            for months in ((0, 12), (12, 24)):
                if question == "projects_per_year" and months[0]:
                    continue
                held = [
                    _judge(acted, one, question, months, regions, given[id(one)])
                    for one in some
                    if _covered(acted, one.day, months[1])
                ]
                rows += [_row(held, kind, question, months, ranking) for ranking in RANKINGS if held]
                if held and not months[0]:
                    best.append((kind, question, *_against_best(held)))
    named = tuple(one for each in found for one in _named(acted, each, model))
    if not any(row.at_10 for row in rows) and found:
        notes.append(told("Too few groups on any day for a precision at 10: at least twenty are needed."))
    return Backtest(
        days=tuple(day_of(each.day) or date.min for each in found),
        named=named,
        rows=tuple(row for row in rows if row.at_10 is not None),
        against_best=tuple(one for one in best if one[3] is not None),
        calibration=tuple(
            one for kind, some in panels.items() if (one := _calibration(acted, kind, some, model))
        ),
        notes=tuple(notes),
    )


def region_numbers(corpus: Corpus) -> NDArray[np.int64]:
    """Shape (n,): a number for each actor's NUTS 2 region, or its country where no region is known; -1 for neither."""
    names = [region[:4] or country for region, country in zip(corpus.regions, corpus.countries, strict=True)]
    place = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _inner(landscape: Landscape) -> list[int]:
    return [row for row, each in enumerate(landscape.sub_clusters) if each.parent_id is not None]


def _can_be_judged(acted: Activity, day: date, notes: list[str]) -> bool:
    number = day_number(day)
    known = acted.until(number)
    if known < FEWEST_KNOWN:
        notes.append(
            told(
                "{day}: {known} dated collaborations were known; at least {least} are needed.",
                day=day,
                known=known,
                least=FEWEST_KNOWN,
            )
        )
    elif not _covered(acted, number, HORIZONS[0]):
        notes.append(
            told(
                "{day}: the data end on {until}, less than a year later, so nobody knows what came.",
                day=day,
                until=day_of(acted.span[1]),
            )
        )
    else:
        return True
    return False


def _covered(acted: Activity, day: int, months: int) -> bool:
    return acted.span[1] + SLACK >= months_after(day, months)


def _judge(
    acted: Activity,
    one: Panel,
    question: str,
    months: tuple[int, int],
    regions: NDArray[np.int64],
    given: NDArray[np.float64],
) -> Judged:
    start, end = (months_after(one.day, number) for number in months)
    target = question if question in TARGETS else "projects"
    scores = baselines(acted, one, one.day, target, regions)
    scores[FORECAST] = given
    if question in TARGETS:
        return Judged(one.day, scores, outcome(acted, one, target, start, end).top)
    growth = yearly_ratio(acted, one, target, start, end)
    return Judged(one.day, scores, first(growth, max(1, round(TOP_SHARE * len(growth)))))


def _row(held: Sequence[Judged], kind: str, question: str, months: tuple[int, int], ranking: str) -> Row:
    at_10, at_20 = (estimate(held, ranking, count) for count in NAMED)
    return Row(kind, question, months, ranking, len({each.day for each in held}), at_10, at_20)


def _against_best(held: Sequence[Judged]) -> tuple[str, Estimate | None]:
    others = {name: estimate(held, name, NAMED[1]) for name in (RANDOM, *BASELINES)}
    known = {name: each.value for name, each in others.items() if each is not None}
    if not known:
        return "", None
    best = max(known, key=lambda name: known[name])
    return best, ratio(held, FORECAST, best, NAMED[1])


def _calibration(acted: Activity, kind: str, some: Sequence[Panel], model: Model) -> Calibration | None:
    held = [one for one in some if _covered(acted, one.day, HORIZONS[0])]
    if not held:
        return None
    given = np.concatenate([model.probability(signs(acted, one, one.day)) for one in held])
    came = np.concatenate(
        [outcome(acted, one, "actors", one.day, months_after(one.day, HORIZONS[0])).faster for one in held]
    )
    base = np.full(len(came), came.mean())
    return Calibration(
        kind, len(came), round(brier(given, came), 4), round(brier(base, came), 4), record(given, came)
    )


def _named(acted: Activity, found: Found, model: Model) -> list[Named]:
    one, landscape = found.candidates, found.landscape
    inner = [landscape.sub_clusters[row] for row in _inner(landscape)]
    if not inner:
        return []
    place = {each.sub_cluster_id: number for number, each in enumerate(landscape.spin_offs, 1)}
    given = model.probability(signs(acted, one, one.day))
    horizons = [months for months in HORIZONS if _covered(acted, one.day, months)]
    came = {
        (target, months): outcome(acted, one, target, one.day, months_after(one.day, months))
        for target in TARGETS
        for months in horizons
    }
    year = came.get(("actors", HORIZONS[0]))
    return [
        Named(
            day=day_of(one.day) or date.min,
            label=each.label,
            members=len(each.members),
            place=place.get(each.id),
            probability=round(float(given[row]), 3),
            added={
                target: {
                    months: round(
                        float(came[target, months].added[row] / max(came[target, months].known[row], 1)), 3
                    )
                    for months in horizons
                }
                for target in TARGETS
            },
            against_whole=None if year is None else _over(year.growth[row], year.of_the_whole),
            against_parent=None
            if year is None
            else _over(year.growth[row], _growth_of(year, one.parents == one.parents[row])),
            against_like_sized=None
            if year is None
            else _over(year.growth[row], _growth_of(year, _like_sized(year.known, row))),
            kept_growing=None if year is None else bool(year.faster[row]),
        )
        for row, each in enumerate(inner)
    ]


def _growth_of(year: Outcome, rows: NDArray[np.bool_]) -> float:
    added, known = year.added[rows].sum(), year.known[rows].sum()
    return float(added / max(known, 1e-12))


def _like_sized(known: NDArray[np.float64], row: int) -> NDArray[np.bool_]:
    return first(-np.abs(known - known[row]), max(2, round(LIKE_SIZED * len(known))))


def _over(growth: float, other: float) -> float | None:
    return round(float(growth / other), 3) if other > 0 else None
