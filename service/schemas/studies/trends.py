"""What rises and falls: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency
from service.schemas.contract import Answer, NextCursor, PageQuery
from service.schemas.studies.figures import FirstYear, LastYear, Notes, PartId


class TrendQuery(PageQuery):
    """Which trends."""

    sub_cluster: PartId = ""
    first: FirstYear = None
    last: LastYear = None
    kind: Annotated[Kind | None, Field(description="What the trend is about.")] = None
    tendency: Tendency | None = None
    sort: Annotated[
        Literal["evidence", "name", "-rate", "rate", "q"],
        Field(description="`evidence`: by kind, rising before falling, the surest first."),
    ] = "evidence"


class TrendAnswer(Answer):
    """One item's share of the collaborations over the years."""

    kind: Kind
    name: Annotated[str, Field(description="A term, field, `company+supplier`, level, or sub-cluster's id.")]
    counts: Annotated[dict[int, int], Field(description="Year to collaborations with it.")]
    of: Annotated[dict[int, int], Field(description="Year to all that `counts` is a share of.")]
    calls: int
    rate: Annotated[FiniteFloat, Field(description="Factor by which its odds change in a year.")]
    low: FiniteFloat
    high: FiniteFloat
    p: Annotated[FiniteFloat, Field(description="Chance of as strong a trend where there is none.")]
    q: Annotated[FiniteFloat, Field(description="The same after all tests of its kind.")]
    tendency: Tendency


class TurnoverAnswer(Answer):
    """Comings and goings by year."""

    new: dict[int, int]
    active: dict[int, int]
    left: dict[int, int]
    running: int
    quiet: Annotated[int, Field(description="Too early to say whether they come back.")]
    patience: Annotated[FiniteFloat, Field(description="Years without work after which an actor has left.")]


class TrendTable(Answer):
    """Trends, and the years they rest on."""

    items: list[TrendAnswer]
    next: NextCursor
    collaborations: Annotated[dict[int, int], Field(description="Complete year to collaborations begun.")]
    tested: Annotated[dict[Kind, int], Field(description="What `q` corrects for.")]
    turnover: TurnoverAnswer | None
    notes: Notes
