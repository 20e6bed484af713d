"""Sign-in, invitation and sign-out: with the account's, the only pages that handle a password or a session's token."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.errors import InvitationNotFoundError, UserRejectedError
from matchmaker.users import LONGEST_PASSWORD, SHORTEST_PASSWORD, checked_password, comparable_email
from service.callers import caller_of, give_session, session_of, take_session
from service.dependencies import OpenWorkspace, workspace
from service.pages.events.forms import Sent
from service.pages.rendering import page, wording_of
from service.pages.signing_in.browsers import browser_of, know_again, new_browser
from service.pages.signing_in.devices import device_of
from service.pages.signing_in.ways import HOME, here, local_path, packed, provider_link, unpacked
from service.tries import Tries

router = APIRouter()

FRESH = {"Cache-Control": "no-store"}


def ask_to_sign_in(request: Request) -> Response:
    """The answer to somebody who has to sign in first: the way there and back, with whatever was typed kept."""
    form = getattr(request.state, "kept_form", "")
    if form:
        return _sign_in_page(request, 401, way=here(request), kept=packed(form))
    if request.method == "GET":
        asked = here(request)
        return go(f"/sign-in?{urlencode({'next': asked})}" if asked != HOME else "/sign-in")
    return _sign_in_page(request, 401, way=HOME)


@router.get("/sign-in")
def sign_in_page(request: Request, next: Annotated[str, Query()] = HOME) -> Response:
    """The form to sign in with; who is in already goes on."""
    way = local_path(next)
    return go(way) if caller_of(request) else _sign_in_page(request, 200, way=way)


@router.post("/sign-in")
def sign_in(request: Request, sent: Sent, workspace: OpenWorkspace) -> Response:
    """Check the password, begin a session under a new token, and go back to where somebody was."""
    email, way, kept = sent.text("email", longest=300), local_path(sent.as_sent("next")), sent.as_sent("kept")
    account, address = comparable_email(email), request.client.host if request.client else ""
    tries: Tries = request.app.state.tries
    wait = tries.begin(account, address)
    if wait > 0:
        seconds = ceil(wait)
        response = _sign_in_page(
            request, 429, way=way, kept=kept, email=email, wrong="sign_in.wait", seconds=seconds
        )
        response.headers["Retry-After"] = str(seconds)
        return response
    entered = workspace.users.sign_in(
        email, sent.as_sent("password"), before=session_of(request), device=device_of(request)
    )
    if entered is None:
        tries.failed(account, address)
        # The same for an unknown address, a wrong password and somebody who is shut out.
        return _sign_in_page(request, 401, way=way, kept=kept, email=email, wrong="sign_in.wrong")
    tries.succeeded(account, address)
    request.state.caller = workspace.users.of_session(entered[1])
    response = offer_again(request, way, unpacked(kept))
    give_session(request, response, entered[1])
    return response


@router.post("/sign-out")
def sign_out(request: Request, sent: Sent, workspace: OpenWorkspace) -> Response:
    """End this session, or all of them, and forget the token."""
    caller, token = caller_of(request), session_of(request)
    if caller is not None and caller.user_id and sent.text("where") == "everywhere":
        workspace.users.sign_out_everywhere(caller.user_id)
    elif token:
        workspace.users.sign_out(token)
    response = go("/sign-in")
    take_session(request, response)
    return response


@router.get("/invitation/{token}")
def invitation(request: Request, token: str, workspace: OpenWorkspace) -> Response:
    """The form in which somebody who was invited chooses a password."""
    try:
        user = workspace.users.invited(token)
    except InvitationNotFoundError:
        return _no_invitation(request)
    return _invitation_page(request, 200, user.email)


@router.post("/invitation/{token}")
def accept(request: Request, token: str, sent: Sent, workspace: OpenWorkspace) -> Response:
    """Keep the password that was chosen, use the link up, and begin the first session."""
    password = sent.as_sent("password")
    try:
        user = workspace.users.invited(token)
        if password != sent.as_sent("again"):
            return _invitation_page(request, 422, user.email, wrong="differs")
        try:
            checked_password(password, email=user.email)
        except ValueError as error:
            return _invitation_page(request, 422, user.email, wrong=str(error))
        _, session = workspace.users.accept(token, password, device=device_of(request))
    except InvitationNotFoundError:
        return _no_invitation(request)
    except UserRejectedError:
        return _invitation_page(request, 422, "", wrong="guessable")
    response = go(HOME)
    give_session(request, response, session)
    return response


def offer_again(request: Request, way: str, fields: Sequence[tuple[str, str]]) -> Response:
    """Go back to where somebody was, or offer to send the form that they had typed."""
    if not fields:
        return go(way)
    response = page(request, "signing_in/again.html", snapshot=None, way=way, fields=fields)
    response.headers.update(FRESH)
    return response


def _sign_in_page(
    request: Request,
    status: int,
    *,
    way: str,
    kept: str = "",
    email: str = "",
    wrong: str = "",
    seconds: int = 0,
) -> Response:
    browser = _browser_to_know_again(request, kept)
    name = request.app.state.kept_forms.keep(kept, browser) if browser else ""
    response = page(
        request,
        "signing_in/sign_in.html",
        snapshot=None,
        status=status,
        way=way,
        kept=kept,
        email=email,
        wrong=wording_of(request)(wrong, seconds=seconds) if wrong else "",
        can_mail=request.app.state.outbox.can_send(),
        directory_open=workspace(request).directory.is_open,
        provider=workspace(request).provider.name,
        provider_link=provider_link(workspace(request), way, name),
    )
    response.headers.update(FRESH)
    if browser:
        know_again(request, response, browser)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _browser_to_know_again(request: Request, kept: str) -> str:
    """The token of a browser whose form has to be kept here; ``""`` where there is none.

    The page holds the form itself, for whoever types a password. From a provider somebody comes back with a name of it at most.
    """
    if not kept or not workspace(request).provider.is_configured:
        return ""
    return browser_of(request) or new_browser()


def _invitation_page(request: Request, status: int, email: str, wrong: str = "") -> Response:
    response = page(
        request,
        "signing_in/invitation.html",
        snapshot=None,
        status=status,
        email=email,
        wrong=wrong,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
    )
    response.headers.update(FRESH)
    return response


def _no_invitation(request: Request) -> Response:
    return page(request, "signing_in/no_invitation.html", snapshot=None, status=404)


def go(address: str) -> Response:
    """Send the browser on, with nothing of this answer kept."""
    return RedirectResponse(address, status_code=303, headers=FRESH)
