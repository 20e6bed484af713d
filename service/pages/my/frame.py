"""The frame around a firm's pages: whose they are, the way from one to the next, what was just done, and undo."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.published import Published
from matchmaker.ways_back import WayBack
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.callers import caller_of
from service.dependencies import workspace as open_workspace
from service.pages.events.forms import Form
from service.pages.rendering import page

PARTS = {
    "home": "/my",
    "profile": "/my/profile",
    "persons": "/my/contact-persons",
    "suggestions": "/my/suggestions",
    "contacts": "/my/contacts",
    "meetings": "/my/meetings",
    "data": "/my/data",
}
"""The parts of a firm's workplace with their addresses, in the order of the day."""

DONE = frozenset(
    {
        "saved",
        "nothing",
        "published",
        "drafted",
        "withdrawn",
        "removed",
        "interested",
        "declined",
        "known",
        "mutual",
        "taken_back",
        "undone",
        "undone_partly",
        "changed_since",
        "too_late",
        "person_saved",
        "person_removed",
        "wished",
        "wish_taken_back",
        "asked",
        "accepted",
        "request_declined",
        "cancelled",
        "reopened",
        "leaving",
        "staying",
    }
)
"""What can have been done; ``my.done.…`` says it."""


def own_actor_id(request: Request) -> str:
    """The actor that the caller speaks for; raises ``HTTPException`` 403 for a caller that speaks for none."""
    caller = caller_of(request)
    if caller is None or not caller.actor_id:
        raise HTTPException(403, detail="This is not open to you.")
    return caller.actor_id


OwnActorId = Annotated[str, Depends(own_actor_id)]
DoneNow = Annotated[str, Query(max_length=40, alias="done")]
UndoName = Annotated[str, Query(max_length=40, alias="undo")]


def my_page(
    request: Request,
    template: str,
    part: str,
    *,
    snapshot: Published | None,
    done: str = "",
    undo: str = "",
    status: int = 200,
    **values: object,
) -> Response:
    """Render a part of a firm's workplace inside its frame."""
    actor_id = own_actor_id(request)
    workspace = open_workspace(request)
    actor = workspace.actor(actor_id)
    response = page(
        request,
        f"my/{template}",
        snapshot=snapshot,
        status=status,
        own=actor,
        part=part,
        tabs=PARTS,
        done=done if done in DONE else "",
        undo=undo if workspace.undoing.holds(undo, about=actor_id, who=acting()) else "",
        undo_to=PARTS.get(part, "/my"),
        **values,
    )
    # Contact persons and answers are for nobody else who uses the same browser later.
    response.headers["Cache-Control"] = "no-store"
    return response


def go_to(address: str, *, anchor: str = "", **query: str) -> Response:
    """After something was changed: the page to look at, so that loading it again changes nothing again."""
    asked = urlencode({name: value for name, value in query.items() if value})
    joined = f"{address}{'&' if '?' in address else '?'}{asked}" if asked else address
    return RedirectResponse(f"{joined}#{anchor}" if anchor else joined, status_code=303)


def remembered(workspace: Workspace, actor_id: str, way: WayBack) -> str:
    """Keep the way back of a change to what is an actor's, in one transaction with it; the name to ask for it by."""
    return workspace.undoing.remember(way, about=actor_id, who=acting())


def undone(workspace: Workspace, actor_id: str, form: Form, address: str) -> Response:
    """Take back the change that a form names, and say whether that could still be done."""
    came = workspace.undoing.undo(form.text("undo"), about=actor_id, who=acting()).came
    return go_to(address, done=came)
