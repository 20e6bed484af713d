"""A request with an ``Idempotency-Key`` is carried out once, whoever repeats it and whoever dies in between."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from httpx2 import Response as Answer

from matchmaker.errors import StoreBusyError
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace
from service.app import create_app
from service.permissions import RULES
from service.repeating import CLAIMS_AT_ONCE, CLAIMS_WAITING, takes_key

EVENT = {"name": "Spring", "zone": "Europe/Copenhagen", "id": "spring"}


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def app(own: Workspace) -> FastAPI:
    return create_app(own, open_here=True)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


def key(word: str) -> dict[str, str]:
    return {"Idempotency-Key": word}


def test_the_same_again_is_answered_the_same_and_changes_nothing(client: TestClient, own: Workspace) -> None:
    first = client.post(
        "/api/v1/events", json={"name": "Spring", "zone": "Europe/Copenhagen"}, headers=key("a")
    )
    again = client.post(
        "/api/v1/events", json={"name": "Spring", "zone": "Europe/Copenhagen"}, headers=key("a")
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    for name in ("location", "etag", "content-type"):
        assert first.headers[name] == again.headers[name]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(own.events.all()) == 1
    other = client.post(
        "/api/v1/events", json={"name": "Spring", "zone": "Europe/Copenhagen"}, headers=key("b")
    )
    assert other.json()["id"] != first.json()["id"]


def test_another_body_with_the_same_key_is_refused(client: TestClient, own: Workspace) -> None:
    client.post("/api/v1/events", json=EVENT, headers=key("a"))
    answer = client.post("/api/v1/events", json={**EVENT, "id": "autumn"}, headers=key("a"))
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:matchmaker:problem:key-used"
    assert len(own.events.all()) == 1


def test_the_same_key_at_another_address_is_another_request(client: TestClient) -> None:
    assert client.post("/api/v1/events", json=EVENT, headers=key("a")).status_code == 201
    assert client.post("/api/v1/exports/landscape", json={}, headers=key("a")).status_code == 202


def test_what_changed_nothing_is_carried_out_again(client: TestClient) -> None:
    bad = client.post("/api/v1/events", json={"name": "x", "zone": "Nowhere"}, headers=key("a"))
    assert bad.status_code == 422
    good = client.post("/api/v1/events", json=EVENT, headers=key("a"))
    assert good.status_code == 201
    assert "idempotent-replayed" not in good.headers


@pytest.mark.parametrize("word", ["", "x" * 201, "æ", "a b", "a\tb"])
def test_a_key_that_cannot_be_is_refused(client: TestClient, word: str) -> None:
    answer = client.post("/api/v1/events", json=EVENT, headers=[("Idempotency-Key", word.encode())])
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:matchmaker:problem:bad-key"


def test_two_keys_are_refused(client: TestClient) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert client.post("/api/v1/events", json=EVENT, headers=headers).status_code == 422


def test_many_at_once_are_one(app: FastAPI, own: Workspace) -> None:
    def send(_number: int) -> tuple[int, str]:
        with TestClient(app, base_url="http://127.0.0.1:8000") as one:
            answer = one.post(
                "/api/v1/events", json={"name": "Spring", "zone": "Europe/Copenhagen"}, headers=key("a")
            )
            return answer.status_code, answer.headers.get("retry-after", "")

    with ThreadPoolExecutor(8) as crowd:
        answers = set(crowd.map(send, range(24)))
    assert answers <= {(201, ""), (409, "1")}
    assert (201, "") in answers
    assert len(own.events.all()) == 1


def test_one_that_is_under_way_is_told(app: FastAPI, client: TestClient) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @app.post("/api/v1/slow")
    def slow() -> dict[str, int]:
        begun.set()
        go_on.wait(20)
        return {"done": 1}

    RULES["POST", "/api/v1/slow"] = RULES["POST", "/api/v1/builds"]
    try:
        with ThreadPoolExecutor(1) as other:
            first = other.submit(client.post, "/api/v1/slow", headers=key("a"))
            assert begun.wait(20)
            second = client.post("/api/v1/slow", headers=key("a"))
            go_on.set()
            assert first.result().status_code == 200
        assert second.status_code == 409
        assert second.json()["type"] == "urn:matchmaker:problem:still-running"
        assert client.post("/api/v1/slow", headers=key("a")).headers["idempotent-replayed"] == "true"
    finally:
        del RULES["POST", "/api/v1/slow"]


def test_a_key_of_a_process_that_died_can_be_used_again(client: TestClient, own: Workspace) -> None:
    assert client.post("/api/v1/events", json=EVENT, headers=key("a")).status_code == 201
    own.events.erase("spring", expected=None, who="test")
    connection = sqlite3.connect(own.folder / DATABASE)
    connection.execute("UPDATE repeated_requests SET state = 'running', holder = 'ffff0000ffff0000'")
    connection.commit()
    connection.close()
    again = client.post("/api/v1/events", json=EVENT, headers=key("a"))
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers


def test_a_key_that_another_living_process_works_on_is_not_used(client: TestClient, own: Workspace) -> None:
    with Workspace.open(own.folder) as other:
        name = other._store._presence.name()
        client.post("/api/v1/events", json=EVENT, headers=key("a"))
        connection = sqlite3.connect(own.folder / DATABASE)
        connection.execute("UPDATE repeated_requests SET state = 'running', holder = ?", (name,))
        connection.commit()
        connection.close()
        assert client.post("/api/v1/events", json=EVENT, headers=key("a")).status_code == 409
    assert client.post("/api/v1/events", json={**EVENT}, headers=key("a")).status_code == 422, (
        "carried out again"
    )


def test_a_failure_of_ours_lets_go_of_the_key(app: FastAPI, client: TestClient) -> None:
    answers = iter([RuntimeError("oh"), {"done": 1}])

    @app.post("/api/v1/shaky")
    def shaky() -> dict[str, int]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    RULES["POST", "/api/v1/shaky"] = RULES["POST", "/api/v1/builds"]
    try:
        assert client.post("/api/v1/shaky", headers=key("a")).status_code == 500
        assert client.post("/api/v1/shaky", headers=key("a")).status_code == 200
    finally:
        del RULES["POST", "/api/v1/shaky"]


class Unlucky:
    """Says that the store is busy, the first times it is asked to do something with a key."""

    def __init__(self, does: Callable[..., None], *, times: int = 1) -> None:
        self._does = does
        self._left = times

    def __call__(self, *told: object) -> None:
        if self._left:
            self._left -= 1
            raise StoreBusyError("Another process writes.", path="matchmaker.sqlite")
        self._does(*told)


def test_a_key_that_could_not_be_let_go_of_is_free_for_the_next_try(
    client: TestClient, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own.repeated, "release", Unlucky(own.repeated.release))
    bad = client.post("/api/v1/events", json={"name": "x", "zone": "Nowhere"}, headers=key("a"))
    assert bad.status_code == 422
    again = client.post("/api/v1/events", json={"name": "x", "zone": "Nowhere"}, headers=key("a"))
    assert again.json()["type"] == bad.json()["type"]
    good = client.post("/api/v1/events", json=EVENT, headers=key("a"))
    assert good.status_code == 201
    assert client.post("/api/v1/events", json=EVENT, headers=key("a")).content == good.content


def test_as_long_as_a_key_cannot_be_let_go_of_the_store_is_said_to_be_busy(
    client: TestClient, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own.repeated, "release", Unlucky(own.repeated.release, times=2))
    assert client.post("/api/v1/events", json={"name": "x"}, headers=key("a")).status_code == 422
    assert client.post("/api/v1/events", json=EVENT, headers=key("a")).status_code == 503
    assert client.post("/api/v1/events", json=EVENT, headers=key("a")).status_code == 201


def test_what_went_wrong_is_told_whatever_becomes_of_the_key(
    app: FastAPI, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own.repeated, "release", Unlucky(own.repeated.release))
    answers = iter([RuntimeError("oh"), {"done": 1}])

    @app.post("/api/v1/shaky")
    def shaky() -> dict[str, int]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = TestClient(app, base_url="http://127.0.0.1:8000")
    RULES["POST", "/api/v1/shaky"] = RULES["POST", "/api/v1/builds"]
    try:
        with pytest.raises(RuntimeError, match="oh"):
            client.post("/api/v1/shaky", headers=key("a"))
        assert client.post("/api/v1/shaky", headers=key("a")).json() == {"done": 1}
    finally:
        del RULES["POST", "/api/v1/shaky"]


def test_what_was_carried_out_is_not_carried_out_again_where_its_answer_could_not_be_kept(
    client: TestClient, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own.repeated, "keep", Unlucky(own.repeated.keep))
    body = {"name": "Spring", "zone": "Europe/Copenhagen"}
    assert client.post("/api/v1/events", json=body, headers=key("a")).status_code == 201
    assert client.post("/api/v1/events", json=body, headers=key("a")).status_code == 409
    assert len(own.events.all()) == 1


Meanwhile = Callable[[AsyncClient, list[asyncio.Task[Answer]]], Awaitable[None]]


def answers_of_a_crowd(app: FastAPI, own: Workspace, count: int, meanwhile: Meanwhile) -> list[Answer]:
    """Of so many requests, each with its own key, that all come while somebody else writes until ``meanwhile`` is over."""
    arrived = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal arrived
        yield json.dumps({"name": "x", "zone": "Nowhere"}).encode()
        # Whoever asks for more than all of it has read it, and looks the key up next.
        arrived += 1

    async def send(client: AsyncClient, number: int) -> Answer:
        headers = {"content-type": "application/json", **key(f"crowd-{number}")}
        return await client.post("/api/v1/events", content=body(), headers=headers)

    async def crowd() -> list[Answer]:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
            with own._store._lock.held():
                sent = [asyncio.create_task(send(client, number)) for number in range(count)]
                while arrived < count:
                    await asyncio.sleep(0.01)
                await meanwhile(client, sent)
            return await asyncio.gather(*sent)

    return asyncio.run(crowd())


def test_keys_that_wait_for_the_writer_keep_nobody_from_reading(app: FastAPI, own: Workspace) -> None:
    async def read(client: AsyncClient, sent: list[asyncio.Task[Answer]]) -> None:
        answers = [await client.get(path) for path in ("/actors", "/readyz")]
        assert [each.status_code for each in answers] == [200, 200]
        assert not any(each.done() for each in sent)

    answers = answers_of_a_crowd(app, own, 45, read)
    assert {each.status_code for each in answers} == {422}, "carried out once the writer was there"


def test_more_keys_than_can_wait_are_sent_away_with_the_time_to_come_back(
    app: FastAPI, own: Workspace
) -> None:
    async def refused(_client: AsyncClient, sent: list[asyncio.Task[Answer]]) -> None:
        done, _ = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
        for answer in [each.result() for each in done]:
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0

    answers = answers_of_a_crowd(app, own, CLAIMS_AT_ONCE + CLAIMS_WAITING + 5, refused)
    assert sorted(each.status_code for each in answers) == [422] * (len(answers) - 5) + [503] * 5


def test_secrets_and_long_answers_are_not_kept(app: FastAPI, client: TestClient, own: Workspace) -> None:
    @app.post("/api/v1/secret")
    def secret(response: Response) -> dict[str, str]:
        response.headers["Cache-Control"] = "no-store"
        return {"key": "key-plapperstork"}

    @app.post("/api/v1/long")
    def long() -> dict[str, str]:
        return {"text": "langeline" * 100_000}

    for path in ("/api/v1/secret", "/api/v1/long"):
        RULES["POST", path] = RULES["POST", "/api/v1/builds"]
    try:
        for path in ("/api/v1/secret", "/api/v1/long"):
            assert client.post(path, headers=key("a")).status_code == 200
            again = client.post(path, headers=key("a"))
            assert again.status_code == 409
            assert again.json()["type"] == "urn:matchmaker:problem:answer-not-kept"
    finally:
        for path in ("/api/v1/secret", "/api/v1/long"):
            del RULES["POST", path]
    held = b"".join(each.read_bytes() for each in own.folder.iterdir() if each.is_file())
    assert b"plapperstork" not in held
    assert b"langelinelangeline" not in held


def test_a_renewed_calendar_address_is_not_kept(client: TestClient, own: Workspace) -> None:
    client.post("/api/v1/events", json=EVENT)
    client.put(
        "/api/v1/events/spring/participants/p1",
        json={"actor_id": "uni:1", "persons": []},
        headers={"if-match": "*"},
    )
    address = "/api/v1/events/spring/calendars/p1/renew"
    first = client.post(address, headers=key("a"))
    assert first.status_code == 200
    assert client.post(address, headers=key("a")).status_code == 409


def test_an_answer_is_for_whoever_asked(own: Workspace) -> None:
    keys = []
    for name in ("One", "Two"):
        made, secret = own.users.create_key(name=name, role=UserRole.FACILITATOR, who="test")
        keys.append({"authorization": f"Bearer {secret}"})
    client = TestClient(create_app(own), base_url="http://127.0.0.1:8000")
    body = {"name": "Spring", "zone": "Europe/Copenhagen"}
    ids = [
        client.post("/api/v1/events", json=body, headers={**each, **key("a")}).json()["id"] for each in keys
    ]
    assert ids[0] != ids[1]
    assert client.post("/api/v1/events", json=body, headers=key("a")).status_code == 401
    own.users.revoke_key(made.id, who="test")
    assert client.post("/api/v1/events", json=body, headers={**keys[1], **key("a")}).status_code == 401


def test_answers_are_forgotten_after_a_day(own: Workspace, client: TestClient) -> None:
    client.post("/api/v1/exports/landscape", json={}, headers=key("a"))
    connection = sqlite3.connect(own.folder / DATABASE)
    connection.execute("UPDATE repeated_requests SET at = '2020-01-01T00:00:00.000+00:00'")
    connection.commit()
    connection.close()
    again = client.post("/api/v1/exports/landscape", json={}, headers=key("a"))
    assert "idempotent-replayed" not in again.headers


def test_a_body_over_the_limit_is_refused_with_a_key_too(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/events",
        content=(b"x" * 50_000 for _ in range(10)),
        headers={"content-type": "application/json", **key("a")},
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_changing_post_and_patch_of_the_api_says_that_it_takes_a_key(app: FastAPI) -> None:
    described = app.openapi()
    taking = {
        (method.upper(), path)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    }
    expected = {
        (method, path)
        for method, path in RULES
        if method in ("POST", "PATCH")
        and path.startswith("/api/v1/")
        and path not in ("/api/v1/search", "/api/v1/team")
    }
    assert taking == expected
    assert len(expected) > 15
    assert all(takes_key(method, path) for method, path in expected)
    assert not takes_key("POST", "/events/new")
    assert "409" in json.dumps(list(described["paths"]["/api/v1/builds"]["post"]["responses"]))
