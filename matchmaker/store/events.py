"""Events, who attends them, what is wanted and proposed there, and every version of their schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter

from matchmaker.errors import EventChangedError, EventNotFoundError, EventRejectedError
from matchmaker.events import Attendee, CameOrWent, Event, MeetingRequest, Plan, Preference, RoundTables
from matchmaker.store import attending, hours, participant_lists, wanting
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.outbox import put_meetings
from matchmaker.telling import told

Opened = Callable[[], AbstractContextManager[Connection]]

_Value = TypeVar("_Value")

_EVENT, _PLAN, _ROUND_TABLES = TypeAdapter(Event), TypeAdapter(Plan), TypeAdapter(RoundTables)


@dataclass(frozen=True, slots=True)
class Kept:
    """An event as it is stored."""

    event: Event
    revision: int
    """Grows with every change of the set-up, of who attends and of what is wanted or proposed."""
    who: str
    """Who changed it last."""
    at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an event's schedule, with who made it and when."""

    number: int
    """From 1."""
    plan: Plan
    who: str
    at: str


class Events:
    """The events of one store; methods raise ``StoreError`` as the store's own do, and ``EventNotFoundError``.

    Where ``expected`` is given and the event has another revision, or the schedule another latest version, nothing is changed
    and ``EventChangedError`` is raised.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def all(self) -> tuple[Kept, ...]:
        """All events, by id."""
        with self._reading() as connection:
            rows = connection.execute("SELECT document, revision, who, at FROM events ORDER BY id")
            return tuple(Kept(_EVENT.validate_json(document), *rest) for document, *rest in rows)

    def one(self, event_id: str) -> Kept:
        """The event with this id."""
        with self._reading() as connection:
            return kept_event(connection, event_id)

    def create(self, event: Event, *, who: str) -> Kept:
        """Keep a new event; raises ``EventRejectedError`` where its id is taken."""
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM events WHERE id = ?", (event.id,)).fetchone():
                raise EventRejectedError(
                    [
                        told(
                            "There is an event with the id {event!r} already. Choose another id.",
                            event=event.id,
                        )
                    ]
                )
            stamp = self._stamp(who)
            record(connection, stamp, "created", "event", event.id, {}, {"name": event.name})
            connection.execute(
                "INSERT INTO events (id, document, revision, who, at) VALUES (?, ?, 1, ?, ?)",
                (event.id, _text(_EVENT, event), who, stamp.at),
            )
            return Kept(event, 1, who, stamp.at)

    def change(self, event: Event, *, expected: int | None = None, who: str) -> Kept:
        """Keep another set-up of an event; the same again changes nothing.

        In another zone participants are there at the same hours of the clock, as sessions are held at the same. Raises
        ``EventRejectedError`` where the clocks of that zone leave such an hour out.
        """
        with self._writing() as connection:
            kept = kept_event(connection, event.id)
            if kept.event == event:
                return kept
            before, after = (_EVENT.dump_python(each, mode="json") for each in (kept.event, event))
            differing = [name for name in after if before[name] != after[name]]
            changed = self._changed(
                connection,
                event.id,
                "set up",
                expected,
                who,
                {name: before[name] for name in differing},
                {name: after[name] for name in differing},
            )
            connection.execute(
                "UPDATE events SET document = ? WHERE id = ?", (_text(_EVENT, event), event.id)
            )
            if event.zone != kept.event.zone:
                hours.read_again(connection, event.id, kept.event.zone, event.zone)
            return Kept(event, changed.revision, changed.who, changed.at)

    def erase(self, event_id: str, *, expected: int | None = None, who: str) -> None:
        """Take an event away with everything that belongs to it."""
        with self._writing() as connection:
            kept = kept_event(connection, event_id)
            if expected is not None and expected != kept.revision:
                raise EventChangedError(event_id, who=kept.who, at=kept.at)
            stamp, latest = self._stamp(who), _one_version(connection, event_id, None)
            record(connection, stamp, "erased", "event", event_id, {"name": kept.event.name}, {})
            if latest is not None:
                put_meetings(connection, stamp.at, event_id, latest.number, latest.plan.appointments, ())
            connection.execute("DELETE FROM events WHERE id = ?", (event_id,))

    def attendees(self, event_id: str) -> tuple[Attendee, ...]:
        """Who attends, in the order in which they were added."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            return attending.attendees(connection, event_id)

    def attend(
        self,
        event_id: str,
        changed: Iterable[Attendee],
        gone: Iterable[str] = (),
        *,
        expected: int | None = None,
        source: str = "",
        who: str,
    ) -> Kept:
        """Add or replace attendees by id, and take others away with what was wanted of them.

        ``source`` is the name of the list that says so; then the way back is kept with it. Raises ``ActorNotFoundError`` for an
        actor that is not stored.
        """
        changed, gone = tuple(changed), tuple(gone)
        with self._writing() as connection:
            return self._attend(connection, event_id, changed, gone, expected, who, source)

    def enrol(
        self,
        event_id: str,
        enrolling: Callable[[Sequence[Attendee], frozenset[str]], Sequence[Attendee]],
        *,
        who: str,
    ) -> tuple[Attendee, ...]:
        """Add the attendees that ``enrolling`` makes of those there are and of all ids ever given; nothing comes in between.

        What ``enrolling`` raises is passed on, and nothing is changed.
        """
        with self._writing() as connection:
            kept_event(connection, event_id)
            there = attending.attendees(connection, event_id)
            made = tuple(enrolling(there, attending.ids_given(connection, event_id)))
            self._attend(connection, event_id, made, (), None, who)
            return made

    def _attend(
        self,
        connection: Connection,
        event_id: str,
        changed: tuple[Attendee, ...],
        gone: tuple[str, ...],
        expected: int | None,
        who: str,
        source: str = "",
    ) -> Kept:
        there = {each.id: each for each in attending.attendees(connection, event_id)}
        changed = tuple(each for each in changed if there.get(each.id) != each)
        gone = tuple(each for each in gone if each in there)
        if not changed and not gone:
            return kept_event(connection, event_id)
        attending.check_actors(connection, changed)
        told = {"changed": [each.id for each in changed], "gone": list(gone)}
        kept = self._changed(connection, event_id, "attendees", expected, who, {}, told)
        if source:
            were = attending.were(connection, event_id, changed, gone)
            participant_lists.keep(connection, event_id, source, were, at=kept.at, who=who)
        attending.write(connection, event_id, changed, gone)
        return kept

    def ids_given(self, event_id: str) -> frozenset[str]:
        """The ids of all participants that the event ever had, so that none is given to somebody else."""
        with self._reading() as connection:
            return attending.ids_given(connection, event_id)

    def comings(self, event_id: str) -> tuple[CameOrWent, ...]:
        """Who was taken off the list of participants and who came back, in that order."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            return attending.comings(connection, event_id)

    def preferences(self, event_id: str) -> tuple[Preference, ...]:
        """What is wanted of pairs, by the two participants and by whose it is."""
        with self._reading() as connection:
            return wanting.preferences(connection, event_id)

    def prefer(
        self,
        event_id: str,
        given: Iterable[Preference],
        taken_back: Iterable[Preference] = (),
        *,
        expected: int | None = None,
        who: str,
    ) -> Kept:
        """Keep preferences, each in place of what the same one wanted of the pair before, and take others away.

        Raises ``EventRejectedError`` for a participant that does not attend.
        """
        given, taken_back = tuple(given), tuple(taken_back)
        with self._writing() as connection:
            attending.check_there(connection, event_id, [one for each in given for one in (each.a, each.b)])
            told = {"given": len(given), "taken_back": len(taken_back)}
            if len(given) == 1:
                told |= {"a": given[0].a, "b": given[0].b, "kind": given[0].kind.value}  # type: ignore[dict-item]
            kept = self._changed(connection, event_id, "preferences", expected, who, {}, told)
            wanting.write_preferences(connection, event_id, given, taken_back)
            return kept

    def requests(self, event_id: str) -> tuple[MeetingRequest, ...]:
        """The requests for meetings, by sender and recipient, as they were last written."""
        with self._reading() as connection:
            return wanting.requests(connection, event_id)

    def request(
        self, event_id: str, requests: Iterable[MeetingRequest], *, expected: int | None = None, who: str
    ) -> Kept:
        """Keep requests, each in place of the one from the same sender to the same recipient.

        Raises ``EventRejectedError`` for a participant that does not attend.
        """
        requests = tuple(requests)
        with self._writing() as connection:
            attending.check_there(
                connection, event_id, [one for each in requests for one in (each.sender, each.recipient)]
            )
            told = {
                "requests": [[each.sender, each.recipient, each.state.value] for each in requests[:100]],
                "number": len(requests),
            }
            kept = self._changed(connection, event_id, "requests", expected, who, {}, told)
            wanting.write_requests(connection, event_id, requests)
            return kept

    def request_becomes(
        self,
        event_id: str,
        becoming: Callable[[Mapping[tuple[str, str], MeetingRequest]], MeetingRequest],
        *,
        expected: int | None = None,
        who: str,
    ) -> MeetingRequest:
        """Keep the request that ``becoming`` makes of those that there are, by sender and recipient; nothing comes in between.

        What ``becoming`` raises is passed on, and nothing is changed.
        """
        with self._writing() as connection:
            kept_event(connection, event_id)
            there = {(each.sender, each.recipient): each for each in wanting.requests(connection, event_id)}
            made = becoming(there)
            attending.check_there(connection, event_id, [made.sender, made.recipient])
            told = {"requests": [[made.sender, made.recipient, made.state.value]], "number": 1}
            self._changed(connection, event_id, "requests", expected, who, {}, told)
            wanting.write_requests(connection, event_id, [made])
            return made

    def proposed(self, event_id: str) -> dict[tuple[str, str], float]:
        """The scores of the pairs of actors that were proposed, by ids, the smaller first."""
        with self._reading() as connection:
            return wanting.proposed(connection, event_id)

    def propose(
        self, event_id: str, scores: Mapping[tuple[str, str], float], *, generation: str, who: str
    ) -> Kept:
        """Keep what the recommender proposes, in place of what it did before."""
        with self._writing() as connection:
            told = {"pairs": len(scores), "generation": generation}
            kept = self._changed(connection, event_id, "proposed", None, who, {}, told)
            wanting.write_proposed(connection, event_id, scores)
            return kept

    def versions(self, event_id: str) -> tuple[Version, ...]:
        """All versions of the schedule, the oldest first."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            rows = connection.execute(
                "SELECT number, document, who, at FROM plans WHERE event_id = ? ORDER BY number", (event_id,)
            )
            return tuple(_version(row) for row in rows)

    def version(self, event_id: str, number: int | None = None) -> Version | None:
        """One version of the schedule, or the latest; ``None`` where there is none."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            return _one_version(connection, event_id, number)

    def version_of_job(self, event_id: str, job: str) -> Version | None:
        """The version of the schedule that a job made; ``None`` where it made none."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            row = connection.execute(
                "SELECT number FROM plans WHERE event_id = ? AND job = ?", (event_id, job)
            ).fetchone()
            return None if row is None else _one_version(connection, event_id, row[0])

    def add_version(
        self, event_id: str, plan: Plan, *, expected: int | None, job: str = "", who: str
    ) -> Version:
        """Keep a further version of the schedule.

        ``expected`` is the number of the version that the change was made from, ``None`` where there was none; ``job`` the id of
        the job that made it.
        """
        with self._writing() as connection:
            kept_event(connection, event_id)
            latest = _one_version(connection, event_id, None)
            if (latest.number if latest else None) != expected:
                changed = latest or kept_event(connection, event_id)
                raise EventChangedError(event_id, who=changed.who, at=changed.at)
            number = (expected or 0) + 1
            stamp = self._stamp(who)
            told = {"version": number, "kind": plan.kind.value, "appointments": len(plan.appointments)}
            record(connection, stamp, "scheduled", "event", event_id, {"version": expected}, told)
            connection.execute(
                "INSERT INTO plans (event_id, number, document, who, at, job) VALUES (?, ?, ?, ?, ?, ?)",
                (event_id, number, _text(_PLAN, plan), who, stamp.at, job),
            )
            before = latest.plan.appointments if latest else ()
            put_meetings(connection, stamp.at, event_id, number, before, plan.appointments)
            return Version(number, plan, who, stamp.at)

    def round_tables(self, event_id: str) -> RoundTables | None:
        """The seating of the round tables; ``None`` where there is none."""
        with self._reading() as connection:
            kept_event(connection, event_id)
            row = connection.execute(
                "SELECT document FROM round_tables WHERE event_id = ?", (event_id,)
            ).fetchone()
            return None if row is None else _ROUND_TABLES.validate_json(row[0])

    def seat(self, event_id: str, seating: RoundTables, *, who: str) -> None:
        """Keep a seating of the round tables in place of the one before."""
        with self._writing() as connection:
            kept_event(connection, event_id)
            stamp = self._stamp(who)
            told = {"rounds": len(seating.rounds), "size": seating.size, "again": seating.again.pairs}
            record(connection, stamp, "seated", "event", event_id, {}, told)
            connection.execute(
                "INSERT OR REPLACE INTO round_tables (event_id, document, who, at) VALUES (?, ?, ?, ?)",
                (event_id, _text(_ROUND_TABLES, seating), who, stamp.at),
            )

    def _changed(
        self,
        connection: Connection,
        event_id: str,
        action: str,
        expected: int | None,
        who: str,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> Kept:
        return note_change(connection, self._stamp(who), event_id, action, expected, before, after)


def note_change(
    connection: Connection,
    stamp: Stamp,
    event_id: str,
    action: str,
    expected: int | None,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> Kept:
    """Write the audit row of a change of an event that is being made, and count its revision on."""
    kept = kept_event(connection, event_id)
    if expected is not None and expected != kept.revision:
        raise EventChangedError(event_id, who=kept.who, at=kept.at)
    record(connection, stamp, action, "event", event_id, before, after)
    connection.execute(
        "UPDATE events SET revision = ?, who = ?, at = ? WHERE id = ?",
        (kept.revision + 1, stamp.who, stamp.at, event_id),
    )
    return Kept(kept.event, kept.revision + 1, stamp.who, stamp.at)


def _text(adapter: TypeAdapter[_Value], value: _Value) -> str:
    return adapter.dump_json(value).decode("utf-8")


def kept_event(connection: Connection, event_id: str) -> Kept:
    """An event as it is stored; raises ``EventNotFoundError``."""
    row = connection.execute(
        "SELECT document, revision, who, at FROM events WHERE id = ?", (event_id,)
    ).fetchone()
    if row is None:
        raise EventNotFoundError(event_id)
    return Kept(_EVENT.validate_json(row[0]), *row[1:])


def _one_version(connection: Connection, event_id: str, number: int | None) -> Version | None:
    which = "AND number = ?" if number is not None else ""
    values: Sequence[object] = (event_id,) if number is None else (event_id, number)
    row = connection.execute(
        f"SELECT number, document, who, at FROM plans WHERE event_id = ? {which} ORDER BY number DESC LIMIT 1",
        values,
    ).fetchone()
    return None if row is None else _version(row)


def _version(row: tuple[int, str, str, str]) -> Version:
    number, document, who, at = row
    return Version(number, _PLAN.validate_json(document), who, at)
