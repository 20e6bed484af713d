"""Who attends an event. Persons' names and addresses are given to facilitators alone, as all of an event is."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response

from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address, tagged
from service.api.events import EventIdInPath, IfMatch, expected, tag
from service.arranged import acting, attending
from service.cursors import page_of
from service.dependencies import OpenWorkspace
from service.schemas.contract import MAX_ID, PageQuery, Text
from service.schemas.event_answers import ParticipantAnswer, ParticipantPage
from service.schemas.events import ParticipantBody

router = APIRouter(
    prefix=f"{PREFIX}/events/{{event_id}}/participants",
    tags=["events"],
    dependencies=[Depends(readable_address)],
)


def participant_id_in_path(
    participant_id: Annotated[
        Text,
        Path(
            min_length=1,
            max_length=MAX_ID,
            description="Id within the event, percent-encoded.",
            examples=["p12"],
        ),
    ],
) -> str:
    """The id in the address; ``service.guards`` has kept its slashes apart from the address's own."""
    return unquote(participant_id)


ParticipantId = Annotated[str, Depends(participant_id_in_path)]


@router.get("", operation_id="listParticipants", summary="List participants", responses=errors(404))
def list_participants(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PageQuery, Query()]
) -> ParticipantPage:
    """Who attends, in the order in which they were added."""
    kept = workspace.events.one(event_id)
    page, following = page_of(
        attending(workspace, event_id),
        id_of=lambda each: each.attendee.id,
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} {kept.revision}",
    )
    return ParticipantPage(
        items=[ParticipantAnswer.of(each.attendee, {each.actor.id: each.actor}) for each in page],
        next=following,
    )


@router.get(
    "/{participant_id}", operation_id="getParticipant", summary="Get a participant", responses=errors(404)
)
def get_participant(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    participant_id: ParticipantId,
    response: Response,
    _query: Nothing,
) -> ParticipantAnswer:
    """One agenda with its persons; the `ETag` is the event's revision."""
    kept = workspace.events.one(event_id)
    return _one(workspace, event_id, participant_id, kept.revision, response)


@router.put(
    "/{participant_id}",
    operation_id="putParticipant",
    summary="Add or change a participant",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=[Depends(json_body)],
)
def put_participant(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    participant_id: ParticipantId,
    body: ParticipantBody,
    response: Response,
    _query: Nothing,
    if_match: IfMatch = None,
) -> ParticipantAnswer:
    """The whole of it in place of what there is under this id."""
    revision = expected(if_match)
    kept = workspace.events.attend(event_id, [body.value(participant_id)], expected=revision, who=acting())
    return _one(workspace, event_id, participant_id, kept.revision, response)


@router.delete(
    "/{participant_id}",
    operation_id="takeParticipantAway",
    summary="Take a participant away",
    status_code=204,
    responses=errors(404, 412, 428),
)
def take_participant_away(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    participant_id: ParticipantId,
    response: Response,
    _query: Nothing,
    if_match: IfMatch = None,
) -> None:
    """They go with their persons and with what was wanted of them."""
    revision = expected(if_match)
    if all(each.id != participant_id for each in workspace.events.attendees(event_id)):
        raise _unknown()
    kept = workspace.events.attend(event_id, (), [participant_id], expected=revision, who=acting())
    response.headers["ETag"] = tag(kept.revision)


def _one(
    workspace: OpenWorkspace, event_id: str, participant_id: str, revision: int, response: Response
) -> ParticipantAnswer:
    found = [each for each in attending(workspace, event_id) if each.attendee.id == participant_id]
    if not found:
        raise _unknown()
    tagged(response, tag(revision))
    return ParticipantAnswer.of(found[0].attendee, {found[0].actor.id: found[0].actor})


def _unknown() -> HTTPException:
    return HTTPException(404, detail="No participant of this event has this id.")
