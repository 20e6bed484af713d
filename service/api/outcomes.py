"""What came of meetings over HTTP: what stands, statements to keep, and the last one taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address
from service.api.events import EventIdInPath
from service.arranged import acting
from service.cursors import page_of
from service.dependencies import OpenWorkspace
from service.schemas.changes import PairQuery
from service.schemas.contract import PageQuery
from service.schemas.outcome_answers import OutcomeAnswer, OutcomePage, SaidAnswer, TakenBackAnswer
from service.schemas.outcomes import StatementsBody

router = APIRouter(
    prefix=f"{PREFIX}/events/{{event_id}}/outcomes",
    tags=["outcomes"],
    dependencies=[Depends(readable_address)],
)


@router.get("", operation_id="listOutcomes", summary="What came of the meetings?", responses=errors(404))
def list_outcomes(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PageQuery, Query()]
) -> OutcomePage:
    """Every meeting that anything is said of, with what stands of it."""
    workspace.events.one(event_id)
    page, following = page_of(
        workspace.events.follow_up.outcomes(event_id),
        id_of=lambda each: " ".join((each.a, each.b, *each.actors)),
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} outcomes",
    )
    return OutcomePage(items=[OutcomeAnswer.of(each) for each in page], next=following)


@router.post(
    "",
    operation_id="sayOutcomes",
    summary="Say what came of meetings",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def say_outcomes(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: StatementsBody,
    _query: Nothing,
) -> SaidAnswer:
    """Each in place of what the same side said on the topic before; the same again changes nothing. All of them or, if one
    cannot be, none. A commitment becomes a collaboration of the two actors.
    """
    new = workspace.events.follow_up.say(event_id, [each.value() for each in body.statements], who=acting())
    return SaidAnswer(new=len(new))


@router.delete(
    "",
    operation_id="takeBackOutcome",
    summary="Take back what was said last of a meeting",
    responses=errors(404),
)
def take_back(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PairQuery, Query()]
) -> TakenBackAnswer:
    """What the same side said on the topic before stands again."""
    taken = workspace.events.follow_up.take_back(event_id, query.a, query.b, who=acting())
    return TakenBackAnswer(topic=taken.remark.topic, by=taken.remark.by)
