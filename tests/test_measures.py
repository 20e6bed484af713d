"""Measures agree with a library's, or with what they are defined as."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import R, Success, nDCG
from scipy import sparse
from sklearn.metrics import ndcg_score, roc_auc_score

from matchmaker.matching.measures import (
    NOBODY,
    area_under_curve,
    best,
    found,
    gini,
    mean,
    ndcg,
    ratio,
    recall,
)


@pytest.mark.filterwarnings("ignore")
@given(st.integers(0, 10_000))
def test_measures_agree_with_ir_measures(seed: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.permuted(np.tile(np.arange(70, dtype=np.float32), (4, 1)), axis=1)
    truth = generator.random((4, 70)) < generator.choice([0.02, 0.2, 0.6])
    truth[:, 0] = True
    lists = best(scores, 50)
    relevant = sparse.csr_array(truth)
    hits, count = found(lists, relevant), truth.sum(axis=1)
    ours = {
        nDCG @ 20: ndcg(hits, count, 20),
        R @ 20: recall(hits, count, 20),
        R @ 50: recall(hits, count, 50),
        Success @ 10: hits[:, :10].any(axis=1).astype(float),
    }
    run = {str(q): {str(d): float(scores[q, d]) for d in range(70)} for q in range(4)}
    wanted = {str(q): {str(d): int(truth[q, d]) for d in range(70)} for q in range(4)}
    for each in ir_measures.iter_calc(list(ours), wanted, run):
        assert ours[each.measure][int(each.query_id)] == pytest.approx(each.value)


def test_ndcg_agrees_with_scikit_learn() -> None:
    generator = np.random.default_rng(3)
    scores = generator.random((5, 40)).astype(np.float32)
    truth = generator.random((5, 40)) < 0.1
    truth[:, 0] = True
    hits = found(best(scores, 20), sparse.csr_array(truth))
    theirs = [ndcg_score(truth[[row]], scores[[row]], k=20) for row in range(5)]
    assert ndcg(hits, truth.sum(axis=1), 20) == pytest.approx(np.array(theirs))


def test_area_under_curve_agrees_with_scikit_learn_ties_included() -> None:
    generator = np.random.default_rng(5)
    positive = generator.integers(2, 9, 50).astype(np.float32)
    negative = generator.integers(0, 7, 70).astype(np.float32)
    labels = np.repeat([1, 0], [50, 70])
    theirs = roc_auc_score(labels, np.concatenate([positive, negative]))
    assert area_under_curve(positive, negative) == pytest.approx(theirs)


def test_ties_break_by_row_and_minus_infinity_is_nobody() -> None:
    scores = np.array([[1, 2, 2, -np.inf, 2], [-np.inf] * 5], dtype=np.float32)
    assert best(scores, 3).tolist() == [[1, 2, 4], [NOBODY] * 3]
    assert best(scores, 5)[0].tolist() == [1, 2, 4, 0, NOBODY]
    assert best(scores, 7).shape == (2, 7)


def test_gini_of_equals_is_nothing_and_of_one_alone_nearly_all() -> None:
    assert gini(np.full(10, 3)) == pytest.approx(0)
    assert gini(np.array([0] * 99 + [7])) == pytest.approx(0.99)
    assert gini(np.zeros(5, dtype=np.int64)) == 0


def test_gini_agrees_with_all_pairs() -> None:
    counts = np.random.default_rng(1).integers(0, 20, 30)
    differences = np.abs(counts[:, None] - counts[None, :]).mean()
    assert gini(counts) == pytest.approx(differences / (2 * counts.mean()))


def test_an_interval_holds_the_mean_and_narrows_with_more_seekers() -> None:
    values = np.random.default_rng(0).random(4000)
    few, many = mean(values[:40]), mean(values)
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5
    standard_error = values.std() / np.sqrt(len(values))
    assert many.high - many.low == pytest.approx(2 * 1.96 * standard_error, rel=0.1)
    assert mean(values) == many


def test_a_ratio_is_paired() -> None:
    values = np.random.default_rng(0).random(500)
    twice = ratio(2 * values, values)
    assert (twice.low, twice.value, twice.high) == pytest.approx((2, 2, 2))
    with pytest.raises(ValueError, match="cannot be paired"):
        ratio(values, values[1:])


def test_a_ratio_to_nothing_is_infinite() -> None:
    assert ratio(np.ones(3), np.zeros(3)).value == np.inf
    assert ratio(np.zeros(3), np.zeros(3)).value == 1
