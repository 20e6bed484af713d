"""A backup holds all that is stored, a restore is whole or does nothing, and neither brings back who was erased."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.backups import restore
from matchmaker.cli import main
from matchmaker.erasures import LIST_FILE, Erasure, read_list, write_list
from matchmaker.errors import ActorNotFoundError, MatchmakerError, SourceError, StoreError
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import (
    ACTOR,
    CANARIES,
    EMAIL,
    PERSON_CANARIES,
    USER_CANARIES,
    USER_EMAIL,
    holds,
)
from tests.operating.test_erasing import tables

NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def backup(planted: Path, tmp_path: Path) -> Path:
    """A backup made before anybody was erased."""
    file = tmp_path / "backups" / "old.sqlite"
    file.parent.mkdir()
    with Workspace.open(planted) as workspace:
        workspace.back_up(file)
    return file


def erase(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.erase_actor(ACTOR, who="tests")
        workspace.erase_persons(workspace.find_person("Olga Hvidtfeldquist"), who="tests")
        workspace.finish_erasing()


def again(file: Path, folder: Path, *, replace: bool = False, lists: tuple[Path, ...] = ()) -> object:
    return restore(file, folder, DATABASE, lists=lists, replace=replace, now=NOW, who="tests")


def test_a_restored_workspace_is_the_one_that_was_backed_up(
    planted: Path, backup: Path, tmp_path: Path
) -> None:
    again(backup, tmp_path / "again")
    made, before = tables(tmp_path / "again"), tables(planted)
    assert before["sessions"]
    assert made == {**before, "sessions": [], "invitations": []}
    with Workspace.open(tmp_path / "again") as workspace:
        assert workspace.status().published is None
        assert workspace.build().made


def test_a_backup_is_made_while_the_workspace_is_open_and_never_over_a_file(
    planted: Path, backup: Path
) -> None:
    content = backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0, "it holds names and addresses of persons"
    with Workspace.open(planted) as workspace, pytest.raises(StoreError, match="exists already"):
        workspace.back_up(backup)
    assert backup.read_bytes() == content
    with Workspace.open(planted) as workspace, pytest.raises(StoreError, match="There is no folder"):
        workspace.back_up(backup.parent / "none" / "b.sqlite")
    assert not (backup.parent / LIST_FILE).exists(), "nobody was erased"


@pytest.mark.parametrize("known_by", ["the list beside the backup", "the replaced workspace", "a named list"])
def test_an_older_backup_does_not_bring_back_the_erased(
    planted: Path, backup: Path, tmp_path: Path, known_by: str
) -> None:
    erase(planted)
    target, lists, replace = tmp_path / "again", [], False
    if known_by == "the list beside the backup":
        assert main(["-w", str(planted), "backup", str(backup.parent / "new.sqlite")]) == 0
    elif known_by == "the replaced workspace":
        target, replace = planted, True
    else:
        lists = [tmp_path / "list.json"]
        assert main(["-w", str(planted), "erase", "list", "--output", str(lists[0])]) == 0
    made = again(backup, target, replace=replace, lists=tuple(lists))
    # The actor, and Olga as two participants and as a contact person.
    assert made.erased_again == 4  # type: ignore[attr-defined]
    assert holds(target, (*CANARIES, *PERSON_CANARIES)) == {}
    with Workspace.open(target) as workspace:
        assert len(workspace.erasures()) >= 3
        assert workspace.actor("uni:1").name == "University of the West"
        assert workspace.find_person("Bo Bak")


def test_whoever_only_changed_things_is_erased_and_does_not_come_back(planted: Path, tmp_path: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.edit_actor("uni:2", {"website": "https://x.example"}, who="Svend Quorning")
        workspace.back_up(tmp_path / "old.sqlite")
    words = ("quorning",)
    assert holds(planted, words)
    assert main(["-w", str(planted), "erase", "person", "svend quorning"]) == 0
    assert holds(planted, words) == {}
    assert main(["-w", str(planted), "erase", "person", "svend quorning"]) == 1
    assert main(["-w", str(planted), "backup", str(tmp_path / "new.sqlite")]) == 0
    again(tmp_path / "old.sqlite", tmp_path / "again")
    assert holds(tmp_path / "again", words) == {}
    with Workspace.open(tmp_path / "again") as workspace:
        assert workspace.actor("uni:2").website == "https://x.example"


def test_the_list_names_nobody(planted: Path, backup: Path) -> None:
    erase(planted)
    assert main(["-w", str(planted), "backup", str(backup.parent / "new.sqlite")]) == 0
    text = (backup.parent / LIST_FILE).read_text("utf-8")
    assert json.loads(text)["erasures"]
    assert not [word for word in (*CANARIES, *PERSON_CANARIES, EMAIL) if word in text]


def test_whoever_came_back_by_will_stays_after_a_restore(planted: Path, tmp_path: Path) -> None:
    with Workspace.open(planted) as workspace:
        actor = workspace.actor("uni:2")
        workspace.erase_actor("uni:2", who="tests")
        workspace._store.apply([actor], [], source="again.csv", who="tests")
        workspace.back_up(tmp_path / "later.sqlite")
    again(tmp_path / "later.sqlite", tmp_path / "again")
    with Workspace.open(tmp_path / "again") as workspace:
        assert workspace.actor("uni:2") == actor


@pytest.mark.parametrize("known_by", ["the list beside the backup", "the replaced workspace", "two lists"])
def test_an_actor_that_was_erased_twice_does_not_come_back_with_a_backup_in_between(
    planted: Path, tmp_path: Path, known_by: str
) -> None:
    file, lists = tmp_path / "between.sqlite", []
    with Workspace.open(planted) as workspace:
        actor = workspace.actor("uni:2")
        workspace.erase_actor("uni:2", who="tests")
        workspace._store.apply([actor], [], source="again.csv", who="tests")
        workspace.back_up(file)
        workspace.erase_actor("uni:2", who="tests")
        if known_by == "the list beside the backup":
            workspace.back_up(tmp_path / "later.sqlite")
        elif known_by == "two lists":
            lists = [tmp_path / "new.json", tmp_path / "old.json"]
            shutil.copy(tmp_path / LIST_FILE, lists[1])
            write_list(lists[0], workspace.erasures())
        erased = {each.key: each.at for each in workspace.erasures()}
    replace = known_by == "the replaced workspace"
    target = planted if replace else tmp_path / "again"
    made = again(file, target, replace=replace, lists=tuple(lists))
    assert made.erased_again == 1  # type: ignore[attr-defined]
    with Workspace.open(target) as workspace:
        with pytest.raises(ActorNotFoundError):
            workspace.actor("uni:2")
        assert {each.key: each.at for each in workspace.erasures()} == erased


def test_a_user_who_was_removed_twice_does_not_come_back_with_a_backup_in_between(
    planted: Path, tmp_path: Path
) -> None:
    file = tmp_path / "between.sqlite"
    with Workspace.open(planted) as workspace:
        workspace.users.remove(USER_EMAIL, who="tests")
        workspace.users.invite(name="Pil Tveskaegholm", email=USER_EMAIL, role=UserRole.ANALYST, who="tests")
        workspace.back_up(file)
        workspace.users.remove(USER_EMAIL, who="tests")
        workspace.back_up(tmp_path / "later.sqlite")
    again(file, tmp_path / "again")
    with Workspace.open(tmp_path / "again") as workspace:
        assert USER_EMAIL not in {each.email for each in workspace.users.users()}
    assert holds(tmp_path / "again", USER_CANARIES) == {}


def test_a_list_in_a_file_keeps_the_later_time_of_each(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    early, late = Erasure("actor:1", "2027-01-01"), Erasure("actor:1", "2027-02-01")
    for first, second in ((early, late), (late, early)):
        file.unlink(missing_ok=True)
        write_list(file, [first, Erasure("actor:2", "2027-01-05")])
        write_list(file, [second])
        assert read_list(file) == (late, Erasure("actor:2", "2027-01-05"))


def test_nothing_is_overwritten_unless_asked_and_then_kept_aside(planted: Path, backup: Path) -> None:
    (planted / "settings.toml").write_text('encoder = ""\n', encoding="utf-8")
    before = tables(planted)
    with pytest.raises(StoreError, match="--replace"):
        again(backup, planted)
    assert tables(planted) == before
    with Workspace.open(planted) as workspace:
        workspace.edit_actor("uni:2", {"website": "https://later.example"}, who="tests")
    made = again(backup, planted, replace=True)
    assert planted.stat().st_mode & 0o077 == 0
    aside = made.aside  # type: ignore[attr-defined]
    with Workspace.open(aside) as workspace:
        assert workspace.actor("uni:2").website == "https://later.example"
    with Workspace.open(planted) as workspace:
        assert workspace.actor("uni:2").website == ""
    assert (planted / "settings.toml").is_file()


def test_a_folder_with_something_else_is_left_alone(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    for replace in (False, True):
        with pytest.raises(StoreError, match="not empty"):
            again(backup, other, replace=replace)
    assert [each.name for each in other.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("flaw", ["missing", "text", "other program", "cut", "flipped"])
def test_a_file_that_is_no_whole_backup_is_refused_and_nothing_is_touched(
    planted: Path, backup: Path, tmp_path: Path, flaw: str
) -> None:
    bad = tmp_path / "bad.sqlite"
    content = bytearray(backup.read_bytes())
    if flaw == "text":
        bad.write_text("not a database", encoding="utf-8")
    elif flaw == "other program":
        content[68:72] = b"\0\0\0\1"
        bad.write_bytes(content)
    elif flaw == "cut":
        bad.write_bytes(content[: len(content) // 2])
    elif flaw == "flipped":
        for place in range(5000, len(content), 997):
            content[place] ^= 0xFF
        bad.write_bytes(content)
    before = tables(planted)
    with pytest.raises((SourceError, StoreError)):
        again(bad, planted, replace=True)
    assert tables(planted) == before
    assert sorted(each.name for each in tmp_path.iterdir() if "workspace" in each.name) == ["workspace"]


def test_a_damaged_workspace_is_replaced_only_with_a_list_at_hand(
    planted: Path, backup: Path, tmp_path: Path
) -> None:
    erase(planted)
    assert main(["-w", str(planted), "erase", "list", "--output", str(tmp_path / "list.json")]) == 0
    (planted / DATABASE).write_bytes(b"gone")
    for rest in planted.glob(f"{DATABASE}-*"):
        rest.unlink()
    with pytest.raises(MatchmakerError, match="--erasures"):
        again(backup, planted, replace=True)
    again(backup, planted, replace=True, lists=(tmp_path / "list.json",))
    assert holds(planted, (*CANARIES, *PERSON_CANARIES)) == {}


def test_a_damaged_list_stops_a_restore(backup: Path, tmp_path: Path) -> None:
    (backup.parent / LIST_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="not a list of erasures"):
        again(backup, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_on_the_command_line(planted: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.sqlite"
    assert main(["-w", str(planted), "backup", str(file)]) == 0
    assert main(["-w", str(tmp_path / "again"), "restore", str(file), "--json"]) == 0
    assert json.loads(capfd.readouterr().out.partition("\n")[2])["actors"] == 13
    shutil.rmtree(tmp_path / "again")
    assert main(["-w", str(tmp_path / "again"), "restore", str(tmp_path / "none")]) == 1
    assert "There is no file" in capfd.readouterr().err
