"""Whatever is missing, the answer is a sensible one with notes: no crash, no NaN."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
import pytest

from matchmaker.actors import Passage, PassageKind
from matchmaker.landscape import Landscape, survey
from tests.landscape.planted import DIMENSIONS, Plantation, themed


def finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return all(map(finite, value)) if isinstance(value, list | tuple) else True


def surveyed(planted: Plantation) -> Landscape:
    found = survey(planted.corpus, planted.vectors)
    assert finite(asdict(found))
    return found


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_actors_are_no_sub_clusters(count: int) -> None:
    planted = Plantation()
    for number in range(count):
        planted.actor(f"a{number}", 0)
    found = surveyed(planted)
    assert found.sub_clusters == ()
    assert len(found.points) == count
    assert found.notes


def test_two_actors_alike_have_two_places() -> None:
    planted = Plantation()
    for name in ("a", "b"):
        planted.actor(name, 0, text="the same")
    planted.rows[1] = planted.rows[0]
    assert len({(point.x, point.y) for point in surveyed(planted).points}) == 2


def test_actors_all_alike_are_one_sub_cluster() -> None:
    planted = Plantation()
    for number in range(30):
        planted.actor(f"a{number:02}", 0, text="the same biogas")
    planted.rows = [planted.rows[0]] * 30
    found = surveyed(planted)
    assert len(found.sub_clusters) == 1
    assert len(found.sub_clusters[0].members) == 30
    assert any("too much alike" in note for note in found.notes)


def test_no_text_at_all_leaves_the_collaborations() -> None:
    planted = Plantation()
    for number in range(60):
        planted.actor(f"a{number:02}")
    for number in range(60):
        start = number // 20 * 20
        members = planted.random.choice(range(start, start + 20), 3, replace=False)
        planted.collaboration(number, [f"a{member:02}" for member in members], year=2015 + number % 5)
    found = surveyed(planted)
    tops = [each for each in found.sub_clusters if each.parent_id is None]
    assert len(tops) >= 3
    assert all(len({int(member.actor_id[1:]) // 20 for member in each.members}) == 1 for each in tops)
    assert all(each.label for each in found.sub_clusters)
    assert any("No texts" in note for note in found.notes)


def test_neither_text_nor_collaborations_is_an_empty_landscape() -> None:
    planted = Plantation()
    for number in range(20):
        planted.actor(f"a{number:02}")
    found = surveyed(planted)
    assert found.sub_clusters == ()
    assert found.points == ()
    assert "20 of 20" in found.notes[0]


def test_no_collaborations_leaves_the_texts() -> None:
    planted = themed(60, 3)
    planted.collaborations = []
    found = surveyed(planted)
    assert len([each for each in found.sub_clusters if each.parent_id is None]) == 3
    assert any("No collaborations" in note for note in found.notes)


def test_zero_vectors_count_as_no_text() -> None:
    planted = themed(60, 3)
    planted.rows[7] = np.zeros(DIMENSIONS)
    surveyed(planted)
    planted.rows = [np.zeros(DIMENSIONS)] * len(planted.rows)
    assert any("No texts" in note for note in surveyed(planted).notes)


def test_vectors_that_are_not_finite_count_as_no_text() -> None:
    planted = themed(60, 3)
    planted.rows[7] = np.full(DIMENSIONS, np.nan)
    surveyed(planted)


def test_passages_that_belong_to_nobody_do_no_harm() -> None:
    planted = themed(40, 4)
    planted.passages.append(Passage("gone", ("gone",), PassageKind.DESCRIPTION, "lost", "en"))
    planted.rows.append(planted.vector(0))
    surveyed(planted)


def test_a_vector_too_few_is_refused() -> None:
    planted = themed(10, 2)
    with pytest.raises(ValueError, match="as many vectors"):
        survey(planted.corpus, planted.vectors[1:])


def test_progress_reaches_the_last_step() -> None:
    planted = themed(20, 2)
    told: list[tuple[int, int]] = []
    survey(planted.corpus, planted.vectors, progress=lambda done, of: told.append((done, of)))
    assert told == [(step, 5) for step in range(1, 6)]


@pytest.mark.parametrize("count", [6, 7, 40])
def test_actors_without_anything_in_common_are_all_in_some_sub_cluster(count: int) -> None:
    planted = Plantation()
    for number in range(count):
        planted.actor(f"a{number:02}", number)
    found = surveyed(planted)
    assert {member.actor_id for each in found.sub_clusters for member in each.members} == {
        f"a{number:02}" for number in range(count)
    }


def test_actors_that_nothing_ties_to_others_are_in_a_sub_cluster_with_no_confidence() -> None:
    planted = themed(60, 3)
    planted.actor("far")
    planted.actor("away")
    planted.collaboration(900, ["far", "away"], year=2020)
    found = surveyed(planted)
    tops = [each for each in found.sub_clusters if each.parent_id is None]
    for name in ("far", "away"):
        sure = [member.confidence for each in tops for member in each.members if member.actor_id == name]
        assert sure == [0.0]
    assert any("confidence of 0: 2" in note for note in found.notes)


def test_trustworthiness_is_unknown_for_few_and_for_none_with_text() -> None:
    few = themed(20, 2)
    assert surveyed(few).trustworthiness is None
    silent = themed(60, 3)
    silent.rows = [np.zeros(DIMENSIONS)] * len(silent.rows)
    assert surveyed(silent).trustworthiness is None
    assert (surveyed(themed(60, 3)).trustworthiness or 0) > 0.8
