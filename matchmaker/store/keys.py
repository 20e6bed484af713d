"""Keys of programs as they are kept: whose each is and what it may do, its secret only as a hash that the caller brings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from hmac import compare_digest

from matchmaker.errors import KeyNotFoundError, UserRejectedError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.users import check_actor
from matchmaker.users import Key, UserRole

Opened = Callable[[], AbstractContextManager[Connection]]

_KEY = (
    "id, name, role, coalesce(actor_id, ''), read_only, who, created, expires, last_used, revoked,"
    " coalesce(user_id, '')"
)


class Keys:
    """The keys of one store; methods raise ``StoreError`` as the store's own do. Times are as in ``Users``."""

    def __init__(
        self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp], *, jotting: Opened
    ) -> None:
        """As ``Users`` takes them."""
        self._reading = reading
        self._writing = writing
        self._jotting = jotting
        self._stamp = stamp

    def now(self) -> str:
        """The store's time."""
        return self._stamp("").at

    def all(self, *, good: bool = False) -> tuple[Key, ...]:
        """All keys, in the order in which they were made; with ``good`` those that are neither revoked nor too old."""
        only, after = ("WHERE revoked = '' AND expires > ?", (self.now(),)) if good else ("", ())
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_KEY} FROM keys {only} ORDER BY created, id", after)
            return tuple(map(_key, rows))

    def add(
        self,
        *,
        secret_hash: bytes,
        name: str,
        role: UserRole,
        actor_id: str,
        read_only: bool,
        expires: str,
        user_id: str = "",
        most: int = 0,
        who: str,
    ) -> Key:
        """Keep a new key, of a user where one is named; raises ``ActorNotFoundError``.

        Raises ``UserRejectedError`` where the user has ``most`` keys already that are good.
        """
        with self._writing() as connection:
            if most and _good(connection, user_id, self.now()) >= most:
                raise UserRejectedError(
                    f"You have {most} keys already. Revoke one that is not needed any more."
                )
            check_actor(connection, actor_id)
            stamp = self._stamp(who)
            key_id = f"key-{secrets.token_hex(6)}"
            connection.execute(
                "INSERT INTO keys (id, secret_hash, name, role, actor_id, read_only, who, created, expires, user_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key_id,
                    secret_hash,
                    name,
                    role.value,
                    actor_id or None,
                    int(read_only),
                    who,
                    stamp.at,
                    expires,
                    user_id or None,
                ),
            )
            told = {"role": role.value, "read_only": read_only, "expires": expires}
            record(connection, stamp, "added", "key", key_id, {}, told)
            return _one_key(connection, key_id)

    def one(self, key_id: str) -> Key:
        """The key with this id; raises ``KeyNotFoundError``."""
        with self._reading() as connection:
            return _one_key(connection, key_id)

    def revoke(self, key_id: str, *, who: str) -> Key:
        """End a key at once, with every key that was made by it; raises ``KeyNotFoundError``."""
        with self._writing() as connection:
            _one_key(connection, key_id)
            stamp = self._stamp(who)
            rows = connection.execute(
                "WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT keys.id FROM keys JOIN below ON keys.who = below.id)"
                " SELECT keys.id FROM keys JOIN below USING (id) WHERE keys.revoked = '' ORDER BY keys.id",
                (key_id,),
            ).fetchall()
            for (each,) in rows:
                connection.execute("UPDATE keys SET revoked = ? WHERE id = ?", (stamp.at, each))
                record(connection, stamp, "revoked", "key", each, {}, {})
            return _one_key(connection, key_id)

    def good(self, key_id: str, secret_hash: bytes) -> Key | None:
        """The key with this id, where the secret is right, it is neither revoked nor too old, and its user not shut out."""
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT secret_hash, EXISTS (SELECT 1 FROM users WHERE users.id = user_id AND disabled = 1), {_KEY}"
                " FROM keys WHERE id = ?",
                (key_id,),
            ).fetchone()
        # Compared also where there is none, so that the time tells nothing.
        right = compare_digest(secret_hash, bytes(row[0]) if row else bytes(len(secret_hash)))
        if row is None or not right or row[1]:
            return None
        key = _key(row[2:])
        return None if key.revoked or key.expires <= self.now() else key

    def note_use(self, key_id: str) -> None:
        """Keep the hour in which a key was used; raises ``StoreBusyError`` at once."""
        with self._jotting() as connection:
            connection.execute(
                "UPDATE keys SET last_used = ? WHERE id = ?", (self.now()[:13] + ":00Z", key_id)
            )


def _key(row: tuple[object, ...]) -> Key:
    key_id, name, role, actor_id, read_only, *rest = row
    return Key(
        str(key_id),
        str(name),
        UserRole(str(role)),
        str(actor_id),
        bool(read_only),
        *(str(each) for each in rest),
    )


def _one_key(connection: Connection, key_id: str) -> Key:
    row = connection.execute(f"SELECT {_KEY} FROM keys WHERE id = ?", (key_id,)).fetchone()
    if row is None:
        raise KeyNotFoundError(key_id)
    return _key(row)


def _good(connection: Connection, user_id: str, now: str) -> int:
    row = connection.execute(
        "SELECT count(*) FROM keys WHERE user_id = ? AND revoked = '' AND expires > ?", (user_id, now)
    ).fetchone()
    return int(row[0])
