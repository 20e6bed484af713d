"""A schedule that was asked for outlives its service: killed in the middle, the next one makes it, once."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from matchmaker.workspace import Workspace
from tests.service.test_jobs_killed import done, job_at
from tests.service.test_serving import Served
from tests.working.hard_event import hold

HARD, EASY = "/api/v1/events/hard", "/api/v1/events/easy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with an event that is searched for a while, and one that is not."""
    made = tmp_path / "workspace"
    with Workspace.open(made, create=True) as workspace:
        hold(workspace, tmp_path, people=24, event_id="easy")
        hold(workspace, tmp_path, people=400)
    return made


def searching(served: Served, address: str) -> None:
    end = time.monotonic() + 60
    while job_at(served, address)["progress"]["step"] != "search":
        assert time.monotonic() < end
        time.sleep(0.02)


def asked(served: Served, event: str, seconds: int) -> str:
    status, _, headers = served.ask("POST", f"{event}/schedule", {"time_limit": seconds})
    assert status == 202
    return headers["location"]


def run_of(served: Served, event: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(served.ask("GET", f"{event}/schedule/run")[1])
    return run


def test_schedules_whose_service_is_killed_are_made_by_the_next_one(folder: Path, free_port: int) -> None:
    served = Served(folder, free_port)
    first, second = asked(served, HARD, 4), asked(served, EASY, 4)
    searching(served, first)
    assert run_of(served, EASY)["state"] == "waiting", "one is searched for at a time"
    served.process.kill()
    served.process.communicate()
    with Workspace.open(folder) as workspace:
        assert workspace.events.version("hard") is None
    again = Served(folder, free_port)
    try:
        jobs = [done(again, each) for each in (first, second)]
        assert [(each["state"], each["tries"], each["answer"]["version"]) for each in jobs] == [
            ("done", 2, 1),
            ("done", 1, 1),
        ]
        assert run_of(again, HARD) | {"seconds": 0} == {
            "job": jobs[0]["id"],
            "state": "done",
            "stopping": False,
            "seconds": 0,
            "time_limit": 4.0,
            "version": 1,
            "problems": [],
        }
    finally:
        again.stop(signal.SIGTERM)
    with Workspace.open(folder) as workspace:
        assert [each.number for each in workspace.events.versions("hard")] == [1]


def test_the_best_is_kept_of_a_search_that_is_ended_in_another_service(folder: Path, free_port: int) -> None:
    first = Served(folder, free_port)
    second = Served(folder, 0)
    second.port = int(second.line.rpartition(":")[2])
    try:
        address = asked(first, HARD, 120)
        searching(first, address)
        assert asked(second, HARD, 5) == address, "asked of either, it is one"
        # Either may be the one that searches; both can end it.
        status, answer, _ = second.ask("DELETE", f"{HARD}/schedule/run")
        assert (status, json.loads(answer)["state"]) == (200, "running")
        job = done(first, address)
        assert (job["state"], job["tries"], job["answer"]["stopped"]) == ("done", 1, True)
        assert job["answer"]["meetings"] > 0
        assert json.loads(second.ask("GET", f"{HARD}/schedule")[1])["number"] == 1
    finally:
        first.stop(signal.SIGTERM)
        second.stop(signal.SIGTERM)
