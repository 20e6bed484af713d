"""Keeps what a service holds of the C library's memory near what it uses: few heaps, and what is over is handed back."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HEAPS = 2
"""One for the event loop and one for whoever works beside it; more hold the interpreter in turn anyway."""
GIVE_BACK_SECONDS = 30.0

_M_ARENA_MAX = -8
"""Number of the parameter in malloc.h of glibc; see mallopt(3)."""


@contextmanager
def tended_heaps(seconds: float = GIVE_BACK_SECONDS) -> Iterator[None]:
    """Let threads that start inside share ``HEAPS`` heaps, and hand free pages back to the machine every so many seconds.

    glibc gives each thread a heap up to eight times the number of processors, and each keeps the room of the largest request that
    came by it. Which thread serves what is chance, so memory would rise for hundreds of thousands of requests. Free pages in the
    middle of a heap it never hands back by itself, malloc_trim(3) does; that takes some thousandths of a second. Other C libraries
    have one heap, or cannot be told: then nothing is done.
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, HEAPS)
        give_back = library.malloc_trim
    except (AttributeError, OSError, TypeError):
        yield
        return
    give_back.argtypes = [ctypes.c_size_t]
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(seconds):
            give_back(0)

    thread = threading.Thread(target=work, name="heaps", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
