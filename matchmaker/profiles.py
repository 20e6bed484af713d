"""What a firm keeps of itself beside its public profile, as plain values: drafts, contact persons, and what can be written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from matchmaker.actors import Place
from matchmaker.telling import told

LONGEST_DESCRIPTION = 10_000
LONGEST_WARE = 1_000
"""Characters of one offer or request."""
LONGEST_FIELD = 200
LONGEST_TAG = 60
MOST_WARES = 50
"""Offers, or requests, of one actor; as many drafts."""
MOST_TAGS = 20
MOST_CONTACTS = 20

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_EARTH_RADIUS = 6371.0


class WareKind(StrEnum):
    """What stands on the market place."""

    OFFER = "offer"
    REQUEST = "request"

    @property
    def field(self) -> str:
        """The field of ``Actor`` that holds the published ones."""
        return f"{self.value}s"


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer or a request that is not published: seen by the firm itself and by facilitators, matched with nothing."""

    id: str
    actor_id: str
    kind: WareKind
    text: str
    who: str
    at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class ContactFields:
    """How a contact person is reached, before it is kept; raises ``ValueError`` with the name of the field that cannot be."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    """``da``, ``en`` or empty."""

    def __post_init__(self) -> None:
        for field in ("name", "title", "email", "phone"):
            value = getattr(self, field)
            if len(value) > LONGEST_FIELD or not is_line(value):
                raise ValueError(field)
        if not self.name.strip():
            raise ValueError("name")
        if self.email and not _EMAIL.fullmatch(self.email):
            raise ValueError("email")
        if self.language not in ("", "da", "en"):
            raise ValueError("language")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who speaks for a firm; personal data, shown to others only once both sides said that they are interested."""

    id: str
    actor_id: str
    fields: ContactFields
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class KeptOf:
    """How much an actor keeps of itself beside its profile."""

    drafts: int = 0
    contacts: int = 0
    latest: str = ""
    """When the latest of it was written; UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A firm that asked to be erased, which an operator does; it can take that back until then."""

    actor_id: str
    who: str
    at: str


def kilometres(here: Place, there: Place) -> float | None:
    """Great-circle distance of two places, ``None`` where either is unknown.

    The haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984.
    """
    if None in (here.latitude, here.longitude, there.latitude, there.longitude):
        return None
    north, other_north = radians(here.latitude or 0), radians(there.latitude or 0)
    east, other_east = radians(here.longitude or 0), radians(there.longitude or 0)
    height = sin((other_north - north) / 2) ** 2
    width = cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(min(1.0, height + width)))


def is_line(text: str) -> bool:
    """Whether a text is one line without control characters and half characters."""
    return not any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text)


def checked_ware(text: str) -> str:
    """The text of an offer or a request without space around it; raises ``ValueError`` for one that cannot be."""
    text = " ".join(text.split())
    if not text:
        raise ValueError(told("An offer or a request says something. Write a sentence."))
    if len(text) > LONGEST_WARE:
        raise ValueError(
            told(
                "The text has {number} characters; at most {most} fit. Shorten it, or make two of it.",
                number=len(text),
                most=LONGEST_WARE,
            )
        )
    if not is_line(text):
        raise ValueError(told("The text holds a control character or half a character. Write it anew."))
    return text


class SizeClass(StrEnum):
    """How many work there, by the Union's classes."""

    SMALL = "small"
    """Fewer than 50."""
    MEDIUM = "medium"
    """50 to 249."""
    LARGE = "large"
    """250 or more."""


def size_class(size: str) -> SizeClass | None:
    """The class of a size as a source gives it: a number, a range by its lower end, or a name; ``None`` for others.

    Limits: European Commission, Recommendation 2003/361/EC.
    """
    plain = size.strip().casefold()
    found = re.match(r"\D{0,3}(\d{1,7})", plain.replace(".", "").replace(",", "").replace(" ", ""))
    if found:
        employees = int(found[1])
        return SizeClass.SMALL if employees < 50 else SizeClass.MEDIUM if employees < 250 else SizeClass.LARGE
    named = {
        "micro": SizeClass.SMALL,
        "small": SizeClass.SMALL,
        "lille": SizeClass.SMALL,
        "medium": SizeClass.MEDIUM,
        "mellem": SizeClass.MEDIUM,
        "large": SizeClass.LARGE,
        "stor": SizeClass.LARGE,
    }
    return next((each for name, each in named.items() if plain.startswith(name)), None)
