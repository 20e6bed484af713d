"""Round tables of an event: persons have seats, refusals part them, the seating is kept and can be written to a file."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from matchmaker.cli import main
from matchmaker.errors import ScheduleError
from matchmaker.events import Attendee, Person, Preference, PreferenceKind
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT


def test_persons_of_one_agenda_have_a_seat_each_and_do_not_sit_together(arranged: Workspace) -> None:
    events = arranged.events
    first = events.attendees(EVENT)[0]
    two = Attendee(first.id, first.actor_id, (Person("Karen"), Person("Bo")))
    events.attend(EVENT, [two], who="tests")
    seating = events.seat(EVENT, size=5, rounds=3, who="tests")
    for tables in seating.rounds:
        assert sum(len(table) for table in tables) == 25
        assert not any({"p1.1", "p1.2"} <= set(table) for table in tables)
    assert events.round_tables(EVENT) == seating


def test_who_said_no_thanks_does_not_sit_with_the_other(arranged: Workspace) -> None:
    arranged.events.prefer(EVENT, [Preference("p3", "p4", PreferenceKind.NO_THANKS, "p3")], who="tests")
    seating = arranged.events.seat(EVENT, size=6, rounds=4, who="tests")
    assert seating.apart.pairs == 0
    assert not any({"p3", "p4"} <= set(table) for tables in seating.rounds for table in tables)


def test_an_event_without_participants_has_no_round_tables_and_says_why(workspace: Workspace) -> None:
    workspace.events.create("Tomt", zone="Europe/Copenhagen", who="tests")
    assert workspace.events.round_tables("tomt") is None
    with pytest.raises(ScheduleError, match="Add participants"):
        workspace.events.seat("tomt", size=8, rounds=2, who="tests")
    assert workspace.events.round_tables("tomt") is None


def test_the_command_seats_shows_and_writes_names(
    arranged: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(arranged.folder)
    assert main(["-w", folder, "event", "rounds", EVENT, "--show"]) == 1
    assert "Leave out --show" in capsys.readouterr().err
    assert main(["-w", folder, "event", "rounds", EVENT, "--size", "6", "--rounds", "2"]) == 0
    said = capsys.readouterr().out
    assert "Pairs at a table meet again: " in said
    assert "Round 2, table 4: " in said
    sheet = tmp_path / "seats.xlsx"
    assert main(["-w", folder, "event", "rounds", EVENT, "--show", "--json", "--output", str(sheet)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [len(tables) for tables in shown["rounds"]] == [4, 4]
    rows = list(openpyxl.load_workbook(sheet).active.values)  # type: ignore[union-attr]
    assert rows[0] == ("round", "table", "guest", "name")
    assert len(rows) == 49
    assert any("Deltager 7, " in str(row[3]) for row in rows)
