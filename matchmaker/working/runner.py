"""Works on the jobs of one lane, one after the other, while the operating system says that nobody else does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from matchmaker.errors import MatchmakerError, StoreBusyError, StoreClosedError, StoreError
from matchmaker.jobs import Job, JobState, Lane
from matchmaker.store.jobs import JobRows
from matchmaker.store.lock import WriterLock
from matchmaker.working.kinds import FailedWithAnswerError, Kind, Stopped, Task

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often a runner looks for jobs that another process asked for or left behind."""
NOTE_SECONDS = 0.5
"""How often the progress of a job is written down, and its being cancelled noticed."""
SWEEP_SECONDS = 3600.0
"""How often what is too old is forgotten, also where nobody asks for a job."""
TROUBLE_SECONDS = 5.0
"""How long a runner waits when the store cannot be used."""


class _Door(Protocol):
    """What a runner needs of the door."""

    results: Path

    def kind(self, name: str) -> Kind:
        """The kind with this name."""

    def input(self, name: str) -> Path:
        """The file that was kept under a name."""

    def discard(self, name: str) -> None:
        """Remove it."""

    def when_asked(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` whenever this process asks for a job."""

    def no_longer(self, tell: Callable[[], None]) -> None:
        """Undo ``when_asked``."""

    def sweep(self) -> None:
        """Forget what is long over."""


class Runner:
    """One lane's worker. The lock is the claim: whoever holds it may begin jobs, and a killed process lets go of it."""

    def __init__(self, working: _Door, rows: JobRows, lane: Lane, lock: Path) -> None:
        self._working = working
        self._rows = rows
        self.lane = lane
        self._lock = WriterLock(lock, wait=0)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._current: Job | None = None

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._stop.clear()
        self._working.when_asked(self._wake.set)
        self._thread = threading.Thread(target=self._run, name=f"jobs-{self.lane.value}", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether no thread of it works, or will."""
        return self._thread is None or not self._thread.is_alive()

    def interrupt(self) -> None:
        """Let the job under way end at its next step, and begin no other."""
        self._stop.set()
        self._wake.set()
        self._working.no_longer(self._wake.set)

    def stop(self, *, wait: float = 5.0) -> bool:
        """Interrupt the job under way, which the next runner begins again; whether the thread has ended within ``wait`` seconds.

        One in the middle of a long step goes on until the process ends; it waits again already, and is not held against it.
        """
        self.interrupt()
        if self._thread is not None:
            self._thread.join(timeout=wait)
        if self.ended:
            return True
        current = self._current
        if current is not None:
            self._rows.put_back(current.id)
        return False

    def work_off(self) -> int:
        """Do what waits now, in this thread; how many jobs were worked on. 0 where another process holds the lane."""
        count = 0
        try:
            with self._lock.held():
                while not self._stop.is_set() and (job := self._rows.begin(self.lane)) is not None:
                    self._do(job)
                    count += 1
        except StoreBusyError as error:
            log.debug("jobs wait: %s", error)
        return count

    def _run(self) -> None:
        next_sweep = time.monotonic() + SWEEP_SECONDS
        while not self._stop.is_set():
            self._wake.clear()
            pause = LOOK_SECONDS
            try:
                worked = self._rows.any_open(self.lane) and self.work_off()
                if worked or time.monotonic() > next_sweep:
                    next_sweep = time.monotonic() + SWEEP_SECONDS
                    self._working.sweep()
            except StoreClosedError:
                # Whoever owned the store has gone without stopping this; it is not opened again.
                return
            except (StoreError, OSError) as error:
                log.warning("jobs cannot be worked on now: %s", type(error).__name__)
                pause = TROUBLE_SECONDS
            except Exception:
                # The thread has no caller who could be told, and the next job may do better.
                log.exception("working on jobs failed")
                pause = TROUBLE_SECONDS
            self._wake.wait(pause)

    def _do(self, job: Job) -> None:
        log.info("job %s (%s) begins, try %d", job.id, job.kind, job.tries)
        following = _Following(self._rows, job, self._stop)
        self._current = job
        try:
            answer = self._worked(job, following)
        except Stopped:
            if self._stop.is_set() and not following.cancelled:
                self._rows.put_back(job.id)
                log.info("job %s is interrupted and will be begun again", job.id)
                return
            self._end(job, JobState.CANCELLED)
        except FailedWithAnswerError as error:
            self._end(
                job,
                JobState.FAILED,
                answer=error.answer,
                problem=str(error),
                problem_kind=type(error.error).__name__,
            )
        except MatchmakerError as error:
            self._end(job, JobState.FAILED, problem=str(error), problem_kind=type(error).__name__)
        except Exception:
            # The job has no caller who could be told; whoever asks how far it is learns that it failed.
            log.exception("job %s failed", job.id)
            self._end(
                job,
                JobState.FAILED,
                problem="Something went wrong here.",
                problem_kind=MatchmakerError.__name__,
            )
        else:
            self._end(job, JobState.DONE, answer=answer)
        finally:
            self._current = None

    def _worked(self, job: Job, following: _Following) -> Mapping[str, object]:
        kind = self._working.kind(job.kind)
        following.keeps = kind.keeps
        name = str(job.arguments.get("input", ""))
        return kind.work(
            Task(
                job.id,
                job.arguments,
                job.who,
                self._working.input(name) if name else None,
                self._working.results / job.id,
                following,
                job.asked,
                following.ending,
            )
        )

    def _end(
        self,
        job: Job,
        state: JobState,
        *,
        answer: Mapping[str, object] | None = None,
        problem: str = "",
        problem_kind: str = "",
    ) -> None:
        if not self._rows.end(job.id, state, answer=answer, problem=problem, problem_kind=problem_kind):
            return
        self._working.discard(str(job.arguments.get("input", "")))
        log.info("job %s is %s", job.id, state.value)


class _Following:
    """The progress of a job: written down now and then, and the place where the work is told to end."""

    def __init__(self, rows: JobRows, job: Job, stop: threading.Event) -> None:
        self._rows = rows
        self._id = job.id
        self._stop = stop
        self._next = 0.0
        self._step = ""
        self.cancelled = False
        self.keeps = False
        """Whether the work ends by itself once it is cancelled."""

    def ending(self) -> bool:
        """Whether it was cancelled, as far as the last note of its progress knows."""
        return self.cancelled

    def __call__(self, step: str, done: int, total: int) -> None:
        """Note how far the work is; raises ``Stopped`` where it is to end."""
        held = self.keeps and self.cancelled
        if self._stop.is_set() and not held:
            raise Stopped
        now = time.monotonic()
        if now < self._next and step == self._step:
            return
        self._next, self._step = now + NOTE_SECONDS, step
        try:
            self._rows.note(self._id, step, done, total)
        except StoreError as error:
            # How far it is matters less than that it goes on; while the work itself writes, it cannot be noted.
            log.debug("progress is not noted: %s", type(error).__name__)
        try:
            self.cancelled = self._rows.one(self._id).cancelling
        except StoreError as error:
            log.debug("whether it is cancelled is not known: %s", type(error).__name__)
        if self.cancelled and not self.keeps:
            raise Stopped
