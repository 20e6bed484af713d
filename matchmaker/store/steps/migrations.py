"""The list that every step from an empty file to today's tables is put on."""

from __future__ import annotations

from sqlite_utils import Migrations

APPLICATION_ID = 0x4D4D4B52
"""Written into the file's header, so that somebody else's SQLite file is never taken for a workspace."""

MIGRATIONS = Migrations("matchmaker")
