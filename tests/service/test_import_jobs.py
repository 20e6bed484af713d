"""Tables over the API as a job: asked for or too large to wait for, with the report that an answer at once would have been."""

from __future__ import annotations

import io
import shutil
import signal
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matchmaker.jobs import JobState, Lane
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.api.imports import BYTES_NOW
from service.app import create_app
from tests.service.test_jobs_killed import done
from tests.service.test_problems import check
from tests.service.test_serving import Served

API = "/api/v1/imports"
CSV = {"content-type": "text/csv"}
ASYNC = {"prefer": "respond-async"}
GOOD = b"id,name,group,description\nnew:1,New One,company,We weave wool\nuni:1,Changed,university,Silk\n"
BAD = b"id,name,group\nnew:1,New One,company\nnew:2,,company\nnew:3,Three,no such group\n"


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def client(own: Workspace) -> TestClient:
    """A service without workers, so that jobs wait until a test works them off."""
    return TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000")


def work_off(own: Workspace) -> int:
    return own.jobs.runner(Lane.LIGHT).work_off()


def job_of(client: TestClient, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    job: dict[str, Any] = client.get(answer.headers["location"]).json()
    return job


def files(own: Workspace) -> list[str]:
    return sorted(each.name for each in own.jobs.inputs.iterdir()) if own.jobs.inputs.is_dir() else []


def test_a_small_table_is_answered_at_once_unless_a_job_is_asked_for(
    client: TestClient, own: Workspace
) -> None:
    trial = client.post(f"{API}?dry_run=true", content=GOOD, headers=CSV)
    assert trial.status_code == 200
    answer = client.post(f"{API}?dry_run=true", content=GOOD, headers=CSV | ASYNC)
    assert answer.headers["preference-applied"] == "respond-async"
    job = job_of(client, answer)
    assert (job["kind"], job["state"], job["who"]) == ("import", "waiting", "facilitator")
    assert work_off(own) == 1
    over = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (over["state"], over["answer"]) == ("done", trial.json())
    assert files(own) == []
    assert own.actor("uni:1").name != "Changed", "it was a trial"


@pytest.mark.parametrize(
    ("prefer", "status"),
    [
        ("respond-async", 202),
        ("Respond-Async", 202),
        ("wait=10, respond-async", 202),
        ("respond-async; foo=1", 202),
        ("return=minimal", 200),
        ("respond-asynchronously", 200),
        ("", 200),
    ],
)
def test_the_preference_is_read_as_its_standard_writes_it(
    client: TestClient, prefer: str, status: int
) -> None:
    sent = client.post(f"{API}?dry_run=true", content=GOOD, headers=CSV | {"prefer": prefer})
    assert sent.status_code == status
    assert ("preference-applied" in sent.headers) == (status == 202)


def test_a_job_takes_in_what_an_answer_at_once_would(client: TestClient, own: Workspace) -> None:
    several = {
        "actors": ("firmaer.csv", b"Nummer,Firma,Slags\nnew:1,New One,company\n", "text/csv"),
        "collaborations": (
            "samarbejder.csv",
            b"id,title,signed,participants\nc:9,Joint,2024-02-01,new:1; uni:1\n",
            "text/csv",
        ),
    }
    query = f"{API}?map=Nummer%3Did&map=Firma%3Dname&map=Slags%3Dgroup"
    trial = client.post(f"{query}&dry_run=true", files=several).json()
    job = job_of(client, client.post(query, files=several, headers=ASYNC))
    with pytest.raises(Exception, match="new:1"):
        own.actor("new:1")
    assert work_off(own) == 1
    answer = client.get(f"/api/v1/jobs/{job['id']}").json()["answer"]
    assert answer == trial | {"applied": True}
    assert answer["collaborations"]["new_ids"] == ["c:9"]
    assert own.actor("new:1").name == "New One"
    assert client.get(API).json()["items"][0]["source"] == "firmaer.csv"


def test_of_bad_rows_nothing_is_taken_and_the_job_names_them(client: TestClient, own: Workspace) -> None:
    at_once = client.post(f"{API}?dry_run=true", content=BAD, headers=CSV).json()
    job = job_of(client, client.post(API, content=BAD, headers=CSV | ASYNC))
    work_off(own)
    over = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert over["state"] == "failed"
    assert over["problem"]["type"].startswith("urn:matchmaker:problem:")
    assert over["answer"]["applied"] is False
    assert over["answer"]["rejections"] == at_once["rejections"]
    assert {(each["row"], each["column"]) for each in over["answer"]["rejections"]} >= {(3, "name")}
    partial = job_of(client, client.post(f"{API}?partial=true", content=BAD, headers=CSV | ASYNC))
    work_off(own)
    taken = client.get(f"/api/v1/jobs/{partial['id']}").json()
    assert (taken["state"], taken["answer"]["actors"]["new_ids"]) == ("done", ["new:1"])
    assert taken["answer"]["rejected"] == len(at_once["rejections"])


def test_a_file_that_is_no_table_is_said_to_be_none_without_telling_where_it_lay(
    client: TestClient, own: Workspace
) -> None:
    check(client.post(API, content=b"%PDF-1.7", headers=CSV | ASYNC), 415)
    job = job_of(client, client.post(API, content=b"PK\x03\x04broken", headers=CSV | ASYNC))
    work_off(own)
    over = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert over["state"] == "failed"
    assert over["answer"]["notes"]
    assert str(own.folder) not in str(over)
    assert files(own) == []


def test_a_large_table_becomes_a_job_by_itself(client: TestClient, own: Workspace) -> None:
    text = b"We spin wool. " * 100
    rows = BYTES_NOW // len(text) + 10
    body = b"id,name,group,description\n" + b"".join(
        b"big:%d,Big %d,company,%s\n" % (number, number, text) for number in range(rows)
    )
    answer = client.post(API, content=body, headers=CSV)
    assert "preference-applied" not in answer.headers
    job = job_of(client, answer)
    assert work_off(own) == 1
    over = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (over["state"], over["answer"]["actors"]["new"]) == ("done", rows)


def test_a_repeated_request_is_one_job(client: TestClient, own: Workspace) -> None:
    headers = CSV | ASYNC | {"idempotency-key": "once"}
    first, second = (client.post(API, content=GOOD, headers=headers) for _ in range(2))
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["preference-applied"] == "respond-async"
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["location"] == first.headers["location"]
    assert check(client.post(API, content=BAD, headers=headers), 422)["type"].endswith("key-used")
    assert work_off(own) == 1
    assert len(client.get("/api/v1/jobs?kind=import").json()["items"]) == 1


def test_a_cancelled_import_leaves_nothing(client: TestClient, own: Workspace) -> None:
    job = job_of(client, client.post(API, content=GOOD, headers=CSV | ASYNC))
    assert len(files(own)) == 1
    assert client.delete(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert files(own) == []
    assert work_off(own) == 0
    assert own.actor("uni:1").name != "Changed"


def test_what_is_kept_for_a_job_is_the_tables_alone_and_its_owners(
    client: TestClient, own: Workspace
) -> None:
    client.post(API, content=GOOD, headers=CSV | ASYNC)
    (kept,) = own.jobs.inputs.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(io.BytesIO(kept.read_bytes())) as packed:
        assert packed.namelist() == ["actors/actors.csv"]
        assert packed.read("actors/actors.csv") == GOOD


def test_a_job_that_died_in_the_middle_is_done_by_the_next(client: TestClient, own: Workspace) -> None:
    job = job_of(client, client.post(API, content=GOOD, headers=CSV | ASYNC))
    begun = own._store.jobs.begin(Lane.LIGHT)
    assert begun is not None
    # It had unpacked its files when it died.
    left = own.jobs.inputs / f"{begun.arguments['input']}.tables" / "actors"
    left.mkdir(parents=True)
    (left / "actors.csv").write_bytes(b"half")
    assert work_off(own) == 1
    over = own.jobs.one(job["id"])
    assert (over.state, over.tries) == (JobState.DONE, 2)
    assert own.actor("uni:1").name == "Changed"
    assert files(own) == []


def test_only_a_facilitator_imports_and_sees_the_job(own: Workspace) -> None:
    clients = {}
    for role in UserRole:
        _, key = own.users.create_key(
            name="k", role=role, actor_id="uni:1" if role is UserRole.FIRM else "", who="operator"
        )
        clients[role] = TestClient(
            create_app(own), base_url="http://127.0.0.1:8000", headers={"authorization": f"Bearer {key}"}
        )
    sent = {role: each.post(API, content=GOOD, headers=CSV | ASYNC) for role, each in clients.items()}
    assert {role: each.status_code for role, each in sent.items()} == {
        UserRole.FACILITATOR: 202,
        UserRole.FIRM: 403,
        UserRole.ANALYST: 403,
    }
    address = sent[UserRole.FACILITATOR].headers["location"]
    assert [clients[each].get(address).status_code for each in (UserRole.FIRM, UserRole.ANALYST)] == [403] * 2


def test_an_import_whose_service_is_killed_is_done_by_the_next_one(
    built_folder: Path, tmp_path: Path, free_port: int
) -> None:
    folder = tmp_path / "killed"
    shutil.copytree(built_folder, folder)
    text = b"We spin wool from many sheep. " * 40
    body = b"id,name,group,description\n" + b"".join(
        b"big:%d,Big %d,company,%s\n" % (number, number, text) for number in range(4000)
    )
    served = Served(folder, free_port)
    connection = HTTPConnection("127.0.0.1", free_port, timeout=60)
    connection.request("POST", API, body, {"content-type": "text/csv"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 202
    served.process.kill()
    served.process.communicate()
    again = Served(folder, free_port)
    try:
        job = done(again, str(answer.headers["location"]))
        assert job["state"] == "done", job
        counted = job["answer"]["actors"]
        assert counted["new"] + counted["unchanged"] == 4000
    finally:
        again.stop(signal.SIGTERM)
    with Workspace.open(folder) as workspace:
        assert sum(each.id.startswith("big:") for each in workspace._store.actors()) == 4000
        assert files(workspace) == []
