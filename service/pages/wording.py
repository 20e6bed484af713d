"""The reader's language: which one, and the words of the pages in it."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.reporting.danish import MONTHS as DANISH_MONTHS
from matchmaker.reporting.danish import TEXTS as DANISH_REPORT
from matchmaker.reporting.english import MONTHS as ENGLISH_MONTHS
from matchmaker.reporting.english import TEXTS as ENGLISH_REPORT
from matchmaker.reporting.meetings_danish import TEXTS as DANISH_MEETINGS
from matchmaker.reporting.meetings_english import TEXTS as ENGLISH_MEETINGS
from matchmaker.wording import LANGUAGES, Wording, danish, english
from service.pages.alerts.danish import TEXTS as DANISH_ALERTS
from service.pages.alerts.english import TEXTS as ENGLISH_ALERTS
from service.pages.analyst.danish import TEXTS as DANISH_ANALYST
from service.pages.analyst.english import TEXTS as ENGLISH_ANALYST
from service.pages.danish import TEXTS as DANISH_TEXTS
from service.pages.directory.danish import TEXTS as DANISH_DIRECTORY
from service.pages.directory.english import TEXTS as ENGLISH_DIRECTORY
from service.pages.english import TEXTS as ENGLISH_TEXTS
from service.pages.events.changing_danish import TEXTS as DANISH_CHANGES
from service.pages.events.changing_english import TEXTS as ENGLISH_CHANGES
from service.pages.events.danish import TEXTS as DANISH_EVENTS
from service.pages.events.english import TEXTS as ENGLISH_EVENTS
from service.pages.events.further_danish import TEXTS as DANISH_FURTHER
from service.pages.events.further_english import TEXTS as ENGLISH_FURTHER
from service.pages.firms.danish import TEXTS as DANISH_FIRMS
from service.pages.firms.english import TEXTS as ENGLISH_FIRMS
from service.pages.home.danish import TEXTS as DANISH_HOME
from service.pages.home.english import TEXTS as ENGLISH_HOME
from service.pages.identity.danish import TEXTS as DANISH_IDENTITY
from service.pages.identity.english import TEXTS as ENGLISH_IDENTITY
from service.pages.importing.danish import TEXTS as DANISH_IMPORTING
from service.pages.importing.english import TEXTS as ENGLISH_IMPORTING
from service.pages.my.danish import TEXTS as DANISH_MY
from service.pages.my.english import TEXTS as ENGLISH_MY
from service.pages.signing_in.danish import TEXTS as DANISH_SIGNING_IN
from service.pages.signing_in.english import TEXTS as ENGLISH_SIGNING_IN
from service.pages.upkeep.danish import TEXTS as DANISH_UPKEEP
from service.pages.upkeep.english import TEXTS as ENGLISH_UPKEEP
from service.pages.working_list.danish import TEXTS as DANISH_WORKING
from service.pages.working_list.english import TEXTS as ENGLISH_WORKING

__all__ = ["LANGUAGES", "WORDINGS", "Wording", "preferred_language"]

DEFAULT_LANGUAGE = "en"

WORDINGS: Mapping[str, Wording] = {
    "da": danish(
        DANISH_REPORT
        | DANISH_MEETINGS
        | DANISH_TEXTS
        | DANISH_EVENTS
        | DANISH_FURTHER
        | DANISH_CHANGES
        | DANISH_SIGNING_IN
        | DANISH_UPKEEP
        | DANISH_IMPORTING
        | DANISH_IDENTITY
        | DANISH_DIRECTORY
        | DANISH_MY
        | DANISH_ANALYST
        | DANISH_ALERTS
        | DANISH_HOME
        | DANISH_FIRMS
        | DANISH_WORKING,
        DANISH_MONTHS,
    ),
    "en": english(
        ENGLISH_REPORT
        | ENGLISH_MEETINGS
        | ENGLISH_TEXTS
        | ENGLISH_EVENTS
        | ENGLISH_FURTHER
        | ENGLISH_CHANGES
        | ENGLISH_SIGNING_IN
        | ENGLISH_UPKEEP
        | ENGLISH_IMPORTING
        | ENGLISH_IDENTITY
        | ENGLISH_DIRECTORY
        | ENGLISH_MY
        | ENGLISH_ANALYST
        | ENGLISH_ALERTS
        | ENGLISH_HOME
        | ENGLISH_FIRMS
        | ENGLISH_WORKING,
        ENGLISH_MONTHS,
    ),
}


def preferred_language(accept_language: str) -> str:
    """The language of an ``Accept-Language`` header that the pages speak, English where it names none of them."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in accept_language.split(","):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
