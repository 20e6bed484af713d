"""A workbook holds the very markup that openpyxl would write for the same rows."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook

from matchmaker.bundles import write_tables
from matchmaker.exports import Value, in_sheet, write_rows
from matchmaker.sheets import write_sheets

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


def by_openpyxl(path: Path, sheets: dict[str, list[list[Value]]]) -> None:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(COLUMNS))
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
