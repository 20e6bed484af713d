"""Requests for meetings, asked and answered on behalf of participants; and pairs that the data says to keep apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.alphabet import name_key
from matchmaker.answers import DeclineReason
from matchmaker.arranging import SuggestedApart
from matchmaker.errors import EventChangedError, EventRejectedError
from matchmaker.events import Preference, PreferenceKind, RequestState
from matchmaker.ways_back import Preferred
from matchmaker.workspace import Workspace
from service.arranged import acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent, whole_number
from service.pages.events.frame import DoneNow, EventFrame, Framed, UndoName, event_page, go_to
from service.pages.events.naming import named
from service.pages.filters import PageNumber, TextFilter, pages_of
from service.pages.rendering import address_with, event_address

router = APIRouter()

ROWS_PER_PAGE = 50
MOST_DAYS = 400
SUGGESTED_MOST = 50


@router.get("/events/{event_id}/requests")
def requests(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    state: TextFilter = "",
    number: PageNumber = 1,
    done: DoneNow = "",
) -> Response:
    """All requests with their states, and a form for another."""
    return _requests_page(request, workspace, frame, state=state, number=number, done=done)


@router.post("/events/{event_id}/requests")
def change_requests(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Ask, answer, take back an answer or a request, on behalf of whoever may."""
    what, _ = form.pressed
    try:
        done = _change(workspace, frame.event.id, what, form)
    except EventRejectedError as error:
        return _requests_page(request, workspace, frame, problems=error.problems, typed=form, status=422)
    if not done:
        return _requests_page(
            request, workspace, frame, wrong="event.request.wrong.days", typed=form, status=422
        )
    return RedirectResponse(address_with(request, done=done), 303)


@router.get("/events/{event_id}/apart")
def apart(
    request: Request, workspace: OpenWorkspace, frame: Framed, done: DoneNow = "", undo: UndoName = ""
) -> Response:
    """Pairs that may be competitors, of one owner or one organisation, for a facilitator to confirm."""
    suggested = workspace.events.suggested_apart(frame.event.id)
    by_id = {each.attendee.id: each for each in attending(workspace, frame.event.id)}
    shown = [each for each in suggested if each.a in by_id and each.b in by_id]
    return event_page(
        request,
        "apart.html",
        frame,
        "wishes",
        done=done,
        undo=undo,
        suggested=shown[:SUGGESTED_MOST],
        count=len(shown),
        by_id=by_id,
    )


@router.post("/events/{event_id}/apart")
def keep_apart(workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Keep the ticked pairs apart, or one of them; nothing that is not suggested."""
    event_id, address = frame.event.id, event_address(frame.event.id, "apart")
    # A pair's own button means this pair alone, whatever else is ticked.
    asked = form.texts("one", longest=1200) or form.texts("pair", longest=1200)
    suggested = workspace.events.suggested_apart(event_id)
    confirmed = (
        suggested if form.text("do") == "all" else [each for each in suggested if name_of(each) in asked]
    )
    if not confirmed:
        return go_to(address)
    given = tuple(
        Preference(min(each.a, each.b), max(each.a, each.b), PreferenceKind.APART, words=each.detail[:500])
        for each in confirmed
    )
    touched = {(each.a, each.b, each.of) for each in given}
    try:
        with workspace.undoing.together():
            now = workspace.events.preferences(event_id)
            before = tuple(each for each in now if (each.a, each.b, each.of) in touched)
            workspace.events.prefer(event_id, given, expected=frame.kept.revision, who=acting())
            undo = workspace.undoing.remember(
                Preferred(event_id, before, given), about=event_id, who=acting()
            )
    except EventChangedError:
        return go_to(address, done="too_late")
    return go_to(address, done="apart", undo=undo)


def name_of(each: SuggestedApart) -> str:
    """What a form calls a pair; ids hold no line break."""
    return f"{each.a}|{each.b}|{each.reason}"


def _change(workspace: Workspace, event_id: str, what: str, form: Form) -> str:
    """Make the change; what was done, empty where the days are no number. Raises ``EventRejectedError``."""
    sender, recipient = form.text("sender", longest=500), form.text("recipient", longest=500)
    words, events = form.text("words", longest=500), workspace.events
    if what == "ask":
        days = whole_number(form.text("days"), 1, MOST_DAYS) if form.text("days") else None
        if form.text("days") and days is None:
            return ""
        there = {each.id for each in events.attendees(event_id)}
        if not {sender, recipient} <= there:
            raise EventRejectedError(["Choose two participants who attend."])
        expires = datetime.now(UTC) + timedelta(days=days) if days else None
        events.requests.ask(event_id, sender, recipient, expires=expires, words=words, who=acting())
        return "asked"
    if what == "accept":
        events.requests.answer(event_id, sender, recipient, RequestState.ACCEPTED, who=acting())
        return "answered"
    if what == "decline":
        reason = next((each for each in DeclineReason if each == form.text("reason")), None)
        events.requests.answer(
            event_id, sender, recipient, RequestState.DECLINED, reason=reason, words=words, who=acting()
        )
        return "answered"
    if what == "reopen":
        events.requests.reopen(event_id, sender, recipient, who=acting())
        return "reopened"
    if what == "cancel":
        events.requests.cancel(event_id, sender, recipient, who=acting())
        return "cancelled"
    raise EventRejectedError(["Choose what to do with the request."])


def _requests_page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    *,
    state: str = "",
    number: int = 1,
    done: str = "",
    problems: Sequence[str] = (),
    wrong: str = "",
    typed: Form | None = None,
    status: int = 200,
) -> Response:
    everybody = sorted(attending(workspace, frame.event.id), key=lambda each: name_key(each.actor.name))
    by_id = {each.attendee.id: each for each in everybody}
    all_of_them = [
        each
        for each in workspace.events.requests.all(frame.event.id)
        if each.sender in by_id and each.recipient in by_id
    ]
    found = [each for each in all_of_them if not state or each.state == state]
    pages = pages_of(len(found), ROWS_PER_PAGE)
    number = min(number, pages)
    return event_page(
        request,
        "requests.html",
        frame,
        "wishes",
        done=done,
        status=status,
        everybody=everybody,
        by_id=by_id,
        rows=list(islice(found, (number - 1) * ROWS_PER_PAGE, number * ROWS_PER_PAGE)),
        count=len(all_of_them),
        state=state,
        states=tuple(RequestState),
        number=number,
        pages=pages,
        reasons=tuple(DeclineReason),
        problems=[named(each, {id: one.actor.name for id, one in by_id.items()}) for each in problems],
        wrong=wrong,
        typed=typed if typed and typed.pressed[0] == "ask" else None,
    )
