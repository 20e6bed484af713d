"""Brings a database to today's layout, and refuses a file that is not a workspace's or is newer than this program."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from matchmaker.errors import StoreError
from matchmaker.store.connections import Connection
from matchmaker.store.steps import APPLICATION_ID, MIGRATIONS


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
