"""Every error has one shape, names the field, and tells nothing about the machine."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matchmaker import errors
from matchmaker.workspace import Workspace
from service.app import create_app
from service.cursors import cursor_after
from service.error_answers import ANSWERS, answer_to
from service.limits import MAX_BODY_BYTES
from service.permissions import RULES, Role

SEARCH = "/api/v1/search"
JSON = {"content-type": "application/json"}


def check(answer, status: int, field: str | None = None) -> dict[str, object]:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= set(body)
    assert set(body) <= {"type", "title", "status", "detail", "request_id", "field", "errors", "problems"}
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    assert not re.search(r"/(tmp|home|work|usr)/|\.py\b|SELECT ", answer.text)
    if field is not None:
        assert body["field"] == field
        assert body["errors"][0]["field"] == field
    return dict(body)


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("/api/v1", 404, None),
        ("/api/v1/nothing", 404, None),
        ("/api/v1/actors/", 404, None),
        ("/api/v1/actors/nobody", 404, None),
        ("/api/v1/actors/nobody/suggestions", 404, None),
        ("/api/v1/actors/nobody/else", 404, None),
        ("/api/v1/actors/%ED%A0%80", 404, None),
        ("/api/v1/actors/%00", 422, "actor_id"),
        (f"/api/v1/actors/{'x' * 501}", 422, "actor_id"),
        ("/api/v1/sub-clusters/nowhere", 404, None),
        ("/api/v1/actors?sub_cluster=nowhere", 404, None),
        ("/api/v1/actors?colour=red", 422, "colour"),
        ("/api/v1/actors?group=wizard", 422, "group"),
        ("/api/v1/actors?limit=0", 422, "limit"),
        ("/api/v1/actors?limit=201", 422, "limit"),
        (f"/api/v1/actors?limit={2**70}", 422, "limit"),
        (f"/api/v1/actors?limit={'9' * 5000}", 422, "limit"),
        ("/api/v1/actors?limit=nan", 422, "limit"),
        ("/api/v1/actors?member=perhaps", 422, "member"),
        ("/api/v1/actors?q=%00", 422, "q"),
        ("/api/v1/actors?q=%ED%A0%80", 422, "query"),
        (f"/api/v1/actors?q={'x' * 201}", 422, "q"),
        (f"/api/v1/actors?q={'x' * 20_000}", 414, None),
        ("/api/v1/actors?cursor=made-up", 422, "cursor"),
        ("/api/v1/actors?cursor=%C3%A6", 422, "cursor"),
        ("/api/v1/actors?cursor=W10", 422, "cursor"),
        ("/api/v1/actors/uni:1?top=3", 422, "top"),
        ("/api/v1/actors/uni:1/suggestions?top=201", 422, "top"),
        ("/api/v1/actors/uni:1/suggestions?group=company&group=wizard", 422, "group.1"),
        ("/api/v1/actors/uni:1/suggestions?colour=red", 422, "colour"),
        ("/api/v1/sub-clusters?colour=x", 422, "colour"),
        ("/api/v1/spin-offs?limit=-1", 422, "limit"),
        ("/api/v1/map?limit=100001", 422, "limit"),
        ("/api/v1/status?x=1", 422, "x"),
    ],
)
def test_a_bad_address_is_refused_by_name(
    client: TestClient, address: str, status: int, field: str | None
) -> None:
    check(client.get(address), status, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "body"),
        ("{", "body"),
        ("[]", "body"),
        ("null", "body"),
        ("{}", "text"),
        ('{"text": 1}', "text"),
        ('{"text": null}', "text"),
        ('{"text": "\\ud800"}', "text"),
        ('{"text": "\\u0000"}', "text"),
        ('{"text": "x", "top": NaN}', "top"),
        ('{"text": "x", "top": Infinity}', "top"),
        ('{"text": "x", "top": 1.5}', "top"),
        ('{"text": "x", "top": true}', "top"),
        ('{"text": "x", "top": "5"}', "top"),
        (f'{{"text": "x", "top": {2**70}}}', "top"),
        (f'{{"text": "x", "top": {"9" * 5000}}}', "body"),
        ('{"text": "x", "colour": "red"}', "colour"),
        ('{"text": "x", "\\ud800": 1}', "body"),
        ('{"text": "x", "groups": ["company", "wizard"]}', "groups.1"),
        ('{"text": "x", "groups": "company"}', "groups"),
        ('{"text": "x", "region": "\\udfff"}', "region"),
        (json.dumps({"text": "x" * 10_001}), "text"),
        ("[" * 20_000 + "]" * 20_000, "body"),
        ('{"text": "x"} {"text": "y"}', "body"),
    ],
)
def test_a_bad_body_is_refused_by_name(client: TestClient, body: str, field: str) -> None:
    check(client.post(SEARCH, content=body.encode(), headers=JSON), 422, field)


def test_a_body_that_is_not_utf_8_is_refused(client: TestClient) -> None:
    check(client.post(SEARCH, content=b'{"text": "\xff"}', headers=JSON), 422, "body")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(client: TestClient, kind: str) -> None:
    check(client.post(SEARCH, content=b'{"text": "x"}', headers={"content-type": kind}), 415)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_that_an_address_does_not_take_are_named(client: TestClient, method: str) -> None:
    answer = client.request(method, "/api/v1/actors")
    check(answer, 405)
    assert answer.headers["Allow"] == "GET"


def test_a_body_over_the_limit_is_refused_whether_declared_or_not(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(MAX_BODY_BYTES // 1000 + 1):
            yield b"x" * 1000

    check(client.post(SEARCH, content=b"x" * (MAX_BODY_BYTES + 1), headers=JSON), 413)
    check(client.post(SEARCH, content=chunks(), headers=JSON), 413)
    check(client.request("GET", "/api/v1/actors", content=b"x" * (MAX_BODY_BYTES + 1)), 413)


API = [address for address in RULES if address[1].startswith("/api/") and "openapi" not in address[1]]


REQUIRED = {
    ("GET", "comparison"): "before=1&after=2&",
    ("GET", "explanation"): "a=p1&b=p2&",
    ("DELETE", "outcomes"): "a=p1&b=p2&",
}
"""What the last part of an address needs, so that nothing but what is surplus is wrong with it."""


def not_taken(address: str) -> str:
    """A method that an address does not take."""
    patched = [re.sub(r"\{\w+\}", "[^/]+", path) for method, path in RULES if method == "PATCH"]
    return "OPTIONS" if any(re.fullmatch(each, address) for each in patched) else "PATCH"


def with_host(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"headers": {**body.get("headers", {}), "host": "evil.example"}}


@pytest.mark.parametrize(("method", "path"), API, ids=lambda part: part)
def test_every_route_of_the_api_keeps_the_shape(
    client: TestClient, facilitator: TestClient, method: str, path: str
) -> None:
    roles = RULES[method, path].roles
    client = client if Role.ANONYMOUS in roles else facilitator
    address = path.replace("{actor_id}", "uni:1").replace("{number}", "1")
    address = re.sub(r"\{\w+\}", "nowhere", address)
    body: dict[str, Any] = {"json": {"text": "straw"}} if method in ("POST", "PUT", "PATCH") else {}
    if path.endswith(("/lists/participants", "/imports")):
        body = {"content": b"actor", "headers": {"Content-Type": "text/csv"}}
    if path.endswith("/actors/bulk"):
        body = {"content": b"", "headers": {"Content-Type": "application/x-ndjson"}}
    needed = REQUIRED.get((method, path.rpartition("/")[2]), "")
    surprised = client.request(method, f"{address}?{needed}surprise=1", **body)
    if Role.FACILITATOR not in roles:
        check(surprised, 403)
    elif method == "GET" and path.startswith("/api/v1/directory"):
        # As long as it is closed it tells nothing.
        check(surprised, 404)
    else:
        check(surprised, 422, "surprise")
    check(client.request(not_taken(address), address), 405)
    check(client.request(method, address, **with_host(body)), 400)


def test_a_cursor_of_another_build_is_refused(client: TestClient) -> None:
    body = check(
        client.get("/api/v1/actors", params={"cursor": cursor_after("uni:1", edition="older")}),
        422,
        "cursor",
    )
    assert "Start again" in str(body["detail"])


@pytest.mark.parametrize("collection", ["actors", "sub-clusters", "spin-offs", "map"])
def test_a_cursor_of_another_collection_is_refused(
    client: TestClient, workspace: Workspace, collection: str
) -> None:
    cursor = cursor_after("neither actor nor sub-cluster", edition=workspace.published().edition)
    check(client.get(f"/api/v1/{collection}", params={"cursor": cursor}), 422, "cursor")


def test_a_person_gets_errors_in_words(client: TestClient) -> None:
    answer = client.get("/no-such-page", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-request-id"]


NAMING_THEIR_SUBJECT = (
    errors.ActorNotFoundError,
    errors.SubClusterNotFoundError,
    errors.EventNotFoundError,
    errors.EventChangedError,
    errors.OutcomeNotFoundError,
    errors.SavedSearchNotFoundError,
)
"""Errors whose answer tells the id that was asked for."""


def concrete(error: type[errors.MatchmakerError]) -> errors.MatchmakerError:
    secret = "/home/secret/file.sqlite: SELECT"
    facts: dict[str, object] = {
        "SourceError": {"file": secret},
        "ImportRejectedError": {"rejections": []},
        "DamagedBuildError": {"generation": "g", "file": secret},
        "EncoderUnavailableError": {"name": secret},
        "SettingsError": {"name": "x", "value": secret},
        "EventChangedError": {"who": "Bo", "at": "2026-03-01"},
        "OutcomeNotFoundError": {"a": "p1", "b": "p2"},
        "ActorChangedError": {"who": "Bo", "at": "2026-03-01"},
        "MergeChangedError": {"changed": (secret,)},
        "ProfileRejectedError": {"field": "name"},
    }
    if issubclass(error, errors.StoreError):
        return error(secret, path=secret)
    if error in (errors.NotBuiltError, errors.InvitationNotFoundError):
        return error()
    if error is errors.NoteChangedError:
        return error(who="Bo", at="2026-03-01")
    if error in (errors.AnswerNotFoundError, errors.NoteNotFoundError):
        return error(secret, secret)
    if error is errors.ParticipantListNotFoundError:
        return error(secret, 3)
    if error is errors.ProviderError:
        return error("down")
    if error is errors.FieldsRejectedError:
        return error([(secret, secret)])
    return error(secret, **facts.get(error.__name__, {}))  # type: ignore[arg-type]


def every_error(root: type[errors.MatchmakerError]) -> Iterator[type[errors.MatchmakerError]]:
    yield root
    for below in root.__subclasses__():
        yield from every_error(below)


@pytest.mark.parametrize("error", list(every_error(errors.MatchmakerError)), ids=lambda each: each.__name__)
def test_every_error_of_the_library_has_an_answer_of_its_own(error: type[errors.MatchmakerError]) -> None:
    assert error in ANSWERS
    answer = answer_to(concrete(error))
    if not issubclass(error, NAMING_THEIR_SUBJECT):
        assert "secret" not in answer.detail
    assert "SELECT" not in answer.title


def test_what_nobody_foresaw_is_logged_and_not_told(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(workspace, open_here=True)
    app.state.gates = None  # every route now fails in a way that no handler knows
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as broken:
        with caplog.at_level(logging.ERROR):
            answer = broken.get("/api/v1/actors")
        body = check(answer, 500)
        assert answer.headers["content-security-policy"]
        assert "NoneType" not in answer.text
        assert str(body["request_id"]) in caplog.text
        page = broken.get("/")
        assert page.status_code == 500
        assert page.headers["content-type"].startswith("text/html")
