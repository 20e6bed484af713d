"""Schedules as jobs: one for each event, kept when they are cancelled, made once however often they are begun."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.errors import EventNotFoundError
from matchmaker.events import Preference, PreferenceKind
from matchmaker.jobs import Job, JobState, Lane
from matchmaker.working.kinds import Kind
from matchmaker.workspace import Workspace
from tests.working.hard_event import EVENT, hold


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        yield opened


@pytest.fixture
def small(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With an event whose schedule is found at once."""
    hold(workspace, tmp_path, people=24)
    return workspace


@pytest.fixture
def large(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With an event that is searched for longer than a test takes."""
    hold(workspace, tmp_path, people=400)
    return workspace


def searching(workspace: Workspace, job: Job) -> None:
    """Wait until the search has taken its first steps."""
    end = time.monotonic() + 60
    while not (workspace.jobs.one(job.id).state is JobState.RUNNING and workspace.jobs.one(job.id).step):
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(workspace: Workspace, job: Job) -> Job:
    end = time.monotonic() + 120
    while not (found := workspace.jobs.one(job.id)).over:
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def work_off(workspace: Workspace) -> int:
    return workspace.jobs.runner(Lane.SCHEDULES).work_off()


def test_a_schedule_is_asked_for_and_made_by_whoever_works(small: Workspace) -> None:
    job = small.schedules.ask(EVENT, time_limit=5, who="kim")
    assert (job.kind, job.lane, job.state) == ("schedule", Lane.SCHEDULES, JobState.WAITING)
    assert small.events.version(EVENT) is None
    assert work_off(small) == 1
    done = small.jobs.one(job.id)
    version = small.events.version(EVENT)
    assert version is not None
    assert (done.state, done.answer["version"], version.who) == (JobState.DONE, 1, "kim")
    assert done.answer["meetings"] == len(version.plan.appointments) > 0


def test_of_an_event_one_schedule_is_made_at_a_time_and_of_each_event_one(
    small: Workspace, tmp_path: Path
) -> None:
    hold(small, tmp_path, people=24, event_id="other")
    first = small.schedules.ask(EVENT, time_limit=5, who="kim")
    assert small.schedules.ask(EVENT, time_limit=9, who="lou") == first
    second = small.schedules.ask("other", time_limit=5, who="kim")
    assert second.id != first.id
    assert work_off(small) == 2
    assert [small.jobs.one(each.id).state for each in (first, second)] == [JobState.DONE] * 2
    assert small.schedules.latest(EVENT) == small.jobs.one(first.id)
    assert small.schedules.latest("nowhere") is None
    again = small.schedules.ask(EVENT, time_limit=5, who="kim")
    assert again.id != first.id
    assert small.schedules.latest(EVENT) == again


def test_there_is_no_job_for_no_event(small: Workspace) -> None:
    with pytest.raises(EventNotFoundError):
        small.schedules.ask("nowhere", time_limit=1, who="kim")
    assert small.schedules.stop("nowhere", who="kim") is None
    assert small.jobs.page() == []


def test_a_search_that_is_cancelled_keeps_the_best_it_has_found(large: Workspace) -> None:
    runner = large.jobs.runner(Lane.SCHEDULES)
    runner.start()
    try:
        job = large.schedules.ask(EVENT, time_limit=120, who="kim")
        searching(large, job)
        stopped = large.schedules.stop(EVENT, who="kim")
        assert stopped is not None
        assert stopped.cancelling
        done = ended(large, job)
    finally:
        runner.stop()
    version = large.events.version(EVENT)
    assert version is not None
    assert (done.state, done.answer["version"]) == (JobState.DONE, 1)
    assert version.plan.stopped
    assert version.plan.appointments
    assert 0 < version.plan.value <= version.plan.bound + 1e-9


def test_while_one_is_ended_another_can_be_asked_for(large: Workspace) -> None:
    runner = large.jobs.runner(Lane.SCHEDULES)
    runner.start()
    try:
        job = large.schedules.ask(EVENT, time_limit=120, who="kim")
        searching(large, job)
        large.schedules.stop(EVENT, who="kim")
        second = large.schedules.ask(EVENT, time_limit=1, who="kim")
        assert second.id != job.id
        assert [ended(large, each).answer["version"] for each in (job, second)] == [1, 2]
    finally:
        runner.stop()


def test_one_that_waits_has_nothing_to_keep(small: Workspace) -> None:
    job = small.schedules.ask(EVENT, time_limit=5, who="kim")
    stopped = small.schedules.stop(EVENT, who="kim")
    assert stopped is not None
    assert stopped.state is JobState.CANCELLED
    assert work_off(small) == 0
    assert small.events.version(EVENT) is None
    assert small.schedules.stop(EVENT, who="kim") == small.jobs.one(job.id)


def test_a_search_whose_service_stops_is_begun_again(large: Workspace) -> None:
    runner = large.jobs.runner(Lane.SCHEDULES)
    runner.start()
    job = large.schedules.ask(EVENT, time_limit=120, who="kim")
    searching(large, job)
    assert runner.stop(wait=60)
    assert large.jobs.one(job.id).state is JobState.WAITING
    assert large.events.version(EVENT) is None
    again = large.jobs.runner(Lane.SCHEDULES)
    again.start()
    try:
        searching(large, job)
        large.schedules.stop(EVENT, who="kim")
        assert ended(large, job).answer["version"] == 1
    finally:
        again.stop()


def test_a_job_that_died_after_its_version_was_kept_makes_no_second_one(small: Workspace) -> None:
    job = small.schedules.ask(EVENT, time_limit=5, who="kim")
    begun = small._store.jobs.begin(Lane.SCHEDULES)
    assert begun is not None
    made = small.events.schedule(EVENT, time_limit=5, job=job.id, who="kim")
    # Whoever worked on it is gone: the lock is free and the job still says that it runs.
    assert work_off(small) == 1
    done = small.jobs.one(job.id)
    assert (done.state, done.tries, done.answer["version"]) == (JobState.DONE, 2, made.number)
    assert [each.number for each in small.events.versions(EVENT)] == [1]


def test_a_schedule_does_not_wait_for_a_build(small: Workspace) -> None:
    hold_up, held = threading.Event(), threading.Event()

    def work(_task: object) -> dict[str, object]:
        held.set()
        hold_up.wait(60)
        return {}

    small.jobs.register(Kind("long", Lane.HEAVY, work))
    runners = [small.jobs.runner(lane) for lane in Lane]
    for each in runners:
        each.start()
    try:
        long = small.jobs.ask("long", who="kim")
        assert held.wait(60)
        job = small.schedules.ask(EVENT, time_limit=5, who="kim")
        assert ended(small, job).state is JobState.DONE
        assert small.jobs.one(long.id).state is JobState.RUNNING
    finally:
        hold_up.set()
        for each in runners:
            each.stop()


def test_demands_that_cannot_be_met_are_kept_with_the_job(small: Workspace) -> None:
    musts = [Preference("p0", f"p{number}", PreferenceKind.MUST_MEET) for number in range(1, 24)]
    small.events.prefer(EVENT, musts, who="kim")
    job = small.schedules.ask(EVENT, time_limit=5, who="kim")
    assert work_off(small) == 1
    failed = small.jobs.one(job.id)
    assert (failed.state, failed.problem_kind) == (JobState.FAILED, "ScheduleError")
    assert any("p0 must meet" in str(each) for each in failed.answer["problems"])  # type: ignore[attr-defined]
    assert small.events.version(EVENT) is None
