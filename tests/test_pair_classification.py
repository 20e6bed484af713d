"""Pairs are drawn alike for both sides, and the threshold is chosen before they are seen."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matchmaker.matching.pair_classification import classify, draw_pairs, pair_scores, threshold
from tests.dated_town import asked, perfect


def test_pairs_are_balanced_of_the_same_groups_and_strangers() -> None:
    data, _, past = asked(300)
    drawn = draw_pairs(data, past, date.max)
    assert len(drawn.positive) == len(drawn.negative) > 20
    assert np.array_equal(data.groups[drawn.positive], data.groups[drawn.negative])
    later = (data.takes_part @ data.takes_part.T).toarray()
    assert (later[drawn.positive[:, 0], drawn.positive[:, 1]] > 0).all()
    assert not past.partners.toarray()[drawn.positive[:, 0], drawn.positive[:, 1]].any()
    assert not later[drawn.negative[:, 0], drawn.negative[:, 1]].any()
    assert past.known[drawn.negative].all()


def test_a_threshold_parts_what_can_be_parted_and_is_not_moved_later() -> None:
    assert threshold(np.array([3, 4], np.float32), np.array([1, 2], np.float32)) == 3
    data, _, past = asked(300)
    drawn = draw_pairs(data, past, date.max)
    arm = perfect(data, past)
    made = classify(arm, drawn, arm, drawn)
    assert made.accuracy.value == made.area == 1
    shifted = classify(arm, drawn, lambda seekers: arm(seekers) - 5, drawn)
    assert shifted.area == 1
    assert shifted.accuracy.value == 0.5


def test_pair_scores_are_the_same_from_either_side() -> None:
    generator = np.random.default_rng(0)
    table = generator.random((600, 600)).astype(np.float32)
    drawn = generator.integers(0, 600, (300, 2))
    scores = pair_scores(lambda seekers: table[seekers], drawn)
    expected = (table[drawn[:, 0], drawn[:, 1]] + table[drawn[:, 1], drawn[:, 0]]) / 2
    assert scores == pytest.approx(expected)
    assert scores == pytest.approx(pair_scores(lambda seekers: table[seekers], drawn[:, ::-1]))
