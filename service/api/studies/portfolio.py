"""The collaborations, counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from service.api.contract import errors
from service.api.studies.asking import in_order, named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.portfolio import (
    CrossingAnswer,
    PortfolioQuery,
    PortfolioRowAnswer,
    PortfolioTable,
)

router = routes()


@router.get("/portfolio", operation_id="listPortfolio", summary="List the portfolio", responses=errors(404))
def list_portfolio(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[PortfolioQuery, Query()]
) -> PortfolioTable:
    """All collaborations counted by sub-cluster, commitment, year, actor groups and whether they run."""
    part = named(snapshot, query.sub_cluster)
    day: date | None = query.day or studies.coverage(snapshot).newest
    found = worked_out(lambda: studies.portfolio(snapshot, day), "day")
    chosen = [
        each
        for each in found.rows
        if (not part or each.sub_cluster_id == part)
        and (query.commitment is None or each.commitment is query.commitment)
        and (query.state is None or each.state is query.state)
        and (query.first is None or (each.year or 0) >= query.first)
        and (query.last is None or (each.year or 9999) <= query.last)
    ]
    items, following = part_of_table(snapshot, in_order(chosen, query.sort, plain="build"), query)
    return PortfolioTable(
        items=[PortfolioRowAnswer.model_validate(each) for each in items],
        next=following,
        crossings=[
            CrossingAnswer.model_validate(each)
            for each in (found.whole, *found.sub_clusters)
            if not part or each.sub_cluster_id == part
        ],
    )
