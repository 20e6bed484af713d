"""An event over HTTP that tests begin with: eight participants of the tiny cluster, four slots, three tables."""

from __future__ import annotations

import time
from typing import Any

from fastapi.testclient import TestClient

API = "/api/v1/events"
EVENT = f"{API}/spring-meeting"
BODY: dict[str, Any] = {
    "name": "Spring meeting",
    "place": "Viborg",
    "zone": "Europe/Copenhagen",
    "sessions": [
        {
            "name": "Morning",
            "starts": "2027-03-04T09:00",
            "ends": "2027-03-04T11:00",
            "slot_minutes": 20,
            "break_minutes": 10,
        }
    ],
    "tables": [{"name": f"Table {number}"} for number in (1, 2, 3)],
}
ACTORS = ("straw:1", "fibre:1", "gas:1", "æøå:ø-1", "a/b %2F c?#", "uni:1", "uni:2", "town:1")

PAGE = "/events/spring-meeting"
FORM = {
    "name": "Spring meeting",
    "place": "Viborg",
    "zone": "Europe/Copenhagen",
    "session_name": ["Morning"],
    "session_day": ["2027-03-04"],
    "session_starts": ["09:00"],
    "session_ends": ["11:00"],
    "session_slot": ["20"],
    "session_break": ["10"],
    "number": "3",
    "pair": ["company+supplier", "company+knowledge_institution"],
    "least": "0",
    "most": "",
    "wishes_weigh": "0.5",
    "fairness": "0",
    "met_before": "later",
    "do": "save",
}
"""What the form of an event sends where the event is new."""


def set_up(client: TestClient) -> None:
    """The event with its participants ``p1`` to ``p8``."""
    answer = client.post(API, json=BODY)
    assert answer.status_code == 201, answer.text
    for number, actor_id in enumerate(ACTORS, 1):
        body = {
            "actor_id": actor_id,
            "persons": [{"name": f"Person {number}", "email": f"p{number}@example.dk"}],
        }
        put = client.put(f"{EVENT}/participants/p{number}", json=body, headers={"if-match": "*"})
        assert put.status_code == 200, put.text


def tag(client: TestClient) -> str:
    """The event's entity tag as it is now."""
    return client.get(EVENT).headers["etag"]


def scheduled(client: TestClient, *, time_limit: float = 5.0) -> dict[str, Any]:
    """Have a schedule made and wait for it; how the run ended."""
    begun = client.post(f"{EVENT}/schedule", json={"time_limit": time_limit})
    assert begun.status_code == 202, begun.text
    assert begun.headers["location"] == f"/api/v1/jobs/{begun.json()['id']}"
    return ended(client)


def ended(client: TestClient) -> dict[str, Any]:
    """Wait for the run of the event that was begun last; how it ended."""
    for _ in range(600):
        run: dict[str, Any] = client.get(f"{EVENT}/schedule/run").json()
        if run["state"] not in ("waiting", "running"):
            return run
        time.sleep(0.05)
    raise TimeoutError("the schedule")
