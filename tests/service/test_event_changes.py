"""A schedule changed by hand, repaired, undone, compared and explained over pages, and the desk on the day."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import AbsenceKind, Appointment, ConflictKind, FixKind, Lock, PlanKind
from matchmaker.meetings.unplaced import REASONS
from service.pages.events.frame import DONE, PARTS
from service.pages.events.telling import time_value
from service.pages.wording import WORDINGS
from tests.service.spring_meeting import EVENT, scheduled, set_up
from tests.service.test_event_pages import PAGE, hidden, words, workspace_of

ID = "spring-meeting"
CHANGE = f"{PAGE}/schedule/change"
WISHED = [(f"p{a}", f"p{b}") for a, b in ((1, 6), (2, 7), (3, 8), (1, 7), (2, 8), (3, 6), (4, 6), (5, 7), (4, 8))]
"""Nine wishes; three tables and four slots have room for all of them."""


@pytest.fixture
def planned(arranging: TestClient) -> TestClient:
    """An event with a schedule: version 1."""
    set_up(arranging)
    given = [{"a": a, "b": b, "kind": "meet"} for a, b in WISHED]
    assert arranging.post(f"{EVENT}/preferences", json={"given": given}).status_code == 200
    assert scheduled(arranging, time_limit=2)["state"] == "done"
    return arranging


def meetings(client: TestClient) -> tuple[Appointment, ...]:
    version = workspace_of(client).events.version(ID)
    assert version
    return version.plan.appointments


def latest(client: TestClient) -> int:
    version = workspace_of(client).events.version(ID)
    assert version
    return version.number


def at_once(there: Sequence[Appointment]) -> tuple[Appointment, Appointment]:
    """Two meetings in one slot."""
    return next(
        (one, other) for one in there for other in there if one.span == other.span and one.pair != other.pair
    )


@pytest.mark.parametrize("language", ["da", "en"])
def test_all_kinds_of_changes_and_conflicts_have_words(language: str) -> None:
    texts = WORDINGS[language].texts
    keys = [f"event.conflict.{each}" for each in ConflictKind] + [f"event.broken.{each}" for each in ConflictKind]
    keys += [f"event.fix.{each}" for each in FixKind] + [f"event.plan.{each}" for each in PlanKind]
    keys += [f"event.reason.{each}" for each in (*REASONS, "there_is_room")]
    keys += [f"event.repair.{each}" for each in AbsenceKind]
    keys += [f"event.done.{each}" for each in DONE] + [f"event.part.{each}" for each in PARTS]
    assert [key for key in keys if key not in texts] == []


def test_the_conflict_is_shown_before_a_meeting_is_moved_and_nothing_is_made(planned: TestClient) -> None:
    first, other = at_once(meetings(planned))
    shown = planned.get(
        CHANGE,
        params={"a": first.a, "b": first.b, "starts": time_value(first.span.starts), "table": other.table},
    )
    assert shown.status_code == 200
    assert "so it cannot be made" in words(shown.text)
    assert f"sit at {other.table} at" in words(shown.text)
    assert 'value="move"' not in shown.text
    assert latest(planned) == 1
    forced = planned.post(
        CHANGE,
        data={"a": first.a, "b": first.b, "starts": time_value(first.span.starts), "table": other.table,
              "version": "1", "do": "move"},
    )  # fmt: skip
    assert forced.status_code == 409
    assert "Nothing was changed" in words(forced.text)
    assert latest(planned) == 1
