"""Tries to sign in that are kept: counted by every process and after a restart, and never in clear text."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from matchmaker.store.connections import connect
from matchmaker.tried import FORGOTTEN_AFTER, LETTER, MOST_KEPT
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace
from service.app import create_app
from service.tries import FREE_LETTERS, FREE_PER_ACCOUNT, FREE_PER_ADDRESS, Tries
from tests.service.test_serving import Served

PASSWORD = "tretten lange gyldne halm"
EMAIL, NETWORK = "kim.kvidderot@x.example", "192.0.2.77"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened.users.add(
            name="Kim", email=EMAIL, role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
        )
        yield opened


def rows(workspace: Workspace) -> list[tuple[bytes, int, float, float]]:
    connection = connect(workspace.folder / DATABASE, read_only=True)
    try:
        return [tuple(row) for row in connection.execute("SELECT * FROM tried ORDER BY failures, key")]
    finally:
        connection.close()


def fail(tries: Tries, times: int, account: str = EMAIL, address: str = NETWORK) -> list[bool]:
    """Try in vain; which tries were allowed."""
    allowed = []
    for _ in range(times):
        allowed.append(tries.begin(account, address) == 0)
        if allowed[-1]:
            tries.failed(account, address)
    return allowed


def enter(client: TestClient, password: str) -> int:
    sent = client.post("/sign-in", data={"email": EMAIL, "password": password}, follow_redirects=False)
    return sent.status_code


def test_two_processes_count_together_and_so_does_the_next_one(workspace: Workspace) -> None:
    clock = lambda: 1e9  # noqa: E731
    first, second = Tries(workspace.tries, clock=clock), Tries(workspace.tries, clock=clock)
    assert fail(first, 3) == [True] * 3
    assert fail(second, 3) == [True, True, False]
    assert fail(first, 1) == [False]
    # A restart: what was counted in memory is gone, and another store is opened over the file.
    with Workspace.open(workspace.folder) as again:
        assert fail(Tries(again.tries, clock=clock), 1) == [False]
        assert fail(Tries(again.tries, clock=clock), 1, account="other@x.example") == [True]


def test_the_wait_grows_as_it_does_in_one_process_and_a_right_password_ends_it(workspace: Workspace) -> None:
    now = [1e9]
    tries = [Tries(workspace.tries, clock=lambda: now[0]) for _ in range(3)]
    waits = []
    for turn in range(60):
        one = tries[turn % 3]
        wait = one.begin("a", "192.0.2.1")
        if wait:
            waits.append(wait)
            now[0] += wait
            assert one.begin("a", "192.0.2.1") == 0
        one.failed("a", "192.0.2.1")
        if len(waits) == 8:
            break
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    now[0] += 300
    assert tries[0].begin("a", "192.0.2.1") == 0
    tries[0].succeeded("a", "192.0.2.1")
    assert fail(tries[1], 5, account="a") == [True] * 5


def test_one_network_cannot_try_many_accounts_from_process_to_process(workspace: Workspace) -> None:
    tries = [Tries(workspace.tries, clock=lambda: 1e9) for _ in range(2)]
    done = 0
    while tries[done % 2].begin(f"account {done}", f"2001:db8:0:7::{done:x}") == 0:
        tries[done % 2].failed(f"account {done}", f"2001:db8:0:7::{done:x}")
        done += 1
    assert done == FREE_PER_ADDRESS
    assert tries[0].begin("own", "2001:db8:0:8::1") == 0


def test_no_address_is_written_down(workspace: Workspace) -> None:
    client = TestClient(create_app(workspace), base_url="http://127.0.0.1:8000")
    assert enter(client, "wrong") == 401
    fail(Tries(workspace.tries), 1)
    fail(Tries(workspace.tries, purpose=LETTER), 1)
    assert sorted(row[1] for row in rows(workspace)) == [1, 1, 1, 1, 2]
    assert all(len(row[0]) == 32 for row in rows(workspace))
    words = (b"kvidderot", NETWORK.encode(), b"192.0.2", b"testclient")
    workspace.users.remove(EMAIL, who="operator")
    connection = connect(workspace.folder / DATABASE, read_only=True)
    try:
        dumped = "\n".join(map(str, connection.execute("SELECT * FROM tried").fetchall())).encode()
    finally:
        connection.close()
    assert [word for word in words if word in dumped] == []
    assert sorted(row[1] for row in rows(workspace)) == [1, 1, 1], (
        "what was tried for the account went with it"
    )


def test_another_workspace_has_other_hashes(workspace: Workspace, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "other", create=True) as other:
        for each in (workspace, other):
            fail(Tries(each.tries), 1)
        assert not {row[0] for row in rows(workspace)} & {row[0] for row in rows(other)}


def test_who_never_failed_leaves_nothing(workspace: Workspace) -> None:
    client = TestClient(create_app(workspace), base_url="http://127.0.0.1:8000")
    for _ in range(3):
        assert enter(client, PASSWORD) == 303
    assert rows(workspace) == []
    assert enter(client, "wrong") == 401
    assert [row[1] for row in rows(workspace)] == [1, 1]
    assert enter(client, PASSWORD) == 303
    assert [row[1] for row in rows(workspace)] == [1], "the network's failure stays"


def test_letters_are_counted_apart_from_passwords(workspace: Workspace) -> None:
    letters = Tries(workspace.tries, purpose=LETTER, free_per_account=FREE_LETTERS)
    assert fail(letters, FREE_LETTERS + 1) == [True] * FREE_LETTERS + [False]
    assert fail(Tries(workspace.tries), FREE_PER_ACCOUNT) == [True] * FREE_PER_ACCOUNT


def test_what_is_an_hour_old_is_forgotten_by_the_next_try(workspace: Workspace) -> None:
    now = [1e9]
    tries = Tries(workspace.tries, clock=lambda: now[0])
    fail(tries, FREE_PER_ACCOUNT)
    assert len(rows(workspace)) == 2
    now[0] += FORGOTTEN_AFTER + 1
    assert tries.begin("another@x.example", "198.51.100.1") == 0
    tries.succeeded("another@x.example", "198.51.100.1")
    assert rows(workspace) == []


def test_a_clock_that_was_set_back_keeps_nobody_out_for_long(workspace: Workspace) -> None:
    fail(Tries(workspace.tries, clock=lambda: 2e9), FREE_PER_ACCOUNT)
    assert 0 < Tries(workspace.tries, clock=lambda: 1e9).begin(EMAIL, NETWORK) <= 300


def test_no_more_names_are_kept_than_there_is_room_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_KEPT > 100
    monkeypatch.setattr("matchmaker.store.tries.MOST_KEPT", 10)
    now = [1e9]
    tries = Tries(workspace.tries, clock=lambda: now[0])
    for number in range(30):
        now[0] += 1
        fail(tries, 1, account=f"a{number}", address=f"10.0.0.{number}")
    assert len(rows(workspace)) == 10
    assert fail(tries, 5, account="a29", address="10.0.1.1") == [True] * 4 + [False]


def test_a_busy_store_lets_no_try_go_uncounted_and_holds_nobody_up(workspace: Workspace) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with workspace._store._writing():
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    tries = Tries(workspace.tries)
    try:
        # Nothing can be written, and the limit holds all the same.
        assert fail(tries, FREE_PER_ACCOUNT + 1) == [True] * FREE_PER_ACCOUNT + [False]
        assert tries.begin("right@x.example", "198.51.100.1") == 0
        tries.succeeded("right@x.example", "198.51.100.1")
        assert rows(workspace) == []
    finally:
        done.set()
        holder.join()
    tries.close()
    assert [row[1] for row in rows(workspace)] == [FREE_PER_ACCOUNT] * 2
    assert Tries(workspace.tries).begin(EMAIL, NETWORK) > 0


def test_guesses_count_across_services_and_after_one_is_killed(
    built_folder: Path, tmp_path: Path, free_port: int
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        opened.users.add(
            name="Kim", email=EMAIL, role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
        )

    def guess(served: Served) -> int:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
        try:
            body = urlencode({"email": EMAIL, "password": "a wrong password"})
            kind = {"content-type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sign-in", body, kind)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    first = Served(folder, free_port)
    second = Served(folder, 0)
    second.port = int(second.line.rpartition(":")[2])
    try:
        assert [guess(each) for each in (first, second, first)] == [401] * 3
        first.process.kill()
        first.process.communicate()
        # The wait doubles with each, so that it is longer than an answer takes after a few more.
        end = time.monotonic() + 60
        while (status := guess(second)) == 401:
            assert time.monotonic() < end
        assert status == 429
        with Workspace.open(folder) as opened:
            assert opened.tries.of_account(EMAIL)["sign-in"] >= FREE_PER_ACCOUNT
    finally:
        second.stop(signal.SIGTERM)
