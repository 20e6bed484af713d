"""What rises and falls, year by year and against chance, in the whole cluster or in one of its sub-clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import NO_DATE, Corpus
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.periods import Period, period, years_of
from matchmaker.landscape.scopes import Scope, scope, scopes
from matchmaker.landscape.slopes import Slopes, slopes
from matchmaker.landscape.trend_items import Items, Kind, Texts, items
from matchmaker.landscape.turnover import Turnover, turnover

FALSE_DISCOVERIES = 0.05
"""Of all that is called rising or falling, the share that may be chance."""
STEADY = 1.25
"""A rate whose whole interval lies between one over this and this is steady."""


class Tendency(StrEnum):
    """What can be said of a share over the years."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    CANNOT_TELL = "cannot_tell"


_ORDER = tuple(Tendency)


@dataclass(frozen=True, slots=True)
class Trend:
    """One item's share over the years."""

    kind: Kind
    name: str
    """A term as written, a field's path, ``company+supplier``, ``across``, a commitment level, or a sub-cluster's id."""
    counts: dict[int, int]
    """Year to collaborations with it (``new_actors``: to actors)."""
    of: dict[int, int]
    """Year to all that ``counts`` is a share of."""
    calls: int
    """Different calls that it was seen in; a collaboration of no known call counts as its own."""
    rate: float
    """Factor by which its odds change in a year, damped towards 1."""
    low: float
    high: float
    """The 95 % interval of ``rate``."""
    p: float
    """Chance of as strong a trend where there is none, two-sided."""
    q: float
    """The same corrected for all items of this kind that were tested here."""
    tendency: Tendency


@dataclass(frozen=True, slots=True)
class Trends:
    """How the whole cluster, or a sub-cluster, changes."""

    sub_cluster_id: str | None
    """``None`` for the whole."""
    period: Period
    collaborations: dict[int, int]
    """Year to the collaborations that began in it."""
    partial: int
    """Collaborations so far in ``period.partial``."""
    items: tuple[Trend, ...]
    """By kind; then rising, falling, steady and the rest, each by falling evidence. Of the terms, those that rise or fall."""
    tested: dict[Kind, int]
    """Kind to how many items were tested: what ``q`` corrects for."""
    growth: tuple[Trend, ...]
    """``volume`` and ``new_actors`` of a sub-cluster; empty for the whole, which has nothing to be compared with."""
    turnover: Turnover | None
    notes: tuple[str, ...]
    """What limits the answer: ``no_collaborations``, ``no_dates``, ``no_complete_year``, ``one_year``, ``partial_year``,
    ``undated``, ``future``, ``nothing_to_compare``, ``no_fields``, ``no_calls``, ``no_ends``."""


def trends(
    corpus: Corpus,
    landscape: Landscape,
    sub_cluster_id: str | None = None,
    *,
    first: int | None = None,
    last: int | None = None,
    today: date | None = None,
) -> Trends:
    """What rises and falls in the whole cluster or one sub-cluster, over the complete years from ``first`` to ``last``.

    ``today`` is the day of asking: what is dated after it is left out, and its year is not complete. Raises
    ``SubClusterNotFoundError``, and ``ValueError`` for a year that is not over.
    """
    span = period(corpus.collaboration_dates, first=first, last=last, today=today)
    return _trends(Texts(corpus), scope(corpus, landscape, sub_cluster_id), span)


def every_trends(corpus: Corpus, landscape: Landscape) -> Iterator[Trends]:
    """``trends`` of the whole and of every sub-cluster in the landscape's order; faster than to ask for each."""
    span = period(corpus.collaboration_dates)
    texts = Texts(corpus)
    for asked in scopes(corpus, landscape):
        yield _trends(texts, asked, span)


def _trends(texts: Texts, asked: Scope, span: Period) -> Trends:
    corpus = texts.corpus
    years = years_of(corpus.collaboration_dates)
    inside = (years >= (span.first or 0)) & (years <= (span.last or -1))
    columns = asked.columns[inside[asked.columns]]
    found: list[Trend] = []
    tested: dict[Kind, int] = {}
    if len(columns) and len(span.years) > 1:
        for each in items(texts, asked, columns):
            measured = _measured(corpus, each, years, span)
            tested[each.kind] = int(measured.tested.sum())
            found += _shown(each, measured, years, span)
    coming = turnover(corpus, asked.rows, asked.columns[(years > 0)[asked.columns]], span.years)
    return Trends(
        sub_cluster_id=asked.sub_cluster_id,
        period=span,
        collaborations=_by_year(years[columns], span),
        partial=int(np.count_nonzero(years[asked.columns] == span.partial)) if span.partial else 0,
        items=tuple(found),
        tested=tested,
        growth=tuple(_growth(corpus, asked, np.flatnonzero(inside), years, span)),
        turnover=coming,
        notes=tuple(_notes(corpus, asked, columns, span, coming)),
    )


def _measured(corpus: Corpus, found: Items, years: NDArray[np.int64], span: Period) -> Slopes:
    return slopes(
        found.has, years[found.columns] - span.years[0], _calls(corpus, found.columns), span=len(span.years)
    )


def _calls(corpus: Corpus, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each collaboration's call; one without a known call has a number of its own."""
    number_of: dict[str, int] = {}
    return np.array(
        [
            number_of.setdefault(corpus.topics[column] or f"\0{column}", len(number_of))
            for column in columns.tolist()
        ],
        dtype=np.int64,
    )


def _by_year(years: NDArray[np.int64], span: Period) -> dict[int, int]:
    return {year: int(np.count_nonzero(years == year)) for year in span.years}


def _shown(found: Items, measured: Slopes, years: NDArray[np.int64], span: Period) -> list[Trend]:
    """The items as trends, ordered; of the terms those that rise or fall, each phrase once."""
    places = np.flatnonzero(measured.counts.sum(axis=1) > 0)
    if found.kind is Kind.TERM:
        moving = (Tendency.RISING, Tendency.FALLING)
        places = np.array(
            [place for place in places.tolist() if _tendency(measured, place) in moving], dtype=int
        )
    of = _by_year(years[found.columns], span)
    shown = [_trend(found.kind, found.name(place), measured, place, of) for place in places.tolist()]
    shown.sort(key=_by_evidence)
    return list(_phrases_once(shown)) if found.kind is Kind.TERM else shown


def _by_evidence(each: Trend) -> tuple[int, float, int, float, str]:
    """Of terms with the same evidence the longer first: a phrase says more than its words."""
    words = each.name.count(" ") if each.kind is Kind.TERM else 0
    return _ORDER.index(each.tendency), each.p, -words, -abs(float(np.log(each.rate))), each.name


def _trend(kind: Kind, name: str, measured: Slopes, place: int, of: dict[int, int]) -> Trend:
    return Trend(
        kind=kind,
        name=name,
        counts=dict(zip(of, measured.counts[place].tolist(), strict=True)),
        of=of,
        calls=int(measured.calls[place]),
        rate=round(float(measured.rate[place]), 3),
        low=round(float(measured.low[place]), 3),
        high=round(float(measured.high[place]), 3),
        p=float(measured.p[place]),
        q=float(measured.q[place]),
        tendency=_tendency(measured, place),
    )


def _tendency(measured: Slopes, place: int) -> Tendency:
    if not measured.tested[place]:
        return Tendency.CANNOT_TELL
    low, high = measured.low[place], measured.high[place]
    # The damped interval may hold 1 although the test says no: then there are too few to be sure of the direction.
    if measured.q[place] <= FALSE_DISCOVERIES and (low > 1 or high < 1):
        return Tendency.RISING if low > 1 else Tendency.FALLING
    if measured.q[place] > FALSE_DISCOVERIES and low >= 1 / STEADY and high <= STEADY:
        return Tendency.STEADY
    return Tendency.CANNOT_TELL


def _phrases_once(shown: list[Trend]) -> Iterator[Trend]:
    """Without the terms that are a piece of a stronger one going the same way, or hold one."""
    chosen: list[tuple[Tendency, frozenset[str]]] = []
    for each in shown:
        words = frozenset(each.name.lower().split())
        if not any(way == each.tendency and (words <= other or words >= other) for way, other in chosen):
            chosen.append((each.tendency, words))
            yield each


def _growth(
    corpus: Corpus, asked: Scope, dated: NDArray[np.int64], years: NDArray[np.int64], span: Period
) -> Iterator[Trend]:
    """A sub-cluster's collaborations and new actors among those of the whole."""
    if asked.sub_cluster_id is None:
        return
    if len(span.years) > 1:
        inside = np.isin(dated, asked.columns)
        yield _single(Kind.VOLUME, asked, inside, years[dated], _calls(corpus, dated), span)
    # In the first year everybody is new, as far as the data know, so it says nothing.
    if len(span.years) > 2:
        known = np.flatnonzero(years > 0)
        everywhere = _first(corpus, np.arange(len(corpus.ids)), known)
        came = np.flatnonzero(everywhere >= 0)
        came = came[np.isin(years[everywhere[came]], span.years[1:])]
        here = np.full(len(corpus.ids), -1, dtype=np.int64)
        here[asked.rows] = _first(corpus, asked.rows, np.intersect1d(asked.columns, known))
        first = everywhere[came]
        inside = (here[came] >= 0) & (years[here[came]] == years[first])
        # Those who come with one collaboration come together.
        only = replace(span, first=span.years[1])
        yield _single(Kind.NEW_ACTORS, asked, inside, years[first], _calls(corpus, first), only)


def _single(
    kind: Kind,
    asked: Scope,
    inside: NDArray[np.bool_],
    years: NDArray[np.int64],
    calls: NDArray[np.int64],
    span: Period,
) -> Trend:
    has = sparse.csc_array(inside.astype(np.float64)[:, None])
    measured = slopes(has, years - span.years[0], calls, span=len(span.years))
    return _trend(kind, asked.sub_cluster_id or "", measured, 0, _by_year(years, span))


def _first(corpus: Corpus, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shape of ``rows``: the column of each actor's first collaboration among some dated ones, or -1."""
    part = corpus.takes_part[rows][:, columns].tocoo()
    column = columns[part.col]
    order = np.lexsort((column, corpus.collaboration_dates[column], part.row))
    actors, begins = np.unique(part.row[order], return_index=True)
    found = np.full(len(rows), -1, dtype=np.int64)
    found[actors] = column[order][begins]
    return found


def _notes(
    corpus: Corpus, asked: Scope, columns: NDArray[np.int64], span: Period, coming: Turnover | None
) -> list[str]:
    if not len(asked.columns):
        return ["no_collaborations"]
    if (corpus.collaboration_dates[asked.columns] == NO_DATE).all():
        return ["no_dates"]
    limits = {
        "no_complete_year": not len(span.years),
        "one_year": len(span.years) == 1,
        "partial_year": span.partial is not None,
        "undated": span.undated > 0,
        "future": span.future > 0,
        "nothing_to_compare": asked.sub_cluster_id is None,
        "no_fields": not any(corpus.fields[column] for column in columns.tolist()),
        "no_calls": not any(corpus.topics[column] for column in columns.tolist()),
        "no_ends": coming is not None and coming.ends_known == 0,
    }
    return [name for name, applies in limits.items() if applies]
