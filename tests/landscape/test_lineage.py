"""Sub-clusters keep their ids from build to build, and what became of them is told."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.landscape import Landscape, Member, Past, SubCluster, Surveyed, survey_after
from matchmaker.landscape.bridges import bridges
from matchmaker.landscape.findings import Change, ChangeKind
from matchmaker.landscape.lineage import changes, sub_cluster_id, with_lasting_ids
from matchmaker.landscape.names import under_names
from matchmaker.naming import GivenName
from tests.landscape.planted import Plantation, themed


def group(name: str, members: str, *, parent: str | None = None, sure: float = 1.0) -> SubCluster:
    return SubCluster(name, parent, name, (), tuple(Member(each, sure) for each in members), {}, {}, {})


def lasting(found: list[SubCluster], before: list[SubCluster]) -> list[SubCluster]:
    ids = with_lasting_ids(found, before)
    return [
        SubCluster(ids[each.id], ids.get(each.parent_id or ""), each.label, (), each.members, {}, {}, {})
        for each in found
    ]


def kinds(found: list[SubCluster], before: list[SubCluster]) -> dict[str, ChangeKind]:
    return {each.id: each.kind for each in changes(lasting(found, before), before)}


def change(found: list[SubCluster], before: list[SubCluster], name: str) -> Change:
    return next(each for each in changes(lasting(found, before), before) if each.id == name)


def past(surveyed: Surveyed) -> Past:
    return Past(surveyed.landscape, surveyed.trace)


def surveyed(planted: Plantation, before: Past | None = None) -> Surveyed:
    return survey_after(before, planted.corpus, planted.vectors)


def test_one_new_member_leaves_the_id() -> None:
    before = [group("old", "abcdef"), group("other", "uvwxyz")]
    found = lasting([group("x", "uvwxyz"), group("y", "abcdefg")], before)
    assert [each.id for each in found] == ["other", "old"]


def test_new_actors_do_not_count_in_the_matching() -> None:
    before = [group("old", "abc")]
    assert lasting([group("x", "abcmnopqrstuvwxyz")], before)[0].id == "old"
    assert change([group("x", "abcmnopqrstuvwxyz")], before, "old").kept == 1


def test_what_shares_little_is_a_death_and_a_birth() -> None:
    before = [group("old", "abcdefgh"), group("stays", "mnopqr")]
    found = [group("x", "ab"), group("y", "cdmnopqr"), group("z", "ef"), group("w", "gh")]
    told = kinds(found, before)
    assert told["stays"] is ChangeKind.CONTINUED
    assert told["old"] in (ChangeKind.DIED, ChangeKind.SPLIT)
    assert ChangeKind.BORN in told.values()


def test_members_that_go_all_ways_are_a_death() -> None:
    before = [group("old", "abcd"), group("p", "mnopqr"), group("q", "uvwxyz"), group("r", "123456")]
    found = [group("1", "amnopqr"), group("2", "buvwxyz"), group("3", "cd123456")]
    assert kinds(found, before) == {
        "old": ChangeKind.MERGED,
        "p": ChangeKind.CONTINUED,
        "q": ChangeKind.CONTINUED,
        "r": ChangeKind.CONTINUED,
    }
    found = [group("1", "amnopqr"), group("2", "buvwxyz"), group("3", "c123456")]
    assert kinds(found, before)["old"] is ChangeKind.DIED


def test_a_split_keeps_the_id_at_its_larger_part_and_names_both() -> None:
    before = [group("old", "abcdefghij")]
    found = [group("x", "abcdef"), group("y", "ghij")]
    told = change(found, before, "old")
    assert told.kind is ChangeKind.SPLIT
    assert told.into == ("old", "y")
    assert told.kept == 0.6
    assert change(found, before, "y").of == ("old",)


def test_a_merger_keeps_the_larger_ones_id_and_says_where_the_other_went() -> None:
    before = [group("large", "abcdefghij"), group("small", "uvwx")]
    found = [group("x", "abcdefghijuvwx")]
    assert kinds(found, before) == {"large": ChangeKind.CONTINUED, "small": ChangeKind.MERGED}
    assert change(found, before, "small").into == ("large",)


def test_a_specialisation_keeps_its_id_under_another_parent_and_as_a_sub_cluster() -> None:
    before = [group("p", "abcdefghijkl"), group("s", "abcdef", parent="p"), group("q", "uvwxyz")]
    found = [group("1", "ghijkl"), group("2", "abcdef"), group("3", "uvwxyz")]
    ids = [each.id for each in lasting(found, before)]
    assert ids[1] == "s"
    assert change(found, before, "s").parent_id is None
    assert change(found, before, "s").parent_id_before == "p"


def test_an_id_is_never_given_to_something_else() -> None:
    taken = sub_cluster_id(["a"])
    before = [group(taken, "abcdef")]
    found = lasting([group(taken, "uvwxyz"), group("x", "abcdef")], before)
    assert found[1].id == taken
    assert found[0].id != taken


@pytest.mark.parametrize("before", [[], [group("old", "")]])
def test_nothing_before_is_all_births(before: list[SubCluster]) -> None:
    told = kinds([group("x", "abc")], before)
    assert told["x"] is ChangeKind.BORN


def test_everything_gone_is_all_deaths() -> None:
    assert kinds([], [group("old", "abc")]) == {"old": ChangeKind.DIED}


def test_the_same_again_is_the_same_landscape() -> None:
    planted = themed(80, 4)
    first = surveyed(planted)
    again = surveyed(planted, past(first))
    assert {each.id: each.members for each in again.landscape.sub_clusters} == {
        each.id: each.members for each in first.landscape.sub_clusters
    }
    assert {each.kind for each in again.landscape.changes} == {ChangeKind.CONTINUED}
    assert all(each.kept == 1 for each in again.landscape.changes)


def test_the_same_past_and_content_give_the_same_landscape() -> None:
    planted, more = themed(80, 4), themed(84, 4)
    before = past(surveyed(planted))
    one, two = surveyed(more, before), surveyed(more, before)
    assert one.landscape == two.landscape
    assert np.array_equal(one.trace.spots, two.trace.spots)
    assert one.trace.homes == two.trace.homes


def test_a_few_new_actors_leave_ids_and_places() -> None:
    grown = themed(210, 8)
    new = {f"a{number:04}" for number in range(200, 210)}
    kept = [row for row, each in enumerate(grown.passages) if each.source_id not in new]
    before = themed(210, 8)
    before.actors = [each for each in grown.actors if each.id not in new]
    before.passages = [grown.passages[row] for row in kept]
    before.rows = [grown.rows[row] for row in kept]
    first = surveyed(before)
    found = surveyed(grown, past(first))
    tops = {each.id for each in first.landscape.sub_clusters if each.parent_id is None}
    assert tops <= {each.id for each in found.landscape.sub_clusters}
    assert found.landscape.map_shift is not None
    assert found.landscape.map_shift < 0.02
    assert first.landscape.map_shift is None


@pytest.mark.parametrize("count", [0, 1, 3, 7, 40])
def test_any_past_does_for_any_cluster(count: int) -> None:
    """From nothing to much, and from much to nothing."""
    few, many = Plantation(), themed(60, 3)
    for number in range(count):
        few.actor(f"a{number:04}", number % 4)
    for first, second in ((few, many), (many, few)):
        found = surveyed(second, past(surveyed(first)))
        assert isinstance(found.landscape, Landscape)
        assert len({each.id for each in found.landscape.sub_clusters}) == len(found.landscape.sub_clusters)


def test_actors_of_another_past_altogether_begin_anew() -> None:
    found = surveyed(themed(60, 3, prefix="b"), past(surveyed(themed(60, 3, prefix="a"))))
    told = {each.kind for each in found.landscape.changes}
    assert told == {ChangeKind.DIED, ChangeKind.BORN}
    assert found.landscape.map_shift is None


def test_bridges_name_both_ends_and_stand_by_their_second() -> None:
    found = Landscape(
        (group("p", "abc", sure=0.6), group("q", "bcd", sure=0.3), group("s", "bc", parent="p")), (), ()
    )
    told = bridges(found)
    assert [each.actor_id for each in told] == ["b", "c"]
    assert [end.sub_cluster_id for end in told[0].ends] == ["p", "q"]
    assert told[0].balance == 0.5


def named(landscape: Landscape, *names: tuple[str, str]) -> Landscape:
    return under_names(
        landscape, [GivenName(each, label, "found", "eva", "", number) for number, (each, label) in enumerate(names)]
    )  # fmt: skip


def test_a_name_stands_for_the_label_and_the_found_one_is_kept() -> None:
    found = named(Landscape((group("p", "abc"), group("q", "def")), (), ()), ("p", "Green gases"))
    assert [each.label for each in found.sub_clusters] == ["Green gases", "q"]
    assert [each.found_label for each in found.sub_clusters] == ["p", ""]
    assert found.notes == ()


def test_a_named_sub_cluster_that_split_merged_or_died_is_told() -> None:
    before = [group("s", "abcdefghij"), group("large", "klmnopqrst"), group("small", "uvw"), group("d", "12")]
    now = lasting([group("x", "abcdef1"), group("y", "ghij2"), group("z", "klmnopqrstuvw")], before)
    landscape = Landscape(tuple(now), (), (), (), changes(now, before))
    notes = named(landscape, ("s", "Split"), ("small", "Merged"), ("gone", "Gone long ago")).notes
    assert len(notes) == 3
    assert "“Split” (s) split into" in notes[0]
    assert "“Merged” (small) merged into “z” (large)" in notes[1]
    assert "is no more" in notes[2]
