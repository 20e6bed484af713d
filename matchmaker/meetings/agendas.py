"""A version of a schedule as people read it: by participant, by table and by slot, with whom they meet and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from matchmaker.actors import ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.events import Absence, Appointment, Attendee, Event, LeftOut, Person, Plan, Slot, Span
from matchmaker.meetings.programme import slots_of

SHOWN_BREAK = timedelta(minutes=15)
"""Shorter stretches between two slots are for walking from table to table, and are not told of."""


class EntryKind(StrEnum):
    """What a stretch of a participant's time is."""

    MEETING = "meeting"
    FREE = "free"
    """Slots without a meeting."""
    BREAK = "break"
    """Between two slots of the programme, when nobody meets."""
    AWAY = "away"
    """Slots for which the participant is not there."""


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a meeting, as the reader's side sees it."""

    kind: str
    """One of ``ReasonKind``."""
    ours: str = ""
    """The reader's own sentence."""
    theirs: str = ""
    names: tuple[str, ...] = ()
    """Actors in between, collaborations or programmes, where the reason rests on no sentences."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes to a table, as others may see them: without addresses."""

    attendee_id: str
    number: int
    """Of the agenda, from 1, by name; the same for everybody who reads this version."""
    actor_id: str
    name: str
    group: ActorGroup
    persons: tuple[Person, ...] = ()
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A stretch of a participant's time."""

    kind: EntryKind
    span: Span
    table: str = ""
    """Of a meeting."""
    other: Party | None = None
    """Of a meeting."""
    whys: tuple[Why, ...] = ()
    """The strongest first; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one participant does, by time."""

    party: Party
    language: str
    """``da`` or ``en``: the participant's own, or else the one that was asked for."""
    entries: tuple[Entry, ...]
    addresses: tuple[str, ...] = ()
    """Of the persons, only where they were asked for; never of the others they meet."""

    @property
    def meetings(self) -> tuple[Entry, ...]:
        """The meetings among the entries."""
        return tuple(each for each in self.entries if each.kind is EntryKind.MEETING)

    @property
    def arrives(self) -> datetime | None:
        """The start of the first slot for which they are there, in UTC; ``None`` where there is none."""
        return self.entries[0].span.starts if self.entries else None


@dataclass(frozen=True, slots=True)
class Seating:
    """A meeting as somebody sees it who takes part in none."""

    span: Span
    table: str
    a: Party
    """The one with the smaller number."""
    b: Party


@dataclass(frozen=True, slots=True)
class TableSheet:
    """Who sits at one table, by time."""

    table: str
    seatings: tuple[Seating, ...]


@dataclass(frozen=True, slots=True)
class SlotSheet:
    """Who sits where at one time, by table."""

    span: Span
    session: str
    """Empty where the programme no longer has this slot."""
    seatings: tuple[Seating, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that has no meeting, and why."""

    a: Party
    b: Party
    reason: str
    """One of ``unplaced.REASONS``."""
    must: bool


@dataclass(frozen=True, slots=True)
class Agendas:
    """Everything that is handed out for one version of an event's schedule."""

    event: Event
    version: int
    made: datetime
    """UTC; when the version was made."""
    language: str
    """What was asked for: the language of all that is for no single participant."""
    participants: tuple[Agenda, ...]
    """By name, as they are numbered."""
    tables: tuple[TableSheet, ...]
    """Tables with a meeting, in the event's order."""
    slots: tuple[SlotSheet, ...]
    """Slots with a meeting, by time."""
    left_out: tuple[Unmet, ...]

    def of(self, attendee_id: str) -> Agenda | None:
        """The agenda of one participant; ``None`` where there is none."""
        return next((each for each in self.participants if each.party.attendee_id == attendee_id), None)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an agenda tells of an actor."""

    name: str
    group: ActorGroup
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()


def parties(attendees: Iterable[Attendee], profiles: Mapping[str, Profile]) -> dict[str, Party]:
    """Everybody who attends, by id, numbered by name; ``profiles`` are by actor id."""

    def place(each: Attendee) -> tuple[object, ...]:
        persons = tuple(name_key(person.name) for person in each.persons)
        return name_key(profiles[each.actor_id].name), persons, each.id

    found = {}
    for number, each in enumerate(sorted(attendees, key=place), 1):
        profile = profiles[each.actor_id]
        shown = tuple(replace(person, email="") for person in each.persons)
        found[each.id] = Party(
            each.id, number, each.actor_id, profile.name, profile.group, shown, profile.offers, profile.seeks
        )
    return found


def agendas(
    event: Event,
    attendees: Sequence[Attendee],
    known: Mapping[str, Party],
    plan: Plan,
    whys: Mapping[tuple[str, str], tuple[Why, ...]],
    *,
    version: int,
    made: datetime,
    language: str,
    with_addresses: bool = False,
) -> Agendas:
    """Agendas for a version of the schedule.

    ``whys`` are by reader and other, both ids of participants. Appointments and wishes of somebody who does not attend any
    more are left out.
    """
    kept = [each for each in plan.appointments if each.a in known and each.b in known]
    seatings = tuple(_seating(each, known) for each in kept)
    slots = slots_of(event)
    return Agendas(
        event,
        version,
        made,
        language,
        tuple(
            sorted(
                (
                    Agenda(
                        known[each.id],
                        each.language or language,
                        _entries(event, slots, each, kept, plan.absences, known, whys),
                        tuple(person.email for person in each.persons if person.email)
                        if with_addresses
                        else (),
                    )
                    for each in attendees
                ),
                key=lambda agenda: agenda.party.number,
            )
        ),
        _by_table(event, seatings),
        _by_slot(slots, seatings),
        _unmet(plan.left_out, known),
    )


def _seating(each: Appointment, known: Mapping[str, Party]) -> Seating:
    a, b = sorted((known[each.a], known[each.b]), key=lambda party: party.number)
    return Seating(each.span, each.table, a, b)


def _entries(
    event: Event,
    slots: Sequence[Slot],
    attendee: Attendee,
    appointments: Iterable[Appointment],
    absences: Iterable[Absence],
    known: Mapping[str, Party],
    whys: Mapping[tuple[str, str], tuple[Why, ...]],
) -> tuple[Entry, ...]:
    meetings = []
    for each in appointments:
        if attendee.id in each.pair:
            other = each.b if each.a == attendee.id else each.a
            why = whys.get((attendee.id, other), ())
            meetings.append(Entry(EntryKind.MEETING, each.span, each.table, known[other], why))
    gone = [each.span for each in absences if each.attendee == attendee.id]
    rest = [
        Entry(EntryKind.FREE if _is_free(attendee, slot.span, gone) else EntryKind.AWAY, slot.span)
        for slot in slots
        if not any(slot.span.meets(each.span) for each in meetings)
    ]
    ordered = sorted((*meetings, *rest), key=lambda entry: entry.span.starts)
    return _with_breaks(_there(_joined(ordered)), ZoneInfo(event.zone))


def _is_free(attendee: Attendee, span: Span, gone: Iterable[Span]) -> bool:
    return attendee.is_there(span) and not any(span.meets(each) for each in gone)


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """Entries with free slots that follow each other made one, and slots when somebody is away likewise."""
    joined: list[Entry] = []
    for each in entries:
        last = joined[-1] if joined else None
        if (
            last
            and each.kind is last.kind is not EntryKind.MEETING
            and each.span.starts - last.span.ends < SHOWN_BREAK
        ):
            joined[-1] = replace(last, span=Span(last.span.starts, each.span.ends))
        else:
            joined.append(each)
    return joined


def _there(entries: list[Entry]) -> list[Entry]:
    """Without what lies before they come and after they go."""
    there = [place for place, each in enumerate(entries) if each.kind is not EntryKind.AWAY]
    return entries[there[0] : there[-1] + 1] if there else []


def _with_breaks(entries: Sequence[Entry], zone: ZoneInfo) -> tuple[Entry, ...]:
    if not entries:
        return ()
    told = [entries[0]]
    for before, each in pairwise(entries):
        pause = Span(before.span.ends, each.span.starts)
        if pause.ends - pause.starts >= SHOWN_BREAK and _same_day(pause, zone):
            told.append(Entry(EntryKind.BREAK, pause))
        told.append(each)
    return tuple(told)


def _same_day(span: Span, zone: ZoneInfo) -> bool:
    return span.starts.astimezone(zone).date() == span.ends.astimezone(zone).date()


def _by_table(event: Event, seatings: Sequence[Seating]) -> tuple[TableSheet, ...]:
    named = [each.name for each in event.tables]
    sitting: dict[str, list[Seating]] = {name: [] for name in named}
    for each in sorted(seatings, key=lambda seating: (seating.span.starts, seating.a.number)):
        sitting.setdefault(each.table, []).append(each)
    return tuple(TableSheet(name, tuple(those)) for name, those in sitting.items() if those)


def _by_slot(slots: Sequence[Slot], seatings: Sequence[Seating]) -> tuple[SlotSheet, ...]:
    sessions = {each.span: each.session for each in slots}
    at: dict[Span, list[Seating]] = {}
    for each in seatings:
        at.setdefault(each.span, []).append(each)
    ordered = sorted(at.items(), key=lambda entry: (entry[0].starts, entry[0].ends))
    return tuple(SlotSheet(span, sessions.get(span, ""), tuple(those)) for span, those in ordered)


def _unmet(left_out: Iterable[LeftOut], known: Mapping[str, Party]) -> tuple[Unmet, ...]:
    found = []
    for each in left_out:
        if each.a in known and each.b in known:
            a, b = sorted((known[each.a], known[each.b]), key=lambda party: party.number)
            found.append(Unmet(a, b, each.reason, each.must))
    return tuple(sorted(found, key=lambda each: (not each.must, each.a.number, each.b.number)))
