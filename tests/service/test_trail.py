"""The audit trail: a facilitator reads all of it, a firm its own, nobody else any; it is narrowed and stays fast when long."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.trail import TrailFilter
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace
from service.app import create_app

WEBSITE = "=HYPERLINK(1)"


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        opened.edit_actor("uni:1", {"website": "https://a.example"}, who="kim")
        opened.edit_actor("uni:1", {"website": WEBSITE, "tags": ["x", "<script>"]}, who="bo")
        opened.edit_actor("fibre:1", {"city": "Skive"}, who="bo")
        yield opened


@pytest.fixture
def client(own: Workspace) -> TestClient:
    return TestClient(
        create_app(own, open_here=True), base_url="http://127.0.0.1:8000", headers={"accept-language": "en"}
    )


def numbers(client: TestClient, query: str = "", **headers: str) -> list[int]:
    answer = client.get(f"/api/v1/audit?limit=200{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["items"]]


def test_it_is_told_newest_first_and_page_by_page(client: TestClient) -> None:
    everything = numbers(client)
    assert everything == sorted(everything, reverse=True)
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/audit?limit=3&cursor={cursor}").json()
        found += [each["number"] for each in page["items"]]
        cursor = page["next"]
    assert found == everything
    newest = client.get("/api/v1/audit?limit=1").json()["items"][0]
    assert (newest["who"], newest["action"], newest["kind"], newest["subject"]) == (
        "bo",
        "edited",
        "actor",
        "fibre:1",
    )
    assert (newest["before"], newest["after"]) == ({"city": ""}, {"city": "Skive"})


def test_it_is_narrowed(client: TestClient) -> None:
    assert len(numbers(client, "&subject=uni:1&action=edited")) == 2
    assert len(numbers(client, "&who=bo")) == 2
    assert len(numbers(client, "&kind=collaboration")) == 2
    assert numbers(client, "&who=nobody") == []
    assert numbers(client, "&since=2100-01-01") == []
    assert numbers(client, "&until=2000-01-01") == []
    assert numbers(client, "&since=0001-01-01&until=9999-12-31") == numbers(client)
    for day in (
        "tomorrow",
        "0",
        "1e3",
        "-7.15e-209",
        "20270304",
        "2027-3-4",
        "2027-03-04T00:00",
        "2027-02-30",
    ):
        assert client.get(f"/api/v1/audit?since={day}").status_code == 422, day
    assert client.get("/api/v1/audit?sort=x").status_code == 422


def test_a_firm_reads_its_own_and_others_nothing(own: Workspace) -> None:
    client = TestClient(create_app(own), base_url="http://127.0.0.1:8000")
    firm = own.users.create_key(name="k", role=UserRole.FIRM, actor_id="uni:1", who="t")
    analyst = own.users.create_key(name="k", role=UserRole.ANALYST, who="t")
    own.edit_actor("gas:1", {"city": "Struer"}, who=firm[0].id)
    headers = {"authorization": f"Bearer {firm[1]}"}
    items = client.get("/api/v1/audit?limit=200", headers=headers).json()["items"]
    assert {each["subject"] for each in items if each["who"] != firm[0].id} == {"uni:1"}
    assert {each["subject"] for each in items if each["who"] == firm[0].id} == {"gas:1"}
    assert numbers(client, "&subject=fibre:1", **headers) == []
    assert numbers(client, "&who=bo", **headers) == numbers(client, "&who=bo&subject=uni:1", **headers)
    page = client.get("/history", headers=headers)
    assert "uni:1" in page.text
    assert "fibre:1" not in page.text
    assert "fibre:1" not in client.get("/history/download", headers=headers).text
    for path in ("/api/v1/audit", "/history", "/history/download"):
        assert client.get(path, headers={"authorization": f"Bearer {analyst[1]}"}).status_code == 403
    assert client.get("/api/v1/audit").status_code == 401


def test_the_page_shows_what_was_and_what_is(client: TestClient) -> None:
    page = client.get("/history").text
    assert re.search(r"<del>.*https://a\.example</del>", page)
    assert "=HYPERLINK(1)</ins>" in page
    assert "x; &lt;script&gt;" in page
    assert "<script>" not in page.replace('<script src="', "")
    assert "No change fits" in client.get("/history?who=nobody").text
    assert client.get("/history?since=tomorrow").status_code == 422


def test_a_name_finds_what_its_user_or_key_changed(own: Workspace, client: TestClient) -> None:
    added = own.users.add(
        name="Olga Holm",
        email="olga@example.org",
        role=UserRole.FACILITATOR,
        password="correct horse",
        who="t",
    )
    own.edit_actor("gas:1", {"city": "Struer"}, who=added.id)
    _, secret = own.users.create_key(name="k", role=UserRole.FACILITATOR, who="t")
    headers = {"authorization": f"Bearer {secret}"}
    for wanted in ("olga holm", "OLGA@example.org", added.id):
        page = client.get("/history", params={"who": wanted}, headers=headers).text
        assert "Olga Holm" in page
        assert "gas:1" in page
        assert "fibre:1" not in page
    key, firms_secret = own.users.create_key(
        name="Nightly import", role=UserRole.FIRM, actor_id="uni:1", who="t"
    )
    own.edit_actor("fibre:1", {"city": "Holstebro"}, who=key.id)
    named = {"who": "nightly IMPORT"}
    page = client.get("/history", params=named, headers=headers).text
    assert "fibre:1" in page
    assert "gas:1" not in page
    # A firm may not learn from a name which key, or whose, has it.
    assert (
        "No change fits"
        in client.get("/history", params=named, headers={"authorization": f"Bearer {firms_secret}"}).text
    )


def test_the_file_is_whole_and_its_formulas_are_defused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.upkeep.history.ROWS_AT_ONCE", 4)
    answer = client.get("/history/download")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["number"]) for row in rows] == numbers(client)
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    narrowed = client.get("/history/download?who=bo").content.decode("utf-8-sig")
    assert {row["who"] for row in csv.DictReader(io.StringIO(narrowed))} == {"bo"}


def test_a_long_trail_is_searched_by_its_indexes(own: Workspace) -> None:
    """Without reading a hundred thousand rows, as the plan of the database itself says."""
    connection = sqlite3.connect(own.folder / DATABASE)
    connection.executemany(
        "INSERT INTO audit (at, who, action, subject_kind, subject_id, source, before, after)"
        " VALUES (?, ?, 'edited', 'actor', ?, '', '{}', '{}')",
        ((f"2026-01-01T00:00:{n % 60:02}.000+00:00", f"user-{n % 9}", f"a{n}") for n in range(100_000)),
    )
    connection.commit()
    for wanted in (
        "who IN ('x')",
        "action = 'x'",
        "subject_kind = 'x'",
        "subject_id = 'x'",
        "((subject_id = 'x' AND subject_kind = 'actor') OR who = 'y')",
    ):
        plan = " ".join(
            row[3]
            for row in connection.execute(
                f"EXPLAIN QUERY PLAN SELECT * FROM audit WHERE {wanted} ORDER BY number DESC LIMIT 50"
            )
        )
        assert "INDEX" in plan, (wanted, plan)
    connection.close()
    assert len(own.trail.page(TrailFilter(who=("user-3",)), limit=50)) == 50
    assert own.trail.words()[0] == ("added", "edited")


def test_what_one_import_did_is_one_entry_and_nothing_is_passed_over(own: Workspace) -> None:
    entries, more = own.trail.entries(TrailFilter())
    assert not more
    assert sum(entry.count for entry in entries) == len(own.trail.page(TrailFilter(), limit=1000))
    assert [entry.count for entry in entries] == [1, 1, 1, 2, 12]
    assert [row.subject_id for row in entries[0].rows] == ["fibre:1"]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_long_imports_are_told_whole_however_they_are_read(own: Workspace, limit: int) -> None:
    """An import adds and changes by turns; each run is an entry of its own, also where it is longer than one reading."""
    connection = sqlite3.connect(own.folder / DATABASE)
    runs = [("added", 450), ("changed", 30), ("added", 200), ("changed", 1), ("added", 199)]
    for action, count in runs:
        connection.executemany(
            "INSERT INTO audit (at, who, action, subject_kind, subject_id, source, before, after)"
            " VALUES ('2027-01-01T00:00:00.000+00:00', 'x', ?, 'actor', 'a', 'f.csv', '{}', '{}')",
            [(action,)] * count,
        )
    connection.commit()
    connection.close()
    found, before, more = [], 0, True
    while more:
        entries, more = own.trail.entries(TrailFilter(who=("x",)), before=before, limit=limit)
        found += [(entry.rows[0].action, entry.count) for entry in entries]
        before = entries[-1].last
    assert found == runs[::-1]
