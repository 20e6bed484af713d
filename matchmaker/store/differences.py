"""What an import would change in actors that are there, field by field, and what edits by hand keep."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from matchmaker.actors import Actor
from matchmaker.store.connections import Connection
from matchmaker.store.imports import stored_rows
from matchmaker.store.rows import ACTORS, actor_row, column_value, plain


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of which the file says something else than is stored."""

    field: str
    before: object
    """As it is stored: text, number, yes or no, or a list of texts."""
    after: object
    """As the file has it."""
    kept: bool
    """Whether a person edited the field, so that it stays as it is."""


@dataclass(frozen=True, slots=True)
class ChangedActor:
    """An actor of which a file says something else than is stored."""

    id: str
    name: str
    """As it is stored."""
    fields: tuple[FieldChange, ...]


def differences(
    connection: Connection, actors: Iterable[Actor], *, unsaid: Collection[str] = ()
) -> list[ChangedActor]:
    """What importing these actors would change, by the order in which they come; new and unchanged ones are left out.

    Of the fields ``unsaid`` nothing is said, so that they stay.
    """
    aliases = dict(connection.execute("SELECT alias, actor_id FROM aliases").fetchall())
    arriving = [replace(each, id=aliases.get(each.id, each.id)) for each in actors]
    ids = [each.id for each in arriving]
    stored = stored_rows(connection, ACTORS, ids)
    edited: dict[str, dict[str, str]] = {}
    for actor_id, field, value in connection.execute(
        "SELECT actor_id, field, value FROM edits WHERE actor_id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    ).fetchall():
        edited.setdefault(actor_id, {})[field] = value
    found = []
    for actor in arriving:
        before = stored.get(actor.id)
        if before is None:
            continue
        by_hand = edited.get(actor.id, {})
        changes = tuple(
            FieldChange(
                column,
                plain(column, old),
                plain(column, new),
                column in by_hand and column_value(column, json.loads(by_hand[column])) == old,
            )
            for column, old, new in zip(ACTORS.columns, before, actor_row(actor), strict=True)
            if old != new and column not in unsaid
        )
        if changes:
            found.append(ChangedActor(actor.id, str(before[1]), changes))
    return found
