"""One's own account over HTTP: who one is, another password, a forgotten one, and where one is signed in."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request

from matchmaker.errors import UserRejectedError
from matchmaker.signing_in import WRONG_PASSWORDS
from matchmaker.users import User, checked_password, comparable_email
from matchmaker.workspace import Workspace
from service.api.contract import PREFIX, Nothing, errors, json_body, never_kept, readable_address
from service.callers import caller_of, session_of
from service.dependencies import OpenWorkspace
from service.problems import refused
from service.schemas.account import (
    AccountAnswer,
    AccountSessionAnswer,
    AccountSessionPage,
    PasswordBody,
    PasswordByLinkBody,
    PasswordLinkAnswer,
    PasswordLinkBody,
)
from service.schemas.contract import Id
from service.tries import Tries

router = APIRouter(prefix=f"{PREFIX}/account", tags=["account"], dependencies=[Depends(readable_address)])

SessionId = Annotated[Id, Path(description="Id of the session, as the list names it.")]


@router.get(
    "",
    operation_id="getAccount",
    summary="Who am I?",
    responses=errors(404),
    dependencies=[Depends(never_kept)],
)
def get_account(request: Request, workspace: OpenWorkspace, _query: Nothing) -> AccountAnswer:
    """The user whose session or key asks; keys are at `/api/v1/keys`.

    A key that the operator made has no account, and neither has one with another role than its user's.
    """
    user = _user(request, workspace)
    return AccountAnswer.of(
        user,
        providers=workspace.users.issuers(user.id),
        by_letter=request.app.state.outbox.can_send(),
    )


@router.put(
    "/password",
    status_code=204,
    operation_id="changePassword",
    summary="Choose another password",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def change_password(request: Request, workspace: OpenWorkspace, body: PasswordBody, _query: Nothing) -> None:
    """Every other session ends, and links that were sent. Wrong present passwords are limited as those at the sign-in are."""
    user = _user(request, workspace)
    try:
        checked_password(body.password, email=user.email)
    except ValueError as error:
        raise refused("password", WRONG_PASSWORDS[str(error)]) from None
    tries: Tries = request.app.state.tries
    _wait(tries, user.email, request)
    if not workspace.users.change_password(user.id, body.present, body.password, token=session_of(request)):
        tries.failed(user.email, _address(request))
        raise refused("present", "This is not the password that is good now.")
    tries.succeeded(user.email, _address(request))


@router.post(
    "/password-links",
    status_code=202,
    operation_id="askPasswordLink",
    summary="Have a link for a new password sent",
    responses=errors(404, 413, 415),
    dependencies=[Depends(never_kept), Depends(json_body)],
)
def ask_password_link(
    request: Request,
    body: PasswordLinkBody,
    _query: Nothing,
) -> PasswordLinkAnswer:
    """By letter, to whoever signs in with the address; the answer is the same for every address. 404 where no mail is set up.

    The password stays as it is until the link is used, once and within the hour.
    """
    if not request.app.state.outbox.can_send():
        raise HTTPException(404, detail="No letters can be sent from here.")
    letters: Tries = request.app.state.letters
    account = comparable_email(body.email)
    _wait(letters, account, request)
    letters.failed(account, _address(request))
    request.app.state.outbox.ask(body.email)
    return PasswordLinkAnswer(sent_if_known=True)


@router.put(
    "/password-links/used",
    status_code=204,
    operation_id="choosePassword",
    summary="Choose a password with a link",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def choose_password(workspace: OpenWorkspace, body: PasswordByLinkBody, _query: Nothing) -> None:
    """The link of an invitation or of a letter, whose end stands in the body, where no log keeps it. It can be used once.

    Nobody is signed in by it. Unknown, used and old links are answered alike.
    """
    try:
        workspace.users.choose(body.token, body.password)
    except UserRejectedError as error:
        raise refused("password", str(error)) from None


@router.get(
    "/sessions",
    operation_id="listSessions",
    summary="Where am I signed in?",
    responses=errors(404),
    dependencies=[Depends(never_kept)],
)
def list_sessions(request: Request, workspace: OpenWorkspace, _query: Nothing) -> AccountSessionPage:
    """All of them, the latest used first; there is no further page."""
    user = _user(request, workspace)
    found = workspace.users.sessions(user.id, session_of(request))
    return AccountSessionPage(items=[AccountSessionAnswer.of(each) for each in found], next=None)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    operation_id="endSession",
    summary="Sign out one browser",
    responses=errors(404),
)
def end_session(
    request: Request,
    workspace: OpenWorkspace,
    session_id: SessionId,
    _query: Nothing,
) -> None:
    """Also the one that asks; another's is answered as one that is not there."""
    user = _user(request, workspace)
    if session_id not in {each.mark for each in workspace.users.sessions(user.id)}:
        raise HTTPException(404, detail="There is no such session (any more).")
    workspace.users.end_session(user.id, session_id)


@router.delete(
    "/sessions",
    status_code=204,
    operation_id="endOtherSessions",
    summary="Sign out everywhere else",
    responses=errors(404),
)
def end_other_sessions(request: Request, workspace: OpenWorkspace, _query: Nothing) -> None:
    """Every session but the one that asks; asked with a key, every one."""
    user = _user(request, workspace)
    for each in workspace.users.sessions(user.id, session_of(request)):
        if not each.is_this:
            workspace.users.end_session(user.id, each.mark)


def _user(request: Request, workspace: Workspace) -> User:
    """Whose session or key it is; a key that is narrower than its user does not speak for them here."""
    caller = caller_of(request)
    if caller is None or not caller.owner_id:
        raise HTTPException(404, detail="Nobody is signed in, so there is no account.")
    user = workspace.users.user(caller.owner_id)
    if user.role is not caller.role:
        raise HTTPException(404, detail="This key has another role than its user, and so no account.")
    return user


def _wait(tries: Tries, account: str, request: Request) -> None:
    seconds = ceil(tries.begin(account, _address(request)))
    if seconds > 0:
        raise HTTPException(
            429, detail="Too many tries. Wait, then try again.", headers={"Retry-After": str(seconds)}
        )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
