"""A parsed JSON document -> an ``Instance``, or everything that is wrong with it, all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from matchmaker.errors import InstanceError
from matchmaker.meetings.solver.instance import Instance, Participant, Wish

MOST_SLOTS = 200
MOST_PARTICIPANTS = 20_000
MOST_WISHES = 400_000
LARGEST_VALUE = 1e6
LONGEST_ID = 200

FIELDS = ("slots", "tables", "participants", "wishes", "never")
OF_PARTICIPANT = ("id", "available", "max_meetings", "min_meetings")
OF_WISH = ("a", "b", "value", "must")


class _Reader:
    """Reads one document and collects what is wrong."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.ids: dict[str, int] = {}

    def wrong(self, where: str, what: str, do: str) -> None:
        self.problems.append(f"{where}: {what}. {do}")

    def fields(
        self, value: object, where: str, known: Iterable[str], needed: Iterable[str]
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.wrong(where or "the file", f"this is {_kind(value)}, not an object", "Write it as {...}.")
            return {}
        for name in value:
            if name not in known:
                self.wrong(_at(where, str(name)), "no such field", f"The fields are {', '.join(known)}.")
        for name in needed:
            if name not in value:
                self.wrong(_at(where, name), "missing", "Add it.")
        return value

    def whole(self, value: object, where: str, least: int, most: int) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(where, f"this is {_kind(value)}", f"Write a whole number from {least} to {most}.")
        elif not least <= value <= most:
            self.wrong(
                where, f"{_short(value)} is out of range", f"Write a whole number from {least} to {most}."
            )
        else:
            return value
        return None

    def rows(self, value: object, where: str, most: int) -> list[Any]:
        if not isinstance(value, list):
            self.wrong(where, f"this is {_kind(value)}, not a list", "Write it as [...].")
            return []
        if len(value) > most:
            self.wrong(
                where, f"{len(value)} entries", f"At most {most} can be scheduled at once; part the event."
            )
            return []
        return value

    def tables(self, value: object, slots: int) -> tuple[int, ...]:
        if isinstance(value, list):
            if len(value) != slots:
                self.wrong(
                    "tables",
                    f"{len(value)} numbers for {slots} slots",
                    "Give one number for each slot, or one for all.",
                )
            each = [
                self.whole(entry, f"tables[{slot}]", 0, MOST_PARTICIPANTS)
                for slot, entry in enumerate(value[:slots])
            ]
        else:
            each = [self.whole(value, "tables", 0, MOST_PARTICIPANTS)] * slots
        numbers = tuple(number or 0 for number in each)
        if not any(numbers) and None not in each and slots:
            self.wrong("tables", "there are no tables", "Give at least one slot a table.")
        return numbers

    def participant(self, value: object, where: str, slots: int) -> Participant | None:
        fields = self.fields(value, where, OF_PARTICIPANT, ("id",))
        name = self.id(fields["id"], f"{where}.id") if "id" in fields else None
        available = (
            self.available(fields["available"], f"{where}.available", slots)
            if "available" in fields
            else range(slots)
        )
        most = (
            self.whole(fields["max_meetings"], f"{where}.max_meetings", 0, MOST_SLOTS)
            if "max_meetings" in fields
            else slots
        )
        least = (
            self.whole(fields["min_meetings"], f"{where}.min_meetings", 0, MOST_SLOTS)
            if "min_meetings" in fields
            else 0
        )
        if most is not None and least is not None and least > most:
            self.wrong(
                f"{where}.min_meetings",
                f"{least} is more than max_meetings, {most}",
                "Lower it, or raise max_meetings.",
            )
        if name is None or most is None or least is None:
            return None
        if name in self.ids:
            self.wrong(f"{where}.id", f"{name!r} is there twice", "Give each participant an id of their own.")
            return None
        self.ids[name] = len(self.ids)
        return Participant(name, tuple(available), most, least)

    def id(self, value: object, where: str) -> str | None:
        if not isinstance(value, str) or not value or len(value) > LONGEST_ID:
            self.wrong(
                where, f"{_short(value)} cannot be an id", f"Write a text of 1 to {LONGEST_ID} characters."
            )
            return None
        if any(0xD800 <= ord(letter) < 0xE000 for letter in value):
            self.wrong(where, "half a character (a lone surrogate)", "Write the id in Unicode.")
            return None
        return value

    def available(self, value: object, where: str, slots: int) -> Iterable[int]:
        entries = self.rows(value, where, MOST_SLOTS)
        found = [self.whole(entry, f"{where}[{row}]", 0, slots - 1) for row, entry in enumerate(entries)]
        numbers = sorted({slot for slot in found if slot is not None})
        if len(numbers) < len(found) and None not in found:
            self.wrong(where, "a slot is there twice", "Name each slot once.")
        return numbers

    def pair(self, a: object, b: object, where: tuple[str, str]) -> tuple[str, str] | None:
        known = [self.known(value, place) for value, place in zip((a, b), where, strict=True)]
        if not all(known):
            return None
        if a == b:
            self.wrong(where[1], f"{a!r} cannot meet themselves", "Name two participants.")
            return None
        return str(a), str(b)

    def known(self, value: object, where: str) -> bool:
        if isinstance(value, str) and value in self.ids:
            return True
        self.wrong(where, f"there is no participant {_short(value)}", "Name one that is in participants.")
        return False

    def wish(self, value: object, where: str) -> Wish | None:
        fields = self.fields(value, where, OF_WISH, ("a", "b", "value"))
        worth, must = fields.get("value"), fields.get("must", False)
        if "value" in fields and (
            isinstance(worth, bool) or not isinstance(worth, int | float) or not _fits(worth)
        ):
            self.wrong(
                f"{where}.value",
                f"{_short(worth)} is no value",
                f"Write a number from 0 to {LARGEST_VALUE:g}.",
            )
            worth = None
        if not isinstance(must, bool):
            self.wrong(f"{where}.must", f"this is {_kind(must)}", "Write true or false.")
            must = False
        pair = (
            self.pair(fields["a"], fields["b"], (f"{where}.a", f"{where}.b"))
            if {"a", "b"} <= set(fields)
            else None
        )
        return Wish(*pair, float(worth), must) if pair and worth is not None else None

    def never(self, value: object, where: str) -> tuple[str, str] | None:
        if not isinstance(value, list) or len(value) != 2:
            self.wrong(where, "this is no pair", 'Write two ids, as in ["p3", "p4"].')
            return None
        return self.pair(value[0], value[1], (f"{where}[0]", f"{where}[1]"))


def read_instance(document: object) -> Instance:
    """An event out of a parsed JSON document, in the plain instance format of docs/meetings.md.

    A pair that is wished for twice counts once, with the larger value, and is a must where one of the wishes is.

    Raises:
        InstanceError: with every problem, each saying where (``wishes[12].value``), what, and what to do.
    """
    reader = _Reader()
    fields = reader.fields(document, "", FIELDS, ("slots", "tables", "participants", "wishes"))
    slots = reader.whole(fields["slots"], "slots", 1, MOST_SLOTS) if "slots" in fields else None
    if slots is None:
        raise InstanceError(reader.problems)
    tables = reader.tables(fields["tables"], slots) if "tables" in fields else ()
    people = reader.rows(fields.get("participants", []), "participants", MOST_PARTICIPANTS)
    if fields.get("participants") == []:
        reader.wrong("participants", "there are none", "Add those who take part.")
    participants = [
        reader.participant(each, f"participants[{row}]", slots) for row, each in enumerate(people)
    ]
    wishes: dict[frozenset[str], Wish] = {}
    for row, each in enumerate(reader.rows(fields.get("wishes", []), "wishes", MOST_WISHES)):
        wish = reader.wish(each, f"wishes[{row}]")
        if wish:
            before = wishes.get(frozenset((wish.a, wish.b)), wish)
            wishes[frozenset((wish.a, wish.b))] = Wish(
                before.a, before.b, max(before.value, wish.value), before.must or wish.must
            )
    apart = [
        reader.never(each, f"never[{row}]")
        for row, each in enumerate(reader.rows(fields.get("never", []), "never", MOST_WISHES))
    ]
    if reader.problems:
        raise InstanceError(reader.problems)
    return Instance(
        tables,
        tuple(each for each in participants if each),
        tuple(wishes.values()),
        tuple(each for each in apart if each),
    )


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _fits(value: float) -> bool:
    return 0 <= value <= LARGEST_VALUE and math.isfinite(value)


def _kind(value: object) -> str:
    kinds: dict[type, str] = {
        dict: "an object",
        list: "a list",
        bool: "true or false",
        str: "a text",
        type(None): "null",
    }
    return kinds.get(type(value), f"the number {_short(value)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
