"""A workbook holds the very markup that openpyxl would write for the same rows."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from matchmaker.bundles import write_tables
from matchmaker.exports import Value, in_sheet, write_rows
from matchmaker.sheets import LOOKED_AT, write_sheets

COLUMNS = ("id", "name", "figure", "yes", "text")
ROWS: list[list[Value]] = [
    ["a:1", "Æble & <Søn> \"A/S\" 'x'", 1.5, True, "=1+1"],
    ["", " in front", 0.1 + 0.2, False, "behind "],
    [None, None, None, None, None],
    ["a\nb", "a\r\nb\t", 10**17, None, "\x0b\x00control"],
    ["#N/A", "#DIV/0!", float("nan"), True, "-1"],
    ["\u2028", "😀", float("inf"), False, "'=quoted"],
    ["  ", "x" * 40_000, -0.0, None, "12"],
    ["no\ufffechar", "]]>", -1e-300, None, "@cell"],
]


def bold(sheet: object, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def formatted(sheet: object, pattern: str) -> int:
    cell = WriteOnlyCell(sheet)
    cell.number_format = pattern
    return cell.style_id


def by_openpyxl(path: Path, sheets: dict[str, list[list[Value]]], columns: tuple[str, ...] = COLUMNS) -> None:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for place, head in enumerate(columns):
            longest = max(len(str(each)) for each in (head, *(row[place] for row in rows[:LOOKED_AT])))
            sheet.column_dimensions["ABCDE"[place]].width = min(max(longest + 2, 8), 60)
        sheet.append([bold(sheet, each) for each in columns])
        # The formats are there even where nothing has them.
        for pattern in ("yyyy-mm-dd", "hh:mm", "yyyy-mm-dd hh:mm"):
            formatted(sheet, pattern)
        for row in rows:
            sheet.append([in_sheet(value) for value in row])
    book.save(path)


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("rows", [ROWS, [], ROWS * 1500], ids=["tricky", "none", "many"])
def test_every_part_is_as_openpyxl_writes_it(tmp_path: Path, rows: list[list[Value]]) -> None:
    sheets = {"first": rows, "second": ROWS[:2]}
    by_openpyxl(tmp_path / "slow.xlsx", sheets)
    written = write_sheets(tmp_path / "fast.xlsx", {name: (COLUMNS, each) for name, each in sheets.items()})
    assert written == len(rows) + 2
    slow, fast = parts(tmp_path / "slow.xlsx"), parts(tmp_path / "fast.xlsx")
    assert list(slow) == list(fast)
    assert slow == fast


def test_rows_and_tables_are_written_so(tmp_path: Path) -> None:
    by_openpyxl(tmp_path / "slow.xlsx", {"Matchmaker": ROWS})
    assert write_rows(tmp_path / "rows.xlsx", COLUMNS, ROWS) == len(ROWS)
    assert parts(tmp_path / "rows.xlsx") == parts(tmp_path / "slow.xlsx")
    table = pa.table({"id": ["a", "=b"], "figure": [1, None]})
    assert write_tables(tmp_path / "tables.xlsx", {"one": table, "two": table}) == 4
    read = load_workbook(tmp_path / "tables.xlsx")
    assert read.sheetnames == ["one", "two"]
    assert list(read["two"].values) == [("id", "figure"), ("a", 1), ("'=b", None)]


def test_a_row_of_another_width_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        write_sheets(tmp_path / "wrong.xlsx", {"one": (("a", "b"), [["only"]])})


def test_a_sheet_is_fit_to_be_read(tmp_path: Path) -> None:
    """The heading is bold and stands still; a column is as wide as its texts; a day is a day."""
    rows: list[list[Value]] = [
        ["a" * 30, date(2027, 3, 4)],
        ["b" * 90, time(9, 30)],
        ["", datetime(2027, 3, 4, 9, 30)],
    ]
    assert write_sheets(tmp_path / "read.xlsx", {"one": (("name", "since"), rows)}) == 3
    sheet = load_workbook(tmp_path / "read.xlsx")["one"]
    assert sheet.freeze_panes == "A2"
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert [sheet.column_dimensions[each].width for each in "AB"] == [60, 21]
    assert sheet["B2"].value == datetime(2027, 3, 4)
    assert [sheet[cell].number_format for cell in ("B2", "B3", "B4")] == [
        "yyyy-mm-dd",
        "hh:mm",
        "yyyy-mm-dd hh:mm",
    ]
    assert (sheet["B3"].value, sheet["B4"].value) == (time(9, 30), datetime(2027, 3, 4, 9, 30))
