"""What is worked out on a shorter way is what the long way gives."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from matchmaker.landscape import Landscape, Past, survey, survey_after
from matchmaker.landscape.coverage import coverage, every_coverage
from matchmaker.landscape.documents import documents
from matchmaker.landscape.partition import OUTSIDE, _best, _Graph, _outside, _tried, wanted
from matchmaker.landscape.phases import phase_by_part, phases
from matchmaker.landscape.ties import ties
from matchmaker.landscape.trends import every_trends, trends
from tests.dated_town import START, town


@pytest.fixture(scope="module")
def landscape() -> Landscape:
    return survey(*town())


def test_trends_of_all_parts_at_once_are_those_of_each(landscape: Landscape) -> None:
    data, _ = town()
    ids = [None, *(each.id for each in landscape.sub_clusters)]
    assert len(ids) > 4
    assert list(every_trends(data, landscape)) == [trends(data, landscape, each) for each in ids]


def test_coverage_of_all_parts_at_once_is_that_of_each(landscape: Landscape) -> None:
    data, _ = town()
    parts = [None, *landscape.sub_clusters]
    assert every_coverage(data, landscape) == [coverage(data, landscape, each) for each in parts]


@pytest.mark.parametrize("day", [None, START + timedelta(days=800)])
def test_phases_without_their_evidence_are_those_with_it(landscape: Landscape, day: date | None) -> None:
    data, _ = town()
    told = {each.sub_cluster_id or "": each.phase for each in phases(data, landscape, every=True, today=day)}
    assert phase_by_part(data, landscape, today=day) == told


def test_a_survey_without_map_and_candidates_finds_the_same_sub_clusters(landscape: Landscape) -> None:
    data, vectors = town()
    bare = survey_after(None, data, vectors, mapped=False, candidates=False)
    assert bare.landscape.sub_clusters == landscape.sub_clusters
    assert bare.landscape.notes == landscape.notes
    assert (bare.landscape.points, bare.landscape.spin_offs) == ((), ())
    unmapped = survey(data, vectors, mapped=False)
    assert unmapped.spin_offs == landscape.spin_offs
    # What comes after it goes on from its sub-clusters, on a map of its own.
    whole = survey_after(None, data, vectors)
    after = survey_after(Past(bare.landscape, bare.trace), data, vectors).landscape
    assert (
        after.sub_clusters
        == survey_after(Past(whole.landscape, whole.trace), data, vectors).landscape.sub_clusters
    )
    assert len(after.points) == len(landscape.points)


def test_the_split_that_is_rated_best_is_the_best_of_all(landscape: Landscape) -> None:
    found = documents(*town())
    graph = _Graph(ties(found), 3)
    for size in (10, 60, 400, 3000):
        fewest, most = wanted(size)
        splits = _tried(graph, fewest, most, 0)
        every = [
            (round(stability - OUTSIDE * _outside(parts, fewest, most), 2), -resolution, stability)
            for resolution, parts in splits.items()
            for stability in [graph.stability(parts, resolution, 0)]
        ]
        assert _best(_Graph(ties(found), 3), splits, fewest, most, 0) == max(every)


def test_a_graph_without_some_ties_is_as_if_made_without_them() -> None:
    import igraph

    graph = _Graph(ties(documents(*town())), 3)
    thin, weights = graph._without_some(1)
    kept = np.random.default_rng(1).random(len(graph.edges)) >= 0.2
    made = igraph.Graph(n=graph.ties.shape[0], edges=graph.edges[kept])
    assert thin.get_edgelist() == made.get_edgelist()
    assert weights == graph.weights[kept].tolist()
