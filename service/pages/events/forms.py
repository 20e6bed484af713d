"""What a page's form sent, as the texts that were typed: read by hand, so that every one of them can be shown again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

from matchmaker.telling import told
from service.pages.filters import readable

MOST_FIELDS = 20_000
LONGEST_TEXT = 200
FORM = "application/x-www-form-urlencoded"

Typed = Mapping[str, Sequence[str]]


class Form:
    """The fields of a form; a name may come several times."""

    def __init__(self, fields: Typed) -> None:
        self._fields = fields

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str:
        """The first value on one line, trimmed and cut to ``longest`` characters; empty where it is missing."""
        return self._line(self._fields.get(name, ("",))[0], longest)

    def as_sent(self, name: str) -> str:
        """The first value with every character that was sent; empty where it is missing."""
        return self._fields.get(name, ("",))[0]

    def all_as_sent(self, name: str) -> list[str]:
        """Every value, as ``as_sent``."""
        return list(self._fields.get(name, ()))

    def names(self, beginning: str) -> list[str]:
        """The names of the fields that begin so, in the order in which they were sent."""
        return [name for name in self._fields if name.startswith(beginning)]

    def texts(self, name: str, *, longest: int = LONGEST_TEXT) -> list[str]:
        """Every value, as ``text``."""
        return [self._line(value, longest) for value in self._fields.get(name, ())]

    def raw_texts(self, name: str, *, longest: int) -> list[str]:
        """Every value with every character that was sent, cut to ``longest``."""
        return [value[:longest] for value in self._fields.get(name, ())]

    def lines(self, name: str) -> list[str]:
        """The lines of a larger field that hold anything."""
        value = self._fields.get(name, ("",))[0]
        return [line for each in value.splitlines() if (line := self._line(each, LONGEST_TEXT))]

    def rows(self, *names: str) -> list[dict[str, str]]:
        """Fields that come once a row, row by row; a row that is cut short is filled with empty texts."""
        columns = {name: self.texts(name) for name in names}
        count = max((len(column) for column in columns.values()), default=0)
        return [
            {name: column[row] if row < len(column) else "" for name, column in columns.items()}
            for row in range(count)
        ]

    @property
    def pressed(self) -> tuple[str, int]:
        """What the button asks for, and the row that it is about: ``drop_session.2`` as ``("drop_session", 2)``."""
        word, _, row = self.text("do").partition(".")
        return word, int(row) if row.isascii() and row.isdigit() and len(row) < 6 else -1

    @staticmethod
    def _line(value: str, longest: int) -> str:
        return readable(value)[:longest]


async def form_of(request: Request) -> Form:
    """The form in the body; raises ``HTTPException`` 415 for another kind of body and 422 for too many fields."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and declared != FORM:
        raise HTTPException(415, detail=told("Send a form, with Content-Type: {kind}.", kind=FORM))
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise HTTPException(422, detail=told("A form has at most {most} fields.", most=MOST_FIELDS)) from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Form(fields)


Sent = Annotated[Form, Depends(form_of)]


def seen(value: object) -> str:
    """A short mark of a value as it was when a form was shown; another mark means that somebody changed it since."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def whole_number(text: str, low: int, high: int) -> int | None:
    """A number within bounds, or ``None``."""
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    number = int(text)
    return number if low <= number <= high else None
