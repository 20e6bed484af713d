"""What a profile lacks, and in which order it is worth asking for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Request
from matchmaker.completeness import (
    MATCHING,
    POINTS,
    LackKind,
    incomplete,
    lacks,
    lacks_for_people,
    readiness,
    unmatchable,
)

TEXT = (
    "Vi presser saft af kløvergræs og ærter på 400 hektar og sælger græsprotein til foder. "
    "Vores pulp bruges til biogas, og vi søger nye veje for den brune saft fra anlægget."
)
WHOLE = Actor(
    "a",
    "Sønderå Økologi",
    ActorGroup.COMPANY,
    TEXT,
    (Offer("græsprotein til foder"),),
    (Request("tørring af den våde pulp"),),
    Place("DK", "", "Ølgod"),
)


def kinds(actor: Actor) -> set[LackKind]:
    return {each.kind for each in lacks(actor)}


def test_a_whole_profile_lacks_nothing() -> None:
    assert lacks(WHOLE) == ()
    assert incomplete([WHOLE]) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"description": " \n"}, LackKind.DESCRIPTION),
        ({"description": "Vi dyrker kløvergræs."}, LackKind.SHORT_DESCRIPTION),
        (
            {"description": "Мы производим белок из травы и продаём его фермерам по всей стране. " * 3},
            LackKind.LANGUAGE,
        ),
        ({"description": "1234 5678 --- 99 " * 8}, LackKind.LANGUAGE),
        ({"offers": ()}, LackKind.OFFERS),
        ({"requests": (Request(" "),)}, LackKind.REQUESTS),
        ({"place": Place("DK")}, LackKind.PLACE),
        ({"group": ActorGroup.OTHER}, LackKind.GROUP),
    ],
)
def test_each_thing_that_is_missing_is_named_alone(change: dict[str, object], kind: LackKind) -> None:
    assert kinds(replace(WHOLE, **change)) == {kind}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "place", [Place(city="Viborg"), Place(region="DK041"), Place(latitude=56.4, longitude=9.4)]
)
def test_any_part_of_a_place_is_a_place(place: Place) -> None:
    assert LackKind.PLACE not in kinds(replace(WHOLE, place=place))


def test_english_and_the_other_nordic_languages_are_read() -> None:
    english = (
        "We press juice from clover and sell protein for feed, and our pulp goes to a biogas plant nearby. "
        * 2
    )
    swedish = (
        "Vi pressar saft av klöver och säljer protein till foder, och vår pulpa går till en biogasanläggning. "
        * 2
    )
    assert kinds(replace(WHOLE, description=english)) == kinds(replace(WHOLE, description=swedish)) == set()


def test_an_actor_with_only_tags_can_still_be_found() -> None:
    bare = Actor("a", "A", ActorGroup.OTHER)
    assert unmatchable(bare)
    assert not unmatchable(replace(bare, tags=("biogas",)))


def test_who_gains_most_comes_first_then_members_then_names() -> None:
    bare = Actor("1", "Bare", ActorGroup.COMPANY)
    other = replace(bare, id="2", name="Another", member=False)
    nearly = replace(WHOLE, id="3", place=Place())
    assert [each.actor.id for each in incomplete([nearly, other, bare])] == ["1", "2", "3"]


@given(
    st.builds(
        Actor,
        id=st.just("x"),
        name=st.text(max_size=20),
        group=st.sampled_from(ActorGroup),
        description=st.text(max_size=300),
        offers=st.lists(st.builds(Offer, st.text(max_size=20)), max_size=2).map(tuple),
        requests=st.lists(st.builds(Request, st.text(max_size=20)), max_size=2).map(tuple),
        place=st.builds(Place, city=st.text(max_size=5)),
    )
)
def test_whatever_stands_in_a_profile_readiness_stays_between_0_and_100(actor: Actor) -> None:
    found = incomplete([actor])
    assert all(0 <= each.readiness < 100 for each in found)
    assert [each.points for each in lacks(actor)] == sorted(
        (each.points for each in lacks(actor)), reverse=True
    )
    assert len(kinds(actor)) == len(lacks(actor))
    assert all(each.points == POINTS[each.kind] for each in lacks(actor))


def test_what_is_there_but_thin_counts_half() -> None:
    for field, none, thin in (
        ("offers", LackKind.OFFERS, LackKind.THIN_OFFERS),
        ("requests", LackKind.REQUESTS, LackKind.THIN_REQUESTS),
    ):
        ware = Offer if field == "offers" else Request
        assert kinds(replace(WHOLE, **{field: (ware("halm"),)})) == {thin}
        assert kinds(replace(WHOLE, **{field: (ware("halm"), ware("halm i baller fra Limfjorden"))})) == set()
        assert POINTS[thin] == POINTS[none] // 2


def test_what_helps_people_alone_adds_nothing_to_readiness() -> None:
    missing = lacks_for_people(WHOLE, contacts=0)
    assert [each.kind for each in missing] == [LackKind.CONTACT, LackKind.SIZE, LackKind.WEBSITE]
    assert readiness(missing) == 100
    assert MATCHING.isdisjoint(each.kind for each in missing)
    assert lacks_for_people(replace(WHOLE, size="12", website="a.example"), contacts=1) == ()
