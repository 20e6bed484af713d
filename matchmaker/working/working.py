"""The door to long work: ask for a job, see how far it is, cancel it, fetch what it made."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from matchmaker.errors import JobInputGoneError
from matchmaker.jobs import Job, JobState, Lane
from matchmaker.store import Store
from matchmaker.working.kinds import Kind
from matchmaker.working.runner import Runner

_LOOK_SECONDS = 0.05
"""How often somebody who waits for a job looks."""
_NAME = re.compile(r"[0-9a-f]{32}")


class Working:
    """The jobs of one workspace; methods raise ``StoreError`` as the store does."""

    def __init__(self, store: Store, folder: Path) -> None:
        """``folder`` is the workspace's; files of jobs are kept in it."""
        self._rows = store.jobs
        self._forget_old = store.forget_old_ways_back
        self.inputs = folder / "job-inputs"
        """What was sent for jobs that wait, each until its job is over."""
        self.results = folder / "job-results"
        """What jobs made for others to fetch, as long as the job is remembered."""
        self._kinds: dict[str, Kind] = {}
        self._asked: list[Callable[[], None]] = []

    def register(self, kind: Kind) -> None:
        """Make a kind of work known; raises ``ValueError`` where its name is taken."""
        if kind.name in self._kinds:
            raise ValueError(f"there is a kind of job called {kind.name!r} already")
        self._kinds[kind.name] = kind

    def kinds(self) -> tuple[str, ...]:
        """The names of all kinds, in the order in which they were registered."""
        return tuple(self._kinds)

    def kind(self, name: str) -> Kind:
        """The kind with this name; raises ``ValueError``."""
        if name not in self._kinds:
            raise ValueError(f"There is no kind of job called {name!r}; there are {', '.join(self._kinds)}.")
        return self._kinds[name]

    def ask(self, kind: str, arguments: Mapping[str, object] | None = None, *, who: str) -> Job:
        """Ask for work of a kind; ``arguments`` are JSON values, ``input`` among them names a kept file.

        Where one does for all who ask, or for all with the same argument, the one that waits or runs is given. Raises ``ValueError`` for an unknown kind and
        ``JobsFullError`` where too many wait.
        """
        wanted = self.kind(kind)
        job = self._rows.ask(
            kind, wanted.lane, arguments or {}, alone=wanted.alone, alone_by=wanted.alone_by, who=who
        )
        for tell in self._asked:
            tell()
        return job

    def when_asked(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` whenever this process asks for a job."""
        self._asked.append(tell)

    def no_longer(self, tell: Callable[[], None]) -> None:
        """Undo ``when_asked``."""
        with contextlib.suppress(ValueError):
            self._asked.remove(tell)

    def one(self, job_id: str) -> Job:
        """The job with this id; raises ``JobNotFoundError``."""
        return self._rows.one(job_id)

    def ended(self, job_id: str, *, patience: float) -> Job:
        """The job once it is over, or as it is after ``patience`` seconds; raises ``JobNotFoundError``."""
        until = time.monotonic() + patience
        while not (job := self.one(job_id)).over and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        return job

    def page(
        self, *, kind: str = "", state: JobState | None = None, before: int = 0, limit: int = 50
    ) -> list[Job]:
        """The latest jobs, the newest first; those numbered below ``before`` where it is not 0."""
        return self._rows.page(kind=kind, state=state, before=before, limit=limit)

    def latest(self, kind: str, name: str, value: str) -> Job | None:
        """The job of a kind that was asked for last with this argument; ``None`` where there is none any more."""
        return self._rows.latest(kind, name, value)

    def open_by_state(self) -> dict[JobState, int]:
        """How many jobs wait and how many run."""
        return self._rows.open_by_state()

    def cancel(self, job_id: str, *, who: str) -> Job:
        """End a job that waits, or ask the one that runs to end at its next step; one that is over stays as it is.

        Raises ``JobNotFoundError``.
        """
        job = self._rows.cancel(job_id, who=who)
        if job.over:
            self.discard(str(job.arguments.get("input", "")))
        return job

    @contextlib.contextmanager
    def keeping(self) -> Iterator[tuple[str, BinaryIO]]:
        """A new file for the input of a job, and the name to give as its argument ``input``.

        What was written is removed again where the block raises, and by ``sweep`` where no job came to wait for it.
        """
        self.inputs.mkdir(mode=0o700, exist_ok=True)
        name = secrets.token_hex(16)
        path = self.inputs / name
        try:
            with path.open("xb") as out:
                path.chmod(0o600)
                yield name, out
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def input(self, name: str) -> Path:
        """The file that was kept under a name; raises ``JobInputGoneError``."""
        path = self.inputs / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise JobInputGoneError(name)
        return path

    def discard(self, name: str) -> None:
        """Remove a kept file that no job is to work on."""
        if _NAME.fullmatch(name):
            (self.inputs / name).unlink(missing_ok=True)
            # What a job that died had unpacked of it.
            for left in self.inputs.glob(f"{name}.*"):
                shutil.rmtree(left, ignore_errors=True)

    def result(self, job_id: str) -> Path | None:
        """The file that a job made; ``None`` where it made none or it is gone. Raises ``JobNotFoundError``."""
        name = self.one(job_id).answer.get("file")
        path = self.results / f"{job_id}{Path(str(name)).suffix}" if name else None
        return path if path is not None and path.is_file() else None

    def runner(self, lane: Lane) -> Runner:
        """What works on the jobs of a lane, for as long as nobody else does."""
        return Runner(self, self._rows, lane, self.inputs.with_name(f"jobs-{lane.value}.lock"))

    def sweep(self) -> None:
        """Forget jobs that are long over, with the files of them and of those that were cancelled; and old ways back."""
        self._rows.forget_old()
        self._forget_old()
        wanted, known = self._rows.inputs(), self._rows.ids()
        for folder, keep in ((self.inputs, wanted), (self.results, known)):
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.stem not in keep and _is_old(path):
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink(missing_ok=True)

    def forget_files(self) -> int:
        """Remove everything that was sent for jobs or made by them, since somebody in it may have been erased.

        Jobs that wait for what was sent fail and say so, those that run are asked to end. Returns how many files there were.
        """
        gone = JobInputGoneError()
        self._rows.interrupt(str(gone), type(gone).__name__)
        count = 0
        for folder in (self.inputs, self.results):
            if folder.is_dir():
                count += sum(1 for _ in folder.iterdir())
                shutil.rmtree(folder)
        return count


def _is_old(path: Path) -> bool:
    """Whether nobody can still be writing a file, or about to ask for its job."""
    return time.time() - path.stat().st_mtime > 3600
