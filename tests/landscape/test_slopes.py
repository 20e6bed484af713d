"""Trends against chance: exact where few, right in its errors, and blind to what a single call brings."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse, stats

from matchmaker.landscape.slopes import FEWEST_UNITS, slopes


def by_hand(has: np.ndarray, years: np.ndarray) -> float:
    """All ways to draw as many units: twice the smaller tail of the sum of their years."""
    drawn, units = int(has.sum()), len(years)
    seen = years[has > 0].sum()
    sums = np.array([years[list(each)].sum() for each in combinations(range(units), drawn)])
    return min(1.0, 2 * min((sums <= seen).mean(), (sums >= seen).mean()))


def columns(*has: np.ndarray) -> sparse.csc_array:
    return sparse.csc_array(np.stack(has, axis=1).astype(float))


def alone(count: int) -> np.ndarray:
    return np.arange(count)


def test_the_small_test_is_the_exact_one() -> None:
    random = np.random.default_rng(3)
    years = np.sort(random.integers(0, 4, 14))
    for _ in range(5):
        has = np.zeros(14)
        has[random.choice(14, 6, replace=False)] = 1
        found = slopes(columns(has), years, alone(14), span=4)
        assert found.p[0] == pytest.approx(by_hand(has, years))


def test_the_large_test_agrees_with_the_trend_in_proportions() -> None:
    """Cochran and Armitage's chi-square is (U / sd)^2; with the hypergeometric variance the factor is N / (N - 1)."""
    counts, sizes = np.array([60, 75, 110]), np.array([400, 400, 400])
    years = np.repeat(np.arange(3), sizes)
    has = np.concatenate([np.r_[np.ones(k), np.zeros(n - k)] for k, n in zip(counts, sizes, strict=True)])
    found = slopes(columns(has), years, alone(1200), span=3)
    share = counts.sum() / sizes.sum()
    scores = np.arange(3) - 1
    u = (scores * (counts - sizes * share)).sum()
    variance = share * (1 - share) * (sizes * scores**2).sum() * 1200 / 1199
    assert found.p[0] == pytest.approx(2 * stats.norm.sf(abs(u) / np.sqrt(variance)))
    assert found.rate[0] > 1


def test_counting_those_without_is_the_same_test_turned_round() -> None:
    years = np.repeat(np.arange(3), 30)
    has = np.concatenate([np.r_[np.ones(k), np.zeros(30 - k)] for k in (3, 8, 14)])
    found = slopes(columns(has, 1 - has), years, alone(90), span=3)
    assert found.p[0] == pytest.approx(found.p[1])
    assert found.rate[0] * found.rate[1] == pytest.approx(1)


def test_growth_of_everything_is_no_trend() -> None:
    sizes = (10, 40, 160)
    years = np.repeat(np.arange(3), sizes)
    has = np.concatenate([np.r_[np.ones(size // 5), np.zeros(size - size // 5)] for size in sizes])
    found = slopes(columns(has), years, alone(210), span=3)
    assert found.rate[0] == pytest.approx(1)
    assert found.p[0] == 1


def test_errors_come_as_often_as_they_are_said_to() -> None:
    random = np.random.default_rng(0)
    years = np.repeat(np.arange(5), (50, 80, 40, 90, 60))
    has = (random.random((320, 800)) < random.uniform(0.03, 0.5, 800)).astype(float)
    found = slopes(sparse.csc_array(has), years, alone(320), span=5)
    assert 0.02 < (found.p[found.tested] < 0.05).mean() < 0.065
    assert (found.q < 0.05).sum() <= 2


def test_one_call_is_one_draw_however_many_projects_it_holds() -> None:
    years = np.repeat(np.arange(3), 100)
    one_call = np.arange(300)
    one_call[290:] = 290
    many_calls = np.arange(300)
    has = np.zeros(300)
    has[290:] = 1
    assert slopes(columns(has), years, many_calls, span=3).q[0] < 0.001
    assert slopes(columns(has), years, one_call, span=3).p[0] > 0.05


def test_what_calls_ask_for_is_not_called_a_trend() -> None:
    """Every call asks for its own words, in projects of one year: nothing rises."""
    random = np.random.default_rng(1)
    calls = np.repeat(np.arange(60), 10)
    years = np.repeat(random.integers(0, 4, 60), 10)
    asks = random.random((60, 300)) < 0.1
    has = (random.random((600, 300)) < np.where(asks, 0.8, 0.01)[calls]).astype(float)
    with_calls = slopes(sparse.csc_array(has), years, calls, span=4)
    without = slopes(sparse.csc_array(has), years, alone(600), span=4)
    assert (with_calls.q < 0.05).sum() <= 3
    assert (without.q < 0.05).sum() > 30


def test_few_are_damped_and_not_tested() -> None:
    years = np.repeat(np.arange(4), 50)
    few, many = np.zeros(200), np.zeros(200)
    few[197:] = 1
    many[100:] = 1
    found = slopes(columns(few, many), years, alone(200), span=4)
    assert few.sum() < FEWEST_UNITS
    assert not found.tested[0]
    assert found.p[0] == found.q[0] == 1
    assert found.low[0] < 1 < found.high[0]
    assert 1 < found.rate[0] < found.rate[1]


def test_nothing_and_everything_are_answered() -> None:
    years = np.repeat(np.arange(2), 10)
    found = slopes(columns(np.zeros(20), np.ones(20)), years, alone(20), span=2)
    assert not found.tested.any()
    assert np.isfinite(found.rate).all()
    empty = slopes(sparse.csc_array((0, 3)), np.empty(0, int), np.empty(0, int), span=3)
    assert empty.rate.tolist() == [1, 1, 1]
