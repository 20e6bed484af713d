"""What the types of all addresses have in common: capped texts, queries, pages, cursors, problems."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

MAX_SEARCH_TEXT = 10_000
MAX_ID = 500
MAX_FILTER = 200
MAX_PAGE = 200


def _writable(text: str) -> str:
    """Refuse what no file, database or answer can hold as text."""
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("must not contain half of a surrogate pair")
    return text


def whole(number: object) -> object:
    """JSON knows one kind of number: 5.0 is an integer there."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _written_day(value: object) -> object:
    """A day as it is written, 2027-03-04, and in no other way: a number would be taken for seconds since 1970."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("must be a day such as 2027-03-04")
    return date.fromisoformat(value)


Text = Annotated[str, AfterValidator(_writable)]
FilterText = Annotated[Text, Field(max_length=MAX_FILTER)]
Id = Annotated[Text, Field(min_length=1, max_length=MAX_ID)]
Day = Annotated[date, BeforeValidator(_written_day), Field(examples=["2027-03-04"])]
Region = Annotated[
    FilterText,
    Field(description="Region by name or code; a NUTS code takes in everything below it.", examples=["DK04"]),
]
CursorText = Annotated[
    Text,
    Field(max_length=2000, description="`next` of the page before; leave it out for the first page."),
]
NextCursor = Annotated[
    str | None, Field(description="Pass it as `cursor` for the next page; null on the last.")
]


LOCAL_TIME = WithJsonSchema(
    {
        "type": "string",
        "format": "date-time-local",
        "pattern": r"^\d{4}-(0\d|1[0-2])-[0-3]\dT[0-2]\d:[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$",
        "examples": ["2027-03-04T09:00:00"],
    }
)
"""A time by the clocks of a place. ``date-time`` would say that an offset follows (RFC 3339); this is OpenAPI's name for one without."""


class Query(BaseModel):
    """Parameters of an address; one that is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class NoQuery(Query):
    """An address that takes no parameters."""


class PageQuery(Query):
    """A page of a collection."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description="How many items at most.")] = 50
    cursor: CursorText = ""


class SortDirection(StrEnum):
    """Which way a list is sorted."""

    UP = "up"
    DOWN = "down"


Sorted = Annotated[
    SortDirection | None, Field(description="`up` or `down`; left out, the way that fits what is sorted by.")
]


class Position(BaseModel):
    """What a cursor holds."""

    model_config = ConfigDict(extra="forbid", strict=True)

    edition: Annotated[Text, Field(max_length=200)]
    after: Id


class Answer(BaseModel):
    """Something that is given; made from the library's values by their attributes."""

    model_config = ConfigDict(from_attributes=True)
