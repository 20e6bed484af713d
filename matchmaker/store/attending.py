"""Rows of who attends an event, read and written within a transaction of the events."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import TypeAdapter

from matchmaker.errors import ActorNotFoundError, EventRejectedError
from matchmaker.events import Attendee
from matchmaker.store.connections import Connection
from matchmaker.telling import told

_ATTENDEE = TypeAdapter(Attendee)


def attendees(connection: Connection, event_id: str) -> tuple[Attendee, ...]:
    """Who attends, in the order in which they were added."""
    rows = connection.execute(
        "SELECT document FROM attendees WHERE event_id = ? ORDER BY position", (event_id,)
    )
    return tuple(_ATTENDEE.validate_json(document) for (document,) in rows)


def ids_given(connection: Connection, event_id: str) -> frozenset[str]:
    """The ids of all participants that the event ever had."""
    rows = connection.execute(
        "SELECT after FROM audit WHERE subject_kind = 'event' AND subject_id = ? AND action = 'attendees'",
        (event_id,),
    )
    given = {each for (after,) in rows for each in json.loads(after).get("changed", ())}
    return frozenset(given | {each.id for each in attendees(connection, event_id)})


def check_actors(connection: Connection, changed: Iterable[Attendee]) -> None:
    """Raise ``ActorNotFoundError`` for an actor that is not stored."""
    for each in changed:
        if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (each.actor_id,)).fetchone():
            raise ActorNotFoundError(each.actor_id)


def check_there(connection: Connection, event_id: str, ids: Iterable[str]) -> None:
    """Raise ``EventRejectedError`` for ids of participants that do not attend."""
    missing = sorted(set(ids) - {each.id for each in attendees(connection, event_id)})
    if missing:
        raise EventRejectedError(
            [
                told(
                    "No participant of {event_id!r} has the id {id!r}. Add them first.",
                    event_id=event_id,
                    id=each,
                )
                for each in missing
            ]
        )


def write(connection: Connection, event_id: str, changed: Iterable[Attendee], gone: Iterable[str]) -> None:
    """Add or replace attendees by id, and take others away with what was wanted of them."""
    connection.executemany(
        "DELETE FROM attendees WHERE event_id = ? AND id = ?", [(event_id, each) for each in gone]
    )
    connection.executemany(
        "INSERT INTO attendees (event_id, id, position, actor_id, document) VALUES (?, ?,"
        " (SELECT coalesce(max(position), 0) + 1 FROM attendees WHERE event_id = ?1), ?, ?)"
        " ON CONFLICT DO UPDATE SET actor_id = excluded.actor_id, document = excluded.document",
        [(event_id, each.id, each.actor_id, _ATTENDEE.dump_json(each).decode()) for each in changed],
    )
