"""The operator's commands: who may sign in, and keys, each secret told once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.workspace import Workspace

Run = Callable[..., tuple[int, str, str]]
KIM = ("kim@cluster.example", "--name", "Kim", "--role", "facilitator")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    folder = tmp_path / "workspace"
    Workspace.open(folder, create=True).close()

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["--workspace", str(folder), *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_an_invitation_prints_its_link_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHMAKER_ADDRESS", "https://match.example/")
    status, said, _ = run("user", "invite", *KIM)
    assert status == 0
    link = said.strip().splitlines()[-1]
    assert link.startswith("https://match.example/invitation/")
    listed = run("user", "list")[1]
    assert "kim@cluster.example  facilitator  Kim  invited" in listed
    assert link.rpartition("/")[2] not in listed
    status, said, _ = run("user", "reset", "kim@cluster.example", "--json")
    assert json.loads(said)["link"] != link


def test_without_an_address_a_link_leads_to_where_this_machine_serves(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATCHMAKER_ADDRESS", raising=False)
    monkeypatch.setenv("MATCHMAKER_PORT", "8471")
    said = run("user", "invite", *KIM)[1]
    assert said.strip().splitlines()[-1].startswith("http://127.0.0.1:8471/invitation/")


def test_a_password_can_come_from_a_pipe_and_is_not_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("grøn å og blå himmel\n".encode()), "utf-8"))
    status, said, _ = run("user", "add", *KIM, "--password-from-stdin")
    assert status == 0
    assert "himmel" not in said
    assert run("user", "disable", "kim@cluster.example")[0] == 0
    assert "disabled" in run("user", "list")[1]
    assert "can sign in again" in run("user", "enable", "kim@cluster.example")[1]
    assert run("user", "remove", "kim@cluster.example")[0] == 0
    assert json.loads(run("user", "list", "--json")[1]) == []


def test_a_key_is_shown_once(run: Run) -> None:
    status, said, _ = run("key", "create", "--name", "System", "--role", "analyst", "--read-only")
    assert status == 0
    sent = said.splitlines()[0]
    key_id, _, secret = sent.partition(".")
    listed = run("key", "list")[1]
    assert f"{key_id}  analyst read-only  System" in listed
    assert secret not in listed
    assert run("key", "revoke", key_id)[0] == 0
    assert "revoked" in run("key", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "disable", "none@x.example"), "no user"),
        (("user", "invite", "x", "--name", "K", "--role", "analyst"), "not an e-mail"),
        (("user", "invite", "k@x.example", "--name", "K", "--role", "firm"), "--actor"),
        (("key", "revoke", "key-1"), "no key"),
        (("key", "create", "--name", "K", "--role", "analyst", "--days", "0"), "1 to 731 days"),
    ],
)
def test_what_cannot_be_is_one_clear_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    status, _, complained = run(*arguments)
    assert status == 1
    assert said in complained
