"""How a workspace that was made anew takes the place of its folder, and what it leaves there until it has done so."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from matchmaker.erasures import LIST_FILE
from matchmaker.errors import StoreError
from matchmaker.settings import FILE
from matchmaker.store.lock import WriterLock

RESTORING = ".restoring"
ASIDE = ".before-"
GIVING_WAY = ".giving-way"
"""In a folder that cannot be renamed: what was there, until what comes is in its place."""


class Place(Protocol):
    """Where a workspace shall be."""

    making: Path
    """A folder for what is made, on the same disk."""

    def clear(self, now: datetime) -> None:
        """Take away, or bring back, what an earlier try left."""

    def is_free(self) -> bool:
        """Whether nothing is there that would have to give way."""

    def fill(self) -> None:
        """Put what was made into a place that is free."""

    def exchange(self, now: datetime) -> Path:
        """Put what was made into the place of what is there, and return where that is now."""


def place_of(folder: Path, database: str) -> Place:
    """The place of a workspace, by whether its folder can be renamed; ``folder`` is absolute."""
    parent_is_shut = not os.access(folder.parent, os.W_OK | os.X_OK)
    if folder.is_dir() and (os.path.ismount(folder) or parent_is_shut):
        return Within(folder, database)
    return Beside(folder, database)


class Beside:
    """A folder that can be renamed: what comes is made beside it, and whole or not there at every moment."""

    def __init__(self, folder: Path, database: str) -> None:
        self.making = folder.with_name(folder.name + RESTORING)
        self._folder = folder
        self._database = database

    def clear(self, now: datetime) -> None:
        """Take away what an earlier try made."""
        shutil.rmtree(self.making, ignore_errors=True)

    def is_free(self) -> bool:
        """Whether the folder is empty or not there."""
        return not self._folder.is_dir() or not any(self._folder.iterdir())

    def fill(self) -> None:
        """Rename what was made."""
        if self._folder.is_dir():
            self._folder.rmdir()
        self.making.rename(self._folder)

    def exchange(self, now: datetime) -> Path:
        """Rename what is there, then what was made; raises ``StoreError`` where the name is taken or somebody writes."""
        aside = _unused(self._folder.with_name(_aside(self._folder.name, now)))
        with _nobody_writing(self._folder, self._database):
            self._folder.rename(aside)
            try:
                self.making.rename(self._folder)
            except BaseException:
                aside.rename(self._folder)
                raise
        return aside


class Within:
    """A folder that stays where it is, such as the volume of a container: what comes is made in it and moved up, file by file.

    The database goes first and comes last, so there is a whole workspace or none. Whoever is killed in between leaves none,
    with the former one whole in ``GIVING_WAY``; ``clear`` brings it back.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self.making = folder / RESTORING
        self._folder = folder
        self._database = database
        self._giving_way = folder / GIVING_WAY

    def clear(self, now: datetime) -> None:
        """Take away what an earlier try made, and bring back what it had moved away before it could put anything there.

        Raises ``StoreBusyError`` where that try is still under way.
        """
        if self._giving_way.is_dir():
            with _nobody_writing(self._folder, self._database):
                if not (self._folder / self._database).is_file():
                    self._bring_back()
                elif any(self._giving_way.iterdir()):
                    self._giving_way.rename(_unused(self._folder / _aside("", now)))
                else:
                    self._giving_way.rmdir()
        self._forget_made()

    def is_free(self) -> bool:
        """Whether the folder holds nothing but what stays in it: backups with their list, locks, a file system's own."""
        return not self._names()

    def fill(self) -> None:
        """Move what was made up into the folder."""
        self._move_up()
        self._forget_made()

    def exchange(self, now: datetime) -> Path:
        """Move what is there away, then what was made up; raises ``StoreError`` where the name is taken or somebody writes."""
        aside = _unused(self._folder / _aside("", now))
        with _nobody_writing(self._folder, self._database):
            self._giving_way.mkdir(mode=0o700)
            try:
                for name in sorted(self._names(), key=lambda name: (name != self._database, name)):
                    (self._folder / name).rename(self._giving_way / name)
                self._move_up()
            except BaseException:
                if (self._giving_way / self._database).exists():
                    # A log of the former database must never lie beside the other one.
                    (self._folder / self._database).unlink(missing_ok=True)
                self._bring_back()
                raise
            self._giving_way.rename(aside)
        self._forget_made()
        return aside

    def _names(self) -> list[str]:
        return [each.name for each in self._folder.iterdir() if not self._stays(each)]

    def _stays(self, path: Path) -> bool:
        # Whoever can write nowhere else keeps backups here, and they are no part of what is replaced.
        is_backup = path.name == LIST_FILE or (path.suffix == ".sqlite" and path.name != self._database)
        is_own = path.name in (RESTORING, GIVING_WAY) or path.name.startswith(ASIDE)
        is_of_the_system = path.name == "lost+found" or os.path.ismount(path)
        return is_backup or is_own or is_of_the_system or path.suffix == ".lock"

    def _move_up(self) -> None:
        for name in (FILE, self._database):
            if (self.making / name).exists() and not (self._folder / name).exists():
                (self.making / name).rename(self._folder / name)

    def _bring_back(self) -> None:
        for each in sorted(self._giving_way.iterdir(), key=lambda each: (each.name == self._database, each)):
            each.replace(self._folder / each.name)
        self._giving_way.rmdir()

    def _forget_made(self) -> None:
        shutil.rmtree(self.making, ignore_errors=True)


def unfinished(folder: Path, database: str) -> list[Path]:
    """What an exchange that was interrupted, or is under way, has left."""
    folder = folder.absolute()
    made = [each for each in (folder.with_name(folder.name + RESTORING), folder / RESTORING) if each.is_dir()]
    return made if (folder / database).is_file() else [*made, *_giving_way(folder)]


def kept_aside(folder: Path, database: str) -> list[Path]:
    """Former workspaces of a folder that were exchanged for another one."""
    folder = folder.absolute()
    beside = folder.parent.glob(f"{glob.escape(folder.name)}{ASIDE}*")
    kept = sorted([*beside, *folder.glob(f"{ASIDE}*")], key=lambda each: each.name)
    return [*kept, *_giving_way(folder)] if (folder / database).is_file() else kept


def _giving_way(folder: Path) -> list[Path]:
    return [folder / GIVING_WAY] if (folder / GIVING_WAY).is_dir() else []


def _aside(name: str, now: datetime) -> str:
    return f"{name}{ASIDE}{now:%Y%m%dT%H%M%S}"


def _unused(path: Path) -> Path:
    if path.exists():
        raise StoreError(f"{path} exists already. Move it away, then try again.", path=path)
    return path


@contextlib.contextmanager
def _nobody_writing(folder: Path, database: str) -> Iterator[None]:
    with (
        WriterLock(folder / f"{database}.lock", wait=5).held(),
        WriterLock(folder / "builds.lock", wait=2).held(),
    ):
        yield
