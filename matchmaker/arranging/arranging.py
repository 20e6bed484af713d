"""The door to a workspace's events; each method passes on to a module beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from matchmaker.actors import Actor
from matchmaker.arranging.naming import event_id_of
from matchmaker.arranging.round_tables import guests_of, kept_apart
from matchmaker.arranging.scheduling import scheduled
from matchmaker.errors import EventRejectedError, NotBuiltError
from matchmaker.events import (
    Attendee,
    Event,
    MeetingRequest,
    Preference,
    RoundTables,
    Rules,
    Session,
    Slot,
    Table,
)
from matchmaker.meetings.programme import check_event, slots_of
from matchmaker.meetings.round_tables import seat
from matchmaker.meetings.worth import Wishes
from matchmaker.published import Published
from matchmaker.store import Store
from matchmaker.store.events import Kept, Version


def utc_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


class Arranging:
    """Events of one workspace. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(
        self, store: Store, published: Callable[[], Published], clock: Callable[[], datetime] = utc_now
    ) -> None:
        """``published`` gives the newest build and raises ``NotBuiltError`` where there is none."""
        self._store = store
        self._events = store.events
        self._published = published
        self._clock = clock

    def create(
        self,
        name: str,
        *,
        place: str = "",
        zone: str,
        sessions: Sequence[Session] = (),
        tables: Sequence[Table] = (),
        rules: Rules | None = None,
        event_id: str = "",
        who: str,
    ) -> Kept:
        """Set up a new event; its id is made from its name where none is given. Raises ``EventRejectedError``."""
        taken = {each.event.id for each in self._events.all()}
        made = Event(
            event_id or event_id_of(name, taken),
            name,
            place,
            zone,
            tuple(sessions),
            tuple(tables),
            rules or Rules(),
        )
        check_event(made)
        return self._events.create(made, who=who)

    def all(self) -> tuple[Kept, ...]:
        """All events, by id."""
        return self._events.all()

    def one(self, event_id: str) -> Kept:
        """The event with this id."""
        return self._events.one(event_id)

    def set_up(self, event: Event, *, expected: int | None = None, who: str) -> Kept:
        """Change an event's set-up; raises ``EventRejectedError`` and ``EventChangedError``."""
        check_event(event)
        return self._events.change(event, expected=expected, who=who)

    def erase(self, event_id: str, *, expected: int | None = None, who: str) -> None:
        """Take an event away with everything that belongs to it; raises ``EventChangedError``."""
        self._events.erase(event_id, expected=expected, who=who)

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

        Raises ``ActorNotFoundError`` and ``EventChangedError``.
        """
        return self._events.attend(event_id, changed, gone, expected=expected, who=who)

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
        given = tuple(given)
        alone = [
            f"{each.a} cannot meet themselves. Name two participants." for each in given if each.a == each.b
        ]
        if alone:
            raise EventRejectedError(alone)
        return self._events.prefer(event_id, given, taken_back, expected=expected, who=who)

    def requests(self, event_id: str) -> tuple[MeetingRequest, ...]:
        """Requests for meetings, each in the state that it has now."""
        now = self._clock()
        return tuple(replace(each, state=each.state_at(now)) for each in self._events.requests(event_id))

    def propose(self, event_id: str, *, who: str) -> int:
        """Ask the recommender for the scores of all who attend and keep them; return the pairs of actors that have one.

        Raises ``NotBuiltError`` where nothing is built.
        """
        published = self._published()
        actors = {each.actor_id for each in self._events.attendees(event_id)}
        scores = published.scores_among(actors)
        self._events.propose(event_id, scores, generation=published.generation, who=who)
        return len(scores)

    def wishes(self, event_id: str) -> Wishes:
        """Everything that is known of the pairs of those who attend."""
        actors = {each.actor_id for each in self._events.attendees(event_id)}
        published = self._published_or_none()
        known = published.known_among(actors) if published else frozenset()
        return Wishes(
            self.preferences(event_id), self.requests(event_id), self._events.proposed(event_id), known
        )

    def schedule(
        self,
        event_id: str,
        *,
        expected: int | None = None,
        time_limit: float = 10.0,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        who: str,
    ) -> Version:
        """Make a schedule and keep it as a further version; locked appointments and absences of the latest one stay.

        ``expected`` is the number of the version that the caller saw, ``None`` for whichever is the latest now. Once ``stop``
        says so, the search ends and what it has found is kept.

        Raises:
            ScheduleError: demands that no schedule can meet, all named together.
            EventChangedError: somebody made another version in between.
        """
        kept, latest = self._events.one(event_id), self._events.version(event_id)
        before = latest.plan if latest else None
        attendees = self._events.attendees(event_id)
        groups = {each.actor_id: self._store.actor(each.actor_id).group for each in attendees}
        plan = scheduled(
            kept,
            attendees,
            groups,
            self.wishes(event_id),
            before,
            self._clock(),
            time_limit=time_limit,
            seed=seed,
            stop=stop,
        )
        number = latest.number if latest else None
        plan = replace(plan, before=number)
        return self._events.add_version(
            event_id, plan, expected=number if expected is None else expected, who=who
        )

    def version(self, event_id: str, number: int | None = None) -> Version | None:
        """One version of the schedule, or the latest; ``None`` where there is none."""
        return self._events.version(event_id, number)

    def versions(self, event_id: str) -> tuple[Version, ...]:
        """All versions of the schedule, the oldest first."""
        return self._events.versions(event_id)

    def slots(self, event: Event) -> tuple[Slot, ...]:
        """The slots that a set-up leads to, whether it is kept or not; raises ``EventRejectedError``."""
        check_event(event)
        return slots_of(event)

    def actors(self, event_id: str) -> dict[str, Actor]:
        """The actors that attend, by id, as they are stored."""
        ids = {each.actor_id for each in self._events.attendees(event_id)}
        return {actor_id: self._store.actor(actor_id) for actor_id in sorted(ids)}

    def seat(
        self, event_id: str, *, size: int, rounds: int, time_limit: float = 10.0, seed: int = 0, who: str
    ) -> RoundTables:
        """Seat everybody at mixed round tables and keep the seating in place of the one before.

        Persons who share an agenda have a seat each. Raises ``ScheduleError`` with all that cannot be.
        """
        attendees = self._events.attendees(event_id)
        guests = guests_of(attendees, self._store, self._published_or_none())
        apart = kept_apart(attendees, self._events.preferences(event_id), self.requests(event_id))
        ends = time.monotonic() + time_limit
        seating = seat(
            guests,
            size=size,
            rounds=rounds,
            apart=apart,
            seed=seed,
            seconds_left=lambda: ends - time.monotonic(),
        )
        self._events.seat(event_id, seating, who=who)
        return seating

    def round_tables(self, event_id: str) -> RoundTables | None:
        """The seating of the round tables; ``None`` where there is none."""
        return self._events.round_tables(event_id)

    def _published_or_none(self) -> Published | None:
        try:
            return self._published()
        except NotBuiltError:
            return None
