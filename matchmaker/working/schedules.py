"""Schedules of events as jobs: one for each event at a time, worked on one after the other, ended with the best found so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from matchmaker.errors import MatchmakerError
from matchmaker.events import Plan
from matchmaker.jobs import Job, Lane
from matchmaker.working.kinds import FailedWithAnswerError, Kind, Task
from matchmaker.working.working import Working

SCHEDULE = "schedule"
EVENT = "event"
"""The argument that names the event."""
SEARCH = "search"
"""The one step of the work, of which the seconds that it may take are told."""


class _Kept(Protocol):
    @property
    def revision(self) -> int:
        """Of the event and its wishes."""


class _Version(Protocol):
    @property
    def number(self) -> int:
        """From 1."""

    @property
    def plan(self) -> Plan:
        """Who meets whom."""


class _Events(Protocol):
    def one(self, event_id: str) -> _Kept:
        """The event; raises ``EventNotFoundError``."""

    def schedule(
        self,
        event_id: str,
        *,
        time_limit: float,
        seed: int,
        stop: Callable[[], bool],
        job: str,
        who: str,
    ) -> _Version:
        """Make a version, or give the one that the job made."""


class Schedules:
    """What is asked of a workspace's schedules; methods raise ``StoreError`` as the store does."""

    def __init__(self, working: Working, events: _Events) -> None:
        self._working = working
        self._events = events
        working.register(schedule_kind(events))

    def ask(self, event_id: str, *, time_limit: float, seed: int = 0, who: str) -> Job:
        """Ask for a schedule of an event; the job that is not over yet is given instead of a second one.

        ``time_limit`` is in seconds. Raises ``EventNotFoundError``, and ``JobsFullError`` where too many wait.
        """
        arguments = {
            EVENT: event_id,
            "time_limit": time_limit,
            "seed": seed,
            "revision": self._events.one(event_id).revision,
        }
        return self._working.ask(SCHEDULE, arguments, who=who)

    def latest(self, event_id: str) -> Job | None:
        """The job that was asked for last for an event, over or not; ``None`` where it is forgotten."""
        return self._working.latest(SCHEDULE, EVENT, event_id)

    def stop(self, event_id: str, *, who: str) -> Job | None:
        """End the search for an event's schedule: what it has found is kept. One that waits has found nothing and is over."""
        job = self.latest(event_id)
        return None if job is None else self._working.cancel(job.id, who=who)


def schedule_kind(events: _Events) -> Kind:
    """The making of a version: ``event``, ``time_limit`` in seconds, ``seed``, and the event's ``revision`` when it was asked for."""

    def work(task: Task) -> Mapping[str, object]:
        limit, seed = float(str(task.arguments["time_limit"])), int(str(task.arguments.get("seed", 0)))
        began = time.monotonic()

        def stop() -> bool:
            task.progress(SEARCH, min(int(time.monotonic() - began), int(limit)), int(limit))
            return task.ending()

        try:
            made = events.schedule(
                str(task.arguments[EVENT]),
                time_limit=limit,
                seed=seed,
                stop=stop,
                job=task.job_id,
                who=task.who,
            )
        except MatchmakerError as error:
            problems = getattr(error, "problems", ())
            raise FailedWithAnswerError(error, {"problems": [f"{each}" for each in problems]}) from error
        return {
            "version": made.number,
            "meetings": len(made.plan.appointments),
            "stopped": made.plan.stopped,
        }

    return Kind(SCHEDULE, Lane.SCHEDULES, work, alone=True, alone_by=EVENT, keeps=True)
