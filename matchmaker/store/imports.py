"""What an import would change, and the writing of it: one comparison serves the preview and the import."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from matchmaker.actors import Actor, Collaboration, Participation, Rejection
from matchmaker.errors import ImportRejectedError
from matchmaker.store.audit import Stamp, record_added, record_changed, record_removed
from matchmaker.store.changes import Changes, Difference, KeptField
from matchmaker.store.connections import Connection
from matchmaker.store.import_log import ImportLog
from matchmaker.store.rows import (
    ACTORS,
    COLLABORATIONS,
    Row,
    Subject,
    actor_row,
    collaboration_row,
    column_value,
    content_hash,
    participation_of,
    participation_values,
)
from matchmaker.telling import told

T = TypeVar("T")

CHUNK = 1000
"""Values compared and written at a time: the memory an import needs does not grow with its length."""

_UNKNOWN_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Compared:
    row: Row
    digest: bytes
    stored: bytes | None

    @property
    def id(self) -> str:
        return str(self.row[0])


class Import:
    """Compares arriving values with the store and, when there is a stamp, writes what is new or changed.

    The caller holds a transaction, so that the comparison sees one state and the writing is all or nothing.
    """

    def __init__(self, connection: Connection, *, stamp: Stamp | None, unsaid: Collection[str] = ()) -> None:
        """``unsaid`` names columns of actors that the values say nothing of; raises ``ValueError`` for an unknown one."""
        self._connection = connection
        self._stamp = stamp
        self._unsaid = _positions(unsaid)
        self._kept: list[KeptField] = []
        self._known_actors: set[str] = set()
        self._aliases: dict[str, str] = dict(
            connection.execute("SELECT alias, actor_id FROM aliases").fetchall()
        )
        self._log: ImportLog | None = None

    def take_in(self, actors: Iterable[Actor], collaborations: Iterable[Collaboration]) -> Changes:
        """Take in both, actors first; what an actor was once known by is taken for the actor that it was merged into.

        Raises ``ImportRejectedError`` for participations of unknown actors and ``ValueError`` for an id that arrives
        twice or a value that cannot be kept; what was written before that is for the caller to roll back.
        """
        self._log = ImportLog(self._connection, self._stamp) if self._stamp else None
        changed_actors = self._actors(actors)
        changes = Changes(changed_actors, self._collaborations(collaborations), tuple(self._kept))
        if self._log:
            self._log.finish()
        return changes

    def _actors(self, actors: Iterable[Actor]) -> Difference:
        tally = _Tally(ACTORS)
        merged: dict[str, Actor] = {}
        for chunk in _chunks(actors):
            own = []
            for actor in chunk:
                if actor.id in self._aliases:
                    merged.setdefault(actor.id, actor)
                else:
                    own.append(actor)
            self._take_actors(own, tally)
        # A list that still has both rows says under the actor's own id what the actor is.
        others = {
            target: replace(actor, id=target)
            for actor in merged.values()
            if (target := self._aliases[actor.id]) not in tally
        }
        for chunk in _chunks(others.values()):
            self._take_actors(chunk, tally)
        self._known_actors.update(merged)
        return tally.difference()

    def _take_actors(self, actors: Sequence[Actor], tally: _Tally) -> None:
        rows = self._with_edits(self._completed([actor_row(actor) for actor in actors]))
        compared = self._compared(ACTORS, rows)
        tally.add(compared)
        if self._stamp:
            self._write(ACTORS, compared, self._stamp)
        self._known_actors.update(each.id for each in compared)

    def _collaborations(self, collaborations: Iterable[Collaboration]) -> Difference:
        tally = _Tally(COLLABORATIONS)
        unknown: list[Rejection] = []
        for chunk in _chunks(map(self._without_aliases, collaborations)):
            unknown += self._unknown_participants(chunk)
            compared = self._compared(COLLABORATIONS, [collaboration_row(each) for each in chunk])
            tally.add(compared)
            if self._stamp and not unknown:
                self._write(COLLABORATIONS, compared, self._stamp)
        if unknown:
            raise ImportRejectedError(_naming(unknown), rejections=unknown)
        return tally.difference()

    def _without_aliases(self, collaboration: Collaboration) -> Collaboration:
        """The collaboration with the actors that its participants were merged into, as the merge leaves it."""
        if not any(part.actor_id in self._aliases for part in collaboration.participations):
            return collaboration
        parts = (
            replace(part, actor_id=self._aliases.get(part.actor_id, part.actor_id))
            for part in collaboration.participations
        )
        return replace(collaboration, participations=each_role_once(parts))

    def _completed(self, rows: list[Row]) -> list[Row]:
        """The rows with what they say nothing of as it is stored now: since they were read, somebody may have changed it."""
        if not self._unsaid:
            return rows
        stored = stored_rows(self._connection, ACTORS, [str(row[0]) for row in rows])
        return [self._with_stored(row, stored.get(str(row[0]), row)) for row in rows]

    def _with_stored(self, row: Row, stored: Row) -> Row:
        return tuple(
            there if position in self._unsaid else said
            for position, (said, there) in enumerate(zip(row, stored, strict=True))
        )

    def _with_edits(self, rows: list[Row]) -> list[Row]:
        """The rows with what persons edited put back; what was not taken is noted."""
        edits = _by_id(
            self._connection,
            "SELECT actor_id, field, value FROM edits WHERE actor_id",
            [row[0] for row in rows],
        )
        if not edits:
            return rows
        edited_fields: dict[str, dict[str, str]] = {}
        for actor_id, field, value in edits:
            edited_fields.setdefault(actor_id, {})[field] = value
        return [self._with_edit(row, edited_fields.get(str(row[0]), {})) for row in rows]

    def _with_edit(self, row: Row, edited_fields: Mapping[str, str]) -> Row:
        merged = list(row)
        for position, column in enumerate(ACTORS.columns):
            if column in edited_fields:
                value = column_value(column, json.loads(edited_fields[column]))
                if merged[position] != value:
                    self._kept.append(KeptField(str(row[0]), column))
                    merged[position] = value
        return tuple(merged)

    def _compared(self, subject: Subject, rows: list[Row]) -> list[_Compared]:
        stored: dict[str, bytes] = dict(
            _by_id(
                self._connection,
                f"SELECT id, content_hash FROM {subject.table} WHERE id",
                [row[0] for row in rows],
            )
        )
        return [_Compared(row, content_hash(row), stored.get(str(row[0]))) for row in rows]

    def _unknown_participants(self, collaborations: Sequence[Collaboration]) -> list[Rejection]:
        wanted = {part.actor_id for each in collaborations for part in each.participations}
        sought = sorted(wanted - self._known_actors)
        found = _by_id(self._connection, "SELECT id FROM actors WHERE id", sought)
        self._known_actors.update(actor_id for (actor_id,) in found)
        return [
            Rejection(
                "",
                0,
                "participations",
                part.actor_id,
                told("no actor with this id, in collaboration {id}", id=each.id),
            )
            for each in collaborations
            for part in each.participations
            if part.actor_id not in self._known_actors
        ]

    def _write(self, subject: Subject, compared: Sequence[_Compared], stamp: Stamp) -> None:
        new = [each for each in compared if each.stored is None]
        changed = [each for each in compared if each.stored not in (None, each.digest)]
        rows_before = stored_rows(self._connection, subject, [each.id for each in changed])
        insert_rows(self._connection, subject, [each.row for each in new])
        record_added(self._connection, subject, stamp, ((each.id, each.digest) for each in new))
        if self._log:
            self._log.note(
                subject,
                ((each.id, each.digest) for each in new),
                ((rows_before[each.id], each.digest) for each in changed),
            )
        for each in changed:
            update_row(self._connection, subject, each.row)
            record_changed(self._connection, subject, stamp, rows_before[each.id], each.row)


class _Tally:
    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ids: dict[str, str] = {}

    def __contains__(self, subject_id: str) -> bool:
        return subject_id in self._ids

    def add(self, compared: Iterable[_Compared]) -> None:
        for each in compared:
            if each.id in self._ids:
                raise ValueError(f"The {self._subject.kind} {each.id!r} is in this import twice.")
            same = "unchanged" if each.stored == each.digest else "changed"
            self._ids[each.id] = "new" if each.stored is None else same

    def difference(self) -> Difference:
        of = {state: tuple(key for key, value in self._ids.items() if value == state) for state in _STATES}
        return Difference(**of)


_STATES = ("new", "changed", "unchanged")


def each_role_once(parts: Iterable[Participation]) -> tuple[Participation, ...]:
    """The parts of one collaboration, those of an actor in one role as one, with all that it gets in it.

    A merge and an import of what was merged both go through this, so that the same list again changes nothing.
    """
    joined: dict[tuple[str, str], Participation] = {}
    for part in parts:
        known = joined.get((part.actor_id, part.role))
        joined[part.actor_id, part.role] = (
            part if known is None else replace(known, funding=_sum(known.funding, part.funding))
        )
    return tuple(joined.values())


def _sum(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    # As they are written: the cents of three must not depend on which two came together first.
    return float(Decimal(repr(float(one))) + Decimal(repr(float(other))))


def insert_rows(connection: Connection, subject: Subject, rows: Sequence[Row]) -> None:
    """Add rows whose ids are not there yet."""
    marks = ", ".join("?" * (len(subject.columns) + 1))
    connection.executemany(
        f"INSERT INTO {subject.table} ({subject.column_list}, content_hash) VALUES ({marks})",
        ((*row[: len(subject.columns)], content_hash(row)) for row in rows),
    )
    for row in rows:
        _insert_participations(connection, subject, row)


def update_row(connection: Connection, subject: Subject, row: Row) -> None:
    """Replace the row with this id, and its participations where it has any."""
    marks = ", ".join(f'"{column}" = ?' for column in subject.columns)
    connection.execute(
        f"UPDATE {subject.table} SET {marks}, content_hash = ? WHERE id = ?",
        (*row[: len(subject.columns)], content_hash(row), row[0]),
    )
    if subject is COLLABORATIONS:
        connection.execute("DELETE FROM participations WHERE collaboration_id = ?", (row[0],))
    _insert_participations(connection, subject, row)


def remove_rows(connection: Connection, subject: Subject, ids: Sequence[str], stamp: Stamp) -> None:
    """Take rows away, each with an audit row that says what was there; ids that are not there are passed over.

    An import never does this; it is for what the store itself made of something that is taken back.
    """
    for row_id, row in stored_rows(connection, subject, ids).items():
        record_removed(connection, subject, stamp, row)
        connection.execute(f"DELETE FROM {subject.table} WHERE id = ?", (row_id,))


def stored_rows(connection: Connection, subject: Subject, ids: Sequence[str]) -> dict[str, Row]:
    """The rows with these ids as ``actor_row`` and ``collaboration_row`` make them."""
    found = _by_id(connection, f"SELECT {subject.column_list} FROM {subject.table} WHERE id", ids)
    if subject is not COLLABORATIONS:
        return {row[0]: row for row in found}
    parts: dict[str, list[list[object]]] = {row[0]: [] for row in found}
    for collaboration_id, _position, *values in sorted(
        _by_id(
            connection,
            "SELECT collaboration_id, position, actor_id, role, funding FROM participations WHERE collaboration_id",
            ids,
        ),
        key=itemgetter(0, 1),
    ):
        parts[collaboration_id].append(participation_values(Participation(*values)))
    return {row[0]: (*row, column_value("participations", parts[row[0]])) for row in found}


def _insert_participations(connection: Connection, subject: Subject, row: Row) -> None:
    if subject is COLLABORATIONS:
        connection.executemany(
            "INSERT INTO participations (collaboration_id, position, actor_id, role, funding) VALUES (?, ?, ?, ?, ?)",
            (
                (row[0], position, part.actor_id, part.role, part.funding)
                for position, part in enumerate(map(participation_of, json.loads(str(row[-1]))))
            ),
        )


def _positions(columns: Collection[str]) -> frozenset[int]:
    unknown = sorted(set(columns) - set(ACTORS.columns))
    if unknown:
        raise ValueError(f"An actor has no field {unknown[0]!r}; there are {', '.join(ACTORS.columns)}.")
    return frozenset(map(ACTORS.columns.index, columns))


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _by_id(connection: Connection, select: str, ids: Sequence[object]) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    # One JSON list instead of a mark for each id: the statement stays the same and is prepared once.
    return connection.execute(f"{select} IN (SELECT value FROM json_each(?))", (json.dumps(ids),)).fetchall()


def _naming(unknown: Sequence[Rejection]) -> str:
    named = "; ".join(f"{each.value!r} ({each.reason})" for each in unknown[:_UNKNOWN_NAMED])
    if len(unknown) > _UNKNOWN_NAMED:
        return told(
            "Participations of unknown actors: {named}; and {more} more. Import those actors first; nothing was changed.",
            named=named,
            more=len(unknown) - _UNKNOWN_NAMED,
        )
    return told(
        "Participations of unknown actors: {named}. Import those actors first; nothing was changed.",
        named=named,
    )
