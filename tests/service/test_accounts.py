"""One's own account over the real app: a password forgotten or changed, sessions ended, keys made and revoked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.users import Key, UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.tries import FREE_LETTERS, Tries
from tests.post_office import PostOffice, post_office

BASE = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
OTHER = "staple of other horses"
ACTOR = {"firm": "uni:1"}

Opened = Callable[..., TestClient]


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(
    built_folder: Path, tmp_path_factory: pytest.TempPathFactory, office: PostOffice
) -> Iterator[Workspace]:
    """A copy in which there is a user of every role, and letters can be sent."""
    folder = tmp_path_factory.mktemp("accounts") / "workspace"
    shutil.copytree(built_folder, folder)
    with pytest.MonkeyPatch.context() as patching:
        for name, value in {**office.variables, "MATCHMAKER_ADDRESS": "https://match.example"}.items():
            patching.setenv(name, value)
        workspace = Workspace.open(folder)
    with workspace as opened:
        for role in UserRole:
            user(opened, role.value, role)
        yield opened


def user(workspace: Workspace, name: str, role: UserRole = UserRole.ANALYST) -> str:
    return workspace.users.add(
        name=name,
        email=f"{name}@x.example",
        role=role,
        actor_id=ACTOR.get(role.value, ""),
        password=PASSWORD,
        who="operator",
    ).id


def all_keys(workspace: Workspace) -> tuple[Key, ...]:
    return workspace.users.keys()


@pytest.fixture
def opened(shared: Workspace) -> Iterator[Opened]:
    apps = []

    def opening(**headers: str) -> TestClient:
        app = create_app(shared)
        # Kept, one test's letters would count in the next.
        app.state.tries = Tries()
        app.state.letters = Tries(free_per_account=FREE_LETTERS)
        apps.append(app)
        return TestClient(
            app, base_url=BASE, headers={"accept-language": "en", **headers}, follow_redirects=False
        )

    yield opening
    for app in apps:
        app.state.outbox.close()


def enter(client: TestClient, name: str = "facilitator", password: str = PASSWORD) -> int:
    return client.post("/sign-in", data={"email": f"{name}@x.example", "password": password}).status_code


def asked(client: TestClient, email: str) -> tuple[int, str]:
    answer = client.post("/sign-in/forgotten", data={"email": email})
    client.app.state.outbox.wait()  # type: ignore[attr-defined]
    return answer.status_code, answer.text


def test_a_forgotten_password_is_chosen_anew_by_a_letter(
    opened: Opened, shared: Workspace, office: PostOffice
) -> None:
    user(shared, "forgetful")
    office.letters.clear()
    client = opened()
    assert 'href="/sign-in/forgotten"' in client.get("/sign-in").text
    known = asked(client, "Forgetful@x.example")
    unknown = asked(client, "nobody@x.example")
    assert known == unknown
    assert known[0] == 200
    (letter,) = office.letters
    assert letter["To"] == "forgetful@x.example"
    link = re.search(r"https://match\.example(/invitation/\S+)", letter.get_content())
    assert link
    # Whoever asked, the password is good until the link is used.
    assert enter(opened(), "forgetful") == 303
    chosen = client.post(link[1], data={"password": OTHER, "again": OTHER})
    assert chosen.status_code == 303
    assert enter(opened(), "forgetful") == 401
    assert enter(opened(), "forgetful", OTHER) == 303
    assert client.post(link[1], data={"password": PASSWORD, "again": PASSWORD}).status_code == 404


def test_who_is_shut_out_gets_no_letter(opened: Opened, shared: Workspace, office: PostOffice) -> None:
    user(shared, "shut")
    shared.users.disable("shut@x.example", who="operator")
    office.letters.clear()
    assert asked(opened(), "shut@x.example")[0] == 200
    assert office.letters == []


def test_nobody_can_have_many_letters_sent(opened: Opened, shared: Workspace, office: PostOffice) -> None:
    user(shared, "flooded")
    office.letters.clear()
    for email in ("flooded@x.example", "nobody.at.all@x.example"):
        client = opened()
        client.app.state.letters = Tries(clock=lambda: 0.0, free_per_account=FREE_LETTERS)  # type: ignore[attr-defined]
        statuses = [asked(client, email)[0] for _ in range(FREE_LETTERS + 2)]
        assert statuses == [200] * FREE_LETTERS + [429, 429]
    assert len(office.letters) == FREE_LETTERS


def test_where_nothing_can_be_mailed_nothing_is_offered(facilitator: TestClient) -> None:
    assert "/sign-in/forgotten" not in facilitator.get("/sign-in").text
    assert facilitator.get("/sign-in/forgotten").status_code == 404
    assert facilitator.post("/sign-in/forgotten", data={"email": "a@x.example"}).status_code == 404


def test_a_password_is_changed_by_whoever_knows_it_and_ends_the_other_sessions(
    opened: Opened, shared: Workspace
) -> None:
    user(shared, "changing")
    here, there = opened(), opened()
    enter(here, "changing")
    enter(there, "changing")

    def change(present: str, new: str, again: str | None = None) -> tuple[int, str]:
        answer = here.post(
            "/account/password",
            data={"present": present, "password": new, "again": new if again is None else again},
        )
        return answer.status_code, answer.text

    for sent, said in (
        (("wrong wrong wrong", OTHER), "present password is not right"),
        ((PASSWORD, OTHER, "other"), "not the same"),
        ((PASSWORD, "short"), "at least 12"),
        ((PASSWORD, "changing@x.example"), "easily guessed"),
    ):
        status, text = change(*sent)
        assert status == 422
        assert said in text
        assert OTHER not in text
    assert there.get("/account").status_code == 200
    assert change(PASSWORD, OTHER)[0] == 303
    assert here.get("/account?done=password").status_code == 200
    assert there.get("/account").status_code == 303
    assert enter(opened(), "changing") == 401
    assert enter(opened(), "changing", OTHER) == 303


def test_the_present_password_cannot_be_guessed_from_an_open_session(
    opened: Opened, shared: Workspace
) -> None:
    user(shared, "guessed")
    client = opened()
    enter(client, "guessed")
    client.app.state.tries = Tries(clock=lambda: 0.0)  # type: ignore[attr-defined]
    statuses = [
        client.post(
            "/account/password", data={"present": f"guess {n}", "password": OTHER, "again": OTHER}
        ).status_code
        for n in range(7)
    ]
    assert statuses == [422] * 5 + [429] * 2


def test_sessions_are_told_apart_and_ended_one_by_one(opened: Opened, shared: Workspace) -> None:
    user(shared, "several")
    agents = {
        "Firefox, Windows": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Safari, iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
        "A browser": "<script>alert(1)</script>",
    }
    clients = {name: opened(**{"user-agent": agent}) for name, agent in agents.items()}
    for client in clients.values():
        enter(client, "several")
    text = clients["Firefox, Windows"].get("/account").text
    assert all(name in text for name in agents)
    assert "<script>alert" not in text
    marks = re.findall(r'name="session" value="(\w+)"', text)
    assert len(marks) == 2
    # Another's session cannot be ended by its mark, and no mark opens anything.
    stranger = opened()
    enter(stranger, "analyst")
    stranger.post("/account/sessions", data={"session": marks[0]})
    assert all(client.get("/account").status_code == 200 for client in clients.values())
    thief = opened()
    thief.cookies.set("session", marks[0])
    assert thief.get("/api/v1/actors").status_code == 401
    for mark in marks:
        assert (
            clients["Firefox, Windows"].post("/account/sessions", data={"session": mark}).status_code == 303
        )
    assert [client.get("/account").status_code for client in clients.values()] == [200, 303, 303]


def made(client: TestClient, **more: str) -> tuple[int, str]:
    """A key from the page: status, and the text to send."""
    answer = client.post("/account/keys", data={"name": "Sheet", "days": "30", "scope": "change", **more})
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r'class="secret">([^<]+)<', answer.text)
    return answer.status_code, found[1] if found else ""


def reads(opened: Opened, sent: str) -> int:
    return opened(authorization=f"Bearer {sent}").get("/api/v1/actors").status_code


def test_a_key_of_ones_own_is_shown_once_works_and_is_revoked(opened: Opened, shared: Workspace) -> None:
    user(shared, "keeper", UserRole.FACILITATOR)
    client = opened()
    enter(client, "keeper")
    status, sent = made(client)
    assert status == 200
    key_id, _, secret = sent.partition(".")
    assert secret not in client.get("/account").text
    assert reads(opened, sent) == 200
    made_by_key = opened(authorization=f"Bearer {sent}").post("/api/v1/keys", json={"name": "Child"})
    assert made_by_key.status_code == 201
    child = made_by_key.json()
    assert child["expires"] <= next(each.expires for each in all_keys(shared) if each.id == key_id)
    assert reads(opened, child["key"]) == 200
    assert client.post("/account/keys", data={"revoke": key_id}).status_code == 303
    # What a key made goes with it.
    assert reads(opened, sent) == reads(opened, child["key"]) == 401
    left = client.get("/account").text
    assert key_id not in left
    assert child["id"] not in left


def test_a_key_ends_with_its_user(opened: Opened, shared: Workspace) -> None:
    user(shared, "leaving", UserRole.FACILITATOR)
    client = opened()
    enter(client, "leaving")
    _, sent = made(client)
    shared.users.disable("leaving@x.example", who="operator")
    assert reads(opened, sent) == 401
    shared.users.enable("leaving@x.example", who="operator")
    assert reads(opened, sent) == 200
    shared.users.remove("leaving@x.example", who="operator")
    assert reads(opened, sent) == 401
    assert all(each.id != sent.partition(".")[0] for each in all_keys(shared))


@pytest.mark.parametrize(
    ("role", "wanted"),
    [("firm", "facilitator"), ("firm", "analyst"), ("analyst", "facilitator"), ("analyst", "firm")],
)
def test_no_key_is_wider_than_its_maker(opened: Opened, role: str, wanted: str) -> None:
    client = opened()
    enter(client, role)
    status, sent = made(client, role=wanted)
    assert (status, sent) == (422, "")
    refused = client.post("/api/v1/keys", json={"name": "x", "role": wanted})
    assert refused.status_code == 422


def test_an_analysts_key_changes_nothing_and_a_firms_speaks_for_its_actor(
    opened: Opened, shared: Workspace
) -> None:
    for role in ("analyst", "firm"):
        client = opened()
        enter(client, role)
        _, sent = made(client)
        key = next(each for each in all_keys(shared) if each.id == sent.partition(".")[0])
        assert (key.role.value, key.actor_id) == (role, ACTOR.get(role, ""))
        assert key.read_only == (role == "analyst")
        by_key = opened(authorization=f"Bearer {sent}")
        assert by_key.post("/api/v1/keys", json={"name": "x"}).status_code == (403 if key.read_only else 201)


def test_a_key_that_reads_only_makes_none_and_ends_none(opened: Opened) -> None:
    client = opened()
    enter(client)
    _, sent = made(client, scope="read")
    by_key = opened(authorization=f"Bearer {sent}")
    assert by_key.get("/api/v1/keys").status_code == 200
    assert by_key.post("/api/v1/keys", json={"name": "x"}).status_code == 403
    assert by_key.delete(f"/api/v1/keys/{sent.partition('.')[0]}").status_code == 403


def test_everybody_sees_and_ends_their_own_keys_and_a_facilitator_all(
    opened: Opened, shared: Workspace
) -> None:
    clients = {}
    keys = {}
    for role in UserRole:
        clients[role] = opened()
        enter(clients[role], role.value)
        keys[role] = made(clients[role])[1].partition(".")[0]

    def listed(role: UserRole) -> set[str]:
        return {each["id"] for each in clients[role].get("/api/v1/keys?limit=200").json()["items"]}

    assert set(keys.values()) <= listed(UserRole.FACILITATOR)
    shown = {role: client.get("/account").text for role, client in clients.items()}
    assert all(each in shown[UserRole.FACILITATOR] for each in keys.values())
    assert keys[UserRole.FACILITATOR] not in shown[UserRole.FIRM] + shown[UserRole.ANALYST]
    for role in (UserRole.FIRM, UserRole.ANALYST):
        assert listed(role) & set(keys.values()) == {keys[role]}
        theirs, none = (
            clients[role].delete(f"/api/v1/keys/{each}")
            for each in (keys[UserRole.FACILITATOR], "key-000000000000")
        )
        assert theirs.status_code == none.status_code == 404
        assert theirs.json()["detail"] == none.json()["detail"]
        assert (
            clients[role].post("/account/keys", data={"revoke": keys[UserRole.FACILITATOR]}).status_code
            == 404
        )
    assert clients[UserRole.FACILITATOR].delete(f"/api/v1/keys/{keys[UserRole.FIRM]}").status_code == 204
    revoked = next(each for each in all_keys(shared) if each.id == keys[UserRole.FIRM])
    assert revoked.revoked
    assert shared.history(subject=revoked.id)[0].who == shared.users.user("facilitator@x.example").id


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "what the key is for"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"days": "0"}, "how long"),
        ({"days": "9999"}, "how long"),
        ({"days": "abc"}, "how long"),
        ({"role": "operator"}, "cannot have this role"),
    ],
)
def test_a_key_that_cannot_be_is_refused_in_words(opened: Opened, sent: dict[str, str], said: str) -> None:
    client = opened()
    enter(client)
    answer = client.post("/account/keys", data={"name": "x", "days": "30", **sent})
    assert answer.status_code == 422
    assert said in answer.text


def test_there_are_not_more_keys_than_can_be_looked_after(opened: Opened, shared: Workspace) -> None:
    user(shared, "hoarder")
    client = opened()
    enter(client, "hoarder")
    statuses = [client.post("/api/v1/keys", json={"name": f"k{n}"}).status_code for n in range(21)]
    assert statuses == [201] * 20 + [422]
    assert "as many keys as fit" in client.post("/account/keys", data={"name": "x", "days": "30"}).text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 3},
        {"name": "x", "days": 0},
        {"name": "x", "days": 732},
        {"name": "x", "more": 1},
    ],
)
def test_bad_keys_are_refused_by_field(opened: Opened, body: dict[str, object]) -> None:
    client = opened()
    enter(client)
    answer = client.post("/api/v1/keys", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"]


def test_an_open_workspace_has_no_account_to_change(facilitator: TestClient) -> None:
    assert facilitator.get("/account").status_code == 200
    assert facilitator.get("/api/v1/keys").status_code == 404
    for path in ("password", "sessions", "keys"):
        assert facilitator.post(f"/account/{path}", data={"name": "x"}).status_code == 404


def test_none_of_it_can_be_sent_from_another_site(opened: Opened) -> None:
    client = opened()
    enter(client)
    for path in ("/account/password", "/account/sessions", "/account/keys", "/sign-in/forgotten"):
        assert client.post(path, data={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
