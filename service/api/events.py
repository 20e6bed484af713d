"""Events: their set-up, and what is wished and proposed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from matchmaker.arranging import Kept
from matchmaker.errors import EventRejectedError
from matchmaker.events import Event, at_same_hours
from matchmaker.meetings.zones import zone_of
from service.api.contract import (
    PREFIX,
    Nothing,
    errors,
    json_body,
    numbered,
    precondition,
    readable_address,
    tagged,
)
from service.arranged import acting
from service.cursors import page_of, sorted_name
from service.dependencies import OpenWorkspace
from service.problems import not_modified
from service.schemas.contract import MAX_ID, PageQuery, SortDirection, Text
from service.schemas.event_answers import (
    EventAnswer,
    EventPage,
    EventQuery,
    EventSort,
    EventSummary,
    MeetingRequestAnswer,
    MeetingRequestPage,
    PreferenceAnswer,
    PreferencePage,
    ProposedAnswer,
    RevisionAnswer,
)
from service.schemas.events import EventBody, NewEventBody, PreferencesBody

router = APIRouter(prefix=PREFIX, tags=["events"], dependencies=[Depends(readable_address)])


def event_id_in_path(
    event_id: Annotated[
        Text,
        Path(
            min_length=1,
            max_length=MAX_ID,
            description="Id of the event, percent-encoded.",
            examples=["spring-meeting"],
        ),
    ],
) -> str:
    """The id in the address; ``service.guards`` has kept its slashes apart from the address's own."""
    return unquote(event_id)


EventIdInPath = Annotated[str, Depends(event_id_in_path)]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the event that the change was made from, or `*` for whichever it is.",
    ),
]


def expected(if_match: str | None) -> int | None:
    """The revision that a change was made from, ``None`` for any.

    Raises ``HTTPException`` 428 where it is missing, and 412 where it can be no revision.
    """
    refusal = "If-Match does not name a revision of this event. Read it again."
    return numbered(precondition(if_match, "event"), refusal, digits=15)


def stated(if_match: str | None) -> int | None:
    """The same where it may be missing, which means any."""
    return None if if_match is None else expected(if_match)


def tag(revision: int) -> str:
    """The entity tag of an event."""
    return f'"{revision}"'


def _answer(workspace: OpenWorkspace, kept: Kept, response: Response) -> EventAnswer:
    tagged(response, tag(kept.revision))
    return EventAnswer.of(kept, workspace.events.slots(kept.event))


@router.get("/events", operation_id="listEvents", summary="List events", responses=errors())
def list_events(workspace: OpenWorkspace, query: Annotated[EventQuery, Query()]) -> EventPage:
    """All events, by id unless `sort` says otherwise."""
    wanted = query.q.casefold()
    found = [
        each
        for each in workspace.events.all()
        if wanted in each.event.name.casefold() or wanted in each.event.place.casefold()
    ]
    found.sort(key=_event_key(query.sort), reverse=query.direction is SortDirection.DOWN)
    page, following = page_of(
        found,
        id_of=lambda each: each.event.id,
        limit=query.limit,
        cursor=query.cursor,
        edition="events" + sorted_name(query),
    )
    events = workspace.events
    return EventPage(
        items=[
            EventSummary.of(each, len(events.attendees(each.event.id)), events.version(each.event.id))
            for each in page
        ],
        next=following,
    )


def _event_key(sort: EventSort) -> Callable[[Kept], tuple[str, str]]:
    """What events are sorted by, ties by id."""

    def key(kept: Kept) -> tuple[str, str]:
        event = kept.event
        if sort is EventSort.NAME:
            return event.name.casefold(), event.id
        if sort is EventSort.STARTS:
            first = min((each.starts.isoformat() for each in event.sessions), default="")
            return first, event.id
        return event.id, ""

    return key


@router.post(
    "/events",
    operation_id="createEvent",
    summary="Set up a new event",
    status_code=201,
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def create_event(
    workspace: OpenWorkspace, body: NewEventBody, response: Response, _query: Nothing
) -> EventAnswer:
    """Everything that is wrong with it is told at once, in `problems`; then nothing is kept."""
    kept = workspace.events.create(
        body.name,
        place=body.place,
        zone=body.zone,
        sessions=body.sessions_value(),
        tables=body.tables_value(),
        rules=body.rules.value(),
        event_id=body.id or "",
        who=acting(),
    )
    response.headers["Location"] = f"{PREFIX}/events/{quote(kept.event.id, safe='')}"
    return _answer(workspace, kept, response)


@router.get("/events/{event_id}", operation_id="getEvent", summary="Get an event", responses=errors(404))
def get_event(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    request: Request,
    response: Response,
    _query: Nothing,
) -> EventAnswer:
    """How it is set up, with the slots that its sessions are cut into; its `ETag` is its revision."""
    kept = workspace.events.one(event_id)
    held = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if held & {tag(kept.revision), "*"}:
        raise not_modified({"ETag": tag(kept.revision)})
    return _answer(workspace, kept, response)


@router.put(
    "/events/{event_id}",
    operation_id="changeEvent",
    summary="Change an event's set-up",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=[Depends(json_body)],
)
def change_event(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: EventBody,
    response: Response,
    _query: Nothing,
    if_match: IfMatch = None,
) -> EventAnswer:
    """The whole set-up in place of the one there is; participants, wishes and versions stay.

    In another `zone` participants are there at the same hours of the clock. Times of tables are those that are sent, so that
    one whose times are those of before, and other hours in the new zone, is refused with 422.
    """
    revision, made = expected(if_match), body.value(event_id)
    _refuse_times_of_before(workspace.events.one(event_id).event, made)
    kept = workspace.events.set_up(made, expected=revision, who=acting())
    return _answer(workspace, kept, response)


def _refuse_times_of_before(before: Event, after: Event) -> None:
    """Refuse tables that would be open at other hours of the clock because only the zone is another one.

    Raises ``EventRejectedError``.
    """
    if zone_of(after.zone) is None:
        return  # Told with everything else that is wrong.
    opened = {each.name: each.open for each in before.tables}
    problems = [
        f"Table {each.name!r} has the times that it had, and the clocks of {after.zone} show other hours then. Send the times that are meant."
        for each in after.tables
        if each.open == opened.get(each.name) != at_same_hours(each.open, before.zone, after.zone)
    ]
    if problems:
        raise EventRejectedError(problems)


@router.delete(
    "/events/{event_id}",
    operation_id="eraseEvent",
    summary="Erase an event",
    status_code=204,
    responses=errors(404, 412, 428),
)
def erase_event(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    _query: Nothing,
    if_match: IfMatch = None,
) -> None:
    """The event goes with its participants, wishes and every version of its schedule."""
    workspace.events.erase(event_id, expected=expected(if_match), who=acting())


@router.get(
    "/events/{event_id}/preferences",
    operation_id="listPreferences",
    summary="List an event's wishes",
    responses=errors(404),
)
def list_preferences(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PageQuery, Query()]
) -> PreferencePage:
    """What facilitators and participants want of pairs."""
    kept = workspace.events.one(event_id)
    page, following = page_of(
        workspace.events.preferences(event_id),
        id_of=lambda each: f"{each.a} {each.b} {each.of}",
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} {kept.revision}",
    )
    return PreferencePage(items=[PreferenceAnswer.model_validate(each) for each in page], next=following)


@router.post(
    "/events/{event_id}/preferences",
    operation_id="changePreferences",
    summary="Give wishes and take wishes back",
    responses=errors(404, 412, 413, 415),
    dependencies=[Depends(json_body)],
)
def change_preferences(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    body: PreferencesBody,
    response: Response,
    _query: Nothing,
    if_match: IfMatch = None,
) -> RevisionAnswer:
    """Each is kept in place of what the same one wanted of the pair before; all of them or, if one cannot be, none."""
    kept = workspace.events.prefer(
        event_id,
        [each.value() for each in body.given],
        [each.value() for each in body.taken_back],
        expected=stated(if_match),
        who=acting(),
    )
    response.headers["ETag"] = tag(kept.revision)
    return RevisionAnswer(revision=kept.revision)


@router.get(
    "/events/{event_id}/requests",
    operation_id="listMeetingRequests",
    summary="List requests for meetings",
    responses=errors(404),
)
def list_requests(
    workspace: OpenWorkspace, event_id: EventIdInPath, query: Annotated[PageQuery, Query()]
) -> MeetingRequestPage:
    """Who asked whom, and how far it has come; a request that is pending holds no slot."""
    kept = workspace.events.one(event_id)
    page, following = page_of(
        workspace.events.requests.all(event_id),
        id_of=lambda each: f"{each.sender} {each.recipient}",
        limit=query.limit,
        cursor=query.cursor,
        edition=f"{event_id} {kept.revision}",
    )
    items = [MeetingRequestAnswer.model_validate(each) for each in page]
    return MeetingRequestPage(items=items, next=following)


@router.post(
    "/events/{event_id}/propose",
    operation_id="proposeMeetings",
    summary="Ask the recommender for an event's scores",
    responses=errors(404),
)
def propose_meetings(
    workspace: OpenWorkspace,
    event_id: EventIdInPath,
    _query: Nothing,
) -> ProposedAnswer:
    """The scores of all who attend, kept with the event; they speak where nobody wished."""
    pairs = workspace.events.propose(event_id, who=acting())
    return ProposedAnswer(pairs=pairs, revision=workspace.events.one(event_id).revision)
