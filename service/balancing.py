"""Whole-cluster proposals for the handlers: worked out beside them, once for each build and balance, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import HTTPException

from matchmaker.matching.exposure import Measures
from matchmaker.matching.proposing import Balanced
from matchmaker.published import Published

T = TypeVar("T")

STEP = 0.05
"""Balances are asked for in steps of this, so that few are worked out and kept."""
CURVE = tuple(step / 10 for step in range(11))
MOST_PARTNERS = 50

LISTS_KEPT = 8
CURVES_KEPT = 64
WAITING = 16
"""More that are not yet begun are refused."""
PATIENCE = 8.0
"""Seconds that a request waits for what is being worked out; then it is told to come back."""
LARGE = 5_000
"""Actors from which a page says at once that something is being worked out; for fewer it takes a second or two."""
AT_ONCE = 0.1


def page_patience(snapshot: Published) -> float:
    """Seconds that a page waits for what is being worked out before it says so and comes back by itself."""
    return PATIENCE if snapshot.counts().actors < LARGE else AT_ONCE


def on_step(balance: float) -> float:
    """The nearest balance that is worked out, as it is written."""
    return round(round(balance / STEP) * STEP, 2)


@dataclass(frozen=True, slots=True)
class Lists:
    """Which lists are wanted."""

    balance: float
    """On a step."""
    top: int
    new: bool


class Kept(Generic[T]):
    """Results by key, worked out one after the other in a thread of its own; the longest unused are forgotten."""

    def __init__(self, name: str, *, kept: int) -> None:
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._kept = kept
        self._lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], T], *, patience: float) -> T | None:
        """The result, or ``None`` where it takes longer than ``patience`` seconds; the work goes on then.

        Raises what the work raises, and ``HTTPException`` 503 where too much work waits already.
        """
        with self._lock:
            future = self._results.get(key)
            if future is None or _failed(future):
                if sum(not each.done() for each in self._results.values()) >= WAITING:
                    raise not_yet("Too much is being worked out. Try again in a moment.")
                future = self._results[key] = self._thread.submit(work)
            self._results.move_to_end(key)
            self._forget()
        with suppress(NotInTime):
            return future.result(timeout=patience)
        return None

    def _forget(self) -> None:
        done = [key for key, each in self._results.items() if each.done()]
        for key in done[: max(len(self._results) - self._kept, 0)]:
            del self._results[key]

    def close(self) -> None:
        """Begin nothing that waits; asked again, it works on, as an app may be started a second time."""
        with self._lock:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)


def _failed(future: Future[T]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)


class Balancing:
    """What the handlers ask; a list waits for other lists at most, never for a curve."""

    def __init__(self) -> None:
        self._lists: Kept[Balanced] = Kept("lists", kept=LISTS_KEPT)
        self._curves: Kept[list[Measures]] = Kept("curves", kept=CURVES_KEPT)

    def lists(self, snapshot: Published, wanted: Lists, *, patience: float = PATIENCE) -> Balanced | None:
        """Everybody's lists, or ``None`` while they are being worked out; raises as ``Kept.get``."""
        return self._lists.get(
            (snapshot.lists_edition, wanted),
            lambda: snapshot.balanced(balance=wanted.balance, top=wanted.top, new=wanted.new),
            patience=patience,
        )

    def curve(
        self, snapshot: Published, top: int, *, new: bool = False, patience: float = PATIENCE
    ) -> list[Measures] | None:
        """The measures at each balance of ``CURVE``, or ``None`` while they are being worked out; raises as ``Kept.get``."""
        return self._curves.get(
            (snapshot.lists_edition, top, new),
            lambda: snapshot.balance_curve(CURVE, top=top, new=new),
            patience=patience,
        )

    def close(self) -> None:
        """Begin nothing that waits."""
        self._lists.close()
        self._curves.close()


def not_yet(detail: str) -> HTTPException:
    """The error to raise for a client that should come back in a few seconds."""
    return HTTPException(503, detail=detail, headers={"Retry-After": str(round(PATIENCE))})
