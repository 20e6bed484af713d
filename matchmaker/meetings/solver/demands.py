"""Demands that no schedule can meet, found before any is sought and named together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matchmaker.errors import ScheduleError
from matchmaker.meetings.solver.instance import Instance, Participant
from matchmaker.telling import told

NAMED = 5
"""Partners named in a message; of more their number is told."""


def check_demands(instance: Instance) -> None:
    """Refuse musts and minima that cannot be met.

    What is found: a must that is excluded or without a common slot; more musts of one participant than meetings or slots; musts
    that share too few slots between them; minima above the slots, or above what the wishes allow; more musts, or more
    meetings for all minima together, than tables. Demands of several participants can be impossible together in ways that
    are not found here; then the schedule says which musts it could not keep.

    Raises:
        ScheduleError: with every demand of these kinds.
    """
    problems = [*_of_musts(instance), *_of_participants(instance), *_of_all(instance)]
    if problems:
        raise ScheduleError(problems)


def _slots(instance: Instance) -> dict[str, frozenset[int]]:
    usable = {slot for slot, tables in enumerate(instance.tables) if tables}
    return {each.id: frozenset(usable & set(each.available)) for each in instance.participants}


def _of_musts(instance: Instance) -> Iterator[str]:
    slots = _slots(instance)
    apart = {frozenset(pair) for pair in instance.never}
    for wish in instance.wishes:
        if not wish.must:
            continue
        if frozenset((wish.a, wish.b)) in apart:
            yield told(
                "{a} and {b} must meet and are never to meet. Take out one of the two.", a=wish.a, b=wish.b
            )
        elif not slots[wish.a] & slots[wish.b]:
            yield told(
                "{a} and {b} must meet and share no slot with a table. Give one of them another slot.",
                a=wish.a,
                b=wish.b,
            )


def _of_participants(instance: Instance) -> Iterator[str]:
    slots = _slots(instance)
    apart = {frozenset(pair) for pair in instance.never}
    musts: dict[str, list[str]] = {each.id: [] for each in instance.participants}
    wishes: dict[str, list[str]] = {each.id: [] for each in instance.participants}
    for wish in instance.wishes:
        if frozenset((wish.a, wish.b)) not in apart and slots[wish.a] & slots[wish.b]:
            for one, other in ((wish.a, wish.b), (wish.b, wish.a)):
                wishes[one].append(other)
                if wish.must:
                    musts[one].append(other)
    caps = {each.id: each.max_meetings for each in instance.participants}
    for each in instance.participants:
        yield from _too_many_musts(each, musts[each.id], slots)
        yield from _too_high_a_minimum(each, [other for other in wishes[each.id] if caps[other]], slots)


def _too_many_musts(
    each: Participant, partners: list[str], slots: dict[str, frozenset[int]]
) -> Iterator[str]:
    if len(partners) > each.max_meetings:
        yield (
            told(
                "{id} must meet {named} and has at most {max_meetings} meetings. Raise max_meetings, or make some of them wishes.",
                id=each.id,
                named=_named(partners),
                max_meetings=each.max_meetings,
            )
        )
    elif len(partners) > len(slots[each.id]):
        yield (
            told(
                "{id} must meet {named} and is there for {number} slots. Give them more slots, or make some of these wishes.",
                id=each.id,
                named=_named(partners),
                number=len(slots[each.id]),
            )
        )
    elif len(partners) > (can := most_meetings(each.id, partners, slots)):
        yield (
            told(
                "{id} must meet {named}, but the slots they share have room for {can} of them. Give one of them another slot.",
                id=each.id,
                named=_named(partners),
                can=can,
            )
        )


def _too_high_a_minimum(
    each: Participant, partners: list[str], slots: dict[str, frozenset[int]]
) -> Iterator[str]:
    if each.min_meetings > len(slots[each.id]):
        yield (
            told(
                "{id} should have at least {min_meetings} meetings and is there for {number} slots. Lower min_meetings, or give them more slots.",
                id=each.id,
                min_meetings=each.min_meetings,
                number=len(slots[each.id]),
            )
        )
    elif each.min_meetings and each.min_meetings > (can := most_meetings(each.id, partners, slots)):
        yield (
            told(
                "{id} should have at least {min_meetings} meetings, and their {number} wishes allow {can}. Lower min_meetings, or add wishes.",
                id=each.id,
                min_meetings=each.min_meetings,
                number=len(partners),
                can=can,
            )
        )


def _of_all(instance: Instance) -> Iterator[str]:
    room = sum(instance.tables)
    musts = sum(wish.must for wish in instance.wishes)
    least = sum(each.min_meetings for each in instance.participants)
    if musts > room:
        yield told(
            "{musts} meetings must be held, and all slots together have {room} tables. Add tables, or make some of them wishes.",
            musts=musts,
            room=room,
        )
    if (least + 1) // 2 > room:
        yield (
            told(
                "The minima of all need {number} meetings, and all slots together have {room} tables. Add tables, or lower the minima.",
                number=(least + 1) // 2,
                room=room,
            )
        )


def most_meetings(person: str, partners: Sequence[str], slots: dict[str, frozenset[int]]) -> int:
    """With how many of these partners one participant can meet, each in a slot of its own, if nobody else meets anybody."""
    taken: dict[int, str] = {}

    def seat(partner: str, tried: set[int]) -> bool:
        for slot in sorted(slots[person] & slots[partner]):
            if slot in tried:
                continue
            tried.add(slot)
            if slot not in taken or seat(taken[slot], tried):
                taken[slot] = partner
                return True
        return False

    count = 0
    for partner in partners:
        if count == len(slots[person]):
            break
        count += seat(partner, set())
    return count


def _named(partners: list[str]) -> str:
    more = f" and {len(partners) - NAMED} more" if len(partners) > NAMED else ""
    return told(
        "{number} others ({named}{more})", number=len(partners), named=", ".join(partners[:NAMED]), more=more
    )
