"""The page of webhooks, for reading: who is told of what, and how the last messages went."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.errors import WebhookNotFoundError
from matchmaker.webhooks import DeliveryState
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.alerts.inbox import LARGEST
from service.pages.events.forms import Sent
from service.pages.rendering import page

router = APIRouter()

SHOWN = 50


@router.get("/webhooks")
def webhooks(
    request: Request,
    workspace: OpenWorkspace,
    show: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    again: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Webhooks and the messages to them, the newest first."""
    state = DeliveryState(show) if show in tuple(DeliveryState) else None
    found = workspace.webhooks.deliveries(state=state, before=before, limit=SHOWN + 1)
    everybody = workspace.webhooks.all()
    return page(
        request,
        "alerts/webhooks.html",
        snapshot=None,
        webhooks=everybody,
        host_of={each.id: urlsplit(each.url).netloc for each in everybody},
        deliveries=found[:SHOWN],
        more=found[SHOWN - 1].number if len(found) > SHOWN else 0,
        begun=before is not None,
        state=state,
        states=tuple(DeliveryState),
        again=again,
    )


@router.post("/webhooks")
def send_again(workspace: OpenWorkspace, sent: Sent) -> Response:
    """Put a message on its way again."""
    do, _, number = sent.text("do").partition(".")
    if do != "again" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise HTTPException(422, detail="There is no such button.")
    try:
        workspace.webhooks.again(int(number), who=acting())
    except WebhookNotFoundError:
        raise HTTPException(404) from None
    return RedirectResponse(
        f"/webhooks?again={number}", status_code=303, headers={"Cache-Control": "no-store"}
    )
