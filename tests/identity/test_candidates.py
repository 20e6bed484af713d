"""Organisations under two names: found by number, domain and name, not found where they only look alike."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import Actor, ActorGroup, Place
from matchmaker.identity import EvidenceKind, likely_same
from matchmaker.identity import candidates as module
from matchmaker.identity.keys import domain_key, number_key, words_of


def actor(
    actor_id: str, name: str, city: str = "", *, number: str = "", website: str = "", country: str = "DK"
) -> Actor:
    return Actor(
        actor_id,
        name,
        ActorGroup.COMPANY,
        place=Place(country, "", city),
        registration_number=number,
        website=website,
    )


CROWD = [
    actor(f"c{first}{last}", f"{first}{last} Teknik og Handel", town)
    for first, town in (
        ("Blå", "Viborg"),
        ("Grøn", "Skive"),
        ("Rød", "Viborg"),
        ("Sort", ""),
        ("Hvid", "Skive"),
    )
    for last in ("bæk", "ager", "mose", "holm", "lund", "vang")
]
"""Others, so that words that many have tell little."""


@pytest.mark.parametrize(
    "number",
    ["29189854", "DK29189854", "dk 29 18 98 54", "CVR 29189854", "CVR-nr. DK-29189854", " 2918 9854\n"],
)
def test_a_danish_number_is_the_same_however_it_is_written(number: str) -> None:
    assert number_key(number, "DK") == number_key(number) == "DK29189854"


@pytest.mark.parametrize(
    "number", ["", "n/a", "1234", "00000000", "12345678", "MISSING", "NOT APPLICABLE", "–"]
)
def test_what_is_no_number_is_none(number: str) -> None:
    assert number_key(number, "DK") == ""


def test_numbers_of_other_countries_keep_their_country() -> None:
    assert number_key("EL 094191520") == number_key("094191520", "GR") == "GR094191520"
    assert number_key("ATU49304006") == "ATU49304006"
    assert number_key("29189854", "SE") != number_key("29189854", "DK")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Firma.dk/om-os?x=1", "firma.dk"),
        ("firma.dk", "firma.dk"),
        ("mailto.firma.co.uk:8080", "firma.co.uk"),
        ("info@post.firma.dk", "firma.dk"),
        ("https://www.facebook.com/firma", ""),
        ("firma@gmail.com", ""),
        ("firma.wixsite.com/om", ""),
        ("https://firma", ""),
        ("ved ikke", ""),
        ("", ""),
    ],
)
def test_a_domain_is_what_somebody_registered(address: str, domain: str) -> None:
    assert domain_key(address) == domain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sønderå Økologi A/S", "SØNDERAA ØKOLOGI ApS"),
        ("Græsprotein I/S", "Graesprotein i/s"),
        ("Müller Maschinenbau GmbH & Co. KG", "Mueller Maschinenbau"),
        ("The Bio Refinery Company Ltd.", "Bio Refinery"),
        ("S.C.A.R.L. Verde S.r.l.", "Verde"),
    ],
)
def test_legal_forms_and_spellings_do_not_tell_names_apart(one: str, other: str) -> None:
    found = likely_same([*CROWD, actor("x", one, "Ølgod"), actor("y", other, "ølgod")])
    assert [each.pair for each in found if each.pair == ("x", "y")] == [("x", "y")], (
        words_of(one),
        words_of(other),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vejle Kommune", "Vejen Kommune"),
        ("Blåbæk Teknik og Handel", "Rødbæk Teknik og Handel"),
        ("Grønkær 1 ApS", "Grønkær 2 ApS"),
        ("Aarhus Universitet", "Aarhus Universitetshospital"),
    ],
)
def test_names_that_only_look_alike_are_two(one: str, other: str) -> None:
    kommuner = [
        actor(f"k{place}", f"{name} Kommune")
        for place, name in enumerate(("Skive", "Ikast", "Herning", "Lemvig", "Struer"))
    ]
    found = likely_same([*CROWD, *kommuner, actor("x", one), actor("y", other)])
    assert ("x", "y") not in {each.pair for each in found}


def test_the_same_number_finds_names_that_share_nothing_and_says_so() -> None:
    found = likely_same(
        [*CROWD, actor("x", "Alfa", number="DK 29189854"), actor("y", "Omega", number="29189854")]
    )
    assert [(each.pair, [one.kind for one in each.evidence]) for each in found] == [
        (("x", "y"), [EvidenceKind.NUMBER])
    ]


def test_another_number_speaks_against_a_name() -> None:
    same = [actor("x", "Græsprotein ApS", "Viborg"), actor("y", "Græsprotein A/S", "Viborg")]
    alone = likely_same(same)[0].score
    numbered = [
        actor("x", "Græsprotein ApS", "Viborg", number="29189854"),
        actor("y", "Græsprotein A/S", "Viborg", number="10150817"),
    ]
    assert alone > 0.8
    assert likely_same(numbered) == []
    assert likely_same(numbered, least=0.0)[0].score < alone / 2


def test_a_domain_of_many_tells_nobody_apart() -> None:
    few = [
        actor(f"x{number}", name, website="https://portal.dk")
        for number, name in enumerate(("Alfa Beta", "Alfa Bet"))
    ]
    many = few + [actor(f"z{number}", f"Navn {number}x{number}", website="portal.dk") for number in range(6)]
    kinds = [{one.kind for one in each.evidence} for each in likely_same(few, least=0.0)]
    assert EvidenceKind.DOMAIN in kinds[0]
    assert not any(EvidenceKind.NUMBER in each for each in kinds)
    assert all({"x0", "x1"} == set(each.pair) for each in likely_same(many, least=0.3))


def test_pairs_told_apart_are_left_out_and_others_can_be_asked_for_alone() -> None:
    actors = [
        *CROWD,
        actor("x", "Sønderå Økologi"),
        actor("y", "Sønderå Økologi ApS"),
        actor("z", "Sønderå Økologi A/S"),
    ]
    assert {each.pair for each in likely_same(actors, apart=[("x", "y")])} == {("x", "z"), ("y", "z")}
    assert {each.pair for each in likely_same(actors, of=["z"])} == {("x", "z"), ("y", "z")}


def test_an_e_mail_domain_counts_as_a_website_does() -> None:
    actors = [actor("x", "Alfa Mejeri", website="alfa.dk"), actor("y", "Alfa")]
    assert likely_same(actors, domains={"y": ["bo@alfa.dk"]}, least=0.3)[0].evidence[0].b == "alfa.dk"


def test_blocks_lose_nothing_that_comparing_all_with_all_would_find(monkeypatch: pytest.MonkeyPatch) -> None:
    pick = random.Random(7)
    syllables = ["gra", "pro", "bio", "tek", "ost", "mej", "lim", "fjo", "vej", "ski", "hol", "kar"]
    names = [
        "".join(pick.sample(syllables, 3)).title() + " " + pick.choice(["Energi", "Mejeri", "Teknik"])
        for _ in range(150)
    ]
    actors = [
        actor(f"a{place:03}", name, pick.choice(["Viborg", "Skive", ""])) for place, name in enumerate(names)
    ]
    for place in range(0, 150, 3):
        name = names[place]
        spelt = pick.choice([name + " ApS", name.upper(), name[:4] + name[5:], name.replace("e", "ee", 1)])
        actors.append(actor(f"b{place:03}", spelt, actors[place].place.city))
    found = {each.pair for each in likely_same(actors)}
    monkeypatch.setattr(module, "_pairs", lambda known, *_: set(combinations(sorted(known), 2)))
    everything = {each.pair for each in likely_same(actors)}
    assert found <= everything
    assert len(found) >= 0.97 * len(everything)
    assert len(everything) >= 45


@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.text(max_size=6), st.text(max_size=9), st.text(max_size=9)),
        max_size=8,
    )
)
def test_whatever_names_there_are_the_order_of_actors_changes_nothing(
    rows: list[tuple[str, str, str, str]],
) -> None:
    actors = [
        actor(f"i{place}", name, city, number=number, website=website)
        for place, (name, city, number, website) in enumerate(rows)
    ]
    found = likely_same(actors, least=0.0)
    assert found == likely_same(reversed(actors), least=0.0)
    assert all(0 <= each.score <= 1 and each.a < each.b for each in found)
