"""Who is meant by a text: a stored actor by id, number or name, or one of an event's participants; never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from matchmaker.actors import Actor
from matchmaker.events import Attendee
from matchmaker.meetings.attendance import same_person, some
from matchmaker.sources.identity import ActorIndex, loose_name
from matchmaker.telling import told

SUGGESTED = 3
LEAST_LIKENESS = 70
MOST_LOOKED_UP = 300
"""Unknown names for which the closest ones are looked up; in a file of nothing but unknown names the later ones get none."""


class Actors:
    """The stored actors, found by what a facilitator writes."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        kept = list(actors)
        self.names: dict[str, str] = {each.id: each.name for each in kept}
        """Name by id."""
        self._index = ActorIndex(kept)
        self._numbers: dict[str, list[str]] = {}
        for each in kept:
            if number := plain_number(each.registration_number):
                self._numbers.setdefault(number, []).append(each.id)
        self._folded = {actor_id: _folded(name) for actor_id, name in self.names.items()}
        self._looked_up: dict[str, str] = {}

    def find(self, text: str) -> str:
        """The id of the actor with this id, name or registration number.

        A name counts without case, punctuation and legal form. Raises ``ValueError`` with the closest names where nobody or
        more than one fits.
        """
        wanted = " ".join(text.split())
        if self._index.knows(wanted):
            return self._index.find(wanted)
        if self._numbers.get(plain_number(wanted)):
            return self.numbered(wanted)
        near = self._closest(wanted)
        raise ValueError(
            told(
                "No actor has this id or name. Did you mean {near}? Write it as it is stored, or import the actor first.",
                near=near,
            )
            if near
            else told("No actor has this id or name. Write it as it is stored, or import the actor first.")
        )

    def numbered(self, text: str) -> str:
        """The id of the actor with this registration number; raises ``ValueError`` where nobody or more than one has it."""
        found = self._numbers.get(plain_number(text), [])
        if len(found) > 1:
            raise ValueError(
                told("Several actors have this number ({named}). Write the id instead.", named=some(found))
            )
        if not found:
            raise ValueError(
                told("No actor has this registration number. Correct it, or import the actor first.")
            )
        return found[0]

    def _closest(self, text: str) -> str:
        if text not in self._looked_up and len(self._looked_up) < MOST_LOOKED_UP:
            near = process.extract(
                _folded(text),
                self._folded,
                scorer=fuzz.WRatio,
                limit=SUGGESTED,
                score_cutoff=LEAST_LIKENESS,
            )
            self._looked_up[text] = "; ".join(
                f"{self.names[actor_id]} ({actor_id})" for _, _, actor_id in near
            )
        return self._looked_up.get(text, "")


class Participants:
    """Those who attend an event, found by what a facilitator writes."""

    def __init__(self, attendees: Sequence[Attendee], names: Mapping[str, str]) -> None:
        """``names`` are those of actors, by id."""
        self.called = {each.id: called(each, names) for each in attendees}
        """What each is called, by id."""
        self._ids = frozenset(self.called)
        self._found: list[dict[str, list[str]]] = [{}, {}, {}]
        addresses, persons, actors = self._found
        for each in attendees:
            for person in each.persons:
                if person.email:
                    addresses.setdefault(person.email.casefold(), []).append(each.id)
                persons.setdefault(same_person(person.name), []).append(each.id)
            name = names.get(each.actor_id, each.actor_id)
            for key in dict.fromkeys((each.actor_id.casefold(), loose_name(name))):
                actors.setdefault(key, []).append(each.id)

    def find(self, text: str) -> str:
        """The id of the participant with this id, e-mail, person or actor, in that order; raises ``ValueError``."""
        wanted = " ".join(text.split())
        # What a list of participants calls them, "p3 Anna Lund, Firmaet", names them by the id.
        first = wanted.split(" ", 1)[0]
        for each in (wanted, first):
            if each in self._ids and wanted in (each, self.called[each]):
                return each
        keys = (wanted.casefold(), same_person(wanted), wanted.casefold())
        found = next((names[key] for names, key in zip(self._found, keys, strict=True) if key in names), None)
        found = found or self._found[2].get(loose_name(wanted), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                told(
                    "{wanted!r} may be {named}. Write the id.",
                    wanted=wanted,
                    named="; ".join(self.called[each] for each in found[:5]),
                )
            )
        near = process.extract(
            wanted.casefold(),
            {each: name.casefold() for each, name in self.called.items()},
            scorer=fuzz.WRatio,
            limit=SUGGESTED,
            score_cutoff=LEAST_LIKENESS,
        )
        said = "; ".join(self.called[each] for _, _, each in near)
        raise ValueError(
            told(
                "No participant has this id, person or actor. Did you mean {said}? Write the id, the person or the actor of somebody who attends.",
                said=said,
            )
            if said
            else told(
                "No participant has this id, person or actor. Write the id, the person or the actor of somebody who attends."
            )
        )


def called(attendee: Attendee, names: Mapping[str, str]) -> str:
    """A participant in a line: id, persons, actor."""
    persons = " & ".join(each.name for each in attendee.persons)
    return ", ".join(filter(None, (f"{attendee.id} {persons}".strip(), names.get(attendee.actor_id, ""))))


def _folded(name: str) -> str:
    """A name as likeness is looked for: Danish letters also as they are written where a keyboard lacks them."""
    return loose_name(name).replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def plain_number(text: str) -> str:
    """A registration number without spaces, punctuation and, for a Danish one, the country."""
    number = re.sub(r"[\W_]+", "", text.casefold())
    return number[2:] if re.fullmatch(r"dk[0-9]{8}", number) else number
