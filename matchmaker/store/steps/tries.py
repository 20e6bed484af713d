"""The step for failed tries to sign in and letters that were asked for, under keyed hashes alone."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0027_tried")
def _tried(db: Database) -> None:
    """What was tried, and the secret of the hashes: no address of a person or of a network is written down."""
    db.execute("CREATE TABLE tried_secret (secret BLOB NOT NULL) STRICT")
    db.execute("INSERT INTO tried_secret (secret) VALUES (?)", (secrets.token_bytes(32),))
    # Times are seconds since 1970, UTC.
    db.execute(
        """
        CREATE TABLE tried (
          key BLOB NOT NULL PRIMARY KEY,
          failures INTEGER NOT NULL,
          not_before REAL NOT NULL,
          last REAL NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX tried_last ON tried (last)")
