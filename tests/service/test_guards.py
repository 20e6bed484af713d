"""Other hosts and other sites stay outside, and every answer carries safe headers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

SEARCH = "/api/v1/search"
QUESTION = {"text": "straw"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8471", "localhost:80", "LOCALHOST", "[::1]:8000"])
def test_the_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1", "10.0.0.1", "a b"],
)
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "something new"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://["},
    ],
)
def test_a_post_from_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(SEARCH, json=QUESTION, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "http://127.0.0.1:8000"}],
)
def test_a_post_from_here_or_from_a_program_is_served(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(SEARCH, json=QUESTION, headers=headers).status_code == 200


def test_a_link_from_another_site_may_be_followed(client: TestClient) -> None:
    assert client.get("/api/v1/actors", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/healthz", "/api/v1/actors", "/api/v1/nothing", "/static/none.js"])
def test_every_answer_carries_safe_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5
