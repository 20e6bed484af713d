"""Long work over the API: taken on at once, done beside the handlers, told, cancelled, fetched."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.jobs import JobState, Lane
from matchmaker.working.known import BUILD
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.upkeep import over


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy that may be written to."""
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def serving(own: Workspace) -> Iterator[TestClient]:
    """A service with its workers."""
    with TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def idle(own: Workspace) -> TestClient:
    """The same without workers, so that jobs wait."""
    return TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000")


def test_a_build_is_taken_on_at_once_and_done(serving: TestClient, own: Workspace) -> None:
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    before = serving.get("/api/v1/builds").json()["items"][0]["id"]
    asked = serving.post("/api/v1/builds")
    assert asked.status_code == 202
    assert asked.headers["location"] == f"/api/v1/jobs/{asked.json()['id']}"
    job = over(serving, asked.headers["location"])
    assert (job["state"], job["problem"], job["answer"]["made"]) == ("done", None, True)
    builds = serving.get("/api/v1/builds").json()["items"]
    assert [each["id"] for each in builds] == [job["answer"]["generation"], before]
    assert [each["published"] for each in builds] == [True, False]
    assert serving.get("/api/v1/status").json()["generation"] == builds[0]["id"]


def test_while_a_build_waits_it_does_for_all_who_ask(idle: TestClient) -> None:
    first, second = (idle.post("/api/v1/builds").json() for _ in range(2))
    assert first["id"] == second["id"]
    assert first["state"] == "waiting"
    assert first["who"] == "facilitator"


def test_a_job_that_waits_is_cancelled_and_stays_so(idle: TestClient, own: Workspace) -> None:
    address = idle.post("/api/v1/builds").headers["location"]
    assert idle.delete(address).json()["state"] == "cancelled"
    assert idle.delete(address).json()["state"] == "cancelled"
    assert own.jobs.runner(Lane.HEAVY).work_off() == 0
    actions = [(row.action, row.subject_kind) for row in own.history(limit=2)]
    assert actions == [("cancelled", "job"), ("asked", "job")]


def test_a_build_that_is_cancelled_in_the_middle_leaves_nothing(own: Workspace) -> None:
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    published = own.status().published
    job = own.jobs.ask(BUILD, who="kim")

    def cancelling(step: str, _done: int, _total: int) -> None:
        if step == "landscape":
            own.jobs.cancel(job.id, who="kim")

    # A worker whose work cancels itself at a step of its choice is the surest middle.
    kind = own.jobs.kind(BUILD)
    begun = own._store.jobs.begin(Lane.HEAVY)
    assert begun is not None
    from matchmaker.working.kinds import Stopped, Task

    def progress(step: str, done: int, total: int) -> None:
        cancelling(step, done, total)
        if own.jobs.one(job.id).cancelling:
            raise Stopped

    with pytest.raises(Stopped):
        kind.work(Task(job.id, {}, "kim", None, own.jobs.results / job.id, progress))
    assert own.status().published == published
    assert [each.name for each in (own.folder / "builds").iterdir() if each.name.startswith(".making")] == []
    # Nobody is at work on it any more, so the next worker ends it.
    assert own.jobs.runner(Lane.HEAVY).work_off() == 0
    assert own.jobs.one(job.id).state is JobState.CANCELLED


def test_the_landscape_is_written_to_a_file_that_can_be_fetched(serving: TestClient) -> None:
    asked = serving.post("/api/v1/exports/landscape", json={"format": "zip"})
    assert asked.status_code == 202
    job = over(serving, asked.headers["location"])
    assert job["state"] == "done", job
    fetched = serving.get(job["file"])
    assert fetched.headers["content-type"] == "application/zip"
    assert "actors.csv" in zipfile.ZipFile(io.BytesIO(fetched.content)).namelist()
    assert job["answer"]["rows"] > 0


def test_of_a_job_without_a_file_there_is_none(idle: TestClient) -> None:
    address = idle.post("/api/v1/builds").headers["location"]
    assert idle.get(f"{address}/file").status_code == 404
    assert idle.get("/api/v1/jobs/nothing/file").status_code == 404
    assert idle.get("/api/v1/jobs/nothing").json()["type"] == "urn:matchmaker:problem:job-not-found"


def test_jobs_are_listed_page_by_page(idle: TestClient) -> None:
    for _ in range(3):
        idle.post("/api/v1/exports/landscape", json={})
    idle.post("/api/v1/builds")
    first = idle.get("/api/v1/jobs?limit=2").json()
    second = idle.get(f"/api/v1/jobs?limit=2&cursor={first['next']}").json()
    kinds = [each["kind"] for each in first["items"] + second["items"]]
    assert kinds == ["build", *["landscape-export"] * 3]
    assert second["next"] is None
    assert len(idle.get("/api/v1/jobs?kind=build&state=waiting").json()["items"]) == 1
    assert idle.get("/api/v1/jobs?state=done").json()["items"] == []
    assert idle.get("/api/v1/jobs?state=lost").status_code == 422
    assert idle.get("/api/v1/jobs?cursor=x").status_code == 422


def test_the_build_before_is_published_again_and_back(serving: TestClient, own: Workspace) -> None:
    assert serving.post("/api/v1/builds/roll-back").status_code == 409
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    over(serving, serving.post("/api/v1/builds").headers["location"])
    new, old = (each["id"] for each in serving.get("/api/v1/builds").json()["items"])
    for wanted in (old, old, new):
        answer = serving.post(f"/api/v1/builds/roll-back?to={wanted}")
        assert answer.status_code == 200
        assert serving.get("/api/v1/status").json()["generation"] == wanted
    assert serving.post("/api/v1/builds/roll-back").json()["id"] == old
    assert serving.post("/api/v1/builds/roll-back?to=nothing").status_code == 409
    trail = serving.get("/api/v1/audit?kind=build").json()["items"]
    assert [each["subject"] for each in trail] == [old, new, old]
    assert trail[0]["before"] == {"published": new}


def test_a_damaged_build_is_not_gone_back_to(serving: TestClient, own: Workspace) -> None:
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    over(serving, serving.post("/api/v1/builds").headers["location"])
    new, old = (each["id"] for each in serving.get("/api/v1/builds").json()["items"])
    victim = next(each for each in (own.folder / "builds" / old).iterdir() if each.suffix == ".arrow")
    victim.write_bytes(victim.read_bytes()[:-9])
    assert serving.post("/api/v1/builds/roll-back").status_code == 503
    assert serving.get("/api/v1/status").json()["generation"] == new
    assert serving.get("/api/v1/audit?kind=build").json()["items"] == [], (
        "what was not done is not in the trail"
    )
