"""A service that is killed in the middle of a job is started again, and the job is finished: nothing half, nothing twice."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from matchmaker.workspace import Workspace
from tests.service.test_serving import Served
from tests.service.upkeep import lines

WORDS = ("straw", "whey", "biogas", "cellulose", "compost", "fish", "glass", "steel", "wool", "algae", "heat")


MANY = 600
"""Actors of whom a build takes some seconds, so that it can be met in the middle."""


def many(count: int) -> bytes:
    """Actors whose texts differ, so that a build of them takes a while."""
    return lines(
        {
            "id": f"many:{number}",
            "name": f"Many {number}",
            "group": "company",
            "description": f"We make {WORDS[number % 11]} from {WORDS[number // 11 % 11]} number {number}.",
            "offers": [f"{WORDS[number % 7]} in lots of {number}"],
        }
        for number in range(count)
    )


@pytest.fixture
def folder(built_folder: Path, tmp_path: Path) -> Path:
    """A copy with more actors than its build has."""
    copy, body = tmp_path / "own", tmp_path / "many.ndjson"
    shutil.copytree(built_folder, copy)
    body.write_bytes(many(MANY))
    with Workspace.open(copy) as workspace:
        workspace.import_lines(body, who="test")
    return copy


def job_at(served: Served, address: str) -> dict[str, Any]:
    status, body, _ = served.ask("GET", address)
    assert status == 200
    job: dict[str, Any] = json.loads(body)
    return job


def in_the_middle(served: Served, address: str) -> None:
    """Wait until the build has taken its first steps."""
    end = time.monotonic() + 180
    while True:
        job = job_at(served, address)
        if job["state"] == "running" and job["progress"]["step"] not in ("", "passages"):
            return
        assert job["state"] in ("waiting", "running"), "it was done before it could be killed"
        assert time.monotonic() < end, job
        time.sleep(0.02)


def done(served: Served, address: str) -> dict[str, Any]:
    end = time.monotonic() + 300
    while (job := job_at(served, address))["state"] in ("waiting", "running"):
        assert time.monotonic() < end, job
        time.sleep(0.2)
    return job


def test_a_build_whose_service_is_killed_is_finished_by_the_next_one(folder: Path, free_port: int) -> None:
    before = {each.name for each in (folder / "builds").iterdir() if each.is_dir()}
    served = Served(folder, free_port)
    status, _, headers = served.ask("POST", "/api/v1/builds")
    assert status == 202
    address = headers["location"]
    in_the_middle(served, address)
    served.process.kill()
    served.process.communicate()
    with Workspace.open(folder) as workspace:
        assert {workspace.status().published} == before, "what was published is untouched"
    again = Served(folder, free_port)
    try:
        job = done(again, address)
        assert (job["state"], job["tries"], job["answer"]["made"]) == ("done", 2, True), job
        assert job["answer"]["actors"] == 12 + MANY
        published = json.loads(again.ask("GET", "/api/v1/status")[1])
        assert (published["generation"], published["stale"]) == (job["answer"]["generation"], [])
        names = {each.name for each in (folder / "builds").iterdir() if each.is_dir()}
        assert names == before | {job["answer"]["generation"]}
    finally:
        again.stop(signal.SIGTERM)
    with Workspace.open(folder) as workspace:
        assert workspace.damage() == ()
        assert [each.tries for each in workspace.jobs.page()] == [2]


def test_a_service_that_is_told_to_stop_hands_its_job_on(folder: Path, free_port: int) -> None:
    served = Served(folder, free_port)
    address = served.ask("POST", "/api/v1/builds")[2]["location"]
    in_the_middle(served, address)
    code, _, _ = served.stop(signal.SIGTERM)
    assert code == 0
    again = Served(folder, free_port)
    try:
        assert done(again, address)["state"] == "done"
    finally:
        again.stop(signal.SIGTERM)


def test_two_services_over_one_workspace_do_a_job_once(folder: Path, free_port: int) -> None:
    first = Served(folder, free_port)
    second = Served(folder, 0)
    second.port = int(second.line.rpartition(":")[2])
    try:
        address = first.ask("POST", "/api/v1/builds")[2]["location"]
        assert second.ask("POST", "/api/v1/builds")[2]["location"] == address, "asked of either, it is one"
        job = done(second, address)
        assert (job["state"], job["tries"]) == ("done", 1)
        assert done(first, address) == job
    finally:
        first.stop(signal.SIGTERM)
        second.stop(signal.SIGTERM)
