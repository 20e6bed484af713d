"""The audit trail: one row for every change, written in the transaction that makes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from matchmaker.store.connections import Connection
from matchmaker.store.rows import Row, Subject, plain
from matchmaker.trail import AuditLine, AuditRow

_LONG = 500
"""Characters from which an import's audit row holds a value's hash instead of the value."""

_COLUMNS = "at, who, action, subject_kind, subject_id, source, before, after"
_INSERT = f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changes what, when and from where."""

    at: str
    who: str
    source: str


def record_added(
    connection: Connection, subject: Subject, stamp: Stamp, added: Iterable[tuple[str, bytes]]
) -> None:
    """Note new subjects by id and content hash; their values are in the store, so no copy is kept."""
    connection.executemany(
        _INSERT,
        (
            (
                stamp.at,
                stamp.who,
                "added",
                subject.kind,
                subject_id,
                stamp.source,
                "{}",
                f'{{"content":"{digest.hex()}"}}',
            )
            for subject_id, digest in added
        ),
    )


def record_changed(
    connection: Connection,
    subject: Subject,
    stamp: Stamp,
    before: Row,
    after: Row,
    *,
    by_person: bool = False,
) -> None:
    """Note the fields that differ between two rows of one subject.

    A person's edit is kept in full, so that it can be read and undone; an import's long texts only by their hash.
    """
    names = subject.row_names
    differing = [index for index, name in enumerate(names) if before[index] != after[index]]
    values = [
        json.dumps(
            {names[index]: _noted(plain(names[index], row[index]), in_full=by_person) for index in differing},
            ensure_ascii=False,
        )
        for row in (before, after)
    ]
    action = "edited" if by_person else "changed"
    connection.execute(_INSERT, (stamp.at, stamp.who, action, subject.kind, before[0], stamp.source, *values))


def record_removed(connection: Connection, subject: Subject, stamp: Stamp, row: Row) -> None:
    """Note a subject that is taken away: its values as an import's changes are noted."""
    before = {
        name: _noted(plain(name, value), in_full=False)
        for name, value in zip(subject.row_names, row, strict=True)
        if name != "id"
    }
    record(connection, stamp, "removed", subject.kind, str(row[0]), before, {})


def record(
    connection: Connection,
    stamp: Stamp,
    action: str,
    kind: str,
    subject_id: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> int:
    """Note a change of something else than an import's subjects, and return the number of the change.

    Names of persons do not belong here: they would outlive the persons' erasure.
    """
    values = [json.dumps(each, ensure_ascii=False) for each in (before, after)]
    connection.execute(_INSERT, (stamp.at, stamp.who, action, kind, subject_id, stamp.source, *values))
    return int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])


def audit_rows(connection: Connection, subject_id: str, limit: int) -> Iterator[AuditRow]:
    """The latest changes, newest first; of one subject when an id is given."""
    condition: tuple[str, list[object]] = ("subject_id = ?", [subject_id]) if subject_id else ("1", [])
    return audit_page(connection, condition, 0, limit)


def audit_page(
    connection: Connection, condition: tuple[str, Sequence[object]], below: int, limit: int
) -> Iterator[AuditRow]:
    """Changes that meet a condition in SQL, with its values; newest first, below a number where it is not 0."""
    found = audit_lines(connection, condition, below, limit)
    for number, at, who, action, kind, subject, source, before, after in found:
        yield AuditRow(number, at, who, action, kind, subject, source, json.loads(before), json.loads(after))


def audit_lines(
    connection: Connection, condition: tuple[str, Sequence[object]], below: int, limit: int
) -> Iterator[AuditLine]:
    """The same as they are stored: what was and what is as JSON."""
    where, values = condition
    and_below = " AND number < ?" if below else ""
    return connection.execute(
        f"SELECT number, {_COLUMNS} FROM audit WHERE {where}{and_below} ORDER BY number DESC LIMIT ?",
        (*values, *([below] if below else []), limit),
    )


def _noted(value: object, *, in_full: bool) -> object:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if in_full or len(text) < _LONG:
        return value
    return {"sha256": sha256(text.encode()).hexdigest(), "characters": len(text)}
