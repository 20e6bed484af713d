"""Before there is anything: an empty workspace, actors without a build, one actor alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.reading_pages import BASE, DANISH, ENGLISH, PAGES, text_of
from tests.service.tiny_cluster import write_csv


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
