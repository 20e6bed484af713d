"""Rows into the sheets of a workbook: the same markup as openpyxl writes, several times faster, a row at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from matchmaker.sources.formulas import defuse
from matchmaker.workbooks import parts

Value = str | int | float | bool | date | time | None

LONGEST_TITLE = 31
LONGEST_TEXT = 32_767
"""Characters that a cell holds; the rest is cut off."""
NARROWEST, WIDEST = 8, 60
"""Letters that a column is wide."""
LOOKED_AT = 200
"""Rows by which the columns get their widths; the others are not kept for it."""
DAY, TIME, MOMENT = "yyyy-mm-dd", "hh:mm", "yyyy-mm-dd hh:mm"
"""Formats of cells; a moment is by the clock of the place that it is about."""
_EMPTY = b"<sheetData></sheetData>"
_ROWS_AT_ONCE = 2_000
_TEXTS_KEPT = 100_000
"""Ids and labels come again and again in one sheet; from one to the next nothing is kept, since what was written once may be erased."""


@dataclass(frozen=True, slots=True)
class _Styles:
    """The numbers of the formats in the workbook."""

    head: int
    day: int
    time: int
    moment: int


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Value]]]]) -> int:
    """Write a workbook with a sheet for each heading and its rows, formulas defused; return how many rows there were.

    The heading stands still, and columns are as wide as their first rows need. Rows are taken one
    after the other and not kept. Control characters that no workbook can hold are replaced.
    """
    frame = Workbook(write_only=True)
    styles = _Styles(0, 0, 0, 0)
    contents: list[tuple[Sequence[str], Iterable[Sequence[Value]]]] = []
    for name, (columns, rows) in sheets.items():
        sheet = frame.create_sheet(name[:LONGEST_TITLE])
        sheet.freeze_panes = "A2"
        coming = iter(rows)
        first = list(islice(coming, LOOKED_AT))
        for place, head in enumerate(columns):
            longest = max(
                len(str(each)) for each in (head, *(row[place] for row in first if place < len(row)))
            )
            sheet.column_dimensions[get_column_letter(place + 1)].width = min(
                max(longest + 2, NARROWEST), WIDEST
            )
        contents.append((columns, chain(first, coming)))
        styles = _styled(sheet)
    return _filled(frame, path, contents, styles)


def _styled(sheet: Any) -> _Styles:
    head = WriteOnlyCell(sheet)
    head.font = Font(bold=True)
    numbers = [head.style_id]
    for pattern in (DAY, TIME, MOMENT):
        cell = WriteOnlyCell(sheet)
        cell.number_format = pattern
        numbers.append(cell.style_id)
    return _Styles(*numbers)


def _filled(
    frame: Workbook,
    path: Path,
    sheets: Sequence[tuple[Sequence[str], Iterable[Sequence[Value]]]],
    styles: _Styles,
) -> int:
    """Write the parts of a workbook that has no rows, with the rows in their place; how many rows there were."""
    contents = iter(sheets)
    count = 0
    with ZipFile(path, "w", ZIP_DEFLATED) as whole:
        for part, content in parts(frame):
            if not part.filename.startswith("xl/worksheets/sheet"):
                whole.writestr(part, content, ZIP_DEFLATED)
                continue
            columns, rows = next(contents)
            top, _, bottom = content.partition(_EMPTY)
            with whole.open(part.filename, "w", force_zip64=True) as out:
                out.write(top + b"<sheetData>")
                for lines in _lines(columns, rows, styles):
                    count += len(lines)
                    out.write("".join(lines).encode())
                out.write(b"</sheetData>" + bottom)
    # The headings are no rows.
    return count - len(sheets)


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Value]], styles: _Styles) -> Iterator[list[str]]:
    """The heading and the rows as markup, many at once."""
    text = lru_cache(maxsize=_TEXTS_KEPT)(_text)
    letters = [get_column_letter(number + 1) for number in range(len(columns))]
    heads = "".join(
        f'<c r="{letter}1" s="{styles.head}" {text(head)}'
        for letter, head in zip(letters, columns, strict=True)
    )
    lines = [f'<row r="1">{heads}</row>']
    for number, row in enumerate(rows, 2):
        lines.append(_row(number, row, letters, styles, text))
        if len(lines) == _ROWS_AT_ONCE:
            yield lines
            lines = []
    yield lines


def _row(
    number: int, values: Sequence[Value], letters: Sequence[str], styles: _Styles, text: Callable[[str], str]
) -> str:
    cells = [
        f'<c r="{letter}{number}" {_content(value, styles, text)}'
        for letter, value in zip(letters, values, strict=True)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _content(value: Value, styles: _Styles, text: Callable[[str], str]) -> str:
    """The rest of a cell behind its place."""
    if isinstance(value, str):
        return text(str(value))
    if isinstance(value, date | time):
        style = (
            styles.moment
            if isinstance(value, datetime)
            else styles.day
            if isinstance(value, date)
            else styles.time
        )
        return f's="{style}" t="n"><v>{_serial(value)}</v></c>'
    kind = "b" if isinstance(value, bool) else "n"
    if value is None or not math.isfinite(value):
        return f't="{kind}"><v /></c>'
    return f't="{kind}"><v>{value:.16g}</v></c>'


def _serial(value: date | time) -> str:
    """Days since the beginning of a workbook's time."""
    return str(to_excel(value))  # type: ignore[no-untyped-call]


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
