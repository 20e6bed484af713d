"""The steps for those who sign in, and for those who were erased."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0012_users")
def _users(db: Database) -> None:
    """Who may sign in, their sessions, keys of programs, and links that invite; secrets only as hashes.

    ``signing_in`` has its one row from the first user on and keeps it: a workspace that once had users is not open to everybody
    again because the last of them is gone.
    """
    for statement in _USER_TABLES:
        db.execute(statement)


_USER_TABLES = (
    """
    CREATE TABLE users (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      email TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('facilitator', 'firm', 'analyst')),
      actor_id TEXT REFERENCES actors (id) ON DELETE CASCADE,
      password_hash TEXT,
      disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      CHECK ((role = 'firm') = (actor_id IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX users_actor ON users (actor_id) WHERE actor_id IS NOT NULL",
    """
    CREATE TABLE sessions (
      token_hash BLOB NOT NULL PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created TEXT NOT NULL,
      last_seen TEXT NOT NULL,
      expires TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX sessions_user ON sessions (user_id)",
    """
    CREATE TABLE keys (
      id TEXT NOT NULL PRIMARY KEY,
      secret_hash BLOB NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('facilitator', 'firm', 'analyst')),
      actor_id TEXT REFERENCES actors (id) ON DELETE CASCADE,
      read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
      who TEXT NOT NULL,
      created TEXT NOT NULL,
      expires TEXT NOT NULL,
      last_used TEXT NOT NULL DEFAULT '',
      revoked TEXT NOT NULL DEFAULT '',
      CHECK ((role = 'firm') = (actor_id IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX keys_actor ON keys (actor_id) WHERE actor_id IS NOT NULL",
    """
    CREATE TABLE invitations (
      token_hash BLOB NOT NULL PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      expires TEXT NOT NULL,
      used TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX invitations_user ON invitations (user_id)",
    "CREATE TABLE signing_in (since TEXT NOT NULL) STRICT",
    """
    CREATE TRIGGER first_user AFTER INSERT ON users WHEN NOT EXISTS (SELECT 1 FROM signing_in)
    BEGIN INSERT INTO signing_in (since) VALUES (NEW.at); END
    """,
)


@MIGRATIONS(name="0013_erasures")
def _erasures(db: Database) -> None:
    """Who was erased, by a hash, and after which change; so that nobody comes back with an older backup."""
    db.execute(
        """
        CREATE TABLE erasures (
          key TEXT NOT NULL PRIMARY KEY,
          at TEXT NOT NULL,
          change INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
