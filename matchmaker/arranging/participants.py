"""A list of participants into those who attend: rows to agendas, agendas to the participants that are there already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from matchmaker.actors import Rejection
from matchmaker.arranging.moving import Belonging, Leftover, Move, leftover, moves_of, notes_of, own_agendas
from matchmaker.arranging.recognising import Actors, plain_number
from matchmaker.events import Attendee, Event, Person, Span
from matchmaker.meetings.attendance import MOST_PARTICIPANTS, problems_of_attendance, same_person
from matchmaker.meetings.programme import slots_of
from matchmaker.meetings.wall_clock import as_written, spans_of
from matchmaker.sources.headers import Column
from matchmaker.sources.participants import ListReading, ParticipantRow, read_participants
from matchmaker.telling import told

ENGLISH = ("Actor id", "Actor", "Person", "E-mail", "Title", "Agenda", "Available", "Max", "Min", "Language")
DANISH = ("Aktør-id", "Aktør", "Navn", "E-mail", "Titel", "Agenda", "Til stede", "Højst", "Mindst", "Sprog")
"""Headers of the list that ``rows_of`` fills and ``read`` reads back, in two languages."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ParticipantImport:
    """What a list of participants did to an event, or would do."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    missing: tuple[str, ...]
    """Participants that attend and are not in the list."""
    gone: tuple[str, ...]
    """Those of ``missing`` that were taken away, and those whose last person moved to another agenda."""
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    """What was found out about the file, and names that were recognised though they are spelled in another way."""
    doubts: tuple[str, ...] = ()
    """What stands in the way of meetings though it can be."""
    applied: bool = False
    moved: tuple[Move, ...] = ()
    """Persons who go from one agenda to another."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A list of participants, read and set against those who attend."""

    after: tuple[Attendee, ...]
    """Those who attend then, in their order, new ones last; those to be taken away left out."""
    said: ParticipantImport


def read(
    path: Path,
    event: Event,
    stored: Sequence[Attendee],
    actors: Actors,
    given: Collection[str],
    bound: Collection[str] = (),
    *,
    mapping: Mapping[str, str],
    remove_missing: bool,
) -> Taken:
    """Read a list and find out what it changes; ``given`` are the ids that participants of the event ever had.

    ``bound`` are the ids of those of whom a wish, a request or a meeting of the newest schedule speaks.

    Raises ``SourceError`` for a file that cannot be read.
    """
    recognised: dict[str, str] = {}

    def actor(text: str) -> str:
        found = actors.find(text)
        if text not in (found, actors.names[found]) and plain_number(text) != found:
            recognised[text] = f"{actors.names[found]} ({found})"
        return found

    rows, reading = read_participants(
        path,
        mapping=mapping,
        actor=actor,
        numbered=actors.numbered,
        available=lambda text: there(text, event),
        most_rows=MOST_PARTICIPANTS,
    )
    _refuse_twice(rows, reading)
    belonging = Belonging(rows, stored)
    rows = belonging.completed(rows, reading)
    if not reading.has("agenda"):
        rows = own_agendas(rows, belonging)
    agendas = list(_agendas(rows, reading))

    def comes_along(each: Attendee) -> bool:
        # Somebody who stays behind under the old agenda keeps it; whoever has another one in the list leaves.
        return remove_missing or not reading.has("agenda") or not belonging.left(each)

    matched = _matched([each for each, _ in agendas], stored, comes_along)
    fresh = fresh_ids(given)
    new: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    after = {each.id: each for each in stored}
    made_of: list[tuple[Attendee, Sequence[ParticipantRow]]] = []
    for place, (agenda, together) in enumerate(agendas):
        before = matched.get(place)
        if before is not None and not remove_missing:
            agenda = replace(agenda, persons=belonging.together(agenda, before, together))
        made = _merged(agenda, before, reading) if before else replace(agenda, id=next(fresh))
        (new if before is None else changed if made != before else unchanged).append(made.id)
        after[made.id] = made
        made_of.append((made, together))
        _refuse_numbers(made, together[0].row, reading)
    spoken_of = {each.id for each in matched.values()}
    moves = moves_of(made_of, belonging)
    # With everybody gone who is not in the list, nothing is left to settle.
    left = Leftover() if remove_missing else leftover(moves, belonging, spoken_of, bound, reading)
    after |= {each.id: each for each in left.changed}
    changed += [each.id for each in left.changed]
    named = {*new, *changed, *unchanged, *left.emptied}
    missing = tuple(each.id for each in stored if each.id not in named)
    gone = (*left.emptied, *(missing if remove_missing else ()))
    staying = [(each.id, len(belonging.left(each))) for each in matched.values() if belonging.left(each)]
    if remove_missing or not reading.has_persons:
        staying = []
    remaining = tuple(each for each in after.values() if each.id not in gone)
    if not reading.rejections:
        for problem in problems_of_attendance(remaining):
            reading.reject(1, "person", "", problem)
    notes = (
        reading.noticed,
        *(told("{text!r} is {name}.", text=text, name=name) for text, name in recognised.items()),
        *notes_of(moves, left.emptied, staying),
    )
    return Taken(
        remaining,
        ParticipantImport(
            tuple(new),
            tuple(changed),
            tuple(unchanged),
            missing,
            gone,
            reading.rejections,
            reading.columns,
            notes,
            moved=moves,
        ),
    )


def there(text: str, event: Event) -> tuple[Span, ...]:
    """When somebody is there, from text; raises ``ValueError``, also where no slot lies within it."""
    spans = spans_of(text, event)
    slots = slots_of(event)
    if spans and slots and not any(span.covers(slot.span) for span in spans for slot in slots):
        first, last = slots[0].span, slots[-1].span
        raise ValueError(
            told(
                "No slot of the programme lies within these times; it goes from {first} ({day:%Y-%m-%d}) to {last}. Correct the times, or leave them out for all of it.",
                first=as_written((first,), event).split("-")[0],
                day=first.starts,
                last=as_written((last,), event),
            )
        )
    return spans


def rows_of(
    event: Event, attendees: Sequence[Attendee], names: Mapping[str, str]
) -> Iterator[tuple[str | int | None, ...]]:
    """Those who attend as rows under ``ENGLISH`` or ``DANISH``, a person each; read back, they change nothing."""
    for each in attendees:
        agenda = each.agenda or (each.id if len(each.persons) > 1 else "")
        for person in each.persons or (Person(""),):
            yield (
                each.actor_id,
                names.get(each.actor_id, ""),
                person.name,
                person.email,
                person.title,
                agenda,
                as_written(each.there, event),
                each.most_meetings,
                each.least_meetings,
                each.language,
            )


def fresh_id(given: Collection[str]) -> str:
    """An id that no participant of the event ever had."""
    return next(fresh_ids(given))


def fresh_ids(given: Collection[str]) -> Iterator[str]:
    """Further and further ids that no participant of the event ever had."""
    number = max((int(each[1:]) for each in given if each[:1] == "p" and each[1:].isdecimal()), default=0)
    while True:
        number += 1
        yield f"p{number}"


def _agendas(
    rows: Sequence[ParticipantRow], reading: ListReading
) -> Iterator[tuple[Attendee, Sequence[ParticipantRow]]]:
    """Rows with the same agenda of the same actor as one, each other row by itself; each with its rows."""
    groups: dict[tuple[str, str, int], list[ParticipantRow]] = {}
    for row in rows:
        alone = 0 if row.agenda else row.row
        groups.setdefault((row.actor_id, row.agenda.casefold(), alone), []).append(row)
    for together in groups.values():
        first = together[0]
        yield (
            Attendee(
                "",
                first.actor_id,
                tuple(row.person for row in together if row.person),
                _agreed([(row.row, row.there) for row in together], (), "available", reading),
                _agreed([(row.row, row.most_meetings) for row in together], None, "most_meetings", reading),
                _agreed([(row.row, row.least_meetings) for row in together], None, "least_meetings", reading),
                _agreed([(row.row, row.language) for row in together], "", "language", reading),
                first.agenda,
            ),
            together,
        )


def _agreed(said: Sequence[tuple[int, _Value]], nothing: _Value, field: str, reading: ListReading) -> _Value:
    """What the rows of one agenda say; a row that says nothing goes along with the others."""
    given = [(row, value) for row, value in said if value != nothing]
    for row, value in given[1:]:
        if value != given[0][1]:
            reading.reject(
                row,
                field,
                "",
                told(
                    "Row {row} of the same agenda says something else. Write the same in both, or leave one empty.",
                    row=given[0][0],
                ),
            )
    return given[0][1] if given else nothing


def _refuse_twice(rows: Sequence[ParticipantRow], reading: ListReading) -> None:
    """A person twice: the same e-mail anywhere, or the same name, or none at all, of the same actor."""
    addresses, names, alone = dict[str, int](), dict[tuple[str, str], int](), dict[tuple[str, str], int]()
    for row in rows:
        if row.person is None:
            first = alone.setdefault((row.actor_id, row.agenda.casefold()), row.row)
            if first != row.row:
                reason = told(
                    "Row {first} has the same actor without a person. Name the persons, or delete a row.",
                    first=first,
                )
                reading.reject(row.row, "actor", row.actor_id, reason)
            continue
        email, name = row.person.email, row.person.name
        first = addresses.setdefault(email.casefold(), row.row) if email else row.row
        if first != row.row:
            reading.reject(
                row.row,
                "email",
                email,
                told("The same person is in row {first}. Delete one of the two rows.", first=first),
            )
            continue
        first = names.setdefault((row.actor_id, same_person(name)), row.row)
        if first != row.row:
            reason = told(
                "The same actor has a person of this name in row {first}. Delete one, or tell the two apart.",
                first=first,
            )
            reading.reject(row.row, "person", name, reason)


def _refuse_numbers(made: Attendee, row: int, reading: ListReading) -> None:
    most, least = made.most_meetings, made.least_meetings
    if most is not None and least is not None and least > most:
        reason = told(
            "At least {least} and at most {most} meetings cannot both hold for {id}. Give both.",
            least=least,
            most=most,
            id=made.id,
        )
        field = "least_meetings" if reading.has("least_meetings") else "most_meetings"
        reading.reject(row, field, str(least), reason)


def _merged(agenda: Attendee, before: Attendee, reading: ListReading) -> Attendee:
    """What the list says in place of what was; a field that it has no column for stays."""
    fields = {"there": "available", "most_meetings": "", "least_meetings": "", "language": "", "agenda": ""}
    kept = {name: getattr(before, name) for name, column in fields.items() if not reading.has(column or name)}
    if not agenda.persons and not reading.has_persons:
        kept["persons"] = before.persons
    if agenda.agenda == before.id:
        kept["agenda"] = before.agenda
    return replace(agenda, id=before.id, **kept)


def _matched(
    agendas: Sequence[Attendee], stored: Sequence[Attendee], comes_along: Callable[[Attendee], bool]
) -> dict[int, Attendee]:
    """Which stored participant each agenda of the list is, by place; the surest sign first.

    Of the same actor: the same agenda by name or id; a person with the same e-mail; one with the same name, where all of the
    participant ``comes_along``; at last the only one without any person.
    """
    found: dict[int, Attendee] = {}
    taken: set[str] = set()
    for signs in (_labels, _addresses, _names, _nobody):
        by_sign: dict[tuple[str, str], Attendee] = {}
        for each in stored:
            for sign in signs(each):
                if each.id not in taken:
                    by_sign.setdefault((each.actor_id, sign), each)
        for place, agenda in enumerate(agendas):
            if place in found:
                continue
            for sign in signs(agenda) if signs is not _nobody else ("",):
                match = by_sign.get((agenda.actor_id, sign))
                if match and match.id not in taken and (signs is _labels or comes_along(match)):
                    found[place] = match
                    taken.add(match.id)
                    break
    return found


def _labels(each: Attendee) -> list[str]:
    return [label.casefold() for label in (each.agenda, each.id) if label]


def _addresses(each: Attendee) -> list[str]:
    return [person.email.casefold() for person in each.persons if person.email]


def _names(each: Attendee) -> list[str]:
    return [same_person(person.name) for person in each.persons]


def _nobody(each: Attendee) -> list[str]:
    return [] if each.persons else [""]
