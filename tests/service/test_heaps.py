"""A served workspace's threads do not each keep a heap of the C library, and what was freed goes back to the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import ctypes, re, sys, tempfile, threading, time
from contextlib import nullcontext
from service.heaps import tended_heaps

library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
tended = tended_heaps(lambda: int(sys.argv[2]), 0.05) if sys.argv[1] == "tended" else nullcontext()
"""
HEAPS = (
    BEGIN
    + """
all_here = threading.Barrier(12)

def take():
    all_here.wait()
    library.malloc(50_000)
    all_here.wait()

with tended, tempfile.NamedTemporaryFile() as told:
    threads = [threading.Thread(target=take) for _ in range(12)]
    for each in threads: each.start()
    for each in threads: each.join()
    library.fopen.restype, library.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    library.fclose.argtypes = [ctypes.c_void_p]
    library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
    file = library.fopen(told.name.encode(), b"w")
    library.malloc_info(0, file)
    library.fclose(file)
    print(len(re.findall(rb"<heap nr", told.read())))
"""
)
FREED = (
    BEGIN
    + """
def held():
    return int(re.search(r"RssAnon:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

with tended:
    taken = [library.malloc(50_000) for _ in range(2_000)]
    for each in taken: ctypes.memset(each, 1, 50_000)
    last, most = library.malloc(50_000), held()
    for each in taken: library.free(each)
    until = time.monotonic() + 10
    while sys.argv[1] == "tended" and most - held() < 80 and time.monotonic() < until: time.sleep(0.05)
    print(most - held())
"""
)

LARGE = (
    BEGIN
    + """
library.fopen.restype, library.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
library.fclose.argtypes, library.malloc_info.argtypes = [ctypes.c_void_p], [ctypes.c_int, ctypes.c_void_p]

def apart():
    with tempfile.NamedTemporaryFile() as told:
        file = library.fopen(told.name.encode(), b"w")
        library.malloc_info(0, file)
        library.fclose(file)
        return int(re.search(rb'type="mmap" count="(\\d+)"', told.read())[1])

# What was freed once is no longer taken for large by the library itself.
library.free(library.malloc(30_000_000))
with tended:
    before = apart()
    taken = [library.malloc(400_000) for _ in range(10)]
    print(apart() - before)
"""
)

ON_GLIBC = pytest.mark.skipif(sys.platform != "linux", reason="heaps for each thread are glibc's")


def _told(program: str, how: str, actors: int = 0) -> int:
    done = subprocess.run(
        [sys.executable, "-c", program, how, str(actors)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@ON_GLIBC
def test_a_dozen_threads_share_two_heaps() -> None:
    assert _told(HEAPS, "tended") == 2


@ON_GLIBC
def test_without_it_threads_get_more_heaps_than_two() -> None:
    assert _told(HEAPS, "untended") > 2


@ON_GLIBC
def test_what_was_freed_in_the_middle_of_a_heap_goes_back_to_the_machine() -> None:
    """Of 100 MB that were taken and freed, with something taken after them."""
    assert _told(FREED, "tended") > 80


@ON_GLIBC
def test_without_it_what_was_freed_is_kept() -> None:
    assert _told(FREED, "untended") < 20


@ON_GLIBC
def test_what_is_large_has_pages_of_its_own_in_a_small_cluster_alone() -> None:
    assert _told(LARGE, "tended", 200) == 10
    assert _told(LARGE, "tended", 27_735) == 0
    assert _told(LARGE, "untended") == 0
