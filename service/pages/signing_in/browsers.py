"""Which browser sent a form that is kept here: it is known again when it comes back from a provider, and nobody else is taken for it."""

from __future__ import annotations

import re
import secrets

from fastapi import Request, Response

from service.callers import is_secure

KEPT_SECONDS = 12 * 60 * 60
"""Long enough for a page that was left open over a working day."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_of(request: Request) -> str:
    """The token by which a browser is known again; ``""`` where it has none."""
    token = request.cookies.get(_cookie_name(request), "")
    return token if _TOKEN.fullmatch(token) else ""


def new_browser() -> str:
    """A token for a browser that has none."""
    return secrets.token_urlsafe(32)


def know_again(request: Request, response: Response, browser: str) -> None:
    """Hand the token to the browser, as a session's: a stranger must neither read it nor put one of their own in its place."""
    response.set_cookie(
        _cookie_name(request),
        browser,
        max_age=KEPT_SECONDS,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def _cookie_name(request: Request) -> str:
    return "__Host-kept" if is_secure(request) else "kept"
