"""What the addresses about agendas, calendars, lists, requests and round tables take and give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.arranging import ListMade, ParticipantImport
from matchmaker.events import Event, RequestState, RoundTables
from matchmaker.meetings.agendas import Agenda, EntryKind, Party
from service.schemas.contract import MAX_ID, Answer, Id, NextCursor, PageQuery, Query, Text, whole

Number = Annotated[int, BeforeValidator(whole)]
Words = Annotated[Text, Field(max_length=LONGEST_WORDS)]


class Body(BaseModel):
    """A body of JSON; what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AgendaQuery(PageQuery):
    """Which agendas."""

    version: Annotated[
        int | None, Field(ge=1, le=2**31, description="Of the schedule; the latest where it is left out.")
    ] = None
    participant: Annotated[
        Text, Field(max_length=MAX_ID, description="Only this one's, by id within the event.")
    ] = ""


class PersonShown(Answer):
    """A person as others may see them."""

    name: str
    title: str


class PartyAnswer(Answer):
    """Who comes to a table."""

    participant: str
    number: Annotated[int, Field(description="Of the agenda, from 1, by name.")]
    actor_id: str
    name: str
    persons: list[PersonShown]

    @classmethod
    def of(cls, party: Party) -> Self:
        """A party without addresses."""
        return cls(
            participant=party.attendee_id,
            number=party.number,
            actor_id=party.actor_id,
            name=party.name,
            persons=[PersonShown(name=each.name, title=each.title) for each in party.persons],
        )


class WhyAnswer(Answer):
    """What speaks for a meeting, as the reader's side sees it."""

    kind: str
    ours: str
    theirs: str
    names: tuple[str, ...]


class EntryAnswer(Answer):
    """A stretch of a participant's time."""

    kind: EntryKind
    starts: Annotated[datetime, Field(description="With the offset at the place of the event.")]
    ends: datetime
    table: str
    meets: PartyAnswer | None
    why: list[WhyAnswer]


class AgendaAnswer(Answer):
    """What one participant does, by time."""

    party: PartyAnswer
    language: str
    version: int
    entries: list[EntryAnswer]

    @classmethod
    def of(cls, event: Event, version: int, agenda: Agenda) -> Self:
        """An agenda with local times."""
        zone = ZoneInfo(event.zone)
        return cls(
            party=PartyAnswer.of(agenda.party),
            language=agenda.language,
            version=version,
            entries=[
                EntryAnswer(
                    kind=each.kind,
                    starts=each.span.starts.astimezone(zone),
                    ends=each.span.ends.astimezone(zone),
                    table=each.table,
                    meets=PartyAnswer.of(each.other) if each.other else None,
                    why=[WhyAnswer.model_validate(why) for why in each.whys],
                )
                for each in agenda.entries
            ],
        )


class AgendaPage(Answer):
    """Agendas by name."""

    items: list[AgendaAnswer]
    next: NextCursor


class CalendarAnswer(Answer):
    """Where a participant's calendar is."""

    participant: str
    path: Annotated[
        str, Field(description="Of the calendar (iCalendar), for whoever is given it. Nobody can guess it.")
    ]


class CalendarPage(Answer):
    """Calendars in the order in which their participants were added."""

    items: list[CalendarAnswer]
    next: NextCursor


class ListQuery(Query):
    """How a list is taken."""

    dry_run: Annotated[bool, Field(description="Only say what it would change.")] = False
    remove_missing: Annotated[bool, Field(description="Take away those who are not in the list.")] = False


class RejectionAnswer(Answer):
    """A value that cannot be accepted."""

    row: Annotated[int, Field(description="As a spreadsheet numbers it: 1 is the header.")]
    column: str
    value: str
    reason: str


class ColumnAnswer(Answer):
    """What was made of a column."""

    header: str
    letter: str
    field: str | None
    how: str


class AgendaMoveAnswer(Answer):
    """A person who goes from one agenda to another."""

    row: Annotated[int, Field(description="Of the list, as a spreadsheet numbers it.")]
    before: Annotated[str, Field(description="The participant that the person leaves.")]
    after: Annotated[str, Field(description="The participant that the person comes to.")]


class ListAnswer(Answer):
    """What a list of participants did, or would do."""

    applied: bool
    new: int
    changed: list[str]
    unchanged: int
    missing: list[str]
    gone: list[str]
    moved: Annotated[list[AgendaMoveAnswer], Field(description="Persons whose agenda is another one now.")]
    rejections: list[RejectionAnswer]
    columns: list[ColumnAnswer]
    notes: list[str]
    revision: int

    @classmethod
    def of(cls, found: ParticipantImport, revision: int, most: int) -> Self:
        """At most ``most`` rejections are told."""
        return cls(
            applied=found.applied,
            new=len(found.new),
            changed=list(found.changed),
            unchanged=len(found.unchanged),
            missing=list(found.missing),
            gone=list(found.gone),
            moved=[AgendaMoveAnswer.model_validate(each, from_attributes=True) for each in found.moved],
            rejections=[
                RejectionAnswer.model_validate(each, from_attributes=True) for each in found.rejections[:most]
            ],
            columns=[ColumnAnswer.model_validate(each, from_attributes=True) for each in found.columns],
            notes=[*found.notes, *found.doubts],
            revision=revision,
        )


class ListMadeAnswer(BaseModel):
    """A list of participants that changed something."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    source: Annotated[str, Field(description="Name of its file.")]
    who: str
    at: str
    added: int
    changed: int
    gone: int
    undone: Annotated[str, Field(description="When it was taken back; empty where it was not.")]
    can_be_undone: Annotated[bool, Field(description="Whether it is still known what it did; for 30 days.")]


class ListMadePage(BaseModel):
    """The lists of an event, newest first."""

    items: list[ListMadeAnswer]
    next: NextCursor

    @classmethod
    def of(cls, made: Sequence[ListMade]) -> Self:
        """All of them; there is no further page."""
        return cls(items=[ListMadeAnswer.model_validate(each) for each in made], next=None)


class ListUndoQuery(Query):
    """Whether it is only a trial."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False


class NotReturnedAnswer(BaseModel):
    """A participant that stays as it is."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    reason: Annotated[str, Field(description="changed, gone, in_use, there (as another one) or no_actor.")]


class ListUndoAnswer(BaseModel):
    """What undoing a list did, or would do; ids of participants."""

    model_config = ConfigDict(from_attributes=True)

    removed: Annotated[list[str], Field(description="Who was added, and went.")]
    restored: Annotated[list[str], Field(description="Who has the former values again.")]
    back: Annotated[list[str], Field(description="Who was taken away, and attends again.")]
    left: list[NotReturnedAnswer]


class AskBody(Body):
    """A request for a meeting."""

    sender: Id
    recipient: Id
    words: Words = ""
    expires: Annotated[AwareDatetime | None, Field(strict=False)] = None


class RequestChangeBody(Body):
    """Which state a request comes to."""

    state: Annotated[
        RequestState,
        Field(
            strict=False,
            description="`accepted` or `declined` by the recipient, `pending` to take the answer back, `cancelled` by the sender.",
        ),
    ]
    reason: Annotated[DeclineReason | None, Field(strict=False)] = None
    words: Words = ""


class SeatBody(Body):
    """Round tables to seat everybody at."""

    size: Annotated[Number, Field(ge=2, le=100, description="Seats at a table at most.")] = 8
    rounds: Annotated[Number, Field(ge=1, le=50)] = 3
    time_limit: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = 5.0
    seed: Annotated[Number, Field(ge=0, le=2**32 - 1)] = 0


class PairCountAnswer(Answer):
    """Pairs at a table that should not be."""

    pairs: int
    least: Annotated[int, Field(description="No seating has fewer; proven.")]


class RoundTablesAnswer(Answer):
    """A seating, round by round."""

    size: int
    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    cost: float
    bound: Annotated[float, Field(description="No seating costs less.")]
    again: PairCountAnswer
    same_actor: PairCountAnswer
    same_group: PairCountAnswer
    same_sub_cluster: PairCountAnswer
    apart: PairCountAnswer

    @classmethod
    def of(cls, seating: RoundTables) -> Self:
        """A kept seating."""
        return cls.model_validate(seating)
