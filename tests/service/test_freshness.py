"""A running service shows a profile that somebody else changed at the next request, before any build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.tiny_cluster import ACTORS, HEADERS, write_csv

SEAWEED = "We dry seaweed in zeppelin hangars."
QUESTION = {"text": "seaweed dried in zeppelin hangars"}


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Workspace]:
    """The workspace as another process has it open."""
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened.import_table(write_csv(tmp_path / "actors.csv", HEADERS, ACTORS), who="test")
        opened.build()
        yield opened


@pytest.fixture
def client(editor: Workspace) -> Iterator[TestClient]:
    with (
        Workspace.open(editor.folder) as served,
        TestClient(create_app(served, open_here=True), base_url="http://127.0.0.1:8000") as opened,
    ):
        yield opened


def test_the_api_finds_new_text_and_no_longer_the_old(client: TestClient, editor: Workspace) -> None:
    old = {"text": "We spin textile fibres from cellulose."}
    assert "We spin textile fibres" in client.post("/api/v1/search", json=old).text
    editor.edit_actor("fibre:1", {"description": SEAWEED}, who="test")
    assert client.post("/api/v1/search", json=QUESTION).json()["items"][0]["actor"]["id"] == "fibre:1"
    assert "We spin textile fibres" not in client.post("/api/v1/search", json=old).text
    assert client.get("/api/v1/actors/fibre:1").json()["description"] == SEAWEED
    assert "We spin textile fibres" not in client.get("/api/v1/actors/uni:1/suggestions").text
    status = client.get("/api/v1/status").json()
    assert status["fresh"] == 1
    assert status["stale"]


def test_the_pages_show_new_text_and_no_longer_the_old(client: TestClient, editor: Workspace) -> None:
    editor.edit_actor("fibre:1", {"description": SEAWEED}, who="test")
    assert SEAWEED in client.get("/search", params={"q": QUESTION["text"]}).text
    shown = client.get("/actors/fibre:1").text
    assert SEAWEED in shown
    assert "We spin textile fibres" not in shown + client.get("/actors/uni:1").text
    for page in ("/", "/actors", "/map", "/map/data.json", "/sub-clusters", "/spin-offs"):
        assert client.get(page).status_code == 200


def test_a_new_actor_has_a_page_and_no_suggestions_yet(
    client: TestClient, editor: Workspace, tmp_path: Path
) -> None:
    row = ("algae:1", "Algae Works", "company", SEAWEED, "", "", "DK", "DK041", "yes")
    editor.import_table(write_csv(tmp_path / "more.csv", HEADERS, (row,)), who="test")
    assert SEAWEED in client.get("/actors/algae:1").text
    assert client.get("/api/v1/actors/algae:1/suggestions").json()["items"] == []
    assert "algae:1" in client.get("/api/v1/actors", params={"q": "algae"}).text


def test_a_kept_answer_and_a_cursor_do_not_outlive_a_change(client: TestClient, editor: Workspace) -> None:
    first = client.get("/api/v1/actors", params={"limit": 3})
    held = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/actors?limit=3", headers=held).status_code == 304
    editor.edit_actor("fibre:1", {"description": SEAWEED}, who="test")
    assert client.get("/api/v1/actors?limit=3", headers=held).status_code == 200
    assert client.get("/api/v1/actors", params={"cursor": first.json()["next"]}).status_code == 422
    editor.edit_actor("fibre:1", {"description": "We spin textile fibres from cellulose."}, who="test")
    assert client.get("/api/v1/actors?limit=3", headers=held).status_code == 304
