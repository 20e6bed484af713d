"""Versions of a schedule -> what a participant's calendar has to hear: each meeting with its latest change, or that it is off."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from matchmaker.events import Appointment, Plan, Span


@dataclass(frozen=True, slots=True)
class Past:
    """One version of the schedule."""

    number: int
    made: datetime
    """UTC."""
    plan: Plan


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A meeting as a calendar keeps it."""

    uid: str
    """The same for this pair in all versions, and nobody's name or address."""
    a: str
    b: str
    span: Span
    table: str
    sequence: int
    """Number of the version that changed it last."""
    changed: datetime
    """UTC; when that version was made."""
    cancelled: bool = False
    """The newest version has it no more; time and table are the last that it had."""

    def other(self, attendee_id: str) -> str:
        """Whom a participant of it meets."""
        return self.b if attendee_id == self.a else self.a


def calendar_entries(
    event_id: str, versions: Iterable[Past], there: Collection[str]
) -> tuple[CalendarEntry, ...]:
    """Every meeting that any of the versions has, by time; ``versions`` come with the oldest first.

    A meeting with somebody who is not ``there`` any more is off, as if the next version had left it out.
    """
    versions = tuple(versions)
    told: dict[frozenset[str], CalendarEntry] = {}
    for version in versions:
        now = {each.pair: each for each in version.plan.appointments}
        for pair, each in now.items():
            before = told.get(pair)
            if before is None or before.cancelled or (before.span, before.table) != (each.span, each.table):
                uid = before.uid if before else _uid(event_id, versions[0].made, pair)
                told[pair] = _entry(uid, each, version)
        for pair, before in told.items():
            if pair not in now and not before.cancelled:
                told[pair] = replace(before, sequence=version.number, changed=version.made, cancelled=True)
    for pair, each_told in told.items():
        if not pair <= set(there) and not each_told.cancelled:
            last = versions[-1]
            told[pair] = replace(each_told, sequence=last.number + 1, changed=last.made, cancelled=True)
    return tuple(sorted(told.values(), key=lambda each: (each.span.starts, each.uid)))


def _entry(uid: str, each: Appointment, version: Past) -> CalendarEntry:
    a, b = sorted(each.pair)
    return CalendarEntry(uid, a, b, each.span, each.table, version.number, version.made)


def _uid(event_id: str, first: datetime, pair: frozenset[str]) -> str:
    """With the time of the first version, so that an event that is set up anew under an old id has meetings of its own."""
    told = "\n".join((event_id, first.isoformat(), *sorted(pair)))
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@matchmaker"
