"""Jobs are done once, by one process at a time, survive whoever was doing them, and can be cancelled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from matchmaker.errors import JobInputGoneError, JobNotFoundError, JobsFullError, MatchmakerError
from matchmaker.jobs import MOST_TRIES, Job, JobState, Lane
from matchmaker.store import Store
from matchmaker.store.jobs import MOST_WAITING
from matchmaker.working import Kind, Working
from matchmaker.working.kinds import Task


def door(folder: Path, store: Store, work: Callable[[Task], Mapping[str, object]]) -> Working:
    working = Working(store, folder)
    working.register(Kind("count", Lane.LIGHT, work))
    working.register(Kind("one", Lane.HEAVY, work, alone=True))
    return working


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "matchmaker.sqlite") as opened:
        yield opened


def until(fact: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for something that has to come."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def counted(task: Task) -> Mapping[str, object]:
    task.progress("counting", 1, 2)
    return {"counted": task.arguments["to"]}


def test_what_was_asked_is_done_and_told(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    asked = working.ask("count", {"to": 3}, who="kim")
    assert (asked.state, asked.tries, asked.who) == (JobState.WAITING, 0, "kim")
    assert working.runner(Lane.LIGHT).work_off() == 1
    done = working.one(asked.id)
    assert (done.state, done.answer, done.tries) == (JobState.DONE, {"counted": 3}, 1)
    assert (done.step, done.done, done.total) == ("counting", 1, 2)
    assert done.asked <= done.started <= done.ended
    assert working.runner(Lane.HEAVY).work_off() == 0


def test_one_that_does_for_all_is_asked_for_once(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, lambda _task: {})
    first = working.ask("one", who="kim")
    assert working.ask("one", who="bo").id == first.id
    working.runner(Lane.HEAVY).work_off()
    assert working.ask("one", who="bo").id != first.id
    assert working.ask("count", {"to": 1}, who="bo").id != working.ask("count", {"to": 1}, who="bo").id


def test_an_unknown_kind_and_an_unknown_job_are_told(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    with pytest.raises(ValueError, match="there are count, one"):
        working.ask("guess", who="kim")
    with pytest.raises(JobNotFoundError):
        working.one("job-0")
    with pytest.raises(JobNotFoundError):
        working.cancel("job-0", who="kim")


def test_too_many_that_wait_are_refused(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    for _ in range(MOST_WAITING):
        working.ask("count", {"to": 1}, who="kim")
    with pytest.raises(JobsFullError):
        working.ask("count", {"to": 1}, who="kim")
    working.ask("one", who="kim")


def test_a_job_that_fails_says_why_and_the_next_one_is_done(tmp_path: Path, store: Store) -> None:
    def work(task: Task) -> Mapping[str, object]:
        if task.arguments["to"] == 0:
            raise MatchmakerError("There is nothing to count.")
        if task.arguments["to"] == 1:
            raise RuntimeError("/secret/path")
        return {}

    working = door(tmp_path, store, work)
    jobs = [working.ask("count", {"to": number}, who="kim") for number in range(3)]
    assert working.runner(Lane.LIGHT).work_off() == 3
    ended = [working.one(each.id) for each in jobs]
    assert [each.state for each in ended] == [JobState.FAILED, JobState.FAILED, JobState.DONE]
    assert ended[0].problem == "There is nothing to count."
    assert "secret" not in ended[1].problem


def test_a_waiting_job_is_cancelled_at_once_and_its_input_goes(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    with working.keeping() as (name, out):
        out.write(b"something")
    job = working.ask("count", {"to": 1, "input": name}, who="kim")
    assert working.input(name).read_bytes() == b"something"
    assert working.cancel(job.id, who="bo").state is JobState.CANCELLED
    with pytest.raises(JobInputGoneError):
        working.input(name)
    assert working.runner(Lane.LIGHT).work_off() == 0
    assert working.cancel(job.id, who="bo").state is JobState.CANCELLED


def endless(task: Task) -> Mapping[str, object]:
    while True:
        task.progress("going on", 0, 0)
        time.sleep(0.01)


def test_a_running_job_is_cancelled_at_its_next_step(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, endless)
    runner = working.runner(Lane.LIGHT)
    runner.start()
    job = working.ask("count", {"to": 1}, who="kim")
    until(lambda: working.one(job.id).state is JobState.RUNNING)
    assert working.cancel(job.id, who="bo").cancelling
    until(lambda: working.one(job.id).over)
    assert working.one(job.id).state is JobState.CANCELLED
    assert runner.stop()


def test_a_job_that_is_interrupted_by_a_stop_is_done_after_it_and_not_held_against_it(
    tmp_path: Path, store: Store
) -> None:
    patience = threading.Event()

    def work(task: Task) -> Mapping[str, object]:
        return {"done": True} if patience.is_set() else endless(task)

    working = door(tmp_path, store, work)
    job = working.ask("count", {"to": 1}, who="kim")
    for _ in range(MOST_TRIES + 2):
        runner = working.runner(Lane.LIGHT)
        runner.start()
        until(lambda: working.one(job.id).state is JobState.RUNNING)
        assert runner.stop()
        assert working.one(job.id).state is JobState.WAITING
    patience.set()
    assert working.runner(Lane.LIGHT).work_off() == 1
    assert (working.one(job.id).state, working.one(job.id).tries) == (JobState.DONE, 1)


def test_a_runner_ends_with_the_store_it_works_for(tmp_path: Path, store: Store) -> None:
    runner = door(tmp_path, store, counted).runner(Lane.LIGHT)
    runner.start()
    store.close()
    until(lambda: runner.ended)


def test_a_long_step_is_not_waited_for_and_not_held_against_the_job(tmp_path: Path, store: Store) -> None:
    go_on = threading.Event()

    def work(task: Task) -> Mapping[str, object]:
        go_on.wait(20)
        return {"answer": 1}

    working = door(tmp_path, store, work)
    with working.keeping() as (name, _):
        pass
    job = working.ask("count", {"to": 1, "input": name}, who="kim")
    runner = working.runner(Lane.LIGHT)
    runner.start()
    until(lambda: working.one(job.id).state is JobState.RUNNING)
    assert not runner.stop(wait=0.05)
    assert (working.one(job.id).state, working.one(job.id).tries) == (JobState.WAITING, 0)
    assert working.runner(Lane.LIGHT).work_off() == 0, "as long as it goes on nobody else begins it"
    go_on.set()
    assert runner.stop()
    assert working.one(job.id).state is JobState.WAITING
    assert working.input(name).exists()
    assert working.runner(Lane.LIGHT).work_off() == 1
    assert working.one(job.id).state is JobState.DONE


PROGRAM = """
import sys, time
from pathlib import Path
from matchmaker.jobs import Lane
from matchmaker.store import Store
from matchmaker.working import Kind, Working

folder = Path(sys.argv[1])

def work(task):
    task.progress("writing", 0, 0)
    with (folder / "done.txt").open("a") as out:
        out.write(f"{task.job_id}\\n")
    print("working", flush=True)
    if sys.argv[2] == "hang":
        time.sleep(600)
    time.sleep(0.01)
    return {}

with Store.open(folder / "matchmaker.sqlite") as store:
    working = Working(store, folder)
    working.register(Kind("count", Lane.LIGHT, work))
    print("open", flush=True)
    runner = working.runner(Lane.LIGHT)
    runner.start()
    sys.stdin.readline()
    runner.stop()
"""


def process(folder: Path, how: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "open\n"
    return started


def test_two_processes_never_do_one_job_twice(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    jobs = [working.ask("count", {"to": number}, who="kim") for number in range(40)]
    workers = [process(tmp_path, "quick") for _ in range(3)]
    until(lambda: all(working.one(each.id).over for each in jobs))
    for each in workers:
        each.communicate("stop\n")
    done = (tmp_path / "done.txt").read_text().split()
    assert sorted(done) == sorted(each.id for each in jobs)
    assert {working.one(each.id).tries for each in jobs} == {1}


def test_a_job_whose_process_was_killed_is_begun_again_and_after_three_times_given_up(
    tmp_path: Path, store: Store
) -> None:
    working = door(tmp_path, store, counted)
    job, other = (working.ask("count", {"to": number}, who="kim") for number in range(2))
    for tries in range(1, MOST_TRIES + 1):
        worker = process(tmp_path, "hang")
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working\n"
        assert working.runner(Lane.LIGHT).work_off() == 0, "the living one holds the lane"
        worker.kill()
        worker.communicate()
        assert (working.one(job.id).state, working.one(job.id).tries) == (JobState.RUNNING, tries)
    assert working.runner(Lane.LIGHT).work_off() == 1
    given_up = working.one(job.id)
    assert given_up.state is JobState.FAILED
    assert given_up.problem.startswith("It was begun 3 times")
    assert working.one(other.id).state is JobState.DONE


def test_jobs_that_are_long_over_are_forgotten_with_their_files(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaker.store.jobs.KEPT_MOST", 3)

    def work(task: Task) -> Mapping[str, object]:
        task.result.parent.mkdir(exist_ok=True)
        task.result.with_suffix(".txt").write_text("made")
        return {"file": "made.txt"}

    working = door(tmp_path, store, work)
    jobs: list[Job] = [working.ask("count", {"to": number}, who="kim") for number in range(6)]
    working.runner(Lane.LIGHT).work_off()
    first = working.results / f"{jobs[0].id}.txt"
    assert working.result(jobs[0].id) == first

    for each in working.results.iterdir():
        os.utime(each, (1, 1))
    working.sweep()
    assert [each.id for each in working.page()] == [each.id for each in reversed(jobs[3:])]
    assert not first.exists()
    assert working.result(jobs[5].id) is not None


def test_a_page_of_jobs_is_narrowed_and_goes_on(tmp_path: Path, store: Store) -> None:
    working = door(tmp_path, store, counted)
    jobs = [working.ask("count", {"to": number}, who="kim") for number in range(5)]
    working.cancel(jobs[2].id, who="kim")
    first = working.page(limit=2)
    assert [each.id for each in first] == [jobs[4].id, jobs[3].id]
    assert [each.id for each in working.page(limit=9, before=first[-1].number)] == [
        jobs[2].id,
        jobs[1].id,
        jobs[0].id,
    ]
    assert [each.id for each in working.page(state=JobState.CANCELLED)] == [jobs[2].id]
    assert working.page(kind="one") == []
