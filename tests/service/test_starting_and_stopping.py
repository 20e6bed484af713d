"""What works beside the handlers works once however often the app is started, and has ended before the workspace closes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.errors import StoreClosedError
from matchmaker.workspace import Workspace
from service.app import create_app

BESIDE = ("alerts", "webhooks")


def running(before: set[threading.Thread]) -> list[str]:
    return sorted(each.name for each in set(threading.enumerate()) - before if each.name in BESIDE)


def test_an_app_that_is_started_twice_works_once_until_its_last_stop(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with Workspace.open(tmp_path / "empty", create=True) as workspace:
        app = create_app(workspace, open_here=True)
        with TestClient(app):
            with TestClient(app):
                assert running(before) == ["alerts", "webhooks"]
            assert running(before) == ["alerts", "webhooks"]
        assert running(before) == []
        with TestClient(app):
            assert running(before) == ["alerts", "webhooks"]
    assert running(before) == []


def test_a_workspace_that_is_closed_ends_what_works_beside_it_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(threading.enumerate())
    workspace = Workspace.open(tmp_path / "empty", create=True)
    app = create_app(workspace, open_here=True)
    delivering = app.state.delivering
    delivering.start(workspace)
    workspace.close()
    with pytest.raises(StoreClosedError, match=r"is closed\. Open it again\."):
        workspace.webhooks.all()
    for each in set(threading.enumerate()) - before:
        if each.name in BESIDE:
            each.join(timeout=60)
    assert running(before) == []
    assert caplog.records == []
