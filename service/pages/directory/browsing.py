"""The open directory's list and its entries, and who is put in or taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.errors import ActorNotFoundError
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.filters import OneGroupFilter, RegionFilter, TextFilter, readable
from service.pages.rendering import actor_address, page
from service.pages.signing_in.entering import go
from service.permissions import check_reach, reaches

router = APIRouter()

ENTRIES_PER_PAGE = 50

Switched = Literal["", "listed", "unlisted"]


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether an actor is in the directory, for whoever may decide that."""

    address: str
    is_listed: bool
    is_open: bool
    done: Switched
    """What was done just now, which can be undone."""


def switch_of(request: Request, workspace: Workspace, actor_id: str, done: Switched = "") -> Switch | None:
    """The switch on an actor's page; ``None`` for whoever may not decide."""
    if not reaches(request, actor_id):
        return None
    directory = workspace.directory
    return Switch(entry_address(actor_id), directory.listing(actor_id) is not None, directory.is_open, done)


def entry_address(actor_id: str) -> str:
    """The address of an entry; every character of the id survives."""
    return f"/directory/{quote(actor_id, safe=':')}"


@router.get("/directory")
def directory_list(
    request: Request,
    workspace: OpenWorkspace,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    region: RegionFilter = "",
    after: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """The listed actors by name, filtered, page by page."""
    _check_open(workspace)
    wanted = {"text": readable(text), "group": group, "region": readable(region), "limit": ENTRIES_PER_PAGE}
    try:
        entries = workspace.directory.page(**wanted, after=after)  # type: ignore[arg-type]
    except ActorNotFoundError:
        # The last one of the page before was taken out: begin again rather than fail.
        entries, after = workspace.directory.page(**wanted), ""  # type: ignore[arg-type]
    return page(
        request,
        "directory/list.html",
        snapshot=None,
        entries=entries,
        entry_address=entry_address,
        text=readable(text),
        group=group,
        region=readable(region),
        begun=bool(after),
        filtered=bool(text.strip() or group or region.strip()),
    )


@router.get("/directory/{actor_id:path}")
def directory_entry(request: Request, workspace: OpenWorkspace, actor_id: str) -> Response:
    """The public profile of one listed actor."""
    _check_open(workspace)
    try:
        entry = workspace.directory.actor(actor_id)
    except ActorNotFoundError:
        # The same words for whoever is not listed, not there, or erased.
        raise HTTPException(404) from None
    return page(
        request,
        "directory/entry.html",
        snapshot=None,
        actor=entry,
        switch=switch_of(request, workspace, actor_id),
    )


@router.post("/directory/{actor_id:path}")
def switch_listing(request: Request, workspace: OpenWorkspace, actor_id: str, sent: Sent) -> Response:
    """Put an actor into the directory, or take it out: the firm itself, or a facilitator on its behalf."""
    check_reach(request, actor_id)
    listed = sent.text("listed") == "yes"
    if listed:
        workspace.directory.list_actor(actor_id, who=acting())
    else:
        workspace.directory.unlist(actor_id, who=acting())
    done = "listed" if listed else "unlisted"
    return go(f"{actor_address(actor_id)}?directory={done}#directory")


def _check_open(workspace: Workspace) -> None:
    if not workspace.directory.is_open:
        raise HTTPException(404)
