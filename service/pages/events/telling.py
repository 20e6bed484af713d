"""Schedules in words: participants by name, times at the place of the event, what stands in the way, why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from matchmaker.alphabet import name_key
from matchmaker.events import (
    Appointment,
    Conflict,
    Event,
    Explanation,
    FixKind,
    Slot,
    Span,
)
from service.arranged import Attending
from service.pages.events.frame import clock
from service.pages.wording import Wording

NAMED = 3
"""Times, names or meetings that a sentence lists at most."""


class Telling:
    """The words for one event in one language."""

    def __init__(self, event: Event, everybody: Sequence[Attending], wording: Wording) -> None:
        self.event = event
        self.everybody = sorted(everybody, key=lambda each: (name_key(each.actor.name), each.attendee.id))
        self.tables = [each.name for each in event.tables]
        self._by_id = {each.attendee.id: each for each in everybody}
        self._agendas = Counter(each.actor.id for each in everybody)
        self._t = wording
        self._zone = ZoneInfo(event.zone)

    def knows(self, participant: str) -> bool:
        """Whether a participant attends."""
        return participant in self._by_id

    def one(self, participant: str) -> Attending | None:
        """A participant with its actor."""
        return self._by_id.get(participant)

    def name(self, participant: str) -> str:
        """The actor's name, with the id where the actor has several agendas; the id of whoever is gone."""
        found = self._by_id.get(participant)
        if found is None:
            return participant
        if self._agendas[found.actor.id] == 1:
            return found.actor.name
        return f"{found.actor.name} ({participant})"

    def persons(self, participant: str) -> str:
        """Who goes from meeting to meeting, empty where that is not known."""
        found = self._by_id.get(participant)
        return ", ".join(each.name for each in found.attendee.persons) if found else ""

    def pair(self, one: Appointment) -> str:
        """The two of a meeting."""
        return self._t("event.two", a=self.name(one.a), b=self.name(one.b))

    def clock(self, moment: datetime) -> str:
        """A time at the place of the event, with the day where there are several."""
        return clock(moment, self.event, self._t)

    def day(self, moment: datetime) -> str:
        """The day of a time at the place of the event."""
        local = moment.astimezone(self._zone)
        return self._t.day(date(local.year, local.month, local.day))

    def span(self, span: Span) -> str:
        """From when to when."""
        return f"{self.clock(span.starts)}–{span.ends.astimezone(self._zone):%H:%M}"

    def place(self, one: Appointment) -> str:
        """When and where a meeting is."""
        return f"{self.clock(one.span.starts)}, {one.table}"

    def conflict(self, one: Conflict) -> str:
        """What stands in the way, in a sentence."""
        return self._t(
            f"event.conflict.{one.kind}",
            a=self.name(one.participant),
            b=self.name(one.other),
            when=self.clock(one.span.starts) if one.span else "",
            table=one.table,
            limit=self._t.number(one.limit or 0),
        )

    def why(self, one: Explanation) -> list[str]:
        """Why two do not meet, and what would have to go."""
        told = [self._t(f"event.reason.{one.reason}")]
        if one.full:
            told.append(self._t("event.why.full", names=self.names(one.full)))
        if one.spans:
            told.append(self._t("event.why.both_free", times=self.listed(map(self.span, one.spans))))
        if one.instead:
            told.append(
                self._t(
                    "event.why.instead",
                    meetings=self.listed(f"{self.pair(each)} ({self.place(each)})" for each in one.instead),
                )
            )
        return told

    def fix(self, one: Explanation) -> str:
        """The cheapest change that helps, in a sentence."""
        fix = one.fix
        if fix is None:
            return self._t("event.fix.none" if one.reason != "excluded" else "event.fix.excluded")
        names = self.names(fix.participants)
        said = self._t(
            f"event.fix.{fix.kind}",
            when=self.clock(fix.at.starts),
            names=names,
            number=self._t.number(len(fix.shifts)),
        )
        if fix.kind is FixKind.TABLE and names:
            said += " " + self._t("event.fix.table_and_meeting", names=names)
        if fix.shifts:
            shifts = self.listed(
                self._t(
                    "event.fix.shift",
                    a=self.name(each.a),
                    b=self.name(each.b),
                    before=self.clock(each.before.starts),
                    after=self.clock(each.after.starts),
                )
                for each in fix.shifts
            )
            said += " " + self._t("event.fix.shifts", shifts=shifts)
        return said

    def names(self, participants: Iterable[str]) -> str:
        """Participants by name."""
        return self.listed(self.name(each) for each in participants)

    def listed(self, items: Iterable[str]) -> str:
        """The first few of a list, and how many more there are."""
        every = list(items)
        shown = "; ".join(every[:NAMED])
        rest = len(every) - NAMED
        return shown if rest <= 0 else f"{shown} {self._t('word.and_more', number=self._t.number(rest))}"


def time_value(moment: datetime) -> str:
    """A time as forms and addresses carry it: in UTC, so that no clock change makes two of it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_from(text: str, event: Event) -> datetime | None:
    """A time from a form or an address, in UTC; without a zone it is one at the place of the event.

    A time of day alone is of the event's first day. ``None`` for anything else.
    """
    if len(text) == 5 and event.first_day:
        text = f"{event.first_day.isoformat()}T{text}"
    try:
        found = datetime.fromisoformat(text)
        if not 1970 <= found.year <= 2200:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(event.zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def slot_from(text: str, slots: Sequence[Slot]) -> Slot | None:
    """The slot whose start a form or an address carries."""
    return next((each for each in slots if time_value(each.span.starts) == text), None)
