"""A real service delivers to a real receiver: what failed first, and what a kill left on its way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.cli import main
from matchmaker.workspace import Workspace
from tests.webhooks.receiver import Receiver, receiving

YES = Judgement(AnswerKind.INTERESTED)
ALLOWED = {"MATCHMAKER_WEBHOOK_PRIVATE": "true", "MATCHMAKER_WEBHOOK_HTTP": "true"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ALLOWED.items():
        monkeypatch.setenv(name, value)
    with Workspace.open(tmp_path / "w", create=True) as opened:
        actors = [Actor(name, name, ActorGroup.COMPANY) for name in "abcd"]
        opened._store.apply(actors, [], source="list.csv", who="tests")
    return tmp_path / "w"


@contextmanager
def serving(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "matchmaker.cli", "-w", str(folder), "serve", "--port", port],
        env={**os.environ, **ALLOWED},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.1)
    raise TimeoutError


def add(folder: Path, receiver: Receiver, capfd: pytest.CaptureFixture[str]) -> str:
    capfd.readouterr()
    command = ["webhook", "add", receiver.url, "--for", "mutual_interest", "--json"]
    assert main(["-w", str(folder), *command]) == 0
    told = json.loads(capfd.readouterr().out)
    receiver.secret = told["secret"]
    return str(told["id"])


def happen(folder: Path, pair: str) -> None:
    with Workspace.open(folder) as workspace:
        workspace.answer(pair[0], pair[1], YES, who="tests")
        workspace.answer(pair[1], pair[0], YES, who="tests")


def test_what_a_kill_left_on_its_way_comes_again_under_the_same_id(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        webhook = add(folder, receiver, capfd)
        with serving(folder) as process:
            receiver.at_first = process.kill
            happen(folder, "ab")
            happen(folder, "cd")
            process.wait(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert (len(receiver.ids), receiver.taken) == (1, [])
        receiver.answers = [500]
        with serving(folder):
            wait_for(lambda: len(receiver.taken) == 2)
    assert receiver.ids[:3] == [receiver.ids[0]] * 3, "killed, refused, taken: one message"
    assert receiver.taken[0] == receiver.ids[0]
    assert [each["data"]["actors"] for each in receiver.tries] == [["a", "b"], ["a", "b"], ["c", "d"]]
    assert receiver.unsigned == 0
    assert main(["-w", str(folder), "webhook", "list", "--json"]) == 0
    (listed,) = json.loads(capfd.readouterr().out)
    assert (listed["id"], listed["waiting"], listed["given_up"]) == (webhook, 0, 0)
    assert "secret" not in listed


def test_the_command_line_tests_renews_and_removes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workspace = ["-w", str(folder), "webhook"]
    with receiving() as receiver:
        webhook = add(folder, receiver, capfd)
        assert main([*workspace, "test", webhook]) == 0
        assert main([*workspace, "renew", webhook, "--json"]) == 0
        receiver.secret = json.loads(capfd.readouterr().out.partition("\n")[2])["secret"]
        assert main([*workspace, "test", webhook]) == 0
        receiver.answers = [500]
        assert main([*workspace, "test", webhook]) == 1
        assert "answered 500" in capfd.readouterr().err
        assert (len(receiver.taken), receiver.unsigned) == (2, 0)
    assert main([*workspace, "test", webhook]) == 1
    assert main([*workspace, "remove", webhook]) == 0
    assert main([*workspace, "remove", webhook]) == 1
    assert main([*workspace, "list"]) == 0
    assert "no webhook yet" in capfd.readouterr().out


def test_without_the_settings_nothing_goes_to_this_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        webhook = add(folder, receiver, capfd)
        monkeypatch.setenv("MATCHMAKER_WEBHOOK_PRIVATE", "false")
        assert main(["-w", str(folder), "webhook", "test", webhook]) == 1
        assert "webhook_private" in capfd.readouterr().err
        monkeypatch.delenv("MATCHMAKER_WEBHOOK_HTTP")
        assert main(["-w", str(folder), "webhook", "test", webhook]) == 1
        assert main(["-w", str(folder), "webhook", "add", receiver.url, "--for", "meeting"]) == 1
        assert main(["-w", str(folder), "webhook", "add", receiver.url, "--for", "meetings"]) == 2
        assert (receiver.tries, receiver.unsigned) == ([], 0)


def test_a_setting_that_is_neither_true_nor_false_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHMAKER_WEBHOOK_PRIVATE", "perhaps")
    assert main(["-w", str(folder), "webhook", "list"]) == 1
    assert "must be true or false" in capfd.readouterr().err
