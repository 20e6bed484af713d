"""What holds for an event's schedule now, whoever changes it: times, tables, who is there, who never meets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from matchmaker.events import (
    Absence,
    Appointment,
    Attendee,
    ConflictKind,
    Event,
    LostTable,
    Slot,
    Span,
    Table,
)
from matchmaker.meetings.programme import slots_of
from matchmaker.meetings.worth import Pair


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """The conditions of a schedule. ``conditions_of`` makes them."""

    event: Event
    slots: tuple[Slot, ...]
    attendees: Mapping[str, Attendee]
    tables: Mapping[str, Table]
    """By name, in the event's order."""
    apart: AbstractSet[Pair]
    absences: tuple[Absence, ...]
    lost_tables: tuple[LostTable, ...]
    now: datetime
    """UTC; meetings that have ended by then are over."""

    def slot_at(self, starts: datetime) -> Slot | None:
        """The slot that begins at a time, in UTC."""
        return next((slot for slot in self.slots if slot.span.starts == starts), None)

    def is_over(self, span: Span) -> bool:
        """Whether a time has passed."""
        return span.ends <= self.now

    def has_begun(self, span: Span) -> bool:
        """Whether it is too late to place something at a time that was not there."""
        return span.starts < self.now

    def is_there(self, one: str, span: Span) -> bool:
        """Whether a participant can meet for all of a time."""
        attendee = self.attendees.get(one)
        if attendee is None or not attendee.is_there(span):
            return False
        return not any(each.attendee == one and each.span.meets(span) for each in self.absences)

    def most(self, one: str) -> int:
        """How many meetings a participant can have."""
        own = self.attendees[one].most_meetings
        most = own if own is not None else self.event.rules.most_meetings
        return len(self.slots) if most is None else most

    def table_trouble(self, name: str, span: Span, pair: Collection[str]) -> ConflictKind | None:
        """Why two participants cannot use a table at a time, were it free; ``None`` where they can."""
        table = self.tables.get(name)
        if table is None:
            return ConflictKind.TABLE_UNKNOWN
        if table.open and not any(each.covers(span) for each in table.open):
            return ConflictKind.TABLE_CLOSED
        if any(each.table == name and each.span.meets(span) for each in self.lost_tables):
            return ConflictKind.TABLE_LOST
        if table.actor_id and table.actor_id not in self.actors(pair):
            return ConflictKind.TABLE_KEPT
        return None

    def usable(self, span: Span, pair: Collection[str]) -> Iterator[str]:
        """The tables that two participants can use at a time, those kept for one of them first."""
        names = [name for name in self.tables if self.table_trouble(name, span, pair) is None]
        yield from sorted(names, key=lambda name: not self.tables[name].actor_id)

    def seats(self, span: Span) -> int:
        """How many tables anybody can use at a time."""
        return sum(
            not table.actor_id and self.table_trouble(name, span, ()) is None
            for name, table in self.tables.items()
        )

    def own_tables(self, span: Span) -> dict[str, str]:
        """The tables that are kept for an actor and can be used at a time, with that actor."""
        return {
            name: table.actor_id
            for name, table in self.tables.items()
            if table.actor_id and self.table_trouble(name, span, ()) is ConflictKind.TABLE_KEPT
        }

    def actors(self, pair: Collection[str]) -> set[str]:
        """Whom two participants are there for."""
        return {self.attendees[one].actor_id for one in pair if one in self.attendees}

    def trouble(self, each: Appointment) -> ConflictKind | None:
        """Why a meeting cannot be held where it is; other meetings are not looked at."""
        for one in sorted(each.pair):
            if one not in self.attendees:
                return ConflictKind.UNKNOWN_PARTICIPANT
        if each.pair in self.apart:
            return ConflictKind.EXCLUDED
        if each.span not in {slot.span for slot in self.slots}:
            return ConflictKind.NO_SUCH_SLOT
        if not all(self.is_there(one, each.span) for one in each.pair):
            return ConflictKind.NOT_THERE
        return self.table_trouble(each.table, each.span, each.pair)

    def ordered(self, appointments: Iterable[Appointment]) -> tuple[Appointment, ...]:
        """By time, then by table in the event's order."""
        place = {name: number for number, name in enumerate(self.tables)}
        return tuple(
            sorted(
                appointments,
                key=lambda each: (each.span.starts, place.get(each.table, len(place)), sorted(each.pair)),
            )
        )


def conditions_of(
    event: Event,
    attendees: Sequence[Attendee],
    apart: AbstractSet[Pair],
    now: datetime,
    *,
    absences: Iterable[Absence] = (),
    lost_tables: Iterable[LostTable] = (),
) -> Conditions:
    """The conditions of an event; ``apart`` are the pairs that never meet (``worth.apart``)."""
    return Conditions(
        event,
        slots_of(event),
        {each.id: each for each in attendees},
        {each.name: each for each in event.tables},
        apart,
        tuple(absences),
        tuple(lost_tables),
        now,
    )
