"""Who is new, who works on and who has left, with what cannot be known yet kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import NO_DATE, Corpus
from matchmaker.landscape.periods import day_numbers_of_new_year, years_of

YEAR = 365.25
SHORTEST_PATIENCE = 2.0
"""Years without work before an actor can count as having left, at least: a short history shows short pauses only."""
FEWEST_RETURNS = 20
RETURNED = 0.9
"""Share of the actors that came back who had done so within the patience."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An actor in the collaborations that were looked at."""

    actor_id: str
    first_year: int
    last_year: int
    """In which its last collaboration ended, or began where no end is known."""
    collaborations: int
    elsewhere: bool
    """Whether it works on in other collaborations of the cluster."""


@dataclass(frozen=True, slots=True)
class Turnover:
    """Comings and goings until the end of a year."""

    new: dict[int, int]
    """Year to actors first seen in it. Not the first year: all are new in it, as far as the data know."""
    active: dict[int, int]
    """Year to actors whose collaborations began or ran in it."""
    left: dict[int, int]
    """Year to actors whose last collaboration ended in it and that are counted as having left."""
    running: int
    """Actors with a collaboration that still runs: they have not left."""
    quiet: int
    """Actors without one, for too short a time to say whether they come back."""
    ends_known: float
    """Share of the collaborations with a last day; without it the first day stands for it."""
    patience: float
    """Years without work after which an actor counts as having left."""
    returns: int
    """Pauses of actors that came back, which the patience was learned from; 0 where it is the shortest one."""
    newcomers: tuple[Sighting, ...]
    """First seen in the last year, most collaborations first, then by id."""
    leavers: tuple[Sighting, ...]
    """Counted as having left, most collaborations first, then by id."""


@dataclass(frozen=True, slots=True, eq=False)
class Works:
    """The dated participations by actor, then day; one entry for each."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    """The latest end of all of the actor's collaborations until this one."""


def turnover(
    corpus: Corpus, rows: NDArray[np.int64], columns: NDArray[np.int64], years: range
) -> Turnover | None:
    """What the actors in ``rows`` did in the collaborations in ``columns``; ``None`` where nothing is dated.

    Collaborations that began after the last of ``years`` are left out; those that end later still run.
    """
    if not len(years):
        return None
    horizon = int(day_numbers_of_new_year(np.array([years[-1] + 1]))[0]) - 1
    here = _works(corpus, rows, columns, horizon)
    if not len(here.rows):
        return None
    everywhere = _works(corpus, rows, np.arange(len(corpus.collaboration_ids)), horizon)
    patience, returns = _patience(everywhere)
    actors, begins, counts = np.unique(here.rows, return_index=True, return_counts=True)
    first, last = here.starts[begins], here.ends[begins + counts - 1]
    idle = (horizon - last) / YEAR
    running, left = last >= horizon, idle > patience
    still = _still_active(everywhere, actors, horizon, patience)
    sightings = [
        Sighting(corpus.ids[row], int(begun), int(ended), int(count), bool(active))
        for row, begun, ended, count, active in zip(
            actors, _year(first), np.minimum(_year(last), years[-1]), counts, still, strict=True
        )
    ]
    last_years = np.array([each.last_year for each in sightings])
    first_years = np.array([each.first_year for each in sightings])
    dated = columns[corpus.collaboration_dates[columns] != NO_DATE]
    return Turnover(
        new={year: int((first_years == year).sum()) for year in years[1:]},
        active={year: _active(here, year) for year in years},
        left={year: int((left & (last_years == year)).sum()) for year in years},
        running=int(running.sum()),
        quiet=int((~running & ~left).sum()),
        ends_known=round(float(np.mean(corpus.collaboration_ends[dated] != NO_DATE)), 4),
        patience=round(patience, 2),
        returns=returns,
        newcomers=_ordered(sightings, (first_years == years[-1]) & (len(years) > 1)),
        leavers=_ordered(sightings, left),
    )


def _works(corpus: Corpus, rows: NDArray[np.int64], columns: NDArray[np.int64], horizon: int) -> Works:
    starts, ends = corpus.collaboration_dates.astype(np.int64), corpus.collaboration_ends.astype(np.int64)
    usable = columns[(starts[columns] != NO_DATE) & (starts[columns] <= horizon)]
    part = corpus.takes_part[rows][:, usable].tocoo()
    row, column = rows[part.row], usable[part.col]
    order = np.lexsort((column, starts[column], row))
    row, column = row[order], column[order]
    last = np.maximum(ends[column], starts[column])
    # A running maximum for each actor at once: each actor's days are lifted above those of all actors before it.
    lift = np.unique(row, return_inverse=True)[1].astype(np.int64) * 10**7
    return Works(row, starts[column], np.maximum.accumulate(last + lift) - lift if len(row) else last)


def _patience(works: Works) -> tuple[float, int]:
    """How long those who came back had been away, at the 90th percentile, and how many they were."""
    same = works.rows[1:] == works.rows[:-1]
    pauses = (works.starts[1:] - works.ends[:-1])[same]
    pauses = pauses[pauses > 0] / YEAR
    if len(pauses) < FEWEST_RETURNS:
        return SHORTEST_PATIENCE, 0
    return max(SHORTEST_PATIENCE, float(np.quantile(pauses, RETURNED))), len(pauses)


def _still_active(
    works: Works, actors: NDArray[np.int64], horizon: int, patience: float
) -> NDArray[np.bool_]:
    """Whether each actor, anywhere in the cluster, has not left."""
    known, begins, counts = np.unique(works.rows, return_index=True, return_counts=True)
    active = (horizon - works.ends[begins + counts - 1]) / YEAR <= patience
    return np.asarray(active[np.searchsorted(known, actors)])


def _active(works: Works, year: int) -> int:
    begin, end = day_numbers_of_new_year(np.array([year, year + 1]))
    return len(np.unique(works.rows[(works.starts < end) & (works.ends >= begin)]))


def _year(days: NDArray[np.int64]) -> NDArray[np.int64]:
    return years_of(days.astype(np.int32))


def _ordered(sightings: list[Sighting], chosen: NDArray[np.bool_]) -> tuple[Sighting, ...]:
    picked = [each for each, yes in zip(sightings, chosen.tolist(), strict=True) if yes]
    return tuple(sorted(picked, key=lambda each: (-each.collaborations, each.actor_id)))
