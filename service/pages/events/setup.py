"""The list of events, a new one, and the set-up of one: programme, tables and rules in a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Query, Request, Response

from matchmaker.actors import ActorGroup
from matchmaker.arranging import Kept
from matchmaker.errors import EventChangedError, EventRejectedError
from matchmaker.events import Event, MetBefore, Slot
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent, seen
from service.pages.events.frame import (
    DONE,
    DoneNow,
    EventFrame,
    Framed,
    days,
    event_frame,
    event_page,
    go_to,
    moment,
)
from service.pages.events.naming import actor_meant, actor_typed
from service.pages.events.setup_form import (
    MOST_SESSIONS,
    MOST_TABLES,
    Draft,
    Errors,
    SessionRow,
    TableRow,
    draft_from,
    draft_of,
    fairness_shares,
    new_draft,
    pair_name,
    read,
)
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import event_address, page, wording_of
from service.pages.snapshot import published_or_none

router = APIRouter()

EVENTS_PER_PAGE = 40


@dataclass(frozen=True, slots=True)
class Line:
    """An event in the list."""

    frame: EventFrame
    days: str


@router.get("/events")
def event_list(
    request: Request,
    workspace: OpenWorkspace,
    done: DoneNow = "",
    number: Annotated[PageNumber, Query(alias="page")] = 1,
) -> Response:
    """All events, those that begin last first."""
    wording = wording_of(request)
    # What has no day yet is being set up, and comes first.
    events = sorted(
        workspace.events.all(),
        key=lambda each: max((one.starts for one in each.event.sessions), default=datetime.max),
        reverse=True,
    )
    pages = pages_of(len(events), EVENTS_PER_PAGE)
    number = min(number, pages)
    shown = events[(number - 1) * EVENTS_PER_PAGE : number * EVENTS_PER_PAGE]
    return page(
        request,
        "events/list.html",
        snapshot=published_or_none(request),
        lines=[Line(event_frame(request, each.event.id), days(each.event, wording)) for each in shown],
        number=number,
        pages=pages,
        done=done if done in DONE else "",
    )


@router.get("/events/new")
def new_event(request: Request) -> Response:
    """The form of a new event, filled in as far as can be guessed."""
    return _new_page(request, new_draft(wording_of(request)), {})


@router.post("/events/new")
def create_event(request: Request, workspace: OpenWorkspace, form: Sent) -> Response:
    """Keep a new event, or show the form again with what is wrong, or with a row more."""
    draft = draft_from(form)
    if not _is_to_be_kept(form):
        return _new_page(request, _with_rows(draft, form), {}, preview=True)
    event, errors = _read(request, workspace, draft, "")
    problems: Sequence[str] = ()
    if event:
        try:
            kept = workspace.events.create(
                event.name,
                place=event.place,
                zone=event.zone,
                sessions=event.sessions,
                tables=event.tables,
                rules=event.rules,
                who=acting(),
            )
        except EventRejectedError as error:
            problems = error.problems
        else:
            return go_to(event_address(kept.event.id, "participants"), done="created")
    return _new_page(request, draft, errors, problems=problems, status=422)


@router.get("/events/{event_id}")
def setup(request: Request, workspace: OpenWorkspace, frame: Framed, done: DoneNow = "") -> Response:
    """How an event is set up, in a form."""
    snapshot = published_or_none(request)
    draft = draft_of(frame.event, wording_of(request), partial(actor_typed, snapshot, workspace))
    return _setup_page(request, workspace, frame, draft, {}, done=done)


@router.post("/events/{event_id}")
def change_setup(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Keep the set-up; whoever began from an older one is told, and keeps what they typed."""
    draft = draft_from(form)
    if not _is_to_be_kept(form):
        return _setup_page(
            request, workspace, frame, _with_rows(draft, form), {}, mark=form.text("seen"), preview=True
        )
    event, errors = _read(request, workspace, draft, frame.event.id)
    if event is None:
        return _setup_page(request, workspace, frame, draft, errors, mark=form.text("seen"), status=422)
    if form.text("seen") != seen(frame.event) and event != frame.event:
        return _setup_page(request, workspace, frame, draft, {}, theirs=frame.kept, mine=event, status=412)
    try:
        workspace.events.set_up(event, expected=frame.kept.revision, who=acting())
    except EventRejectedError as error:
        return _setup_page(
            request,
            workspace,
            frame,
            draft,
            {},
            problems=error.problems,
            mark=form.text("seen"),
            status=422,
        )
    except EventChangedError:
        now = event_frame(request, frame.event.id)
        return _setup_page(request, workspace, now, draft, {}, theirs=now.kept, mine=event, status=412)
    return go_to(event_address(event.id), done="saved")


@router.post("/events/{event_id}/erase")
def erase_event(workspace: OpenWorkspace, frame: Framed) -> Response:
    """Take an event away with all that belongs to it."""
    workspace.events.erase(frame.event.id, who=acting())
    return go_to("/events", done="erased")


def _is_to_be_kept(form: Form) -> bool:
    return form.pressed[0] in ("save", "")


def _read(request: Request, workspace: Workspace, draft: Draft, event_id: str) -> tuple[Event | None, Errors]:
    snapshot = published_or_none(request)
    return read(draft, event_id, wording_of(request), partial(actor_meant, snapshot, workspace))


def _with_rows(draft: Draft, form: Form) -> Draft:
    """A row more or less, as the button that was pressed says."""
    what, row = form.pressed
    if what == "add_session" and len(draft.sessions) < MOST_SESSIONS:
        before = draft.sessions[-1] if draft.sessions else SessionRow("", "", "09:00", "12:00", "20", "5")
        draft.sessions.append(SessionRow("", before.day, "", "", before.slot, before.pause))
    elif what == "drop_session" and 0 <= row < len(draft.sessions):
        del draft.sessions[row]
    elif what == "add_table" and len(draft.tables) < MOST_TABLES:
        draft.tables.append(TableRow())
    elif what == "drop_table" and 0 <= row < len(draft.tables):
        del draft.tables[row]
    return draft


def _new_page(
    request: Request,
    draft: Draft,
    errors: Errors,
    *,
    problems: Sequence[str] = (),
    preview: bool = False,
    status: int = 200,
) -> Response:
    workspace: Workspace = request.app.state.workspace
    return page(
        request,
        "events/new.html",
        snapshot=published_or_none(request),
        status=status,
        **_of_form(request, workspace, draft, errors, problems, preview),
        mark="",
        theirs=None,
        differing=[],
        changed_at="",
    )


def _setup_page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    draft: Draft,
    errors: Errors,
    *,
    problems: Sequence[str] = (),
    mark: str = "",
    theirs: Kept | None = None,
    mine: Event | None = None,
    preview: bool = False,
    done: str = "",
    status: int = 200,
) -> Response:
    return event_page(
        request,
        "setup.html",
        frame,
        "setup",
        done=done,
        status=status,
        **_of_form(request, workspace, draft, errors, problems, preview or not errors),
        mark=mark or seen(frame.event),
        theirs=theirs,
        differing=_differing(theirs.event, mine) if theirs and mine else [],
        changed_at=moment(theirs.at, theirs.event, wording_of(request)) if theirs else "",
    )


def _differing(theirs: Event, mine: Event) -> list[tuple[str, str]]:
    """The fields in which what is kept differs from what was typed, with what is kept where it is one text."""
    names = ("name", "place", "zone", "sessions", "tables", "rules")
    return [
        (name, value if isinstance(value := getattr(theirs, name), str) else "")
        for name in names
        if getattr(theirs, name) != getattr(mine, name)
    ]


def _of_form(
    request: Request,
    workspace: Workspace,
    draft: Draft,
    errors: Errors,
    problems: Sequence[str],
    preview: bool,
) -> dict[str, Any]:
    wording = wording_of(request)
    return {
        "draft": draft,
        "errors": {name: wording(key, **values) for name, (key, values) in errors.items()},
        "problems": problems,
        "slots": _slots(request, workspace, draft) if preview else [],
        "zones": sorted(each for each in available_timezones() if each.startswith("Europe/")),
        "pair_name": pair_name,
        "all_groups": tuple(ActorGroup),
        "met_before": tuple(MetBefore),
        "fairness_shares": fairness_shares,
    }


def _slots(request: Request, workspace: Workspace, draft: Draft) -> list[tuple[str, list[Slot], str]]:
    """By session, its slots and the zone they are told in; nothing as long as the programme cannot be read."""
    event, _ = _read(request, workspace, draft, "")
    if event is None:
        return []
    try:
        slots = workspace.events.slots(event)
    except EventRejectedError:
        return []
    return [
        (session.name, [each for each in slots if each.session == session.name], event.zone)
        for session in event.sessions
    ]
