"""Participants, times and conflicts of an event in words, as its commands tell them; and times as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from matchmaker.events import Appointment, Conflict, Event, Explanation, Fix, Span
    from matchmaker.workspace import Workspace

CLOCK = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}:\d{2})")


class Telling:
    """Tells of one event in its place's time, names beside ids."""

    def __init__(self, workspace: Workspace, event_id: str) -> None:
        """The event with this id; raises ``EventNotFoundError``."""
        from matchmaker.meetings.programme import slots_of

        self.event: Event = workspace.events.one(event_id).event
        self.zone = ZoneInfo(self.event.zone)
        self.slots = slots_of(self.event)
        attendees = workspace.events.attendees(event_id)
        names = {each: workspace.actor(each).name for each in {one.actor_id for one in attendees}}
        self.names: Mapping[str, str] = {each.id: names[each.actor_id] for each in attendees}
        self.days = sorted({self.local(slot.span.starts).date() for slot in self.slots})

    def local(self, moment: datetime) -> datetime:
        """A time at the place of the event."""
        return moment.astimezone(self.zone)

    def one(self, participant: str) -> str:
        """A participant with id and name."""
        name = self.names.get(participant)
        return f"{participant} ({name})" if name else participant

    def pair(self, a: str, b: str) -> str:
        """Two participants."""
        return f"{self.one(a)} and {self.one(b)}"

    def time(self, span: Span) -> str:
        """When something begins; with the day where the event has several."""
        return f"{self.local(span.starts):{'%H:%M' if len(self.days) == 1 else '%Y-%m-%d %H:%M'}}"

    def meeting(self, each: Appointment) -> str:
        """A meeting in one line."""
        locked = ", locked" if each.locked else ""
        return f"{self.time(each.span)}  {each.table}  {self.pair(each.a, each.b)}{locked}"

    def moment(self, typed: str) -> datetime:
        """A time as it is typed, ``10:20`` or with the day before it, in UTC."""
        from matchmaker.meetings.programme import in_utc

        found = CLOCK.fullmatch(typed.strip())
        if found is None:
            raise click.BadParameter(f"{typed!r} is no time. Write it as 10:20 or '2027-03-04 10:20'.")
        if found[1] is None and len(self.days) != 1:
            raise click.BadParameter(
                f"The event has {len(self.days)} days. Write the day before the time, as in '2027-03-04 {typed}'."
            )
        try:
            day = date.fromisoformat(found[1]) if found[1] else self.days[0]
            return in_utc(datetime.strptime(f"{day} {found[2]}", "%Y-%m-%d %H:%M"), self.zone)
        except ValueError as error:
            raise click.BadParameter(f"{typed!r} is no time. Write it as 10:20.") from error

    def all_of_it(self) -> tuple[datetime, datetime]:
        """The first and the last moment of the programme, in UTC."""
        if not self.slots:
            raise click.ClickException("The event has no slots. Add a session with a start and an end.")
        return self.slots[0].span.starts, max(slot.span.ends for slot in self.slots)

    def conflict(self, each: Conflict) -> str:
        """What stands in the way, in one sentence."""
        one, other = self.one(each.participant), self.one(each.other)
        when = f"at {self.time(each.span)}" if each.span else ""
        sentences = {
            "unknown_participant": f"{one} does not attend. `matchmaker event show` names those who meet.",
            "with_oneself": f"{one} is named as both sides. Name two participants.",
            "no_meeting": f"{one} and {other} have no meeting.",
            "has_meeting": f"{one} and {other} meet already{' ' + when if when else ''}.",
            "locked": f"The meeting of {one} and {other} is locked. Unlock it first.",
            "over": f"The slot {when} is over.",
            "no_such_slot": f"No slot begins {when}. Slots begin at {self._starts()}.",
            "excluded": f"{one} and {other} are not to meet.",
            "cap_reached": f"{one} has {each.limit} meetings, which is their most.",
            "not_there": f"{one} is not there {when}.",
            "double_booked": f"{one} meets {other} {when}.",
            "table_unknown": f"The event has no table {each.table!r}.",
            "table_closed": f"{each.table} is closed {when}.",
            "table_lost": f"{each.table} cannot be used {when}.",
            "table_kept": f"{each.table} is kept for somebody else.",
            "table_taken": f"{each.table} is taken {when}: {one} and {other} sit there.",
            "tables_full": f"No table that they could use is free {when}.",
        }
        return sentences[each.kind.value]

    def _starts(self) -> str:
        return ", ".join(self.time(slot.span) for slot in self.slots)

    def explanation(self, each: Explanation) -> str:
        """Why two do not meet, in one sentence."""
        least = "; ".join(self.meeting(one) for one in each.instead)
        if each.reason == "cap_reached":
            who = "both have" if len(each.full) > 1 else f"{each.full[0]} has"
            return (
                f"{who} all the meetings they can have; worth least is {least}"
                if least
                else f"{who} all the meetings they can have"
            )
        if each.reason == "tables_full":
            return f"both are free at {self._times(each.spans)}, and all tables are taken then"
        if each.reason == "worth_less" and each.instead:
            value = f"{each.value:.2f}, and {each.instead_value:.2f} would have to go"
            return f"one of them meets somebody in every slot that both are there for; it is worth {value}: {least}"
        return {
            "excluded": "they are not to meet",
            "no_common_slot": "there is no slot to come with a table that both are there for",
            "there_is_room": f"nobody has put it anywhere; both are free at {self._times(each.spans)}",
            "worth_less": "in every slot that both are there for one of them has a meeting that is locked",
        }[each.reason]

    def fix(self, fix: Fix) -> str:
        """The change that would make room."""
        more = f"with one more meeting for {' and for '.join(fix.participants)}" if fix.participants else ""
        when = self.time(fix.span) if fix.span else ""
        what = {
            "nothing": "as it is",
            "moves": "",
            "meeting": more,
            "table": f"with one more table at {when}{' and ' if more else ''}{more}",
            "slot": f"with {', '.join(fix.participants)} there at {when} too",
        }[fix.kind.value]
        shifts = [
            f"{self.pair(each.a, each.b)} at {self.time(each.after)} instead of {self.time(each.before)}"
            for each in fix.shifts
        ]
        how = " and ".join(part for part in (what, f"with {'; '.join(shifts)}" if shifts else "") if part)
        return f"would fit at {self.time(fix.at)} {how}"

    def _times(self, spans: Iterable[Span]) -> str:
        return ", ".join(self.time(each) for each in spans)
