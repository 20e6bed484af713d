"""What the addresses about changes of a schedule give: conflicts, repairs, comparisons, explanations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from matchmaker.arranging import Version
from matchmaker.events import (
    Absence,
    AbsenceKind,
    Appointment,
    Comparison,
    ConflictKind,
    Event,
    Explanation,
    Fix,
    FixKind,
    LostTable,
    Moved,
    Plan,
    PlanKind,
    Repair,
    Shift,
)
from service.schemas.contract import Answer, NextCursor
from service.schemas.event_answers import AppointmentAnswer, ScheduleAnswer, SpanAnswer
from service.schemas.problems import ConflictAnswer


class EditAnswer(Answer):
    """What a change by hand came to, or would."""

    conflicts: Annotated[
        list[ConflictAnswer],
        Field(description="All that stands in the way, of a dry run; empty where nothing does."),
    ]
    schedule: Annotated[ScheduleAnswer | None, Field(description="The version that was made.")]


class MovedAnswer(Answer):
    """A meeting that has another time or another table."""

    before: AppointmentAnswer
    after: AppointmentAnswer
    needed: Annotated[bool, Field(description="It could not be held where it was.")]

    @classmethod
    def of(cls, event: Event, one: Moved) -> MovedAnswer:
        """A move with its times at the place of the event."""
        return cls(
            before=AppointmentAnswer.of(event, one.before),
            after=AppointmentAnswer.of(event, one.after),
            needed=one.needed,
        )


class DroppedAnswer(Answer):
    """A meeting that a repair cannot keep, and why it cannot be held where it was."""

    meeting: AppointmentAnswer
    reason: ConflictKind


class RepairAnswer(Answer):
    """What a repair did, or would do."""

    kept: int
    broken: Annotated[
        int,
        Field(
            description="Meetings that could not stay. No repair changes fewer, unless participants with more than their most have more than 3,000 together."
        ),
    ]
    others_moved: int
    best: Annotated[bool, Field(description="It is proven that no repair with these limits does better.")]
    moved: list[MovedAnswer]
    dropped: list[DroppedAnswer]
    added: list[AppointmentAnswer]
    value: FiniteFloat
    bound: FiniteFloat
    schedule: Annotated[
        ScheduleAnswer | None, Field(description="The version that was made; `null` in a dry run.")
    ]

    @classmethod
    def of(cls, event: Event, found: Repair, plan: Plan, version: Version | None) -> RepairAnswer:
        """A repair with its times at the place of the event."""
        return cls(
            kept=found.kept,
            broken=found.broken,
            others_moved=found.others_moved,
            best=found.best,
            moved=[MovedAnswer.of(event, each) for each in found.moved],
            dropped=[
                DroppedAnswer(meeting=AppointmentAnswer.of(event, each.appointment), reason=each.reason)
                for each in found.dropped
            ],
            added=[AppointmentAnswer.of(event, each) for each in found.added],
            value=plan.value,
            bound=plan.bound,
            schedule=ScheduleAnswer.of(event, version) if version else None,
        )


class AbsenceAnswer(Answer):
    """A participant who is not there for a part of the event."""

    participant: str
    kind: AbsenceKind
    span: SpanAnswer

    @classmethod
    def of(cls, event: Event, one: Absence) -> AbsenceAnswer:
        """An absence with its times at the place of the event."""
        return cls(participant=one.attendee, kind=one.kind, span=SpanAnswer.of(event, one.span))


class LostTableAnswer(Answer):
    """A table that cannot be used for a part of the event."""

    table: str
    span: SpanAnswer

    @classmethod
    def of(cls, event: Event, one: LostTable) -> LostTableAnswer:
        """A lost table with its times at the place of the event."""
        return cls(table=one.table, span=SpanAnswer.of(event, one.span))


class ComparisonAnswer(Answer):
    """What changed from one version to another."""

    kept: int
    moved: list[MovedAnswer]
    dropped: list[AppointmentAnswer]
    added: list[AppointmentAnswer]
    locked: list[AppointmentAnswer]
    unlocked: list[AppointmentAnswer]
    affected: Annotated[
        list[str], Field(description="Participants with a meeting that is moved, dropped or added.")
    ]
    absences: Annotated[list[AbsenceAnswer], Field(description="In the later version only.")]
    back: Annotated[list[AbsenceAnswer], Field(description="In the earlier version only.")]
    lost_tables: Annotated[list[LostTableAnswer], Field(description="In the later version only.")]
    found_tables: Annotated[list[LostTableAnswer], Field(description="In the earlier version only.")]

    @classmethod
    def of(cls, event: Event, one: Comparison) -> ComparisonAnswer:
        """A comparison with its times at the place of the event."""

        def placed(meetings: tuple[Appointment, ...]) -> list[AppointmentAnswer]:
            return [AppointmentAnswer.of(event, each) for each in meetings]

        return cls(
            kept=len(one.kept),
            moved=[MovedAnswer.of(event, each) for each in one.moved],
            dropped=placed(one.dropped),
            added=placed(one.added),
            locked=placed(one.locked),
            unlocked=placed(one.unlocked),
            affected=list(one.affected),
            absences=[AbsenceAnswer.of(event, each) for each in one.absences],
            back=[AbsenceAnswer.of(event, each) for each in one.back],
            lost_tables=[LostTableAnswer.of(event, each) for each in one.lost_tables],
            found_tables=[LostTableAnswer.of(event, each) for each in one.found_tables],
        )


class VersionSummary(Answer):
    """A version in a list, with how much changed from the one before it."""

    number: int
    kind: PlanKind
    made_by: str
    made_at: str
    meetings: int
    value: FiniteFloat
    bound: FiniteFloat
    gap: FiniteFloat
    before: Annotated[int | None, Field(description="The version that undoing leads back to.")]
    after: Annotated[int | None, Field(description="The version that redoing leads to.")]
    moved: int
    dropped: int
    added: int
    locked: int
    unlocked: int
    absences: int
    lost_tables: int

    @classmethod
    def of(cls, version: Version, changed: Comparison) -> VersionSummary:
        """A version with the numbers of what changed."""
        plan = version.plan
        return cls(
            number=version.number,
            kind=plan.kind,
            made_by=version.who,
            made_at=version.at,
            meetings=len(plan.appointments),
            value=plan.value,
            bound=plan.bound,
            gap=plan.gap,
            before=plan.before,
            after=plan.after,
            moved=len(changed.moved),
            dropped=len(changed.dropped),
            added=len(changed.added),
            locked=len(changed.locked),
            unlocked=len(changed.unlocked),
            absences=len(changed.absences),
            lost_tables=len(changed.lost_tables),
        )


class VersionPage(Answer):
    """Versions, the oldest first."""

    items: list[VersionSummary]
    next: NextCursor


class ShiftAnswer(Answer):
    """A meeting that would be at another time."""

    a: str
    b: str
    before: SpanAnswer
    after: SpanAnswer

    @classmethod
    def of(cls, event: Event, one: Shift) -> ShiftAnswer:
        """A shift with its times at the place of the event."""
        return cls(
            a=one.a,
            b=one.b,
            before=SpanAnswer.of(event, one.before),
            after=SpanAnswer.of(event, one.after),
        )


class FixAnswer(Answer):
    """The cheapest change with which the two meet and everybody else keeps their meetings."""

    kind: FixKind
    at: Annotated[SpanAnswer, Field(description="When the two would meet.")]
    participants: Annotated[
        list[str], Field(description="Who has one more meeting, or is there for a further slot.")
    ]
    span: Annotated[SpanAnswer | None, Field(description="When one more table is needed, or somebody there.")]
    shifts: list[ShiftAnswer]

    @classmethod
    def of(cls, event: Event, one: Fix) -> FixAnswer:
        """A change with its times at the place of the event."""
        return cls(
            kind=one.kind,
            at=SpanAnswer.of(event, one.at),
            participants=list(one.participants),
            span=SpanAnswer.of(event, one.span) if one.span else None,
            shifts=[ShiftAnswer.of(event, each) for each in one.shifts],
        )


class ExplanationAnswer(Answer):
    """Why two who want to meet do not."""

    a: str
    b: str
    must: bool
    value: FiniteFloat
    reason: Annotated[
        str,
        Field(
            description="`excluded`, `no_common_slot`, `cap_reached`, `tables_full`, `worth_less` or `there_is_room`."
        ),
    ]
    full: Annotated[list[str], Field(description="Whose cap is reached.")]
    spans: Annotated[list[SpanAnswer], Field(description="When both are free.")]
    instead: Annotated[
        list[AppointmentAnswer], Field(description="What would have to go where nothing else changed.")
    ]
    instead_value: FiniteFloat
    fix: Annotated[FixAnswer | None, Field(description="`null` where no single change was found.")]

    @classmethod
    def of(cls, event: Event, one: Explanation) -> ExplanationAnswer:
        """An explanation with its times at the place of the event."""
        return cls(
            a=one.a,
            b=one.b,
            must=one.must,
            value=one.value,
            reason=one.reason,
            full=list(one.full),
            spans=[SpanAnswer.of(event, each) for each in one.spans],
            instead=[AppointmentAnswer.of(event, each) for each in one.instead],
            instead_value=one.instead_value,
            fix=FixAnswer.of(event, one.fix) if one.fix else None,
        )


class ExplanationPage(Answer):
    """Wishes without a meeting, in the order of the schedule's own list."""

    items: list[ExplanationAnswer]
    next: NextCursor
