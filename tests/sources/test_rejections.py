import csv
from pathlib import Path

from matchmaker.actors import SPANS_SHOWN, Alike, Rejection, alike
from matchmaker.sources.formulas import undefuse
from matchmaker.sources.rejections import (
    COLUMNS,
    VALUE_SHOWN,
    rejections_text,
    shown,
    write_rejections,
)

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


def test_what_is_wrong_in_the_same_way_is_told_once_with_all_its_rows() -> None:
    many = [Rejection("a.csv", row, "Type", "virksomhet", "Unknown.") for row in (3, 4, 5, 9, 11, 12, 9)]
    other = Rejection("a.csv", 4, "Type", "firm", "Unknown.")
    again = Rejection("b.csv", 3, "Type", "virksomhet", "Unknown.")
    assert alike([*many, other, again]) == (
        Alike(many[0], (3, 4, 5, 9, 11, 12)),
        Alike(other, (4,)),
        Alike(again, (3,)),
    )
    assert rejections_text([*many, other, again]) == (
        'a.csv, rows 3–5, 9, 11–12 (6 rows), column "Type", value "virksomhet": Unknown.\n'
        'a.csv, row 4, column "Type", value "firm": Unknown.\n'
        'b.csv, row 3, column "Type", value "virksomhet": Unknown.'
    )


def test_of_very_many_spans_the_first_are_named() -> None:
    every_other = Alike(TWO[0], tuple(range(2, 200, 2)))
    assert every_other.spans == "2, 4, 6, 8, 10, 12, 14, 16, …"
    assert Alike(TWO[0], tuple(range(2, 2 + 2 * SPANS_SHOWN, 2))).spans.endswith("16")


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
