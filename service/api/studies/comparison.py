"""Two days or two builds, side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.contract import errors
from service.api.studies.asking import in_order, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, OpenWorkspace, Snapshot
from service.schemas.studies.comparison import ComparedAnswer, ComparisonQuery, ComparisonTable, TotalsAnswer
from service.spans import times

router = routes()


@router.get(
    "/comparison", operation_id="listDifferences", summary="Compare two days or builds", responses=errors()
)
def list_differences(
    workspace: OpenWorkspace,
    snapshot: Snapshot,
    studies: ClusterStudies,
    query: Annotated[ComparisonQuery, Query()],
) -> ComparisonTable:
    """The cluster as it was known on two days, or in two builds that are kept, side by side.

    The first question about two times is answered with 503 while it is worked out: seconds in a small cluster, minutes
    in one of 25,000 actors.
    """
    question = times(query.before, query.after, snapshot)
    found = worked_out(lambda: studies.compared(workspace, snapshot, question), "before")
    chosen = [
        each
        for each in found.differences
        if (query.topic is None or each.topic is query.topic)
        and (query.turn is None or each.turn is query.turn)
    ]
    items, following = part_of_table(snapshot, in_order(chosen, query.sort, plain="topic"), query)
    return ComparisonTable(
        items=[ComparedAnswer.model_validate(each) for each in items],
        next=following,
        before=TotalsAnswer.model_validate(found.before),
        after=TotalsAnswer.model_validate(found.after),
        at_work=found.at_work,
    )
