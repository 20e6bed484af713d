"""A firm's own part of events: where its participants are, whom they meet and when; nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matchmaker.arranging import Arranging
from matchmaker.errors import EventNotFoundError
from matchmaker.events import Attendee, Event, MeetingRequest, Preference, Span


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting as one of its two sides sees it."""

    own: Attendee
    other: Attendee
    span: Span
    table: str


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event that a firm attends, with what is its own there."""

    event: Event
    revision: int
    own: tuple[Attendee, ...]
    others: tuple[Attendee, ...]
    """Everybody else who attends, of other actors."""
    meetings: tuple[OwnMeeting, ...]
    """Of the newest schedule, by time."""
    scheduled: bool
    """Whether there is a schedule."""
    wishes: tuple[Preference, ...]
    """Those of its own participants."""
    requests: tuple[MeetingRequest, ...]
    """Those that its own participants sent or were sent."""

    def mine(self, attendee_id: str) -> Attendee | None:
        """One of the firm's own participants."""
        return next((each for each in self.own if each.id == attendee_id), None)

    def other(self, attendee_id: str) -> Attendee | None:
        """Somebody else who attends."""
        return next((each for each in self.others if each.id == attendee_id), None)


def own_events(events: Arranging, actor_id: str) -> tuple[OwnEvent, ...]:
    """The events at which an actor has a participant, those that begin last first."""
    found = []
    for kept in events.all():
        try:
            found.append(own_event(events, kept.event.id, actor_id))
        except EventNotFoundError:
            # Not one of its own, or erased in between.
            continue
    return tuple(
        sorted(found, key=lambda each: (str(each.event.first_day or ""), each.event.id), reverse=True)
    )


def own_event(events: Arranging, event_id: str, actor_id: str) -> OwnEvent:
    """One event as an actor sees it; raises ``EventNotFoundError`` also where the actor does not attend."""
    kept = events.one(event_id)
    attendees = events.attendees(event_id)
    own = tuple(each for each in attendees if each.actor_id == actor_id)
    if not own:
        raise EventNotFoundError(event_id)
    ids = {each.id for each in own}
    version = events.version(event_id)
    by_id = {each.id: each for each in attendees}
    meetings = [
        OwnMeeting(by_id[one], by_id[other], each.span, each.table)
        for each in (version.plan.appointments if version else ())
        for one, other in ((each.a, each.b), (each.b, each.a))
        if one in ids and other in by_id
    ]
    return OwnEvent(
        event=kept.event,
        revision=kept.revision,
        own=own,
        others=tuple(each for each in attendees if each.actor_id != actor_id),
        meetings=tuple(sorted(meetings, key=lambda each: (each.span.starts, each.own.id))),
        scheduled=version is not None,
        wishes=tuple(each for each in events.preferences(event_id) if each.of in ids),
        requests=tuple(
            each for each in events.requests.all(event_id) if each.sender in ids or each.recipient in ids
        ),
    )


def next_meeting(events: tuple[OwnEvent, ...], now: datetime) -> tuple[OwnEvent, OwnMeeting] | None:
    """The first meeting that is not over yet, with its event."""
    to_come = [
        (each.span.starts, event.event.id, each, event)
        for event in events
        for each in event.meetings
        if each.span.ends > now
    ]
    if not to_come:
        return None
    _, _, meeting, event = min(to_come, key=lambda each: each[:2])
    return event, meeting
