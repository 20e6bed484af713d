"""What an event hands out, and what is asked between its participants: agendas, calendars, lists, requests, round tables."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from matchmaker.arranging import ParticipantImport
from matchmaker.errors import EventRejectedError, SourceError
from matchmaker.events import MeetingRequest, RequestState
from service.api.contract import PREFIX, Nothing, errors, json_body, never_kept, readable_address
from service.api.events import EventIdInPath, IfMatch, stated
from service.api.participants import ParticipantId
from service.arranged import acting
from service.balancing import not_yet
from service.cursors import page_of
from service.dependencies import EventHandingOut, OpenWorkspace
from service.handing_out import MEDIA_TYPES, Wanted
from service.problems import MOST_PROBLEMS
from service.schemas.contract import MAX_ID, PageQuery, Text
from service.schemas.event_answers import MeetingRequestAnswer
from service.schemas.handouts import (
    AgendaAnswer,
    AgendaPage,
    AgendaQuery,
    AskBody,
    CalendarAnswer,
    CalendarPage,
    ListAnswer,
    ListMadePage,
    ListQuery,
    ListUndoAnswer,
    ListUndoQuery,
    RequestChangeBody,
    RoundTablesAnswer,
    SeatBody,
)
from service.uploads import Upload

router = APIRouter(prefix=f"{PREFIX}/events/{{event_id}}", dependencies=[Depends(readable_address)])

LIST_TYPES = {"text/csv": "list.csv", MEDIA_TYPES["xlsx"]: "list.xlsx"}
RECIPIENT = Path(min_length=1, max_length=MAX_ID, description="Whom the request is to, percent-encoded.")
SENDER = Path(min_length=1, max_length=MAX_ID, description="Who asked, percent-encoded.")


async def sent_list(request: Request) -> Upload:
    """The list in the body; raises ``HTTPException`` 415 for what is no list."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared not in LIST_TYPES:
        raise HTTPException(415, detail=f"Send a list, with Content-Type: {' or '.join(LIST_TYPES)}.")
    return Upload("", "participants", LIST_TYPES[declared], await request.body())


@router.get(
    "/agendas",
    operation_id="listAgendas",
    summary="List participants' agendas",
    responses=errors(404),
    tags=["schedules"],
)
def list_agendas(
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    event_id: EventIdInPath,
    query: Annotated[AgendaQuery, Query()],
) -> AgendaPage:
    """Who meets whom, when, where and why, by name; without persons' addresses."""
    wanted = Wanted(event_id, query.version)
    try:
        handed = handing_out.handed(workspace, wanted)
    except EventRejectedError:
        raise HTTPException(404, detail="There is no such version of the schedule.") from None
    if handed is None:
        raise not_yet("The agendas are being put together. Try again in a moment.")
    kept = handed.agendas
    chosen = [each for each in kept.participants if query.participant in ("", each.party.attendee_id)]
    page, following = page_of(
        chosen,
        id_of=lambda each: each.party.attendee_id,
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} {kept.version} {query.participant}"[:200],
    )
    return AgendaPage(
        items=[AgendaAnswer.of(kept.event, kept.version, each) for each in page], next=following
    )


@router.get(
    "/calendars",
    operation_id="listCalendars",
    summary="List where participants' calendars are",
    responses=errors(404),
    tags=["schedules"],
    dependencies=[Depends(never_kept)],
)
def list_calendars(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    query: Annotated[PageQuery, Query()],
) -> CalendarPage:
    """An address for each; whoever has it gets this one calendar, and nothing else."""
    kept = workspace.events.one(event_id)
    page, following = page_of(
        list(workspace.events.handouts.calendar_tokens(event_id).items()),
        id_of=lambda each: each[0],
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} {kept.revision}"[:200],
    )
    return CalendarPage(items=[_calendar(*each) for each in page], next=following)


@router.post(
    "/calendars/{participant_id}/renew",
    operation_id="renewCalendar",
    summary="Give a participant's calendar a new address",
    responses=errors(404),
    tags=["schedules"],
    dependencies=[Depends(never_kept)],
)
def renew_calendar(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    participant_id: ParticipantId,
    _query: Nothing,
) -> CalendarAnswer:
    """The one before is void from now on."""
    if participant_id not in workspace.events.handouts.calendar_tokens(event_id):
        raise HTTPException(404, detail="No participant of this event has this id.")
    return _calendar(
        participant_id, workspace.events.handouts.renew_calendar(event_id, participant_id, who=acting())
    )


@router.post(
    "/lists/participants",
    operation_id="importParticipants",
    summary="Take in a list of participants",
    responses=errors(404, 412, 413, 415),
    tags=["events"],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in LIST_TYPES},
        }
    },
)
def import_participants(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    sent: Annotated[Upload, Depends(sent_list)],
    query: Annotated[ListQuery, Query()],
    if_match: IfMatch = None,
) -> ListAnswer:
    """All of it or nothing. Every value that cannot be accepted is told by row and column, with what to do."""
    revision = stated(if_match)
    found = _import(workspace, event_id, sent, query, dry_run=True, revision=revision)
    if not query.dry_run and not found.rejections:
        found = _import(workspace, event_id, sent, query, dry_run=False, revision=revision)
    return ListAnswer.of(found, workspace.events.one(event_id).revision, MOST_PROBLEMS)


@router.get(
    "/lists/participants",
    operation_id="listParticipantLists",
    summary="List the lists of participants that were taken in",
    responses=errors(404),
    tags=["events"],
)
def participant_lists(workspace: OpenWorkspace, event_id: EventIdInPath, _query: Nothing) -> ListMadePage:
    """Those that changed something, newest first."""
    return ListMadePage.of(workspace.events.lists(event_id))


@router.post(
    "/lists/participants/{number}/undo",
    operation_id="undoParticipantList",
    summary="Undo a list of participants",
    responses=errors(404),
    tags=["events"],
)
def undo_participant_list(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    number: Annotated[int, Path(ge=1, le=2**53, description="Number of the list.")],
    query: Annotated[ListUndoQuery, Query()],
) -> ListUndoAnswer:
    """What the list added and changed goes back to what it was where nobody changed or used it since; what stays is told, with why."""
    return ListUndoAnswer.model_validate(
        workspace.events.undo_list(event_id, number, trial=query.dry_run, who=acting())
    )


@router.post(
    "/requests",
    operation_id="askForMeeting",
    summary="Ask for a meeting on somebody's behalf",
    status_code=201,
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
    tags=["events"],
)
def ask_for_meeting(
    workspace: OpenWorkspace, event_id: EventIdInPath, body: AskBody, _query: Nothing
) -> MeetingRequestAnswer:
    """Pending until it is answered, taken back or expired; it counts as a wish of one side and holds no slot."""
    _check_there(workspace, event_id, body.sender, body.recipient)
    asked = workspace.events.requests.ask(
        event_id, body.sender, body.recipient, expires=body.expires, words=body.words, who=acting()
    )
    return MeetingRequestAnswer.model_validate(asked)


@router.post(
    "/requests/{sender}/{recipient}",
    operation_id="changeRequest",
    summary="Answer a request, or take it or the answer back",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
    tags=["events"],
)
def change_request(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    sender: Annotated[Text, SENDER],
    recipient: Annotated[Text, RECIPIENT],
    body: RequestChangeBody,
    _query: Nothing,
) -> MeetingRequestAnswer:
    """On behalf of whoever may; what does not follow from its present state is refused."""
    pair = unquote(sender), unquote(recipient)
    if all((each.sender, each.recipient) != pair for each in workspace.events.requests.all(event_id)):
        raise HTTPException(404, detail="There is no request from the one to the other.")
    return MeetingRequestAnswer.model_validate(_changed(workspace, event_id, pair, body))


@router.get(
    "/round-tables",
    operation_id="getRoundTables",
    summary="Get the seating of the round tables",
    responses=errors(404),
    tags=["schedules"],
)
def get_round_tables(workspace: OpenWorkspace, event_id: EventIdInPath, _query: Nothing) -> RoundTablesAnswer:
    """Round by round and table by table, ids of persons' seats; a participant with several persons has `p1.1`, `p1.2`."""
    seating = workspace.events.round_tables(event_id)
    if seating is None:
        workspace.events.one(event_id)
        raise HTTPException(404, detail="Nobody is seated yet. A POST to round-tables seats everybody.")
    return RoundTablesAnswer.of(seating)


@router.post(
    "/round-tables",
    operation_id="seatRoundTables",
    summary="Seat everybody at mixed round tables",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
    tags=["schedules"],
)
def seat_round_tables(
    workspace: OpenWorkspace, event_id: EventIdInPath, body: SeatBody, _query: Nothing
) -> RoundTablesAnswer:
    """In place of the seating before, with the proof of how mixed it can be."""
    return RoundTablesAnswer.of(
        workspace.events.seat(
            event_id,
            size=body.size,
            rounds=body.rounds,
            time_limit=body.time_limit,
            seed=body.seed,
            who=acting(),
        )
    )


def _calendar(participant: str, token: str) -> CalendarAnswer:
    return CalendarAnswer(participant=participant, path=f"/calendars/{token}.ics")


def _import(
    workspace: OpenWorkspace,
    event_id: str,
    sent: Upload,
    query: ListQuery,
    *,
    dry_run: bool,
    revision: int | None,
) -> ParticipantImport:
    with sent.file() as path:
        try:
            return workspace.events.import_participants(
                event_id,
                path,
                remove_missing=query.remove_missing,
                dry_run=dry_run,
                expected=revision,
                who=acting(),
            )
        except SourceError as error:
            # What is wrong with the file is the sender's to know; where it lay for a moment is not.
            told = f"{error}".replace(str(path), sent.name).replace(str(path.parent), "")
            raise EventRejectedError([told]) from None


def _changed(
    workspace: OpenWorkspace, event_id: str, pair: tuple[str, str], body: RequestChangeBody
) -> MeetingRequest:
    events = workspace.events
    if body.state is RequestState.PENDING:
        return events.requests.reopen(event_id, *pair, who=acting())
    if body.state is RequestState.CANCELLED:
        return events.requests.cancel(event_id, *pair, who=acting())
    return events.requests.answer(
        event_id, *pair, body.state, reason=body.reason, words=body.words, who=acting()
    )


def _check_there(workspace: OpenWorkspace, event_id: str, *participants: str) -> None:
    there = {each.id for each in workspace.events.attendees(event_id)}
    gone = [each for each in participants if each not in there]
    if gone:
        raise EventRejectedError(
            [f"{each!r} is no participant of this event. Add them first." for each in gone]
        )
