"""The tests behind the gaps against published examples, and small counts that must not shout."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.landscape.gap_signs import Comparison, adjusted, compare, damped_ratio


def counts(*cells: tuple[int, int, int, int], fewer: bool) -> Comparison:
    columns = [np.array(each, dtype=np.int64) for each in zip(*cells, strict=True)]
    return compare(*columns, fewer=fewer)


def test_fishers_tea_has_the_p_of_his_book() -> None:
    """Fisher, "The Design of Experiments", 1935: three of four cups right has 17 in 70; all four, 1 in 70."""
    assert counts((3, 4, 1, 4), fewer=False).q == pytest.approx([17 / 70])
    assert counts((4, 4, 0, 4), fewer=False).q == pytest.approx([1 / 70])


def test_benjamini_and_hochbergs_own_example() -> None:
    """Their table of fifteen p-values: at .05 the four smallest are found."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1.0,
        ]
    )
    assert (adjusted(p) <= 0.05).sum() == 4
    assert adjusted(p)[3] == pytest.approx(0.0095 * 15 / 4)
    assert adjusted(p[::-1])[::-1] == pytest.approx(adjusted(p))
    assert len(adjusted(p[:0])) == 0


def test_where_even_none_would_be_no_surprise_nothing_is_told() -> None:
    found = counts((0, 20, 3, 200), (0, 20, 0, 200), (0, 0, 5, 10), fewer=True)
    assert np.isnan(found.q).all()
    assert not found.holds.any()


def test_what_cannot_be_told_does_not_weigh_on_what_can() -> None:
    alone = counts((2, 200, 90, 900), fewer=True)
    among = counts((2, 200, 90, 900), *[(0, 200, 1, 900)] * 50, fewer=True)
    assert among.q[0] == pytest.approx(alone.q[0])
    tested = counts((2, 200, 90, 900), *[(20, 200, 90, 900)] * 50, fewer=True)
    assert tested.q[0] > alone.q[0]


def test_a_sure_difference_that_is_small_is_no_sign() -> None:
    found = counts((9000, 20000, 98000, 200000), fewer=True)
    assert found.q[0] < 0.001
    assert not found.holds[0]


def test_twice_is_not_again_and_again() -> None:
    found = counts((2, 2, 10, 4000), (3, 3, 10, 4000), fewer=False)
    assert found.holds.tolist() == [False, True]


def test_the_damped_ratio_is_finite_for_no_cases_and_wider_for_fewer() -> None:
    one = np.array([0, 1, 100], dtype=np.int64)
    of = np.array([10, 10, 1000], dtype=np.int64)
    ratio, low, high = damped_ratio(one, of, of // 5, of)
    assert np.isfinite([ratio, low, high]).all()
    assert (low < ratio).all()
    assert (ratio < high).all()
    assert high[1] / low[1] > 10 * high[2] / low[2]
