"""The open directory over the real app: everybody sees whoever said yes, and learns nothing of anybody else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matchmaker.cli import main
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.cursors import cursor_after

BASE = "http://127.0.0.1:8000"
LISTED = ("uni:1", "fibre:1", "gas:1")
HIDDEN = "town:1"


@pytest.fixture
def folder(built_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    return folder


@pytest.fixture
def town(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An open directory of three actors in a workspace of twelve, where people sign in."""
    monkeypatch.setenv("MATCHMAKER_DIRECTORY", "open")
    with Workspace.open(folder) as opened:
        opened.users.invite(name="K", email="k@x.example", role=UserRole.FACILITATOR, who="operator")
        for actor_id in LISTED:
            opened.directory.list_actor(actor_id, who="operator")
        yield opened


def client_of(workspace: Workspace, role: UserRole | None = None, actor_id: str = "") -> TestClient:
    headers = {"accept-language": "en"}
    if role is not None:
        _, sent = workspace.users.create_key(name="k", role=role, actor_id=actor_id, who="operator")
        headers["authorization"] = f"Bearer {sent}"
    return TestClient(create_app(workspace), base_url=BASE, headers=headers, follow_redirects=False)


def test_everybody_sees_who_said_yes_and_nobody_else(town: Workspace) -> None:
    anonymous = client_of(town)
    answered = anonymous.get("/api/v1/directory").json()
    assert {each["id"] for each in answered["items"]} == set(LISTED)
    page = anonymous.get("/directory")
    assert page.status_code == 200
    names = {actor_id: town.actor(actor_id).name for actor_id in (*LISTED, HIDDEN)}
    assert all(names[each] in page.text for each in LISTED)
    everybody = set(town.published().actor_names())
    for actor_id in everybody - set(LISTED):
        assert town.actor(actor_id).name not in page.text
    entry = anonymous.get("/directory/uni:1")
    actor = town.actor("uni:1")
    assert entry.status_code == 200
    assert all(ware.text in entry.text for ware in (*actor.offers, *actor.requests))
    assert anonymous.get("/api/v1/directory/uni:1").json()["description"] == actor.description
    # No part of the entry tells of others, of the build, or of what is not public.
    assert set(anonymous.get("/api/v1/directory/uni:1").json()) == {
        *("id", "name", "group", "country", "region", "city"),
        *("description", "offers", "requests", "size", "website", "tags"),
    }
    generation = town.published().generation
    assert generation not in entry.text + page.text
    assert town.actor("uni:2").name not in entry.text


def test_not_listed_not_there_and_erased_are_answered_alike(town: Workspace) -> None:
    town.erase_actor("fibre:1", who="operator")
    anonymous = client_of(town)
    for prefix in ("/directory/", "/api/v1/directory/"):
        answers = set()
        for actor_id in (HIDDEN, "fibre:1", "nobody", "uni", "uni:11"):
            answer = anonymous.get(f"{prefix}{actor_id}")
            text = re.sub(r'"request_id":\s*"\w+"', "", answer.text.replace(actor_id, "…"))
            text = re.sub(r"\b[0-9a-f]{16}\b", "", text)
            headers = sorted(name for name in answer.headers if name != "content-length")
            answers.add((answer.status_code, text, tuple(headers)))
        assert len(answers) == 1
        assert answers.pop()[0] == 404
    assert town.directory.listing("fibre:1") is None


def test_no_filter_and_no_cursor_tells_of_who_is_not_listed(town: Workspace) -> None:
    anonymous = client_of(town)
    hidden = town.actor(HIDDEN)
    for query in (f"q={HIDDEN}", f"q={hidden.name}"):
        assert anonymous.get(f"/api/v1/directory?{query}").json()["items"] == []
        assert hidden.name not in anonymous.get(f"/directory?text={hidden.name}").text.replace(
            f'value="{hidden.name}"', ""
        )
    forged = [
        anonymous.get(f"/api/v1/directory?cursor={cursor_after(each, edition='directory')}")
        for each in (HIDDEN, "nobody")
    ]
    assert [each.status_code for each in forged] == [422, 422]
    assert forged[0].json()["detail"] == forged[1].json()["detail"]
    pages = [
        anonymous.get(f"/directory?after={each}").text.replace(each, "…").replace(quote(each), "…")
        for each in (HIDDEN, "nobody")
    ]
    assert pages[0] == pages[1]
    for query in ("member=true", "sub_cluster=x", "country=DK"):
        assert anonymous.get(f"/api/v1/directory?{query}").status_code == 422


def test_pages_of_the_list_come_one_after_the_other(town: Workspace) -> None:
    anonymous = client_of(town)
    seen: list[str] = []
    cursor = ""
    while True:
        answer = anonymous.get(f"/api/v1/directory?limit=1&cursor={cursor}").json()
        seen += [each["id"] for each in answer["items"]]
        cursor = answer["next"] or ""
        if not cursor:
            break
    names = [town.actor(each).name.casefold() for each in seen]
    assert set(seen) == set(LISTED)
    assert len(seen) == 3
    assert names == sorted(names)


def test_a_closed_directory_is_not_there(folder: Path) -> None:
    with Workspace.open(folder) as closed:
        closed.users.invite(name="K", email="k@x.example", role=UserRole.FACILITATOR, who="operator")
        closed.directory.list_actor("uni:1", who="operator")
        for client in (client_of(closed), client_of(closed, UserRole.FACILITATOR)):
            for path in ("/directory", "/directory/uni:1", "/directory/nobody"):
                assert client.get(path).status_code == 404
                assert client.get(f"/api/v1{path}").status_code == 404
        assert "/directory" not in client_of(closed).get("/sign-in").text


def test_nothing_else_is_open_because_the_directory_is(town: Workspace) -> None:
    anonymous = client_of(town)
    for path in ("/api/v1/actors/uni:1", "/api/v1/actors", "/api/v1/map", "/api/v1/status"):
        assert anonymous.get(path).status_code == 401
    assert anonymous.get("/actors/uni:1").status_code == 303
    assert 'href="/directory"' in anonymous.get("/sign-in").text
    for method, path in (
        ("POST", "/directory/town:1"),
        ("PUT", "/api/v1/directory/town:1"),
        ("DELETE", "/api/v1/directory/uni:1"),
    ):
        assert anonymous.request(method, path).status_code == 401
    assert {each.actor_id for each in town.directory.listings()} == set(LISTED)


def test_whoever_sends_a_key_that_is_not_good_is_told_so_where_nobody_needs_one(town: Workspace) -> None:
    analyst = client_of(town, UserRole.ANALYST)
    assert analyst.get("/api/v1/directory").status_code == 200
    bad = {"authorization": "Bearer key-1.2"}
    answered = client_of(town).get("/api/v1/directory", headers=bad)
    assert (answered.status_code, answered.headers["www-authenticate"]) == (401, "Bearer")
    # What a proxy asks its own visitors for is no key.
    assert (
        client_of(town).get("/api/v1/directory", headers={"authorization": "Basic eDp5"}).status_code == 200
    )


def test_a_firm_decides_for_itself_alone_and_can_undo_it(town: Workspace) -> None:
    firm = client_of(town, UserRole.FIRM, HIDDEN)
    assert "Put into the directory" in firm.get(f"/actors/{HIDDEN}").text
    done = firm.post(f"/directory/{HIDDEN}", data={"listed": "yes"})
    assert done.status_code == 303
    page = firm.get(done.headers["location"]).text
    assert "It is in the open directory now" in page
    assert "Undo" in page
    assert client_of(town).get(f"/directory/{HIDDEN}").status_code == 200
    undone = firm.post(f"/directory/{HIDDEN}", data={"listed": "no"})
    assert "It is out of the open directory now" in firm.get(undone.headers["location"]).text
    assert client_of(town).get(f"/directory/{HIDDEN}").status_code == 404
    assert firm.put(f"/api/v1/directory/{HIDDEN}").status_code == 204
    assert firm.put(f"/api/v1/directory/{HIDDEN}").status_code == 204
    history = [(row.action, row.who[:4]) for row in town.history(subject=HIDDEN)][:3]
    assert history == [("listed", "key-"), ("unlisted", "key-"), ("listed", "key-")]
    # Another's is answered as one that is not there.
    for actor_id in ("uni:1", "nobody"):
        assert firm.post(f"/directory/{actor_id}", data={"listed": "no"}).status_code == 404
        assert firm.delete(f"/api/v1/directory/{actor_id}").status_code == 404
    assert 'id="directory"' not in firm.get("/actors/uni:1").text


def test_a_facilitator_decides_on_behalf_of_all_and_an_analyst_of_none(town: Workspace) -> None:
    facilitator, analyst = client_of(town, UserRole.FACILITATOR), client_of(town, UserRole.ANALYST)
    assert analyst.put(f"/api/v1/directory/{HIDDEN}").status_code == 403
    assert analyst.post("/directory/uni:1", data={"listed": "no"}).status_code == 403
    assert 'id="directory"' not in analyst.get("/actors/uni:1").text
    assert facilitator.put(f"/api/v1/directory/{HIDDEN}").status_code == 204
    assert facilitator.delete("/api/v1/directory/uni:1").status_code == 204
    assert {each.actor_id for each in town.directory.listings()} == {*LISTED, HIDDEN} - {"uni:1"}
    assert facilitator.put("/api/v1/directory/nobody").status_code == 404


def test_an_import_leaves_alone_who_is_listed(town: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "again.csv"
    table.write_text(
        "id,name,group,description\nuni:1,New name of it,company,Something new.\n", encoding="utf-8"
    )
    town.import_table(table, who="tests")
    assert {each.actor_id for each in town.directory.listings()} == set(LISTED)
    assert client_of(town).get("/api/v1/directory/uni:1").json()["name"] == "New name of it"


def test_the_operator_shows_adds_and_removes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        status = main(["-w", str(folder), "directory", *arguments])
        told = capfd.readouterr()
        return status, told.out + told.err

    assert run("add", HIDDEN) == (0, f"{HIDDEN} is in the directory.\n")
    assert "as before" in run("add", HIDDEN)[1]
    assert HIDDEN in run("show")[1]
    assert "closed" in run("show")[1]
    assert run("remove", HIDDEN)[0] == 0
    assert HIDDEN not in run("show", "--json")[1]
    status, said = run("add", "nobody")
    assert status == 1
    assert "nobody" in said


def test_an_open_directory_with_nothing_in_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_DIRECTORY", "open")
    with Workspace.open(tmp_path / "empty", create=True) as empty:
        empty.users.invite(name="K", email="k@x.example", role=UserRole.FACILITATOR, who="operator")
        client = client_of(empty)
        assert "Nobody is here yet" in client.get("/directory").text
        assert client.get("/api/v1/directory").json() == {"items": [], "next": None}
        assert client.get("/directory/x").status_code == 404


def test_every_id_has_an_entry_that_the_list_leads_to(town: Workspace) -> None:
    odd = ("a/b %2F c?#", "æøå:ø-1")
    for actor_id in odd:
        town.directory.list_actor(actor_id, who="operator")
    anonymous = client_of(town)
    links = re.findall(r'<th scope="row"><a href="([^"]+)">', anonymous.get("/directory").text)
    assert len(links) == len(LISTED) + len(odd)
    # The test's client unquotes a path once more than a server does.
    plain = [unescape(link) for link in links if "%25" not in link]
    titles = {re.search("<h1>([^<]+)<", anonymous.get(link).text)[1] for link in plain}  # type: ignore[index]
    assert {unescape(each) for each in titles} == {town.actor(each).name for each in (*LISTED, odd[1])}
    for actor_id in odd:
        assert anonymous.get(f"/api/v1/directory/{quote(actor_id, safe='')}").json()["id"] == actor_id


@pytest.mark.parametrize("path", ["%00", "%ff", "%F0%9F%92%A9", "..%2f..%2fetc", "x" * 3000, "<script>"])
def test_no_odd_id_brings_out_a_fault(town: Workspace, path: str) -> None:
    anonymous, firm = client_of(town), client_of(town, UserRole.FIRM, HIDDEN)
    for client in (anonymous, firm):
        for prefix in ("/directory/", "/api/v1/directory/"):
            answer = client.get(prefix + path)
            assert answer.status_code in (404, 422)
            assert "<script>" not in answer.text or prefix.startswith("/api/")
    assert firm.post(f"/directory/{path}", data={"listed": "yes"}).status_code in (404, 422)
    assert firm.put(f"/api/v1/directory/{path}").status_code in (404, 422)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "group=nobody", "cursor=x", "q=%00", "x=1", "cursor=" + "A" * 3000]
)
def test_bad_questions_are_refused_by_field(town: Workspace, query: str) -> None:
    answer = client_of(town).get(f"/api/v1/directory?{query}")
    assert answer.status_code == 422
    assert answer.json()["field"]
