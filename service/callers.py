"""Who a request is from: a session's cookie or a key's header, each looked up once a request."""

from __future__ import annotations

from contextvars import ContextVar
from urllib.parse import urlsplit

from fastapi import Request, Response

from matchmaker.errors import KeyNotFoundError, UserNotFoundError
from matchmaker.users import Caller
from matchmaker.workspace import Workspace
from service.grants import Role

ACTING: ContextVar[str] = ContextVar("acting", default="")
"""The id of whoever a request is from, for as long as it is worked on; the permission check sets it, handlers' threads inherit it."""

FORM = "application/x-www-form-urlencoded"
_NOT_FROM_HERE = ("authorization", "forwarded", "x-forwarded-for")
"""A key says who somebody is, even if it is a bad one; a proxy says that somebody else is asking."""
_NAME = "session"
_SECURE_NAME = "__Host-session"


def caller_of(request: Request) -> Caller | None:
    """Who signed in with what the request carries; ``None`` for nobody. A key outranks a session."""
    state = request.state
    if not hasattr(state, "caller"):
        state.caller = _looked_up(request)
    caller: Caller | None = state.caller
    return caller


def role_of(request: Request) -> Role:
    """The caller's role: who signed in, else a facilitator where the app is open on this machine, else anonymous."""
    caller = caller_of(request)
    if caller is not None:
        return Role(caller.role.value)
    return Role.FACILITATOR if is_open_here(request) else Role.ANONYMOUS


def is_open_here(request: Request) -> bool:
    """Whether whoever asks is a facilitator: on this machine, as long as there has never been a user. Looked up once a request."""
    state = request.state
    if not hasattr(state, "from_here"):
        state.from_here = _is_from_here(request)
    from_here: bool = state.from_here
    return from_here


def _is_from_here(request: Request) -> bool:
    state = request.app.state
    if state.open_here and _workspace(request).users.needed():
        # For good: there is no way back to an open app but another workspace.
        state.open_here = False
    if getattr(request.state, "named_site", False):
        # A script of another site runs in the browser of whoever is here, and is not they.
        return False
    return bool(state.open_here) and not any(name in request.headers for name in _NOT_FROM_HERE)


def sent_a_secret(request: Request) -> bool:
    """Whether there is something to look up."""
    return "authorization" in request.headers or session_of(request) != ""


def sent_a_bad_key(request: Request) -> bool:
    """Whether a key was sent that is nobody's, is over, or was taken back."""
    return _key_of(request) is not None and caller_of(request) is None


def name_of(request: Request, who: str) -> str:
    """What a caller is called whose id the audit trail holds; ``""`` for a person who is gone, anything else as it is.

    A key has its name before its id, since several may be called the same, and for facilitators alone, who may see keys.
    """
    users = _workspace(request).users
    if who.startswith("user-"):
        try:
            return users.user(who).name
        except UserNotFoundError:
            return ""
    if who.startswith("key-") and role_of(request) is Role.FACILITATOR:
        try:
            return f"{users.key(who).name} ({who})"
        except KeyNotFoundError:
            return who
    return who


def session_of(request: Request) -> str:
    """The session's token as the browser sent it, or ``""``."""
    return request.cookies.get(_cookie_name(request), "")


def give_session(request: Request, response: Response, token: str) -> None:
    """Hand a new session's token to the browser: to no script, to no other site, over https to this host alone."""
    response.set_cookie(
        _cookie_name(request), token, path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )


def take_session(request: Request, response: Response) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(
        _cookie_name(request), path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )


async def keep_what_was_sent(request: Request) -> None:
    """Remember a form that came without a session, so that it can be sent again after signing in."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and declared == FORM:
        request.state.kept_form = (await request.body()).decode("latin-1")


def _looked_up(request: Request) -> Caller | None:
    users = _workspace(request).users
    if "authorization" in request.headers:
        key = _key_of(request)
        return None if key is None else users.of_key(key)
    token = session_of(request)
    return users.of_session(token) if token else None


def _key_of(request: Request) -> str | None:
    """The key as it was sent; ``None`` where there is none, as for a password that a proxy asks for."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _cookie_name(request: Request) -> str:
    return _SECURE_NAME if is_secure(request) else _NAME


def is_secure(request: Request) -> bool:
    """Whether the browser reached this service over https."""
    if request.url.scheme == "https":
        return True
    # Behind a proxy that does not say so, the setting does.
    public = urlsplit(_workspace(request).address)
    return public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace
