"""The tables of the store, as numbered steps from an empty file to today's layout."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from matchmaker.errors import StoreError
from matchmaker.store.connections import Connection

APPLICATION_ID = 0x4D4D4B52
"""Written into the file's header, so that somebody else's SQLite file is never taken for a workspace."""

MIGRATIONS = Migrations("matchmaker")


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


@MIGRATIONS(name="0006_events")
def _events(db: Database) -> None:
    """Events with who attends, what is wanted of pairs, what was proposed, and every version of the schedule.

    An event's set-up, an attendee and a version are JSON: each is read and replaced as a whole. Names and addresses of persons
    are in ``attendees`` alone, and go with their actor.
    """
    for statement in _EVENT_TABLES:
        db.execute(statement)


_EVENT_TABLES = (
    """
    CREATE TABLE events (
      id TEXT NOT NULL PRIMARY KEY,
      document TEXT NOT NULL,
      revision INTEGER NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE attendees (
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      id TEXT NOT NULL,
      position INTEGER NOT NULL,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      document TEXT NOT NULL,
      PRIMARY KEY (event_id, id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX attendees_actor ON attendees (actor_id)",
    """
    CREATE TABLE preferences (
      event_id TEXT NOT NULL,
      a TEXT NOT NULL,
      b TEXT NOT NULL,
      "of" TEXT NOT NULL,
      kind TEXT NOT NULL,
      words TEXT NOT NULL,
      PRIMARY KEY (event_id, a, b, "of"),
      FOREIGN KEY (event_id, a) REFERENCES attendees (event_id, id) ON DELETE CASCADE,
      FOREIGN KEY (event_id, b) REFERENCES attendees (event_id, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX preferences_b ON preferences (event_id, b)",
    """
    CREATE TABLE meeting_requests (
      event_id TEXT NOT NULL,
      sender TEXT NOT NULL,
      recipient TEXT NOT NULL,
      document TEXT NOT NULL,
      PRIMARY KEY (event_id, sender, recipient),
      FOREIGN KEY (event_id, sender) REFERENCES attendees (event_id, id) ON DELETE CASCADE,
      FOREIGN KEY (event_id, recipient) REFERENCES attendees (event_id, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX meeting_requests_recipient ON meeting_requests (event_id, recipient)",
    """
    CREATE TABLE event_proposals (
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      a TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      b TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      score REAL NOT NULL,
      PRIMARY KEY (event_id, a, b),
      CHECK (a < b)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX event_proposals_a ON event_proposals (a)",
    "CREATE INDEX event_proposals_b ON event_proposals (b)",
    """
    CREATE TABLE plans (
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      document TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (event_id, number)
    ) STRICT
    """,
)


@MIGRATIONS(name="0011_round_tables")
def _round_tables(db: Database) -> None:
    """The seating of an event's round tables, the latest one."""
    db.execute(
        """
        CREATE TABLE round_tables (
          event_id TEXT NOT NULL PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
          document TEXT NOT NULL,
          who TEXT NOT NULL,
          at TEXT NOT NULL
        ) STRICT
        """
    )


@MIGRATIONS(name="0008_outcomes")
def _outcomes(db: Database) -> None:
    """What is said of meetings, every statement with the actors that it is about; and what facilitators aim at.

    A statement goes with either actor and with the event, but not with the participants: persons may be forgotten after
    an event while the figures stay. The collaboration that a commitment was kept as goes with the last statement of it.
    """
    for statement in _OUTCOME_TABLES:
        db.execute(statement)


_OUTCOME_TABLES = (
    """
    CREATE TABLE outcomes (
      change INTEGER NOT NULL PRIMARY KEY,
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      a TEXT NOT NULL,
      b TEXT NOT NULL,
      actor_a TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      actor_b TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      topic TEXT NOT NULL,
      by TEXT NOT NULL,
      document TEXT NOT NULL,
      named_actor TEXT REFERENCES actors (id) ON DELETE CASCADE,
      collaboration_id TEXT,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      CHECK (a < b)
    ) STRICT
    """,
    "CREATE INDEX outcomes_event ON outcomes (event_id, a, b)",
    "CREATE INDEX outcomes_actor_a ON outcomes (actor_a)",
    "CREATE INDEX outcomes_actor_b ON outcomes (actor_b)",
    "CREATE INDEX outcomes_named_actor ON outcomes (named_actor) WHERE named_actor IS NOT NULL",
    "CREATE INDEX outcomes_collaboration ON outcomes (collaboration_id) WHERE collaboration_id IS NOT NULL",
    # Whoever deletes an actor or an event by whatever means leaves no collaboration behind that nobody can take back.
    """
    CREATE TRIGGER outcomes_collaboration_gone AFTER DELETE ON outcomes
    WHEN OLD.collaboration_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM outcomes WHERE collaboration_id = OLD.collaboration_id)
    BEGIN
      INSERT INTO audit (at, who, action, subject_kind, subject_id, source, before, after)
      SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '', 'erased', 'collaboration', id, '', '{}', '{}'
      FROM collaborations WHERE id = OLD.collaboration_id;
      DELETE FROM collaborations WHERE id = OLD.collaboration_id;
    END
    """,
    """
    CREATE TABLE targets (
      id TEXT NOT NULL PRIMARY KEY,
      document TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


@MIGRATIONS(name="0010_calendars")
def _calendars(db: Database) -> None:
    """A secret of each event, from which the addresses of its calendars are derived, and how often each was renewed.

    The database draws the secret itself, so that no event is without one. Turns stay when a participant is taken away:
    an address that is void stays so when they come back.
    """
    for statement in _CALENDAR_TABLES:
        db.execute(statement)


_CALENDAR_TABLES = (
    """
    CREATE TABLE calendar_secrets (
      event_id TEXT NOT NULL PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
      secret TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE calendar_turns (
      event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      attendee_id TEXT NOT NULL,
      turn INTEGER NOT NULL,
      PRIMARY KEY (event_id, attendee_id)
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO calendar_secrets (event_id, secret) SELECT id, hex(randomblob(32)) FROM events",
    """
    CREATE TRIGGER calendar_secret AFTER INSERT ON events BEGIN
      INSERT INTO calendar_secrets (event_id, secret) VALUES (NEW.id, hex(randomblob(32)));
    END
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


def check_origin(connection: Connection, path: Path) -> None:
    """Raise ``StoreError`` for a SQLite file that is not a workspace, or that a newer version wrote."""
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application_id != APPLICATION_ID and (application_id or tables):
        raise StoreError(
            f"{path} is an SQLite file of another program, not a workspace. Choose another folder.", path=path
        )
    with Database(memory=True) as empty:
        known = {migration.name for migration in MIGRATIONS.pending(empty)}
    newer = sorted({migration.name for migration in MIGRATIONS.applied(database(connection))} - known)
    if newer:
        raise StoreError(
            f"{path} was written by a newer version of Matchmaker (it has {', '.join(newer)}). "
            "Install that version, or restore a backup made with this one.",
            path=path,
        )


def is_current(connection: Connection) -> bool:
    """Whether every step has been taken."""
    return not MIGRATIONS.pending(database(connection))


def bring_up_to_date(connection: Connection) -> None:
    """Take the steps that are missing; the caller holds the writer's lock and a transaction."""
    MIGRATIONS.apply(database(connection))


def database(connection: Connection) -> Database:
    """The sqlite-utils view of a connection, without the plugins a user may have installed for its own tool."""
    return Database(connection, execute_plugins=False)
