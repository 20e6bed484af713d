"""Agendas, calendars, lists, requests, round tables, targets and the report over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.handing_out import MEDIA_TYPES
from tests.service.spring_meeting import EVENT, scheduled, set_up, tag
from tests.service.test_fuzz import json_values

CSV = {"content-type": "text/csv"}
GOOD = "Firma;Navn\nLimfjord Straw;Åse Ærø\n"
NEW = (
    (f"{EVENT}/requests", "POST"),
    (f"{EVENT}/requests/p1/p2", "POST"),
    (f"{EVENT}/round-tables", "POST"),
    ("/api/v1/targets", "POST"),
)


def test_agendas_are_values_with_local_times_and_no_addresses(arranging: TestClient) -> None:
    set_up(arranging)
    assert arranging.get(f"{EVENT}/agendas").status_code == 404
    given = [{"a": "p1", "b": "p2", "kind": "must_meet"}]
    arranging.post(f"{EVENT}/preferences", json={"given": given})
    assert scheduled(arranging)["state"] == "done"
    page = arranging.get(f"{EVENT}/agendas").json()
    assert len(page["items"]) == 8
    assert "example.dk" not in json.dumps(page)
    (own,) = arranging.get(f"{EVENT}/agendas", params={"participant": "p1"}).json()["items"]
    (meeting,) = [each for each in own["entries"] if each["kind"] == "meeting"]
    assert meeting["meets"]["participant"] == "p2"
    assert meeting["starts"].endswith("+01:00")
    assert arranging.get(f"{EVENT}/agendas", params={"version": 9}).status_code == 404
    first = arranging.get(f"{EVENT}/agendas", params={"limit": 3}).json()
    rest = arranging.get(f"{EVENT}/agendas", params={"limit": 10, "cursor": first["next"]}).json()
    assert first["items"] + rest["items"] == page["items"]


def test_a_calendar_is_found_by_its_path_until_it_is_renewed(arranging: TestClient) -> None:
    set_up(arranging)
    paths = {
        each["participant"]: each["path"] for each in arranging.get(f"{EVENT}/calendars").json()["items"]
    }
    assert len(set(paths.values())) == 8
    assert arranging.get(paths["p1"]).headers["content-type"].startswith("text/calendar")
    new = arranging.post(f"{EVENT}/calendars/p1/renew").json()["path"]
    assert new != paths["p1"]
    assert arranging.get(paths["p1"]).status_code == 404
    assert arranging.get(new).status_code == 200
    assert arranging.post(f"{EVENT}/calendars/nobody/renew").status_code == 404


def test_a_list_is_taken_in_whole_or_not_at_all(arranging: TestClient) -> None:
    set_up(arranging)
    address, before = f"{EVENT}/lists/participants", tag(arranging)
    dry = arranging.post(address, content=GOOD.encode(), headers=CSV, params={"dry_run": "true"}).json()
    assert (dry["applied"], dry["new"], tag(arranging)) == (False, 1, before)
    wrong = arranging.post(address, content=(GOOD + "Nobody;Eve\n").encode(), headers=CSV).json()
    assert wrong["applied"] is False
    assert [(each["row"], each["column"]) for each in wrong["rejections"]] == [(3, "Firma")]
    assert tag(arranging) == before
    late = arranging.post(address, content=GOOD.encode(), headers={**CSV, "if-match": '"1"'})
    assert late.status_code == 412
    done = arranging.post(address, content=GOOD.encode(), headers={**CSV, "if-match": before}).json()
    assert done["applied"] is True
    assert f'"{done["revision"]}"' == tag(arranging)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "text/csv", 422),
        (b"PK broken", MEDIA_TYPES["xlsx"], 422),
        (b"x" * (4 * 1024 * 1024 + 1), "text/csv", 413),
    ],
)
def test_what_is_no_list_is_refused(arranging: TestClient, content: bytes, kind: str, status: int) -> None:
    set_up(arranging)
    answer = arranging.post(f"{EVENT}/lists/participants", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert "/tmp" not in answer.text


def test_a_request_is_asked_and_answered_on_behalf_of_whoever_may(arranging: TestClient) -> None:
    set_up(arranging)
    asked = arranging.post(f"{EVENT}/requests", json={"sender": "p1", "recipient": "p2", "words": "straw"})
    assert (asked.status_code, asked.json()["state"]) == (201, "pending")
    one = f"{EVENT}/requests/p1/p2"
    assert arranging.post(one, json={"state": "declined", "reason": "too_far"}).json()["reason"] == "too_far"
    assert arranging.post(one, json={"state": "accepted"}).status_code == 422
    assert arranging.post(one, json={"state": "pending"}).json()["state"] == "pending"
    assert arranging.post(one, json={"state": "expired"}).status_code == 422
    assert arranging.post(one, json={"state": "cancelled"}).json()["state"] == "cancelled"
    assert arranging.post(f"{EVENT}/requests/p2/p1", json={"state": "accepted"}).status_code == 404
    nobody = arranging.post(f"{EVENT}/requests", json={"sender": "p1", "recipient": "p99"})
    assert nobody.status_code == 422
    assert "p99" in nobody.json()["problems"][0]


def test_everybody_is_seated_with_what_is_proven(arranging: TestClient) -> None:
    set_up(arranging)
    assert arranging.get(f"{EVENT}/round-tables").status_code == 404
    made = arranging.post(f"{EVENT}/round-tables", json={"size": 4, "rounds": 2}).json()
    assert made["bound"] <= made["cost"]
    assert sorted(guest for table in made["rounds"][0] for guest in table) == [
        f"p{each}" for each in range(1, 9)
    ]
    assert arranging.get(f"{EVENT}/round-tables").json() == made
    assert arranging.post(f"{EVENT}/round-tables", json={"size": 1}).status_code == 422


def test_targets_and_the_report_are_values(arranging: TestClient) -> None:
    set_up(arranging)
    body = {"measure": "committed", "goal": 3, "starts": "2026-01-01", "months": 24, "across_groups": True}
    made = arranging.post("/api/v1/targets", json=body)
    assert made.status_code == 201
    target = made.json()
    assert arranging.get("/api/v1/targets").json()["items"] == [target]
    report = arranging.get("/api/v1/event-report", params={"event": "spring-meeting"}).json()
    assert [each["target"] for each in report["targets"]] == [target]
    assert next(each["step"] for each in report["chain"]["steps"]) == "proposed"
    assert arranging.get("/api/v1/event-report", params={"event": "nobody"}).status_code == 404
    window = {"since": "2027-01-01", "until": "2026-01-01"}
    assert arranging.get("/api/v1/event-report", params=window).status_code == 422
    assert arranging.delete(made.headers["location"]).status_code == 204
    assert arranging.delete(made.headers["location"]).status_code == 404


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_body_brings_out_a_fault(arranging: TestClient, data: st.DataObject) -> None:
    path, method = data.draw(st.sampled_from(NEW))
    body: Any = data.draw(json_values)
    content = json.dumps(body).encode()
    answer = arranging.request(method, path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (404, 422), answer.text
