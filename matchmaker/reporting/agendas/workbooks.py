"""Sheets of agendas as one workbook: formulas defused, fit to be read and printed, the same bytes for the same version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from matchmaker.exports import in_sheet, safe
from matchmaker.reporting.agendas.sheets import Sheet
from matchmaker.sheets import DAY, MOMENT, TIME
from matchmaker.workbooks import packed

NARROWEST, WIDEST = 8, 48
"""Letters that a column is wide; longer cells are wrapped."""
A4 = 9
"""The paper's number in the file format."""


def workbook(sheets: Iterable[Sheet], made: datetime) -> bytes:
    """A workbook with these sheets in their order; ``made`` is the only time in it."""
    book = Workbook(write_only=True)
    for each in sheets:
        _add(book, each)
    return packed(book, made)


def _add(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    for place, head in enumerate(sheet.columns):
        longest = max([len(head), *(len(str(safe(row[place]))) for row in sheet.rows)])
        width = min(max(longest + 2, NARROWEST), WIDEST)
        page.column_dimensions[get_column_letter(place + 1)].width = width
    page.append([_cell(page, head, Font(bold=True)) for head in sheet.columns])
    for row in sheet.rows:
        page.append([_cell(page, in_sheet(value)) for value in row])


def _cell(page: Any, value: Any, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(page, value)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, datetime):
        cell.number_format = MOMENT
    elif isinstance(value, date | time):
        cell.number_format = DAY if isinstance(value, date) else TIME
    if font is not None:
        cell.font = font
    return cell
