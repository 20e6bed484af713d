"""How far the cluster and each sub-cluster have come: a phase with its evidence, its uncertainty and what fits it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.activities import Step, checklist
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.periods import Period, period
from matchmaker.landscape.phase_rule import BORDERS, PHASES, Phase, phase_of, supported, unmet, voters, votes
from matchmaker.landscape.scopes import Scope, scopes
from matchmaker.landscape.signs import (
    Figures,
    History,
    Sign,
    Unknown,
    history,
    older_than_the_data,
    signs,
    whole,
    window_of,
)
from matchmaker.telling import told

DRAWS = 200
"""Selections that the stability of a phase is taken from."""
LEFT_OUT = 0.2
"""Share of the collaborations that each selection leaves out at random."""
NEAR = 0.1
"""A figure is near a border when it lies within this share of it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign: its figure, its borders, and the latest phase that it supports."""

    sign: Sign
    value: float | None
    unknown: Unknown | None
    """Why there is no figure; such a sign does not vote."""
    borders: tuple[float, float, float]
    """From how much on it supports potential, emerging and mature."""
    supports: Phase | None
    at_least: bool
    """Whether the true figure may be larger: the scope was there when the data begin."""
    near: bool
    """Whether the figure is near a border, on either side."""
    standing: float | None
    """Share of the siblings with a smaller figure, equal ones by half; ``None`` without siblings."""


@dataclass(frozen=True, slots=True)
class PhaseDiagnosis:
    """The phase of the whole cluster or of a sub-cluster at the end of a year."""

    sub_cluster_id: str | None
    """``None`` for the whole."""
    label: str
    year: int | None
    """The last complete year, or the one begun where there is no other; ``None`` where nothing is dated and all
    collaborations count alike."""
    phase: Phase
    earliest: Phase
    latest: Phase
    """The phase if all unknown signs spoke against, and if they spoke for it as much as they can."""
    signs: tuple[Evidence, ...]
    voters: int
    """Signs that are known."""
    support: dict[Phase, int]
    """Phase to the number of signs that support it or a later one."""
    unmet: tuple[Sign, ...]
    """Conditions of the next phase that are not met, unknown ones included."""
    votes_missing: int
    """Votes that the next phase lacks for a majority."""
    votes_to_spare: int
    """Votes that this phase could lose and still have its majority."""
    below: tuple[Sign, ...]
    """Signs that support an earlier phase only."""
    above: tuple[Sign, ...]
    """Signs that support a later phase."""
    stability: dict[Phase, float]
    """Phase to the share of selections, each without a fifth of the collaborations, that gave it."""
    movement: dict[int, Phase]
    """Year to the phase at its end, from what was known then."""
    steps: tuple[Step, ...]
    """What fits the phase, and what of it the data show."""
    restarted: int | None
    """The year in which it split off and began again at emerging."""
    undated: int
    """Its collaborations without a date; they are left out where others have one."""
    standing: float | None
    """Mean of its signs' standings among its siblings: which of them is further, where all are in one phase."""
    period: Period


def phases(
    corpus: Corpus,
    landscape: Landscape,
    sub_cluster_id: str | None = None,
    *,
    every: bool = False,
    year: int | None = None,
    today: date | None = None,
    spun_off: Mapping[str, int] | None = None,
    seed: int = 0,
) -> tuple[PhaseDiagnosis, ...]:
    """The phase of the whole cluster or of one sub-cluster, or with ``every`` of the whole and all of them.

    ``year`` is the last one that counts; ``today`` the day of asking. ``spun_off`` gives the ids of sub-clusters that
    split off from another, with the year: only what they did since counts, and they are emerging until they are as old
    as a mature one must be. Raises
    ``SubClusterNotFoundError``, and ``ValueError`` for a year that is not over.
    """
    span = period(corpus.collaboration_dates, last=year, today=today)
    known = whole(corpus, today)
    found = scopes(corpus, landscape)
    births = spun_off or {}
    _refuse(births, found, span)
    pasts = [
        history(corpus, known, each, span, since=births.get(each.sub_cluster_id or "")) for each in found
    ]
    now = _now(span, year)
    figures = [_figures(past, now if past.dated else None) for past in pasts]
    asked = [place for place, each in enumerate(found) if every or each.sub_cluster_id == sub_cluster_id]
    if not asked:
        raise SubClusterNotFoundError(str(sub_cluster_id))
    standings = _standings(found, figures)
    return tuple(
        _diagnosis(
            corpus, found[place], pasts[place], figures[place], standings[place], span,
            born=births.get(found[place].sub_cluster_id or ""), seed=seed,
        )
        for place in asked
    )  # fmt: skip


def phase_by_part(corpus: Corpus, landscape: Landscape, *, today: date | None = None) -> dict[str, Phase]:
    """The phase of the whole, under ``""``, and of every sub-cluster by id: what ``phases`` says without its evidence."""
    span = period(corpus.collaboration_dates, today=today)
    known = whole(corpus, today)
    now = _now(span, None)
    found: dict[str, Phase] = {}
    for each in scopes(corpus, landscape):
        past = history(corpus, known, each, span, since=None)
        found[each.sub_cluster_id or ""] = phase_of(_support(_figures(past, now if past.dated else None)))
    return found


def _now(span: Period, asked: int | None) -> int | None:
    """The year that is looked back from: the last complete one, or the one begun where there is no other."""
    if len(span.years):
        return span.years[-1]
    if asked is not None and span.outside:
        raise ValueError(
            told("No collaboration is dated in {asked} or before: ask for a later year.", asked=asked)
        )
    return span.partial


def _refuse(births: Mapping[str, int], found: Sequence[Scope], span: Period) -> None:
    known = {each.sub_cluster_id for each in found}
    for name, year in births.items():
        if name not in known:
            raise SubClusterNotFoundError(name)
        if span.last is not None and year > span.last:
            raise ValueError(
                told(
                    "{name} cannot have split off in {year}: the last complete year in the data is {last}.",
                    name=name,
                    year=year,
                    last=span.last,
                )
            )


def _figures(past: History, year: int | None) -> dict[Sign, float | Unknown]:
    one = signs(past, year, np.ones((len(past.years), 1), dtype=np.bool_))
    return {sign: _figure(value) for sign, value in one.items()}


def _figure(value: NDArray[np.float64] | Unknown) -> float | Unknown:
    if isinstance(value, Unknown):
        return value
    return Unknown.TOO_FEW if np.isnan(value[0]) else round(float(value[0]), 4)


def _diagnosis(
    corpus: Corpus,
    scope: Scope,
    past: History,
    figures: Mapping[Sign, float | Unknown],
    standings: Mapping[Sign, float],
    span: Period,
    *,
    born: int | None,
    seed: int,
) -> PhaseDiagnosis:
    year = _now(span, None) if past.dated else None
    support = _support(figures)
    phase = _begun(phase_of(support), born, year)
    late = born is None and older_than_the_data(past, year)
    following = PHASES[min(PHASES.index(phase) + 1, len(PHASES) - 1)]
    majority = voters(support) // 2 + 1
    return PhaseDiagnosis(
        sub_cluster_id=scope.sub_cluster_id,
        label=scope.label,
        year=year,
        phase=phase,
        earliest=min(phase, _begun(_if_unknown(support, Phase.CLUTTER), born, year), key=PHASES.index),
        latest=_begun(
            _if_unknown(support | ({Sign.AGE: Phase.MATURE} if late else {}), Phase.MATURE), born, year
        ),
        signs=tuple(
            _evidence(sign, figures[sign], support[sign], standings.get(sign), late=late) for sign in Sign
        ),
        voters=voters(support),
        support={each: votes(support, each) for each in PHASES},
        unmet=unmet(support, following) if following is not phase else (),
        votes_missing=max(0, majority - votes(support, following)) if following is not phase else 0,
        votes_to_spare=max(0, votes(support, phase) - majority),
        below=tuple(sign for sign in Sign if _order(support[sign], phase) < 0),
        above=tuple(sign for sign in Sign if _order(support[sign], phase) > 0),
        stability=_stability(past, year, born, seed),
        movement={
            each: _begun(phase_of(_support(_figures(past, each))), born, each)
            for each in (span.years if past.dated else ())
            if born is None or each >= born
        },
        steps=checklist(
            phase,
            past,
            window_of(past, year),
            {sign: None if isinstance(value, Unknown) else value for sign, value in figures.items()},
            corpus.members[scope.rows],
        ),
        restarted=born,
        undated=past.undated,
        standing=round(float(np.mean(list(standings.values()))), 4) if standings else None,
        period=span,
    )


def _support(figures: Mapping[Sign, float | Unknown]) -> dict[Sign, Phase | None]:
    return {
        sign: None if isinstance(value, Unknown) else supported(sign, value)
        for sign, value in figures.items()
    }


def _begun(phase: Phase, born: int | None, year: int | None) -> Phase:
    """A spin-off is emerging from the year in which it splits off, and until it is old enough to be mature."""
    if born is None:
        return phase
    if year is not None and year - born + 1 < BORDERS[Sign.AGE][PHASES.index(Phase.MATURE) - 1]:
        return Phase.EMERGING
    return max(phase, Phase.EMERGING, key=PHASES.index)


def _if_unknown(support: Mapping[Sign, Phase | None], phase: Phase) -> Phase:
    """The phase if all unknown signs supported this one."""
    return phase_of({sign: phase if each is None else each for sign, each in support.items()})


def _order(each: Phase | None, phase: Phase) -> int:
    return 0 if each is None else PHASES.index(each) - PHASES.index(phase)


def _evidence(
    sign: Sign, value: float | Unknown, supports: Phase | None, standing: float | None, *, late: bool
) -> Evidence:
    figure = None if isinstance(value, Unknown) else value
    return Evidence(
        sign=sign,
        value=figure,
        unknown=value if isinstance(value, Unknown) else None,
        borders=BORDERS[sign],
        supports=supports,
        at_least=sign is Sign.AGE and figure is not None and late,
        near=figure is not None
        and any(border > 0 and abs(figure - border) <= NEAR * border for border in BORDERS[sign]),
        standing=standing,
    )


def _stability(past: History, year: int | None, born: int | None, seed: int) -> dict[Phase, float]:
    """How often each phase comes out where a fifth of the collaborations is left out at random."""
    kept = np.random.default_rng(seed).random((len(past.years), DRAWS)) >= LEFT_OUT
    drawn = _spread(signs(past, year, kept))
    counted = Counter(_begun(phase_of(_support(each)), born, year) for each in drawn)
    return {phase: round(counted[phase] / DRAWS, 4) for phase in PHASES if counted[phase]}


def _spread(figures: Figures) -> list[dict[Sign, float | Unknown]]:
    """The figures of each selection by itself."""
    return [
        {
            sign: value if isinstance(value, Unknown) else _figure(value[draw : draw + 1])
            for sign, value in figures.items()
        }
        for draw in range(DRAWS)
    ]


def _standings(
    found: Sequence[Scope], figures: Sequence[Mapping[Sign, float | Unknown]]
) -> list[dict[Sign, float]]:
    """For each scope the place of each figure among its siblings, from 0 to 1."""
    families: dict[str | None, list[int]] = {}
    for place, each in enumerate(found):
        if each.sub_cluster_id is not None:
            families.setdefault(each.parent_id, []).append(place)
    placed: list[dict[Sign, float]] = [{} for _ in found]
    for family in families.values():
        for sign in Sign:
            known = [
                (place, value) for place in family if not isinstance(value := figures[place][sign], Unknown)
            ]
            values = np.array([value for _, value in known])
            for place, value in known if len(known) > 1 else ():
                others = (values < value).sum() + ((values == value).sum() - 1) / 2
                placed[place][sign] = round(float(others / (len(known) - 1)), 4)
    return placed
