"""The one writer of a workspace, held by the operating system so that a killed process lets go by itself."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from matchmaker.errors import StoreBusyError, StoreError

POLL_SECONDS = 0.02

if sys.platform == "win32":
    import msvcrt

    # Far behind the process number, so that the file stays readable for those who wait.
    _LOCKED_BYTE = 1 << 30

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class WriterLock:
    """A lock on ``path``, exclusive among threads and processes; the file stays, the lock does not."""

    def __init__(self, path: Path, *, wait: float) -> None:
        self.path = path
        self.wait = wait
        self._threads = threading.Lock()

    @contextlib.contextmanager
    def held(self, wait: float | None = None) -> Iterator[None]:
        """Hold the lock; raises ``StoreBusyError`` after ``wait`` seconds, ``StoreError`` without the right.

        ``wait`` is the lock's own unless this once is given another one.
        """
        patience = self.wait if wait is None else wait
        deadline = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise self._busy(os.getpid())
        try:
            descriptor = self._opened()
            try:
                self._acquire(descriptor, deadline)
                try:
                    yield
                finally:
                    _unlock(descriptor)
            finally:
                os.close(descriptor)
        finally:
            self._threads.release()

    def _opened(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(
                f"Cannot write beside the database: {self.path}: {error.strerror}. "
                "Check that the folder exists and that you may write to it.",
                path=self.path,
            ) from error

    def _acquire(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                _try_lock(descriptor)
            except OSError:
                if time.monotonic() >= deadline:
                    raise self._busy(_holder(descriptor)) from None
                time.sleep(POLL_SECONDS)
            else:
                break
        # Only tells those who wait whom to wait for, so a full disk may leave it out.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, str(os.getpid()).encode())

    def _busy(self, holder: int | None) -> StoreBusyError:
        who = f"process {holder}" if holder else "another process"
        return StoreBusyError(
            f"The workspace is being written by {who} and stayed busy for {self.wait:g} s. "
            "Wait until that is done, or stop it, then try again; nothing was changed.",
            path=self.path.with_suffix(""),
        )


def _holder(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with contextlib.suppress(ValueError, OSError):
        return int(os.read(descriptor, 20))
    return None
