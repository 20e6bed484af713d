"""Brokers against worked examples that were published, against the definitions, and where little is known."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
import pytest

from matchmaker.actors import ActorGroup
from matchmaker.landscape.brokers import (
    Brokerage,
    Role,
    betweenness,
    brokers,
    holes,
    participation,
    reach,
    roles,
    standing,
)
from matchmaker.landscape.caveats import Unknown
from matchmaker.landscape.connections import worked_together
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.incidence import incidence
from tests.landscape.woven import BURT, FLORENCE, laid_out, pairs, woven

EMPTY = Landscape((), (), ())


def two_sides() -> tuple[Landscape, list[list[str]]]:
    """Two sub-clusters of four collaborations each that ``x`` alone joins, and ``y``, as busy, does not."""
    left = [["a", "b"], ["b", "c"], ["a", "c", "x"], ["a", "y"]]
    right = [["d", "e"], ["e", "f"], ["d", "f", "x"], ["e", "y2"]]
    landscape = laid_out(
        {"one": (["a", "b", "c", "x", "y"], [0, 1, 2, 3]), "two": (["d", "e", "f", "x", "y2"], [4, 5, 6, 7])}
    )
    return landscape, left + right


def test_the_medici_are_on_more_than_half_of_the_shortest_ways() -> None:
    """Jackson, "Social and Economic Networks", 2008, table 1.1: Medici .522, Guadagni .255; Strozzi .103."""
    florence = woven(pairs(FLORENCE))
    found = dict(zip(florence.ids, betweenness(florence.takes_part).tolist(), strict=True))
    assert found["medici"] == pytest.approx(0.522, abs=0.0005)
    assert found["guadagni"] == pytest.approx(0.255, abs=0.0005)
    assert found["strozzi"] == pytest.approx(0.103, abs=0.0005)


def test_effective_size_and_constraint_are_those_of_borgattis_example() -> None:
    data = woven(pairs(BURT))
    rows = np.array([data.ids.index(each) for each in "AGC"])
    size, tight = holes(worked_together(data.takes_part), rows)
    assert size == pytest.approx([2.50, 4.67, 1.00], abs=0.005)
    assert tight == pytest.approx([0.595, 0.400, 1.00], abs=0.005)


def test_a_large_consortium_counts_as_one_contact() -> None:
    data = woven([[f"a{number}" for number in range(30)]])
    size, _ = holes(worked_together(data.takes_part), np.array([0]))
    assert size == pytest.approx([1.0])


def test_participation_is_nothing_in_one_module_and_most_when_spread_evenly() -> None:
    """Guimerà and Amaral: 1 less the squared shares."""
    links = np.array([[5, 0, 0], [2, 2, 2], [3, 1, 0], [0, 0, 0]])
    assert participation(links) == pytest.approx([0, 2 / 3, 1 - 10 / 16, 0])


@pytest.mark.parametrize(
    ("sides", "role"),
    [
        ("xxx", Role.COORDINATOR),
        ("yxy", Role.ITINERANT),
        ("xxy", Role.GATEKEEPER),
        ("yxx", Role.GATEKEEPER),
        ("yxz", Role.LIAISON),
    ],
)
def test_the_five_triads_of_gould_and_fernandez(sides: str, role: Role) -> None:
    """Their figure 1: i and k did not meet, j is between; representative and gatekeeper are one without directions."""
    data = woven([["i", "j"], ["j", "k"]])
    together = worked_together(data.takes_part)
    side = np.array(["xyz".index(each) for each in sides])
    assert roles(together, 1, side) == {each: int(each is role) for each in Role}
    assert roles(together, 0, side) == dict.fromkeys(Role, 0)


def test_partners_who_know_each_other_need_no_broker() -> None:
    data = woven([["i", "j"], ["j", "k"], ["i", "k"]])
    side = np.array([0, 0, 1])
    assert roles(worked_together(data.takes_part), 1, side) == dict.fromkeys(Role, 0)


def test_roles_by_hand_on_a_larger_circle() -> None:
    """j with two of its own side who know each other, two of another, and one of a third: 8 pairs that did not meet."""
    data = woven([["j", "a", "b"], ["j", "c"], ["j", "d"], ["j", "e"], ["e", "c"]])
    order = {each: row for row, each in enumerate(data.ids)}
    side = np.zeros(len(data.ids), dtype=np.int64)
    for name, number in {"j": 0, "a": 0, "b": 0, "c": 1, "d": 1, "e": 2}.items():
        side[order[name]] = number
    found = roles(worked_together(data.takes_part), order["j"], side)
    assert found == {Role.COORDINATOR: 0, Role.ITINERANT: 1, Role.GATEKEEPER: 6, Role.LIAISON: 1}


def test_sole_links_are_what_nobody_else_joins() -> None:
    landscape, collaborations = two_sides()
    data = woven(collaborations)
    found = dict(zip(data.ids, standing(data, incidence(data, landscape)).sole_links.tolist(), strict=True))
    assert found["x"] == 1
    assert sum(found.values()) == 1
    doubled = woven(
        [
            *collaborations[:2],
            [*collaborations[2], "z"],
            *collaborations[3:6],
            [*collaborations[6], "z"],
            collaborations[7],
        ]
    )
    assert not standing(doubled, incidence(doubled, landscape)).sole_links.any()


def test_who_joins_sub_clusters_comes_before_who_is_busier() -> None:
    landscape, collaborations = two_sides()
    data = woven([*collaborations, ["a", "p"], ["a", "q"], ["a", "r"]])
    found = brokers(data, incidence(data, landscape)).brokers
    assert found[0].actor_id == "x"
    assert found[0].sub_cluster_ids == ("one", "two")
    assert found[0].participation == pytest.approx(0.5)
    assert found[0].partners == 4
    assert found[0].reach == 10
    # What x holds together: seven on the one side, four on the other.
    assert (found[0].cut_off, found[0].pairs_cut) == (4, 28)


def test_reach_does_not_count_oneself() -> None:
    data = woven([["a", "b"], ["b", "c"], ["c", "d"]])
    assert [reach(worked_together(data.takes_part), row) for row in range(4)] == [2, 3, 3, 2]


def test_too_few_peers_give_no_comparison() -> None:
    landscape, collaborations = two_sides()
    data = woven(collaborations)
    found = brokers(data, incidence(data, landscape))
    assert all(each.sole_links_of_peers is None and each.pairs_cut_by_peers is None for each in found.brokers)
    assert brokers(data, incidence(data, landscape), beyond_size=True).brokers == ()


def test_beyond_size_the_small_joiner_comes_before_the_large_one() -> None:
    """Twelve actors of five collaborations each; one of them spreads them over both sides; the hub has forty in one and two in the other."""
    collaborations: list[list[str]] = []
    one, two = list[int](), list[int]()
    for number in range(12):
        for turn in range(5):
            (two if number == 0 and turn < 2 else one).append(len(collaborations))
            collaborations.append([f"s{number:02}", f"t{number:02}{turn}"])
    for turn in range(44):
        (two if turn < 2 else one).append(len(collaborations))
        collaborations.append(["hub", f"u{turn:02}"])
    data = woven(collaborations)
    landscape = laid_out({"one": (["hub"], one), "two": (["s00"], two)})
    places = incidence(data, landscape)
    assert brokers(data, places).brokers[0].actor_id == "hub"
    assert brokers(data, places, beyond_size=True).brokers[0].actor_id == "s00"


def test_cross_group_share_counts_a_consortium_once() -> None:
    data = woven(
        [["a", "b"], ["a", "k1", "k2", "k3", "k4"], ["x", "y"], ["y", "z"], ["z", "a"]],
        groups={f"k{number}": ActorGroup.KNOWLEDGE_INSTITUTION for number in range(1, 5)},
    )
    found = {each.actor_id: each for each in brokers(data, incidence(data, EMPTY)).brokers}
    assert found["a"].cross_group_share == pytest.approx(1 / 3)


def told(found: Brokerage) -> set[Unknown]:
    return {each.id for each in found.caveats}


def finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return all(map(finite, value)) if isinstance(value, list | tuple) else True


def test_where_nobody_works_together_nobody_is_a_broker() -> None:
    for data, why in (
        (woven([]), Unknown.NO_ACTORS),
        (woven([], alone=["a", "b", "c"]), Unknown.NO_COLLABORATIONS),
        (woven([["a"], ["b"]]), Unknown.NO_COLLABORATIONS),
        (woven([["a", "b"], ["b", "c"]]), Unknown.FEW_COLLABORATIONS),
    ):
        found = brokers(data, incidence(data, EMPTY))
        assert found.brokers == ()
        assert why in told(found)


def test_without_or_with_one_sub_cluster_brokers_stand_between_actors_only_and_that_is_said() -> None:
    florence = woven(pairs(FLORENCE))
    found = brokers(florence, incidence(florence, EMPTY))
    assert found.brokers[0].actor_id == "medici"
    assert found.brokers[0].sole_links == 0
    assert {Unknown.NO_SUB_CLUSTERS, Unknown.ONE_GROUP} <= told(found)
    assert finite(asdict(found))
    one = incidence(florence, laid_out({"all": (florence.ids, range(20))}))
    assert Unknown.ONE_SUB_CLUSTER in told(brokers(florence, one))


def test_all_in_one_consortium_nobody_stands_between() -> None:
    everyone = [f"a{number:02}" for number in range(40)]
    data = woven([everyone] * 6)
    assert brokers(data, incidence(data, laid_out({"all": (everyone, range(6))}))).brokers == ()


def test_the_same_input_gives_the_same_brokers_and_a_limit_below_one_is_refused() -> None:
    landscape, collaborations = two_sides()
    data = woven(collaborations)
    assert brokers(data, incidence(data, landscape)) == brokers(data, incidence(data, landscape))
    with pytest.raises(ValueError, match="At least one broker"):
        brokers(data, incidence(data, landscape), limit=0)
