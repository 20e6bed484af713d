"""Two actors that are one organisation made one, with all that is said of both; and the way back, exact or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from matchmaker.actors import Actor
from matchmaker.errors import ActorNotFoundError, MergeChangedError, MergeNotFoundError
from matchmaker.store.audit import Stamp, record, record_changed
from matchmaker.store.connections import Connection
from matchmaker.store.imports import insert_rows, stored_rows, update_row
from matchmaker.store.merge_moves import Moves, back_again, changed_since
from matchmaker.store.rows import ACTORS, Row, actor_of, actor_row, content_hash, plain
from matchmaker.store.taking_back import take_actor_away

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Merge:
    """One actor that went into another."""

    number: int
    keep_id: str
    away_id: str
    away_name: str
    who: str
    at: str
    undone: str
    """When it was undone; empty where it was not."""
    can_be_undone: bool
    moved: Mapping[str, int]
    """Rows that went over to the kept actor, by table; empty where it can no longer be undone."""
    dropped: Mapping[str, int]
    """Rows of the other that gave way to rows of the kept actor, by table."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Two actors of which a person said that they are two."""

    a: str
    b: str
    who: str
    at: str


class Merges:
    """The merges of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def merge(
        self, keep_id: str, away_id: str, chosen: Callable[[Actor, Actor], Actor], *, who: str
    ) -> Merge:
        """Let one actor go into another, which is afterwards as ``chosen`` makes it of the two as they are stored then.

        What is said of the one that goes moves over; where both have a row that can be there once only, the kept actor's
        stays. A field in which the two differed counts as edited by hand. The id that goes stays known: an import of it
        changes the kept actor. Raises ``ActorNotFoundError``, ``ValueError`` for an actor with itself, and what ``chosen`` raises.
        """
        if keep_id == away_id:
            raise ValueError(f"{keep_id!r} cannot be merged with itself. Name two actors.")
        with self._writing() as connection:
            keep, away = (_row(connection, each) for each in (keep_id, away_id))
            stamp = self._stamp(who)
            after = actor_row(replace(chosen(actor_of(keep), actor_of(away)), id=keep_id))
            moves = Moves(connection, keep_id, away_id, stamp)
            moves.note_edits()
            moves.move()
            _write_kept(connection, stamp, keep, away, after)
            moves.finish_edits()
            take_actor_away(
                connection,
                away,
                lambda: record(connection, stamp, "merged", "actor", away_id, {}, {"into": keep_id}),
            )
            document = {"keep": keep, "away": away, "after": content_hash(after).hex(), **moves.document()}
            connection.execute(
                "INSERT INTO merges (keep_id, away_id, away_name, document, who, at) VALUES (?, ?, ?, ?, ?, ?)",
                (keep_id, away_id, away[1], json.dumps(document, ensure_ascii=False), who, stamp.at),
            )
            number = int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            connection.execute(
                "INSERT OR REPLACE INTO aliases (alias, actor_id, name) VALUES (?, ?, ?)",
                (away_id, keep_id, away[1]),
            )
            return _one(connection, number)

    def undo(self, number: int, *, who: str) -> Merge:
        """Make two of one again, each as it was, with all that was said of each.

        Raises ``MergeNotFoundError``, and ``MergeChangedError`` where anything that was merged is no longer as the merge left
        it; nothing is changed then. What was said of the kept actor since stays with it.
        """
        with self._writing() as connection:
            merge = _one(connection, number)
            if merge.undone or not merge.can_be_undone:
                raise MergeNotFoundError(number, undone=bool(merge.undone))
            document = json.loads(
                connection.execute("SELECT document FROM merges WHERE number = ?", (number,)).fetchone()[0]
            )
            changed = changed_since(connection, document, merge.keep_id)
            if changed:
                raise MergeChangedError(number, changed)
            stamp = self._stamp(who)
            connection.execute("DELETE FROM aliases WHERE alias = ?", (merge.away_id,))
            away: Row = tuple(document["away"])
            insert_rows(connection, ACTORS, [away])
            record(connection, stamp, "unmerged", "actor", merge.away_id, {"into": merge.keep_id}, {})
            now = _row(connection, merge.keep_id)
            keep: Row = tuple(document["keep"])
            if now != keep:
                update_row(connection, ACTORS, keep)
                record_changed(connection, ACTORS, stamp, now, keep, by_person=True)
            back_again(connection, document, merge.keep_id, merge.away_id, stamp)
            connection.execute(
                "UPDATE merges SET undone = ?, document = '' WHERE number = ?", (stamp.at, number)
            )
            return _one(connection, number)

    def all(self, *, limit: int = 50) -> tuple[Merge, ...]:
        """The latest merges, newest first."""
        with self._reading() as connection:
            return tuple(_merges(connection, "ORDER BY number DESC LIMIT ?", (limit,)))

    def aliases(self) -> dict[str, tuple[str, str]]:
        """Ids that went, each with the actor it went into and the name it had."""
        with self._reading() as connection:
            rows = connection.execute("SELECT alias, actor_id, name FROM aliases ORDER BY alias").fetchall()
        return {alias: (actor_id, name) for alias, actor_id, name in rows}

    def not_the_same(self, a: str, b: str, *, who: str) -> Apart:
        """Keep that two actors are two; said again it changes nothing. Raises ``ActorNotFoundError`` and ``ValueError``."""
        if a == b:
            raise ValueError(f"{a!r} is the same as itself. Name two actors.")
        a, b = sorted((a, b))
        with self._writing() as connection:
            for each in (a, b):
                _row(connection, each)
            said = [each for each in _apart(connection) if (each.a, each.b) == (a, b)]
            if said:
                return said[0]
            stamp = self._stamp(who)
            connection.execute(
                "INSERT INTO not_the_same (a, b, who, at) VALUES (?, ?, ?, ?)", (a, b, who, stamp.at)
            )
            record(connection, stamp, "told_apart", "actor", a, {}, {"not_the_same": b})
            return Apart(a, b, who, stamp.at)

    def maybe_the_same(self, a: str, b: str, *, who: str) -> bool:
        """Take back that two actors are two; returns whether it was said."""
        a, b = sorted((a, b))
        with self._writing() as connection:
            gone = connection.execute("DELETE FROM not_the_same WHERE a = ? AND b = ?", (a, b)).rowcount
            if gone:
                record(connection, self._stamp(who), "told_apart", "actor", a, {"not_the_same": b}, {})
            return bool(gone)

    def apart(self) -> tuple[Apart, ...]:
        """The pairs that are known to be two."""
        with self._reading() as connection:
            return tuple(_apart(connection))


def _row(connection: Connection, actor_id: str) -> Row:
    row = stored_rows(connection, ACTORS, [actor_id]).get(actor_id)
    if row is None:
        raise ActorNotFoundError(actor_id)
    return row


def _write_kept(connection: Connection, stamp: Stamp, keep: Row, away: Row, after: Row) -> None:
    """Write the kept actor; whatever the two did not agree on was decided by a person, and no import decides it anew."""
    if after != keep:
        update_row(connection, ACTORS, after)
        record_changed(connection, ACTORS, stamp, keep, after, by_person=True)
    decided = [
        (keep[0], column, json.dumps(plain(column, value), ensure_ascii=False), stamp.who, stamp.at)
        for column, value, mine, theirs in zip(ACTORS.columns, after, keep, away, strict=True)
        if column != "id" and (mine != theirs or value != mine)
    ]
    connection.executemany(
        "INSERT OR REPLACE INTO edits (actor_id, field, value, who, at) VALUES (?, ?, ?, ?, ?)", decided
    )


def _one(connection: Connection, number: int) -> Merge:
    found = _merges(connection, "WHERE number = ?", (number,))
    if not found:
        raise MergeNotFoundError(number)
    return found[0]


def _merges(connection: Connection, which: str, values: Sequence[object]) -> list[Merge]:
    rows = connection.execute(
        f"SELECT number, keep_id, away_id, away_name, who, at, undone, document FROM merges {which}", values
    ).fetchall()
    found = []
    for number, keep_id, away_id, name, who, at, undone, document in rows:
        done = json.loads(document) if document else {}
        moved, dropped = done.get("moved_counts", {}), done.get("dropped_counts", {})
        found.append(Merge(number, keep_id, away_id, name, who, at, undone, bool(document), moved, dropped))
    return found


def _apart(connection: Connection) -> list[Apart]:
    return [
        Apart(*row)
        for row in connection.execute("SELECT a, b, who, at FROM not_the_same ORDER BY a, b").fetchall()
    ]


def called(actor: Actor) -> set[str]:
    """What an actor is known by: its name, and its number where that has digits; a dash or *unknown* is nobody's."""
    number = actor.registration_number
    return {actor.name} | ({number} if any(each.isdecimal() for each in number) else set())


def called_before(away_name: str, document: str) -> set[str]:
    """The same of an actor that was merged into another, as far as the merge still knows it."""
    return {away_name} | (called(actor_of(json.loads(document)["away"])) if document else set())


def former_names(connection: Connection, actor_id: str) -> set[str]:
    """What those are known by that were merged into an actor, and are still."""
    merges = connection.execute(
        "SELECT away_name, document FROM merges WHERE keep_id = ? AND undone = ''", (actor_id,)
    ).fetchall()
    rows = connection.execute("SELECT name FROM aliases WHERE actor_id = ?", (actor_id,)).fetchall()
    return {name for (name,) in rows}.union(*(called_before(*merge) for merge in merges))


def former_ids(connection: Connection, actor_id: str) -> set[str]:
    """The ids of those that were merged into an actor, and are still."""
    rows = connection.execute("SELECT alias FROM aliases WHERE actor_id = ?", (actor_id,)).fetchall()
    return {alias for (alias,) in rows}
