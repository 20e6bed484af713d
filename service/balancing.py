"""Whole-cluster proposals for the handlers: worked out beside them, once for each build and balance, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import HTTPException

from matchmaker.foreseen import CURVE
from matchmaker.matching.exposure import Measures
from matchmaker.matching.proposing import Balanced
from matchmaker.published import Published

T = TypeVar("T")

STEP = 0.05
"""Balances are asked for in steps of this, so that few are worked out and kept."""
MOST_PARTNERS = 50

LISTS_KEPT = 8
CURVES_KEPT = 64
EVENTS_KEPT = 16
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


@dataclass(frozen=True, slots=True)
class _Of:
    """The key of one edition of results that take each other's place."""

    family: Hashable
    edition: Hashable


class Kept(Generic[T]):
    """Results by key, worked out one after the other in a thread of its own; the longest unused are forgotten."""

    def __init__(self, name: str, *, kept: int) -> None:
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._newest: OrderedDict[Hashable, T] = OrderedDict()
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
        # What somebody cancelled for a newer edition is asked for again.
        with suppress(NotInTime, CancelledError):
            return future.result(timeout=patience)
        return None

    def latest(
        self, family: Hashable, edition: Hashable, work: Callable[[], T], *, patience: float
    ) -> tuple[T | None, bool]:
        """The result of an edition and ``True``, or what there is of the family before it and ``False``.

        Only with nothing before does the caller wait; of several editions of a family that are not begun the newest alone is
        worked out. Raises as ``get``.
        """
        with self._lock:
            before = self._newest.get(family)
            for key, each in [*self._results.items()]:
                if isinstance(key, _Of) and key.family == family and key.edition != edition and each.cancel():
                    del self._results[key]
        key = _Of(family, edition)
        found = self.get(key, work, patience=patience if before is None else 0.0)
        with self._lock:
            if found is not None:
                self._newest[family] = found
                self._newest.move_to_end(family)
                while len(self._newest) > self._kept:
                    self._newest.popitem(last=False)
                return found, True
        return before, False

    def forget(self, past: Callable[[Hashable], bool]) -> None:
        """Keep no finished result whose key is of the past."""
        with self._lock:
            for key in [key for key, each in self._results.items() if each.done() and past(key)]:
                del self._results[key]

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


@dataclass(frozen=True, slots=True)
class EventLists:
    """What is shown of those who attend an event."""

    lists: Balanced
    best: Measures
    """What the best for each would be like."""
    curve: list[Measures]


class Balancing:
    """What the handlers ask; a list waits for other lists at most, never for a curve."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        """``patience`` is how many seconds whoever asks waits for what is being worked out."""
        self._patience = patience
        self._lists: Kept[Balanced] = Kept("lists", kept=LISTS_KEPT)
        self._curves: Kept[list[Measures]] = Kept("curves", kept=CURVES_KEPT)
        self._events: Kept[EventLists] = Kept("event lists", kept=EVENTS_KEPT)
        self._event_curves: OrderedDict[_Of, tuple[Measures, list[Measures]]] = OrderedDict()

    def lists(self, snapshot: Published, wanted: Lists) -> Balanced | None:
        """Everybody's lists, or ``None`` while they are being worked out; raises as ``Kept.get``."""
        return self._lists.get(
            _Of((snapshot.generation, wanted), snapshot.lists_edition),
            lambda: snapshot.balanced(balance=wanted.balance, top=wanted.top, new=wanted.new),
            patience=self._patience,
        )

    def shown_lists(
        self, snapshot: Published, wanted: Lists, *, patience: float | None = None
    ) -> tuple[Balanced | None, bool]:
        """The lists, and whether they heed the newest answers; those of before where those are still being worked out.

        ``patience`` is how many seconds to wait where there are none before. Raises as ``Kept.get``.
        """
        return self._lists.latest(
            (snapshot.generation, wanted),
            snapshot.lists_edition,
            lambda: snapshot.balanced(balance=wanted.balance, top=wanted.top, new=wanted.new),
            patience=self._patience if patience is None else patience,
        )

    def shown_curve(
        self, snapshot: Published, top: int, *, new: bool, patience: float
    ) -> tuple[list[Measures] | None, bool]:
        """The curve, as ``shown_lists``; raises as ``Kept.get``."""
        return self._curves.latest(
            (snapshot.generation, top, new),
            snapshot.lists_edition,
            lambda: snapshot.balance_curve(CURVE, top=top, new=new),
            patience=patience,
        )

    def event_lists(
        self,
        snapshot: Published,
        actor_ids: tuple[str, ...],
        wanted: Lists,
        *,
        patience: float | None = None,
    ) -> tuple[EventLists | None, bool]:
        """The lists of those who attend an event alone, as ``shown_lists``; raises as ``Kept.get``.

        The curve, which is the same whatever balance is asked for, is worked out once.
        """

        def work() -> EventLists:
            among = snapshot.among(actor_ids, new=wanted.new)
            of = _Of((snapshot.generation, actor_ids, wanted.top, wanted.new), snapshot.lists_edition)
            found = self._event_curves.get(of)
            if found is None:
                best = among.balanced(balance=0.0, top=wanted.top).measures
                found = self._event_curves[of] = best, among.curve(CURVE, top=wanted.top)
                while len(self._event_curves) > EVENTS_KEPT:
                    self._event_curves.popitem(last=False)
            return EventLists(among.balanced(balance=wanted.balance, top=wanted.top), *found)

        return self._events.latest(
            (snapshot.generation, actor_ids, wanted),
            snapshot.lists_edition,
            work,
            patience=self._patience if patience is None else patience,
        )

    def curve(self, snapshot: Published, top: int, *, new: bool = False) -> list[Measures] | None:
        """The measures at each balance of ``CURVE``, or ``None`` while they are being worked out; raises as ``Kept.get``."""
        return self._curves.get(
            _Of((snapshot.generation, top, new), snapshot.lists_edition),
            lambda: snapshot.balance_curve(CURVE, top=top, new=new),
            patience=self._patience,
        )

    def close(self) -> None:
        """Begin nothing that waits."""
        self._lists.close()
        self._curves.close()
        self._events.close()


def not_yet(detail: str) -> HTTPException:
    """The error to raise for a client that should come back in a few seconds."""
    return HTTPException(503, detail=detail, headers={"Retry-After": str(round(PATIENCE))})
