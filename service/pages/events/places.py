"""Where a meeting could be: every slot and table with what stands in the way there, before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from matchmaker.events import Add, Appointment, Conflict, Edit, Event, Move, Slot, Span, Swap
from service.pages.wording import Wording


class Check(Protocol):
    """Tells the conflicts of each of several edits."""

    def __call__(self, edits: Sequence[Edit]) -> Sequence[Sequence[Conflict]]: ...


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


def places_of(
    event: Event,
    slots: Sequence[Slot],
    tables: Sequence[str],
    meetings: Sequence[Appointment],
    chosen: Chosen,
    there: Appointment | None,
    check: Check,
    wording: Wording,
) -> list[Places]:
    """Every table in every slot, by session; ``there`` is the meeting of the two where they have one."""
    at = {(each.span, each.table): each for each in meetings}
    opened = {each.name: each.open for each in event.tables}
    asked: list[tuple[Span, str]] = []
    edits: list[Edit] = []
    for slot in slots:
        for table in tables:
            taken = at.get((slot.span, table))
            if taken is not None and (there is None or taken.pair == there.pair):
                continue
            asked.append((slot.span, table))
            if taken is not None:
                edits.append(Swap(chosen.a, chosen.b, taken.a, taken.b))
            else:
                edits.append(_to(chosen, there, slot.span, table))
    free = {place: not conflicts for place, conflicts in zip(asked, check(edits), strict=True)}

    def place(span: Span, table: str) -> Place:
        taken = at.get((span, table))
        if taken is None:
            spans = opened.get(table, ())
            marked = chosen.starts == span.starts and chosen.table == table and not chosen.c
            if spans and not any(each.covers(span) for each in spans):
                return Place(PlaceKind.CLOSED, span, table, chosen=marked)
            kind = PlaceKind.POSSIBLE if free[span, table] else PlaceKind.BLOCKED
            return Place(kind, span, table, chosen=marked)
        if there is None:
            return Place(PlaceKind.TAKEN, span, table, taken)
        if taken.pair == there.pair:
            return Place(PlaceKind.HERE, span, table, taken)
        kind = PlaceKind.SWAP if free[span, table] else PlaceKind.NO_SWAP
        return Place(kind, span, table, taken, chosen=taken.pair == {chosen.c, chosen.d})

    sessions: dict[str, list[Span]] = {}
    for slot in slots:
        sessions.setdefault(slot.session, []).append(slot.span)
    zone = ZoneInfo(event.zone)
    found = []
    for session, spans in sessions.items():
        first = spans[0].starts.astimezone(zone)
        rows = [(table, [place(span, table) for span in spans]) for table in tables]
        day = wording.day(date(first.year, first.month, first.day))
        found.append(Places(session, day, spans, rows))
    return found


def _to(chosen: Chosen, there: Appointment | None, span: Span, table: str) -> Edit:
    if there is None:
        return Add(chosen.a, chosen.b, span.starts, table)
    return Move(chosen.a, chosen.b, span.starts, table)
