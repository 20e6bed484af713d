"""How often one caller may ask, and which other sites' scripts may ask at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.errors import SettingsError
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app

SITE = "https://app.example"
Serve = Callable[..., tuple[TestClient, dict[str, str]]]


@pytest.fixture
def serve(built_folder: Path, tmp_path: Path) -> Iterator[Serve]:
    """Serves a copy of the small cluster with settings of its own; gives a client and headers with keys by name."""
    with ExitStack() as opened:

        def start(*, open_here: bool = False, **settings: object) -> tuple[TestClient, dict[str, str]]:
            folder = tmp_path / "copy"
            shutil.copytree(built_folder, folder)
            (folder / "settings.toml").write_text(
                "".join(f"{name} = {value!r}\n" for name, value in settings.items())
            )
            workspace = opened.enter_context(Workspace.open(folder))
            keys = {}
            if not open_here:
                for name in ("one", "two"):
                    _, keys[name] = workspace.users.create_key(
                        name=name, role=UserRole.FACILITATOR, who="tests"
                    )
            app = create_app(workspace, open_here=open_here)
            client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
            return client, keys

        yield start


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_every_answer_says_what_is_left(serve: Serve) -> None:
    client, keys = serve(rate_read=5)
    for left in (4, 3):
        answer = client.get("/api/v1/actors?limit=1", headers=bearer(keys["one"]))
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"read";q=5;w=60'
        assert re.fullmatch(rf'"read";r={left};t=\d+', answer.headers["ratelimit"])


def test_beyond_the_limit_the_answer_says_when_to_go_on(serve: Serve) -> None:
    client, keys = serve(rate_read=2)
    answers = [client.get("/api/v1/actors", headers=bearer(keys["one"])) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"read";r=0;')
    assert refused.json()["status"] == 429


def test_callers_and_classes_of_work_are_counted_apart(serve: Serve) -> None:
    client, keys = serve(rate_read=1, rate_search=1)
    assert client.get("/api/v1/actors", headers=bearer(keys["one"])).status_code == 200
    assert client.get("/api/v1/actors", headers=bearer(keys["one"])).status_code == 429
    assert client.get("/api/v1/actors", headers=bearer(keys["two"])).status_code == 200
    assert client.get("/api/v1/actors/uni:1/suggestions", headers=bearer(keys["one"])).status_code == 200


def test_guessing_keys_counts_for_the_address_it_comes_from(serve: Serve) -> None:
    client, keys = serve(rate_read=2)
    answers = [client.get("/api/v1/actors", headers=bearer(f"key-{n}.x")).status_code for n in range(4)]
    assert answers == [401, 401, 429, 429]
    assert client.get("/api/v1/actors", headers=bearer(keys["one"])).status_code == 200


def test_a_refused_person_gets_a_page(serve: Serve) -> None:
    client, keys = serve(rate_read=1)
    assert client.get("/", headers=bearer(keys["one"])).status_code == 200
    refused = client.get("/", headers={**bearer(keys["one"]), "accept-language": "da"})
    assert refused.status_code == 429
    assert "<h1>" in refused.text
    assert int(refused.headers["retry-after"]) > 0


def test_the_open_service_on_this_machine_and_health_checks_are_not_counted(serve: Serve) -> None:
    client, _ = serve(open_here=True, rate_read=1)
    for address in ("/api/v1/actors", "/", "/healthz"):
        answers = [client.get(address) for _ in range(3)]
        assert [each.status_code for each in answers] == [200] * 3
        assert "ratelimit" not in answers[-1].headers


EVENT = {"name": "Spring", "zone": "Europe/Copenhagen"}


def test_a_request_with_a_key_counts_each_time_it_is_sent_and_once(serve: Serve) -> None:
    client, keys = serve(rate_write=2)
    sent = {**bearer(keys["one"]), "idempotency-key": "a"}
    answers = [client.post("/api/v1/events", json=EVENT, headers=sent) for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert answers[1].headers["idempotent-replayed"] == "true"
    left = [re.findall(r'"write";r=(\d+)', each.headers["ratelimit"]) for each in answers]
    assert left == [["1"], ["0"], ["0"]]
    assert int(answers[2].headers["retry-after"]) > 0
    assert answers[2].headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "word", "status"), [("/api/v1/nothing/here", "a", 404), ("/api/v1/events", "two words", 422)]
)
def test_what_no_key_can_be_used_for_counts_too(serve: Serve, address: str, word: str, status: int) -> None:
    client, keys = serve(rate_write=1)
    sent = {**bearer(keys["one"]), "idempotency-key": word}
    answers = [client.post(address, json=EVENT, headers=sent).status_code for _ in range(2)]
    assert answers == [status, 429]


def test_a_key_makes_nobody_counted_who_is_not(serve: Serve) -> None:
    client, _ = serve(open_here=True, rate_write=1)
    answers = [client.post("/api/v1/events", json=EVENT, headers={"idempotency-key": "a"}) for _ in range(3)]
    assert [each.status_code for each in answers] == [201] * 3
    assert "ratelimit" not in answers[-1].headers


def test_no_limit_is_a_setting(serve: Serve) -> None:
    client, keys = serve(rate_read=0)
    answer = client.get("/api/v1/actors", headers=bearer(keys["one"]))
    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers


def test_a_limit_that_is_none_is_refused_at_the_start(serve: Serve) -> None:
    with pytest.raises(SettingsError, match="rate_read"):
        serve(rate_read=-1)


# Other sites


def test_without_the_setting_no_answer_lets_another_site_read_it(serve: Serve) -> None:
    client, keys = serve()
    for answer in (
        client.get("/api/v1/actors", headers={**bearer(keys["one"]), "origin": SITE}),
        client.options("/api/v1/actors", headers={"origin": SITE, "access-control-request-method": "GET"}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]
    asked = {"origin": SITE, "sec-fetch-site": "cross-site", **bearer(keys["one"])}
    assert client.post("/api/v1/search", json={"text": "straw"}, headers=asked).status_code == 403


def test_a_site_that_is_named_may_ask_with_a_key(serve: Serve) -> None:
    client, keys = serve(cors_origins=f"{SITE}, https://map.example")
    asked = {"origin": SITE, "sec-fetch-site": "cross-site", **bearer(keys["one"])}
    for answer in (
        client.get("/api/v1/actors", headers=asked),
        client.post("/api/v1/search", json={"text": "straw"}, headers=asked),
        client.get("/api/v1/actors/nobody", headers=asked),
    ):
        assert answer.status_code in (200, 404)
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
        assert "RateLimit" in answer.headers["access-control-expose-headers"]


def test_a_preflight_of_a_named_site_is_answered_and_of_no_other(serve: Serve) -> None:
    client, _ = serve(cors_origins=SITE)
    asked = {
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization, if-match",
    }
    answer = client.options("/api/v1/events/x", headers={"origin": SITE, **asked})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert {"authorization", "if-match"} <= {
        each.strip().lower() for each in answer.headers["access-control-allow-headers"].split(",")
    }
    assert "access-control-allow-credentials" not in answer.headers
    for other in ("https://app.example.evil", "http://app.example", "null", "https://app.example:8443"):
        refused = client.options("/api/v1/events/x", headers={"origin": other, **asked})
        assert refused.status_code == 405
        assert "access-control-allow-origin" not in refused.headers
    page = client.options("/actors", headers={"origin": SITE, **asked})
    assert "access-control-allow-origin" not in page.headers


def test_a_named_site_gets_nothing_by_the_visitors_session(serve: Serve) -> None:
    client, _ = serve(cors_origins=SITE)
    workspace: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    invitation = workspace.users.invite(
        name="Anna", email="a@example.org", role=UserRole.FACILITATOR, who="tests"
    )
    _, token = workspace.users.accept(invitation.token, "a rather long password")
    cookie = {"cookie": f"session={token}"}
    assert client.get("/api/v1/actors", headers=cookie).status_code == 200
    assert client.get("/api/v1/actors", headers={"origin": SITE, **cookie}).status_code == 401


def test_a_named_site_gets_nothing_from_the_open_service_without_a_key(serve: Serve) -> None:
    client, _ = serve(open_here=True, cors_origins=SITE)
    assert client.get("/api/v1/actors").status_code == 200
    assert client.get("/api/v1/actors", headers={"origin": SITE}).status_code == 401


@pytest.mark.parametrize("wrong", ["*", "http://app.example", "https://app.example/", "app.example"])
def test_what_is_no_origin_is_refused_at_the_start(serve: Serve, wrong: str) -> None:
    with pytest.raises(SettingsError, match="cors_origins"):
        serve(cors_origins=wrong)
