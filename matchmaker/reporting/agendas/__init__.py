"""Agendas as files for people: pages, calendars and sheets, in Danish and English."""

from matchmaker.reporting.agendas.pages import pdf
from matchmaker.reporting.agendas.wordings import WORDINGS, Written

__all__ = ["WORDINGS", "Written", "pdf"]
