"""Seconds and peak memory of a stretch of work, while it runs in this process."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

STATM = Path("/proc/self/statm")
PAGE = 4096
EVERY = 0.02


class Meter:
    """``with Meter() as meter``: afterwards ``seconds``, and ``megabytes`` that were held at once beyond those at the start.

    Memory is sampled every ``EVERY`` seconds from Linux' own account and is ``None`` elsewhere.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.megabytes: float | None = None
        self._done = threading.Event()

    def __enter__(self) -> Self:
        # What was freed before must not be counted as at hand.
        gc.collect()
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)
        self._before = self._most = _resident()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._started = time.perf_counter()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._started
        self._done.set()
        self._watch.join()
        if STATM.exists():
            self.megabytes = (self._most - self._before) / 2**20

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            self._most = max(self._most, _resident())


def _resident() -> int:
    return int(STATM.read_text().split()[1]) * PAGE if STATM.exists() else 0
