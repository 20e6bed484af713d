"""A list of participants that was taken in: what it did, what taking it back would do, and doing so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response

from matchmaker.arranging import ListMade
from matchmaker.errors import ParticipantListNotFoundError
from matchmaker.events import Returned
from matchmaker.workspace import Workspace
from service.arranged import acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.events.frame import EventFrame, Framed, event_frame, event_page

router = APIRouter()

SHOWN = 100
"""Participants that stay, named at once."""
Number = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/events/{event_id}/lists/participants/{number}")
def show_list(request: Request, workspace: OpenWorkspace, frame: Framed, number: Number) -> Response:
    """What a list did, and what taking it back would do now."""
    made = _one(workspace, frame.event.id, number)
    would = None
    if made.can_be_undone and not made.undone:
        would = workspace.events.undo_list(frame.event.id, number, trial=True, who=acting())
    return _page(request, workspace, frame, made, would=would)


@router.post("/events/{event_id}/lists/participants/{number}")
def undo_list(
    request: Request, workspace: OpenWorkspace, frame: Framed, number: Number, form: Sent
) -> Response:
    """Take back what a list added and changed, where nobody changed it since, and say what stays."""
    _one(workspace, frame.event.id, number)
    try:
        returned = workspace.events.undo_list(frame.event.id, number, who=acting())
    except ParticipantListNotFoundError:
        # Undone already, or too old: the page says which.
        return _page(request, workspace, frame, _one(workspace, frame.event.id, number))
    now = event_frame(request, frame.event.id)
    return _page(request, workspace, now, _one(workspace, frame.event.id, number), returned=returned)


def _one(workspace: Workspace, event_id: str, number: int) -> ListMade:
    found = next((each for each in workspace.events.lists(event_id) if each.number == number), None)
    if found is None:
        raise HTTPException(404, detail="The event has no list with this number.")
    return found


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    made: ListMade,
    *,
    would: Returned | None = None,
    returned: Returned | None = None,
) -> Response:
    return event_page(
        request,
        "list_made.html",
        frame,
        "participants",
        made=made,
        would=would,
        returned=returned,
        shown=SHOWN,
        named={each.attendee.id: each.actor.name for each in attending(workspace, frame.event.id)},
    )
