"""Keeps what a service holds of the C library's memory near what it uses: few heaps, nothing large in them, and what is over is handed back."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HEAPS = 2
"""One for the event loop and one for whoever works beside it; more hold the interpreter in turn anyway."""
GIVE_BACK_SECONDS = 30.0

LEAST_APART, MOST_APART = 128 * 1024, 32 * 1024 * 1024
"""Bytes from which a buffer gets pages of its own, which go back to the machine with it; more the library does not take."""
WORKED_WITH = 1024
"""Bytes for each actor that a suggestion works with at once. Pages of its own would be asked for and cleared anew for every suggestion, which
took a quarter of its time for 27,735 actors; in a small cluster it is whole answers and files that are this large."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Numbers of the parameters in malloc.h of glibc; see mallopt(3)."""


@contextmanager
def tended_heaps(actors: Callable[[], int], seconds: float = GIVE_BACK_SECONDS) -> Iterator[None]:
    """Let threads that start inside share ``HEAPS`` heaps, keep what is large out of them, and hand free pages back every so many seconds.

    glibc gives each thread a heap up to eight times the number of processors, and each keeps the room of the largest request that
    came by it. Which thread serves what is chance, so memory would rise for hundreds of thousands of requests. Free pages in the
    middle of a heap it never hands back by itself, malloc_trim(3) does; that takes some thousandths of a second. What is large is told by
    how many ``actors`` there are now. Other C libraries have one heap, or cannot be told: then nothing is done.
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

    def keep_apart() -> None:
        large = min(max(LEAST_APART, WORKED_WITH * actors()), MOST_APART)
        library.mallopt(_M_MMAP_THRESHOLD, large)
        # As the library has it where it finds the first by itself: else the end of a heap is given away and taken back all the time.
        library.mallopt(_M_TRIM_THRESHOLD, 2 * large)

    def work() -> None:
        while not stop.wait(seconds):
            keep_apart()
            give_back(0)

    keep_apart()
    thread = threading.Thread(target=work, name="heaps", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
