"""What was aimed at against what came of it: the number so far, the time gone, and whether the rest can still come."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scipy.special import betainc

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.events.outcomes import Measure, Target
from matchmaker.meetings.following.chain import BINDING, Link, Step

DAYS_A_MONTH = 365.25 / 12
EARLY = 0.1
"""Share of the time before which nothing is said of the rest."""
LIKELY = 0.8
"""Chance of reaching the goal from which on it is on course; from 1 less this down it is behind."""
SHAPE_MORE = 0.5
"""What Jeffreys' prior of a Poisson rate adds to the number so far, as the shape of the rate's distribution."""


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
    chance = chance_of_more(lacking, count, share)
    course = Course.ON_COURSE if chance >= LIKELY else Course.BEHIND if chance <= 1 - LIKELY else Course.OPEN
    projected = (count + further_at_level(0.1, count, share), count + further_at_level(0.9, count, share))
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


def chance_of_more(lacking: int, count: int, share: float) -> float:
    """The chance, from 0 to 1, that at least ``lacking`` more come after ``count`` in the ``share`` of the time that is gone.

    ``lacking`` is 1 or more, ``share`` between 0 and 1. The regularised incomplete beta function is the sum of the negative
    binomial distribution (NIST DLMF 8.17.24 with 8.17.4), and does not underflow where the first of its terms would.
    """
    return float(betainc(lacking, count + SHAPE_MORE, 1 - share))


def further_at_level(level: float, count: int, share: float) -> int:
    """The fewest further ones that are not exceeded with a chance of ``level``; arguments as of ``chance_of_more``."""

    def reached(number: int) -> bool:
        return float(betainc(count + SHAPE_MORE, number + 1, share)) >= level

    most = 1
    while not reached(most):
        most *= 2
    return bisect_left(range(most), True, key=reached)
