"""The store under faults: two processes, kills, a full disk, damaged files, an unsafe SQLite."""

from __future__ import annotations

import multiprocessing
import random
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.errors import StoreBusyError, StoreError, StoreFullError
from matchmaker.store import Store
from matchmaker.store.connections import check_version, is_safe_version
from matchmaker.store.lock import WriterLock

SIZE = 200
KILLS = 24
LONGEST = 60
"""Seconds."""

if sys.platform == "win32":
    PROCESSES = multiprocessing.get_context("spawn")
else:
    PROCESSES = multiprocessing.get_context("forkserver")
    PROCESSES.set_forkserver_preload(["matchmaker.store"])


def actors(version: int, *, size: int = SIZE) -> list[Actor]:
    """Actors that all say which version they are of."""
    return [
        Actor(f"a{number:04}", f"Actor {number}", ActorGroup.COMPANY, description=f"{version}" * 300)
        for number in range(size)
    ]


def collaborations(version: int, *, size: int = SIZE) -> list[Collaboration]:
    return [
        Collaboration(f"c{number:04}", f"{version}", (Participation(f"a{number:04}", f"{version}"),))
        for number in range(size)
    ]


def put(store: Store, version: int) -> None:
    store.apply(actors(version), collaborations(version), source=f"v{version}", who="test")


def versions(store: Store) -> set[str]:
    """The versions found in any row: one, unless an import was taken by halves."""
    return (
        {actor.description[0] for actor in store.actors()}
        | {each.title for each in store.collaborations()}
        | {part.role for each in store.collaborations() for part in each.participations}
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workspace.db"


@contextmanager
def child(job: Callable[..., None], path: Path, *facts: object) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process that does one of the jobs below; it is waited for at the end and must then have done well."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=job, args=(path, *facts, theirs))
    process.start()
    # With its other end gone, waiting for a child that failed ends with an error instead of never.
    theirs.close()
    yield process, ours
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)


def heard(pipe: Connection) -> str:
    """What was said before the end, or ``""``."""
    try:
        return str(pipe.recv())
    except EOFError:
        return ""


# What child processes do.


def import_and_say(path: Path, version: int, say: Connection) -> None:
    with Store.open(path) as store:
        say.send("ready")
        put(store, version)
        say.send("done")


def import_slowly(path: Path, say: Connection) -> None:
    def dawdling() -> Iterator[Actor]:
        yield from actors(1)
        say.send("writing")
        say.recv()

    with Store.open(path) as store:
        store.apply(dawdling(), [], source="slow", who="test")


def edit_many(path: Path, first: int, step: int, say: Connection) -> None:
    with Store.open(path) as store:
        for number in range(first, 60, step):
            store.edit_actor(f"a{number:04}", {"size": str(number)}, who=f"child {first}")


def fill_a_small_disk(path: Path, say: Connection) -> None:
    import resource

    with Store.open(path) as store:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
        try:
            store.apply(actors(2, size=20_000), [], source="big", who="test")
        except StoreFullError as error:
            say.send(str(error))
        say.send((versions(store), store.counts()["actors"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        put(store, 3)
        say.send(versions(store))


class TestProcesses:
    def test_a_second_writer_is_told_who_writes_and_a_patient_one_waits(self, path: Path) -> None:
        Store.open(path).close()
        with child(import_slowly, path) as (process, slow):
            assert slow.recv() == "writing"
            told = pytest.raises(StoreBusyError, match=rf"process {process.pid}.*Wait")
            with Store.open(path, wait=0.1) as hasty, told:
                put(hasty, 2)
            with Store.open(path, read_only=True) as reader:
                assert reader.counts()["actors"] == 0

            threading.Timer(0.2, slow.send, ["go on"]).start()
            with Store.open(path, wait=20) as patient:
                put(patient, 2)
                assert versions(patient) == {"2"}
                assert patient.audit(subject="a0000")[-1].source == "slow"

    def test_edits_of_two_processes_are_all_kept(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
        with child(edit_many, path, 0, 2), child(edit_many, path, 1, 2):
            pass
        with Store.open(path) as store:
            assert [actor.size for actor in store.actors()][:60] == [str(number) for number in range(60)]
            assert sum(row.action == "edited" for row in store.audit(limit=1_000)) == 60

    def test_a_killed_import_is_there_whole_or_not_at_all(self, path: Path) -> None:
        chance = random.Random(7)
        kept = 0
        with Store.open(path) as store:
            put(store, kept)
            start = time.perf_counter()
            put(store, 0 if kept else 9)
            usual = time.perf_counter() - start
            put(store, kept)
        outcomes = set()
        for version in [1 + number % 9 for number in range(KILLS)]:
            with child(import_and_say, path, version) as (process, said):
                assert said.recv() == "ready"
                # How long a busy machine takes is anybody's guess, so one is left until it has said that it is done.
                said.poll(LONGEST if version == 9 else chance.uniform(0, 1.5 * usual))
                process.kill()
            acknowledged = said.poll() and heard(said) == "done"
            with Store.open(path, wait=1) as store:
                store.check()
                found = versions(store)
            assert found in ({str(kept)}, {str(version)})
            assert not acknowledged or found == {str(version)}
            outcomes.add(found == {str(version)})
            kept = int(found.pop())
        assert outcomes == {True, False}


class TestThreads:
    def test_readers_see_one_state_each_while_imports_run(self, path: Path) -> None:
        seen: list[set[str]] = []
        done = threading.Event()

        def read(store: Store) -> None:
            while not done.is_set():
                seen.append({actor.description[0] for actor in store.actors()})

        with Store.open(path) as store:
            put(store, 0)
            readers = [threading.Thread(target=read, args=(store,)) for _ in range(4)]
            for reader in readers:
                reader.start()
            for version in range(1, 5):
                put(store, version)
            done.set()
            for reader in readers:
                reader.join()
        assert len(seen) >= 4
        assert {len(found) for found in seen} == {1}

    def test_writers_of_one_store_lose_nothing(self, path: Path) -> None:
        def save(store: Store, encoder: str) -> None:
            for number in range(10):
                store.save_vectors(encoder, [f"{number}"], np.ones((1, 4), np.float16))

        with Store.open(path) as store:
            writers = [threading.Thread(target=save, args=(store, f"e{number}")) for number in range(8)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            assert store.counts()["vectors"] == 80

    def test_an_import_may_read_the_store_it_writes_to(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
            assert not store.apply(store.actors(), store.collaborations(), source="itself", who="test")

    def test_an_iterator_that_is_left_open_neither_blocks_a_write_nor_sees_it(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
            reading = store.actors()
            first = next(reading)
            put(store, 2)
            assert {actor.description[0] for actor in (first, *reading)} == {"1"}
            assert versions(store) == {"2"}


class TestFullDisk:
    def test_a_full_database_keeps_what_it_had_and_goes_on_reading(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
            pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
            store._connection.execute(f"PRAGMA max_page_count={pages + 10}")
            before = store.fingerprint(), store.counts()
            with pytest.raises(StoreFullError, match=r"No space is left.*free some space"):
                store.apply(actors(2, size=5_000), [], source="big", who="test")
            with pytest.raises(StoreFullError):
                store.save_vectors("e", [f"{n}" for n in range(500)], np.ones((500, 384), np.float16))
            assert (store.fingerprint(), store.counts()) == before
            store.check()
            store._connection.execute("PRAGMA max_page_count=1000000")
            put(store, 3)
            assert versions(store) == {"3"}

    @pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files are a POSIX matter")
    def test_a_file_that_may_not_grow_is_a_full_disk(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
        with child(fill_a_small_disk, path) as (_, said):
            assert "No space is left" in said.recv()
            assert said.recv() == ({"1"}, SIZE)
            assert said.recv() == {"3"}
        with Store.open(path) as store:
            store.check()
            assert versions(store) == {"3"}


class TestFiles:
    @pytest.mark.parametrize("content", [b"id,name\n1,Lab\n" * 200, b"SQLite format 3\0" + b"\xff" * 4_000])
    def test_a_file_that_is_not_a_database_is_left_alone(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        for read_only in (False, True):
            with pytest.raises(
                StoreError, match=r"workspace\.db.*not a workspace database.*backup"
            ) as caught:
                Store.open(path, read_only=read_only)
            assert caught.value.path == str(path)
        assert path.read_bytes() == content

    def test_a_database_of_another_program_is_left_alone(self, path: Path) -> None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE actors (name)")
        other.close()
        content = path.read_bytes()
        with pytest.raises(StoreError, match="another program"):
            Store.open(path)
        assert path.read_bytes() == content

    def test_damage_in_the_middle_is_found(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
        content = bytearray(path.read_bytes())
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 8 * 4096] = b"\xa5" * 8 * 4096
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"damaged.*backup"), Store.open(path) as store:
            store.check()

    def test_a_cut_file_is_found_on_opening_it(self, path: Path) -> None:
        with Store.open(path) as store:
            put(store, 1)
        path.write_bytes(path.read_bytes()[: 4096 * 20])
        with pytest.raises(StoreError, match=r"damaged.*backup"):
            Store.open(path)

    def test_a_database_of_a_newer_version_is_refused(self, path: Path) -> None:
        with Store.open(path) as store:
            store._connection.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('matchmaker', '0099_from_the_future', '')"
            )
            store._connection.commit()
        for read_only in (False, True):
            with pytest.raises(StoreError, match=r"newer version.*0099_from_the_future"):
                Store.open(path, read_only=read_only)

    def test_a_missing_folder_or_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="There is no folder"):
            Store.open(tmp_path / "missing" / "workspace.db")
        with pytest.raises(StoreError, match="There is no database"):
            Store.open(tmp_path / "workspace.db", read_only=True)
        with pytest.raises(StoreError, match="is a folder"):
            Store.open(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_every_connection_is_set_to_be_safe(self, path: Path) -> None:
        with Store.open(path) as store, store._reading() as reader:
            for connection in (store._connection, reader):
                found = {
                    name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
                }
                assert found == {
                    "journal_mode": "wal",
                    "synchronous": 2,
                    "foreign_keys": 1,
                    "secure_delete": 1,
                }


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 7), True),
        ((3, 45, 0), False),
        ((3, 50, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_only_releases_without_the_wal_reset_bug_are_used(
    path: Path, version: tuple[int, ...], safe: bool
) -> None:
    assert is_safe_version(version) is safe
    if safe:
        check_version(path, version=version)
    else:
        with pytest.raises(StoreError, match=r"pysqlite3>=0\.6\.1"):
            check_version(path, version=version)


def test_a_lock_excludes_while_it_is_held_and_no_longer(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "a.lock", wait=0)
    with lock.held(), pytest.raises(StoreBusyError), WriterLock(tmp_path / "a.lock", wait=0.05).held():
        pass
    with lock.held():
        assert (tmp_path / "a.lock").exists()
