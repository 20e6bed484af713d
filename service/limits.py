"""The admission gates in front of the handlers: so many requests at once, a short queue, and a clear refusal beyond."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections import deque
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

TOO_MANY = "Too many requests at once. Try again in a moment."

REQUEST_SECONDS = 10
"""A request must have arrived by then, head and body; slower senders are cut off."""


class TooManyError(HTTPException):
    """Nobody has time for a request now; 503, with the time to come back."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(503, detail=TOO_MANY, headers={"Retry-After": str(retry_after)})


PRESSED_SECONDS = 0.25
"""A gate that has turned people away for so long is under pressure, and no longer meets a crowd that came at once."""
CALM_SECONDS = 1.0
"""A gate that has turned nobody away for so long is calm again."""


class Room:
    """Places that gates share, since their work shares one interpreter; a free one goes to the gates in turn.

    So a flood at one of them leaves the others their share, and nobody inside is slowed down by more than fit.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._taken = 0
        self._gates: deque[Gate] = deque()

    def open(self, gate: Gate) -> None:
        """Let a gate lead here."""
        self._gates.append(gate)

    def leave(self) -> None:
        """Give a place back, to whoever waits at one of the gates."""
        self._taken -= 1
        self.hand_out()

    def hand_out(self) -> None:
        """Let in as many of those who wait as there are free places."""
        while self._taken < self.places and self._one_let_in():
            self._taken += 1

    def _one_let_in(self) -> bool:
        for _ in range(len(self._gates)):
            self._gates.rotate(-1)
            if self._gates[-1].let_next_in():
                return True
        return False


class Gate:
    """Lets ``at_once`` requests in; ``queue`` more wait up to ``patience`` seconds; the rest get 503 at once.

    A crowd that comes at once finds the whole queue. When it overflows, whoever has waited longest goes and the fresh one stays, so
    that those who are answered waited briefly (drop from front: Lakshman, Neidhardt and Ott, INFOCOM 1996). Under lasting
    pressure only half as many wait as there are places, as a standing queue makes everybody wait and answers nobody more (Nichols
    and Jacobson, "Controlling Queue Delay", ACM Queue 2012). All methods belong to the thread of the event loop.
    """

    def __init__(self, *, at_once: int, queue: int, patience: float, room: Room | None = None) -> None:
        """``room`` is what the gate leads to together with others; it leads to one of its own unless told."""
        self.at_once = at_once
        self.queue = queue
        self.patience = patience
        self._line: deque[asyncio.Future[None]] = deque()
        self._room = room or Room(at_once)
        self._room.open(self)
        self._inside = 0
        self._refused = 0
        self._refusing_since = -math.inf
        self._refused_last = -math.inf

    @property
    def inside(self) -> int:
        """Requests that hold a place now."""
        return self._inside

    @property
    def waiting(self) -> int:
        """Requests that wait for a place now."""
        return len(self._line)

    @property
    def refused(self) -> int:
        """Requests refused since the start."""
        return self._refused

    @property
    def retry_after(self) -> int:
        """Seconds after which a refused request may come again."""
        return max(1, round(self.patience))

    def turns_away(self) -> bool:
        """Whether the gate is under pressure and a newcomer would find no room; counted as refused where it is so."""
        longest = (self.at_once + 1) // 2
        if not self._pressed() or len(self._line) < longest:
            return False
        if len(self._line) > longest:
            self._send_longest_away()
        self._count_refusal()
        return True

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Hold a place for as long as the block runs; raises ``TooManyError``."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    def let_next_in(self) -> bool:
        """Give whoever waits at the front a place, which the caller has; whether anybody takes it."""
        while self._line and self._inside < self.at_once:
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
                self._inside += 1
                return True
        return False

    async def _enter(self) -> None:
        place = asyncio.get_running_loop().create_future()
        self._line.append(place)
        self._room.hand_out()
        if len(self._line) > self.queue:
            self._send_longest_away()
        try:
            async with asyncio.timeout(self.patience):
                await place
        except TimeoutError:
            self._forget(place)
            self._count_refusal()
            raise self._refusal() from None
        except BaseException:
            self._forget(place)
            raise

    def _leave(self) -> None:
        self._inside -= 1
        self._room.leave()

    def _forget(self, place: asyncio.Future[None]) -> None:
        """Take out of the line whoever no longer waits; a place that was just handed over goes to the next."""
        if place in self._line:
            self._line.remove(place)
        elif place.done() and not place.cancelled() and place.exception() is None:
            self._leave()

    def _send_longest_away(self) -> None:
        place = self._line.popleft()
        if not place.done():
            self._count_refusal()
            place.set_exception(self._refusal())

    def _pressed(self) -> bool:
        now = time.monotonic()
        return now - self._refused_last < CALM_SECONDS and now - self._refusing_since > PRESSED_SECONDS

    def _count_refusal(self) -> None:
        now = time.monotonic()
        if now - self._refused_last >= CALM_SECONDS:
            self._refusing_since = now
        self._refused_last = now
        self._refused += 1

    def _refusal(self) -> TooManyError:
        return TooManyError(self.retry_after)


def gates() -> Mapping[Work, Gate]:
    """One gate per class of work; searching gets as many places as there are processors to search on.

    All places together stay below the 40 threads that the handlers run in, so health checks always find one.
    """
    processors = min(os.cpu_count() or 1, 8)
    # What is read and searched holds the interpreter while it is worked on: more at once make each slower and none faster.
    reading = Room(processors)
    return {
        # Long enough for two dozen people at once, short enough that the rest hear within seconds when to come again.
        Work.SEARCH: Gate(at_once=processors, queue=9 * processors, patience=3, room=reading),
        # Most of them wait for one thread; one more than processors, so that a kept answer need not wait behind them.
        Work.CLUSTER: Gate(at_once=processors + 1, queue=16, patience=8),
        Work.READ: Gate(at_once=processors, queue=12 * processors, patience=2, room=reading),
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
