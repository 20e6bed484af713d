"""Times as people write them at the place of an event, and as they are kept: sessions, and when somebody or something is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from matchmaker.events import Event, Session, Span
from matchmaker.meetings.programme import exists, in_utc
from matchmaker.telling import told

_DAY = r"(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4})"
_TIME = r"[0-9]{1,2}[:.][0-9]{2}"
_FROM_TO = rf"(?P<starts>{_TIME})\s*[-–]\s*(?:(?P<last>{_DAY})\s+)?(?P<ends>{_TIME})"
_SESSION = re.compile(
    rf"(?P<name>.*\S)\s+(?P<day>{_DAY})\s+{_FROM_TO}\s+(?P<slot>[0-9]{{1,4}})(?:\s*\+\s*(?P<pause>[0-9]{{1,4}}))?"
)
_STRETCH = re.compile(rf"(?:(?P<day>{_DAY})\s+)?{_FROM_TO}")
_PARTS = re.compile(r"[;,|\n\r]+")

AS_SESSION = "Morning 2027-03-04 09:00-12:00 20+5"
"""An example: name, date, from and to, minutes of a slot and of the break after it."""


def session_of(text: str) -> Session:
    """A session from a line such as ``AS_SESSION``, without the break where there is none.

    Raises ``ValueError`` with what is wrong.
    """
    found = _SESSION.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            told(
                'Session {text!r} cannot be read. Write name, date, from-to, and minutes of a slot + of a break, such as "{example}".',
                text=text,
                example=AS_SESSION,
            )
        )
    starts, ends = _stretch(found, found["day"])
    return Session(found["name"].strip(), starts, ends, int(found["slot"]), int(found["pause"] or 0))


def session_line(session: Session) -> str:
    """The line that ``session_of`` reads back."""
    pause = f"+{session.break_minutes}" if session.break_minutes else ""
    last = f"{session.ends.date().isoformat()} " if session.ends.date() != session.starts.date() else ""
    return f"{session.name} {session.starts:%Y-%m-%d %H:%M}-{last}{session.ends:%H:%M} {session.slot_minutes}{pause}"


def spans_of(text: str, event: Event) -> tuple[Span, ...]:
    """The stretches of time that a text names, in UTC, by time, those that touch as one; of an empty text none.

    Parts are divided by ``;``, ``,`` or line breaks. A part is the name of a session, a date, or ``09:00-11:00``, with a date in
    front unless the programme has one day alone. Raises ``ValueError`` with what is wrong.
    """
    named = {_word(each.name): each for each in event.sessions}
    parts = [text] if _word(text) in named else [each for each in _PARTS.split(text) if each.strip()]
    zone = ZoneInfo(event.zone)
    spans = []
    for part in parts:
        session = named.get(_word(part))
        starts, ends = (session.starts, session.ends) if session else _part(part.strip(), event)
        for local in (starts, ends):
            if not exists(local, zone):
                raise ValueError(
                    told(
                        "The clocks go forward and {local:%H:%M on %d %B %Y} does not exist in {zone}. Choose a time before or after.",
                        local=local,
                        zone=zone.key,
                    )
                )
        span = Span(in_utc(starts, zone), in_utc(ends, zone))
        if span.starts >= span.ends:
            raise ValueError(
                told("{part!r} ends before it starts. Write the earlier time first.", part=part.strip())
            )
        spans.append(span)
    return joined(spans)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as stretches that do not touch, by time."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.starts, each.ends)):
        if found and span.starts <= found[-1].ends:
            found[-1] = Span(found[-1].starts, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return tuple(found)


def as_written(spans: Iterable[Span], event: Event) -> str:
    """Stretches of time at the place of the event, as ``spans_of`` reads them; nothing for the whole programme."""
    zone = ZoneInfo(event.zone)
    days = _days(event)
    parts = []
    for span in spans:
        starts, ends = (each.astimezone(zone).replace(tzinfo=None) for each in (span.starts, span.ends))
        day = "" if days == {starts.date()} else f"{starts:%Y-%m-%d} "
        last = f"{ends:%Y-%m-%d} " if ends.date() != starts.date() else ""
        parts.append(f"{day}{starts:%H:%M}-{last}{ends:%H:%M}")
    return "; ".join(parts)


def _part(part: str, event: Event) -> tuple[datetime, datetime]:
    if re.fullmatch(_DAY, part):
        first = _moment(part, "00:00")
        return first, first + timedelta(days=1)
    found = _STRETCH.fullmatch(part)
    if found is None:
        known = ", ".join(repr(each.name) for each in event.sessions[:5]) or "none yet"
        raise ValueError(
            told(
                "{part!r} is neither a time such as 09:00-11:00 nor a session of the event ({known}). Divide several by a semicolon; leave it empty for the whole programme.",
                part=part,
                known=known,
            )
        )
    days = _days(event)
    if found["day"] is None and len(days) != 1:
        raise ValueError(
            told(
                "The programme has several days, so {part!r} may be on any. Write the date too: 2027-03-04 09:00-11:00.",
                part=part,
            )
            if days
            else told(
                "The programme has no session yet, so {part!r} may be on any day. Write the date too: 2027-03-04 09:00-11:00.",
                part=part,
            )
        )
    return _stretch(found, found["day"] or next(iter(days)).isoformat())


def _stretch(found: re.Match[str], day: str) -> tuple[datetime, datetime]:
    return _moment(day, found["starts"]), _moment(found["last"] or day, found["ends"])


def _moment(day: str, time: str) -> datetime:
    """A wall-clock time; 24:00 is the beginning of the next day."""
    numbers = [int(each) for each in re.split(r"[./-]", day)]
    year, month, number = numbers if numbers[0] > 31 else numbers[::-1]
    hour, minute = (int(each) for each in re.split(r"[:.]", time))
    try:
        midnight = datetime(year, month, number)
        if (hour, minute) == (24, 0):
            return midnight + timedelta(days=1)
        return midnight.replace(hour=hour, minute=minute)
    except (ValueError, OverflowError):
        raise ValueError(
            told(
                "There is no {time} on {day}. Write a date as 2027-03-04 or 04.03.2027 and a time as 09:00.",
                time=time,
                day=day,
            )
        ) from None


def _days(event: Event) -> set[date]:
    return {each.date() for session in event.sessions for each in (session.starts, session.ends)}


def _word(text: str) -> str:
    return " ".join(text.casefold().split())
