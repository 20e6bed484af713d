"""What readers open first is asked before them, where the service is alone in its process; nobody waits for it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jinja2 import Environment

from matchmaker.analysis import Analysis
from matchmaker.foreseen import START, TOP
from matchmaker.workspace import Workspace
from service.app import create_app
from service.asking_ahead import Resting, StoppedError
from service.balancing import Lists
from service.limits import Gate, gates
from service.pages.atlas import atlas
from service.permissions import Work
from service.spans import periods

LONG = 60.0


@pytest.fixture
def opened(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        yield workspace


@pytest.fixture
def served(opened: Workspace) -> Iterator[tuple[FastAPI, TestClient]]:
    """A service that is alone in its process, once it has asked everything."""
    app = create_app(opened, open_here=True, alone=True)
    with TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"}) as client:
        _through(app, opened)
        yield app, client


def _through(app: FastAPI, workspace: Workspace) -> None:
    until = time.monotonic() + LONG
    while not app.state.asking.is_through(workspace):
        assert time.monotonic() < until, "it never came to an end"
        time.sleep(0.02)


def test_the_first_view_after_the_start_answers_from_what_was_asked(
    served: tuple[FastAPI, TestClient], opened: Workspace
) -> None:
    app, client = served
    snapshot = opened.published()
    assert app.openapi_schema
    assert app.state.balancing.shown_lists(snapshot, Lists(START, TOP, False), patience=0.0)[1]
    drawn = atlas(snapshot)
    assert atlas(snapshot) is drawn
    # Whoever comes waits for nothing: both are there, and of now.
    assert app.state.recognising.incomplete(opened, patience=0.0) is not None
    pairs = app.state.recognising.duplicates(opened, patience=0.0)
    assert pairs is not None
    assert pairs[1]
    assert client.get("/profiles").status_code == 200
    assert client.get("/duplicates").status_code == 200
    page = client.get("/landscape")
    assert page.status_code == 200
    assert "still being worked out" not in page.text


def test_what_regions_took_up_is_there_before_its_first_reader(
    served: tuple[FastAPI, TestClient], opened: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, client = served
    assert periods(app.state.studies.coverage(opened.published()))
    asked: list[str] = []
    for name in ("coverage", "specialisation", "moves"):
        monkeypatch.setattr(Analysis, name, lambda *_, name=name, **__: asked.append(name))
    assert client.get("/specialisation").status_code == 200
    assert asked == []


def test_no_reader_waits_for_a_template_to_be_read(
    served: tuple[FastAPI, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, client = served
    read: list[str | None] = []
    compiled = Environment.compile

    def noticed(self: Environment, source: Any, name: str | None = None, *rest: Any, **more: Any) -> Any:
        read.append(name)
        return compiled(self, source, name, *rest, **more)

    monkeypatch.setattr(Environment, "compile", noticed)
    for address in ("/specialisation", "/sub-clusters", "/events", "/import", "/history"):
        assert client.get(address).status_code == 200
    assert read == []


def test_after_an_edit_what_changed_is_asked_again(
    served: tuple[FastAPI, TestClient], opened: Workspace
) -> None:
    app, client = served
    opened.edit_actor("gas:1", {"name": "Holstebro Gas", "description": ""}, who="tests")
    assert not app.state.asking.is_through(opened)
    _through(app, opened)
    assert "Holstebro Gas" in client.get("/profiles").text
    assert "Holstebro Gas" in client.get("/map").text
    assert "Holstebro Biogas<" not in client.get("/map").text


def test_the_next_build_is_asked_too(served: tuple[FastAPI, TestClient], opened: Workspace) -> None:
    app, _ = served
    opened.edit_actor("gas:1", {"description": "Gas from straw."}, who="tests")
    made = opened.build()
    assert not app.state.asking.is_through(opened)
    _through(app, opened)
    snapshot = opened.published()
    assert snapshot.generation == made.generation
    assert app.state.balancing.shown_lists(snapshot, Lists(START, TOP, False), patience=0.0)[1]


def test_whoever_is_erased_is_shown_by_nothing_that_was_asked(
    served: tuple[FastAPI, TestClient], opened: Workspace
) -> None:
    app, client = served
    opened.erase_actor("gas:1", who="tests")
    for path in ("/profiles", "/duplicates", "/map", "/map/data.json", "/report", "/api/v1/map"):
        assert "Holstebro Biogas" not in client.get(path).text, path
    _through(app, opened)
    for path in ("/profiles", "/duplicates", "/map", "/map/data.json", "/report", "/api/v1/map"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Holstebro Biogas" not in answer.text, path


def test_a_report_stands_until_it_would_say_something_else(opened: Workspace) -> None:
    before = opened.published().landscape_edition
    opened.edit_actor("gas:1", {"description": "Gas from straw."}, who="tests")
    assert opened.published().landscape_edition == before
    opened.edit_actor("gas:1", {"name": "Holstebro Gas"}, who="tests")
    renamed = opened.published().landscape_edition
    assert renamed != before
    opened.erase_actor("straw:1", who="tests")
    assert opened.published().landscape_edition not in (before, renamed)


def test_a_process_with_other_work_is_asked_nothing(opened: Workspace) -> None:
    app = create_app(opened, open_here=True)
    with TestClient(app, base_url="http://127.0.0.1:8000"):
        assert "asking" not in [each.name for each in threading.enumerate()]
    assert app.openapi_schema is None


def test_it_ends_with_the_service(opened: Workspace) -> None:
    with TestClient(create_app(opened, open_here=True, alone=True), base_url="http://127.0.0.1:8000"):
        assert "asking" in [each.name for each in threading.enumerate()]
    assert "asking" not in [each.name for each in threading.enumerate()]


class _Full(Gate):
    """A gate that somebody is inside of, until that was asked so often."""

    def __init__(self, asked: int) -> None:
        super().__init__(at_once=1, queue=1, patience=1)
        self.left = asked

    @property
    def inside(self) -> int:
        self.left -= 1
        return int(self.left >= 0)


def test_it_rests_until_readers_are_gone() -> None:
    gate = _Full(3)
    Resting({Work.READ: gate}, threading.Event(), reader_seconds=LONG).now()
    assert gate.left < 0


def test_readers_that_never_end_do_not_stop_it() -> None:
    gate = _Full(1_000_000)
    Resting({Work.READ: gate}, threading.Event(), reader_seconds=0.0).now()
    assert gate.left > 0


def test_nothing_rests_while_somebody_waits_for_it() -> None:
    gate = _Full(3)
    resting = Resting({Work.READ: gate}, threading.Event(), reader_seconds=LONG)
    with resting.hurry():
        resting.now()
    assert gate.left == 3
    resting.now()
    assert gate.left < 0


def test_what_is_under_way_ends_at_its_next_rest() -> None:
    stop = threading.Event()
    resting = Resting(gates(), stop)
    stop.set()
    with pytest.raises(StoppedError):
        resting.now()
