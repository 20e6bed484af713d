"""Files made to hurt, or hurt by accident: each gets a clear answer, soon, and the process lives on."""

import resource
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.errors import SourceError
from matchmaker.sources import delimited
from matchmaker.sources.tables import read_actors

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def parts(rows: str, *, before: str = "", declaration: str = "") -> dict[str, str]:
    """The parts of the smallest workbook, with these rows in its only sheet."""
    package = "http://schemas.openxmlformats.org/package/2006"
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Ark1" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'{declaration}<worksheet xmlns="{MAIN}">{before}'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "Navn")}{cell("B1", "Gruppe")}</row>'


def archive(folder: Path, content: dict[str, str | bytes] | dict[str, str]) -> Path:
    path = folder / "projektmappe.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return path


def test_the_smallest_workbook_is_read(tmp_path: Path) -> None:
    rows = HEADER + f'<row r="2">{cell("A2", "Blåbær &lt;b&gt;")}{cell("B2", "firma")}</row>'
    table = read_actors(archive(tmp_path, parts(rows)))
    assert [actor.name for actor in table.actors] == ["Blåbær <b>"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory limit")
def test_a_far_cell_in_a_tiny_workbook_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    path = archive(tmp_path, parts(HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert path.stat().st_size < 2_000
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(SourceError, match="more memory than a table may take") as caught:
        read_actors(path)
    assert time.monotonic() - started < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert caught.value.file == str(path)


def test_a_stated_dimension_that_lies_hides_no_row(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}">{cell(f"A{n}", f"Navn {n}")}{cell(f"B{n}", "firma")}</row>' for n in range(2, 2_002)
    )
    table = read_actors(archive(tmp_path, parts(HEADER + rows, before='<dimension ref="A1:B2"/>')))
    assert (table.rows, len(table.actors)) == (2_000, 2_000)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "<!doctype x>",
    ],
)
def test_declarations_of_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    with pytest.raises(SourceError, match="declares XML entities"):
        read_actors(archive(tmp_path, parts(HEADER, declaration=declaration)))


def test_a_declaration_does_not_hide_in_another_encoding(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {**parts(HEADER)}
    content["xl/sharedStrings.xml"] = '<!DOCTYPE x [<!ENTITY a "b">]><sst/>'.encode("utf-16")
    with pytest.raises(SourceError, match="declares XML entities"):
        read_actors(archive(tmp_path, content))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {**parts(HEADER), "xl/media/a.xml": b"0" * 20_000_000}
    with pytest.raises(SourceError, match="unpacks to far more"):
        read_actors(archive(tmp_path, content))


def test_a_zip_directory_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {**parts(HEADER), "xl/x.xml": "0" * 3_000_000})
    data = path.read_bytes()
    assert data.count((3_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(data.replace((3_000_000).to_bytes(4, "little"), (300).to_bytes(4, "little")))
    with pytest.raises(SourceError):
        read_actors(path)


def test_an_archive_of_very_many_files_is_refused(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {**parts(HEADER), **{f"xl/{n}.xml": "" for n in range(2_001)}}
    with pytest.raises(SourceError, match="files inside"):
        read_actors(archive(tmp_path, content))


def test_macros_are_refused_by_content_not_by_name(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {**parts(HEADER), "xl/vbaProject.bin": b"x"}
    with pytest.raises(SourceError, match="holds macros"):
        read_actors(archive(tmp_path, content))
    content = {**parts(HEADER)}
    content["[Content_Types].xml"] = str(content["[Content_Types].xml"]).replace(
        f"{TYPES}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    with pytest.raises(SourceError, match="holds macros"):
        read_actors(archive(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted workbook"),
        (b"PK\x03\x04 and then nothing of the kind", "cut or damaged"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<!DOCTYPE html><table><tr><td>Navn", "a web page"),
        (b"\x1f\x8b\x08\x00", "a compressed file"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf  \r\n", "is empty"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "deltagere.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words):
        read_actors(path)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ({"word/document.xml": "x"}, "a document"),
        ({"content.xml": "x", "mimetype": "x"}, "OpenDocument"),
        ({"xl/workbook.bin": "x"}, "XLSB"),
        ({"deltagere.csv": "Navn"}, "a zip archive"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, inside: dict[str, str], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_actors(archive(tmp_path, inside))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "findes-ikke.csv", tmp_path):
        with pytest.raises(SourceError, match="cannot be read"):
            read_actors(path)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flips=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 5_000),
)
def test_a_damaged_workbook_is_read_or_refused_but_nothing_else(
    tmp_path: Path, flips: list[tuple[int, int]], cut: int
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Navn", "Gruppe"])
    sheet.append(["Sønderå", "firma"])
    path = tmp_path / "skadet.xlsx"
    book.save(path)
    data = bytearray(path.read_bytes())
    for place, value in flips:
        data[place % len(data)] = value
    path.write_bytes(data[: len(data) - cut % 3 * cut])
    try:
        assert read_actors(path, default_group="other").rows <= 2
    except SourceError as error:
        assert str(path) == error.file  # noqa: PT017 - either outcome is right


# Delimited text -----------------------------------------------------------------------------------------------


def test_nul_bytes_reject_their_cell_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Navn;Gruppe\nA\x00;firma\nB;firma\n")
    table = read_actors(path)
    assert [actor.name for actor in table.actors] == ["B"]
    assert [(each.row, each.value) for each in table.rejections] == [(2, "A\\x00")]
    assert "U+0000" in table.rejections[0].reason


def test_a_damaged_byte_in_utf8_rejects_its_cell_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Navn;Gruppe\nSønderå;firma\nÆrø;firma\n".encode().replace(b"\xc3\x86", b"\xff"))
    table = read_actors(path)
    assert (table.encoding, [actor.name for actor in table.actors]) == ("utf-8", ["Sønderå"])
    assert [(each.row, each.column) for each in table.rejections] == [(3, "Navn")]


def test_lone_surrogates_reject_their_cell_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Navn;Gruppe\nÆrø \ud800;firma\nB;firma\n".encode("utf-16", "surrogatepass"))
    table = read_actors(path)
    assert [actor.name for actor in table.actors] == ["B"]
    assert [(each.row, each.value) for each in table.rejections] == [(2, "Ærø \\ud800")]


def test_a_cut_utf16_file_is_refused_or_its_end_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Navn;Gruppe\nÆrø;firma\n".encode("utf-16")[:-1])
    with pytest.raises(SourceError, match="cut or damaged"):
        read_actors(path)


def test_text_after_a_closing_quotation_mark_rejects_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Navn;Gruppe\n"A" og "B";firma\nC;firma\n', encoding="utf-8")
    table = read_actors(path)
    assert [actor.name for actor in table.actors] == ["C"]
    assert [each.row for each in table.rejections] == [2]
    assert "closing quotation mark" in table.rejections[0].reason


def test_a_quotation_mark_that_is_never_closed_is_reported_where_it_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Navn;Gruppe\nA;firma\n"B;firma\nC;firma\n', encoding="utf-8")
    table = read_actors(path)
    assert [actor.name for actor in table.actors] == ["A"]
    assert [each.row for each in table.rejections] == [3]
    assert "never closed" in table.rejections[0].reason


def test_line_breaks_in_quotes_count_as_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Navn;Gruppe\n"A\nB\nC";firma\n\nD;?\n', encoding="utf-8", newline="")
    table = read_actors(path)
    assert table.actors[0].name == "A\nB\nC"
    assert [each.row for each in table.rejections] == [4]


def test_a_line_declaring_its_delimiter_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=|\nNavn, fuldt|Gruppe\nA, B|firma\n", encoding="utf-8")
    table = read_actors(path, mapping={"Navn, fuldt": "name"})
    assert (table.delimiter, table.actors[0].name) == ("|", "A, B")


def test_a_row_without_end_is_refused_while_it_streams(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write('Navn;Gruppe\nA;"')
        for _ in range(5):
            file.write("x" * 1_000_000 + '";"\n')
    with pytest.raises(SourceError, match="more than 4,000,000 characters"):
        read_actors(path)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(delimited.FILE_LIMIT + 1)
    with pytest.raises(SourceError, match="may have 209,715,200"):
        read_actors(path)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200), st.text(alphabet='Navn;,"\n\r\tGruppe\x00æ=', max_size=80).map(str.encode)
    )
)
def test_any_bytes_are_read_or_refused_but_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Navn;Gruppe\n" + content)
    try:
        table = read_actors(path, default_group="other")
    except SourceError as error:
        assert str(path) == error.file  # noqa: PT017 - either outcome is right
    else:
        assert len(table.actors) <= table.rows
