"""Alerts as they are kept: what somebody was told, what they read, how they want to be told, and up to where they were mailed."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from matchmaker.answers import AnswerKind
from matchmaker.saved_searches import Alert, AlertSettings, Every
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection

Opened = Callable[[], AbstractContextManager[Connection]]

HANDLE_LETTERS, LETTERS = 8, 40
"""Of an address: what finds its owner, and all of it; the rest only somebody who was told can know (192 bits)."""

_ALERT = "alerts.number, alerts.search_id, alerts.actor_id, alerts.added, alerts.at, alerts.read"
_BOTH_APART = f"('{AnswerKind.DECLINED.value}', '{AnswerKind.NEVER.value}')"
_APART = f"('{AnswerKind.DECLINED.value}', '{AnswerKind.NEVER.value}', '{AnswerKind.HIDDEN.value}')"
_SHOWN = (
    "FROM alerts JOIN saved_searches ON saved_searches.id = search_id AND deleted = '' WHERE alerts.owner = ?"
    # What was told before an answer kept the two apart is told no more, and again once the answer is taken back.
    " AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.seeker_id = saved_searches.actor_id"
    f" AND answers.partner_id = alerts.actor_id AND answers.kind IN {_APART})"
    " AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.seeker_id = alerts.actor_id"
    f" AND answers.partner_id = saved_searches.actor_id AND answers.kind IN {_BOTH_APART})"
)


def shut_out_owner(owner: str) -> str:
    """A condition: the column ``owner`` is a disabled user, or a key that no longer opens anything at the time given for ``?``."""
    return (
        f"(EXISTS (SELECT 1 FROM users WHERE users.id = {owner} AND disabled)"
        f" OR EXISTS (SELECT 1 FROM keys WHERE keys.id = {owner} AND (keys.revoked <> '' OR keys.expires <= ?"
        " OR EXISTS (SELECT 1 FROM users WHERE users.id = keys.user_id AND disabled))))"
    )


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who may be written to."""

    user_id: str
    every: Every
    language: str
    mailed: int
    """The number of the latest alert that they were written of."""
    mailed_at: str


class Alerts:
    """The alerts of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def now(self) -> str:
        """The store's time."""
        return self._stamp("").at

    def inbox(
        self,
        owner: str,
        *,
        unread: bool = False,
        search_id: str = "",
        before: int | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[Alert, ...]:
        """An owner's alerts, the newest first; ``before`` and ``after`` are numbers of alerts."""
        where, values = "", []
        if unread:
            where += " AND alerts.read = ''"
        if search_id:
            where += " AND search_id = ?"
            values.append(search_id)
        bounds: list[object] = [after]
        where += " AND alerts.number > ?"
        if before is not None:
            where += " AND alerts.number < ?"
            bounds.append(before)
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_ALERT} {_SHOWN}{where} ORDER BY alerts.number DESC LIMIT ?",
                (owner, *values, *bounds, limit),
            )
            return tuple(
                Alert(number, search, actor, bool(added), at, read)
                for number, search, actor, added, at, read in rows
            )

    def unread(self, owner: str) -> int:
        """How many an owner has not read."""
        with self._reading() as connection:
            return int(
                connection.execute(f"SELECT count(*) {_SHOWN} AND alerts.read = ''", (owner,)).fetchone()[0]
            )

    def mark(
        self,
        owner: str,
        numbers: Sequence[int] | None,
        *,
        read: bool,
        search_id: str = "",
        read_at: str = "",
    ) -> tuple[int, ...]:
        """Mark alerts of an owner, or all of them, as read or not; returns those that were otherwise.

        With a ``search_id`` those of one search alone, with ``read_at`` those that were marked as read then.
        """
        where, values = "AND alerts.read = ''" if read else "AND alerts.read <> ''", [owner]
        for column, value in (("search_id", search_id), ("alerts.read", read_at)):
            if value:
                where += f" AND {column} = ?"
                values.append(value)
        with self._writing() as connection:
            found = [
                number
                for (number,) in connection.execute(
                    f"SELECT alerts.number {_SHOWN} {where} ORDER BY alerts.number", values
                )
            ]
            wanted = None if numbers is None else set(numbers)
            changed = [each for each in found if wanted is None or each in wanted]
            at = self._stamp("").at if read else ""
            connection.executemany(
                "UPDATE alerts SET read = ? WHERE number = ?", [(at, each) for each in changed]
            )
            return tuple(changed)

    def settings(self, owner: str) -> AlertSettings:
        """How an owner is told, with addresses of their own, made when first asked for."""
        with self._reading() as connection:
            found = _settings(connection, owner)
        if found is not None:
            return found
        with self._writing() as connection:
            return _made(connection, owner)

    def set_every(self, owner: str, every: Every, language: str, *, who: str) -> AlertSettings:
        """Say how often an owner is written to and in which language."""
        with self._writing() as connection:
            before = _made(connection, owner)
            if (before.every, before.language) != (every, language):
                told = {"every": every.value}
                record(
                    connection, self._stamp(who), "set", "alerts", owner, {"every": before.every.value}, told
                )
                connection.execute(
                    "UPDATE alert_settings SET every = ?, language = ? WHERE owner = ?",
                    (every.value, language, owner),
                )
            return _made(connection, owner)

    def renew(self, owner: str, *, who: str) -> AlertSettings:
        """Make the feed's address void and give the next one."""
        with self._writing() as connection:
            _made(connection, owner)
            connection.execute("UPDATE alert_settings SET turn = turn + 1 WHERE owner = ?", (owner,))
            record(connection, self._stamp(who), "renewed", "feed", owner, {}, {})
            return _made(connection, owner)

    def of_feed(self, token: str) -> str:
        """Whose feed an address is; empty for one that is wrong or void, or of somebody who is shut out."""
        return self._owner_of(token, "feed")

    def of_unsubscribe(self, token: str) -> str:
        """Whose letters an address ends, also where its owner is shut out; empty for one that is wrong."""
        return self._owner_of(token, "unsubscribe", shut_out=True)

    def due(self) -> tuple[Due, ...]:
        """Users who want letters and are not shut out."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT users.id, every, language, mailed, mailed_at FROM alert_settings"
                " JOIN users ON users.id = user_id WHERE every <> 'off' AND NOT disabled ORDER BY users.id"
            )
            return tuple(Due(user_id, Every(every), *rest) for user_id, every, *rest in rows)

    def claim(self, due: Due, upto: int) -> bool:
        """Note that somebody is about to be written of alerts up to a number; false where another program did.

        It is noted before the letter goes, so that a program that is killed in between leaves one letter out and never
        sends one twice.
        """
        with self._writing() as connection:
            return (
                connection.execute(
                    "UPDATE alert_settings SET mailed = ?, mailed_at = ? WHERE owner = ? AND mailed = ? AND mailed_at = ?"
                    " AND every <> 'off' AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = owner AND disabled)",
                    (upto, self._stamp("").at, due.user_id, due.mailed, due.mailed_at),
                ).rowcount
                == 1
            )

    def give_back(self, due: Due, upto: int) -> None:
        """Take a claim back, since the letter is known not to have gone."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE alert_settings SET mailed = ?, mailed_at = ? WHERE owner = ? AND mailed = ?",
                (due.mailed, due.mailed_at, due.user_id, upto),
            )

    def _owner_of(self, token: str, purpose: str, *, shut_out: bool = False) -> str:
        if len(token) != LETTERS or not token.isascii():
            return ""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT owner, handle, secret, turn FROM alert_settings WHERE handle = ?"
                + ("" if shut_out else f" AND NOT {shut_out_owner('alert_settings.owner')}"),
                (token[:HANDLE_LETTERS],) if shut_out else (token[:HANDLE_LETTERS], self.now()),
            ).fetchone()
        if row is None:
            return ""
        owner, handle, secret, turn = row
        right = hmac.compare_digest(_token(handle, secret, purpose, turn), token)
        return str(owner) if right else ""


def _made(connection: Connection, owner: str) -> AlertSettings:
    found = _settings(connection, owner)
    if found is None:
        connection.execute(
            "INSERT INTO alert_settings (owner, user_id, handle, secret) VALUES (?, (SELECT id FROM users WHERE id = ?1), ?, ?)",
            (owner, secrets.token_urlsafe(6), secrets.token_hex(32)),
        )
        found = _settings(connection, owner)
    assert found is not None
    return found


def _settings(connection: Connection, owner: str) -> AlertSettings | None:
    row = connection.execute(
        "SELECT every, language, handle, secret, turn FROM alert_settings WHERE owner = ?", (owner,)
    ).fetchone()
    if row is None:
        return None
    every, language, handle, secret, turn = row
    return AlertSettings(
        owner,
        Every(every),
        language,
        _token(handle, secret, "feed", turn),
        _token(handle, secret, "unsubscribe", turn),
    )


def _token(handle: str, secret: str, purpose: str, turn: int) -> str:
    # A new address of the feed leaves the links in letters that were sent as they are.
    turn = turn if purpose == "feed" else 0
    digest = hmac.digest(secret.encode(), f"{purpose} {turn}".encode(), "sha256")
    return handle + base64.urlsafe_b64encode(digest[:24]).decode()
