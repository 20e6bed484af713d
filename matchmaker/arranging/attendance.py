"""Who attends an event and what they want of each other: one by one, as lists of participants and of wishes, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from matchmaker.arranging import attending
from matchmaker.arranging.attending import Change
from matchmaker.arranging.participants import DANISH, ENGLISH, ParticipantImport, fresh_ids, rows_of
from matchmaker.arranging.recognising import Participants
from matchmaker.arranging.wishing import WishList, differing, read_list
from matchmaker.errors import EventRejectedError, ImportRejectedError
from matchmaker.events import Attendee, Preference, Returned, Was
from matchmaker.meetings.attendance import problems_of_attendance
from matchmaker.store import Store
from matchmaker.store.events import Kept
from matchmaker.store.participant_lists import ListMade
from matchmaker.telling import told


class Attendance:
    """Participants of one workspace's events. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._events = store.events

    def attendees(self, event_id: str) -> tuple[Attendee, ...]:
        """Who attends, in the order in which they were added."""
        return self._events.attendees(event_id)

    def attend(
        self,
        event_id: str,
        changed: Iterable[Attendee],
        gone: Iterable[str] = (),
        *,
        expected: int | None = None,
        who: str,
    ) -> Kept:
        """Add or replace attendees by id, and take others away.

        Raises ``ActorNotFoundError``, ``EventRejectedError`` with everything that cannot be, and ``EventChangedError``, also where
        somebody else changed the event while this was looked at.
        """
        changed, gone = tuple(changed), frozenset(gone)
        revision = self._events.one(event_id).revision
        after = {
            each.id: each for each in (*self._events.attendees(event_id), *changed) if each.id not in gone
        }
        if problems := problems_of_attendance(tuple(after.values())):
            raise EventRejectedError(problems)
        return self._events.attend(
            event_id, changed, gone, expected=revision if expected is None else expected, who=who
        )

    def take_away(self, event_id: str, participant_id: str, *, who: str) -> tuple[Was, ...]:
        """Take a participant away with what was wanted of them; what ``put_back`` needs, nothing where there was none.

        Raises ``EventChangedError``.
        """
        revision = self._events.one(event_id).revision
        were = self._store.returning.were(event_id, (), [participant_id])
        if were:
            self._events.attend(event_id, (), [participant_id], expected=revision, who=who)
        return were

    def put_back(self, event_id: str, were: Sequence[Was], *, who: str) -> Returned:
        """Make participants what they were, where nobody changed or used since what a change made of them."""
        return self._store.returning.put_back(event_id, were, problems_of_attendance, who=who)

    def lists(self, event_id: str) -> tuple[ListMade, ...]:
        """The lists of participants that changed something, newest first."""
        return self._store.returning.lists(event_id)

    def undo_list(self, event_id: str, number: int, *, trial: bool = False, who: str) -> Returned:
        """Take back what a list of participants added and changed, as ``put_back`` does; a ``trial`` changes nothing.

        Raises ``ParticipantListNotFoundError``.
        """
        return self._store.returning.undo_list(event_id, number, problems_of_attendance, trial=trial, who=who)

    def enrol(self, event_id: str, actor_ids: Sequence[str], *, who: str) -> tuple[Attendee, ...]:
        """Add a participant for each actor, with ids that none of the event ever had; of many at once each is added.

        Raises ``ActorNotFoundError`` and ``EventRejectedError``, and adds nobody.
        """

        def made(there: Sequence[Attendee], given: Collection[str]) -> list[Attendee]:
            fresh = fresh_ids(given)
            added = [Attendee(next(fresh), actor_id) for actor_id in actor_ids]
            if problems := problems_of_attendance([*there, *added]):
                raise EventRejectedError(problems)
            return added

        return self._events.enrol(event_id, made, who=who)

    def preferences(self, event_id: str) -> tuple[Preference, ...]:
        """What is wanted of pairs."""
        return self._events.preferences(event_id)

    def prefer(
        self,
        event_id: str,
        given: Iterable[Preference],
        taken_back: Iterable[Preference] = (),
        *,
        expected: int | None = None,
        who: str,
    ) -> Kept:
        """Keep what is wanted of pairs; raises ``EventRejectedError`` and ``EventChangedError``."""
        given, taken_back = tuple(given), tuple(taken_back)
        alone = [
            told("{a} cannot meet themselves. Name two participants.", a=each.a)
            for each in given
            if each.a == each.b
        ]
        if alone:
            raise EventRejectedError(alone)
        kept = self._events.preferences(event_id)
        there = {(each.a, each.b, each.of) for each in kept}
        given = differing(given, kept)
        taken_back = tuple(each for each in taken_back if (each.a, each.b, each.of) in there)
        if not given and not taken_back:
            return self._events.one(event_id)
        return self._events.prefer(event_id, given, taken_back, expected=expected, who=who)

    def import_participants(
        self,
        event_id: str,
        path: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        remove_missing: bool = False,
        dry_run: bool = False,
        expected: int | None = None,
        who: str,
    ) -> ParticipantImport:
        """Take in a list of participants, CSV or XLSX: all of it or nothing; see ``attending.take_in_list``."""
        return attending.take_in_list(
            self._store,
            event_id,
            path,
            mapping=mapping or {},
            remove_missing=remove_missing,
            dry_run=dry_run,
            expected=expected,
            who=who,
        )

    def participants(self, event_id: str) -> Participants:
        """Those who attend, by what they are called and to be found by it."""
        return attending.participants(self._store, event_id)

    def participant(self, event_id: str, text: str) -> str:
        """The id of the participant with this id, e-mail, person or actor; raises ``EventRejectedError``."""
        return attending.found(self.participants(event_id), text)

    def participant_rows(
        self, event_id: str, *, danish: bool = False
    ) -> tuple[Sequence[str], Iterator[Sequence[str | int | None]]]:
        """Headers and rows of the list of participants; imported again, it changes nothing."""
        attendees = self._events.attendees(event_id)
        names = attending.actor_names(self._store, attendees)
        return DANISH if danish else ENGLISH, rows_of(self._events.one(event_id).event, attendees, names)

    def add_participant(
        self, event_id: str, actor: str, said: Change, *, expected: int | None = None, who: str
    ) -> Attendee:
        """Add one participant of an actor, by id, name or number; raises ``EventRejectedError``, ``EventChangedError``."""
        return attending.with_one_more(self._store, event_id, actor, said, expected=expected, who=who)

    def change_participant(
        self, event_id: str, participant: str, said: Change, *, expected: int | None = None, who: str
    ) -> Attendee:
        """Change one participant; raises ``EventRejectedError`` and ``EventChangedError``."""
        return attending.with_one_changed(
            self._store, event_id, participant, said, expected=expected, who=who
        )

    def doubts(self, event_id: str) -> list[str]:
        """What stands in the way of meetings though it can be, each with what to do."""
        return attending.doubts(self._store, event_id)

    def import_wishes(
        self,
        event_id: str,
        path: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        dry_run: bool = False,
        expected: int | None = None,
        who: str,
    ) -> WishList:
        """Take in a list of wishes: all of it or nothing; the same again changes nothing.

        Raises ``SourceError``, ``ImportRejectedError`` with every value that cannot be accepted, and ``EventChangedError``.
        """
        revision = self._events.one(event_id).revision
        kept, there = self.preferences(event_id), self.participants(event_id)
        found = read_list(path, kept, there.find, mapping=mapping or {})
        if dry_run:
            return found
        if found.rejections:
            raise ImportRejectedError(
                told(
                    "{number} value(s) were rejected, so nothing was imported. Correct them and import again.",
                    number=len(found.rejections),
                ),
                rejections=found.rejections,
            )
        if found.given:
            expected = revision if expected is None else expected
            self._events.prefer(event_id, found.given, expected=expected, who=who)
        return replace(found, applied=True)
