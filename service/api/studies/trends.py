"""What rises and falls, against chance."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.contract import errors
from service.api.studies.asking import in_order, named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.trends import TrendAnswer, TrendQuery, TrendTable, TurnoverAnswer

router = routes()


@router.get("/trends", operation_id="listTrends", summary="List what rises and falls", responses=errors(404))
def list_trends(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[TrendQuery, Query()]
) -> TrendTable:
    """Terms, fields, actor groups and commitment over the complete years, against chance; terms only where they move."""
    part = named(snapshot, query.sub_cluster)
    found = worked_out(lambda: studies.trends(snapshot, part, query.first, query.last), "last")
    chosen = [
        each
        for each in (*found.growth, *found.items)
        if (query.kind is None or each.kind is query.kind)
        and (query.tendency is None or each.tendency is query.tendency)
    ]
    items, following = part_of_table(snapshot, in_order(chosen, query.sort, plain="evidence"), query)
    return TrendTable(
        items=[TrendAnswer.model_validate(each) for each in items],
        next=following,
        collaborations=found.collaborations,
        tested=found.tested,
        turnover=None if found.turnover is None else TurnoverAnswer.model_validate(found.turnover),
        notes=list(found.notes),
    )
