"""Requests that carry a key: each is carried out once, and its answer kept for whoever repeats it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from matchmaker.repeated import Claim, KeptAnswer, Standing
from matchmaker.store.audit import Stamp
from matchmaker.store.connections import Connection
from matchmaker.store.presence import Presence

Opened = Callable[[], AbstractContextManager[Connection]]

KEPT_HOURS = 24


class RepeatedRequests:
    """The keys of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, writing: Opened, stamp: Callable[[str], Stamp], presence: Presence) -> None:
        """``writing`` opens a transaction, ``stamp`` knows the time, ``presence`` who is alive."""
        self._writing = writing
        self._stamp = stamp
        self._presence = presence

    def claim(self, key_hash: bytes, body_hash: bytes) -> Claim:
        """Say what is known of a request, and take it on where nothing is.

        What a process took on that died since is taken on anew.
        """
        me = self._presence.name()
        with self._writing() as connection:
            now = datetime.fromisoformat(self._stamp("").at)
            until = (now - timedelta(hours=KEPT_HOURS)).isoformat(timespec="milliseconds")
            connection.execute("DELETE FROM repeated_requests WHERE at < ?", (until,))
            row = connection.execute(
                "SELECT body_hash, state, holder, status, headers, body FROM repeated_requests WHERE key_hash = ?",
                (key_hash,),
            ).fetchone()
            if row is not None and row[1] == "running" and not self._presence.is_alive(row[2]):
                row = None
            if row is None:
                connection.execute(
                    "INSERT OR REPLACE INTO repeated_requests (key_hash, body_hash, state, holder, at)"
                    " VALUES (?, ?, 'running', ?, ?)",
                    (key_hash, body_hash, me, now.isoformat(timespec="milliseconds")),
                )
                return Claim(Standing.NEW)
        known_body, state, _, status, headers, body = row
        if bytes(known_body) != body_hash:
            return Claim(Standing.OTHER)
        if state != "kept":
            return Claim(Standing(state))
        return Claim(Standing.KEPT, KeptAnswer(int(status), json.loads(headers), bytes(body)))

    def keep(self, key_hash: bytes, answer: KeptAnswer) -> None:
        """Keep the answer to a request that was taken on."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE repeated_requests SET state = 'kept', status = ?, headers = ?, body = ? WHERE key_hash = ?",
                (answer.status, json.dumps(dict(answer.headers)), answer.body, key_hash),
            )

    def keep_that_it_was(self, key_hash: bytes) -> None:
        """Keep only that a request was carried out."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE repeated_requests SET state = 'not_kept' WHERE key_hash = ?", (key_hash,)
            )

    def release(self, key_hash: bytes) -> None:
        """Forget a request that was taken on and changed nothing."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM repeated_requests WHERE key_hash = ? AND state = 'running'", (key_hash,)
            )


def forget_answers(connection: Connection) -> None:
    """Keep of every request only that it was carried out: answers may hold whoever is erased."""
    connection.execute(
        "UPDATE repeated_requests SET state = 'not_kept', headers = '{}', body = x'' WHERE state = 'kept'"
    )
