"""Signing in with a real OpenID provider: who gets in, who does not, and that nothing slips in on the way."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from matchmaker.cli import main
from matchmaker.errors import SettingsError
from matchmaker.settings import read_settings
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.signing_in.ways import packed
from tests.node_programs import FOLDER, node

BASE = "http://127.0.0.1:8000"
BACK = f"{BASE}/sign-in/provider/back"
PASSWORD = "correct horse battery"
KIM = {"sub": "kim-1", "email": "kim@cluster.example", "email_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that runs; its cookies and keys are of this run alone."""
    program = node("oidc-provider", "jose")
    running = subprocess.Popen(
        [program, "provider.mjs", BACK],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        assert line, "the provider did not start"
        yield str(json.loads(line)["issuer"])
    finally:
        running.terminate()
        running.wait(timeout=10)
        if running.stdout is not None:
            running.stdout.close()


@pytest.fixture(autouse=True)
def as_it_was(issuer: str) -> None:
    be(issuer)
    fault(issuer)


def be(issuer: str, **who: Any) -> None:
    httpx2.post(f"{issuer}/who", json={**KIM, **who})


def fault(issuer: str, **faults: Any) -> None:
    httpx2.post(f"{issuer}/faults", json=faults)


@pytest.fixture
def folder(tmp_path: Path, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    secret = tmp_path / "secret"
    secret.write_text("geheimes-wort\n", encoding="utf-8")
    for name, value in {
        "ISSUER": issuer,
        "CLIENT_ID": "matchmaker",
        "CLIENT_SECRET_FILE": str(secret),
        "NAME": "Fjordlogin",
    }.items():
        monkeypatch.setenv(f"MATCHMAKER_OIDC_{name}", value)
    return tmp_path / "workspace"


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder, create=True) as opened:
        opened.users.invite(
            name="Kim", email="kim@cluster.example", role=UserRole.FACILITATOR, who="operator"
        )
        yield opened


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return opened(workspace)


def opened(workspace: Workspace) -> TestClient:
    return TestClient(
        create_app(workspace), base_url=BASE, headers={"accept-language": "en"}, follow_redirects=False
    )


def at_provider(address: str) -> str:
    """What a browser does there: follow until it is sent back; the address that it is sent back to."""
    with httpx2.Client() as browser:
        for _ in range(8):
            answer = browser.get(address)
            assert answer.is_redirect, answer.text
            address = str(httpx2.URL(address).join(answer.headers["location"]))
            if address.startswith(BACK):
                return address
    raise AssertionError("it never came back")


def come_back(client: TestClient, way: str = "") -> str:
    begun = client.get(f"/sign-in/provider{way}")
    assert begun.status_code == 303
    return at_provider(begun.headers["location"])


def kept_at(answer: httpx2.Response) -> str:
    """The query of the link by which a form that was sent without a session is taken along to the provider."""
    assert answer.status_code == 401
    return answer.text.split('href="/sign-in/provider?')[1].split('"')[0].replace("&amp;", "&")


def beside(client: TestClient) -> TestClient:
    """Another browser at the same service."""
    return TestClient(client.app, base_url=BASE, headers={"accept-language": "en"}, follow_redirects=False)


def said(client: TestClient, address: str) -> tuple[int, str]:
    answer = client.get(address)
    assert "session" not in client.cookies, "nobody was let in"
    assert answer.headers["cache-control"] == "no-store"
    assert 'provider=""' in answer.headers["set-cookie"], "what was begun is over"
    return answer.status_code, answer.text


def test_who_is_known_by_a_verified_address_is_let_in_and_comes_back(
    client: TestClient, workspace: Workspace, issuer: str
) -> None:
    page = client.get("/sign-in?next=/account").text
    assert "Sign in with Fjordlogin" in page
    assert 'href="/sign-in/provider?next=%2Faccount"' in page
    back = come_back(client, "?next=/account")
    entered = client.get(back)
    assert (entered.status_code, entered.headers["location"]) == (303, "/account")
    account = client.get("/account").text
    assert "kim@cluster.example" in account
    assert issuer in account
    user = workspace.users.user("kim@cluster.example")
    bound = workspace.history(subject=user.id)[0]
    assert (bound.action, bound.who, bound.after) == ("bound", user.id, {"issuer": issuer})
    assert [each.id for each in workspace.users.users()] == [user.id], "nobody was created"


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(client: TestClient) -> None:
    begun = client.get("/sign-in/provider")
    cookie = begun.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Max-Age=600"))
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    assert asked["scope"] == ["openid email"]
    kept = json.loads(base64.urlsafe_b64decode(client.cookies["provider"]))
    assert [asked["state"], asked["nonce"]] == [[kept["state"]], [kept["nonce"]]]
    assert kept["verifier"] not in begun.headers["location"]


def test_who_came_once_is_known_by_the_account_and_no_longer_by_the_address(
    client: TestClient, workspace: Workspace, issuer: str
) -> None:
    assert client.get(come_back(client)).status_code == 303
    be(issuer, email="another@elsewhere.example", email_verified=False)
    again = opened(workspace)
    assert again.get(come_back(again)).status_code == 303
    # Whoever was given the address there since then is not the one who came.
    be(issuer, sub="kim-2")
    stranger = opened(workspace)
    status, text = said(stranger, come_back(stranger))
    assert (status, "another account than before" in text) == (403, True)
    assert main(["-w", str(workspace.folder), "user", "unbind", "kim@cluster.example"]) == 0
    assert stranger.get(come_back(stranger)).status_code == 303


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"email_verified": False}, "not confirmed"),
        ({"email_verified": "true"}, "not confirmed"),
        ({"email_verified": None}, "not confirmed"),
        ({"email": "nobody@cluster.example"}, "not invited yet"),
        ({"email": ""}, "not confirmed"),
        ({"email": "user-"}, "not invited yet"),
    ],
)
def test_who_is_not_known_by_a_verified_address_stays_outside(
    client: TestClient, workspace: Workspace, issuer: str, who: dict[str, Any], words: str
) -> None:
    be(issuer, sub="someone", **who)
    status, text = said(client, come_back(client))
    assert status == 403
    assert words in text
    assert len(workspace.users.users()) == 1


def test_an_id_is_no_address(client: TestClient, workspace: Workspace, issuer: str) -> None:
    be(issuer, sub="someone", email=workspace.users.user("kim@cluster.example").id)
    assert said(client, come_back(client))[0] == 403


def test_who_is_disabled_stays_outside_known_or_not(client: TestClient, workspace: Workspace) -> None:
    workspace.users.disable("kim@cluster.example", who="operator")
    assert "any more" in said(client, come_back(client))[1]
    workspace.users.enable("kim@cluster.example", who="operator")
    assert client.get(come_back(client)).status_code == 303
    workspace.users.disable("kim@cluster.example", who="operator")
    assert client.get("/account").status_code == 303
    shut = opened(workspace)
    status, text = said(shut, come_back(shut))
    assert (status, "any more" in text) == (403, True)


def test_an_answer_that_another_browser_asked_for_is_refused(
    client: TestClient, workspace: Workspace
) -> None:
    theirs = come_back(opened(workspace))
    # The victim never began, or began another one.
    assert said(client, theirs)[0] == 400
    client.get("/sign-in/provider")
    status, text = said(client, theirs)
    assert (status, "begin again" in text) == (400, True)


def test_a_code_is_good_once(client: TestClient, workspace: Workspace) -> None:
    begun = client.get("/sign-in/provider")
    cookie = client.cookies["provider"]
    back = at_provider(begun.headers["location"])
    assert client.get(back).status_code == 303
    thief = opened(workspace)
    thief.cookies.set("provider", cookie)
    assert said(thief, back)[0] == 400


@pytest.mark.parametrize("name", ["state", "nonce", "verifier", "until"])
def test_every_part_of_an_attempt_counts(client: TestClient, name: str) -> None:
    begun = client.get("/sign-in/provider")
    kept = json.loads(base64.urlsafe_b64decode(client.cookies["provider"]))
    kept[name] = 0 if name == "until" else "x" * len(kept[name])
    back = at_provider(begun.headers["location"])
    client.cookies.clear()
    client.cookies.set("provider", base64.urlsafe_b64encode(json.dumps(kept).encode()).decode())
    assert said(client, back)[0] == 400


@pytest.mark.parametrize("cookie", ["", "x", "e30=", base64.urlsafe_b64encode(b"[1]").decode(), "é".encode()])
def test_a_cookie_that_is_none_is_refused(client: TestClient, cookie: Any) -> None:
    headers = {"cookie": b"provider=" + (cookie if isinstance(cookie, bytes) else cookie.encode())}
    answer = client.get("/sign-in/provider/back?state=x&code=y", headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "faults",
    [
        {"stranger": True},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "another-service"}},
        {"claims": {"aud": ["another-service", "matchmaker"]}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": 1}},
        {"claims": {"sub": "somebody-else"}},
        {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_together_lets_nobody_in(
    client: TestClient, issuer: str, faults: dict[str, Any]
) -> None:
    fault(issuer, **faults)
    status, text = said(client, come_back(client))
    assert (status, "cannot be trusted" in text) == (400, True)


def test_a_token_that_is_only_written_anew_by_the_right_key_is_good(client: TestClient, issuer: str) -> None:
    """So that the refusals above come from what is changed, not from the change."""
    fault(issuer, claims={})
    assert client.get(come_back(client)).status_code == 303


def test_who_stops_at_the_provider_is_told(client: TestClient, issuer: str) -> None:
    fault(issuer, refuse=True)
    status, text = said(client, come_back(client))
    assert (status, "not finished" in text) == (403, True)


def test_a_provider_that_is_down_is_told_and_the_password_goes_on(
    client: TestClient, workspace: Workspace, issuer: str
) -> None:
    fault(issuer, broken=True)
    status, text = said(client, "/sign-in/provider")
    assert (status, "cannot be reached now" in text) == (502, True)
    assert client.get("/sign-in").status_code == 200
    fault(issuer)
    back = come_back(client)
    fault(issuer, broken=True)
    assert said(client, back)[0] == 502


def test_a_provider_that_cannot_be_reached_is_left_alone_for_a_while(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("MATCHMAKER_OIDC_ISSUER", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setattr("matchmaker.signing_in.provider.TIMEOUT_SECONDS", 0.2)
        with Workspace.open(folder) as other:
            client = opened(other)
            # It takes connections and never answers.
            assert [client.get("/sign-in/provider").status_code for _ in range(5)] == [502] * 5
            listening.settimeout(0.5)
            tried = 0
            with suppress(TimeoutError):
                while tried < 6:
                    listening.accept()[0].close()
                    tried += 1
    assert tried == 1


def test_the_doctor_says_whether_the_provider_answers(
    workspace: Workspace, folder: Path, issuer: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def told() -> str:
        main(["-w", str(folder), "doctor"])
        return next(line for line in capfd.readouterr().out.splitlines() if " provider: " in line)

    assert told().startswith("well")
    fault(issuer, broken=True)
    assert told().startswith("broken")


def test_a_provider_that_calls_itself_something_else_is_not_believed(
    workspace: Workspace, folder: Path, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_OIDC_ISSUER", issuer.replace("127.0.0.1", "localhost"))
    with Workspace.open(folder) as other:
        assert said(opened(other), "/sign-in/provider")[0] == 502


def test_a_wrong_secret_lets_nobody_in(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATCHMAKER_OIDC_CLIENT_SECRET_FILE")
    monkeypatch.setenv("MATCHMAKER_OIDC_CLIENT_SECRET", "falsch")
    with Workspace.open(folder) as other:
        client = opened(other)
        assert said(client, come_back(client))[0] == 502


@pytest.mark.parametrize(
    "way", ["https://evil.example/", "//evil.example", "/\\evil.example", "/" + "x" * 2000]
)
def test_the_way_back_leads_nowhere_else(client: TestClient, way: str) -> None:
    begun = client.get("/sign-in/provider", params={"next": way})
    entered = client.get(at_provider(begun.headers["location"]))
    assert (entered.status_code, entered.headers["location"]) == (303, "/")


def test_nothing_typed_is_lost_on_the_way(client: TestClient) -> None:
    link = kept_at(client.post("/events/new", data={"name": "Ærø & co"}))
    entered = client.get(come_back(client, f"?{link}"))
    assert entered.status_code == 200
    assert 'name="name" value="Ærø &amp; co"' in entered.text
    assert client.get("/events").status_code in (200, 503)
    assert packed("name=x") not in entered.text


def test_a_form_is_offered_to_the_browser_that_sent_it_and_to_no_other(client: TestClient) -> None:
    link = kept_at(client.post("/import/made/4", data={"take_back": "4"}))
    lured = beside(client)
    entered = lured.get(come_back(lured, f"?{link}"))
    assert (entered.status_code, entered.headers["location"]) == (303, "/import/made/4")
    assert "session" in lured.cookies
    own = client.get(come_back(client, f"?{link}"))
    assert own.status_code == 200
    assert 'name="take_back" value="4"' in own.text


def test_who_has_a_form_kept_too_is_not_offered_a_strangers(client: TestClient) -> None:
    lured = beside(client)
    own = kept_at(lured.post("/events/new", data={"name": "Mine"}))
    strange = kept_at(client.post("/events/new", data={"name": "Strange"}))
    assert lured.get(come_back(lured, f"?{strange}")).status_code == 303
    assert 'value="Mine"' in lured.get(come_back(lured, f"?{own}")).text


def test_every_form_that_a_browser_sent_comes_back_once(client: TestClient) -> None:
    links = [kept_at(client.post("/events/new", data={"name": f"No {number}"})) for number in range(3)]
    wrong = client.post(
        "/sign-in", data={"email": "kim@cluster.example", "password": "not it", "kept": packed("name=No+3")}
    )
    links.append(kept_at(wrong))
    for number in (1, 3, 0, 2):
        assert f'value="No {number}"' in client.get(come_back(client, f"?{links[number]}")).text
        assert client.get(come_back(client, f"?{links[number]}")).status_code == 303


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (BASE, r"kept=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax"),
        ("https://127.0.0.1", r"__Host-kept=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure"),
    ],
)
def test_what_knows_the_browser_again_is_for_no_script_and_no_other_site(
    client: TestClient, base: str, expected: str
) -> None:
    browser = TestClient(client.app, base_url=base, follow_redirects=False)
    cookie = browser.post("/events/new", data={"name": "x"}).headers["set-cookie"]
    assert re.fullmatch(expected, cookie)
    again = browser.post("/events/new", data={"name": "x"}).headers["set-cookie"]
    assert again == cookie, "or what it sent before would be no longer its own"
    assert "set-cookie" not in browser.get("/sign-in").headers


def test_where_no_provider_is_set_up_nothing_is_offered(arranging: TestClient) -> None:
    assert "/sign-in/provider" not in arranging.get("/sign-in").text
    for path in ("/sign-in/provider", "/sign-in/provider/back?state=x&code=y"):
        assert arranging.get(path).status_code == 404


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ISSUER": "http://login.example", "CLIENT_ID": "x"}, "no issuer"),
        ({"ISSUER": "https://a:b@login.example", "CLIENT_ID": "x"}, "no issuer"),
        ({"ISSUER": "https://login.example"}, "oidc_client_id"),
        ({"CLIENT_SECRET_FILE": "none"}, "not a file"),
        ({"NAME": "a\nb"}, "one line"),
    ],
)
def test_settings_that_cannot_be_are_named(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_settings(tmp_path, {f"MATCHMAKER_OIDC_{name}": value for name, value in variables.items()})
