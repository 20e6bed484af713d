"""The audit trail: who changed what and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from service.api.contract import PREFIX, errors, never_kept, readable_address
from service.callers import caller_of
from service.cursors import newest_of
from service.dependencies import OpenWorkspace
from service.permissions import Role, role_of
from service.schemas.trail import ChangeAnswer, ChangePage, TrailQuery

router = APIRouter(prefix=PREFIX, tags=["audit"], dependencies=[Depends(readable_address)])


def own_of(request: Request) -> tuple[str, str] | None:
    """What of the trail is the caller's: a firm's own profile and what it changed; ``None`` for all of it."""
    caller = caller_of(request)
    if role_of(request) is not Role.FACILITATOR:
        return (caller.actor_id, caller.who) if caller else ("", "")
    return None


@router.get(
    "/audit",
    operation_id="listChanges",
    summary="List changes",
    responses=errors(),
    dependencies=[Depends(never_kept)],
)
def list_changes(
    request: Request, workspace: OpenWorkspace, query: Annotated[TrailQuery, Query()]
) -> ChangePage:
    """The newest first. A firm is shown the changes of its own profile, and those that it made itself."""
    wanted = query.filter(own_of(request))
    page, following = newest_of(
        lambda before, limit: workspace.trail.page(wanted, before=before or 0, limit=limit),
        limit=query.limit,
        cursor=query.cursor,
        edition="audit",
    )
    return ChangePage(items=[ChangeAnswer.of(each) for each in page], next=following)
