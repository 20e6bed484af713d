"""One SQLite file that many may read while one writes, and that an interrupted write leaves whole."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from matchmaker.errors import StoreClosedError, StoreError
from matchmaker.store.connections import Connection, connect, empty_log, plain_errors, use_wal, uses_wal
from matchmaker.store.lock import WriterLock
from matchmaker.store.schema import bring_up_to_date, is_current

_IDLE_READERS = 4


class Transactions:
    """An open file with its one writer and its readers; may be shared by threads."""

    def __init__(self, path: Path, *, connection: Connection, read_only: bool, wait: float) -> None:
        """``connection`` is the writer's; ``wait`` is how many seconds a write waits for another writer."""
        self.path = path
        self.read_only = read_only
        self._lock = WriterLock(path.with_name(path.name + ".lock"), wait=wait)
        # The connection it was opened with is the writer's; readers get their own, so that none of them
        # sees an import half done.
        self._connection = connection
        self._idle_readers: deque[Connection] = deque()
        self._joined = threading.local()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; may be called again. Iterators that are still open may be read to their end."""
        if self._closed:
            return
        self._closed = True
        while self._idle_readers:
            self._idle_readers.pop().close()
        self._connection.close()

    def check(self) -> None:
        """Read the whole file and raise ``StoreError`` if any of it is damaged; takes about a second per 100 MB."""
        with self._reading() as connection:
            found = " ".join(row[0] for row in connection.execute("PRAGMA integrity_check(1)"))
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
        if found != "ok" or orphan:
            reason = " ".join(found.split()) if found != "ok" else f"a row of {orphan[0]} refers to nothing"
            raise StoreError(
                f"{self.path} is damaged ({reason}). Put a backup in its place (`matchmaker restore`), or move it away and import again.",
                path=self.path,
            )

    def compact(self, *, wait: float = 10.0) -> None:
        """Write the file anew without a byte of what was deleted, and empty the write-ahead log.

        Takes a few seconds per 100 MB and as much free space as the file has. Raises ``StoreBusyError`` where another
        program goes on reading for ``wait`` seconds, so that the log could not be emptied.
        """
        with self._lock.held(), plain_errors(self.path, writing=True):
            self._check_open()
            while self._idle_readers:
                self._idle_readers.pop().close()
            self._connection.execute("VACUUM")
            empty_log(self._connection, self.path, wait=wait)

    def backup(self, path: Path) -> None:
        """Write a whole, compact copy of the current state to a new file, also while an import runs.

        Raises ``StoreError`` when the file exists; a copy that was killed leaves only ``<name>.part``.
        """
        if path.exists():
            raise StoreError(f"{path} exists already. Name a new file for the backup.", path=path)
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        try:
            with self._borrowed() as connection, plain_errors(part, writing=True):
                connection.execute("VACUUM INTO ?", (str(part),))
            # Whoever may read the workspace decides who else may read its backups.
            part.chmod(0o600)
            with part.open("rb+") as written:
                os.fsync(written.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for all that this thread reads and writes until the end, kept whole or not at all.

        Each write within it is still whole by itself: one that raises leaves what was written before it. Everybody else waits
        to write meanwhile, so nothing slow belongs here, and nothing that is read may be remembered beyond an exception.
        """
        outermost = self._joined_connection() is None
        try:
            with self._writing() as connection:
                self._joined.connection = connection
                try:
                    yield
                finally:
                    if outermost:
                        self._joined.connection = None
        except BaseException:
            self._forget_read()
            raise

    def stand_alone(self) -> None:
        """Raise ``RuntimeError`` within ``together``.

        Said where what is read stays in memory, or takes long: it would outlive a transaction that fails, and make everybody wait.
        """
        if self._joined_connection() is not None:
            raise RuntimeError("This was asked within a transaction of several changes; ask it before.")

    def _joined_connection(self) -> Connection | None:
        """The writer's connection where this thread is within ``together``."""
        connection: Connection | None = getattr(self._joined, "connection", None)
        if connection is not None and not connection.in_transaction:
            # A full disk ends the whole transaction: without this, the rest of it would be kept by itself.
            raise StoreError(
                f"A change of {self.path} failed before all of it was written; nothing of it was kept. Try again.",
                path=self.path,
            )
        return connection

    def _forget_read(self) -> None:
        """Forget what may have been read and remembered within ``together`` and was rolled back."""

    @contextlib.contextmanager
    def _writing(self, wait: float | None = None) -> Iterator[Connection]:
        """The one transaction that may write; committed at the end, rolled back by any exception.

        ``wait`` is how many seconds this one waits for another writer, the store's own unless given.
        """
        if (joined := self._joined_connection()) is not None:
            with plain_errors(self.path, writing=True), self._savepoint(joined):
                yield joined
            return
        if self.read_only:
            raise StoreError(
                f"{self.path} is open for reading only. Open it for writing to change it.", path=self.path
            )
        with self._lock.held(wait):
            self._check_open()
            with plain_errors(self.path, writing=True), _transaction(self._connection, "BEGIN IMMEDIATE"):
                yield self._connection

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A reader's connection in a transaction of its own, which holds one committed state.

        Within ``together`` it is that transaction, with what was written in it.
        """
        if (joined := self._joined_connection()) is not None:
            with plain_errors(self.path):
                yield joined
            return
        with self._borrowed() as connection, plain_errors(self.path), _transaction(connection, "BEGIN"):
            yield connection

    @contextlib.contextmanager
    def _savepoint(self, connection: Connection) -> Iterator[None]:
        connection.execute("SAVEPOINT joined")
        try:
            yield
            connection.execute("RELEASE joined")
        except BaseException:
            # A failed write may have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK TO joined")
                connection.execute("RELEASE joined")
            raise

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        self._check_open()
        try:
            connection = self._idle_readers.pop()
        except IndexError:
            with plain_errors(self.path):
                connection = connect(self.path, read_only=True)
        try:
            yield connection
        finally:
            if self._closed or len(self._idle_readers) >= _IDLE_READERS:
                connection.close()
            else:
                self._idle_readers.append(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosedError(f"{self.path} is closed. Open it again.", path=self.path)

    def _bring_up_to_date(self) -> None:
        # A backup comes without a write-ahead log.
        if is_current(self._connection) and (self.read_only or uses_wal(self._connection)):
            return
        if self.read_only:
            raise StoreError(
                f"{self.path} was written by an older version. Open it once for writing, for example with `matchmaker status`, which updates it.",
                path=self.path,
            )
        with self._lock.held():
            use_wal(self._connection, self.path)
            with _transaction(self._connection, "BEGIN IMMEDIATE"):
                bring_up_to_date(self._connection)


def check_path(path: Path, *, read_only: bool) -> None:
    """Raise ``StoreError`` where there can be no such file, or none to read."""
    if not path.parent.is_dir():
        raise StoreError(f"There is no folder {path.parent}. Make it, or choose another one.", path=path)
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database file.", path=path)
    if read_only and not path.exists():
        raise StoreError(f"There is no database at {path}. Import something first.", path=path)


@contextlib.contextmanager
def _transaction(connection: Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A failed write may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
