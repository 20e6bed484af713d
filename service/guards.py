"""What every request passes before a route sees it, and what every answer carries: plain ASGI around the app."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from urllib.parse import unquote

from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchmaker.telling import told
from service.headers import mark
from service.logs import request_id as current_request
from service.problems import problem

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

MAX_ADDRESS_BYTES = 16 * 1024

UPLOADS = re.compile(r"(/api/v1)?/events/[^/]+/lists/[a-z]+")
"""Addresses that take a file."""

BULK = re.compile(r"/api/v1/actors/bulk")
"""Addresses that take many lines."""
IMPORTS = re.compile(r"/import|/api/v1/imports")
"""Addresses that take tables of a whole cluster, which are written to the disk as they come."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")


class Guard:
    """Refuses other hosts, other sites and bodies over the limit; marks every answer with an id and safe headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        max_body_bytes: int,
        max_upload_bytes: int = 0,
        max_bulk_bytes: int = 0,
        max_import_bytes: int = 0,
        origins: Collection[str] = (),
    ) -> None:
        """``origins`` are the other sites whose scripts may call the API."""
        self.app = app
        self.origins = frozenset(origins)
        self.hosts = frozenset(host.lower() for host in hosts)
        self.max_body_bytes = max_body_bytes
        self.max_upload_bytes = max(max_upload_bytes, max_body_bytes)
        self.max_bulk_bytes = max(max_bulk_bytes, max_body_bytes)
        self.max_import_bytes = max(max_import_bytes, max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        current_request.set(request_id)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                mark(headers, request_id)
                for name, value in scope["state"].get("rate_headers", {}).items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_marked)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most(scope):
                raise HTTPException(413, detail=self._too_large(scope))
            return message

        # HEAD is GET without a body, and the server leaves the body out by itself.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        inner = {**scope, "method": method, "path": _path_with_slashes_kept(scope)}
        try:
            await self.app(inner, receive_counted, send_marked)
        finally:
            # Whoever observes from outside knows a request by its route.
            scope["route"] = inner.get("route")

    def _refusal(self, scope: Scope) -> Response | None:
        request, headers = Request(scope), Headers(scope=scope)
        host = _HOST.fullmatch(headers.get("host", ""))
        if host is None or host["name"].lower() not in self.hosts:
            return problem(request, 400, detail="The Host header does not name this service.")
        named = scope["path"].startswith("/api/") and headers.get("origin") in self.origins
        if scope["method"] not in _SAFE_METHODS and not named and _from_another_site(headers):
            return problem(request, 403, detail="Requests from other sites are not accepted.")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
            return problem(
                request, 414, detail=told("The address is longer than {most} bytes.", most=MAX_ADDRESS_BYTES)
            )
        if _declared_length(headers) > self._most(scope):
            return problem(request, 413, detail=self._too_large(scope))
        return None

    def _most(self, scope: Scope) -> int:
        """Bytes that a body may have: more where a file or many lines are sent."""
        if scope["method"] == "POST" and BULK.fullmatch(scope["path"]):
            return self.max_bulk_bytes
        if scope["method"] == "POST" and IMPORTS.fullmatch(scope["path"]):
            return self.max_import_bytes
        sends_file = scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"])
        return self.max_upload_bytes if sends_file else self.max_body_bytes

    def _too_large(self, scope: Scope) -> str:
        return told("The body is larger than {most} bytes.", most=self._most(scope))


def _from_another_site(headers: Headers) -> bool:
    """Whether a browser says so; programs send neither header and carry no one's cookies."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()


def _declared_length(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    # The server has refused what is not a number of at most 20 digits.
    return int(declared) if declared.isascii() and declared.isdigit() else 0


def _path_with_slashes_kept(scope: Scope) -> str:
    """The path with ``%2F`` and ``%25`` left as they are, so that an id in it may hold a slash.

    What a route takes out of such a path is unquoted once more, by the dependencies in ``service.api.contract``.
    """
    path: str = scope["path"]
    raw: bytes | None = scope.get("raw_path")
    if not path.startswith("/api/") or raw is None:
        return path
    kept = re.sub("%(2[Ff]|25)", r"%25\1", raw.partition(b"?")[0].decode("latin-1"))
    return unquote(kept)
