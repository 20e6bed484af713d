"""Events in a real process with many clients at once: nobody's change is lost, and nobody from elsewhere makes one."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.service.spring_meeting import API, BODY, EVENT
from tests.service.test_serving import Served
from tests.service.tiny_cluster import ACTORS as TINY

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def served(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(built_folder, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Served(folder, port)
    assert running.ask("POST", API, BODY)[0] == 201
    yield running
    running.stop(signal.SIGTERM)


def send(served: Served, method: str, address: str, body: str, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, address, body.encode(), named)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_whoever_is_on_this_machine_is_a_facilitator(served: Served) -> None:
    status, page, _ = served.ask("GET", "/events")
    assert status == 200
    assert "whoever uses this machine is a facilitator" in page.decode()


def test_a_dozen_who_add_participants_at_once_all_do(served: Served) -> None:
    ids = [row[0] for row in TINY]

    def add(actor_id: str) -> int:
        form = urlencode({"actor": actor_id, "do": "add"})
        return send(served, "POST", "/events/spring-meeting/participants", form, content_type=FORM)

    with ThreadPoolExecutor(12) as crowd:
        assert Counter(crowd.map(add, ids)) == {303: 12}
    _, listed, _ = served.ask("GET", f"{EVENT}/participants?limit=200")
    there = json.loads(listed)["items"]
    assert {each["id"] for each in there} == {f"p{number}" for number in range(1, 13)}
    assert {each["actor"]["id"] for each in there} == set(ids)


def test_of_many_changes_from_one_revision_one_is_made(served: Served) -> None:
    _, _, headers = served.ask("GET", EVENT)

    def change(number: int) -> int:
        body = json.dumps(BODY | {"place": f"Place {number}"})
        return send(served, "PUT", EVENT, body, content_type="application/json", if_match=headers["etag"])

    with ThreadPoolExecutor(12) as crowd:
        assert Counter(crowd.map(change, range(12))) == {200: 1, 412: 11}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"host": "evil.example"},
    ],
)
def test_no_other_site_changes_anything(served: Served, headers: dict[str, str]) -> None:
    before = served.ask("GET", EVENT)[1]
    for address in ("/events/spring-meeting/erase", "/events/spring-meeting/propose", "/events/new"):
        assert send(served, "POST", address, "name=x", content_type=FORM, **headers) in (400, 403)
    assert served.ask("GET", EVENT)[1] == before
