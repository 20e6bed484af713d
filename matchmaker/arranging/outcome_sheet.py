"""A template for outcomes as a workbook, with the words that may be written in a cell to choose from."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from matchmaker.arranging.outcome_tables import Template
from matchmaker.exports import in_sheet, write_file
from matchmaker.workbooks import packed

SPARE_ROWS = 50
"""Rows below the meetings that choices are offered in, too: people meet unplanned."""


def template_file(made: Template) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Matchmaker"
    for row in (made.headers, *made.rows):
        sheet.append([None if value == "" else in_sheet(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, allowed in made.choices.items():
        choice = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        column = get_column_letter(place + 1)
        choice.add(f"{column}2:{column}{len(made.rows) + 1 + SPARE_ROWS}")
        sheet.add_data_validation(choice)
    for place, header in enumerate(made.headers):
        longest = max((len(str(row[place])) for row in made.rows), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(len(header), longest) + 2, 40)
    sheet.freeze_panes = "E2"
    return packed(book)


def write_template(path: Path, made: Template) -> None:
    """Write the workbook whole; raises ``SourceError`` for another ending or a folder that is not there."""
    write_file(path, template_file(made), ".xlsx")
