"""Rows into files for people and notebooks: CSV, XLSX, Parquet and JSON, with formulas defused."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from matchmaker.errors import SourceError
from matchmaker.sheets import Value, write_sheets
from matchmaker.sources.formulas import defuse

__all__ = ["FORMATS", "Value", "csv_lines", "csv_pieces", "in_sheet", "safe", "write_file", "write_rows"]

FORMATS = (".csv", ".xlsx", ".parquet", ".json")


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Write rows to a file whose ending says the format, and return how many there were.

    Raises ``SourceError`` for an unknown ending or a folder that is not there; a file that cannot be finished is
    not left half written.
    """
    ending = path.suffix.casefold()
    if ending not in FORMATS:
        raise SourceError(f"{path} must end in one of {', '.join(FORMATS)}.", file=path)
    if not path.parent.is_dir():
        raise SourceError(f"The folder {path.parent} does not exist; make it first.", file=path)
    temporary = path.with_name(f".{path.name}.part")
    write = {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet, ".json": _write_json}[
        ending
    ]
    try:
        count = write(temporary, columns, rows)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def write_file(path: Path, content: bytes, ending: str) -> None:
    """Write a finished file whole; raises ``SourceError`` for another ending or a folder that is not there."""
    if path.suffix.casefold() != ending:
        raise SourceError(f"{path} must end in {ending}.", file=path)
    if not path.parent.is_dir():
        raise SourceError(f"The folder {path.parent} does not exist; make it first.", file=path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def safe(value: Value) -> Value:
    """A value that no spreadsheet takes for a formula; times to the minute, as people write them."""
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else value


def in_sheet(value: Value) -> Value:
    """The same without the control characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", defuse(value)) if isinstance(value, str) else value


def csv_lines(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Write a heading and rows, formulas defused, and return how many rows there were."""
    count = 0
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe(value) for value in row])
        count += 1
    return count


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, at_once: int) -> Iterator[bytes]:
    """The bytes of a CSV file: the heading, then so many rows at once, while they come."""
    # The byte order mark is what makes spreadsheet programs read Danish letters as they are.
    mark, coming = "\ufeff", iter(rows)
    some: list[Sequence[Value]] = [columns]
    while some:
        out = StringIO(newline="")
        csv.writer(out).writerows([safe(value) for value in row] for row in some)
        yield (mark + out.getvalue()).encode("utf-8", "replace")
        mark, some = "", list(islice(coming, at_once))


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    # The byte order mark is what makes spreadsheet programs read Danish letters as they are.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        return csv_lines(out, columns, rows)


def _write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    return write_sheets(path, {"Matchmaker": (columns, rows)})


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    kept = [list(row) for row in rows]
    table = pa.table({name: [row[place] for row in kept] for place, name in enumerate(columns)})
    pq.write_table(table, path)
    return len(kept)


def _write_json(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(records)
