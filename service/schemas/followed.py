"""What the addresses about targets and the report on events take and give."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from matchmaker.actors import ActorGroup
from matchmaker.arranging import Followed, Standing
from matchmaker.events import Measure, Target
from matchmaker.meetings.following.chain import STEPS, Step, Tally
from matchmaker.meetings.following.targets import Course
from service.schemas.contract import Answer, Day, Id, NextCursor, Query
from service.schemas.handouts import Body, Number


class TargetBody(Body):
    """What is aimed at."""

    measure: Annotated[Measure, Field(strict=False)]
    goal: Annotated[Number, Field(ge=1, le=1_000_000)]
    starts: Day
    months: Annotated[Number, Field(ge=1, le=600)]
    across_groups: bool = False


class TargetAnswer(Answer):
    """A target."""

    id: str
    measure: Measure
    goal: int
    starts: date
    months: int
    across_groups: bool

    @classmethod
    def of(cls, target: Target) -> Self:
        """A kept target."""
        return cls.model_validate(target)


class TargetPage(Answer):
    """Targets by their first day."""

    items: list[TargetAnswer]
    next: NextCursor


class ReportQuery(Query):
    """Which events."""

    event: Annotated[
        list[Id],
        Field(default_factory=list, max_length=200, description="Ids; may be repeated. None means all."),
    ]
    since: Annotated[Day | None, Field(description="Leave out events that began before.")] = None
    until: Annotated[
        Day | None, Field(description="Leave out what came later; today where it is left out.")
    ] = None


class StepAnswer(Answer):
    """How many pairs of actors came to a step."""

    step: Step
    took: Annotated[int, Field(description="Pairs that took this step.")]
    reached: Annotated[int, Field(description="Pairs that took this step or a later one.")]


class TallyAnswer(Answer):
    """The chain of some pairs."""

    pairs: int
    new_companies: int
    steps: list[StepAnswer]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Step by step."""
        return cls(
            pairs=tally.pairs,
            new_companies=tally.companies,
            steps=[
                StepAnswer(step=step, took=tally.took(step), reached=tally.reached(step)) for step in STEPS
            ],
        )


class GroupTallyAnswer(Answer):
    """The chain between two actor groups."""

    groups: tuple[ActorGroup, ActorGroup]
    chain: TallyAnswer


class PartTallyAnswer(Answer):
    """The chain of a sub-cluster, or of an event."""

    id: Annotated[str | None, Field(description="Null for actors of no sub-cluster.")]
    chain: TallyAnswer


class StandingAnswer(Answer):
    """A target as it stands."""

    target: TargetAnswer
    count: int
    time_gone: Annotated[float, Field(description="Share of its time, from 0 to 1.")]
    course: Course
    chance: Annotated[float | None, Field(description="Of reaching the goal if it goes on as so far.")]
    projected: Annotated[tuple[int, int] | None, Field(description="The number at the end, with 80 %.")]

    @classmethod
    def of(cls, each: Standing) -> Self:
        """On the day of the report."""
        return cls(
            target=TargetAnswer.of(each.target),
            count=each.count,
            time_gone=each.time_gone,
            course=each.course,
            chance=each.chance,
            projected=each.projected,
        )


class EventReportAnswer(Answer):
    """What events came to."""

    since: date | None
    until: date
    events: list[str]
    chain: TallyAnswer
    across_groups: TallyAnswer
    by_groups: list[GroupTallyAnswer]
    by_sub_cluster: list[PartTallyAnswer]
    by_event: list[PartTallyAnswer]
    targets: list[StandingAnswer]

    @classmethod
    def of(cls, found: Followed) -> Self:
        """The figures behind the report."""
        chain = found.chain
        return cls(
            since=found.since,
            until=found.until,
            events=[each.id for each in found.events],
            chain=TallyAnswer.of(chain.whole),
            across_groups=TallyAnswer.of(chain.across_groups),
            by_groups=[
                GroupTallyAnswer(groups=pair, chain=TallyAnswer.of(each))
                for pair, each in chain.by_groups.items()
            ],
            by_sub_cluster=[
                PartTallyAnswer(id=part or None, chain=TallyAnswer.of(each))
                for part, each in chain.by_sub_cluster.items()
            ],
            by_event=[
                PartTallyAnswer(id=event, chain=TallyAnswer.of(each))
                for event, each in chain.by_event.items()
            ],
            targets=[StandingAnswer.of(each) for each in found.targets],
        )
