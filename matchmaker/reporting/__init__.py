"""Reports on a cluster and its sub-clusters: values first, then words and drawings, then a page or a PDF."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.reporting import danish as danish_catalogue
from matchmaker.reporting import english as english_catalogue
from matchmaker.reporting.reports import report
from matchmaker.reporting.values import Report
from matchmaker.reporting.writing import WrittenReport, write
from matchmaker.wording import Wording, danish, english

__all__ = ["WORDINGS", "Report", "WrittenReport", "report", "write"]

WORDINGS: Mapping[str, Wording] = {
    "da": danish(danish_catalogue.TEXTS, danish_catalogue.MONTHS),
    "en": english(english_catalogue.TEXTS, english_catalogue.MONTHS),
}
"""The languages that a report can be written in."""
