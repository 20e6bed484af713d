"""What connects actors, against brute force on graphs small enough to try everything."""

from __future__ import annotations

from itertools import combinations

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matchmaker.landscape.connections import cuts, efficiency, pairs_within, pieces, worked_together
from tests.landscape.woven import FLORENCE, pairs, woven

weavings = st.lists(
    st.sets(st.integers(0, 11), min_size=1, max_size=4).map(
        lambda some: [f"a{each:02}" for each in sorted(some)]
    ),
    min_size=1,
    max_size=12,
)


def projection(takes_part: sparse.csr_array) -> igraph.Graph:
    together = (takes_part @ takes_part.T).toarray() > 0
    edges = [(a, b) for a, b in combinations(range(len(together)), 2) if together[a, b]]
    return igraph.Graph(n=len(together), edges=edges)


@given(weavings)
@settings(max_examples=60, deadline=None)
def test_what_a_leaving_cuts_is_what_trying_it_shows(collaborations: list[list[str]]) -> None:
    takes_part = woven(collaborations).takes_part
    graph = projection(takes_part)
    found = cuts(takes_part)
    for actor in range(graph.vcount()):
        piece = next(each for each in graph.components() if actor in each)
        others = [each for each in piece if each != actor]
        left = [len(each) for each in graph.subgraph(others).components()]
        assert found.pairs[actor] == len(others) * (len(others) - 1) // 2 - sum(
            n * (n - 1) // 2 for n in left
        )
        assert found.cut_off[actor] == len(others) - max(left, default=0)


@given(weavings)
@settings(max_examples=60, deadline=None)
def test_efficiency_is_the_mean_of_one_by_the_steps(collaborations: list[list[str]]) -> None:
    takes_part = woven(collaborations).takes_part
    graph = projection(takes_part)
    count = graph.vcount()
    everyone = np.arange(count)
    steps = np.array(graph.distances(), dtype=np.float64)
    np.fill_diagonal(steps, np.inf)
    expected = (1 / steps).sum() / (count * (count - 1)) if count > 1 else 0.0
    assert efficiency(takes_part, everyone, everyone[:0], present=True) == pytest.approx(expected)
    if count < 3:
        return
    rest = everyone[1:]
    kept = (1 / steps[1:, 1:]).sum() / ((count - 1) * (count - 2))
    assert efficiency(takes_part, everyone, everyone[:1], present=True) == pytest.approx(kept)
    without = np.array(graph.subgraph(rest.tolist()).distances(), dtype=np.float64)
    np.fill_diagonal(without, np.inf)
    assert efficiency(takes_part, everyone, everyone[:1], present=False) == pytest.approx(
        (1 / without).sum() / ((count - 1) * (count - 2))
    )


def test_a_collaboration_adds_one_to_each_of_its_actors_however_large_it_is() -> None:
    takes_part = woven([["a", "b"], ["b", "c", "d"], ["e"]]).takes_part
    assert worked_together(takes_part).sum(axis=1) == pytest.approx([1, 2, 1, 1, 0])


def test_pieces_are_counted_in_actors_and_who_works_alone_is_one() -> None:
    takes_part = woven([["a", "b", "c"], ["d", "e"], ["f"]], alone=["g"]).takes_part
    assert pieces(takes_part).tolist() == [3, 2, 1, 1]
    assert pairs_within(pieces(takes_part)) == 4
    assert pieces(takes_part, np.array([1])).tolist() == [2, 2, 1, 1]


def test_without_the_medici_the_salviati_the_pazzi_and_the_acciaiuoli_are_cut_off() -> None:
    florence = woven(pairs(FLORENCE))
    medici = florence.ids.index("medici")
    found = cuts(florence.takes_part)
    # Acciaiuoli alone, Salviati with the Pazzi; the other eleven stay together.
    assert pieces(florence.takes_part, np.array([medici])).tolist() == [11, 2, 1]
    assert (found.pairs[medici], found.cut_off[medici]) == (14 * 13 // 2 - 55 - 1, 3)


def test_nothing_at_all_has_no_pieces() -> None:
    empty = woven([]).takes_part
    assert pieces(empty).tolist() == []
    assert cuts(empty).pairs.tolist() == []
    assert efficiency(empty, np.arange(0), np.arange(0), present=True) == 0
