"""The step for what facilitators write down about pairs."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0025_pair_notes")
def _pair_notes(db: Database) -> None:
    """One note of a pair, by the ids of its actors, the smaller first; it goes with either of the two."""
    db.execute(
        """
        CREATE TABLE pair_notes (
          a TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
          b TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
          words TEXT NOT NULL,
          who TEXT NOT NULL,
          at TEXT NOT NULL,
          change INTEGER NOT NULL,
          PRIMARY KEY (a, b),
          CHECK (a < b)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX pair_notes_b ON pair_notes (b)")
