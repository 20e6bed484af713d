"""Which processes are alive, told by files that the operating system unlocks when one dies."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from pathlib import Path

from matchmaker.errors import StoreBusyError
from matchmaker.store.lock import WriterLock

_YOUNG_SECONDS = 60
"""A file that is as new may be made by somebody who has not locked it yet."""


class Presence:
    """A name for this opened store, and whether another one's name is still somebody's."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds a file for each name; it is made when the first name is asked for."""
        self._folder = folder
        self._held = contextlib.ExitStack()
        self._name = ""
        self._lock = threading.Lock()

    def name(self) -> str:
        """This store's name, held until ``close``."""
        with self._lock:
            if not self._name:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                name = secrets.token_hex(8)
                self._held.enter_context(WriterLock(self._folder / name, wait=0).held())
                self._name = name
                self._sweep()
            return self._name

    def is_alive(self, name: str) -> bool:
        """Whether the store with this name is open in a process that runs."""
        if name == self._name:
            return True
        if not name.isalnum() or not (self._folder / name).exists():
            return False
        try:
            with WriterLock(self._folder / name, wait=0).held():
                return False
        except StoreBusyError:
            return True

    def close(self) -> None:
        """Give the name up."""
        with self._lock:
            self._held.close()
            if self._name:
                (self._folder / self._name).unlink(missing_ok=True)
            self._name = ""

    def _sweep(self) -> None:
        """Remove the files of the dead."""
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                young = time.time() - path.stat().st_mtime < _YOUNG_SECONDS
                if path.name != self._name and not young and not self.is_alive(path.name):
                    path.unlink()
