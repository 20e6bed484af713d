"""What was aimed at against what came of it: the number so far, the time gone, and whether the rest can still come."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.events.outcomes import Measure, Target
from matchmaker.meetings.following.chain import BINDING, Link, Step

DAYS_A_MONTH = 365.25 / 12
EARLY = 0.1
"""Share of the time before which nothing is said of the rest."""
LIKELY = 0.8
"""Chance of reaching the goal from which on it is on course; from 1 less this down it is behind."""
MOST_PROJECTED = 100_000


class Course(StrEnum):
    """Where a target stands."""

    NOT_BEGUN = "not_begun"
    REACHED = "reached"
    MISSED = "missed"
    """The time is over and the goal not reached."""
    TOO_EARLY = "too_early"
    """Less than a tenth of the time is gone."""
    ON_COURSE = "on_course"
    OPEN = "open"
    """It may go either way."""
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Standing:
    """A target as it stands on a day."""

    target: Target
    today: date
    count: int
    """So far."""
    time_gone: float
    """Share of the time that is gone, from 0 to 1."""
    course: Course
    chance: float | None
    """Of reaching the goal in time if it goes on at the rate so far; ``None`` where nothing is projected."""
    projected: tuple[int, int] | None
    """The number at the end, from and to, within which it lies with 80 % probability if the rate stays."""
    a_month: float | None
    """What must come each month from now on to reach the goal; ``None`` where it is reached or the time is over."""


def standing_of(
    target: Target,
    found: Iterable[Link],
    days: Mapping[str, date | None],
    groups: Mapping[str, ActorGroup],
    today: date,
) -> Standing:
    """Count what a target counts and say whether it is on course; ``days`` gives each event's first day.

    The rate so far is taken as that of a Poisson process with Jeffreys' prior, so that the number still to come is
    negative binomial with shape count + 1/2: with few cases it is wide, and the course is open.
    """
    count = len(set(_counted(target, found, days, groups, today)))
    whole = (target.ends - target.starts).days
    # A day counts as gone when it is over.
    gone = min(max((today - target.starts).days, 0), whole)
    left = whole - gone
    lacking = max(0, target.goal - count)
    share = gone / whole
    a_month = lacking * DAYS_A_MONTH / left if lacking and left else None
    if not lacking:
        return Standing(target, today, count, share, Course.REACHED, None, None, None)
    if today < target.starts:
        return Standing(target, today, count, 0.0, Course.NOT_BEGUN, None, None, a_month)
    if not left:
        return Standing(target, today, count, 1.0, Course.MISSED, None, None, None)
    if share < EARLY:
        return Standing(target, today, count, share, Course.TOO_EARLY, None, None, a_month)
    chance = 1 - _at_most(lacking - 1, count, share)
    course = Course.ON_COURSE if chance >= LIKELY else Course.BEHIND if chance <= 1 - LIKELY else Course.OPEN
    projected = count + _quantile(0.1, count, share), count + _quantile(0.9, count, share)
    return Standing(target, today, count, share, course, chance, projected, a_month)


def _counted(
    target: Target,
    found: Iterable[Link],
    days: Mapping[str, date | None],
    groups: Mapping[str, ActorGroup],
    today: date,
) -> Iterator[object]:
    """What is counted, by what makes it one: a pair of actors, or a new company."""

    def in_time(day: date | None) -> bool:
        return day is not None and target.starts <= day < target.ends and day <= today

    levels = (Commitment.COMMITTED,) if target.measure is Measure.COMMITTED else BINDING
    for each in found:
        counts: list[object] = []
        if target.measure is Measure.NEW_COMPANIES:
            counts += [company.actor_id for company in each.companies if in_time(company.on)]
        elif target.measure in (Measure.COLLABORATIONS, Measure.COMMITTED):
            if any(made.level in levels and in_time(made.on) for made in each.committed):
                counts.append(each.actors)
        elif Step(target.measure.value) in each.steps and in_time(days.get(each.event_id)):
            counts.append(each.actors)
        if counts and not (target.across_groups and _same_group(each, groups)):
            yield from counts


def _same_group(each: Link, groups: Mapping[str, ActorGroup]) -> bool:
    one, other = each.actors
    return groups[one] is groups[other]


def _chances(count: int, share: float) -> Iterator[float]:
    """Chances of 0, 1, 2 ... more in the rest of the time."""
    shape, other = count + 0.5, 1 - share
    chance = math.exp(shape * math.log(share))
    number = 0
    while True:
        yield chance
        chance *= (shape + number) / (number + 1) * other
        number += 1


def _at_most(number: int, count: int, share: float) -> float:
    total = 0.0
    for place, chance in enumerate(_chances(count, share)):
        total += chance
        if place >= min(number, MOST_PROJECTED):
            break
    return min(1.0, total)


def _quantile(level: float, count: int, share: float) -> int:
    total = 0.0
    for place, chance in enumerate(_chances(count, share)):
        total += chance
        if total >= level or place >= MOST_PROJECTED:
            return place
    return MOST_PROJECTED
