"""From an event with its preferences and scores to an instance for the solver, and from the solver's answer to appointments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.actors import ActorGroup
from matchmaker.events import (
    Absence,
    Appointment,
    Attendee,
    Event,
    LeftOut,
    LostTable,
    Slot,
)
from matchmaker.meetings.programme import open_tables, slots_of
from matchmaker.meetings.seating import seated
from matchmaker.meetings.solver.instance import Instance, Participant, Schedule, Wish
from matchmaker.meetings.worth import Pair, Wishes, Worth, worth


@dataclass(frozen=True, slots=True)
class Asked:
    """An instance, and what leads from its answer back to the event."""

    event: Event
    slots: tuple[Slot, ...]
    instance: Instance
    locked: tuple[Appointment, ...]
    lost: tuple[LostTable, ...]
    worth: Mapping[Pair, Worth]
    """What each pair that may meet is worth, the locked ones too."""
    actor_of: Mapping[str, str]


def asked(
    event: Event,
    attendees: Sequence[Attendee],
    groups: Mapping[str, ActorGroup],
    wishes: Wishes,
    now: datetime,
    *,
    locked: Iterable[Appointment] = (),
    absences: Iterable[Absence] = (),
    lost_tables: Iterable[LostTable] = (),
    more_room: Mapping[int, int] | None = None,
) -> Asked:
    """The instance that an event is; ``groups`` gives the group of each actor that attends.

    A slot has room for as many meetings as there are tables that anybody may use, and for ``more_room`` by slot beyond that: what
    own tables add (``stands``). Locked appointments are taken out of it, with the time, the table and the meeting they use, and are put back by
    ``appointments``.
    """
    slots, lost, kept = slots_of(event), tuple(lost_tables), tuple(locked)
    away = tuple(absences)
    more, own = more_room or {}, {table.name for table in event.tables if table.actor_id}
    seats = {slot.number: len(_usable(event, slot, lost)) + more.get(slot.number, 0) for slot in slots}
    taken: dict[str, set[int]] = {each.id: set() for each in attendees}
    for appointment in kept:
        number = _number(slots, appointment)
        seats[number] -= appointment.table not in own
        for one in appointment.pair & taken.keys():
            taken[one].add(number)
    participants = tuple(_participant(event, each, slots, taken[each.id], away) for each in attendees)
    apart, values = worth(event, attendees, groups, wishes, now)
    placed = {each.pair for each in kept}
    wished = [
        Wish(min(pair), max(pair), each.value, each.must)
        for pair, each in values.items()
        if pair not in placed
    ]
    return Asked(
        event,
        slots,
        Instance(
            tuple(max(0, seats[slot.number]) for slot in slots),
            participants,
            tuple(sorted(wished, key=lambda wish: (wish.a, wish.b))),
            tuple(sorted((min(pair), max(pair)) for pair in apart)),
        ),
        kept,
        lost,
        values,
        {each.id: each.actor_id for each in attendees},
    )


def appointments(
    question: Asked, schedule: Schedule, before: Iterable[Appointment] = ()
) -> tuple[Appointment, ...]:
    """The solver's meetings with times and tables, and the locked ones; where a pair sat ``before`` it sits again."""
    placed = [Appointment(each.a, each.b, question.slots[each.slot].span, "") for each in schedule.meetings]
    everything = [*question.locked, *placed]
    return seated(question.event, question.slots, everything, question.lost, before, question.actor_of)


def value_of_locked(question: Asked) -> float:
    """What the locked appointments are worth; the solver does not know of them."""
    return math.fsum(
        question.worth[each.pair].value for each in question.locked if each.pair in question.worth
    )


def left_out(question: Asked, schedule: Schedule) -> tuple[LeftOut, ...]:
    """What people wished and has no appointment; pairs that only the recommender proposes are not told."""
    return tuple(
        LeftOut(each.a, each.b, each.reason, each.must)
        for each in schedule.unplaced
        if question.worth[frozenset((each.a, each.b))].wished
    )


def _usable(event: Event, slot: Slot, lost: Iterable[LostTable]) -> list[str]:
    gone = {each.table for each in lost if each.span.meets(slot.span)}
    return [table.name for table in open_tables(event, slot) if not table.actor_id and table.name not in gone]


def _number(slots: Sequence[Slot], appointment: Appointment) -> int:
    return next(slot.number for slot in slots if slot.span == appointment.span)


def _participant(
    event: Event, each: Attendee, slots: Sequence[Slot], taken: set[int], absences: Iterable[Absence]
) -> Participant:
    away = [absence.span for absence in absences if absence.attendee == each.id]
    available = tuple(
        slot.number
        for slot in slots
        if slot.number not in taken
        and each.is_there(slot.span)
        and not any(span.meets(slot.span) for span in away)
    )
    most = each.most_meetings if each.most_meetings is not None else event.rules.most_meetings
    least = each.least_meetings if each.least_meetings is not None else event.rules.least_meetings
    return Participant(
        each.id,
        available,
        max(0, (len(slots) if most is None else most) - len(taken)),
        max(0, least - len(taken)),
    )
