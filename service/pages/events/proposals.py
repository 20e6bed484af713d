"""The proposals among those who attend an event, to work through before the schedule is made."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.balancing import PATIENCE
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.events.frame import EventFrame, Framed, event_page
from service.pages.filters import PageNumber
from service.pages.rendering import later_page
from service.pages.snapshot import MaybeSnapshot
from service.pages.working_list.choice import Choice, Chosen
from service.pages.working_list.judging import NOTHING_DONE, Done, DoneBefore, Typed, back_to_list, judge
from service.pages.working_list.showing import Ending, file_of, shown

router = APIRouter()


@router.get("/events/{event_id}/proposals")
def event_proposals(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    choice: Chosen,
    done: DoneBefore,
    number: PageNumber = 1,
) -> Response:
    """The pairs among those who attend, of any group."""
    return _page(request, workspace, snapshot, frame, choice, number, done=done)


@router.post("/events/{event_id}/proposals")
def judge_event_proposals(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    choice: Chosen,
    form: Sent,
    number: PageNumber = 1,
) -> Response:
    """As for the whole cluster; and who must meet here."""
    outcome = judge(workspace, form, both_ways=choice.view == "pairs", event_id=frame.event.id)
    if not isinstance(outcome, Typed):
        return back_to_list(request, outcome)
    return _page(request, workspace, snapshot, frame, choice, number, typed=outcome)


@router.get("/events/{event_id}/proposals/download")
def event_proposals_file(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    choice: Chosen,
    ending: Ending = "xlsx",
) -> Response:
    """What the page shows, all pages of it, as a table for a spreadsheet."""
    if snapshot is None:
        return event_page(request, "proposals.html", frame, "proposals", built=False)
    found = file_of(request, workspace, snapshot, choice, ending, event_id=frame.event.id)
    return found or later_page(request, "proposals", PATIENCE)


def _page(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: EventFrame,
    choice: Choice,
    number: int,
    *,
    typed: Typed | None = None,
    done: Done = NOTHING_DONE,
) -> Response:
    if snapshot is None:
        return event_page(request, "proposals.html", frame, "proposals", built=False)
    values = shown(
        request, workspace, snapshot, choice, number, event_id=frame.event.id, typed=typed, done=done
    )
    if values is None:
        later = event_page(request, "proposals.html", frame, "proposals", built=True, later=True, status=503)
        later.headers["Retry-After"] = str(round(PATIENCE))
        return later
    return event_page(
        request,
        "proposals.html",
        frame,
        "proposals",
        status=412 if typed else 200,
        built=True,
        later=False,
        **values,
    )
