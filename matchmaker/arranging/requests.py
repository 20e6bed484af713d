"""The door to the requests for meetings of one workspace's events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from matchmaker.answers import DeclineReason
from matchmaker.errors import EventRejectedError
from matchmaker.events import MeetingRequest, RequestState
from matchmaker.meetings.requesting import answered, asked_for, cancelled, reopened
from matchmaker.store import Store
from matchmaker.telling import told


class MeetingRequests:
    """Requests between participants. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def all(self, event_id: str) -> tuple[MeetingRequest, ...]:
        """Requests for meetings, each in the state that it has now."""
        now = self._clock()
        return tuple(
            replace(each, state=each.state_at(now)) for each in self._store.events.requests(event_id)
        )

    def ask(
        self,
        event_id: str,
        sender: str,
        recipient: str,
        *,
        expires: datetime | None = None,
        words: str = "",
        who: str,
    ) -> MeetingRequest:
        """Keep a request for a meeting, pending until ``recipient`` answers; raises ``EventRejectedError``."""
        now = self._clock()
        return self._store.events.request_becomes(
            event_id,
            lambda there: asked_for(there, sender, recipient, now, expires=expires, words=words),
            who=who,
        )

    def answer(
        self,
        event_id: str,
        sender: str,
        recipient: str,
        state: RequestState,
        *,
        reason: DeclineReason | None = None,
        words: str = "",
        who: str,
    ) -> MeetingRequest:
        """Accept or decline a pending request for its ``recipient``; raises ``EventRejectedError``."""
        now = self._clock()
        return self._store.events.request_becomes(
            event_id,
            lambda there: answered(there, sender, recipient, state, now, reason=reason, words=words),
            who=who,
        )

    def reopen(
        self,
        event_id: str,
        sender: str,
        recipient: str,
        *,
        expected: MeetingRequest | None = None,
        who: str,
    ) -> MeetingRequest:
        """Take an answer back for its ``recipient``: the request is pending again; raises ``EventRejectedError``.

        ``expected`` is the request as it must still be, here as below.
        """
        now = self._clock()
        return self._store.events.request_becomes(
            event_id,
            lambda there: reopened(_still(there, expected), sender, recipient, now),
            who=who,
        )

    def cancel(
        self,
        event_id: str,
        sender: str,
        recipient: str,
        *,
        expected: MeetingRequest | None = None,
        who: str,
    ) -> MeetingRequest:
        """Take a request back for its ``sender``; raises ``EventRejectedError``."""
        now = self._clock()
        return self._store.events.request_becomes(
            event_id,
            lambda there: cancelled(_still(there, expected), sender, recipient, now),
            who=who,
        )


def _still(
    there: Mapping[tuple[str, str], MeetingRequest], expected: MeetingRequest | None
) -> Mapping[tuple[str, str], MeetingRequest]:
    """The requests, where the expected one is among them; raises ``EventRejectedError``."""
    if expected is not None and there.get((expected.sender, expected.recipient)) != expected:
        raise EventRejectedError([told("The request was changed in the meantime.")])
    return there
