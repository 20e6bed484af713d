"""The steps for imports that can be taken back, and for actors that turned out to be one."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0020_imports")
def _imports(db: Database) -> None:
    """What each import did to each row, so that it can be taken back, and what a file's headers were said to hold.

    A new row is remembered by its hash alone, a changed one with its former values; they go with whoever is erased.
    """
    for statement in _IMPORT_TABLES:
        db.execute(statement)


_IMPORT_TABLES = (
    """
    CREATE TABLE imports (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      source TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      added INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      undone TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE import_changes (
      import INTEGER NOT NULL REFERENCES imports (number) ON DELETE CASCADE,
      subject_kind TEXT NOT NULL,
      subject_id TEXT NOT NULL,
      before TEXT NOT NULL,
      after_hash BLOB NOT NULL,
      PRIMARY KEY (import, subject_kind, subject_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX import_changes_subject ON import_changes (subject_id)",
    """
    CREATE TABLE import_mappings (
      headers TEXT NOT NULL PRIMARY KEY,
      document TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


@MIGRATIONS(name="0021_identity")
def _identity(db: Database) -> None:
    """Actors that were merged into others, by which names they were known, and pairs that are known to be two."""
    for statement in _IDENTITY_TABLES:
        db.execute(statement)


_IDENTITY_TABLES = (
    """
    CREATE TABLE merges (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      keep_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      away_id TEXT NOT NULL,
      away_name TEXT NOT NULL,
      document TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      undone TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX merges_keep ON merges (keep_id)",
    """
    CREATE TABLE aliases (
      alias TEXT NOT NULL PRIMARY KEY,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      name TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX aliases_actor ON aliases (actor_id)",
    """
    CREATE TABLE not_the_same (
      a TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      b TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (a, b),
      CHECK (a < b)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX not_the_same_b ON not_the_same (b)",
)
