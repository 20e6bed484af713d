"""A report as a workbook: its sentences on the first sheet and each of its tables on one of its own, with figures as figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from matchmaker.exports import Value, in_sheet
from matchmaker.reporting.values import Cell, Day, Number, Range, Report, Sentence, Share, Table
from matchmaker.reporting.writing import plain
from matchmaker.sheets import DAY
from matchmaker.wording import Wording
from matchmaker.workbooks import packed

LONGEST_SHEET_NAME = 31
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
WIDEST = 60
A4 = 9
"""The paper's number in the file format."""


def workbook(report: Report, wording: Wording) -> bytes:
    """The workbook as a file; an interval has two columns, from and to."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = _sheet_name(wording(f"report.section.{report.sections[0].key}"), ())
    _sentences(first, report, wording)
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.rows:
                sheet = book.create_sheet(_sheet_name(wording(block.caption), book.sheetnames))
                _table(sheet, block, wording)
    return packed(book)


def _sentences(sheet: Worksheet, report: Report, wording: Wording) -> None:
    sheet.append([in_sheet(plain(report.title, wording))])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([in_sheet(_said(report.lead, wording))])
    if report.newest is not None:
        sheet.append([wording("report.dated", newest=wording.day(report.newest))])
    for section in report.sections:
        sentences = [each for each in section.blocks if isinstance(each, Sentence)]
        if sentences:
            sheet.append([])
            sheet.append([in_sheet(wording(f"report.section.{section.key}"))])
            sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for each in sentences:
            sheet.append([in_sheet(_said(each, wording))])
    sheet.column_dimensions["A"].width = 110
    _for_paper(sheet)
    for row in sheet.iter_rows(max_col=1):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")


def _said(each: Sentence, wording: Wording) -> str:
    words = plain_of(each, wording)
    return f"{wording(each.heading)} {words}" if each.heading else words


def plain_of(each: Sentence, wording: Wording) -> str:
    """A sentence in words."""
    return wording(each.key, **{name: plain(cell, wording) for name, cell in each.figures.items()})


def _table(sheet: Worksheet, table: Table, wording: Wording) -> None:
    columns = list(zip(*table.rows, strict=True))
    ranged = [any(isinstance(cell, Range) for cell in column) for column in columns]
    heads: list[str] = []
    for name, double in zip(table.columns, ranged, strict=True):
        column = wording(name)
        if double:
            heads += [wording(key, column=column) for key in ("chain.from", "chain.to")]
        else:
            heads.append(column)
    sheet.append([in_sheet(each) for each in heads])
    for row in table.rows:
        cells = [
            value for cell, double in zip(row, ranged, strict=True) for value in _cells(cell, double, wording)
        ]
        sheet.append([in_sheet(value) for value, _ in cells])
        for place, (_, pattern) in enumerate(cells, 1):
            if pattern:
                sheet.cell(sheet.max_row, place).number_format = pattern
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    _for_paper(sheet)
    _widen(sheet, heads)


def _for_paper(sheet: Worksheet) -> None:
    """As wide as a sheet of A4, with the headings on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _widen(sheet: Worksheet, heads: Sequence[str]) -> None:
    for place, head in enumerate(heads, 1):
        longest = max(
            (len(str(row[0].value or "")) for row in sheet.iter_rows(2, min_col=place, max_col=place)),
            default=0,
        )
        width = min(max(longest, len(head) // 2, 8) + 3, WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width


def _cells(cell: Cell, double: bool, wording: Wording) -> Iterable[tuple[Value, str]]:
    """Values of a cell with the patterns that numbers are shown by."""
    if double:
        if not isinstance(cell, Range):
            return (None, ""), (None, "")
        pattern = "0%" if cell.share else ""
        return (cell.low, pattern), (cell.high, pattern)
    if isinstance(cell, Number):
        whole = not cell.decimals
        return ((int(cell.value) if whole else cell.value, "0" if whole else f"0.{'0' * cell.decimals}"),)
    if isinstance(cell, Share):
        return ((cell.value, "0%"),)
    if isinstance(cell, Day):
        return ((cell.value, DAY),)
    words = plain(cell, wording)
    return ((None if words == wording("chain.none") else words, ""),)


def _sheet_name(words: str, taken: Sequence[str]) -> str:
    name = words.translate(NOT_IN_A_NAME).split(":")[0].strip()[:LONGEST_SHEET_NAME].strip()
    number, found = 1, name
    while found.casefold() in {each.casefold() for each in taken}:
        number += 1
        ending = f" {number}"
        found = name[: LONGEST_SHEET_NAME - len(ending)] + ending
    return found
