import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Commitment, Participation
from matchmaker.errors import SourceError
from matchmaker.sources.tables import CollaborationTable, read_collaborations, read_tables

DANISH = Path(__file__).parents[3] / "shared" / "data" / "danish-erdf"

ACTORS = [
    Actor("1", "Sønderå Økologi A/S", ActorGroup.COMPANY),
    Actor("2", "Aarhus Universitet", ActorGroup.KNOWLEDGE_INSTITUTION),
    Actor("3", "Vejle; Kommune", ActorGroup.PUBLIC_BODY),
    Actor("4", "Tvilling", ActorGroup.COMPANY),
    Actor("5", "Tvilling", ActorGroup.COMPANY),
    Actor("6", "Enkelt ApS", ActorGroup.COMPANY),
    Actor("7", "Enkelt A/S", ActorGroup.COMPANY),
]


def write(folder: Path, rows: Sequence[Sequence[str]], name: str = "samarbejder.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(rows)
    return folder / name


def read(folder: Path, rows: Sequence[Sequence[str]]) -> CollaborationTable:
    return read_collaborations(write(folder, rows), actors=ACTORS)


def parts(collaboration: Collaboration) -> list[tuple[str, str]]:
    return [(part.actor_id, part.role) for part in collaboration.participations]


def reasons(table: CollaborationTable) -> list[tuple[str, int, str, str]]:
    return [(each.file, each.row, each.column, each.value) for each in table.rejections]


def test_several_participants_in_one_cell(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        [
            ["Titel", "Deltagere", "Startdato", "Slutdato", "Grad af forpligtelse", "Formål", "Fagområder", "ID"],
            ["Grønt protein", "1; Aarhus Universitet", "01-02-2020", "31.12.2022", "Forpligtende", "Få mere\nud af græs",
             "/jordbrug; /kemi", "p1"],
        ],
    )  # fmt: skip
    assert table.rejections == ()
    assert table.collaborations == (
        Collaboration(
            id="p1",
            title="Grønt protein",
            participations=(Participation("1"), Participation("2")),
            text="Få mere\nud af græs",
            commitment=Commitment.COMMITTED,
            start=date(2020, 2, 1),
            end=date(2022, 12, 31),
            fields=("/jordbrug", "/kemi"),
        ),
    )


def test_one_row_per_participation_is_joined_by_id(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        [
            ["projektnr.", "projekttitel", "organisation", "rolle", "underskrevet"],
            ["p1", "Biogas", "2", "koordinator", "2021-05-04"],
            ["p2", "Alger", "1", "", "2021-05-04"],
            ["p1", "", "1", "partner", ""],
            ["p1", "Biogas", "2", "koordinator", "2021-05-04"],
            ["p1", "Biogas", "2", "rådgiver", "04/05/2021"],
        ],
    )
    assert table.rejections == ()
    first, second = table.collaborations
    assert parts(first) == [("2", "koordinator"), ("2", "rådgiver"), ("1", "partner")]
    assert first.known_from == date(2021, 5, 4)
    assert (second.id, parts(second)) == ("p2", [("1", "")])


def test_participants_in_several_columns_with_a_role_each_in_one_cell(tmp_path: Path) -> None:
    rows = [["Titel", "Partner 2", "Partner 1", "Rolle"], ["A", "2", "1", "leder; deltager"]]
    assert parts(read(tmp_path, rows).collaborations[0]) == [("1", "leder"), ("2", "deltager")]


@pytest.mark.parametrize(
    ("written", "actor_id"),
    [
        ("2", "2"), ("Aarhus Universitet", "2"), ("ÅRHUS UNIVERSITET", "2"), ("sønderå økologi", "1"),
        ("Sønderå Økologi ApS", "1"), ("Vejle; Kommune", "3"), ("Enkelt ApS", "6"),
    ],
)  # fmt: skip
def test_participants_are_found_by_id_name_or_loose_name(tmp_path: Path, written: str, actor_id: str) -> None:
    assert parts(read(tmp_path, [["Titel", "Deltagere"], ["A", written]]).collaborations[0]) == [
        (actor_id, "")
    ]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Ukendt A/S", "No actor has this"),
        ("Tvilling", "Several actors"),
        ("enkelt", "Several actors"),
        ("", "Nobody"),
    ],
)
def test_unknown_ambiguous_and_missing_participants_are_rejected(
    tmp_path: Path, written: str, words: str
) -> None:
    table = read(tmp_path, [["Titel", "Deltagere"], ["A", written], ["B", "1"]])
    assert [each.title for each in table.collaborations] == ["B"]
    assert [(each.row, each.column) for each in table.rejections] == [(2, "Deltagere")]
    assert words in table.rejections[0].reason


@pytest.mark.parametrize(
    "written", ["2024-02-29", "29-02-2024", "29.02.2024", "29/02/2024", "29. 2. 2024", "2024-02-29T00:00:00"]
)
def test_dates_are_read_the_day_first_or_as_iso(tmp_path: Path, written: str) -> None:
    rows = [["Titel", "Deltagere", "Dato"], ["A", "1", written]]
    assert read(tmp_path, rows).collaborations[0].signed == date(2024, 2, 29)


@pytest.mark.parametrize(
    "written", ["29-02-2023", "02/29/2024", "1.2.24", "i går", "45351", "9999-12-31", "2024-02"]
)
def test_unreadable_dates_are_rejected(tmp_path: Path, written: str) -> None:
    table = read(tmp_path, [["Titel", "Deltagere", "Dato"], ["A", "1", written]])
    assert reasons(table) == [("samarbejder.csv", 2, "Dato", written)]
    assert table.collaborations == ()


def test_dates_of_a_workbook_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Titel", "Deltagere", "Start", "Slut"])
    sheet.append(["A", 1, date(2020, 1, 2), datetime(2021, 3, 4, 12, 30)])
    book.save(tmp_path / "a.xlsx")
    (collaboration,) = read_collaborations(tmp_path / "a.xlsx", actors=ACTORS).collaborations
    assert (collaboration.start, collaboration.end) == (date(2020, 1, 2), date(2021, 3, 4))


def test_contradictions_are_rejected(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        [
            ["ID", "Titel", "Deltagere", "Start", "Slut", "Forpligtelse"],
            ["p1", "A", "1", "2020-01-01", "2019-01-01", ""],
            ["p2", "B", "1", "", "", ""],
            ["p2", "En anden", "2", "", "", ""],
            ["p3", "", "2", "", "", ""],
            ["", "", "2", "", "", ""],
            ["p4", "D", "2", "", "", "måske"],
        ],
    )
    assert [(row, column) for _, row, column, _ in reasons(table)] == [
        (2, "Slut"), (4, "Titel"), (5, "Titel"), (6, "ID"), (7, "Forpligtelse"),
    ]  # fmt: skip
    assert [(each.id, parts(each)) for each in table.collaborations] == [("p2", [("1", "")])]


def test_a_missing_id_is_made_from_title_and_date(tmp_path: Path) -> None:
    table = read(
        tmp_path, [["Titel", "Deltagere", "Dato"], ["Blå Å", "1", "2020-01-02"], ["Uden dato", "1", ""]]
    )
    assert [each.id for each in table.collaborations] == ["blå-å-2020-01-02", "uden-dato"]


PROJECTS = [["id", "titel"], ["p1", "A"], ["p2", "B"]]


def test_participations_of_a_second_table_are_added(tmp_path: Path) -> None:
    second = [
        ["projekt", "navn", "rolle"],
        ["p1", "Aarhus Universitet", "leder"],
        ["p2", "1", ""],
        ["p1", "1", ""],
    ]
    table = read_collaborations(
        write(tmp_path, PROJECTS), actors=ACTORS, participations=write(tmp_path, second, "deltagelser.csv")
    )
    assert (table.rows, table.participation_rows, table.rejections) == (2, 3, ())
    assert [parts(each) for each in table.collaborations] == [[("2", "leder"), ("1", "")], [("1", "")]]
    assert [column.field for column in table.participation_columns] == ["id", "participants", "role"]


def test_flaws_of_a_second_table_name_its_file_and_are_not_repeated(tmp_path: Path) -> None:
    projects = [
        ["id", "titel", "dato"],
        ["p1", "A", ""],
        ["p2", "B", "i går"],
        ["p3", "C", ""],
        ["p4", "D", ""],
    ]
    second = [
        ["projekt", "navn"],
        ["p1", "Ukendt"],
        ["p2", "1"],
        ["p9", "1"],
        ["p3", ""],
        ["", "1"],
        ["p4", "1"],
    ]
    table = read_collaborations(
        write(tmp_path, projects), actors=ACTORS, participations=write(tmp_path, second, "deltagelser.csv")
    )
    assert reasons(table) == [
        ("samarbejder.csv", 3, "dato", "i går"),
        ("deltagelser.csv", 2, "navn", "Ukendt"),
        ("deltagelser.csv", 4, "projekt", "p9"),
        ("deltagelser.csv", 5, "navn", ""),
        ("deltagelser.csv", 6, "projekt", ""),
    ]
    assert [each.id for each in table.collaborations] == ["p4"]


def test_a_table_without_participants_needs_a_second_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no table of participations is given"):
        read(tmp_path, PROJECTS)


def funding(table: CollaborationTable) -> list[tuple[str, str, float | None]]:
    return [
        (part.actor_id, part.role, part.funding)
        for each in table.collaborations
        for part in each.participations
    ]


@pytest.mark.parametrize(
    ("written", "euros"),
    [
        ("250000", 250_000.0),
        ("250.000", 250_000.0),
        ("250,000", 250_000.0),
        ("1.250.000,50", 1_250_000.5),
        ("1,250,000.50", 1_250_000.5),
        ("1 250 000", 1_250_000.0),
        ("399593.75", 399_593.75),
        ("1234,5", 1_234.5),
        ("0.125", 0.125),
        ("1234.567", 1_234.567),
        ("€ 12,50", 12.5),
        ("12 eur", 12.0),
        ("0", 0.0),
        ("", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(tmp_path: Path, written: str, euros: float | None) -> None:
    table = read(tmp_path, [["Titel", "Deltager", "Tilskud"], ["A", "1", written]])
    assert table.rejections == ()
    assert funding(table) == [("1", "", euros)]


@pytest.mark.parametrize(
    "written", ["12 kr.", "DKK 12", "-5", "1.2.3", "12.34.567", "1e6", "NaN", "ca. 5", "5-6"]
)
def test_what_is_no_amount_in_euros_is_rejected(tmp_path: Path, written: str) -> None:
    table = read(tmp_path, [["Titel", "Deltager", "Beløb"], ["A", "1", written]])
    assert [(row, column) for _, row, column, _ in reasons(table)] == [(2, "Beløb")]
    assert table.collaborations == ()


@pytest.mark.parametrize(
    "header", ["Tilskud (kr.)", "Beløb DKK", "Tilskud mio. EUR", "Funding (1.000 EUR)", "Tilskud i t.kr."]
)
def test_amounts_in_another_unit_are_refused_by_their_header(tmp_path: Path, header: str) -> None:
    with pytest.raises(SourceError, match="not in EUR") as caught:
        read_collaborations(
            write(tmp_path, [["Titel", "Deltager", header], ["A", "1", "5"]]),
            actors=ACTORS,
            mapping={header: "funding"},
        )
    assert f'--map "{header}=-"' in str(caught.value)


def test_amounts_go_by_the_order_of_the_participants_and_one_for_several_is_rejected(tmp_path: Path) -> None:
    rows = [["Titel", "Deltagere", "Tilskud"], ["A", "1; 2", "100; 200,5"], ["B", "1; 2", "100"]]
    table = read(tmp_path, rows)
    assert funding(table) == [("1", "", 100.0), ("2", "", 200.5)]
    (rejection,) = table.rejections
    assert (rejection.row, rejection.column) == (3, "Tilskud")
    assert "2 participants" in rejection.reason


def test_a_table_of_participations_says_what_each_gets_once(tmp_path: Path) -> None:
    second = [
        ["projekt", "navn", "rolle", "tilskud"],
        ["p1", "1", "", "10"],
        ["p1", "1", "leder", ""],
        ["p1", "2", "partner", "5"],
        ["p1", "2", "rådgiver", "7"],
        ["p2", "1", "leder", "3"],
        ["p2", "1", "leder", "3"],
        ["p2", "2", "leder", "4"],
        ["p2", "2", "", "9"],
    ]
    table = read_collaborations(
        write(tmp_path, PROJECTS), actors=ACTORS, participations=write(tmp_path, second, "deltagelser.csv")
    )
    assert [(row, column) for _, row, column, _ in reasons(table)] == [(9, "tilskud")]
    assert funding(table) == [
        ("1", "leder", 10.0), ("2", "partner", 5.0), ("2", "rådgiver", 7.0),
        ("1", "leder", 3.0), ("2", "leder", 4.0),
    ]  # fmt: skip


def actor_file(folder: Path) -> Path:
    return write(
        folder, [["id", "navn", "art"], ["1", "A", "firma"], ["2", "B", "romstation"]], "aktører.csv"
    )


def test_one_mapping_serves_all_files(tmp_path: Path) -> None:
    projects = write(tmp_path, [["id", "hvad", "hvem"], ["p1", "T", "1"]])
    mapping = {"art": "group", "hvad": "title", "hvem": "participants"}
    tables = read_tables(actor_file(tmp_path), collaborations=projects, mapping=mapping)
    assert tables.collaborations is not None
    assert [each.title for each in tables.collaborations.collaborations] == ["T"]
    assert [each.column for each in tables.rejections] == ["art"]
    with pytest.raises(SourceError, match='No column is called "hvorfor"'):
        read_tables(actor_file(tmp_path), collaborations=projects, mapping={**mapping, "hvorfor": "text"})
    with pytest.raises(SourceError, match='no field "farve"'):
        read_tables(actor_file(tmp_path), collaborations=projects, mapping={**mapping, "hvem": "farve"})


def test_a_rejected_actor_is_said_to_be_rejected_not_unknown(tmp_path: Path) -> None:
    projects = write(tmp_path, [["id", "titel", "deltagere"], ["p1", "T", "A; B"]])
    tables = read_tables(actor_file(tmp_path), collaborations=projects, mapping={"art": "group"})
    assert "own row was rejected" in tables.rejections[-1].reason


def test_participants_may_be_stored_already(tmp_path: Path) -> None:
    projects = write(tmp_path, [["id", "titel", "deltagere"], ["p1", "T", "Aarhus Universitet"]])
    actors = write(tmp_path, [["navn", "gruppe"], ["Ny", "firma"]], "aktører.csv")
    tables = read_tables(actors, collaborations=projects, known_actors=ACTORS)
    assert tables.rejections == ()


def test_participations_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--collaborations"):
        read_tables(actor_file(tmp_path), participations=actor_file(tmp_path), mapping={"art": "group"})


@pytest.mark.skipif(not DANISH.is_dir(), reason="the Danish structural-fund data is not beside this checkout")
def test_the_danish_structural_fund_projects_are_read_whole() -> None:
    tables = read_tables(
        DANISH / "organisations.csv",
        collaborations=DANISH / "projects.csv",
        participations=DANISH / "participations.csv",
        mapping={"priority": "topic"},
        default_group="other",
    )
    assert tables.collaborations is not None
    assert tables.rejections == ()
    collaborations = tables.collaborations.collaborations
    assert (len(tables.actors.actors), len(collaborations)) == (1_085, 547)
    assert sum(len(each.participations) for each in collaborations) == 2_497
    groups = Counter(actor.group.value for actor in tables.actors.actors)
    assert groups == {"company": 366, "other": 355, "public_body": 236, "knowledge_institution": 128}
    assert collaborations[0].topic == "Innovation og videndeling"
    assert not any("\u00ad" in each.text for each in collaborations)
    assert any(actor.id == "2operate" and actor.name == "2OPERATE ApS" for actor in tables.actors.actors)
