"""What would have been named in earlier years, and what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.contract import errors
from service.api.studies.asking import in_order, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.backtest import BacktestQuery, BacktestTable, NamedAnswer, RankingAnswer
from service.spans import years_back

router = routes()


@router.get(
    "/backtest", operation_id="listBacktest", summary="Look back at spin-off candidates", responses=errors()
)
def list_backtest(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[BacktestQuery, Query()]
) -> BacktestTable:
    """What would have been named at the end of earlier years, and what came of it.

    The first question about a build is answered with 503 while it is worked out: seconds in a small cluster, minutes
    in one of 25,000 actors.
    """
    usual = years_back(studies.coverage(snapshot))
    first = query.first or (usual[0] if usual else None)
    last = query.last or (usual[1] if usual else None)
    if first is None or last is None:
        return BacktestTable(items=[], next=None, days=[], rankings=[], notes=["no_dates"])
    span = (first, last)
    found = worked_out(lambda: studies.looked_back(snapshot, *span), "last")
    chosen = [each for each in found.named if query.named is None or (each.place is not None) is query.named]
    items, following = part_of_table(snapshot, in_order(chosen, query.sort, plain="day"), query)
    return BacktestTable(
        items=[NamedAnswer.model_validate(each) for each in items],
        next=following,
        days=list(found.days),
        rankings=[RankingAnswer.model_validate(each) for each in found.rows],
        notes=list(found.notes),
    )
