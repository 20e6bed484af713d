"""The inbox of alerts: what is new, read and unread, and how somebody is told of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.alerts import Alerts, Every
from service.arranged import acting
from service.callers import caller_of
from service.dependencies import OpenWorkspace
from service.owners import owner_of
from service.pages.events.forms import Sent, whole_number
from service.pages.overview import empty_page
from service.pages.rendering import actor_address, page, wording_of
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

SHOWN = 20
LARGEST = 2**62


@router.get("/alerts")
def inbox(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    show: Annotated[str, Query(max_length=10)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    undo: Annotated[str, Query(max_length=40)] = "",
    count: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    saved: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Who is new among those who fit, the newest first."""
    if snapshot is None:
        return empty_page(request)
    owner, alerts = owner_of(request), workspace.alerts
    searches = alerts.searches(owner)
    chosen = next((each for each in searches if each.id == search), None)
    found = alerts.inbox(
        owner,
        unread=show == "unread",
        search_id=chosen.id if chosen else "",
        before=before,
        limit=SHOWN + 1,
    )
    shown = alerts.shown(found[:SHOWN])
    return page(
        request,
        "alerts/inbox.html",
        snapshot=snapshot,
        shown=shown,
        more=found[SHOWN - 1].number if len(found) > SHOWN else 0,
        before=before,
        only_unread=show == "unread",
        searches=searches,
        chosen=chosen,
        unread_count=alerts.unread(owner),
        undo=undo if count else "",
        count=count,
        saved=saved,
        settings=alerts.settings(owner),
        everies=tuple(Every),
        can_write=alerts.can_write,
        is_user=_is_user(request),
        address=workspace.address or str(request.base_url).rstrip("/"),
    )


@router.post("/alerts")
def change(request: Request, workspace: OpenWorkspace, sent: Sent) -> Response:
    """Mark as read or unread, choose how often a letter comes, or give the feed another address."""
    owner, alerts = owner_of(request), workspace.alerts
    do, _, number_sent = sent.text("do").partition(".")
    number, search = _long(number_sent), sent.text("search")
    back = {"show": sent.text("show"), "search": search, "before": f"{_long(sent.text('before')) or ''}"}
    if do == "read" and number:
        back |= _marked(alerts, owner, alerts.mark(owner, [number], read=True))
    elif do == "unread" and number:
        alerts.mark(owner, [number], read=False)
    elif do == "read_all":
        back |= _marked(alerts, owner, alerts.mark(owner, None, read=True, search_id=search))
    elif do == "undo" and sent.text("at"):
        alerts.mark(owner, None, read=False, read_at=sent.text("at"))
    elif do == "every":
        if sent.text("every") not in tuple(Every):
            raise HTTPException(422, detail="Choose how often.")
        every = Every(sent.text("every"))
        alerts.set_every(owner, every, wording_of(request).language, who=acting())
        back["saved"] = "every"
    elif do == "renew":
        alerts.renew_feed(owner, who=acting())
        back["saved"] = "feed"
    else:
        raise HTTPException(422, detail="There is no such button.")
    return _go("/alerts", back)


@router.get("/alerts/{number}")
def open_alert(request: Request, workspace: OpenWorkspace, number: str) -> Response:
    """Go to the actor of an alert, which is read then."""
    wanted = whole_number(number, 1, 10**6) if len(number) < 7 else _long(number)
    owner = owner_of(request)
    found = workspace.alerts.inbox(owner, before=wanted + 1, limit=1) if wanted else ()
    if not found or found[0].number != wanted:
        raise HTTPException(404)
    workspace.alerts.mark(owner, [wanted], read=True)
    return RedirectResponse(
        actor_address(found[0].actor_id), status_code=303, headers={"Cache-Control": "no-store"}
    )


def _long(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _is_user(request: Request) -> bool:
    caller = caller_of(request)
    return caller is not None and bool(caller.user_id)


def _marked(alerts: Alerts, owner: str, numbers: tuple[int, ...]) -> dict[str, str]:
    """How many were marked, and when, which is what undoing goes by."""
    last = alerts.inbox(owner, before=numbers[-1] + 1, limit=1) if numbers else ()
    return {"undo": last[0].read, "count": str(len(numbers))} if last else {}


def _go(path: str, query: dict[str, str]) -> Response:
    kept = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(
        f"{path}?{kept}" if kept else path, status_code=303, headers={"Cache-Control": "no-store"}
    )
