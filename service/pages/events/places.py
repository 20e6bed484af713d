"""Where a meeting could be: every slot and table with what stands in the way there, before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from matchmaker.events import Add, Appointment, Conflict, Edit, Event, Move, Span, Swap
from service.pages.wording import Wording

Check = Callable[[Sequence[Edit]], Sequence[Sequence[Conflict]]]
"""Tells the conflicts of each of several edits."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a facilitator has chosen so far: two participants, perhaps where to, perhaps whom to swap with."""

    a: str
    b: str
    starts: datetime | None = None
    table: str = ""
    c: str = ""
    d: str = ""

    def edit(self, meets: bool) -> Edit | None:
        """The change that it comes to; ``None`` as long as it is not said where to."""
        if self.c and self.d:
            return Swap(self.a, self.b, self.c, self.d)
        if meets:
            return Move(self.a, self.b, self.starts, self.table) if self.starts or self.table else None
        return Add(self.a, self.b, self.starts, self.table) if self.starts else None


class PlaceKind(StrEnum):
    """What a table in a slot is to the two."""

    HERE = "here"
    POSSIBLE = "possible"
    BLOCKED = "blocked"
    CLOSED = "closed"
    TAKEN = "taken"
    """Others sit there, and the two have no meeting to swap with theirs."""
    SWAP = "swap"
    """Others sit there; the two meetings can be swapped."""
    NO_SWAP = "no_swap"


@dataclass(frozen=True, slots=True)
class Place:
    """A table in a slot."""

    kind: PlaceKind
    span: Span
    table: str
    taken: Appointment | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """The slots of one session against the tables."""

    session: str
    day: str
    spans: Sequence[Span]
    rows: Sequence[tuple[str, Sequence[Place]]]


@dataclass(frozen=True, slots=True)
class Survey:
    """The schedule as the two look at it."""

    event: Event
    chosen: Chosen
    there: Appointment | None
    """The meeting of the two, where they have one."""
    at: Mapping[tuple[Span, str], Appointment]
    """Who sits where."""

    def edit(self, span: Span, table: str) -> Edit | None:
        """The change that choosing a place comes to; ``None`` where the two sit there."""
        taken = self.at.get((span, table))
        if taken is None:
            if self.there is None:
                return Add(self.chosen.a, self.chosen.b, span.starts, table)
            return Move(self.chosen.a, self.chosen.b, span.starts, table)
        if self.there is None or taken.pair == self.there.pair:
            return None
        return Swap(self.chosen.a, self.chosen.b, taken.a, taken.b)

    def place(self, span: Span, table: str, free: bool) -> Place:
        """A place, ``free`` where nothing stands in the way of choosing it."""
        taken = self.at.get((span, table))
        if taken is None:
            chosen = self.chosen.starts == span.starts and self.chosen.table == table and not self.chosen.c
            kind = PlaceKind.POSSIBLE if free else PlaceKind.BLOCKED
            return Place(kind if self._is_open(span, table) else PlaceKind.CLOSED, span, table, chosen=chosen)
        if self.there is None:
            return Place(PlaceKind.TAKEN, span, table, taken)
        if taken.pair == self.there.pair:
            return Place(PlaceKind.HERE, span, table, taken)
        kind = PlaceKind.SWAP if free else PlaceKind.NO_SWAP
        return Place(kind, span, table, taken, chosen=taken.pair == {self.chosen.c, self.chosen.d})

    def _is_open(self, span: Span, table: str) -> bool:
        found = next((each.open for each in self.event.tables if each.name == table), ())
        return not found or any(each.covers(span) for each in found)


def places_of(
    survey: Survey,
    sessions: Mapping[str, Sequence[Span]],
    tables: Sequence[str],
    check: Check,
    wording: Wording,
) -> list[Places]:
    """Every table in every slot of these sessions, with whether it can be chosen."""
    edits = {
        (span, table): edit
        for spans in sessions.values()
        for span in spans
        for table in tables
        if (edit := survey.edit(span, table)) is not None
    }
    conflicts = dict(zip(edits, check(list(edits.values())), strict=True))
    zone = ZoneInfo(survey.event.zone)
    found = []
    for session, spans in sessions.items():
        first = spans[0].starts.astimezone(zone)
        rows = [
            (table, [survey.place(span, table, not conflicts.get((span, table))) for span in spans])
            for table in tables
        ]
        found.append(Places(session, wording.day(date(first.year, first.month, first.day)), spans, rows))
    return found
