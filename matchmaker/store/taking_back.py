"""Imports as they can be taken back: what each did to every row, and the way back where nobody changed it since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from matchmaker.errors import ImportNotFoundError
from matchmaker.store.audit import Stamp, record_changed, record_removed
from matchmaker.store.connections import Connection
from matchmaker.store.foreign import tables_of_actors
from matchmaker.store.import_log import KEPT
from matchmaker.store.imports import remove_rows, stored_rows, update_row
from matchmaker.store.rows import ACTORS, COLLABORATIONS, Row, Subject

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class ImportMade:
    """One import that changed something."""

    number: int
    source: str
    who: str
    at: str
    added: int
    changed: int
    undone: str
    """When it was taken back; empty where it was not."""
    can_be_undone: bool
    """Whether it is still known what it did."""


@dataclass(frozen=True, slots=True)
class NotTakenBack:
    """One row that stays as it is, and why."""

    kind: str
    """``actor`` or ``collaboration``."""
    id: str
    reason: str
    """``changed`` since, ``in_use`` by something that came later, ``gone``."""
    by: str = ""
    """What uses it: the name of a table."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did, or would do."""

    removed: Mapping[str, int]
    """Rows that went, by kind."""
    restored: Mapping[str, int]
    """Rows that have their former values again, by kind."""
    left: tuple[NotTakenBack, ...]
    """Rows that could not be taken back."""


class Imports:
    """The imports of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def all(self, *, limit: int = KEPT) -> tuple[ImportMade, ...]:
        """The latest imports that changed something, newest first."""
        with self._reading() as connection:
            return tuple(_made(connection, "ORDER BY number DESC LIMIT ?", (limit,)))

    def one(self, number: int) -> ImportMade:
        """An import; raises ``ImportNotFoundError``."""
        with self._reading() as connection:
            return _one(connection, number)

    def undo(self, number: int, *, who: str, trial: bool = False) -> TakenBack:
        """Take an import back: fields as they were before, new rows away, where nobody changed or used them since.

        What cannot be taken back is left and told. A ``trial`` changes nothing. Raises ``ImportNotFoundError`` for an import
        that is unknown, was taken back already, or is too old.
        """
        ending: list[TakenBack] = []
        try:
            with self._writing() as connection:
                made = _one(connection, number)
                if made.undone or not made.can_be_undone:
                    raise ImportNotFoundError(number, undone=bool(made.undone))
                stamp = Stamp(self._stamp(who).at, who, f"undo of {made.source}")
                ending.append(_take_back(connection, number, stamp))
                connection.execute("UPDATE imports SET undone = ? WHERE number = ?", (stamp.at, number))
                connection.execute("DELETE FROM import_changes WHERE import = ?", (number,))
                _end(trial=trial)
        except _TrialEnded:
            pass
        return ending[0]

    def forget(self, *, keep: int = 0) -> int:
        """Forget how to take back all but the latest ``keep`` imports; returns of how many rows."""
        with self._writing() as connection:
            return int(
                connection.execute(
                    "DELETE FROM import_changes WHERE import NOT IN"
                    " (SELECT number FROM imports ORDER BY number DESC LIMIT ?)",
                    (keep,),
                ).rowcount
            )

    def mapping(self, headers: Sequence[str]) -> dict[str, object] | None:
        """What was said of the columns of the last file with these headers; ``None`` where nothing was."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT document FROM import_mappings WHERE headers = ?", (_headers_key(headers),)
            ).fetchone()
        return None if row is None else json.loads(row[0])

    def remember_mapping(self, headers: Sequence[str], said: Mapping[str, object], *, who: str) -> None:
        """Keep what the columns of a file with these headers hold."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO import_mappings (headers, document, who, at) VALUES (?, ?, ?, ?)",
                (_headers_key(headers), json.dumps(said, ensure_ascii=False), who, self._stamp(who).at),
            )


class _TrialEnded(Exception):  # noqa: N818 - it rolls a trial back, nothing failed
    pass


def _end(*, trial: bool) -> None:
    if trial:
        raise _TrialEnded


def _headers_key(headers: Sequence[str]) -> str:
    """Headers as one text: their order does not matter, for each says itself what it holds."""
    return json.dumps(sorted(" ".join(each.casefold().split()) for each in headers), ensure_ascii=False)


_MADE = (
    "SELECT number, source, who, at, added, changed, undone, "
    "EXISTS (SELECT 1 FROM import_changes WHERE import = number) FROM imports "
)


def _made(connection: Connection, which: str, values: Sequence[object]) -> list[ImportMade]:
    rows = connection.execute(_MADE + which, values).fetchall()
    return [
        ImportMade(number, source, who, at, added, changed, undone, bool(known))
        for number, source, who, at, added, changed, undone, known in rows
    ]


def _one(connection: Connection, number: int) -> ImportMade:
    found = _made(connection, "WHERE number = ?", (number,))
    if not found:
        raise ImportNotFoundError(number)
    return found[0]


def _take_back(connection: Connection, number: int, stamp: Stamp) -> TakenBack:
    removed: dict[str, int] = {}
    restored: dict[str, int] = {}
    left: list[NotTakenBack] = []
    # Collaborations first: they hold actors in place.
    for subject in (COLLABORATIONS, ACTORS):
        noted = connection.execute(
            "SELECT subject_id, before, after_hash FROM import_changes WHERE import = ? AND subject_kind = ?"
            " ORDER BY subject_id",
            (number, subject.kind),
        ).fetchall()
        hashes = _hashes(connection, subject, [each[0] for each in noted])
        new: list[str] = []
        for subject_id, before, after in noted:
            if hashes.get(subject_id) != after:
                reason = "changed" if subject_id in hashes else "gone"
                left.append(NotTakenBack(subject.kind, subject_id, reason))
            elif before:
                _restore(connection, subject, stamp, tuple(json.loads(before)))
                restored[subject.kind] = restored.get(subject.kind, 0) + 1
            else:
                new.append(subject_id)
        used = _in_use(connection, new) if subject is ACTORS else {}
        left += [NotTakenBack(subject.kind, each, "in_use", used[each]) for each in new if each in used]
        going = [each for each in new if each not in used]
        _remove(connection, subject, going, stamp)
        if going:
            removed[subject.kind] = len(going)
    return TakenBack(removed, restored, tuple(left))


def _restore(connection: Connection, subject: Subject, stamp: Stamp, before: Row) -> None:
    now = stored_rows(connection, subject, [str(before[0])])[str(before[0])]
    update_row(connection, subject, before)
    record_changed(connection, subject, stamp, now, before)


def _remove(connection: Connection, subject: Subject, ids: Sequence[str], stamp: Stamp) -> None:
    if subject is COLLABORATIONS:
        remove_rows(connection, subject, ids, stamp)
        return
    for row in stored_rows(connection, subject, ids).values():
        take_actor_away(connection, row, partial(record_removed, connection, ACTORS, stamp, row))


def take_actor_away(connection: Connection, row: Row, tell: Callable[[], object]) -> None:
    """Delete an actor's row; ``tell`` writes the audit row, in place of the one that the database writes by itself."""
    connection.execute("DELETE FROM actors WHERE id = ?", (row[0],))
    connection.execute(
        "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit WHERE action = 'erased'"
        " AND subject_kind = 'actor' AND subject_id = ? AND who = '')",
        (row[0],),
    )
    tell()


def _hashes(connection: Connection, subject: Subject, ids: Sequence[str]) -> dict[str, bytes]:
    return dict(
        connection.execute(
            f"SELECT id, content_hash FROM {subject.table} WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        ).fetchall()
    )


def _in_use(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Of these actors, those that something refers to, with the name of a table that does."""
    used: dict[str, str] = {}
    for table in tables_of_actors(connection):
        if table.name in ("event_proposals", "not_the_same", "merges"):
            continue  # made from the actors themselves, and made again; a merge that stands has an alias, too
        for column in table.columns:
            rows = connection.execute(
                f'SELECT DISTINCT "{column}" FROM "{table.name}" WHERE "{column}" IN (SELECT value FROM json_each(?))',
                (json.dumps(ids),),
            ).fetchall()
            for (actor_id,) in rows:
                used.setdefault(actor_id, table.name)
    return used
