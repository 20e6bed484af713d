"""The pages of the cluster's proposals and of a team: what they show, how they narrow, and what goes into a file."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from matchmaker.actors import ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.matching.matches import ReasonKind
from matchmaker.matching.team_wishes import ConflictKind, TeamWish
from matchmaker.proposals import ProposalFilter
from matchmaker.records import PROPOSAL_COLUMNS
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.drawings import curve
from service.pages.wording import WORDINGS
from service.pages.working_list.choice import MEASURES
from service.pages.working_list.showing import ROWS_PER_PAGE as ROWS
from tests.service.reading_pages import words

ENGLISH = WORDINGS["en"].texts
BASE = "http://127.0.0.1:8000"
IDEA = "Vi presser saft af græs og laver protein af det. Proteinet tørres med overskudsvarme. Vi prøver det på grise."


@pytest.fixture(scope="module")
def client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(
        create_app(sample, open_here=True), base_url=BASE, headers={"accept-language": "en"}
    ) as opened:
        yield opened


def pairs(page: str) -> list[tuple[str, str]]:
    return re.findall(
        r'<th scope="row"><a href="/actors/([^"]+)">.*?</th>\s*<td><a href="/actors/([^"]+)">', page, re.S
    )


# Words


@pytest.mark.parametrize("kind", ReasonKind)
def test_every_reason_has_words_about_a_pair(kind: ReasonKind) -> None:
    assert f"pair.{kind}" in ENGLISH


@pytest.mark.parametrize("kind", ConflictKind)
def test_every_conflict_has_words_with_its_own_facts(kind: ConflictKind) -> None:
    def facts(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", text))

    assert facts(ENGLISH[f"team.conflict.{kind.name.lower()}"]) == facts(kind.value)


def test_every_measure_has_words() -> None:
    for name in (*MEASURES, "gini"):
        assert f"proposals.{name}" in ENGLISH


# Proposals


def with_curve(client: TestClient, address: str) -> str:
    """The page once the curve is worked out; it does not wait long for it."""
    for _ in range(600):
        page = client.get(address).text
        if 'class="curve"' in page:
            return page
        time.sleep(0.1)
    raise TimeoutError(address)


def test_the_effect_is_shown_now_and_at_0_with_the_curve_as_picture_and_table(
    client: TestClient, sample: Workspace
) -> None:
    before, now = sample.published().balance_curve((0.0, 0.6))
    page = with_curve(client, "/proposals?balance=0.6")
    text = words(page)
    english = WORDINGS["en"]
    for value, old in (
        (english.percent(now.coverage), english.percent(before.coverage)),
        (english.percent(now.largest_share), english.percent(before.largest_share)),
        (english.number(now.mutual), english.number(before.mutual)),
        (english.number(now.gini, 2), english.number(before.gini, 2)),
    ):
        assert f"{value} {old} at 0".replace("\u00a0", " ") in text
    assert len(re.findall(r'<svg class="curve" [^>]*role="img" aria-label="[^"]+"', page)) == 4
    assert len(re.findall(r'<th scope="row"><a href="/proposals\?balance=', page)) == 11


def test_at_0_nothing_is_said_to_be_balanced(client: TestClient) -> None:
    text = words(client.get("/proposals?balance=0").text)
    assert ENGLISH["proposals.effect_none"] in text
    assert " at 0 " not in text


def test_the_strongest_pairs_come_first_each_once(client: TestClient, sample: Workspace) -> None:
    page = client.get("/proposals").text
    shown = pairs(page)
    assert len(shown) == ROWS
    assert len({frozenset(each) for each in shown}) == ROWS
    points = [float(each) for each in re.findall(r'class="pair-number">([\d.]+)<', page)]
    assert points == sorted(points, reverse=True)
    table = sample.published().proposal_table(sample.published().balanced(balance=0.3))
    assert shown == [
        (each.match.seeker_id, each.match.partner_id)
        for each in table.shown(table.places(ProposalFilter(once=True), order="score", falling=True)[:ROWS])
    ]


def test_everybodys_list_holds_each_actors_partners_in_their_order(
    client: TestClient, sample: Workspace
) -> None:
    wanted = {
        matches[0].seeker_id: [match.partner_id for match in matches]
        for matches in sample.published().proposals(balance=0.3)
        if matches
    }
    shown = pairs(client.get("/proposals?view=lists").text) + pairs(
        client.get("/proposals?view=lists&number=2").text
    )
    found: dict[str, list[str]] = {}
    for seeker, partner in shown:
        found.setdefault(seeker, []).append(partner)
    for seeker in list(found)[:-1]:
        assert found[seeker] == wanted[seeker]


def test_filters_leave_what_they_say_on_either_side(client: TestClient, sample: Workspace) -> None:
    groups = sample.published().actor_groups()
    names = sample.published().actor_names()
    for one, other in pairs(client.get("/proposals?group=company&other_group=knowledge_institution").text):
        assert {groups[one], groups[other]} == {ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION}
    named = pairs(client.get("/proposals?text=hejre").text)
    assert named
    assert all("hejre" in f"{names[one]} {names[other]}".casefold() for one, other in named)
    regions = {actor.id: actor.place.region for actor in sample.published().actors(limit=1000).items}
    placed = pairs(client.get("/proposals?region=DK041").text)
    assert placed
    assert all("DK041" in (regions[one], regions[other]) for one, other in placed)


def test_the_pages_of_a_filter_hold_every_pair_once(client: TestClient) -> None:
    first = client.get("/proposals?text=universitet").text
    count = int(re.search(r'<span class="count">([\d,]+) pairs', first)[1].replace(",", ""))  # type: ignore[index]
    seen: list[tuple[str, str]] = []
    for number in range(1, -(-count // ROWS) + 1):
        seen += pairs(client.get(f"/proposals?text=universitet&number={number}").text)
    assert len(seen) == len({frozenset(each) for each in seen}) == count


def test_only_new_contacts_means_filled_lists_without_known_ones(client: TestClient) -> None:
    page = client.get("/proposals?new=true&view=lists&top=3").text
    assert ENGLISH["suggest.known"] not in page
    assert len(pairs(page)) == ROWS


def test_headings_sort_both_ways(client: TestClient, sample: Workspace) -> None:
    names = sample.published().actor_names()
    for column, side in (("seeker", 0), ("partner", 1)):
        for direction in ("up", "down"):
            page = client.get(f"/proposals?sort={column}&direction={direction}").text
            shown = [names[pair[side]] for pair in pairs(page)]
            assert shown == sorted(shown, key=name_key, reverse=direction == "down")
            assert f'aria-sort="{"ascending" if direction == "up" else "descending"}"' in page


def test_a_balance_between_two_steps_is_the_nearest_one(client: TestClient) -> None:
    assert 'value="0.35"' in client.get("/proposals?balance=0.337").text


def test_a_filter_without_proposals_says_so_and_leads_back(client: TestClient) -> None:
    page = client.get("/proposals?text=zzzz&balance=0.5").text
    assert ENGLISH["proposals.none"] in words(page)
    assert 'href="/proposals?balance=0.5#list"' in page


# The file


def test_the_file_holds_what_is_shown_and_all_pages_of_it(client: TestClient) -> None:
    query = "text=hejre&balance=0.5&top=5"
    answer = client.get(f"/proposals/download?{query}&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="proposals.csv"' in answer.headers["content-disposition"]
    columns, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert tuple(columns) == PROPOSAL_COLUMNS
    shown = pairs(client.get(f"/proposals?{query}").text)
    assert [(row[0], row[3]) for row in rows][: len(shown)] == shown
    assert all("hejre" in f"{row[1]} {row[4]}".casefold() for row in rows)
    workbook = load_workbook(
        io.BytesIO(client.get(f"/proposals/download?{query}&format=xlsx").content), read_only=True
    )
    assert len(list(workbook.active.rows)) == len(rows) + 1  # type: ignore[union-attr]


def test_the_page_links_to_the_file_of_what_it_shows(client: TestClient) -> None:
    page = client.get("/proposals?text=hejre&balance=0.5&number=1").text
    address = unescape(re.search(r'href="(/proposals/download[^"]+csv)"', page)[1])  # type: ignore[index]
    assert address == "/proposals/download?text=hejre&balance=0.5&format=csv"
    assert client.get(address).status_code == 200
    assert client.get("/proposals/download?format=exe").status_code == 422


# A team


def test_a_team_shows_its_members_the_parts_they_cover_and_their_words(
    client: TestClient, sample: Workspace
) -> None:
    page = words(client.get("/team", params={"idea": IDEA}).text)
    team = sample.published().team(IDEA, TeamWish())
    for part in team.parts:
        assert part.label in page
    for member in team.members:
        assert member.name in page
        for cover in member.covers:
            assert re.sub(r"\s+", " ", cover.quote.text) in page


def test_what_nobody_covers_is_said_with_a_way_on(client: TestClient) -> None:
    idea = f"{IDEA} Zxqv qwzx vqzx."
    page = client.get("/team", params={"idea": idea}).text
    assert ENGLISH["team.uncovered"] in page
    assert 'href="/search?q=Zxqv%20qwzx%20vqzx."' in page


def test_part_of_a_name_is_enough_where_one_actor_has_it(client: TestClient) -> None:
    page = client.get("/team", params={"idea": IDEA, "include": "kløverkilden"}).text
    assert ENGLISH["team.included"] in page
    assert "Andelsraffinaderiet Kløverkilden" in page


def test_impossible_conditions_are_named_together_in_the_readers_language(client: TestClient) -> None:
    asked = {
        "idea": IDEA,
        "least": 9,
        "most": 2,
        "company": 5,
        "regions": "NO, SE",
        "include": "Hejrebaek protein",
    }
    for language, said in (
        (
            "en",
            [
                "At least 9 members are more than at most 2.",
                "in NO or SE",
                "There is no actor “Hejrebaek protein”",
            ],
        ),
        (
            "da",
            [
                "Mindst 9 medlemmer er flere end højst 2.",
                "i NO eller SE",
                "Der er ingen aktør ”Hejrebaek protein”",
            ],
        ),
    ):
        page = words(client.get("/team", params=asked, headers={"accept-language": language}).text)
        assert WORDINGS[language]("team.impossible") in page
        assert [each for each in said if each not in page] == []


def test_a_close_name_can_be_taken_with_one_link(client: TestClient) -> None:
    page = client.get("/team", params={"idea": IDEA, "include": "Hejrebæk Græsprotien A/S"}).text
    link = unescape(re.search(r'href="(/team\?[^"]*include=hejrebaek[^"]*)"', page)[1])  # type: ignore[index]
    assert ENGLISH["team.included"] in client.get(link).text


def test_before_a_question_an_example_is_offered_and_works(client: TestClient) -> None:
    page = client.get("/team").text
    assert ENGLISH["team.start"] in page
    link = unescape(re.search(r'href="(/team\?idea=[^"]+)"', page)[1])  # type: ignore[index]
    assert ENGLISH["team.who"] in client.get(link).text


def test_a_very_long_idea_is_cut_and_the_page_says_so(client: TestClient) -> None:
    page = client.get("/team", params={"idea": "Vi presser græs. " * 200}).text
    assert "the first 2,000 characters were used" in page


# How far afield


def test_a_link_reproduces_how_far_afield_is_looked(client: TestClient, sample: Workspace) -> None:
    page = client.get("/actors/hejrebaek?afield=0.8&new=true").text
    wanted = sample.published().suggestions("hejrebaek", afield=0.8, new=True)
    assert re.findall(r'<h3><a href="/actors/([^"]+)"', page) == [match.partner_id for match in wanted]
    assert re.search(r'name="afield" type="range" [^>]*value="0.8"', page)
    toggle = re.search(r'href="([^"]+scope=all[^"]*)"', page)
    assert toggle
    assert "afield=0.8" in toggle[1]
    assert page.count('<input type="hidden" name="new" value="true">') == 3


def test_competitors_and_known_partners_are_marked(client: TestClient, sample: Workspace) -> None:
    published = sample.published()
    for actor_id in published.actor_names():
        matches = published.suggestions(actor_id, across=False)
        if any(match.competitor for match in matches):
            break
    page = client.get(f"/actors/{actor_id}?scope=all").text
    assert page.count(ENGLISH["suggest.competitor"]) == sum(match.competitor for match in matches)
    assert page.count(ENGLISH["suggest.known"]) == sum(match.known for match in matches)


# Drawing


def test_a_curve_stands_on_0_and_reaches_its_highest_value() -> None:
    drawn = curve([(0.0, 0.0), (0.5, 2.0), (1.0, 4.0)], (0.5, 2.0))
    assert drawn.points == "7,69 120,38 233,7"
    assert (drawn.now_x, drawn.now_y) == (120.0, 38.0)
    assert (drawn.first, drawn.last, drawn.now) == (0.0, 4.0, 2.0)
    assert curve([(0.0, 0.0), (1.0, 0.0)], (1.0, 0.0)).points == "7,69 233,69"
