"""Many tables in one go: a folder or zip of CSV or Parquet files, a workbook with sheets, or a network."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from matchmaker.errors import SourceError
from matchmaker.exports import Value, csv_lines
from matchmaker.graphml import graphml
from matchmaker.sheets import write_sheets
from matchmaker.workbooks import A_DAY

Files = Literal["csv", "parquet"]
SHEET_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its heading."""


def write_tables(path: Path, tables: Mapping[str, pa.Table], files: Files = "csv") -> int:
    """Write tables to a ``.zip``, ``.xlsx`` or ``.graphml`` file or, without an ending, a folder; return the rows.

    ``files`` says what a folder or zip holds. A network is made of the tables ``actors`` and ``ties``. Raises
    ``SourceError`` for another ending, a folder that is not empty, or more rows than a sheet holds; nothing is left
    half written.
    """
    writers: dict[str, Callable[[Path], int]] = {
        "": lambda to: _write_folder(to, tables, files),
        ".zip": lambda to: _write_zip(to, tables, files),
        ".xlsx": lambda to: _write_workbook(to, tables),
        ".graphml": lambda to: _write_network(to, tables),
    }
    return _whole(
        path, writers, "must end in .zip, .xlsx or .graphml, or be a folder's name without an ending"
    )


def write_files(path: Path, files: Mapping[str, bytes]) -> int:
    """Write finished files by name to a ``.zip`` or, without an ending, a folder; return how many there were.

    Raises ``SourceError`` as ``write_tables``; nothing is left half written.
    """
    writers: dict[str, Callable[[Path], int]] = {
        "": lambda to: _folder(to, files.items()),
        ".zip": lambda to: _zip(to, files.items()),
    }
    return _whole(path, writers, "must end in .zip, or be a folder's name without an ending")


def _whole(path: Path, writers: Mapping[str, Callable[[Path], int]], must: str) -> int:
    """What the writer for the path's ending says, once all that it wrote is in place."""
    if not path.parent.is_dir():
        raise SourceError(f"The folder {path.parent} does not exist; make it first.", file=path)
    ending = path.suffix.casefold()
    if ending not in writers:
        raise SourceError(f"{path} {must}.", file=path)
    if path.is_dir() and (ending or any(path.iterdir())):
        raise SourceError(f"The folder {path} is not empty; name a new one.", file=path)
    if not ending and path.exists() and not path.is_dir():
        raise SourceError(f"{path} is a file; name a folder.", file=path)
    temporary = path.with_name(f".{path.name}.part")
    _remove(temporary)
    try:
        written = writers[ending](temporary)
        if path.is_dir():
            path.rmdir()
        temporary.replace(path)
    finally:
        _remove(temporary)
    return written


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write_folder(path: Path, tables: Mapping[str, pa.Table], files: Files) -> int:
    _folder(path, _encoded(tables, files))
    return _rows(tables)


def _write_zip(path: Path, tables: Mapping[str, pa.Table], files: Files) -> int:
    _zip(path, _encoded(tables, files))
    return _rows(tables)


def _folder(path: Path, files: Iterable[tuple[str, bytes]]) -> int:
    path.mkdir()
    count = 0
    for name, content in files:
        (path / name).write_bytes(content)
        count += 1
    return count


def _zip(path: Path, files: Iterable[tuple[str, bytes]]) -> int:
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files:
            bundle.writestr(zipfile.ZipInfo(name, A_DAY), content, zipfile.ZIP_DEFLATED)
            count += 1
    return count


def _encoded(tables: Mapping[str, pa.Table], files: Files) -> Iterator[tuple[str, bytes]]:
    for name, each in tables.items():
        if files == "parquet":
            sink = BytesIO()
            pq.write_table(each, sink)
            yield f"{name}.parquet", sink.getvalue()
        else:
            lines = StringIO(newline="")
            csv_lines(lines, each.column_names, _cells(each))
            yield f"{name}.csv", lines.getvalue().encode("utf-8-sig")


def _write_workbook(path: Path, tables: Mapping[str, pa.Table]) -> int:
    for name, each in tables.items():
        if each.num_rows > SHEET_ROWS:
            raise SourceError(
                f"The table {name} has {each.num_rows} rows, more than a sheet holds. Write a folder or a .zip instead.",
                file=path,
            )
    return write_sheets(path, {name: (each.column_names, _cells(each)) for name, each in tables.items()})


def _write_network(path: Path, tables: Mapping[str, pa.Table]) -> int:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(graphml(tables["actors"], tables["ties"]))
    return int(tables["actors"].num_rows + tables["ties"].num_rows)


def _cells(each: pa.Table) -> Iterable[list[Value]]:
    for batch in each.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [_cell(value) for value in row]


def _cell(value: Any) -> Value:
    """A value as a spreadsheet takes it: lists with bars between."""
    if isinstance(value, list):
        return " | ".join(str(each) for each in value)
    return value if value is None or isinstance(value, str | int | float | bool | date) else str(value)


def _rows(tables: Mapping[str, pa.Table]) -> int:
    return sum(each.num_rows for each in tables.values())
