"""Rows of who attends an event, read and written within a transaction of the events."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from pydantic import TypeAdapter

from matchmaker.errors import ActorNotFoundError, EventRejectedError
from matchmaker.events import Attendee, CameOrWent, NotReturned, Returned, Was
from matchmaker.store import wanting
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


def comings(connection: Connection, event_id: str) -> tuple[CameOrWent, ...]:
    """Who was taken off the list of participants and who came back, in that order, as the audit trail tells it."""
    rows = connection.execute(
        "SELECT action, at, after FROM audit WHERE subject_kind = 'event' AND subject_id = ?"
        " AND action IN ('created', 'attendees', 'scheduled') ORDER BY number",
        (event_id,),
    )
    there, away, version = set[str](), set[str](), 0
    found: list[CameOrWent] = []
    for action, at, after in rows:
        told = json.loads(after)
        if action == "created":
            # An event that was erased before under the same id was another one.
            there, away, version, found = set(), set(), 0, []
        elif action == "scheduled":
            version = told["version"]
        else:
            gone, back = there & set(told.get("gone", ())), away & set(told.get("changed", ()))
            there = (there | set(told.get("changed", ()))) - gone
            away = (away | gone) - back
            when = datetime.fromisoformat(at)
            found += [CameOrWent(each, False, when, version) for each in sorted(gone)]
            found += [CameOrWent(each, True, when, version) for each in sorted(back)]
    return tuple(found)


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


def were(
    connection: Connection, event_id: str, changed: Iterable[Attendee], gone: Collection[str]
) -> tuple[Was, ...]:
    """What takes a change back that is about to be written, with what goes with whoever is taken away."""
    there = {each.id: each for each in attendees(connection, event_id)}
    positions = dict(
        connection.execute("SELECT id, position FROM attendees WHERE event_id = ?", (event_id,)).fetchall()
    )
    wishes = wanting.preferences(connection, event_id) if gone else ()
    requests = wanting.requests(connection, event_id) if gone else ()
    return (
        *(Was(each.id, there.get(each.id), mark(each)) for each in changed if each.id not in gone),
        *(
            Was(
                each,
                there[each],
                "",
                tuple(one for one in wishes if each in (one.a, one.b)),
                tuple(one for one in requests if each in (one.sender, one.recipient)),
                positions[each],
            )
            for each in gone
            if each in there
        ),
    )


def put_in_place(connection: Connection, event_id: str, positions: Mapping[str, int]) -> None:
    """Let attendees stand where they stood."""
    connection.executemany(
        "UPDATE attendees SET position = ? WHERE event_id = ? AND id = ?",
        [(position, event_id, each) for each, position in positions.items()],
    )


def returning(
    connection: Connection,
    event_id: str,
    were: Sequence[Was],
    problems: Callable[[Sequence[Attendee]], Sequence[str]],
) -> tuple[Returned, tuple[Attendee, ...]]:
    """What taking a change back can do now, and the attendees that it writes.

    ``problems`` says what cannot be of those who attend; whoever would bring a problem is left.
    """
    there = {each.id: each for each in attendees(connection, event_id)}
    used = _in_use(connection, event_id)
    removed, candidates, left = list[str](), list[Attendee](), list[NotReturned]()
    for each in were:
        reason = _why_not(connection, each, there.get(each.id), used)
        if reason:
            left.append(NotReturned(each.id, reason))
        elif each.before is None:
            removed.append(each.id)
        else:
            candidates.append(each.before)
    after = {name: each for name, each in there.items() if name not in removed}
    written = _without_problems(after, candidates, problems)
    kept = {each.id for each in written}
    left += [NotReturned(each.id, "there") for each in candidates if each.id not in kept]
    return (
        Returned(
            tuple(removed),
            tuple(each.id for each in written if each.id in there),
            tuple(each.id for each in written if each.id not in there),
            tuple(left),
        ),
        tuple(written),
    )


def _why_not(connection: Connection, was: Was, now: Attendee | None, used: Collection[str]) -> str:
    """Why one stays as it is; empty where nothing stands in the way."""
    if was.after == "":
        if now is not None:
            return "changed"
    elif now is None:
        return "gone"
    elif mark(now) != was.after:
        return "changed"
    if was.before is None:
        return "in_use" if was.id in used else ""
    known = connection.execute("SELECT 1 FROM actors WHERE id = ?", (was.before.actor_id,)).fetchone()
    return "" if known else "no_actor"


def _without_problems(
    after: Mapping[str, Attendee],
    candidates: Sequence[Attendee],
    problems: Callable[[Sequence[Attendee]], Sequence[str]],
) -> list[Attendee]:
    """Those of the candidates that can attend beside the others: all of them, else as many as can be one after the other."""
    if not problems(tuple({**after, **{each.id: each for each in candidates}}.values())):
        return list(candidates)
    there, written = dict(after), list[Attendee]()
    before = len(problems(tuple(there.values())))
    for each in candidates:
        tried = {**there, each.id: each}
        if len(problems(tuple(tried.values()))) <= before:
            there, before = tried, len(problems(tuple(tried.values())))
            written.append(each)
    return written


def _in_use(connection: Connection, event_id: str) -> frozenset[str]:
    """Participants of whom a wish, a request, a meeting of the newest schedule, or an outcome speaks."""
    rows = connection.execute(
        """
        SELECT a, b FROM preferences WHERE event_id = ?1
        UNION SELECT sender, recipient FROM meeting_requests WHERE event_id = ?1
        UNION SELECT a, b FROM outcomes WHERE event_id = ?1
        UNION SELECT json_extract(each.value, '$.a'), json_extract(each.value, '$.b')
          FROM plans, json_each(plans.document, '$.appointments') AS each
          WHERE event_id = ?1 AND number = (SELECT max(number) FROM plans WHERE event_id = ?1)
        """,
        (event_id,),
    )
    return frozenset(each for pair in rows for each in pair)


def mark(attendee: Attendee) -> str:
    """16 hexadecimal characters that say how a participant is."""
    return blake2b(_ATTENDEE.dump_json(attendee), digest_size=8).hexdigest()
