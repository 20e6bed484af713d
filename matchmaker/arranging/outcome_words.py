"""The words for outcomes in a sheet, in Danish and English: written into templates, and read back in any of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from matchmaker.actors import Commitment
from matchmaker.answers import DeclineReason
from matchmaker.events import CameOf
from matchmaker.sources.values import key, yes_or_no
from matchmaker.telling import told

Value = TypeVar("Value", bound=StrEnum)

HEADERS: Mapping[str, tuple[str, str]] = {
    "a": ("Deltager A", "Participant A"),
    "actor_a": ("Aktør A", "Actor A"),
    "b": ("Deltager B", "Participant B"),
    "actor_b": ("Aktør B", "Actor B"),
    "time": ("Tidspunkt", "Time"),
    "table": ("Bord", "Table"),
    "held": ("Afholdt", "Held"),
    "missing": ("Udeblev", "No-show"),
    "rating_a": ("Vurdering A", "Rating A"),
    "rating_b": ("Vurdering B", "Rating B"),
    "reason_a": ("Hvorfor ikke A", "Why not A"),
    "reason_b": ("Hvorfor ikke B", "Why not B"),
    "words_a": ("Bemærkning A", "Remark A"),
    "words_b": ("Bemærkning B", "Remark B"),
    "came_of_a": ("Senere A", "Later A"),
    "came_of_on_a": ("Senere dato A", "Later date A"),
    "came_of_b": ("Senere B", "Later B"),
    "came_of_on_b": ("Senere dato B", "Later date B"),
    "commitment": ("Forpligtelse", "Commitment"),
    "commitment_on": ("Aftaledato", "Agreed on"),
    "title": ("Titel", "Title"),
    "new_company": ("Ny virksomhed", "New company"),
    "new_company_on": ("Stiftet", "Founded"),
}
"""The headers of a template, in Danish and English; the time, the table and the actors' names are for the reader alone."""

YES, NO = ("ja", "yes"), ("nej", "no")
BOTH = ("begge", "both")

CAME_OF: Mapping[CameOf, tuple[str, ...]] = {
    CameOf.NO_FURTHER_CONTACT: ("ingen yderligere kontakt", "no further contact", "ingen kontakt", "0"),
    CameOf.KNOWLEDGE_GAINED: ("fik ny viden", "knowledge gained", "ny viden", "viden"),
    CameOf.VALUABLE_CONTACT: ("værdifuld kontakt", "valuable contact"),
    CameOf.NEGOTIATION_STARTED: (
        "forhandling i gang",
        "negotiation started",
        "forhandling",
        "forhandling indledt",
        "negotiation",
    ),
    CameOf.COOPERATION_AGREEMENT: (
        "samarbejdsaftale",
        "cooperation agreement",
        "aftale om samarbejde",
        "aftale",
        "agreement",
    ),
}
REASONS: Mapping[DeclineReason, tuple[str, ...]] = {
    DeclineReason.NOT_RELEVANT: ("ikke relevant", "not relevant", "irrelevant"),
    DeclineReason.COMPETITOR: ("konkurrent", "competitor"),
    DeclineReason.TOO_FAR: ("for langt væk", "too far", "for langt", "too far away"),
    DeclineReason.NO_CAPACITY: (
        "ingen kapacitet",
        "no capacity",
        "mangler kapacitet",
        "ingen tid",
        "no time",
    ),
    DeclineReason.OTHER: ("andet", "other", "anden grund"),
}
COMMITMENTS: Mapping[Commitment, tuple[str, ...]] = {
    Commitment.NON_COMMITTAL: ("uforpligtende", "non-committal"),
    Commitment.PROJECT: ("projekt", "project"),
    Commitment.COMMITTED: ("forpligtende", "committed"),
}
LANGUAGES = ("da", "en")


def word(words: Mapping[Value, tuple[str, ...]], value: Value, language: str) -> str:
    """The word for a value, as a template writes it."""
    return words[value][LANGUAGES.index(language)]


def came_of(text: str) -> CameOf:
    """The step that a word means; raises ``ValueError`` as every reader of cells."""
    return _meant(CAME_OF, text, "outcome")


def reason(text: str) -> DeclineReason:
    """The reason that a word means."""
    return _meant(REASONS, text, "reason")


def rating(text: str) -> int:
    """A rating from 1 to 5."""
    if text not in ("1", "2", "3", "4", "5"):
        raise ValueError(told("A rating is a whole number from 1 to 5."))
    return int(text)


def held(text: str) -> bool:
    """Whether a meeting was held: yes or no, or what it is called."""
    plain = key(text).replace(" ", "")
    if plain in ("held", "afholdt"):
        return True
    if plain in ("noshow", "udeblev", "udeblevet", "ikkeafholdt", "notheld"):
        return False
    return yes_or_no(text)


def _meant(words: Mapping[Value, tuple[str, ...]], text: str, what: str) -> Value:
    wanted = key(text)
    for value, known in words.items():
        if wanted in {key(value.value), *map(key, known)}:
            return value
    named = ", ".join(value.value for value in words)
    raise ValueError(
        told(
            "Unknown {what}. There are: {named}; or in Danish: {danish}.",
            what=what,
            named=named,
            danish=", ".join(k[0] for k in words.values()),
        )
    )
