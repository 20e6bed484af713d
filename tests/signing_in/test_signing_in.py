"""Users, sessions, keys and links: what is kept of them, who gets in, and how soon somebody is out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from matchmaker.errors import (
    ActorNotFoundError,
    InvitationNotFoundError,
    KeyNotFoundError,
    UserNotFoundError,
    UserRejectedError,
)
from matchmaker.signing_in import Passwords, SigningIn
from matchmaker.store import Store
from matchmaker.store.connections import connect
from matchmaker.users import Caller, User, UserRole
from tests.signing_in.conftest import Clock

EMAIL = "kim@cluster.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def kim(signing_in: SigningIn) -> User:
    return signing_in.add(
        name="Kim Holm", email=EMAIL, role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
    )


def token_of(signing_in: SigningIn, password: str = PASSWORD, **more: Any) -> str:
    entered = signing_in.sign_in(EMAIL, password, **more)
    assert entered is not None
    return entered[1]


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("workspace.db*")))


def test_the_right_password_opens_a_session(signing_in: SigningIn, kim: User) -> None:
    assert signing_in.of_session(token_of(signing_in)) == Caller(
        UserRole.FACILITATOR, "", user_id=kim.id, name="Kim Holm"
    )
    assert signing_in.sign_in("  KIM@Cluster.example ", PASSWORD) is not None


@pytest.mark.parametrize(
    "password", ["", "correct horse batter", PASSWORD + " ", "\ud800", "x" * 100_000, "\x00"]
)
def test_any_other_password_opens_none(signing_in: SigningIn, kim: User, password: str) -> None:
    assert signing_in.sign_in(EMAIL, password) is None


def test_a_password_is_the_same_however_its_letters_are_composed(signing_in: SigningIn) -> None:
    signing_in.add(
        name="Bo", email="bo@x.example", role=UserRole.ANALYST, password="blåbær på å-stien", who="op"
    )
    assert signing_in.sign_in("bo@x.example", "bla\u030abær pa\u030a a\u030a-stien") is not None


def test_secrets_are_on_the_disk_as_hashes_alone(signing_in: SigningIn, kim: User, tmp_path: Path) -> None:
    session = token_of(signing_in)
    _, key = signing_in.create_key(name="system", role=UserRole.ANALYST, who="operator")
    link = signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="operator")
    kept = everything(tmp_path)
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in kept
    for secret in (PASSWORD, session, key.partition(".")[2], link.token):
        assert secret.encode() not in kept


def test_the_audit_trail_names_ids_and_no_person(signing_in: SigningIn, kim: User, store: Store) -> None:
    signing_in.disable(EMAIL, who="operator")
    signing_in.enable(EMAIL, who="operator")
    signing_in.reset(EMAIL, who="operator")
    rows = store.audit(subject=kim.id)
    assert [row.action for row in reversed(rows)] == ["added", "disabled", "enabled", "invited"]
    assert "kim" not in str(rows).lower().replace(kim.id, "")


def test_an_erased_user_is_nowhere_on_the_disk(
    signing_in: SigningIn, kim: User, store: Store, tmp_path: Path
) -> None:
    token = token_of(signing_in)
    signing_in.remove(EMAIL, who="operator")
    assert signing_in.of_session(token) is None
    connection = connect(store.path, read_only=False)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    assert b"Kim Holm" not in everything(tmp_path)
    assert EMAIL.encode() not in everything(tmp_path)


def test_who_signs_in_again_leaves_no_session_behind(signing_in: SigningIn, kim: User) -> None:
    first = token_of(signing_in)
    second = token_of(signing_in, before=first)
    assert first != second
    assert signing_in.of_session(first) is None
    assert signing_in.of_session(second) is not None


def test_a_planted_token_is_never_taken_over(signing_in: SigningIn, kim: User) -> None:
    assert token_of(signing_in, before="planted") != "planted"
    assert signing_in.of_session("planted") is None


def test_a_disabled_user_is_out_at_once_and_for_good(signing_in: SigningIn, kim: User) -> None:
    token, link = (
        token_of(signing_in),
        signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="op"),
    )
    signing_in.disable(EMAIL, who="operator")
    signing_in.disable("bo@x.example", who="operator")
    assert signing_in.of_session(token) is None
    assert signing_in.sign_in(EMAIL, PASSWORD) is None
    with pytest.raises(InvitationNotFoundError):
        signing_in.invited(link.token)
    signing_in.enable(EMAIL, who="operator")
    assert signing_in.of_session(token) is None
    assert signing_in.sign_in(EMAIL, PASSWORD) is not None


def test_a_session_ends_when_it_is_not_used(signing_in: SigningIn, kim: User, clock: Clock) -> None:
    token = token_of(signing_in)
    clock.go_on(hours=12)
    assert signing_in.of_session(token) is None


def test_a_session_that_is_used_goes_on_but_not_for_ever(
    signing_in: SigningIn, kim: User, clock: Clock
) -> None:
    token = token_of(signing_in)
    for _ in range(14 * 24 // 8 - 1):
        clock.go_on(hours=8)
        assert signing_in.of_session(token) is not None
    clock.go_on(hours=8)
    assert signing_in.of_session(token) is None


def test_signing_out_ends_one_session_or_all(signing_in: SigningIn, kim: User) -> None:
    tokens = [token_of(signing_in) for _ in range(3)]
    signing_in.sign_out(tokens[0])
    assert [signing_in.of_session(token) is not None for token in tokens] == [False, True, True]
    signing_in.sign_out_everywhere(kim.id)
    assert not any(map(signing_in.of_session, tokens))
    signing_in.sign_out("nobody's")


def test_an_import_under_way_keeps_nobody_out_who_is_in(
    signing_in: SigningIn, kim: User, store: Store, clock: Clock
) -> None:
    token = token_of(signing_in)
    clock.go_on(hours=1)
    with store._lock.held():
        assert signing_in.of_session(token) is not None


def test_an_invitation_is_used_once(signing_in: SigningIn, clock: Clock) -> None:
    link = signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.FIRM, actor_id="hejre", who="op")
    assert signing_in.invited(link.token).email == "bo@x.example"
    assert not signing_in.possible()
    user, token = signing_in.accept(link.token, PASSWORD)
    assert signing_in.of_session(token) == Caller(UserRole.FIRM, "hejre", user_id=user.id, name="Bo")
    assert signing_in.possible()
    for again in (signing_in.invited, lambda token: signing_in.accept(token, PASSWORD)):
        with pytest.raises(InvitationNotFoundError):
            again(link.token)


def test_an_invitation_ends_after_a_week(signing_in: SigningIn, clock: Clock) -> None:
    link = signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="op")
    clock.go_on(days=7)
    with pytest.raises(InvitationNotFoundError):
        signing_in.accept(link.token, PASSWORD)


def test_a_reset_signs_out_and_ends_password_and_earlier_links(signing_in: SigningIn, kim: User) -> None:
    token, first = token_of(signing_in), signing_in.reset(EMAIL, who="op")
    second = signing_in.reset(EMAIL, who="op")
    assert signing_in.of_session(token) is None
    assert signing_in.sign_in(EMAIL, PASSWORD) is None
    with pytest.raises(InvitationNotFoundError):
        signing_in.accept(first.token, "another password 2")
    signing_in.accept(second.token, "another password 2")
    assert signing_in.sign_in(EMAIL, "another password 2") is not None


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "short"),
        ("x" * 257, "long"),
        ("aaaaaaaaaaaaaa", "guessed"),
        ("a longer one \ud800", "characters"),
    ],
)
def test_a_password_that_is_none_is_refused_and_the_link_stays(
    signing_in: SigningIn, password: str, said: str
) -> None:
    link = signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="op")
    with pytest.raises(UserRejectedError, match=said):
        signing_in.accept(link.token, password)
    signing_in.accept(link.token, PASSWORD)


def test_a_key_is_good_until_it_ends(signing_in: SigningIn, clock: Clock) -> None:
    key, sent = signing_in.create_key(
        name="n", role=UserRole.FIRM, actor_id="hejre", read_only=True, days=2, who="op"
    )
    assert signing_in.of_key(sent) == Caller(UserRole.FIRM, "hejre", key_id=key.id, name="n", read_only=True)
    assert signing_in.keys()[0].last_used
    clock.go_on(days=2)
    assert signing_in.of_key(sent) is None


def test_a_revoked_key_is_out_at_once(signing_in: SigningIn) -> None:
    key, sent = signing_in.create_key(name="n", role=UserRole.ANALYST, who="op")
    signing_in.revoke_key(key.id, who="op")
    assert signing_in.of_key(sent) is None
    with pytest.raises(KeyNotFoundError):
        signing_in.revoke_key("key-none", who="op")


@pytest.mark.parametrize(
    "spoilt", ["", ".", "x", "{id}", "{id}.", "{id}.{secret}x", ".{secret}", "x" * 10_000, "\ud800.\x00"]
)
def test_anything_else_is_no_key(signing_in: SigningIn, spoilt: str) -> None:
    _, sent = signing_in.create_key(name="n", role=UserRole.ANALYST, who="op")
    key_id, _, secret = sent.partition(".")
    assert signing_in.of_key(spoilt.replace("{id}", key_id).replace("{secret}", secret)) is None


def test_unknown_and_wrong_do_the_same_work(
    signing_in: SigningIn, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash of the same costs is computed, whoever is asked for."""
    done: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        done.append(kept[: kept.rindex(",p=4") + 4])
        return verify(self, kept, password)

    signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="op")
    signing_in.add(name="Di", email="di@x.example", role=UserRole.ANALYST, password=PASSWORD, who="op")
    signing_in.disable("di@x.example", who="op")
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for email in (EMAIL, "nobody@x.example", "bo@x.example", "di@x.example", "", "\x00"):
        assert signing_in.sign_in(email, "a wrong password") is None
    assert done == ["$argon2id$v=19$m=65536,t=3,p=4"] * 6


def test_a_hash_of_other_costs_is_made_anew_when_its_password_is_typed(store: Store) -> None:
    signing_in = SigningIn(store)
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=64))
    store.users.add(
        name="Kim",
        email=EMAIL,
        role=UserRole.ANALYST,
        actor_id="",
        password_hash=cheap.hashed(PASSWORD),
        who="op",
    )
    token = token_of(signing_in)
    assert signing_in.of_session(token) is not None
    assert store.users.with_password(EMAIL)[1].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert signing_in.sign_in(EMAIL, PASSWORD) is not None


def test_signing_in_is_needed_from_the_first_user_on_for_good(signing_in: SigningIn, store: Store) -> None:
    assert not signing_in.needed()
    signing_in.create_key(name="n", role=UserRole.ANALYST, who="op")
    assert not signing_in.needed()
    signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.FIRM, actor_id="hejre", who="op")
    assert signing_in.needed()
    signing_in.remove("bo@x.example", who="op")
    assert signing_in.needed()
    assert signing_in.users() == ()


def test_a_firm_goes_with_its_actor(signing_in: SigningIn, store: Store) -> None:
    user = signing_in.add(
        name="Bo", email="bo@x.example", role=UserRole.FIRM, actor_id="hejre", password=PASSWORD, who="op"
    )
    _, sent = signing_in.create_key(name="n", role=UserRole.FIRM, actor_id="hejre", who="op")
    entered = signing_in.sign_in("bo@x.example", PASSWORD)
    assert entered
    with erasing(store) as connection:
        connection.execute("DELETE FROM actors WHERE id = 'hejre'")
    assert signing_in.of_session(entered[1]) is None
    assert signing_in.of_key(sent) is None
    with pytest.raises(UserNotFoundError):
        signing_in.user(user.id)


@contextmanager
def erasing(store: Store) -> Iterator[Any]:
    connection = connect(store.path, read_only=False)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "not an e-mail"),
        ({"email": "a b@x.example"}, "not an e-mail"),
        ({"email": "a@b\u202e.example"}, "not an e-mail"),
        ({"email": "x" * 250 + "@x.dk"}, "not an e-mail"),
        ({"name": " "}, "one line"),
        ({"name": "a\nb"}, "one line"),
        ({"name": "\ud800"}, "one line"),
        ({"name": "x" * 101}, "101 characters"),
        ({"role": UserRole.FIRM}, "name it with --actor"),
        ({"actor_id": "hejre"}, "leave out --actor"),
        ({"email": EMAIL.upper()}, "already"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_what_to_do(
    signing_in: SigningIn, kim: User, changes: dict[str, Any], said: str
) -> None:
    wanted: dict[str, Any] = {"name": "Bo", "email": "bo@x.example", "role": UserRole.ANALYST, **changes}
    with pytest.raises(UserRejectedError, match=said):
        signing_in.add(**wanted, who="op")
    assert len(signing_in.users()) == 1


def test_what_is_not_there_is_said(signing_in: SigningIn) -> None:
    with pytest.raises(ActorNotFoundError):
        signing_in.invite(name="Bo", email="bo@x.example", role=UserRole.FIRM, actor_id="none", who="op")
    with pytest.raises(UserNotFoundError):
        signing_in.reset("none@x.example", who="op")
    assert signing_in.users() == ()


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "Robert'); DROP TABLE users;--", "Åse 🐟"]
)
def test_hostile_names_are_kept_as_they_are(signing_in: SigningIn, name: str) -> None:
    signing_in.add(name=name, email="bo@x.example", role=UserRole.ANALYST, password=PASSWORD, who="op")
    assert signing_in.user("bo@x.example").name == name
