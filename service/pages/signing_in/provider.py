"""Sign-in with an OpenID provider: the way there, the way back, and a page for each way in which it can fail."""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.errors import ProviderError
from matchmaker.signing_in import Attempt
from matchmaker.workspace import Workspace
from service.callers import give_session, is_secure, session_of
from service.dependencies import OpenWorkspace
from service.pages.rendering import page
from service.pages.signing_in.browsers import browser_of
from service.pages.signing_in.devices import device_of
from service.pages.signing_in.entering import FRESH, go, offer_again
from service.pages.signing_in.ways import HOME, local_path, unpacked

router = APIRouter()

BACK = "/sign-in/provider/back"
ATTEMPT_SECONDS = 600
LONGEST_WAY = 1000
"""A cookie has room for 4,096 bytes in all."""

STATUSES = {"down": 502, "refused": 403, "stale": 400, "invalid": 400, "unverified": 403, "unknown": 403}


@router.get("/sign-in/provider")
def to_provider(
    request: Request,
    workspace: OpenWorkspace,
    next: Annotated[str, Query()] = HOME,
    kept: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Send the browser to the provider, with a secret in a cookie by which it is known when it comes back."""
    _check_provider(workspace)
    try:
        attempt, address = workspace.provider.begin(_back(request, workspace))
    except ProviderError as error:
        return _failed(request, workspace, error)
    way = local_path(next)
    begun = {
        **asdict(attempt),
        "way": way if len(way) <= LONGEST_WAY else HOME,
        "kept": kept,
        "until": int(time.time()) + ATTEMPT_SECONDS,
    }
    response = go(address)
    response.set_cookie(
        _cookie_name(request),
        base64.urlsafe_b64encode(json.dumps(begun).encode()).decode(),
        max_age=ATTEMPT_SECONDS,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return response


@router.get("/sign-in/provider/back")
def from_provider(request: Request, workspace: OpenWorkspace) -> Response:
    """Take in the provider's answer, begin a session as with a password, and go back to where somebody was."""
    _check_provider(workspace)
    answer = dict(request.query_params)
    try:
        attempt, way, kept = _begun(request)
        identity = workspace.provider.finish(attempt, answer, _back(request, workspace))
        _, token = workspace.users.enter(identity, before=session_of(request), device=device_of(request))
    except ProviderError as error:
        return _failed(request, workspace, error)
    fields = unpacked(request.app.state.kept_forms.take(kept, browser_of(request)))
    request.state.caller = workspace.users.of_session(token)
    response = offer_again(request, way, fields)
    give_session(request, response, token)
    _forget(request, response)
    return response


def _begun(request: Request) -> tuple[Attempt, str, str]:
    """The attempt in the cookie, the way back and the name of a kept form; raises ``ProviderError`` (``stale``)."""
    try:
        begun = json.loads(base64.urlsafe_b64decode(request.cookies.get(_cookie_name(request), "").encode()))
        attempt = Attempt(*(str(begun[name]) for name in ("state", "nonce", "verifier")))
        way, kept, until = local_path(str(begun["way"])), str(begun["kept"]), int(begun["until"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise ProviderError("stale") from None
    if until < time.time():
        raise ProviderError("stale")
    return attempt, way, kept


def _back(request: Request, workspace: Workspace) -> str:
    """Where the provider sends the browser: it must be told there beforehand, so no header can lead it elsewhere."""
    return (workspace.address or str(request.base_url).rstrip("/")) + BACK


def _check_provider(workspace: Workspace) -> None:
    if not workspace.provider.is_configured:
        raise HTTPException(404)


def _failed(request: Request, workspace: Workspace, error: ProviderError) -> Response:
    response = page(
        request,
        "signing_in/provider_failed.html",
        snapshot=None,
        status=STATUSES.get(error.reason, 403),
        reason=error.reason,
        provider=workspace.provider.name,
    )
    response.headers.update(FRESH)
    _forget(request, response)
    return response


def _forget(request: Request, response: Response) -> None:
    response.delete_cookie(
        _cookie_name(request), path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )


def _cookie_name(request: Request) -> str:
    return "__Host-provider" if is_secure(request) else "provider"
