"""Turns newcomers away before anything is done for them, where a gate is under pressure: refusing must cost next to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.addresses import work_at
from service.limits import TOO_MANY, Gate, TooManyError
from service.permissions import Work
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
        await refusal(Request(scope), gate.retry_after, self.page)(scope, receive, send)

    def _gate_of(self, scope: Scope) -> Gate | None:
        found = work_at("GET" if scope["method"] == "HEAD" else scope["method"], scope["path"])
        return None if found is None else self.gates.get(found)


def refusal(request: Request, retry_after: int, page: BusyPage) -> Response:
    """What whoever is turned away gets: the ready-made page, or a problem for a program."""
    answer = page(request) if is_page(request.scope["path"]) else _problem(request)
    answer.headers["Retry-After"] = str(retry_after)
    return answer


def answer_refusals(app: FastAPI, *, page: BusyPage) -> None:
    """Tell whoever a gate sent away in the same way; the page of other errors looks up too much for a busy service."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooManyError)
        return refusal(request, error.retry_after, page)

    app.add_exception_handler(TooManyError, refused)


def _problem(request: Request) -> Response:
    body = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": TOO_MANY,
        "request_id": getattr(request.state, "request_id", ""),
    }
    return Response(json.dumps(body).encode(), 503, media_type=MEDIA_TYPE)
