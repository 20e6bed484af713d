"""What would have been said on past days: what is asked and answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from service.schemas.contract import Answer, NextCursor, PageQuery
from service.schemas.studies.figures import FirstYear, LastYear, Notes, Number


class BacktestQuery(PageQuery):
    """The years that are looked back to; the last complete ones where none are named."""

    first: FirstYear = None
    last: LastYear = None
    named: Annotated[
        bool | None, Field(description="Only those that would, or would not, have been named.")
    ] = None
    sort: Annotated[
        Literal["day", "-probability", "-against_whole"], Field(description="Unknown values come last.")
    ] = "day"


class NamedAnswer(Answer):
    """A specialisation as it was found on a past day, and what came of it."""

    day: date
    label: str
    members: int
    place: Annotated[int | None, Field(description="Among that day's candidates; null where it was none.")]
    probability: Annotated[FiniteFloat, Field(description="Of gaining actors faster than the whole.")]
    against_whole: Annotated[Number, Field(description="Growth in actors over that of all.")]
    against_parent: Number
    against_like_sized: Number
    kept_growing: Annotated[bool | None, Field(description="Whether it gained actors faster than the whole.")]


class EstimateAnswer(Answer):
    """A mean with its 95 % interval."""

    value: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat


class RankingAnswer(Answer):
    """How a way of ranking did."""

    panel: str
    question: str
    months: tuple[int, int]
    ranking: str
    days: int
    at_10: EstimateAnswer | None
    at_20: EstimateAnswer | None


class BacktestTable(Answer):
    """What would have been said, and what came of it."""

    items: list[NamedAnswer]
    next: NextCursor
    days: list[date]
    rankings: list[RankingAnswer]
    notes: Notes
