"""The door to a workspace's events; each method passes on to a module beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from matchmaker.actors import Actor
from matchmaker.arranging import attending
from matchmaker.arranging.attendance import Attendance
from matchmaker.arranging.follow_up import FollowUp
from matchmaker.arranging.handouts import Handouts
from matchmaker.arranging.naming import RESERVED, event_id_of
from matchmaker.arranging.proposing import Proposed, pairs_of, proposed_lists
from matchmaker.arranging.recognising import Actors
from matchmaker.arranging.requests import MeetingRequests
from matchmaker.arranging.round_tables import guests_of, kept_apart
from matchmaker.arranging.schedule_changes import ScheduleChanges
from matchmaker.arranging.scheduling import scheduled
from matchmaker.arranging.wishing import SuggestedApart, suggested_apart
from matchmaker.errors import EventRejectedError, NotBuiltError
from matchmaker.events import (
    Event,
    RoundTables,
    Rules,
    Session,
    Slot,
    Table,
)
from matchmaker.meetings.programme import problems_of, slots_of
from matchmaker.meetings.round_tables import seat
from matchmaker.meetings.worth import Wishes, proposed_pairs
from matchmaker.meetings.written_setup import setup_of
from matchmaker.published import Published
from matchmaker.store import Store
from matchmaker.store.events import Kept, Version
from matchmaker.telling import told


def utc_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


class Arranging(Attendance):
    """Events of one workspace, with those who attend them. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(
        self, store: Store, published: Callable[[], Published], clock: Callable[[], datetime] = utc_now
    ) -> None:
        """``published`` gives the newest build and raises ``NotBuiltError`` where there is none."""
        super().__init__(store)
        self._published = published
        self._clock = clock
        self.requests = MeetingRequests(store, clock)
        """What participants ask of each other."""
        self.changes = ScheduleChanges(store, self.wishes, clock)
        """The latest schedule changed by hand, repaired, undone, compared and explained."""
        self.handouts = Handouts(store, published)
        """Agendas and calendars."""
        self.follow_up = FollowUp(store, published, clock)
        """What came of meetings, what is aimed at, and the report."""

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
        taken = {each.event.id for each in self._events.all()} | RESERVED
        made = Event(
            event_id or event_id_of(name, taken),
            name,
            place,
            zone,
            tuple(sessions),
            tuple(tables),
            rules or Rules(),
        )
        self._check(made)
        return self._events.create(made, who=who)

    def all(self) -> tuple[Kept, ...]:
        """All events, by id."""
        return self._events.all()

    def one(self, event_id: str) -> Kept:
        """The event with this id."""
        return self._events.one(event_id)

    def set_up(self, event: Event, *, expected: int | None = None, who: str) -> Kept:
        """Change an event's set-up; raises ``EventRejectedError`` and ``EventChangedError``.

        In another zone participants are there at the same hours of the clock as before; tables are open when ``event`` says.
        """
        self._check(event)
        return self._events.change(event, expected=expected, who=who)

    def _check(self, event: Event) -> None:
        """Refuse a set-up that cannot be; raises ``EventRejectedError``."""
        kept_for = {table.actor_id: table.name for table in event.tables if table.actor_id}
        problems = problems_of(event)
        problems += [
            told(
                "Table {name!r} is kept for {actor_id!r}, which is no actor's id. Write an id, or leave the table free.",
                name=name,
                actor_id=actor_id,
            )
            for actor_id, name in kept_for.items()
            if self._store.find_actor(actor_id) is None
        ]
        if problems:
            raise EventRejectedError(problems)

    def erase(self, event_id: str, *, expected: int | None = None, who: str) -> None:
        """Take an event away with everything that belongs to it; raises ``EventChangedError``."""
        self._events.erase(event_id, expected=expected, who=who)

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
        return Wishes(
            self.preferences(event_id),
            self.requests.all(event_id),
            self._events.proposed(event_id),
            self._known(actors, event_id),
        )

    def _known(self, actors: set[str], event_id: str) -> frozenset[frozenset[str]]:
        """Pairs of actors that met at an earlier event, worked together by the build, or are said to know each other."""
        published = self._published_or_none()
        known = published.known_among(actors) if published else frozenset()
        return known | self.follow_up.met_at_earlier_events(actors, event_id)

    def schedule(
        self,
        event_id: str,
        *,
        expected: int | None = None,
        time_limit: float = 10.0,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
        job: str = "",
        who: str,
    ) -> Version:
        """Make a schedule and keep it as a further version; locked appointments and absences of the latest one stay.

        ``expected`` is the number of the version that the caller saw, ``None`` for whichever is the latest now. Once ``stop``
        says so, the search ends and what it has found is kept. ``job`` is the id of the job that makes it; of one that made a
        version before, that version is given and no other made.

        Raises:
            ScheduleError: demands that no schedule can meet, all named together.
            EventChangedError: somebody made another version in between.
        """
        if job and (made := self._events.version_of_job(event_id, job)) is not None:
            return made
        kept, latest = self._events.one(event_id), self._events.version(event_id)
        before = self.changes.of(event_id).holdable(latest.plan) if latest else None
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
            event_id, plan, expected=number if expected is None else expected, job=job, who=who
        )

    def version(self, event_id: str, number: int | None = None) -> Version | None:
        """One version of the schedule, or the latest; ``None`` where there is none.

        Participants and tables that the event has no more are left out; ``gone`` names them.
        """
        found = self._events.version(event_id, number)
        return None if found is None else self.changes.of(event_id).read(found)[0]

    def versions(self, event_id: str) -> tuple[Version, ...]:
        """All versions of the schedule, the oldest first; each as ``version`` gives it."""
        changing = self.changes.of(event_id)
        return tuple(changing.read(each)[0] for each in self._events.versions(event_id))

    def slots(self, event: Event) -> tuple[Slot, ...]:
        """The slots that a set-up leads to, whether it is kept or not; raises ``EventRejectedError``."""
        self._check(event)
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
        apart = kept_apart(attendees, self._events.preferences(event_id), self.requests.all(event_id))
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

    def written(self, document: Mapping[str, object], event_id: str = "") -> Event:
        """An event as a set-up in words describes it, or a kept one with what the words change; nothing is kept.

        The parts are those of ``meetings.written_setup.setup_of``. Raises ``EventRejectedError`` with every problem.
        """
        base = self._events.one(event_id).event if event_id else Event("", "", "", "Europe/Copenhagen")
        actors: list[Actors] = []

        def actor_of(text: str) -> str:
            # All actors are read only where a table is kept for one.
            actors[:] = actors or [Actors(self._store.actors())]
            return actors[0].find(text)

        return setup_of(document, base, actor_of)

    def suggested_apart(self, event_id: str) -> tuple[SuggestedApart, ...]:
        """Pairs that the data says might be kept apart, for a facilitator to confirm; nothing is changed.

        Competitors and double registrations are found in the build; without one only those of the same owner are.
        """
        event, attendees = self._events.one(event_id).event, self._events.attendees(event_id)
        actors = {each: self._store.actor(each) for each in {one.actor_id for one in attendees}}
        actor_of = {each.id: each.actor_id for each in attendees}
        kept = self.preferences(event_id)
        wished = {frozenset((actor_of[each.a], actor_of[each.b])) for each in kept}
        try:
            published = self._published()
            groups = {each: actor.group for each, actor in actors.items()}
            proposed = proposed_pairs(event, attendees, groups, published.scores_among(actors))
            pairs = wished | {frozenset(actor_of[each] for each in pair) for pair in proposed}
            alike = [
                (one, other)
                for one, other in sorted(tuple(sorted(pair)) for pair in pairs if len(pair) == 2)
                if groups[one] is groups[other]
            ]
            matches, copies = published.between(alike), published.copies_among(actors)
        except NotBuiltError:
            matches, copies = [], frozenset()
        return suggested_apart(event, attendees, actors, matches, copies, kept)

    def proposals(
        self, event_id: str, *, top: int = 5, of: Collection[str] = ()
    ) -> dict[str, list[Proposed]]:
        """The best proposals of each participant, or of those whose ids are given, with reasons; by participant.

        They are those that ``propose`` kept. Raises ``NotBuiltError``.
        """
        published = self._published()
        event, attendees = self._events.one(event_id).event, self._events.attendees(event_id)
        groups = attending.groups_of(self._store, attendees)
        lists = proposed_lists(
            event, attendees, groups, self.wishes(event_id), self._clock(), top=top, among=of
        )
        actor_of = {each.id: each.actor_id for each in attendees}
        matches = {
            (each.seeker_id, each.partner_id): each
            for each in published.between(list(pairs_of(lists, actor_of)))
        }
        return {
            one: [
                replace(each, match=matches.get((actor_of[each.participant], actor_of[each.partner])))
                for each in found
            ]
            for one, found in lists.items()
        }
