"""Lists of participants: who is recognised, who shares an agenda, what is refused, and that the same again changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from matchmaker.arranging import Change
from matchmaker.errors import EventChangedError, EventRejectedError, ImportRejectedError, SourceError
from matchmaker.events import Attendee, Person, Preference, PreferenceKind
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


def test_persons_keep_address_and_title_where_the_list_has_no_column_for_them(
    empty: Workspace, sheet: Sheet
) -> None:
    whole = ("Virksomhed", "Deltager", "E-mail", "Titel", "Agenda")
    everybody = [
        ["hejrebaek", "Anna", "anna@h.dk", "Direktør", "Salg"],
        ["hejrebaek", "Bo", "bo@h.dk", "Sælger", "Salg"],
        ["agernbo", "Carl", "carl@a.dk", "Indkøber", ""],
    ]
    before = attend(empty, sheet(*everybody, headers=whole))
    three = sheet(
        *([actor, name, "4"] for actor, name, *_ in everybody), headers=("Virksomhed", "Deltager", "Højst")
    )
    after = attend(empty, three)
    assert {one: each.persons for one, each in after.items()} == {
        one: each.persons for one, each in before.items()
    }
    assert {each.most_meetings for each in after.values()} == {4}
    (newest, *_) = empty.events.lists(EVENT)
    empty.events.undo_list(EVENT, newest.number, who="tests")
    assert {each.id: each for each in empty.events.attendees(EVENT)} == before


def test_of_address_and_title_the_one_with_a_column_is_what_its_cell_says(
    empty: Workspace, sheet: Sheet
) -> None:
    whole = ("Virksomhed", "Deltager", "E-mail", "Titel")
    attend(empty, sheet(["hejrebaek", "Anna", "anna@h.dk", "Direktør"], headers=whole))
    emptied = attend(empty, sheet(["hejrebaek", "Anna", ""], headers=("Virksomhed", "Deltager", "Titel")))
    assert emptied["p1"].persons == (Person("Anna", "anna@h.dk"),)
    attend(empty, sheet(["hejrebaek", "Anna", "anna@h.dk", "Direktør"], headers=whole))
    named = sheet(["hejrebaek", "Anna Lund", "ANNA@h.dk"], headers=("Virksomhed", "Deltager", "E-mail"))
    assert attend(empty, named)["p1"].persons == (Person("Anna Lund", "ANNA@h.dk", "Direktør"),)


def test_whoever_moves_takes_the_address_along_that_the_list_has_no_column_for(
    empty: Workspace, sheet: Sheet
) -> None:
    shared(empty, sheet)
    people = attend(empty, sheet(["hejrebaek", "Bo", "Indkøb"], headers=("Virksomhed", "Deltager", "Agenda")))
    assert Person("Bo", "bo@h.dk") in people["p3"].persons


def test_a_person_twice_is_told_by_the_column_that_the_list_has(empty: Workspace, sheet: Sheet) -> None:
    attend(empty, sheet(["hejrebaek", "Anna", "anna@h.dk", "", "", ""]))
    path = sheet(["hejrebaek", "Anna"], ["hejrebaek", "anna"], headers=("Virksomhed", "Deltager"))
    assert [(row, column) for row, column, _ in refused(empty, path)] == [(3, "Deltager")]


def shared(workspace: Workspace, sheet: Sheet) -> dict[str, list[str]]:
    """p1 is shared by Anna and Bo, p2 is Carl's alone, p3 another shared one; who has which."""
    return names_of(
        attend(
            workspace,
            sheet(
                ["hejrebaek", "Anna", "anna@h.dk", "Salg", "09:00-10:00", "4"],
                ["hejrebaek", "Bo", "bo@h.dk", "Salg", "", ""],
                ["hejrebaek", "Carl", "", "", "", "2"],
                ["hejrebaek", "Dora", "", "Indkøb", "", ""],
                ["hejrebaek", "Eva", "", "Indkøb", "", ""],
                ["agernbo", "Bo", "", "Salg", "", ""],
            ),
        )
    )


def names_of(people: dict[str, Attendee]) -> dict[str, list[str]]:
    return {one: [person.name for person in each.persons] for one, each in people.items()}


SHARED = {"p1": ["Anna", "Bo"], "p2": ["Carl"], "p3": ["Dora", "Eva"], "p4": ["Bo"]}


@pytest.mark.parametrize(
    ("rows", "expected", "moves"),
    [
        # Into a shared agenda: whoever was alone is there no more.
        (
            [["Carl", "", "Salg"]],
            SHARED | {"p1": ["Anna", "Bo", "Carl"], "p2": None},
            [("Carl", "p2", "p1")],
        ),
        # From one shared agenda to another: the others of both stay, though the list does not name them.
        (
            [["Bo", "bo@h.dk", "indkøb"]],
            SHARED | {"p1": ["Anna"], "p3": ["Dora", "Eva", "Bo"]},
            [("Bo", "p1", "p3")],
        ),
        # By e-mail, under another name.
        (
            [["Bo Møller", "BO@h.dk", "Indkøb"]],
            SHARED | {"p1": ["Anna"], "p3": ["Dora", "Eva", "Bo Møller"]},
            [("Bo Møller", "p1", "p3")],
        ),
        # An empty cell is an agenda of one's own.
        ([["Eva", "", ""]], SHARED | {"p3": ["Dora"], "p5": ["Eva"]}, [("Eva", "p3", "p5")]),
        # A new word is a new agenda for whoever names it.
        ([["Bo", "", "Ny"]], SHARED | {"p1": ["Anna"], "p5": ["Bo"]}, [("Bo", "p1", "p5")]),
        # A new word from everybody is the old agenda under another name.
        ([["Dora", "", "Ny"], ["Eva", "", "Ny"]], SHARED, []),
        # All of one agenda into another.
        (
            [["Dora", "", "Salg"], ["Eva", "", "Salg"]],
            SHARED | {"p1": ["Anna", "Bo", "Dora", "Eva"], "p3": None},
            [("Dora", "p3", "p1"), ("Eva", "p3", "p1")],
        ),
        # Two change places.
        (
            [["Bo", "", "Indkøb"], ["Eva", "", "Salg"]],
            SHARED | {"p1": ["Anna", "Eva"], "p3": ["Dora", "Bo"]},
            [("Bo", "p1", "p3"), ("Eva", "p3", "p1")],
        ),
        # By id, as the list that is written names an agenda without a word.
        ([["Eva", "", "p2"]], SHARED | {"p2": ["Carl", "Eva"], "p3": ["Dora"]}, [("Eva", "p3", "p2")]),
        # Nobody moves.
        ([["Bo", "bo@h.dk", "SALG"]], SHARED, []),
    ],
)
def test_who_names_another_agenda_moves_to_it(
    empty: Workspace,
    sheet: Sheet,
    rows: list[list[str]],
    expected: dict[str, list[str] | None],
    moves: list[tuple[str, str, str]],
) -> None:
    assert shared(empty, sheet) == SHARED
    path = sheet(*(["hejrebaek", *row] for row in rows), headers=HEADERS[:4])
    before = empty.events.attendees(EVENT)
    dry = empty.events.import_participants(EVENT, path, dry_run=True, who="tests")
    assert empty.events.attendees(EVENT) == before
    assert [(each.person.name, each.before, each.after) for each in dry.moved] == moves
    people = attend(empty, path)
    assert names_of(people) == {one: names for one, names in expected.items() if names is not None}
    assert dry.gone == tuple(one for one, names in expected.items() if names is None)
    assert [str(note) for note in dry.notes if "goes from the agenda" in note] == [
        f"{name} (row {row}) goes from the agenda of {one} to that of {other}."
        for row, (name, one, other) in enumerate(moves, 2)
    ]
    # What the list has no column for stays with the agenda, not with the person.
    assert (len(people["p1"].there), people["p1"].most_meetings) == (1, 4)
    # The same list again finds everybody where it put them.
    again = empty.events.import_participants(EVENT, path, who="tests")
    assert (again.new, again.changed, again.gone, again.moved) == ((), (), (), ())


def test_without_a_column_for_agendas_whoever_shares_one_goes_on_sharing_it(
    empty: Workspace, sheet: Sheet
) -> None:
    shared(empty, sheet)
    rows = [
        ["hejrebaek", "Eva", "eva@h.dk"],
        ["hejrebaek", "Bo", "bo@h.dk"],
        ["hejrebaek", "Anna", "anna@h.dk"],
    ]
    report = empty.events.import_participants(EVENT, sheet(*rows, headers=HEADERS[:3]), who="tests")
    assert (report.new, report.moved, report.changed) == ((), (), ("p3", "p1"))
    people = {each.id: each for each in empty.events.attendees(EVENT)}
    assert {one: sorted(names) for one, names in names_of(people).items()} == SHARED
    assert (people["p1"].agenda, people["p3"].agenda) == ("Salg", "Indkøb")
    assert people["p3"].persons[1].email == "eva@h.dk"
    assert "p3 keeps 1 person(s) whom the list does not name." in report.notes


def test_nobody_moves_away_from_wishes_that_would_go_with_them(empty: Workspace, sheet: Sheet) -> None:
    shared(empty, sheet)
    wish = Preference("p2", "p4", PreferenceKind.MEET, "p2")
    empty.events.prefer(EVENT, [wish], who="tests")
    path = sheet(["hejrebaek", "Dora", "", "Salg"], ["hejrebaek", "Carl", "", "Salg"], headers=HEADERS[:4])
    row, column, reason = refused(empty, path)[0]
    assert (row, column) == (3, "Agenda")
    assert "p2 would have nobody left" in reason
    assert empty.events.preferences(EVENT) == (wish,)
    dry = empty.events.import_participants(EVENT, path, dry_run=True, who="tests")
    assert [each.row for each in dry.rejections] == [3]
    # Somebody else can come to an agenda of which a wish speaks, and leave it.
    there = sheet(["hejrebaek", "Dora", "", "p2"], headers=HEADERS[:4])
    assert names_of(attend(empty, there))["p2"] == ["Carl", "Dora"]
    away = sheet(["hejrebaek", "Dora", "", "Indkøb"], headers=HEADERS[:4])
    assert names_of(attend(empty, away)) == {**SHARED, "p3": ["Eva", "Dora"]}
    assert empty.events.preferences(EVENT) == (wish,)


def test_asked_to_take_away_who_is_not_in_the_list_it_is_what_the_list_says(
    empty: Workspace, sheet: Sheet
) -> None:
    shared(empty, sheet)
    empty.events.prefer(EVENT, [Preference("p2", "p4", PreferenceKind.MEET, "p2")], who="tests")
    path = sheet(["hejrebaek", "Bo", "", "Salg"], ["hejrebaek", "Carl", "", "Salg"], headers=HEADERS[:4])
    report = empty.events.import_participants(EVENT, path, remove_missing=True, who="tests")
    assert report.gone == ("p2", "p3", "p4")
    assert names_of({each.id: each for each in empty.events.attendees(EVENT)}) == {"p1": ["Bo", "Carl"]}


def test_nobody_moves_to_an_agenda_of_another_actor(empty: Workspace, sheet: Sheet) -> None:
    shared(empty, sheet)
    path = sheet(["agernbo", "Anna", "anna@h.dk", "Salg"], headers=HEADERS[:4])
    assert "the same person twice" in refused(empty, path)[0][2]


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
