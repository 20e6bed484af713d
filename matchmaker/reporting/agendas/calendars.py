"""A participant's meetings as a calendar file (RFC 5545), in which every change reaches the meeting that it changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from matchmaker.meetings.agendas import Agenda, Agendas, Party, Why
from matchmaker.meetings.feeds import CalendarEntry
from matchmaker.reporting.agendas.wordings import Written

FRESH_FOR = timedelta(hours=1)
"""After which a program that follows the calendar should look again."""
LONGEST = 300
"""Letters of a name, a sentence or a list of persons in an entry."""


def calendar(agendas: Agendas, agenda: Agenda, entries: Iterable[CalendarEntry]) -> bytes:
    """The calendar of one participant, with the meetings that are off.

    ``entries`` are those of the whole event. Times are in UTC, so that no program needs a zone to show them right, and the
    same version always gives the same bytes.
    """
    written = Written(agendas.event, agenda.language)
    parties = {each.party.attendee_id: each.party for each in agendas.participants}
    made = Calendar()
    made.add("prodid", "-//Matchmaker//Agendas//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    name = line(written.words("agenda.calendar.name", event=agendas.event.name))
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", FRESH_FOR, parameters={"VALUE": "DURATION"})
    whys = {each.other.attendee_id: each.whys for each in agenda.meetings if each.other}
    own = agenda.party.attendee_id
    for entry in entries:
        if own in (entry.a, entry.b):
            made.add_component(_event(agendas, entry, parties.get(entry.other(own)), whys, written))
    return bytes(made.to_ical())


def line(text: str) -> str:
    """A text in one line, without control characters and marks that turn the direction of writing."""
    kept = "".join(" " if each.isspace() else each for each in text if each.isspace() or _is_shown(each))
    words = " ".join(kept.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def _is_shown(letter: str) -> bool:
    # Joiners are format characters, too, but emoji and some scripts are written with them.
    return unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d"


def _event(
    agendas: Agendas,
    entry: CalendarEntry,
    other: Party | None,
    whys: Mapping[str, tuple[Why, ...]],
    written: Written,
) -> Event:
    words = written.words
    summary = words("agenda.calendar.meeting", name=other.name) if other else words("agenda.calendar.gone")
    where = [entry.table, agendas.event.place]
    made = Event()
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    for name in ("dtstamp", "last-modified"):
        made.add(name, _utc(entry.changed))
    made.add("dtstart", _utc(entry.span.starts))
    made.add("dtend", _utc(entry.span.ends))
    made.add("summary", line(summary))
    made.add("location", ", ".join(line(each) for each in where if each))
    made.add("description", "\n".join(line(each) for each in _told(entry, other, whys, written)))
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return made


def _told(
    entry: CalendarEntry, other: Party | None, whys: Mapping[str, tuple[Why, ...]], written: Written
) -> list[str]:
    if entry.cancelled or other is None:
        return [written.words("agenda.calendar.off")]
    told = [f"{other.name} ({written.words(f'agenda.group.{other.group.value}')})"]
    if other.persons:
        told.append(written.persons(other.persons))
    return told + [written.why_line(each) for each in whys.get(other.attendee_id, ())]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
