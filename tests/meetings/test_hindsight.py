"""The score in hindsight: fifths by place, and a plain word where there are too few."""

from __future__ import annotations

import random

from matchmaker.meetings.following.chain import Link, Step
from matchmaker.meetings.following.hindsight import FEWEST_EITHER, FEWEST_PAIRS, FEWEST_RATED, hindsight


def pair(number: int, score: float, *more: Step, rating: float | None = None, event: str = "e") -> Link:
    steps = frozenset({Step.PROPOSED, *more})
    good = rating is not None and rating >= 4
    return Link(event, (f"a{number:04}", f"b{number:04}"), steps, score, rating, well_rated=good)


def test_too_few_pairs_say_nothing() -> None:
    few = hindsight(pair(number, number, Step.WISHED) for number in range(FEWEST_PAIRS - 1))
    assert few.fifths == ()
    assert few.wished.area is None
    assert few.rating is None


def test_fifths_hold_equal_numbers_and_count_what_was_wished() -> None:
    found = hindsight(pair(number, number, *([Step.WISHED] if number >= 80 else [])) for number in range(100))
    assert [each.wished.of for each in found.fifths] == [20] * 5
    assert [each.wished.count for each in found.fifths] == [0, 0, 0, 0, 20]
    assert found.wished.area is not None
    assert found.wished.area.value == 1.0


def test_agreements_are_compared_among_those_who_met() -> None:
    met = [pair(number, number, Step.HELD) for number in range(50, 100)]
    agreed = [pair(200 + number, 60.0, Step.HELD, Step.COMMITTED) for number in range(FEWEST_EITHER)]
    unmet = [pair(400 + number, number / 10) for number in range(200)]
    found = hindsight([*met, *agreed, *unmet]).committed
    assert (found.came, found.did_not) == (FEWEST_EITHER, 50)
    assert found.area is not None
    assert found.area.value < 0.5
    assert hindsight([*met, *agreed[1:], *unmet]).committed.area is None


def test_scores_of_two_events_are_compared_by_their_place() -> None:
    one = [pair(n, n, *([Step.WISHED] if n >= 50 else [])) for n in range(100)]
    scaled = [pair(n, n * 1000, *([Step.WISHED] if n >= 50 else []), event="f") for n in range(100)]
    found = hindsight([*one, *scaled])
    assert found.wished.area is not None
    assert found.wished.area.value == 1.0
    assert [each.wished.of for each in found.fifths] == [40] * 5


def test_ratings_that_rise_with_the_score_go_with_it() -> None:
    draw = random.Random(1)
    rated = [
        pair(n, n, Step.HELD, rating=min(5, max(1, n / 10 + draw.random()))) for n in range(2 * FEWEST_RATED)
    ]
    found = hindsight(rated).rating
    assert found is not None
    assert found.low > 0.5


def test_equal_scores_of_all_pairs_tell_nothing_and_do_not_break() -> None:
    found = hindsight(pair(n, 5.0, *([Step.WISHED] if n % 2 else [])) for n in range(100))
    assert found.wished.area is not None
    assert found.wished.area.low <= 0.5 <= found.wished.area.high
    assert sum(each.wished.of for each in found.fifths) == 100
