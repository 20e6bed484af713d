"""Puts what happens into the outbox, in the transaction in which it does: a message for each webhook that is told of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.actors import Commitment
from matchmaker.answers import AnswerKind
from matchmaker.endpoints import Happening, MessageType
from matchmaker.events.plans import Appointment
from matchmaker.store.connections import Connection


def put(
    connection: Connection,
    at: str,
    type_: MessageType,
    data: Mapping[str, object],
    actors: Sequence[str] = (),
    *,
    to: str = "",
) -> None:
    """A message for every webhook of the topic, or for the one named. It holds ids alone, and goes with the ``actors`` it names."""
    rows = connection.execute("SELECT id, topics FROM webhooks WHERE ended = '' ORDER BY id").fetchall()
    told = [
        webhook_id
        for webhook_id, topics in rows
        if webhook_id == to or (not to and type_.topic in json.loads(topics))
    ]
    if not told:
        return
    body = json.dumps({"type": type_.value, "timestamp": at, "data": dict(data)}, ensure_ascii=False)
    message_id = f"msg_{secrets.token_hex(12)}"
    a, b = (*actors, None, None)[:2]
    connection.executemany(
        "INSERT INTO deliveries (webhook_id, message_id, type, body, actor_a, actor_b, due, at)"
        " VALUES (?, ?, ?, ?, (SELECT id FROM actors WHERE id = ?), (SELECT id FROM actors WHERE id = ?), ?, ?)",
        [(webhook_id, message_id, type_.value, body, a, b, at, at) for webhook_id in told],
    )


def is_told(connection: Connection, topic: Happening) -> bool:
    """Whether anybody wants to hear of a topic."""
    rows = connection.execute("SELECT topics FROM webhooks WHERE ended = ''")
    return any(topic.value in json.loads(topics) for (topics,) in rows)


def put_interest(connection: Connection, at: str, seeker_id: str, partner_id: str, *, before: bool) -> None:
    """An actor is interested; a message where the other one is, too. ``before`` says that it was interested already."""
    if before:
        return
    theirs = connection.execute(
        "SELECT 1 FROM answers WHERE seeker_id = ? AND partner_id = ? AND kind = ?",
        (partner_id, seeker_id, AnswerKind.INTERESTED.value),
    ).fetchone()
    if theirs:
        pair = sorted((seeker_id, partner_id))
        put(connection, at, MessageType.MUTUAL_INTEREST_REACHED, {"actors": pair}, pair)


def put_meetings(
    connection: Connection,
    at: str,
    event_id: str,
    version: int,
    before: Iterable[Appointment],
    after: Iterable[Appointment],
) -> None:
    """What another version of a schedule does to meetings: scheduled, changed in time or table, cancelled."""
    if not is_told(connection, Happening.MEETING):
        return
    actor_of = dict(connection.execute("SELECT id, actor_id FROM attendees WHERE event_id = ?", (event_id,)))
    then, now = ({each.pair: each for each in plan} for plan in (before, after))
    for pair in sorted(then.keys() | now.keys(), key=sorted):
        was, is_ = then.get(pair), now.get(pair)
        if is_ is None:
            type_ = MessageType.MEETING_CANCELLED
        elif was is None:
            type_ = MessageType.MEETING_SCHEDULED
        elif (was.span, was.table) != (is_.span, is_.table):
            type_ = MessageType.MEETING_CHANGED
        else:
            continue
        both = sorted(pair)
        actors = [actor_of[each] for each in both if each in actor_of]
        data: dict[str, object] = {
            "event": event_id,
            "version": version,
            "participants": both,
            "actors": actors,
        }
        if is_ is not None:
            data |= {"starts": is_.span.starts.isoformat(), "ends": is_.span.ends.isoformat()}
        put(connection, at, type_, data, actors)


def put_commitment(
    connection: Connection,
    at: str,
    event_id: str,
    participants: Sequence[str],
    actors: Sequence[str],
    level: Commitment,
    collaboration_id: str,
) -> None:
    """A meeting came to a commitment, or to another level of one."""
    data = {
        "event": event_id,
        "participants": list(participants),
        "actors": list(actors),
        "level": level.value,
        "collaboration": collaboration_id,
    }
    put(connection, at, MessageType.COMMITMENT_REACHED, data, actors)
