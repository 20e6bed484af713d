"""A schedule changed over HTTP: by hand, by a repair, by undoing; its versions, what differs between two, and why not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response

from matchmaker.arranging import Version
from matchmaker.workspace import Workspace
from service.api.contract import (
    PREFIX,
    Nothing,
    errors,
    json_body,
    numbered,
    precondition,
    readable_address,
)
from service.api.events import EventIdInPath
from service.arranged import acting
from service.cursors import page_of
from service.dependencies import OpenWorkspace
from service.schemas.change_answers import (
    ComparisonAnswer,
    EditAnswer,
    ExplanationAnswer,
    ExplanationPage,
    RepairAnswer,
    VersionPage,
    VersionSummary,
)
from service.schemas.changes import (
    ComparisonQuery,
    EditBody,
    ExplanationQuery,
    PairQuery,
    RepairBody,
    RestoreBody,
)
from service.schemas.contract import PageQuery
from service.schemas.event_answers import ScheduleAnswer
from service.schemas.problems import ConflictAnswer

router = APIRouter(
    prefix=f"{PREFIX}/events/{{event_id}}", tags=["schedules"], dependencies=[Depends(readable_address)]
)

IfVersion = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the schedule that the change was made from, or `*` for whichever it is.",
    ),
]


def version_tag(number: int) -> str:
    """The entity tag of a schedule; no event has the same, so that the two cannot be mistaken for each other."""
    return f'"version-{number}"'


def expected(if_match: str | None) -> int | None:
    """The version that a change was made from, ``None`` for any.

    Raises ``HTTPException`` 428 where it is missing, and 412 where it can be no version.
    """
    refusal = "If-Match does not name a version of this schedule. Read the schedule again."
    return numbered(precondition(if_match, "schedule"), refusal, before="version-", digits=9)


@router.post(
    "/edits",
    operation_id="editSchedule",
    summary="Change the schedule by hand",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=[Depends(json_body)],
)
def edit_schedule(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: EditBody,
    response: Response,
    _query: Nothing,
    if_match: IfVersion = None,
) -> EditAnswer:
    """Move, swap, add, remove, lock or unlock. What stands in the way is told in `conflicts`, all of it, of a dry run in
    the answer and otherwise in the error; then nothing is changed. A dry run needs no `If-Match`.
    """
    edit = body.edit.value()
    events = workspace.events
    if body.dry_run:
        return EditAnswer(
            conflicts=[ConflictAnswer.of(each) for each in events.changes.check_edit(event_id, edit)],
            schedule=None,
        )
    made = events.changes.edit(event_id, edit, expected=expected(if_match), who=acting())
    return EditAnswer(conflicts=[], schedule=_answer(workspace, event_id, made, response))


@router.post(
    "/repair",
    operation_id="repairSchedule",
    summary="Make the schedule hold again",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=[Depends(json_body)],
)
def repair_schedule(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: RepairBody,
    response: Response,
    _query: Nothing,
    if_match: IfVersion = None,
) -> RepairAnswer:
    """After no-shows, cancellations, lost tables or changes of the event, with as few meetings moved as possible.

    A dry run says what it would do, changes nothing and needs no `If-Match`.
    """
    events = workspace.events
    event = events.one(event_id).event
    if body.dry_run:
        found, plan = events.changes.try_repair(event_id, body.news(), **body.limits())
        return RepairAnswer.of(event, found, plan, None)
    found, version = events.changes.repair(
        event_id, body.news(), **body.limits(), expected=expected(if_match), who=acting()
    )
    response.headers["ETag"] = version_tag(version.number)
    return RepairAnswer.of(event, found, version.plan, version)


@router.post(
    "/undo",
    operation_id="undoScheduleChange",
    summary="Undo the last change of the schedule",
    responses=errors(404, 412, 428),
)
def undo(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    response: Response,
    _query: Nothing,
    if_match: IfVersion = None,
) -> ScheduleAnswer:
    """Goes back to the version that the latest one was made from; again, and it goes further back."""
    made = workspace.events.changes.undo(event_id, expected=expected(if_match), who=acting())
    return _answer(workspace, event_id, made, response)


@router.post(
    "/redo",
    operation_id="redoScheduleChange",
    summary="Take an undoing back",
    responses=errors(404, 412, 428),
)
def redo(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    response: Response,
    _query: Nothing,
    if_match: IfVersion = None,
) -> ScheduleAnswer:
    """Possible until something else is changed."""
    made = workspace.events.changes.redo(event_id, expected=expected(if_match), who=acting())
    return _answer(workspace, event_id, made, response)


@router.post(
    "/restore",
    operation_id="restoreScheduleVersion",
    summary="Make an earlier version the latest",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=[Depends(json_body)],
)
def restore(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: RestoreBody,
    response: Response,
    _query: Nothing,
    if_match: IfVersion = None,
) -> ScheduleAnswer:
    """As a further version, so that undoing takes it back."""
    made = workspace.events.changes.restore(event_id, body.number, expected=expected(if_match), who=acting())
    return _answer(workspace, event_id, made, response)


@router.get(
    "/versions",
    operation_id="listScheduleVersions",
    summary="List the versions of the schedule",
    responses=errors(404),
)
def list_versions(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PageQuery, Query()]
) -> VersionPage:
    """The oldest first, each with how much changed from the one before it."""
    workspace.events.one(event_id)
    page, following = page_of(
        workspace.events.changes.history(event_id),
        id_of=lambda each: str(each[0].number),
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} versions",
    )
    return VersionPage(items=[VersionSummary.of(each, changed) for each, changed in page], next=following)


@router.get(
    "/comparison",
    operation_id="compareScheduleVersions",
    summary="What changed between two versions?",
    responses=errors(404),
)
def compare(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[ComparisonQuery, Query()]
) -> ComparisonAnswer:
    """From `before` to `after`, which may be either way round."""
    event = workspace.events.one(event_id).event
    return ComparisonAnswer.of(event, workspace.events.changes.compare(event_id, query.before, query.after))


@router.get(
    "/explanations",
    operation_id="listExplanations",
    summary="Why do wishes have no meeting?",
    responses=errors(404),
)
def list_explanations(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[ExplanationQuery, Query()]
) -> ExplanationPage:
    """The wishes that the latest version leaves out, with the reason and the cheapest change that helps, which was tried."""
    event = workspace.events.one(event_id).event
    version = _latest(workspace, event_id)
    page, following = page_of(
        version.plan.left_out,
        id_of=lambda each: f"{each.a} {each.b}",
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} version {version.number}",
    )
    pairs = [(each.a, each.b) for each in page]
    explained = workspace.events.changes.explain(event_id, pairs) if pairs else ()
    return ExplanationPage(items=[ExplanationAnswer.of(event, each) for each in explained], next=following)


@router.get(
    "/explanation",
    operation_id="explainPair",
    summary="Why do two participants not meet?",
    responses=errors(404),
)
def explain_pair(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PairQuery, Query()]
) -> ExplanationAnswer:
    """Of any two who have no meeting, whether anybody wishes it or not."""
    event = workspace.events.one(event_id).event
    return ExplanationAnswer.of(event, workspace.events.changes.explain(event_id, [(query.a, query.b)])[0])


def _latest(workspace: Workspace, event_id: str) -> Version:
    found = workspace.events.version(event_id)
    if found is None:
        raise HTTPException(404, detail="There is no schedule yet. A POST to schedule makes one.")
    return found


def _answer(workspace: Workspace, event_id: str, version: Version, response: Response) -> ScheduleAnswer:
    response.headers["ETag"] = version_tag(version.number)
    return ScheduleAnswer.of(workspace.events.one(event_id).event, version)
