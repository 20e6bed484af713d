"""Long work: what was asked for, how far it is, what came of it, and an end to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from matchmaker.jobs import Job
from matchmaker.working.known import LANDSCAPE_EXPORT
from service.api.contract import PREFIX, Nothing, errors, json_body, never_kept, readable_address
from service.arranged import acting
from service.cursors import newest_of
from service.dependencies import OpenWorkspace
from service.schemas.contract import Text
from service.schemas.jobs import JobAnswer, JobPage, JobQuery, LandscapeExportBody

router = APIRouter(prefix=PREFIX, tags=["jobs"], dependencies=[Depends(readable_address)])

JobId = Annotated[Text, Path(min_length=1, max_length=100, description="Id of the job.")]

MEDIA_TYPES = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".graphml": "application/graphml+xml",
}


def taken_on(job: Job, response: Response) -> JobAnswer:
    """The answer to whoever asks for long work: where to look for it, and when."""
    response.headers["Location"] = f"{PREFIX}/jobs/{job.id}"
    response.headers["Retry-After"] = "1"
    return JobAnswer.of(job)


Preferred = Annotated[
    str | None,
    Header(
        alias="Prefer",
        description="`respond-async` (RFC 7240) asks for a job, whatever the size of what is sent.",
        examples=["respond-async"],
    ),
]
"""For the description alone: ``wants_job`` reads the header, which may be sent more than once."""


def wants_job(request: Request) -> bool:
    """Whether the client would rather have a job than wait for the answer."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    return any(each.partition(";")[0].strip().lower() == "respond-async" for each in preferences)


def job_instead(request: Request, job: Job) -> JSONResponse:
    """The answer where a job is taken on in place of an answer at once."""
    headers = {"Location": f"{PREFIX}/jobs/{job.id}", "Retry-After": "1"}
    if wants_job(request):
        headers["Preference-Applied"] = "respond-async"
    return JSONResponse(JobAnswer.of(job).model_dump(mode="json"), 202, headers=headers)


@router.get(
    "/jobs",
    operation_id="listJobs",
    summary="List jobs",
    responses=errors(),
    dependencies=[Depends(never_kept)],
)
def list_jobs(workspace: OpenWorkspace, query: Annotated[JobQuery, Query()]) -> JobPage:
    """Jobs, the newest first; those that are over are forgotten after 30 days."""
    page, following = newest_of(
        lambda before, limit: workspace.jobs.page(
            kind=query.kind, state=query.state, before=before or 0, limit=limit
        ),
        limit=query.limit,
        cursor=query.cursor,
        edition="jobs",
    )
    return JobPage(items=[JobAnswer.of(each) for each in page], next=following)


@router.get(
    "/jobs/{job_id}",
    operation_id="getJob",
    summary="How far is a job?",
    responses=errors(404),
    dependencies=[Depends(never_kept)],
)
def get_job(workspace: OpenWorkspace, job_id: JobId, response: Response, _query: Nothing) -> JobAnswer:
    """Its state and progress; `answer` once it is done, `problem` where it failed."""
    job = workspace.jobs.one(job_id)
    if not job.over:
        response.headers["Retry-After"] = "1"
    return JobAnswer.of(job)


@router.delete("/jobs/{job_id}", operation_id="cancelJob", summary="Cancel a job", responses=errors(404))
def cancel_job(workspace: OpenWorkspace, job_id: JobId, _query: Nothing) -> JobAnswer:
    """One that waits is over at once; one that runs ends at its next step. What is over stays as it is."""
    return JobAnswer.of(workspace.jobs.cancel(job_id, who=acting()))


@router.get(
    "/jobs/{job_id}/file",
    operation_id="getJobFile",
    summary="Fetch the file that a job made",
    responses={**errors(404), 200: {"content": {each: {} for each in MEDIA_TYPES.values()}}},
    response_class=FileResponse,
)
def get_job_file(workspace: OpenWorkspace, job_id: JobId, _query: Nothing) -> FileResponse:
    """There as long as the job is remembered, and until somebody is erased."""
    path = workspace.jobs.result(job_id)
    if path is None:
        raise HTTPException(404, detail="The job made no file, or the file is gone.")
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[path.suffix],
        filename=f"landscape{path.suffix}",
        headers={"Cache-Control": "private, no-cache"},
    )


@router.post(
    "/exports/landscape",
    operation_id="exportLandscape",
    summary="Have every figure of the landscape written to a file",
    status_code=202,
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def export_landscape(
    workspace: OpenWorkspace,
    body: LandscapeExportBody,
    response: Response,
    _query: Nothing,
) -> JobAnswer:
    """Begins and answers at once; `Location` says where to ask how far it is, and `file` there where the file is."""
    arguments = {"ending": f".{body.format}", "with_backtest": body.with_backtest}
    return taken_on(workspace.jobs.ask(LANDSCAPE_EXPORT, arguments, who=acting()), response)
