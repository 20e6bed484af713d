"""Which years can be compared: from the first with dates to the last that is complete in the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import NO_DATE, day_number, day_of
from matchmaker.telling import told

FAR_OFF = 50
"""The last year is the newest that, with all beyond it, holds one in so many; the first year likewise."""
MISSING_SHARE = 0.05
"""A year lacks its end where the years before began a larger share than this after the newest day in it ..."""
BY_CHANCE = 0.05
"""... and a whole year would have begun all of its own by then in fewer cases than this."""
SAME_TIME = 7
"""Days by which the same time of year may differ: leap days, weekends, holidays."""


@dataclass(frozen=True, slots=True)
class Period:
    """The years that trends and phases are counted over, and what lies outside them."""

    first: int | None
    last: int | None
    """First and last complete year; both ``None`` where nothing is dated."""
    partial: int | None
    """The year after the last, where it has begun but is not complete; it is not compared."""
    undated: int
    """Collaborations without a date."""
    future: int
    """Collaborations dated after the day of asking; they are left out."""
    outside: int
    """Collaborations dated before the first or after the last year, the partial one included."""

    @property
    def years(self) -> range:
        """The years, ascending; empty where nothing is dated or no year is complete."""
        return range(0) if self.first is None or self.last is None else range(self.first, self.last + 1)


def years_of(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """The year of each day number, or 0 for ``NO_DATE``."""
    known = np.where(days == NO_DATE, 0, days).astype("datetime64[D]").astype("datetime64[Y]")
    years: NDArray[np.int64] = np.where(days == NO_DATE, 0, known.astype(np.int64) + 1970)
    return years


def period(
    days: NDArray[np.int32], *, first: int | None = None, last: int | None = None, today: date | None = None
) -> Period:
    """The years of some collaborations' days, at most from ``first`` to ``last``.

    ``today`` is the day of asking; without it only the data tell which year is complete. Raises ``ValueError`` for a
    year that is not over, in the data or on the calendar, and for a first year after the last.
    """
    dated = days[days != NO_DATE]
    future = 0 if today is None else int(np.count_nonzero(dated > day_number(today)))
    if today is not None:
        dated = dated[dated <= day_number(today)]
    dated = np.sort(dated)
    oldest, newest, partial = _bounds(dated, today)
    _refuse(first, last, newest, today)
    if oldest is not None and newest is not None:
        oldest = oldest if first is None else max(first, oldest)
        if last is not None:
            newest, partial = last, partial if last == newest else None
    if oldest is None or newest is None or oldest > newest:
        oldest = newest = None
    years = years_of(dated)
    within = 0 if oldest is None else int(np.count_nonzero((years >= oldest) & (years <= (newest or 0))))
    return Period(
        first=oldest,
        last=newest,
        partial=partial,
        undated=int(np.count_nonzero(days == NO_DATE)),
        future=future,
        outside=len(dated) - within,
    )


def _bounds(dated: NDArray[np.int32], today: date | None) -> tuple[int | None, int | None, int | None]:
    """First year, last complete year and the year that has only begun."""
    if not len(dated):
        return None, None, None
    years = years_of(dated)
    beyond = len(dated) // FAR_OFF
    oldest, newest = int(years[beyond]), int(years[len(years) - 1 - beyond])
    begun = today is not None and today < date(newest, 12, 31)
    if begun or _lacks_its_end(dated, years, oldest, newest):
        return oldest, newest - 1, newest
    # The year of asking may hold too little to count as the newest, and is none the less begun.
    now = today is not None and today.year > newest and bool((years == today.year).any())
    return oldest, newest, today.year if today is not None and now else None


def _lacks_its_end(dated: NDArray[np.int32], years: NDArray[np.int64], oldest: int, newest: int) -> bool:
    """Whether more of the newest year would be expected after its newest day, going by the years before it."""
    here = dated[years == newest]
    last_day = day_of(int(here[-1]))
    if last_day is None:
        return False
    before = (years >= oldest) & (years < newest)
    into_year = dated - day_numbers_of_new_year(years)
    reached = (last_day - date(newest, 1, 1)).days
    later = (
        float(np.mean(into_year[before] > reached + SAME_TIME))
        if before.any()
        else (date(newest, 12, 31) - last_day).days / 365
    )
    return bool(later > MISSING_SHARE and (1 - later) ** len(here) < BY_CHANCE)


def day_numbers_of_new_year(years: NDArray[np.int64]) -> NDArray[np.int64]:
    """The day number of the first of January of each year."""
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def _refuse(first: int | None, last: int | None, newest: int | None, today: date | None) -> None:
    if first is not None and last is not None and first > last:
        raise ValueError(
            told(
                "The first year, {first}, comes after the last, {last}: turn them round.",
                first=first,
                last=last,
            )
        )
    limit = newest if newest is not None else (None if today is None else today.year - 1)
    for year in (first, last):
        if year is not None and limit is not None and year > limit:
            raise ValueError(
                told(
                    "{year} cannot be looked at: the last complete year in the data is {limit}. Ask for {limit} or earlier.",
                    year=year,
                    limit=limit,
                )
            )
