"""Who joins sub-clusters that would not meet otherwise."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from matchmaker.alphabet import name_key
from service.api.contract import errors
from service.api.studies.asking import in_order, named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.schemas.studies.brokers import BrokerAnswer, BrokerQuery, BrokerTable
from service.schemas.values import ActorName

router = routes()


@router.get("/brokers", operation_id="listBrokers", summary="List brokers", responses=errors(404))
def list_brokers(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[BrokerQuery, Query()]
) -> BrokerTable:
    """Actors that join sub-clusters which would not meet otherwise, in the measures of the field."""
    part = named(snapshot, query.sub_cluster)
    found = worked_out(lambda: studies.brokers(snapshot, beyond_size=query.beyond_size), "beyond_size")
    names, groups = snapshot.actor_names(), snapshot.actor_groups()
    chosen = [
        each
        for each in found.brokers
        if each.actor_id in names
        and (not part or part in each.sub_cluster_ids)
        and (query.group is None or groups[each.actor_id] is query.group)
    ]
    ordered = in_order(
        chosen,
        query.sort,
        lambda each, name: name_key(names[each.actor_id]) if name == "name" else getattr(each, name),
        plain="build",
    )
    items, following = part_of_table(snapshot, ordered, query)
    return BrokerTable(
        items=[
            BrokerAnswer.of(
                each, ActorName(id=each.actor_id, name=names[each.actor_id], group=groups[each.actor_id])
            )
            for each in items
        ],
        next=following,
        caveats=[each.id.value for each in found.caveats],
    )
