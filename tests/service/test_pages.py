"""The first pages over the sample cluster: the overview, an actor and its suggestions, search and lists."""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from html import unescape

import pytest
import uvicorn
from fastapi.testclient import TestClient

from matchmaker.actors import ActorGroup
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.rendering import actor_address
from service.pages.wording import WORDINGS
from tests.service.reading_pages import ENGLISH, PAGES, text_of
from tests.service.tiny_cluster import ACTORS


def test_the_overview_counts_what_is_there_and_offers_a_way_to_each_user(sample_client: TestClient) -> None:
    text = text_of(sample_client, "/")
    assert "212 actors" in text
    assert "262 collaborations" in text
    for key in ("home.next_first", "step.plan", "home.find", "home.name"):
        assert WORDINGS["en"](key) in text


def test_an_actor_page_shows_profile_suggestions_reasons_and_both_sentences(
    sample_client: TestClient, sample: Workspace
) -> None:
    text = text_of(sample_client, "/actors/hejrebaek")
    profile = sample.published().actor("hejrebaek")
    matches = sample.published().suggestions("hejrebaek")
    assert profile.name in text
    assert profile.offers[0].text in text
    for match in matches:
        assert match.partner_name in text
        assert WORDINGS["en"].number(match.score, 1) in text
        for reason in match.reasons:
            assert ENGLISH[f"reason.{reason.kind}"] in text
        for reason in match.reasons[:4]:
            for said in (reason.seeker_quote, reason.partner_quote):
                assert said is None or re.sub(r"\s+", " ", said.text) in text


def test_points_on_the_page_add_up_to_the_score(sample: Workspace) -> None:
    for match in sample.published().suggestions("hejrebaek"):
        shown = sum(round(reason.points, 1) for reason in match.reasons)
        assert shown == pytest.approx(match.score, abs=0.05 * len(match.reasons) + 1e-6)


def test_suggestions_obey_the_filters(sample_client: TestClient, sample: Workspace) -> None:
    published = sample.published()
    page = sample_client.get("/actors/hejrebaek?group=supplier&new=true&region=DK041").text
    wanted = published.suggestions("hejrebaek", groups=[ActorGroup.SUPPLIER], new=True, region="DK041")
    assert wanted
    assert re.findall(r'<h3><a href="/actors/([^"]+)"', page) == [match.partner_id for match in wanted]
    assert ENGLISH["suggest.known"] not in page


def test_the_toggle_brings_in_the_actors_own_group(sample_client: TestClient, sample: Workspace) -> None:
    own = sample.published().actor("hejrebaek").group
    wanted = sample.published().suggestions("hejrebaek", across=False)
    assert own in {match.partner_group for match in wanted}
    page = sample_client.get("/actors/hejrebaek?scope=all").text
    assert re.findall(r'<h3><a href="/actors/([^"]+)"', page) == [match.partner_id for match in wanted]


def test_a_thin_profile_is_told_what_it_lacks(client: TestClient) -> None:
    text = text_of(client, "/actors/quiet:1")
    for name in ("description", "offers", "requests", "place"):
        assert ENGLISH[f"actor.thin.{name}"] in text
    assert ENGLISH["actor.thin_nothing"] in text


def test_search_finds_danish_and_shows_the_passage(sample_client: TestClient, sample: Workspace) -> None:
    hits = sample.published().search("aftager til brun saft", top=20)
    page = sample_client.get("/search", params={"q": "aftager til brun saft"}).text
    assert re.findall(r'<h3><a href="/actors/([^"]+)"', page) == [
        actor_address(hit.actor_id)[8:] for hit in hits
    ]
    assert hits[0].quotes[0].text in unescape(page)


@pytest.mark.parametrize(
    ("query", "read_as"),
    [("q=We+look+for+straw", "seek"), ("q=who+can+use+straw", "offer"), ("q=straw", "topic"),
     ("q=straw&as=offer", "offer"), ("q=who+can+use+straw&as=seek", "seek"), ("q=straw&as=", "topic")],
)  # fmt: skip
def test_search_says_how_it_read_the_text_and_takes_another_reading(
    client: TestClient, query: str, read_as: str
) -> None:
    page = client.get(f"/search?{query}").text
    said = unescape(page)
    assert ENGLISH[f"search.read.{read_as}"] in said
    assert (ENGLISH["search.read_change"] in said) == ("as=o" not in query and "as=s" not in query)
    chosen = re.findall(r'<option value="([a-z]*)" selected>', page)
    assert chosen == ([query[query.index("as=") + 3 :]] if query[-3:] != "as=" and "as=" in query else [])


def test_a_reading_that_there_is_not_is_refused(client: TestClient) -> None:
    assert client.get("/search?q=straw&as=wanted").status_code == 422


def test_a_link_to_a_team_names_who_is_in_it_and_waits_for_the_idea(client: TestClient) -> None:
    page = client.get("/team?include=straw:1").text
    assert 'role="alert"' not in page
    assert "Limfjord Straw</textarea>" in page
    assert "The idea has no words" in client.get("/team?include=straw:1&idea=").text


def test_a_copy_is_named_where_the_other_is_shown(sample_client: TestClient) -> None:
    page = sample_client.get("/search", params={"q": "separation af afgasset gylle"}).text
    twins = {"roermose-separation", "roermose-separationsteknik"}
    shown = twins & set(re.findall(r'<h3><a href="/actors/([^"]+)"', page))
    assert len(shown) == 1
    assert WORDINGS["en"].count("alike.more", 1) in page
    (other,) = twins - shown
    assert f'<li><a href="/actors/{other}">' in page


@pytest.mark.parametrize("query", ["c++", '"', "a AND", "(", "", "   ", "\x00", "æøå " * 700, "%", "<b>"])
def test_any_search_text_is_taken_literally(client: TestClient, query: str) -> None:
    assert client.get("/search", params={"q": query}).status_code == 200


def test_a_search_without_an_answer_says_what_to_try(client: TestClient) -> None:
    text = text_of(client, "/search?q=straw&region=NOWHERE")
    assert ENGLISH["search.try"] in text
    assert ENGLISH["search.try_filters"] in text


def test_the_list_of_actors_filters_and_pages(sample_client: TestClient, sample: Workspace) -> None:
    first = sample_client.get("/actors?group=company").text
    shown = re.findall(r'<th scope="row"><a href="/actors/([^"]+)"', first)
    assert len(shown) == 50
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])  # type: ignore[index]
    assert "group=company" in following
    rest = re.findall(r'<th scope="row"><a href="/actors/([^"]+)"', sample_client.get(following).text)
    assert rest
    assert not set(rest) & set(shown)
    assert ENGLISH["actor_list.none"] in text_of(sample_client, "/actors?text=zzzz")


def test_a_cursor_of_a_gone_actor_begins_again(client: TestClient) -> None:
    assert len(re.findall('<th scope="row">', client.get("/actors?after=gone").text)) == len(ACTORS)


# The test client unquotes an address twice, so the id with a per cent sign is asked of a real server below.
@pytest.mark.parametrize("actor", [each for each in ACTORS if "%" not in each[0]], ids=lambda actor: actor[0])
def test_every_id_has_a_page_that_its_links_lead_to(client: TestClient, actor: tuple[str, ...]) -> None:
    page = client.get(actor_address(actor[0]))
    assert page.status_code == 200
    assert actor[1] in unescape(page.text)
    toggle = unescape(re.search(r'href="([^"#]+scope=all[^"#]*)', page.text)[1])  # type: ignore[index]
    assert client.get(toggle).status_code == 200
    assert actor[1] in unescape(client.get(toggle).text)


def test_a_real_server_finds_the_id_that_holds_everything(workspace: Workspace, free_port: int) -> None:
    server = uvicorn.Server(
        uvicorn.Config(create_app(workspace, open_here=True), port=free_port, log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    address = f"http://127.0.0.1:{free_port}{actor_address('a/b %2F c?#')}"
    with urllib.request.urlopen(address) as answer:
        page = answer.read().decode()
    assert "<h1>Slash &amp; Sons</h1>" in page
    toggle = unescape(re.search(r'href="([^"#]+scope=all[^"#]*)', page)[1])  # type: ignore[index]
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}{toggle}") as answer:
        assert "<h1>Slash &amp; Sons</h1>" in answer.read().decode()
    server.should_exit = True
    thread.join(timeout=20)


def test_an_unknown_actor_is_a_page_with_the_closest_names(client: TestClient) -> None:
    text = text_of(client, "/actors/Fjord Fibre", status=404)
    assert ENGLISH["actor.unknown"] in text
    assert "Fjord Fibres" in text


@pytest.mark.parametrize("language", ["da", "en"])
def test_wrong_addresses_and_filters_are_told_in_words(client: TestClient, language: str) -> None:
    words = WORDINGS[language]
    assert words("error.404") in text_of(client, "/nowhere", language=language, status=404)
    assert words("sub_cluster.unknown") in text_of(
        client, "/sub-clusters/none", language=language, status=404
    )
    for address in (
        "/actors?group=friends",
        "/map?sort=colour",
        "/actors/straw:1?top=999",
        "/map?number=0",
        "/actors/straw:1?afield=2",
        "/proposals?sort=colour",
        "/proposals?balance=2",
        "/team?least=0",
    ):
        text = text_of(client, address, language=language, status=422)
        assert words("error.422") in text
        assert words("error.clear") in text


def test_a_form_sent_with_nothing_chosen_filters_nothing(client: TestClient) -> None:
    assert len(re.findall('<th scope="row">', client.get("/actors?text=&group=&region=").text)) == len(ACTORS)


def test_pages_stay_light(sample_client: TestClient) -> None:
    for address in (
        *PAGES[:4],
        "/actors/gudenaa-uni?top=30&scope=all",
        "/proposals",
        "/team?idea=Vi+laver+protein+af+gr%C3%A6s.+Vi+t%C3%B8rrer+det.&most=9",
        "/sub-clusters",
        "/map",
        "/spin-offs",
    ):
        assert len(sample_client.get(address).content) < 100_000, address
