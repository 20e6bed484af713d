"""The steps for what a firm keeps of itself: drafts, contact persons, a wish to leave, and whether its interest is told."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0016_firms")
def _firms(db: Database) -> None:
    """Drafts and contact persons lie apart from the actors, so that nothing that reads profiles can come upon them."""
    for statement in _FIRM_TABLES:
        db.execute(statement)


_FIRM_TABLES = (
    """
    CREATE TABLE unpublished (
      id TEXT NOT NULL PRIMARY KEY,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('offer', 'request')),
      text TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX unpublished_actor ON unpublished (actor_id)",
    """
    CREATE TABLE contacts (
      id TEXT NOT NULL PRIMARY KEY,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      title TEXT NOT NULL,
      email TEXT NOT NULL,
      phone TEXT NOT NULL,
      language TEXT NOT NULL CHECK (language IN ('', 'da', 'en')),
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX contacts_actor ON contacts (actor_id)",
    """
    CREATE TABLE leaving (
      actor_id TEXT NOT NULL PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


@MIGRATIONS(name="0017_told_interest")
def _told_interest(db: Database) -> None:
    """Whether a firm's interest is told to the partner before that has answered; of what was said before, it is not."""
    db.execute("ALTER TABLE answers ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))")
