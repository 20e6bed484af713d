"""The admission gates in front of the handlers: so many requests at once, a short queue, and a clear refusal beyond."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import HTTPException, Request

from service.permissions import Work, rule_of

MAX_BODY_BYTES = 256 * 1024
"""Larger than any search or idea of 10,000 characters, escapes included."""

MAX_UPLOAD_BYTES = 4 * 1024 * 1024
"""A list of 10,000 participants as a workbook is a quarter of it; for the addresses in ``guards.UPLOADS`` alone."""

MAX_BULK_BYTES = 32 * 1024 * 1024
"""Actors as lines of JSON, written to the disk as they arrive; for the addresses in ``guards.BULK`` alone."""
MAX_IMPORT_BYTES = 64 * 1024 * 1024
"""Tables of 25,000 actors with long texts are half of it; for the addresses in ``guards.IMPORTS`` alone, never held in memory."""

REQUEST_SECONDS = 10
"""A request must have arrived by then, head and body; slower senders are cut off."""


class Gate:
    """Lets ``at_once`` requests in; ``queue`` more wait up to ``patience`` seconds; the rest get 503 at once."""

    def __init__(self, *, at_once: int, queue: int, patience: float) -> None:
        self.at_once = at_once
        self.queue = queue
        self.patience = patience
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._inside = 0
        self._refused = 0

    @property
    def inside(self) -> int:
        """Requests that hold a place now."""
        return self._inside

    @property
    def waiting(self) -> int:
        """Requests that wait for a place now."""
        return self._waiting

    @property
    def refused(self) -> int:
        """Requests refused since the start."""
        return self._refused

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Hold a place for as long as the block runs; raises ``HTTPException`` 503 with ``Retry-After``."""
        if self._places.locked() and self._waiting >= self.queue:
            raise self._refusal()
        self._waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._places.acquire()
        except TimeoutError:
            raise self._refusal() from None
        finally:
            self._waiting -= 1
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._places.release()

    def _refusal(self) -> HTTPException:
        self._refused += 1
        return HTTPException(
            503,
            detail="Too many requests at once. Try again in a moment.",
            headers={"Retry-After": str(max(1, round(self.patience)))},
        )


def gates() -> Mapping[Work, Gate]:
    """One gate per class of work; searching gets as many places as there are processors to search on.

    All places together stay below the 40 threads that the handlers run in, so health checks always find one.
    """
    processors = min(os.cpu_count() or 1, 8)
    return {
        # Long enough for two dozen people at once, short enough that the rest hear within seconds when to come again.
        Work.SEARCH: Gate(at_once=processors, queue=9 * processors, patience=3),
        # Most of them wait for one thread; a few more than processors, so that a kept answer need not wait behind them.
        Work.CLUSTER: Gate(at_once=processors + 2, queue=16, patience=8),
        Work.READ: Gate(at_once=max(8, 2 * processors), queue=12 * processors, patience=2),
        # The store has one writer, so more at once would wait there instead of here.
        Work.WRITE: Gate(at_once=2, queue=32, patience=8),
        Work.SCHEDULE: Gate(at_once=1, queue=4, patience=8),
        # Each holds 64 MiB and a processor for as long as a password is hashed.
        Work.SIGN_IN: Gate(at_once=2, queue=16, patience=8),
    }


async def admission(request: Request) -> AsyncIterator[None]:
    """The dependency that keeps a request at the gate of its class of work; health checks pass by."""
    rule = rule_of(request)
    gate = request.app.state.gates.get(rule.work) if rule else None
    if gate is None:
        yield
        return
    async with gate.admitted():
        yield
