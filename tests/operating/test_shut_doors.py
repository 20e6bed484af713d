"""A restore opens no door that was shut since the backup."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.backups import Restored, restore
from matchmaker.cli import main
from matchmaker.erasures import LIST_FILE
from matchmaker.errors import InvitationNotFoundError
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace

NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)
PASSWORD = "en sten i hver en sko"
KIM, BO, IDA = "kim@x.example", "bo@x.example", "ida@x.example"


@dataclass(frozen=True)
class Backed:
    """A workspace with Kim and Bo, Ida who is invited, and two keys; a backup of it, and what one gets in with."""

    folder: Path
    file: Path
    session: str
    link: str
    keys: tuple[str, ...]

    def restored(self, folder: Path, *, replace: bool = False) -> Restored:
        return restore(self.file, folder, DATABASE, lists=(), replace=replace, now=NOW, who="ida")


@pytest.fixture
def backed(tmp_path: Path) -> Backed:
    folder, file = tmp_path / "workspace", tmp_path / "old.sqlite"
    with Workspace.open(folder, create=True) as workspace:
        users = workspace.users
        for name, email in (("Kim", KIM), ("Bo", BO)):
            users.add(name=name, email=email, role=UserRole.FACILITATOR, password=PASSWORD, who="tests")
        link = users.invite(name="Ida", email=IDA, role=UserRole.ANALYST, who="tests").token
        entered = users.sign_in(KIM, PASSWORD)
        assert entered
        made = [users.create_key(name=name, role=UserRole.ANALYST, who="tests") for name in ("one", "two")]
        workspace.back_up(file)
    return Backed(folder, file, entered[1], link, tuple(secret for _, secret in made))


def test_nobody_is_inside_a_restored_workspace_and_no_link_leads_into_it(
    backed: Backed, tmp_path: Path
) -> None:
    with Workspace.open(backed.folder) as workspace:
        assert workspace.users.of_session(backed.session)
        assert workspace.users.invited(backed.link)
    backed.restored(tmp_path / "again")
    with Workspace.open(tmp_path / "again") as workspace:
        assert workspace.users.of_session(backed.session) is None
        with pytest.raises(InvitationNotFoundError):
            workspace.users.invited(backed.link)
        assert workspace.users.sign_in(KIM, PASSWORD)


def test_who_was_shut_out_in_the_workspace_that_is_replaced_stays_outside(backed: Backed) -> None:
    first, second = backed.keys
    with Workspace.open(backed.folder) as workspace:
        workspace.users.disable(KIM, who="tests")
        workspace.users.revoke_key(first.partition(".")[0], who="tests")
    made = backed.restored(backed.folder, replace=True)
    assert made.shut_again == 2
    with Workspace.open(backed.folder) as workspace:
        assert workspace.users.sign_in(KIM, PASSWORD) is None
        assert workspace.users.of_key(first) is None
        assert workspace.users.sign_in(BO, PASSWORD)
        assert workspace.users.of_key(second)
        told = {(each.action, each.who) for each in workspace.history(limit=10)}
        assert {("disabled", "ida"), ("revoked", "ida")} <= told


def test_who_was_let_in_again_since_stays_outside_until_somebody_looks(backed: Backed) -> None:
    with Workspace.open(backed.folder) as workspace:
        workspace.users.disable(KIM, who="tests")
        backed.file.unlink()
        workspace.back_up(backed.file)
        workspace.users.enable(KIM, who="tests")
    assert backed.restored(backed.folder, replace=True).shut_again == 0
    with Workspace.open(backed.folder) as workspace:
        assert workspace.users.user(KIM).disabled


def test_a_workspace_that_cannot_be_read_shuts_nobody_out(backed: Backed) -> None:
    (backed.file.parent / LIST_FILE).write_text('{"erasures": []}', encoding="utf-8")
    (backed.folder / DATABASE).write_bytes(b"gone")
    for rest in backed.folder.glob(f"{DATABASE}-*"):
        rest.unlink()
    assert backed.restored(backed.folder, replace=True).shut_again == 0


def test_the_command_says_what_to_look_through(backed: Backed, capfd: pytest.CaptureFixture[str]) -> None:
    with Workspace.open(backed.folder) as workspace:
        workspace.users.disable(BO, who="tests")
    command = ["-w", str(backed.folder), "restore", str(backed.file), "--replace"]
    assert main(command) == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "matchmaker user list" in said
    assert "matchmaker key list" in said
    assert "shut out since the backup, and are again: 1." in said
    assert main(["-w", str(backed.folder.with_name("new")), *command[2:4], "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["shut_again"] == 0
