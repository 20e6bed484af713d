"""The pages as a reader gets them: content, both languages, escaping, filters, empty and wrong cases."""

from __future__ import annotations

import re
import string
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from fastapi.testclient import TestClient

from matchmaker.actors import ActorGroup, PassageKind
from matchmaker.matching.matches import ReasonKind
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages import wording
from service.pages.drawings import composition_bar, growth_columns, growth_line
from service.pages.rendering import STATIC, TEMPLATES, actor_address, web_address
from service.pages.spin_offs import MEASURES
from service.pages.wording import WORDINGS, preferred_language
from tests.service.tiny_cluster import ACTORS, write_csv

DANISH, ENGLISH = WORDINGS["da"].texts, WORDINGS["en"].texts
BASE = "http://127.0.0.1:8000"
PAGES = (
    "/",
    "/search",
    "/search?q=straw",
    "/actors",
    "/actors/straw:1",
    "/proposals",
    "/team",
    "/sub-clusters",
    "/map",
    "/spin-offs",
    "/report",
)


@pytest.fixture(scope="module")
def sample_client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(sample, open_here=True), base_url=BASE) as client:
        yield client


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Actors whose every field holds markup."""
    folder = tmp_path_factory.mktemp("hostile")
    mark = "<script>alert(1)</script>"
    headers = (
        "id",
        "name",
        "group",
        "description",
        "offers",
        "requests",
        "region",
        "tags",
        "website",
        "size",
    )
    rows = tuple(
        (
            f"{mark}{n}",
            f'{mark} & "Co" {n}',
            group,
            f"{mark} straw fibres",
            f"{mark} straw",
            f"{mark} fibres",
            mark,
            mark,
            f"javascript:alert({n})",
            mark,
        )
        for n, group in enumerate(("company", "supplier", "knowledge_institution"))
    )
    with Workspace.open(folder / "workspace", create=True) as workspace:
        workspace.import_table(write_csv(folder / "actors.csv", headers, rows), who="tests")
        workspace.build()
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client


def text_of(client: TestClient, address: str, *, language: str = "en", status: int = 200) -> str:
    """What a page says, without its markup."""
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


# Language


def test_both_catalogues_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert DANISH.keys() == ENGLISH.keys()
    for key in ENGLISH:
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(each[key]) if name}
            for each in (DANISH, ENGLISH)
        ]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("language", ["DANISH_", "ENGLISH_"])
def test_no_catalogue_silently_replaces_a_word_of_another(language: str) -> None:
    catalogues = [words for name, words in vars(wording).items() if name.startswith(language)]
    keys = [key for words in catalogues if isinstance(words, dict) for key in words]
    assert len(catalogues) > 10
    assert sorted(key for key, times in Counter(keys).items() if times > 1) == []


def test_no_text_is_empty_and_danish_is_not_english() -> None:
    assert all(text.strip() for text in (*DANISH.values(), *ENGLISH.values()))
    words = {key: re.sub(r"\{\w+\}", "", text).strip() for key, text in ENGLISH.items()}
    same = [key for key in ENGLISH if ENGLISH[key] == DANISH[key] and len(words[key].split()) > 1]
    assert same == ["frame.title"]


@pytest.mark.parametrize("kind", [*ActorGroup, *PassageKind, *ReasonKind, *MEASURES])
def test_every_kind_that_a_page_can_meet_has_words(kind: str) -> None:
    prefixes = ("group.", "groups.", "kind.", "suggest.you.", "suggest.they.", "reason.", "measure.")
    assert any(f"{prefix}{kind}" in ENGLISH for prefix in prefixes)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_speaks_the_readers_language(client: TestClient, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
    other = "en" if language == "da" else "da"
    for key in ("nav.actors", "nav.sub_clusters", "nav.map"):
        assert WORDINGS[language](key) in answer.text
        assert f">{WORDINGS[other](key)}<" not in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("da", "da"),
        ("da-DK,da;q=0.9,en;q=0.8", "da"),
        ("en-GB,da;q=0.5", "en"),
        ("de,da;q=0.3", "da"),
        ("fr", "en"),
        ("", "en"),
        ("da;q=nonsense", "en"),
        ("da;q=0", "en"),
        ("*;;,=", "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_the_switch_is_remembered_and_outranks_the_browser(client: TestClient) -> None:
    with TestClient(client.app, base_url=BASE, headers={"accept-language": "en"}) as reader:
        switched = reader.get("/actors?lang=da&group=company")
        assert '<html lang="da">' in switched.text
        cookie = switched.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert '<html lang="da">' in reader.get("/").text
        assert 'href="/actors?group=company&amp;lang=en"' in switched.text


def test_an_unknown_language_is_ignored(client: TestClient) -> None:
    answer = client.get("/?lang=xx", headers={"accept-language": "da"})
    assert '<html lang="da">' in answer.text
    assert "set-cookie" not in answer.headers


def test_numbers_and_dates_follow_the_language() -> None:
    danish, english = WORDINGS["da"], WORDINGS["en"]
    assert (danish.number(1234.5, 1), english.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert english.number(-0.0) == "0"
    assert (danish.points(1.0), english.points(12.34)) == ("1,0 point", "12.3 points")
    assert english.count("actors", 1) == "1 actor"
    assert danish.count("actors", 25000) == "25.000 aktører"


# What the pages say


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


def test_the_tree_of_sub_clusters_names_each_once_with_its_size(
    sample_client: TestClient, sample: Workspace
) -> None:
    page = sample_client.get("/sub-clusters").text
    for each in sample.published().sub_clusters():
        assert page.count(f'href="/sub-clusters/{each.id}"') == 1


def test_a_sub_cluster_shows_members_with_confidence_and_what_is_inside(
    sample_client: TestClient, sample: Workspace
) -> None:
    published = sample.published()
    top = next(
        each
        for each in published.sub_clusters()
        if any(child.parent_id == each.id for child in published.sub_clusters())
    )
    text = text_of(sample_client, f"/sub-clusters/{top.id}")
    assert top.label in text
    for member in top.members[:50]:
        assert published.actor(member.actor_id).name in text
    assert WORDINGS["en"].percent(top.members[0].confidence) in text
    for child in published.sub_clusters():
        if child.parent_id == top.id:
            assert child.label in text


def test_candidates_beyond_the_first_are_in_a_table(
    sample_client: TestClient, sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.landscape.CANDIDATES_IN_FULL", 2)
    candidates = sample.published().spin_offs()
    page = sample_client.get("/spin-offs").text
    assert page.count('<li class="card candidate"') == 2
    table = page[page.index(ENGLISH["spin_off.further"]) :]
    links = re.findall(r'<tr><td><a href="/sub-clusters/([^"]+)"', table)
    assert links == [each.sub_cluster_id for each in candidates[2:]]


def test_spin_offs_come_in_order_with_every_measure(sample_client: TestClient, sample: Workspace) -> None:
    candidates = sample.published().spin_offs()
    assert candidates
    page = sample_client.get("/spin-offs").text
    assert re.findall(r'<li class="card candidate" id="([^"]+)"', page) == [
        each.sub_cluster_id for each in candidates
    ]
    for measure in MEASURES:
        assert page.count(f"{ENGLISH[f'measure.{measure}']} <span") == len(candidates)
    assert page.count(ENGLISH["spin_off.outlook"]) == page.count(ENGLISH["spin_off.needs"]) == len(candidates)
    given = [each for each in candidates if each.outlook.probability is not None]
    assert page.count("Such a forecast tells little") == len(given)
    for each in candidates:
        for doubt in each.doubts:
            assert ENGLISH[f"doubt.{doubt}"] in page


def test_the_maps_columns_hold_every_point_once(sample_client: TestClient, sample: Workspace) -> None:
    published = sample.published()
    columns = sample_client.get("/map/data.json").json()
    assert sorted(columns["ids"]) == sorted(point.actor_id for point in published.points())
    lengths = {len(columns[name]) for name in ("ids", "names", "groups", "sub_clusters", "x", "y")}
    assert lengths == {len(published.points())}
    names = published.actor_names()
    assert [names[actor_id] for actor_id in columns["ids"]] == columns["names"]
    assert columns["generation"] == published.generation


def test_the_map_keeps_distances_in_proportion(sample_client: TestClient, sample: Workspace) -> None:
    points = {point.actor_id: point for point in sample.published().points()}
    columns = sample_client.get("/map/data.json").json()
    first, *_, last = columns["ids"]
    across, up = points[last].x - points[first].x, points[last].y - points[first].y
    assert (columns["x"][-1] - columns["x"][0]) * up == pytest.approx(
        (columns["y"][-1] - columns["y"][0]) * across, abs=2 * (abs(across) + abs(up))
    )


def test_a_focus_marks_the_members_of_one_sub_cluster(sample_client: TestClient, sample: Workspace) -> None:
    chosen = sample.published().sub_clusters()[0]
    columns = sample_client.get(f"/map/data.json?focus={chosen.id}").json()
    assert {columns["ids"][row] for row in columns["focus"]} == {
        member.actor_id for member in chosen.members
    } & set(columns["ids"])
    assert sample_client.get("/map/data.json?focus=none").json()["focus"] == []


@pytest.mark.parametrize("column", ["name", "group", "sub_cluster"])
def test_the_list_beside_the_map_sorts_both_ways_and_holds_everybody(
    sample_client: TestClient, column: str
) -> None:
    rows = [
        _all_rows(sample_client, f"/map?sort={column}&direction={direction}") for direction in ("up", "down")
    ]
    assert len(rows[0]) == len(set(rows[0])) == len(sample_client.get("/map/data.json").json()["ids"])
    assert set(rows[0]) == set(rows[1])
    assert rows[0] != rows[1]


def _all_rows(client: TestClient, address: str) -> list[str]:
    rows: list[str] = []
    number = 1
    while found := re.findall(
        r'<th scope="row"><a href="/actors/([^"]+)"', client.get(f"{address}&number={number}").text
    ):
        if found[0] in rows:
            break
        rows += found
        number += 1
    return rows


# Safety


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/actors",
        "/search?q=straw",
        "/proposals",
        "/proposals?view=lists&text=<script>alert(1)</script>&region=<script>",
        "/team?idea=<script>alert(1)</script>+straw+fibres&least=2",
        "/team?idea=straw&include=<script>alert(1)</script>&regions=<script>",
        "/sub-clusters",
        "/map",
        "/spin-offs",
        f"/actors/{quote('<script>alert(1)</script>0', safe='')}",
        "/actors?text=<script>alert(1)</script>",
        "/search?q=<script>alert(1)</script>",
        "/actors/<script>alert(1)<%2Fscript>",
        "/sub-clusters/<script>",
    ],
)
def test_markup_in_data_or_address_is_shown_and_never_active(
    hostile_client: TestClient, address: str
) -> None:
    page = hostile_client.get(address).text
    assert "<script>" not in page
    assert 'href="javascript:' not in page
    assert not re.findall(r"<[^>]+\s(?:on\w+|style)=", page)


def test_markup_appears_escaped_where_it_is_content(hostile_client: TestClient) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Co&#34; 0" in hostile_client.get("/actors").text
    columns = hostile_client.get("/map/data.json")
    assert columns.headers["content-type"] == "application/json"
    assert columns.headers["x-content-type-options"] == "nosniff"


def test_no_template_or_script_needs_what_the_policy_forbids() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.findall(r"\sstyle=|\son\w+=|<style|\|\s*safe|autoescape", text), template.name
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", text)), template.name
    script = (STATIC / "map.js").read_text(encoding="utf-8")
    assert not re.findall(r"innerHTML|insertAdjacentHTML|eval\(|Function\(|document\.write", script)


def test_pages_carry_the_strict_policy(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("website", "target"),
    [
        ("https://a.dk", "https://a.dk"),
        ("www.a.dk", "https://www.a.dk"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("", ""),
        ("none", ""),
    ],
)
def test_only_web_addresses_become_links(website: str, target: str) -> None:
    assert web_address(website) == target


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


# Nothing there, or something wrong


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_workspace_leads_to_the_import_and_then_to_the_build(
    empty_client: TestClient, address: str
) -> None:
    text = text_of(empty_client, address)
    assert "matchmaker import table actors.csv" in text
    assert text.index(ENGLISH["empty.import_action"]) < text.index(ENGLISH["empty.build_text"])
    page = empty_client.get(address).text
    assert '<a class="button primary large" href="/import">' in page
    # There is nothing to build yet.
    assert ENGLISH["empty.build_action"] not in text


def test_who_may_not_import_is_told_which_commands_to_run(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        _, secret = workspace.users.create_key(
            name="analyst", role=UserRole.ANALYST, actor_id="", read_only=False, days=1, who="tests"
        )
        with TestClient(
            create_app(workspace), base_url=BASE, headers={"authorization": f"Bearer {secret}"}
        ) as client:
            text = text_of(client, "/")
            page = client.get("/").text
    assert "matchmaker import table actors.csv" in text
    assert "matchmaker build" in text
    assert 'href="/import"' not in page
    assert "button primary large" not in page


def test_an_empty_workspace_has_an_empty_map(empty_client: TestClient) -> None:
    assert empty_client.get("/map/data.json").json() == {}


def test_actors_without_a_build_ask_for_the_build_only(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        workspace.import_table(
            write_csv(tmp_path / "a.csv", ("id", "name", "group"), (("a", "A", "company"),)), who="t"
        )
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            text = text_of(client, "/", language="da")
            page = client.get("/").text
    assert "1 aktør" in text
    assert DANISH["empty.build_action"] in text
    assert '<a class="button primary large" href="/builds">' in page
    assert "import table" not in text
    assert DANISH["empty.import_action"] not in text


def test_one_actor_alone_has_sensible_pages(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        workspace.import_table(
            write_csv(tmp_path / "a.csv", ("id", "name", "group"), (("a", "A", "company"),)), who="t"
        )
        workspace.build()
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            assert ENGLISH["suggest.none_at_all"] in text_of(client, "/actors/a")
            assert ENGLISH["landscape.none"] in text_of(client, "/sub-clusters")
            assert ENGLISH["spin_off.none"] in text_of(client, "/spin-offs")
            assert ENGLISH["proposals.none_at_all"] in text_of(client, "/proposals")
            assert "3 members are wanted at least, but only 1 can be had" in text_of(client, "/team?idea=x")
            assert "A team of 1" in text_of(client, "/team?idea=x&least=1")
            for address in ("/", "/map", "/search?q=a", "/map/data.json", "/proposals/download"):
                assert client.get(address).status_code == 200


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


def test_vendored_files_name_their_version_and_licence() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert re.search(r"\d+\.\d+\.\d+", (folder / "VERSION").read_text(encoding="utf-8"))
        assert (folder / "LICENSE").is_file()


# Drawings


def test_a_composition_bar_is_full_and_in_the_groups_order() -> None:
    bar = composition_bar({ActorGroup.OTHER: 1, ActorGroup.COMPANY: 3})
    assert [part.group for part in bar] == [ActorGroup.COMPANY, ActorGroup.OTHER]
    assert [(part.start, part.width) for part in bar] == [(0, 75), (75, 25)]
    assert composition_bar({}) == ()


def test_a_growth_that_stands_still_is_drawn_to_the_newest_year() -> None:
    line = growth_line({2019: 2, 2020: 5}, 2024)
    assert line is not None
    assert (line.last_year, line.last) == (2024, 5)
    assert growth_line({2020: 5}, 2020) is None
    assert growth_line({}, 2024) is None


def test_growth_columns_carry_a_count_over_years_without_one() -> None:
    columns = growth_columns({2019: 2, 2021: 3}, {2021: 4}, 2022)
    assert [(column.year, column.active, column.began) for column in columns] == [
        (2019, 2, 0),
        (2020, 2, 0),
        (2021, 3, 4),
        (2022, 3, 0),
    ]
    assert growth_columns({}, {}, 2022) == ()
