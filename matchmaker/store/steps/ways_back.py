"""The steps for the ways back from changes: of pages, for a day, and of lists of participants."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0031_ways_back")
def _ways_back(db: Database) -> None:
    """How to take the last changes of pages back, so that a restart and another process know it.

    They hold words and persons of what was changed: each goes when it is used, after a day, with its event, and all of them
    with any erasure.
    """
    db.execute(
        """
        CREATE TABLE ways_back (
          name TEXT NOT NULL PRIMARY KEY,
          who TEXT NOT NULL,
          about TEXT NOT NULL,
          event_id TEXT REFERENCES events (id) ON DELETE CASCADE,
          kind TEXT NOT NULL,
          document TEXT NOT NULL,
          at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX ways_back_who ON ways_back (who, at)")
    db.execute("CREATE INDEX ways_back_event ON ways_back (event_id)")


@MIGRATIONS(name="0032_participant_lists")
def _participant_lists(db: Database) -> None:
    """Lists of participants that were taken in, with what each did to every participant, for a month.

    Persons as they were before are in ``was``; the rows of whoever is erased go, and all with their event.
    """
    for statement in _LIST_TABLES:
        db.execute(statement)


_LIST_TABLES = (
    """
    CREATE TABLE participant_lists (
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      source TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      added INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      gone INTEGER NOT NULL,
      undone TEXT NOT NULL DEFAULT '',
      PRIMARY KEY (event_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE participant_list_changes (
      event_id TEXT NOT NULL,
      list INTEGER NOT NULL,
      attendee_id TEXT NOT NULL,
      was TEXT NOT NULL,
      PRIMARY KEY (event_id, list, attendee_id),
      FOREIGN KEY (event_id, list) REFERENCES participant_lists (event_id, number) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
)
