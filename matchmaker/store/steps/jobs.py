"""The steps for long work, for answers to repeated requests, and for reading the audit trail."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0018_jobs")
def _jobs(db: Database) -> None:
    """Jobs, and the answers to requests that carry a key, so that a repeated one changes nothing twice."""
    for statement in _JOB_TABLES:
        db.execute(statement)


_JOB_TABLES = (
    """
    CREATE TABLE jobs (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      lane TEXT NOT NULL CHECK (lane IN ('heavy', 'light')),
      arguments TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
      step TEXT NOT NULL DEFAULT '',
      done INTEGER NOT NULL DEFAULT 0,
      total INTEGER NOT NULL DEFAULT 0,
      answer TEXT NOT NULL DEFAULT '{}',
      problem TEXT NOT NULL DEFAULT '',
      problem_kind TEXT NOT NULL DEFAULT '',
      who TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,
      cancelling INTEGER NOT NULL DEFAULT 0 CHECK (cancelling IN (0, 1)),
      asked TEXT NOT NULL,
      started TEXT NOT NULL DEFAULT '',
      ended TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX jobs_open ON jobs (lane, number) WHERE state IN ('waiting', 'running')",
    # Whoever asked, what and where stand in the key's hash alone; of the request there is a hash, too.
    """
    CREATE TABLE repeated_requests (
      key_hash BLOB NOT NULL PRIMARY KEY,
      body_hash BLOB NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'kept', 'not_kept')),
      holder TEXT NOT NULL,
      status INTEGER NOT NULL DEFAULT 0,
      headers TEXT NOT NULL DEFAULT '{}',
      body BLOB NOT NULL DEFAULT x'',
      at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX repeated_requests_at ON repeated_requests (at)",
)


@MIGRATIONS(name="0019_audit_indexes")
def _audit_indexes(db: Database) -> None:
    """So that a long trail is searched by who, what and when without reading all of it."""
    db.execute("CREATE INDEX audit_who ON audit (who, number)")
    db.execute("CREATE INDEX audit_action ON audit (action, number)")
    db.execute("CREATE INDEX audit_kind ON audit (subject_kind, number)")
    db.execute("CREATE INDEX audit_at ON audit (at)")
