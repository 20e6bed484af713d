import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.actors import ActorGroup, Offer, Request
from matchmaker.errors import SourceError
from matchmaker.sources.formulas import defuse
from matchmaker.sources.tables import ActorTable, read_actors

HEADERS = [
    "Navn",
    "Gruppe",
    "Beskrivelse",
    "Tilbud",
    "Søger",
    "By",
    "CVR-nr.",
    "Medlem",
    "Breddegrad",
    "Længdegrad",
]
ROWS = [
    ["Sønderå Økologi A/S", "Virksomhed", "Vi dyrker græs, kløver og ærter.", "Græsprotein; kløverpulp",
     "Tørring | et laboratorium", "Ølgod", "29 18 98 54", "ja", "55,81", "8,62"],
    ["Århus Rådgivning", "rådgiver", "", "", "Kunder", "Aarhus", "", "nej", "", ""],
    ["Vejle Kommune", "KOMMUNE", "Grøn omstilling", "", "", "Vejle", "", "", "55.71", "9.53"],
]  # fmt: skip


def csv_bytes(rows: Sequence[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def write(folder: Path, content: bytes | str, name: str = "aktører.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_rows(folder: Path, rows: Sequence[Sequence[str]], **options: str) -> ActorTable:
    return read_actors(write(folder, csv_bytes(rows)), **options)  # type: ignore[arg-type]


def workbook(folder: Path, rows: Sequence[Sequence[object]], name: str = "aktører.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def reasons(table: ActorTable) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.value) for each in table.rejections]


def test_one_actor_per_row_with_danish_headers(tmp_path: Path) -> None:
    table = read_rows(tmp_path, [HEADERS, *ROWS])
    first, second, third = table.actors
    assert table.rejections == ()
    assert table.rows == 3
    assert first.name == "Sønderå Økologi A/S"
    assert first.group is ActorGroup.COMPANY
    assert first.id == "reg-29189854"
    assert first.registration_number == "29 18 98 54"
    assert first.offers == (Offer("Græsprotein"), Offer("kløverpulp"))
    assert first.requests == (Request("Tørring"), Request("et laboratorium"))
    assert (first.place.city, first.place.latitude, first.place.longitude) == ("Ølgod", 55.81, 8.62)
    assert (first.member, second.member, third.member) == (True, False, True)
    assert second.group is ActorGroup.SERVICE_PROVIDER
    assert second.id == "århus-rådgivning-aarhus"
    assert third.group is ActorGroup.PUBLIC_BODY


@pytest.mark.parametrize("number", ["n/a", "0", "ingen", "-", "00000000", "12345678", "17"])
def test_what_is_no_registration_number_makes_no_id(tmp_path: Path, number: str) -> None:
    headers = ["Navn", "Type", "By", "CVR"]
    rows = [["Alfa", "firma", "Vejle", number], ["Beta", "firma", "Ribe", number]]
    table = read_rows(tmp_path, [headers, *rows])
    assert table.rejections == ()
    assert [each.id for each in table.actors] == ["alfa-vejle", "beta-ribe"]
    assert [each.registration_number for each in table.actors] == [number, number]


@pytest.mark.parametrize(
    ("number", "actor_id"),
    [
        ("DK 29 18 98 54", "reg-29189854"),
        ("29189854", "reg-29189854"),
        ("CVR-nr. 29189854", "reg-cvrnr29189854"),
        ("NL001234567B01", "reg-nl001234567b01"),
        ("HRB 12346", "reg-hrb12346"),
    ],
)
def test_a_registration_number_makes_the_id_that_it_always_made(
    tmp_path: Path, number: str, actor_id: str
) -> None:
    table = read_rows(tmp_path, [["Navn", "Type", "CVR"], ["Alfa", "firma", number]])
    assert [each.id for each in table.actors] == [actor_id]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8 with BOM"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "windows-1252"),
        ("latin-1", "windows-1252"),
    ],
)
def test_every_delimiter_and_encoding_gives_the_same_actors(
    tmp_path: Path, delimiter: str, encoding: str, label: str
) -> None:
    rows = [[cell.replace(" | ", "; ") for cell in row] for row in [HEADERS, *ROWS]]
    table = read_actors(write(tmp_path, csv_bytes(rows, delimiter=delimiter, encoding=encoding)))
    assert (table.delimiter, table.encoding, table.rejections) == (delimiter, label, ())
    assert table.actors == read_rows(tmp_path, [HEADERS, *ROWS]).actors


def test_a_workbook_and_a_csv_file_give_the_same_actors(tmp_path: Path) -> None:
    book = read_actors(workbook(tmp_path, [HEADERS, *ROWS], name="ikke-en.csv"))
    assert (book.encoding, book.delimiter, book.sheet) == ("xlsx", "", "Sheet")
    assert book.actors == read_rows(tmp_path, [HEADERS, *ROWS]).actors


def test_numbers_truth_and_dates_in_a_workbook_read_as_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [["Navn", "Type", "CVR", "Medlem", "Lat", "Lon", "Ansatte", "Tags"],
         ["A", "smv", 29189854, False, 56.46, 9.4, 12.0, date(2024, 5, 31)]],
    )  # fmt: skip
    (actor,) = read_actors(path).actors
    assert (actor.registration_number, actor.member, actor.size) == ("29189854", False, "12")
    assert (actor.place.latitude, actor.tags) == (56.46, ("2024-05-31",))


def test_empty_rows_and_columns_before_a_workbook_table_count_in_row_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path, [[], [], [None, "Navn", "Gruppe"], [], [None, "A", "firma"], [None, "B", "?"]])
    table = read_actors(path)
    assert [actor.name for actor in table.actors] == ["A"]
    assert reasons(table) == [(6, "Gruppe", "?")]


def test_other_sheets_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, state in (("Skjult", "hidden"), ("Deltagere", "visible"), ("Andet ark", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(["Navn", "Gruppe"])
        sheet.append([f"Fra {title}", "firma"])
    del book["Sheet"]
    book.save(tmp_path / "b.xlsx")
    table = read_actors(tmp_path / "b.xlsx")
    assert (table.sheet, table.other_sheets) == ("Deltagere", ("Andet ark",))
    assert [actor.name for actor in table.actors] == ["Fra Deltagere"]


@pytest.mark.parametrize(
    ("header", "field", "how"),
    [
        ("Virksomhedens navn", "name", "known"),
        ("companyName", "name", "known"),
        ("NAME (legal)", "name", "known"),
        ("Hjemeside", "website", "similar"),
        ("Kontaktperson", None, "personal"),
        ("E-mail", None, "personal"),
        ("Vandmængde", None, "unknown"),
    ],
)
def test_headers_are_known_similar_personal_or_unknown(
    tmp_path: Path, header: str, field: str | None, how: str
) -> None:
    others = ["Gruppe"] if field == "name" else ["Navn", "Gruppe"]
    table = read_rows(tmp_path, [[header, *others], ["x", *["firma"] * len(others)]])
    column = table.columns[0]
    assert (column.header, column.field, column.how) == (header, field, how)
    assert (column.certainty == 1.0) == (how == "known")
    assert (column.certainty == 0.0) == (field is None)


def test_the_mapping_outranks_the_suggestion(tmp_path: Path) -> None:
    rows = [["Navn", "Kaldenavn", "Art", "By", "Kan levere"], ["X", "Y", "firma", "Ry", "a;b"]]
    mapping = {"kaldenavn": "name", "Art": "group", "By": "-", "Kan levere": "offer"}
    table = read_actors(write(tmp_path, csv_bytes(rows)), mapping=mapping)
    assert [(column.field, column.how) for column in table.columns] == [
        (None, "taken"), ("name", "mapped"), ("group", "mapped"), (None, "ignored"), ("offers", "mapped"),
    ]  # fmt: skip
    assert (table.actors[0].name, table.actors[0].place.city) == ("Y", "")
    assert table.actors[0].offers == (Offer("a"), Offer("b"))


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"Findes ikke": "name"}, 'No column is called "Findes ikke"'),
        ({"Navn": "farve"}, 'no field "farve"'),
        ({"Navn": "name", "Gruppe": "name"}, "two columns are mapped to name"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    tmp_path: Path, mapping: dict[str, str], words: str
) -> None:
    path = write(tmp_path, csv_bytes([["Navn", "Gruppe"], ["A", "firma"]]))
    with pytest.raises(SourceError, match=words):
        read_actors(path, mapping=mapping)


SYNONYMS = {
    "Navn": ["Name", "Virksomhedsnavn", "company name"],
    "Gruppe": ["group", "Organisationstype", "Aktørgruppe"],
    "Beskrivelse": ["Description", "Om os", "PROFIL"],
    "Tilbud": ["We offer", "Kompetencer", "offer"],
    "Søger": ["Looking for", "Behov", "requests"],
    "By": ["City", "Bynavn"],
    "CVR-nr.": ["VAT number", "cvrNummer"],
    "Medlem": ["Member?", "er medlem"],
    "Breddegrad": ["latitude", "Lat."],
    "Længdegrad": ["Longitude", "lng"],
}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(HEADERS))), choice=st.randoms(use_true_random=False))
def test_renaming_and_reordering_columns_changes_nothing(
    tmp_path: Path, order: list[int], choice: Random
) -> None:
    headers = [choice.choice([header, *SYNONYMS[header]]) for header in HEADERS]
    rows = [[row[at] for at in order] for row in [headers, *ROWS]]
    assert read_rows(tmp_path, rows).actors == read_rows(tmp_path, [HEADERS, *ROWS]).actors


def test_offers_in_several_columns_follow_their_numbers(tmp_path: Path) -> None:
    rows = [["Tilbud 2", "Navn", "Tilbud 10", "Gruppe", "Tilbud 1"], ["b\nc", "A", "d", "firma", "a"]]
    (actor,) = read_rows(tmp_path, rows).actors
    assert [offer.text for offer in actor.offers] == ["a", "b", "c", "d"]


def test_text_keeps_everything_but_soft_hyphens_and_form(tmp_path: Path) -> None:
    text = "  Linje 1\r\n<script>alert(1)</script> viden\u00adde\u00adling, blåbær\t "
    decomposed = text.replace("å", "a\u030a")
    (actor,) = read_rows(
        tmp_path, [["Navn", "Gruppe", "Beskrivelse"], ["=HYPERLINK(1)", "firma", decomposed]]
    ).actors
    assert actor.name == "=HYPERLINK(1)"
    assert actor.description == text.replace("\u00ad", "")


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "'=1", "+45", "@a", "-b", "'n"])
def test_a_defused_export_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    rows = [["Navn", "Gruppe"], [defuse(name), "firma"]]
    assert read_rows(tmp_path, rows).actors[0].name == name
    assert read_actors(workbook(tmp_path, rows)).actors[0].name == name


def test_all_bad_values_are_reported_in_one_go(tmp_path: Path) -> None:
    header = ["Id", "Navn", "Gruppe", "Lat", "Lon", "Medlem", "Beskrivelse"]
    rows = [
        header,
        ["1", "", "romstation", "91", "8", "måske", ""],
        ["2", "B", "", "abc", "181", "", ""],
        ["3", "C", "firma", "56", "", "", "a\x00b"],
        ["4", "D", "firma", "1e1", "NaN", "", "x" * 200_001],
        ["5", "E", "firma"],
        ["6", "F", "firma", "", "", "", "", "for meget"],
        ["7", "G", "firma", "", "", "", ""],
        ["7", "G2", "firma", "", "", "", ""],
        ["7", "G", "firma", "", "", "", ""],
        ["8", "H" * 2_001, "firma", "", "", "", ""],
    ]
    table = read_rows(tmp_path, rows)
    assert [actor.id for actor in table.actors] == ["7"]
    assert [(row, column) for row, column, _ in reasons(table)] == [
        (2, "Navn"), (2, "Gruppe"), (2, "Lat"), (2, "Medlem"),
        (3, "Gruppe"), (3, "Lat"), (3, "Lon"),
        (4, "Lat"), (4, "Beskrivelse"),
        (5, "Lat"), (5, "Lon"), (5, "Beskrivelse"),
        (6, ""), (7, ""), (9, "Id"), (11, "Navn"),
    ]  # fmt: skip
    assert table.rows == 10


def test_a_missing_group_needs_a_default(tmp_path: Path) -> None:
    rows = [["Navn", "Gruppe"], ["A", ""], ["B", "firma"]]
    assert reasons(read_rows(tmp_path, rows)) == [(2, "Gruppe", "")]
    with_default = read_rows(tmp_path, rows, default_group="other")
    assert [actor.group for actor in with_default.actors] == [ActorGroup.OTHER, ActorGroup.COMPANY]
    with pytest.raises(SourceError, match="--default-group"):
        read_rows(tmp_path, [["Navn"], ["A"]])
    assert len(read_rows(tmp_path, [["Navn"], ["A"]], default_group="company").actors) == 1


def test_the_default_group_does_not_hide_an_unknown_one(tmp_path: Path) -> None:
    table = read_rows(tmp_path, [["Navn", "Gruppe"], ["A", "virksomhet"]], default_group="other")
    assert 'Did you mean "virksomhed"?' in table.rejections[0].reason


def test_duplicate_and_missing_headers_are_rejected(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        [["Navn", "Navn", "Gruppe", "", ""], ["A", "B", "firma", "x", ""], ["C", "D", "firma", "", ""]],
    )
    assert sorted(reasons(table)) == [(1, "D", "x"), (1, "Navn", "B")]


def test_a_file_without_names_is_refused_with_its_headers(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"no column with the actors' names.*Farve, Gruppe.*--map"
    ) as caught:
        read_rows(tmp_path, [["Farve", "Gruppe"], ["rød", "firma"]])
    assert caught.value.file.endswith("aktører.csv")


def test_same_content_twice_under_one_id_is_one_actor(tmp_path: Path) -> None:
    table = read_rows(tmp_path, [["Id", "Navn", "Gruppe"], ["1", "A", "firma"], ["1", "A ", "Virksomhed"]])
    assert (len(table.actors), table.rejections) == (1, ())


def test_a_registration_number_shared_by_two_names_is_rejected(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path, [["Navn", "Gruppe", "CVR"], ["A", "firma", "DK29189854"], ["B", "firma", "29189854"]]
    )
    assert reasons(table)[0][0] == 3
    assert "made from the registration number" in table.rejections[0].reason


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("Leverandører", "supplier"), ("Rådgiver", "service_provider"), ("service-udbyder", "service_provider"),
        ("Universitet", "knowledge_institution"), ("Videninstitution", "knowledge_institution"),
        ("Offentlig myndighed", "public_body"), ("PUB/INT", "public_body"), ("KNOW", "knowledge_institution"),
        ("PRC", "company"), ("forening", "other"), ("Andet", "other"), ("public_body", "public_body"),
        ("Knowledge institution", "knowledge_institution"), ("SUPPLIER", "supplier"),
    ],
)  # fmt: skip
def test_danish_and_english_words_for_actor_groups(tmp_path: Path, word: str, group: str) -> None:
    (actor,) = read_rows(tmp_path, [["Navn", "Type"], ["A", word]]).actors
    assert actor.group == group
