"""Schedules for the handlers: made beside them one after the other, and how far each is."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum

from fastapi import HTTPException

from matchmaker.errors import MatchmakerError
from matchmaker.workspace import Workspace

log = logging.getLogger(__name__)

LONGEST = 120.0
"""Seconds that a search may be given; the command line takes more."""
WAITING = 4
"""More that are not yet begun are refused."""
REMEMBERED = 64
"""Runs that are over and can still be asked about, one for each event."""


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Run:
    """The making of one version of an event's schedule."""

    number: int
    """Of all runs of this service, from 1."""
    event_id: str
    time_limit: float
    who: str
    revision: int
    """Of the event when it was asked for."""
    state: RunState = RunState.WAITING
    began: float = 0.0
    """By the monotonic clock."""
    version: int | None = None
    """The number of the version that it made."""
    error: MatchmakerError | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in (RunState.DONE, RunState.FAILED)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.began if self.state is RunState.RUNNING else 0.0


class Scheduling:
    """Runs by event; one works at a time, since a search uses all processors."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="schedules")
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def start(
        self, workspace: Workspace, event_id: str, *, time_limit: float, seed: int = 0, who: str
    ) -> Run:
        """Begin to make a schedule, or give the run of this event that is not over yet.

        Raises ``EventNotFoundError``, and ``HTTPException`` 503 where too many wait already.
        """
        revision = workspace.events.one(event_id).revision
        with self._lock:
            under_way = self._runs.get(event_id)
            if under_way and not under_way.over:
                return under_way
            if sum(each.state is RunState.WAITING for each in self._runs.values()) >= WAITING:
                raise HTTPException(
                    503,
                    detail="Too many schedules are being made. Try again in a moment.",
                    headers={"Retry-After": str(round(time_limit) + 1)},
                )
            run = Run(next(self._numbers), event_id, min(time_limit, LONGEST), who, revision)
            self._runs[event_id] = run
            self._runs.move_to_end(event_id)
            self._forget()
            self._thread.submit(self._work, workspace, run, seed)
            return run

    def run(self, event_id: str) -> Run | None:
        """The latest run of an event, as long as it is remembered."""
        with self._lock:
            return self._runs.get(event_id)

    def stop(self, event_id: str) -> None:
        """End the search for an event's schedule; what it has found by then is kept."""
        run = self.run(event_id)
        if run:
            run.stop.set()

    def close(self) -> None:
        """End what runs and begin nothing that waits; asked again, it works on, as an app may be started a second time."""
        with self._lock:
            for each in self._runs.values():
                each.stop.set()
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._runs.clear()
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="schedules")

    def _work(self, workspace: Workspace, run: Run, seed: int) -> None:
        run.began = time.monotonic()
        run.state = RunState.RUNNING
        try:
            made = workspace.events.schedule(
                run.event_id, time_limit=run.time_limit, seed=seed, stop=run.stop.is_set, who=run.who
            )
            run.version = made.number
            run.state = RunState.DONE
        except MatchmakerError as error:
            run.error = error
            run.state = RunState.FAILED
        except Exception:
            # The work has no caller who could be told; whoever asks how far it is learns that it failed.
            log.exception("making a schedule failed")
            run.error = MatchmakerError("The schedule could not be made.")
            run.state = RunState.FAILED

    def _forget(self) -> None:
        over = [event_id for event_id, each in self._runs.items() if each.over]
        for event_id in over[: max(len(self._runs) - REMEMBERED, 0)]:
            del self._runs[event_id]
