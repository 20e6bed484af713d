"""Persons of a list and the participants that they belong to already: who stays, who moves to another agenda, who is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from matchmaker.events import Attendee, Person
from matchmaker.meetings.attendance import same_person
from matchmaker.sources.participants import ListReading, ParticipantRow
from matchmaker.telling import told

_Sign = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """A person who goes from one participant's agenda to another's."""

    row: int
    """Of the list, as a spreadsheet numbers it."""
    person: Person
    before: str
    """Id of the participant that the person leaves."""
    after: str
    """Id of the participant that the person comes to."""


class Belonging:
    """To which stored participant each person of a list belongs, within their actor: by e-mail, else by name."""

    def __init__(self, rows: Sequence[ParticipantRow], stored: Sequence[Attendee]) -> None:
        self._stored = {each.id: each for each in stored}
        places: dict[_Sign, tuple[str, int]] = {}
        for attendee in stored:
            for place, person in enumerate(attendee.persons):
                for sign in _signs(attendee.actor_id, person):
                    places.setdefault(sign, (attendee.id, place))
        self._of_row: dict[int, tuple[str, int]] = {}
        for row in rows:
            signs = _signs(row.actor_id, row.person) if row.person else []
            known = next((places[sign] for sign in signs if sign in places), None)
            if known:
                self._of_row[row.row] = known
        self._named = set(self._of_row.values())

    def of(self, row: ParticipantRow) -> Attendee | None:
        """The participant that the person of a row belongs to."""
        found = self._of_row.get(row.row)
        return self._stored[found[0]] if found else None

    def completed(self, rows: Sequence[ParticipantRow], reading: ListReading) -> list[ParticipantRow]:
        """The rows with what is stored of their persons where the list has no column for it: an address, a title."""
        lacking = [each for each in ("email", "title") if not reading.has(each)]

        def whole(row: ParticipantRow) -> ParticipantRow:
            if row.person is None or row.row not in self._of_row:
                return row
            attendee_id, place = self._of_row[row.row]
            known = self._stored[attendee_id].persons[place]
            kept = {each: getattr(known, each) for each in lacking}
            return replace(row, person=replace(row.person, **kept))

        return [whole(row) for row in rows]

    def stored(self, attendee_id: str) -> Attendee:
        """A participant that is there already, by id."""
        return self._stored[attendee_id]

    def left(self, attendee: Attendee) -> tuple[Person, ...]:
        """The persons of a participant that no row of the list names."""
        return tuple(
            person for place, person in enumerate(attendee.persons) if (attendee.id, place) not in self._named
        )

    def together(
        self, made: Attendee, before: Attendee, rows: Sequence[ParticipantRow]
    ) -> tuple[Person, ...]:
        """The persons of a participant as it becomes: in their former order with those whom no row names, new ones last."""
        if not self.left(before):
            return made.persons
        places = {
            self._of_row[row.row][1]: row.person
            for row in rows
            if row.person and row.row in self._of_row and self._of_row[row.row][0] == before.id
        }
        kept = [
            places.get(place, person)
            for place, person in enumerate(before.persons)
            if place in places or (before.id, place) not in self._named
        ]
        return (*kept, *(person for person in made.persons if person not in kept))


@dataclass(slots=True)
class Leftover:
    """What becomes of the participants that persons of a list leave."""

    changed: list[Attendee] = field(default_factory=list)
    """Those who keep others, without the persons who left."""
    emptied: list[str] = field(default_factory=list)
    """Ids of those who have nobody left."""


def own_agendas(rows: Sequence[ParticipantRow], belonging: Belonging) -> list[ParticipantRow]:
    """The rows of a list without a column for agendas: whoever shares one goes on sharing it."""
    return [
        replace(row, agenda=holder.id) if (holder := belonging.of(row)) and len(holder.persons) > 1 else row
        for row in rows
    ]


def moves_of(
    made: Iterable[tuple[Attendee, Sequence[ParticipantRow]]], belonging: Belonging
) -> tuple[Move, ...]:
    """Who moves, given each participant as it becomes with the rows that it was made of; in the order of the rows."""
    found = [
        Move(row.row, row.person, holder.id, attendee.id)
        for attendee, rows in made
        for row in rows
        if row.person and (holder := belonging.of(row)) and holder.id != attendee.id
    ]
    return tuple(sorted(found, key=lambda each: each.row))


def leftover(
    moves: Sequence[Move],
    belonging: Belonging,
    matched: Collection[str],
    bound: Collection[str],
    reading: ListReading,
) -> Leftover:
    """What those who move leave behind, of participants that the list does not speak of otherwise.

    ``matched`` are the ids of those that it does speak of, and ``bound`` those of whom a wish, a request or a meeting speaks:
    such a one is not taken away because its last person moves, since all that would go with it; the row is rejected.
    """
    found = Leftover()
    for move in {each.before: each for each in moves if each.before not in matched}.values():
        attendee = belonging.stored(move.before)
        left = belonging.left(attendee)
        if left:
            found.changed.append(replace(attendee, persons=left))
        elif move.before in bound:
            reading.reject(
                move.row,
                "agenda",
                "",
                told(
                    "{before} would have nobody left, and its wishes, requests or meetings would go with it. Take {before} away first, which can be undone, or leave the agenda of this person as it is.",
                    before=move.before,
                ),
            )
        else:
            found.emptied.append(move.before)
    return found


def notes_of(
    moves: Sequence[Move], emptied: Collection[str], staying: Iterable[tuple[str, int]]
) -> Iterator[str]:
    """What to know of moves, in words; ``staying`` are participants with how many persons the list does not name."""
    for move in moves:
        yield told(
            "{person} (row {row}) goes from the agenda of {before} to that of {after}.",
            person=move.person.name,
            row=move.row,
            before=move.before,
            after=move.after,
        )
    for each in emptied:
        yield told("{id} has nobody left and is taken away.", id=each)
    for each, number in staying:
        yield told("{id} keeps {number} person(s) whom the list does not name.", id=each, number=number)


def _signs(actor_id: str, person: Person) -> list[_Sign]:
    """By what a person is known again within their actor, the surest first."""
    by_name = ("name", actor_id, same_person(person.name))
    return [("email", actor_id, person.email.casefold()), by_name] if person.email else [by_name]
