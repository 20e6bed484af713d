"""The builds: what is published and whether it is stale, a new one with its progress, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import (
    BuildNotFoundError,
    DamagedBuildError,
    JobNotFoundError,
    JobsFullError,
    StoreBusyError,
)
from matchmaker.jobs import Job, JobState
from matchmaker.status import Stale
from matchmaker.working.known import BUILD
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.events.frame import go_to
from service.pages.rendering import page
from service.pages.snapshot import MaybeSnapshot
from service.permissions import Role, role_of
from service.schemas.jobs import problem_of

router = APIRouter()

JOBS_SHOWN = 20
STEPS = ("passages", "meaning", "words", "evidence", "weights", "landscape", "suggestions", "files")
"""Of a build, in the order in which it takes them."""
_DONE = frozenset({"started", "cancelled", "rolled_back", "back_again"})
_WRONG = frozenset({"busy", "no_build", "damaged", "full", "no_job"})


@router.get("/builds")
def builds(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    done: Annotated[str, Query(max_length=20)] = "",
    wrong: Annotated[str, Query(max_length=20)] = "",
    back: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """What is published, what is stale and why, the build under way, and the builds and jobs before."""
    kept = workspace.generations.all()
    facilitating = role_of(request) is Role.FACILITATOR
    jobs = workspace.jobs.page(before=before, limit=JOBS_SHOWN + 1) if facilitating else []
    # Builds follow one another, so what is not over is among the latest.
    building = next((each for each in workspace.jobs.page(kind=BUILD, limit=5) if not each.over), None)
    names = {each.name for each in kept if not each.published}
    state = workspace.status()
    return page(
        request,
        "upkeep/builds.html",
        snapshot=snapshot,
        state=state,
        stale=[(each.name.lower() if isinstance(each, Stale) else "", each) for each in state.stale],
        builds=kept,
        building=building,
        step=_step(building),
        jobs=[_told(each) for each in jobs[:JOBS_SHOWN]],
        before=before,
        older=jobs[JOBS_SHOWN - 1].number if len(jobs) > JOBS_SHOWN else 0,
        done=done if done in _DONE else "",
        wrong=wrong if wrong in _WRONG else "",
        undo=back if back in names and done == "rolled_back" else "",
        step_count=len(STEPS),
        steps=STEPS,
    )


@router.post("/builds")
def start_build(workspace: OpenWorkspace) -> Response:
    """Begin a build, or show the one that is under way."""
    try:
        workspace.jobs.ask(BUILD, who=acting())
    except JobsFullError:
        return go_to("/builds", wrong="full")
    return go_to("/builds", done="started")


@router.post("/builds/cancel")
def cancel_job(workspace: OpenWorkspace, form: Sent) -> Response:
    """End a job."""
    try:
        workspace.jobs.cancel(form.text("job"), who=acting())
    except JobNotFoundError:
        return go_to("/builds", wrong="no_job")
    return go_to("/builds", done="cancelled")


@router.post("/builds/roll-back")
def roll_back(workspace: OpenWorkspace, form: Sent) -> Response:
    """Publish the named build; sent twice, it is published all the same."""
    before = next((each.name for each in workspace.generations.all() if each.published), "")
    try:
        now = workspace.generations.roll_back(form.text("to"), who=acting())
    except BuildNotFoundError:
        return go_to("/builds", wrong="no_build")
    except DamagedBuildError:
        return go_to("/builds", wrong="damaged")
    except StoreBusyError:
        return go_to("/builds", wrong="busy")
    if form.text("undo"):
        return go_to("/builds", done="back_again")
    return go_to("/builds", done="rolled_back", back=before if before != now.name else "")


def _step(job: Job | None) -> int:
    """The number of a build's step, from 1; 0 where it has none of its own."""
    return STEPS.index(job.step) + 1 if job is not None and job.step in STEPS else 0


def _told(job: Job) -> dict[str, object]:
    started = datetime.fromisoformat(job.started) if job.started else None
    ended = datetime.fromisoformat(job.ended) if job.ended else None
    lasted = (ended or datetime.now(UTC)) - started if started and job.state is not JobState.WAITING else None
    figures = {
        name: job.answer[name] for name in ("new", "changed", "unchanged", "rejected") if name in job.answer
    }
    return {
        "job": job,
        "asked": datetime.fromisoformat(job.asked),
        "seconds": None if lasted is None else max(lasted.total_seconds(), 0.0),
        "problem": problem_of(job),
        "figures": figures,
        "made": job.answer.get("made"),
        "generation": job.answer.get("generation", ""),
        "file": f"/api/v1/jobs/{job.id}/file" if job.answer.get("file") else "",
    }
