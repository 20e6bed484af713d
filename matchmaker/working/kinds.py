"""The kinds of long work: a name, what it waits for, and the work itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matchmaker.errors import ImportRejectedError, MatchmakerError, StoreBusyError
from matchmaker.jobs import Lane
from matchmaker.progress import Progress

T = TypeVar("T")

BUSY_SECONDS = 1800
"""How long a job waits for somebody else who is doing the same."""
_BUSY_PAUSE = 1.0


class Stopped(BaseException):
    """Goes from the progress callback through the work that is to end; no ``except Exception`` holds it up."""


class FailedWithAnswerError(Exception):
    """Work that failed and has more to say than a sentence."""

    def __init__(self, error: MatchmakerError, answer: Mapping[str, object]) -> None:
        super().__init__(str(error))
        self.error = error
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Task:
    """What a kind's work is given."""

    job_id: str
    arguments: Mapping[str, object]
    who: str
    input: Path | None
    """The file that was kept for it, where there was one."""
    result: Path
    """Where it may write a file for others to fetch; the ending is added to it."""
    progress: Progress
    asked: str = ""
    """When it was asked for; UTC, ISO 8601."""
    ending: Callable[[], bool] = lambda: False
    """Whether work that keeps what it has is to end now; only such work needs to ask."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work. It must be repeatable: a job may be begun again from the start at any point."""

    name: str
    lane: Lane
    work: Callable[[Task], Mapping[str, object]]
    """Does it and says what came of it, as JSON values. It ends when ``progress`` raises, and leaves nothing half."""
    alone: bool = False
    """Whether one that waits or runs does for whoever asks for another."""
    alone_by: str = ""
    """With ``alone``, the argument by which it does: one for each event, say; ``""`` for one of all."""
    keeps: bool = False
    """Whether it ends by itself when it is cancelled, and keeps what it has: ``progress`` then goes on and ``ending`` says so."""


def patiently(work: Callable[[], T], progress: Progress) -> T:
    """Do work again and again while somebody else is at the same, such as a build from the command line."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return work()
        except StoreBusyError:
            if time.monotonic() > until:
                raise
            progress("another process", 0, 0)
            time.sleep(_BUSY_PAUSE)


def rejected(error: ImportRejectedError, report: Mapping[str, object]) -> FailedWithAnswerError:
    """An import that failed, with the report of its rows."""
    return FailedWithAnswerError(error, report)
