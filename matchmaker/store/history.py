"""The audit trail for whoever reads it: page by page, by who, what, whose and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta
from itertools import groupby

from matchmaker.store.audit import Stamp, audit_lines, audit_page, record
from matchmaker.store.connections import Connection
from matchmaker.trail import SHOWN, AuditLine, AuditRow, Entry, TrailFilter

_AT_ONCE = 200
"""Rows that are read at once to put entries together."""

Opened = Callable[[], AbstractContextManager[Connection]]


class History:
    """The trail of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def page(self, wanted: TrailFilter, *, before: int = 0, limit: int = 100) -> list[AuditRow]:
        """Changes, newest first; those numbered below ``before`` where it is not 0."""
        with self._reading() as connection:
            return list(audit_page(connection, _condition(wanted), before, limit))

    def lines(self, wanted: TrailFilter, *, before: int = 0, limit: int = 100) -> list[AuditLine]:
        """The same as they are stored, in a third of the time."""
        with self._reading() as connection:
            return list(audit_lines(connection, _condition(wanted), before, limit))

    def entries(self, wanted: TrailFilter, *, before: int = 0, limit: int = 50) -> tuple[list[Entry], bool]:
        """The same as entries, each of changes made together, and whether there are older ones."""
        condition = _condition(wanted)
        found: list[Entry] = []
        with self._reading() as connection:
            while True:
                rows = list(audit_page(connection, condition, before, _AT_ONCE))
                for _, group in groupby(rows, key=_together):
                    if len(found) == limit:
                        return found, True
                    together = list(group)
                    more = len(rows) == _AT_ONCE and together[-1] is rows[-1]
                    found.append(_entry(connection, together, condition, more=more))
                    before = found[-1].last
                if len(rows) < _AT_ONCE:
                    return found, False

    def words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The actions and the kinds of subjects that occur, by name."""
        with self._reading() as connection:
            return _distinct(connection, "action"), _distinct(connection, "subject_kind")

    def carried_out(
        self,
        action: str,
        kind: str,
        subject_id: str,
        work: Callable[[], object],
        *,
        who: str,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> None:
        """Note a change of something that is not in the store together with making it; neither where ``work`` raises."""
        with self._writing() as connection:
            record(connection, self._stamp(who), action, kind, subject_id, before, after)
            work()


def _together(row: AuditRow) -> tuple[str, ...]:
    """What changes have in common that were made in one go: an import has one time for all of them."""
    edit = () if row.source else (row.subject_id, str(row.number))
    return (row.at, row.who, row.action, row.subject_kind, row.source, *edit)


def _entry(
    connection: Connection, rows: list[AuditRow], condition: tuple[str, list[object]], *, more: bool
) -> Entry:
    """The entry of rows that belong together, with those of it that were not read yet where there may be ``more``."""
    newest, count, last = rows[0], len(rows), rows[-1].number
    if more and newest.source:
        where, values = condition
        same = "at = ? AND who = ? AND action = ? AND subject_kind = ? AND source = ?"
        other = connection.execute(
            f"SELECT number FROM audit WHERE number < ? AND NOT ({same}) AND {where} ORDER BY number DESC LIMIT 1",
            (last, *_together(newest), *values),
        ).fetchone()
        count, last = connection.execute(
            f"SELECT count(*), min(number) FROM audit WHERE number <= ? AND number > ? AND {where}",
            (newest.number, other[0] if other else 0, *values),
        ).fetchone()
    return Entry(tuple(rows[:SHOWN]), count, last)


def _distinct(connection: Connection, column: str) -> tuple[str, ...]:
    # One step along the index for each value, where DISTINCT would read every entry of it.
    rows = connection.execute(
        f"WITH RECURSIVE each (value) AS (SELECT min({column}) FROM audit UNION ALL"
        f" SELECT (SELECT min({column}) FROM audit WHERE {column} > value) FROM each WHERE value IS NOT NULL)"
        " SELECT value FROM each WHERE value IS NOT NULL"
    )
    return tuple(row[0] for row in rows)


def _condition(wanted: TrailFilter) -> tuple[str, list[object]]:
    """The filter as SQL, with its values."""
    parts: list[tuple[str, list[object]]] = []
    if wanted.subject:
        parts.append(("subject_id = ?", [wanted.subject]))
    if wanted.kind:
        parts.append(("subject_kind = ?", [wanted.kind]))
    if wanted.who is not None:
        parts.append((f"who IN ({', '.join('?' * len(wanted.who))})", list(wanted.who)))
    if wanted.action:
        parts.append(("action = ?", [wanted.action]))
    if wanted.since:
        parts.append(("at >= ?", [wanted.since.isoformat()]))
    if wanted.until and wanted.until < date.max:
        parts.append(("at < ?", [(wanted.until + timedelta(days=1)).isoformat()]))
    if wanted.own is not None:
        parts.append(("((subject_id = ? AND subject_kind = 'actor') OR who = ?)", list(wanted.own)))
    return " AND ".join(part for part, _ in parts) or "1", [value for _, values in parts for value in values]
