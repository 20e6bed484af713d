"""Two times side by side: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from matchmaker.landscape.comparison import Topic, Turn
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery
from service.schemas.studies.figures import Number


class ComparisonQuery(PageQuery):
    """Two days, or an earlier build in `before` alone."""

    before: Annotated[
        FilterText,
        Field(
            min_length=1, description="A day, or the name of a build that is kept.", examples=["2021-12-31"]
        ),
    ]
    after: Annotated[FilterText, Field(description="A later day; empty for the published build.")] = ""
    topic: Annotated[Topic | None, Field(description="Only differences of this topic.")] = None
    turn: Annotated[Turn | None, Field(description="Only what became this.")] = None
    sort: Annotated[
        Literal["topic", "label", "-after", "-before"],
        Field(description="`topic`: by topic, the greatest differences first."),
    ] = "topic"


class ComparedAnswer(Answer):
    """One thing at both times."""

    topic: Topic
    turn: Turn
    id: str
    label: str
    kind: str
    place: Annotated[str, Field(description="Of a specialisation, whose it is.")]
    before: Annotated[Number, Field(description="Actors, members, collaborations or location quotient.")]
    after: Number
    was: Annotated[str, Field(description="Phase or tendency before.")]
    now: str
    related: Annotated[list[str], Field(description="What a sub-cluster went into or came out of, by id.")]
    kept: Annotated[Number, Field(description="Share of an earlier sub-cluster's members still together.")]


class TotalsAnswer(Answer):
    """How much was known at one time."""

    name: str
    actors: int
    collaborations: int
    sub_clusters: int
    specialisations: int


class ComparisonTable(Answer):
    """Two times side by side."""

    items: list[ComparedAnswer]
    next: NextCursor
    before: TotalsAnswer
    after: TotalsAnswer
    at_work: Annotated[
        bool, Field(description="Actors are counted that had begun a collaboration by the day.")
    ]
