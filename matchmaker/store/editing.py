"""An actor changed by hand: the row, the note that keeps imports from it, and the audit row, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping

from matchmaker.actors import Actor
from matchmaker.errors import ActorChangedError, ActorNotFoundError
from matchmaker.store.audit import Stamp, audit_rows, record_changed
from matchmaker.store.connections import Connection
from matchmaker.store.imports import stored_rows, update_row
from matchmaker.store.rows import ACTORS, Row, actor_of, actor_row, content_hash, edited, plain


def revision_of(actor: Actor) -> str:
    """32 hexadecimal characters that change with a profile and with nothing else."""
    return content_hash(actor_row(actor)).hex()


def row_of(connection: Connection, actor_id: str) -> Row:
    """The stored row of an actor; raises ``ActorNotFoundError``."""
    row = stored_rows(connection, ACTORS, [actor_id]).get(actor_id)
    if row is None:
        raise ActorNotFoundError(actor_id)
    return row


def edit(
    connection: Connection,
    actor_id: str,
    changes: Mapping[str, object],
    stamp: Stamp,
    *,
    expected: str | None = None,
) -> Actor:
    """Change fields of an actor for a person; raises as ``Store.edit_actor``."""
    before = row_of(connection, actor_id)
    if expected is not None and expected != content_hash(before).hex():
        raise changed_since(connection, actor_id)
    actor = edited(actor_of(before), changes)
    after = actor_row(actor)
    if after != before:
        update_row(connection, ACTORS, after)
        connection.executemany(
            "INSERT OR REPLACE INTO edits (actor_id, field, value, who, at) VALUES (?, ?, ?, ?, ?)",
            (
                (actor_id, field, json.dumps(plain(field, new), ensure_ascii=False), stamp.who, stamp.at)
                for field, old, new in zip(ACTORS.columns, before, after, strict=True)
                if old != new
            ),
        )
        record_changed(connection, ACTORS, stamp, before, after, by_person=True)
    return actor


def changed_since(connection: Connection, actor_id: str) -> ActorChangedError:
    """What to say to whoever began from an older state: who changed the profile last, and when."""
    last = next((each for each in audit_rows(connection, actor_id, 20) if each.subject_kind == "actor"), None)
    return ActorChangedError(actor_id, who=last.who if last else "", at=last.at if last else "")
