"""Long work as a value: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_TRIES = 3
"""How often a job is begun; a service that stops three times in the middle of one will stop a fourth time."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Lane(StrEnum):
    """What a job waits for: one job of a lane is worked on at a time, whichever process does it."""

    HEAVY = "heavy"
    """All processors, for minutes."""
    LIGHT = "light"
    """Mostly the disk, for seconds."""
    SCHEDULES = "schedules"
    """All processors, for the seconds that somebody gave it and waits for; a build of minutes does not hold it up."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work."""

    number: int
    """Ascending in the order in which jobs were asked for."""
    id: str
    kind: str
    lane: Lane
    arguments: Mapping[str, object]
    state: JobState
    step: str
    """What is being done; ``""`` before the first step."""
    done: int
    """Of ``total``."""
    total: int
    """0 where it is not known."""
    answer: Mapping[str, object]
    """What came of it; empty until then, and where it failed without a word."""
    problem: str
    """Why it failed, in a sentence; ``""`` otherwise."""
    problem_kind: str
    """Name of the error's class."""
    who: str
    tries: int
    """How often it was begun."""
    cancelling: bool
    """Somebody asked to end it."""
    asked: str
    """UTC, ISO 8601, as the two below."""
    started: str
    """When it was begun last; ``""`` before."""
    ended: str

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
