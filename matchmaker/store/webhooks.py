"""Webhooks and the messages to them as they are kept, until each is delivered or given up."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager

from matchmaker.endpoints import Delivery, DeliveryState, Happening, MessageType, Outgoing, Webhook
from matchmaker.errors import WebhookNotFoundError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.outbox import put

Opened = Callable[[], AbstractContextManager[Connection]]

_WEBHOOK = (
    "id, url, topics, ended, who, at,"
    " (SELECT count(*) FROM deliveries WHERE webhook_id = webhooks.id AND state = 'waiting'),"
    " (SELECT count(*) FROM deliveries WHERE webhook_id = webhooks.id AND state = 'given_up')"
)
_DELIVERY = "deliveries.number, webhook_id, message_id, type, state, attempts, due, tried, status, problem, deliveries.at"
LONGEST_PROBLEM = 300


class Webhooks:
    """The webhooks of one store; methods raise ``StoreError`` as the store's own do.

    Secrets are kept as they are, since messages are signed with them; the audit trail holds ids and hosts alone.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def now(self) -> str:
        """The store's time."""
        return self._stamp("").at

    def all(self) -> tuple[Webhook, ...]:
        """All webhooks, in the order in which they were added."""
        with self._reading() as connection:
            return tuple(
                map(_webhook, connection.execute(f"SELECT {_WEBHOOK} FROM webhooks ORDER BY at, id"))
            )

    def one(self, webhook_id: str) -> Webhook:
        """One webhook; raises ``WebhookNotFoundError``."""
        with self._reading() as connection:
            return _one(connection, webhook_id)

    def add(self, url: str, topics: Iterable[Happening], secret: str, *, who: str) -> Webhook:
        """Keep a webhook; what happens from now on is told to it."""
        with self._writing() as connection:
            stamp, webhook_id = self._stamp(who), f"webhook-{secrets.token_hex(6)}"
            chosen = [each.value for each in Happening if each in set(topics)]
            record(connection, stamp, "added", "webhook", webhook_id, {}, {"topics": chosen})
            connection.execute(
                "INSERT INTO webhooks (id, url, topics, secret, who, at) VALUES (?, ?, ?, ?, ?, ?)",
                (webhook_id, url, json.dumps(chosen), secret, who, stamp.at),
            )
            return _one(connection, webhook_id)

    def remove(self, webhook_id: str, *, who: str) -> Webhook:
        """Take a webhook away with all messages to it; raises ``WebhookNotFoundError``."""
        with self._writing() as connection:
            found = _one(connection, webhook_id)
            record(connection, self._stamp(who), "removed", "webhook", webhook_id, {}, {})
            connection.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))
            return found

    def renew(self, webhook_id: str, secret: str, *, before_until: str, who: str) -> Webhook:
        """Give a webhook another secret; messages are signed with the old one, too, until a time. An ended one goes on."""
        with self._writing() as connection:
            _one(connection, webhook_id)
            record(connection, self._stamp(who), "renewed", "webhook", webhook_id, {}, {})
            connection.execute(
                "UPDATE webhooks SET secret_before = secret, before_until = ?, secret = ?, ended = '' WHERE id = ?",
                (before_until, secret, webhook_id),
            )
            return _one(connection, webhook_id)

    def end(self, webhook_id: str) -> None:
        """Tell a webhook nothing more, since its receiver says that it is gone; what waits is given up."""
        with self._writing() as connection:
            stamp = self._stamp("")
            record(connection, stamp, "ended", "webhook", webhook_id, {}, {})
            connection.execute("UPDATE webhooks SET ended = ? WHERE id = ?", (stamp.at, webhook_id))
            connection.execute(
                "UPDATE deliveries SET state = 'given_up', problem = 'The receiver is gone.' WHERE webhook_id = ? AND state = 'waiting'",
                (webhook_id,),
            )

    def test(self, webhook_id: str) -> Delivery:
        """Put a test message for one webhook into the outbox; raises ``WebhookNotFoundError``."""
        with self._writing() as connection:
            _one(connection, webhook_id)
            put(connection, self._stamp("").at, MessageType.TEST, {"webhook": webhook_id}, to=webhook_id)
            row = connection.execute(
                f"SELECT {_DELIVERY} FROM deliveries WHERE webhook_id = ? ORDER BY number DESC LIMIT 1",
                (webhook_id,),
            ).fetchone()
            if row is None:
                raise WebhookNotFoundError(webhook_id)
            return _delivery(row)

    def deliveries(
        self,
        *,
        webhook_id: str = "",
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[Delivery, ...]:
        """Messages, the newest first; ``before`` is the number of one."""
        where, values = "1", list[object]()
        for condition, value in (
            ("webhook_id = ?", webhook_id),
            ("state = ?", state and state.value),
            ("number < ?", before),
        ):
            if value:
                where += f" AND {condition}"
                values.append(value)
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_DELIVERY} FROM deliveries WHERE {where} ORDER BY number DESC LIMIT ?",
                (*values, limit),
            )
            return tuple(map(_delivery, rows))

    def delivery(self, number: int) -> Delivery:
        """One message; raises ``WebhookNotFoundError``."""
        with self._reading() as connection:
            return _one_delivery(connection, number)

    def again(self, number: int, *, who: str) -> Delivery:
        """Put a message that is over on its way again, with the id that it had; raises ``WebhookNotFoundError``."""
        with self._writing() as connection:
            found = _one_delivery(connection, number)
            record(connection, self._stamp(who), "sent_again", "delivery", str(number), {}, {})
            connection.execute(
                "UPDATE deliveries SET state = 'waiting', attempts = 0, due = ? WHERE number = ?",
                (self._stamp("").at, number),
            )
            return _one_delivery(connection, found.number)

    def waiting(self, webhook_id: str, *, limit: int) -> tuple[Outgoing, ...]:
        """The messages that wait for one webhook, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT url, body, secret, secret_before, before_until, {_DELIVERY} FROM deliveries"
                " JOIN webhooks ON webhooks.id = webhook_id WHERE webhook_id = ? AND state = 'waiting' AND ended = ''"
                " ORDER BY deliveries.number LIMIT ?",
                (webhook_id, limit),
            ).fetchall()
        now = self.now()
        return tuple(
            Outgoing(
                _delivery(row[5:]), row[0], row[1], (row[2], row[3]) if row[3] and now < row[4] else (row[2],)
            )
            for row in rows
        )

    def with_waiting(self) -> tuple[str, ...]:
        """The ids of webhooks for which anything waits."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT webhook_id FROM deliveries JOIN webhooks ON webhooks.id = webhook_id"
                " WHERE state = 'waiting' AND ended = '' ORDER BY 1"
            )
            return tuple(webhook_id for (webhook_id,) in rows)

    def tried(self, number: int, *, state: DeliveryState, due: str, status: int, problem: str) -> None:
        """Note how a try ended; a message that was taken away meanwhile stays away."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, due = ?, tried = ?, status = ?, problem = ? WHERE number = ?",
                (state.value, due, self.now(), status, problem[:LONGEST_PROBLEM], number),
            )

    def forget_delivered(self, before: str) -> int:
        """Take messages away that were over before a time; returns how many."""
        with self._reading() as connection:
            where = "state <> 'waiting' AND tried < ?"
            if not connection.execute(
                f"SELECT 1 FROM deliveries WHERE {where} LIMIT 1", (before,)
            ).fetchone():
                return 0
        with self._writing() as connection:
            return connection.execute(f"DELETE FROM deliveries WHERE {where}", (before,)).rowcount


def _one(connection: Connection, webhook_id: str) -> Webhook:
    row = connection.execute(f"SELECT {_WEBHOOK} FROM webhooks WHERE id = ?", (webhook_id,)).fetchone()
    if row is None:
        raise WebhookNotFoundError(webhook_id)
    return _webhook(row)


def _one_delivery(connection: Connection, number: int) -> Delivery:
    row = connection.execute(f"SELECT {_DELIVERY} FROM deliveries WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise WebhookNotFoundError(str(number))
    return _delivery(row)


def _webhook(row: Sequence[object]) -> Webhook:
    webhook_id, url, topics, ended, who, at, waiting, given_up = row
    return Webhook(
        str(webhook_id),
        str(url),
        tuple(Happening(each) for each in json.loads(str(topics))),
        str(ended),
        str(who),
        str(at),
        int(str(waiting)),
        int(str(given_up)),
    )


def _delivery(row: Sequence[object]) -> Delivery:
    number, webhook_id, message_id, type_, state, attempts, due, tried, status, problem, at = row
    return Delivery(
        int(str(number)),
        str(webhook_id),
        str(message_id),
        MessageType(str(type_)),
        DeliveryState(str(state)),
        int(str(attempts)),
        str(due),
        str(tried),
        int(str(status)),
        str(problem),
        str(at),
    )
