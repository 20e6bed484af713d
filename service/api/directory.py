"""The open directory over HTTP, for everybody; and who is put in or taken out, for whoever may decide that."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from matchmaker.errors import ActorNotFoundError
from service.api.contract import PREFIX, ActorId, Nothing, errors, own_actor, readable_address
from service.arranged import acting
from service.cursors import cursor_after, seen_until
from service.dependencies import OpenWorkspace
from service.problems import refused
from service.schemas.directory import DirectoryEntry, DirectoryName, DirectoryPage, DirectoryQuery

router = APIRouter(prefix=f"{PREFIX}/directory", tags=["directory"], dependencies=[Depends(readable_address)])

EDITION = "directory"
"""Of every cursor: one that changed with the build would tell those outside when something did."""


def opened(workspace: OpenWorkspace) -> None:
    """Answer as if there were nothing where the directory is closed; raises ``HTTPException`` 404."""
    if not workspace.directory.is_open:
        raise HTTPException(404, detail="There is nothing at this address.")


@router.get(
    "",
    operation_id="listDirectory",
    summary="List the open directory",
    responses=errors(404),
    dependencies=[Depends(opened)],
)
def list_directory(workspace: OpenWorkspace, query: Annotated[DirectoryQuery, Query()]) -> DirectoryPage:
    """The actors that everybody may see, by name, narrowed by filters, page by page. Nobody has to sign in."""
    try:
        page = workspace.directory.page(
            text=query.q,
            group=query.group,
            region=query.region,
            after=seen_until(query.cursor, edition=EDITION),
            limit=query.limit,
        )
    except ActorNotFoundError:
        raise refused("cursor", "This is not a cursor of this collection. Start again without one.") from None
    return DirectoryPage(
        items=[DirectoryName.of(each) for each in page.items],
        next=cursor_after(page.next, edition=EDITION) if page.next else None,
    )


@router.get(
    "/{actor_id}",
    operation_id="getDirectoryEntry",
    summary="Get an entry of the open directory",
    responses=errors(404),
    dependencies=[Depends(opened)],
)
def get_entry(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> DirectoryEntry:
    """What everybody may see of an actor; one that is not listed is answered as one that is not there."""
    return DirectoryEntry.of(workspace.directory.actor(actor_id))


@router.put(
    "/{actor_id}",
    status_code=204,
    operation_id="listActor",
    summary="Put an actor into the open directory",
    responses=errors(404),
    dependencies=[Depends(own_actor)],
)
def list_actor(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> None:
    """Let everybody see it; the firm itself decides, or a facilitator on its behalf. The same again changes nothing."""
    workspace.directory.list_actor(actor_id, who=acting())


@router.delete(
    "/{actor_id}",
    status_code=204,
    operation_id="unlistActor",
    summary="Take an actor out of the open directory",
    responses=errors(404),
    dependencies=[Depends(own_actor)],
)
def unlist_actor(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> None:
    """It is not seen there with the next request. The same again changes nothing."""
    workspace.directory.unlist(actor_id, who=acting())
