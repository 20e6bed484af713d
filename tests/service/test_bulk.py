"""Many actors at once: all or none, every bad line told, and the same again changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.errors import ActorNotFoundError
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.api.bulk import LINES_NOW
from service.app import create_app
from service.limits import MAX_BULK_BYTES
from tests.service.upkeep import NDJSON, lines, mill, over


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def client(own: Workspace) -> TestClient:
    return TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000")


def send(client: TestClient, body: bytes, query: str = "") -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/v1/actors/bulk{query}", content=body, headers=NDJSON)
    return answer.status_code, answer.json()


def test_lines_are_taken_and_the_same_again_changes_nothing(client: TestClient, own: Workspace) -> None:
    body = lines([mill(1, offers=["Flour"], member=False, latitude=56), mill(2, tags=["a", "a", " "])])
    status, told = send(client, body)
    assert (status, told["new"], told["applied"]) == (200, 2, True)
    assert own.actor("mill:1").place.latitude == 56.0
    assert not own.actor("mill:1").member
    assert own.actor("mill:2").tags == ("a",)
    changes = own.history(limit=1)[0].number
    status, told = send(client, body)
    assert (told["new"], told["changed"], told["unchanged"]) == (0, 0, 2)
    assert own.history(limit=1)[0].number == changes
    assert [row.source for row in own.history(subject="mill:1")] == ["api"]


def test_every_bad_line_is_told_and_nothing_is_applied(client: TestClient, own: Workspace) -> None:
    body = b"\n".join(
        [
            json.dumps(mill(1)).encode(),
            b"{not json}",
            b"",
            json.dumps(mill(2, colour="red", group="shop")).encode(),
            json.dumps({"id": "mill:3", "name": " "}).encode(),
            b'["a", "list"]',
            b'{"id": "mill:5", "id": "mill:6", "name": "x", "group": "company"}',
            b'{"id": "mill:7", "name": "x", "group": "company", "latitude": NaN}',
            json.dumps(mill(8, latitude=91, longitude="7", member="yes", offers="flour", tags=[1])).encode(),
            b'{"id": "mill:9", "name": "\\ud800", "group": "company"}',
            b'{"id": "mill:10", "name": "\\u0000", "group": "company"}',
            b'\xff{"id": 1}',
            json.dumps(mill(1)).encode(),
            b"[" * 50_000,
        ]
    )
    status, told = send(client, body)
    assert status == 422
    assert told["type"] == "urn:matchmaker:problem:rows-rejected"
    rows = told["rows"]
    assert isinstance(rows, list)
    found = {(row["line"], row["field"]) for row in rows}
    assert found == {
        (2, ""),
        (4, "colour"),
        (4, "group"),
        (5, "name"),
        (5, "group"),
        (6, ""),
        (7, ""),
        (8, ""),
        (9, "latitude"),
        (9, "longitude"),
        (9, "member"),
        (9, "offers"),
        (9, "tags"),
        (10, "name"),
        (11, "name"),
        (12, ""),
        (13, "id"),
        (14, ""),
    }
    assert all(row["reason"] for row in rows)
    with pytest.raises(ActorNotFoundError):
        own.actor("mill:1")


def test_where_it_is_asked_for_the_good_lines_are_taken(client: TestClient, own: Workspace) -> None:
    body = lines([mill(1), mill(2, colour="red"), mill(3)])
    status, told = send(client, body, "?partial=true")
    assert (status, told["new"], told["rejected"], told["applied"]) == (200, 2, 1, True)
    assert isinstance(told["rows"], list)
    assert told["rows"][0]["line"] == 2
    assert own.actor("mill:3").name == "Mill 3"


def test_a_dry_run_tells_and_changes_nothing(client: TestClient, own: Workspace) -> None:
    body = lines([mill(1), mill(2, colour="red")])
    status, told = send(client, body, "?dry_run=true")
    assert (status, told["new"], told["rejected"], told["applied"]) == (200, 1, 1, False)
    with pytest.raises(ActorNotFoundError):
        own.actor("mill:1")


def test_what_a_person_edited_stays_and_is_told(client: TestClient, own: Workspace) -> None:
    send(client, lines([mill(1, website="https://old.example")]))
    own.edit_actor("mill:1", {"website": "https://by-hand.example"}, who="kim")
    _, told = send(client, lines([mill(1, website="https://new.example", city="Skive")]))
    assert told["kept"] == [{"actor_id": "mill:1", "field": "website"}]
    assert (own.actor("mill:1").website, own.actor("mill:1").place.city) == (
        "https://by-hand.example",
        "Skive",
    )


def test_a_field_that_is_left_out_is_empty(client: TestClient, own: Workspace) -> None:
    send(client, lines([mill(1, description="We mill.", offers=["Flour"])]))
    send(client, lines([mill(1)]))
    assert (own.actor("mill:1").description, own.actor("mill:1").offers) == ("", ())


def test_more_lines_than_a_request_should_wait_for_become_a_job(own: Workspace) -> None:
    body = lines(mill(number) for number in range(LINES_NOW + 1))
    with TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000") as client:
        answer = client.post("/api/v1/actors/bulk", content=body, headers=NDJSON)
        assert answer.status_code == 202
        job = over(client, answer.headers["location"])
        assert job["state"] == "done"
        assert job["answer"] == {
            "applied": True,
            "new": LINES_NOW + 1,
            "changed": 0,
            "unchanged": 0,
            "rejected": 0,
            "kept": [],
            "rows": [],
        }
        assert list((own.folder / "job-inputs").iterdir()) == []
        bad = client.post("/api/v1/actors/bulk", content=body + b"x\n", headers=NDJSON)
        failed = over(client, bad.headers["location"])
    assert failed["state"] == "failed"
    assert failed["problem"]["type"] == "urn:matchmaker:problem:rows-rejected"
    assert failed["answer"]["rows"][0]["line"] == LINES_NOW + 2
    assert own.status().actors == 12 + LINES_NOW + 1


def test_a_body_over_the_limit_leaves_no_file(client: TestClient, own: Workspace) -> None:
    piece = b"x" * (1024 * 1024)
    answer = client.post(
        "/api/v1/actors/bulk",
        content=(piece for _ in range(MAX_BULK_BYTES // len(piece) + 1)),
        headers=NDJSON,
    )
    assert answer.status_code == 413
    assert list((own.folder / "job-inputs").iterdir()) == []


def test_another_type_or_parameter_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/actors/bulk", json=[]).status_code == 415
    assert client.post("/api/v1/actors/bulk?x=1", content=b"", headers=NDJSON).status_code == 422
    status, told = send(client, b"")
    assert (status, told["new"]) == (200, 0)


def test_an_erasure_takes_what_waits_along(client: TestClient, own: Workspace) -> None:
    secret = mill(1, description="zyxquarlimborg")
    body = lines([secret, *(mill(number) for number in range(2, LINES_NOW + 3))])
    address = client.post("/api/v1/actors/bulk", content=body, headers={**NDJSON, "idempotency-key": "a"})
    own.erase_actor("uni:1", who="test")
    job = client.get(address.headers["location"]).json()
    assert (job["state"], job["problem"]["type"]) == ("failed", "urn:matchmaker:problem:input-gone")
    assert not (own.folder / "job-inputs").exists()
    again = client.post("/api/v1/actors/bulk", content=body, headers={**NDJSON, "idempotency-key": "a"})
    assert again.json()["type"] == "urn:matchmaker:problem:answer-not-kept"


def test_one_actor_is_put(client: TestClient, own: Workspace) -> None:
    body = {"name": "Mill", "group": "company", "offers": ["Flour"]}
    address = "/api/v1/actors/mill%2F1"
    first = client.put(address, json=body)
    assert (first.status_code, first.json()) == (201, {"id": "mill/1", "outcome": "new", "kept": []})
    assert first.headers["location"] == address
    assert client.put(address, json=body).json()["outcome"] == "unchanged"
    own.edit_actor("mill/1", {"name": "The Mill"}, who="kim")
    changed = client.put(address, json={**body, "city": "Skive"})
    assert (changed.status_code, changed.json()) == (
        200,
        {"id": "mill/1", "outcome": "changed", "kept": ["name"]},
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"group": "shop"}, "group"),
        ({"colour": "red"}, "colour"),
        ({"latitude": 91}, "latitude"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\x07"}, "name"),
        ({"offers": [1]}, "offers.0"),
        ({"id": "other"}, "id"),
    ],
)
def test_an_actor_that_cannot_be_is_refused(
    client: TestClient, own: Workspace, change: dict[str, object], field: str
) -> None:
    answer = client.put("/api/v1/actors/mill:1", json={"name": "Mill", "group": "company", **change})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    with pytest.raises(ActorNotFoundError):
        own.actor("mill:1")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["id", "name", "group", "offers", "tags", "latitude", "member", "description", "x"])
OBJECTS = st.dictionaries(NAMES, VALUES | st.sampled_from(["company", "a", 1.5, True]), max_size=9)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(sent=st.lists(OBJECTS | VALUES, max_size=4), noise=st.binary(max_size=20))
def test_no_lines_bring_out_a_fault_or_are_taken_by_halves(
    client: TestClient, own: Workspace, sent: list[object], noise: bytes
) -> None:
    before = own.status().actors
    body = b"\n".join([*(json.dumps(each).encode() for each in sent), noise])
    answer = client.post("/api/v1/actors/bulk?dry_run=true", content=body, headers=NDJSON)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    real = client.post("/api/v1/actors/bulk", content=body, headers=NDJSON)
    assert real.status_code == (422 if report["rejected"] else 200), real.text
    if report["rejected"]:
        assert own.status().actors == before
    else:
        assert own.status().actors == before + report["new"]


def test_only_facilitators_take_actors_in(own: Workspace) -> None:
    own.users.add(
        name="F", email="f@example.org", role=UserRole.FACILITATOR, password="correct horse", who="t"
    )
    client = TestClient(create_app(own), base_url="http://127.0.0.1:8000")
    for role, actor_id, status in (
        (UserRole.FIRM, "uni:1", 403),
        (UserRole.ANALYST, "", 403),
        (UserRole.FACILITATOR, "", 200),
    ):
        _, secret = own.users.create_key(name="k", role=role, actor_id=actor_id, who="t")
        headers = {**NDJSON, "authorization": f"Bearer {secret}"}
        assert client.post("/api/v1/actors/bulk", content=b"", headers=headers).status_code == status
