"""A line of the log is JSON, belongs to a request, and holds nothing that somebody wrote or is called."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from service.logs import write_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged from now on; the handlers that were there are put back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    write_logs(stream, "info")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for ours in ("matchmaker", "service"):
        logging.getLogger(ours).setLevel(logging.NOTSET)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_a_line_with_its_id_and_its_route(written: io.StringIO, workspace: Workspace) -> None:
    client = TestClient(create_app(workspace, open_here=True), base_url="http://127.0.0.1")
    answer = client.get("/api/v1/actors/straw:1")
    told = [each for each in lines(written) if each["message"] == "request"]
    assert len(told) == 1
    assert told[0]["request_id"] == answer.headers["x-request-id"]
    assert (told[0]["method"], told[0]["route"], told[0]["status"]) == (
        "GET",
        "/api/v1/actors/{actor_id}",
        200,
    )
    assert told[0]["milliseconds"] >= 0
    assert told[0]["level"] == "info"


def test_nothing_that_was_asked_for_is_logged(written: io.StringIO, workspace: Workspace) -> None:
    client = TestClient(
        create_app(workspace, open_here=True), base_url="http://127.0.0.1", raise_server_exceptions=False
    )
    client.get("/actors/straw:1?q=olga-hvidtfeldquist")
    client.get("/nowhere/olga-hvidtfeldquist")
    client.post("/api/v1/search", json={"text": "olga-hvidtfeldquist"})
    client.get("/events/olga-hvidtfeldquist", headers={"user-agent": "olga-hvidtfeldquist"})
    assert len(lines(written)) >= 4
    assert "olga" not in written.getvalue()
    assert "straw:1" not in written.getvalue()


def test_an_error_nobody_foresaw_is_told_by_its_place_and_not_by_its_words(
    written: io.StringIO, workspace: Workspace
) -> None:
    app = create_app(workspace, open_here=True)

    def failing() -> None:
        raise RuntimeError("olga-hvidtfeldquist")

    app.add_api_route("/healthz/failing", failing)
    from service.permissions import RULES, Rule, Work

    RULES["GET", "/healthz/failing"] = Rule(RULES["GET", "/healthz"].roles, Work.HEALTH)
    try:
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        answer = client.get("/healthz/failing")
    finally:
        del RULES["GET", "/healthz/failing"]
    assert answer.status_code == 500
    assert any(each.get("status") == 500 and each["message"] == "request" for each in lines(written))
    logging.getLogger("uvicorn.error").error("for %s", "olga-hvidtfeldquist", exc_info=_error())
    told = lines(written)[-1]
    assert told["message"] == "for %s"
    assert told["exception"] == "ValueError"
    assert any("test_logs.py" in place for place in told["places"])
    assert "olga" not in written.getvalue()


def _error() -> BaseException:
    try:
        raise ValueError("olga-hvidtfeldquist")  # noqa: TRY301
    except ValueError as error:
        return error


def test_served_for_real_the_log_is_on_standard_error_as_the_setting_says(
    built_folder: Path, free_port: int
) -> None:
    served = subprocess.Popen(
        [sys.executable, "-m", "matchmaker.cli", "-w", str(built_folder), "serve", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MATCHMAKER_LOG_LEVEL": "info", "MATCHMAKER_PORT": str(free_port)},
    )
    try:
        assert served.stdout is not None
        assert json.loads(served.stdout.readline())["ready"].endswith(f":{free_port}")
        connection = HTTPConnection("127.0.0.1", free_port, timeout=30)
        connection.request("GET", "/healthz?olga=1")
        assert connection.getresponse().read()
        connection.request("GET", "/metrics")
        assert b"matchmaker_requests_total" in connection.getresponse().read()
        connection.close()
    finally:
        served.send_signal(signal.SIGTERM)
        _, complained = served.communicate(timeout=30)
    told = [json.loads(line) for line in complained.splitlines()]
    assert [each["route"] for each in told if each["message"] == "request"] == ["/healthz", "/metrics"]
    assert "olga" not in complained
