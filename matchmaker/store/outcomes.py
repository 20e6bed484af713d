"""What is said of meetings, kept with who said it and when; a commitment becomes a collaboration in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256

from pydantic import TypeAdapter

from matchmaker.actors import Collaboration, Participation
from matchmaker.errors import ActorNotFoundError, EventNotFoundError, EventRejectedError, OutcomeNotFoundError
from matchmaker.events.outcomes import (
    BY_A_SIDE,
    TOPIC_OF,
    Attendance,
    Committed,
    FollowUp,
    NewCompany,
    NoGood,
    Rating,
    Remark,
    Said,
    Statement,
    Target,
    Topic,
    standing,
)
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.imports import Import, remove_rows
from matchmaker.store.outbox import put_commitment
from matchmaker.store.rows import COLLABORATIONS
from matchmaker.telling import told

Opened = Callable[[], AbstractContextManager[Connection]]

_TYPES: Mapping[Topic, TypeAdapter[Statement]] = {
    topic: TypeAdapter(kind) for kind, topic in TOPIC_OF.items()
}
_TARGET = TypeAdapter(Target)
_COLUMNS = "a, b, topic, by, document, actor_a, actor_b, who, at, change"


class Outcomes:
    """The outcomes of one store; methods raise ``StoreError`` as the store's own do, and ``EventNotFoundError``."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def said(self, event_id: str) -> tuple[Said, ...]:
        """Every statement about an event's meetings, those replaced since too, in the order in which they were said."""
        with self._reading() as connection:
            _check_event(connection, event_id)
            return _read(connection, "WHERE event_id = ?", (event_id,))

    def say(
        self, event_id: str, remarks: Iterable[Remark], *, names: Mapping[str, str], who: str
    ) -> tuple[Said, ...]:
        """Keep statements, each in place of the same side's earlier one; what says nothing new is passed over.

        ``names`` are those of actors, for the titles of commitments that have none. Returns what was new. Raises
        ``EventRejectedError`` with everything that cannot be, and ``ActorNotFoundError`` for a new company that is not
        stored.
        """
        remarks = tuple(remarks)
        with self._writing() as connection:
            _check_event(connection, event_id)
            actor_of = dict(
                connection.execute("SELECT id, actor_id FROM attendees WHERE event_id = ?", (event_id,))
            )
            problems = [problem for each in remarks for problem in _problems(event_id, each, actor_of)]
            if problems:
                raise EventRejectedError(list(dict.fromkeys(problems)))
            for each in remarks:
                if isinstance(each.said, NewCompany):
                    _check_actor(connection, each.said.actor_id)
            now = standing(_read(connection, "WHERE event_id = ?", (event_id,)))
            stamp, kept = self._stamp(who), []
            for each in remarks:
                actors = actor_of[each.a], actor_of[each.b]
                key = (each.a, each.b, *actors, each.topic, each.by)
                before = now.get(key)
                if before is not None and before.remark == each:
                    continue
                now[key] = self._keep(connection, event_id, each, actors, before, stamp, names)
                kept.append(now[key])
            return tuple(kept)

    def take_back(self, event_id: str, a: str, b: str, *, names: Mapping[str, str], who: str) -> Said:
        """Take back what was said last about a meeting and return it; what the same side said before stands again.

        Raises ``OutcomeNotFoundError`` where nothing is said.
        """
        with self._writing() as connection:
            _check_event(connection, event_id)
            said = _read(connection, "WHERE event_id = ? AND a = ? AND b = ?", (event_id, *sorted((a, b))))
            if not said:
                raise OutcomeNotFoundError(event_id, a, b)
            last = said[-1]
            same = [
                each
                for each in said[:-1]
                if (each.meeting, each.remark.topic, each.remark.by)
                == (last.meeting, last.remark.topic, last.remark.by)
            ]
            stamp = self._stamp(who)
            again = _written(same[-1].remark) if same else {}
            record(connection, stamp, "withdrawn", "outcome", event_id, _written(last.remark), again)
            if isinstance(last.remark.said, Committed):
                if same:
                    _commit(connection, event_id, same[-1].remark, last.actors, stamp, names)
                else:
                    of_event = replace(stamp, source=_source(event_id))
                    remove_rows(connection, COLLABORATIONS, [collaboration_id(event_id, last)], of_event)
            connection.execute("DELETE FROM outcomes WHERE change = ?", (last.change,))
            return last

    def all_said(self) -> dict[str, tuple[Said, ...]]:
        """Every statement by the id of its event; events of which nothing is said are left out."""
        with self._reading() as connection:
            ids = [row[0] for row in connection.execute("SELECT DISTINCT event_id FROM outcomes ORDER BY 1")]
            return {each: _read(connection, "WHERE event_id = ?", (each,)) for each in ids}

    def targets(self) -> tuple[Target, ...]:
        """What is aimed at, by the first day and the id."""
        with self._reading() as connection:
            rows = connection.execute("SELECT document FROM targets").fetchall()
        found = (_TARGET.validate_json(document) for (document,) in rows)
        return tuple(sorted(found, key=lambda each: (each.starts, each.id)))

    def set_target(self, target: Target, *, who: str) -> None:
        """Keep a target in place of the one with its id; the same again changes nothing."""
        with self._writing() as connection:
            before = _target(connection, target.id)
            if before == target:
                return
            stamp = self._stamp(who)
            earlier = _TARGET.dump_python(before, mode="json") if before else {}
            record(
                connection,
                stamp,
                "set",
                "target",
                target.id,
                earlier,
                _TARGET.dump_python(target, mode="json"),
            )
            connection.execute(
                "INSERT OR REPLACE INTO targets (id, document, who, at) VALUES (?, ?, ?, ?)",
                (target.id, _TARGET.dump_json(target).decode("utf-8"), who, stamp.at),
            )

    def remove_target(self, target_id: str, *, who: str) -> Target:
        """Take a target away and return it; raises ``EventRejectedError`` where there is none."""
        with self._writing() as connection:
            target = _target(connection, target_id)
            if target is None:
                raise EventRejectedError(
                    [
                        told(
                            "There is no target {target_id!r}. `matchmaker event targets list` names them.",
                            target_id=target_id,
                        )
                    ]
                )
            gone = _TARGET.dump_python(target, mode="json")
            record(connection, self._stamp(who), "removed", "target", target_id, gone, {})
            connection.execute("DELETE FROM targets WHERE id = ?", (target_id,))
            return target

    def _keep(
        self,
        connection: Connection,
        event_id: str,
        remark: Remark,
        actors: tuple[str, str],
        before: Said | None,
        stamp: Stamp,
        names: Mapping[str, str],
    ) -> Said:
        earlier = _written(before.remark) if before else {}
        change = record(connection, stamp, "said", "outcome", event_id, earlier, _written(remark))
        said = Said(remark, actors, stamp.who, stamp.at, change)
        statement = remark.said
        committed = isinstance(statement, Committed)
        connection.execute(
            f"INSERT INTO outcomes (event_id, named_actor, collaboration_id, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event_id,
                statement.actor_id if isinstance(statement, NewCompany) else None,
                collaboration_id(event_id, said) if committed else None,
                remark.a,
                remark.b,
                remark.topic.value,
                remark.by,
                _TYPES[remark.topic].dump_json(statement).decode("utf-8"),
                *actors,
                said.who,
                said.at,
                change,
            ),
        )
        if isinstance(statement, Committed):
            _commit(connection, event_id, remark, actors, stamp, names)
            was = before.remark.said if before else None
            if not isinstance(was, Committed) or was.level is not statement.level:
                made = collaboration_id(event_id, said)
                put_commitment(
                    connection, stamp.at, event_id, (remark.a, remark.b), actors, statement.level, made
                )
        return said


def collaboration_id(event_id: str, said: Said) -> str:
    """The id of the collaboration that a commitment is kept as: the same for the same meeting, whatever is said of it."""
    return _collaboration_id(event_id, said.remark, said.actors)


def _collaboration_id(event_id: str, remark: Remark, actors: Sequence[str]) -> str:
    meeting = "\n".join((event_id, remark.a, remark.b, *actors))
    return f"event-{event_id}-{sha256(meeting.encode('utf-8')).hexdigest()[:12]}"


def _commit(
    connection: Connection,
    event_id: str,
    remark: Remark,
    actors: tuple[str, str],
    stamp: Stamp,
    names: Mapping[str, str],
) -> None:
    """Take the commitment in as an import would, so that it is compared, noted and built on as any collaboration."""
    said = remark.said
    if not isinstance(said, Committed):
        raise TypeError(f"{remark.topic} is no commitment.")
    made = Collaboration(
        _collaboration_id(event_id, remark, actors),
        said.title or " – ".join(names.get(each, each) for each in actors),
        tuple(Participation(each) for each in actors),
        commitment=said.level,
        signed=said.on,
    )
    try:
        Import(connection, stamp=replace(stamp, source=_source(event_id))).take_in((), (made,))
    except ValueError as error:
        raise EventRejectedError([str(error)]) from error


def _source(event_id: str) -> str:
    return f"event {event_id}"


def _problems(event_id: str, remark: Remark, actor_of: Mapping[str, str]) -> Iterable[str]:
    pair = (remark.a, remark.b)
    missing = [each for each in pair if each not in actor_of]
    for each in missing:
        yield told(
            "No participant of {event_id!r} has the id {id!r}. Add them first.", event_id=event_id, id=each
        )
    if remark.a == remark.b:
        yield told("{a} cannot meet themselves. Name two participants.", a=remark.a)
    elif remark.a > remark.b:
        raise ValueError("The smaller id comes first in a remark.")
    if remark.topic in BY_A_SIDE and remark.by not in pair:
        yield (
            told(
                "{by!r} is neither {a} nor {b}. Say whose judgement it is.",
                by=remark.by,
                a=remark.a,
                b=remark.b,
            )
            if remark.by
            else told("Say whose judgement it is: {a}'s or {b}'s.", a=remark.a, b=remark.b)
        )
    if remark.topic not in BY_A_SIDE and remark.by:
        yield told(
            "Whether {a} and {b} met, and what they agreed on, is said of both. Leave out whose word it is.",
            a=remark.a,
            b=remark.b,
        )
    said = remark.said
    if isinstance(said, Attendance):
        for each in sorted(set(said.missing) - set(pair)):
            yield told(
                "{id} is not in the meeting of {a} and {b}. Name who did not show up.",
                id=each,
                a=remark.a,
                b=remark.b,
            )
    same = not missing and remark.a != remark.b and actor_of[remark.a] == actor_of[remark.b]
    if isinstance(said, Committed) and same:
        yield told(
            "{a} and {b} are of the same actor. A collaboration is between two.", a=remark.a, b=remark.b
        )


def _written(remark: Remark) -> dict[str, object]:
    """A statement as the audit trail tells it: not in its own words, which go when either actor is erased."""
    written: dict[str, object] = {"a": remark.a, "b": remark.b, "topic": remark.topic.value}
    if remark.by:
        written["by"] = remark.by
    match remark.said:
        case Attendance(missing):
            written["missing"] = list(missing)
        case Rating(value):
            written["rating"] = value
        case FollowUp(came_of, on):
            written |= {"came_of": came_of.value, "on": on.isoformat()}
        case NoGood(reason, words):
            written |= {"reason": reason.value} | ({"words": {"characters": len(words)}} if words else {})
        case Committed(level, on, title):
            written |= {"level": level.value, "on": on.isoformat()}
            written |= {"title": {"characters": len(title)}} if title else {}
        case NewCompany(actor_id, on):
            written |= {"actor": actor_id, "on": on.isoformat()}
    return written


def _check_event(connection: Connection, event_id: str) -> None:
    if not connection.execute("SELECT 1 FROM events WHERE id = ?", (event_id,)).fetchone():
        raise EventNotFoundError(event_id)


def _check_actor(connection: Connection, actor_id: str) -> None:
    if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
        raise ActorNotFoundError(actor_id)


def _target(connection: Connection, target_id: str) -> Target | None:
    row = connection.execute("SELECT document FROM targets WHERE id = ?", (target_id,)).fetchone()
    return None if row is None else _TARGET.validate_json(row[0])


def _read(connection: Connection, which: str, values: tuple[str, ...]) -> tuple[Said, ...]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM outcomes {which} ORDER BY change", values)
    return tuple(
        Said(
            Remark(a, b, _TYPES[Topic(topic)].validate_json(document), by),
            (actor_a, actor_b),
            who,
            at,
            change,
        )
        for a, b, topic, by, document, actor_a, actor_b, who, at, change in rows
    )
