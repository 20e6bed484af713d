"""Generations: folders that are made whole, checked, published by one rename, and never changed afterwards."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from matchmaker.errors import DamagedBuildError, StoreFullError

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
POINTER = "published.json"
MAKING = ".making-"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation is published and which one was before."""

    published: str
    previous: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """Which generation can be served, and what is damaged."""

    name: str | None
    facts: dict[str, object]
    """What the manifest of that generation says; empty where there is none."""
    damaged: tuple[str, ...]
    """A message for each damaged generation that came first."""


_Mark = tuple[int, int] | None
"""What tells a manifest from one that took its place: when it was written and its inode; ``None`` where there is none."""


class Builds:
    """The generations in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: tuple[tuple[Pointer | None, tuple[_Mark, ...]], Health] | None = None

    def pointer(self) -> Pointer | None:
        """What is published, or ``None`` when nothing is or the pointer cannot be read."""
        try:
            content = json.loads((self._folder / POINTER).read_text("utf-8"))
            return Pointer(content["published"], content["previous"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            log.warning("the pointer to the published build is damaged; build again")
            return None

    def path(self, name: str) -> Path:
        """The folder of a generation."""
        return self._folder / name

    def check(self, name: str) -> dict[str, object]:
        """The manifest's facts of a generation whose every file is as it was written.

        Raises ``DamagedBuildError`` naming the first file that is missing, cut or changed.
        """
        folder = self.path(name)
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            files, facts = dict(manifest["files"]), dict(manifest["facts"])
            if manifest["seal"] != _seal(files, facts):
                raise _damaged(name, MANIFEST)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(name, MANIFEST) from error
        for file, (size, digest) in sorted(files.items()):
            path = folder / file
            if not path.is_file() or path.stat().st_size != size or _digest(path) != digest:
                raise _damaged(name, file)
        return facts

    def healthy(self) -> Health:
        """The newest undamaged generation, if any, and a message for each damaged one before it."""
        pointer = self.pointer()
        damage: list[str] = []
        for name in (pointer.published, pointer.previous) if pointer else ():
            if name is None:
                continue
            try:
                facts = self.check(name)
            except DamagedBuildError as error:
                damage.append(str(error))
            else:
                return Health(name, facts, tuple(damage))
        return Health(None, {}, tuple(damage))

    def checked(self) -> Health:
        """``healthy``, looked at once for each change of the pointer or of a build that it names, and after each ``publish``."""
        # Noted before the files are read: what changes meanwhile is looked at the next time.
        seen, known = self._seen(), self._checked
        if known is None or known[0] != seen:
            known = self._checked = (seen, self.healthy())
        return known[1]

    def _seen(self) -> tuple[Pointer | None, tuple[_Mark, ...]]:
        """The pointer, and the marks of the builds it names: one that another process made again keeps its name."""
        pointer = self.pointer()
        names = (pointer.published, pointer.previous) if pointer else ()
        return pointer, tuple(self._mark(name) for name in names if name is not None)

    def _mark(self, name: str) -> _Mark:
        try:
            found = (self.path(name) / MANIFEST).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def publish(self, name: str, make: Callable[[Path], dict[str, object]]) -> None:
        """Make a generation in a folder of its own, seal it and point to it.

        ``make`` writes files into the folder it is given and returns facts for the manifest. A process that is
        killed on the way leaves the published generation as it was; what it left behind is swept up here. Raises
        ``StoreFullError`` when the disk is full.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        making = self._folder / f"{MAKING}{name}"
        making.mkdir()
        try:
            facts = make(making)
            _seal_folder(making, facts)
            if self.path(name).exists():
                shutil.rmtree(self.path(name))
            making.rename(self.path(name))
        except OSError as error:
            shutil.rmtree(making, ignore_errors=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreFullError(
                    f"No space is left for a build in {self._folder}. Free some and build again; what is published "
                    "is as it was.",
                    path=self._folder,
                ) from error
            raise
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        _flush_folder(self._folder)
        before = self.pointer()
        previous = None
        if before is not None:
            previous = before.published if before.published != name else before.previous
        self._point(Pointer(name, previous))
        self._forget_old()
        # A damaged build that was made again has the name, and the pointer, that it had.
        self._checked = None

    def roll_back(self) -> str:
        """Publish the previous generation again and return its name; raises ``ValueError`` when there is none."""
        pointer = self.pointer()
        if pointer is None or pointer.previous is None:
            raise ValueError("There is no earlier build to go back to.")
        self.check(pointer.previous)
        self._point(Pointer(pointer.previous, pointer.published))
        return pointer.previous

    def facts(self, name: str) -> dict[str, object] | None:
        """What the manifest of a generation says, its files unread; ``None`` where it is gone or not as it was sealed."""
        try:
            manifest = json.loads((self.path(name) / MANIFEST).read_text("utf-8"))
            files, facts = dict(manifest["files"]), dict(manifest["facts"])
            return facts if manifest["seal"] == _seal(files, facts) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def made_at(self, name: str) -> float | None:
        """When a generation was sealed, in seconds since 1970; ``None`` where it is gone."""
        try:
            return (self.path(name) / MANIFEST).stat().st_mtime
        except FileNotFoundError:
            return None

    def names(self) -> tuple[str, ...]:
        """The generations that are there, published or not, by name."""
        try:
            return tuple(sorted(each.name for each in self._folder.iterdir() if (each / MANIFEST).exists()))
        except FileNotFoundError:
            return ()

    def remove(self, names: Collection[str]) -> None:
        """Remove generations for good, with what is left of half-made ones; the published one may be among them.

        The pointer goes first, so that nobody is sent to what is half removed.
        """
        pointer = self.pointer()
        if pointer is not None:
            if pointer.published in names:
                (self._folder / POINTER).unlink()
            elif pointer.previous in names:
                self._point(Pointer(pointer.published, None))
        for name in names:
            shutil.rmtree(self.path(name), ignore_errors=True)
        if self._folder.is_dir():
            self._sweep()
            _flush_folder(self._folder)
        self._checked = None

    def drop_damaged(self) -> tuple[str, ...]:
        """Let go of named builds that are no longer as they were sealed, and return their names; the caller keeps builders apart.

        Where the published one is among them, the one before it takes its place; where both are, nothing is published.
        """
        pointer = self.pointer()
        named = (pointer.published, pointer.previous) if pointer else ()
        whole = [name for name in named if name is not None and self._is_whole(name)]
        damaged = tuple(name for name in named if name is not None and name not in whole)
        if damaged:
            log.warning("let go of what is damaged: %s", ", ".join(damaged))
            if whole:
                self._point(Pointer(whole[0], None))
            self.remove(damaged)
        return damaged

    def _is_whole(self, name: str) -> bool:
        try:
            self.check(name)
        except DamagedBuildError:
            return False
        return True

    def _point(self, pointer: Pointer) -> None:
        content = json.dumps({"published": pointer.published, "previous": pointer.previous})
        temporary = self._folder / f".{POINTER}"
        with temporary.open("w", encoding="utf-8") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(self._folder / POINTER)
        _flush_folder(self._folder)

    def _sweep(self) -> None:
        for left_over in self._folder.glob(f"{MAKING}*"):
            shutil.rmtree(left_over, ignore_errors=True)

    def _forget_old(self) -> None:
        pointer = self.pointer()
        kept = {pointer.published, pointer.previous} if pointer else set()
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _damaged(name: str, file: str) -> DamagedBuildError:
    return DamagedBuildError(
        f"The build {name} is damaged: {file} is missing or was changed. Run `matchmaker build` to make it again.",
        generation=name,
        file=file,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _seal(files: dict[str, object], facts: dict[str, object]) -> str:
    content = json.dumps({"files": files, "facts": facts}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _seal_folder(folder: Path, facts: dict[str, object]) -> None:
    files: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as written:
            os.fsync(written.fileno())
        files[path.name] = [path.stat().st_size, _digest(path)]
    manifest = {"facts": facts, "files": files, "seal": _seal(files, facts)}
    with (folder / MANIFEST).open("w", encoding="utf-8") as out:
        json.dump(manifest, out, ensure_ascii=False, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
