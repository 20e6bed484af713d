"""Has all threads of a service share two heaps of the C library; called once, before it serves."""

from __future__ import annotations

import ctypes

HEAPS = 2
"""One for the event loop and one for whoever works beside it; more hold the interpreter in turn anyway."""

_M_ARENA_MAX = -8
"""Number of the parameter in malloc.h of glibc; see mallopt(3)."""


def share_heaps() -> bool:
    """Let threads that start from now on share ``HEAPS`` heaps; whether the C library heeds it.

    glibc gives each thread a heap up to eight times the number of processors, and each keeps the room of the largest request that
    came by it. Which thread serves what is chance, so memory would rise for hundreds of thousands of requests. Other
    C libraries have one heap, or cannot be told: then nothing is done.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS))
    except (AttributeError, OSError, TypeError):
        return False
