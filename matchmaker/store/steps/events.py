"""The steps for events, from the set-up to what came of them."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


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
