"""A list of participants is taken back exactly: what it added and changed where nobody changed it since, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.errors import ParticipantListNotFoundError
from matchmaker.events import (
    Attendee,
    NotReturned,
    Person,
    Preference,
    PreferenceKind,
    RequestState,
    Returned,
)
from matchmaker.store import Store
from matchmaker.store.participant_lists import KEPT_FOR, KEPT_MOST
from matchmaker.undoing import Came
from matchmaker.ways_back import Attended
from matchmaker.workspace import DATABASE, Workspace
from tests.arranging.conftest import EVENT

HEADERS = ("Actor id", "Person", "E-mail", "Agenda", "Max")


@pytest.fixture
def event(arranged: Workspace) -> Workspace:
    """An event with three participants, what is wanted of them, and a request."""
    events = arranged.events
    actors = [each.actor_id for each in events.attendees(EVENT)][:6]
    arranged.events.attend(EVENT, (), [each.id for each in events.attendees(EVENT)], who="tests")
    people = [
        Attendee("p101", actors[0], (Person("Anna Lund", "anna@lund.example"),), agenda="A"),
        Attendee("p102", actors[1], (Person("Bo Bak", "bo@bak.example"),), agenda="B"),
        Attendee("p103", actors[2], (Person("Cecilie Dam", "c@dam.example"),), agenda="C"),
    ]
    events.attend(EVENT, people, who="tests")
    events.prefer(
        EVENT,
        [
            Preference("p101", "p102", PreferenceKind.MUST_MEET, words="about straw"),
            Preference("p102", "p103", PreferenceKind.NO_THANKS, "p102"),
        ],
        who="tests",
    )
    events.requests.ask(EVENT, "p102", "p101", words="about whey", who="tests")
    return arranged


def sheet(tmp_path: Path, *rows: Sequence[object], name: str = "list.csv") -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADERS, *rows])
    return path


def take(event: Workspace, path: Path, **options: bool) -> int:
    event.events.import_participants(EVENT, path, who="anna", **options)  # type: ignore[arg-type]
    return event.events.lists(EVENT)[0].number


def state(event: Workspace) -> tuple[object, ...]:
    events = event.events
    return events.attendees(EVENT), events.preferences(EVENT), events.requests.all(EVENT)


def actor(event: Workspace, place: int) -> str:
    return sorted(event.published().actor_names())[place]


def everything(event: Workspace, tmp_path: Path) -> Path:
    """A list that adds one, changes one and, where the missing go, takes one away."""
    return sheet(
        tmp_path,
        (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 3),
        (actor(event, 2), "Cecilie Dam", "c@dam.example", "C", ""),
        (actor(event, 4), "Dorte Elm", "d@elm.example", "D", ""),
    )


def test_all_of_a_list_goes_back_exactly(event: Workspace, tmp_path: Path) -> None:
    before = state(event)
    number = take(event, everything(event, tmp_path), remove_missing=True)
    (made,) = event.events.lists(EVENT)
    assert (made.source, made.who, made.added, made.changed, made.gone) == ("list.csv", "anna", 1, 1, 1)
    after = state(event)
    new = next(each.id for each in event.events.attendees(EVENT) if each.agenda == "D")
    expected = Returned((new,), ("p101",), ("p102",), ())
    assert event.events.undo_list(EVENT, number, trial=True, who="tests") == expected
    assert state(event) == after, "a trial changes nothing"
    assert event.events.undo_list(EVENT, number, who="tests") == expected
    assert state(event) == before, "to the order, the wishes and the requests"
    (made,) = event.events.lists(EVENT)
    assert (bool(made.undone), made.can_be_undone) == (True, False)
    with pytest.raises(ParticipantListNotFoundError, match="taken back already"):
        event.events.undo_list(EVENT, number, who="tests")
    assert state(event) == before


def test_what_was_changed_or_used_since_stays_and_is_named(event: Workspace, tmp_path: Path) -> None:
    number = take(
        event,
        sheet(
            tmp_path,
            (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 3),
            (actor(event, 1), "Bo Bak", "bo@bak.example", "B", 4),
            (actor(event, 3), "Dorte Elm", "d@elm.example", "D", ""),
            (actor(event, 4), "Eva Fisk", "e@fisk.example", "E", ""),
            (actor(event, 5), "Finn Gran", "f@gran.example", "F", ""),
        ),
    )
    there = {each.agenda: each for each in event.events.attendees(EVENT)}
    wish = Preference("p101", there["D"].id, PreferenceKind.MEET, "p101")
    event.events.prefer(EVENT, [wish], who="tests")
    event.events.attend(EVENT, [replace(there["B"], most_meetings=7)], [there["F"].id], who="tests")
    before = {each.id: each for each in event.events.attendees(EVENT)}
    returned = event.events.undo_list(EVENT, number, who="tests")
    assert returned.removed == (there["E"].id,)
    assert returned.restored == ("p101",)
    assert set(returned.left) == {
        NotReturned("p102", "changed"),
        NotReturned(there["D"].id, "in_use"),
        NotReturned(there["F"].id, "gone"),
    }
    after = {each.id: each for each in event.events.attendees(EVENT)}
    assert after.pop("p101").most_meetings is None
    before.pop("p101")
    before.pop(there["E"].id)
    assert after == before, "nothing else is touched"
    assert wish in event.events.preferences(EVENT)


def test_nobody_comes_back_who_attends_as_somebody_else_by_now(event: Workspace, tmp_path: Path) -> None:
    number = take(event, everything(event, tmp_path), remove_missing=True)
    again = Attendee("p900", actor(event, 1), (Person("Bo Bak", "bo@bak.example"),))
    event.events.attend(EVENT, [again], who="tests")
    returned = event.events.undo_list(EVENT, number, who="tests")
    assert returned.left == (NotReturned("p102", "there"),)
    assert again in event.events.attendees(EVENT)
    assert "p102" not in {each.id for each in event.events.attendees(EVENT)}


def test_a_person_who_moved_to_another_agenda_moves_back(event: Workspace, tmp_path: Path) -> None:
    two = Attendee(
        "p101",
        actor(event, 0),
        (Person("Anna Lund", "anna@lund.example"), Person("Gro Hav", "g@hav.example")),
        agenda="A",
    )
    event.events.attend(EVENT, [two], who="tests")
    before = state(event)
    number = take(
        event,
        sheet(
            tmp_path,
            (actor(event, 0), "Anna Lund", "anna@lund.example", "A", ""),
            (actor(event, 0), "Gro Hav", "g@hav.example", "G", ""),
        ),
    )
    assert len(event.events.attendees(EVENT)) == 4
    assert event.events.undo_list(EVENT, number, who="tests").left == ()
    assert state(event) == before


def test_meetings_and_outcomes_keep_whoever_was_added(event: Workspace, tmp_path: Path) -> None:
    rows = [(actor(event, place), f"Person {place}", "", f"Q{place}", "") for place in range(6, 14)]
    number = take(event, sheet(tmp_path, *rows))
    event.events.propose(EVENT, who="tests")
    version = event.events.schedule(EVENT, time_limit=2, who="tests")
    meeting = {one for each in version.plan.appointments for one in (each.a, each.b)}
    assert meeting
    new = {each.id for each in event.events.attendees(EVENT)} - {"p101", "p102", "p103"}
    returned = event.events.undo_list(EVENT, number, who="tests")
    assert {each.id for each in returned.left} == new & meeting
    assert {each.reason for each in returned.left} == {"in_use"}
    assert set(returned.removed) == new - meeting


def test_later_lists_stand_in_the_way_only_of_what_they_changed(event: Workspace, tmp_path: Path) -> None:
    before = state(event)
    first = take(event, sheet(tmp_path, (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 3)))
    second = take(event, sheet(tmp_path, (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 5)))
    assert event.events.undo_list(EVENT, first, trial=True, who="tests").left == (
        NotReturned("p101", "changed"),
    )
    assert event.events.undo_list(EVENT, second, who="tests").restored == ("p101",)
    assert event.events.undo_list(EVENT, first, who="tests").restored == ("p101",)
    assert state(event) == before
    take(event, sheet(tmp_path, (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 3)))
    assert len(event.events.lists(EVENT)) == 3
    take(event, sheet(tmp_path, (actor(event, 0), "Anna Lund", "anna@lund.example", "A", 3)))
    assert len(event.events.lists(EVENT)) == 3, "the same list again changes nothing and is no further one"


def test_a_request_that_was_answered_is_in_the_way_of_nobody_it_went_with(
    event: Workspace, tmp_path: Path
) -> None:
    event.events.requests.answer(EVENT, "p102", "p101", RequestState.ACCEPTED, who="tests")
    before = state(event)
    number = take(event, everything(event, tmp_path), remove_missing=True)
    assert event.events.requests.all(EVENT) == ()
    event.events.undo_list(EVENT, number, who="tests")
    assert state(event) == before


def without(event: Workspace, tmp_path: Path, *gone: str) -> int:
    """Take in a list of all who attend but those whose ids are given, who go."""
    rows = [
        (each.actor_id, each.persons[0].name, each.persons[0].email, each.agenda, "")
        for each in event.events.attendees(EVENT)
        if each.id not in gone
    ]
    return take(event, sheet(tmp_path, *rows), remove_missing=True)


def test_lists_undone_in_the_order_in_which_they_came_lose_no_wish(event: Workspace, tmp_path: Path) -> None:
    before = state(event)
    first, second = without(event, tmp_path, "p101"), without(event, tmp_path, "p102")
    assert event.events.undo_list(EVENT, first, who="tests") == Returned(back=("p101",))
    assert event.events.preferences(EVENT) == (), "the other is not there yet"
    assert event.events.undo_list(EVENT, second, who="tests") == Returned(back=("p102",))
    assert state(event) == before


def test_a_wish_waits_for_the_last_of_several_who_are_away(event: Workspace, tmp_path: Path) -> None:
    before = state(event)
    numbers = [without(event, tmp_path, each) for each in ("p102", "p101", "p103")]
    for number in numbers:
        assert event.events.undo_list(EVENT, number, who="tests").left == ()
    assert state(event) == before


def test_a_wish_waits_for_whoever_was_taken_away_on_a_page(event: Workspace, tmp_path: Path) -> None:
    before = state(event)
    number = without(event, tmp_path, "p101")
    with event.undoing.together():
        way = Attended(EVENT, event.events.take_away(EVENT, "p102", who="anna"))
        name = event.undoing.remember(way, about=EVENT, who="anna")
    event.events.undo_list(EVENT, number, who="tests")
    assert event.undoing.undo(name, about=EVENT, who="anna").came is Came.UNDONE
    assert state(event) == before


def test_a_wish_of_whoever_never_comes_back_is_in_nobodys_way(event: Workspace, tmp_path: Path) -> None:
    number = without(event, tmp_path, "p101")
    event.events.attend(EVENT, (), ["p102"], who="tests")
    assert event.events.undo_list(EVENT, number, who="tests") == Returned(back=("p101",))
    assert event.events.preferences(EVENT) == ()


def test_what_lists_did_is_forgotten_after_a_month_and_beyond_so_many(
    event: Workspace, tmp_path: Path
) -> None:
    row = (actor(event, 0), "Anna Lund", "anna@lund.example", "A")
    for number in range(KEPT_MOST + 2):
        take(event, sheet(tmp_path, (*row, number + 1)))
    can = {each.number: each.can_be_undone for each in event.events.lists(EVENT)}
    assert [number for number, still in can.items() if not still] == [2, 1]
    later = datetime.now(UTC) + KEPT_FOR + timedelta(days=1)
    with Store.open(event.folder / DATABASE, clock=lambda: later) as store:
        assert not any(each.can_be_undone for each in store.returning.lists(EVENT))
        with pytest.raises(ParticipantListNotFoundError, match="too old"):
            store.returning.undo_list(EVENT, KEPT_MOST, lambda _: (), who="tests")
        store.forget_old_ways_back()
    assert not any(each.can_be_undone for each in event.events.lists(EVENT)), "its words are gone"


def test_the_command_line_lists_and_undoes_lists(
    event: Workspace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = state(event)
    take(event, everything(event, tmp_path), remove_missing=True)
    command = ["-w", str(event.folder), "event"]
    assert main([*command, "lists", EVENT]) == 0
    assert "1 new, 1 changed, 1 taken away" in capfd.readouterr().out
    assert main([*command, "undo-list", EVENT, "1", "--dry-run"]) == 0
    assert "Would undo: 1 new go, 1 as before, 1 attend again." in capfd.readouterr().out
    assert state(event) != before
    assert main([*command, "undo-list", EVENT, "1", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["back"] == ["p102"]
    assert state(event) == before
    assert main([*command, "undo-list", EVENT, "1"]) == 1
    assert "was taken back already" in capfd.readouterr().err
