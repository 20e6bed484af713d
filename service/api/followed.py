"""What events came to, for programs: the chain step by step, and targets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response

from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address
from service.arranged import acting
from service.balancing import not_yet
from service.cursors import page_of
from service.dependencies import EventFollowing, OpenWorkspace
from service.following import Window
from service.schemas.contract import MAX_ID, PageQuery, Text
from service.schemas.followed import EventReportAnswer, ReportQuery, TargetAnswer, TargetBody, TargetPage

router = APIRouter(prefix=PREFIX, tags=["events"], dependencies=[Depends(readable_address)])


@router.get(
    "/event-report",
    operation_id="getEventReport",
    summary="What did events come to?",
    responses=errors(404),
)
def get_event_report(
    workspace: OpenWorkspace, following: EventFollowing, query: Annotated[ReportQuery, Query()]
) -> EventReportAnswer:
    """Pairs of actors by step: proposed, wished, scheduled, held, valued, committed; and where each target stands."""
    window = Window(tuple(dict.fromkeys(unquote(each) for each in query.event)), query.since, query.until)
    found = following.found(workspace, window, datetime.now(UTC).date())
    if found is None:
        raise not_yet("The report is being worked out. Try again in a moment.")
    return EventReportAnswer.of(found)


@router.get("/targets", operation_id="listTargets", summary="List targets", responses=errors())
def list_targets(workspace: OpenWorkspace, query: Annotated[PageQuery, Query()]) -> TargetPage:
    """What is aimed at over all events, by the first day."""
    page, following = page_of(
        workspace.events.follow_up.targets(),
        id_of=lambda each: each.id,
        limit=query.limit,
        cursor=query.cursor,
        edition="targets",
    )
    return TargetPage(items=[TargetAnswer.of(each) for each in page], next=following)


@router.post(
    "/targets",
    operation_id="setTarget",
    summary="Set a target",
    status_code=201,
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def set_target(
    workspace: OpenWorkspace, body: TargetBody, response: Response, _query: Nothing
) -> TargetAnswer:
    """A further one; the report says whether it is on course."""
    made = workspace.events.follow_up.set_target(
        body.measure,
        body.goal,
        starts=body.starts,
        months=body.months,
        across_groups=body.across_groups,
        who=acting(),
    )
    response.headers["Location"] = f"{PREFIX}/targets/{quote(made.id, safe='')}"
    return TargetAnswer.of(made)


@router.delete(
    "/targets/{target_id}",
    operation_id="removeTarget",
    summary="Take a target away",
    status_code=204,
    responses=errors(404),
)
def remove_target(
    workspace: OpenWorkspace,
    target_id: Annotated[
        Text, Path(min_length=1, max_length=MAX_ID, description="Id of the target, percent-encoded.")
    ],
    _query: Nothing,
) -> None:
    """What came of meetings stays."""
    wanted = unquote(target_id)
    if all(each.id != wanted for each in workspace.events.follow_up.targets()):
        raise HTTPException(404, detail="There is no such target.")
    workspace.events.follow_up.remove_target(wanted, who=acting())
