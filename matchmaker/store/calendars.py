"""Addresses of participants' calendars: derived from a secret of each event, so that none can be guessed from another."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager

from matchmaker.errors import EventNotFoundError, EventRejectedError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.telling import told

Opened = Callable[[], AbstractContextManager[Connection]]

EVENT_BYTES, OWN_BYTES = 6, 24
"""Of a token: what finds its event, and what only somebody who was told can know (192 bits)."""
EVENT_LETTERS, LETTERS = 8, 40
"""The same as they are written."""

_ATTENDING = """
SELECT attendees.id, attendees.actor_id, coalesce(calendar_turns.turn, 0)
FROM attendees LEFT JOIN calendar_turns
  ON calendar_turns.event_id = attendees.event_id AND calendar_turns.attendee_id = attendees.id
WHERE attendees.event_id = ?
"""


class Calendars:
    """The calendar addresses of one store; methods raise ``StoreError`` as the store's own do.

    A token goes with its event, its participant and the participant's actor: whoever comes after them under the same ids
    has another one.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def tokens(self, event_id: str) -> dict[str, str]:
        """The token of each who attends, by id; raises ``EventNotFoundError``."""
        with self._reading() as connection:
            return _tokens(connection, event_id, _secret(connection, event_id))

    def found(self, token: str) -> tuple[str, str] | None:
        """The event and the participant that a token is for; ``None`` for one that is wrong or void."""
        if len(token) != LETTERS or not token.isascii():
            return None
        with self._reading() as connection:
            for event_id, secret in connection.execute("SELECT event_id, secret FROM calendar_secrets"):
                if hmac.compare_digest(_of_event(secret), token[:EVENT_LETTERS]):
                    for attendee_id, own in _tokens(connection, event_id, secret).items():
                        if hmac.compare_digest(own, token):
                            return event_id, attendee_id
        return None

    def renew(self, event_id: str, attendee_id: str, *, who: str) -> str:
        """Make a participant's token void and return the next; raises ``EventNotFoundError``, ``EventRejectedError``."""
        with self._writing() as connection:
            secret = _secret(connection, event_id)
            if attendee_id not in _tokens(connection, event_id, secret):
                raise EventRejectedError(
                    [
                        told(
                            "{event_id!r} has no participant {attendee_id!r}. Read it again.",
                            event_id=event_id,
                            attendee_id=attendee_id,
                        )
                    ]
                )
            connection.execute(
                "INSERT INTO calendar_turns (event_id, attendee_id, turn) VALUES (?, ?, 1) "
                "ON CONFLICT (event_id, attendee_id) DO UPDATE SET turn = turn + 1",
                (event_id, attendee_id),
            )
            whose = {"participant": attendee_id}
            record(connection, self._stamp(who), "renewed", "calendar", event_id, {}, whose)
            return _tokens(connection, event_id, secret)[attendee_id]


def _secret(connection: Connection, event_id: str) -> str:
    row = connection.execute("SELECT secret FROM calendar_secrets WHERE event_id = ?", (event_id,)).fetchone()
    if row is None:
        raise EventNotFoundError(event_id)
    return str(row[0])


def _tokens(connection: Connection, event_id: str, secret: str) -> dict[str, str]:
    begins = _of_event(secret)
    rows = connection.execute(_ATTENDING, (event_id,)).fetchall()
    return {
        attendee_id: begins + _letters(secret, OWN_BYTES, "participant", attendee_id, actor_id, str(turn))
        for attendee_id, actor_id, turn in rows
    }


def _of_event(secret: str) -> str:
    return _letters(secret, EVENT_BYTES, "event")


def _letters(secret: str, length: int, *parts: str) -> str:
    # Each part with its length, so that no two lists of parts read the same.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hmac.digest(secret.encode(), joined.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest[:length]).decode()
