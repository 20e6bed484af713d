"""The collaborations counted: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from matchmaker.actors import Commitment
from matchmaker.landscape.portfolio import State
from service.schemas.contract import Answer, Day, NextCursor, PageQuery
from service.schemas.studies.figures import FirstYear, LastYear, Number, PartId


class PortfolioQuery(PageQuery):
    """Which collaborations are counted."""

    sub_cluster: PartId = ""
    commitment: Commitment | None = None
    state: State | None = None
    first: FirstYear = None
    last: LastYear = None
    day: Annotated[
        Day | None,
        Field(description="The day that `state` is about; the newest in the data where left out."),
    ] = None
    sort: Annotated[
        Literal["build", "year", "-year", "-collaborations", "-money"],
        Field(description="Unknown values come last."),
    ] = "build"


class PortfolioRowAnswer(Answer):
    """Collaborations that are alike in all that is told apart."""

    sub_cluster_id: Annotated[str, Field(description="Empty for none.")]
    commitment: Commitment
    year: int | None
    groups: Annotated[int, Field(description="Actor groups taking part.")]
    state: State
    collaborations: int
    money: Annotated[Number, Field(description="EUR known to go into them.")]
    money_known: int


class CrossingAnswer(Answer):
    """What of it crosses borders."""

    sub_cluster_id: Annotated[str, Field(description="Empty for the whole.")]
    collaborations: int
    alone: int
    across_groups: int
    committed_across_groups: int
    placed: int
    across_sub_clusters: int


class PortfolioTable(Answer):
    """The portfolio, and what crosses actor groups and sub-clusters."""

    items: list[PortfolioRowAnswer]
    next: NextCursor
    crossings: Annotated[list[CrossingAnswer], Field(description="The whole first.")]
