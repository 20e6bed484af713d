"""A workspace's backup in one file, and a folder made of one again, without those who were erased since."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matchmaker.erasures import LIST_FILE, Erasure, read_list, write_list
from matchmaker.errors import SourceError, StoreError
from matchmaker.settings import FILE
from matchmaker.store import Store
from matchmaker.taking_place import Place, place_of


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
    shut_again: int
    """Keys and users that could get in by the backup and were revoked or disabled since, in the workspace that was replaced."""
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
    workspace that is replaced. All sessions and links are ended, and keys and users that were shut out in the workspace that
    is replaced are shut out again. With ``replace`` a workspace that is there is kept under another name, and its settings
    are taken over. Raises ``SourceError`` for a file that is no backup, ``StoreError`` for a damaged one and for a folder
    that is not empty.
    """
    folder = folder.absolute()
    place = place_of(folder, database)
    place.clear(now)
    if not file.is_file():
        raise SourceError(f"There is no file {file}. Name a backup made by `matchmaker backup`.", file=file)
    before = _before(place, folder, database, replace=replace)
    files = [each for each in (file.parent / LIST_FILE, *lists) if each.is_file()]
    erasures = [each for path in files for each in read_list(path)]
    replaced = _read_replaced(folder / database, otherwise=bool(files)) if before else _Replaced()
    place.making.mkdir(mode=0o700, parents=True)
    try:
        made = _made(file, place.making / database, [*erasures, *replaced.erasures], replaced, who=who)
        if before and (folder / FILE).is_file():
            shutil.copy2(folder / FILE, place.making / FILE)
        aside = place.exchange(now) if before else None
        if not before:
            place.fill()
    except BaseException:
        shutil.rmtree(place.making, ignore_errors=True)
        raise
    return Restored(folder, made.actors, made.erased_again, made.shut_again, aside)


@dataclass(frozen=True, slots=True)
class _Replaced:
    """What counts on in the workspace that takes the place of another."""

    erasures: tuple[Erasure, ...] = ()
    revoked: frozenset[str] = frozenset()
    """Keys."""
    disabled: frozenset[str] = frozenset()
    """Users."""


@dataclass(frozen=True, slots=True)
class _Made:
    actors: int
    erased_again: int
    shut_again: int


def _before(place: Place, folder: Path, database: str, *, replace: bool) -> bool:
    """Whether there is a workspace in the folder that shall be replaced."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file. Name a folder for the workspace.", path=folder)
    if place.is_free():
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


def _read_replaced(database: Path, *, otherwise: bool) -> _Replaced:
    """Whom the workspace that is replaced erased and shut out; ``otherwise`` says that there is another list where it is damaged."""
    try:
        with Store.open(database) as store:
            return _Replaced(
                store.erasing.all(),
                frozenset(each.id for each in store.keys.all() if each.revoked),
                frozenset(each.id for each in store.users.all() if each.disabled),
            )
    except StoreError as error:
        if otherwise:
            return _Replaced()
        raise StoreError(
            f"Whom to erase again cannot be read from {database}: {error} Name a list with --erasures, or move the "
            f"folder away if nobody was erased.",
            path=database,
        ) from error


def _made(file: Path, database: Path, erasures: Iterable[Erasure], replaced: _Replaced, *, who: str) -> _Made:
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
        shut = _shut_again(store, replaced, who=who)
        store.erasing.forget_ids()
        store.compact()
        actors = store.size()
    with database.open("rb+") as written:
        os.fsync(written.fileno())
    return _Made(actors, again, shut)


def _shut_again(store: Store, replaced: _Replaced, *, who: str) -> int:
    """End whatever somebody could be inside with, shut out again who was since, and return how many keys and users that were."""
    store.users.end_all()
    users = [each.id for each in store.users.all() if each.id in replaced.disabled and not each.disabled]
    keys = [each.id for each in store.keys.all() if each.id in replaced.revoked and not each.revoked]
    for user_id in users:
        store.users.set_disabled(user_id, True, who=who)
    for key_id in keys:
        store.keys.revoke(key_id, who=who)
    return len(users) + len(keys)
