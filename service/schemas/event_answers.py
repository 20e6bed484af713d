"""What the addresses about events give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, FiniteFloat

from matchmaker.actors import Actor, ActorGroup
from matchmaker.arranging import Kept, Version
from matchmaker.events import (
    Appointment,
    Attendee,
    Event,
    MetBefore,
    PlanKind,
    PreferenceKind,
    RequestState,
    Slot,
    Span,
)
from matchmaker.jobs import JobState
from service.scheduling import Run
from service.schemas.contract import LOCAL_TIME, Answer, FilterText, NextCursor, PageQuery, Sorted
from service.schemas.values import ActorName

LocalTime = Annotated[datetime, LOCAL_TIME]


class EventSort(StrEnum):
    """What events can be sorted by."""

    ID = "id"
    NAME = "name"
    STARTS = "starts"


class EventQuery(PageQuery):
    """Which events to list."""

    sort: Annotated[EventSort, Field(description="`starts`: the beginning of the first session.")] = (
        EventSort.ID
    )
    direction: Sorted = None
    q: Annotated[FilterText, Field(description="Part of the name or the place.")] = ""


class EventSummary(Answer):
    """An event in a list."""

    id: str
    name: str
    place: str
    zone: str
    starts: Annotated[LocalTime | None, Field(description="Local time of the first session.")]
    ends: Annotated[LocalTime | None, Field(description="Local time at which the last session ends.")]
    participants: int
    version: Annotated[int | None, Field(description="The latest version of its schedule.")]
    revision: int

    @classmethod
    def of(cls, kept: Kept, participants: int, version: Version | None) -> EventSummary:
        """An event with what has been done for it."""
        event = kept.event
        return cls(
            id=event.id,
            name=event.name,
            place=event.place,
            zone=event.zone,
            starts=min((each.starts for each in event.sessions), default=None),
            ends=max((each.ends for each in event.sessions), default=None),
            participants=participants,
            version=version.number if version else None,
            revision=kept.revision,
        )


class EventPage(Answer):
    """Events by id."""

    items: list[EventSummary]
    next: NextCursor


class SpanAnswer(Answer):
    """A stretch of time in UTC."""

    starts: datetime
    ends: datetime

    @classmethod
    def of(cls, event: Event, span: Span) -> SpanAnswer:
        """A stretch of time with the offset at the place of the event."""
        return cls(starts=there(event, span.starts), ends=there(event, span.ends))


class SessionAnswer(Answer):
    """A part of the programme, in local time."""

    name: str
    starts: LocalTime
    ends: LocalTime
    slot_minutes: int
    break_minutes: int


class SlotAnswer(Answer):
    """A time for one meeting at each table."""

    number: Annotated[int, Field(description="From 0, by time.")]
    session: str
    starts: Annotated[datetime, Field(description="With the offset at the place of the event.")]
    ends: datetime


class TableAnswer(Answer):
    """A table, a room or a stand."""

    name: str
    open: list[SpanAnswer]
    actor_id: str


class RulesAnswer(Answer):
    """What a schedule has to respect, and what it goes by."""

    may_meet: list[list[ActorGroup]]
    most_meetings: int | None
    least_meetings: int
    wishes_weigh: FiniteFloat
    met_before: MetBefore
    fairness: FiniteFloat


class EventAnswer(Answer):
    """An event as it is set up; `revision` is also its entity tag."""

    id: str
    name: str
    place: str
    zone: str
    sessions: list[SessionAnswer]
    slots: Annotated[list[SlotAnswer], Field(description="What the sessions are cut into.")]
    tables: list[TableAnswer]
    rules: RulesAnswer
    revision: Annotated[
        int, Field(description="Grows with every change of the set-up, the participants and the wishes.")
    ]
    changed_by: str
    changed_at: str

    @classmethod
    def of(cls, kept: Kept, slots: tuple[Slot, ...]) -> EventAnswer:
        """An event with its slots."""
        event, rules = kept.event, kept.event.rules
        return cls(
            id=event.id,
            name=event.name,
            place=event.place,
            zone=event.zone,
            sessions=[SessionAnswer.model_validate(each) for each in event.sessions],
            slots=[
                SlotAnswer(
                    number=each.number,
                    session=each.session,
                    starts=there(event, each.span.starts),
                    ends=there(event, each.span.ends),
                )
                for each in slots
            ],
            tables=[TableAnswer.model_validate(each) for each in event.tables],
            rules=RulesAnswer(
                may_meet=[list(pair) for pair in rules.may_meet],
                most_meetings=rules.most_meetings,
                least_meetings=rules.least_meetings,
                wishes_weigh=rules.wishes_weigh,
                met_before=rules.met_before,
                fairness=rules.fairness,
            ),
            revision=kept.revision,
            changed_by=kept.who,
            changed_at=kept.at,
        )


def there(event: Event, time: datetime) -> datetime:
    """A time with the offset that holds at the place of the event."""
    return time.astimezone(ZoneInfo(event.zone))


class PersonAnswer(Answer):
    """Somebody who comes."""

    name: str
    email: str
    title: str


class ParticipantAnswer(Answer):
    """One agenda of an actor."""

    id: str
    actor: ActorName
    persons: list[PersonAnswer]
    there: list[SpanAnswer]
    most_meetings: int | None
    least_meetings: int | None
    language: str

    @classmethod
    def of(cls, attendee: Attendee, actors: Mapping[str, Actor]) -> ParticipantAnswer:
        """A participant with its actor by name."""
        actor = actors[attendee.actor_id]
        return cls(
            id=attendee.id,
            actor=ActorName(id=actor.id, name=actor.name, group=actor.group),
            persons=[PersonAnswer.model_validate(each) for each in attendee.persons],
            there=[SpanAnswer.model_validate(each) for each in attendee.there],
            most_meetings=attendee.most_meetings,
            least_meetings=attendee.least_meetings,
            language=attendee.language,
        )


class ParticipantPage(Answer):
    """Participants in the order in which they were added."""

    items: list[ParticipantAnswer]
    next: NextCursor


class PreferenceAnswer(Answer):
    """What is wanted of a pair."""

    a: str
    b: str
    kind: PreferenceKind
    of: Annotated[str, Field(description="The participant whose wish it is; empty for the facilitator's.")]
    words: str


class PreferencePage(Answer):
    """Wishes by the two participants and by whose they are."""

    items: list[PreferenceAnswer]
    next: NextCursor


class MeetingRequestAnswer(Answer):
    """One participant asks another for a meeting."""

    sender: str
    recipient: str
    state: RequestState
    asked: datetime
    expires: datetime | None
    reason: str | None
    words: Annotated[str, Field(description="What for, in the sender's words.")]
    reply: Annotated[str, Field(description="What the recipient said with the answer.")]


class MeetingRequestPage(Answer):
    """Requests by sender and recipient, each in the state that it has now."""

    items: list[MeetingRequestAnswer]
    next: NextCursor


class RevisionAnswer(Answer):
    """What a change led to."""

    revision: Annotated[int, Field(description="Also the entity tag of the event.")]


class ProposedAnswer(Answer):
    """What the recommender was asked for."""

    pairs: Annotated[int, Field(description="Pairs of actors that have a score.")]
    revision: int


class AppointmentAnswer(Answer):
    """Two participants at a table for a time."""

    a: str
    b: str
    starts: Annotated[datetime, Field(description="With the offset at the place of the event.")]
    ends: datetime
    table: str
    locked: bool

    @classmethod
    def of(cls, event: Event, one: Appointment) -> AppointmentAnswer:
        """A meeting with its times at the place of the event."""
        return cls(
            a=one.a,
            b=one.b,
            starts=there(event, one.span.starts),
            ends=there(event, one.span.ends),
            table=one.table,
            locked=one.locked,
        )


class LeftOutAnswer(Answer):
    """A wish that has no meeting, and why."""

    a: str
    b: str
    reason: Annotated[
        str,
        Field(description="`excluded`, `no_common_slot`, `cap_reached`, `tables_full` or `worth_less`."),
    ]
    must: bool


class ScheduleAnswer(Answer):
    """One version of an event's schedule."""

    number: int
    kind: PlanKind
    value: FiniteFloat
    bound: Annotated[FiniteFloat, Field(description="No schedule under the same conditions is worth more.")]
    gap: Annotated[FiniteFloat, Field(description="Share of the bound by which the value can be too low.")]
    stopped: Annotated[bool, Field(description="The time ran out before the search was done.")]
    meetings: list[AppointmentAnswer]
    left_out: list[LeftOutAnswer]
    made_by: str
    made_at: str

    @classmethod
    def of(cls, event: Event, version: Version) -> ScheduleAnswer:
        """A version, with times at the place of the event."""
        plan = version.plan
        return cls(
            number=version.number,
            kind=plan.kind,
            value=plan.value,
            bound=plan.bound,
            gap=plan.gap,
            stopped=plan.stopped,
            meetings=[AppointmentAnswer.of(event, each) for each in plan.appointments],
            left_out=[LeftOutAnswer.model_validate(each) for each in plan.left_out],
            made_by=version.who,
            made_at=version.at,
        )


class RunAnswer(Answer):
    """How far the making of a schedule is."""

    job: Annotated[str, Field(description="Id of the job that makes it, at `/api/v1/jobs/{job_id}`.")]
    state: JobState
    stopping: Annotated[bool, Field(description="It was asked to end and does so with what it has found.")]
    seconds: Annotated[FiniteFloat, Field(description="How long the search has been running.")]
    time_limit: FiniteFloat
    version: Annotated[int | None, Field(description="The version that was made, once it is.")]
    problems: Annotated[list[str], Field(description="Why it failed.")]

    @classmethod
    def of(cls, run: Run) -> RunAnswer:
        """A run as it is now; what went wrong is told without names of files."""
        problems = list(run.problems)
        if run.state is JobState.FAILED and not problems:
            problems = ["The schedule could not be made. Somebody may have made another version; try again."]
        return cls(
            job=run.job_id,
            state=run.state,
            stopping=run.stopping,
            seconds=round(run.seconds, 1),
            time_limit=run.time_limit,
            version=run.version,
            problems=problems,
        )
