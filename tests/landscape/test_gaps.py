"""Planted gaps are found with those who could fill them, and nothing is said where nothing can be known."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, Passage, PassageKind
from matchmaker.corpus import Corpus
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape import survey
from matchmaker.landscape.caveats import Unknown
from matchmaker.landscape.fillers import FillerReason
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import Gap, GapKind, Gaps, GapVerdict, gaps
from tests.landscape.planted import Plantation, themed
from tests.landscape.test_brokers import finite
from tests.landscape.woven import directions, laid_out, said, woven

Built = tuple[Corpus, NDArray[np.float32], Landscape]
PARTS = ("p", "q", "r", "s")
PUBLIC = ActorGroup.PUBLIC_BODY


def towns(*, thin: str = "p", regions: bool = False) -> Built:
    """Four sub-clusters of 40; ``thin`` has no public body of its own and brings in those of ``q`` in 12 of 30 collaborations."""
    collaborations: list[list[str]] = []
    parts: dict[str, tuple[list[str], list[int]]] = {}
    groups: dict[str, ActorGroup] = {}
    for part in PARTS:
        towns_there = [f"{part}t{number:02}" for number in range(0 if part == thin else 10)]
        firms = [f"{part}f{number:02}" for number in range(40 - len(towns_there))]
        groups |= dict.fromkeys(towns_there, PUBLIC)
        parts[part] = ([*firms, *towns_there], list(range(len(collaborations), len(collaborations) + 30)))
        for number in range(30):
            if part != thin:
                partner = towns_there[number % 10]
            else:
                partner = f"qt{number % 3:02}" if number < 12 else firms[(number + 7) % 40]
            collaborations.append([firms[number], partner])
    place = {
        name: ("DK041" if PARTS.index(name[0]) % 2 else "DK042")
        for some, _ in parts.values()
        for name in some
    }
    data = woven(
        collaborations,
        groups=groups,
        regions=place if regions else {},
        alone=sorted(place),
        passages=[
            said(name, f"About {name}.", PassageKind.DESCRIPTION)
            for some, _ in parts.values()
            for name in some
        ],
    )
    rows = [[float(source[0] == part) for part in PARTS] for source in data.sources]
    return data, directions(rows), laid_out(parts)


def gap(found: Gaps, part: str, kind: GapKind, what: str) -> Gap | None:
    return next(
        (each for each in found.gaps if (each.sub_cluster_id, each.kind, each.what) == (part, kind, what)),
        None,
    )


def test_a_group_that_is_thin_and_brought_in_is_missing() -> None:
    found = gap(gaps(*towns()), "p", GapKind.GROUP, "public_body")
    assert found is not None
    assert found.verdict is GapVerdict.MISSING
    by_id = {each.id: each for each in found.signs}
    assert all(each.holds for each in by_id.values())
    members = by_id[SignId.FEWER_MEMBERS]
    assert (members.count, members.of, members.elsewhere, members.of_elsewhere) == (0, 40, 30, 120)
    brought = by_id[SignId.BROUGHT_IN]
    assert (brought.count, brought.of, brought.elsewhere, brought.of_elsewhere) == (12, 12, 0, 90)
    assert all(each.low <= each.ratio <= each.high for each in found.signs)


def test_where_nothing_is_planted_no_group_is_missing() -> None:
    found = gaps(*towns(thin="none"))
    assert [each for each in found.gaps if each.kind is not GapKind.THEME] == []


def test_those_who_took_part_come_first_with_their_reasons_and_a_quote() -> None:
    found = gap(gaps(*towns()), "p", GapKind.GROUP, "public_body")
    assert found is not None
    first = found.fillers[0]
    assert first.actor_id in {"qt00", "qt01", "qt02"}
    amounts = {each.id: each.amount for each in first.reasons}
    assert amounts[FillerReason.TAKES_PART] == 4
    assert amounts[FillerReason.WORKED_WITH] == 4
    assert first.score == pytest.approx(sum(each.points for each in first.reasons))
    assert all(each.actor_id.startswith(("q", "r", "s")) for each in found.fillers)


def test_nobody_who_is_in_is_proposed() -> None:
    data, vectors, landscape = towns()
    members = {each.id: {one.actor_id for one in each.members} for each in landscape.sub_clusters}
    found = gaps(data, vectors, landscape, top=50)
    assert found.gaps
    for each in found.gaps:
        assert not {filler.actor_id for filler in each.fillers} & members[each.sub_cluster_id]


def test_members_of_the_organised_cluster_come_before_others_however_good() -> None:
    data, vectors, landscape = towns()
    outsiders = replace(data, members=np.array([each not in {"qt00", "qt01", "qt02"} for each in data.ids]))
    found = gap(gaps(outsiders, vectors, landscape, top=30), "p", GapKind.GROUP, "public_body")
    assert found is not None
    standing = [each.member for each in found.fillers]
    assert standing == sorted(standing, reverse=True)
    assert not standing[-1]


def test_near_copies_are_shown_once_and_named_with_the_one_that_is_shown() -> None:
    data, vectors, landscape = towns()
    copied = vectors.copy()
    copied[[row for row, source in enumerate(data.sources) if source.startswith("rt")]] = [0.6, 0, 0.8, 0]
    copied[[row for row, source in enumerate(data.sources) if source.startswith("st")]] = [0.6, 0, 0, 0.8]
    found = gap(gaps(data, copied, landscape, top=10), "p", GapKind.GROUP, "public_body")
    assert found is not None
    shown = [each.actor_id for each in found.fillers]
    assert sum(each.startswith("st") for each in shown) == 1
    assert sum(each.startswith("rt") for each in shown) == 1
    copies = next(each for each in found.fillers if each.actor_id.startswith("st"))
    assert all(each.startswith("st") for each in copies.alike)
    assert len(copies.alike) == 5


def test_another_theme_that_only_one_draws_on_is_a_link() -> None:
    """``p`` brings in the specialists of ``q`` again and again; ``r`` and ``s`` do not."""
    found = gaps(*towns())
    link = gap(found, "p", GapKind.THEME, "q")
    assert link is not None
    assert link.verdict is GapVerdict.MISSING
    drawn = next(each for each in link.signs if each.id is SignId.DRAWN_ON)
    # Two siblings are compared with: q itself is no measure of who draws on q.
    assert (drawn.count, drawn.of, drawn.elsewhere, drawn.of_elsewhere) == (12, 30, 0, 60)
    assert gap(found, "r", GapKind.THEME, "q") is None
    assert gap(found, "q", GapKind.THEME, "q") is None


def test_regions_are_compared_at_the_level_the_data_allow() -> None:
    found = gaps(*towns(regions=True))
    assert found.region_level == 5
    thin = gap(found, "p", GapKind.REGION, "DK041")
    assert thin is not None
    assert {each.id for each in thin.signs if each.holds} >= {SignId.FEWER_MEMBERS}


def seekers() -> Built:
    """Twelve of ``one`` ask in two directions; the second is offered by ``two`` alone, the third by both, nobody offers the first."""
    asked = [(f"a{number:02}", number % 3) for number in range(12)]
    passages = [said(name, f"Looking for {turn}", PassageKind.REQUEST) for name, turn in asked]
    rows = [[float(turn == each) for each in range(4)] for _, turn in asked]
    offers = [("a11", 2), ("b00", 1), ("b01", 2), ("b02", 3)]
    passages += [said(name, f"Offering {turn}", PassageKind.OFFER) for name, turn in offers]
    rows += [[float(turn == each) for each in range(4)] for _, turn in offers]
    names = [name for name, _ in asked] + [f"b{number:02}" for number in range(12)]
    data = woven([], alone=names, passages=passages)
    landscape = laid_out({"one": (names[:12], []), "two": (names[12:], [])})
    return data, directions(rows), landscape


def test_what_several_ask_for_and_nobody_inside_offers_is_a_link() -> None:
    found = gaps(*seekers(), sub_cluster_id="one")
    asked = {each.request.text: each for each in found.gaps if each.request}
    assert set(asked) == {"Looking for 0", "Looking for 1"}
    unmet, met = asked["Looking for 0"], asked["Looking for 1"]
    assert unmet.verdict is met.verdict is GapVerdict.MISSING
    assert (unmet.asked, unmet.requests, unmet.unanswered, unmet.fillers) == (4, 4, 4, ())
    (filler,) = met.fillers
    assert filler.actor_id == "b00"
    assert filler.quote is not None
    assert filler.quote.text == "Offering 1"
    assert [each.id for each in filler.reasons] == [FillerReason.OFFERS]
    assert filler.score == pytest.approx(sum(each.points for each in filler.reasons))
    assert met.seekers == ("a01", "a04", "a07", "a10")


def told(found: Gaps) -> set[Unknown]:
    return {each.id for each in found.caveats}


def test_no_actors_and_no_sub_clusters_are_an_answer() -> None:
    nothing = Landscape((), (), ())
    empty = gaps(woven([]), directions([]), nothing)
    assert (empty.gaps, told(empty)) == ((), {Unknown.NO_ACTORS})
    three = gaps(woven([["a", "b", "c"]]), directions([]), nothing)
    assert (three.gaps, told(three)) == ((), {Unknown.NO_SUB_CLUSTERS})


def test_a_sub_cluster_of_one_and_one_without_siblings_are_compared_with_nothing() -> None:
    data, vectors, landscape = towns()
    solo = laid_out({"solo": (["pf00"], [0])})
    found = gaps(data, vectors, solo)
    assert found.gaps == ()
    assert {Unknown.ONE_SUB_CLUSTER, Unknown.FEW_ACTORS, Unknown.FEW_COLLABORATIONS} <= told(found)
    alone = replace(landscape, sub_clusters=landscape.sub_clusters[:1])
    found = gaps(data, vectors, alone)
    assert [each for each in found.gaps if each.kind is not GapKind.REQUEST] == []
    assert Unknown.ONE_SUB_CLUSTER in told(found)


def test_small_counts_are_not_told_rather_than_told_boldly() -> None:
    """Twelve against twelve with two public bodies in one: none in the other is no news."""
    names = [f"{part}{number:02}" for part in "ab" for number in range(12)]
    data = woven([], alone=names, groups={"b00": PUBLIC, "b01": PUBLIC})
    landscape = laid_out({"a": (names[:12], []), "b": (names[12:], [])})
    found = gaps(data, directions([]), landscape)
    unsure = gap(found, "a", GapKind.GROUP, "public_body")
    assert unsure is not None
    assert unsure.verdict is GapVerdict.CANNOT_TELL
    assert unsure.signs[0].q is None
    assert found.untold == found.compared == 4
    assert {Unknown.NO_COLLABORATIONS, Unknown.NO_TEXT, Unknown.NO_REGIONS, Unknown.NO_REQUESTS} <= told(
        found
    )


def test_one_group_one_region_and_nobody_a_member_are_said() -> None:
    data = woven(
        [["a", "b"]],
        alone=[f"x{number}" for number in range(8)],
        regions={"a": "DK041", "b": "DK041"},
        members=frozenset(),
    )
    found = gaps(data, directions([]), laid_out({"one": (data.ids[:5], [0]), "two": (data.ids[5:], [])}))
    assert {Unknown.ONE_GROUP, Unknown.ONE_REGION, Unknown.NO_MEMBERS} <= told(found)
    assert found.region_level == 0


@pytest.mark.parametrize(
    "planted", [themed(40, 3), themed(40, 3, years=False), Plantation()], ids=["40", "undated", "none"]
)
def test_a_real_landscape_of_forty_gives_finite_figures(planted: Plantation) -> None:
    found = gaps(planted.corpus, planted.vectors, survey(planted.corpus, planted.vectors))
    assert finite(asdict(found))
    again = gaps(planted.corpus, planted.vectors, survey(planted.corpus, planted.vectors))
    assert found == again


def test_actors_all_alike_have_no_gap_that_is_sure() -> None:
    planted = Plantation()
    for number in range(40):
        planted.actor(f"a{number:02}", 0, text="the same biogas")
    planted.rows = [planted.rows[0]] * 40
    found = gaps(planted.corpus, planted.vectors, survey(planted.corpus, planted.vectors))
    assert [each for each in found.gaps if each.verdict is not GapVerdict.CANNOT_TELL] == []


def test_what_does_not_fit_is_refused() -> None:
    data, vectors, landscape = towns()
    with pytest.raises(SubClusterNotFoundError, match="nowhere"):
        gaps(data, vectors, landscape, sub_cluster_id="nowhere")
    with pytest.raises(ValueError, match="need as many vectors"):
        gaps(data, vectors[:3], landscape)
    with pytest.raises(ValueError, match="At least one gap"):
        gaps(data, vectors, landscape, limit=0)


def test_a_vector_that_is_not_finite_is_no_nearness() -> None:
    data, vectors, landscape = towns()
    broken = vectors.copy()
    broken[5] = np.nan
    assert finite(asdict(gaps(data, broken, landscape)))


def test_a_passage_of_nobody_is_passed_over() -> None:
    data = woven([["a", "b"]], passages=[Passage("c", (), PassageKind.REQUEST, "Who can dry?", "en")])
    found = gaps(data, directions([[1.0, 0.0]]), laid_out({"one": (["a"], [0]), "two": (["b"], [])}))
    assert found.gaps == ()
