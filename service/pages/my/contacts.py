"""Partners that are interested, too: how to reach them, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.dependencies import OpenWorkspace
from service.pages.filters import PageNumber, pages_of
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, my_page
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

SHOWN = 20


@router.get("/my/contacts")
def contacts(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    done: DoneNow = "",
    undo: UndoName = "",
    number: Annotated[PageNumber, Query(alias="page")] = 1,
) -> Response:
    """Each pair of which both said yes, with the other's contact persons."""
    mutual = workspace.firms.mutual(actor_id)
    pages = pages_of(len(mutual), SHOWN)
    number = min(number, pages)
    found = [
        (
            workspace.actor(each.partner_of(actor_id)),
            date.fromisoformat(each.since[:10]),
            workspace.firms.contacts_shown(actor_id, each.partner_of(actor_id)),
        )
        for each in mutual[(number - 1) * SHOWN : number * SHOWN]
    ]
    matches = (
        {
            each.partner_id: each
            for each in snapshot.between([(actor_id, partner.id) for partner, _, _ in found])
        }
        if snapshot
        else {}
    )
    return my_page(
        request,
        "contacts.html",
        "contacts",
        snapshot=snapshot,
        done=done,
        undo=undo,
        found=found,
        number=number,
        pages=pages,
        matches=matches,
        persons=len(workspace.firms.kept.contacts(actor_id)),
        waiting=sum(each.said.kind == "interested" for each in workspace.firms.answers(actor_id))
        - len(mutual),
    )
