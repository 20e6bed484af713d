import csv
from pathlib import Path

from matchmaker.actors import Rejection
from matchmaker.sources.formulas import undefuse
from matchmaker.sources.rejections import COLUMNS, VALUE_SHOWN, rejections_text, shown, write_rejections

TWO = [
    Rejection("deltagere.csv", 7, "Gruppe", "virksomhet", "Unknown actor group."),
    Rejection("deltagere.csv", 9, "Navn", "", "The name is missing."),
]


def test_text_names_file_row_column_value_and_reason() -> None:
    assert rejections_text(TWO) == (
        'deltagere.csv, row 7, column "Gruppe", value "virksomhet": Unknown actor group.\n'
        'deltagere.csv, row 9, column "Navn": The name is missing.'
    )
    assert rejections_text([]) == ""


def test_csv_has_a_byte_order_mark_and_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "afviste.csv"
    write_rejections([*TWO, Rejection("æ.csv", 2, "=Kolonne", "=HYPERLINK(1)", "-grund")], file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert tuple(header) == COLUMNS
    assert rows[0] == ["deltagere.csv", "7", "Gruppe", "virksomhet", "Unknown actor group."]
    assert rows[2] == ["æ.csv", "2", "'=Kolonne", "'=HYPERLINK(1)", "'-grund"]
    assert [undefuse(cell) for cell in rows[2]][3] == "=HYPERLINK(1)"


def test_values_that_cannot_be_printed_or_encoded_are_shown_escaped(tmp_path: Path) -> None:
    bad = "a\x00b\x1b[2J\ud800\nc" + "x" * 1_000
    text = shown(bad)
    assert text.startswith("a\\x00b\\x1b[2J\\ud800\\nc")
    assert text.endswith("…")
    assert len(shown("x" * 1_000)) == VALUE_SHOWN
    write_rejections([Rejection("a.csv", 2, "b", bad, bad)], tmp_path / "b.csv")
    assert b"\x00" not in (tmp_path / "b.csv").read_bytes()
