"""Connections to the SQLite file: the version that is safe, the settings that are safe, errors in plain words."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

# The module sqlite-utils chose, so that both speak of the same library: pysqlite3 where it is installed.
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from matchmaker.errors import StoreBusyError, StoreError, StoreFullError

Connection = sqlite3.Connection

BUSY_SECONDS = 10
"""How long SQLite itself waits; only a program that ignores the writer's lock makes it wait at all."""

_SETTINGS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    f"journal_size_limit={64 * 1024 * 1024}",
)

_READER_KIB = 512
"""Pages that each of several readers keeps; with the 2,000 that SQLite takes unless told they were no faster at 27,735 actors."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_IOERR")


def is_safe_version(version: tuple[int, ...]) -> bool:
    """Whether a SQLite release is free of the WAL-reset bug.

    Releases 3.7.0 to 3.51.2 can damage a database that is written over several connections; it is mended in
    3.51.3, and in the older lines from 3.50.7 and 3.44.6. Releases before 3.7.0 are too old to be used at all.
    """
    line, patch = version[:2], version[2] if len(version) > 2 else 0
    if line == (3, 50):
        return patch >= 7
    if line == (3, 44):
        return patch >= 6
    return version >= (3, 51, 3)


def library_version() -> str:
    """The release of SQLite that is used."""
    return str(sqlite3.sqlite_version)


def check_version(path: Path, *, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise ``StoreError`` for a SQLite release that can damage the database."""
    if not is_safe_version(version):
        raise StoreError(
            f"SQLite {'.'.join(map(str, version))} can damage the workspace (its WAL-reset bug). Install "
            "`pysqlite3>=0.6.1` into this Python environment, or use a Python built with SQLite 3.51.3 or later.",
            path=path,
        )


def connect(path: Path, *, read_only: bool) -> Connection:
    """A connection that may pass from thread to thread, with the settings every one of ours has.

    ``read_only`` refuses to create or change the file; the journal mode is left as it is (see ``use_wal``).
    """
    mode = "ro" if read_only else "rwc"
    connection: Connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, check_same_thread=False
    )
    try:
        for setting in (*_SETTINGS, *((f"cache_size=-{_READER_KIB}",) if read_only else ())):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


def uses_wal(connection: Connection) -> bool:
    """Whether the file has a write-ahead log."""
    return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal")


def use_wal(connection: Connection, path: Path) -> None:
    """Switch the file to write-ahead logging; raises ``StoreError`` where the file system cannot."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{path} cannot use a write-ahead log here (SQLite stays in mode {mode!r}). "
            "Put the workspace on a local disk, not on a network share.",
            path=path,
        )


def empty_log(connection: Connection, path: Path, *, wait: float) -> None:
    """Carry the write-ahead log over into the file and cut it to nothing; what was deleted may stand in it until then.

    Raises ``StoreBusyError`` where a reader keeps it for ``wait`` seconds.
    """
    deadline = time.monotonic() + wait
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() >= deadline:
            raise StoreBusyError(
                f"{path} is being read without a pause, so its write-ahead log could not be emptied and may still hold "
                "what was deleted. Stop what reads it, then run: matchmaker erase finish",
                path=path,
            )
        time.sleep(0.05)


@contextlib.contextmanager
def plain_errors(path: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn what SQLite raises into ``StoreError`` and its kin, saying what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_plain_words(error, path, writing=writing) from error
    except UnicodeDecodeError as error:
        # A damaged schema is quoted in SQLite's own message, which is then no text.
        raise _damaged(path, "its text cannot be read") from error


def _in_plain_words(error: sqlite3.Error, path: Path, *, writing: bool) -> StoreError:
    code = getattr(error, "sqlite_errorname", None) or ""
    # A full disk is SQLITE_FULL; a quota or a limit on the size of files shows as a write that failed.
    if code == "SQLITE_FULL" or (writing and code.startswith("SQLITE_IOERR")):
        return StoreFullError(
            f"No space is left for {path} ({error}). Nothing of this change was kept and reading goes on; "
            "free some space on that disk or in your quota, then try again.",
            path=path,
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusyError(
            f"{path} is locked by another program. Close it there, then try again; nothing was changed.",
            path=path,
        )
    if code.startswith(_DAMAGED):
        return _damaged(path, str(error))
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return StoreError(
            f"{path} cannot be opened for this ({error}). Check that it exists and that you may "
            "read and write it and its folder.",
            path=path,
        )
    return StoreError(f"{path} cannot be used: {error}.", path=path)


def _damaged(path: Path, reason: str) -> StoreError:
    return StoreError(
        f"{path} is damaged, on a failing disk, or not a workspace database ({reason}). "
        "Put a backup in its place (`matchmaker restore`), or move it away and import again.",
        path=path,
    )
