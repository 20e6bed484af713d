"""Signing in over the real app: who gets in, how soon somebody is out, and what guessing, planting and luring come to."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.arranged import acting
from service.grants import GRANTS, Reach, Resource, Role, as_table
from service.pages.signing_in.ways import local_path, packed, unpacked
from service.permissions import RULES
from service.tries import FREE_PER_ACCOUNT, FREE_PER_ADDRESS, LONGEST_WAIT, Tries
from tests.conftest import ROOT
from tests.service.test_event_pages import FORM

BASE = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
ACTOR = {"firm": "uni:1"}
OTHER = "fibre:1"

Opened = Callable[..., TestClient]


@pytest.fixture(scope="module")
def shared(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy in which there is a user of every role."""
    folder = tmp_path_factory.mktemp("entering") / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        for role in UserRole:
            opened.users.add(
                name=f"<b>{role}</b>",
                email=f"{role}@x.example",
                role=role,
                actor_id=ACTOR.get(role.value, ""),
                password=PASSWORD,
                who="operator",
            )
        yield opened


@pytest.fixture
def opened(shared: Workspace) -> Opened:
    """A client of a new app over it, with limits of its own; open on this machine, if it still were."""

    def opening(**headers: str) -> TestClient:
        app = create_app(shared, open_here=True)
        # Kept, one test's wrong passwords would count in the next.
        app.state.tries = Tries()
        return TestClient(
            app,
            base_url=BASE,
            headers={"accept-language": "en", **headers},
            follow_redirects=False,
        )

    return opening


def enter(client: TestClient, role: str = "facilitator", password: str = PASSWORD, **more: str) -> Response:
    return client.post("/sign-in", data={"email": f"{role}@x.example", "password": password, **more})


@pytest.fixture(scope="module")
def keys(shared: Workspace) -> dict[str, str]:
    return {
        role.value: shared.users.create_key(
            name="k", role=role, actor_id=ACTOR.get(role.value, ""), who="operator"
        )[1]
        for role in UserRole
    }


def test_from_the_first_user_on_nobody_is_let_in_without_signing_in(opened: Opened) -> None:
    client = opened()
    page = client.get("/actors?text=a%20b&group=company")
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2Factors%3Ftext%3Da%2520b%26group%3Dcompany"
    refused = client.get("/api/v1/actors")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["content-type"] == "application/problem+json"


def test_who_signs_in_comes_back_to_where_they_were(opened: Opened) -> None:
    client = opened()
    form = client.get(client.get("/actors?text=a%20b").headers["location"]).text
    assert 'name="next" value="/actors?text=a%20b"' in form
    entered = enter(client, next="/actors?text=a%20b")
    assert (entered.status_code, entered.headers["location"]) == (303, "/actors?text=a%20b")
    assert entered.headers["cache-control"] == "no-store"
    assert client.get("/events").status_code == 200


def test_the_cookie_is_for_no_script_and_no_other_site(opened: Opened) -> None:
    cookie = enter(opened()).headers["set-cookie"]
    assert re.fullmatch(r"session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)


def test_over_https_the_cookie_is_bound_to_the_host(shared: Workspace) -> None:
    client = TestClient(create_app(shared), base_url="https://127.0.0.1", follow_redirects=False)
    cookie = enter(client).headers["set-cookie"]
    assert re.fullmatch(r"__Host-session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)
    assert client.get("/account").status_code == 200
    token = client.cookies["__Host-session"]
    planted = TestClient(create_app(shared), base_url="https://127.0.0.1", cookies={"session": token})
    assert planted.get("/api/v1/actors").status_code == 401


def test_unknown_wrong_and_shut_out_are_answered_alike(opened: Opened, shared: Workspace) -> None:
    shared.users.add(
        name="Out", email="out@x.example", role=UserRole.ANALYST, password=PASSWORD, who="operator"
    )
    shared.users.disable("out@x.example", who="operator")
    answers = {
        (answer.status_code, answer.text.replace(f"{name}@x.example", "…"))
        for name, answer in (
            ("nobody", enter(opened(), "nobody")),
            ("facilitator", enter(opened(), "facilitator", "a wrong password")),
            ("out", enter(opened(), "out")),
        )
    }
    assert len(answers) == 1
    status, text = answers.pop()
    assert status == 401
    assert "do not fit together" in text


def test_guessing_is_slowed_down_for_known_and_unknown_alike(opened: Opened) -> None:
    for name in ("facilitator", "nobody"):
        client = opened()
        # A clock that stands still, so that a busy machine gives nobody more tries.
        client.app.state.tries = Tries(clock=lambda: 0.0)  # type: ignore[attr-defined]
        statuses = [enter(client, name, f"guess number {n}").status_code for n in range(FREE_PER_ACCOUNT + 3)]
        assert statuses == [401] * FREE_PER_ACCOUNT + [429] * 3
        waiting = enter(client, name)
        assert waiting.status_code == 429
        assert 1 <= int(waiting.headers["retry-after"]) <= LONGEST_WAIT
        assert "Too many tries" in waiting.text


def test_many_guesses_at_once_are_not_more_than_one_after_the_other() -> None:
    tries = Tries(clock=lambda: 0.0)
    allowed = [tries.begin("a@x.example", "192.0.2.1") == 0 for _ in range(100)]
    assert sum(allowed) == FREE_PER_ACCOUNT


def test_the_wait_grows_and_a_right_password_ends_it() -> None:
    now = [0.0]
    tries = Tries(clock=lambda: now[0])
    waits = []
    for _ in range(FREE_PER_ACCOUNT + 12):
        wait = tries.begin("a", "192.0.2.1")
        if wait:
            waits.append(wait)
            now[0] += wait
            assert tries.begin("a", "192.0.2.1") == 0
    assert waits == sorted(waits)
    assert waits[:3] == [1, 2, 4]
    assert waits[-1] == LONGEST_WAIT
    tries.succeeded("a", "192.0.2.1")
    assert tries.begin("a", "198.51.100.7") == 0


def test_one_address_cannot_try_many_accounts_nor_wash_itself_clean() -> None:
    tries = Tries(clock=lambda: 0.0)
    done = 0
    while tries.begin(f"account {done}", f"2001:db8:0:7::{done:x}") == 0:
        done += 1
        if done % 5 == 0 and tries.begin("own", "2001:db8:0:7::ffff") == 0:
            tries.succeeded("own", "2001:db8:0:7::ffff")
    assert done <= FREE_PER_ADDRESS
    assert tries.begin("own", "2001:db8:0:8::1") == 0


def test_no_session_is_begun_by_a_token_that_was_planted(opened: Opened) -> None:
    client = opened()
    client.cookies.set("session", "planted-by-somebody-else")
    enter(client)
    tokens = {cookie.value for cookie in client.cookies.jar}
    other = opened()
    other.cookies.set("session", "planted-by-somebody-else")
    assert "planted-by-somebody-else" not in tokens or len(tokens) > 1
    assert other.get("/api/v1/actors").status_code == 401


def test_signing_in_again_ends_the_session_of_before(opened: Opened) -> None:
    client = opened()
    enter(client)
    first = client.cookies["session"]
    enter(client, "analyst")
    assert client.cookies["session"] != first
    other = opened()
    other.cookies.set("session", first)
    assert other.get("/api/v1/actors").status_code == 401


def test_who_is_disabled_is_out_with_the_next_request(opened: Opened, shared: Workspace) -> None:
    shared.users.add(name="Di", email="di@x.example", role=UserRole.ANALYST, password=PASSWORD, who="op")
    client = opened()
    enter(client, "di")
    assert client.get("/api/v1/actors").status_code == 200
    shared.users.disable("di@x.example", who="operator")
    assert client.get("/api/v1/actors").status_code == 401
    assert client.get("/").headers["location"] == "/sign-in"


def test_a_revoked_key_is_out_with_the_next_request(opened: Opened, shared: Workspace) -> None:
    key, sent = shared.users.create_key(name="k", role=UserRole.ANALYST, who="operator")
    client = opened(authorization=f"Bearer {sent}")
    assert client.get("/api/v1/actors").status_code == 200
    shared.users.revoke_key(key.id, who="operator")
    assert client.get("/api/v1/actors").status_code == 401


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Basic YTpi", "", "Bearer key-1." + "x" * 5000])
def test_a_bad_key_is_nobody_even_where_the_app_is_open(facilitator: TestClient, header: str) -> None:
    assert facilitator.get("/api/v1/actors").status_code == 200
    assert facilitator.get("/api/v1/actors", headers={"authorization": header}).status_code == 401
    assert facilitator.get("/healthz", headers={"authorization": header}).status_code == 200


def test_what_comes_through_a_proxy_is_not_from_this_machine(facilitator: TestClient) -> None:
    for name in ("x-forwarded-for", "forwarded"):
        assert facilitator.get("/api/v1/actors", headers={name: "192.0.2.1"}).status_code == 401


def test_signing_out_here_and_everywhere(opened: Opened) -> None:
    here, there = opened(), opened()
    enter(here)
    enter(there)
    token = here.cookies["session"]
    left = here.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert "session" not in here.cookies
    here.cookies.set("session", token)
    assert here.get("/api/v1/actors").status_code == 401
    assert there.get("/api/v1/actors").status_code == 200
    here.cookies.clear()
    enter(here)
    here.post("/sign-out", data={"where": "everywhere"})
    assert there.get("/api/v1/actors").status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/invitation/x"])
def test_another_site_can_send_none_of_the_forms(opened: Opened, path: str) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert opened().post(path, data={"email": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/" + "x" * 5000,
        "/a\x00b",
    ],
)
def test_the_way_back_leads_nowhere_else(opened: Opened, way: str) -> None:
    assert local_path(way) == "/"
    assert enter(opened(), next=way).headers["location"] == "/"


def test_an_invitation_leads_to_a_password_and_in(opened: Opened, shared: Workspace) -> None:
    link = shared.users.invite(
        name="<script>alert(1)</script>",
        email="new@x.example",
        role=UserRole.FIRM,
        actor_id="uni:1",
        who="op",
    )
    client = opened()
    assert "new@x.example" in client.get(link.path).text
    for form, said in (
        ({"password": PASSWORD, "again": "other"}, "not the same"),
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": "aaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaa"}, "easily guessed"),
    ):
        refused = client.post(link.path, data=form)
        assert refused.status_code == 422
        assert said in refused.text
        assert PASSWORD not in refused.text
    chosen = client.post(link.path, data={"password": PASSWORD, "again": PASSWORD})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
    # A firm begins at its own place.
    assert client.get("/").headers["location"] == "/my"
    page = client.get("/my").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    for again in (
        client.get(link.path),
        client.post(link.path, data={"password": PASSWORD, "again": PASSWORD}),
    ):
        assert again.status_code == 404
    assert client.get("/invitation/unknown").text.count("cannot be used") == 2
    assert enter(opened(), "new").status_code == 303


def test_nothing_typed_is_lost_when_a_session_is_over(opened: Opened) -> None:
    client = opened()
    sent = {"name": 'Ærø & "co"', "place": "<b>x</b>", "session_name": ["a", "b"]}
    over = client.post("/events/new?x=1", data=sent)
    assert over.status_code == 401
    assert "What you wrote is kept" in over.text
    # It is in the page itself, so nothing needs to know the browser again.
    assert "set-cookie" not in over.headers
    kept = re.search(r'name="kept" value="([^"]+)"', over.text)
    assert kept
    wrong = enter(client, password="not it", kept=kept[1], next="/events/new?x=1")
    assert kept[1] in wrong.text
    again = enter(client, kept=kept[1], next="/events/new?x=1")
    assert again.status_code == 200
    assert 'action="/events/new?x=1"' in again.text
    assert 'name="name" value="Ærø &amp; &#34;co&#34;"' in again.text
    assert 'value="&lt;b&gt;x&lt;/b&gt;"' in again.text
    assert again.text.count('name="session_name"') == 2
    assert client.get("/events").status_code == 200


@pytest.mark.parametrize("kept", ["", "x", "é", "AAAA", packed("a=1")[:-6], packed("a=" + "0" * 9_000_000)])
def test_a_form_that_cannot_be_unpacked_is_none(kept: str) -> None:
    assert unpacked(kept) == []


def test_a_packed_form_comes_back_as_it_was() -> None:
    assert unpacked(packed("a=1&a=2&b=%C3%A6+%26&c=")) == [("a", "1"), ("a", "2"), ("b", "æ &"), ("c", "")]


def test_every_role_gets_what_the_table_gives_and_nothing_else(opened: Opened, keys: dict[str, str]) -> None:
    """Every route and every role: refused exactly where the table does not name the role."""
    clients = {
        Role.ANONYMOUS: opened(),
        **{Role(role): opened(authorization=f"Bearer {sent}") for role, sent in keys.items()},
    }
    tried = 0
    for (method, path), rule in RULES.items():
        address = re.sub(r"\{[\w:]+\}", "none", path)
        for role, client in clients.items():
            answer = client.request(method, address)
            refused = 303 if method == "GET" and not path.startswith("/api/") else 401
            shut = {Role.ANONYMOUS: {refused}}.get(role, {403})
            tried += 1
            if path == "/metrics":
                # No role reaches it from afar: it asks for a program on the same machine.
                assert answer.status_code == 403
            elif path == "/sign-in":
                # Open to everybody: who is in goes on, and without a password it says no.
                assert answer.status_code in (200, 303, 401)
            elif role in rule.roles:
                assert answer.status_code not in {401, 403}, (role, method, path)
                assert answer.status_code < 500, (role, method, path)
            else:
                assert answer.status_code in shut, (role, method, path, answer.status_code)
    assert tried == 4 * len(RULES) > 240


def test_a_firm_reads_its_own_suggestions_and_no_one_elses(opened: Opened, keys: dict[str, str]) -> None:
    firm = opened(authorization=f"Bearer {keys['firm']}")
    own, others = "/api/v1/actors/uni:1/suggestions", f"/api/v1/actors/{OTHER}/suggestions"
    answered = firm.get(own)
    assert answered.status_code == 200
    assert answered.json()["items"]
    forbidden, missing = firm.get(others), firm.get("/api/v1/actors/nobody/suggestions")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.json()["title"] == missing.json()["title"]
    assert forbidden.json()["detail"].replace(OTHER, "…") == missing.json()["detail"].replace("nobody", "…")
    # What the browser holds of another's is not confirmed either.
    tag = answered.headers["etag"]
    assert firm.get(others, headers={"if-none-match": "*"}).status_code == 404
    assert firm.get(own, headers={"if-none-match": tag}).status_code == 304
    assert 'id="partners"' in firm.get("/actors/uni:1").text
    profile = firm.get(f"/actors/{OTHER}")
    assert profile.status_code == 200
    assert 'id="partners"' not in profile.text


def test_an_analyst_sees_profiles_and_no_suggestions(opened: Opened, keys: dict[str, str]) -> None:
    analyst = opened(authorization=f"Bearer {keys['analyst']}")
    assert analyst.get("/api/v1/actors/uni:1").status_code == 200
    assert analyst.get("/api/v1/actors/uni:1/suggestions").status_code == 403
    assert 'id="partners"' not in analyst.get("/actors/uni:1").text


def test_a_key_that_reads_only_changes_nothing(opened: Opened, shared: Workspace) -> None:
    _, sent = shared.users.create_key(name="k", role=UserRole.FACILITATOR, read_only=True, who="operator")
    client = opened(authorization=f"Bearer {sent}")
    assert client.get("/api/v1/events").status_code == 200
    assert client.post("/api/v1/search", json={"text": "straw"}).status_code == 200
    for method, path in RULES:
        if method != "GET" and "/events" in path:
            assert client.request(method, re.sub(r"\{\w+\}", "none", path)).status_code == 403


def test_a_change_is_kept_with_the_id_of_whoever_made_it_and_told_with_the_name(
    opened: Opened, shared: Workspace, keys: dict[str, str]
) -> None:
    client = opened()
    enter(client)
    made = client.post(
        "/api/v1/events",
        json={"id": "kept", "name": "Kept", "zone": "Europe/Copenhagen", "sessions": [], "tables": []},
    )
    assert made.status_code == 201
    user = shared.users.user("facilitator@x.example")
    assert shared.history(subject="kept")[0].who == user.id
    conflict = opened(authorization=f"Bearer {keys['facilitator']}").post(
        "/events/kept", data=FORM | {"place": "Skive", "seen": "stale"}
    )
    assert conflict.status_code == 412
    assert "&lt;b&gt;facilitator&lt;/b&gt;" in conflict.text
    by_key = opened(authorization=f"Bearer {keys['facilitator']}")
    assert by_key.delete("/api/v1/events/kept", headers={"if-match": "*"}).status_code == 204
    assert shared.history(subject="kept")[0].who == keys["facilitator"].partition(".")[0]
    assert "key-" not in acting()


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/invitation/x", "/invitation/%00%ff"])
@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff", b"email=%ff&password=%ff", b"email=" + b"x" * 9000, b"&".join([b"a=1"] * 21_000)],
)
def test_no_form_brings_out_a_fault(opened: Opened, path: str, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json"):
        answer = opened().post(path, content=body, headers={"content-type": kind, "cookie": "session=%00;;="})
        assert answer.status_code in (303, 401, 404, 415, 422), answer.text


def test_pages_offer_each_role_only_what_it_may_open(opened: Opened) -> None:
    for role in UserRole:
        client = opened()
        enter(client, role.value)
        text = client.get("/").text
        assert "<b>" not in text.split("<main")[0]
        for address in set(re.findall(r'href="(/[\w/-]*)"', text)):
            if not address.startswith("/static"):
                assert client.get(address).status_code in (200, 503), (role, address)
    facilitator = opened()
    enter(facilitator)
    assert "whoever uses this machine" not in facilitator.get("/").text


def test_an_open_page_says_so(facilitator: TestClient) -> None:
    assert (
        "whoever uses this machine is a facilitator"
        in facilitator.get("/", headers={"accept-language": "en"}).text
    )


def test_the_documentation_shows_the_table() -> None:
    assert as_table() in (ROOT / "docs" / "signing-in.md").read_text("utf-8")


def test_the_table_keeps_what_must_hold() -> None:
    for role in Role:
        database = GRANTS[Resource.DATABASE][role]
        assert database.read is database.change is Reach.NOTHING
    assert {role for role in Role if GRANTS[Resource.BUILDS][role].change is Reach.ALL} == {Role.FACILITATOR}
    assert GRANTS[Resource.RECOMMENDATIONS][Role.FIRM].read is Reach.OWN
    assert GRANTS[Resource.RECOMMENDATIONS][Role.ANALYST].read is Reach.PSEUDONYMS
    assert all(
        grants[Role.ANONYMOUS].read in (Reach.NOTHING, Reach.OPTED_IN)
        for resource, grants in GRANTS.items()
        if resource not in (Resource.SERVICE, Resource.CALENDAR, Resource.FEED)
    )
