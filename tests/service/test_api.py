"""What each address of the API answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.schemas.contract import MAX_SEARCH_TEXT
from tests.service.tiny_cluster import ACTORS

IDS = sorted(actor[0] for actor in ACTORS)


def items(client: TestClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"items", "next"}
    return list(body["items"])


def test_actors_come_by_name_and_every_one_once_over_the_pages(client: TestClient) -> None:
    seen: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        body = client.get("/api/v1/actors", params={"limit": 5, "cursor": cursor}).json()
        assert len(body["items"]) <= 5
        seen += body["items"]
        cursor = body["next"]
    assert sorted(actor["id"] for actor in seen) == IDS
    assert [actor["name"].casefold() for actor in seen] == sorted(actor["name"].casefold() for actor in seen)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("group=knowledge_institution", {"uni:1", "uni:2"}),
        ("country=de", {"a/b %2F c?#"}),
        ("region=DK042&member=true", {"æøå:ø-1", "uni:1", "soft:1"}),
        ("member=false", {"a/b %2F c?#", "uni:2", "quiet:1"}),
        ("q=twin", {"twin:1", "twin:2"}),
        ("q=C%2B%2B", {"soft:1"}),
        ("q=no%20such%20name", set()),
        ("group=company&country=SE", set()),
    ],
)
def test_filters_are_combined_by_and(client: TestClient, query: str, expected: set[str]) -> None:
    assert {actor["id"] for actor in items(client, f"/api/v1/actors?{query}")} == expected


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor[0])
def test_an_actor_is_found_by_its_id_whatever_characters_it_holds(
    client: TestClient, actor: tuple[str, ...]
) -> None:
    address = f"/api/v1/actors/{quote(actor[0], safe='')}"
    profile = client.get(address).json()
    assert profile["id"] == actor[0]
    assert profile["name"] == actor[1]
    assert profile["description"] == actor[3]
    assert client.get(f"{address}/suggestions").status_code == 200


def test_an_actor_brings_its_collaborations_with_the_partners_by_name(client: TestClient) -> None:
    (past,) = client.get("/api/v1/actors/uni:1").json()["collaborations"]
    assert past["title"] == "Fibres from straw"
    assert past["date"] == "2021-03-01"
    assert past["partners"] == [{"id": "fibre:1", "name": "Fjord Fibres"}]


def test_suggestions_cross_groups_and_their_reasons_add_up(client: TestClient) -> None:
    suggestions = items(client, "/api/v1/actors/uni:1/suggestions")
    assert suggestions
    for suggestion in suggestions:
        assert suggestion["partner"]["group"] != "knowledge_institution"
        assert suggestion["score"] == pytest.approx(sum(reason["points"] for reason in suggestion["reasons"]))
    assert "fibre:1" in [each["partner"]["id"] for each in suggestions if each["known"]]


def test_suggestions_follow_their_filters(client: TestClient) -> None:
    address = "/api/v1/actors/uni:1/suggestions"
    assert len(items(client, f"{address}?top=1")) == 1
    assert {
        each["partner"]["group"] for each in items(client, f"{address}?group=company&group=supplier")
    } <= {
        "company",
        "supplier",
    }
    assert not [each for each in items(client, f"{address}?new=true") if each["known"]]


def test_search_finds_the_offer_first(client: TestClient) -> None:
    answer = client.post("/api/v1/search", json={"text": "wheat straw for textile fibres", "top": 3})
    body = answer.json()
    assert set(body) == {"items", "next", "read_as"}
    assert {hit["actor"]["id"] for hit in body["items"]} <= set(IDS)
    assert {hit["actor"]["id"] for hit in body["items"][:2]} & {"straw:1", "fibre:1"}
    scores = [hit["score"] for hit in body["items"]]
    assert scores == sorted(scores, reverse=True)
    assert all(hit["quotes"] for hit in body["items"])


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("We look for wheat straw", "seek"),
        ("Hvem kan bruge halm?", "offer"),
        ("wheat straw", "topic"),
        ("", "topic"),
    ],
)
def test_search_says_how_it_read_the_text(client: TestClient, text: str, read_as: str) -> None:
    assert client.post("/api/v1/search", json={"text": text}).json()["read_as"] == read_as


def score_of(actor_id: str, answer: dict[str, Any]) -> float:
    return float(next(hit["score"] for hit in answer["items"] if hit["actor"]["id"] == actor_id))


def test_search_reads_the_text_as_it_is_told(client: TestClient) -> None:
    def ask(**chosen: str | None) -> dict[str, Any]:
        return dict(client.post("/api/v1/search", json={"text": "wheat straw", **chosen}).json())

    seeking, offering = ask(**{"as": "seek"}), ask(**{"as": "offer"})
    assert (seeking["read_as"], offering["read_as"]) == ("seek", "offer")
    assert score_of("fibre:1", seeking) < score_of("fibre:1", offering), "it looks for straw"
    assert score_of("straw:1", seeking) > score_of("straw:1", offering), "it sells straw"
    assert ask(**{"as": None}) == ask() == ask(**{"as": "topic"})


@pytest.mark.parametrize("told", ["wanted", "", 1, ["seek"]])
def test_search_refuses_a_direction_it_does_not_know(client: TestClient, told: object) -> None:
    answer = client.post("/api/v1/search", json={"text": "straw", "as": told})
    assert answer.status_code == 422
    assert "as" in answer.text


def test_search_knows_the_direction_by_one_name_only(client: TestClient) -> None:
    answer = client.post("/api/v1/search", json={"text": "straw", "direction": "seek"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "text",
    ["", " ", "c++", '"', "(", "a AND", "*", "--", "'; DROP TABLE actors", "%", "NEAR(", "🌾"],
)
def test_search_takes_any_text_literally(client: TestClient, text: str) -> None:
    answer = client.post("/api/v1/search", json={"text": text})
    assert answer.status_code == 200
    if not text.strip():
        assert answer.json() == {"items": [], "next": None, "read_as": "topic"}


def test_search_takes_the_longest_text_allowed(client: TestClient) -> None:
    answer = client.post("/api/v1/search", json={"text": "ø" * MAX_SEARCH_TEXT})
    assert answer.status_code == 200


def test_a_whole_number_may_be_written_with_a_point(client: TestClient) -> None:
    answer = client.post("/api/v1/search", json={"text": "straw", "top": 2.0})
    assert len(answer.json()["items"]) <= 2


def test_search_keeps_to_the_groups_asked_for(client: TestClient) -> None:
    answer = client.post("/api/v1/search", json={"text": "whey", "groups": ["company"], "region": "DK042"})
    assert {hit["actor"]["id"] for hit in answer.json()["items"]} <= {"æøå:ø-1"}


def test_sub_clusters_are_found_one_by_one_with_their_members(
    client: TestClient, workspace: Workspace
) -> None:
    found = items(client, "/api/v1/sub-clusters")
    assert [each["id"] for each in found] == [each.id for each in workspace.published().sub_clusters()]
    for each in found:
        whole = client.get(f"/api/v1/sub-clusters/{quote(each['id'], safe='')}").json()
        assert len(whole["members"]) == each["size"] == sum(each["composition"].values())
        assert {part["id"] for part in whole["parts"]} == {
            other["id"] for other in found if other["parent_id"] == each["id"]
        }
        listed = items(client, f"/api/v1/actors?limit=200&sub_cluster={quote(each['id'], safe='')}")
        assert {actor["id"] for actor in listed} == {member["id"] for member in whole["members"]}


def test_spin_offs_answer_as_a_collection(client: TestClient, workspace: Workspace) -> None:
    assert len(items(client, "/api/v1/spin-offs")) == len(workspace.published().spin_offs())


def test_the_map_names_every_point(client: TestClient, workspace: Workspace) -> None:
    points = items(client, "/api/v1/map")
    assert len(points) == len(workspace.published().points())
    names = {actor[0]: actor[1] for actor in ACTORS}
    for point in points:
        assert point["actor"]["name"] == names[point["actor"]["id"]]
    assert items(client, "/api/v1/map?limit=3") == points[:3]


def test_status_tells_what_is_published_and_no_path(client: TestClient, workspace: Workspace) -> None:
    answer = client.get("/api/v1/status")
    body = answer.json()
    assert body["generation"] == workspace.published().generation
    assert body["actors"] == body["published"]["actors"] == len(ACTORS)
    assert body["stale"] == []
    assert body["damaged_builds"] == 0
    assert str(workspace.folder) not in answer.text


def test_a_client_that_has_the_answer_gets_304_until_another_build(client: TestClient) -> None:
    first = client.get("/api/v1/map")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/v1/map", headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get("/api/v1/map", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_head_is_answered_like_get(client: TestClient) -> None:
    assert client.head("/api/v1/actors").status_code == 200
    assert client.head("/api/v1/actors/nobody").status_code == 404


def test_before_the_first_build_the_api_says_so_and_when_to_come_back(empty_client: TestClient) -> None:
    for address in ("/api/v1/actors", "/api/v1/map", "/api/v1/sub-clusters", "/readyz"):
        answer = empty_client.get(address)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:matchmaker:problem:not-built"
        assert int(answer.headers["Retry-After"]) > 0
    assert empty_client.get("/healthz").status_code == 200
    status = empty_client.get("/api/v1/status").json()
    assert (status["generation"], status["published"], status["actors"]) == (None, None, 0)
