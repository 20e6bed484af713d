"""One's own account over the API: what each role does with its own, what nobody else does, and nothing secret in an answer."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.tried import LETTER
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.tries import FREE_LETTERS, FREE_PER_ACCOUNT, Tries
from tests.post_office import PostOffice, post_office
from tests.service.test_problems import check

BASE = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
OTHER = "staple of other horses"
API = "/api/v1/account"
ROLES = [each.value for each in UserRole]


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def shared(
    built_folder: Path, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A copy in which there is a user of every role, and letters can be sent."""
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    for name, value in {**office.variables, "MATCHMAKER_ADDRESS": "https://match.example"}.items():
        monkeypatch.setenv(name, value)
    with Workspace.open(folder) as opened:
        for role in UserRole:
            opened.users.add(
                name=role.value,
                email=f"{role.value}@x.example",
                role=role,
                actor_id="uni:1" if role is UserRole.FIRM else "",
                password=PASSWORD,
                who="operator",
            )
        yield opened


def client_of(shared: Workspace) -> TestClient:
    return TestClient(
        create_app(shared), base_url=BASE, headers={"accept-language": "en"}, follow_redirects=False
    )


def signed_in(shared: Workspace, role: str, password: str = PASSWORD) -> TestClient:
    client = client_of(shared)
    sent = client.post("/sign-in", data={"email": f"{role}@x.example", "password": password})
    assert sent.status_code == 303, role
    return client


def with_key(shared: Workspace, whose: str, **narrowed: object) -> TestClient:
    session = signed_in(shared, whose)
    made = session.post("/api/v1/keys", json={"name": "k", **narrowed})
    assert made.status_code == 201
    session.post("/sign-out")
    client = client_of(shared)
    client.headers["authorization"] = f"Bearer {made.json()['key']}"
    return client


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_their_own_account_and_nothing_secret(shared: Workspace, role: str) -> None:
    client = signed_in(shared, role)
    answer = client.get(API)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "id": shared.users.user(f"{role}@x.example").id,
        "name": role,
        "email": f"{role}@x.example",
        "role": role,
        "actor_id": "uni:1" if role == "firm" else None,
        "has_password": True,
        "providers": [],
        "by_letter": True,
    }
    listed = client.get(f"{API}/sessions")
    (session,) = listed.json()["items"]
    assert session["is_this"] is True
    for text in (answer.text, listed.text):
        assert "argon2" not in text
        assert client.cookies["session"] not in text


def test_nobody_has_no_account(shared: Workspace) -> None:
    client = client_of(shared)
    for method, path, body in (
        ("GET", API, None),
        ("PUT", f"{API}/password", {"present": PASSWORD, "password": OTHER}),
        ("GET", f"{API}/sessions", None),
        ("DELETE", f"{API}/sessions", None),
        ("DELETE", f"{API}/sessions/0123", None),
    ):
        check(client.request(method, path, json=body), 401)


def test_a_key_speaks_for_its_user_unless_it_is_narrower(shared: Workspace) -> None:
    assert with_key(shared, "firm").get(API).json()["email"] == "firm@x.example"
    check(with_key(shared, "facilitator", role="analyst").get(API), 404)
    reading = with_key(shared, "firm", read_only=True)
    assert reading.get(API).status_code == 200
    check(reading.delete(f"{API}/sessions"), 403)
    check(reading.put(f"{API}/password", json={"present": PASSWORD, "password": OTHER}), 403)
    operators = client_of(shared)
    _, key = shared.users.create_key(name="k", role=UserRole.FACILITATOR, who="operator")
    operators.headers["authorization"] = f"Bearer {key}"
    for path in (API, f"{API}/sessions"):
        check(operators.get(path), 404)
    check(operators.put(f"{API}/password", json={"present": PASSWORD, "password": OTHER}), 404)


@pytest.mark.parametrize("role", ROLES)
def test_a_password_is_changed_with_the_present_one_and_ends_other_sessions(
    shared: Workspace, role: str
) -> None:
    client, elsewhere = signed_in(shared, role), signed_in(shared, role)
    wrong = check(client.put(f"{API}/password", json={"present": OTHER, "password": OTHER}), 422, "present")
    assert OTHER not in str(wrong)
    weak = check(
        client.put(f"{API}/password", json={"present": PASSWORD, "password": "short"}), 422, "password"
    )
    assert "short. Use" in str(weak)
    assert elsewhere.get(API).status_code == 200
    done = client.put(f"{API}/password", json={"present": PASSWORD, "password": OTHER})
    assert (done.status_code, done.content) == (204, b"")
    assert client.get(API).status_code == 200
    assert elsewhere.get(API).status_code == 401
    signed_in(shared, role, OTHER)
    refused = client_of(shared).post("/sign-in", data={"email": f"{role}@x.example", "password": PASSWORD})
    assert refused.status_code == 401


def test_with_a_key_every_session_ends(shared: Workspace) -> None:
    session, key = signed_in(shared, "analyst"), with_key(shared, "firm")
    firm = signed_in(shared, "firm")
    assert key.put(f"{API}/password", json={"present": PASSWORD, "password": OTHER}).status_code == 204
    assert firm.get(API).status_code == 401
    assert key.get(API).status_code == 200
    assert session.get(API).status_code == 200


def test_wrong_present_passwords_are_limited_together_with_the_sign_in(shared: Workspace) -> None:
    client, entering = signed_in(shared, "analyst"), client_of(shared)
    for each in (client, entering):
        # A clock that stands still, so that a busy machine gives nobody more tries.
        each.app.state.tries = Tries(shared.tries, clock=lambda: 2e9)  # type: ignore[attr-defined]
    body = {"present": "a wrong password", "password": OTHER}
    statuses = [client.put(f"{API}/password", json=body).status_code for _ in range(FREE_PER_ACCOUNT)]
    assert statuses == [422] * FREE_PER_ACCOUNT
    answer = client.put(f"{API}/password", json=body)
    check(answer, 429)
    assert int(answer.headers["retry-after"]) >= 1
    sent = entering.post("/sign-in", data={"email": "analyst@x.example", "password": PASSWORD})
    assert sent.status_code == 429
    assert shared.tries.of_account("analyst@x.example") == {"sign-in": FREE_PER_ACCOUNT}


def test_sessions_are_listed_and_ended(shared: Workspace) -> None:
    client, second, third = (signed_in(shared, "firm") for _ in range(3))
    stranger = signed_in(shared, "analyst")
    listed = client.get(f"{API}/sessions").json()
    assert (len(listed["items"]), listed["next"]) == (3, None)
    (theirs,) = stranger.get(f"{API}/sessions").json()["items"]
    check(client.delete(f"{API}/sessions/{theirs['id']}"), 404)
    check(client.delete(f"{API}/sessions/nothing"), 404)
    assert stranger.get(API).status_code == 200
    (one,) = [each for each in second.get(f"{API}/sessions").json()["items"] if each["is_this"]]
    assert client.delete(f"{API}/sessions/{one['id']}").status_code == 204
    check(client.delete(f"{API}/sessions/{one['id']}"), 404)
    assert [each.get(API).status_code for each in (client, second, third)] == [200, 401, 200]
    assert client.delete(f"{API}/sessions").status_code == 204
    assert [each.get(API).status_code for each in (client, third)] == [200, 401]
    (own,) = client.get(f"{API}/sessions").json()["items"]
    assert client.delete(f"{API}/sessions/{own['id']}").status_code == 204
    check(client.get(API), 401)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_no_other_site_uses_the_cookie(shared: Workspace, headers: dict[str, str]) -> None:
    client = signed_in(shared, "facilitator")
    body = {"present": PASSWORD, "password": OTHER}
    check(client.put(f"{API}/password", json=body, headers=headers), 403)
    check(client.delete(f"{API}/sessions", headers=headers), 403)
    check(client.post(f"{API}/password-links", json={"email": "a@x.example"}, headers=headers), 403)
    # What a form of another site can send is no JSON.
    check(client.put(f"{API}/password", data=body), 415)
    signed_in(shared, "facilitator")


def test_a_link_is_asked_for_by_letter_and_used_once(shared: Workspace, office: PostOffice) -> None:
    office.letters.clear()
    client = client_of(shared)
    known, unknown = (
        client.post(f"{API}/password-links", json={"email": each})
        for each in ("Firm@x.example", "nobody@x.example")
    )
    client.app.state.outbox.wait()  # type: ignore[attr-defined]
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.status_code == 202
    (letter,) = office.letters
    link = re.search(r"https://match\.example/invitation/([\w-]+)", str(letter.get_content()))
    assert link
    token = link[1]
    assert token not in known.text
    used = f"{API}/password-links/used"
    weak = check(client.put(used, json={"token": token, "password": "short"}), 422, "password")
    assert token not in str(weak)
    done = client.put(used, json={"token": token, "password": OTHER})
    assert (done.status_code, done.content, "set-cookie" in done.headers) == (204, b"", False)
    check(client.put(used, json={"token": token, "password": PASSWORD}), 404)
    check(client.put(used, json={"token": "never-sent", "password": PASSWORD}), 404)
    signed_in(shared, "firm", OTHER)


def test_an_invited_user_chooses_a_password(shared: Workspace) -> None:
    made = shared.users.invite(name="New", email="new@x.example", role=UserRole.ANALYST, who="operator")
    client = client_of(shared)
    body = {"token": made.token, "password": OTHER}
    assert client.put(f"{API}/password-links/used", json=body).status_code == 204
    signed_in(shared, "new", OTHER)


def test_nobody_can_have_many_letters_sent_over_the_api(shared: Workspace, office: PostOffice) -> None:
    office.letters.clear()
    client = client_of(shared)
    client.app.state.letters = Tries(  # type: ignore[attr-defined]
        shared.tries, purpose=LETTER, clock=lambda: 2e9, free_per_account=FREE_LETTERS
    )
    for email in ("analyst@x.example", "nobody@x.example"):
        asked = [client.post(f"{API}/password-links", json={"email": email}) for _ in range(FREE_LETTERS)]
        assert [each.status_code for each in asked] == [202] * FREE_LETTERS
        check(client.post(f"{API}/password-links", json={"email": email}), 429)
    client.app.state.outbox.wait()  # type: ignore[attr-defined]
    assert len(office.letters) == FREE_LETTERS


def test_where_no_letter_can_be_sent_none_is_promised(facilitator: TestClient) -> None:
    check(facilitator.post(f"{API}/password-links", json={"email": "a@x.example"}), 404)
    check(facilitator.get(API), 404)


@pytest.mark.parametrize(
    "body", [{}, {"present": PASSWORD}, {"present": 1, "password": PASSWORD}, {"present": "x" * 5000, "password": OTHER}, []]
)  # fmt: skip
def test_what_is_no_password_is_refused_without_being_repeated(shared: Workspace, body: object) -> None:
    answer = signed_in(shared, "firm").put(f"{API}/password", json=body)
    check(answer, 422)
    assert PASSWORD not in answer.text
    assert "xxxxx" not in answer.text
