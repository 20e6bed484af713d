"""Sets what a build consists of aside from the collection of garbage, which would look through all of it while readers wait."""

from __future__ import annotations

import gc
import threading
import time

BETWEEN_TRIES = 0.01  # seconds


class Settling:
    """Looks after the objects of a process that serves and does nothing else.

    A full collection walks through every object, and a loaded build has hundreds of thousands that stay (0.3 s at 25,000 actors,
    in which nobody is answered). ``gc.freeze`` leaves them out; after the next build was loaded they are looked through once.
    """

    def __init__(self, *, alone: bool) -> None:
        """``alone`` says that nothing else runs in this process; else nothing is done."""
        self._alone = alone
        self._seen = ""
        self._lock = threading.Lock()

    def seen(self, generation: str) -> None:
        """Say which build is served; the first time for each, what is in memory now is set aside, in a thread."""
        if not self._alone or generation == self._seen:
            return
        with self._lock:
            if generation == self._seen:
                return
            self._seen = generation
        threading.Thread(target=_set_aside, name="settling", daemon=True).start()


def _set_aside() -> None:
    gc.unfreeze()
    while not _collected_everything():
        time.sleep(BETWEEN_TRIES)
    gc.freeze()
    # Until the next full one the collector waits for a quarter of what it counted last, which must not be the build.
    _collected_everything()


def _collected_everything() -> bool:
    """Whether the collection was made: while another thread is within one, ``gc.collect`` returns at once without a word."""
    before = _full_collections()
    gc.collect()
    return _full_collections() > before


def _full_collections() -> int:
    number: int = gc.get_stats()[-1]["collections"]
    return number
