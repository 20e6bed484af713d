"""Planted groups are found, with members, confidence, figures by year and bridges between them."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import igraph
import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from matchmaker.actors import ActorGroup, Participation
from matchmaker.landscape import Landscape, SubCluster, survey
from matchmaker.landscape.partition import partition, splits, wanted
from matchmaker.landscape.ties import nearest
from tests.landscape.planted import Plantation, themed


def tops(found: Landscape) -> list[SubCluster]:
    return [each for each in found.sub_clusters if each.parent_id is None]


def homes(found: Landscape) -> dict[str, str]:
    """The sub-cluster where each actor is surest."""
    best: dict[str, tuple[float, str]] = {}
    for each in tops(found):
        for member in each.members:
            best[member.actor_id] = max(best.get(member.actor_id, (-1.0, "")), (member.confidence, each.id))
    return {actor_id: home for actor_id, (_, home) in best.items()}


def agreement(found: Landscape, themes: int) -> float:
    home = homes(found)
    return float(adjusted_rand_score([int(actor_id[1:]) % themes for actor_id in home], [*home.values()]))


@pytest.mark.parametrize(("count", "themes"), [(40, 4), (90, 3), (200, 8)])
def test_planted_groups_are_found(count: int, themes: int) -> None:
    planted = themed(count, themes)
    found = survey(planted.corpus, planted.vectors)
    assert len(homes(found)) == count
    assert agreement(found, themes) > 0.9
    assert len(tops(found)) == themes


def test_new_ids_leave_the_partition_as_it_is() -> None:
    planted = themed(60, 5)
    renamed = themed(60, 5)
    new = {actor.id: f"x{int(actor.id[1:]) * 37 % 61:02}" for actor in planted.actors}
    renamed.actors = [replace(actor, id=new[actor.id]) for actor in renamed.actors]
    renamed.passages = [
        replace(each, source_id=new[each.source_id], actor_ids=tuple(new[one] for one in each.actor_ids))
        for each in renamed.passages
    ]
    renamed.collaborations = [
        replace(each, participations=tuple(Participation(new[part.actor_id]) for part in each.participations))
        for each in renamed.collaborations
    ]
    before = homes(survey(planted.corpus, planted.vectors))
    after = homes(survey(renamed.corpus, renamed.vectors))
    assert adjusted_rand_score([before[old] for old in new], [after[name] for name in new.values()]) == 1


def test_same_seed_gives_the_same_landscape() -> None:
    planted = themed(80, 4)
    assert survey(planted.corpus, planted.vectors, seed=3) == survey(planted.corpus, planted.vectors, seed=3)


def test_igraph_gets_pythons_generator_back() -> None:
    planted = themed(40, 4)
    survey(planted.corpus, planted.vectors)
    random.seed(5)
    first = igraph.Graph.Erdos_Renyi(n=20, m=40).get_edgelist()
    random.seed(5)
    assert igraph.Graph.Erdos_Renyi(n=20, m=40).get_edgelist() == first


def test_a_bridge_is_in_two_sub_clusters_with_less_confidence() -> None:
    planted = themed(60, 3)
    planted.actor("bridge", 0)
    planted.collaboration(900, ["bridge"], 1)
    found = survey(planted.corpus, planted.vectors)
    sure = [
        member.confidence for each in tops(found) for member in each.members if member.actor_id != "bridge"
    ]
    bridge = [
        member.confidence for each in tops(found) for member in each.members if member.actor_id == "bridge"
    ]
    assert len(bridge) == 2
    assert max(bridge) < np.quantile(sure, 0.1)


def test_confidences_of_an_actor_add_up_to_one_at_most() -> None:
    planted = themed(60, 3)
    found = survey(planted.corpus, planted.vectors)
    total: dict[str, float] = {}
    for each in tops(found):
        for member in each.members:
            assert 0 <= member.confidence <= 1
            total[member.actor_id] = total.get(member.actor_id, 0) + member.confidence
    assert max(total.values()) <= 1.001


def test_members_stand_by_falling_confidence_then_id() -> None:
    planted = themed(60, 3)
    for each in survey(planted.corpus, planted.vectors).sub_clusters:
        order = [(-member.confidence, member.actor_id) for member in each.members]
        assert order == sorted(order)


def test_specialisations_lie_inside_their_parent() -> None:
    planted = nested()
    found = survey(planted.corpus, planted.vectors)
    members = {each.id: {member.actor_id for member in each.members} for each in found.sub_clusters}
    inner = [each for each in found.sub_clusters if each.parent_id is not None]
    assert inner
    assert all(members[each.id] <= members[each.parent_id or ""] for each in inner)
    assert len({each.id for each in found.sub_clusters}) == len(found.sub_clusters)


def test_planted_specialisations_are_found_at_one_level_or_the_other() -> None:
    planted = nested()
    found = survey(planted.corpus, planted.vectors)
    for name in (f"{theme}-{narrow}" for theme in range(8) for narrow in range(2)):
        best = max(
            sum(member.actor_id.startswith(name) for member in each.members) / max(len(each.members), 15)
            for each in found.sub_clusters
        )
        assert best > 0.8, name


def test_actors_without_text_join_through_collaborations() -> None:
    planted = themed(60, 3)
    planted.actor("silent")
    planted.collaboration(900, ["silent", "a0000", "a0003"], year=2020)
    planted.collaboration(901, ["silent", "a0006", "a0009"], year=2020)
    home = homes(survey(planted.corpus, planted.vectors))
    assert home["silent"] == home["a0000"]


def test_actors_with_neither_text_nor_collaborations_are_left_out_and_counted() -> None:
    planted = themed(60, 3)
    planted.actor("nobody")
    found = survey(planted.corpus, planted.vectors)
    assert "nobody" not in homes(found)
    assert all(point.actor_id != "nobody" for point in found.points)
    assert any("1 of 61" in note for note in found.notes)


def test_composition_counts_members_by_actor_group() -> None:
    planted = themed(60, 3)
    group_of = {actor.id: actor.group for actor in planted.actors}
    for each in survey(planted.corpus, planted.vectors).sub_clusters:
        for group in ActorGroup:
            expected = sum(group_of[member.actor_id] == group for member in each.members)
            assert each.composition.get(group, 0) == expected


def test_collaborations_and_growth_are_counted_by_year() -> None:
    planted = Plantation()
    for number in range(30):
        planted.actor(f"a{number:04}", number % 3)
    planted.collaboration(1, ["a0000", "a0003"], 0, year=2015)
    planted.collaboration(2, ["a0000", "a0006"], 0, year=2017)
    planted.collaboration(3, ["a0009"], 0, year=2018)
    found = survey(planted.corpus, planted.vectors)
    home = homes(found)["a0000"]
    mine = next(each for each in found.sub_clusters if each.id == home)
    assert mine.collaborations == {2015: 1, 2016: 0, 2017: 1}
    assert mine.growth == {2015: 2, 2016: 2, 2017: 3, 2018: 4}


def test_number_of_parts_wanted_grows_slowly() -> None:
    assert [tuple(map(round, wanted(size))) for size in (40, 200, 27_000)] == [(3, 7), (5, 10), (14, 32)]


def test_a_graph_without_order_is_one_part() -> None:
    drawn = np.random.default_rng(0).random((300, 300)) < 0.03
    upper = np.triu(drawn, 1).astype(float)
    assert partition(sparse.csr_array(upper + upper.T), size=300, least=5, seed=0).parts.max() == 0


def test_nearest_agrees_with_brute_force() -> None:
    rows = np.random.default_rng(0).normal(size=(700, 12)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found, cosines = nearest(rows, 7)
    all_cosines = rows @ rows.T
    np.fill_diagonal(all_cosines, -2)
    assert np.array_equal(found, np.argsort(-all_cosines, axis=1, kind="stable")[:, :7])
    assert np.allclose(cosines, -np.sort(-all_cosines, axis=1)[:, :7], atol=1e-6)


def nested() -> Plantation:
    """Eight themes of two narrower ones each: narrower ones share their theme's direction."""
    planted = Plantation(spread=0.4)
    for number in range(240):
        theme, narrow = number % 8, number // 8 % 2
        planted.actor(f"{theme}-{narrow}-{number:03}", theme, theme, 10 + 2 * theme + narrow)
    return planted


class GivesWay(random.Random):
    """Lets other threads work before each number."""

    def getrandbits(self, k: int, /) -> int:
        time.sleep(0)
        return super().getrandbits(k)

    def random(self) -> float:
        time.sleep(0)
        return super().random()


def test_graphs_that_are_split_at_the_same_time_get_the_parts_they_get_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(random, "Random", GivesWay)
    chance = np.random.default_rng(0)
    graphs = []
    for _ in range(8):
        upper = np.triu(chance.random((40, 40)) * (chance.random((40, 40)) < 0.3), 1)
        graphs.append(sparse.csr_array(upper + upper.T))

    def parts(graph: sparse.csr_array) -> list[list[int]]:
        return [each.tolist() for each in splits(graph, (0.7, 1.0, 1.4, 2.0), least=2, seed=3)]

    alone = list(map(parts, graphs))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(parts, graphs)) == alone
