"""A workbook carries the time that it is given, and none of the machine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook

from matchmaker.arranging.outcome_sheet import template_file
from matchmaker.arranging.outcome_tables import Template
from matchmaker.bundles import write_tables
from matchmaker.exports import write_rows
from matchmaker.workbooks import A_DAY, packed

MADE = datetime(2027, 3, 4, 9, 30, 10, tzinfo=UTC)


def book() -> Workbook:
    made = Workbook()
    made.worksheets[0].append(["Ærø", 1.5])
    return made


def times(content: bytes) -> set[tuple[int, ...]]:
    with ZipFile(BytesIO(content)) as whole:
        return {each.date_time for each in whole.infolist()}


def properties(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as whole:
        return whole.read("docProps/core.xml").decode()


def by_rows(folder: Path) -> bytes:
    write_rows(folder / "rows.xlsx", ("id", "figure"), [["a", 1]])
    return (folder / "rows.xlsx").read_bytes()


def by_tables(folder: Path) -> bytes:
    write_tables(folder / "tables.xlsx", {"one": pa.table({"id": ["a"]}), "two": pa.table({"id": ["b"]})})
    return (folder / "tables.xlsx").read_bytes()


def by_template(_: Path) -> bytes:
    return template_file(Template(("meeting", "outcome"), (("m-1", ""),), {1: ("met",)}))


@pytest.mark.parametrize("made", [lambda _: packed(book()), by_rows, by_tables, by_template])
def test_a_workbook_tells_no_time_and_can_be_read(made: Callable[[Path], bytes], tmp_path: Path) -> None:
    content = made(tmp_path)
    assert times(content) == {A_DAY}
    assert "dcterms:created" not in properties(content)
    assert "dcterms:modified" not in properties(content)
    assert "openpyxl" not in properties(content)
    read = load_workbook(BytesIO(content))
    assert read.properties.creator == "Matchmaker"
    assert read.worksheets[0].max_row >= 1


def test_the_time_that_is_given_is_the_only_one() -> None:
    content = packed(book(), MADE)
    assert times(content) == {(2027, 3, 4, 9, 30, 10)}
    assert properties(content).count("2027-03-04T09:30:10Z") == 2
    assert load_workbook(BytesIO(content)).properties.created == MADE.replace(tzinfo=None)


def test_a_time_before_archives_is_the_first_that_they_know() -> None:
    assert times(packed(book(), datetime(1970, 3, 4, tzinfo=UTC))) == {(1980, 3, 4, 0, 0, 0)}
