"""The audit trail: who changed what and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from service.api.contract import PREFIX, errors, readable_address
from service.callers import caller_of
from service.cursors import cursor_after, seen_until
from service.dependencies import OpenWorkspace
from service.permissions import Role, role_of
from service.problems import refused
from service.schemas.trail import ChangeAnswer, ChangePage, TrailQuery

router = APIRouter(prefix=PREFIX, tags=["audit"], dependencies=[Depends(readable_address)])


def own_of(request: Request) -> tuple[str, str] | None:
    """What of the trail is the caller's: a firm's own profile and what it changed; ``None`` for all of it."""
    caller = caller_of(request)
    if role_of(request) is not Role.FACILITATOR:
        return (caller.actor_id, caller.who) if caller else ("", "")
    return None


@router.get("/audit", operation_id="listChanges", summary="List changes", responses=errors())
def list_changes(
    request: Request, workspace: OpenWorkspace, response: Response, query: Annotated[TrailQuery, Query()]
) -> ChangePage:
    """The newest first. A firm is shown the changes of its own profile, and those that it made itself."""
    response.headers["Cache-Control"] = "no-store"
    seen = seen_until(query.cursor, edition="audit")
    if seen and not (seen.isascii() and seen.isdigit() and len(seen) < 16):
        raise refused("cursor", "This is not a cursor of this collection.")
    found = workspace.trail.page(query.filter(own_of(request)), before=int(seen or 0), limit=query.limit + 1)
    page = found[: query.limit]
    more = len(found) > query.limit
    return ChangePage(
        items=[ChangeAnswer.of(each) for each in page],
        next=cursor_after(str(page[-1].number), edition="audit") if more else None,
    )
