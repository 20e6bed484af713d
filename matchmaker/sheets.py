"""Rows into the sheets of a workbook: the same markup as openpyxl writes, several times faster, a row at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from matchmaker.sources.formulas import defuse

Value = str | int | float | bool | None

LONGEST_TITLE = 31
LONGEST_TEXT = 32_767
"""Characters that a cell holds; the rest is cut off."""
_EMPTY = b"<sheetData></sheetData>"
_ROWS_AT_ONCE = 2_000
_TEXTS_KEPT = 100_000
"""Ids and labels come again and again."""


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Value]]]]) -> int:
    """Write a workbook with a sheet for each heading and its rows, formulas defused; return how many rows there were.

    Rows are taken one after the other and not kept. Control characters that no workbook can hold are replaced.
    """
    frame = Workbook(write_only=True)
    for name in sheets:
        frame.create_sheet(name[:LONGEST_TITLE])
    empty = BytesIO()
    frame.save(empty)
    contents = iter(sheets.values())
    count = 0
    with ZipFile(empty) as before, ZipFile(path, "w", ZIP_DEFLATED) as whole:
        for part in before.infolist():
            content = before.read(part)
            if not part.filename.startswith("xl/worksheets/sheet"):
                whole.writestr(part, content)
                continue
            columns, rows = next(contents)
            top, _, bottom = content.partition(_EMPTY)
            with whole.open(part.filename, "w", force_zip64=True) as out:
                out.write(top + b"<sheetData>")
                for lines in _lines(columns, rows):
                    count += len(lines)
                    out.write("".join(lines).encode())
                out.write(b"</sheetData>" + bottom)
    # The headings are no rows.
    return count - len(sheets)


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[list[str]]:
    """The heading and the rows as markup, many at once."""
    letters = [get_column_letter(number + 1) for number in range(len(columns))]
    lines = [_row(1, columns, letters)]
    for number, row in enumerate(rows, 2):
        lines.append(_row(number, row, letters))
        if len(lines) == _ROWS_AT_ONCE:
            yield lines
            lines = []
    yield lines


def _row(number: int, values: Sequence[Value], letters: Sequence[str]) -> str:
    cells = [
        f'<c r="{letter}{number}" {_content(value)}'
        for letter, value in zip(letters, values, strict=True)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _content(value: Value) -> str:
    """The rest of a cell behind its place."""
    if isinstance(value, str):
        return _text(str(value))
    kind = "b" if isinstance(value, bool) else "n"
    if value is None or not math.isfinite(value):
        return f't="{kind}"><v /></c>'
    return f't="{kind}"><v>{value:.16g}</v></c>'


@lru_cache(maxsize=_TEXTS_KEPT)
def _text(value: str) -> str:
    shown = ILLEGAL_CHARACTERS_RE.sub("\ufffd", defuse(value))[:LONGEST_TEXT]
    if not shown:
        return 't="inlineStr" />'
    if shown in ERROR_CODES:
        return f't="e"><v>{shown}</v></c>'
    bare = shown.strip()
    space = ' xml:space="preserve"' if bare and bare != shown else ""
    marked = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f't="inlineStr"><is><t{space}>{marked}</t></is></c>'
