"""Failed tries as they are kept: how many, and until when to wait, by a keyed hash of who or where; forgotten after an hour."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager

from matchmaker.store.connections import Connection
from matchmaker.tried import FORGOTTEN_AFTER, MOST_KEPT, PURPOSES, Failures, account_name

Opened = Callable[[], AbstractContextManager[Connection]]


class TriedRows:
    """The tries of one store; methods raise ``StoreError`` as the store's own do. Times are seconds since 1970."""

    def __init__(self, reading: Opened, jotting: Opened) -> None:
        """``reading`` opens a transaction; ``jotting`` one to write in, or gives up at once while somebody else writes."""
        self._reading = reading
        self._jotting = jotting

    def of(self, names: Collection[str], *, now: float) -> dict[str, Failures]:
        """What is kept under each of these names and not to be forgotten yet."""
        with self._reading() as connection:
            secret = _secret(connection)
            found = {name: _row(connection, _key(secret, name), now) for name in names}
        return {name: failures for name, failures in found.items() if failures is not None}

    def count(self, pauses: Mapping[str, Callable[[int], float]], *, now: float) -> None:
        """Count a failure under each name; its function says for how many seconds nobody may try after so many."""
        with self._jotting() as connection:
            secret = _secret(connection)
            for name, pause in pauses.items():
                key = _key(secret, name)
                before = _row(connection, key, now) or Failures(0, 0.0)
                total = before.count + 1
                connection.execute(
                    "INSERT OR REPLACE INTO tried (key, failures, not_before, last) VALUES (?, ?, ?, ?)",
                    (key, total, max(before.not_before, now + pause(total)), now),
                )
            _forget_old(connection, now)

    def forget(self, name: str, *, now: float) -> None:
        """Forget what is kept under a name, and what is old."""
        with self._jotting() as connection:
            connection.execute("DELETE FROM tried WHERE key = ?", (_key(_secret(connection), name),))
            _forget_old(connection, now)

    def of_account(self, email: str) -> dict[str, int]:
        """How many failures are kept for an address, by what was tried."""
        with self._reading() as connection:
            secret = _secret(connection)
            found = {
                purpose: connection.execute(
                    "SELECT failures FROM tried WHERE key = ?", (_key(secret, account_name(purpose, email)),)
                ).fetchone()
                for purpose in PURPOSES
            }
        return {purpose: int(row[0]) for purpose, row in found.items() if row is not None}

    def any_old(self, *, now: float) -> bool:
        """Whether something is to be forgotten."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM tried WHERE last < ? LIMIT 1", (now - FORGOTTEN_AFTER,)
            ).fetchone()
            return row is not None

    def forget_old(self, *, now: float) -> None:
        """Forget what is old."""
        with self._jotting() as connection:
            _forget_old(connection, now)


def forget_tries(connection: Connection, emails: Collection[str]) -> int:
    """Forget what was tried for accounts with these addresses; how many rows went."""
    secret = _secret(connection)
    keys = [_key(secret, account_name(purpose, each)) for purpose in PURPOSES for each in emails]
    return sum(connection.execute("DELETE FROM tried WHERE key = ?", (key,)).rowcount for key in keys)


def _forget_old(connection: Connection, now: float) -> None:
    connection.execute("DELETE FROM tried WHERE last < ?", (now - FORGOTTEN_AFTER,))
    connection.execute(
        "DELETE FROM tried WHERE key IN (SELECT key FROM tried ORDER BY last DESC LIMIT -1 OFFSET ?)",
        (MOST_KEPT,),
    )


def _row(connection: Connection, key: bytes, now: float) -> Failures | None:
    row = connection.execute(
        "SELECT failures, not_before FROM tried WHERE key = ? AND last >= ?", (key, now - FORGOTTEN_AFTER)
    ).fetchone()
    return None if row is None else Failures(int(row[0]), float(row[1]))


def _secret(connection: Connection) -> bytes:
    return bytes(connection.execute("SELECT secret FROM tried_secret").fetchone()[0])


def _key(secret: bytes, name: str) -> bytes:
    # What no store can hold is nobody's address.
    return hmac.digest(secret, name.encode("utf-8", errors="replace"), "sha256")
