"""The cluster from above: sub-clusters, spin-off candidates and the map."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matchmaker.alphabet import name_key
from matchmaker.landscape.findings import MapPoint
from matchmaker.published import Published
from service.api.contract import PREFIX, Nothing, SubClusterId, errors, kept_answer, readable_address
from service.cursors import page_of, sorted_name
from service.dependencies import Snapshot
from service.schemas.contract import SortDirection
from service.schemas.landscape import (
    MapQuery,
    PointPage,
    SpinOffAnswer,
    SpinOffPage,
    SpinOffQuery,
    SpinOffSort,
    SubClusterPage,
    SubClusterProfile,
    SubClusterQuery,
    SubClusterSort,
    SubClusterSummary,
)

router = APIRouter(
    prefix=PREFIX, tags=["landscape"], dependencies=[Depends(readable_address), Depends(kept_answer)]
)


@router.get("/sub-clusters", operation_id="listSubClusters", summary="List sub-clusters", responses=errors())
def list_sub_clusters(snapshot: Snapshot, query: Annotated[SubClusterQuery, Query()]) -> SubClusterPage:
    """The hierarchy of sub-clusters, parents first; `parent_id` ties a specialisation to what it is part of."""
    wanted = query.q.casefold()
    found = [
        each
        for each in snapshot.sub_clusters()
        if query.parent in ("", each.parent_id)
        and any(wanted in text.casefold() for text in (each.label, *each.keywords))
    ]
    falling = query.direction is SortDirection.DOWN
    if query.sort is SubClusterSort.LABEL:
        found.sort(key=lambda each: (name_key(each.label), each.id), reverse=falling)
    elif query.sort is SubClusterSort.SIZE:
        upwards = query.direction is SortDirection.UP
        found.sort(key=lambda each: (len(each.members) if upwards else -len(each.members), each.id))
    elif falling:
        found.reverse()
    items, following = page_of(
        found,
        id_of=lambda each: each.id,
        limit=query.limit,
        cursor=query.cursor,
        edition=snapshot.edition + sorted_name(query),
    )
    return SubClusterPage(items=[SubClusterSummary.of(each) for each in items], next=following)


@router.get(
    "/sub-clusters/{sub_cluster_id}",
    operation_id="getSubCluster",
    summary="Get a sub-cluster",
    responses=errors(404),
)
def get_sub_cluster(snapshot: Snapshot, sub_cluster_id: SubClusterId, _query: Nothing) -> SubClusterProfile:
    """A sub-cluster with its members, each with the confidence that it belongs there."""
    sub_cluster = snapshot.sub_cluster(sub_cluster_id)
    parts = [each for each in snapshot.sub_clusters() if each.parent_id == sub_cluster.id]
    return SubClusterProfile.with_members(sub_cluster, parts, snapshot.actor_names(), snapshot.actor_groups())


@router.get("/spin-offs", operation_id="listSpinOffs", summary="List spin-off candidates", responses=errors())
def list_spin_offs(snapshot: Snapshot, query: Annotated[SpinOffQuery, Query()]) -> SpinOffPage:
    """Specialisations that could become clusters of their own, best first, with every figure the score rests on."""
    wanted = query.q.casefold()
    found = [each for each in snapshot.spin_offs() if wanted in each.label.casefold()]
    if query.sort is SpinOffSort.LABEL:
        found.sort(key=lambda each: (name_key(each.label), each.sub_cluster_id))
        if query.direction is SortDirection.DOWN:
            found.reverse()
    elif query.direction is SortDirection.UP:
        found.reverse()
    items, following = page_of(
        found,
        id_of=lambda each: each.sub_cluster_id,
        limit=query.limit,
        cursor=query.cursor,
        edition=snapshot.edition + sorted_name(query),
    )
    return SpinOffPage(items=[SpinOffAnswer.of(each) for each in items], next=following)


@router.get(
    "/map", operation_id="getMap", summary="Get the map", responses=errors(), response_model=PointPage
)
def get_map(snapshot: Snapshot, query: Annotated[MapQuery, Query()], response: Response) -> Response:
    """Where each actor is on the map: near is alike; the axes have no meaning of their own."""
    headers = dict(response.headers)
    if not query.cursor and query.limit >= len(snapshot.points()):
        return Response(whole_map(snapshot), media_type="application/json", headers=headers)
    items, following = page_of(
        snapshot.points(),
        id_of=lambda each: each.actor_id,
        limit=query.limit,
        cursor=query.cursor,
        edition=snapshot.edition,
    )
    return Response(_written(snapshot, items, following), media_type="application/json", headers=headers)


_WHOLE: dict[str, tuple[str, bytes]] = {}
"""The map of the build that is served, by ``"map"``, with the edition of its actors; there is one at most."""


def whole_map(snapshot: Published) -> bytes:
    """Every point as JSON, kept for as long as nobody on it is gone, called or grouped otherwise."""
    edition = snapshot.landscape_edition
    kept = _WHOLE.get("map")
    if kept is None or kept[0] != edition:
        kept = _WHOLE["map"] = edition, _written(snapshot, snapshot.points(), None)
    return kept[1]


def _written(snapshot: Published, items: Sequence[MapPoint], following: str | None) -> bytes:
    """A ``PointPage`` as JSON. To make a model of each of tens of thousands of points takes half a second."""
    names, groups = snapshot.actor_names(), snapshot.actor_groups()
    points = [
        {
            "actor": {"id": each.actor_id, "name": names[each.actor_id], "group": groups[each.actor_id]},
            "sub_cluster_ids": [part.id for part in snapshot.sub_clusters_of(each.actor_id)],
            "x": each.x,
            "y": each.y,
        }
        for each in items
    ]
    return json.dumps(
        {"items": points, "next": following}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode("utf-8")
