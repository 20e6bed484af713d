"""What is missing, and who could fill it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from matchmaker.landscape.gaps import GapVerdict
from service.api.contract import errors
from service.api.studies.asking import named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.gaps import GapAnswer, GapQuery, GapTable

router = routes()

SUREST_FIRST = tuple(GapVerdict)


@router.get("/gaps", operation_id="listGaps", summary="List what is missing", responses=errors(404))
def list_gaps(snapshot: Snapshot, studies: ClusterStudies, query: Annotated[GapQuery, Query()]) -> GapTable:
    """Actor groups, regions and links of the value chain that are missing, and who could fill them."""
    part = named(snapshot, query.sub_cluster)
    found = worked_out(lambda: studies.gaps(snapshot, part), "sub_cluster")
    chosen = [
        each
        for each in found.gaps
        if (query.kind is None or each.kind is query.kind)
        and (query.verdict is None or each.verdict is query.verdict)
    ]
    if query.sort == "verdict":
        chosen.sort(key=lambda each: SUREST_FIRST.index(each.verdict))
    if query.sort == "-fillers":
        chosen.sort(key=lambda each: -len(each.fillers))
    items, following = part_of_table(snapshot, chosen, query)
    names, groups = snapshot.actor_names(), snapshot.actor_groups()
    return GapTable(
        items=[GapAnswer.of(each, names, groups) for each in items],
        next=following,
        compared=found.compared,
        untold=found.untold,
    )
