"""A key is its process's as long as that one lives, and anybody's afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.repeated import KeptAnswer, Standing
from matchmaker.store import Store

PROGRAM = """
import sys, time
from pathlib import Path
from matchmaker.store import Store
with Store.open(Path(sys.argv[1])) as store:
    print(store.repeated.claim(b"key", b"body").standing, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "matchmaker.sqlite") as opened:
        yield opened


def test_a_key_that_a_living_process_works_on_is_busy_and_free_once_it_is_killed(store: Store) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(store.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "new\n"
    assert store.repeated.claim(b"key", b"body").standing is Standing.RUNNING
    assert store.repeated.claim(b"key", b"other body").standing is Standing.OTHER
    process.kill()
    process.communicate()
    assert store.repeated.claim(b"key", b"other body").standing is Standing.NEW
    assert store.repeated.claim(b"key", b"other body").standing is Standing.RUNNING


def test_an_answer_is_kept_for_every_process_over_the_store(store: Store) -> None:
    answer = KeptAnswer(201, {"location": "/x"}, "æ".encode())
    store.repeated.claim(b"key", b"body")
    store.repeated.keep(b"key", answer)
    with Store.open(store.path) as other:
        assert other.repeated.claim(b"key", b"body").answer == answer
        store.repeated.claim(b"second", b"body")
        assert other.repeated.claim(b"second", b"body").standing is Standing.RUNNING
        store.repeated.release(b"second")
        assert other.repeated.claim(b"second", b"body").standing is Standing.NEW


def test_a_closed_store_leaves_no_name_behind(store: Store) -> None:
    with Store.open(store.path) as other:
        other.repeated.claim(b"key", b"body")
    folder = store.path.with_name(store.path.name + ".open")
    assert list(folder.iterdir()) == []
    assert store.repeated.claim(b"key", b"body").standing is Standing.NEW
