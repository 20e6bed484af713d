"""What the addresses about events take: a set-up, a participant, wishes, and how to make a schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NaiveDatetime,
    model_validator,
)

from matchmaker.actors import ActorGroup
from matchmaker.events import (
    Attendee,
    Event,
    MetBefore,
    Person,
    Preference,
    PreferenceKind,
    Rules,
    Session,
    Span,
    Table,
)
from matchmaker.events.setup import LONGEST_NAME
from service.scheduling import LONGEST
from service.schemas.contract import LOCAL_TIME, MAX_ID, Id, Text, whole

MOST_MEETINGS = 1000
MOST_SPANS = 200
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_PERSONS = 50
MOST_CHANGES = 5000
"""Wishes in one request; its body is capped besides."""

Name = Annotated[Text, Field(max_length=LONGEST_NAME)]
Words = Annotated[Text, Field(max_length=1000)]
Number = Annotated[int, BeforeValidator(whole)]
Meetings = Annotated[Number, Field(ge=0, le=MOST_MEETINGS)]
EventId = Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Group = Annotated[ActorGroup, Field(strict=False)]


def _time(value: object) -> object:
    """JSON has no times: they arrive as text, and no number is one."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _of_our_times(value: datetime) -> datetime:
    """Refuse years that no conversion between zones can be sure of."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must be of a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Aware = Annotated[AwareDatetime, BeforeValidator(_time), AfterValidator(_of_our_times)]
Local = Annotated[NaiveDatetime, BeforeValidator(_time), AfterValidator(_of_our_times), LOCAL_TIME]


class Body(BaseModel):
    """Something that is sent; a field that is not named here is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SpanBody(Body):
    """A stretch of time; both ends carry a zone or an offset."""

    starts: Aware
    ends: Aware

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("starts must be before ends")
        return self

    def value(self) -> Span:
        """The same as the library has it."""
        return Span(self.starts.astimezone(UTC), self.ends.astimezone(UTC))


class SessionBody(Body):
    """A part of the programme that is cut into slots, in local time at the place of the event."""

    name: Name
    starts: Annotated[Local, Field(description="Without a zone: the event has one for all.")]
    ends: Local
    slot_minutes: Annotated[Number, Field(ge=1, le=1440)]
    break_minutes: Annotated[Number, Field(ge=0, le=1440, description="Between two slots.")] = 0


class TableBody(Body):
    """A table, a room or a stand."""

    name: Name
    open: Annotated[
        list[SpanBody], Field(max_length=MOST_SPANS, description="When it can be used; empty means always.")
    ] = []
    actor_id: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)],
        Field(description="The actor it is kept for; empty for a table that anybody may use."),
    ] = ""


class RulesBody(Body):
    """What a schedule has to respect, and what it goes by."""

    may_meet: Annotated[
        list[Annotated[list[Group], Field(min_length=2, max_length=2)]],
        Field(max_length=36, description="Pairs of actor groups; empty means any two different groups."),
    ] = []
    most_meetings: Annotated[Meetings | None, Field(description="`null`: one a slot.")] = None
    least_meetings: Meetings = 0
    wishes_weigh: Annotated[
        Share, Field(description="0: the recommender's score alone counts. 1: what people wished.")
    ] = 0.7
    met_before: Annotated[MetBefore, Field(strict=False)] = MetBefore.LATER
    fairness: Annotated[
        Share,
        Field(
            description="Share of the value that may be given up so that nobody has nothing while others are full."
        ),
    ] = 0.0

    def value(self) -> Rules:
        """The same as the library has it."""
        return Rules(
            tuple((one, other) for one, other in self.may_meet),
            self.most_meetings,
            self.least_meetings,
            self.wishes_weigh,
            self.met_before,
            self.fairness,
        )


class EventBody(Body):
    """An event as it is set up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Spring meeting",
                    "place": "Viborg",
                    "zone": "Europe/Copenhagen",
                    "sessions": [
                        {
                            "name": "Morning",
                            "starts": "2027-03-04T09:00",
                            "ends": "2027-03-04T12:00",
                            "slot_minutes": 20,
                            "break_minutes": 5,
                        }
                    ],
                    "tables": [{"name": "Table 1"}, {"name": "Table 2"}],
                    "rules": {"most_meetings": 8},
                }
            ]
        }
    )

    name: Name
    place: Name = ""
    zone: Annotated[Text, Field(max_length=100, description="IANA name.", examples=["Europe/Copenhagen"])]
    sessions: Annotated[list[SessionBody], Field(max_length=200)] = []
    tables: Annotated[list[TableBody], Field(max_length=10_000)] = []
    rules: RulesBody = RulesBody()

    def sessions_value(self) -> tuple[Session, ...]:
        """The sessions as the library has them."""
        return tuple(
            Session(each.name, each.starts, each.ends, each.slot_minutes, each.break_minutes)
            for each in self.sessions
        )

    def tables_value(self) -> tuple[Table, ...]:
        """The tables as the library has them."""
        return tuple(
            Table(each.name, tuple(span.value() for span in each.open), each.actor_id) for each in self.tables
        )

    def value(self, event_id: str) -> Event:
        """The same as the library has it."""
        return Event(
            event_id,
            self.name,
            self.place,
            self.zone,
            self.sessions_value(),
            self.tables_value(),
            self.rules.value(),
        )


class NewEventBody(EventBody):
    """A new event; its id is made from its name where none is given."""

    id: EventId | None = None


class PersonBody(Body):
    """Somebody who comes."""

    name: Name
    email: Name = ""
    title: Name = ""


class ParticipantBody(Body):
    """One agenda: the person, or the persons together, who go from meeting to meeting for an actor."""

    actor_id: Id
    persons: Annotated[list[PersonBody], Field(max_length=MOST_PERSONS)] = []
    there: Annotated[
        list[SpanBody],
        Field(max_length=MOST_SPANS, description="When they can meet; empty means the whole programme."),
    ] = []
    most_meetings: Annotated[Meetings | None, Field(description="`null`: what the rules say.")] = None
    least_meetings: Annotated[Meetings | None, Field(description="`null`: what the rules say.")] = None
    language: Annotated[Text, Field(pattern="^(da|en)?$")] = ""

    def value(self, participant_id: str) -> Attendee:
        """The same as the library has it."""
        return Attendee(
            participant_id,
            self.actor_id,
            tuple(Person(each.name, each.email, each.title) for each in self.persons),
            tuple(each.value() for each in self.there),
            self.most_meetings,
            self.least_meetings,
            self.language,
        )


class PreferenceBody(Body):
    """What is wanted of a pair."""

    a: Id
    b: Id
    kind: Annotated[PreferenceKind, Field(strict=False)]
    of: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)],
        Field(description="The participant whose wish it is, which is `a`; empty for the facilitator's."),
    ] = ""
    words: Words = ""

    @model_validator(mode="after")
    def _of_one_of_the_two(self) -> Self:
        if self.of not in ("", self.a):
            raise ValueError("of must be empty or the same as a")
        return self

    def value(self) -> Preference:
        """The same as the library has it."""
        # What the facilitator wants of a pair is the same from either side.
        a, b = (self.a, self.b) if self.of else sorted((self.a, self.b))
        return Preference(a, b, self.kind, self.of, self.words)


class PreferencesBody(Body):
    """Wishes to keep, each in place of what the same one wanted of the pair before, and others to take back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"given": [{"a": "p1", "b": "p2", "kind": "must_meet"}]}]}
    )

    given: Annotated[list[PreferenceBody], Field(max_length=MOST_CHANGES)] = []
    taken_back: Annotated[list[PreferenceBody], Field(max_length=MOST_CHANGES)] = []


class ScheduleBody(Body):
    """How to make a schedule."""

    time_limit: Annotated[
        float,
        Field(ge=0.5, le=LONGEST, allow_inf_nan=False, description="Seconds at most."),
    ] = 10.0
    seed: Annotated[Number, Field(ge=0, le=2**32 - 1)] = 0
