"""Intervals are the published ones, and figures of nothing are none."""

from __future__ import annotations

import random

import pytest
from scipy.stats import spearmanr

from matchmaker.meetings.following.intervals import Share, area_under_curve, rank_correlation


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(8, 10).interval or (0, 0)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_none_of_ten_may_still_be_a_quarter_and_a_share_of_nothing_is_none() -> None:
    low, high = Share(0, 10).interval or (1, 1)
    assert low == 0
    assert high == pytest.approx(0.2775, abs=1e-4)
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_the_rank_correlation_is_spearmans_with_ties_at_their_mean_rank() -> None:
    draw = random.Random(3)
    one = [draw.randint(1, 8) for _ in range(40)]
    other = [each + draw.randint(0, 6) for each in one]
    found = rank_correlation(one, other)
    assert found is not None
    assert found.value == pytest.approx(spearmanr(one, other).statistic)
    assert -1 <= found.low < found.value < found.high <= 1


def test_ratings_that_are_all_alike_have_no_correlation() -> None:
    assert rank_correlation([1, 2, 3, 4, 5], [4, 4, 4, 4, 4]) is None
    assert rank_correlation([1, 2, 3], [1, 2, 3]) is None


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    draw = random.Random(5)
    scores = [draw.randint(1, 9) for _ in range(60)]
    came = [draw.random() < score / 12 for score in scores]
    right = [
        1.0 if yes > no else 0.5 if yes == no else 0.0
        for yes, happened in zip(scores, came, strict=True)
        if happened
        for no, did in zip(scores, came, strict=True)
        if not did
    ]
    found = area_under_curve(scores, came)
    assert found is not None
    assert found.value == pytest.approx(sum(right) / len(right))
    assert 0 <= found.low < found.value < found.high <= 1


def test_a_perfect_order_of_few_is_not_taken_for_certain() -> None:
    found = area_under_curve([1, 2, 3, 4, 5, 6], [False, False, False, True, True, True])
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.5


def test_one_side_alone_has_no_area() -> None:
    assert area_under_curve([1, 2, 3], [True, True, True]) is None
    assert area_under_curve([], []) is None
