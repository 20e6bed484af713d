"""Locked meetings at times that still are some, each with a table: what a new schedule is made around."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from matchmaker.events import Appointment, ConflictKind
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.seating import seated
from matchmaker.meetings.solver.instance import Meeting
from matchmaker.meetings.stands import own_tables, seated_best
from matchmaker.meetings.worth import Pair

OF_TABLES = frozenset(
    {
        ConflictKind.TABLE_UNKNOWN,
        ConflictKind.TABLE_CLOSED,
        ConflictKind.TABLE_LOST,
        ConflictKind.TABLE_KEPT,
    }
)


def kept_locks(
    conditions: Conditions, appointments: Iterable[Appointment], rank: Callable[[Pair], float]
) -> tuple[Appointment, ...]:
    """The locked ones of some meetings that can be held at their time.

    One of which only the table is gone has another one. Where there are fewer tables than such meetings, those of the highest
    ``rank`` have one and the others are left out.
    """
    locked = [(each, conditions.trouble(each)) for each in appointments if each.locked]
    stay = [each for each, trouble in locked if trouble is None]
    displaced = [each for each, trouble in locked if trouble in OF_TABLES]
    if not displaced:
        return tuple(stay)
    return seated(
        conditions.event,
        conditions.slots,
        [*stay, *_that_fit(conditions, stay, displaced, rank)],
        conditions.lost_tables,
        actor_of={each.id: each.actor_id for each in conditions.attendees.values()},
    )


def _that_fit(
    conditions: Conditions,
    stay: Sequence[Appointment],
    displaced: Sequence[Appointment],
    rank: Callable[[Pair], float],
) -> list[Appointment]:
    """The displaced meetings that can have a table beside those that stay, with the name of one only where it is an own one."""
    number = {slot.span: slot.number for slot in conditions.slots}
    of_pair = {each.pair: each for each in displaced}
    taken = Counter(each.span for each in stay if not conditions.tables[each.table].actor_id)
    found = seated_best(
        [Meeting(each.a, each.b, number[each.span], 0) for each in displaced],
        [conditions.seats(slot.span) - taken[slot.span] for slot in conditions.slots],
        own_tables(conditions.event, conditions.slots, stay, conditions.lost_tables),
        {each.id: each.actor_id for each in conditions.attendees.values()},
        lambda each: rank(frozenset((each.a, each.b))),
    )
    return [replace(of_pair[frozenset((each.a, each.b))], table=table) for each, table in found]
