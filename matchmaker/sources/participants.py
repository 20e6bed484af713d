"""Lists of participants and of wishes, CSV or XLSX, into rows, and every value that had to be rejected.

What a row means at an event (who the actor is, when somebody is there, who a participant is) only the caller can say; it hands in
the functions that do, and their refusals are told with row and column like all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from matchmaker.actors import Rejection
from matchmaker.errors import SourceError
from matchmaker.events import Person, PreferenceKind, Span
from matchmaker.events.setup import LONGEST_NAME
from matchmaker.sources import values
from matchmaker.sources.headers import Column
from matchmaker.sources.known_names import PARTICIPANT_NAMES, WISH_NAMES
from matchmaker.sources.records import Record, TableReading, open_table, refuse_not_found
from matchmaker.sources.rows import what_was_read
from matchmaker.telling import told

_NO_MAPPING: Mapping[str, str] = {}

Found = Callable[[str], str]
"""The id of whoever a text means; raises ``ValueError`` with why it means nobody."""


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One row of a list of participants: a person, or an actor without one."""

    row: int
    """As a spreadsheet numbers it."""
    actor_id: str
    agenda: str
    person: Person | None
    there: tuple[Span, ...]
    """Empty for the whole programme."""
    most_meetings: int | None
    least_meetings: int | None
    language: str


@dataclass(frozen=True, slots=True)
class WishRow:
    """One row of a list of wishes."""

    row: int
    a: str
    b: str
    kind: PreferenceKind
    words: str


@dataclass(slots=True)
class ListReading:
    """A list while it is read: what was made of its columns, and everything wrong with it."""

    reading: TableReading

    @property
    def columns(self) -> tuple[Column, ...]:
        """What was made of each column."""
        return self.reading.plan.columns

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """Every value that cannot be accepted, by row and column."""
        return self.reading.sorted_rejections()

    @property
    def noticed(self) -> str:
        """What was found out about the file: rows, encoding, delimiter or sheet."""
        about = self.reading.about
        return what_was_read(
            about.name,
            self.reading.rows,
            encoding=about.encoding,
            delimiter=about.delimiter,
            sheet=about.sheet,
            others=about.other_sheets,
        )

    def has(self, field: str) -> bool:
        """Whether the list has a column for this field."""
        return self.reading.plan.has(field)

    @property
    def has_persons(self) -> bool:
        """Whether the list has a column that names persons."""
        return any(self.has(each) for each in ("person", "first_name", "last_name"))

    def reject(self, row: int, field: str, value: str, reason: str) -> None:
        """Note something that shows only when all rows are looked at together."""
        positions = self.reading.plan.positions(field)
        self.reading.reject(
            row, self.reading.header.cells[positions[0]] if positions else field, value, reason
        )


def read_participants(
    path: Path,
    *,
    mapping: Mapping[str, str] = _NO_MAPPING,
    actor: Found,
    numbered: Found,
    available: Callable[[str], tuple[Span, ...]],
    most_rows: int,
) -> tuple[list[ParticipantRow], ListReading]:
    """Read a list with one row per person.

    ``actor`` finds an actor by id or name, ``numbered`` by registration number; ``available`` reads when somebody is there.
    Raises ``SourceError`` where the file as a whole cannot be used, and for more than ``most_rows``.
    """
    reading = open_table(path, mapping, PARTICIPANT_NAMES)
    refuse_not_found(mapping, [reading])
    if not any(reading.plan.has(name) for name in ("actor", "actor_id", "registration_number")):
        reading.require("actor", told("the participants' actors (organisations)"))
    rows = []
    for record in reading.records():
        if reading.rows > most_rows:
            raise SourceError(
                told(
                    "{file} has more than {most_rows:,} rows, the most participants of an event. Split the event.",
                    file=path.name,
                    most_rows=most_rows,
                ),
                file=path,
            )
        actor_id = _actor(record, actor, numbered)
        person = _person(record)
        row = ParticipantRow(
            record.number,
            actor_id,
            _one_line(record.text("agenda")),
            person,
            record.parsed("available", available, ()),
            record.parsed("most_meetings", whole_number, None),
            record.parsed("least_meetings", whole_number, None),
            record.parsed("language", language, ""),
        )
        _check_numbers(record, row)
        if record.ok:
            rows.append(row)
    return rows, ListReading(reading)


def read_wishes(
    path: Path, *, mapping: Mapping[str, str] = _NO_MAPPING, participant: Found, most_rows: int
) -> tuple[list[WishRow], ListReading]:
    """Read a list with one wish per row: who, whom, what kind, why; ``participant`` finds one by id, person or actor.

    Raises ``SourceError`` where the file as a whole cannot be used.
    """
    reading = open_table(path, mapping, WISH_NAMES)
    refuse_not_found(mapping, [reading])
    for field, what in (("a", "who wishes"), ("b", told("whom they wish to meet"))):
        reading.require(field, what)
    rows = []
    for record in reading.records():
        if reading.rows > most_rows:
            raise SourceError(
                told(
                    "{file} has more than {most_rows:,} rows. Split it.", file=path.name, most_rows=most_rows
                ),
                file=path,
            )
        for field in ("a", "b"):
            if not record.text(field) and not record.has_rejected(field):
                record.reject(
                    record.header(field), "", told("Nobody is named. Write an id, a person or an actor.")
                )
        a, b = (record.parsed(field, participant, "") for field in ("a", "b"))
        kind = record.parsed("kind", preference_kind, PreferenceKind.MEET)
        if a and a == b:
            record.reject(
                record.header("b"), record.text("b"), told("The two are the same participant. Name two.")
            )
        if record.ok:
            rows.append(WishRow(record.number, a, b, kind, _one_line(record.text("words"))))
    return rows, ListReading(reading)


def whole_number(text: str) -> int:
    """A number of meetings, from 0 to 1,000."""
    if not re.fullmatch(r"[0-9]{1,4}(?:[.,]0+)?", text) or (number := int(re.split(r"[.,]", text)[0])) > 1000:
        raise ValueError(
            told("Not a number of meetings. Write a whole number from 0 to 1000, or leave it empty.")
        )
    return number


_LANGUAGES = {
    "da": "da",
    "dansk": "da",
    "danish": "da",
    "dk": "da",
    "en": "en",
    "engelsk": "en",
    "english": "en",
}


def language(text: str) -> str:
    """``da`` or ``en``, from the word for it."""
    found = _LANGUAGES.get(values.key(text))
    if found is None:
        raise ValueError(told("Neither Danish nor English. Write da or en, or leave it empty."))
    return found


_KINDS: dict[PreferenceKind, str] = {
    PreferenceKind.MUST_MEET: "must meet; must; skal mødes; skal møde; skal; prioriteret",
    PreferenceKind.MEET: "meet; wish; would like; yes; ja; x; ønske; ønsker; møde; gerne; vil gerne; vil mødes; mødes",
    PreferenceKind.NO_THANKS: "no thanks; no; nej tak; nej; vil ikke; ikke interesseret",
    PreferenceKind.MET_BEFORE: "met before; known; har mødt; mødt før; har mødtes; kender; kendt",
    PreferenceKind.APART: "apart; never; keep apart; holdes adskilt; adskilt; aldrig; konkurrent; competitor",
}
_KIND_OF = {values.key(name): kind for kind, names in _KINDS.items() for name in (*names.split(";"), kind)}


def preference_kind(text: str) -> PreferenceKind:
    """What is wanted of a pair, from a Danish or English word for it."""
    found = _KIND_OF.get(values.key(text))
    if found is None:
        raise ValueError(
            told(
                "Unknown kind of wish. Kinds are: {named}; or skal mødes, gerne, nej tak, har mødt, adskilt.",
                named=", ".join(PreferenceKind),
            )
        )
    return found


def _actor(record: Record, actor: Found, numbered: Found) -> str:
    """The one actor that all cells of the row mean, ``""`` after noting why there is none."""
    found: dict[str, str] = {}
    for field, find in (("actor_id", actor), ("registration_number", numbered), ("actor", actor)):
        # Once the id or the number says who it is, a name that is spelled in another way does no harm.
        if field == "actor" and found and not _means(find, record.text(field)):
            continue
        if actor_id := record.parsed(field, find, ""):
            found[field] = actor_id
    if not found and record.ok:
        record.reject(
            record.header("actor"),
            "",
            told("The actor is missing. Write its id, registration number or name."),
        )
    if len(set(found.values())) > 1:
        last = list(found)[-1]
        record.reject(
            record.header(last),
            record.text(last),
            told(
                "This is {found}, but {named} says {other}. Correct one of them.",
                found=found[last],
                named=", ".join(record.header(each) for each in list(found)[:-1]),
                other=found[next(iter(found))],
            ),
        )
    return next(iter(found.values()), "")


def _means(find: Found, text: str) -> bool:
    try:
        return bool(find(text))
    except ValueError:
        return False


def _person(record: Record) -> Person | None:
    parts = (record.text("person"), f"{record.text('first_name')} {record.text('last_name')}")
    name = next((text for each in parts if (text := _one_line(each))), "")
    email, title = record.parsed("email", _address, ""), _one_line(record.text("title"))
    if not name:
        if email or title:
            record.reject(
                record.header("person"),
                "",
                told("The person has an address or a title and no name. Write the name."),
            )
        return None
    for field, text in (("person", name), ("title", title)):
        if len(text) > LONGEST_NAME:
            record.reject(
                record.header(field),
                text,
                told("More than {most} characters. Shorten it.", most=LONGEST_NAME),
            )
    return Person(name, email, title)


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,130}", text):
        raise ValueError(told("Not an e-mail address. Write one such as anna@firma.dk, or leave it empty."))
    return text


def _check_numbers(record: Record, row: ParticipantRow) -> None:
    most, least = row.most_meetings, row.least_meetings
    if most is not None and least is not None and least > most:
        reason = told(
            "At least {least} and at most {most} meetings cannot both hold. Lower the least, or raise the most.",
            least=least,
            most=most,
        )
        record.reject(record.header("least_meetings"), record.text("least_meetings"), reason)
    if len(row.agenda) > LONGEST_NAME:
        record.reject(
            record.header("agenda"),
            row.agenda,
            told("More than {most} characters. Shorten it.", most=LONGEST_NAME),
        )


def _one_line(text: str) -> str:
    return " ".join(text.split())
