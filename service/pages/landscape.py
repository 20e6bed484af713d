"""The pages about the whole cluster: sub-clusters, the map with its list, spin-off candidates."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.findings import SubCluster
from matchmaker.published import Published
from service.pages.atlas import COLOURED_SUB_CLUSTERS, SortColumn, atlas
from service.pages.drawings import composition_bar, growth_columns, growth_line
from service.pages.filters import PageNumber, TextFilter
from service.pages.overview import empty_page
from service.pages.rendering import page, problem_page, wording_of
from service.pages.snapshot import MaybeSnapshot
from service.pages.spin_offs import evidence, figure_words, need_words, outlook_words, readings

router = APIRouter()

MEMBERS_PER_PAGE = 50
ROWS_PER_PAGE = 50
DRAWN_SUB_CLUSTERS = 60
CANDIDATES_IN_FULL = 20
"""Beyond so many, specialisations are listed without pictures, so that the page stays light."""


@router.get("/sub-clusters")
def sub_clusters(request: Request, snapshot: MaybeSnapshot) -> Response:
    """The hierarchy of sub-clusters, largest first."""
    if snapshot is None:
        return empty_page(request)
    found = sorted(snapshot.sub_clusters(), key=lambda each: (-len(each.members), each.id))
    inside: dict[str | None, list[SubCluster]] = {}
    for each in found:
        inside.setdefault(each.parent_id, []).append(each)
    return page(
        request,
        "sub_clusters.html",
        snapshot=snapshot,
        tops=inside.get(None, []),
        inside=inside,
        brief_inside=len(found) > DRAWN_SUB_CLUSTERS,
        candidates={each.sub_cluster_id for each in snapshot.spin_offs()},
        composition_bar=composition_bar,
        growth_line=growth_line,
        until=_newest_year(snapshot),
        notes=snapshot.notes(),
    )


@router.get("/sub-clusters/{sub_cluster_id:path}")
def sub_cluster(
    request: Request, snapshot: MaybeSnapshot, sub_cluster_id: str, number: PageNumber = 1
) -> Response:
    """One sub-cluster: what it is about, who is in it, how it grows, what forms inside it."""
    if snapshot is None:
        return empty_page(request)
    try:
        found = snapshot.sub_cluster(sub_cluster_id)
    except SubClusterNotFoundError:
        return unknown_sub_cluster(request, snapshot, sub_cluster_id)
    pages = max(1, -(-len(found.members) // MEMBERS_PER_PAGE))
    number = min(number, pages)
    start = (number - 1) * MEMBERS_PER_PAGE
    shown = found.members[start : start + MEMBERS_PER_PAGE]
    return page(
        request,
        "sub_cluster.html",
        snapshot=snapshot,
        sub_cluster=found,
        parent=snapshot.sub_cluster(found.parent_id) if found.parent_id else None,
        children=[each for each in snapshot.sub_clusters() if each.parent_id == found.id],
        members=[(snapshot.actor(member.actor_id), member.confidence) for member in shown],
        number=number,
        pages=pages,
        columns=growth_columns(found.growth, found.collaborations, _newest_year(snapshot)),
        composition_bar=composition_bar,
        candidate=next((each for each in snapshot.spin_offs() if each.sub_cluster_id == found.id), None),
        candidates_inside=[each for each in snapshot.spin_offs() if each.parent_id == found.id],
    )


def _newest_year(snapshot: Published) -> int:
    """The last year with a figure anywhere: every growth is drawn up to it, so that standing still shows."""
    return max((year for each in snapshot.sub_clusters() for year in each.growth), default=0)


def unknown_sub_cluster(request: Request, snapshot: Published, sub_cluster_id: str) -> Response:
    """What to say where a build has no such sub-cluster."""
    wording = wording_of(request)
    return problem_page(
        request,
        404,
        heading=wording("sub_cluster.unknown"),
        text=wording("sub_cluster.unknown_text", sub_cluster_id=sub_cluster_id),
        snapshot=snapshot,
    )


@router.get("/map")
def cluster_map(
    request: Request,
    snapshot: MaybeSnapshot,
    focus: TextFilter = "",
    actor: TextFilter = "",
    sort: SortColumn = "name",
    direction: Literal["up", "down"] = "up",
    number: PageNumber = 1,
) -> Response:
    """Every actor as a point, and the same as a list for those who cannot use a picture."""
    if snapshot is None:
        return empty_page(request)
    drawn = atlas(snapshot)
    pages = max(1, -(-len(drawn.ids) // ROWS_PER_PAGE))
    number = min(number, pages)
    order = drawn.order(sort, falling=direction == "down")
    return page(
        request,
        "map.html",
        snapshot=snapshot,
        atlas=drawn,
        group_counts=snapshot.counts().by_group,
        coloured=drawn.tops[:COLOURED_SUB_CLUSTERS],
        rows=drawn.rows(order[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]),
        number=number,
        pages=pages,
        sort=sort,
        direction=direction,
        focus=_focus(snapshot, focus),
        actor_id=actor,
        actor_name=snapshot.actor_names().get(actor, ""),
        notes=snapshot.notes(),
    )


@router.get("/map/data.json")
def map_data(snapshot: MaybeSnapshot, focus: TextFilter = "") -> Response:
    """The points as columns, for the map's script."""
    if snapshot is None:
        return Response(b"{}", media_type="application/json")
    return Response(
        atlas(snapshot).as_json(_focus(snapshot, focus)),
        media_type="application/json",
        headers={"Cache-Control": "private, no-cache"},
    )


def _focus(snapshot: Published, sub_cluster_id: str) -> SubCluster | None:
    return next((each for each in snapshot.sub_clusters() if each.id == sub_cluster_id), None)


@router.get("/spin-offs")
def spin_offs(request: Request, snapshot: MaybeSnapshot) -> Response:
    """Spin-off candidates, best first, each with what speaks for it and against it."""
    if snapshot is None:
        return empty_page(request)
    found = readings(snapshot)
    return page(
        request,
        "spin_offs.html",
        snapshot=snapshot,
        readings=found[:CANDIDATES_IN_FULL],
        further=found[CANDIDATES_IN_FULL:],
        evidence=evidence,
        figure_words=figure_words,
        outlook_words=outlook_words,
        need_words=need_words,
        names=snapshot.actor_names(),
        notes=snapshot.notes(),
    )
