"""Tables brought in over HTTP: with a report of every row that cannot be accepted, a trial, and the way back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool

from matchmaker.intake import template_csv
from matchmaker.jobs import Job
from matchmaker.working.imports import ask
from matchmaker.workspace import Workspace
from service.api.contract import PREFIX, Nothing, errors, readable_address
from service.api.jobs import Preferred, job_instead, wants_job
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.problems import refused
from service.schemas.imports import (
    ImportAnswer,
    ImportPage,
    ImportQuery,
    TemplateQuery,
    UndoAnswer,
    UndoQuery,
)
from service.schemas.jobs import JobAnswer
from service.sent_files import SentFiles, check_kind, files_of, remove, write_body
from service.uploads import MULTIPART

router = APIRouter(prefix=PREFIX, tags=["imports"], dependencies=[Depends(readable_address)])

TABLE_TYPES = {"text/csv": "actors.csv", MEDIA_TYPES["xlsx"]: "actors.xlsx"}
KINDS = ("actors", "collaborations", "participations")
BYTES_NOW = 2 * 1024 * 1024
"""Tables of more become a job, since nobody should wait for them; about 2,000 organisations with a page of text each."""
Number = Annotated[int, InPath(ge=1, le=2**53, description="Number of the import or the merge.")]


@dataclass(frozen=True, slots=True)
class SentTables:
    """Tables as they were sent."""

    actors: Path
    collaborations: Path | None
    participations: Path | None

    @property
    def by_kind(self) -> dict[str, Path]:
        """Those that were sent, by what they hold."""
        paths = zip(KINDS, (self.actors, self.collaborations, self.participations), strict=True)
        return {kind: path for kind, path in paths if path is not None}

    @property
    def size(self) -> int:
        """Bytes of them all."""
        return sum(path.stat().st_size for path in self.by_kind.values())


async def sent_tables(request: Request, workspace: OpenWorkspace) -> AsyncIterator[SentTables]:
    """The tables in the body, on the disk for as long as the request is worked on; raises 415 and 422."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared not in (*TABLE_TYPES, MULTIPART):
        raise HTTPException(
            415,
            detail=f"Send a table, with Content-Type: {', '.join(TABLE_TYPES)}, or several as {MULTIPART}.",
        )
    folder = await run_in_threadpool(workspace.intake.drafts.incoming)
    try:
        if declared == MULTIPART:
            yield _named(await files_of(request, folder))
        else:
            path = folder / TABLE_TYPES[declared]
            await write_body(request, path)
            await run_in_threadpool(check_kind, path, path.name)
            yield SentTables(path, None, None)
    finally:
        await run_in_threadpool(remove, folder)


@router.get("/imports", operation_id="listImports", summary="List the latest imports", responses=errors())
def list_imports(workspace: OpenWorkspace, _query: Nothing) -> ImportPage:
    """Those that changed something, newest first."""
    return ImportPage.of(workspace.intake.made(limit=50))


@router.post(
    "/imports",
    operation_id="importTables",
    summary="Take in a table of actors, and their collaborations",
    responses={
        **errors(413, 415),
        202: {
            "model": JobAnswer,
            "description": f"More than {BYTES_NOW:,} bytes, or `Prefer: respond-async`: a job, whose `answer` is as here.",
        },
    },
    response_model=ImportAnswer,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                **{each: {"schema": {"type": "string", "format": "binary"}} for each in TABLE_TYPES},
                MULTIPART: {
                    "schema": {
                        "type": "object",
                        "required": ["actors"],
                        "properties": {each: {"type": "string", "format": "binary"} for each in KINDS},
                    }
                },
            },
        }
    },
)
def import_tables(
    request: Request,
    workspace: OpenWorkspace,
    sent: Annotated[SentTables, Depends(sent_tables)],
    query: Annotated[ImportQuery, Query()],
    _prefer: Preferred = None,
) -> ImportAnswer | Response:
    """All of it or nothing, unless `partial`: where a row cannot be accepted, 422 names it, with column and reason. A trial
    (`dry_run`) answers 200 with all of them. The same again changes nothing. What a person edited by hand stays.

    Of a job the rows that cannot be accepted stand in its `answer`.
    """
    if sent.size > BYTES_NOW or wants_job(request):
        return job_instead(request, _as_job(workspace, sent, query))
    report = workspace.import_table(
        sent.actors,
        collaborations=sent.collaborations,
        participations=sent.participations,
        mapping=dict(map(_pair, query.map)),
        default_group=query.default_group,
        dry_run=query.dry_run,
        partial=query.partial,
        who=acting(),
    )
    return ImportAnswer.of(report)


@router.get(
    "/imports/template",
    operation_id="getImportTemplate",
    summary="Get a table to fill in",
    responses={
        **errors(),
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A CSV file."},
    },
    response_class=Response,
)
def get_template(query: Annotated[TemplateQuery, Query()]) -> Response:
    """The headers that are understood, in Danish or English, and two rows to write over."""
    return Response(template_csv(query.language).encode("utf-8"), media_type="text/csv; charset=utf-8")


@router.post(
    "/imports/{number}/undo",
    operation_id="undoImport",
    summary="Undo an import",
    responses=errors(404),
)
def undo_import(workspace: OpenWorkspace, number: Number, query: Annotated[UndoQuery, Query()]) -> UndoAnswer:
    """What nobody changed or used since goes back to what it was; what stays is told, with why."""
    return UndoAnswer.of(workspace.intake.undo(number, who=acting(), trial=query.dry_run))


def _as_job(workspace: Workspace, sent: SentTables, query: ImportQuery) -> Job:
    arguments = {
        "mapping": dict(map(_pair, query.map)),
        "default_group": query.default_group.value if query.default_group else "",
        "dry_run": query.dry_run,
        "partial": query.partial,
    }
    return ask(workspace.jobs, sent.by_kind, arguments, who=acting())


def _named(sent: SentFiles) -> SentTables:
    if "actors" not in sent.files:
        raise HTTPException(422, detail="The form has no file called actors.")
    paths = {kind: sent.files[kind][1] for kind in KINDS if kind in sent.files}
    return SentTables(paths["actors"], paths.get("collaborations"), paths.get("participations"))


def _pair(text: str) -> tuple[str, str]:
    header, equals, name = text.rpartition("=")
    if not equals or not header:
        raise refused("map", "Write it as Header=field, for example Firma=name.")
    return header, name
