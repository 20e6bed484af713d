"""The step by which schedules became jobs: a lane of their own, and which version of a schedule a job made."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0026_schedule_jobs")
def _schedule_jobs(db: Database) -> None:
    """Jobs in any lane, and the job that made a version, so that one begun again makes no second version."""
    for statement in _JOBS_AGAIN:
        db.execute(statement)


_JOBS_AGAIN = (
    # Which lanes there are is known where jobs are worked on; a check here would have to change with it.
    """
    CREATE TABLE jobs_in_lanes (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      lane TEXT NOT NULL,
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
    """
    INSERT INTO jobs_in_lanes SELECT number, id, kind, lane, arguments, state, step, done, total, answer, problem,
      problem_kind, who, tries, cancelling, asked, started, ended FROM jobs
    """,
    "DROP TABLE jobs",
    "ALTER TABLE jobs_in_lanes RENAME TO jobs",
    "CREATE INDEX jobs_open ON jobs (lane, number) WHERE state IN ('waiting', 'running')",
    "ALTER TABLE plans ADD COLUMN job TEXT NOT NULL DEFAULT ''",
)
