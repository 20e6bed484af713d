"""Alerts as a feed, and the end of letters: whoever has the address gets that and nothing else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.alerts import feed
from matchmaker.errors import NotBuiltError
from service.dependencies import OpenWorkspace
from service.handing_out import content_tag
from service.pages.rendering import page
from service.problems import not_modified

router = APIRouter(include_in_schema=False)

FRESH_FOR = 900
ENTRIES = 50
FRESH = {"Cache-Control": "no-store"}


@router.get("/alerts/feed/{token}.atom")
def alert_feed(
    request: Request,
    workspace: OpenWorkspace,
    token: str,
    language: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The feed whose address this is; any other address is one that does not exist."""
    owner = workspace.alerts.of_feed(token)
    if not owner:
        raise HTTPException(404)
    try:
        shown = workspace.alerts.shown(workspace.alerts.inbox(owner, limit=ENTRIES))
    except NotBuiltError:
        shown = []
    chosen = language or workspace.alerts.settings(owner).language
    address = workspace.address or str(request.base_url).rstrip("/")
    content = feed(
        shown,
        owner=owner,
        here=f"{address}/alerts/feed/{token}.atom",
        address=address,
        language="da" if chosen == "da" else "en",
    )
    headers = {"ETag": content_tag(content), "Cache-Control": f"private, max-age={FRESH_FOR}"}
    held = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if held & {headers["ETag"], "*"}:
        raise not_modified(headers)
    return Response(content, media_type="application/atom+xml", headers=headers)


@router.get("/alerts/unsubscribe/{token}")
def ask_to_unsubscribe(request: Request, workspace: OpenWorkspace, token: str) -> Response:
    """The page with the one button; reading it changes nothing, as programs look at links in letters, too."""
    return _page(request, workspace.alerts.unsubscribe(token, trial=True), done=False)


@router.post("/alerts/unsubscribe/{token}")
def unsubscribe(request: Request, workspace: OpenWorkspace, token: str) -> Response:
    """End the letters, also where a mail program posts for its reader (RFC 8058)."""
    return _page(request, workspace.alerts.unsubscribe(token), done=True)


def _page(request: Request, found: bool, *, done: bool) -> Response:
    response = page(
        request,
        "alerts/unsubscribe.html",
        snapshot=None,
        status=200 if found else 404,
        found=found,
        finished=done,
    )
    response.headers.update(FRESH)
    return response
