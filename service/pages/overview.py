"""The pages that begin a journey: the overview, the search, and what to do while there is nothing yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.directions import read_direction
from matchmaker.saved_searches import LONGEST_TEXT
from service.dependencies import OpenWorkspace, workspace
from service.pages.drawings import composition_bar
from service.pages.filters import DirectionChoice, GroupFilter, RegionFilter, chosen, names_alike, readable
from service.pages.rendering import page
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

QUERY_CHARACTERS = 2000
RESULTS_SHOWN = 20


def empty_page(request: Request) -> Response:
    """What to run when nothing is imported, or nothing is built."""
    status = workspace(request).status()
    return page(request, "empty.html", snapshot=None, state=status)


@router.get("/")
def overview(request: Request, snapshot: MaybeSnapshot, workspace: OpenWorkspace) -> Response:
    """What is in the workspace, and what to do next."""
    if snapshot is None:
        return empty_page(request)
    counts = snapshot.counts()
    return page(
        request,
        "overview.html",
        snapshot=snapshot,
        counts=counts,
        segments=composition_bar(counts.by_group),
        state=workspace.status(),
        notes=snapshot.notes(),
    )


@router.get("/search")
def search(
    request: Request,
    snapshot: MaybeSnapshot,
    q: Annotated[str, Query()] = "",
    group: GroupFilter = (),
    region: RegionFilter = "",
    direction: DirectionChoice = None,
) -> Response:
    """The actors that answer a sentence, with the passages that do."""
    if snapshot is None:
        return empty_page(request)
    query = readable(q)[:QUERY_CHARACTERS]
    groups = chosen(group)
    place = readable(region)
    read_as = direction or read_direction(query)
    hits = snapshot.search(query, top=RESULTS_SHOWN, groups=groups, region=place, direction=read_as)
    return page(
        request,
        "search.html",
        snapshot=snapshot,
        query=query,
        hits=hits,
        alike=names_alike(snapshot, hits),
        read_as=read_as,
        chosen_direction=direction,
        chosen_groups=groups,
        region=place,
        filtered=bool(groups or place),
        shortened=QUERY_CHARACTERS if len(readable(q)) > QUERY_CHARACTERS else 0,
        limit=RESULTS_SHOWN,
        save=[
            ("text", query[:LONGEST_TEXT]),
            ("region", place),
            ("as", direction or ""),
            *(("group", each) for each in groups),
        ],
    )
