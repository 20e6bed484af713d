"""A workspace's backup in one file, and a folder made of one again, without those who were erased since."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matchmaker.erasures import LIST_FILE, Erasure, read_list, write_list
from matchmaker.errors import SourceError, StoreError
from matchmaker.settings import FILE
from matchmaker.store import Store
from matchmaker.store.lock import WriterLock

RESTORING = ".restoring"
ASIDE = ".before-"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made."""

    file: Path
    bytes: int
    erasures: Path | None
    """The list of erasures beside it; ``None`` while nobody was erased."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A workspace that was made of a backup."""

    folder: Path
    actors: int
    erased_again: int
    """Actors and persons that the backup held and that were erased since."""
    aside: Path | None
    """Where the workspace is that was there before."""


def back_up(store: Store, file: Path) -> BackedUp:
    """Write all that is stored to one new file, and the list of erasures beside it.

    Older backups in the same folder heed that list when they are restored. Builds are not in it: they can be made again.
    Raises ``StoreError`` where the file exists or its folder does not.
    """
    if not file.parent.is_dir():
        raise StoreError(f"There is no folder {file.parent}. Make it, or choose another one.", path=file)
    store.backup(file)
    erasures = store.erasing.all()
    beside = file.parent / LIST_FILE
    if erasures:
        write_list(beside, erasures)
    return BackedUp(file, file.stat().st_size, beside if erasures else None)


def restore(
    file: Path, folder: Path, database: str, *, lists: Iterable[Path], replace: bool, now: datetime, who: str
) -> Restored:
    """Make a workspace of a backup; nothing at ``folder`` is touched before the backup was checked and made whole.

    Whoever was erased since is erased again: by the list beside the backup, by those of ``lists``, and by that of the
    workspace that is replaced. With ``replace`` a workspace that is there is kept under another name, and its settings are
    taken over. Raises ``SourceError`` for a file that is no backup, ``StoreError`` for a damaged one and for a folder that
    is not empty.
    """
    if not file.is_file():
        raise SourceError(f"There is no file {file}. Name a backup made by `matchmaker backup`.", file=file)
    folder = folder.absolute()
    before = _before(folder, database, replace=replace)
    files = [each for each in (file.parent / LIST_FILE, *lists) if each.is_file()]
    erasures = [each for path in files for each in read_list(path)]
    if before:
        erasures += _erased_here(folder / database, otherwise=bool(files))
    making = folder.with_name(folder.name + RESTORING)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    try:
        actors, again = _made(file, making / database, erasures, who=who)
        if before and (folder / FILE).is_file():
            shutil.copy2(folder / FILE, making / FILE)
        aside = _put_in_place(making, folder, database, before=before, now=now)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return Restored(folder, actors, again, aside)


def _before(folder: Path, database: str, *, replace: bool) -> bool:
    """Whether there is a workspace in the folder that shall be replaced."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file. Name a folder for the workspace.", path=folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return False
    if not (folder / database).is_file():
        raise StoreError(
            f"{folder} is not empty and is no workspace. Name an empty or a new folder.", path=folder
        )
    if not replace:
        raise StoreError(
            f"There is a workspace in {folder}. Name another folder, or add --replace, which keeps the present one aside.",
            path=folder,
        )
    return True


def _erased_here(database: Path, *, otherwise: bool) -> tuple[Erasure, ...]:
    """The list of the workspace that is replaced; ``otherwise`` says that there is another one where it is damaged."""
    try:
        with Store.open(database) as replaced:
            return replaced.erasing.all()
    except StoreError as error:
        if otherwise:
            return ()
        raise StoreError(
            f"Whom to erase again cannot be read from {database}: {error} Name a list with --erasures, or move the "
            f"folder away if nobody was erased.",
            path=database,
        ) from error


def _made(file: Path, database: Path, erasures: Iterable[Erasure], *, who: str) -> tuple[int, int]:
    # Copied and never opened where it lies: opening brings an older layout up to date.
    with file.open("rb") as source:
        if source.read(16) != b"SQLite format 3\0":
            raise SourceError(
                f"{file} is no backup of a workspace. Name one made by `matchmaker backup`.", file=file
            )
    shutil.copyfile(file, database)
    database.chmod(0o600)
    with Store.open(database) as store:
        store.check()
        again = store.erasing.replay(erasures, who=who)
        store.erasing.forget_ids()
        store.compact()
        actors = store.size()
    with database.open("rb+") as written:
        os.fsync(written.fileno())
    return actors, again


def _put_in_place(making: Path, folder: Path, database: str, *, before: bool, now: datetime) -> Path | None:
    if not before:
        if folder.is_dir():
            folder.rmdir()
        making.rename(folder)
        return None
    aside = folder.with_name(f"{folder.name}{ASIDE}{now:%Y%m%dT%H%M%S}")
    if aside.exists():
        raise StoreError(f"{aside} exists already. Move it away, then try again.", path=aside)
    with _nobody_writing(folder, database):
        folder.rename(aside)
        try:
            making.rename(folder)
        except BaseException:
            aside.rename(folder)
            raise
    return aside


@contextlib.contextmanager
def _nobody_writing(folder: Path, database: str) -> Iterator[None]:
    with (
        WriterLock(folder / f"{database}.lock", wait=5).held(),
        WriterLock(folder / "builds.lock", wait=2).held(),
    ):
        yield
