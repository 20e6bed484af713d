"""Regions are compared at the finest level that says something; an actor that is everywhere stands for no theme."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.landscape.findings import Member
from matchmaker.landscape.incidence import incidence
from matchmaker.landscape.kinds import group_kinds, region_kinds, theme_kinds
from tests.landscape.woven import laid_out, woven


def spread(*codes: str, each: int = 30) -> dict[str, str]:
    return {f"a{number:03}": codes[number // each] for number in range(each * len(codes))}


def test_the_level_follows_from_how_many_live_there() -> None:
    regions = spread("DK041", "DK042", "SE224", "SE232")
    data = woven([], alone=sorted(regions), regions=regions)
    assert region_kinds(data, 60).names == ("DK041", "DK042", "SE224", "SE232")
    coarser = region_kinds(data, 20)
    assert (coarser.level, coarser.names) == (3, ("DK0", "SE2"))
    assert region_kinds(data, 15).level == 2


def test_most_must_live_in_regions_that_can_be_judged() -> None:
    regions = spread("DK041", "DK042", each=60) | {
        f"b{number:02}": f"DE{number % 10}{number:02}" for number in range(60)
    }
    data = woven([], alone=sorted(regions), regions=regions)
    assert region_kinds(data, 60).level == 2


def test_a_name_stands_for_itself_and_an_unknown_place_for_nothing() -> None:
    data = woven([], alone=["a", "b", "c"], regions={"a": "Midtjylland", "b": "US"})
    found = region_kinds(data, 3)
    assert found.names == ("Midtjylland", "US")
    assert found.known.tolist() == [True, True, False]
    assert region_kinds(woven([], alone=["a"]), 1).names == ()


def test_every_actor_has_one_group() -> None:
    data = woven([["a", "b"]])
    assert group_kinds(data).of.sum(axis=1).tolist() == [1, 1]


def test_who_is_everywhere_stands_for_no_theme() -> None:
    data = woven([["a", "hub"], ["b", "hub"]])
    landscape = laid_out(
        {"top": (["a", "b", "hub"], [0, 1]), "one": (["a", "hub"], [0]), "two": (["b", "hub"], [1])},
        {"one": "top", "two": "top"},
    )
    one, two = (
        replace(
            each, members=tuple(Member(m.actor_id, 0.2 if m.actor_id == "hub" else 0.9) for m in each.members)
        )
        for each in landscape.sub_clusters[1:]
    )
    places = incidence(data, replace(landscape, sub_clusters=(landscape.sub_clusters[0], one, two)))
    themes, leaves = theme_kinds(places)
    assert themes.names == ("one", "two")
    assert leaves.tolist() == [1, 2]
    assert themes.of.sum(axis=0).tolist() == [1, 1]
