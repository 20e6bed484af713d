"""From sessions in local time to slots in UTC, and everything that is wrong with an event's set-up, named together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from matchmaker.events.setup import LONGEST_NAME, Event, Session, Slot, Span, Table
from matchmaker.meetings.zones import zone_of
from matchmaker.telling import told

MOST_SLOTS = 200
MOST_TABLES = 10_000
LONGEST_SESSION = timedelta(hours=24)
FIRST_YEAR, LAST_YEAR = 1970, 2199


def slots_of(event: Event) -> tuple[Slot, ...]:
    """The slots of all sessions, by time.

    Slots are spaced in real time, so that a change of the clocks within a session neither loses nor doubles one.
    """
    zone = ZoneInfo(event.zone)
    spans = sorted(
        ((span, session.name) for session in event.sessions for span in _spans(session, zone)),
        key=lambda entry: (entry[0].starts, entry[0].ends),
    )
    return tuple(Slot(number, span, name) for number, (span, name) in enumerate(spans))


def open_tables(event: Event, slot: Slot) -> tuple[Table, ...]:
    """The tables that can be used for the whole of a slot, in the event's order."""
    return tuple(
        table
        for table in event.tables
        if not table.open or any(each.covers(slot.span) for each in table.open)
    )


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time in UTC; of an hour that comes twice the first one is meant."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a wall-clock time comes at all: where the clocks go forward, an hour is left out."""
    return in_utc(local, zone).astimezone(zone).replace(tzinfo=None) == local


def problems_of(event: Event) -> list[str]:
    """Everything that is wrong with a set-up by itself, each with what to do."""
    problems = [*_of_names(event), *_of_rules(event)]
    known = zone_of(event.zone)
    if known is None:
        problems.append(
            told(
                "Time zone {zone!r} is not known. Write it as Europe/Copenhagen, by continent and city.",
                zone=event.zone,
            )
        )
    # What else is wrong with the sessions is told too, as far as it does not rest on the zone.
    zone = known or ZoneInfo("UTC")
    of_times = {place: [*_of_times(each, zone)] for place, each in enumerate(event.sessions)}
    timed = [each for place, each in enumerate(event.sessions) if not of_times[place]]
    of_slots = [problem for session in timed for problem in _of_slots(session, zone)]
    problems += [problem for found in of_times.values() for problem in found]
    problems += [*of_slots, *_of_overlaps(timed, zone)]
    if known and not of_slots and len(timed) == len(event.sessions):
        problems += [*_of_number(event, zone), *_of_tables(event)]
    return problems


def _spans(session: Session, zone: ZoneInfo) -> Iterator[Span]:
    starts, end = in_utc(session.starts, zone), in_utc(session.ends, zone)
    length, pause = timedelta(minutes=session.slot_minutes), timedelta(minutes=session.break_minutes)
    while starts + length <= end:
        yield Span(starts, starts + length)
        starts += length + pause


def _of_names(event: Event) -> Iterator[str]:
    named = [("event", event.name), ("place", event.place)]
    named += [("session", each.name) for each in event.sessions]
    named += [("table", each.name) for each in event.tables]
    for what, name in named:
        if not name.strip() and what != "place":
            yield (
                told("A {what} has no name. Give it one.", what=told(what))
                if what != "event"
                else told("The event has no name. Give it one.")
            )
        elif len(name) > LONGEST_NAME:
            yield told(
                "The name of {what} {name!r}... has {number} characters; {longest} are the most. Shorten it.",
                what=told(what),
                name=name[:40],
                number=len(name),
                longest=LONGEST_NAME,
            )
    for what, names in (
        ("sessions", [each.name for each in event.sessions]),
        ("tables", [each.name for each in event.tables]),
    ):
        for name in _twice(names):
            yield told(
                "Two {what} are called {name!r}. Give each a name of its own.", what=told(what), name=name
            )
    if len(event.tables) > MOST_TABLES:
        yield told(
            "{number} tables are more than {most}. Split the event.",
            number=len(event.tables),
            most=MOST_TABLES,
        )


def _of_rules(event: Event) -> Iterator[str]:
    rules = event.rules
    if rules.most_meetings is not None and rules.most_meetings < rules.least_meetings:
        yield (
            told(
                "At most {most_meetings} meetings and at least {least_meetings} cannot both hold. Lower the least, or raise the most.",
                most_meetings=rules.most_meetings,
                least_meetings=rules.least_meetings,
            )
        )
    for name, number in (("most", rules.most_meetings or 0), ("least", rules.least_meetings)):
        if number < 0:
            yield told(
                "The {name} meetings of a participant are {number}. Give a number from 0.",
                name=name,
                number=number,
            )
    for name, share in (("wishes weigh", rules.wishes_weigh), ("fairness", rules.fairness)):
        if not 0 <= share <= 1:
            yield told("{name} is {share}. Give a number from 0 to 1.", name=name, share=share)


def _of_times(session: Session, zone: ZoneInfo) -> Iterator[str]:
    name = session.name
    if session.starts.tzinfo or session.ends.tzinfo:
        yield told(
            "Session {name!r} has a time with a zone of its own. Write local times; the event has one zone for all.",
            name=name,
        )
        return
    for local in (session.starts, session.ends):
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            yield told(
                "Session {name!r} is in the year {year}. Give one from {first} to {last}.",
                name=name,
                year=local.year,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
            return
        if not exists(local, zone):
            yield (
                told(
                    "Session {name!r}: the clocks go forward and {local:%H:%M on %d %B %Y} does not exist in {zone}. Choose a time before or after.",
                    name=name,
                    local=local,
                    zone=zone.key,
                )
            )
            return
    starts, ends = in_utc(session.starts, zone), in_utc(session.ends, zone)
    if starts >= ends:
        yield told(
            "Session {name!r} ends at {ends:%H:%M} and does not start before that. Change one of the two.",
            name=name,
            ends=session.ends,
        )
    elif ends - starts > LONGEST_SESSION:
        yield told("Session {name!r} is longer than a day. Make one for each day.", name=name)


def _of_slots(session: Session, zone: ZoneInfo) -> Iterator[str]:
    """Of a session whose times are sound."""
    name, starts, ends = session.name, in_utc(session.starts, zone), in_utc(session.ends, zone)
    if session.slot_minutes < 1:
        yield told(
            "Session {name!r}: a slot of {slot_minutes} minutes. Give at least 1.",
            name=name,
            slot_minutes=session.slot_minutes,
        )
    elif session.break_minutes < 0:
        yield told(
            "Session {name!r}: a break of {break_minutes} minutes. Give 0 or more.",
            name=name,
            break_minutes=session.break_minutes,
        )
    elif timedelta(minutes=session.slot_minutes) > ends - starts:
        minutes = int((ends - starts).total_seconds() // 60)
        yield (
            told(
                "Session {name!r} is {minutes} minutes long and its slots {slot_minutes}. Make the slots shorter or the session longer.",
                name=name,
                minutes=minutes,
                slot_minutes=session.slot_minutes,
            )
        )


def _of_overlaps(sessions: Iterable[Session], zone: ZoneInfo) -> Iterator[str]:
    ordered = sorted(sessions, key=lambda each: (in_utc(each.starts, zone), each.name))
    longest: Session | None = None
    for other in ordered:
        if longest is not None and in_utc(other.starts, zone) < in_utc(longest.ends, zone):
            yield (
                told(
                    "Sessions {one!r} and {other!r} overlap: the first ends at {ends:%H:%M} and the second starts at {starts:%H:%M}. Move one; rooms at the same time are tables of one session.",
                    one=longest.name,
                    other=other.name,
                    ends=longest.ends,
                    starts=other.starts,
                )
            )
        if longest is None or in_utc(other.ends, zone) > in_utc(longest.ends, zone):
            longest = other


def _of_number(event: Event, zone: ZoneInfo) -> Iterator[str]:
    count = sum(1 for each in event.sessions for _ in _spans(each, zone))
    if count > MOST_SLOTS:
        yield told(
            "The programme has {count} slots; {most} are the most. Make them longer, or make two events.",
            count=count,
            most=MOST_SLOTS,
        )


def _of_tables(event: Event) -> Iterator[str]:
    """Of a programme that is sound otherwise: tables whose times have no slot in them."""
    slots = slots_of(event)
    for table in event.tables:
        if any(each.starts >= each.ends for each in table.open):
            yield told(
                "Table {table!r} is open for a time that ends before it starts. Give the earlier end first.",
                table=table.name,
            )
        elif (
            slots and table.open and not any(span.covers(slot.span) for span in table.open for slot in slots)
        ):
            yield (
                told(
                    "Table {table!r} is open only while no slot of the programme is. Give it times within a session, or none for always.",
                    table=table.name,
                )
            )


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, number in Counter(names).items() if number > 1)
