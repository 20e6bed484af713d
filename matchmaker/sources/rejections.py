"""What import says about values it cannot accept: as text for a person and as a CSV file for the spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from matchmaker.actors import Alike, Rejection, alike
from matchmaker.sources.formulas import defuse

VALUE_SHOWN = 200
"""Longest part of a rejected value that is shown, in characters."""

COLUMNS = ("file", "row", "column", "value", "reason")


def shown(value: str) -> str:
    r"""The value cut to ``VALUE_SHOWN`` characters, with what cannot be printed or encoded written as ``\xNN``."""
    return _printable(value if len(value) <= VALUE_SHOWN else value[: VALUE_SHOWN - 1] + "…")


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\x{code:02x}")
    if 0xD800 <= code < 0xE000 or code in (0x2028, 0x2029):
        return f"\\u{code:04x}"
    return character


def rejections_text(rejections: Sequence[Rejection]) -> str:
    """A line for each that differs (``file, row 7, column "Gruppe", value "x": why``); ``""`` where there is none."""
    return "\n".join(map(_line, alike(rejections)))


def _line(same: Alike) -> str:
    rejection, many = same.first, len(same.rows) > 1
    where = f"{rejection.file}, {'rows' if many else 'row'} {same.spans}"
    if many:
        where += f" ({len(same.rows)} rows)"
    if rejection.column:
        where += f', column "{shown(rejection.column)}"'
    if rejection.value:
        where += f', value "{shown(rejection.value)}"'
    return f"{where}: {_printable(rejection.reason)}"


def write_rejections(rejections: Iterable[Rejection], path: Path | str) -> None:
    """Write the rejections as CSV with the columns of ``COLUMNS``, formulas defused.

    The file is UTF-8 with a byte order mark, by which a spreadsheet knows æ, ø and å. Raises ``OSError`` where
    the file cannot be written.
    """
    with Path(path).open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for rejection in rejections:
            texts = (shown(rejection.column), shown(rejection.value), _printable(rejection.reason))
            writer.writerow([defuse(rejection.file), rejection.row, *(defuse(text) for text in texts)])
