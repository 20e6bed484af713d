"""What is said of an actor carried over to another, row by row, with notes from which every row finds its way back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

# The module sqlite-utils chose, so that its errors are the connection's.
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from matchmaker.store.audit import Stamp, record, record_changed
from matchmaker.store.connections import Connection
from matchmaker.store.foreign import Table, columns_of, tables_of_actors
from matchmaker.store.imports import each_role_once, stored_rows, update_row
from matchmaker.store.rows import (
    COLLABORATIONS,
    PARTICIPATIONS,
    Row,
    column_value,
    content_hash,
    participation_of,
    participation_values,
    plain,
)

_OWN_WAY = frozenset({"participations", "edits"})
"""Tables that are carried over in a way of their own: with their collaboration, and field by field."""

_ORDERED = {"event_proposals": ("a", "b"), "not_the_same": ("a", "b")}
"""Pairs of which the smaller id comes first."""

_DOCUMENTS = ("events", "attendees")
"""Tables with a JSON document in which actors are named."""

Document = Mapping[str, Any]


class Moves:
    """The carrying over of one merge, within its transaction."""

    def __init__(self, connection: Connection, keep_id: str, away_id: str, stamp: Stamp) -> None:
        self._connection = connection
        self._keep, self._away, self._stamp = keep_id, away_id, stamp
        self._moved: list[dict[str, object]] = []
        self._dropped: list[dict[str, object]] = []
        self._collaborations: list[dict[str, object]] = []
        self._documents: list[dict[str, object]] = []
        self._edits: dict[str, list[list[object]]] = {}

    def note_edits(self) -> None:
        """Note what was edited by hand of both, before it is decided anew."""
        self._edits["before"] = _edits(self._connection, self._keep, self._away)

    def finish_edits(self) -> None:
        """Note what counts as edited by hand from now on."""
        self._edits["after"] = _edits(self._connection, self._keep)

    def move(self) -> None:
        """Carry everything over."""
        self._move_collaborations()
        for table in tables_of_actors(self._connection):
            if table.name in _OWN_WAY:
                continue
            for row in [*table.rows(self._connection, self._away)]:
                self._move_row(table, row)
        self._rewrite_documents()

    def document(self) -> dict[str, object]:
        """All notes, as JSON values."""
        return {
            "moved": self._moved,
            "dropped": self._dropped,
            "collaborations": self._collaborations,
            "documents": self._documents,
            "edits": self._edits,
            "moved_counts": dict(
                Counter(str(each["table"]) for each in self._moved)
                + Counter({"collaborations": len(self._collaborations)})
            ),
            "dropped_counts": dict(Counter(str(each["table"]) for each in self._dropped)),
        }

    def _move_collaborations(self) -> None:
        ids = [
            each
            for (each,) in self._connection.execute(
                "SELECT DISTINCT collaboration_id FROM participations WHERE actor_id = ? ORDER BY 1",
                (self._away,),
            ).fetchall()
        ]
        for collaboration_id, row in stored_rows(self._connection, COLLABORATIONS, ids).items():
            stored: Any = plain(PARTICIPATIONS, row[-1])
            # One organisation takes part once in a role, with what both got.
            parts = each_role_once(
                replace(part, actor_id=self._keep) if part.actor_id == self._away else part
                for part in map(participation_of, stored)
            )
            after: Row = (
                *row[:-1],
                column_value(PARTICIPATIONS, [participation_values(part) for part in parts]),
            )
            update_row(self._connection, COLLABORATIONS, after)
            record_changed(self._connection, COLLABORATIONS, self._stamp, row, after)
            self._collaborations.append(
                {"id": collaboration_id, "before": row, "after": content_hash(after).hex()}
            )

    def _move_row(self, table: Table, row: dict[str, object]) -> None:
        after = {
            name: self._keep if name in table.columns and value == self._away else value
            for name, value in row.items()
        }
        pair = _ORDERED.get(table.name)
        if pair:
            after.update(zip(pair, sorted(str(after[name]) for name in pair), strict=True))
        changed = {name: [row[name], after[name]] for name in row if row[name] != after[name]}
        sets = ", ".join(f'"{name}" = ?' for name in changed)
        where, key = _where(table.key_of(row))
        try:
            self._connection.execute(
                f'UPDATE "{table.name}" SET {sets} WHERE {where}',
                (*(each[1] for each in changed.values()), *key),
            )
        except sqlite3.IntegrityError:
            # The kept actor has such a row already, or it would be a pair with itself.
            self._connection.execute(f'DELETE FROM "{table.name}" WHERE {where}', key)
            self._dropped.append({"table": table.name, "row": _packed(row)})
            return
        self._moved.append(
            {"table": table.name, "key": _packed(table.key_of(after)), "changed": _packed_pairs(changed)}
        )

    def _rewrite_documents(self) -> None:
        for table in _DOCUMENTS:
            columns = columns_of(self._connection, table)
            key = [
                name for name in columns if name in (("event_id", "id") if table == "attendees" else ("id",))
            ]
            named = ", ".join(key)
            rows = self._connection.execute(
                f"SELECT document, {named} FROM {table} ORDER BY {named}"
            ).fetchall()
            for document, *values in rows:
                after = renamed(document, self._away, self._keep)
                if after == document:
                    continue
                keys = dict(zip(key, values, strict=True))
                _set_document(self._connection, table, keys, after)
                # Lists of participants hold persons, so nothing of them is noted: the id alone finds its way back.
                before = "" if table == "attendees" else document
                self._documents.append({"table": table, "key": keys, "before": before, "after": _mark(after)})
                self._touch(table, keys)

    def _touch(self, table: str, keys: Mapping[str, object]) -> None:
        """Whoever has the event open must not write the actor that went back into it."""
        event_id = str(keys["event_id" if table == "attendees" else "id"])
        touch_event(self._connection, event_id, self._stamp, {"merged": {"actor": self._keep}})


def touch_event(connection: Connection, event_id: str, stamp: Stamp, told: Mapping[str, object]) -> None:
    """Count a change of an event that was made outside of it."""
    connection.execute("UPDATE events SET revision = revision + 1 WHERE id = ?", (event_id,))
    record(connection, stamp, "changed", "event", event_id, {}, told)


def changed_since(connection: Connection, document: Document, keep_id: str) -> list[str]:
    """The tables in which something is no longer as a merge left it."""
    changed = set()
    row = connection.execute("SELECT content_hash FROM actors WHERE id = ?", (keep_id,)).fetchone()
    if (
        row is None
        or row[0].hex() != document["after"]
        or _edits(connection, keep_id) != document["edits"]["after"]
    ):
        changed.add("actors")
    for each in document["collaborations"]:
        row = connection.execute(
            "SELECT content_hash FROM collaborations WHERE id = ?", (each["id"],)
        ).fetchone()
        if row is None or row[0].hex() != each["after"]:
            changed.add("collaborations")
    for each in document["moved"]:
        now = _now(connection, each["table"], _unpacked(each["key"]), list(each["changed"]))
        if now is None or _packed(now) != {name: pair[1] for name, pair in each["changed"].items()}:
            changed.add(each["table"])
    for each in document["documents"]:
        now = _now(connection, each["table"], each["key"], ["document"])
        if now is None or _mark(str(now["document"])) != each["after"]:
            changed.add(each["table"])
    return sorted(changed)


def back_again(connection: Connection, document: Document, keep_id: str, away_id: str, stamp: Stamp) -> None:
    """Put every row back to where a merge took it from."""
    for each in document["collaborations"]:
        now = stored_rows(connection, COLLABORATIONS, [each["id"]])[each["id"]]
        before: Row = tuple(each["before"])
        update_row(connection, COLLABORATIONS, before)
        record_changed(connection, COLLABORATIONS, stamp, now, before)
    for each in reversed(document["moved"]):
        changed = {name: _value(pair[0]) for name, pair in each["changed"].items()}
        where, key = _where(_unpacked(each["key"]))
        sets = ", ".join(f'"{name}" = ?' for name in changed)
        connection.execute(f'UPDATE "{each["table"]}" SET {sets} WHERE {where}', (*changed.values(), *key))
    for each in reversed(document["dropped"]):
        row = _unpacked(each["row"])
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        connection.execute(
            f'INSERT OR IGNORE INTO "{each["table"]}" ({names}) VALUES ({marks})', tuple(row.values())
        )
    for each in document["documents"]:
        held = _now(connection, each["table"], each["key"], ["document"]) or {}
        before_text = each["before"] or renamed(str(held.get("document", "")), keep_id, away_id)
        _set_document(connection, each["table"], each["key"], before_text)
        event_id = each["key"]["event_id" if each["table"] == "attendees" else "id"]
        touch_event(connection, event_id, stamp, {"unmerged": {"actor": keep_id}})
    connection.execute("DELETE FROM edits WHERE actor_id IN (?, ?)", (keep_id, away_id))
    connection.executemany(
        "INSERT INTO edits (actor_id, field, value, who, at) VALUES (?, ?, ?, ?, ?)",
        document["edits"]["before"],
    )


def renamed(document: str, old: str, new: str) -> str:
    """A JSON document in which an actor has another id; unchanged to the byte where it does not name the old one."""
    if json.dumps(old, ensure_ascii=False) not in document:
        return document
    value = json.loads(document)
    after = _renamed(value, old, new)
    return document if after == value else json.dumps(after, ensure_ascii=False, separators=(",", ":"))


def _renamed(value: object, old: str, new: str, *, actor: bool = False) -> object:
    if isinstance(value, dict):
        return {name: _renamed(each, old, new, actor="actor" in name) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, old, new, actor=actor) for each in value]
    return new if actor and value == old else value


def _edits(connection: Connection, *actor_ids: str) -> list[list[object]]:
    rows = connection.execute(
        "SELECT actor_id, field, value, who, at FROM edits WHERE actor_id IN (SELECT value FROM json_each(?))"
        " ORDER BY actor_id, field",
        (json.dumps(actor_ids),),
    ).fetchall()
    return [list(row) for row in rows]


def _set_document(connection: Connection, table: str, key: Mapping[str, object], document: str) -> None:
    where, values = _where(key)
    connection.execute(f"UPDATE {table} SET document = ? WHERE {where}", (document, *values))


def _now(
    connection: Connection, table: str, key: Mapping[str, object], columns: list[str]
) -> dict[str, object] | None:
    where, values = _where(key)
    named = ", ".join(f'"{name}"' for name in columns)
    row = connection.execute(f'SELECT {named} FROM "{table}" WHERE {where}', values).fetchone()
    return None if row is None else dict(zip(columns, row, strict=True))


def _where(key: Mapping[str, object]) -> tuple[str, tuple[object, ...]]:
    return " AND ".join(f'"{name}" = ?' if name != "rowid" else "rowid = ?" for name in key), tuple(
        key.values()
    )


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(row: Mapping[str, object]) -> dict[str, object]:
    return {name: {"hex": value.hex()} if isinstance(value, bytes) else value for name, value in row.items()}


def _packed_pairs(changed: Mapping[str, list[object]]) -> dict[str, list[object]]:
    return {name: [*_packed({"0": pair[0], "1": pair[1]}).values()] for name, pair in changed.items()}


def _unpacked(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
