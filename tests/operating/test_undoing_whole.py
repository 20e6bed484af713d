"""A change and its way back are one: killed in between leaves neither, and nobody stays or comes back who is erased meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from matchmaker.events import Attendee, Person
from matchmaker.undoing import Came
from matchmaker.ways_back import Attended
from matchmaker.workspace import Workspace
from tests.operating.planted import holds
from tests.service.tiny_cluster import ACTORS, HEADERS, write_csv

EVENT, OLGA = "spring", "olga@xolander.example"
CANARIES = ("hvidtfeldquist", "xolander")

PROGRAM = """
import sys
from pathlib import Path
from matchmaker.erasures import FoundPerson
from matchmaker.ways_back import Attended
from matchmaker.workspace import Workspace

def wait(said):
    print(said, flush=True)
    sys.stdin.readline()

def take_away(workspace, pause):
    with workspace.undoing.together():
        were = workspace.events.take_away("spring", "p1", who="anna")
        pause("between")
        print(workspace.undoing.remember(Attended("spring", were), about="spring", who="anna"), flush=True)

def undo(workspace, pause):
    with workspace.undoing.together():
        came = workspace.undoing.undo(sys.argv[4], about="spring", who="anna").came
        pause("between")
    print(came, flush=True)

def erase(workspace, pause):
    # As the command does where nobody is found: the address is erased all the same.
    named = FoundPerson("", "", "", "", "olga@xolander.example", "")
    persons = workspace.find_person("olga@xolander.example") or (named,)
    print("found", flush=True)
    with workspace.undoing.together():
        workspace.erase_persons(persons, who="tests")
        pause("between")
    workspace.finish_erasing(rebuild=False)
    print("erased", flush=True)

with Workspace.open(Path(sys.argv[1])) as workspace:
    pause = wait if sys.argv[3] == "pause" else lambda said: None
    {"take_away": take_away, "undo": undo, "erase": erase}[sys.argv[2]](workspace, pause)
"""


class Child:
    """A process of its own that says how far it is, and goes on when it is told."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def says(self) -> str:
        """The next line, which is waited for."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        print(file=self._process.stdin, flush=True)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def ends(self) -> str:
        """The last line it says, once it is done."""
        said, _ = self._process.communicate(timeout=120)
        assert self._process.returncode == 0
        return said.split()[-1] if said.split() else ""


Started = Callable[..., Child]


@pytest.fixture
def start(folder: Path) -> Iterator[Started]:
    children: list[Child] = []

    def started(*arguments: str) -> Child:
        children.append(Child(folder, *arguments))
        return children[-1]

    yield started
    for each in children:
        each.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An event with Olga, whose name and address are nowhere else."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder, create=True) as workspace:
        workspace.import_table(write_csv(tmp_path / "actors.csv", HEADERS, ACTORS), who="tests")
        workspace.events.create("Spring", zone="Europe/Copenhagen", event_id=EVENT, who="tests")
        olga = (Person("Olga Hvidtfeldquist", OLGA),)
        workspace.events.attend(EVENT, [Attendee("p1", "uni:1", olga), Attendee("p2", "gas:1")], who="tests")
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder) as workspace:
        yield workspace


def there(workspace: Workspace) -> set[str]:
    return {each.id for each in workspace.events.attendees(EVENT)}


def ways(workspace: Workspace) -> int:
    return len(workspace._store.ways_back.of({"anna"}))


def taken_away(folder: Path) -> str:
    with opened(folder) as workspace, workspace.undoing.together():
        were = workspace.events.take_away(EVENT, "p1", who="anna")
        return workspace.undoing.remember(Attended(EVENT, were), about=EVENT, who="anna")


def test_killed_between_a_change_and_its_way_back_neither_is_kept(folder: Path, start: Started) -> None:
    child = start("take_away", "pause")
    assert child.says() == "between"
    child.kill()
    with opened(folder) as workspace:
        workspace._store.check()
        assert there(workspace) == {"p1", "p2"}
        assert ways(workspace) == 0
    name = start("take_away", "at once").ends()
    with opened(folder) as workspace:
        assert there(workspace) == {"p2"}
        assert workspace.undoing.undo(name, about=EVENT, who="anna").came is Came.UNDONE


def test_killed_while_a_change_is_taken_back_it_can_be_taken_back_again(folder: Path, start: Started) -> None:
    name = taken_away(folder)
    child = start("undo", "pause", name)
    assert child.says() == "between"
    child.kill()
    with opened(folder) as workspace:
        assert there(workspace) == {"p2"}
        assert workspace.undoing.holds(name, about=EVENT, who="anna")
    assert start("undo", "at once", name).ends() == Came.UNDONE
    with opened(folder) as workspace:
        assert there(workspace) == {"p1", "p2"}
        assert ways(workspace) == 0


def test_whoever_is_erased_between_a_change_and_its_way_back_is_in_neither(
    folder: Path, start: Started
) -> None:
    change = start("take_away", "pause")
    assert change.says() == "between"
    erasure = start("erase", "at once")
    # She is still on the list for everybody else; the lock lets the erasure in after the way back alone.
    assert erasure.says() == "found"
    change.go_on()
    name = change.ends()
    assert erasure.ends() == "erased"
    assert holds(folder, CANARIES) == {}
    with opened(folder) as workspace:
        assert workspace.undoing.undo(name, about=EVENT, who="anna").came is Came.TOO_LATE
        assert there(workspace) == {"p2"}
    assert holds(folder, CANARIES) == {}


def test_a_change_after_an_erasure_that_it_waited_for_keeps_nothing_of_the_erased(
    folder: Path, start: Started
) -> None:
    erasure = start("erase", "pause")
    assert [erasure.says(), erasure.says()] == ["found", "between"]
    change = start("take_away", "at once")
    erasure.go_on()
    name = change.ends()
    assert erasure.ends() == "erased"
    with opened(folder) as workspace:
        assert workspace.undoing.undo(name, about=EVENT, who="anna").came is Came.UNDONE
        assert [each.persons for each in workspace.events.attendees(EVENT)] == [(), ()]
    assert holds(folder, CANARIES) == {}


def test_nobody_comes_back_who_is_erased_while_a_change_waits_to_be_taken_back(
    folder: Path, start: Started
) -> None:
    name = taken_away(folder)
    erasure = start("erase", "pause")
    assert [erasure.says(), erasure.says()] == ["found", "between"]
    undoing = start("undo", "at once", name)
    erasure.go_on()
    assert undoing.ends() == Came.TOO_LATE
    assert erasure.ends() == "erased"
    with opened(folder) as workspace:
        assert there(workspace) == {"p2"}
    assert holds(folder, CANARIES) == {}


def test_whoever_is_erased_while_a_change_is_taken_back_is_erased_from_what_came_back(
    folder: Path, start: Started
) -> None:
    name = taken_away(folder)
    undoing = start("undo", "pause", name)
    assert undoing.says() == "between"
    erasure = start("erase", "at once")
    assert erasure.says() == "found"
    undoing.go_on()
    assert undoing.ends() == Came.UNDONE
    assert erasure.ends() == "erased"
    with opened(folder) as workspace:
        assert there(workspace) == {"p1", "p2"}
        assert workspace.find_person("Olga Hvidtfeldquist") == ()
    assert holds(folder, CANARIES) == {}
