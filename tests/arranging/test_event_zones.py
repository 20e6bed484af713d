"""Where an event turns out to be in another zone, everything stays at the hours that the clock on the wall shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.errors import EventRejectedError
from matchmaker.events import Attendee, Event, Person, Span, Table
from matchmaker.meetings.programme import slots_of
from matchmaker.meetings.wall_clock import as_written, spans_of
from matchmaker.meetings.written_setup import document_of, setup_of
from matchmaker.undoing import Came
from matchmaker.ways_back import Attended
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT

LONDON = "Europe/London"
"""An hour behind Copenhagen, where the event is at first."""


def hours(workspace: Workspace) -> dict[str, str]:
    """When participants are there, as the list says it that is written."""
    _, rows = workspace.events.participant_rows(EVENT)
    return {str(row[2]): str(row[6]) for row in rows if row[6]}


def there_at(workspace: Workspace, text: str, *ids: str) -> None:
    """Let participants be there at these hours."""
    event = workspace.events.one(EVENT).event
    changed = [
        replace(each, there=spans_of(text, event))
        for each in workspace.events.attendees(EVENT)
        if each.id in ids
    ]
    workspace.events.attend(EVENT, changed, who="tests")


def set_zone(workspace: Workspace, zone: str) -> None:
    events = workspace.events
    events.set_up(events.written({"zone": zone}, EVENT), who="tests")


def test_participants_are_there_at_the_same_hours_and_for_the_same_slots(arranged: Workspace) -> None:
    there_at(arranged, "09:00-11:00", "p1")
    there_at(arranged, "09:30-10:00; 11:00-12:00", "p2")
    said, revision = hours(arranged), arranged.events.one(EVENT).revision
    before = {each.id: each for each in arranged.events.attendees(EVENT)}
    slots = slots_of(arranged.events.one(EVENT).event)
    there = [[each.is_there(slot.span) for slot in slots] for each in before.values()]
    set_zone(arranged, LONDON)
    assert hours(arranged) == said == {"Deltager 1": "09:00-11:00", "Deltager 2": "09:30-10:00; 11:00-12:00"}
    assert arranged.events.one(EVENT).revision == revision + 1, "one write"
    after = arranged.events.attendees(EVENT)
    assert after[0].there == (
        Span(datetime(2027, 3, 4, 9, tzinfo=UTC), datetime(2027, 3, 4, 11, tzinfo=UTC)),
    )
    slots = slots_of(arranged.events.one(EVENT).event)
    assert [[each.is_there(slot.span) for slot in slots] for each in after] == there
    set_zone(arranged, "Europe/Copenhagen")
    assert {each.id: each for each in arranged.events.attendees(EVENT)} == before


def test_tables_that_a_change_does_not_name_are_open_at_the_same_hours(arranged: Workspace) -> None:
    events = arranged.events
    said = ["Bord 1 |  | 09:00-10:30", "Bord 2"]
    events.set_up(events.written({"tables": said}, EVENT), who="tests")
    set_zone(arranged, LONDON)
    assert document_of(events.one(EVENT).event)["tables"] == said


def test_tables_that_a_change_names_are_open_at_the_hours_that_it_says(arranged: Workspace) -> None:
    events = arranged.events
    events.set_up(events.written({"tables": ["Bord 1 |  | 10:00-11:00"]}, EVENT), who="tests")
    changed = events.written({"zone": LONDON, "tables": ["Bord 1 |  | 09:00-10:00"]}, EVENT)
    assert as_written(changed.tables[0].open, changed) == "09:00-10:00"


def test_the_command_line_keeps_the_hours(
    arranged: Workspace, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there_at(arranged, "09:00-11:00", "p1")
    command = ["-w", str(arranged.folder), "event"]
    assert main([*command, "set", EVENT, "--zone", LONDON]) == 0
    assert f"Time zone: {LONDON}" in capfd.readouterr().out
    path = tmp_path / "participants.csv"
    assert main([*command, "participants", EVENT, "--output", str(path)]) == 0
    assert "09:00-11:00" in path.read_text("utf-8")


NIGHT = {
    "sessions": ["Nat 2027-03-28 00:00-06:00 20"],
    "tables": ["Bord 1", "Bord 2 |  | 2027-03-28 02:15-04:00"],
    "zone": "Asia/Tokyo",
}
"""In the night in which the clocks of Copenhagen leave out the hour from two to three, and those of Tokyo do not."""


def test_hours_that_the_clocks_of_the_new_zone_leave_out_are_refused_with_their_number(
    arranged: Workspace,
) -> None:
    events = arranged.events
    events.set_up(events.written(NIGHT, EVENT), who="tests")
    there_at(arranged, "2027-03-28 02:30-05:00; 2027-03-28 05:30-06:00", "p1", "p3")
    there_at(arranged, "2027-03-28 03:30-05:00", "p2")
    before = events.one(EVENT), events.attendees(EVENT)
    with pytest.raises(EventRejectedError, match="Bord 2"):
        events.written({"zone": "Europe/Copenhagen"}, EVENT)
    with pytest.raises(EventRejectedError, match=r"2 participants are there at hours .* p1, p3"):
        events.set_up(events.written({"zone": "Europe/Copenhagen", "tables": ["Bord 1"]}, EVENT), who="tests")
    assert (events.one(EVENT), events.attendees(EVENT)) == before


def test_a_list_is_taken_back_to_the_hours_that_it_found(arranged: Workspace, tmp_path: Path) -> None:
    there_at(arranged, "09:00-11:00", "p1", "p2")
    said, people = hours(arranged), arranged.events.attendees(EVENT)
    path = tmp_path / "list.csv"
    rows = [f"{each.actor_id},{each.persons[0].name},10:00-12:00" for each in people if each.id != "p2"]
    path.write_text("\n".join(["Actor id,Person,Available", *rows]), "utf-8")
    arranged.events.import_participants(EVENT, path, remove_missing=True, who="tests")
    set_zone(arranged, LONDON)
    (made,) = arranged.events.lists(EVENT)
    assert arranged.events.undo_list(EVENT, made.number, who="tests").left == ()
    assert hours(arranged) == said


def test_whoever_was_taken_away_on_a_page_comes_back_at_the_same_hours(arranged: Workspace) -> None:
    there_at(arranged, "09:00-11:00", "p1")
    said = hours(arranged)
    with arranged.undoing.together():
        way = Attended(EVENT, arranged.events.take_away(EVENT, "p1", who="anna"))
        name = arranged.undoing.remember(way, about=EVENT, who="anna")
    set_zone(arranged, LONDON)
    assert arranged.undoing.undo(name, about=EVENT, who="anna").came is Came.UNDONE
    assert hours(arranged) == said


def test_an_hour_that_comes_twice_stays_the_one_that_was_meant() -> None:
    """The clocks of Copenhagen and Paris go back together; those of Tokyo never do."""
    second = Span(datetime(2027, 10, 31, 1, 15, tzinfo=UTC), datetime(2027, 10, 31, 3, tzinfo=UTC))
    event = Event("e", "E", "", "Europe/Copenhagen", tables=(Table("Bord 1", (second,)),))
    paris = setup_of({"zone": "Europe/Paris"}, event, str)
    assert paris.tables == event.tables
    tokyo = setup_of({"zone": "Asia/Tokyo"}, event, str)
    assert as_written(tokyo.tables[0].open, tokyo) == as_written((second,), event)


def test_an_attendee_without_hours_of_their_own_stays_as_they_are(arranged: Workspace) -> None:
    one = Attendee("p1", arranged.events.attendees(EVENT)[0].actor_id, (Person("Anna"),))
    arranged.events.attend(EVENT, [one], who="tests")
    set_zone(arranged, LONDON)
    assert arranged.events.attendees(EVENT)[0] == one
