"""Other sites whose scripts may call the API: exactly those that the settings name, with a key and never with a cookie."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Prefer, Accept-Language"
READ = "ETag, Location, Retry-After, Preference-Applied, RateLimit, RateLimit-Policy, X-Request-ID, Content-Disposition"
"""Headers of answers that a script may read."""
KEPT_SECONDS = 600
"""How long a browser may remember what a preflight was answered."""


class OtherSites:
    """Answers preflights of the sites that may call the API, and lets their scripts read its answers.

    Without sites it changes nothing: then no answer carries a header of cross-origin resource sharing.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self.origins or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        if origin not in self.origins:
            # Caches must not give one site what another was answered.
            await self.app(scope, receive, _adding({"Vary": "Origin"}, send))
            return
        allowed = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            answer = Response(
                status_code=204,
                headers={
                    **allowed,
                    "Access-Control-Allow-Methods": METHODS,
                    "Access-Control-Allow-Headers": SENT,
                    "Access-Control-Max-Age": str(KEPT_SECONDS),
                },
            )
            await answer(scope, receive, send)
            return
        inner = {**scope, "headers": [each for each in scope["headers"] if each[0] != b"cookie"]}
        scope.setdefault("state", {})["named_site"] = True
        inner["state"] = scope["state"]
        await self.app(inner, receive, _adding({**allowed, "Access-Control-Expose-Headers": READ}, send))
        scope["route"] = inner.get("route")


def _adding(headers: dict[str, str], send: Send) -> Send:
    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered = MutableHeaders(scope=message)
            for name, value in headers.items():
                if name == "Vary":
                    answered.add_vary_header(value)
                else:
                    answered[name] = value
        await send(message)

    return send_with
