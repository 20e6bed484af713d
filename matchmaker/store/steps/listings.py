"""The step for the open directory: which actors are in it."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0015_listings")
def _listings(db: Database) -> None:
    """Actors that said yes to being seen by everybody; apart from the actors, so that no import touches it."""
    db.execute(
        """
        CREATE TABLE listings (
          actor_id TEXT NOT NULL PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
          who TEXT NOT NULL,
          at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
