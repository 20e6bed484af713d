"""One's own account: who one is here, the password, where one is signed in, and keys for programs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.errors import ActorNotFoundError, KeyNotFoundError, UserRejectedError
from matchmaker.signing_in import KEY_DAYS, LONGEST_KEY_DAYS, NARROWER
from matchmaker.users import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Caller,
    Key,
    UserRole,
    checked_name,
    checked_password,
)
from matchmaker.workspace import Workspace
from service.callers import caller_of, session_of
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent, whole_number
from service.pages.rendering import page, wording_of
from service.pages.signing_in.entering import FRESH, go
from service.tries import Tries

router = APIRouter()

DONE = frozenset({"password", "ended", "revoked"})
DAYS = (30, KEY_DAYS, 365)
SESSIONS_SHOWN = 20
OTHERS_SHOWN = 20
"""Keys of others on the page; the API lists them all."""


@router.get("/account")
def account(request: Request, workspace: OpenWorkspace, done: Annotated[str, Query()] = "") -> Response:
    """Who somebody is signed in as, and all that is theirs."""
    return _account_page(request, workspace, done=done if done in DONE else "")


@router.post("/account/password")
def change_password(request: Request, sent: Sent, workspace: OpenWorkspace) -> Response:
    """Check the present password, keep the new one, and sign out everywhere else."""
    caller = _signed_in(request)
    user = workspace.users.user(caller.user_id)
    present, new = sent.as_sent("present"), sent.as_sent("password")
    if new != sent.as_sent("again"):
        return _account_page(request, workspace, status=422, wrong_password="invitation.differs")
    try:
        checked_password(new, email=user.email)
    except ValueError as error:
        return _account_page(request, workspace, status=422, wrong_password=f"invitation.{error}")
    address = request.client.host if request.client else ""
    tries: Tries = request.app.state.tries
    wait = ceil(tries.begin(user.email, address))
    if wait > 0:
        response = _account_page(request, workspace, status=429, wrong_password="sign_in.wait", seconds=wait)
        response.headers["Retry-After"] = str(wait)
        return response
    if not workspace.users.change_password(user.id, present, new, token=session_of(request)):
        tries.failed(user.email, address)
        return _account_page(request, workspace, status=422, wrong_password="account.present_wrong")
    tries.succeeded(user.email, address)
    return go("/account?done=password")


@router.post("/account/sessions")
def end_session(request: Request, sent: Sent, workspace: OpenWorkspace) -> Response:
    """Sign out one other browser."""
    workspace.users.end_session(_signed_in(request).user_id, sent.text("session"))
    return go("/account?done=ended")


@router.post("/account/keys")
def change_keys(request: Request, sent: Sent, workspace: OpenWorkspace) -> Response:
    """Make a key and show it, this once; or revoke one."""
    caller = _signed_in(request)
    if sent.text("revoke"):
        try:
            workspace.keys.revoke(caller, sent.text("revoke"))
        except KeyNotFoundError:
            raise HTTPException(404) from None
        return go("/account?done=revoked#keys")
    wrong = _wrong_key(caller, sent)
    if not wrong:
        try:
            _, secret = workspace.keys.create(
                caller,
                name=sent.text("name"),
                role=UserRole(sent.text("role") or caller.role),
                read_only=sent.text("scope") != "change",
                days=int(sent.text("days")),
            )
            return _account_page(request, workspace, secret=secret)
        except UserRejectedError:
            wrong = "account.keys_full"
    return _account_page(request, workspace, status=422, wrong_key=wrong, typed=sent.text("name"))


def _wrong_key(caller: Caller, sent: Form) -> str:
    """The name of what is wrong with a key that is wanted, or nothing."""
    try:
        checked_name(sent.text("name"))
    except ValueError:
        return "account.key_name_wrong"
    if sent.text("role") not in ("", *NARROWER[caller.role]):
        return "account.key_role_wrong"
    return "" if whole_number(sent.text("days"), 1, LONGEST_KEY_DAYS) else "account.key_days_wrong"


def _signed_in(request: Request) -> Caller:
    """Who signed in with a browser; a key has no account, and an open workspace none either."""
    caller = caller_of(request)
    if caller is None or not caller.user_id:
        raise HTTPException(404)
    return caller


def _keys(workspace: Workspace, caller: Caller) -> tuple[Sequence[Key], Sequence[Key]]:
    """The caller's own keys that are good, and those of others that the caller may revoke, the newest first."""
    good = workspace.keys.of(caller, good=True)
    own = [each for each in good if each.user_id == caller.user_id]
    return own, [each for each in reversed(good) if each.user_id != caller.user_id]


def _name_of(workspace: Workspace, actor_id: str) -> str:
    try:
        return workspace.actor(actor_id).name
    except ActorNotFoundError:
        return actor_id


def _account_page(
    request: Request,
    workspace: Workspace,
    *,
    status: int = 200,
    wrong_password: str = "",
    seconds: int = 0,
    wrong_key: str = "",
    typed: str = "",
    secret: str = "",
    done: str = "",
) -> Response:
    caller, words = caller_of(request), wording_of(request)
    user = workspace.users.user(caller.user_id) if caller and caller.user_id else None
    own, others = _keys(workspace, caller) if user and caller else ((), ())
    sessions = workspace.users.sessions(user.id, session_of(request)) if user else ()
    facts = {"shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD, "seconds": seconds}
    response = page(
        request,
        "signing_in/account.html",
        snapshot=None,
        status=status,
        user=user,
        actor_name=_name_of(workspace, user.actor_id) if user and user.actor_id else "",
        sessions=sessions[:SESSIONS_SHOWN],
        sessions_count=len(sessions),
        keys=own,
        others=others[:OTHERS_SHOWN],
        others_count=len(others),
        key_roles=NARROWER[user.role] if user else (),
        days=DAYS,
        wrong_password=words(wrong_password, **facts) if wrong_password else "",
        wrong_key=words(wrong_key) if wrong_key else "",
        typed=typed,
        secret=secret,
        done=done,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
        can_mail=request.app.state.outbox.can_send(),
        issuers=workspace.users.issuers(user.id) if user else (),
    )
    response.headers.update(FRESH)
    return response
