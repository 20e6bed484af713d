"""Participants of events put back to what they were before a change of a page or a list, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from matchmaker.events import Attendee, MeetingRequest, Preference, Returned, Was
from matchmaker.store import attending, participant_lists, wanting, ways_back
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
        _write_wanted(connection, event_id, _Wanted.of(back), there)
        return returned


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted of pairs, each once, however many of the two it was kept with."""

    wishes: dict[tuple[str, str, str], Preference] = field(default_factory=dict)
    """By the two participants and by whose it is."""
    requests: dict[tuple[str, str], MeetingRequest] = field(default_factory=dict)
    """By sender and recipient."""

    @classmethod
    def of(cls, were: Iterable[Was]) -> _Wanted:
        """Everything that went with these participants."""
        were = tuple(were)
        return cls(
            {(one.a, one.b, one.of): one for each in were for one in each.wishes},
            {(one.sender, one.recipient): one for each in were for one in each.requests},
        )

    def by_participant(self) -> dict[str, _Wanted]:
        """What is about each; all of it is there twice, with either of the two."""
        found: dict[str, _Wanted] = {}
        for (a, b, of), wish in self.wishes.items():
            for each in (a, b):
                found.setdefault(each, _Wanted()).wishes[a, b, of] = wish
        for pair, request in self.requests.items():
            for each in pair:
                found.setdefault(each, _Wanted()).requests[pair] = request
        return found

    def added_to(self, was: Was) -> Was:
        """What brings a participant back, with all of this; of what both have its own stays."""
        own = _Wanted.of([was])
        return replace(
            was,
            wishes=tuple({**self.wishes, **own.wishes}.values()),
            requests=tuple({**self.requests, **own.requests}.values()),
        )


def _write_wanted(connection: Connection, event_id: str, wanted: _Wanted, there: Collection[str]) -> None:
    """Keep what is wanted of those who are there; what is of somebody still away waits with whatever brings that one back."""
    wanting.write_preferences(
        connection,
        event_id,
        tuple(one for one in wanted.wishes.values() if one.a in there and one.b in there),
        (),
    )
    wanting.write_requests(
        connection,
        event_id,
        [one for one in wanted.requests.values() if one.sender in there and one.recipient in there],
    )
    waiting = {each: of_it for each, of_it in wanted.by_participant().items() if each not in there}

    def with_waiting(was: Was) -> Was:
        # Only who was taken away comes back with what was wanted of them.
        return was if was.after or was.id not in waiting else waiting[was.id].added_to(was)

    if waiting:
        participant_lists.rewrite(connection, event_id, waiting, with_waiting)
        ways_back.rewrite_attended(connection, event_id, with_waiting)
