"""Events under faults: a kill while participants are imported or a schedule is kept, and two facilitators at once."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.errors import EventChangedError
from matchmaker.events import Appointment, Attendee, Event, Person, Plan, PlanKind, Span
from matchmaker.store import Store

SIZE = 300
KILLS = 12
EVENT = "event"

if sys.platform == "win32":
    PROCESSES = multiprocessing.get_context("spawn")
else:
    PROCESSES = multiprocessing.get_context("forkserver")
    PROCESSES.set_forkserver_preload(["matchmaker.store"])


def people(version: int) -> list[Attendee]:
    """Participants that all say which version they are of."""
    return [
        Attendee(f"p{number}", f"a{number}", (Person(f"{version} " * 20),), most_meetings=version)
        for number in range(SIZE)
    ]


def plan(version: int) -> Plan:
    begin = datetime(2027, 3, 4, 9, tzinfo=UTC)
    span = Span(begin, begin + timedelta(minutes=20))
    meetings = tuple(
        Appointment(f"p{number}", f"p{number + 1}", span, f"{version}") for number in range(0, SIZE, 2)
    )
    return Plan(PlanKind.SCHEDULED, meetings, float(version), float(version))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with an event of participants of version 0."""
    path = tmp_path / "workspace.db"
    with Store.open(path) as store:
        actors = [Actor(f"a{number}", f"Actor {number}", ActorGroup.COMPANY) for number in range(SIZE)]
        store.apply(actors, [], source="test", who="test")
        store.events.create(Event(EVENT, "Event", "", "UTC"), who="test")
        store.events.attend(EVENT, people(0), who="test")
    return path


@contextmanager
def child(work: Callable[..., None], *arguments: object) -> Iterator[tuple[BaseProcess, Connection]]:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()


def change_and_say(path: Path, versions: range, say: Connection) -> None:
    """Import participants and keep a schedule again and again, and say of each when it is done."""
    with Store.open(path) as store:
        latest = store.events.version(EVENT)
        number = latest.number if latest else None
        say.send("ready")
        for version in versions:
            store.events.attend(EVENT, people(version), who="test")
            number = store.events.add_version(EVENT, plan(version), expected=number, who="test").number
            say.send(version)


def heard(pipe: Connection) -> list[object]:
    found: list[object] = []
    try:
        while pipe.poll(0.2):
            found.append(pipe.recv())
    except EOFError:
        pass
    return found


def test_a_kill_leaves_nothing_half_and_loses_nothing_that_was_acknowledged(path: Path) -> None:
    chance = random.Random(5)
    first = 1
    for _ in range(KILLS):
        with child(change_and_say, path, range(first, first + 50)) as (process, said):
            assert said.recv() == "ready"
            time.sleep(chance.uniform(0.01, 0.3))
            process.kill()
            process.join()
            done = [each for each in heard(said) if isinstance(each, int)]
        with Store.open(path, wait=2) as store:
            store.check()
            versions = {each.most_meetings for each in store.events.attendees(EVENT)}
            assert len(versions) == 1
            assert len(store.events.attendees(EVENT)) == SIZE
            (attended,) = versions
            kept = store.events.versions(EVENT)
        assert [each.number for each in kept] == list(range(1, len(kept) + 1))
        for each in kept:
            assert len(each.plan.appointments) == SIZE // 2
            assert {meeting.table for meeting in each.plan.appointments} == {f"{each.plan.value:.0f}"}
        last = int(kept[-1].plan.value) if kept else 0
        # The participants of a version are kept before its schedule.
        assert attended in (last, last + 1)
        assert not done or last >= max(done)
        first = max(last, attended or 0) + 1


def test_of_two_who_change_the_same_schedule_the_second_is_told(path: Path) -> None:
    with Store.open(path) as one, Store.open(path) as other:
        one.events.add_version(EVENT, plan(1), expected=None, who="anna")
        with pytest.raises(EventChangedError, match="anna changed the event"):
            other.events.add_version(EVENT, plan(2), expected=None, who="bo")
        assert [each.plan.value for each in other.events.versions(EVENT)] == [1.0]
        revision = one.events.one(EVENT).revision
        one.events.attend(EVENT, people(1), expected=revision, who="anna")
        with pytest.raises(EventChangedError, match="anna changed the event"):
            other.events.attend(EVENT, people(2), expected=revision, who="bo")
        assert {each.most_meetings for each in other.events.attendees(EVENT)} == {1}


def test_ids_that_were_given_are_known_after_their_participants_are_gone(path: Path) -> None:
    with Store.open(path) as store:
        store.events.attend(EVENT, [], ["p299"], who="test")
        assert "p299" in store.events.ids_given(EVENT)
        assert "p299" not in {each.id for each in store.events.attendees(EVENT)}


def test_an_erased_event_leaves_no_name_of_a_person_in_the_file(path: Path) -> None:
    with Store.open(path) as store:
        store.events.attend(EVENT, [Attendee("p0", "a0", (Person("Canary Bird"),))], who="test")
        store.events.erase(EVENT, who="test")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert b"Canary" not in path.read_bytes()
