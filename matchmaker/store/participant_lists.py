"""Lists of participants that were taken in, and what each did; read and written within a transaction of the events."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from matchmaker.errors import ParticipantListNotFoundError
from matchmaker.events import Was
from matchmaker.store.connections import Connection

KEPT_FOR = timedelta(days=30)
KEPT_MOST = 20
"""Lists of an event of which it is known what they did."""

_WAS = TypeAdapter(Was)


@dataclass(frozen=True, slots=True)
class ListMade:
    """A list of participants that changed something."""

    number: int
    """From 1, by event."""
    source: str
    """The name of its file."""
    who: str
    at: str
    """UTC, ISO 8601."""
    added: int
    changed: int
    gone: int
    undone: str
    """When it was taken back; empty where it was not."""
    can_be_undone: bool
    """Whether it is still known what it did."""


def keep(
    connection: Connection, event_id: str, source: str, were: Sequence[Was], *, at: str, who: str
) -> None:
    """Note a list with what it is about to do, and forget what older ones did."""
    number = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM participant_lists WHERE event_id = ?", (event_id,)
    ).fetchone()[0]
    added = sum(each.before is None for each in were)
    gone = sum(each.after == "" for each in were)
    connection.execute(
        "INSERT INTO participant_lists (event_id, number, source, who, at, added, changed, gone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (event_id, number, source, who, at, added, len(were) - added - gone, gone),
    )
    connection.executemany(
        "INSERT INTO participant_list_changes (event_id, list, attendee_id, was) VALUES (?, ?, ?, ?)",
        [(event_id, number, each.id, _WAS.dump_json(each).decode()) for each in were],
    )
    connection.execute(
        "DELETE FROM participant_list_changes WHERE event_id = ? AND list <= ?",
        (event_id, number - KEPT_MOST),
    )
    forget_old(connection, at)


def forget_old(connection: Connection, now: str) -> int:
    """Forget what lists did that are older than ``KEPT_FOR``; returns of how many participants."""
    return int(
        connection.execute(
            "DELETE FROM participant_list_changes WHERE EXISTS (SELECT 1 FROM participant_lists AS made"
            " WHERE made.event_id = participant_list_changes.event_id AND made.number = list AND made.at < ?)",
            (_oldest(now),),
        ).rowcount
    )


def any_old(connection: Connection, now: str) -> bool:
    """Whether there is anything that ``forget_old`` would forget."""
    found = connection.execute(
        "SELECT 1 FROM participant_list_changes AS one JOIN participant_lists AS made USING (event_id)"
        " WHERE made.number = one.list AND made.at < ? LIMIT 1",
        (_oldest(now),),
    )
    return found.fetchone() is not None


def made(connection: Connection, event_id: str, now: str) -> tuple[ListMade, ...]:
    """The lists of an event that changed something, newest first."""
    rows = connection.execute(
        "SELECT number, source, who, at, added, changed, gone, undone, at >= ?2 AND EXISTS"
        " (SELECT 1 FROM participant_list_changes AS one WHERE one.event_id = ?1 AND one.list = number)"
        " FROM participant_lists WHERE event_id = ?1 ORDER BY number DESC",
        (event_id, _oldest(now)),
    )
    return tuple(
        ListMade(number, source, who, at, added, changed, gone, undone, bool(known))
        for number, source, who, at, added, changed, gone, undone, known in rows
    )


def were(connection: Connection, event_id: str, number: int, now: str) -> tuple[Was, ...]:
    """What takes a list back; raises ``ParticipantListNotFoundError``."""
    found = next((each for each in made(connection, event_id, now) if each.number == number), None)
    if found is None or found.undone or not found.can_be_undone:
        raise ParticipantListNotFoundError(event_id, number, undone=bool(found and found.undone))
    rows = connection.execute(
        "SELECT was FROM participant_list_changes WHERE event_id = ? AND list = ? ORDER BY attendee_id",
        (event_id, number),
    )
    return tuple(_WAS.validate_json(was) for (was,) in rows)


def rewrite(
    connection: Connection, event_id: str, ids: Collection[str] | None, changed: Callable[[Was], Was]
) -> None:
    """Keep what ``changed`` makes of what lists know of these participants, or of all."""
    rows = connection.execute(
        "SELECT list, attendee_id, was FROM participant_list_changes"
        " WHERE event_id = ?1 AND (?2 IS NULL OR attendee_id IN (SELECT value FROM json_each(?2)))",
        (event_id, None if ids is None else json.dumps(sorted(ids))),
    ).fetchall()
    connection.executemany(
        "UPDATE participant_list_changes SET was = ? WHERE event_id = ? AND list = ? AND attendee_id = ?",
        [
            (_WAS.dump_json(changed(_WAS.validate_json(was))).decode(), event_id, number, attendee_id)
            for number, attendee_id, was in rows
        ],
    )


def note_undone(connection: Connection, event_id: str, number: int, at: str) -> None:
    """Note that a list was taken back; what it did is forgotten."""
    connection.execute(
        "UPDATE participant_lists SET undone = ? WHERE event_id = ? AND number = ?", (at, event_id, number)
    )
    connection.execute(
        "DELETE FROM participant_list_changes WHERE event_id = ? AND list = ?", (event_id, number)
    )


def _oldest(now: str) -> str:
    return (datetime.fromisoformat(now) - KEPT_FOR).isoformat(timespec="milliseconds")
