"""Events over the API: strict bodies, revisions that are heeded, persons for facilitators alone, schedules made beside."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.store.jobs import MOST_WAITING
from tests.service.spring_meeting import API, BODY, EVENT, scheduled, set_up, tag
from tests.service.test_fuzz import json_values
from tests.service.test_problems import check


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(BODY) | fields


def test_an_event_is_set_up_read_changed_and_erased(arranging: TestClient) -> None:
    made = arranging.post(API, json=BODY)
    assert made.status_code == 201
    assert made.headers["location"] == EVENT
    assert [each["starts"][11:16] for each in made.json()["slots"]] == ["09:00", "09:30", "10:00", "10:30"]
    read = arranging.get(EVENT)
    assert read.json() == made.json()
    assert arranging.get(EVENT, headers={"if-none-match": read.headers["etag"]}).status_code == 304
    put = arranging.put(EVENT, json=changed(place="Skive"), headers={"if-match": read.headers["etag"]})
    assert put.json()["place"] == "Skive"
    assert put.headers["etag"] != read.headers["etag"]
    listed = arranging.get(API).json()
    assert [(each["id"], each["place"], each["version"]) for each in listed["items"]] == [
        ("spring-meeting", "Skive", None)
    ]
    assert arranging.delete(EVENT, headers={"if-match": put.headers["etag"]}).status_code == 204
    check(arranging.get(EVENT), 404)


def test_a_change_from_an_old_revision_is_refused_and_one_without_any_too(arranging: TestClient) -> None:
    set_up(arranging)
    old = tag(arranging)
    assert arranging.put(EVENT, json=changed(place="Skive"), headers={"if-match": old}).status_code == 200
    stale = {"if-match": old}
    refused = check(arranging.put(EVENT, json=changed(place="Aarhus"), headers=stale), 412)
    assert "facilitator changed the event" in str(refused["detail"])
    participant = {"actor_id": "gas:1"}
    wish = {"a": "p1", "b": "p2", "kind": "meet"}
    for answer in (
        arranging.delete(EVENT, headers=stale),
        arranging.put(f"{EVENT}/participants/p1", json=participant, headers=stale),
        arranging.delete(f"{EVENT}/participants/p1", headers=stale),
        arranging.post(f"{EVENT}/preferences", json={"given": [wish]}, headers=stale),
        arranging.put(EVENT, json=BODY, headers={"if-match": 'W/"2"'}),
        arranging.put(EVENT, json=BODY, headers={"if-match": '"²"'.encode()}),  # type: ignore[dict-item]
    ):
        check(answer, 412)
    for answer in (
        arranging.put(EVENT, json=BODY),
        arranging.delete(EVENT),
        arranging.put(f"{EVENT}/participants/p1", json=participant),
        arranging.delete(f"{EVENT}/participants/p1"),
    ):
        check(answer, 428)
    assert arranging.get(EVENT).json()["place"] == "Skive"


def test_in_another_zone_everybody_is_there_at_the_same_hours_of_the_clock(arranging: TestClient) -> None:
    set_up(arranging)
    nine_to_ten = [{"starts": "2027-03-04T09:00:00+01:00", "ends": "2027-03-04T10:00:00+01:00"}]
    participant = {"actor_id": "gas:1", "there": nine_to_ten}
    put = arranging.put(f"{EVENT}/participants/p3", json=participant, headers={"if-match": "*"})
    assert put.status_code == 200
    london = changed(zone="Europe/London")
    assert arranging.put(EVENT, json=london, headers={"if-match": tag(arranging)}).status_code == 200
    there = arranging.get(f"{EVENT}/participants/p3").json()["there"]
    assert there == [{"starts": "2027-03-04T09:00:00Z", "ends": "2027-03-04T10:00:00Z"}]


def test_times_of_tables_that_show_other_hours_in_another_zone_are_refused_until_they_are_sent_anew(
    arranging: TestClient,
) -> None:
    def stand(offset: str) -> list[dict[str, Any]]:
        span = {"starts": f"2027-03-04T09:00:00{offset}", "ends": f"2027-03-04T10:00:00{offset}"}
        return [{"name": "Stand", "open": [span]}]

    arranging.post(API, json=changed(tables=stand("+01:00")))
    before, any_ = arranging.get(EVENT).json(), {"if-match": "*"}
    london = changed(zone="Europe/London", tables=before["tables"])
    refused = check(arranging.put(EVENT, json=london, headers=any_), 422)
    assert "Stand" in str(refused["problems"])
    assert arranging.get(EVENT).json() == before
    paris = changed(zone="Europe/Paris", tables=before["tables"])
    assert arranging.put(EVENT, json=paris, headers=any_).json()["tables"] == before["tables"]
    anew = london | {"tables": stand("+00:00")}
    assert arranging.put(EVENT, json=anew, headers=any_).status_code == 200


def test_all_that_is_wrong_with_an_event_is_told_together(arranging: TestClient) -> None:
    session = BODY["sessions"][0]
    bad = changed(
        name=" ",
        zone="Europe/Nowhere",
        sessions=[session, session | {"slot_minutes": 500}],
        tables=[{"name": "A"}, {"name": "A"}],
        rules={"most_meetings": 1, "least_meetings": 2},
    )
    told = check(arranging.post(API, json=bad), 422)["problems"]
    assert isinstance(told, list)
    assert len(told) >= 5
    two = changed(sessions=[session, session | {"name": "Also", "starts": "2027-03-04T10:00"}])
    assert "overlap" in str(check(arranging.post(API, json=two), 422)["problems"])
    assert arranging.get(API).json()["items"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"zone": 5}, "zone"),
        ({"name": "x" * 201}, "name"),
        ({"name": "\x00"}, "name"),
        ({"sessions": [BODY["sessions"][0] | {"starts": "2027-03-04T09:00+01:00"}]}, "sessions.0.starts"),
        ({"sessions": [BODY["sessions"][0] | {"starts": 1804143600}]}, "sessions.0.starts"),
        ({"sessions": [BODY["sessions"][0] | {"starts": "9999-12-31T23:59"}]}, "sessions.0.starts"),
        ({"sessions": [BODY["sessions"][0] | {"slot_minutes": "20"}]}, "sessions.0.slot_minutes"),
        ({"tables": [{"name": "A", "open": [{"starts": "2027-03-04T09:00", "ends": "2027-03-04T10:00Z"}]}]}, "tables.0.open.0.starts"),
        ({"tables": [{"name": "A", "open": [{"starts": "2027-03-04T10:00Z", "ends": "2027-03-04T10:00Z"}]}]}, "tables.0.open.0"),
        ({"rules": {"wishes_weigh": 1.5}}, "rules.wishes_weigh"),
        ({"rules": {"may_meet": [["company"]]}}, "rules.may_meet.0"),
        ({"id": "../etc"}, "id"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_named(arranging: TestClient, fields: dict[str, Any], field: str) -> None:
    check(arranging.post(API, json=changed(**fields)), 422, field)
    assert arranging.get(API).json()["items"] == []


def test_a_form_of_another_site_reaches_nothing(arranging: TestClient) -> None:
    set_up(arranging)
    crossed = {"sec-fetch-site": "cross-site", "if-match": "*"}
    check(arranging.put(EVENT, json=BODY, headers=crossed), 403)
    check(arranging.delete(EVENT, headers=crossed), 403)
    check(arranging.post(f"{EVENT}/propose", headers=crossed), 403)
    check(arranging.post(API, data={"name": "Sneaky"}), 415)
    page = arranging.post("/events/spring-meeting/erase", headers={"origin": "https://evil.example"})
    assert page.status_code == 403
    assert arranging.get(EVENT).status_code == 200


def test_participants_are_added_changed_paged_and_taken_away(arranging: TestClient) -> None:
    set_up(arranging)
    first = arranging.get(f"{EVENT}/participants?limit=5").json()
    rest = arranging.get(f"{EVENT}/participants", params={"cursor": first["next"]}).json()
    ids = [each["id"] for each in first["items"] + rest["items"]]
    assert ids == [f"p{number}" for number in range(1, 9)]
    assert first["items"][4]["actor"] == {
        "id": "a/b %2F c?#",
        "name": "Slash & Sons",
        "group": "service_provider",
    }
    body = {
        "actor_id": "gas:1",
        "there": [{"starts": "2027-03-04T09:00+01:00", "ends": "2027-03-04T10:00+01:00"}],
    }
    put = arranging.put(f"{EVENT}/participants/p3", json=body, headers={"if-match": tag(arranging)})
    assert put.json()["there"] == [{"starts": "2027-03-04T08:00:00Z", "ends": "2027-03-04T09:00:00Z"}]
    assert put.json()["persons"] == []
    check(arranging.get(f"{EVENT}/participants", params={"cursor": first["next"]}), 422, "cursor")
    assert arranging.delete(f"{EVENT}/participants/p3", headers={"if-match": "*"}).status_code == 204
    check(arranging.get(f"{EVENT}/participants/p3"), 404)
    check(arranging.delete(f"{EVENT}/participants/p3", headers={"if-match": "*"}), 404)
    unknown = {"actor_id": "nobody"}
    check(arranging.put(f"{EVENT}/participants/p9", json=unknown, headers={"if-match": "*"}), 404)


def test_wishes_are_given_and_taken_back_all_or_none(arranging: TestClient) -> None:
    set_up(arranging)
    must = {"a": "p6", "b": "p2", "kind": "must_meet"}
    own = {"a": "p1", "b": "p7", "kind": "meet", "of": "p1", "words": "halm"}
    kept = arranging.post(f"{EVENT}/preferences", json={"given": [must, own]})
    assert kept.status_code == 200
    assert kept.headers["etag"] == tag(arranging)
    listed = arranging.get(f"{EVENT}/preferences").json()["items"]
    # What the facilitator wants is the same from either side.
    assert [(each["a"], each["b"], each["of"]) for each in listed] == [("p1", "p7", "p1"), ("p2", "p6", "")]
    nobody = must | {"b": "p99"}
    told = check(
        arranging.post(f"{EVENT}/preferences", json={"given": [own | {"kind": "no_thanks"}, nobody]}), 422
    )
    assert "p99" in str(told["problems"])
    assert arranging.get(f"{EVENT}/preferences").json()["items"] == listed
    check(arranging.post(f"{EVENT}/preferences", json={"given": [own | {"of": "p7"}]}), 422, "given.0")
    taken = arranging.post(f"{EVENT}/preferences", json={"taken_back": [must]})
    assert taken.status_code == 200
    assert len(arranging.get(f"{EVENT}/preferences").json()["items"]) == 1
    assert arranging.get(f"{EVENT}/requests").json() == {"items": [], "next": None}


def test_a_schedule_is_made_beside_the_handlers_and_kept_with_its_bound(arranging: TestClient) -> None:
    set_up(arranging)
    check(arranging.get(f"{EVENT}/schedule"), 404)
    check(arranging.get(f"{EVENT}/schedule/run"), 404)
    assert arranging.post(f"{EVENT}/propose").json()["pairs"] > 0
    arranging.post(f"{EVENT}/preferences", json={"given": [{"a": "p1", "b": "p6", "kind": "must_meet"}]})
    run = scheduled(arranging)
    job = arranging.get(f"/api/v1/jobs/{run['job']}").json()
    assert job["answer"]["version"] == 1
    assert run | {"seconds": 0} == {
        "job": job["id"],
        "state": "done",
        "stopping": False,
        "seconds": 0,
        "time_limit": 5.0,
        "version": 1,
        "problems": [],
    }
    made = arranging.get(f"{EVENT}/schedule").json()
    assert {frozenset((each["a"], each["b"])) for each in made["meetings"]} >= {frozenset(("p1", "p6"))}
    assert made["value"] <= made["bound"] + 1e-9
    assert all(each["starts"].endswith("+01:00") for each in made["meetings"])
    assert scheduled(arranging)["version"] == 2
    assert arranging.get(f"{EVENT}/schedule/1").json() == made
    check(arranging.get(f"{EVENT}/schedule/3"), 404)


def test_demands_that_no_schedule_can_meet_are_told(arranging: TestClient) -> None:
    set_up(arranging)
    musts = [{"a": "p1", "b": f"p{number}", "kind": "must_meet"} for number in range(2, 9)]
    arranging.post(f"{EVENT}/preferences", json={"given": musts})
    run = scheduled(arranging)
    assert run["state"] == "failed"
    assert "p1 must meet" in run["problems"][0]
    check(arranging.get(f"{EVENT}/schedule"), 404)
    page = arranging.get("/events/spring-meeting/schedule").text
    assert "Limfjord Straw (p1) must meet" in page


def test_while_one_waits_no_other_is_asked_for_and_it_can_be_ended(idle: TestClient) -> None:
    set_up(idle)
    first = idle.post(f"{EVENT}/schedule", json={"time_limit": 60}).json()
    assert (first["kind"], first["state"]) == ("schedule", "waiting")
    assert idle.post(f"{EVENT}/schedule", json={"time_limit": 2}).json() == first
    run = idle.get(f"{EVENT}/schedule/run").json()
    assert (run["job"], run["state"], run["time_limit"]) == (first["id"], "waiting", 60)
    assert "Another schedule comes first" in idle.get("/events/spring-meeting/schedule").text
    assert idle.delete(f"{EVENT}/schedule/run").json()["state"] == "cancelled"
    assert idle.get(f"/api/v1/jobs/{first['id']}").json()["state"] == "cancelled"
    assert idle.delete(f"{EVENT}/schedule/run").json()["state"] == "cancelled"
    second = idle.post(f"{EVENT}/schedule", json={"time_limit": 2}).json()
    assert second["id"] != first["id"]
    stopped = idle.post("/events/spring-meeting/schedule/stop", follow_redirects=True)
    assert "there is nothing to keep" in stopped.text
    assert idle.get(f"/api/v1/jobs/{second['id']}").json()["state"] == "cancelled"


def test_too_many_schedules_that_wait_are_refused(idle: TestClient) -> None:
    body = {"name": "Many", "zone": "UTC"}
    for number in range(MOST_WAITING + 1):
        assert idle.post(API, json=body | {"name": f"Many {number}"}).status_code == 201
    answers = [
        idle.post(f"{API}/many-{number}/schedule", json={}).status_code for number in range(MOST_WAITING + 1)
    ]
    assert answers == [202] * MOST_WAITING + [503]


def test_a_schedule_for_no_event_is_refused_at_once(arranging: TestClient) -> None:
    check(arranging.post(f"{API}/nowhere/schedule", json={}), 404)
    check(arranging.post(f"{API}/nowhere/propose"), 404)
    check(arranging.get(f"{API}/nowhere/schedule/run"), 404)
    check(arranging.delete(f"{API}/nowhere/schedule/run"), 404)


def test_persons_are_in_no_version_and_in_no_trail(arranging: TestClient) -> None:
    set_up(arranging)
    arranging.post(f"{EVENT}/propose")
    scheduled(arranging)
    assert "Person 1" in arranging.get(f"{EVENT}/participants").text
    for address in (EVENT, API, f"{EVENT}/schedule", f"{EVENT}/preferences"):
        assert "example.dk" not in arranging.get(address).text
    workspace = arranging.app.state.workspace  # type: ignore[attr-defined]
    assert "example.dk" not in str(workspace.history(limit=1000))


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(
        ["", "/spring-meeting", "/spring-meeting/participants/p1", "/spring-meeting/preferences", "/spring-meeting/schedule"]
    ),
    body=st.dictionaries(
        st.sampled_from(
            ["name", "zone", "sessions", "tables", "rules", "actor_id", "persons", "there", "given", "taken_back", "time_limit", "seed", "x"]
        ),
        json_values,
        max_size=4,
    )
    | json_values,
)  # fmt: skip
def test_no_body_brings_out_a_fault(facilitator: TestClient, path: str, body: object) -> None:
    method = "POST" if path in ("", "/spring-meeting/preferences", "/spring-meeting/schedule") else "PUT"
    answer = facilitator.request(
        method,
        f"{API}{path}",
        content=json.dumps(body).encode(),
        headers={"if-match": "*", "content-type": "application/json"},
    )
    assert answer.status_code in (404, 422), answer.text
