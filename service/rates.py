"""How often one caller may ask: so many requests a minute of each class of work, told with every answer, and 429 beyond."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from matchmaker.settings import Settings
from service.callers import caller_of, is_open_here, sent_a_secret
from service.permissions import Work, rule_of
from service.tries import network_of

WINDOW = 60
"""Seconds for which requests are counted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to a caller after a request."""

    policy: str
    """Name of the class of work."""
    quota: int
    """Requests in a window."""
    remaining: int
    resets: int
    """Seconds until the whole quota is there again."""
    allowed: bool

    def headers(self) -> dict[str, str]:
        """The fields of the draft ``draft-ietf-httpapi-ratelimit-headers-10`` (HTTPAPI working group of the IETF)."""
        fields = {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.resets}',
        }
        return fields if self.allowed else {**fields, "Retry-After": str(max(1, self.resets))}


class Rates:
    """Counts requests by caller and class of work, in memory; may be shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self._counting = FixedWindowRateLimiter(MemoryStorage())
        quotas = {work: getattr(settings, f"rate_{work.value}", 0) for work in Work}
        self._quotas: Mapping[Work, RateLimitItem] = {
            work: RateLimitItemPerMinute(quota, namespace=work.value)
            for work, quota in quotas.items()
            if quota
        }

    def count(self, work: Work, caller: str) -> Standing | None:
        """Count a request and say how the caller stands; ``None`` where this class of work has no limit."""
        quota = self._quotas.get(work)
        if quota is None:
            return None
        allowed = self._counting.hit(quota, caller)
        window = self._counting.get_window_stats(quota, caller)
        resets = min(WINDOW, max(0, math.ceil(window.reset_time - time.time())))
        return Standing(work.value, quota.amount, max(0, window.remaining), resets, allowed)


async def rate(request: Request) -> None:
    """The dependency that counts a request before anything else is done for it; raises ``HTTPException`` 429."""
    rule = rule_of(request)
    if rule is not None:
        await count(request, rule.work)


async def count(request: Request, work: Work) -> None:
    """Count a request, once wherever it comes by; raises ``HTTPException`` 429.

    Whoever is in the open service on this machine is not counted, nor are health checks and the files of the pages.
    """
    if work is Work.HEALTH or getattr(request.state, "counted", False):
        return
    request.state.counted = True
    if sent_a_secret(request):
        # Looked up in the database, and remembered with the request.
        await run_in_threadpool(caller_of, request)
    caller = caller_of(request)
    if caller is None and is_open_here(request):
        return
    rates: Rates = request.app.state.rates
    standing = rates.count(work, caller.who if caller else _address_of(request))
    if standing is None:
        return
    request.state.rate_headers = standing.headers()
    if not standing.allowed:
        raise HTTPException(
            429,
            detail=f"More than {standing.quota} requests a minute of this kind ({standing.policy}). "
            f"Go on in {max(1, standing.resets)} seconds.",
            headers=standing.headers(),
        )


def _address_of(request: Request) -> str:
    return f"at {network_of(request.client.host)}" if request.client else "nowhere"
