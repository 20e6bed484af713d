"""A schedule changed, repaired, undone, compared and explained over the API, and what came of meetings."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service.spring_meeting import EVENT, scheduled, set_up
from tests.service.test_event_changes import WISHED

ANY = {"if-match": "*"}
FIRST = {"if-match": '"version-1"'}


@pytest.fixture
def planned(arranging: TestClient) -> TestClient:
    """An event with a schedule: version 1."""
    set_up(arranging)
    given = [{"a": a, "b": b, "kind": "meet"} for a, b in WISHED]
    assert arranging.post(f"{EVENT}/preferences", json={"given": given}).status_code == 200
    assert scheduled(arranging, time_limit=2)["state"] == "done"
    return arranging


def meetings(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{EVENT}/schedule").json()["meetings"]
    return found


def remove(one: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "remove", "a": one["a"], "b": one["b"]}


def test_the_schedule_has_a_tag_that_no_event_has(planned: TestClient) -> None:
    assert planned.get(f"{EVENT}/schedule").headers["etag"] == '"version-1"'
    event_tag = planned.get(EVENT).headers["etag"]
    refused = planned.post(
        f"{EVENT}/edits", json={"edit": remove(meetings(planned)[0])}, headers={"if-match": event_tag}
    )
    assert refused.status_code == 412


def test_a_dry_run_tells_all_conflicts_and_the_edit_is_refused_with_the_same(planned: TestClient) -> None:
    one, other = next(
        (one, other)
        for one in meetings(planned)
        for other in meetings(planned)
        if one["starts"] == other["starts"] and one != other
    )
    edit = {"kind": "move", "a": one["a"], "b": one["b"], "starts": one["starts"], "table": other["table"]}
    dry = planned.post(f"{EVENT}/edits", json={"edit": edit, "dry_run": True})
    assert dry.status_code == 200
    conflicts = dry.json()["conflicts"]
    assert [each["kind"] for each in conflicts] == ["table_taken"]
    assert {conflicts[0]["participant"], conflicts[0]["other"]} == {other["a"], other["b"]}
    made = planned.post(f"{EVENT}/edits", json={"edit": edit}, headers=FIRST)
    assert made.status_code == 422
    assert made.json()["type"] == "urn:matchmaker:problem:edit-rejected"
    assert made.json()["conflicts"] == conflicts
    assert planned.get(f"{EVENT}/schedule").json()["number"] == 1


def test_an_edit_makes_a_version_and_the_second_of_two_is_told(planned: TestClient) -> None:
    one, other = meetings(planned)[:2]
    assert planned.post(f"{EVENT}/edits", json={"edit": remove(one)}).status_code == 428
    made = planned.post(f"{EVENT}/edits", json={"edit": remove(one)}, headers=FIRST)
    assert made.status_code == 200
    assert made.headers["etag"] == '"version-2"'
    assert made.json()["schedule"]["kind"] == "removed"
    # Also what cannot be any more is told as late, and not as something that stands in the way.
    again = planned.post(f"{EVENT}/edits", json={"edit": remove(one)}, headers=FIRST)
    assert again.status_code == 412
    late = planned.post(f"{EVENT}/edits", json={"edit": remove(other)}, headers=FIRST)
    assert late.status_code == 412
    assert late.json()["type"] == "urn:matchmaker:problem:event-changed"
    assert len(meetings(planned)) == len(WISHED) - 1
    lock = {"kind": "lock", "pairs": [[each["a"], each["b"]] for each in meetings(planned)]}
    locked = planned.post(f"{EVENT}/edits", json={"edit": lock}, headers={"if-match": '"version-2"'})
    assert all(each["locked"] for each in locked.json()["schedule"]["meetings"])


def test_undo_redo_and_restore_go_through_the_versions(planned: TestClient) -> None:
    one = meetings(planned)[0]
    for step in ("undo", "redo"):
        refused = planned.post(f"{EVENT}/{step}", headers=FIRST)
        assert refused.status_code == 422
        assert refused.json()["problems"]
        assert planned.post(f"{EVENT}/{step}").status_code == 428
    planned.post(f"{EVENT}/edits", json={"edit": remove(one)}, headers=ANY)
    undone = planned.post(f"{EVENT}/undo", headers={"if-match": '"version-2"'})
    assert (undone.json()["number"], undone.json()["kind"]) == (3, "undone")
    assert one in undone.json()["meetings"]
    redone = planned.post(f"{EVENT}/redo", headers={"if-match": undone.headers["etag"]})
    assert one not in redone.json()["meetings"]
    restored = planned.post(f"{EVENT}/restore", json={"number": 1}, headers=ANY)
    assert one in restored.json()["meetings"]
    assert planned.post(f"{EVENT}/restore", json={"number": 99}, headers=ANY).status_code == 422
    page = planned.get(f"{EVENT}/versions", params={"limit": 2}).json()
    assert [(each["number"], each["kind"]) for each in page["items"]] == [(1, "scheduled"), (2, "removed")]
    assert page["items"][1]["dropped"] == 1
    rest = planned.get(f"{EVENT}/versions", params={"cursor": page["next"]}).json()
    assert [each["kind"] for each in rest["items"]] == ["undone", "redone", "restored"]
    assert rest["next"] is None
    compared = planned.get(f"{EVENT}/comparison", params={"before": 1, "after": 2}).json()
    assert compared["dropped"] == [one]
    assert set(compared["affected"]) == {one["a"], one["b"]}
    assert planned.get(f"{EVENT}/comparison", params={"before": 1, "after": 99}).status_code == 422


def test_a_repair_says_what_it_would_do_and_then_does_it(planned: TestClient) -> None:
    event = planned.get(EVENT).json()
    span = {"starts": event["slots"][0]["starts"], "ends": event["slots"][-1]["ends"]}
    body = {"absences": [{"participant": "p6", "kind": "cancelled", "span": span}]}
    dry = planned.post(f"{EVENT}/repair", json=body | {"dry_run": True})
    assert dry.status_code == 200
    assert dry.json()["schedule"] is None
    assert all(each["reason"] == "not_there" for each in dry.json()["dropped"])
    assert len(dry.json()["dropped"]) == 3
    assert planned.post(f"{EVENT}/repair", json=body).status_code == 428
    made = planned.post(f"{EVENT}/repair", json=body, headers=FIRST)
    assert made.json()["dropped"] == dry.json()["dropped"]
    assert made.headers["etag"] == '"version-2"'
    assert all("p6" not in (each["a"], each["b"]) for each in meetings(planned))
    assert planned.get(f"{EVENT}/versions").json()["items"][1]["absences"] == 1
    unknown = {"absences": [{"participant": "p99", "kind": "no_show", "span": span}]}
    answer = planned.post(f"{EVENT}/repair", json=unknown, headers=ANY)
    assert answer.status_code == 422
    assert "p99" in answer.json()["problems"][0]


def test_wishes_without_a_meeting_are_explained(planned: TestClient) -> None:
    assert planned.get(f"{EVENT}/explanations").json() == {"items": [], "next": None}
    one = meetings(planned)[0]
    pair = {"a": one["a"], "b": one["b"]}
    assert planned.get(f"{EVENT}/explanation", params=pair).status_code == 422
    planned.post(f"{EVENT}/edits", json={"edit": remove(one)}, headers=FIRST)
    items = planned.get(f"{EVENT}/explanations").json()["items"]
    assert [(each["reason"], each["fix"]["kind"]) for each in items] == [("there_is_room", "nothing")]
    assert planned.get(f"{EVENT}/explanation", params=pair).json() == items[0]


def said(a: str, b: str, by: str = "", **what: object) -> dict[str, Any]:
    return {"a": a, "b": b, "by": by, "said": what}


def test_outcomes_are_said_read_and_taken_back(planned: TestClient) -> None:
    one = meetings(planned)[0]
    a, b = sorted((one["a"], one["b"]))
    statements = [
        said(b, a, topic="attendance", missing=[]),
        said(a, b, a, topic="rating", value=4),
        said(a, b, b, topic="follow_up", came_of="negotiation_started", on="2027-09-01"),
        said(a, b, b, topic="no_good", reason="too_far", words="Fire timer"),
        said(a, b, topic="commitment", level="project", on="2027-11-15", title="Græs"),
    ]
    kept = planned.post(f"{EVENT}/outcomes", json={"statements": statements})
    assert kept.json() == {"new": 5}
    assert planned.post(f"{EVENT}/outcomes", json={"statements": statements}).json() == {"new": 0}
    (outcome,) = planned.get(f"{EVENT}/outcomes").json()["items"]
    assert (outcome["a"], outcome["b"], outcome["held"], outcome["missing"]) == (a, b, True, [])
    assert outcome["ratings"] == {a: 4}
    assert outcome["follow_ups"][b] == {"came_of": "negotiation_started", "on": "2027-09-01"}
    assert outcome["committed"] == {"level": "project", "on": "2027-11-15", "title": "Græs"}
    assert outcome["spontaneous"] is False
    pair = {"a": b, "b": a}
    assert planned.delete(f"{EVENT}/outcomes", params=pair).json() == {"topic": "commitment", "by": ""}
    for _ in range(4):
        assert planned.delete(f"{EVENT}/outcomes", params=pair).status_code == 200
    gone = planned.delete(f"{EVENT}/outcomes", params=pair)
    assert gone.status_code == 404
    assert gone.json()["type"] == "urn:matchmaker:problem:outcome-not-found"
    assert planned.get(f"{EVENT}/outcomes").json()["items"] == []


@pytest.mark.parametrize(
    "statement",
    [
        said("p1", "p1", topic="attendance"),
        said("p1", "p6", topic="rating", value=4),
        said("p1", "p6", "p2", topic="rating", value=4),
        said("p1", "p6", "p1", topic="rating", value=6),
        said("p1", "p6", "p1", topic="rating", value=True),
        said("p1", "p6", "p1", topic="attendance"),
        said("p1", "p6", topic="attendance", missing=["p2"]),
        said("p1", "p6", topic="attendance", missing=None),
        said("p1", "p6", topic="commitment", level="eternal", on="2027-11-15"),
        said("p1", "p6", topic="commitment", level="project", on="2026-01-01"),
        said("p1", "p6", topic="commitment", level="project", on="0001-01-01"),
        said("p1", "p6", topic="commitment", level="project", on=5),
        said("p1", "p6", "p1", topic="no_good", reason="other", words="a\nb"),
        said("p1", "p99", topic="attendance"),
        said("p1", "p6", topic="nothing"),
        said("p1", "p6", topic="attendance", more=1),
    ],
)
def test_statements_that_cannot_be_are_refused_and_none_is_kept(
    planned: TestClient, statement: dict[str, Any]
) -> None:
    good = said("p2", "p7", topic="attendance")
    answer = planned.post(f"{EVENT}/outcomes", json={"statements": [good, statement]})
    assert answer.status_code == 422, answer.text
    assert planned.get(f"{EVENT}/outcomes").json()["items"] == []


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"kind": "explode"},
        {"kind": "move", "a": "p1"},
        {"kind": "move", "a": "p1", "b": "p6", "starts": "2027-03-04T09:00"},
        {"kind": "move", "a": "p1", "b": "p6", "starts": 5},
        {"kind": "add", "a": "p1", "b": "p6"},
        {"kind": "lock", "pairs": []},
        {"kind": "lock", "pairs": [["p1"]]},
        {"kind": "remove", "a": "p1", "b": "p6", "table": "Table 1"},
        {"kind": "remove", "a": "p1", "b": "p\x002"},
        {"kind": "remove", "a": "p98", "b": "p99"},
        {"kind": "add", "a": "p1", "b": "p1", "starts": "2027-03-04T09:00:00Z"},
    ],
)
def test_edits_that_cannot_be_are_refused(planned: TestClient, edit: dict[str, Any]) -> None:
    answer = planned.post(f"{EVENT}/edits", json={"edit": edit}, headers=ANY)
    assert answer.status_code == 422, answer.text
    assert planned.get(f"{EVENT}/schedule").json()["number"] == 1


@pytest.mark.parametrize("tag", ["", "x", '"1"', 'W/"version-1"', '"version-²"', '"version-99999999999"'])
def test_a_tag_that_names_no_version_is_refused(planned: TestClient, tag: str) -> None:
    headers = {"if-match": tag.encode()}
    assert planned.post(f"{EVENT}/undo", headers=headers).status_code == 412  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "edits", {"edit": {"kind": "remove", "a": "p1", "b": "p2"}, "dry_run": True}),
        ("POST", "repair", {"dry_run": True}),
        ("POST", "undo", None),
        ("POST", "restore", {"number": 1}),
        ("GET", "explanations", None),
        ("GET", "comparison?before=1&after=2", None),
    ],
)
def test_without_a_schedule_or_an_event_it_is_told(
    arranging: TestClient, method: str, path: str, body: object
) -> None:
    set_up(arranging)
    answer = arranging.request(method, f"{EVENT}/{path}", json=body, headers=ANY)
    assert answer.status_code in (404, 422)
    nowhere = arranging.request(method, f"/api/v1/events/nowhere/{path}", json=body, headers=ANY)
    assert nowhere.status_code == 404
    assert nowhere.json()["type"] == "urn:matchmaker:problem:event-not-found"
