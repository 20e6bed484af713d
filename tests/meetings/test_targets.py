"""A target says how it stands by a stated rule, and says nothing where it is too early."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from scipy.stats import nbinom

from matchmaker.events.outcomes import Measure, Target
from matchmaker.meetings.following.chain import Link, Step, links
from matchmaker.meetings.following.targets import (
    Course,
    Standing,
    chance_of_more,
    further_at_level,
    standing_of,
)
from tests.meetings.chains import DAY, GROUPS, record

STARTS = date(2027, 3, 1)


def standing(measure: Measure, goal: int, today: date, *, across: bool = False, months: int = 24) -> Standing:
    target = Target("t", measure, goal, STARTS, months, across)
    return standing_of(target, links(record(), GROUPS, today), {"e": DAY}, GROUPS, today)


def test_what_a_target_counts() -> None:
    end = date(2028, 3, 1)
    counts = {measure: standing(measure, 50, end).count for measure in Measure}
    assert counts == {
        Measure.HELD: 4,
        Measure.VALUED: 3,
        Measure.COLLABORATIONS: 2,
        Measure.COMMITTED: 1,
        Measure.NEW_COMPANIES: 1,
    }
    assert standing(Measure.COLLABORATIONS, 50, end, across=True).count == 1
    assert standing(Measure.HELD, 50, end, across=True).count == 3


def test_on_its_first_day_a_target_is_too_early_and_divides_by_nothing() -> None:
    first = standing(Measure.COMMITTED, 3, STARTS)
    assert (first.course, first.time_gone, first.chance) == (Course.TOO_EARLY, 0.0, None)
    assert first.a_month == pytest.approx(3 / 24, abs=0.001)


def test_before_it_begins_and_after_it_ends() -> None:
    assert standing(Measure.COMMITTED, 3, STARTS - timedelta(1)).course is Course.NOT_BEGUN
    over = standing(Measure.COMMITTED, 3, date(2029, 3, 1))
    assert (over.course, over.time_gone, over.a_month, over.projected) == (Course.MISSED, 1.0, None, None)
    assert standing(Measure.COMMITTED, 3, date(2029, 2, 28)).course is Course.BEHIND


def test_a_goal_that_is_reached_stays_reached() -> None:
    assert standing(Measure.COMMITTED, 1, date(2027, 10, 2)).course is Course.REACHED
    assert standing(Measure.COMMITTED, 1, date(2035, 1, 1)).course is Course.REACHED


def test_what_came_before_or_after_the_time_of_a_target_does_not_count() -> None:
    assert standing(Measure.COMMITTED, 3, date(2028, 3, 1), months=7).count == 0
    assert standing(Measure.COMMITTED, 3, date(2028, 3, 1), months=8).count == 1


def test_the_chance_is_that_of_the_negative_binomial() -> None:
    half = date(2028, 3, 1)
    found = standing(Measure.COMMITTED, 3, half)
    law = nbinom(1.5, found.time_gone)
    assert found.chance == pytest.approx(law.sf(1))
    assert found.projected == (1 + law.ppf(0.1), 1 + law.ppf(0.9))
    assert found.course is Course.OPEN
    assert found.a_month == pytest.approx(2 / 12, abs=0.001)


@pytest.mark.parametrize("count", [0, 1, 12, 450, 5_000, 200_000])
@pytest.mark.parametrize("share", [0.1, 107 / 731, 0.5, 0.9, 730 / 731, 18_261 / 18_262])
def test_chances_and_projections_are_those_of_the_negative_binomial_however_many_came(
    count: int, share: float
) -> None:
    law = nbinom(count + 0.5, share)
    middle = int(law.ppf(0.5))
    for lacking in {1, 2, middle // 2 + 1, middle + 1, 2 * middle + 3, 999_999}:
        assert chance_of_more(lacking, count, share) == pytest.approx(
            law.sf(lacking - 1), rel=1e-9, abs=1e-12
        )
    for level in (0.1, 0.5, 0.9):
        found = further_at_level(level, count, share)
        assert law.cdf(found) >= level > (law.cdf(found - 1) if found else 0.0)


def test_many_cases_of_which_far_more_are_lacking_are_behind() -> None:
    pairs = list(pairwise(f"a{number:04}" for number in range(451)))
    held = [Link("e", pair, frozenset({Step.HELD}), None) for pair in pairs]
    groups = dict.fromkeys({actor for pair in pairs for actor in pair}, GROUPS["c1"])
    target = Target("t", Measure.HELD, 5_000, STARTS, 24)
    found = standing_of(target, held, {"e": DAY}, groups, date(2027, 6, 16))
    assert found.count == 450
    assert found.course is Course.BEHIND
    assert found.chance == pytest.approx(0.0, abs=1e-9)
    assert found.projected is not None
    # 450 in 107 of 731 days, and as many a day from then on.
    assert found.projected[0] < 450 * 731 / 107 < found.projected[1] < 3_500


def test_few_so_far_leaves_it_open_and_many_lacking_is_behind() -> None:
    half = date(2028, 3, 1)
    assert standing(Measure.VALUED, 4, half).course is Course.ON_COURSE
    assert standing(Measure.COMMITTED, 30, half).course is Course.BEHIND


@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2027, 3, 1), 24, date(2029, 3, 1)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
    ],
)
def test_a_target_ends_after_whole_months(starts: date, months: int, ends: date) -> None:
    assert Target("t", Measure.HELD, 1, starts, months).ends == ends


@pytest.mark.parametrize(("goal", "months"), [(0, 24), (3, 0), (3, 601), (2_000_000, 24)])
def test_a_target_that_cannot_be_is_refused(goal: int, months: int) -> None:
    with pytest.raises(ValueError, match=r"goal|months"):
        Target("t", Measure.HELD, goal, STARTS, months)
