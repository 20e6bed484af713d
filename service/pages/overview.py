"""The pages that begin a journey: each role's home, the search, and what to do while there is nothing yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.directions import read_direction
from matchmaker.saved_searches import LONGEST_TEXT
from service.dependencies import OpenWorkspace, workspace
from service.pages.drawings import composition_bar
from service.pages.filters import DirectionChoice, GroupFilter, RegionFilter, chosen, names_alike, readable
from service.pages.home.facts import telling_facts
from service.pages.home.next_steps import next_steps
from service.pages.rendering import page
from service.pages.snapshot import MaybeSnapshot
from service.permissions import Role, may, role_of

router = APIRouter()

QUERY_CHARACTERS = 2000
RESULTS_SHOWN = 20


def empty_page(request: Request) -> Response:
    """What to run when nothing is imported, or nothing is built."""
    status = workspace(request).status()
    return page(request, "empty.html", snapshot=None, state=status)


@router.get("/")
def overview(request: Request, snapshot: MaybeSnapshot, workspace: OpenWorkspace) -> Response:
    """Where each role begins: with what to do next, what to know, or one's own organisation."""
    role = role_of(request)
    if role is Role.FIRM and may(request, "/my"):
        return RedirectResponse("/my", status_code=303)
    if snapshot is None:
        return empty_page(request)
    counts = snapshot.counts()
    values: dict[str, Any] = {"counts": counts, "segments": composition_bar(counts.by_group)}
    if role is Role.FACILITATOR:
        status, now = workspace.status(), datetime.now(UTC)
        behind = "damaged" if status.damaged else "stale" if status.stale else ""
        values["steps"] = next_steps(workspace, snapshot, behind, lambda address: may(request, address), now)
        values |= {"state": status, "notes": snapshot.notes()}
    elif role is Role.ANALYST:
        values |= telling_facts(snapshot)
    template = role.value if role in (Role.FACILITATOR, Role.ANALYST) else "firm"
    return page(request, f"home/{template}.html", snapshot=snapshot, **values)


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
