"""A served workspace's threads do not each keep a heap of the C library."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, json, re, sys, tempfile, threading
from service.heaps import share_heaps

shared = share_heaps() if sys.argv[1] == "shared" else None
library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
all_here = threading.Barrier(12)

def take():
    all_here.wait()
    library.malloc(50_000)
    all_here.wait()

threads = [threading.Thread(target=take) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
with tempfile.NamedTemporaryFile() as told:
    library.fopen.restype, library.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    library.fclose.argtypes = [ctypes.c_void_p]
    library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
    file = library.fopen(told.name.encode(), b"w")
    library.malloc_info(0, file)
    library.fclose(file)
    print(json.dumps({"shared": shared, "heaps": len(re.findall(rb"<heap nr", told.read()))}))
"""

ON_GLIBC = pytest.mark.skipif(sys.platform != "linux", reason="heaps for each thread are glibc's")


def _told(how: str) -> dict[str, int | bool | None]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    told: dict[str, int | bool | None] = json.loads(done.stdout)
    return told


@ON_GLIBC
def test_a_dozen_threads_share_two_heaps() -> None:
    assert _told("shared") == {"shared": True, "heaps": 2}


@ON_GLIBC
def test_without_it_threads_get_more_heaps_than_two() -> None:
    heaps = _told("unshared")["heaps"]
    assert isinstance(heaps, int)
    assert heaps > 2
