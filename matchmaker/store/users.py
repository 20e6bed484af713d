"""Users, sessions and invitations as they are kept: every secret only as a hash that the caller brings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from matchmaker.erasures import user_key
from matchmaker.errors import ActorNotFoundError, UserNotFoundError, UserRejectedError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.tries import forget_tries
from matchmaker.users import User, UserRole

Opened = Callable[[], AbstractContextManager[Connection]]

_USER = "id, name, email, role, coalesce(actor_id, ''), password_hash IS NOT NULL, disabled, who, at"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that is kept, with its user."""

    user: User
    created: str
    last_seen: str
    expires: str
    device: str = ""
    """What the session was begun on, in few words."""
    mark: str = ""
    """What it can be named by; nobody gets in with it."""


class Users:
    """The users of one store; methods raise ``StoreError`` as the store's own do.

    Times are UTC in ISO 8601, so that texts compare as times do. What is audited names ids alone: e-mail addresses and names
    would outlive their erasure. Sessions are not audited, since they change nothing.
    """

    def __init__(
        self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp], *, jotting: Opened
    ) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now.

        ``jotting`` writes as ``writing`` does but gives up at once with ``StoreBusyError`` while somebody else writes.
        """
        self._reading = reading
        self._writing = writing
        self._jotting = jotting
        self._stamp = stamp

    def now(self) -> str:
        """The store's time."""
        return self._stamp("").at

    def ever(self) -> bool:
        """Whether there has ever been a user."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM signing_in").fetchone() is not None

    def all(self) -> tuple[User, ...]:
        """All users by e-mail address."""
        with self._reading() as connection:
            return tuple(map(_user, connection.execute(f"SELECT {_USER} FROM users ORDER BY email")))

    def one(self, wanted: str) -> User:
        """The user with this e-mail address or id; raises ``UserNotFoundError``."""
        with self._reading() as connection:
            return _one(connection, wanted)

    def with_password(self, email: str) -> tuple[User | None, str]:
        """The user with this address and the hash of the password; ``None`` and ``""`` where there is none."""
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT coalesce(password_hash, ''), {_USER} FROM users WHERE email = ?", (email,)
            ).fetchone()
        return (None, "") if row is None else (_user(row[1:]), str(row[0]))

    def add(
        self, *, name: str, email: str, role: UserRole, actor_id: str, password_hash: str | None, who: str
    ) -> User:
        """Keep a new user; raises ``UserRejectedError`` for an address that is taken and ``ActorNotFoundError``."""
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM users WHERE email = ?", (email,)).fetchone():
                raise UserRejectedError(
                    f"There is a user with the address {email} already. Choose another address, or give that user a new "
                    f"link: matchmaker user reset {email}"
                )
            check_actor(connection, actor_id)
            stamp = self._stamp(who)
            user_id = f"user-{secrets.token_hex(6)}"
            connection.execute(
                "INSERT INTO users (id, name, email, role, actor_id, password_hash, who, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (user_id, name, email, role.value, actor_id or None, password_hash, who, stamp.at),
            )
            told = {"role": role.value, **({"actor_id": actor_id} if actor_id else {})}
            record(connection, stamp, "added", "user", user_id, {}, told)
            return _one(connection, user_id)

    def set_disabled(self, wanted: str, disabled: bool, *, who: str) -> User:
        """Shut a user out, whose sessions and links end at once, or let them in again; raises ``UserNotFoundError``."""
        with self._writing() as connection:
            user = _one(connection, wanted)
            if user.disabled != disabled:
                connection.execute("UPDATE users SET disabled = ? WHERE id = ?", (int(disabled), user.id))
                action = "disabled" if disabled else "enabled"
                record(connection, self._stamp(who), action, "user", user.id, {}, {})
            if disabled:
                _end(connection, user.id)
            return _one(connection, user.id)

    def reset(self, wanted: str, *, token_hash: bytes, expires: str, who: str) -> User:
        """Take the password away, end every session and link, and keep a new link; raises ``UserNotFoundError``."""
        with self._writing() as connection:
            user = _one(connection, wanted)
            connection.execute("UPDATE users SET password_hash = NULL WHERE id = ?", (user.id,))
            _end(connection, user.id)
            connection.execute(
                "INSERT INTO invitations (token_hash, user_id, expires) VALUES (?, ?, ?)",
                (token_hash, user.id, expires),
            )
            record(connection, self._stamp(who), "invited", "user", user.id, {}, {})
            return _one(connection, user.id)

    def offer_link(self, email: str, *, token_hash: bytes, expires: str) -> User | None:
        """Keep a further link for somebody who forgot the password, which stays until the link is used.

        ``None`` where nobody who may sign in has this address. Links that are over are taken away.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM invitations WHERE expires <= ?", (self.now(),))
            row = connection.execute(
                f"SELECT {_USER} FROM users WHERE email = ? AND disabled = 0", (email,)
            ).fetchone()
            if row is None:
                return None
            user = _user(row)
            connection.execute(
                "INSERT INTO invitations (token_hash, user_id, expires) VALUES (?, ?, ?)",
                (token_hash, user.id, expires),
            )
            return user

    def change_password(self, user_id: str, *, before: str, after: str, staying: bytes) -> bool:
        """Keep another password and end every session but one, and every link; false where it was changed in between."""
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ? AND disabled = 0",
                (after, user_id, before),
            ).rowcount
            if changed != 1:
                return False
            connection.execute(
                "DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?", (user_id, staying)
            )
            connection.execute("DELETE FROM invitations WHERE user_id = ?", (user_id,))
            record(connection, self._stamp(user_id), "chose_password", "user", user_id, {}, {})
            return True

    def remove(self, wanted: str, *, who: str) -> User:
        """Erase a user with all that belongs to them; raises ``UserNotFoundError``."""
        with self._writing() as connection:
            user, stamp = _one(connection, wanted), self._stamp(who)
            change = forget_user(connection, user.id, stamp)
            # So that no older backup lets them in again.
            connection.execute(
                "INSERT OR REPLACE INTO erasures (key, at, change) VALUES (?, ?, ?)",
                (user_key(user.email), stamp.at, change),
            )
            return user

    def invited(self, token_hash: bytes) -> User | None:
        """The user whose link this is, as long as it can be used."""
        with self._reading() as connection:
            return _invited(connection, token_hash, self.now())

    def accept(self, token_hash: bytes, *, password_hash: str) -> User | None:
        """Set the password that was chosen and use the link up; ``None`` where it cannot be used (any more)."""
        with self._writing() as connection:
            now = self.now()
            user = _invited(connection, token_hash, now)
            if user is None:
                return None
            connection.execute("UPDATE users SET password_hash = ? WHERE id = ?", (password_hash, user.id))
            connection.execute("UPDATE invitations SET used = ? WHERE token_hash = ?", (now, token_hash))
            connection.execute(
                "DELETE FROM invitations WHERE user_id = ? AND token_hash <> ?", (user.id, token_hash)
            )
            connection.execute("DELETE FROM sessions WHERE user_id = ?", (user.id,))
            record(connection, self._stamp(user.id), "chose_password", "user", user.id, {}, {})
            return _one(connection, user.id)

    def replace_hash(self, user_id: str, *, before: str, after: str) -> None:
        """Keep the same password hashed anew, unless it was changed in between."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
                (after, user_id, before),
            )

    def begin_session(
        self,
        user_id: str,
        *,
        password_hash: str | None,
        token_hash: bytes,
        expires: str,
        instead_of: bytes | None,
        device: str = "",
    ) -> bool:
        """Keep a new session; false where the user was disabled or has another password since it was checked.

        ``password_hash`` is ``None`` where a provider said who it is. ``instead_of`` is the hash of the session that the
        same browser had. Sessions that are over are taken away.
        """
        with self._writing() as connection:
            now = self.now()
            connection.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
            if instead_of is not None:
                connection.execute("DELETE FROM sessions WHERE token_hash = ?", (instead_of,))
            return (
                connection.execute(
                    "INSERT INTO sessions (token_hash, user_id, created, last_seen, expires, device)"
                    " SELECT ?, id, ?, ?, ?, ? FROM users"
                    " WHERE id = ? AND disabled = 0 AND (? IS NULL OR password_hash = ?)",
                    (token_hash, now, now, expires, device, user_id, password_hash, password_hash),
                ).rowcount
                == 1
            )

    def session(self, token_hash: bytes) -> SessionRow | None:
        """The session with this hash that is not over, of a user who is not disabled."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT token_hash, created, last_seen, expires, user_id, device FROM sessions"
                " WHERE token_hash = ? AND expires > ?",
                (token_hash, self.now()),
            ).fetchone()
            if row is None or not compare_digest(bytes(row[0]), token_hash):
                return None
            user = _one(connection, row[4])
        return None if user.disabled else SessionRow(user, row[1], row[2], row[3], row[5], _mark(row[0]))

    def sessions(self, user_id: str) -> tuple[SessionRow, ...]:
        """The sessions of a user that are not over, the latest used first; raises ``UserNotFoundError``."""
        with self._reading() as connection:
            user = _one(connection, user_id)
            rows = connection.execute(
                "SELECT token_hash, created, last_seen, expires, device FROM sessions"
                " WHERE user_id = ? AND expires > ? ORDER BY last_seen DESC, token_hash",
                (user_id, self.now()),
            ).fetchall()
        return tuple(SessionRow(user, row[1], row[2], row[3], row[4], _mark(row[0])) for row in rows)

    def renew(self, token_hash: bytes, *, expires: str) -> None:
        """Note that a session is used, and until when it goes on; raises ``StoreBusyError`` at once."""
        with self._jotting() as connection:
            connection.execute(
                "UPDATE sessions SET last_seen = ?, expires = ? WHERE token_hash = ?",
                (self.now(), expires, token_hash),
            )

    def end_session(self, token_hash: bytes) -> None:
        """Forget one session."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

    def end_marked(self, user_id: str, mark: str) -> None:
        """Forget the session of this user that goes by this mark, if there is one."""
        with self._writing() as connection:
            for (token_hash,) in connection.execute(
                "SELECT token_hash FROM sessions WHERE user_id = ?", (user_id,)
            ).fetchall():
                if _mark(token_hash) == mark:
                    connection.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

    def end_sessions(self, user_id: str) -> None:
        """Forget every session of a user."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))

    def end_all(self) -> None:
        """Forget the sessions of all users, and the links that were given to them."""
        with self._writing() as connection:
            for table in ("sessions", "invitations"):
                connection.execute(f"DELETE FROM {table}")


def forget_user(connection: Connection, user_id: str, stamp: Stamp) -> int:
    """Take a user away with all that belongs to them, and return the number of the change."""
    row = connection.execute("SELECT email FROM users WHERE id = ?", (user_id,)).fetchone()
    if row is not None:
        forget_tries(connection, [row[0]])
    connection.execute("DELETE FROM ways_back WHERE who = ?", (user_id,))
    connection.execute("DELETE FROM users WHERE id = ?", (user_id,))
    return record(connection, stamp, "erased", "user", user_id, {}, {})


def _mark(token_hash: bytes) -> str:
    return sha256(b"mark" + token_hash).hexdigest()[:16]


def _user(row: tuple[object, ...]) -> User:
    user_id, name, email, role, actor_id, has_password, disabled, who, at = row
    return User(
        str(user_id),
        str(name),
        str(email),
        UserRole(str(role)),
        str(actor_id),
        bool(has_password),
        bool(disabled),
        str(who),
        str(at),
    )


def _one(connection: Connection, wanted: str) -> User:
    row = connection.execute(
        f"SELECT {_USER} FROM users WHERE id = ? OR email = ?", (wanted, wanted)
    ).fetchone()
    if row is None:
        raise UserNotFoundError(wanted)
    return _user(row)


def _invited(connection: Connection, token_hash: bytes, now: str) -> User | None:
    row = connection.execute(
        "SELECT token_hash, user_id FROM invitations WHERE token_hash = ? AND used = '' AND expires > ?",
        (token_hash, now),
    ).fetchone()
    if row is None or not compare_digest(bytes(row[0]), token_hash):
        return None
    user = _one(connection, row[1])
    return None if user.disabled else user


def _end(connection: Connection, user_id: str) -> None:
    for table in ("sessions", "invitations"):
        connection.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))


def check_actor(connection: Connection, actor_id: str) -> None:
    """Raise ``ActorNotFoundError`` for an actor that is named and not stored."""
    if actor_id and not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
        raise ActorNotFoundError(actor_id)
