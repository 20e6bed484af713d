"""What several answers hold: actors and sub-clusters by name, reasons with their quotes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup, PassageKind
from matchmaker.matching.matches import ReasonKind
from service.schemas.contract import Answer


class ActorName(Answer):
    """An actor by id, name and group."""

    id: Annotated[str, Field(examples=["cordis:999984059"])]
    name: str
    group: ActorGroup


class SubClusterName(Answer):
    """A sub-cluster by id and label."""

    id: str
    label: str


class QuoteAnswer(Answer):
    """One sentence of an actor's own words."""

    text: str
    kind: PassageKind
    source_id: Annotated[str, Field(description="Id of the actor or collaboration the sentence comes from.")]
    language: Annotated[str, Field(description="ISO 639-1 code; empty where unknown.")]


class ReasonAnswer(Answer):
    """One piece of evidence with its points."""

    kind: ReasonKind
    points: FiniteFloat
    seeker_quote: QuoteAnswer | None
    partner_quote: QuoteAnswer | None
    names: Annotated[
        list[str],
        Field(description="Actors in between, collaborations, the region or the distance, by name."),
    ]
