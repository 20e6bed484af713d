"""A restore into a folder that cannot be renamed, such as the volume of a container: whole, or not there, whatever happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker import taking_place
from matchmaker.backups import restore
from matchmaker.doctor import Finding, examine
from matchmaker.erasures import LIST_FILE
from matchmaker.errors import StoreBusyError, StoreError
from matchmaker.store.lock import WriterLock
from matchmaker.taking_place import ASIDE, GIVING_WAY, RESTORING, Beside, Within, place_of
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.test_erasing import tables

NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)
ASIDE_NOW = f"{ASIDE}20270501T120000"


@pytest.fixture(params=["a mount point", "a parent that is shut"])
def volume(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that cannot be renamed, with nothing to be made beside it."""
    folder = tmp_path / "root" / "workspace"
    folder.mkdir(parents=True)
    if request.param == "a mount point":
        ismount = os.path.ismount
        monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == folder or ismount(path))
    else:
        access = os.access
        monkeypatch.setattr(
            os, "access", lambda path, mode: Path(path) != folder.parent and access(path, mode)
        )
    return folder


def filled(volume: Path, planted: Path) -> Path:
    shutil.copytree(planted, volume, dirs_exist_ok=True)
    (volume / "settings.toml").write_text('encoder = ""\n', encoding="utf-8")
    return volume


def back_up(folder: Path, file: Path) -> Path:
    with Workspace.open(folder) as workspace:
        workspace.back_up(file)
    return file


def without_doors(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that is stored but what every restore ends."""
    return {**tables(folder), "sessions": [], "invitations": []}


def names(folder: Path) -> set[str]:
    """What is in a folder, but for locks and what a reader of the database leaves beside it."""
    found = {each.name for each in folder.iterdir()}
    return {each for each in found if not each.endswith((".lock", "-wal", "-shm"))}


def parts(folder: Path) -> dict[str, str]:
    given = {"MATCHMAKER_GRAPHS": os.environ["MATCHMAKER_GRAPHS"]}
    found = examine(folder, DATABASE, given, now=datetime(2030, 1, 1, tzinfo=UTC))
    return {each.part: each.said for each in found if each.finding is not Finding.WELL}


def test_an_empty_volume_is_filled_where_it_is(volume: Path, planted: Path) -> None:
    (volume / "lost+found").mkdir()
    file = back_up(planted, volume / "2027-05-01.sqlite")
    there = volume.stat().st_ino
    made = restore(file, volume, DATABASE, lists=(), replace=False, now=NOW, who="tests")
    assert made.aside is None
    assert tables(volume) == without_doors(planted)
    assert volume.stat().st_ino == there
    assert [each.name for each in volume.parent.iterdir()] == ["workspace"]
    assert names(volume) == {"lost+found", file.name, DATABASE}


def test_a_workspace_on_a_volume_is_kept_aside_on_it(volume: Path, planted: Path) -> None:
    filled(volume, planted)
    file = back_up(volume, volume / "2027-05-01.sqlite")
    before = tables(volume)
    with pytest.raises(StoreError, match="--replace"):
        restore(file, volume, DATABASE, lists=(), replace=False, now=NOW, who="tests")
    with Workspace.open(volume) as workspace:
        workspace.edit_actor("uni:2", {"website": "https://later.example"}, who="tests")
    made = restore(file, volume, DATABASE, lists=(), replace=True, now=NOW, who="tests")
    assert made.aside == volume / ASIDE_NOW
    with Workspace.open(made.aside) as workspace:
        assert workspace.actor("uni:2").website == "https://later.example"
        assert workspace.status().published, "its builds are with it"
    assert tables(volume) == {**before, "sessions": [], "invitations": []}
    assert [each.name for each in volume.parent.iterdir()] == ["workspace"]
    assert names(volume) == {DATABASE, "settings.toml", file.name, ASIDE_NOW}
    assert ASIDE_NOW in parts(volume)["kept aside"]


def test_backups_on_the_volume_stay_beside_their_list_of_erasures(volume: Path, planted: Path) -> None:
    filled(volume, planted)
    file = back_up(volume, volume / "old.sqlite")
    with Workspace.open(volume) as workspace:
        workspace.erase_actor("uni:2", who="tests")
        workspace.back_up(volume / "new.sqlite")
    made = restore(file, volume, DATABASE, lists=(), replace=True, now=NOW, who="tests")
    assert made.erased_again == 1
    assert {"old.sqlite", "new.sqlite", LIST_FILE} <= names(volume)


def test_something_else_on_a_volume_is_left_alone(volume: Path, planted: Path, tmp_path: Path) -> None:
    file = back_up(planted, tmp_path / "b.sqlite")
    (volume / "letter.txt").write_text("dear", encoding="utf-8")
    for replace in (False, True):
        with pytest.raises(StoreError, match="not empty"):
            restore(file, volume, DATABASE, lists=(), replace=replace, now=NOW, who="tests")
    assert [each.name for each in volume.iterdir()] == ["letter.txt"]


def test_a_file_that_is_no_backup_leaves_a_volume_as_it_was(
    volume: Path, planted: Path, tmp_path: Path
) -> None:
    filled(volume, planted)
    before, there = tables(volume), names(volume)
    (tmp_path / "bad.sqlite").write_bytes(b"SQLite format 3\0 and nothing")
    with pytest.raises(StoreError):
        restore(tmp_path / "bad.sqlite", volume, DATABASE, lists=(), replace=True, now=NOW, who="tests")
    assert tables(volume) == before
    assert names(volume) == there


def test_a_folder_that_can_be_renamed_is(tmp_path: Path) -> None:
    assert isinstance(place_of(tmp_path / "new" / "workspace", DATABASE), Beside)
    assert isinstance(place_of(tmp_path, DATABASE), Beside)


OLD = {"db": "old", "db-wal": "old log", "settings.toml": "old", "builds": None, "own.sqlite": "backup"}


def small(folder: Path) -> Within:
    """A folder with files that stand for a workspace, and in it what shall take their place."""
    folder.mkdir()
    for name, text in OLD.items():
        if text is None:
            (folder / name).mkdir()
            (folder / name / "one").write_text("old", encoding="utf-8")
        else:
            (folder / name).write_text(text, encoding="utf-8")
    (folder / RESTORING).mkdir()
    for name in ("db", "settings.toml"):
        (folder / RESTORING / name).write_text("new", encoding="utf-8")
    return Within(folder, "db")


def content(folder: Path) -> dict[str, str]:
    """Every file below the folder but locks."""
    files = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".lock")
    return {each.relative_to(folder).as_posix(): each.read_text("utf-8") for each in files}


WHOLE_OLD = {
    "db": "old",
    "db-wal": "old log",
    "settings.toml": "old",
    "builds/one": "old",
    "own.sqlite": "backup",
}
WHOLE_NEW = {
    "db": "new",
    "settings.toml": "new",
    "own.sqlite": "backup",
    **{f"{ASIDE_NOW}/{name}": text for name, text in WHOLE_OLD.items() if name != "own.sqlite"},
}

KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from matchmaker.taking_place import Within
left = int(sys.argv[2])
def killing(of):
    def moved(*arguments):
        global left
        if not left:
            os._exit(9)
        left -= 1
        return of(*arguments)
    return moved
Path.rename, Path.replace = killing(Path.rename), killing(Path.replace)
Within(Path(sys.argv[1]), "db").exchange(datetime(2027, 5, 1, 12, tzinfo=UTC))
"""

MOVES = 7
"""Four files of the old one, two of the new one, and the folder that they gave way to."""


@pytest.mark.parametrize("moved", range(MOVES + 1))
def test_an_exchange_that_is_killed_leaves_a_whole_workspace_or_none_and_the_former_comes_back(
    tmp_path: Path, moved: int
) -> None:
    folder = tmp_path / "workspace"
    place = small(folder)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(moved)], check=False)
    assert ended.returncode == (0 if moved == MOVES else 9)
    database = folder / "db"
    if database.exists():
        new = database.read_text("utf-8") == "new"
        assert new == (moved >= MOVES - 1)
        assert (folder / "db-wal").exists() != new, "a log lies beside its own database alone"
    else:
        assert (folder / GIVING_WAY / "db").read_text("utf-8") == "old"
    place.clear(NOW)
    assert content(folder) == (WHOLE_NEW if moved >= MOVES - 1 else WHOLE_OLD)


def failing(at: int) -> Callable[[Path, Path], Path]:
    rename, left = Path.rename, iter(range(at))

    def moved(path: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise OSError(16, "Device or resource busy", str(path))
        return rename(path, target)

    return moved


@pytest.mark.parametrize("moved", range(MOVES - 1))
def test_an_exchange_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    folder = tmp_path / "workspace"
    place = small(folder)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", failing(moved))
        with pytest.raises(OSError, match="busy"):
            place.exchange(NOW)
    shutil.rmtree(place.making)
    assert content(folder) == WHOLE_OLD
    assert not (folder / GIVING_WAY).exists()


def test_a_second_restore_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "workspace"
    place = small(folder)
    (folder / GIVING_WAY).mkdir()
    monkeypatch.setattr(
        taking_place, "WriterLock", lambda path, *, wait: WriterLock(path, wait=min(wait, 0.05))
    )
    with WriterLock(folder / "builds.lock", wait=1).held(), pytest.raises(StoreBusyError):
        place.clear(NOW)


def test_the_doctor_names_what_gave_way_and_the_same_restore_brings_it_back_first(
    volume: Path, planted: Path, tmp_path: Path
) -> None:
    filled(volume, planted)
    file = back_up(volume, tmp_path / "b.sqlite")
    before = tables(volume)
    (volume / GIVING_WAY).mkdir()
    for name in (DATABASE, "builds"):
        (volume / name).rename(volume / GIVING_WAY / name)
    assert GIVING_WAY in parts(volume)["left over"]
    with pytest.raises(StoreError, match="--replace"):
        restore(file, volume, DATABASE, lists=(), replace=False, now=NOW, who="tests")
    assert tables(volume) == before
    assert not (volume / GIVING_WAY).exists()


MOUNTED = """
set -e
mount -t tmpfs none "$1"
mkdir "$1/workspace"
mount -t tmpfs none "$1/workspace"
cp "$2" "$1/workspace/b.sqlite"
mount -o remount,ro "$1"
cd "$4"
for how in "" --replace; do
  "$3" -m matchmaker.cli -w "$1/workspace" restore "$1/workspace/b.sqlite" $how
done
echo inside: $(ls -A "$1/workspace")
"""


def can_mount(folder: Path) -> bool:
    program = shutil.which("unshare")
    command = [program or "", "-m", "mount", "-t", "tmpfs", "none", str(folder)]
    return bool(program) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_real_volume_below_a_root_that_is_read_only(planted: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    if not can_mount(root):
        pytest.skip("nothing can be mounted here")
    file = back_up(planted, tmp_path / "b.sqlite")
    ended = subprocess.run(
        ["unshare", "-m", "sh", "-c", MOUNTED, "sh", str(root), str(file), sys.executable, str(Path.cwd())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    inside = ended.stdout.partition("inside:")[2].split()
    assert {DATABASE, "b.sqlite"} <= set(inside)
    assert sum(each.startswith(ASIDE) for each in inside) == 1
    assert not {RESTORING, GIVING_WAY} & set(inside)
