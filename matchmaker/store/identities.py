"""By whom a provider knows a user: bound once, by the verified address, and recognised by it from then on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection

Opened = Callable[[], AbstractContextManager[Connection]]


class Identities:
    """The identities of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """As ``Users`` takes them."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def user_id(self, issuer: str, subject: str) -> str:
        """The id of the user who is bound to it; ``""`` where nobody is."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT user_id FROM identities WHERE issuer = ? AND subject = ?", (issuer, subject)
            ).fetchone()
        return "" if row is None else str(row[0])

    def bind(self, issuer: str, subject: str, email: str) -> str:
        """Bind the user with this address, who is not disabled, and return their id.

        ``""`` where there is none, or where the provider knows that user by another subject already: an address that was
        given to somebody else there is not to open the first one's account.
        """
        with self._writing() as connection:
            row = connection.execute(
                "SELECT id FROM users WHERE email = ? AND disabled = 0", (email,)
            ).fetchone()
            if row is None:
                return ""
            user_id, stamp = str(row[0]), self._stamp(str(row[0]))
            bound = connection.execute(
                "INSERT OR IGNORE INTO identities (issuer, subject, user_id, at) VALUES (?, ?, ?, ?)",
                (issuer, subject, user_id, stamp.at),
            ).rowcount
            if bound != 1:
                return ""
            record(connection, stamp, "bound", "user", user_id, {}, {"issuer": issuer})
            return user_id

    def of(self, user_id: str) -> tuple[str, ...]:
        """The issuers that know a user."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT issuer FROM identities WHERE user_id = ? ORDER BY issuer", (user_id,)
            ).fetchall()
        return tuple(str(each) for (each,) in rows)

    def forget(self, user_id: str, *, who: str) -> int:
        """Take a user's identities away, so that the next verified address is bound anew; how many there were."""
        with self._writing() as connection:
            gone = connection.execute("DELETE FROM identities WHERE user_id = ?", (user_id,)).rowcount
            if gone:
                record(connection, self._stamp(who), "unbound", "user", user_id, {}, {})
            return int(gone)
