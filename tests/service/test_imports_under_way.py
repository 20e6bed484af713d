"""An import of the pages is a job: it shows how far it is, can be left, stopped, and is finished by the next service after a kill."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.jobs import JobState, Lane
from matchmaker.users import UserRole
from matchmaker.working.imports import IMPORT
from matchmaker.working.kinds import Task
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.importing import steps
from tests.service.test_import_pages import GOOD, MIXED, client_of, send
from tests.service.test_serving import Served

PASSWORD = "en sten i hver en sko"


@pytest.fixture
def opened(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy on whose jobs nobody works but a test that says so."""
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        yield workspace


@pytest.fixture
def client(opened: Workspace, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(steps, "PATIENCE", 0.0)
    return client_of(opened)


def work_off(workspace: Workspace) -> int:
    return workspace.jobs.runner(Lane.LIGHT).work_off()


def test_the_page_can_be_left_and_come_back_to(client: TestClient, opened: Workspace) -> None:
    step = send(client, GOOD)
    waiting = client.post(f"{step}/preview", data={"do": "take_in"})
    assert waiting.status_code == 202
    assert "It waits for its turn." in waiting.text
    assert "making.js" in waiting.text, "with a script it goes on by itself"
    assert f'href="{step}/taking"' in waiting.text, "without one it is loaded again"
    for address in (step, f"{step}/preview"):
        assert client.get(address).headers["location"] == f"{step}/taking"
    assert f'href="{step}/taking"' in client.get("/import").text
    assert f'href="{step}/taking"' in client.get("/").text
    danish = client.get(f"{step}/taking?lang=da")
    assert "Den venter på sin tur." in danish.text
    assert client.post(f"{step}/preview", data={"do": "take_in"}).status_code == 202
    assert len(opened.jobs.page(kind=IMPORT)) == 1, "pressed again, it is the same import"
    assert len([*opened.jobs.inputs.iterdir()]) == 1
    assert work_off(opened) == 1
    made = client.get(f"{step}/taking").headers["location"]
    assert re.fullmatch(r"/import/made/\d+\?done=imported", made)
    assert "2 nye" in client.get(made).text
    assert opened.actor("østergård-skive").name == "Østergård"
    assert client.get(f"{step}/taking").headers["location"] == made, "also for whoever comes back later"
    assert client.get(step).status_code == 404, "the file is gone"
    assert not [*opened.jobs.inputs.iterdir()]
    assert step not in client.get("/import").text


def test_what_was_said_of_the_columns_is_remembered(client: TestClient, opened: Workspace) -> None:
    step = send(client, "Firmaet;Hvad\nNy Mejeri ApS;virksomhed\n")
    said = {"header.actors": ["Firmaet", "Hvad"], "field.actors": ["name", "group"], "default_group": ""}
    assert client.post(step, data={"do": "look", **said}).status_code == 303
    client.post(f"{step}/preview", data={"do": "take_in"})
    work_off(opened)
    again = send(client, "Firmaet;Hvad\nAnden ApS;virksomhed\n")
    assert "1 new organisation" in client.get(f"{again}/preview").text


def test_the_same_file_again_changes_nothing_and_says_so(client: TestClient, opened: Workspace) -> None:
    for expected in ("imported", "same"):
        step = send(client, GOOD)
        client.post(f"{step}/preview", data={"do": "take_in"})
        work_off(opened)
        assert client.get(f"{step}/taking").headers["location"].endswith(f"done={expected}")


def test_one_that_waits_is_stopped_at_once_and_its_file_stays(client: TestClient, opened: Workspace) -> None:
    before = opened.content()
    step = send(client, GOOD)
    client.post(f"{step}/preview", data={"do": "take_in"})
    stopped = client.post(f"{step}/taking", data={"do": "stop"}).headers["location"]
    back = client.get(stopped).headers["location"]
    assert back == f"{step}/preview?done=stopped"
    assert "The import was stopped. Nothing was changed" in client.get(back).text
    assert work_off(opened) == 0
    assert opened.content() == before
    client.post(f"{step}/preview", data={"do": "take_in"})
    assert work_off(opened) == 1
    assert "done=imported" in client.get(f"{step}/taking").headers["location"]


def test_one_that_is_stopped_while_it_stores_leaves_nothing_half(
    client: TestClient, opened: Workspace
) -> None:
    before = opened.content()
    step = send(client, rows(2_000))
    client.post(f"{step}/preview", data={"do": "take_in"})
    (job,) = opened.jobs.page(kind=IMPORT)
    kind = opened.jobs.kind(IMPORT)
    told: list[tuple[str, int]] = []

    def following(step: str, done: int, _total: int) -> None:
        told.append((step, done))
        if done:
            raise KeyboardInterrupt

    task = Task(
        job.id,
        job.arguments,
        job.who,
        opened.jobs.input(str(job.arguments["input"])),
        Path("none"),
        following,
    )
    with pytest.raises(KeyboardInterrupt):
        kind.work(task)
    assert told[-1] == ("storing", 500), "in the middle of its transaction"
    assert opened.content() == before
    assert work_off(opened) == 1
    assert opened.jobs.one(job.id).state is JobState.DONE


def test_one_that_is_refused_leads_back_to_what_is_wrong(client: TestClient, opened: Workspace) -> None:
    before = opened.content()
    step = send(client, MIXED)
    client.post(f"{step}/preview", data={"do": "take_in"})
    work_off(opened)
    refused = client.get(f"{step}/taking")
    assert refused.status_code == 422
    assert "Some rows cannot be accepted" in refused.text
    assert opened.content() == before
    client.post(f"{step}/preview", data={"do": "take_good"})
    work_off(opened)
    assert "done=imported" in client.get(f"{step}/taking").headers["location"]


def test_an_import_is_seen_and_stopped_by_whoever_asked_for_it_alone(opened: Workspace) -> None:
    for name in ("anna", "bo"):
        opened.users.add(
            name=name,
            email=f"{name}@cluster.example",
            role=UserRole.FACILITATOR,
            password=PASSWORD,
            who="tests",
        )
    app = create_app(opened)

    def signed_in(name: str) -> TestClient:
        found = TestClient(
            app,
            base_url="http://127.0.0.1:8000",
            headers={"accept-language": "en"},
            follow_redirects=False,
        )
        found.post("/sign-in", data={"email": f"{name}@cluster.example", "password": PASSWORD})
        return found

    anna, bo = signed_in("anna"), signed_in("bo")
    step = send(anna, GOOD)
    anna.post(f"{step}/preview", data={"do": "take_in"})
    assert bo.get(f"{step}/taking").status_code == 404
    bo.post(f"{step}/taking", data={"do": "stop"})
    assert opened.jobs.page(kind=IMPORT)[0].state is JobState.WAITING
    assert step not in bo.get("/import").text
    assert step in anna.get("/import").text


def rows(count: int) -> str:
    lines = (f"Firma {number};virksomhed;By {number};Vi laver {number} slags ost." for number in range(count))
    return "\n".join(["Navn;Type;By;Beskrivelse", *lines, ""])


def test_an_import_whose_service_is_killed_is_finished_by_the_next_one(
    built_folder: Path, tmp_path: Path, free_port: int
) -> None:
    folder, count = tmp_path / "killed", 6_000
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        before, actors = workspace.content(), workspace.status().actors
        file = tmp_path / "many.csv"
        file.write_text(rows(count), encoding="utf-8")
        draft = workspace.intake.start({"actors": ("many.csv", file)}, owner="facilitator")
        job = workspace.imports.ask(draft, partial=False, who="facilitator")
    served = Served(folder, free_port)
    with Workspace.open(folder) as workspace:
        end = time.monotonic() + 120
        while workspace.jobs.one(job.id).step != "storing":
            assert not workspace.jobs.one(job.id).over, "it was done before it could be killed"
            assert time.monotonic() < end
            time.sleep(0.005)
        served.stop(signal.SIGKILL)
        assert workspace.content() == before, "all or nothing"
        assert workspace.jobs.one(job.id).state is JobState.RUNNING
    again = Served(folder, free_port)
    try:
        with Workspace.open(folder) as workspace:
            while not (over := workspace.jobs.one(job.id)).over:
                assert time.monotonic() < end
                time.sleep(0.1)
            assert (over.state, over.tries) == (JobState.DONE, 2)
            assert workspace.status().actors == actors + count
            (made, *_) = workspace.intake.made()
            assert over.answer["number"] == made.number
            assert made.added == count
    finally:
        again.stop(signal.SIGTERM)


def test_one_that_was_killed_right_after_it_was_stored_still_knows_its_import(
    client: TestClient, opened: Workspace
) -> None:
    step = send(client, GOOD)
    client.post(f"{step}/preview", data={"do": "take_in"})
    (job,) = opened.jobs.page(kind=IMPORT)
    file = opened.folder / "list.csv"
    file.write_text(GOOD, encoding="utf-8")
    opened.import_table(file, who=job.who)
    work_off(opened)
    (made, *_) = opened.intake.made()
    assert client.get(f"{step}/taking").headers["location"] == f"/import/made/{made.number}?done=imported"
