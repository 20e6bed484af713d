"""Commands that change a schedule, as a facilitator types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from matchmaker.cli import main
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.workspace import Workspace

Run = Callable[..., tuple[int, str, str]]
WISHES = [("p1", "p2"), ("p3", "p4"), ("p1", "p4"), ("p2", "p3"), ("p1", "p6"), ("p3", "p6")]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on an event of six participants of whom each has wishes; three slots, two tables; scheduled."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder, create=True) as workspace:
        _fill(workspace)

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main(["--workspace", str(folder), "event", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def _fill(workspace: Workspace) -> None:
    rows = ["id,name,group,description"]
    rows += [f"a{n},Firma {n} ApS,{'company' if n % 2 else 'supplier'},Vi laver ting." for n in range(1, 7)]
    table = workspace.folder.parent / "actors.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    workspace.import_table(table, who="tests")
    events = workspace.events
    events.create(
        "Meet",
        zone="Europe/Copenhagen",
        sessions=[Session("Morning", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 10), 20)],
        tables=[Table("Table 1"), Table("Table 2")],
        who="tests",
    )
    people = [Attendee(f"p{n}", f"a{n}", (Person(f"Secret Person {n}"),)) for n in range(1, 7)]
    events.attend("meet", people, who="tests")
    events.prefer("meet", [Preference(a, b, PreferenceKind.MEET) for a, b in WISHES], who="tests")
    events.schedule("meet", who="tests")


def answer(run: Run, *arguments: object, status: int = 0) -> Any:
    got, said, _ = run(*arguments, "--json")
    assert got == status, said
    return json.loads(said)


def meetings(run: Run) -> dict[frozenset[str], tuple[str, str]]:
    return {
        frozenset((each["a"], each["b"])): (each["starts"][11:16], each["table"])
        for each in answer(run, "show", "meet")["schedule"]["meetings"]
    }


def test_a_meeting_is_removed_added_elsewhere_moved_and_each_is_undone(run: Run) -> None:
    first = meetings(run)
    assert run("remove-meeting", "meet", "p1", "p2")[0] == 0
    free = next(
        time
        for time in ("09:00", "09:20", "09:40")
        if not any(pair & {"p1", "p2"} for pair, (at, _) in meetings(run).items() if at == time)
    )
    status, said, _ = run("add-meeting", "meet", "p1", "p2", "--at", free)
    assert status == 0
    assert "p1 (Firma 1 ApS) and p2 (Firma 2 ApS)" in said
    for _ in range(2):
        assert run("undo", "meet")[0] == 0
    assert meetings(run) == first
    status, _, error = run("undo", "meet")
    assert (status, "nothing to undo" in error) == (1, True)
    assert run("redo", "meet")[0] == 0
    assert frozenset(("p1", "p2")) not in meetings(run)
    assert run("restore", "meet", "1")[0] == 0
    assert meetings(run) == first


def test_conflicts_are_told_with_names_and_local_times_and_nothing_is_changed(run: Run) -> None:
    first = meetings(run)
    times = {time for pair, (time, _) in first.items() if pair & {"p1", "p2"} and pair != {"p1", "p2"}}
    status, _, error = run("move", "meet", "p1", "p2", "--to", sorted(times)[0])
    assert status == 1
    assert re.search(r"p[12] \(Firma [12] ApS\) meets p\d \(Firma \d ApS\) at 09:\d0\.", error)
    told = answer(run, "move", "meet", "p1", "p2", "--to", sorted(times)[0], status=1)
    assert told["conflicts"][0]["kind"] == "double_booked"
    assert told["conflicts"][0]["starts"].endswith("+01:00")
    status, _, error = run("move", "meet", "p1", "p2", "--to", "09:10")
    assert "Slots begin at 09:00, 09:20, 09:40." in error
    assert meetings(run) == first
    assert len(answer(run, "versions", "meet")) == 1


def test_a_dry_run_of_a_change_or_a_repair_changes_nothing(run: Run) -> None:
    first = meetings(run)
    assert "Nothing stands in the way" in run("remove-meeting", "meet", "p1", "p2", "--dry-run")[1]
    status, said, _ = run("repair", "meet", "--no-show", "p1", "--dry-run")
    assert status == 0
    assert "Nothing was changed." in said
    assert "not there" in said
    assert meetings(run) == first


def test_a_repair_takes_the_absent_out_tells_what_became_of_it_and_keeps_locks(run: Run) -> None:
    pair = next(pair for pair in sorted(meetings(run), key=sorted) if "p1" not in pair)
    place = meetings(run)[pair]
    assert run("lock", "meet", *sorted(pair))[0] == 0
    told = answer(run, "repair", "meet", "--no-show", "p1", "--lost-table", "Table 2", "--from", "09:20")
    assert told["repair"]["others_moved"] == 0
    after = meetings(run)
    assert not any("p1" in each for each, (time, _) in after.items() if time >= "09:20")
    assert not any(table == "Table 2" for time, table in after.values() if time >= "09:20")
    if place[1] == "Table 1":
        assert after[pair] == place
    status, said, _ = run("compare", "meet", "2", "3")
    assert status == 0
    assert "p1 (Firma 1 ApS) is not there from 09:20: no show" in said
    assert "Table 2 is lost from 09:20" in said
    history = answer(run, "versions", "meet")
    assert [each["kind"] for each in history] == ["scheduled", "locked", "repaired"]


def test_locks_of_one_participant_and_of_all(run: Run) -> None:
    mine = {pair for pair in meetings(run) if "p1" in pair}
    run("lock", "meet", "p1")
    shown = answer(run, "show", "meet")["schedule"]["meetings"]
    assert {frozenset((each["a"], each["b"])) for each in shown if each["locked"]} == mine
    run("lock", "meet", "--all")
    assert all(each["locked"] for each in answer(run, "show", "meet")["schedule"]["meetings"])
    run("unlock", "meet", "--all")
    assert not any(each["locked"] for each in answer(run, "show", "meet")["schedule"]["meetings"])
    assert run("lock", "meet")[0] == 2


def test_a_wish_without_a_meeting_is_explained_with_what_would_help(run: Run) -> None:
    run("remove-meeting", "meet", "p1", "p2")
    status, said, _ = run("explain", "meet", "p1", "p2")
    assert status == 0
    assert "would fit at 09:" in said
    (told,) = answer(run, "explain", "meet", "p1", "p2")
    assert (told["a"], told["b"], told["reason"]) == ("p1", "p2", "there_is_room")
    assert run("explain", "meet", "p1")[0] == 2
    status, _, error = run("explain", "meet", "p1", "p77")
    assert (status, "p77" in error) == (1, True)


def test_a_change_from_an_old_version_is_refused(run: Run) -> None:
    run("remove-meeting", "meet", "p1", "p2")
    status, _, error = run("remove-meeting", "meet", "p3", "p4", "--expected", "1")
    assert (status, "Read it again" in error) == (1, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("move", "meet", "p1", "p2"), "Say where to"),
        (("move", "meet", "p1", "p2", "--to", "9 am"), "Write it as 10:20"),
        (("move", "meet", "p1", "p2", "--to", "29:00"), "Write it as 10:20"),
        (("add-meeting", "meet", "p1", "p77", "--at", "09:00"), "p77 does not attend"),
        (("repair", "meet", "--no-show", "p77"), "p77"),
        (("repair", "meet", "--lost-table", "Table 9"), "Table 9"),
        (("repair", "meet", "--no-show", "p1", "--from", "12:00"), "Nothing of the event is left"),
        (("restore", "meet", "9"), "no version 9"),
        (("compare", "meet", "1", "9"), "no version 9"),
        (("undo", "nowhere"), "event list"),
    ],
)
def test_bad_input_gets_one_clear_answer(run: Run, typed: tuple[str, ...], said: str) -> None:
    status, _, error = run(*typed)
    assert status in {1, 2}
    assert said in error
    assert "Traceback" not in error


def test_no_command_tells_a_persons_name(run: Run) -> None:
    run("remove-meeting", "meet", "p1", "p2")
    for command in (("versions", "meet"), ("compare", "meet", "1"), ("explain", "meet"), ("repair", "meet")):
        assert "Secret" not in "".join(map(str, run(*command)))
