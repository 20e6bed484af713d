"""How far the cluster and each of its sub-clusters have come."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from matchmaker.landscape.phase_rule import PHASES
from service.api.contract import errors
from service.api.studies.asking import in_order, named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.phases import PhaseAnswer, PhasePage, PhaseQuery

router = routes()


@router.get("/phases", operation_id="listPhases", summary="List phases", responses=errors(404))
def list_phases(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[PhaseQuery, Query()]
) -> PhasePage:
    """How far the cluster and each sub-cluster have come, with the signs, how sure it is, and what fits."""
    part = named(snapshot, query.sub_cluster)
    found = worked_out(lambda: studies.phases(snapshot, query.last), "last")
    chosen = [
        each
        for each in found
        if (not part or each.sub_cluster_id == part) and (query.phase is None or each.phase is query.phase)
    ]
    ordered = in_order(
        chosen,
        query.sort,
        lambda each, name: PHASES.index(each.phase) if name == "phase" else getattr(each, name),
        plain="build",
    )
    items, following = part_of_table(snapshot, ordered, query)
    return PhasePage(items=[PhaseAnswer.model_validate(each) for each in items], next=following)
