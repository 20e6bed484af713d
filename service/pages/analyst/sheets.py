"""Tables that are sorted, cut into pages and downloaded: columns say what a row is sorted by and how it is shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import pyarrow as pa

from matchmaker.alphabet import name_key
from matchmaker.bundles import write_tables
from matchmaker.exports import Value, csv_lines, write_rows
from matchmaker.reporting.values import Cell, Linked, Number, Share, Word, Year
from matchmaker.reporting.writing import Run, runs_of
from matchmaker.telling import told
from matchmaker.wording import Wording
from service.pages.filters import pages_of
from service.problems import refused

__all__ = [
    "Column",
    "Sheet",
    "ShownSheet",
    "count",
    "linked",
    "real",
    "share",
    "shown",
    "step",
    "text",
    "words",
    "year",
]

T = TypeVar("T")

ROWS_PER_PAGE = 25
MOST_IN_A_FILE = 1_000_000
"""As many rows as a sheet of a workbook holds."""

Ending = Literal["csv", "xlsx", "zip"]


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column; ``column.{name}`` is the key of its heading."""

    name: str
    value: Callable[[T], Value]
    """What is in the file, and what it is sorted by where it has no order of its own."""
    cell: Callable[[T], Cell]
    """As it is shown."""
    numeric: bool = False
    order: Callable[[T], Value] | None = None
    """What it is sorted by where that is neither a figure nor a name."""


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A whole table; ``sheet.{name}`` is the key of its caption."""

    name: str
    columns: tuple[Column[T], ...]
    rows: Sequence[T]
    """In the order in which they are shown where nobody asks for another."""
    hidden: tuple[Column[T], ...] = ()
    """Columns that only the file holds."""
    if_any: bool = False
    """It is on the page only where it has a row; the file is there all the same, with the heads of its columns."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column, with what a press on it asks for."""

    words: str
    numeric: bool
    sorted: Literal["", "ascending", "descending"]
    sort: str
    """The value of the parameter that sorts by it, the other way round where it is sorted by it already."""


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """One page of a table in words."""

    name: str
    caption: str
    about: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    total: int
    number: int
    pages: int


def text(name: str, value: Callable[[T], str | None]) -> Column[T]:
    """Somebody's own words."""
    return Column(name, value, lambda row: value(row) or "–")


def words(name: str, prefix: str, value: Callable[[T], str | None]) -> Column[T]:
    """A word of the catalogues, by its name."""

    def cell(row: T) -> Cell:
        found = value(row)
        return Word(f"{prefix}.{found}") if found else "–"

    return Column(name, value, cell)


def step(name: str, prefix: str, value: Callable[[T], str | None], ladder: Sequence[str]) -> Column[T]:
    """A word of the catalogues for a step of a ladder: sorted by its place there, in the file by its name."""

    def place(row: T) -> int | None:
        found = value(row)
        return ladder.index(found) if found in ladder else None

    return replace(words(name, prefix, value), order=place)


def count(name: str, value: Callable[[T], float | None]) -> Column[T]:
    """A whole number, unknown where there is none."""
    return real(name, value, 0)


def real(name: str, value: Callable[[T], float | None], decimals: int = 2) -> Column[T]:
    """A number with decimals, unknown where there is none."""

    def cell(row: T) -> Cell:
        found = value(row)
        return "–" if found is None else Number(found, decimals)

    return Column(name, value, cell, numeric=True)


def share(name: str, value: Callable[[T], float | None]) -> Column[T]:
    """A share from 0 to 1, shown in per cent."""

    def cell(row: T) -> Cell:
        found = value(row)
        return "–" if found is None else Share(found)

    return Column(name, value, cell, numeric=True)


def year(name: str, value: Callable[[T], int | None]) -> Column[T]:
    """A year."""

    def cell(row: T) -> Cell:
        found = value(row)
        return "–" if found is None else Year(found)

    return Column(name, value, cell, numeric=True)


def linked(
    name: str,
    value: Callable[[T], str],
    *,
    part: Callable[[T], str] | None = None,
    actor: Callable[[T], str] | None = None,
) -> Column[T]:
    """A name that leads to a sub-cluster's or an actor's page; ``""`` leads nowhere."""

    def cell(row: T) -> Cell:
        return Linked(
            value(row) or "–",
            sub_cluster_id=part(row) if part else "",
            actor_id=actor(row) if actor else "",
        )

    return Column(name, value, cell)


def shown(sheet: Sheet[Any], asked: Mapping[str, str], wording: Wording) -> ShownSheet:
    """The page that ``sort_{name}`` and ``page_{name}`` of an address ask for; raises ``RequestValidationError``."""
    rows, by, falling = _sorted(sheet, asked)
    pages = pages_of(len(rows), ROWS_PER_PAGE)
    number = min(_number(asked, f"page_{sheet.name}"), pages)
    start = (number - 1) * ROWS_PER_PAGE
    return ShownSheet(
        name=sheet.name,
        caption=wording(f"sheet.{sheet.name}"),
        about=wording.texts.get(f"sheet.{sheet.name}.about", ""),
        headings=tuple(_heading(each, by, falling=falling, wording=wording) for each in sheet.columns),
        rows=tuple(
            tuple(runs_of(column.cell(row), wording) for column in sheet.columns)
            for row in rows[start : start + ROWS_PER_PAGE]
        ),
        total=len(rows),
        number=number,
        pages=pages,
    )


def _heading(column: Column[Any], by: str, *, falling: bool, wording: Wording) -> Heading:
    here = column.name == by
    first = f"-{column.name}" if column.numeric else column.name
    turned = column.name if falling else f"-{column.name}"
    return Heading(
        words=wording(f"column.{column.name}"),
        numeric=column.numeric,
        sorted=("descending" if falling else "ascending") if here else "",
        sort=turned if here else first,
    )


def _sorted(sheet: Sheet[Any], asked: Mapping[str, str]) -> tuple[Sequence[Any], str, bool]:
    """The rows as asked for, what they are sorted by, and whether from the greatest down; unknown values come last."""
    wanted = asked.get(f"sort_{sheet.name}", "")
    if not wanted:
        return sheet.rows, "", False
    falling, name = wanted.startswith("-"), wanted.removeprefix("-")
    column = next((each for each in sheet.columns if each.name == name), None)
    if column is None:
        known = ", ".join(each.name for each in sheet.columns)
        raise refused(
            f"sort_{sheet.name}",
            told("There is no column {name!r}. There are: {known}.", name=name, known=known),
        )
    known_rows, unknown = [], []
    sorted_by = column.order or column.value
    for row in sheet.rows:
        value = sorted_by(row)
        if value is None or value == "":
            unknown.append(row)
        else:
            known_rows.append((name_key(value) if isinstance(value, str) else value, row))
    known_rows.sort(key=lambda each: each[0], reverse=falling)
    return [row for _, row in known_rows] + unknown, name, falling


def _number(asked: Mapping[str, str], name: str) -> int:
    wanted = asked.get(name, "") or "1"
    if not (wanted.isascii() and wanted.isdigit() and int(wanted[:9]) >= 1 and len(wanted) < 8):
        raise refused(name, "This is not the number of a page.")
    return int(wanted)


def all_of(sheets: Sequence[Sheet[Any]], asked: Mapping[str, str], ending: Ending) -> bytes:
    """All tables of a page: a sheet each, or a zip with a CSV each, sorted as asked for."""
    tables: dict[str, pa.Table] = {}
    for sheet in sheets:
        rows, _, _ = _sorted(sheet, asked)
        columns = (*sheet.columns, *sheet.hidden)
        tables[sheet.name] = pa.table(
            {column.name: [_plain(column.value(row)) for row in rows] for column in columns}
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"tables.{ending}"
        write_tables(path, tables)
        return path.read_bytes()


def _plain(value: Value) -> Value:
    """A value without its enumeration; figures all of one kind, since a column has one type."""
    if isinstance(value, str):
        return str(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def file_of(sheet: Sheet[Any], asked: Mapping[str, str], ending: Ending) -> bytes:
    """The whole table as a file, sorted as asked for, formulas defused; the same rows make the same bytes as CSV."""
    rows, _, _ = _sorted(sheet, asked)
    columns = (*sheet.columns, *sheet.hidden)
    names = [each.name for each in columns]
    values = ([column.value(row) for column in columns] for row in rows[:MOST_IN_A_FILE])
    if ending == "csv":
        lines = StringIO(newline="")
        csv_lines(lines, names, values)
        return lines.getvalue().encode("utf-8-sig")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{sheet.name}.xlsx"
        write_rows(path, names, values)
        return path.read_bytes()
