"""Who attends, looked at as a whole: what cannot be, and what a facilitator should know before a schedule is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from matchmaker.actors import ActorGroup
from matchmaker.events import Attendee, Event, Slot
from matchmaker.events.setup import LONGEST_NAME
from matchmaker.meetings.programme import slots_of
from matchmaker.telling import told

MOST_PARTICIPANTS = 10_000
MOST_PERSONS = 50
"""Persons who share one agenda."""
NAMED = 5
"""Participants named in a sentence; of more their number is told."""


def problems_of_attendance(attendees: Sequence[Attendee]) -> list[str]:
    """Everything that cannot be of those who attend, each with what to do.

    Too many; a person twice, by e-mail anywhere or by name within an actor; a name, an address or a number that is none.
    """
    if len(attendees) > MOST_PARTICIPANTS:
        return [
            told(
                "{number:,} participants are more than {most:,}. Split the event.",
                number=len(attendees),
                most=MOST_PARTICIPANTS,
            )
        ]
    return [*_twice(attendees), *(problem for each in attendees for problem in _of_one(each))]


def doubts_of(event: Event, attendees: Sequence[Attendee], groups: Mapping[str, ActorGroup]) -> list[str]:
    """What stands in the way of meetings though it can be, each with what to do; ``groups`` is by actor."""
    slots = slots_of(event)
    return [
        *_of_own_tables(event, attendees),
        *_of_availability(attendees, slots),
        *_of_groups(event, attendees, groups),
    ]


def nobody_can_meet(attendees: Sequence[Attendee], slots: Sequence[Slot]) -> bool:
    """Whether there is no slot for which two participants are there."""
    return not any(
        next((True for place, _ in enumerate(_there(attendees, slot)) if place), False) for slot in slots
    )


def same_person(name: str) -> str:
    """A person's name as it is compared: without case and surplus spaces."""
    return " ".join(name.casefold().split())


def some(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def _there(attendees: Sequence[Attendee], slot: Slot) -> Iterator[Attendee]:
    return (each for each in attendees if each.is_there(slot.span))


def _twice(attendees: Sequence[Attendee]) -> Iterator[str]:
    addresses, names = dict[str, list[str]](), dict[tuple[str, str], list[str]]()
    for each in attendees:
        for person in each.persons:
            if person.email:
                addresses.setdefault(person.email.casefold(), []).append(each.id)
            names.setdefault((each.actor_id, same_person(person.name)), []).append(each.id)
    for address, found in addresses.items():
        if len(found) > 1:
            yield told(
                "{address} is {named}: the same person twice. Take one away, or correct the address.",
                address=address,
                named=some(found),
            )
    for (actor_id, _), found in names.items():
        if len(found) > 1:
            yield (
                told(
                    "{named} of {actor_id} have a person of the same name. Take one away, or write the names so that they differ.",
                    named=some(found),
                    actor_id=actor_id,
                )
            )


def _of_one(each: Attendee) -> Iterator[str]:
    if len(each.persons) > MOST_PERSONS:
        yield told(
            "{id} has {number} persons in one agenda; {most} are the most. Give them several.",
            id=each.id,
            number=len(each.persons),
            most=MOST_PERSONS,
        )
    for person in each.persons:
        if not person.name.strip():
            yield told("A person of {id} has no name. Give one.", id=each.id)
        for text in (person.name, person.email, person.title):
            if len(text) > LONGEST_NAME or not text.isprintable():
                yield (
                    told(
                        "{id}: {text!r} is longer than {longest} characters or has a line break in it. Shorten it to one line.",
                        id=each.id,
                        text=text[:40],
                        longest=LONGEST_NAME,
                    )
                )
    most, least = each.most_meetings, each.least_meetings
    if any(number is not None and number < 0 for number in (most, least)):
        yield told("{id} has a number of meetings below 0. Give a number from 0.", id=each.id)
    elif most is not None and least is not None and most < least:
        yield told(
            "{id} has at most {most} meetings and at least {least}. Lower the least, or raise the most.",
            id=each.id,
            most=most,
            least=least,
        )
    if each.language not in ("", "da", "en"):
        yield told(
            "{id} has the language {language!r}. Write da or en, or leave it empty.",
            id=each.id,
            language=each.language,
        )
    if any(span.starts >= span.ends for span in each.there):
        yield told(
            "{id} is there for a time that ends before it starts. Give the earlier end first.", id=each.id
        )


def _of_own_tables(event: Event, attendees: Sequence[Attendee]) -> Iterator[str]:
    here = {each.actor_id for each in attendees}
    for table in event.tables:
        if table.actor_id and table.actor_id not in here:
            yield (
                told(
                    "Table {table!r} is kept for {actor_id!r}, and nobody of theirs attends. Add a participant, or free the table.",
                    table=table.name,
                    actor_id=table.actor_id,
                )
            )


def _of_availability(attendees: Sequence[Attendee], slots: Sequence[Slot]) -> Iterator[str]:
    if not slots:
        return
    never = [each.id for each in attendees if not any(each.is_there(slot.span) for slot in slots)]
    if never:
        yield told(
            "{number} participants are there for no slot ({named}). Change when they are there, or the programme.",
            number=len(never),
            named=some(never),
        )
    empty = Counter(slot.session for slot in slots if next(_there(attendees, slot), None) is None)
    if attendees:
        for session, number in empty.items():
            yield told(
                "Nobody is there for {number} slots of {session!r}. Change the programme, or when people are there.",
                number=number,
                session=session,
            )


def _of_groups(
    event: Event, attendees: Sequence[Attendee], groups: Mapping[str, ActorGroup]
) -> Iterator[str]:
    actors = {each.actor_id: groups[each.actor_id] for each in attendees}
    here = Counter(actors.values())
    for group in sorted(here):
        others = sum(
            number - (other is group) for other, number in here.items() if event.rules.allows(group, other)
        )
        if others == 0 and len(attendees) > 1:
            alone = [each.id for each in attendees if actors[each.actor_id] is group]
            yield (
                told(
                    "By the rules {group} may meet nobody who attends ({named}): they have meetings only where somebody wishes one. Let the group meet another (--may-meet).",
                    group=group.value.replace("_", " "),
                    named=some(alone),
                )
            )
