"""What the page of a schedule says of people and shows of meetings, and how it stays small."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.service.spring_meeting import BODY, EVENT, scheduled, set_up, tag

PAGE = "/events/spring-meeting/schedule"
NONE = re.compile(r"<strong>\d+ ha(?:s|ve) none:</strong>.*?\.")
AWAY = re.compile(r"<strong>\d+ do(?:es)? not come:</strong>.*?\.")


WISHED = (("p1", "p2"), ("p1", "p3"), ("p4", "p5"), ("p2", "p6"), ("p7", "p8"))


def made(client: TestClient) -> None:
    """The event with a schedule."""
    set_up(client)
    given = [{"a": a, "b": b, "kind": "meet"} for a, b in WISHED]
    assert client.post(f"{EVENT}/preferences", json={"given": given}).status_code == 200
    assert scheduled(client)["state"] == "done"


def test_who_does_not_come_is_not_counted_among_those_without_a_meeting(arranging: TestClient) -> None:
    made(arranging)
    slots = arranging.get(EVENT).json()["slots"]
    span = {"starts": slots[0]["starts"], "ends": slots[-1]["ends"]}
    body = {"absences": [{"participant": "p1", "kind": "no_show", "span": span}]}
    repaired = arranging.post(f"{EVENT}/repair", json=body, headers={"if-match": '"version-1"'})
    assert repaired.is_success, repaired.text
    page = arranging.get(PAGE).text
    away = AWAY.search(page)
    assert away is not None
    assert "1 does not come" in away[0]
    none = NONE.search(page)
    assert none is None or "straw:1" not in none[0]


def test_a_day_of_many_places_shows_one_session_at_a_time(arranging: TestClient) -> None:
    body = BODY | {
        "sessions": [
            BODY["sessions"][0],
            BODY["sessions"][0]
            | {"name": "Afternoon", "starts": "2027-03-04T12:00", "ends": "2027-03-04T17:00"},
        ],
        "tables": [{"name": f"Table {number}"} for number in range(1, 41)],
    }
    made(arranging)
    assert arranging.put(EVENT, json=body, headers={"if-match": tag(arranging)}).status_code == 200
    assert scheduled(arranging)["state"] == "done"
    first, second = (arranging.get(PAGE, params={"session": number}).text for number in (1, 2))
    assert first.count('class="plan-grid"') == second.count('class="plan-grid"') == 1
    assert 'aria-current="true">Morning</a>' in first
    assert 'aria-current="true">Afternoon</a>' in second
    # A number that no session has leads to the last one.
    assert 'aria-current="true">Afternoon</a>' in arranging.get(PAGE, params={"session": 99}).text
    meetings = arranging.get(f"{EVENT}/schedule").json()["meetings"]
    shown = sum(page.count('href="schedule/change?a=') for page in (first, second))
    assert shown == len(meetings) > 0


def test_a_small_day_shows_all_sessions_together(arranging: TestClient) -> None:
    made(arranging)
    page = arranging.get(PAGE).text
    assert "Sessions" not in page
    assert page.count('class="plan-grid"') == 1


def test_an_older_version_cannot_be_changed_from_its_grid(arranging: TestClient) -> None:
    made(arranging)
    scheduled(arranging)
    assert "schedule/change?a=" in arranging.get(PAGE).text
    older = arranging.get(PAGE, params={"version": 1}).text
    assert "schedule/change?a=" not in older
    assert re.search(r'href="wishes\?a=p\d&amp;b=p\d#pair"', older)
