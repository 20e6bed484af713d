"""Under pressure newcomers are turned away before anything is done for them, each in the form that it can read."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.addresses import work_at
from service.app import create_app
from service.limits import PRESSED_SECONDS, Gate
from service.permissions import RULES, Work


@pytest.fixture
def pressed(workspace: Workspace) -> Iterator[TestClient]:
    """A service that has no place and no queue for readers, and has turned people away for long enough."""
    app = create_app(workspace, open_here=True)
    app.state.gates[Work.READ] = Gate(at_once=0, queue=0, patience=7)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        assert client.get("/actors").status_code == 503
        begun = time.monotonic()
        while time.monotonic() - begun <= 2 * PRESSED_SECONDS:
            assert client.get("/api/v1/actors").status_code == 503
            time.sleep(0.02)
        yield client


def test_every_path_of_the_table_is_known_before_a_route_is_looked_for() -> None:
    for (method, template), rule in RULES.items():
        path = re.sub(r"{[a-z_]+}", "x:1", template)
        path = re.sub(r"{[a-z_]+:path}", "x/1", path)
        assert work_at(method, path) is rule.work, (method, template)
    assert work_at("GET", "/nothing/here/at/all") is None
    assert work_at("BREW", "/actors") is None


@pytest.mark.parametrize(
    ("language", "words"), [("da", "Der er travlt lige nu"), ("en", "The service is busy")]
)
def test_a_person_is_told_in_their_language_and_when_to_come_again(
    pressed: TestClient, language: str, words: str
) -> None:
    answer = pressed.get("/actors", headers={"accept-language": language})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-language"] == language
    assert answer.headers["content-security-policy"]
    assert f"<h1>{words}</h1>" in answer.text


def test_a_program_gets_a_problem_with_its_request_id(pressed: TestClient) -> None:
    answer = pressed.get("/api/v1/actors")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_other_work_and_health_checks_go_on(pressed: TestClient) -> None:
    assert pressed.post("/api/v1/search", json={"text": "wheat straw"}).status_code == 200
    assert pressed.get("/healthz").status_code == 200
    assert pressed.get("/static/style.css").status_code == 200
