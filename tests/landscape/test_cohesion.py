"""How a cluster holds together, worked out by hand, and what is said where it cannot be told."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from matchmaker.actors import ActorGroup
from matchmaker.landscape.caveats import Unknown
from matchmaker.landscape.cohesion import Cohesion, holding
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.incidence import incidence
from tests.landscape.test_brokers import finite
from tests.landscape.woven import FLORENCE, laid_out, pairs, woven

EMPTY = Landscape((), (), ())


def ring_and_tail() -> tuple[list[list[str]], Landscape]:
    """Five in a ring with a tail of two at ``a``, and one who works with nobody inside."""
    inside = [["a", "b"], ["b", "c"], ["c", "d"], ["d", "e"], ["e", "a"], ["a", "t"], ["t", "u"]]
    landscape = laid_out({"ring": (["a", "b", "c", "d", "e", "t", "u", "lone"], range(7))})
    return [*inside, ["lone", "elsewhere"]], landscape


def of_ring(**groups: ActorGroup) -> Cohesion:
    collaborations, landscape = ring_and_tail()
    data = woven(collaborations, groups=groups)
    return holding(data, incidence(data, landscape), []).sub_clusters[0]


def test_the_figures_of_a_ring_with_a_tail() -> None:
    found = of_ring()
    assert (found.actors, found.collaborations, found.alone) == (8, 7, 1)
    assert found.density == pytest.approx(7 / 28)
    assert found.partners == pytest.approx(14 / 8)
    assert found.in_largest == pytest.approx(7 / 8)
    # Without a, the ring's four others are the larger piece; t and u are cut off, of six others.
    assert found.top_broker_id == "a"
    assert found.dependence == pytest.approx(2 / 6)


def test_ties_across_groups_beside_what_chance_would_give() -> None:
    found = of_ring(t=ActorGroup.PUBLIC_BODY)
    assert found.cross_group_share == pytest.approx(2 / 7)
    assert found.cross_group_expected == pytest.approx(1 - (12 / 14) ** 2 - (2 / 14) ** 2)


def test_collaborations_outside_the_sub_cluster_do_not_hold_it_together() -> None:
    data = woven([["a", "b"], ["b", "c"], ["c", "d"], ["d", "e"], ["e", "a"]])
    found = holding(data, incidence(data, laid_out({"some": (data.ids, [0, 1])})), []).sub_clusters[0]
    assert found.in_largest == pytest.approx(3 / 5)
    assert found.alone == 2


def bridged() -> tuple[list[list[str]], Landscape]:
    """Two sub-clusters of six collaborations; ``x`` joins three of either, ``y`` one of either, nobody the rest."""
    left = [["a", "x"], ["b", "x"], ["c", "x"], ["d", "y"], ["a", "b"], ["c", "d"]]
    right = [["e", "x"], ["f", "x"], ["g", "x"], ["h", "y"], ["e", "f"], ["g", "h"]]
    parts = {
        "one": (["a", "b", "c", "d"], range(6)),
        "two": (["e", "f", "g", "h"], range(6, 12)),
        "far": (["z", "w"], [12]),
    }
    return [*left, *right, ["z", "w"]], laid_out(parts)


def test_what_is_left_between_two_sub_clusters_without_the_first() -> None:
    collaborations, landscape = bridged()
    data = woven(collaborations)
    found = holding(data, incidence(data, landscape), [])
    (bridges,) = found.bridges
    assert bridges.sub_cluster_ids == ("one", "two")
    assert (bridges.actors, bridges.linked, bridges.linked_share) == (2, 8, pytest.approx(8 / 12))
    assert bridges.first == ("x", "y")
    assert [each.removed for each in bridges.losses] == [1, 2]
    assert [each.left for each in bridges.losses] == [pytest.approx(2 / 8), 0]
    assert all(each.left_random_low <= each.left_random <= each.left_random_high for each in bridges.losses)
    assert bridges.losses[0].left < bridges.losses[0].left_random
    assert found.apart == (("one", "far"), ("two", "far"))


def test_a_joint_actor_alone_does_not_lose_what_another_also_joins() -> None:
    data = woven([["x", "y", "a"], ["x", "y", "b"]])
    (bridges,) = holding(
        data, incidence(data, laid_out({"one": (["a"], [0]), "two": (["b"], [1])})), []
    ).bridges
    assert [each.left for each in bridges.losses] == [1, 0]


def test_without_the_medici_fewer_stay_connected_than_without_others_as_busy() -> None:
    florence = woven(pairs(FLORENCE))
    found = holding(florence, incidence(florence, EMPTY), ["medici"])
    (connected,), (efficient,) = found.connected, found.efficient
    assert connected.left == pytest.approx((55 + 1) / (14 * 13 / 2))
    assert connected.left < connected.left_random
    assert efficient.left < efficient.left_random_low


def test_the_same_seed_gives_the_same_stand_ins() -> None:
    florence = woven(pairs(FLORENCE))
    places = incidence(florence, EMPTY)
    assert holding(florence, places, ["medici"]) == holding(florence, places, ["medici"])
    with pytest.raises(ValueError, match="no actor with the id 'borgia'"):
        holding(florence, places, ["borgia"])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_of_too_few_actors_no_share_is_told(count: int) -> None:
    names = [f"a{number}" for number in range(count)]
    data = woven([names] * 3 if count > 1 else [], alone=names)
    found = holding(data, incidence(data, EMPTY), [])
    assert (found.whole.density, found.whole.in_largest, found.whole.dependence) == (None, None, None)
    assert found.whole.top_broker_id == ""
    assert finite(asdict(found))


def test_a_sub_cluster_of_one_and_actors_all_alike_are_no_crash() -> None:
    everyone = [f"a{number:02}" for number in range(40)]
    data = woven([everyone, everyone, ["solo", "a00"]])
    found = holding(data, incidence(data, laid_out({"all": (everyone, [0, 1]), "solo": (["solo"], [2])})), [])
    whole, solo = found.sub_clusters
    assert (whole.density, whole.in_largest, whole.top_broker_id, whole.dependence) == (1, 1, "", 0)
    assert solo.density is None
    few = [each for each in found.caveats if each.id is Unknown.FEW_ACTORS]
    assert [each.sub_cluster_id for each in few] == ["solo"]
    assert finite(asdict(found))


def test_no_collaborations_and_no_sub_clusters_are_said() -> None:
    data = woven([], alone=[f"a{number}" for number in range(10)])
    found = holding(data, incidence(data, EMPTY), [])
    assert {Unknown.NO_COLLABORATIONS, Unknown.NO_SUB_CLUSTERS} <= {each.id for each in found.caveats}
    assert found.whole.alone == 10
    assert found.whole.cross_group_share is None
