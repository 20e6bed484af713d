"""Tables that are kept for an actor: how much room they add to a slot, and whether a schedule has counted on too much of it.

The solver knows how many meetings a slot has room for, not at which tables. A meeting of an actor with a table of its own needs none of
the common ones, so a slot has room for as many more meetings as own tables may be in use; with that room the solver's bound
holds. A schedule that uses the room for meetings of others cannot be seated; then it is sought again with less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from matchmaker.events import Appointment, Attendee, Event, LostTable, Slot
from matchmaker.meetings.instance import Instance, Meeting
from matchmaker.meetings.programme import open_tables


def own_tables(
    event: Event, slots: Sequence[Slot], locked: Iterable[Appointment], lost: Iterable[LostTable]
) -> tuple[Counter[str], ...]:
    """Per slot, how many tables of its own each actor has that are open and not in use already."""
    lost, used = tuple(lost), {(each.span, each.table) for each in locked}
    found = []
    for slot in slots:
        gone = {each.table for each in lost if each.span.meets(slot.span)}
        found.append(
            Counter(
                table.actor_id
                for table in open_tables(event, slot)
                if table.actor_id and table.name not in gone and (slot.span, table.name) not in used
            )
        )
    return tuple(found)


def most_room(
    instance: Instance, attendees: Iterable[Attendee], owned: Sequence[Mapping[str, int]]
) -> tuple[int, ...]:
    """Per slot, how many meetings can be at own tables at most: an actor has no more than agendas that are there."""
    actor_of = {each.id: each.actor_id for each in attendees}
    there = [Counter[str]() for _ in owned]
    for participant in instance.participants:
        if participant.max_meetings:
            for slot in participant.available:
                there[slot][actor_of[participant.id]] += 1
    return tuple(
        sum(min(number, here[actor]) for actor, number in own.items())
        for own, here in zip(owned, there, strict=True)
    )


def too_many(
    meetings: Iterable[Meeting],
    common: Sequence[int],
    owned: Sequence[Mapping[str, int]],
    actor_of: Mapping[str, str],
) -> dict[int, int]:
    """By slot, how many meetings have no table; ``common`` says how many tables anybody may use each slot has."""
    by_slot: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        by_slot.setdefault(meeting.slot, []).append(meeting)
    excess = {}
    for slot, here in by_slot.items():
        seated = _at_own_tables([{actor_of[each.a], actor_of[each.b]} for each in here], owned[slot])
        if (over := len(here) - seated - common[slot]) > 0:
            excess[slot] = over
    return excess


def _at_own_tables(pairs: Sequence[set[str]], owned: Mapping[str, int]) -> int:
    """How many meetings can be at tables of their actors at once."""
    tables = [actor for actor, number in sorted(owned.items()) for _ in range(number)]
    if not tables:
        return 0
    fits = np.array([[actor in pair for actor in tables] for pair in pairs], dtype=np.int8)
    return int((maximum_bipartite_matching(csr_array(fits), perm_type="column") >= 0).sum())
