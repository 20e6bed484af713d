"""Versions of a schedule -> what a participant's calendar has to hear: each meeting with its latest change, or that it is off."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from matchmaker.events import Appointment, CameOrWent, Plan, Span


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
    """Greater with each change: the number of the newest version then, and how often either had gone or come back until then."""
    changed: datetime
    """UTC; when it was changed last."""
    cancelled: bool = False
    """The newest version has it no more, or one of the two attends no more; time and table are the last that it had."""

    def other(self, attendee_id: str) -> str:
        """Whom a participant of it meets."""
        return self.b if attendee_id == self.a else self.a


def calendar_entries(
    event_id: str, versions: Iterable[Past], there: Collection[str], comings: Iterable[CameOrWent] = ()
) -> tuple[CalendarEntry, ...]:
    """Every meeting that any of the versions has, by time; ``versions`` and ``comings`` come with the oldest first.

    A meeting with somebody who is taken off the list is off from then on, and on again when they come back, if the version of
    that time has it. Where ``there`` says something else than ``comings`` of who attends now, it is right, and the change came
    last.
    """
    versions = tuple(versions)
    if not versions:
        return ()
    heard = _Heard(event_id, versions[0].made)
    steps: list[Past | CameOrWent] = [*versions, *comings]
    for step in sorted(steps, key=_place):
        if isinstance(step, Past):
            heard.of_version(step)
        else:
            heard.of_coming(step.attendee_id, step.there, step.at)
    heard.of_all_who_are(there, versions[-1].made)
    return heard.entries()


def _place(step: Past | CameOrWent) -> tuple[int, int]:
    """Whoever came or went did so after the version that was the newest then."""
    return (step.number, 0) if isinstance(step, Past) else (step.version, 1)


class _Heard:
    """What calendars have heard so far, as versions are made and participants go and come back."""

    def __init__(self, event_id: str, first: datetime) -> None:
        """``first`` is when the first version was made."""
        self._event_id, self._first = event_id, first
        self._told: dict[frozenset[str], CalendarEntry] = {}
        self._number = 0
        self._now: dict[frozenset[str], Appointment] = {}
        self._pairs: dict[str, set[frozenset[str]]] = {}
        self._away: set[str] = set()
        self._turns = Counter[str]()

    def of_version(self, version: Past) -> None:
        """A version is made."""
        self._number = version.number
        self._now = {each.pair: each for each in version.plan.appointments}
        for pair in self._now:
            for each in pair:
                self._pairs.setdefault(each, set()).add(pair)
        self._hear({*self._now, *self._told}, version.made)

    def of_coming(self, attendee_id: str, there: bool, at: datetime) -> None:
        """Somebody goes, or comes back."""
        (self._away.discard if there else self._away.add)(attendee_id)
        self._turns[attendee_id] += 1
        self._hear(self._pairs.get(attendee_id, ()), at)

    def of_all_who_are(self, there: Collection[str], at: datetime) -> None:
        """Whoever went, or came, without a word of it, as when an actor is erased."""
        for each in self._pairs:
            if (each in there) is (each in self._away):
                self.of_coming(each, each in there, at)

    def entries(self) -> tuple[CalendarEntry, ...]:
        """The meetings by time."""
        return tuple(sorted(self._told.values(), key=lambda each: (each.span.starts, each.uid)))

    def _hear(self, pairs: Iterable[frozenset[str]], at: datetime) -> None:
        for pair in pairs:
            before, each = self._told.get(pair), self._now.get(pair)
            # Neither the number of the newest version nor the turns of the two ever fall, and one of them has just grown.
            sequence = self._number + sum(self._turns[one] for one in pair)
            changed = max(at, before.changed) if before else at
            if each is not None and not pair & self._away:
                if (
                    before is None
                    or before.cancelled
                    or (before.span, before.table) != (each.span, each.table)
                ):
                    uid = before.uid if before else _uid(self._event_id, self._first, pair)
                    a, b = sorted(pair)
                    self._told[pair] = CalendarEntry(uid, a, b, each.span, each.table, sequence, changed)
            elif before is not None and not before.cancelled:
                self._told[pair] = replace(before, sequence=sequence, changed=changed, cancelled=True)


def _uid(event_id: str, first: datetime, pair: frozenset[str]) -> str:
    """With the time of the first version, so that an event that is set up anew under an old id has meetings of its own."""
    told = "\n".join((event_id, first.isoformat(), *sorted(pair)))
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@matchmaker"
