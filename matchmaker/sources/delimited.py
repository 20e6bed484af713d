"""CSV files into rows: finds out encoding and delimiter, streams, and survives whatever the file holds."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TextIO

from matchmaker.errors import SourceError
from matchmaker.sources.rows import CELL_LIMIT, Row, TableRows
from matchmaker.telling import told

FILE_LIMIT = 200 * 1024 * 1024
"""Largest CSV file in bytes."""
LINE_LIMIT = 4_000_000
"""Longest line, and longest row of several lines, in characters."""
FIELD_LIMIT = 2_000_000
"""Where the parser gives up on a cell: beyond ``CELL_LIMIT``, so that a long cell is rejected by itself."""
SAMPLE = 200_000
"""Characters in which the delimiter is looked for."""
DELIMITERS = (",", ";", "\t", "|")

_NO_TEXT = {
    b"PK": told("a zip archive"),
    b"\xd0\xcf\x11\xe0": told("an old (XLS) or encrypted workbook"),
    b"%PDF": told("a PDF document"),
    b"\x89PNG": told("a picture"),
    b"\xff\xd8\xff": told("a picture"),
    b"\x1f\x8b": told("a compressed file"),
    b"SQLite format 3": told("a database"),
    b"PAR1": told("a Parquet file"),
    b"{\\rtf": told("an RTF document"),
}
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)


_ESCAPED = re.compile("[\udc80-\udcff]")
"""What ``surrogateescape`` makes of bytes that mean nothing."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text."""

    codec: str
    label: str
    errors: str
    """Bytes that mean nothing become lone surrogates, so that the cell they are in is rejected and no other."""


def open_delimited(path: Path) -> TableRows:
    """Open a CSV file; raises ``SourceError`` where it is too large or no text table at all."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise SourceError(
            told(
                "{file} has {size:,} bytes; a CSV file may have {most:,}. Split it into several files.",
                file=path.name,
                size=size,
                most=FILE_LIMIT,
            ),
            file=path,
        )
    encoding = find_encoding(path)
    with _open_text(path, encoding) as file:
        try:
            sample = file.read(SAMPLE)
        except UnicodeDecodeError as error:
            raise _damaged(path, encoding, error) from error
    if not sample.strip():
        raise SourceError(
            told("{file} is empty. Save the table with a row of headers first.", file=path.name), file=path
        )
    declared = _declared_delimiter(sample)
    delimiter = declared or find_delimiter(sample)
    rows = _rows(path, encoding, delimiter, skip_first=bool(declared))
    return TableRows(path.name, delimiter, encoding.label, "", (), rows)


def _open_text(path: Path, encoding: Encoding) -> TextIO:
    return path.open(encoding=encoding.codec, errors=encoding.errors, newline="")


def _damaged(path: Path, encoding: Encoding, error: UnicodeDecodeError) -> SourceError:
    return SourceError(
        told(
            "{file} cannot be read as {label} ({reason}): it is cut or damaged. Save it again as CSV UTF-8.",
            file=path.name,
            label=encoding.label,
            reason=error.reason,
        ),
        file=path,
    )


def find_encoding(path: Path) -> Encoding:
    """The encoding of a text file, by its byte order mark or by what its bytes can mean.

    Raises ``SourceError`` for what is no text. A file with both valid UTF-8 characters and damaged bytes counts as
    UTF-8: the damaged cells are rejected later. UTF-16 without a mark is known by its NUL bytes.
    """
    with path.open("rb") as file:
        head = file.read(64 * 1024)
        _refuse_other_kinds(path, head)
        for mark, codec, label in _MARKS:
            if head.startswith(mark):
                return Encoding(codec, label, "surrogateescape" if codec == "utf-8-sig" else "surrogatepass")
        nul_even, nul_odd = head[::2].count(0), head[1::2].count(0)
        if max(nul_even, nul_odd) > len(head) // 5 and min(nul_even, nul_odd) < len(head) // 50 + 1:
            codec = "utf-16-be" if nul_even > nul_odd else "utf-16-le"
            return Encoding(codec, "utf-16", "surrogatepass")
        _refuse_binary(path, head)
        file.seek(0)
        characters, damaged = _count_utf8(file)
    if damaged > characters:
        return Encoding("cp1252", "windows-1252", "surrogateescape")
    return Encoding("utf-8", "utf-8", "surrogateescape")


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    kind = next((kind for magic, kind in _NO_TEXT.items() if head.startswith(magic)), None)
    if head.lstrip(codecs.BOM_UTF8).lstrip()[:16].lower().startswith(_MARKUP):
        kind = told("a web page or an XML document")
    if kind:
        raise SourceError(
            told(
                "{file} is {kind}, not a table. Open it in a spreadsheet and save it as CSV or XLSX.",
                file=path.name,
                kind=kind,
            ),
            file=path,
        )


def _refuse_binary(path: Path, head: bytes) -> None:
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
    if controls * 20 > len(head):
        raise SourceError(
            told(
                "{file} is not a text file. Open it in a spreadsheet and save it as CSV or XLSX.",
                file=path.name,
            ),
            file=path,
        )


def _count_utf8(file: IO[bytes]) -> tuple[int, int]:
    """How many characters beyond ASCII are valid UTF-8, and how many bytes are not, in the whole file."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    characters = damaged = 0
    while True:
        block = file.read(1 << 20)
        text = decoder.decode(block, final=not block)
        if not text.isascii():
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            bad = len(_ESCAPED.findall(text))
            damaged += bad
            characters += beyond - bad
        if not block:
            return characters, damaged


def _declared_delimiter(sample: str) -> str:
    """What a first line ``sep=;``, which spreadsheets read and hide, declares."""
    first = sample[:8].splitlines()[0] if sample[:8].splitlines() else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else ""


def find_delimiter(sample: str) -> str:
    """The delimiter by which the sample falls into the most even table; ``","`` where there is only one column."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of rows as wide as the header, and that width; (0, 0) where the header has one cell."""
    widths: list[int] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == 100:
                break
    except csv.Error:
        pass
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


@dataclass(slots=True)
class _Lines:
    """Lines for the parser that stop a row, or a line, from growing without end."""

    file: TextIO
    path: Path
    since_row: int = field(default=0)

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(LINE_LIMIT + 1):
            self.since_row += len(line)
            if self.since_row > LINE_LIMIT:
                raise SourceError(
                    told(
                        "{name} has a row of more than {most:,} characters. Most likely a quotation mark is opened and never closed; check the rows before.",
                        name=self.path.name,
                        most=LINE_LIMIT,
                    ),
                    file=self.path,
                )
            yield line


def _rows(path: Path, encoding: Encoding, delimiter: str, *, skip_first: bool) -> Iterator[Row]:
    # The limit belongs to the whole process, so every reader sets its own before it begins.
    csv.field_size_limit(FIELD_LIMIT)
    with _open_text(path, encoding) as file:
        lines = _Lines(file, path)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if skip_first:
            next(reader, None)
        number = 0
        while True:
            number += 1
            lines.since_row = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(number, (), _csv_problem(error))
                continue
            except UnicodeDecodeError as error:
                raise _damaged(path, encoding, error) from error
            if any(cells):
                yield Row(number, tuple(cells))


def _csv_problem(error: csv.Error) -> str:
    text = str(error)
    if "expected after" in text:
        return told(
            "There is text after a closing quotation mark. Write a quotation mark inside a quoted cell twice, or leave the quotation marks out."
        )
    if "unexpected end" in text:
        return told(
            "A quotation mark is opened in this row and never closed: the rest of the file is swallowed by it."
        )
    if "field larger" in text:
        return told(
            "A cell has more than {most:,} characters. Is a quotation mark opened and never closed?",
            most=CELL_LIMIT,
        )
    return told("The row cannot be read ({text}).", text=text)
