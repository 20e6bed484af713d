"""Child process that reads one XLSX file within limits of memory and time and writes its rows as JSON lines.

Run by ``workbooks`` as a script, never imported by the package: it depends on nothing of ours, so that its memory
limit covers the workbook and not the rest of the program. Lines written: ``{"sheet": ..., "others": [...]}``, then
``[row number, cell, ...]`` for every row with content, then ``{"end": rows}``; or ``{"problem": ..., "detail": ...}``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO

MEMORY_LIMIT = 512 * 1024 * 1024
CPU_SECONDS = 10
OUTPUT_LIMIT = 512 * 1024 * 1024
ENTRIES_LIMIT = 2_000
UNPACKED_LIMIT = 400 * 1024 * 1024
RATIO_LIMIT = 200
RATIO_FROM = 1024 * 1024
"""Entries that unpack to less than this may have any ratio: they cannot hurt."""
CELL_LIMIT = 200_001
"""Cells are cut here, one beyond what import accepts, so that the reader can tell."""
CHUNK = 1024 * 1024


class Refused(Exception):  # noqa: N818 - not a failure of this program: an answer
    """The workbook is not one that may be read; ``args`` are the problem's name and a detail."""


def limit_process() -> None:
    """Set the limits that this platform has; elsewhere only the caller's time-out holds."""
    try:
        import resource
    except ImportError:
        return
    for kind, amount in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        # A platform may know a limit and refuse to set it (macOS and RLIMIT_AS).
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))


def check_archive(path: str) -> None:
    """Look at the zip directory and at every XML part before a parser does; raises ``Refused``."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > ENTRIES_LIMIT:
            raise Refused("entries", f"{len(entries)} files inside")
        names = {entry.filename.lower() for entry in entries}
        check_kind(names)
        total = 0
        for entry in entries:
            if entry.flag_bits & 1:
                raise Refused("encrypted", "")
            total += entry.file_size
            bomb = entry.file_size > RATIO_FROM and entry.file_size > RATIO_LIMIT * max(
                entry.compress_size, 1
            )
            if total > UNPACKED_LIMIT or bomb:
                raise Refused("unpacked", entry.filename)
        if sum(check_part(archive, entry) for entry in entries) > UNPACKED_LIMIT:
            raise Refused("unpacked", "")


def check_kind(names: set[str]) -> None:
    """Refuse what is a zip archive but no plain XLSX workbook."""
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise Refused("macros", "")
    if "xl/workbook.bin" in names:
        raise Refused("kind", "a binary workbook (XLSB)")
    if "content.xml" in names and "mimetype" in names:
        raise Refused("kind", "an OpenDocument file")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Refused("kind", "a document or a presentation")
    if "xl/workbook.xml" not in names:
        raise Refused("kind", "a zip archive")


def check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Unpack one part without keeping it; returns its true size, refuses declarations and macro types."""
    size = 0
    tail = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > UNPACKED_LIMIT:
                raise Refused("unpacked", entry.filename)
            # Without NUL bytes, UTF-16 text looks like ASCII: a declaration cannot hide in another encoding.
            seen = tail + chunk.replace(b"\0", b"").upper()
            if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise Refused("declaration", entry.filename)
                if entry.filename == "[Content_Types].xml" and b"MACROENABLED" in seen:
                    raise Refused("macros", "")
            tail = seen[-16:]
    return size


def write_rows(path: str, output: IO[str]) -> None:
    """Write the first visible sheet row by row."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_path(path) as workbook:
        sheets = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not sheets:
            raise Refused("empty", "")
        write_line(output, {"sheet": sheets[0], "others": sheets[1:]})
        sheet = workbook.get_sheet_by_name(sheets[0])
        first_column = sheet.start[1] if sheet.start else 0
        number = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = list(texts(row))
            if any(cells):
                write_line(output, [number, *[""] * first_column, *cells])
        write_line(output, {"end": number})


def texts(row: Sequence[object]) -> Iterator[str]:
    """The cells of a row as text, the way the other kinds of table hold them."""
    for cell in row:
        yield cell if isinstance(cell, str) and len(cell) < CELL_LIMIT else text_of(cell)[:CELL_LIMIT]


def text_of(cell: object) -> str:
    """One cell as text: whole numbers without a point, dates as ISO, truth as ``true`` and ``false``."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta() | int() | float():
            return str(cell)
        case _:
            return ""


def write_line(output: IO[str], value: object) -> None:
    """One value as one line of ASCII, so that not even a lone surrogate breaks the line."""
    output.write(json.dumps(value, ensure_ascii=True) + "\n")


def main(path: str, output: IO[str]) -> None:
    """Check, read and write; every way to fail that can still speak ends in a ``problem`` line."""
    limit_process()
    try:
        check_archive(path)
        write_rows(path, output)
    except Refused as refusal:
        problem, detail = refusal.args
        write_line(output, {"problem": problem, "detail": detail})
    except MemoryError:
        write_line(output, {"problem": "memory", "detail": ""})
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything; the parent words the answer
        write_line(output, {"problem": "damaged", "detail": f"{type(error).__name__}: {error}"[:200]})


if __name__ == "__main__":
    main(sys.argv[1], sys.stdout)
