"""An event's schedule: have it made beside the handlers, ask how far that is, and read its versions."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response

from service.api.changes import version_tag
from service.api.contract import PREFIX, errors, json_body, readable_address
from service.api.events import EventIdInPath
from service.arranged import acting
from service.dependencies import EventScheduling, OpenWorkspace
from service.scheduling import Run, Scheduling
from service.schemas.contract import NoQuery
from service.schemas.event_answers import RunAnswer, ScheduleAnswer
from service.schemas.events import ScheduleBody

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
    scheduling: EventScheduling,
    event_id: EventIdInPath,
    body: ScheduleBody,
    response: Response,
    _query: Annotated[NoQuery, Query()],
) -> RunAnswer:
    """Begins and answers at once; `Location` says where to ask how far it is. What is locked stays; versions are added.

    While one is being made for the event, that one is answered and no other begun.
    """
    run = scheduling.start(workspace, event_id, time_limit=body.time_limit, seed=body.seed, who=acting())
    response.headers["Location"] = f"{PREFIX}/events/{quote(event_id, safe='')}/schedule/run"
    response.headers["Retry-After"] = "1"
    return RunAnswer.of(run)


@router.get(
    "/run",
    operation_id="getScheduleRun",
    summary="How far is the schedule that is being made?",
    responses=errors(404),
)
def get_run(
    workspace: OpenWorkspace,
    scheduling: EventScheduling,
    event_id: EventIdInPath,
    response: Response,
    _query: Annotated[NoQuery, Query()],
) -> RunAnswer:
    """The latest one since the service was started; `problems` says why it failed, `version` what it made."""
    response.headers["Cache-Control"] = "no-store"
    return RunAnswer.of(_run(workspace, scheduling, event_id))


@router.delete(
    "/run",
    operation_id="stopScheduleRun",
    summary="End the search for a schedule",
    responses=errors(404),
)
def stop_run(
    workspace: OpenWorkspace,
    scheduling: EventScheduling,
    event_id: EventIdInPath,
    _query: Annotated[NoQuery, Query()],
) -> RunAnswer:
    """What it has found by then is kept as a version, with its bound."""
    run = _run(workspace, scheduling, event_id)
    scheduling.stop(event_id)
    return RunAnswer.of(run)


@router.get("", operation_id="getSchedule", summary="Get the latest schedule", responses=errors(404))
def get_schedule(
    workspace: OpenWorkspace, event_id: EventIdInPath, response: Response, _query: Annotated[NoQuery, Query()]
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
    _query: Annotated[NoQuery, Query()],
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
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = version_tag(found.number)
    return ScheduleAnswer.of(kept.event, found)


def _run(workspace: OpenWorkspace, scheduling: Scheduling, event_id: str) -> Run:
    workspace.events.one(event_id)
    run = scheduling.run(event_id)
    if run is None:
        raise HTTPException(
            404, detail="No schedule has been made for this event since the service was started."
        )
    return run
