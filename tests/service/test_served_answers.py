"""A running service heeds what was said of a match at the next request, and no kept answer hides it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.tiny_cluster import ACTORS, HEADERS, write_csv

ADDRESS = "/api/v1/actors/uni:1/suggestions"


@pytest.fixture
def facilitator(tmp_path: Path) -> Iterator[Workspace]:
    """The workspace as another process has it open."""
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened.import_table(write_csv(tmp_path / "actors.csv", HEADERS, ACTORS), who="test")
        opened.build()
        yield opened


@pytest.fixture
def client(facilitator: Workspace) -> Iterator[TestClient]:
    with (
        Workspace.open(facilitator.folder) as served,
        TestClient(create_app(served, open_here=True), base_url="http://127.0.0.1:8000") as opened,
    ):
        yield opened


def partners(client: TestClient) -> list[str]:
    return [each["partner"]["id"] for each in client.get(ADDRESS).json()["items"]]


def test_api_and_pages_propose_neither_side_of_a_declined_match(
    client: TestClient, facilitator: Workspace
) -> None:
    first, second = partners(client)[:2]
    held = client.get(ADDRESS).headers["etag"]
    facilitator.answer("uni:1", first, Judgement(AnswerKind.DECLINED), who="test")
    assert client.get(ADDRESS, headers={"If-None-Match": held}).status_code == 200
    assert partners(client)[0] == second
    assert "uni:1" not in client.get(f"/api/v1/actors/{first}/suggestions").text
    assert f'<h3><a href="/actors/{first}' not in client.get("/actors/uni:1").text


def test_a_pinned_partner_comes_first_and_is_marked_in_both_languages(
    client: TestClient, facilitator: Workspace
) -> None:
    last = partners(client)[-1]
    assert "Put first" not in client.get("/actors/uni:1?lang=en").text
    facilitator.answer("uni:1", last, Judgement(AnswerKind.PINNED), who="test")
    first, *others = client.get(ADDRESS).json()["items"]
    assert (first["partner"]["id"], first["pinned"]) == (last, True)
    assert not any(each["pinned"] for each in others)
    for language, words in (("en", "Put first by a facilitator"), ("da", "Sat øverst af en facilitator")):
        assert client.get(f"/actors/uni:1?lang={language}").text.count(words) == 1


def test_a_list_in_pages_can_be_read_to_its_end_while_answers_come_in(
    client: TestClient, facilitator: Workspace
) -> None:
    cursor = client.get("/api/v1/actors?limit=5").json()["next"]
    facilitator.answer("uni:1", "fibre:1", Judgement(AnswerKind.KNOWN), who="test")
    assert client.get("/api/v1/actors", params={"limit": 5, "cursor": cursor}).status_code == 200
