"""The pages about the whole cluster: sub-clusters, the map with its list, spin-off candidates."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.findings import SubCluster
from matchmaker.published import Published
from service.pages.analyst.views import SeenBuild, Viewed
from service.pages.atlas import COLOURED_SUB_CLUSTERS, SortColumn, atlas
from service.pages.drawings import composition_bar, growth_columns, growth_line
from service.pages.filters import PageNumber, TextFilter, pages_of
from service.pages.overview import empty_page
from service.pages.rendering import page, problem_page, wording_of
from service.pages.spin_offs import evidence, figure_words, need_words, outlook_words, readings

router = APIRouter()

ColourChoice = Annotated[
    Literal["groups", "sub_clusters"], BeforeValidator(lambda value: value or "groups"), Query()
]
MEMBERS_PER_PAGE = 50
ROWS_PER_PAGE = 50
DRAWN_SUB_CLUSTERS = 60
"""Beyond so many, specialisations are listed without pictures, so that the page stays light."""
CANDIDATES_IN_FULL = 18
"""Spin-off candidates with what speaks for and against them; the others have a line each."""
CANDIDATES_OPEN = 5
"""Of these the best, whose reasons are read without opening anything, so that the ranking is seen before the hand tires."""


@router.get("/sub-clusters")
def sub_clusters(request: Request, seen: SeenBuild) -> Response:
    """The hierarchy of sub-clusters, largest first."""
    snapshot = seen.snapshot
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
        view=seen.view,
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
def sub_cluster(request: Request, seen: SeenBuild, sub_cluster_id: str, number: PageNumber = 1) -> Response:
    """One sub-cluster: what it is about, who is in it, how it grows, what forms inside it."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    try:
        found = snapshot.sub_cluster(sub_cluster_id)
    except SubClusterNotFoundError:
        return unknown_sub_cluster(request, snapshot, sub_cluster_id)
    pages = pages_of(len(found.members), MEMBERS_PER_PAGE)
    number = min(number, pages)
    start = (number - 1) * MEMBERS_PER_PAGE
    shown = found.members[start : start + MEMBERS_PER_PAGE]
    return page(
        request,
        "sub_cluster.html",
        snapshot=snapshot,
        view=seen.view,
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
    seen: SeenBuild,
    focus: TextFilter = "",
    actor: TextFilter = "",
    sort: SortColumn = "name",
    direction: Literal["up", "down"] = "up",
    number: PageNumber = 1,
    colour: ColourChoice = "groups",
) -> Response:
    """Every actor as a point, and the same as a list for those who cannot use a picture."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    drawn = atlas(snapshot)
    pages = pages_of(len(drawn.ids), ROWS_PER_PAGE)
    number = min(number, pages)
    order = drawn.order(sort, falling=direction == "down")
    return page(
        request,
        "map.html",
        snapshot=snapshot,
        view=seen.view,
        atlas=drawn,
        group_counts=snapshot.counts().by_group,
        coloured=drawn.tops[:COLOURED_SUB_CLUSTERS],
        rows=drawn.rows(order[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]),
        number=number,
        pages=pages,
        sort=sort,
        direction=direction,
        focus=_focus(snapshot, focus),
        colour=colour,
        data_address=_data_address(seen, focus),
        actor_id=actor,
        actor_name=snapshot.actor_names().get(actor, ""),
        notes=snapshot.notes(),
    )


@router.get("/map/data.json")
def map_data(seen: SeenBuild, focus: TextFilter = "") -> Response:
    """The points as columns, for the map's script."""
    snapshot = seen.snapshot
    if snapshot is None:
        return Response(b"{}", media_type="application/json")
    return Response(
        atlas(snapshot).as_json(_focus(snapshot, focus)),
        media_type="application/json",
        headers={"Cache-Control": "private, no-cache"},
    )


def _data_address(seen: Viewed, focus: str) -> str:
    """Where the map's script finds its points: those of the build that is shown."""
    asked = {"focus": focus} if focus else {}
    if seen.view is not None and seen.view.is_earlier:
        asked["build"] = seen.view.build
    return f"/map/data.json?{urlencode(asked)}" if asked else "/map/data.json"


def _focus(snapshot: Published, sub_cluster_id: str) -> SubCluster | None:
    return next((each for each in snapshot.sub_clusters() if each.id == sub_cluster_id), None)


@router.get("/spin-offs")
def spin_offs(request: Request, seen: SeenBuild) -> Response:
    """Spin-off candidates, best first, each with what speaks for it and against it."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    found = readings(snapshot)
    return page(
        request,
        "spin_offs.html",
        snapshot=snapshot,
        view=seen.view,
        readings=found[:CANDIDATES_IN_FULL],
        opened=CANDIDATES_OPEN,
        further=found[CANDIDATES_IN_FULL:],
        evidence=evidence,
        figure_words=figure_words,
        outlook_words=outlook_words,
        need_words=need_words,
        names=snapshot.actor_names(),
        notes=snapshot.notes(),
    )
