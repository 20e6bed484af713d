"""Participants of events put back to what they were before a change of a page or a list, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager

from matchmaker.events import Attendee, Returned, Was
from matchmaker.store import attending, participant_lists, wanting
from matchmaker.store.audit import Stamp
from matchmaker.store.connections import Connection
from matchmaker.store.events import kept_event, note_change

Opened = Callable[[], AbstractContextManager[Connection]]


class Returning:
    """The way back of changes of participants; methods raise ``StoreError`` as the store's own do, and ``EventNotFoundError``."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def were(self, event_id: str, changed: Iterable[Attendee], gone: Collection[str]) -> tuple[Was, ...]:
        """What takes a change back that ``Events.attend`` is about to make."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            return attending.were(connection, event_id, changed, gone)

    def put_back(
        self,
        event_id: str,
        were: Sequence[Was],
        problems: Callable[[Sequence[Attendee]], Sequence[str]],
        *,
        who: str,
    ) -> Returned:
        """Make participants what they were, where nobody changed or used since what a change made of them.

        ``problems`` says what cannot be of those who attend; what would bring one is left, and told.
        """
        with self._writing() as connection:
            kept_event(connection, event_id)
            return self._put_back(connection, event_id, were, problems, who)

    def lists(self, event_id: str) -> tuple[participant_lists.ListMade, ...]:
        """The lists of participants that changed something, newest first."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            return participant_lists.made(connection, event_id, self._stamp("").at)

    def forget_old(self) -> None:
        """Forget what lists of participants did that are too old to be taken back."""
        now = self._stamp("").at
        with self._reading() as connection:
            if not participant_lists.any_old(connection, now):
                return
        with self._writing() as connection:
            participant_lists.forget_old(connection, now)

    def undo_list(
        self,
        event_id: str,
        number: int,
        problems: Callable[[Sequence[Attendee]], Sequence[str]],
        *,
        trial: bool = False,
        who: str,
    ) -> Returned:
        """Take a list of participants back as ``put_back`` does; a ``trial`` changes nothing.

        Raises ``ParticipantListNotFoundError`` for one that is unknown, was taken back already, or is too old.
        """
        if trial:
            with self._reading() as connection:
                kept_event(connection, event_id)
                were = participant_lists.were(connection, event_id, number, self._stamp("").at)
                return attending.returning(connection, event_id, were, problems)[0]
        with self._writing() as connection:
            kept_event(connection, event_id)
            at = self._stamp(who).at
            were = participant_lists.were(connection, event_id, number, at)
            returned = self._put_back(connection, event_id, were, problems, who)
            participant_lists.note_undone(connection, event_id, number, at)
            return returned

    def _put_back(
        self,
        connection: Connection,
        event_id: str,
        were: Sequence[Was],
        problems: Callable[[Sequence[Attendee]], Sequence[str]],
        who: str,
    ) -> Returned:
        returned, written = attending.returning(connection, event_id, were, problems)
        if not returned.any:
            return returned
        told = {"changed": [each.id for each in written], "gone": list(returned.removed), "undone": True}
        note_change(connection, self._stamp(who), event_id, "attendees", None, {}, told)
        attending.write(connection, event_id, written, returned.removed)
        there = {each.id for each in attending.attendees(connection, event_id)}
        back = [each for each in were if each.id in set(returned.back)]
        attending.put_in_place(connection, event_id, {each.id: each.position for each in back})
        wishes = {(one.a, one.b, one.of): one for each in back for one in each.wishes}
        wanting.write_preferences(
            connection,
            event_id,
            tuple(one for one in wishes.values() if {one.a, one.b} <= there),
            (),
        )
        requests = {(one.sender, one.recipient): one for each in back for one in each.requests}
        wanting.write_requests(
            connection,
            event_id,
            [one for one in requests.values() if {one.sender, one.recipient} <= there],
        )
        return returned
