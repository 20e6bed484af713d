"""What is kept so that changes can be taken back, and the forgetting of it when somebody is erased."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from matchmaker.events import Was
from matchmaker.store.audit import Stamp
from matchmaker.store.connections import Connection
from matchmaker.store.named import Named
from matchmaker.store.rows import ACTORS, COLLABORATIONS
from matchmaker.ways_back import KINDS, Attended, KeptWayBack, WayBack

Opened = Callable[[], AbstractContextManager[Connection]]

KEPT_FOR = timedelta(hours=24)
KEPT_MOST = 200
"""Ways back of one person; the oldest beyond it go."""

_ADAPTERS: dict[str, TypeAdapter[WayBack]] = {name: TypeAdapter(kind) for name, kind in KINDS.items()}
_NAMES = {kind: name for name, kind in KINDS.items()}
_ATTENDED = TypeAdapter(Attended)


class WaysBack:
    """How to take the last changes of pages back; methods raise ``StoreError`` as the store's own do.

    Each is its person's alone, is used once, and is forgotten after ``KEPT_FOR``.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def keep(self, way: WayBack, *, about: str, who: str) -> str:
        """Keep the way back of a change; the name to ask for it by, which nobody can guess.

        ``about`` is the actor or the event that the change was of. One of an event that is gone in the meantime is not kept, and
        its name is empty.
        """
        name, kind = secrets.token_urlsafe(12), _NAMES[type(way)]
        event_id = getattr(way, "event_id", None)
        with self._writing() as connection:
            stamp = self._stamp(who)
            if (
                event_id
                and not connection.execute("SELECT 1 FROM events WHERE id = ?", (event_id,)).fetchone()
            ):
                return ""
            connection.execute(
                "INSERT INTO ways_back (name, who, about, event_id, kind, document, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, who, about, event_id, kind, _ADAPTERS[kind].dump_json(way).decode(), stamp.at),
            )
            _forget_old(connection, stamp.at)
            connection.execute(
                "DELETE FROM ways_back WHERE who = ?1 AND name NOT IN"
                " (SELECT name FROM ways_back WHERE who = ?1 ORDER BY at DESC, name LIMIT ?2)",
                (who, KEPT_MOST),
            )
        return name

    def holds(self, name: str, *, about: str, who: str) -> bool:
        """Whether this person can still take the change back."""
        with self._reading() as connection:
            return _found(connection, name, about, who, self._stamp("").at) is not None

    def take(self, name: str, *, about: str, who: str) -> WayBack | None:
        """The way back of a change, once; ``None`` where it is forgotten, of something else, or another's."""
        with self._writing() as connection:
            row = _found(connection, name, about, who, self._stamp("").at)
            if row is None:
                return None
            connection.execute("DELETE FROM ways_back WHERE name = ?", (name,))
        kind, document = row
        try:
            return _ADAPTERS[kind].validate_json(document)
        except (KeyError, ValidationError):
            # Written by another version of the program.
            return None

    def of(self, who: Collection[str], names: Collection[str] = ()) -> tuple[KeptWayBack, ...]:
        """Those of these persons, and those that hold one of the names; the oldest first."""
        named = Named(names)
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT kind, who, about, at, document FROM ways_back ORDER BY at, name"
            ).fetchall()
        return tuple(KeptWayBack(*row) for *row, document in rows if row[1] in who or named.held(document))

    def lists_of(self, names: Collection[str]) -> tuple[KeptWayBack, ...]:
        """Participants as they were before a list, where that holds one of the names; by event and list."""
        named = Named(names)
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT 'attended', who, event_id, at, was FROM participant_list_changes AS one"
                " JOIN participant_lists AS made USING (event_id) WHERE made.number = one.list"
                " ORDER BY event_id, list, attendee_id"
            ).fetchall()
        return tuple(KeptWayBack(*row) for *row, was in rows if named.held(was))

    def forget_old(self) -> None:
        """Forget what is too old; cheap where nothing is."""
        now = self._stamp("").at
        with self._reading() as connection:
            if not connection.execute(
                "SELECT 1 FROM ways_back WHERE at < ? LIMIT 1", (_oldest(now),)
            ).fetchone():
                return
        with self._writing() as connection:
            _forget_old(connection, now)


def _found(connection: Connection, name: str, about: str, who: str, now: str) -> tuple[str, str] | None:
    row: tuple[str, str] | None = connection.execute(
        "SELECT kind, document FROM ways_back WHERE name = ? AND about = ? AND who = ? AND at >= ?",
        (name, about, who, _oldest(now)),
    ).fetchone()
    return row


def _forget_old(connection: Connection, now: str) -> None:
    connection.execute("DELETE FROM ways_back WHERE at < ?", (_oldest(now),))


def _oldest(now: str) -> str:
    return (datetime.fromisoformat(now) - KEPT_FOR).isoformat(timespec="milliseconds")


def rewrite_attended(connection: Connection, event_id: str, changed: Callable[[Was], Was]) -> None:
    """Keep what ``changed`` makes of what pages know of participants of an event."""
    rows = connection.execute(
        "SELECT name, document FROM ways_back WHERE kind = ? AND event_id = ?", (_NAMES[Attended], event_id)
    ).fetchall()
    for name, document in rows:
        try:
            way = _ATTENDED.validate_json(document)
        except ValidationError:
            # Written by another version of the program, and read by none.
            continue
        after = replace(way, were=tuple(changed(each) for each in way.were))
        if after != way:
            connection.execute(
                "UPDATE ways_back SET document = ? WHERE name = ?",
                (_ATTENDED.dump_json(after).decode(), name),
            )


def forget_ways_back(connection: Connection, named: Named) -> int:
    """Forget how to take back what names somebody; returns in how many rows.

    A merge that is forgotten so stands for good; of an import or a list of participants, that one row does. What only holds the
    letters of a name or of an id stays: a first name in small letters is a word of others, an id in a text no id. Changes of pages
    can all no longer be undone: nothing that was read before the erasure may come back.
    """
    lately = connection.execute("DELETE FROM ways_back").rowcount
    listed = _forget_in_lists(connection, named)
    rows = connection.execute("SELECT number, document FROM merges WHERE document <> ''").fetchall()
    merges = [number for number, document in rows if named.held(document)]
    for number in merges:
        connection.execute("UPDATE merges SET document = '' WHERE number = ?", (number,))
    noted = connection.execute(
        "SELECT import, subject_kind, subject_id, before FROM import_changes"
    ).fetchall()
    changes = [
        (number, kind, subject_id)
        for number, kind, subject_id, before in noted
        if (kind == ACTORS.kind and named.is_id(subject_id)) or (before and _row_holds(kind, before, named))
    ]
    connection.executemany(
        "DELETE FROM import_changes WHERE import = ? AND subject_kind = ? AND subject_id = ?", changes
    )
    return len(merges) + len(changes) + listed + int(lately)


def _row_holds(kind: str, row: str, named: Named) -> bool:
    # Of all columns, participations alone hold ids of others.
    return named.held(row, ids=False) or (kind == COLLABORATIONS.kind and named.held(json.loads(row)[-1]))


def _forget_in_lists(connection: Connection, named: Named) -> int:
    """Forget of lists of participants what holds one of the names; returns in how many rows.

    The words of wishes and requests go from all of them: those of an actor name it nowhere.
    """
    count = 0
    for *key, was in connection.execute(
        "SELECT event_id, list, attendee_id, was FROM participant_list_changes"
    ).fetchall():
        value = json.loads(was)
        for each in (*value["wishes"], *value["requests"]):
            each["words"] = ""
        for each in value["requests"]:
            each["reply"] = ""
        without = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        this_one = "WHERE event_id = ? AND list = ? AND attendee_id = ?"
        if named.held(without):
            connection.execute(f"DELETE FROM participant_list_changes {this_one}", key)
            count += 1
        elif without != was:
            connection.execute(f"UPDATE participant_list_changes SET was = ? {this_one}", (without, *key))
    return count


def forget_all_ways_back(connection: Connection) -> None:
    """Forget how to take back changes of pages and lists of participants, whoever they are of."""
    connection.execute("DELETE FROM ways_back")
    connection.execute("DELETE FROM participant_list_changes")
