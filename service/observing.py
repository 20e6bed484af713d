"""Counts and times every request by the template of its route, for the log and for the metrics."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the classes of durations, in seconds."""

NO_ROUTE = "none"
"""Of requests that reached no route: what they asked for is a stranger's text and no label."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Durations:
    """How long requests took: how many in each class, and all seconds together."""

    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Observed:
    """What was observed since the start; threads may ask while requests go on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._durations: dict[str, Durations] = {}

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._requests[method, route, status] += 1
            durations = self._durations.setdefault(route, Durations())
            durations.classes[bisect_left(BOUNDS, seconds)] += 1
            durations.seconds += seconds

    def requests(self) -> dict[tuple[str, str, int], int]:
        """Numbers of requests by method, route and status."""
        with self._lock:
            return dict(self._requests)

    def durations(self) -> dict[str, Durations]:
        """Durations by route."""
        with self._lock:
            return {
                route: Durations(list(each.classes), each.seconds) for route, each in self._durations.items()
            }


class Observe:
    """Around the whole app: counts and logs each request when its answer is sent."""

    def __init__(self, app: ASGIApp, *, observed: Observed) -> None:
        self.app = app
        self.observed = observed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # An error that nobody foresaw is answered with 500 outside of this.
        status, begun = 500, time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            seconds = time.perf_counter() - begun
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = _route(scope)
            self.observed.add(method, route, status, seconds)
            facts = {
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
            }
            log.info("request", extra=facts)


def _route(scope: Scope) -> str:
    """The template of the route that was reached, such as ``/actors/{actor_id}``."""
    template = getattr(scope.get("route"), "path", None)
    if template is not None:
        return str(template)
    return "/static" if str(scope.get("path", "")).startswith("/static/") else NO_ROUTE
