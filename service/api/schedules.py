"""An event's schedule: have it made as a job, ask how far that is, and read its versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Response

from service.api.changes import version_tag
from service.api.contract import PREFIX, Nothing, errors, json_body, never_kept, readable_address, tagged
from service.api.events import EventIdInPath
from service.api.jobs import taken_on
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.scheduling import Run
from service.schemas.event_answers import RunAnswer, ScheduleAnswer
from service.schemas.events import ScheduleBody
from service.schemas.jobs import JobAnswer

router = APIRouter(
    prefix=f"{PREFIX}/events/{{event_id}}/schedule",
    tags=["schedules"],
    dependencies=[Depends(readable_address)],
)


@router.post(
    "",
    operation_id="makeSchedule",
    summary="Have a schedule made",
    status_code=202,
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def make_schedule(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: ScheduleBody,
    response: Response,
    _query: Nothing,
) -> JobAnswer:
    """Begins and answers at once; `Location` says where to ask how far it is. What is locked stays; versions are added.

    While one is being made for the event, that one is answered and no other begun. Cancelled, it ends with the best it has found.
    """
    return taken_on(
        workspace.schedules.ask(event_id, time_limit=body.time_limit, seed=body.seed, who=acting()), response
    )


@router.get(
    "/run",
    operation_id="getScheduleRun",
    summary="How far is the schedule that is being made?",
    responses=errors(404),
    dependencies=[Depends(never_kept)],
)
def get_run(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    _query: Nothing,
) -> RunAnswer:
    """The job that was asked for last, as its event sees it; `problems` says why it failed, `version` what it made."""
    return RunAnswer.of(_run(workspace, event_id))


@router.delete(
    "/run",
    operation_id="stopScheduleRun",
    summary="End the search for a schedule",
    responses=errors(404),
)
def stop_run(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    _query: Nothing,
) -> RunAnswer:
    """What it has found by then is kept as a version, with its bound; one that waits has found nothing and is over at once."""
    _run(workspace, event_id)
    workspace.schedules.stop(event_id, who=acting())
    return RunAnswer.of(_run(workspace, event_id))


@router.get("", operation_id="getSchedule", summary="Get the latest schedule", responses=errors(404))
def get_schedule(
    workspace: OpenWorkspace, event_id: EventIdInPath, response: Response, _query: Nothing
) -> ScheduleAnswer:
    """Its meetings by time and table, its bound, and the wishes left out with the reason for each."""
    return _version(workspace, event_id, None, response)


@router.get(
    "/{number}",
    operation_id="getScheduleVersion",
    summary="Get one version of the schedule",
    responses=errors(404),
)
def get_version(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    number: Annotated[int, Path(ge=1, le=2**31, description="Number of the version, from 1.")],
    response: Response,
    _query: Nothing,
) -> ScheduleAnswer:
    """Versions are added and never changed."""
    return _version(workspace, event_id, number, response)


def _version(
    workspace: OpenWorkspace, event_id: str, number: int | None, response: Response
) -> ScheduleAnswer:
    kept = workspace.events.one(event_id)
    found = workspace.events.version(event_id, number)
    if found is None:
        raise HTTPException(
            404, detail="There is no such version of the schedule. A POST to schedule makes one."
        )
    tagged(response, version_tag(found.number))
    return ScheduleAnswer.of(kept.event, found)


def _run(workspace: OpenWorkspace, event_id: str) -> Run:
    workspace.events.one(event_id)
    job = workspace.schedules.latest(event_id)
    if job is None:
        raise HTTPException(404, detail="No schedule has been asked for of this event, or it is long ago.")
    return Run.of(job)
