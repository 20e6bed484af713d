"""The steps for actors, what is known of them and who changed it."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import APPLICATION_ID, MIGRATIONS


@MIGRATIONS(name="0001_first_tables")
def _first_tables(db: Database) -> None:
    """Actors, collaborations, participations, edits, audit and vectors.

    Offers, requests and tags are JSON lists inside the actor's row: they are read and replaced with their actor and
    nothing asks for one of them alone, so tables of their own would only triple the rows.
    """
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    for statement in _FIRST_TABLES:
        db.execute(statement)


_FIRST_TABLES = (
    """
    CREATE TABLE actors (
      id TEXT NOT NULL PRIMARY KEY,
      content_hash BLOB NOT NULL,
      name TEXT NOT NULL,
      "group" TEXT NOT NULL,
      country TEXT NOT NULL,
      region TEXT NOT NULL,
      city TEXT NOT NULL,
      latitude REAL,
      longitude REAL,
      size TEXT NOT NULL,
      registration_number TEXT NOT NULL,
      website TEXT NOT NULL,
      tags TEXT NOT NULL,
      member INTEGER NOT NULL CHECK (member IN (0, 1)),
      offers TEXT NOT NULL,
      requests TEXT NOT NULL,
      description TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE collaborations (
      id TEXT NOT NULL PRIMARY KEY,
      content_hash BLOB NOT NULL,
      title TEXT NOT NULL,
      commitment TEXT NOT NULL,
      signed TEXT,
      start TEXT,
      "end" TEXT,
      fields TEXT NOT NULL,
      topic TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT
    """,
    # The fingerprint and the comparison of an import read these two instead of the wide rows.
    "CREATE INDEX actors_content ON actors (id, content_hash)",
    "CREATE INDEX collaborations_content ON collaborations (id, content_hash)",
    # By position, because one actor may stand in a collaboration twice, in two roles.
    """
    CREATE TABLE participations (
      collaboration_id TEXT NOT NULL REFERENCES collaborations (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      actor_id TEXT NOT NULL REFERENCES actors (id),
      role TEXT NOT NULL,
      PRIMARY KEY (collaboration_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX participations_actor ON participations (actor_id)",
    """
    CREATE TABLE edits (
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      field TEXT NOT NULL,
      value TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (actor_id, field)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      who TEXT NOT NULL,
      action TEXT NOT NULL,
      subject_kind TEXT NOT NULL,
      subject_id TEXT NOT NULL,
      source TEXT NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX audit_subject ON audit (subject_id)",
    """
    CREATE TABLE encoders (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    # Rows with a rowid: a vector is too long for a table that keeps its rows inside the key's tree.
    """
    CREATE TABLE vectors (
      encoder INTEGER NOT NULL REFERENCES encoders (number),
      key TEXT NOT NULL,
      vector BLOB NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX vectors_key ON vectors (encoder, key)",
)


@MIGRATIONS(name="0002_marks")
def _marks(db: Database) -> None:
    """After which change the store held which content, and a row of the audit trail for every actor that is erased.

    The database writes that row itself, so that an actor erased by any means is known to be gone; its words are not
    kept.
    """
    db.execute(
        "CREATE TABLE contents (fingerprint TEXT NOT NULL PRIMARY KEY, change INTEGER NOT NULL) STRICT"
    )
    db.execute(
        """
        CREATE TRIGGER actors_erased AFTER DELETE ON actors BEGIN
          INSERT INTO audit (at, who, action, subject_kind, subject_id, source, before, after)
          VALUES (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '', 'erased', 'actor', OLD.id, '', '{}', '{}');
        END
        """
    )


@MIGRATIONS(name="0003_answers")
def _answers(db: Database) -> None:
    """What firms and facilitators say of proposed matches; it goes with either of the two actors."""
    db.execute(
        """
        CREATE TABLE answers (
          seeker_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
          partner_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
          side TEXT NOT NULL CHECK (side IN ('firm', 'facilitator')),
          kind TEXT NOT NULL,
          reason TEXT NOT NULL,
          words TEXT NOT NULL,
          on_behalf INTEGER NOT NULL CHECK (on_behalf IN (0, 1)),
          who TEXT NOT NULL,
          at TEXT NOT NULL,
          change INTEGER NOT NULL,
          PRIMARY KEY (seeker_id, partner_id, side),
          CHECK (seeker_id <> partner_id)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX answers_partner ON answers (partner_id)")


@MIGRATIONS(name="0004_funding")
def _funding(db: Database) -> None:
    """What each participation gets, in EUR; nobody knows it of the rows that are there."""
    db.execute("ALTER TABLE participations ADD COLUMN funding REAL")


@MIGRATIONS(name="0005_sub_cluster_names")
def _sub_cluster_names(db: Database) -> None:
    """Names that analysts give to sub-clusters; a name stays when the sub-cluster is gone, until it is cleared."""
    db.execute(
        """
        CREATE TABLE sub_cluster_names (
          sub_cluster_id TEXT NOT NULL PRIMARY KEY,
          label TEXT NOT NULL,
          found_label TEXT NOT NULL,
          who TEXT NOT NULL,
          at TEXT NOT NULL,
          change INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
