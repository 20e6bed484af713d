"""Jobs as they are kept: asked for, begun by one process at a time, ended, and after a while forgotten."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from matchmaker.errors import JobGivenUpError, JobNotFoundError, JobsFullError
from matchmaker.jobs import MOST_TRIES, Job, JobState, Lane
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection

Opened = Callable[[], AbstractContextManager[Connection]]

MOST_WAITING = 50
"""Jobs of one lane that may wait; more are refused."""
KEPT_DAYS = 30
KEPT_MOST = 500
"""Jobs that are over are forgotten after so many days, and the oldest beyond so many."""

_COLUMNS = (
    "number, id, kind, lane, arguments, state, step, done, total, answer, problem, problem_kind, who, tries, cancelling,"
    " asked, started, ended"
)

_ARGUMENT = "json_extract(arguments, '$.' || ?2)"


class JobRows:
    """The jobs of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(
        self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp], *, jotting: Opened
    ) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now.

        ``jotting`` writes as ``writing`` does but gives up at once with ``StoreBusyError`` while somebody else writes.
        """
        self._reading = reading
        self._writing = writing
        self._jotting = jotting
        self._stamp = stamp

    def ask(
        self,
        kind: str,
        lane: Lane,
        arguments: Mapping[str, object],
        *,
        alone: bool,
        alone_by: str = "",
        who: str,
    ) -> Job:
        """Keep a new job; with ``alone`` the one of this kind that is not over yet is given instead of a second one.

        With ``alone_by`` only where it has the same argument of this name.

        Raises ``JobsFullError`` where too many wait.
        """
        with self._writing() as connection:
            if alone:
                found = _all(
                    connection,
                    "WHERE kind = ?1 AND state IN ('waiting', 'running') AND cancelling = 0"
                    f" AND (?2 = '' OR {_ARGUMENT} = ?3) ORDER BY number LIMIT 1",
                    (kind, alone_by, arguments.get(alone_by)),
                )
                if found:
                    return found[0]
            waiting = connection.execute(
                "SELECT count(*) FROM jobs WHERE lane = ? AND state = 'waiting'", (lane.value,)
            ).fetchone()[0]
            if waiting >= MOST_WAITING:
                raise JobsFullError(waiting)
            stamp, job_id = self._stamp(who), f"job-{secrets.token_hex(8)}"
            connection.execute(
                "INSERT INTO jobs (id, kind, lane, arguments, state, who, asked) VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
                (job_id, kind, lane.value, _dumped(arguments), who, stamp.at),
            )
            record(connection, stamp, "asked", "job", job_id, {}, {"kind": kind})
            return _one(connection, job_id)

    def one(self, job_id: str) -> Job:
        """The job with this id; raises ``JobNotFoundError``."""
        with self._reading() as connection:
            return _one(connection, job_id)

    def page(self, *, kind: str, state: JobState | None, before: int, limit: int) -> list[Job]:
        """The latest jobs, the newest first; those numbered below ``before`` where it is not 0."""
        conditions, values = ["1"], list[object]()
        for condition, value in (
            ("kind = ?", kind),
            ("state = ?", "" if state is None else state.value),
            ("number < ?", before),
        ):
            if value:
                conditions.append(condition)
                values.append(value)
        with self._reading() as connection:
            return _all(
                connection,
                f"WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT ?",
                (*values, limit),
            )

    def latest(self, kind: str, name: str, value: str) -> Job | None:
        """The job of a kind that was asked for last with this value of an argument."""
        with self._reading() as connection:
            found = _all(
                connection,
                f"WHERE kind = ?1 AND {_ARGUMENT} = ?3 ORDER BY number DESC LIMIT 1",
                (kind, name, value),
            )
            return found[0] if found else None

    def any_open(self, lane: Lane) -> bool:
        """Whether a job of this lane waits or runs; cheap enough to ask again and again."""
        with self._reading() as connection:
            return (
                connection.execute(
                    "SELECT 1 FROM jobs WHERE state IN ('waiting', 'running') AND lane = ? LIMIT 1",
                    (lane.value,),
                ).fetchone()
                is not None
            )

    def open_by_state(self) -> dict[JobState, int]:
        """How many jobs wait and how many run."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT state, count(*) FROM jobs WHERE state IN ('waiting', 'running') GROUP BY state"
            ).fetchall()
        return {JobState.WAITING: 0, JobState.RUNNING: 0} | {JobState(state): count for state, count in rows}

    def begin(self, lane: Lane) -> Job | None:
        """Begin the job that has waited longest; the caller alone works on this lane.

        A job that is running while nobody else works on its lane belonged to a process that died: it waits again, in its
        old place, or has failed where it was begun too often. ``None`` where nothing waits.
        """
        with self._writing() as connection:
            now = self._stamp("").at
            given_up = JobGivenUpError(MOST_TRIES)
            connection.execute(
                "UPDATE jobs SET state = 'cancelled', ended = ? WHERE lane = ? AND state = 'running' AND cancelling = 1",
                (now, lane.value),
            )
            connection.execute(
                "UPDATE jobs SET state = 'failed', ended = ?, problem = ?, problem_kind = ?"
                " WHERE lane = ? AND state = 'running' AND tries >= ?",
                (now, str(given_up), type(given_up).__name__, lane.value, MOST_TRIES),
            )
            connection.execute(
                "UPDATE jobs SET state = 'waiting' WHERE lane = ? AND state = 'running'", (lane.value,)
            )
            found = _all(
                connection,
                "WHERE state = 'waiting' AND lane = ? ORDER BY number LIMIT 1",
                (lane.value,),
            )
            if not found:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', tries = tries + 1, started = ?, step = '', done = 0, total = 0"
                " WHERE number = ?",
                (now, found[0].number),
            )
            return _one(connection, found[0].id)

    def note(self, job_id: str, step: str, done: int, total: int) -> None:
        """Note how far a job is; raises ``StoreBusyError`` at once while somebody else writes."""
        with self._jotting() as connection:
            connection.execute(
                "UPDATE jobs SET step = ?, done = ?, total = ? WHERE id = ? AND state = 'running'",
                (step, done, total, job_id),
            )

    def put_back(self, job_id: str) -> None:
        """Let a job wait again that was interrupted by no fault of its own, as if it had not been begun."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'waiting', tries = tries - 1, step = '', done = 0, total = 0"
                " WHERE id = ? AND state = 'running'",
                (job_id,),
            )

    def end(
        self,
        job_id: str,
        state: JobState,
        *,
        answer: Mapping[str, object] | None = None,
        problem: str = "",
        problem_kind: str = "",
    ) -> bool:
        """Keep what came of a job that runs; false where it does not run any more, having been put back."""
        with self._writing() as connection:
            done = connection.execute(
                "UPDATE jobs SET state = ?, answer = ?, problem = ?, problem_kind = ?, ended = ?"
                " WHERE id = ? AND state = 'running'",
                (state.value, _dumped(answer or {}), problem, problem_kind, self._stamp("").at, job_id),
            )
            return bool(done.rowcount)

    def cancel(self, job_id: str, *, who: str) -> Job:
        """End a job that waits, or ask the one that runs to end; one that is over stays as it is.

        Raises ``JobNotFoundError``.
        """
        with self._writing() as connection:
            job = _one(connection, job_id)
            if job.over or job.cancelling:
                return job
            stamp = self._stamp(who)
            if job.state is JobState.WAITING:
                connection.execute(
                    "UPDATE jobs SET state = 'cancelled', cancelling = 1, ended = ? WHERE id = ?",
                    (stamp.at, job_id),
                )
            else:
                connection.execute("UPDATE jobs SET cancelling = 1 WHERE id = ?", (job_id,))
            record(connection, stamp, "cancelled", "job", job_id, {}, {"kind": job.kind})
            return _one(connection, job_id)

    def interrupt(self, problem: str, problem_kind: str) -> None:
        """Ask whatever runs to end, and let whatever waits with an input fail for this reason."""
        with self._writing() as connection:
            connection.execute("UPDATE jobs SET cancelling = 1 WHERE state = 'running'")
            connection.execute(
                "UPDATE jobs SET state = 'failed', problem = ?, problem_kind = ?, ended = ?"
                " WHERE state = 'waiting' AND json_extract(arguments, '$.input') IS NOT NULL",
                (problem, problem_kind, self._stamp("").at),
            )

    def forget_old(self) -> None:
        """Forget jobs that have long been over."""
        now = datetime.fromisoformat(self._stamp("").at)
        until = (now - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
        over = "state IN ('done', 'failed', 'cancelled')"
        with self._writing() as connection:
            connection.execute(f"DELETE FROM jobs WHERE {over} AND ended < ?", (until,))
            connection.execute(
                f"DELETE FROM jobs WHERE {over} AND number <= ("
                f"SELECT coalesce(max(number), 0) FROM (SELECT number FROM jobs WHERE {over} ORDER BY number DESC"
                " LIMIT 1 OFFSET ?))",
                (KEPT_MOST,),
            )

    def ids(self) -> set[str]:
        """The ids of all jobs that are kept."""
        with self._reading() as connection:
            return {row[0] for row in connection.execute("SELECT id FROM jobs")}

    def inputs(self) -> set[str]:
        """The names of the inputs that jobs wait for or work on."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT json_extract(arguments, '$.input') FROM jobs WHERE state IN ('waiting', 'running')"
            )
            return {str(row[0]) for row in rows if row[0]}


def _one(connection: Connection, job_id: str) -> Job:
    found = _all(connection, "WHERE id = ?", (job_id,))
    if not found:
        raise JobNotFoundError(job_id)
    return found[0]


def _all(connection: Connection, where: str, values: Sequence[object]) -> list[Job]:
    return [_job(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM jobs {where}", tuple(values))]


def _job(row: Sequence[Any]) -> Job:
    named = dict(zip(_COLUMNS.replace(" ", "").split(","), row, strict=True))
    named["lane"] = Lane(named["lane"])
    named["state"] = JobState(named["state"])
    named["cancelling"] = bool(named["cancelling"])
    for name in ("arguments", "answer"):
        named[name] = json.loads(named[name])
    return Job(**named)


def _dumped(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
