"""The step for what users look after themselves: sessions they can tell apart, keys of their own, sign-in with a provider."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0014_accounts")
def _accounts(db: Database) -> None:
    """Whose a key is, what a session was begun on, and by whom a provider knows a user."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    "ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE keys ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE",
    "CREATE INDEX keys_user ON keys (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX keys_who ON keys (who)",
    """
    CREATE TABLE identities (
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      at TEXT NOT NULL,
      PRIMARY KEY (issuer, subject),
      UNIQUE (issuer, user_id)
    ) STRICT, WITHOUT ROWID
    """,
)
