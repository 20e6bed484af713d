"""What an import does to every row, noted while it does it, so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from matchmaker.store.audit import Stamp
from matchmaker.store.connections import Connection
from matchmaker.store.rows import Row, Subject

KEPT = 20
"""Imports that can be taken back; what older ones did to each row is forgotten."""


class ImportLog:
    """Notes, within the transaction of an import, what it does to every row."""

    def __init__(self, connection: Connection, stamp: Stamp) -> None:
        self._connection = connection
        self._added = self._changed = 0
        # The number is taken at once, for the rows refer to it.
        connection.execute(
            "INSERT INTO imports (source, who, at, added, changed) VALUES (?, ?, ?, 0, 0)",
            (stamp.source, stamp.who, stamp.at),
        )
        self.number = int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])

    def note(
        self,
        subject: Subject,
        new: Iterable[tuple[str, bytes]],
        changed: Iterable[tuple[Row, bytes]],
    ) -> None:
        """Note new rows by id and hash, and changed ones by their former values and new hash."""
        rows = [(self.number, subject.kind, subject_id, "", digest) for subject_id, digest in new]
        self._added += len(rows)
        former = [
            (self.number, subject.kind, str(row[0]), json.dumps(row, ensure_ascii=False), digest)
            for row, digest in changed
        ]
        self._changed += len(former)
        self._connection.executemany(
            "INSERT OR REPLACE INTO import_changes (import, subject_kind, subject_id, before, after_hash)"
            " VALUES (?, ?, ?, ?, ?)",
            rows + former,
        )

    def finish(self) -> None:
        """Keep the import where it changed anything, and forget what too old ones did."""
        if not self._added and not self._changed:
            self._connection.execute("DELETE FROM imports WHERE number = ?", (self.number,))
            return
        self._connection.execute(
            "UPDATE imports SET added = ?, changed = ? WHERE number = ?",
            (self._added, self._changed, self.number),
        )
        self._connection.execute(
            "DELETE FROM import_changes WHERE import NOT IN (SELECT number FROM imports ORDER BY number DESC LIMIT ?)",
            (KEPT,),
        )
