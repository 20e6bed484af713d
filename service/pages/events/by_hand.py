"""A schedule changed by hand: choose a meeting, choose where to, see what stands in the way, then make it; undo and redo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.arranging import Version
from matchmaker.errors import EditRejectedError, EventChangedError, EventRejectedError
from matchmaker.events import Add, Appointment, Conflict, Edit, Lock, Move, Remove, Slot, Span, Swap, Unlock
from matchmaker.workspace import Workspace
from service.arranged import acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.events.frame import EventFrame, Framed, event_frame, event_page, go_to
from service.pages.events.places import Chosen, Survey, places_of
from service.pages.events.sessions import by_session, sessions_shown
from service.pages.events.telling import Telling, slot_from, time_value
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import event_address, wording_of

router = APIRouter()

TABLES_PER_PAGE = 30
LONGEST_ID = 500

Name = Annotated[str, Query(max_length=LONGEST_ID)]

DONE_BY = {
    "move": "moved",
    "add": "put_in",
    "swap": "swapped",
    "remove": "removed",
    "lock": "locked",
    "unlock": "unlocked",
    "undo": "plan_undone",
    "redo": "plan_redone",
}


@router.get("/events/{event_id}/schedule/change")
def change(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    a: Name = "",
    b: Name = "",
    starts: Annotated[str, Query(max_length=40)] = "",
    table: Annotated[str, Query(max_length=200)] = "",
    c: Name = "",
    d: Name = "",
    number: PageNumber = 1,
    session: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    """Two participants, where they could meet, and what stands in the way of what was chosen."""
    slots = slots_or_none(workspace, frame)
    slot = slot_from(starts, slots)
    chosen = Chosen(a, b, slot.span.starts if slot else None, table, c, d)
    return _page(request, workspace, frame, slots, chosen, number=number, session=session)


@router.post("/events/{event_id}/schedule/change")
def make_change(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Make a change of the version that the page was made from; whoever saw an older one is told, and loses nothing."""
    what, _ = form.pressed
    if what not in DONE_BY:
        raise HTTPException(422, detail="The form does not say what to do.")
    slots = slots_or_none(workspace, frame)
    chosen = _chosen(form, slots)
    expected = version_in(form)
    try:
        if what == "undo":
            workspace.events.changes.undo(frame.event.id, expected=expected, who=acting())
        elif what == "redo":
            workspace.events.changes.redo(frame.event.id, expected=expected, who=acting())
        else:
            edit = _edit(what, chosen, frame)
            if edit is None:
                return _page(request, workspace, frame, slots, chosen, status=422)
            workspace.events.changes.edit(frame.event.id, edit, expected=expected, who=acting())
    except EventChangedError:
        frame = event_frame(request, frame.event.id)
        return _page(request, workspace, frame, slots, chosen, elsewhere=True, status=412)
    except EditRejectedError as error:
        frame = event_frame(request, frame.event.id)
        return _page(request, workspace, frame, slots, chosen, refused=error.conflicts, status=409)
    except EventRejectedError as error:
        frame = event_frame(request, frame.event.id)
        return _page(request, workspace, frame, slots, chosen, problems=error.problems, status=422)
    return go_to(event_address(frame.event.id, "schedule"), done=DONE_BY[what])


def version_in(form: Form) -> int:
    """The version that a page was made from; 0, which is none, where the form does not say."""
    text = form.text("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def slots_or_none(workspace: Workspace, frame: EventFrame) -> Sequence[Slot]:
    """The slots of an event; none where its set-up leads to none."""
    try:
        return workspace.events.slots(frame.event)
    except EventRejectedError:
        return ()


def _chosen(form: Form, slots: Sequence[Slot]) -> Chosen:
    slot = slot_from(form.text("starts"), slots)
    a, b, c, d = (form.text(name, longest=LONGEST_ID) for name in ("a", "b", "c", "d"))
    return Chosen(a, b, slot.span.starts if slot else None, form.text("table"), c, d)


def _edit(what: str, chosen: Chosen, frame: EventFrame) -> Edit | None:
    if what == "remove":
        return Remove(chosen.a, chosen.b)
    if what in ("lock", "unlock"):
        pairs = ((chosen.a, chosen.b),)
        return Lock(pairs) if what == "lock" else Unlock(pairs)
    if what == "swap":
        return Swap(chosen.a, chosen.b, chosen.c, chosen.d)
    return chosen.edit(meets=_there(frame.version, chosen) is not None)


def _there(version: Version | None, chosen: Chosen) -> Appointment | None:
    """The meeting of the two, where they have one."""
    meetings = version.plan.appointments if version else ()
    return next((each for each in meetings if each.pair == {chosen.a, chosen.b}), None)


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    slots: Sequence[Slot],
    chosen: Chosen,
    *,
    number: int = 1,
    session: int = 0,
    elsewhere: bool = False,
    refused: Sequence[Conflict] = (),
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    wording, event = wording_of(request), frame.event
    telling = Telling(event, attending(workspace, event.id), wording)
    version = frame.version
    if version is None:
        return go_to(event_address(event.id, "schedule"))
    paired = chosen.a != chosen.b and telling.knows(chosen.a) and telling.knows(chosen.b)
    there = _there(version, chosen)
    wanted = chosen.edit(meets=there is not None) if paired else None
    tables = [each.name for each in event.tables]
    pages = pages_of(len(tables), TABLES_PER_PAGE)
    number = min(number, pages)
    shown = tables[(number - 1) * TABLES_PER_PAGE : number * TABLES_PER_PAGE]
    swapping = _swapped(version, chosen) if isinstance(wanted, Swap) else None
    sessions = by_session(slots)
    meeting = swapping or there
    about = chosen.starts or (meeting.span.starts if meeting else None)
    sessions_here = sessions_shown(sessions, len(shown), session or _session_at(sessions, about))
    return event_page(
        request,
        "change.html",
        frame,
        "schedule",
        status=status,
        version=version,
        telling=telling,
        chosen=chosen,
        chosen_starts=time_value(chosen.starts) if chosen.starts else "",
        same=bool(chosen.a) and chosen.a == chosen.b,
        paired=paired,
        there=there,
        wanted=wanted,
        swapping=swapping,
        sessions=sessions_here,
        conflicts=workspace.events.changes.check_edit(event.id, wanted) if wanted else (),
        refused=refused,
        problems=problems,
        elsewhere=elsewhere,
        slots=slots,
        tables=tables,
        time_value=time_value,
        grids=places_of(
            Survey(
                event, chosen, there, {(each.span, each.table): each for each in version.plan.appointments}
            ),
            sessions_here.shown,
            shown,
            lambda edits: workspace.events.changes.check_edits(event.id, edits),
            wording,
        )
        if paired
        else [],
        free=_free(workspace, event.id, chosen, there, slots) if paired else [],
        number=number,
        pages=pages,
    )


def _free(
    workspace: Workspace, event_id: str, chosen: Chosen, there: Appointment | None, slots: Sequence[Slot]
) -> list[Slot]:
    """The slots in which the two could meet at some table."""
    others = [slot for slot in slots if there is None or slot.span != there.span]
    edits = [
        Move(chosen.a, chosen.b, slot.span.starts) if there else Add(chosen.a, chosen.b, slot.span.starts)
        for slot in others
    ]
    conflicts = workspace.events.changes.check_edits(event_id, edits)
    return [slot for slot, found in zip(others, conflicts, strict=True) if not found]


def _session_at(sessions: Mapping[str, Sequence[Span]], starts: datetime | None) -> int:
    """The number of the session with a slot that starts then, else of the first one."""
    found = (
        number
        for number, spans in enumerate(sessions.values(), 1)
        if any(span.starts == starts for span in spans)
    )
    return next(found, 1)


def _swapped(version: Version, chosen: Chosen) -> Appointment | None:
    return next((each for each in version.plan.appointments if each.pair == {chosen.c, chosen.d}), None)
