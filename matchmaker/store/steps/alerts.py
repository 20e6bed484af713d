"""The steps for saved searches and alerts, and for webhooks with what is to be delivered to them."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0023_saved_searches")
def _saved_searches(db: Database) -> None:
    """Searches that somebody wants to hear of, who of the list they know already, and what they were told.

    Everything goes with its user, with the actor that a search is about and with the actor that an alert names.
    """
    for statement in _ALERT_TABLES:
        db.execute(statement)


_ALERT_TABLES = (
    """
    CREATE TABLE saved_searches (
      id TEXT NOT NULL PRIMARY KEY,
      owner TEXT NOT NULL,
      user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      document TEXT NOT NULL,
      actor_id TEXT REFERENCES actors (id) ON DELETE CASCADE,
      floors TEXT NOT NULL DEFAULT '{}',
      since INTEGER NOT NULL,
      paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
      deleted TEXT NOT NULL DEFAULT '',
      revision INTEGER NOT NULL DEFAULT 1,
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX saved_searches_owner ON saved_searches (owner)",
    "CREATE INDEX saved_searches_user ON saved_searches (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX saved_searches_actor ON saved_searches (actor_id) WHERE actor_id IS NOT NULL",
    """
    CREATE TABLE saved_search_known (
      search_id TEXT NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      PRIMARY KEY (search_id, actor_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX saved_search_known_actor ON saved_search_known (actor_id)",
    """
    CREATE TABLE alerts (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      search_id TEXT NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
      owner TEXT NOT NULL,
      actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
      profile BLOB NOT NULL,
      added INTEGER NOT NULL CHECK (added IN (0, 1)),
      at TEXT NOT NULL,
      read TEXT NOT NULL DEFAULT '',
      UNIQUE (search_id, actor_id, profile)
    ) STRICT
    """,
    "CREATE INDEX alerts_owner ON alerts (owner, number)",
    "CREATE INDEX alerts_unread ON alerts (owner) WHERE read = ''",
    "CREATE INDEX alerts_actor ON alerts (actor_id)",
    """
    CREATE TABLE alert_settings (
      owner TEXT NOT NULL PRIMARY KEY,
      user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
      every TEXT NOT NULL DEFAULT 'off' CHECK (every IN ('off', 'daily', 'weekly')),
      language TEXT NOT NULL DEFAULT '',
      handle TEXT NOT NULL UNIQUE,
      secret TEXT NOT NULL,
      turn INTEGER NOT NULL DEFAULT 0,
      mailed INTEGER NOT NULL DEFAULT 0,
      mailed_at TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX alert_settings_user ON alert_settings (user_id) WHERE user_id IS NOT NULL",
)


@MIGRATIONS(name="0024_webhooks")
def _webhooks(db: Database) -> None:
    """Who is told over HTTP of what happens, and every message to them until it is delivered or given up.

    A message goes with either actor that it names.
    """
    for statement in _WEBHOOK_TABLES:
        db.execute(statement)


_WEBHOOK_TABLES = (
    """
    CREATE TABLE webhooks (
      id TEXT NOT NULL PRIMARY KEY,
      url TEXT NOT NULL,
      topics TEXT NOT NULL,
      secret TEXT NOT NULL,
      secret_before TEXT NOT NULL DEFAULT '',
      before_until TEXT NOT NULL DEFAULT '',
      ended TEXT NOT NULL DEFAULT '',
      who TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE deliveries (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
      message_id TEXT NOT NULL,
      type TEXT NOT NULL,
      body TEXT NOT NULL,
      actor_a TEXT REFERENCES actors (id) ON DELETE CASCADE,
      actor_b TEXT REFERENCES actors (id) ON DELETE CASCADE,
      state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
      attempts INTEGER NOT NULL DEFAULT 0,
      due TEXT NOT NULL,
      tried TEXT NOT NULL DEFAULT '',
      status INTEGER NOT NULL DEFAULT 0,
      problem TEXT NOT NULL DEFAULT '',
      at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX deliveries_waiting ON deliveries (webhook_id, number) WHERE state = 'waiting'",
    "CREATE INDEX deliveries_webhook ON deliveries (webhook_id)",
    "CREATE INDEX deliveries_actor_a ON deliveries (actor_a) WHERE actor_a IS NOT NULL",
    "CREATE INDEX deliveries_actor_b ON deliveries (actor_b) WHERE actor_b IS NOT NULL",
)
