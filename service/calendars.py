"""Participants' calendars for programs that follow them: whoever has the address gets that one calendar and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.actors import ActorGroup
from matchmaker.errors import EventNotFoundError, EventRejectedError
from matchmaker.meetings.agendas import Agenda, Agendas, Party
from matchmaker.reporting.agendas import calendar
from matchmaker.workspace import Workspace
from service.dependencies import EventHandingOut, OpenWorkspace
from service.handing_out import MEDIA_TYPES, HandingOut, Wanted, content_tag, feed
from service.problems import not_modified

router = APIRouter(include_in_schema=False)

PATIENCE = 60.0
"""Seconds; programs that follow calendars have no page to come back to."""
FRESH_FOR = 300


@router.get("/calendars/{token}.ics")
def one_calendar(
    request: Request,
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    token: str,
    language: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The calendar of the participant whose address this is; any other address is one that does not exist."""
    found = workspace.events.handouts.calendar_of(token)
    if found is None:
        raise HTTPException(404)
    try:
        content = _content(workspace, handing_out, *found, "da" if language == "da" else "en")
    except EventNotFoundError:
        content = None
    if content is None:
        raise HTTPException(404)
    headers = {"ETag": content_tag(content), "Cache-Control": f"private, max-age={FRESH_FOR}"}
    held = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if held & {headers["ETag"], "*"}:
        raise not_modified(headers)
    disposition = 'inline; filename="matchmaker.ics"'
    return Response(
        content, media_type=MEDIA_TYPES["ics"], headers=headers | {"Content-Disposition": disposition}
    )


def _content(
    workspace: Workspace, handing_out: HandingOut, event_id: str, participant: str, language: str
) -> bytes | None:
    try:
        handed = handing_out.handed(workspace, Wanted(event_id, None, language), patience=PATIENCE)
    except EventRejectedError:
        return _empty(workspace, event_id, participant, language)
    if handed is None:
        raise HTTPException(503, headers={"Retry-After": str(FRESH_FOR)})
    return feed(handed, participant)


def _empty(workspace: Workspace, event_id: str, participant: str, language: str) -> bytes:
    """A calendar without meetings: there is no schedule yet, and whoever follows it learns of the first one."""
    own = {each.id: each.language for each in workspace.events.attendees(event_id)}
    nobody = Party(participant, 0, "", "", ActorGroup.OTHER)
    event = workspace.events.one(event_id).event
    nothing = Agendas(event, 0, datetime(1970, 1, 1, tzinfo=UTC), language, (), (), (), ())
    return calendar(nothing, Agenda(nobody, own.get(participant) or language, ()), ())
