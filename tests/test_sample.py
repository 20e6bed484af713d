"""The sample cluster in ``data/``: it reads without a complaint, and what its README says is planted is there."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from matchmaker.actors import Actor, ActorGroup, Collaboration, Commitment
from matchmaker.language import detect
from matchmaker.sources.tables import ActorTable, CollaborationTable, read_actors, read_collaborations

DATA = Path(__file__).parents[1] / "data"


def ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREEN_PROTEIN = ids("""hejrebaek soedal-green kloeverkilden lucernehuset boennefeldt aertemarken valmosegaard agernbo
    rugbjerg-organic presvaerk vaeldtek groenstroem gudenaa-uni hald-feedlab groen-omlaegning bladprotein
    sivhoej-kapital vestermark-korn moseengen-naturpleje""")
FERMENTED_PROTEIN = ids("""fimbulgaer uldsvamp natbryg gaervangen saftvaerk klarbryg tankhjoernet skaleringshal novelvej
    mikrobielt-center vestfjends proteinpulje gaeringsklub loevefold hvidsky fjordskum blaatinde
    syrnehoej""")
MARINE = ids("ternekrog blaalinje kelpwise blaa-biomasse blaakaj kystlauget havline klitskov-sten")
SOIL = ids("muldvarpen kornaske traekulsmosen fladsoe soilhaven hedebo oekokredsen groendal stenkloever")
INSECTS = ids("melormen black-heath svaermgaard kassevang luftholm foderlov fladhoej-ento")
ENERGY = ids("brintgaarden serverhoej energisymbiose skovdammen moegelhede vestenvind restloes")
STAR = "gudenaa-uni"
NEWCOMERS = ids("tusmoerke pastoeren saltbroen kornkammer-data trivselslab")
TWINS = ("roermose-separation", "roermose-separationsteknik")
BRIDGES = {"strandmuld": (MARINE, SOIL), "varmelarven": (INSECTS, ENERGY)}
MISSING_LINK = re.compile(r"spray.?(tør|dry)", re.IGNORECASE)

MEETINGS = (
    ("rugholm-bioenergy", "Straw pretreatment", "brydehoej", "Forbehandling af halm"),
    ("granlys", "Biobaseret binder", "limgren", "Bio-based binder"),
    ("limgren", "straw black liquor", "halmpap", "Sortlud"),
    ("kongebro", "fosforgenindvinding", "struvitgaarden", "Struvite reactors"),
    ("andemad", "low-salt wastewater", "kongebro", "Rejektvand"),
    ("stenkloever", "chitosan", "kitinvaerk", "Chitosan"),
    ("mikrobielt-center", "10-50 m3 gæringskapacitet", "tankhjoernet", "10 m3 stirred fermentor"),
    ("natbryg", "fermentation capacity", "skaleringshal", "Fermenteringskapacitet"),
    ("oekokredsen", "godkendt gødning", "fladsoe", "Organic fertiliser pellets"),
    ("trivselslab", "food-grade batch of fermented", "uldsvamp", "Mykoprotein"),
)
"""Seeker, a piece of its request, partner, a piece of its offer: another group and the other language."""


@pytest.fixture(scope="module")
def actor_table() -> ActorTable:
    return read_actors(DATA / "actors.csv")


@pytest.fixture(scope="module")
def actors(actor_table: ActorTable) -> dict[str, Actor]:
    return {actor.id: actor for actor in actor_table.actors}


@pytest.fixture(scope="module")
def collaboration_table(actor_table: ActorTable) -> CollaborationTable:
    return read_collaborations(DATA / "collaborations.csv", actors=actor_table.actors)


@pytest.fixture(scope="module")
def collaborations(collaboration_table: CollaborationTable) -> tuple[Collaboration, ...]:
    return collaboration_table.collaborations


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def members(collaboration: Collaboration) -> set[str]:
    return {part.actor_id for part in collaboration.participations}


def year(collaboration: Collaboration) -> int:
    assert collaboration.start is not None
    return collaboration.start.year


def words_of(actor: Actor) -> str:
    return " ".join([actor.description, *(each.text for each in (*actor.offers, *actor.requests))])


# --- reading


def test_actors_are_read_without_a_rejection(actor_table: ActorTable) -> None:
    assert actor_table.rejections == ()
    assert actor_table.rows == len(actor_table.actors) == len(rows("actors.csv")) == 212


def test_every_column_is_understood_without_a_mapping(actor_table: ActorTable) -> None:
    assert all(column.field for column in actor_table.columns)


def test_collaborations_are_read_without_a_rejection(collaboration_table: CollaborationTable) -> None:
    assert collaboration_table.rejections == ()
    assert len(collaboration_table.collaborations) == len(rows("collaborations.csv")) == 262


def test_every_participant_is_an_actor_and_named_once() -> None:
    known = {row["Id"] for row in rows("actors.csv")}
    for row in rows("collaborations.csv"):
        named = row["Deltagere"].split(" | ")
        assert 2 <= len(named) <= 8
        assert len(set(named)) == len(named)
        assert set(named) <= known, row["Id"]


def test_ids_names_and_titles_are_unique() -> None:
    for file, column in (
        ("actors.csv", "Id"),
        ("actors.csv", "Navn"),
        ("collaborations.csv", "Id"),
        ("collaborations.csv", "Titel"),
        ("needs.csv", "id"),
    ):
        values = [row[column] for row in rows(file)]
        assert len(set(values)) == len(values), (file, column)


def test_flawed_rows_are_all_reported_and_the_good_ones_read() -> None:
    table = read_actors(DATA / "flawed.csv")
    assert [(each.row, each.column, each.value) for each in table.rejections] == [
        (3, "Navn", ""),
        (4, "Aktørgruppe", "levrandør"),
        (5, "Aktørgruppe", "rumfart"),
        (7, "Id", "f-05"),
        (8, "Breddegrad", "156.4530"),
        (9, "Breddegrad", "apr-56"),
        (10, "Breddegrad", "56.1702"),
        (11, "", "ja"),
        (12, "", ""),
        (13, "Medlem", "måske"),
        (14, "Aktørgruppe", ""),
    ]
    assert table.rows == 16
    assert [actor.id for actor in table.actors] == ["f-01", "f-05", "f-14", "f-15"]
    assert [len(actor.offers) for actor in table.actors] == [1, 1, 2, 2]


def test_needs_are_in_both_languages() -> None:
    found = Counter(detect(row["text"]) for row in rows("needs.csv"))
    assert found == {"da": 6, "en": 6}


# --- what the cluster is like


def test_all_actor_groups_are_there_in_believable_proportions(actors: dict[str, Actor]) -> None:
    assert Counter(actor.group for actor in actors.values()) == {
        ActorGroup.COMPANY: 93,
        ActorGroup.SUPPLIER: 37,
        ActorGroup.SERVICE_PROVIDER: 27,
        ActorGroup.KNOWLEDGE_INSTITUTION: 18,
        ActorGroup.PUBLIC_BODY: 17,
        ActorGroup.OTHER: 20,
    }


def test_three_profiles_in_five_are_danish_and_the_rest_english(actors: dict[str, Actor]) -> None:
    found = Counter(detect(words_of(actor)) for actor in actors.values() if words_of(actor).strip())
    written = found.total()
    assert 0.55 <= found["da"] / written <= 0.65
    assert found["da"] + found["en"] >= written - 2


def test_profiles_differ_in_length(actors: dict[str, Actor]) -> None:
    lengths = sorted(len(words_of(actor)) for actor in actors.values())
    assert sum(length == 0 for length in lengths) == 4
    assert sum(0 < length < 100 for length in lengths) >= 4
    assert sum(length > 700 for length in lengths) >= 8


def test_no_profile_has_more_than_three_offers_or_requests(actors: dict[str, Actor]) -> None:
    assert {len(actor.offers) for actor in actors.values()} == {0, 1, 2, 3}
    assert {len(actor.requests) for actor in actors.values()} == {0, 1, 2, 3}


def test_about_one_in_seven_is_not_a_member(actors: dict[str, Actor]) -> None:
    outside = sum(not actor.member for actor in actors.values())
    assert 0.12 <= outside / len(actors) <= 0.18


def test_actors_of_one_town_are_close_and_in_one_region(actors: dict[str, Actor]) -> None:
    towns: dict[str, list[Actor]] = {}
    for actor in actors.values():
        if actor.place.city:
            towns.setdefault(actor.place.city, []).append(actor)
    for town, here in towns.items():
        assert len({(actor.place.country, actor.place.region) for actor in here}) == 1, town
        north = [actor.place.latitude for actor in here if actor.place.latitude is not None]
        east = [actor.place.longitude for actor in here if actor.place.longitude is not None]
        assert len(north) == len(east) == len(here), town
        assert max(north) - min(north) < 0.03, town
        assert max(east) - min(east) < 0.04, town


def test_most_actors_are_in_central_jutland_and_some_abroad(actors: dict[str, Actor]) -> None:
    regions = Counter(actor.place.region for actor in actors.values())
    assert (regions["DK041"] + regions["DK042"]) / len(actors) > 0.85
    assert {actor.place.country for actor in actors.values()} == {"DK", "SE", "FI", "DE", "PL"}


def test_nothing_can_be_taken_for_a_real_firm_or_person(actors: dict[str, Actor]) -> None:
    """No Danish registration number begins with 0, and ``.example`` is nobody's domain."""
    for row in (*rows("actors.csv"), *rows("flawed.csv")):
        assert re.fullmatch(r"(00\d{6})?", row["CVR"] or "") or row["Id"] in {"f-10", "f-11"}
        assert re.fullmatch(r"(https://[a-z0-9-]+\.example)?", row["Hjemmeside"] or "") or row["Id"] == "f-10"
    for actor in actors.values():
        assert not re.search(r"\S@\S|\+45|\b\d{2} \d{2} \d{2} \d{2}\b", words_of(actor)), actor.id


def test_every_year_from_2016_to_2025_has_collaborations_and_they_grow(
    collaborations: tuple[Collaboration, ...],
) -> None:
    by_year = Counter(year(each) for each in collaborations)
    counts = [by_year[each] for each in range(2016, 2026)]
    assert sum(counts) == len(collaborations)
    assert counts == sorted(counts)
    assert counts[0] >= 10
    assert all(each.end is None or each.start is None or each.end >= each.start for each in collaborations)


def test_commitment_climbs_over_the_years(collaborations: tuple[Collaboration, ...]) -> None:
    def share(years: range, level: Commitment) -> float:
        chosen = [each for each in collaborations if year(each) in years]
        return sum(each.commitment is level for each in chosen) / len(chosen)

    periods = (range(2016, 2019), range(2019, 2022), range(2022, 2024), range(2024, 2026))
    committed = [share(years, Commitment.COMMITTED) for years in periods]
    loose = [share(years, Commitment.NON_COMMITTAL) for years in periods]
    assert committed == sorted(committed)
    assert committed[-1] > 0.5
    assert loose == sorted(loose, reverse=True)


def test_collaborations_nearly_always_cross_actor_groups(
    actors: dict[str, Actor], collaborations: tuple[Collaboration, ...]
) -> None:
    crossing = sum(len({actors[one].group for one in members(each)}) > 1 for each in collaborations)
    assert crossing / len(collaborations) > 0.9


# --- what is planted


def test_the_readme_names_everything_planted() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    planted = {STAR, *TWINS, *NEWCOMERS, *BRIDGES, *GREEN_PROTEIN, *FERMENTED_PROTEIN}
    planted |= {seeker for seeker, *_ in MEETINGS} | {partner for _, _, partner, _ in MEETINGS}
    assert {actor_id for actor_id in planted if f"`{actor_id}`" not in readme} == set()


def test_green_protein_is_a_mature_specialisation(
    actors: dict[str, Actor], collaborations: tuple[Collaboration, ...]
) -> None:
    inside = [each for each in collaborations if len(members(each) & GREEN_PROTEIN) >= 2]
    by_year = Counter(year(each) for each in inside)
    assert min(by_year[each] for each in range(2016, 2026)) >= 3
    assert {actors[actor_id].group for actor_id in GREEN_PROTEIN} == set(ActorGroup)
    assert {each.commitment for each in inside} == set(Commitment)


def test_a_spin_off_forms_inside_it_from_2021_on(
    actors: dict[str, Actor], collaborations: tuple[Collaboration, ...]
) -> None:
    inside = [each for each in collaborations if len(members(each) & FERMENTED_PROTEIN) >= 2]
    by_year = Counter(year(each) for each in inside)
    assert min(by_year) == 2021
    yearly = [by_year[each] for each in range(2021, 2026)]
    assert all(later > earlier for earlier, later in pairwise(yearly))
    joined = [
        {one for each in inside if year(each) <= upto for one in members(each) & FERMENTED_PROTEIN}
        for upto in range(2021, 2026)
    ]
    assert len(joined[0]) <= 3
    assert joined[-1] == FERMENTED_PROTEIN
    assert all(len(later) > len(earlier) for earlier, later in pairwise(joined[:4]))
    assert {actors[actor_id].group for actor_id in FERMENTED_PROTEIN} == set(ActorGroup)


def test_the_spin_off_grows_out_of_green_protein(collaborations: tuple[Collaboration, ...]) -> None:
    inside = [each for each in collaborations if len(members(each) & FERMENTED_PROTEIN) >= 2]
    assert sum(bool(members(each) & GREEN_PROTEIN) for each in inside) / len(inside) > 0.4


def test_commitment_in_the_spin_off_rises(collaborations: tuple[Collaboration, ...]) -> None:
    inside = [each for each in collaborations if len(members(each) & FERMENTED_PROTEIN) >= 2]
    shares = []
    for years in (range(2021, 2023), range(2023, 2025), range(2025, 2026)):
        chosen = [each.commitment is Commitment.COMMITTED for each in inside if year(each) in years]
        shares.append(sum(chosen) / len(chosen))
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] > 0.5


@pytest.mark.parametrize("bridge", sorted(BRIDGES))
def test_a_bridge_works_on_both_sides(bridge: str, collaborations: tuple[Collaboration, ...]) -> None:
    for side in BRIDGES[bridge]:
        assert sum(bridge in members(each) and bool(members(each) & side) for each in collaborations) >= 4


def test_one_star_is_in_more_than_twice_as_many_collaborations_as_anybody_else(
    collaborations: tuple[Collaboration, ...],
) -> None:
    (first, most), (_, second), *_ = Counter(
        one for each in collaborations for one in members(each)
    ).most_common()
    assert first == STAR
    assert most > 2 * second
    assert most / len(collaborations) > 0.2


def test_newcomers_of_2025_have_text_and_no_history(
    actors: dict[str, Actor], collaborations: tuple[Collaboration, ...]
) -> None:
    known = set().union(*(members(each) for each in collaborations))
    for actor_id in NEWCOMERS:
        assert "2025" in actors[actor_id].description
        assert actors[actor_id].offers
        assert actors[actor_id].requests
        assert actor_id not in known
    assert len({actors[actor_id].group for actor_id in NEWCOMERS}) == 4


def test_two_profiles_are_nearly_alike_and_no_others(actors: dict[str, Actor]) -> None:
    texts = {actor.id: words_of(actor) for actor in actors.values() if words_of(actor).strip()}
    ids = sorted(texts)
    likeness = process.cdist([texts[one] for one in ids], [texts[one] for one in ids], scorer=fuzz.ratio)
    alike = {
        (one, other)
        for row, one in enumerate(ids)
        for column, other in enumerate(ids)
        if row < column and likeness[row, column] > 70
    }
    assert alike == {TWINS}


def test_spray_drying_is_sought_by_many_and_offered_by_nobody(actors: dict[str, Actor]) -> None:
    seekers = {
        actor.id
        for actor in actors.values()
        if any(MISSING_LINK.search(request.text) for request in actor.requests)
    }
    assert len(seekers) >= 8
    assert len({actors[actor_id].group for actor_id in seekers}) >= 2
    assert not any(MISSING_LINK.search(offer.text) for actor in actors.values() for offer in actor.offers)


@pytest.mark.parametrize(("seeker", "sought", "partner", "offered"), MEETINGS)
def test_a_request_is_met_across_groups_and_languages(
    seeker: str, sought: str, partner: str, offered: str, actors: dict[str, Actor]
) -> None:
    assert any(sought in request.text for request in actors[seeker].requests)
    assert any(offered in offer.text for offer in actors[partner].offers)
    assert actors[seeker].group is not actors[partner].group
    assert detect(actors[seeker].description) != detect(actors[partner].description)
