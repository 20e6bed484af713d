"""Actors from another system: one that is put by its id, or many as lines of JSON."""

from __future__ import annotations

import errno
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from matchmaker.errors import StoreFullError
from matchmaker.working.known import BULK
from matchmaker.workspace import Workspace
from service.api.contract import PREFIX, ActorId, Nothing, errors, json_body, readable_address
from service.api.jobs import Preferred, job_instead, wants_job
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.schemas.bulk import ActorBody, BulkAnswer, BulkQuery, PutActorAnswer
from service.schemas.jobs import JobAnswer

router = APIRouter(prefix=f"{PREFIX}/actors", tags=["actors"], dependencies=[Depends(readable_address)])

NDJSON = "application/x-ndjson"
LINES_NOW = 1000
"""More lines than a request should wait for become a job."""


async def ndjson_body(request: Request) -> None:
    """Refuse a body that does not say it is lines of JSON with 415."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != NDJSON:
        raise HTTPException(415, detail=f"Send lines of JSON, with Content-Type: {NDJSON}.")


@router.put(
    "/{actor_id}",
    operation_id="putActor",
    summary="Add or replace an actor",
    responses={**errors(413, 415), 201: {"model": PutActorAnswer, "description": "The actor is new."}},
    dependencies=[Depends(json_body)],
)
def put_actor(
    workspace: OpenWorkspace,
    actor_id: ActorId,
    body: ActorBody,
    response: Response,
    _query: Nothing,
) -> PutActorAnswer:
    """The whole actor in place of the one there is, as an import would; the same again changes nothing.

    Fields that a person edited stay, and are named in `kept`.
    """
    told = {"id": actor_id, **body.model_dump(mode="json")}
    answer = PutActorAnswer.of(actor_id, workspace.put_actor(told, who=acting()))
    if answer.outcome == "new":
        response.status_code = 201
        response.headers["Location"] = f"{PREFIX}/actors/{quote(actor_id, safe='')}"
    return answer


@router.post(
    "/bulk",
    operation_id="putActors",
    summary="Add or replace many actors",
    responses={
        **errors(413, 415),
        202: {
            "model": JobAnswer,
            "description": f"More than {LINES_NOW:,} lines, or `Prefer: respond-async`: a job, whose `answer` is as here.",
        },
    },
    response_model=BulkAnswer,
    dependencies=[Depends(ndjson_body)],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {
                    "schema": {
                        "type": "string",
                        "description": "A JSON object in each line: `id` and the fields of `ActorBody`.",
                    }
                }
            },
        }
    },
)
async def put_actors(
    request: Request,
    workspace: OpenWorkspace,
    query: Annotated[BulkQuery, Query()],
    _prefer: Preferred = None,
) -> Response:
    """Each line is a whole actor, as in a PUT of it, with its `id`; all are taken, or none where any line is bad.

    A 422 names every bad line in `rows`. The same lines again change nothing.
    """
    name, lines = await _kept(request, workspace)
    if lines > LINES_NOW or wants_job(request):
        arguments = {"input": name, "lines": lines, "dry_run": query.dry_run, "partial": query.partial}
        try:
            job = await run_in_threadpool(workspace.jobs.ask, BULK, arguments, who=acting())
        except BaseException:
            workspace.jobs.discard(name)
            raise
        return job_instead(request, job)
    try:
        report = await run_in_threadpool(
            workspace.import_lines,
            workspace.jobs.input(name),
            dry_run=query.dry_run,
            partial=query.partial,
            who=acting(),
        )
    finally:
        workspace.jobs.discard(name)
    return JSONResponse(BulkAnswer.of(report).model_dump(mode="json"))


async def _kept(request: Request, workspace: Workspace) -> tuple[str, int]:
    """Write the body to a file as it arrives; the file's name and the number of lines."""
    lines, last = 0, b"\n"
    try:
        with workspace.jobs.keeping() as (name, out):
            async for chunk in request.stream():
                out.write(chunk)
                lines += chunk.count(b"\n")
                last = chunk[-1:] or last
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFullError("No space is left for what was sent.", path=workspace.folder) from error
        raise
    return name, lines + (last != b"\n")
