"""What is missing and who could fill it: what is asked and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.landscape.fillers import Filler, FillerReason
from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import Gap, GapKind, GapVerdict
from service.schemas.contract import Answer, NextCursor, PageQuery
from service.schemas.studies.figures import Number, PartId
from service.schemas.values import ActorName, QuoteAnswer


class GapQuery(PageQuery):
    """Which gaps: of one sub-cluster, or of each at the top."""

    sub_cluster: PartId = ""
    kind: GapKind | None = None
    verdict: GapVerdict | None = None
    sort: Annotated[
        Literal["verdict", "sub_cluster", "-fillers"],
        Field(description="`verdict`: what is surest first."),
    ] = "verdict"


class GapSignAnswer(Answer):
    """A comparison with the siblings."""

    id: SignId
    count: int
    of: int
    elsewhere: int
    of_elsewhere: int
    ratio: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    q: Number
    holds: bool


class BecauseAnswer(Answer):
    """A reason why an actor could fill a gap."""

    id: FillerReason
    amount: FiniteFloat
    points: FiniteFloat


class FillerAnswer(Answer):
    """An actor that could fill a gap."""

    actor: ActorName
    member: bool
    score: FiniteFloat
    reasons: list[BecauseAnswer]
    quote: QuoteAnswer | None

    @classmethod
    def of(cls, filler: Filler, actor: ActorName) -> Self:
        """The same under its name."""
        return cls(
            actor=actor,
            member=filler.member,
            score=filler.score,
            reasons=[BecauseAnswer.model_validate(each) for each in filler.reasons],
            quote=None if filler.quote is None else QuoteAnswer.model_validate(filler.quote),
        )


class GapAnswer(Answer):
    """Something that is missing or thin in a sub-cluster."""

    sub_cluster_id: str
    kind: GapKind
    what: Annotated[
        str,
        Field(
            description="Actor group, region, specialisation's id, or id of who asks; empty where that one is gone."
        ),
    ]
    verdict: GapVerdict
    signs: list[GapSignAnswer]
    request: QuoteAnswer | None
    asked: int
    unanswered: int
    fillers: list[FillerAnswer]

    @classmethod
    def of(cls, gap: Gap, names: Mapping[str, str], groups: Mapping[str, ActorGroup]) -> Self:
        """The same under the names of today; ``gap`` names those who are there alone."""
        return cls(
            sub_cluster_id=gap.sub_cluster_id,
            kind=gap.kind,
            what=gap.what,
            verdict=gap.verdict,
            signs=[GapSignAnswer.model_validate(each) for each in gap.signs],
            request=None if gap.request is None else QuoteAnswer.model_validate(gap.request),
            asked=gap.asked,
            unanswered=gap.unanswered,
            fillers=[
                FillerAnswer.of(
                    each, ActorName(id=each.actor_id, name=names[each.actor_id], group=groups[each.actor_id])
                )
                for each in gap.fillers
            ],
        )


class GapTable(Answer):
    """Gaps."""

    items: list[GapAnswer]
    next: NextCursor
    compared: Annotated[int, Field(description="Groups and regions that were looked at.")]
    untold: Annotated[int, Field(description="Of these so rare that chance cannot be ruled out.")]
