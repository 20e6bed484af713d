"""Balanced exposure: plain lists at 0, fairer ones along the slider, and what no balance may do."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.exposure import Market, Proposals, Terms, measure

BALANCES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def scores_of(matrix: NDArray[np.floating]) -> sparse.csr_array:
    return sparse.csr_array(matrix.astype(np.float32))


def cluster(count: int = 400, *, seed: int = 0) -> sparse.csr_array:
    """Tastes in eight dimensions and a fame that few have: a handful of actors score best with nearly everybody."""
    random = np.random.default_rng(seed)
    tastes = random.normal(size=(count, 8))
    fame = random.pareto(1.5, size=count)
    matrix = 20 * np.exp(tastes @ tastes.T / 8) * np.sqrt(np.outer(1 + fame, 1 + fame))
    np.fill_diagonal(matrix, 0)
    matrix[matrix < np.sort(matrix, axis=1)[:, [-60]]] = 0
    return scores_of(matrix)


def star(count: int = 60) -> sparse.csr_array:
    """Everybody's best is actor 0; else neighbours on a circle."""
    matrix = np.zeros((count, count))
    for row in range(count):
        for step in range(1, 8):
            matrix[row, (row + step) % count] = matrix[(row + step) % count, row] = 20 - step
    matrix[0, 1:] = matrix[1:, 0] = 40
    return scores_of(matrix)


def lists(proposals: Proposals) -> list[list[int]]:
    return [proposals.of(row).tolist() for row in range(len(proposals.starts) - 1)]


def best(matrix: NDArray[np.float32], top: int) -> list[list[int]]:
    """By brute force: score, then row."""
    return [
        sorted((row for row in range(len(scores)) if scores[row] > 0), key=lambda row: (-scores[row], row))[
            :top
        ]
        for scores in matrix
    ]


@st.composite
def small_scores(draw: st.DrawFn) -> sparse.csr_array:
    """Up to 12 actors, few different scores so that ties are common, many without candidates."""
    count = draw(st.integers(0, 12))
    values = draw(st.lists(st.sampled_from([0, 0, 1, 2, 2.5, 80]), min_size=count**2, max_size=count**2))
    matrix = np.triu(np.array(values, dtype=np.float64).reshape(count, count), 1)
    return scores_of(matrix + matrix.T)


terms_drawn = st.builds(
    Terms,
    balance=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    top=st.integers(1, 5),
    more=st.integers(0, 4),
    capacity=st.none() | st.integers(3, 6),
    floor=st.integers(0, 3),
)


@given(small_scores(), st.integers(1, 5))
def test_at_balance_0_lists_are_the_best_scores_with_ties_by_row(scores: sparse.csr_array, top: int) -> None:
    assert lists(Market(scores).propose(Terms(0, top=top))) == best(scores.toarray(), top)


def test_scores_that_differ_in_the_last_bit_keep_their_order() -> None:
    matrix = np.zeros((4, 4), dtype=np.float32)
    matrix[0, 1:] = [np.float32(50), np.nextafter(np.float32(50), np.float32(60)), 49]
    assert lists(Market(scores_of(matrix + matrix.T)).propose(Terms(0, top=1)))[0] == [2]


@settings(deadline=None)
@given(small_scores(), terms_drawn)
def test_lists_hold_candidates_only_once_each_and_never_too_many(
    scores: sparse.csr_array, terms: Terms
) -> None:
    matrix = scores.toarray()
    made = Market(scores).propose(terms)
    for row, partners in enumerate(lists(made)):
        counted = made.counted[made.starts[row] : made.starts[row + 1]]
        assert row not in partners
        assert len(set(partners)) == len(partners)
        assert all(matrix[row, partner] > 0 for partner in partners)
        assert counted.sum() <= terms.top
        assert (~counted).sum() <= terms.more
        assert not np.diff(counted.astype(int)).clip(0).any()
        for places in (counted, ~counted):
            assert (np.diff(matrix[row, np.array(partners, dtype=int)[places]]) <= 0).all()


@settings(deadline=None)
@given(small_scores(), terms_drawn)
def test_every_measure_is_a_finite_number_for_any_cluster(scores: sparse.csr_array, terms: Terms) -> None:
    found = measure(Market(scores).propose(terms))
    shares = (found.coverage, found.gini, found.largest_share, found.envy)
    assert all(0 <= share <= 1 for share in shares)
    assert 0 <= found.expected_mutual <= found.mutual <= len(scores.toarray()) ** 2


@settings(deadline=None)
@given(small_scores(), st.integers(1, 4))
def test_without_capacity_no_list_gets_shorter(scores: sparse.csr_array, top: int) -> None:
    market = Market(scores)
    plain, fair = (market.propose(Terms(balance, top=top)) for balance in (0.0, 1.0))
    assert np.array_equal(plain.starts, fair.starts)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_smallest_clusters_work(count: int) -> None:
    matrix = np.ones((count, count)) - np.eye(count)
    found = measure(Market(scores_of(matrix)).propose(Terms(0.5)))
    assert found.coverage == (1.0 if count == 2 else 0.0)
    assert found.mutual == (1 if count == 2 else 0)


def test_the_diagonal_is_nobodys_candidate() -> None:
    assert lists(Market(scores_of(np.full((3, 3), 5.0))).propose(Terms())) == [[1, 2], [0, 2], [0, 1]]


def test_everyone_linked_alike_is_shared_out_evenly() -> None:
    market = Market(scores_of(np.ones((300, 300))))
    plain, fair = (measure(market.propose(Terms(balance))) for balance in (0.0, 1.0))
    assert plain.gini > 0.9
    assert fair.coverage == 1
    assert fair.gini < plain.gini / 2


def test_everyone_linked_alike_gets_exactly_its_capacity() -> None:
    exposure = Market(scores_of(np.ones((60, 60)))).propose(Terms(1, capacity=10)).exposure()
    assert exposure.max() == 10


def test_a_star_is_proposed_to_fewer_the_fairer_the_lists() -> None:
    market = Market(star())
    counts = [int(market.propose(Terms(balance, top=4)).exposure()[0]) for balance in BALANCES]
    assert counts[0] == 59
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 40


def test_along_the_slider_coverage_rises_and_inequality_falls() -> None:
    curve = Market(cluster()).curve(BALANCES, Terms(floor=0))
    for before, after in itertools.pairwise(curve):
        assert after.coverage >= before.coverage - 0.01
        assert after.gini <= before.gini + 0.01
        assert after.largest_share <= before.largest_share + 0.01
    assert curve[-1].coverage > curve[0].coverage + 0.1
    assert curve[-1].gini < curve[0].gini - 0.2
    assert curve[-1].mutual > curve[0].mutual
    assert curve[-1].envy <= curve[0].envy


def test_a_tenth_of_the_slider_costs_little_score() -> None:
    market = Market(cluster())
    plain, fairer = (market.propose(Terms(balance)) for balance in (0.0, 0.1))
    assert fairer.scores.sum() > 0.97 * plain.scores.sum()


def test_scores_in_other_units_give_the_same_lists() -> None:
    scores = cluster()
    assert lists(Market(scores).propose(Terms(0.5))) == lists(Market(scores * 4).propose(Terms(0.5)))


def test_the_same_input_gives_the_same_lists_and_is_not_changed() -> None:
    scores = cluster()
    before = scores.copy()
    Market(scores, both_ways=False)
    terms = Terms(0.7, more=5, capacity=30, floor=2)
    assert lists(Market(scores).propose(terms)) == lists(Market(scores).propose(terms))
    assert abs(scores - before).nnz == 0


@pytest.mark.parametrize("floor", [1, 3])
def test_at_balance_1_everybody_with_enough_candidates_reaches_the_floor(floor: int) -> None:
    scores = cluster()
    exposure = Market(scores).propose(Terms(1, floor=floor)).exposure()
    assert (exposure >= floor).all()


def test_the_floor_takes_from_nobody_who_would_then_be_below_it() -> None:
    market = Market(cluster())
    without = market.propose(Terms(0.3, floor=0)).exposure()
    with_floor = market.propose(Terms(0.3, floor=2)).exposure()
    assert (with_floor[without >= 2] >= 2).all()
    assert (with_floor >= np.minimum(without, 2)).all()


@pytest.mark.parametrize("balance", [0.02, 0.1])
def test_the_floor_gives_away_at_most_the_share_of_places_that_balance_says(balance: float) -> None:
    market = Market(cluster())
    without, with_floor = (market.propose(Terms(balance, floor=floor)) for floor in (0, 8))
    changed = sum(len(set(a) - set(b)) for a, b in zip(lists(without), lists(with_floor), strict=True))
    assert 0 < changed <= balance * len(without.partners)


def test_at_balance_0_neither_floor_nor_capacity_changes_a_list() -> None:
    market = Market(cluster())
    assert lists(market.propose(Terms(0, floor=5, capacity=5))) == lists(market.propose(Terms(0, floor=0)))


@pytest.mark.parametrize("capacity", [4, 15])
def test_nobody_is_counted_in_more_lists_than_the_capacity_allows(capacity: int) -> None:
    market = Market(cluster())
    plain, half, fair = (
        market.propose(Terms(balance, more=10, capacity=capacity)).exposure() for balance in (0.0, 0.5, 1.0)
    )
    assert (half <= np.sqrt(np.maximum(plain, capacity) * capacity) + 1e-6).all()
    assert fair.max() == capacity


def test_a_full_actor_keeps_the_pairs_that_score_most() -> None:
    matrix = np.zeros((6, 6))
    matrix[0, 1:] = [50, 60, 70, 80, 90]
    made = Market(scores_of(matrix + matrix.T)).propose(Terms(1, top=1, capacity=2))
    assert [row for row, partners in enumerate(lists(made)) if 0 in partners] == [4, 5]


def test_more_places_go_to_the_best_who_are_left() -> None:
    scores = cluster()
    made = Market(scores).propose(Terms(0.6, more=10))
    matrix = scores.maximum(scores.T).toarray()
    for row, partners in enumerate(lists(made)):
        rest = matrix[row].copy()
        rest[partners[:10]] = 0
        assert partners[10:] == best(rest[None, :], 10)[0]


def test_a_pair_known_from_one_side_is_a_candidate_of_both() -> None:
    matrix = np.zeros((3, 3))
    matrix[0, 1] = matrix[0, 2] = 7
    assert lists(Market(scores_of(matrix)).propose(Terms())) == [[1, 2], [0], [0]]
    assert lists(Market(scores_of(matrix), both_ways=False).propose(Terms())) == [[1, 2], [], []]


def test_at_balance_0_values_are_the_scores_and_later_never_above_them() -> None:
    market = Market(cluster())
    plain, fairer = (market.propose(Terms(balance)) for balance in (0.0, 0.5))
    assert np.allclose(plain.values, plain.scores, rtol=1e-5)
    assert (fairer.values <= fairer.scores * (1 + 1e-5)).all()


def test_a_pair_in_each_others_first_place_is_one_expected_match_and_second_places_count_less() -> None:
    matrix = np.zeros((3, 3))
    matrix[0, 1], matrix[0, 2] = 9, 4
    found = measure(Market(scores_of(matrix + matrix.T)).propose(Terms()))
    # 0 and 1 look at each other for certain; 0 looks at 2 with 1 / log2(3), and 2 at 0 for certain.
    assert found.mutual == 2
    assert found.expected_mutual == pytest.approx(1 + 1 / math.log2(3))
    assert found.largest_share == pytest.approx(2 / 4)
    assert found.gini == pytest.approx(1 / 6)


def test_nobody_envies_where_all_stand_first_and_the_second_envies_the_first() -> None:
    pairs = np.kron(np.eye(2), np.array([[0, 5], [5, 0]]))
    assert measure(Market(scores_of(pairs)).propose(Terms())).envy == 0
    second = np.zeros((3, 3))
    second[0, 1], second[0, 2] = 9, 4
    # Only actor 2, second in the list of 0, would rather stand where 1 stands.
    assert measure(Market(scores_of(second + second.T)).propose(Terms())).envy == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [("balance", -0.1), ("balance", 1.1), ("balance", math.nan), ("top", 0), ("more", -1), ("floor", -1)],
)
def test_terms_that_no_list_can_keep_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Terms(**{name: value})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="capacity must be at least 3, not 2"):
        Terms(capacity=2, floor=3)


@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_scores_below_zero_or_without_end_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Market(scores_of(np.full((2, 2), value)))


def test_scores_must_be_square() -> None:
    with pytest.raises(ValueError, match="square"):
        Market(scores_of(np.ones((2, 3))))
