"""Tables of collaborations, with their participants in the same table or in one of their own, into collaborations."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from matchmaker.actors import Actor, Collaboration, Participation, Rejection
from matchmaker.errors import SourceError
from matchmaker.sources import values
from matchmaker.sources.headers import Column
from matchmaker.sources.identity import ActorIndex, slug
from matchmaker.sources.known_names import COLLABORATION_NAMES, PARTICIPATION_NAMES
from matchmaker.sources.records import Record, TableReading, open_table, refuse_not_found
from matchmaker.telling import told

_OTHER_UNITS = frozenset(
    {
        "kr",
        "dkk",
        "kroner",
        "tkr",
        "sek",
        "nok",
        "isk",
        "usd",
        "gbp",
        "chf",
        "pln",
        "$",
        "£",
        "dollar",
        "dollars",
    }
    | {"pounds", "1000", "tusinde", "tusind", "thousand", "thousands", "mio", "mill", "million", "millions"}
    | {"millioner", "keur", "teur", "meur", "k€", "t€", "pct", "procent", "percent"}
)
"""Words in a header that say its amounts are no plain EUR."""

_NO_MAPPING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class CollaborationTable:
    """What a table of collaborations, and one of participations, says."""

    collaborations: tuple[Collaboration, ...]
    """In the order of the file; participations in the order of their rows."""
    rejections: tuple[Rejection, ...]
    """Every value that cannot be accepted, by file and row."""
    columns: tuple[Column, ...]
    """What was made of each column of the table of collaborations."""
    participation_columns: tuple[Column, ...]
    """The same of the table of participations; empty where there is none."""
    delimiter: str
    encoding: str
    rows: int
    """Rows with content below the headers, rejected ones included."""
    participation_rows: int = 0
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A collaboration while its rows are read."""

    id: str
    row: int
    """The first row that it is in."""
    facts: dict[str, object] = field(default_factory=dict)
    """Field of ``Collaboration`` to its value, empty values left out."""
    roles: dict[str, list[str]] = field(default_factory=dict)
    """Actor id to its roles."""
    funding: dict[tuple[str, str], float] = field(default_factory=dict)
    """Actor id and role, ``""`` for none, to what it gets."""

    def join(self, part: Participation) -> None:
        """Note that an actor takes part; a part without a role gives way to one with a role."""
        known = self.roles.setdefault(part.actor_id, [])
        if part.role and part.role not in known:
            known.append(part.role)
        if part.funding is not None:
            self.funding[part.actor_id, part.role] = part.funding

    def contradicts(self, part: Participation) -> bool:
        """Whether an earlier row gives the same part, or the actor without a role, another funding."""
        if part.funding is None:
            return False
        same = {part.role, ""} if part.role else {"", *self.roles.get(part.actor_id, ())}
        return any(self.funding.get((part.actor_id, role), part.funding) != part.funding for role in same)

    @property
    def participations(self) -> tuple[Participation, ...]:
        return tuple(
            Participation(actor_id, role, self._funding(actor_id, role, first=role == (roles or [""])[0]))
            for actor_id, roles in self.roles.items()
            for role in roles or [""]
        )

    def _funding(self, actor_id: str, role: str, *, first: bool) -> float | None:
        """What a part gets; what is said of the actor without a role is said of its first."""
        own = self.funding.get((actor_id, role))
        return self.funding.get((actor_id, "")) if own is None and first else own


def read_collaborations(
    path: Path | str,
    *,
    mapping: Mapping[str, str] = _NO_MAPPING,
    actors: Iterable[Actor],
    participations: Path | str | None = None,
) -> CollaborationTable:
    """Read a CSV or XLSX file of collaborations whose participants are among ``actors``, by id or by name.

    A row holds a collaboration with several participants in one cell, or one participation; rows with the same id
    are joined. With ``participations``, a second file with a row per participation (id of the collaboration,
    participant, role, funding) adds to it. Raises ``SourceError`` where a file as a whole cannot be used.
    """
    joined = Path(participations) if participations is not None else None
    table, readings = read_joined(Path(path), joined, mapping, ActorIndex(actors))
    refuse_not_found(mapping, readings)
    return table


def read_joined(
    path: Path,
    participations: Path | None,
    mapping: Mapping[str, str],
    index: ActorIndex,
    *,
    elsewhere: Collection[str] = (),
    participation_mapping: Mapping[str, str] | None = None,
) -> tuple[CollaborationTable, list[TableReading]]:
    """Do the work of ``read_collaborations`` without minding headers of the mapping that no file has.

    The second file has the same mapping unless it is given ``participation_mapping``.
    """
    reading = open_table(path, mapping, COLLABORATION_NAMES, elsewhere=elsewhere)
    reading.require("title", told("the collaborations' titles"))
    if participations is None:
        reading.require("participants", told("the participants, and no table of participations is given"))
    drafts = _Drafts(index)
    _refuse_other_units(reading)
    for record in reading.records():
        drafts.add(record)
    readings = [reading]
    if participations is not None:
        second = open_table(
            participations,
            mapping if participation_mapping is None else participation_mapping,
            PARTICIPATION_NAMES,
            elsewhere={*elsewhere, *COLLABORATION_NAMES},
        )
        second.require("id", told("the collaborations' ids"))
        second.require("participants", told("the participants"))
        _refuse_other_units(second)
        for record in second.records():
            drafts.add_participation(record)
        readings.append(second)
    collaborations = drafts.finish(reading)
    return _table(collaborations, readings), readings


def _table(collaborations: tuple[Collaboration, ...], readings: list[TableReading]) -> CollaborationTable:
    first, *others = readings
    return CollaborationTable(
        collaborations=collaborations,
        rejections=tuple(each for reading in readings for each in reading.sorted_rejections()),
        columns=first.plan.columns,
        participation_columns=tuple(column for reading in others for column in reading.plan.columns),
        delimiter=first.about.delimiter,
        encoding=first.about.encoding,
        rows=first.rows,
        participation_rows=sum(reading.rows for reading in others),
        sheet=first.about.sheet,
        other_sheets=first.about.other_sheets,
    )


class _Drafts:
    """All collaborations of the tables while they are read."""

    def __init__(self, actors: ActorIndex) -> None:
        self._actors = actors
        self._drafts: dict[str, _Draft] = {}
        self._flawed: set[str] = set()
        # Ids of which a row was rejected: what is missing of them later was already complained about.

    def add(self, record: Record) -> None:
        """Take in one row of the table of collaborations."""
        facts = _facts(record)
        collaboration_id = record.text("id") or _derived_id(facts)
        if not collaboration_id:
            if not record.has_rejected("id") and not record.has_rejected("title"):
                record.reject(
                    record.header("id"), "", told("The id is missing, and no title to make one from.")
                )
            return
        draft = self._drafts.get(collaboration_id) or _Draft(collaboration_id, record.number)
        for name, value in facts.items():
            if draft.facts.get(name, value) != value:
                reason = told(
                    "Row {row} says something else about the same id. Make the rows agree.", row=draft.row
                )
                record.reject(record.header(name), record.text(name), reason)
        parts = self._parts(record, draft)
        if not record.ok:
            self._flawed.add(collaboration_id)
            return
        self._drafts[collaboration_id] = draft
        draft.facts = {**facts, **draft.facts}
        for part in parts:
            draft.join(part)

    def add_participation(self, record: Record) -> None:
        """Take in one row of the table of participations."""
        collaboration_id = record.text("id")
        if not collaboration_id and not record.has_rejected("id"):
            record.reject(record.header("id"), "", told("The id of the collaboration is missing."))
        known = collaboration_id in self._drafts or collaboration_id in self._flawed
        if collaboration_id and not known:
            record.reject(record.header("id"), collaboration_id, told("No collaboration has this id."))
        if "participants" not in record.cells and not record.has_rejected("participants"):
            record.reject(record.header("participants"), "", told("The participant is missing."))
        draft = self._drafts.get(collaboration_id)
        parts = self._parts(record, draft)
        if not record.ok:
            self._flawed.add(collaboration_id)
        elif draft:
            for part in parts:
                draft.join(part)

    def _parts(self, record: Record, draft: _Draft | None) -> list[Participation]:
        """The participations of a row: as many roles and amounts as participants go by order, one role is for all."""
        participants = self._participants(record)
        role = record.text("role")
        roles = values.items(role) if len(participants) > 1 else (role,)
        if len(roles) != len(participants):
            roles = (role,) * len(participants)
        amounts = _amounts(record, len(participants))
        if not record.ok:
            return []
        parts = [Participation(*each) for each in zip(participants, roles, amounts, strict=True)]
        if draft and any(map(draft.contradicts, parts)):
            reason = told(
                "Another row gives this participant another amount in the same role. Make one row of them."
            )
            record.reject(record.header("funding"), record.text("funding"), reason)
        return parts

    def _participants(self, record: Record) -> list[str]:
        found: list[str] = []
        for header, text in record.cells.get("participants", ()):
            # A name may hold a separator itself, so the whole cell is tried first.
            for part in (text,) if self._actors.knows(text) else values.items(text):
                try:
                    found.append(self._actors.find(part))
                except ValueError as error:
                    record.reject(header, part, str(error))
        return found

    def finish(self, reading: TableReading) -> tuple[Collaboration, ...]:
        """The collaborations that are complete; what is missing of the others is rejected."""
        return tuple(
            self._collaboration(draft) for draft in self._drafts.values() if self._complete(draft, reading)
        )

    def _complete(self, draft: _Draft, reading: TableReading) -> bool:
        problem, name = "", "title"
        start, end = draft.facts.get("start"), draft.facts.get("end")
        if "title" not in draft.facts:
            problem = told("The title is missing.")
        elif not draft.roles:
            problem, name = told("Nobody takes part in it."), "participants"
        elif isinstance(start, date) and isinstance(end, date) and end < start:
            problem, name = told("It ends before it starts ({start}).", start=start.isoformat()), "end"
        elif not problem:
            return True
        if problem and draft.id not in self._flawed:
            positions = reading.plan.positions(name)
            header = reading.header.cells[positions[0]] if positions else name
            value = draft.facts.get(name, draft.id)
            reading.reject(draft.row, header, str(value), problem)
        return False

    def _collaboration(self, draft: _Draft) -> Collaboration:
        return Collaboration(id=draft.id, participations=draft.participations, **draft.facts)  # type: ignore[arg-type]


def _amounts(record: Record, participants: int) -> list[float | None]:
    """What each participant of a row gets; nobody knows whom a single amount beside several is for."""
    header, text = record.header("funding"), record.text("funding")
    if not text:
        return [None] * participants
    parts = values.items(text) if participants > 1 else (text,)
    amounts: list[float | None] = []
    for part in parts:
        try:
            amounts.append(values.euros(part))
        except ValueError as error:
            record.reject(header, part, str(error))
    if record.ok and len(amounts) != participants:
        reason = told(
            'The row has {participants} participants. Give as many amounts in their order, or a row for each, or leave the column out: --map "{header}=-".',
            participants=participants,
            header=header,
        )
        record.reject(header, text, reason)
    return amounts


def _refuse_other_units(reading: TableReading) -> None:
    """Raise ``SourceError`` for a column of amounts whose header names another unit than EUR."""
    for position in reading.plan.positions("funding"):
        header = reading.header.cells[position]
        if _OTHER_UNITS & set(re.findall(r"[^\W\d_]+|[0-9]+|[$£€]", header.replace(".", "").casefold())):
            raise SourceError(
                told(
                    'The amounts of the column "{header}" in {name} are not in EUR, as its header says. Convert them and rename it, or leave it out: --map "{header}=-".',
                    header=header,
                    name=reading.about.name,
                ),
                file=reading.path,
            )


def _facts(record: Record) -> dict[str, object]:
    """What a row says about its collaboration, by field of ``Collaboration``, empty values left out."""
    parsers: dict[str, Callable[[str], object]] = {
        "title": str,
        "text": str,
        "topic": str,
        "commitment": values.commitment,
        "signed": values.day,
        "start": values.day,
        "end": values.day,
    }
    facts = {name: record.parsed(name, parse, None) for name, parse in parsers.items()}
    facts["fields"] = record.several("fields", values.items) or None
    return {name: value for name, value in facts.items() if value is not None}


def _derived_id(facts: Mapping[str, object]) -> str:
    """The id of a collaboration whose row gives none: its title and the first day that is known of it."""
    title, day = facts.get("title"), facts.get("signed") or facts.get("start")
    if not title:
        return ""
    return slug(f"{title} {day.isoformat() if isinstance(day, date) else ''}")
