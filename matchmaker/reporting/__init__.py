"""Reports on a cluster and its sub-clusters: values first, then words and drawings, then a page or a PDF."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.reporting import danish as danish_catalogue
from matchmaker.reporting import english as english_catalogue
from matchmaker.reporting import meetings_danish, meetings_english
from matchmaker.reporting.meetings import event_report
from matchmaker.reporting.reports import report
from matchmaker.reporting.subjects import LookingBack
from matchmaker.reporting.values import Report
from matchmaker.reporting.writing import WrittenReport, write
from matchmaker.wording import Wording, danish, english

__all__ = ["WORDINGS", "LookingBack", "Report", "WrittenReport", "event_report", "report", "write"]

WORDINGS: Mapping[str, Wording] = {
    "da": danish(danish_catalogue.TEXTS | meetings_danish.TEXTS, danish_catalogue.MONTHS),
    "en": english(english_catalogue.TEXTS | meetings_english.TEXTS, english_catalogue.MONTHS),
}
"""The languages that a report can be written in."""
