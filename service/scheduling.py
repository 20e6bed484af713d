"""The making of an event's schedule as pages and the API tell it: a job, seen from its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from matchmaker.jobs import Job, JobState

LONGEST = 120.0
"""Seconds that a search may be given; the command line takes more."""


@dataclass(frozen=True, slots=True)
class Run:
    """The making of one version of an event's schedule."""

    job_id: str
    time_limit: float
    """In seconds."""
    revision: int
    """Of the event when it was asked for."""
    state: JobState
    seconds: float
    """How long it has been running; 0 before and after."""
    stopping: bool
    """It was asked to end and does so at its next step, with what it has found."""
    version: int | None
    """The number of the version that it made."""
    problems: Sequence[str]
    """Why it failed, as far as the event is the reason."""

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state not in (JobState.WAITING, JobState.RUNNING)

    @classmethod
    def of(cls, job: Job) -> Run:
        """A job that makes a schedule, as it is now."""
        limit, revision = job.arguments.get("time_limit"), job.arguments.get("revision")
        version, problems = job.answer.get("version"), job.answer.get("problems")
        running = job.state is JobState.RUNNING
        return cls(
            job_id=job.id,
            time_limit=float(limit) if isinstance(limit, int | float) else 0.0,
            revision=revision if isinstance(revision, int) else 0,
            state=job.state,
            seconds=_since(job.started) if running else 0.0,
            stopping=job.cancelling and not job.over,
            version=version if isinstance(version, int) else None,
            problems=[str(each) for each in problems] if isinstance(problems, list) else [],
        )


def _since(started: str) -> float:
    return max((datetime.now(UTC) - datetime.fromisoformat(started)).total_seconds(), 0.0)
