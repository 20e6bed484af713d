"""What both kinds of table file are turned into first: numbered rows of text, and what is known about the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchmaker.telling import told

CELL_LIMIT = 200_000
"""Longest cell that import accepts, in characters."""
COLUMN_LIMIT = 1_000
ROW_LIMIT = 1_048_576
"""Most rows of a table, as many as a spreadsheet has."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with content."""

    number: int
    """As a spreadsheet numbers it: 1 is the first row of the file, empty rows count."""
    cells: tuple[str, ...]
    problem: str = ""
    """Why the row could not be read; then ``cells`` hold nothing or only what was seen of it."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table file opened for reading; ``rows`` can be gone through once."""

    name: str
    """File name without its folder, as rejections show it."""
    delimiter: str
    """The character between CSV cells; ``""`` for a workbook."""
    encoding: str
    """``utf-8``, ``utf-8 with BOM``, ``utf-16``, ``windows-1252`` or, for a workbook, ``xlsx``."""
    sheet: str
    """Name of the sheet that is read; ``""`` for CSV."""
    other_sheets: tuple[str, ...]
    """Visible sheets that are not read."""
    rows: Iterator[Row]


def what_was_read(
    name: str, rows: int, *, encoding: str, delimiter: str, sheet: str, others: Sequence[str]
) -> str:
    """A table file in a line: its rows, and its encoding and delimiter, or its ``sheet`` and the ``others``."""
    if not sheet:
        return told(
            "{file}: {rows} rows, {encoding}, separated by {delimiter}",
            file=name,
            rows=rows,
            encoding=encoding,
            delimiter=told("tab") if delimiter == "\t" else delimiter,
        )
    if others:
        return told(
            "{file}: {rows} rows of the sheet {sheet}; other sheets not read: {others}",
            file=name,
            rows=rows,
            sheet=sheet,
            others=", ".join(others),
        )
    return told("{file}: {rows} rows of the sheet {sheet}", file=name, rows=rows, sheet=sheet)
