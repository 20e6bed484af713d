"""Tables that are kept for an actor: how much room they add to a slot, and which of a slot's meetings can have a table.

The solver knows how many meetings a slot has room for, not at which tables. A meeting of an actor with a table of its own needs none of
those that anybody may use, so a slot has room for as many more meetings as own tables may be in use. With that room the
solver's bound holds; a schedule that uses it for meetings of others cannot be seated whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from matchmaker.events import Appointment, Attendee, Event, LostTable, Slot, Table
from matchmaker.meetings.programme import open_tables
from matchmaker.meetings.solver.instance import Instance, Meeting


def own_tables(
    event: Event, slots: Sequence[Slot], locked: Iterable[Appointment], lost: Iterable[LostTable]
) -> tuple[tuple[Table, ...], ...]:
    """Per slot, the tables kept for an actor that are open and not in use already."""
    lost, used = tuple(lost), {(each.span, each.table) for each in locked}
    found = []
    for slot in slots:
        gone = {each.table for each in lost if each.span.meets(slot.span)}
        found.append(
            tuple(
                table
                for table in open_tables(event, slot)
                if table.actor_id and table.name not in gone and (slot.span, table.name) not in used
            )
        )
    return tuple(found)


def most_room(
    instance: Instance, attendees: Iterable[Attendee], owned: Sequence[Sequence[Table]]
) -> tuple[int, ...]:
    """Per slot, how many meetings can be at own tables at most: an actor has no more than agendas that are there."""
    actor_of = {each.id: each.actor_id for each in attendees}
    there = [Counter[str]() for _ in owned]
    for participant in instance.participants:
        if participant.max_meetings:
            for slot in participant.available:
                there[slot][actor_of[participant.id]] += 1
    return tuple(
        sum(min(number, here[actor]) for actor, number in Counter(each.actor_id for each in own).items())
        for own, here in zip(owned, there, strict=True)
    )


def seated_best(
    meetings: Iterable[Meeting],
    common: Sequence[int],
    owned: Sequence[Sequence[Table]],
    actor_of: Mapping[str, str],
    rank: Callable[[Meeting], float],
) -> list[tuple[Meeting, str]]:
    """The meetings that can have a table, the highest ``rank`` first, with the own table or ``""`` for one that anybody may use.

    ``common`` says how many of the latter each slot has. Taking the best that still fits gives the best set: sets that can be
    seated are a matroid (a transversal one joined with a uniform one).
    """
    by_slot: dict[int, list[Meeting]] = {}
    for meeting in sorted(meetings, key=lambda each: (-rank(each), each.a, each.b)):
        by_slot.setdefault(meeting.slot, []).append(meeting)
    found: list[tuple[Meeting, str]] = []
    for slot, here in sorted(by_slot.items()):
        found += _seated(here, common[slot], owned[slot], actor_of)
    return found


def _seated(
    meetings: Sequence[Meeting], common: int, owned: Sequence[Table], actor_of: Mapping[str, str]
) -> list[tuple[Meeting, str]]:
    at: dict[str, int] = {}

    def sits(place: int, tried: set[str]) -> bool:
        """Give a meeting an own table, moving others to another of theirs; Kuhn's augmenting path."""
        actors = {actor_of[meetings[place].a], actor_of[meetings[place].b]}
        for table in owned:
            if table.actor_id in actors and table.name not in tried:
                tried.add(table.name)
                if table.name not in at or sits(at[table.name], tried):
                    at[table.name] = place
                    return True
        return False

    anywhere: list[int] = []
    for place in range(len(meetings)):
        if not sits(place, set()) and len(anywhere) < common:
            anywhere.append(place)
    own = {place: name for name, place in at.items()}
    return [(meetings[place], own.get(place, "")) for place in sorted([*own, *anywhere])]
