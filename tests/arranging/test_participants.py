"""Lists of participants: who is recognised, who shares an agenda, what is refused, and that the same again changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from matchmaker.arranging import Change
from matchmaker.errors import EventChangedError, EventRejectedError, ImportRejectedError, SourceError
from matchmaker.events import Attendee, Person
from matchmaker.exports import write_rows
from matchmaker.meetings import attendance
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT

HEADERS = ("Virksomhed", "Deltager", "E-mail", "Agenda", "Til stede", "Højst")
Sheet = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Writes a list of participants as CSV."""

    def write(*rows: Sequence[object], headers: Sequence[str] = HEADERS) -> Path:
        path = tmp_path / "participants.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([headers, *rows])
        return path

    return write


@pytest.fixture
def empty(workspace: Workspace) -> Workspace:
    """The sample with an event that nobody attends yet."""
    events = workspace.events
    setup = {
        "name": "Forårsmøde",
        "sessions": ["Formiddag 2027-03-04 09:00-12:00 20+10", "Efter 2027-03-04 13:00-15:00 20"],
        "tables": 10,
    }
    made = events.written(setup)
    events.create(made.name, zone=made.zone, sessions=made.sessions, tables=made.tables, who="tests")
    return workspace


def attend(workspace: Workspace, path: Path, **options: bool) -> dict[str, Attendee]:
    workspace.events.import_participants(EVENT, path, who="tests", **options)  # type: ignore[arg-type]
    return {each.id: each for each in workspace.events.attendees(EVENT)}


def refused(workspace: Workspace, path: Path) -> list[tuple[int, str, str]]:
    before = workspace.events.one(EVENT), workspace.events.attendees(EVENT)
    with pytest.raises(ImportRejectedError) as caught:
        workspace.events.import_participants(EVENT, path, who="tests")
    assert (workspace.events.one(EVENT), workspace.events.attendees(EVENT)) == before
    return [(each.row, each.column, each.reason) for each in caught.value.rejections]


def test_actors_are_recognised_by_id_number_and_name_without_case_and_legal_form(
    empty: Workspace, sheet: Sheet
) -> None:
    actor = empty.actor("hejrebaek")
    spelled = [
        actor.id,
        actor.name,
        "HEJREBÆK  græsprotein",
        actor.registration_number,
        f"DK {actor.registration_number}",
    ]
    path = sheet(*[[text, f"Person {place}", "", "", "", ""] for place, text in enumerate(spelled)])
    report = empty.events.import_participants(EVENT, path, who="tests")
    assert {each.actor_id for each in empty.events.attendees(EVENT)} == {"hejrebaek"}
    assert sum("HEJREBÆK" in note for note in report.notes) == 1


def test_an_unknown_actor_is_refused_with_the_closest_names_and_never_guessed(
    empty: Workspace, sheet: Sheet
) -> None:
    ((row, column, reason),) = refused(empty, sheet(["Hejrebæk Græs A/S", "Anna", "", "", "", ""]))
    assert (row, column) == (2, "Virksomhed")
    assert "Did you mean Hejrebæk Græsprotein A/S (hejrebaek)" in reason


def test_cells_that_name_two_actors_are_refused(empty: Workspace, sheet: Sheet) -> None:
    number = empty.actor("agernbo").registration_number
    path = sheet(["hejrebaek", number, "Anna"], headers=("Aktør", "CVR", "Navn"))
    assert "This is hejrebaek, but CVR says agernbo" in refused(empty, path)[0][2]


def test_everything_wrong_is_told_together_with_row_and_column(empty: Workspace, sheet: Sheet) -> None:
    path = sheet(
        ["nobody", "Anna", "a@b.dk", "", "", ""],
        ["hejrebaek", "Bo", "no address", "", "23:00-23:30", "many"],
        ["hejrebaek", "", "c@d.dk", "", "", ""],
        ["", "Dorthe", "", "", "", ""],
    )
    found = {(row, column) for row, column, _ in refused(empty, path)}
    assert found == {
        (2, "Virksomhed"),
        (3, "E-mail"),
        (3, "Til stede"),
        (3, "Højst"),
        (4, "Deltager"),
        (5, "Virksomhed"),
    }


@pytest.mark.parametrize(
    ("second", "column"),
    [
        (["agernbo", "Another", "ANNA@a.dk", "", "", ""], "E-mail"),
        (["hejrebaek", " anna LUND", "", "", "", ""], "Deltager"),
    ],
)
def test_a_person_twice_is_refused(empty: Workspace, sheet: Sheet, second: list[str], column: str) -> None:
    found = refused(empty, sheet(["hejrebaek", "Anna Lund", "anna@a.dk", "", "", ""], second))
    assert [(row, named) for row, named, _ in found] == [(3, column)]
    assert "row 2" in found[0][2]


def test_an_actor_twice_without_a_person_is_refused(empty: Workspace, sheet: Sheet) -> None:
    path = sheet(*[["hejrebaek", "", "", "", "", ""]] * 2)
    assert "same actor without a person" in refused(empty, path)[0][2]


def test_rows_with_the_same_agenda_of_the_same_actor_are_one_and_others_are_not(
    empty: Workspace, sheet: Sheet
) -> None:
    path = sheet(
        ["hejrebaek", "Anna", "", "Salg", "09:00-10:00", ""],
        ["hejrebaek", "Bo", "", "SALG", "", "3"],
        ["hejrebaek", "Carl", "", "", "", ""],
        ["agernbo", "Dorthe", "", "Salg", "", ""],
    )
    people = attend(empty, path)
    assert [[person.name for person in each.persons] for each in people.values()] == [
        ["Anna", "Bo"],
        ["Carl"],
        ["Dorthe"],
    ]
    shared = people["p1"]
    assert (len(shared.there), shared.most_meetings) == (1, 3)
    path = sheet(["hejrebaek", "Anna", "", "Salg", "", "4"], ["hejrebaek", "Bo", "", "Salg", "", "3"])
    assert "Row 2 of the same agenda says something else" in refused(empty, path)[0][2]


def test_the_same_list_again_changes_nothing_and_a_dry_run_neither(empty: Workspace, sheet: Sheet) -> None:
    path = sheet(["hejrebaek", "Anna", "a@b.dk", "", "Efter", "5"], ["agernbo", "Bo", "", "", "", ""])
    dry = empty.events.import_participants(EVENT, path, dry_run=True, who="tests")
    assert (dry.new, dry.applied, empty.events.attendees(EVENT)) == (("p1", "p2"), False, ())
    attend(empty, path)
    before = empty.events.one(EVENT).revision
    report = empty.events.import_participants(EVENT, path, who="tests")
    assert (report.unchanged, report.new, report.changed) == (("p1", "p2"), (), ())
    assert empty.events.one(EVENT).revision == before


def test_participants_keep_their_ids_when_a_changed_list_comes(empty: Workspace, sheet: Sheet) -> None:
    attend(
        empty,
        sheet(
            ["hejrebaek", "Anna", "a@b.dk", "", "", ""],
            ["agernbo", "Bo", "", "", "", ""],
            ["lucernehuset", "", "", "", "", ""],
        ),
    )
    changed = sheet(
        ["lucernehuset", "Filled In", "", "", "", ""],
        ["agernbo", "New", "", "", "", ""],
        ["agernbo", "Bo", "bo@c.dk", "", "", "2"],
        ["hejrebaek", "Anna Married", "A@b.dk", "", "", ""],
    )
    people = attend(empty, changed)
    assert {one: each.persons[0].name for one, each in people.items()} == {
        "p1": "Anna Married", "p2": "Bo", "p3": "Filled In", "p4": "New",
    }  # fmt: skip


def test_who_is_not_in_the_list_stays_unless_it_is_asked_and_no_id_is_given_twice(
    empty: Workspace, sheet: Sheet
) -> None:
    attend(empty, sheet(["hejrebaek", "Anna", "", "", "", ""], ["agernbo", "Bo", "", "", "", ""]))
    alone = sheet(["hejrebaek", "Anna", "", "", "", ""])
    assert set(attend(empty, alone)) == {"p1", "p2"}
    assert set(attend(empty, alone, remove_missing=True)) == {"p1"}
    made = empty.events.add_participant(EVENT, "agernbo", Change((Person("Bo"),)), who="tests")
    assert made.id == "p3"


def test_what_the_list_has_no_column_for_stays_and_an_empty_cell_empties(
    empty: Workspace, sheet: Sheet
) -> None:
    attend(empty, sheet(["hejrebaek", "Anna", "a@b.dk", "", "Efter", "5"]))
    people = attend(empty, sheet(["hejrebaek", "Anna", ""], headers=("Aktør", "Navn", "Højst")))
    assert people["p1"].there
    assert people["p1"].most_meetings is None


def test_the_list_that_is_written_is_read_back_and_changes_nothing(
    empty: Workspace, sheet: Sheet, tmp_path: Path
) -> None:
    rows = (
        ["hejrebaek", "=HYPERLINK(1)", "a@b.dk", "Salg", "09:00-10:30; Efter", "5"],
        ["hejrebaek", "Bo", "", "Salg", "", ""],
        ["agernbo", "", "", "", "", ""],
    )
    attend(empty, sheet(*rows))
    empty.events.attend(
        EVENT, [Attendee("p9", "lucernehuset", (Person("Åse"), Person("Øjvind")))], who="tests"
    )
    before = empty.events.one(EVENT).revision
    for name, danish in (("list.xlsx", True), ("list.csv", False)):
        columns, written = empty.events.participant_rows(EVENT, danish=danish)
        assert write_rows(tmp_path / name, columns, written) == 5
        report = empty.events.import_participants(EVENT, tmp_path / name, remove_missing=True, who="tests")
        assert (report.new, report.changed, report.missing) == ((), (), ()), name
    assert empty.events.one(EVENT).revision == before


def test_a_workbook_with_numbers_is_read_as_a_csv_file_is(empty: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Organisation", "First name", "Last name", "Max meetings", "Available"])
    book.active.append(["hejrebaek", "Anna", "Lund", 4, "Formiddag"])
    book.save(tmp_path / "list.xlsx")
    (person,) = attend(empty, tmp_path / "list.xlsx").values()
    assert (person.persons[0].name, person.most_meetings, len(person.there)) == ("Anna Lund", 4, 1)


def test_more_rows_than_an_event_may_have_are_refused_and_no_list_without_actors_is_read(
    empty: Workspace, sheet: Sheet
) -> None:
    many = sheet(
        *[
            ["nobody at all", f"Person {number}", "", "", "", ""]
            for number in range(attendance.MOST_PARTICIPANTS + 1)
        ]
    )
    with pytest.raises(SourceError, match="more than 10,000 rows"):
        empty.events.import_participants(EVENT, many, who="tests")
    with pytest.raises(SourceError, match="participants' actors"):
        empty.events.import_participants(EVENT, sheet(["Anna"], headers=("Navn",)), who="tests")


def test_one_is_added_changed_and_removed_by_name(empty: Workspace) -> None:
    events = empty.events
    made = events.add_participant(
        EVENT, "Agernbo Foder", Change((Person("Anna Lund", "a@b.dk"),), "Efter", 3), who="tests"
    )
    changed = events.change_participant(
        EVENT, "anna lund", Change(available="", most_meetings=-1, language="da"), who="tests"
    )
    assert (changed.id, changed.there, changed.most_meetings, changed.language) == (made.id, (), None, "da")
    assert changed.persons == made.persons
    for wrong, said in (
        (("nobody", Change()), "No actor"),
        (("hejrebaek", Change((Person("Bo", "A@b.dk"),))), "same person twice"),
        (("hejrebaek", Change(available="23:00-23:30")), "No slot"),
        (("hejrebaek", Change(most_meetings=2, least_meetings=3)), "at least 3"),
    ):
        with pytest.raises(EventRejectedError, match=said):
            events.add_participant(EVENT, *wrong, who="tests")
    assert [each.id for each in events.attendees(EVENT)] == [made.id]


def test_of_two_facilitators_the_second_is_told_and_nothing_of_theirs_is_kept(
    empty: Workspace, sheet: Sheet
) -> None:
    seen = empty.events.one(EVENT).revision
    empty.events.add_participant(EVENT, "hejrebaek", Change(), expected=seen, who="anna")
    told = pytest.raises(EventChangedError, match="anna changed the event")
    with told:
        empty.events.import_participants(
            EVENT, sheet(["agernbo", "Bo", "", "", "", ""]), expected=seen, who="bo"
        )
    with pytest.raises(EventChangedError):
        empty.events.change_participant(EVENT, "p1", Change(most_meetings=1), expected=seen, who="bo")
    with pytest.raises(EventChangedError):
        empty.events.set_up(empty.events.written({"place": "Ribe"}, EVENT), expected=seen, who="bo")
    assert [each.actor_id for each in empty.events.attendees(EVENT)] == ["hejrebaek"]


def test_names_and_addresses_are_in_no_row_of_the_audit_trail(empty: Workspace, sheet: Sheet) -> None:
    attend(empty, sheet(["hejrebaek", "Canary Bird", "canary@bird.dk", "", "", ""]))
    empty.events.change_participant(
        EVENT, "p1", Change((Person("Canary Bird", "canary@bird.dk", "Singer"),)), who="tests"
    )
    assert "anary" not in str(empty.history(limit=1000))


def test_a_table_kept_for_an_unknown_actor_is_refused_when_the_event_is_set_up(empty: Workspace) -> None:
    with pytest.raises(EventRejectedError, match=r"Table 'Stand': No actor.*Did you mean"):
        empty.events.written({"tables": ["Stand | Hejrebæk Græs"]}, EVENT)
    made = empty.events.written({"tables": ["Stand | Hejrebæk Græsprotein A/S | Formiddag"]}, EVENT)
    assert made.tables[0].actor_id == "hejrebaek"
