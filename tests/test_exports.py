"""Files for people open as they should and hold nothing that runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from matchmaker.errors import SourceError
from matchmaker.exports import csv_pieces, write_rows

COLUMNS = ("name", "score")
ROWS = [("Rødgrød med fløde", 1.5), ('=HYPERLINK("http://x")', 2.0)]


def test_csv_keeps_danish_letters_and_defuses_formulas(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_rows(path, COLUMNS, ROWS) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[1] == ["Rødgrød med fløde", "1.5"]
    assert not rows[2][0].startswith("=")


def test_xlsx_holds_text_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_rows(path, COLUMNS, ROWS)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["A2"].value == "Rødgrød med fløde"
    assert sheet["A3"].data_type == "s"


def test_xlsx_holds_control_characters_as_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_rows(path, COLUMNS, [("a\x01b", 1.0)])
    assert openpyxl.load_workbook(path).worksheets[0]["A2"].value == "a\ufffdb"


def test_parquet_and_json_hold_the_values_as_they_are(tmp_path: Path) -> None:
    write_rows(tmp_path / "out.parquet", COLUMNS, ROWS)
    assert pq.read_table(tmp_path / "out.parquet")["score"].to_pylist() == [1.5, 2.0]
    write_rows(tmp_path / "out.json", COLUMNS, ROWS)
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))[0] == {
        "name": "Rødgrød med fløde",
        "score": 1.5,
    }


def test_an_unknown_ending_or_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="must end in"):
        write_rows(tmp_path / "out.doc", COLUMNS, ROWS)
    with pytest.raises(SourceError, match="does not exist"):
        write_rows(tmp_path / "none" / "out.csv", COLUMNS, ROWS)


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rows(path, COLUMNS, ROWS)
    before = path.read_bytes()

    def broken():
        yield ROWS[0]
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        write_rows(path, COLUMNS, broken())
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_in_pieces_is_the_file_written_whole(tmp_path: Path) -> None:
    rows = [(place, "=1+1" if place % 3 else "Smørrebrød, 'æ'", None) for place in range(7)]
    path = tmp_path / "whole.csv"
    write_rows(path, ["id", "name", "more"], rows)
    for at_once in (1, 3, 7, 50):
        pieces = list(csv_pieces(["id", "name", "more"], iter(rows), at_once=at_once))
        assert b"".join(pieces) == path.read_bytes()
        assert len(pieces) == 1 - (-len(rows) // at_once), "the heading comes first, by itself"
    assert b"".join(csv_pieces(["id"], [], at_once=5)) == b"\xef\xbb\xbfid\r\n"
