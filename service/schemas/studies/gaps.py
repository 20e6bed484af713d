"""What is missing and who could fill it: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from matchmaker.landscape.fillers import FillerReason
from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import GapKind, GapVerdict
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


class GapAnswer(Answer):
    """Something that is missing or thin in a sub-cluster."""

    sub_cluster_id: str
    kind: GapKind
    what: Annotated[str, Field(description="Actor group, region, specialisation's id, or id of who asks.")]
    verdict: GapVerdict
    signs: list[GapSignAnswer]
    request: QuoteAnswer | None
    asked: int
    unanswered: int
    fillers: list[FillerAnswer]


class GapTable(Answer):
    """Gaps."""

    items: list[GapAnswer]
    next: NextCursor
    compared: Annotated[int, Field(description="Groups and regions that were looked at.")]
    untold: Annotated[int, Field(description="Of these so rare that chance cannot be ruled out.")]
