"""Turns newcomers away before anything is done for them, where a gate is under pressure: refusing must cost next to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.limits import TOO_MANY, Gate
from service.permissions import Work, work_at
from service.problems import MEDIA_TYPE, is_page

BusyPage = Callable[[Request], Response]
"""Says to a person that the service is busy, without looking anything up."""


class Shed:
    """In front of routes, permissions and sessions: answers 503 itself where the gate of an address turns newcomers away."""

    def __init__(self, app: ASGIApp, *, gates: Mapping[Work, Gate], page: BusyPage) -> None:
        self.app = app
        self.gates = gates
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        gate = self._gate_of(scope) if scope["type"] == "http" else None
        if gate is None or not gate.turns_away():
            await self.app(scope, receive, send)
            return
        answer = self.page(Request(scope)) if is_page(scope["path"]) else _problem(scope)
        answer.headers["Retry-After"] = str(gate.retry_after)
        await answer(scope, receive, send)

    def _gate_of(self, scope: Scope) -> Gate | None:
        found = work_at("GET" if scope["method"] == "HEAD" else scope["method"], scope["path"])
        return None if found is None else self.gates.get(found)


def _problem(scope: Scope) -> Response:
    body = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": TOO_MANY,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    return Response(json.dumps(body).encode(), 503, media_type=MEDIA_TYPE)
