"""Pages of a collection: an opaque cursor names the edition it belongs to and the last item seen.

An edition is a build together with what changed after it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from pydantic import ValidationError

from service.problems import refused
from service.schemas.contract import Position, SortDirection

T = TypeVar("T")


def cursor_after(item_id: str, *, edition: str) -> str:
    """The cursor of the page that begins after an item."""
    position = Position(edition=edition, after=item_id)
    return base64.urlsafe_b64encode(position.model_dump_json().encode("utf-8")).decode("ascii").rstrip("=")


def seen_until(cursor: str, *, edition: str) -> str:
    """The id of the last item seen, ``""`` at the start.

    Raises ``RequestValidationError`` for a cursor that this service did not give out, or gave out for another edition:
    pages of two editions put together would show some items twice and others never.
    """
    if not cursor:
        return ""
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = Position.model_validate_json(content)
    except (binascii.Error, ValidationError, ValueError):
        raise refused("cursor", "This is not a cursor of this service.") from None
    if position.edition != edition:
        raise refused("cursor", "A profile or the build changed since. Start again without a cursor.")
    return position.after


class Sorting(Protocol):
    """A query that says what a list is sorted by."""

    @property
    def sort(self) -> StrEnum:
        """What it is sorted by."""

    @property
    def direction(self) -> SortDirection | None:
        """Which way."""


def sorted_name(query: Sorting) -> str:
    """What an order adds to an edition, since a cursor of one order is none of another; nothing for the usual order."""
    usual = next(iter(type(query.sort)))
    named = "" if query.sort is usual else f" {query.sort}"
    return f"{named} {query.direction}" if query.direction else named


class Numbered(Protocol):
    """What is numbered in the order in which it came."""

    @property
    def number(self) -> int:
        """From 1."""


N = TypeVar("N", bound=Numbered)


def newest_of(
    read: Callable[[int | None, int], Sequence[N]], *, limit: int, cursor: str, edition: str
) -> tuple[Sequence[N], str | None]:
    """One page of numbered items, the newest first, and the cursor of the next; raises as ``seen_until``.

    ``read`` gives so many of those with a smaller number than the one that it is given, of all where that is ``None``.
    """
    seen = seen_until(cursor, edition=edition)
    if seen and not (seen.isascii() and seen.isdigit() and len(seen) < 16):
        raise refused("cursor", "This is not a cursor of this collection.")
    found = read(int(seen) if seen else None, limit + 1)
    page = found[:limit]
    return page, cursor_after(str(page[-1].number), edition=edition) if len(found) > limit else None


def page_of(
    items: Sequence[T], *, id_of: Callable[[T], str], limit: int, cursor: str, edition: str
) -> tuple[Sequence[T], str | None]:
    """One page of a list held in memory, and the cursor of the next; raises as ``seen_until``."""
    after = seen_until(cursor, edition=edition)
    start = 0
    if after:
        start = next((place for place, item in enumerate(items, 1) if id_of(item) == after), 0)
        if not start:
            raise refused("cursor", "This is not a cursor of this collection.")
    page = items[start : start + limit]
    more = start + limit < len(items)
    return page, cursor_after(id_of(page[-1]), edition=edition) if more else None


def part_of(
    items: Sequence[T], *, question: str, limit: int, cursor: str, edition: str
) -> tuple[Sequence[T], str | None]:
    """One page of the answer to a question, whose items have no ids of their own; raises as ``seen_until``.

    A cursor holds for the question it was given for, filters and order included.
    """
    name = hashlib.sha256(question.encode("utf-8")).hexdigest()[:16] + "/"
    seen = seen_until(cursor, edition=edition)
    place = seen.removeprefix(name)
    if seen and (place == seen or not (place.isascii() and place.isdigit() and len(place) < 12)):
        raise refused("cursor", "This is a cursor of another question.")
    start = int(place) if seen else 0
    page = items[start : start + limit]
    after = start + limit
    return page, cursor_after(f"{name}{after}", edition=edition) if after < len(items) else None
