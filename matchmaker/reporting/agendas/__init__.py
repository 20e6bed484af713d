"""Agendas as files for people: pages, calendars and sheets, in Danish and English."""

from matchmaker.reporting.agendas.calendars import calendar
from matchmaker.reporting.agendas.pages import For, pdf
from matchmaker.reporting.agendas.sheets import SHEETS, Sheet, sheets
from matchmaker.reporting.agendas.wordings import WORDINGS, Written
from matchmaker.reporting.agendas.workbooks import workbook

__all__ = ["SHEETS", "WORDINGS", "For", "Sheet", "Written", "calendar", "pdf", "sheets", "workbook"]
